//! What came out: printed as it comes, kept as `bench.json`, and written into the documentation.

use std::{fs, path::PathBuf, process::Command};

use anyhow::{Context as _, Result};

use crate::{
    Options,
    row::{HEADING, Row},
    seed::{Place, Seeded},
};

const DOCS: &str = "docs/performance.md";
const BEGIN: &str = "<!-- bench:begin -->";
const END: &str = "<!-- bench:end -->";

/// The rows so far.
pub struct Results {
    rows: Vec<Row>,
    about: String,
    only: String,
    json: PathBuf,
    write_docs: bool,
}

impl Results {
    /// None yet.
    pub fn new(options: &Options, place: &Place, seeded: Seeded) -> Self {
        let engine = if place.database.is_some() { "PostgreSQL" } else { "SQLite" };
        let cores = std::thread::available_parallelism().map_or(0, usize::from);
        let about = format!(
            "{engine}, {} incidents{}, {} rows seeded at {:.0} rows/s; {cores} cores; {} s a row; commit {}",
            seeded.incidents,
            if options.light { " of ten events" } else { "" },
            seeded.rows,
            seeded.rows_per_s,
            options.seconds,
            commit(),
        );
        println!("{about}\n\n{HEADING}");
        let json = options.target.join("bench.json");
        Self { rows: Vec::new(), about, only: options.only.clone(), json, write_docs: options.write_docs }
    }

    /// Whether a row of this name is asked for.
    pub fn wants(&self, name: &str) -> bool {
        name.contains(&self.only)
    }

    /// Adds a row.
    pub fn add(&mut self, row: Row) {
        println!("{}", row.line());
        self.rows.push(row);
    }

    /// Writes everything down.
    pub fn finish(self) -> Result<()> {
        let told = serde_json::json!({ "about": self.about, "rows": self.rows });
        fs::write(&self.json, serde_json::to_vec_pretty(&told)?)?;
        println!("\nwritten: {}", self.json.display());
        if self.write_docs {
            let text = fs::read_to_string(DOCS).context(DOCS)?;
            let (before, rest) = text.split_once(BEGIN).context("no begin marker")?;
            let (_, after) = rest.split_once(END).context("no end marker")?;
            let lines: Vec<String> = self.rows.iter().map(Row::line).collect();
            let table = format!("{}.\n\n{HEADING}\n{}", self.about, lines.join("\n"));
            fs::write(DOCS, format!("{before}{BEGIN}\n{table}\n{END}{after}"))?;
            println!("written: {DOCS}");
        }
        Ok(())
    }
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
