//! One run of `test`: the steps that have ended, with their times and counts, the steps that run
//! beside others, and the table at the end. Knows no step by name.
//!
//! A step that runs beside others is this same program in a process of its own (`xtask test --only
//! STEP --json FILE`): what it prints goes to a file and is printed as a whole once it has ended.

use crate::child::Ended;
use crate::counts::Counts;
use crate::{child, workspace};
use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{ExitCode, Stdio};
use std::time::Instant;

/// A step that has ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StepRow {
    /// Its name.
    #[serde(rename = "step")]
    pub name: String,
    /// Seconds from the beginning of the run to its own.
    pub began_s: f64,
    /// Seconds it took.
    pub took_s: f64,
    /// Its tests.
    #[serde(flatten)]
    pub counts: Counts,
}

/// The steps of a run.
pub struct Run {
    began: Instant,
    /// This program, as it was found before a build replaced it.
    program: PathBuf,
    rows: Vec<StepRow>,
}

impl Run {
    /// A run that begins now.
    pub fn begin() -> Result<Self> {
        let program = std::env::current_exe().context("xtask does not know where it is")?;
        Ok(Self { began: Instant::now(), program, rows: Vec::new() })
    }

    /// A step that passes or fails, and counts as one test.
    pub fn check(&mut self, name: &str, work: impl FnOnce() -> Result<()>) {
        self.step(name, || work().map(|()| Counts::one(true)));
    }

    /// A step with tests of its own; an error counts as one failed test.
    pub fn step(&mut self, name: &str, work: impl FnOnce() -> Result<Counts>) {
        println!("\nxtask: ── {name}");
        let (began_s, started) = (self.began.elapsed().as_secs_f64(), Instant::now());
        let counts = work().unwrap_or_else(|error| {
            eprintln!("xtask: {name}: {error:#}");
            Counts::one(false)
        });
        self.rows.push(StepRow { name: name.to_owned(), began_s, took_s: started.elapsed().as_secs_f64(), counts });
    }

    /// Starts steps in a process beside this one. `env` is what they need to find.
    pub fn beside(&self, steps: &[&str], env: &[(&str, &str)]) -> Result<Beside> {
        let name = steps.join("-");
        let folder = workspace::target().join("steps");
        fs::create_dir_all(&folder)?;
        let (log, json) = (folder.join(format!("{name}.log")), folder.join(format!("{name}.json")));
        // Rows of an earlier run must not be taken for this one's.
        if json.exists() {
            fs::remove_file(&json)?;
        }
        let out = File::create(&log).with_context(|| log.display().to_string())?;
        println!("\nxtask: ── {} (beside what follows)", steps.join(", "));
        let child = child::command(&self.program)
            .args(["test", "--json"])
            .arg(&json)
            .arg("--only")
            .args(steps)
            .envs(env.iter().copied())
            // The time of the whole run is checked once, by this process.
            .env_remove(crate::budget::BUILDS)
            .stdin(Stdio::null())
            .stdout(out.try_clone()?)
            .stderr(out)
            .spawn()
            .context("cannot run xtask beside itself")?;
        Ok(Beside { name, began_s: self.elapsed_s(), child: Ended(child), log, json })
    }

    /// Waits for steps beside this process, prints what they printed, and takes in their rows.
    pub fn join(&mut self, beside: Result<Beside>) {
        let ended = beside.and_then(|mut beside| {
            let status = beside.child.0.wait()?;
            println!("\nxtask: ── {} ran beside, {status}", beside.name);
            print!("{}", String::from_utf8_lossy(&fs::read(&beside.log)?));
            let rows = read_rows(&beside.json).with_context(|| format!("{} left no rows", beside.name))?;
            if rows.is_empty() || (!status.success() && rows.iter().all(|row| row.counts.failed == 0)) {
                bail!("{} ended with {status} and no failed step", beside.name);
            }
            Ok((rows, beside.began_s))
        });
        match ended {
            Ok((rows, began_s)) => {
                self.rows.extend(rows.into_iter().map(|row| StepRow { began_s: began_s + row.began_s, ..row }));
            }
            Err(error) => self.check("steps beside others", || Err(error)),
        }
    }

    /// Seconds since the run began.
    pub fn elapsed_s(&self) -> f64 {
        self.began.elapsed().as_secs_f64()
    }

    /// Writes the step table as JSON, with what else is known of the run.
    pub fn write(&self, file: &Path, known: &Value) -> Result<()> {
        let table = json!({ "total_s": self.elapsed_s(), "run": known, "steps": self.rows });
        let text = serde_json::to_string_pretty(&table)?;
        if let Some(folder) = file.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(file, text + "\n").with_context(|| file.display().to_string())
    }

    /// Prints the table and the line that adds it all up.
    pub fn finish(mut self) -> ExitCode {
        self.rows.sort_by(|one, other| one.began_s.total_cmp(&other.began_s));
        println!("\n{:<24} {:>8} {:>8} {:>8} {:>8}", "step", "from s", "seconds", "passed", "failed");
        let mut total = Counts::default();
        for row in &self.rows {
            let Counts { passed, failed } = row.counts;
            println!("{:<24} {:>8.1} {:>8.1} {passed:>8} {failed:>8}", row.name, row.began_s, row.took_s);
            total.add(row.counts);
        }
        println!("{:<24} {:>8} {:>8.1}", "total", "", self.elapsed_s());
        println!("\n{} passed, {} failed", total.passed, total.failed);
        if total.failed == 0 && total.passed > 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}

/// Steps in a process of their own.
pub struct Beside {
    name: String,
    began_s: f64,
    // Normally it has ended by now. If this run is abandoned, it is ended.
    child: Ended,
    log: PathBuf,
    json: PathBuf,
}

fn read_rows(file: &Path) -> Result<Vec<StepRow>> {
    #[derive(Deserialize)]
    struct Table {
        steps: Vec<StepRow>,
    }
    let table: Table = serde_json::from_slice(&fs::read(file)?)?;
    Ok(table.steps)
}

#[cfg(test)]
mod tests {
    use super::{Counts, Run, read_rows};
    use serde_json::Value;

    #[test]
    fn a_failed_step_is_counted_and_written_with_the_others() {
        let mut run = Run::begin().expect("a program");
        run.check("one", || Ok(()));
        run.step("two", || Ok(Counts { passed: 3, failed: 0 }));
        run.check("three", || anyhow::bail!("no"));
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join("rows.json");
        run.write(&file, &Value::Null).expect("written");
        let rows = read_rows(&file).expect("read back");
        assert_eq!(rows, run.rows);
        let counts: Vec<(u64, u64)> = rows.iter().map(|row| (row.counts.passed, row.counts.failed)).collect();
        assert_eq!(counts, [(1, 0), (3, 0), (0, 1)]);
        assert_eq!(run.finish(), std::process::ExitCode::FAILURE);
    }
}
