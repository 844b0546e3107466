//! `test`: every check that the CI runs, in the order that finds the cheap
//! mistakes first. A failed step does not stop the later ones; the last line
//! adds up all tests, and the exit code says whether all held.

use crate::bench;
use crate::counts::Counts;
use crate::moto::Moto;
use crate::postgres::Postgres;
use crate::schemathesis;
use crate::site::{self, Mode};
use crate::{child, tidy, tools, workspace};
use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::path::PathBuf;
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

/// All steps, in their order.
const STEPS: &[&str] = &["fmt", "tidy", "wasm", "clippy", "unit", "store", "http", "rest", "speed", "doc", "browser"];

/// Steps that run test programs built by one `cargo test --no-run`.
const SUITES: &[&str] = &["unit", "store", "http"];

/// What `--quick` leaves out.
const SLOW: &[&str] = &["wasm", "rest", "speed", "doc", "browser"];

/// First load of the incident list: JavaScript, WebAssembly, style and page, in
/// bytes as a browser gets them, by Brotli.
const FIRST_LOAD_BUDGET: u64 = 120_000;

/// The page's own share of it, compressed.
const PAGE_ALLOWANCE: u64 = 15_000;

/// What `test` was asked for.
#[derive(Debug, PartialEq, Eq)]
pub struct Options {
    steps: Vec<&'static str>,
    quick: bool,
}

impl Options {
    /// Reads the arguments; the error is for the person.
    pub fn parse(args: &[String]) -> Result<Self, String> {
        let mut only: Vec<&'static str> = Vec::new();
        let mut quick = false;
        let mut names = false;
        for arg in args {
            match arg.as_str() {
                "--quick" => (quick, names) = (true, false),
                "--only" => names = true,
                list if names => {
                    for name in list.split(',') {
                        let known = STEPS.iter().find(|step| **step == name);
                        only.push(known.ok_or_else(|| format!("there is no step {name:?}"))?);
                    }
                }
                other => return Err(format!("test does not know {other:?}")),
            }
        }
        if names && only.is_empty() {
            return Err("--only needs a step".to_owned());
        }
        let steps = STEPS
            .iter()
            .copied()
            .filter(|step| only.is_empty() || only.contains(step))
            .filter(|step| !quick || !SLOW.contains(step))
            .collect();
        Ok(Self { steps, quick })
    }

    fn has(&self, step: &str) -> bool {
        self.steps.contains(&step)
    }
}

/// Runs the chosen steps.
pub fn test(options: &Options) -> Result<ExitCode> {
    let mut run = Run::default();
    prepare(options)?;
    for &step in &options.steps {
        match step {
            "fmt" => run.check(step, || child::run(child::cargo().args(["fmt", "--all", "--check"]))),
            "tidy" => run.check(step, tidy::check),
            "wasm" => run.check(step, wasm_in_budget),
            "clippy" => run.check(step, clippy),
            "unit" | "store" | "http" => run.suite(step, options),
            "rest" => run.rest(options),
            "speed" => run.speed(options),
            "doc" => run.step(step, || {
                libtest(child::cargo().args(["test", "--doc", "--no-fail-fast"]).args(workspace::NATIVE))
            }),
            "browser" => run.browser(options),
            other => bail!("step {other:?} is listed but not written"),
        }
    }
    // Stopped before the table, so that its last words come before the result.
    run.postgres = None;
    Ok(run.finish())
}

/// Installs what the chosen steps need before the first of them takes its time.
fn prepare(options: &Options) -> Result<()> {
    if options.has("wasm") || options.has("browser") {
        tools::ensure(tools::NODE)?;
    }
    if options.has("browser") || SUITES.iter().any(|suite| options.has(suite)) {
        tools::ensure(tools::TEST)?;
    }
    Ok(())
}

fn clippy() -> Result<()> {
    child::run(child::cargo().arg("clippy").args(workspace::NATIVE).args(["--all-targets", "--", "-D", "warnings"]))
}

fn wasm_in_budget() -> Result<()> {
    let sizes = site::build(Mode::Small)?;
    site::check_domain()?;
    let first_load = sizes.brotli + PAGE_ALLOWANCE;
    println!("xtask: first load {first_load} bytes by Brotli, page included; budget {FIRST_LOAD_BUDGET}");
    if first_load > FIRST_LOAD_BUDGET {
        bail!("first load is over its budget; `twiggy top` on target/site shows what grew");
    }
    Ok(())
}

/// Runs one command that speaks libtest.
fn libtest(command: &mut Command) -> Result<Counts> {
    let mut counts = Counts::default();
    let status = child::watch(command, |line| counts.see_libtest(line))?;
    if !status.success() && counts.failed == 0 {
        bail!("ended with {status}");
    }
    Ok(counts)
}

/// What has run so far, and what later steps share.
#[derive(Default)]
struct Run {
    rows: Vec<Row>,
    postgres: Option<Postgres>,
    programs: Option<Programs>,
}

struct Row {
    name: String,
    took: Duration,
    counts: Counts,
}

