//! An entry of the ledger on a page: its sentence with the link to its object, and what changed. The same on the
//! history of an incident, the ledger's list and the page of one entry.

use holdfast_domain::{
    ledger::{Change, HistoryEntry},
    lifecycle::Milestone,
    noun::NounInfo,
};
use leptos::prelude::*;

use crate::ui::{LocalTime, Words, field::label_of, moment, words::time};

/// What was done, with a link to its object.
pub fn sentence(entry: &HistoryEntry) -> AnyView {
    let (before, object, after) = entry.pieces();
    let object = object.map(|object| {
        let name = object.name.clone();
        match &object.page {
            Some(page) => view! { <a href=page.clone()>{name}</a> }.into_any(),
            None => name.into_any(),
        }
    });
    view! { {before.to_owned()}{object}{after.to_owned()} }.into_any()
}

/// In which incident, where the sentence does not say so itself.
pub fn place(entry: &HistoryEntry) -> Option<AnyView> {
    let reference = entry.incident.as_ref().filter(|reference| !entry.sentence.contains(reference.as_str()))?;
    let to = format!("/incidents/{reference}");
    Some(view! { " in "<a class="mono" href=to>{reference.clone()}</a> }.into_any())
}

/// A changed field in words: its label, its value before and after.
pub struct ChangeView {
    pub label: String,
    pub before: Option<AnyView>,
    pub after: Option<AnyView>,
}

/// What changed, in the order in which the noun declares its fields.
pub fn changes(entry: &HistoryEntry, zone: &str) -> Vec<ChangeView> {
    let noun = NounInfo::of_entry(&entry.kind).map(|(noun, _)| noun);
    let words = Words { fields: noun.map_or(&[], |noun| noun.fields), zone, people: &[] };
    let mut changed: Vec<&Change> = entry.changes.iter().collect();
    let place = |change: &Change| words.fields.iter().position(|field| field.name == change.field);
    changed.sort_by_key(|change| place(change).unwrap_or(usize::MAX));
    let recipients = |one: &Change| entry.kind == "report.issued" && one.field == "people";
    changed
        .into_iter()
        .map(|one| match change(&words, one) {
            view if recipients(one) => ChangeView { label: "Recipients".into(), ..view },
            view => view,
        })
        .collect()
}

fn change(words: &Words<'_>, change: &Change) -> ChangeView {
    let declared = words.fields.iter().find(|field| field.name == change.field);
    let label = declared.map_or_else(|| undeclared(&change.field), |field| field.label.to_owned());
    let value = |text: &Option<String>| {
        let text = text.as_deref().filter(|text| !text.is_empty())?;
        Some(match time(declared, text) {
            Some(at) => moment::full(&LocalTime::in_zone(at, words.zone)),
            None => words.of(&change.field, text).into_any(),
        })
    };
    ChangeView { label, before: value(&change.before), after: value(&change.after) }
}

/// The words for what is no field of a noun: a time of the incident, or what its name says.
fn undeclared(name: &str) -> String {
    match name.strip_prefix("time.").unwrap_or(name).parse::<Milestone>() {
        Ok(milestone) => milestone.label().to_owned(),
        Err(_) => label_of(name),
    }
}

/// Where the reader's role does not show what an entry says.
pub const WITHHELD: &str = "Your role does not show what this entry says.";
