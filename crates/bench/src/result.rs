//! What came out: printed as it comes, kept as `bench.json`, and written into the documentation.

use std::{collections::BTreeMap, fs, path::PathBuf, process::Command, time::Duration};

use anyhow::{Context as _, Result};
use serde::{Deserialize, Serialize};

use crate::{
    Extent, Options, Rows,
    row::{BenchRow, HEADING},
    seed::{BenchPaths, Seeded},
};

const DOCS: &str = "docs/performance.md";
const BEGIN: &str = "<!-- bench:begin -->";
const END: &str = "<!-- bench:end -->";

/// One run.
#[derive(Serialize, Deserialize)]
struct BenchRun {
    about: String,
    rows: Vec<BenchRow>,
}

/// Every run that was kept, by its engine and size.
type Runs = BTreeMap<String, BenchRun>;

/// The rows so far.
pub struct Results {
    key: String,
    run: BenchRun,
    scope: Extent,
    json: PathBuf,
    write_docs: bool,
}

impl Results {
    /// None yet.
    pub fn new(options: &Options, scope: Extent, place: &BenchPaths, seeded: &Seeded) -> Self {
        let engine = if place.database.is_some() { "PostgreSQL" } else { "SQLite" };
        let cores = std::thread::available_parallelism().map_or(0, usize::from);
        let about = format!(
            "{engine}, {} incidents{}, {} rows seeded at {:.0} rows/s; {cores} cores; {} s a row; commit {}; load {}",
            seeded.incidents,
            if scope.light { " of ten events" } else { "" },
            seeded.rows,
            seeded.rows_per_s,
            scope.seconds,
            commit(),
            others(),
        );
        println!("{about}\n\n{HEADING}");
        let key = place.data.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let run = BenchRun { about, rows: Vec::new() };
        let json = options.target.join("bench.json");
        Self { key, run, scope, json, write_docs: options.write_docs }
    }

    /// Whether a row of this name is asked for.
    pub fn wants(&self, name: &str) -> bool {
        match &self.scope.rows {
            Rows::All => true,
            Rows::Containing(words) => name.contains(words),
            Rows::Named(names) => names.iter().any(|one| one == name),
        }
    }

    /// Whether so many clients at once are.
    pub const fn wants_clients(&self, clients: usize) -> bool {
        clients <= self.scope.most_clients
    }

    /// How long each load runs.
    pub fn time(&self) -> Duration {
        Duration::from_secs_f64(self.scope.seconds)
    }

    /// The rows so far.
    pub fn rows(&self) -> &[BenchRow] {
        &self.run.rows
    }

    /// Adds a row.
    pub fn add(&mut self, row: BenchRow) {
        println!("{}", row.line());
        self.run.rows.push(row);
    }

    /// Writes everything down, beside the runs that were kept.
    pub fn finish(mut self) -> Result<()> {
        let mut runs: Runs =
            fs::read(&self.json).ok().and_then(|kept| serde_json::from_slice(&kept).ok()).unwrap_or_default();
        let engine = self.key.split('-').next().unwrap_or_default();
        if let Some(small) = runs.get(&format!("{engine}-1000")) {
            grow(&mut self.run.rows, &small.rows);
        }
        // A part of the rows is looked at, not kept.
        if matches!(self.scope.rows, Rows::All) {
            runs.insert(self.key, self.run);
            fs::write(&self.json, serde_json::to_vec_pretty(&runs)?)?;
            println!("\nwritten: {}", self.json.display());
        }
        if self.write_docs {
            let text = fs::read_to_string(DOCS).context(DOCS)?;
            let (before, rest) = text.split_once(BEGIN).context("no begin marker")?;
            let (_, after) = rest.split_once(END).context("no end marker")?;
            let tables: Vec<String> = runs.values().rev().map(BenchRun::table).collect();
            fs::write(DOCS, format!("{before}{BEGIN}\n{}\n{END}{after}", tables.join("\n\n")))?;
            println!("written: {DOCS}");
        }
        Ok(())
    }
}

impl BenchRun {
    fn table(&self) -> String {
        let (what, how) = self.about.split_once("; ").unwrap_or((&self.about, ""));
        let lines: Vec<String> = self.rows.iter().map(BenchRow::line).collect();
        format!("### {what}\n\n{how}.\n\n{HEADING}\n{}", lines.join("\n"))
    }
}

/// Sets each single client's p50 beside that of the small run.
fn grow(rows: &mut [BenchRow], small: &[BenchRow]) {
    for row in rows.iter_mut().filter(|row| row.clients == Some(1)) {
        let same = small.iter().find(|one| one.clients == Some(1) && one.name == row.name);
        row.growth = same.and_then(|same| Some(row.p50_ms? / same.p50_ms?));
        if let Some(growth) = row.growth {
            println!("{}: ×{growth:.2} of 1,000 incidents", row.name);
        }
    }
}

/// How busy the machine was when it began: processes that wanted to run, in the minute before.
fn others() -> String {
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    load.split(' ').next().unwrap_or_default().to_owned()
}

/// The commit that is measured.
fn commit() -> String {
    let output = Command::new("git").args(["rev-parse", "--short", "HEAD"]).output();
    output.ok().and_then(|output| String::from_utf8(output.stdout).ok()).unwrap_or_default().trim().to_owned()
}

/// The value below which that share of them lies.
pub fn quantile(values: &mut [f64], share: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    let at = (values.len().saturating_sub(1) as f64 * share).round() as usize;
    values.get(at).copied().unwrap_or(f64::NAN)
}
