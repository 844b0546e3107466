//! `fuzz`: each reader of what users send under the fuzzer for a minute, two at a time, with what the tests have of its
//! kind as a beginning. `fuzz/` holds the targets and the time that a reader may take; this file knows neither.

use crate::counts::Counts;
use crate::tools::{self, Need};
use crate::{child, workspace};
use anyhow::{Context, Result, ensure};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;

/// The version of cargo-fuzz; that of libFuzzer is in fuzz/Cargo.toml.
const VERSION: &str = "0.13.1";

const SECONDS: u32 = 60;

/// The longest input that the fuzzer makes; a target repeats it up to the most that its reader gets.
const INPUT_BYTES_MAX: u32 = 65_536;

const COMPILER: &[Need] = &[Need { program: "c++", why: "libFuzzer is compiled by it", packages: &["g++"] }];

/// Folders of files that a target begins with, beside what earlier runs found.
const SEEDS: &[(&str, &str)] = &[
    ("markdown", "docs"),
    ("plain_text", "docs"),
    ("attack_flow", "crates/interop/tests/data/attack-flow"),
    ("iris", "crates/interop/tests/data"),
    ("evidence_log", "crates/interop/tests/data"),
    ("image", "crates/typeset/tests/data"),
    ("ledger", "server/tests/stories/snapshots"),
];

/// The step of `test --long`.
pub fn step() -> Result<Counts> {
    tools::ensure(COMPILER)?;
    let program = install()?;
    // What is fuzzed is made of the versions that are released.
    fs::copy(workspace::root().join("Cargo.lock"), workspace::root().join("fuzz/Cargo.lock"))?;
    let listed = child::output(&mut fuzz(&program, "list"))?;
    let targets: Vec<&str> = listed.lines().collect();
    ensure!(!targets.is_empty(), "cargo-fuzz lists no target");
    child::run(fuzz(&program, "build").args(["-s", "none", "--release"]))?;
    let (mut counts, mut table) = (Counts::default(), Vec::new());
    for pair in targets.chunks(2) {
        let outcomes = thread::scope(|scope| {
            let running: Vec<_> = pair.iter().map(|target| scope.spawn(|| run(&program, target))).collect();
            running.into_iter().map(|thread| thread.join().ok()).collect::<Vec<_>>()
        });
        for (target, outcome) in pair.iter().zip(outcomes) {
            let outcome = outcome.with_context(|| format!("{target} was not run"))?;
            counts.add(Counts::one(outcome.is_ok()));
            table.push(outcome.unwrap_or_else(|error| format!("{target}: FAILED: {error:#}")));
        }
    }
    table.iter().for_each(|line| println!("{line}"));
    Ok(counts)
}

fn install() -> Result<PathBuf> {
    let folder = workspace::tools().join("cargo-fuzz");
    let (program, stamp) = (folder.join("bin/cargo-fuzz"), folder.join("version"));
    if !program.is_file() || !fs::read_to_string(&stamp).is_ok_and(|installed| installed == VERSION) {
        println!("xtask: cargo install cargo-fuzz {VERSION} into {}", folder.display());
        let install = ["install", "cargo-fuzz", "--locked", "--quiet", "--force", "--version", VERSION, "--root"];
        child::run(child::cargo().args(install).arg(&folder))?;
        fs::write(stamp, VERSION)?;
    }
    Ok(program)
}

fn fuzz(program: &Path, what: &str) -> Command {
    let mut command = child::command(program);
    command.args([what, "--fuzz-dir", "fuzz"]);
    command
}

/// Runs a target; what it printed of its slowest input.
fn run(program: &Path, target: &str) -> Result<String> {
    let folder = workspace::target().join("fuzz");
    let corpus = workspace::root().join("fuzz/corpus").join(target);
    fs::create_dir_all(&folder)?;
    fs::create_dir_all(&corpus)?;
    let log = folder.join(format!("{target}.log"));
    let out = File::create(&log)?;
    let mut command = fuzz(program, "run");
    command.args(["-s", "none", "--release", target]).arg(&corpus);
    command.args(SEEDS.iter().filter(|(of, _)| *of == target).map(|(_, seeds)| workspace::root().join(seeds)));
    command.arg("--").arg(format!("-max_total_time={SECONDS}")).arg(format!("-max_len={INPUT_BYTES_MAX}"));
    println!("xtask: fuzzing {target} for {SECONDS} s; it writes to {}", log.display());
    let status = child::status(command.stdout(out.try_clone()?).stderr(out))?;
    let said = String::from_utf8_lossy(&fs::read(&log)?).into_owned();
    let panicked = said.lines().skip_while(|line| !line.contains("panicked")).nth(1).unwrap_or_default();
    ensure!(status.success(), "ended with {status}: {panicked}");
    worst(&said).with_context(|| format!("{} names no worst input", log.display()))
}

/// The last line that names the slowest input: each is slower than those before it.
fn worst(said: &str) -> Option<String> {
    said.lines().filter_map(|line| line.strip_prefix("worst: ")).next_back().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_slowest_input_is_the_one_that_was_named_last() {
        let said = "INFO: x\nworst: time: 1.0 ns\n#8 NEW\nworst: time: 2.0 ns\nDone";
        assert_eq!(super::worst(said).as_deref(), Some("time: 2.0 ns"));
        assert_eq!(super::worst("Done"), None);
    }
}
