//! A row of the result: what was measured, what it should be, whether it is.

use serde::{Deserialize, Serialize};

use crate::{load::Stats, rivals};

/// What a row should reach.
#[derive(Clone, Copy, Debug)]
pub enum Goal {
    /// Half of the answers within so many ms.
    P50(f64),
    /// All but one in a hundred within so many ms.
    P99(f64),
    /// So many a second, and so many later.
    PerS(f64, f64),
    /// Not above this.
    AtMost(f64),
}

/// A row.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct BenchRow {
    /// What.
    pub name: String,
    /// Clients at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clients: Option<usize>,
    /// Half of the answers came within this.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p50_ms: Option<f64>,
    /// All but one in a hundred did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p99_ms: Option<f64>,
    /// Answers a second.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub per_s: Option<f64>,
    /// A figure that is none of these.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<f64>,
    /// Its unit.
    pub unit: String,
    /// Its p50 beside that of the same row with 1,000 incidents.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub growth: Option<f64>,
    /// The budget, in words.
    pub budget: String,
    /// Whether it was reached.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reached: Option<bool>,
    /// What else there is to say.
    pub note: String,
}

impl BenchRow {
    /// Of a load.
    pub fn load(name: &str, clients: usize, stats: &Stats, limits: &[Goal]) -> Self {
        let row = Self {
            name: name.into(),
            clients: Some(clients),
            p50_ms: Some(stats.quantile(0.5)),
            p99_ms: Some(stats.quantile(0.99)),
            per_s: Some(stats.per_s()),
            ..Self::default()
        };
        let bad = stats.bad.iter().map(|(status, count)| match status {
            429 => format!("{count} more were held back by the server's own pace (429)"),
            status => format!("{count} ended with {status}"),
        });
        row.noted(&bad.collect::<Vec<_>>().join("; ")).within(limits)
    }

    /// Of one figure.
    pub fn figure(name: &str, value: f64, unit: &'static str, limits: &[Goal]) -> Self {
        Self { name: name.into(), value: Some(value), unit: unit.into(), ..Self::default() }.within(limits)
    }

    /// With something to say.
    pub fn noted(mut self, note: &str) -> Self {
        if !note.is_empty() {
            let between = if self.note.is_empty() { "" } else { "; " };
            self.note = format!("{}{between}{note}", self.note);
        }
        self
    }

    fn within(mut self, limits: &[Goal]) -> Self {
        let mut words = Vec::new();
        let mut reached = true;
        for limit in limits {
            let (text, good) = match *limit {
                Goal::P50(ms) => (format!("p50 {ms} ms"), self.p50_ms.is_some_and(|p50| p50 <= ms)),
                Goal::P99(ms) => (format!("p99 {ms} ms"), self.p99_ms.is_some_and(|p99| p99 <= ms)),
                Goal::PerS(first, later) => {
                    let later = if later > first { format!(", later {later}/s") } else { String::new() };
                    (format!("{first}/s{later}"), self.per_s.is_some_and(|per_s| per_s >= first))
                }
                Goal::AtMost(most) => (format!("{most} {}", self.unit), self.value.is_some_and(|value| value <= most)),
            };
            words.push(text);
            reached &= good;
        }
        self.budget = words.join("; ");
        self.reached = (!limits.is_empty()).then_some(reached);
        self
    }

    /// As a line of the table.
    pub fn line(&self) -> String {
        let number = |number: Option<f64>| number.map(round).unwrap_or_default();
        let value = self.value.map(|value| format!("{} {}", round(value), self.unit)).unwrap_or_default();
        let clients = self.clients.map(|clients| clients.to_string()).unwrap_or_default();
        let reached = self.reached.map_or("", |reached| if reached { "yes" } else { "no" });
        let growth = self.growth.map(|growth| format!("×{growth:.1}")).unwrap_or_default();
        let figures = [number(self.p50_ms), number(self.p99_ms), number(self.per_s), value, growth];
        let words = [&self.budget, reached, rivals::of(&self.name, self.clients), &self.note];
        format!("| {} | {clients} | {} | {} |", self.name, figures.join(" | "), words.join(" | "))
    }
}

/// The heading of the table.
pub const HEADING: &str = "| what | clients | p50 ms | p99 ms | per s | other | to 1,000 | budget | reached | others | note |\n\
    | --- | ---: | ---: | ---: | ---: | ---: | ---: | --- | --- | --- | --- |";

/// Three digits that count.
fn round(number: f64) -> String {
    match number.abs() {
        large if large >= 100.0 => format!("{number:.0}"),
        middle if middle >= 10.0 => format!("{number:.1}"),
        _ => format!("{number:.2}"),
    }
}
