//! How long a run of the CI takes beside a yardstick of the same run, held against two numbers in the
//! repository: one for a run with nothing compiled before, one for a run that finds the packages from
//! registries compiled. A machine half as fast takes twice as long for both, so only a change of
//! the project itself moves the figure.

use crate::{child, workspace};
use anyhow::{Context, Result, bail};
use argon2::{Algorithm, Argon2, Params, Version};
use serde_json::{Value, json};
use std::fs;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// The numbers: seconds of the run for each second of the yardstick.
const BUDGET: &str = "xtask/ci-budget.json";

/// The variable by which `.ci/run` says whether a run is cold or warm.
pub const BUILDS: &str = "HOLDFAST_CI_BUILDS";

/// A run that takes this many times its number fails.
const MOST: f64 = 2.0;

/// How often each part of the yardstick is measured; the least counts.
const TRIES: usize = 2;

/// Password hashes that weigh as much as the fixed compile.
const HASHES: f64 = 20.0;

/// What the machine takes for work that never changes.
pub struct Yardstick {
    compile_s: f64,
    hash_s: f64,
}

impl Yardstick {
    /// Compiles a fixed file and computes a password hash of the strength that the product uses.
    pub fn measure() -> Result<Self> {
        let (mut compile_s, mut hash_s) = (f64::INFINITY, f64::INFINITY);
        for _ in 0..TRIES {
            compile_s = compile_s.min(compile()?.as_secs_f64());
            hash_s = hash_s.min(hash()?.as_secs_f64());
        }
        println!("xtask: yardstick: a fixed compile {compile_s:.2} s, a password hash {:.0} ms", hash_s * 1000.0);
        Ok(Self { compile_s, hash_s })
    }

    fn seconds(&self) -> f64 {
        self.compile_s + HASHES * self.hash_s
    }
}

fn compile() -> Result<Duration> {
    let folder = tempfile::tempdir()?;
    let started = Instant::now();
    // Plainly rustc: a wrapper that lints would measure something else.
    child::run(
        child::command("rustc")
            .args(["--edition", "2024", "--crate-type", "rlib", "-C", "opt-level=2", "-C", "codegen-units=1"])
            .args(["--crate-name", "yardstick", "--out-dir"])
            .arg(folder.path())
            .arg(workspace::root().join("xtask/yardstick.rs")),
    )?;
    Ok(started.elapsed())
}

/// As `Strength::DEFAULT` of the actions: argon2id, 64 MiB, three passes.
fn hash() -> Result<Duration> {
    let params = Params::new(64 * 1024, 3, 1, Some(32)).map_err(|error| anyhow::anyhow!("{error}"))?;
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let started = Instant::now();
    let mut out = [0; 32];
    argon2
        .hash_password_into(b"a long sentence about lighthouses", b"sixteen bytes!!!", &mut out)
        .map_err(|error| anyhow::anyhow!("{error}"))?;
    Ok(started.elapsed())
}

/// What `.ci/run` says of this run.
pub struct Ci {
    /// `cold` or `warm`.
    builds: String,
    /// When `.ci/run` began, in seconds since 1970.
    began: f64,
}

impl Ci {
    /// From the environment that `.ci/run` sets; nothing where it did not.
    pub fn from_env() -> Result<Option<Self>> {
        let (Ok(builds), Ok(began)) = (std::env::var(BUILDS), std::env::var("HOLDFAST_CI_BEGAN")) else {
            return Ok(None);
        };
        let began = began.parse().context("HOLDFAST_CI_BEGAN is no number of seconds")?;
        Ok(Some(Self { builds, began }))
    }

    fn total_s(&self) -> Result<f64> {
        Ok(SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs_f64() - self.began)
    }

    /// What is known of the run, for the file with its steps.
    pub fn describe(&self, yardstick: &Yardstick) -> Result<Value> {
        let total = self.total_s()?;
        Ok(json!({
            "builds": self.builds,
            "total_with_xtask_s": total,
            "fixed_compile_s": yardstick.compile_s,
            "password_hash_s": yardstick.hash_s,
            "total_beside_yardstick": total / yardstick.seconds(),
        }))
    }

    /// An error when the run took more than twice its number.
    pub fn check(&self, yardstick: &Yardstick) -> Result<()> {
        let file = workspace::root().join(BUDGET);
        let budget: Value = serde_json::from_slice(&fs::read(&file)?).context(BUDGET)?;
        let number = budget[&self.builds].as_f64().with_context(|| format!("{BUDGET} has no {:?}", self.builds))?;
        let total = self.total_s()?;
        let figure = total / yardstick.seconds();
        println!(
            "xtask: this {} run took {total:.0} s, {figure:.0} times the yardstick; {BUDGET} says {number:.0}",
            self.builds
        );
        verdict(figure, number)
    }
}

fn verdict(figure: f64, number: f64) -> Result<()> {
    if figure > MOST * number {
        bail!("the run took {figure:.0} times the yardstick, more than {MOST} times the {number:.0} of {BUDGET}");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::verdict;

    #[test]
    fn a_run_fails_above_twice_its_number() {
        assert!(verdict(199.0, 100.0).is_ok());
        assert!(verdict(201.0, 100.0).is_err());
    }
}
