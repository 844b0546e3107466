//! From a flow to the fields of an incident. Whatever a flow says, these can be accepted: what is too
//! long is shortened and says so, what has no field of its own is told in words.

use std::collections::HashMap;

use holdfast_domain::{
    Timestamp,
    asset::{AssetFields, AssetKind},
    event::{self, EventFields, EventTechnique, Lane},
    incident::{IncidentFields, SUMMARY_CHARS_MAX, TITLE_CHARS_MAX},
    indicator::{IndicatorFields, NOTES_CHARS_MAX},
    technique,
    vulnerability::VulnerabilityFields,
};

use super::{Action, Flow, FlowReference, FlowThing};
use crate::{
    mapping,
    words::{block, line, paragraphs, plain},
};

impl Flow {
    /// An incident with its title and its summary; severity, category and markings are those of an
    /// incident of which nothing is known, for a person to set.
    #[must_use]
    pub fn incident(&self) -> IncidentFields {
        let title = line(&self.title, TITLE_CHARS_MAX);
        IncidentFields {
            title: if title.is_empty() { "Imported attack flow".into() } else { title },
            summary: self.summary(),
            ..IncidentFields::default()
        }
    }

    /// What the flow says beside its actions, in Markdown, with everything it refers to.
    #[must_use]
    pub fn summary(&self) -> String {
        let mut origin = vec!["Imported from Attack Flow.".to_owned()];
        if !self.scope.is_empty() {
            origin.push(format!("Scope: {}.", plain(&self.scope, 100)));
        }
        if !self.credit.is_empty() {
            origin.push(format!("Source: {}.", plain(self.credit.trim_end_matches('.'), 500)));
        }
        let parts = [
            block(&self.description, SUMMARY_CHARS_MAX * 2 / 5),
            origin.join(" "),
            section("References", self.references.iter().map(reference), SUMMARY_CHARS_MAX / 5),
            section("Malware and tools", self.software.iter().map(thing), SUMMARY_CHARS_MAX / 5),
            section("Also named", self.named.iter().map(thing), SUMMARY_CHARS_MAX / 10),
            section("Outcome", self.outcomes.iter().map(|text| plain(text, 500)), SUMMARY_CHARS_MAX / 20),
        ];
        block(&paragraphs(parts), SUMMARY_CHARS_MAX)
    }

    /// One event for each action, in order. Times that lie after `now` are told in words only.
    #[must_use]
    pub fn events(&self, now: Timestamp) -> Vec<EventFields> {
        let source = line(&format!("Attack Flow: {}", self.title), event::SOURCE_CHARS_MAX);
        self.actions.iter().map(|action| action.event(&source, now)).collect()
    }

    /// The assets, each once.
    #[must_use]
    pub fn asset_fields(&self) -> Vec<AssetFields> {
        let fields = self.assets.iter().filter_map(|thing| {
            let kind = if thing.kind == "user_account" { AssetKind::Account } else { mapping::asset_kind(&thing.name) };
            let notes = thing.description.clone();
            mapping::asset(AssetFields { notes, ..AssetFields::bare(kind, &thing.name) }, Timestamp::from_micros(0))
        });
        mapping::assets_once(fields.collect())
    }

    /// The vulnerabilities, each once, their numbers in the one form.
    #[must_use]
    pub fn vulnerability_fields(&self) -> Vec<VulnerabilityFields> {
        let read = |thing: &FlowThing| mapping::vulnerability(&thing.name, "", &thing.description);
        let fields = self.vulnerabilities.iter().filter_map(read).collect();
        mapping::vulnerabilities_once(fields)
    }

    /// The addresses, files and the like as indicators, each once. One that cannot be of the kind that
    /// the file says says so.
    #[must_use]
    pub fn indicator_fields(&self) -> Vec<IndicatorFields> {
        let read = |thing: &FlowThing| {
            let notes = block(&thing.description, NOTES_CHARS_MAX);
            mapping::indicator(&thing.kind, mapping::indicator_kind(&thing.kind), &thing.name, &notes)
        };
        let fields = self.observables.iter().filter_map(read).collect();
        mapping::indicators_once(fields)
    }

    /// How many actions there are of each technique that the shipped ATT&CK does not know.
    #[must_use]
    pub fn unknown_techniques(&self) -> Vec<(String, usize)> {
        let mut counts: HashMap<&str, usize> = HashMap::new();
        for name in self.actions.iter().filter_map(|action| action.technique.as_deref()) {
            if known(name).is_none() {
                *counts.entry(name).or_default() += 1;
            }
        }
        let mut counts: Vec<(String, usize)> = counts.into_iter().map(|(name, n)| (name.to_owned(), n)).collect();
        counts.sort();
        counts
    }
}