/// What one `cargo test --no-run` built.
#[derive(Default)]
struct Programs {
    tests: Vec<TestProgram>,
    server: Option<PathBuf>,
    bench: Option<PathBuf>,
}

struct TestProgram {
    path: PathBuf,
    /// The package's folder, in which its tests run.
    folder: PathBuf,
    suite: &'static str,
}

impl Run {
    /// A step that holds or not, and counts as one test.
    fn check(&mut self, name: &str, work: impl FnOnce() -> Result<()>) {
        self.step(name, || work().map(|()| Counts::one(true)));
    }

    /// Any step; an error counts as one failed test.
    fn step(&mut self, name: &str, work: impl FnOnce() -> Result<Counts>) {
        println!("\nxtask: ── {name}");
        let started = Instant::now();
        let counts = work().unwrap_or_else(|error| {
            eprintln!("xtask: {name}: {error:#}");
            Counts::one(false)
        });
        self.rows.push(Row { name: name.to_owned(), took: started.elapsed(), counts });
    }

    /// Builds all test programs, once, and starts PostgreSQL. A failure is one
    /// failed test, and the suites have then nothing to run.
    fn build_suites(&mut self, options: &Options) {
        if self.programs.is_some() {
            return;
        }
        let mut programs = Programs::default();
        self.step("build tests", || {
            site_for_server(options)?;
            programs = build_test_programs()?;
            Ok(Counts::default())
        });
        self.programs = Some(programs);
    }

    fn suite(&mut self, suite: &str, options: &Options) {
        self.build_suites(options);
        let url = self.database();
        let programs = self.programs.take().unwrap_or_default();
        self.step(suite, || {
            let url = url?;
            let store = (suite == "store").then(bucket).flatten();
            let mut counts = Counts::default();
            for test in programs.tests.iter().filter(|test| test.suite == suite) {
                println!("xtask: {}", test.path.display());
                let mut command = child::command(&test.path);
                command
                    .current_dir(&test.folder)
                    .env("CARGO_MANIFEST_DIR", &test.folder)
                    .env("HOLDFAST_TEST_POSTGRES", &url);
                if let Some(store) = &store {
                    command.env("HOLDFAST_TEST_S3", &store.url);
                }
                if suite == "http" {
                    // Each story has a runtime of its own. Two of them that render pages in one process have been
                    // seen to wait for each other for ever; a server has one runtime, and does not.
                    command.env("RUST_TEST_THREADS", "1");
                }
                counts.add(libtest(&mut command).unwrap_or_else(|error| {
                    eprintln!("xtask: {}: {error:#}", test.path.display());
                    Counts::one(false)
                }));
            }
            if counts == Counts::default() {
                bail!("no test ran");
            }
            Ok(counts)
        });
        self.programs = Some(programs);
    }

    /// Requests made up from the description of REST.
    fn rest(&mut self, options: &Options) {
        let built = self.built_server();
        self.check("rest", || schemathesis::step(&server(built, options)?));
    }

    /// What rows of the benchmark cost beside each other.
    fn speed(&mut self, options: &Options) {
        // A build of its own would unite other features than the tests' and compile every dependency anew.
        self.build_suites(options);
        let built = self.programs.as_ref().and_then(|all| all.server.clone().zip(all.bench.clone()));
        self.check("speed", || {
            let (server, program) = built.context("the benchmark was not built with the tests")?;
            bench::step(&server, &program)
        });
    }

    fn built_server(&self) -> Option<PathBuf> {
        self.programs.as_ref().and_then(|all| all.server.clone())
    }

    /// Playwright, once on each database.
    fn browser(&mut self, options: &Options) {
        let url = self.database();
        let built = self.built_server();
        let mut ready = None;
        self.step("browser set-up", || {
            let url = url?;
            let folder = tools::end2end()?;
            let server = server(built, options)?;
            child::run(child::command("npx").args(["--no-install", "tsc", "--noEmit"]).current_dir(&folder))?;
            ready = Some((folder, server, url));
            Ok(Counts::one(true))
        });
        let Some((folder, server, url)) = ready else {
            return;
        };
        for database in ["sqlite", "postgres"] {
            self.step(&format!("browser, {database}"), || {
                playwright(
                    child::command("npx")
                        .args(["--no-install", "playwright", "test"])
                        .current_dir(&folder)
                        .env("HOLDFAST_BIN", &server)
                        .env("HOLDFAST_E2E_DATABASE", database)
                        .env("HOLDFAST_TEST_POSTGRES", &url)
                        .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1"),
                )
            });
        }
    }

    /// The URL of a PostgreSQL for tests: the caller's, else a throw-away one.
    fn database(&mut self) -> Result<String> {
        if let Ok(url) = std::env::var("HOLDFAST_TEST_POSTGRES")
            && !url.is_empty()
        {
            return Ok(url);
        }
        if let Some(postgres) = &self.postgres {
            return Ok(postgres.url.clone());
        }
        let postgres = Postgres::throw_away()?;
        let url = postgres.url.clone();
        self.postgres = Some(postgres);
        Ok(url)
    }

