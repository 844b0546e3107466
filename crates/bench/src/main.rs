//! `holdfast-bench`: fills a data folder, drives a release server over HTTP, and says what came out
//! beside what should. No part of the product; `cargo xtask bench` builds and runs it.

#![expect(clippy::disallowed_methods, reason = "it measures the server from outside, by the machine's clock")]

mod batch;
mod chain;
mod client;
mod fill;
mod guard;
mod load;
mod loads;
mod people;
mod random;
mod result;
mod rivals;
mod row;
mod seed;
mod server;
mod single_runs;

use std::{path::PathBuf, process::ExitCode, time::Duration};

use anyhow::Result;
use clap::Parser;

use people::People;
use result::Results;
use seed::BenchPaths;
use server::{ServerProcess, Watch};

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
    /// Instead: fail where a row costs more than twice what this file says, beside a yardstick of the same run.
    #[arg(long, value_name = "FILE")]
    guard: Option<PathBuf>,
    /// With `--guard`: write the file.
    #[arg(long, requires = "guard")]
    write_guard: bool,
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

    fn scope(&self) -> Extent {
        let rows = if self.only.is_empty() { Rows::All } else { Rows::Containing(self.only.clone()) };
        Extent { incidents: self.incidents, light: self.light, seconds: self.seconds(), rows, most_clients: usize::MAX }
    }

    fn place(&self, scope: &Extent) -> BenchPaths {
        let engine = if self.database.is_some() { "pg" } else { "sqlite" };
        let light = if scope.light { "-light" } else { "" };
        let data = self.target.join("bench").join(format!("{engine}-{}{light}", scope.incidents));
        BenchPaths { program: self.program.clone(), data, database: self.database.clone() }
    }
}

/// One run: on how much, which rows, for how long.
#[derive(Clone, Debug)]
struct Extent {
    incidents: usize,
    light: bool,
    seconds: f64,
    rows: Rows,
    most_clients: usize,
}

/// Which rows are measured.
#[derive(Clone, Debug)]
enum Rows {
    All,
    /// Those whose name has this in it.
    Containing(String),
    /// Those of these names.
    Named(Vec<String>),
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
    if let Some(file) = &options.guard {
        return guard::run(options, file).await;
    }
    let scope = options.scope();
    if options.seed_only {
        return seed::seed(&options.place(&scope), scope.incidents, scope.light).await.map(drop);
    }
    measure(options, scope).await?.finish()
}

async fn measure(options: &Options, scope: Extent) -> Result<Results> {
    let place = options.place(&scope);
    let seeded = seed::seed(&place, scope.incidents, scope.light).await?;
    let mut results = Results::new(options, scope, &place, &seeded);
    seed::warm(&place)?;
    single_runs::starts(&place, &mut results).await?;
    let mut people = People::prepare(&place).await?;
    let mut server = ServerProcess::start(&place).await?;
    tokio::time::sleep(Duration::from_secs(2)).await;
    single_runs::idle(&server, &mut results);
    let watch = Watch::begin(server.id());
    people.sign_in(server.address, &mut results).await?;
    single_runs::metrics(&server, &people, &mut results).await?;
    loads::all(&server, &people, &mut results).await?;
    single_runs::all(&place, &server, &people, &seeded, &mut results).await?;
    single_runs::peak(watch.end(), &mut results);
    server.stop()?;
    single_runs::verify(&place, &people, &mut results)?;
    single_runs::size(&place, &mut results).await?;
    Ok(results)
}
