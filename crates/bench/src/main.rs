//! `holdfast-bench`: fills a data folder, drives a release server over HTTP, and says what came out
//! beside what should. No part of the product; `cargo xtask bench` builds and runs it.

mod batch;
mod chain;
mod client;
mod dear;
mod fill;
mod load;
mod loads;
mod people;
mod random;
mod result;
mod rivals;
mod row;
mod seed;
mod server;

use std::{path::PathBuf, process::ExitCode, time::Duration};

use anyhow::Result;
use clap::Parser;

use people::People;
use result::Results;
use seed::Place;
use server::{Server, Watch};

/// What is measured, and for how long.
#[derive(Parser)]
#[command(name = "cargo xtask bench")]
struct Options {
    /// Incidents to seed.
    #[arg(long, default_value_t = 100_000)]
    incidents: usize,
    /// Ten events to an incident instead of fifty, as the other tools were measured.
    #[arg(long)]
    light: bool,
    /// An empty PostgreSQL database, `postgres://…`, instead of SQLite.
    #[arg(long)]
    database: Option<String>,
    /// Seconds for each row.
    #[arg(long, default_value_t = 4.0)]
    seconds: f64,
    /// One second for each row.
    #[arg(long)]
    quick: bool,
    /// Only rows whose name has this in it.
    #[arg(long, default_value = "")]
    only: String,
    /// Only seed.
    #[arg(long)]
    seed_only: bool,
    /// Write the table into docs/performance.md.
    #[arg(long)]
    write_docs: bool,
    /// The server's program.
    #[arg(long, default_value = "target/release/holdfast")]
    program: PathBuf,
    /// Where data folders and results go.
    #[arg(long, default_value = "target")]
    target: PathBuf,
}

impl Options {
    fn seconds(&self) -> f64 {
        if self.quick { 1.0 } else { self.seconds }
    }

    fn place(&self) -> Place {
        let engine = if self.database.is_some() { "pg" } else { "sqlite" };
        let light = if self.light { "-light" } else { "" };
        let data = self.target.join("bench").join(format!("{engine}-{}{light}", self.incidents));
        Place { program: self.program.clone(), data, database: self.database.clone() }
    }
}

fn main() -> ExitCode {
    let options = Options::parse();
    // One thread: the cores are the server's.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let outcome = runtime.map_err(Into::into).and_then(|runtime| runtime.block_on(run(&options)));
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(options: &Options) -> Result<()> {
    let place = options.place();
    let seeded = seed::seed(&place, options.incidents, options.light).await?;
    if options.seed_only {
        return Ok(());
    }
    let mut results = Results::new(options, &place, &seeded);
    dear::starts(&place, &mut results).await?;
    let mut people = People::prepare(&place).await?;
    let mut server = Server::start(&place).await?;
    tokio::time::sleep(Duration::from_secs(2)).await;
    dear::idle(&server, &mut results);
    let watch = Watch::begin(server.id());
    people.sign_in(server.address, &mut results).await?;
    loads::all(&server, &people, Duration::from_secs_f64(options.seconds()), &mut results).await?;
    dear::all(&place, &server, &people, &seeded, &mut results).await?;
    dear::peak(watch.end(), &mut results);
    server.stop()?;
    dear::verify(&place, &people, &mut results)?;
    dear::size(&place, &mut results).await?;
    results.finish()
}