    /// Prints the table and the line that adds it all up.
    fn finish(self) -> ExitCode {
        println!("\n{:<20} {:>9} {:>8} {:>8}", "step", "seconds", "passed", "failed");
        let mut total = Counts::default();
        for row in &self.rows {
            println!(
                "{:<20} {:>9.1} {:>8} {:>8}",
                row.name,
                row.took.as_secs_f64(),
                row.counts.passed,
                row.counts.failed
            );
            total.add(row.counts);
        }
        println!("\n{} passed, {} failed", total.passed, total.failed);
        if total.failed == 0 && total.passed > 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}

/// The server that the suites built, else one built now.
fn server(built: Option<PathBuf>, options: &Options) -> Result<PathBuf> {
    if let Some(server) = built {
        return Ok(server);
    }
    site_for_server(options)?;
    child::run(child::cargo().arg("build").args(workspace::NATIVE).args(["--bin", "holdfast"]))?;
    Ok(workspace::binary())
}

/// An object store for tests, unless the caller named one or none can be had here.
fn bucket() -> Option<Moto> {
    if std::env::var_os("HOLDFAST_TEST_S3").is_some() {
        return None;
    }
    match Moto::throw_away() {
        Ok(store) => Some(store),
        Err(error) => {
            println!("xtask: no object store, so the tests of buckets are skipped: {error:#}");
            None
        }
    }
}

/// The server embeds the site, so it must be there before the server is built.
fn site_for_server(options: &Options) -> Result<()> {
    if options.has("wasm") {
        // Built by its own step, which has also told of any failure.
        return Ok(());
    }
    site::build(if options.quick { Mode::Fast } else { Mode::Small }).map(drop)
}

fn build_test_programs() -> Result<Programs> {
    let text = child::output(
        child::cargo().args(["test", "--no-run", "--message-format=json-render-diagnostics"]).args(workspace::NATIVE),
    )?;
    let mut programs = Programs::default();
    for line in text.lines().filter(|line| line.starts_with('{')) {
        let message: Value = serde_json::from_str(line).context("cargo's message is not JSON")?;
        if message["reason"] == "compiler-artifact" {
            programs.take_in(&message);
        }
    }
    Ok(programs)
}

impl Programs {
    fn take_in(&mut self, artifact: &Value) {
        let Some(path) = artifact["executable"].as_str().map(PathBuf::from) else {
            return;
        };
        let Some(folder) =
            artifact["manifest_path"].as_str().and_then(|path| PathBuf::from(path).parent().map(PathBuf::from))
        else {
            return;
        };
        if artifact["profile"]["test"] == true {
            let suite = match folder.file_name().and_then(|name| name.to_str()) {
                Some("store") => "store",
                Some("server") => "http",
                _ => "unit",
            };
            self.tests.push(TestProgram { path, folder, suite });
        } else if artifact["target"]["name"] == "holdfast" {
            self.server = Some(path);
        } else if artifact["target"]["name"] == "holdfast-bench" {
            self.bench = Some(path);
        }
    }
}

fn playwright(command: &mut Command) -> Result<Counts> {
    let mut counts = Counts::default();
    let status = child::watch(command, |line| counts.see_playwright(line))?;
    if !status.success() && counts.failed == 0 {
        bail!("ended with {status}");
    }
    if counts == Counts::default() {
        bail!("no test ran");
    }
    Ok(counts)
}

#[cfg(test)]
mod tests {
    use super::{Options, Programs, STEPS};
    use serde_json::json;

    fn parse(line: &str) -> Result<Options, String> {
        let args: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        Options::parse(&args)
    }

    #[test]
    fn steps_run_in_their_order_whatever_order_was_asked_for() {
        let options = parse("--only clippy fmt,tidy").expect("known steps");
        assert_eq!(options.steps, ["fmt", "tidy", "clippy"]);
        assert_eq!(parse("").expect("all").steps, STEPS);
        assert!(!parse("--quick").expect("quick").has("browser"));
        assert!(parse("--only lint").is_err());
        assert!(parse("--only").is_err());
    }

    #[test]
    fn cargos_messages_say_which_suite_a_program_belongs_to() {
        let mut programs = Programs::default();
        for (folder, test, name) in [
            ("crates/store", true, "holdfast_store"),
            ("server", true, "holdfast"),
            ("server", false, "holdfast"),
            ("crates/domain", true, "holdfast_domain"),
        ] {
            programs.take_in(&json!({
                "executable": format!("/t/{name}"),
                "manifest_path": format!("/r/{folder}/Cargo.toml"),
                "profile": { "test": test },
                "target": { "name": name },
            }));
        }
        let suites: Vec<&str> = programs.tests.iter().map(|test| test.suite).collect();
        assert_eq!(suites, ["store", "http", "unit"]);
        assert_eq!(programs.server.as_deref(), Some("/t/holdfast".as_ref()));
    }
}
