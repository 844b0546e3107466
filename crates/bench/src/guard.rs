//! The guard: what each row costs beside a yardstick of the same run, held against what was kept. A
//! machine twice as slow slows both; a row that alone became twice as dear fails.

use std::{collections::BTreeMap, fs, path::Path};

use anyhow::{Context as _, Result, bail};

use crate::{
    Extent, Options, Rows, measure,
    row::BenchRow,
    single_runs::{METRICS_CHANGED, PLAIN_WRITE, UPLOAD, VERIFIED},
};

/// Incidents of the two folders. Their p50s beside each other tell growth.
const SMALL: usize = 300;
const LARGE: usize = 3_000;
/// Seconds a row.
const SECONDS: f64 = 0.5;
/// How often what is too dear is measured again before it counts: other work on the machine passes.
const TRIES: usize = 3;
/// How much dearer than kept is too dear.
const MOST: f64 = 2.0;

const FIXED: &str = "fixed answer (/healthz)";
const GROWTH: &str = "one client, p50 beside that of a tenth of the incidents";
const HASH: &str = "password hash alone";
/// Loads that are guarded.
const LOADS: &[&str] = &[
    FIXED,
    "list, page",
    "list filtered (open, SEV1), page",
    "incident, page",
    "timeline, page",
    "open an incident, REST",
    "add an event, REST",
    "search, word in 1 % of incidents, REST",
    "search, word in 95 % of incidents, REST",
    "metrics of 12 months, page",
    "metrics of 12 months, REST",
    "today, page",
    "proof of inclusion, REST",
];
/// Rows that are no loads. The summary is the report of one page.
const OTHERS: &[&str] = &[
    "report, incident of usual size, summary",
    "report, incident of usual size, review",
    METRICS_CHANGED,
    UPLOAD,
    VERIFIED,
];

/// A row's cost by what it is set beside.
#[derive(Debug, PartialEq)]
struct GuardCost {
    row: String,
    beside: &'static str,
    value: f64,
}

/// What was kept: row, then yardstick.
type GuardTable = BTreeMap<String, BTreeMap<String, f64>>;

/// Measures, and fails where something is too dear; or writes what was measured.
pub async fn run(options: &Options, file: &Path) -> Result<()> {
    let kept = if options.write_guard { GuardTable::new() } else { read(file)? };
    let mut least = GuardTable::new();
    let mut again: Vec<String> = LOADS.iter().chain(OTHERS).map(ToString::to_string).collect();
    for _ in 0..TRIES {
        for cost in once(options, &again).await? {
            let value = least.entry(cost.row).or_default().entry(cost.beside.into()).or_insert(cost.value);
            *value = value.min(cost.value);
        }
        if !options.write_guard {
            let dear = too_dear(&kept, &least);
            if dear.is_empty() {
                println!("\nnothing costs more than {MOST} times what it did");
                return Ok(());
            }
            println!("\n{}", dear.iter().map(|(_, said)| said.as_str()).collect::<Vec<_>>().join("\n"));
            again = dear.into_iter().map(|(row, _)| measured_as(&row)).chain([FIXED.to_owned()]).collect();
        }
    }
    if options.write_guard {
        for (beside, value) in least.values_mut().flat_map(BTreeMap::iter_mut) {
            // A small folder that was slow by chance is no measure.
            let floor = if beside == GROWTH { 1.0 } else { 0.0 };
            *value = (value.max(floor) * 100.0).round() / 100.0;
        }
        fs::write(file, format!("{}\n", serde_json::to_string_pretty(&least)?))?;
        println!("written: {}", file.display());
        return Ok(());
    }
    bail!("more than {MOST} times as dear as kept in {}, {TRIES} times in a row", file.display())
}

fn read(file: &Path) -> Result<GuardTable> {
    let text = fs::read(file).with_context(|| file.display().to_string())?;
    serde_json::from_slice(&text).with_context(|| file.display().to_string())
}

/// One measurement on both folders.
async fn once(options: &Options, rows: &[String]) -> Result<Vec<GuardCost>> {
    let scope = |incidents, rows, most_clients| Extent { incidents, light: true, seconds: SECONDS, rows, most_clients };
    let loads = rows.iter().filter(|row| LOADS.contains(&row.as_str())).cloned().collect();
    let small = measure(options, scope(SMALL, Rows::Named(loads), 1)).await?;
    let large = measure(options, scope(LARGE, Rows::Named(rows.to_vec()), 8)).await?;
    Ok(costs(small.rows(), large.rows()))
}

