//! The data folder that is measured: an organisation made by the program's own commands, then filled
//! in bulk. Kept between runs as long as it fits the program's migrations.

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Instant, SystemTime, UNIX_EPOCH},
};

use anyhow::{Context as _, Result, bail};
use holdfast_store::{Db, Queryable as _};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    chain,
    fill::{Density, Filler},
};

/// Accounts that requests are spread over.
pub const PEOPLE: usize = 50;
/// Their password.
pub const PASSWORD: &str = "copper tide 9 lanterns";
/// Incidents written in one transaction.
const TOGETHER: usize = 1_000;

/// Events of the largest incident: its review has about a hundred pages.
const LARGE: usize = 3_800;

/// Entries of the ledger for each incident, and at most.
const ENTRIES: u64 = 10;
const ENTRIES_MAX: u64 = 1_000_000;

/// What belongs to an incident usually.
const USUAL: Density = Density { events: 50, tasks: 10, evidence: 5, indicators: 10, words: 20 };
/// What the other tools were measured with.
const LIGHT: Density = Density { events: 10, tasks: 3, evidence: 1, indicators: 3, words: 40 };

/// What was seeded.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Seeded {
    /// Incidents.
    pub incidents: usize,
    /// Rows of all tables.
    pub rows: u64,
    /// Rows a second.
    pub rows_per_s: f64,
    /// Seconds.
    pub seconds: f64,
    /// Incidents with 500 and with [`LARGE`] events.
    pub large: [String; 2],
}

/// Where everything lies.
#[derive(Clone, Debug)]
pub struct BenchPaths {
    /// The server's program.
    pub program: PathBuf,
    /// The data folder.
    pub data: PathBuf,
    /// The database, where it is not in the folder.
    pub database: Option<String>,
}

impl BenchPaths {
    /// A command of the server's program on this place.
    pub fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command.args(words).arg("--data").arg(&self.data);
        if let Some(url) = &self.database {
            command.env("HOLDFAST_DATABASE", url);
        }
        command
    }

    /// The database, open.
    pub async fn db(&self) -> Result<Db> {
        let embedded = || format!("sqlite:{}", self.data.join("holdfast.db").display());
        Ok(Db::open(&self.database.clone().unwrap_or_else(embedded)).await?)
    }
}

/// The mail address of an account.
pub fn email(person: usize) -> String {
    format!("lead{person:02}@bench.example")
}

/// Seeds the place unless it is seeded.
pub async fn seed(place: &BenchPaths, incidents: usize, light: bool) -> Result<Seeded> {
    let marker = place.data.join("seeded.json");
    if let Some(seeded) = known(place, &marker).await {
        println!(
            "seeded before: {} incidents, {} rows, {:.0} rows/s",
            seeded.incidents, seeded.rows, seeded.rows_per_s
        );
        return Ok(seeded);
    }
    if place.data.exists() {
        fs::remove_dir_all(&place.data)?;
    }
    for person in 0..PEOPLE {
        add(place, person)?;
    }
    let db = place.db().await?;
    let seeded = fill(&db, incidents, if light { LIGHT } else { USUAL }).await?;
    db.close().await;
    fs::write(marker, serde_json::to_vec_pretty(&seeded)?)?;
    let Seeded { rows, seconds, rows_per_s, .. } = &seeded;
    println!("seeded {incidents} incidents: {rows} rows in {seconds:.0} s, {rows_per_s:.0} rows/s");
    Ok(seeded)
}

/// Reads the embedded database once, as a server's day has: else rows that go to incidents by chance measure
/// how a disk finds pages for the first time.
pub fn warm(place: &BenchPaths) -> Result<()> {
    if place.database.is_none() {
        std::io::copy(&mut fs::File::open(place.data.join("holdfast.db"))?, &mut std::io::sink())?;
    }
    Ok(())
}

async fn known(place: &BenchPaths, marker: &Path) -> Option<Seeded> {
    let seeded = serde_json::from_slice(&fs::read(marker).ok()?).ok()?;
    let db = place.db().await.ok()?;
    // Steps that came later run here as they would at somebody's who upgrades.
    let fits = db.migrate().await.is_ok();
    db.close().await;
    fits.then_some(seeded)
}

