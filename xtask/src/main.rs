//! `cargo xtask`: the commands that set up, build, run and check Holdfast. It
//! knows how things are built, never what they do: nothing of the product
//! depends on it.

#![expect(clippy::disallowed_methods, reason = "it says how long steps take, and is no part of the product")]

mod bench;
mod browser;
mod budget;
mod child;
mod counts;
mod deny;
mod doc;
mod fuzz;
mod http;
mod moto;
mod native;
mod postgres;
mod python;
mod run;
mod schemathesis;
mod serve;
mod site;
mod steps;
mod tidy;
mod toolchain;
mod tools;
mod workspace;

use clap::Parser;
use std::process::ExitCode;

/// Sets up, builds, runs and checks Holdfast.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", arg_required_else_help = true)]
enum Task {
    /// Set up what is missing, build, and run Holdfast in the foreground
    Serve(serve::Options),
    /// Run every check
    Test(steps::Options),
    /// What the CI runs: every check, and the table of steps to target/ci.json
    Ci(steps::Options),
    /// Check the conventions of CONTRIBUTING.md
    Tidy {
        /// Lower the counts of xtask/src/tidy/words-left.txt to what is left
        #[arg(long)]
        words: bool,
    },
    /// Check the crates of Cargo.lock by deny.toml; also for advisories where `HOLDFAST_ADVISORY_DB` names the
    /// folder of a clone of the RustSec database
    Deny,
    /// Build only what the browser loads, into target/site
    Site {
        /// Build the browser's half quickly instead of small
        #[arg(long)]
        fast_wasm: bool,
    },
    /// Run a command with `HOLDFAST_TEST_POSTGRES` set to a PostgreSQL in memory and
    /// `HOLDFAST_TEST_POSTGRES_DURABLE` to a durable one, both thrown away after it
    #[command(disable_help_flag = true)]
    Postgres {
        #[arg(required = true, trailing_var_arg = true, allow_hyphen_values = true)]
        command: Vec<String>,
    },
    /// Send requests made up from the description of REST to a demo server that was built before
    Schemathesis(schemathesis::Options),
    /// Fill a database, measure a release server on it; results in target/bench.json. With --guard, fail where
    /// a row costs more than twice what crates/bench/guard.json says, beside a yardstick of the same run; with
    /// --write-guard, write that file
    #[command(disable_help_flag = true)]
    Bench {
        /// Arguments of holdfast-bench, such as --incidents N, --database URL, --write-docs
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        args: Vec<String>,
    },
    /// Take a picture of every page, at three widths, light and dark, into target/shots
    #[command(disable_help_flag = true)]
    Shots {
        /// Arguments of Playwright: -g tasks takes only those with tasks in their name
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        args: Vec<String>,
    },
}

fn main() -> ExitCode {
    Task::parse().run().unwrap_or_else(|error| {
        eprintln!("xtask: {error:#}");
        ExitCode::FAILURE
    })
}

impl Task {
    fn run(self) -> anyhow::Result<ExitCode> {
        match self {
            Self::Serve(options) => serve::serve(&options),
            Self::Test(options) => steps::test(&options),
            Self::Ci(options) => steps::test(&options.for_ci()),
            Self::Tidy { words: true } => tidy::lower_words(),
            Self::Tidy { words: false } => tidy::command(),
            Self::Deny => deny::check().map(|()| ExitCode::SUCCESS),
            Self::Site { fast_wasm } => site::build(site::Mode::of(fast_wasm)).map(|_| ExitCode::SUCCESS),
            Self::Postgres { command } => {
                let (fast, durable) = (postgres::Postgres::in_memory()?, postgres::Postgres::throw_away()?);
                let mut child = child::command(&command[0]);
                child.args(&command[1..]).env("HOLDFAST_TEST_POSTGRES", &fast.url);
                child.env("HOLDFAST_TEST_POSTGRES_DURABLE", &durable.url);
                Ok(child::exit_code(child::status(&mut child)?))
            }
            Self::Schemathesis(options) => schemathesis::command(&options),
            Self::Bench { args } => bench::bench(&args),
            Self::Shots { args } => serve::shots(&args),
        }
    }
}

/// The options of a command, as they are read.
#[cfg(test)]
fn parsed<T: clap::Args>(line: &str) -> Result<T, clap::Error> {
    let command = T::augment_args(clap::Command::new("test").no_binary_name(true));
    T::from_arg_matches(&command.try_get_matches_from(line.split_whitespace())?)
}
