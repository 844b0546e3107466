//! Which incidents: the same choice on both pages.

use holdfast_actions::metric::MetricsQuery;
use holdfast_domain::{
    incident::Severity,
    metric::period::{OFFERED, USUAL},
    rsit::RsitClass,
};
use leptos::prelude::*;

use crate::{
    form::Posted,
    request::Request,
    ui::{Choice, options, typed},
};

/// What the address asks for; what cannot be read is passed over, but for the period, which is refused.
pub fn asked(req: &Request) -> MetricsQuery {
    MetricsQuery {
        period: req.query("period").unwrap_or_default().to_owned(),
        severity: req.query("severity").and_then(|text| text.parse().ok()),
        class: req.query("class").and_then(|text| text.parse().ok()),
    }
}

/// The same choice for another page or the REST address.
pub fn pairs(asked: &MetricsQuery) -> String {
    let mut pairs = Vec::new();
    if !asked.period.is_empty() {
        pairs.push(("period", asked.period.clone()));
    }
    if let Some(severity) = asked.severity {
        pairs.push(("severity", severity.to_string()));
    }
    if let Some(class) = asked.class {
        pairs.push(("class", class.to_string()));
    }
    let text = serde_urlencoded::to_string(pairs).unwrap_or_default();
    if text.is_empty() { text } else { format!("?{text}") }
}

/// The same choice in words.
pub fn words(asked: &MetricsQuery) -> String {
    let word = if asked.period.is_empty() { USUAL } else { &asked.period };
    let offered = OFFERED.iter().find(|(known, ..)| *known == word);
    let period = offered.map_or_else(|| word.to_owned(), |(_, words, ..)| (*words).to_owned());
    let severity = asked.severity.map_or("every severity", Severity::label);
    let class = asked.class.map_or("every category", RsitClass::label);
    format!("{period}, {severity}, {class}. Restricted incidents are left out.")
}

/// The same choice within another form.
pub fn hidden(posted: &Posted, asked: &MetricsQuery) -> AnyView {
    let severity = asked.severity.map(|one| one.to_string()).unwrap_or_default();
    let class = asked.class.map(|one| one.to_string()).unwrap_or_default();
    let field = |name: &'static str, value: String| view! { <input type="hidden" name=name value=typed(posted, name, value) /> };
    view! { {field("period", asked.period.clone())} {field("severity", severity)} {field("class", class)} }.into_any()
}

/// The form.
pub fn form(asked: &MetricsQuery, action: String) -> AnyView {
    let period = if asked.period.is_empty() { USUAL.to_owned() } else { asked.period.clone() };
    let mut periods: Vec<Choice> =
        OFFERED.iter().map(|(word, words, ..)| ((*word).to_owned(), (*words).to_owned())).collect();
    if !periods.iter().any(|(word, _)| *word == period) {
        periods.push((period.clone(), period.clone()));
    }
    let any = |words: &str| (String::new(), words.to_owned());
    let severities: Vec<Choice> = std::iter::once(any("Every severity"))
        .chain(Severity::ALL.iter().map(|one| (one.to_string(), one.label().to_owned())))
        .collect();
    let classes: Vec<Choice> = std::iter::once(any("Every category"))
        .chain(RsitClass::ALL.iter().map(|one| (one.to_string(), one.label().to_owned())))
        .collect();
    let severity = asked.severity.map(|one| one.to_string()).unwrap_or_default();
    let class = asked.class.map(|one| one.to_string()).unwrap_or_default();
    view! {
        <form class="filters" method="get" action=action aria-label="Which incidents">
            <label class="vh" for="period">"Period"</label>
            <select class="input" id="period" name="period">{options(periods, &period)}</select>
            <label class="vh" for="severity">"Severity"</label>
            <select class="input" id="severity" name="severity">{options(severities, &severity)}</select>
            <label class="vh" for="class">"Category"</label>
            <select class="input" id="class" name="class">{options(classes, &class)}</select>
            <button class="btn">"Apply"</button>
        </form>
    }
    .into_any()
}