/// Adds an account; the first also makes the organisation.
fn add(place: &BenchPaths, person: usize) -> Result<()> {
    let mut command = place.command(&["admin", "user", "add", "--password-stdin", "--role", "lead"]);
    command.args(["--email", &email(person), "--name", &format!("Lead {person:02}")]);
    if person == 0 {
        command.args(["--role", "administrator", "--log-name", "bench.example/ledger"]);
    }
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().context("cannot run holdfast")?;
    child.stdin.take().context("no standard input")?.write_all(PASSWORD.as_bytes())?;
    if !child.wait()?.success() {
        bail!("account {person} could not be added; is the database empty?");
    }
    Ok(())
}

async fn fill(db: &Db, incidents: usize, density: Density) -> Result<Seeded> {
    let (org,): (Uuid,) = db.query("SELECT id FROM orgs").fetch_one().await?;
    let people: Vec<(Uuid,)> = db.query("SELECT id FROM people ORDER BY email").fetch_all().await?;
    if db.is_sqlite() {
        // Only while seeding: what is lost by a power cut is made again.
        for pragma in ["PRAGMA synchronous = OFF", "PRAGMA foreign_keys = OFF", "PRAGMA cache_size = -524288"] {
            db.alone(pragma).execute().await?;
        }
    }
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_micros();
    let mut filler = Filler::new(org, people.into_iter().map(|(id,)| id).collect(), i64::try_from(now)?);
    let started = Instant::now();
    let mut numbers = Numbers::default();
    let mut large = Vec::new();
    for from in (0..incidents).step_by(TOGETHER) {
        let mut tx = db.write().await?;
        for number in from..(from + TOGETHER).min(incidents) {
            let at = filler.opened_at(number, incidents);
            let reference = numbers.next(at);
            let events = match number {
                _ if number + 2 == incidents => 500,
                _ if number + 1 == incidents => LARGE,
                _ => density.events,
            };
            if number + 2 >= incidents {
                large.push(reference.clone());
            }
            filler.incident(&reference, at, Density { events, ..density });
            if number % 50 == 49 {
                filler.flush(&mut tx).await?;
            }
        }
        filler.flush(&mut tx).await?;
        tx.commit().await?;
        progress(from + TOGETHER, incidents, started);
    }
    let mut tx = db.write().await?;
    for (year, count) in numbers.0 {
        filler.counter(format!("incident-{year}"), count);
    }
    filler.flush(&mut tx).await?;
    tx.commit().await?;
    let chained = chain::extend(db, org, (incidents as u64 * ENTRIES).min(ENTRIES_MAX)).await?;
    db.alone(if db.is_sqlite() { "PRAGMA wal_checkpoint(TRUNCATE)" } else { "ANALYZE" }).execute().await?;
    let (seconds, rows) = (started.elapsed().as_secs_f64(), filler.written() + chained);
    let large = large.try_into().map_err(|_| anyhow::anyhow!("at least two incidents are needed"))?;
    Ok(Seeded { incidents, rows, rows_per_s: rows as f64 / seconds, seconds, large })
}

fn progress(done: usize, of: usize, started: Instant) {
    if done.is_multiple_of(10_000) {
        println!("  {done} of {of} after {:.0} s", started.elapsed().as_secs_f64());
    }
}

/// The numbers given in each year.
#[derive(Default)]
struct Numbers(Vec<(i64, i64)>);

impl Numbers {
    /// The reference of an incident opened at this time; times only grow.
    fn next(&mut self, at: i64) -> String {
        // The Gregorian year is right but for hours around New Year, which nothing looks at.
        let year = 1_970 + at / 31_556_952_000_000;
        match self.0.last_mut() {
            Some((last, count)) if *last == year => *count += 1,
            _ => self.0.push((year, 1)),
        }
        let number = self.0.last().map_or(0, |(_, count)| *count);
        format!("INC-{year}-{number:04}")
    }
}