/// Each row beside its yardstick.
fn costs(small: &[BenchRow], large: &[BenchRow]) -> Vec<GuardCost> {
    let find = |rows: &[BenchRow], name: &str, clients| {
        rows.iter().find(|row| row.name == name && row.clients == clients).cloned().unwrap_or_default()
    };
    let fixed = find(large, FIXED, Some(1));
    let fixed_eight = find(large, FIXED, Some(8));
    let hash = find(large, HASH, None).value;
    let written = find(large, PLAIN_WRITE, None).value;
    let mut costs = Vec::new();
    for row in large.iter().filter(|row| row.name != FIXED && row.name != HASH) {
        let mut add = |beside, value: Option<f64>, yardstick: Option<f64>| {
            if let (Some(value), Some(yardstick)) = (value, yardstick) {
                costs.push(GuardCost { row: row.name.clone(), beside, value: value / yardstick });
            }
        };
        match row.clients {
            Some(1) => {
                add("one client, p50 beside a fixed answer's", row.p50_ms, fixed.p50_ms);
                let before = find(small, &row.name, Some(1)).p50_ms;
                add(GROWTH, row.p50_ms, before);
            }
            Some(8) => add("eight clients, fixed answers a second beside its own", fixed_eight.per_s, row.per_s),
            Some(_) => {}
            None if row.name == UPLOAD => add("a plain write's rate beside its own", written, row.value),
            None if row.unit == "MiB" && row.name.contains("memory") => add("MiB", row.value, Some(1.0)),
            None if row.unit == "ms" && row.name.ends_with("again") => {
                add("beside a fixed answer", row.value, fixed.p50_ms);
            }
            None if row.unit == "ms" => add("beside a password's hash", row.value, hash),
            None => {}
        }
    }
    costs
}

/// The name by which a figure's row is asked for: a report has several figures.
fn measured_as(row: &str) -> String {
    let of = OTHERS.iter().find(|name| row.starts_with(**name));
    of.map_or_else(|| row.to_owned(), ToString::to_string)
}

/// Rows that are too dear or unknown to one of both sides, and what is to be said of each.
fn too_dear(kept: &GuardTable, least: &GuardTable) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let all = kept.iter().chain(least).flat_map(|(row, by)| by.keys().map(move |beside| (row, beside)));
    for (row, beside) in all.collect::<std::collections::BTreeSet<_>>() {
        let value = |side: &GuardTable| side.get(row).and_then(|by| by.get(beside)).copied();
        let said = match (value(kept), value(least)) {
            (Some(before), Some(now)) if now <= before * MOST => continue,
            (Some(before), Some(now)) => format!("{now:.2}, was {before:.2}"),
            (Some(_), None) => "was not measured".to_owned(),
            (None, _) => "is not kept yet: run with --write-guard".to_owned(),
        };
        found.push((row.clone(), format!("{row}, {beside}: {said}")));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{FIXED, GuardCost, GuardTable, HASH, costs, too_dear};
    use crate::row::BenchRow;

    fn load(name: &str, clients: usize, p50_ms: f64, per_s: f64) -> BenchRow {
        let name = name.to_owned();
        BenchRow { name, clients: Some(clients), p50_ms: Some(p50_ms), per_s: Some(per_s), ..BenchRow::default() }
    }

    #[test]
    fn each_row_is_set_beside_its_yardstick() {
        let small = [load("list, page", 1, 2.0, 500.0)];
        let large = [
            BenchRow::figure(HASH, 200.0, "ms", &[]),
            load(FIXED, 1, 0.5, 2_000.0),
            load(FIXED, 8, 1.0, 8_000.0),
            load("list, page", 1, 3.0, 300.0),
            load("list, page", 8, 9.0, 1_000.0),
            BenchRow::figure("start to ready", 50.0, "ms", &[]),
        ];
        let values: Vec<f64> = costs(&small, &large).into_iter().map(|GuardCost { value, .. }| value).collect();
        assert_eq!(values, [6.0, 1.5, 8.0, 0.25]);
    }

    #[test]
    fn what_doubled_or_is_unknown_fails() {
        let kept = |rows: &[(&str, f64)]| -> GuardTable {
            rows.iter().map(|(row, value)| (row.to_string(), [("MiB".to_owned(), *value)].into())).collect()
        };
        let before = kept(&[("same", 10.0), ("gone", 1.0), ("doubled", 3.0)]);
        let now = kept(&[("same", 19.9), ("new", 1.0), ("doubled", 6.1)]);
        let rows: Vec<String> = too_dear(&before, &now).into_iter().map(|(row, _)| row).collect();
        assert_eq!(rows, ["doubled", "gone", "new"]);
    }
}
