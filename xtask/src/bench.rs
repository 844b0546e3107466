//! `bench`: builds what is measured and what measures it, in release, and runs the latter. What is
//! measured and how is `crates/bench`'s affair.

use std::process::ExitCode;

use anyhow::Result;

use crate::{
    child,
    site::{self, Mode},
    workspace,
};

/// The command.
pub fn bench(args: &[String]) -> Result<ExitCode> {
    site::build(Mode::Small)?;
    let bins = ["--bin", "holdfast", "--bin", "holdfast-bench"];
    child::run(child::cargo().args(["build", "--release"]).args(workspace::NATIVE).args(bins))?;
    let release = workspace::target().join("release");
    let mut command = child::command(release.join("holdfast-bench"));
    command.arg("--program").arg(release.join("holdfast")).arg("--target").arg(workspace::target()).args(args);
    Ok(child::exit_code(child::status(&mut command)?))
}
