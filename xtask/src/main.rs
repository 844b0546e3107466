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

use std::process::ExitCode;

const USAGE: &str = "\
cargo xtask serve [--demo] [--postgres] [--listen ADDR] [--data DIR] [--fast-wasm]
    Set up what is missing, build, and run Holdfast in the foreground.
    --demo       a demo organisation with one account per role
    --postgres   keep the data in a PostgreSQL of its own under the data folder
    --fast-wasm  build the browser's half quickly instead of small
cargo xtask test [--only STEP …] [--quick] [--long [--seed N]] [--json FILE]
    Run every check. Steps: fmt tidy tools deny wasm clippy unit store http rest speed
    doc browser.
    --quick      leave out tools, deny, wasm, rest, speed, doc and browser
    --long       run the long checks at their full length: unit, store, http, rest and
                 browser, the last on both databases as a whole
    --seed N     the seed of native long checks and of REST's requests, as an earlier
                 run printed it
    --json FILE  write the table of steps to FILE
cargo xtask ci
    What the CI runs: every check, and the table of steps to target/ci.json.
cargo xtask tidy [--words]
    Check the conventions of CONTRIBUTING.md.
    --words      lower the counts of xtask/src/tidy/words-left.txt to what is left
cargo xtask deny
    Check the crates of Cargo.lock by deny.toml; also for advisories where
    HOLDFAST_ADVISORY_DB names the folder of a clone of the RustSec database.
cargo xtask site [--fast-wasm]
    Build only what the browser loads, into target/site.
cargo xtask postgres COMMAND [ARG …]
    Run a command with HOLDFAST_TEST_POSTGRES set to a PostgreSQL in memory and
    HOLDFAST_TEST_POSTGRES_DURABLE to a durable one, both thrown away after it.
cargo xtask schemathesis [--cases N] [--role ROLE …] [--seed N]
    Send N requests (300) made up from the description of REST to a demo server
    that was built before, as each ROLE (lead, executive).
cargo xtask bench [--incidents N] [--database URL] [--write-docs] [ARG …]
    Fill a database, measure a release server on it; results in target/bench.json.
cargo xtask bench --guard | --write-guard
    Fail where a row costs more than twice what crates/bench/guard.json says, beside
    a yardstick of the same run; or write that file.
cargo xtask shots [ARG …]
    Take a picture of every page, at three widths, light and dark, into target/shots.
    Arguments are Playwright's: -g tasks takes only those with tasks in their name.
";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let Some((command, rest)) = args.split_first() else {
        eprint!("{USAGE}");
        return ExitCode::from(2);
    };
    match run(command, rest) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: &str, rest: &[String]) -> anyhow::Result<ExitCode> {
    match command {
        "serve" => match serve::Options::parse(rest) {
            Ok(options) => serve::serve(&options),
            Err(message) => Ok(usage(&message)),
        },
        "test" | "ci" => match steps::Options::parse(rest) {
            Ok(options) if command == "ci" => steps::test(&options.for_ci()),
            Ok(options) => steps::test(&options),
            Err(message) => Ok(usage(&message)),
        },
        "tidy" => match rest {
            [] => tidy::command(),
            [flag] if flag == "--words" => tidy::lower_words(),
            _ => Ok(usage("tidy takes only --words")),
        },
        "deny" => match rest {
            [] => deny::command(),
            _ => Ok(usage("deny takes no arguments")),
        },
        "site" => match rest {
            [] => site::build(site::Mode::Small).map(|_| ExitCode::SUCCESS),
            [flag] if flag == "--fast-wasm" => site::build(site::Mode::Fast).map(|_| ExitCode::SUCCESS),
            _ => Ok(usage("site takes only --fast-wasm")),
        },
        "postgres" => match rest.split_first() {
            Some((program, args)) => {
                let (fast, durable) = (postgres::Postgres::in_memory()?, postgres::Postgres::throw_away()?);
                let mut command = child::command(program);
                command.args(args).env("HOLDFAST_TEST_POSTGRES", &fast.url);
                command.env("HOLDFAST_TEST_POSTGRES_DURABLE", &durable.url);
                Ok(child::exit_code(child::status(&mut command)?))
            }
            None => Ok(usage("postgres needs a command to run")),
        },
        "schemathesis" => match schemathesis::Options::parse(rest) {
            Ok(options) => schemathesis::command(&options),
            Err(message) => Ok(usage(&message)),
        },
        "shots" => serve::shots(rest),
        "bench" => bench::bench(rest),
        other => Ok(usage(&format!("there is no command {other:?}"))),
    }
}

fn usage(message: &str) -> ExitCode {
    eprintln!("xtask: {message}\n");
    eprint!("{USAGE}");
    ExitCode::from(2)
}
