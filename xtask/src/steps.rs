//! `test`: every check that the CI runs, in the order that finds the cheap mistakes first. A failed
//! step does not stop the later ones. What needs one core runs beside what else there is to do: the
//! site beside the native build, REST's made-up requests beside the tests.

use crate::budget::{Ci, Yardstick};
use crate::counts::Counts;
use crate::native::{self, Programs, Tests};
use crate::run::Run;
use crate::schemathesis;
use crate::site::{self, Mode};
use crate::{bench, browser, child, deny, doc, fuzz, tidy, tools, workspace};
use anyhow::{Context, Result, bail, ensure};
use clap::builder::PossibleValuesParser;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::process::ExitCode;

/// All steps, in their order.
const STEPS: &[&str] =
    &["fmt", "tidy", "tools", "deny", "wasm", "clippy", "unit", "store", "http", "rest", "speed", "doc", "browser"];

/// Steps that a process beside the native build runs.
const BESIDE_BUILD: &[&str] = &["tools", "deny", "wasm"];

/// Steps that need the test programs.
const BUILT: &[&str] = &["unit", "store", "http", "speed"];

/// Steps that need the server, which `HOLDFAST_BIN` may name.
const SERVED: &[&str] = &["rest", "browser"];

/// What `--quick` leaves out.
const SLOW: &[&str] = &["tools", "deny", "wasm", "rest", "speed", "doc", "browser"];

/// What `--long` runs: the steps with checks whose full length CI cannot wait for.
const LONG: &[&str] = &["unit", "store", "http", "rest", "browser", "release", "fuzz"];

/// Steps of `--long` alone: both build a release first.
const LONG_ONLY: &[&str] = &["release", "fuzz"];

/// First load of the incident list: JavaScript, WebAssembly, style and page, in
/// bytes as a browser gets them, by Brotli.
const FIRST_LOAD_BUDGET: u64 = 120_000;

/// The page's own share of it, compressed.
const PAGE_ALLOWANCE: u64 = 15_000;

/// Where the CI leaves the table of its steps, from the root.
pub const CI_JSON: &str = "target/ci.json";

/// What `test` was asked for.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Only these steps
    #[arg(long, value_name = "STEP", num_args = 1.., value_delimiter = ',', value_parser = PossibleValuesParser::new(STEPS.iter().chain(LONG_ONLY).copied()))]
    only: Vec<String>,
    /// Leave out tools, deny, wasm, rest, speed, doc and browser
    #[arg(long)]
    quick: bool,
    /// Run the long checks at their full length: unit, store, http, rest and browser, the last on both
    /// databases as a whole; release and fuzz, which only it has
    #[arg(long)]
    long: bool,
    /// The seed of native long checks and of REST's requests, as an earlier run printed it
    #[arg(long, value_name = "N")]
    seed: Option<NonZeroU32>,
    /// Write the table of steps to this file
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
}