impl Action {
    fn event(&self, source: &str, now: Timestamp) -> EventFields {
        let technique = self.technique.as_deref().and_then(known);
        let tactic = self.tactic.as_deref().and_then(|text| technique::tactic(text.trim()));
        let occurred = self.at.as_ref().and_then(|moment| moment.stated(now));
        let end = self.end.as_ref().and_then(|moment| moment.stated(now)).map(|stated| stated.at);
        let is_end_kept = occurred.as_ref().zip(end).is_some_and(|(from, to)| from.at <= to);
        let mut remarks = self.mapping_remarks(technique.is_some());
        remarks.extend(self.at.as_ref().and_then(|moment| moment.remark("Time", now)));
        if let Some(moment) = &self.end {
            let odd = || {
                format!(
                    "End (as imported): {}; not kept, as it begins later or not at a known time.",
                    plain(&moment.text, 64)
                )
            };
            remarks.extend(moment.remark("End", now).or_else(|| (!is_end_kept).then(odd)));
        }
        remarks.extend(self.confidence.map(|sure| format!("Confidence of the source: {sure} of 100.")));
        remarks.extend(self.conditions.iter().map(|text| format!("Condition: {}", plain(text, 500))));
        if !self.involves.is_empty() {
            let names: Vec<String> = self.involves.iter().map(|name| plain(name, 210)).collect();
            remarks.push(format!("Involves: {}.", names.join(", ")));
        }
        let remarks: String = remarks.into_iter().map(|remark| format!("- {remark}\n")).collect();
        let room = event::DESCRIPTION_CHARS_MAX.saturating_sub(remarks.chars().count() + 2);
        let title = line(&self.title, event::TITLE_CHARS_MAX);
        EventFields {
            lane: Lane::Attack,
            title: match (title.is_empty(), technique) {
                (false, _) => title,
                (true, Some(technique)) => technique.name.clone(),
                (true, None) => format!("Action {}", self.order),
            },
            description: block(&paragraphs([block(&self.description, room), remarks]), event::DESCRIPTION_CHARS_MAX),
            source: source.to_owned(),
            occurred_end: end.filter(|_| is_end_kept),
            occurred,
            in_report: true,
            techniques: technique
                .map(|one| EventTechnique { technique: one.id.clone(), tactic: tactic.map(|tactic| tactic.id.clone()) })
                .into_iter()
                .collect(),
            ..EventFields::default()
        }
    }

    /// What of technique and tactic has no field.
    fn mapping_remarks(&self, is_technique_known: bool) -> Vec<String> {
        let mut remarks = Vec::new();
        match &self.technique {
            Some(name) if !is_technique_known => {
                remarks.push(format!("Technique not in ATT&CK {}: {}.", technique::VERSION, plain(name, 60)));
            }
            _ => {}
        }
        match self.tactic.as_deref().map(|text| (text, technique::tactic(text.trim()))) {
            Some((_, Some(tactic))) if !is_technique_known => {
                remarks.push(format!("Tactic: {} {}.", tactic.id, tactic.name));
            }
            Some((text, None)) => {
                remarks.push(format!("Tactic not in ATT&CK {}: {}.", technique::VERSION, plain(text, 60)));
            }
            _ => {}
        }
        remarks
    }
}

/// The technique that a text names, when the shipped ATT&CK knows it.
fn known(name: &str) -> Option<&'static technique::Technique> {
    technique::find(&name.trim().to_uppercase())
}

/// A list under a heading, up to so many characters; empty without lines.
fn section(heading: &str, lines: impl Iterator<Item = String>, chars_max: usize) -> String {
    let (mut text, mut room, mut left) = (String::new(), chars_max, 0);
    for one in lines {
        let length = one.chars().count() + 3;
        if left > 0 || length > room {
            left += 1;
            continue;
        }
        room -= length;
        text.push_str(&format!("- {one}\n"));
    }
    if left > 0 {
        text.push_str(&format!("- {left} more {}\n", crate::SHORTENED));
    }
    if text.is_empty() { text } else { format!("## {heading}\n\n{}", text.trim_end()) }
}

fn reference(reference: &FlowReference) -> String {
    let name = plain(&reference.name, 500);
    let url = line(&reference.url, 2_000);
    let is_link = (url.starts_with("https://") || url.starts_with("http://"))
        && url == reference.url
        && !url.contains(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '\\'));
    let url = if is_link { format!("<{url}>") } else { plain(&url, 2_000) };
    [name, url].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(": ")
}

fn thing(thing: &FlowThing) -> String {
    let kind = plain(&thing.kind.replace('_', " "), 60);
    let words = plain(&thing.description, 500);
    let name = plain(&thing.name, 300);
    if words.is_empty() { format!("{name} ({kind})") } else { format!("{name} ({kind}): {words}") }
}
