//! `bench`: builds what is measured and what measures it, in release, and runs the latter. What is
//! measured and how is `crates/bench`'s affair. Its guard runs on the development build, which the
//! other tests have anyway: it only sets figures of the same run beside each other.

use std::{
    path::Path,
    process::{Command, ExitCode},
};

use anyhow::Result;

use crate::{
    child,
    site::{self, Mode},
    workspace,
};

/// What the guard holds the rows against.
const KEPT: &str = "crates/bench/guard.json";

/// The command.
pub fn bench(args: &[String]) -> Result<ExitCode> {
    let guards = |arg: &String| matches!(arg.as_str(), "--guard" | "--write-guard");
    if args.iter().any(guards) {
        site::build(Mode::Small)?;
        let bins = ["--bins", "--tests"];
        child::run(child::cargo().arg("build").args(workspace::NATIVE).args(bins))?;
        let writes = args.iter().any(|arg| arg == "--write-guard").then_some("--write-guard");
        let program = workspace::target().join("debug/holdfast-bench");
        return Ok(child::exit_code(child::status(guard(&workspace::binary(), &program).args(writes))?));
    }
    site::build(Mode::Small)?;
    let bins = ["--bin", "holdfast", "--bin", "holdfast-bench"];
    child::run(child::cargo().args(["build", "--release"]).args(workspace::NATIVE).args(bins))?;
    let release = workspace::target().join("release");
    let mut command = child::command(release.join("holdfast-bench"));
    command.arg("--program").arg(release.join("holdfast")).arg("--target").arg(workspace::target()).args(args);
    Ok(child::exit_code(child::status(&mut command)?))
}

/// The step of `test`: fails where a row costs more than twice what it did.
pub fn step(server: &Path, program: &Path) -> Result<()> {
    child::run(&mut guard(server, program))
}

fn guard(server: &Path, program: &Path) -> Command {
    let mut command = child::command(program);
    command.arg("--program").arg(server).arg("--target").arg(workspace::target().join("guard"));
    command.args(["--guard", KEPT]);
    command
}