impl Options {
    /// The steps that are asked for, in their order.
    fn steps(&self) -> Vec<&'static str> {
        let all = if self.long { LONG } else { STEPS };
        let named = |step: &str| self.only.is_empty() || self.only.iter().any(|name| name == step);
        all.iter().copied().filter(|step| named(step) && !(self.quick && SLOW.contains(step))).collect()
    }

    /// The same, with the table of steps written where the CI leaves it.
    #[must_use]
    pub fn for_ci(self) -> Self {
        Self { json: self.json.or_else(|| Some(workspace::root().join(CI_JSON))), ..self }
    }

    fn has(&self, step: &str) -> bool {
        self.steps().contains(&step)
    }

    fn has_any(&self, steps: &[&str]) -> bool {
        steps.iter().any(|step| self.has(step))
    }

    fn chosen(&self, steps: &[&'static str]) -> Vec<&'static str> {
        steps.iter().copied().filter(|step| self.has(step)).collect()
    }
}

/// Runs the chosen steps.
pub fn test(options: &Options) -> Result<ExitCode> {
    ensure!(!options.steps().is_empty(), "nothing is left to run");
    prepare(options)?;
    let mut run = Run::begin()?;
    // A yardstick that cannot be measured fails the check of the time, at the end.
    let ci = Ci::from_env()?.map(|ci| (ci, Yardstick::measure()));
    for &step in &options.chosen(&["fmt", "tidy"]) {
        match step {
            "fmt" => run.check(step, || child::run(child::cargo().args(["fmt", "--all", "--check"]))),
            _ => run.check(step, tidy::check),
        }
    }
    let programs = build(options, &mut run);
    suites(options, &mut run, programs.as_ref());
    if options.has("speed") {
        run.check("speed", || speed(programs.as_ref()));
    }
    if options.has("doc") {
        run.step("doc", || if doc::has_tests()? { doc::run() } else { Ok(Counts::one(true)) });
    }
    if options.has("browser") {
        in_browser(options, &mut run, programs.as_ref());
    }
    if options.has("release") {
        run.step("release", native::in_release);
    }
    if options.has("fuzz") {
        run.step("fuzz", fuzz::step);
    }
    let known = match ci {
        Some((ci, Ok(yardstick))) => {
            run.check("time", || ci.check(&yardstick));
            ci.describe(&yardstick)?
        }
        Some((_, Err(error))) => {
            run.check("time", || Err(error));
            serde_json::Value::Null
        }
        None => serde_json::Value::Null,
    };
    if let Some(file) = &options.json {
        run.write(file, &known)?;
    }
    Ok(run.finish())
}

/// Installs Debian packages before the first step takes its time.
fn prepare(options: &Options) -> Result<()> {
    if options.has_any(&["wasm", "browser", "tools"]) {
        tools::ensure(tools::NODE)?;
    }
    if options.has_any(&["unit", "store", "http", "browser", "tools"]) {
        tools::ensure(tools::TEST)?;
    }
    Ok(())
}

/// Builds the site and all that is native, one beside the other where both are asked for, and runs
/// the steps that are checked on the way.
fn build(options: &Options, run: &mut Run) -> Option<Programs> {
    let needs_build = options.has_any(BUILT) || (options.has_any(SERVED) && named_server().is_none());
    let first = options.chosen(BESIDE_BUILD);
    let lints = options.has("clippy");
    if !needs_build {
        for step in first {
            run.check(step, || before_build(step));
        }
        if lints {
            run.check("clippy", clippy);
        }
        return None;
    }
    let beside = (!first.is_empty()).then(|| run.beside(&first, &[]));
    let mut programs = None;
    run.step("build tests", || {
        programs = Some(native::build()?);
        Ok(Counts::default())
    });
    if lints && build_lints() {
        run.check("clippy", || match &programs {
            Some(programs) if programs.warnings == 0 => Ok(()),
            Some(programs) => bail!("{} warnings; they are printed with the build", programs.warnings),
            None => bail!("nothing was built"),
        });
    } else if lints {
        run.check("clippy", clippy);
    }
    if let Some(beside) = beside {
        run.join(beside);
    }
    if !options.has("wasm") {
        run.check("site", || site::build(Mode::of(options.quick)).map(drop));
    }
    programs
}

fn before_build(step: &str) -> Result<()> {
    match step {
        "tools" => tools::for_tests(),
        "deny" => deny::check(),
        _ => wasm_in_budget(),
    }
}

/// Whether each build runs the lints, as `.ci/run` sets it up: then nothing is compiled twice.
fn build_lints() -> bool {
    std::env::var("RUSTC_WORKSPACE_WRAPPER").is_ok_and(|wrapper| wrapper.ends_with("clippy-driver"))
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

/// The native tests, with REST's requests beside them.
fn suites(options: &Options, run: &mut Run, programs: Option<&Programs>) {
    let suites: Vec<&'static str> = options.steps().into_iter().filter(|step| native::is_suite(step)).collect();
    let seed = options.seed.map(NonZeroU32::get);
    let tests = Tests { steps: &suites, long: options.long, seed };
    let rest = options.has("rest").then(|| server(programs));
    match rest {
        // Both at once in a short run; in a long run each would distort the other's timings.
        Some(Ok(server)) if !suites.is_empty() && !options.long => {
            let beside = run.beside(&["rest"], &[("HOLDFAST_BIN", &server.to_string_lossy())]);
            run.step(&suites.join(" "), || native::run(&tests));
            run.join(beside);
        }
        rest => {
            if !suites.is_empty() {
                run.step(&suites.join(" "), || native::run(&tests));
            }
            if let Some(server) = rest {
                run.check("rest", || schemathesis::step(&server?, options.long, seed));
            }
        }
    }
}

/// What rows of the benchmark cost beside each other.
fn speed(programs: Option<&Programs>) -> Result<()> {
    let built = programs.and_then(|all| all.server.as_deref().zip(all.bench.as_deref()));
    let (server, program) = built.context("the benchmark was not built with the tests")?;
    bench::step(server, program)
}

fn in_browser(options: &Options, run: &mut Run, programs: Option<&Programs>) {
    let mut ready = None;
    run.step("browser set-up", || {
        ready = Some((browser::set_up()?, server(programs)?));
        Ok(Counts::one(true))
    });
    let Some((folder, server)) = ready else {
        return;
    };
    for database in browser::databases() {
        run.step(&format!("browser, {database}"), || browser::run(&folder, &server, database, options.long));
    }
}

/// The server: the one named, else the one that was built.
fn server(programs: Option<&Programs>) -> Result<PathBuf> {
    if let Some(named) = named_server() {
        return Ok(named);
    }
    programs.and_then(|all| all.server.clone()).context("the server was not built")
}

fn named_server() -> Option<PathBuf> {
    std::env::var_os("HOLDFAST_BIN").filter(|path| !path.is_empty()).map(PathBuf::from)
}

#[cfg(test)]
mod tests {
    use super::{LONG, Options, STEPS};
    use crate::parsed;

    #[test]
    fn steps_run_in_their_order_whatever_order_was_asked_for() {
        let steps = |line| parsed::<Options>(line).expect("known words").steps();
        assert_eq!(steps("--only clippy fmt,tidy"), ["fmt", "tidy", "clippy"]);
        assert_eq!(steps(""), STEPS);
        assert!(!steps("--quick").contains(&"browser"));
        assert!(parsed::<Options>("--only lint").is_err());
        assert!(parsed::<Options>("--only").is_err());
    }

    #[test]
    fn long_runs_the_steps_with_long_checks_and_takes_a_seed() {
        let options = parsed::<Options>("--long --seed 7 --json out.json").expect("known words");
        assert_eq!((options.steps().as_slice(), options.seed.map(u32::from)), (LONG, Some(7)));
        assert_eq!(parsed::<Options>("--long --only store").expect("known").steps(), ["store"]);
        let nothing = parsed::<Options>("--long --only fmt").expect("known");
        assert!(super::test(&nothing).is_err());
        assert_eq!(parsed::<Options>("--long --only fuzz release").expect("known").steps(), ["release", "fuzz"]);
        assert!(super::test(&parsed::<Options>("--only fuzz").expect("known")).is_err());
        assert!(parsed::<Options>("--seed soon").is_err());
        assert!(parsed::<Options>("--seed 0").is_err());
    }
}
