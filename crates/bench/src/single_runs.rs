//! Rows that are no closed loop: starts, reports, an upload, memory, the database's size.

use std::{
    fs::{self, File},
    io::Write as _,
    path::Path,
    time::{Duration, Instant},
};

use anyhow::{Result, bail};
use holdfast_store::Queryable as _;

use crate::{
    client::Client,
    people::People,
    result::{Results, quantile},
    row::{BenchRow, Goal::AtMost},
    seed::{BenchPaths, Seeded},
    server::{ServerProcess, Watch, memory},
};

const MIB: f64 = 1_048_576.0;
/// A report's budget: at least this, and this for each page.
const BUDGET_MS: f64 = 25.0;
const BUDGET_MS_A_PAGE: f64 = 12.0;
/// Size of the upload, in blocks of 1 MiB.
const UPLOAD_MIB: u64 = 256;

/// The row of the upload.
pub const UPLOAD: &str = "upload of 256 MiB as evidence, REST";
/// The row of what the disk takes by itself.
pub const PLAIN_WRITE: &str = "plain write and fsync of 256 MiB";
/// The row of metrics when no incident is in the server's memory.
const METRICS_FIRST: &str = "metrics of 12 months, REST, first since the start";
/// The row of metrics that an incident just changed.
pub const METRICS_CHANGED: &str = "metrics of 12 months, REST, first after a change";
/// The row of the ledger's check.
pub const VERIFIED: &str = "ledger, verified as a whole";

/// From the program's start to ready, five times.
pub async fn starts(place: &BenchPaths, results: &mut Results) -> Result<()> {
    let mut times = Vec::new();
    for _ in 0..5 {
        let mut server = ServerProcess::start(place).await?;
        times.push(server.ready.as_secs_f64() * 1_000.0);
        server.stop()?;
    }
    let median = quantile(&mut times, 0.5);
    results.add(BenchRow::figure("start to ready", median, "ms", &[AtMost(150.0)]).noted("median of five"));
    Ok(())
}

/// Memory before the first request.
pub fn idle(server: &ServerProcess, results: &mut Results) {
    let bytes = memory(server.id()) as f64;
    results.add(BenchRow::figure("memory, idle", bytes / MIB, "MiB", &[AtMost(60.0)]));
}

/// Metrics asked for the first time, and then after each of nine changes.
pub async fn metrics(server: &ServerProcess, people: &People, results: &mut Results) -> Result<()> {
    if !results.wants(METRICS_FIRST) && !results.wants(METRICS_CHANGED) {
        return Ok(());
    }
    let mut client = Client::new(server.address);
    let incident = r#"{"title": "Measured incident, counted", "severity": "sev3", "category": "fraud/phishing"}"#;
    let mut times = Vec::new();
    for number in 0..10 {
        if number > 0 {
            let answer = client.send(&people.post(number, "/api/v1/incidents", incident)).await?;
            if answer.status != 201 {
                bail!("no incident could be opened: {}", answer.status);
            }
        }
        let sent = Instant::now();
        let answer = client.send(&people.get(number, "/api/v1/metrics?period=12-months")).await?;
        times.push(sent.elapsed().as_secs_f64() * 1_000.0);
        if answer.status != 200 {
            bail!("the metrics were refused: {}", answer.status);
        }
    }
    let first = times.remove(0);
    if results.wants(METRICS_FIRST) {
        results.add(BenchRow::figure(METRICS_FIRST, first, "ms", &[]).noted("all incidents are read"));
    }
    if results.wants(METRICS_CHANGED) {
        let row = BenchRow::figure(METRICS_CHANGED, quantile(&mut times, 0.5), "ms", &[AtMost(100.0)]);
        results.add(row.noted("median of nine, an incident opened before each"));
    }
    Ok(())
}

/// The most memory over the whole run.
pub fn peak(bytes: u64, results: &mut Results) {
    let row = BenchRow::figure("memory, most over the run", bytes as f64 / MIB, "MiB", &[]);
    results.add(row.noted("server and its render workers"));
}

/// The database's size after the run.
pub async fn size(place: &BenchPaths, results: &mut Results) -> Result<()> {
    let bytes = if place.database.is_some() {
        let db = place.db().await?;
        let (bytes,): (i64,) = db.query("SELECT pg_database_size(current_database())").fetch_one().await?;
        bytes as f64
    } else {
        fs::metadata(place.data.join("holdfast.db"))?.len() as f64
    };
    results.add(BenchRow::figure("database, size after the run", bytes / MIB, "MiB", &[]));
    Ok(())
}

/// The whole ledger, checked by the program's own command.
pub fn verify(place: &BenchPaths, people: &People, results: &mut Results) -> Result<()> {
    if !results.wants(VERIFIED) {
        return Ok(());
    }
    let began = Instant::now();
    let output = place.command(&["ledger", "verify"]).output()?;
    let took = began.elapsed().as_secs_f64() * 1_000.0;
    if !output.status.success() {
        bail!("the ledger does not hold: {}", String::from_utf8_lossy(&output.stdout));
    }
    let row = BenchRow::figure(VERIFIED, took, "ms", &[AtMost(2_000.0)]);
    results.add(row.noted(&format!("{} entries and more, each with two texts", people.entries)));
    Ok(())
}

/// Reports and the upload.
pub async fn all(
    place: &BenchPaths,
    server: &ServerProcess,
    people: &People,
    seeded: &Seeded,
    results: &mut Results,
) -> Result<()> {
    let [middle, large] = &seeded.large;
    let usual = people.reference(7);
    for (name, reference, kind) in [
        ("report, incident of usual size, summary", usual, "summary"),
        ("report, incident of usual size, executive", usual, "executive"),
        ("report, incident of usual size, review", usual, "post-incident-review"),
        ("report, incident of 500 events, review", middle, "post-incident-review"),
        ("report, incident of 3,800 events, review", large, "post-incident-review"),
    ] {
        if results.wants(name) {
            report(server, people, (name, reference, kind), results).await?;
        }
    }
    if results.wants(UPLOAD) {
        upload(place, server, people, results).await?;
    }
    Ok(())
}

async fn report(
    server: &ServerProcess,
    people: &People,
    (name, reference, kind): (&str, &str, &str),
    results: &mut Results,
) -> Result<()> {
    let mut client = Client::new(server.address);
    let path = format!("/api/v1/incidents/{reference}/report/{kind}.pdf");
    let watch = Watch::begin(server.id());
    let mut times = Vec::new();
    let mut said = String::new();
    let mut most = BUDGET_MS;
    for _ in 0..4 {
        let sent = Instant::now();
        // The same person each time: a report names its author.
        let answer = client.send(&people.get(0, &path)).await?;
        times.push(sent.elapsed().as_secs_f64() * 1_000.0);
        said = format!("refused with {}", answer.status);
        if answer.status == 200 {
            let pages = pages(&answer.body).unwrap_or(1);
            said = format!("{pages} pages, {:.0} KB", answer.body.len() as f64 / 1_000.0);
            most = BUDGET_MS.max(pages as f64 * BUDGET_MS_A_PAGE);
        }
    }
    let memory = watch.end() as f64 / MIB;
    let first = times.remove(0);
    let row =
        |words: &str, value, unit, most| BenchRow::figure(&format!("{name}, {words}"), value, unit, &[AtMost(most)]);
    results.add(row("first", first, "ms", most).noted(&said));
    results.add(row("again", quantile(&mut times, 0.5), "ms", 5.0));
    results.add(row("memory meanwhile", memory, "MiB", 300.0));
    Ok(())
}

/// The number of pages that a PDF's root of pages says, where it can be read.
fn pages(pdf: &[u8]) -> Option<usize> {
    let text = String::from_utf8_lossy(pdf);
    let counts = text.match_indices("/Count ").filter_map(|(at, word)| {
        let digits: String = text[at + word.len()..].chars().take_while(char::is_ascii_digit).collect();
        digits.parse().ok()
    });
    // Bookmarks count as well, but the first is the pages'.
    text.contains("/Type/Pages").then(|| counts.into_iter().next()).flatten()
}

async fn upload(place: &BenchPaths, server: &ServerProcess, people: &People, results: &mut Results) -> Result<()> {
    let mut block = vec![0; 1 << 20];
    let mut random = crate::random::Random::new(3);
    for eight in block.chunks_mut(8) {
        eight.copy_from_slice(&random.next().to_be_bytes());
    }
    let written = plain(&place.data, &block)?;
    let length = UPLOAD_MIB << 20;
    let path =
        format!("/api/v1/incidents/{}/evidence?kind=disk&title=Measured&original_filename=m.img", people.reference(3));
    let more = format!("content-type: application/octet-stream\r\ncontent-length: {length}\r\n");
    let mut times = Vec::new();
    for number in 0..3 {
        let head = people.rest(number, "POST", &path, &more);
        let began = Instant::now();
        let answer = Client::new(server.address).upload(head.as_bytes(), &block, UPLOAD_MIB).await?;
        if answer.status != 201 {
            bail!("the upload was refused: {} {}", answer.status, String::from_utf8_lossy(&answer.body));
        }
        times.push(began.elapsed());
    }
    times.sort_unstable();
    let middle = times.get(1).copied().unwrap_or_default();
    let rate = |time: Duration| UPLOAD_MIB as f64 * 1.048_576 / time.as_secs_f64();
    results.add(BenchRow::figure(PLAIN_WRITE, rate(written), "MB/s", &[]));
    let row = BenchRow::figure(UPLOAD, rate(middle), "MB/s", &[]);
    results.add(row.noted("hashed and on the disk when answered; median of three"));
    Ok(())
}

fn plain(folder: &Path, block: &[u8]) -> Result<Duration> {
    let path = folder.join("plain.tmp");
    let began = Instant::now();
    let mut file = File::create(&path)?;
    for _ in 0..UPLOAD_MIB {
        file.write_all(block)?;
    }
    file.sync_all()?;
    let time = began.elapsed();
    fs::remove_file(&path)?;
    Ok(time)
}
