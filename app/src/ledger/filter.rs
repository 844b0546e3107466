//! Which entries of the ledger: the filter as an address has it, its form, and what it asks for. The history of an
//! incident has the same, without the incident.

use holdfast_domain::{
    Actor, Refusal,
    entry_kind::EntryKind,
    ledger::{By, LedgerFilter},
    refusal::FieldErrors,
    time::day_in_zone,
};
use leptos::prelude::*;

use crate::{
    form::first,
    ui::{Choice, field::capitalised, icon, options},
};

/// The author of the program's own entries, as addresses name it.
const SYSTEM: &str = "holdfast";

/// The filter as the address has it; what is empty is not asked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    person: String,
    incident: String,
    kind: String,
    from: String,
    to: String,
}

/// What the ledger is asked for, as the address of its page says it.
///
/// # Errors
/// [`Refusal::Invalid`] that names what could not be read.
pub fn entries_asked(pairs: &[(String, String)], actor: &Actor) -> Result<LedgerFilter, Refusal> {
    Filter::read(pairs).query(actor)
}

impl Filter {
    /// Reads it from an address.
    pub fn read(pairs: &[(String, String)]) -> Self {
        let value = |name| first(pairs, name).map(str::trim).unwrap_or_default().to_owned();
        let (person, incident, kind) = (value("person"), value("incident"), value("kind"));
        Self { person, incident, kind, from: value("from"), to: value("to") }
    }

    fn pairs(&self) -> [(&'static str, &String); 5] {
        let Self { person, incident, kind, from, to } = self;
        [("person", person), ("incident", incident), ("kind", kind), ("from", from), ("to", to)]
    }

    /// Whether anything is asked.
    pub fn is_narrow(&self) -> bool {
        *self != Self::default()
    }

    /// The address of a page of the list, below this entry; an empty place is the first page.
    pub fn address(&self, base: &str, before: &str) -> String {
        let before = before.to_owned();
        let mut pairs: Vec<_> = self.pairs().into_iter().filter(|(_, value)| !value.is_empty()).collect();
        if !before.is_empty() {
            pairs.push(("before", &before));
        }
        match serde_urlencoded::to_string(pairs) {
            Ok(query) if !query.is_empty() => format!("{base}?{query}"),
            _ => base.to_owned(),
        }
    }

    /// What is asked for, by this person: days are those of the person's zone.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] that names what could not be read.
    pub fn query(&self, actor: &Actor) -> Result<LedgerFilter, Refusal> {
        let mut errors = FieldErrors::default();
        let by = match self.person.as_str() {
            "" => None,
            SYSTEM => Some(By::System),
            id => id.parse().map(By::Person).map_err(|_| errors.add("person", "Choose one of the list.")).ok(),
        };
        let kinds = kinds_of(&self.kind);
        if kinds.is_empty() && !self.kind.is_empty() {
            errors.add("kind", "Choose one of the list.");
        }
        let mut day = |field: &str, text: &String| {
            let day = (!text.is_empty()).then(|| day_in_zone(text, &actor.time_zone))?;
            day.map_err(|message| errors.add(field, message)).ok()
        };
        let (from, to) = (day("from", &self.from), day("to", &self.to));
        let incident = (!self.incident.is_empty()).then(|| self.incident.to_uppercase());
        errors.finish()?;
        Ok(LedgerFilter {
            by,
            incident,
            kinds,
            since: from.map(|(begins, _)| begins),
            before: to.map(|(_, ends)| ends),
        })
    }

    /// The form. `people` are offered as authors; without `with_incident` the list is one incident's already.
    pub fn form(&self, base: String, people: Vec<Choice>, zone: &str, with_incident: bool) -> AnyView {
        let mut authors = vec![(String::new(), "Anyone".to_owned())];
        authors.extend(people);
        authors.push((SYSTEM.to_owned(), "Holdfast itself".to_owned()));
        let incident = with_incident.then(|| {
            view! {
                <div class="field">
                    <label for="incident">"Incident"</label>
                    <input class="input" id="incident" name="incident" value=self.incident.clone()
                        placeholder="INC-2026-0001" maxlength="40" />
                </div>
            }
        });
        let day = |name: &'static str, words: &'static str, value: &str| {
            view! {
                <div class="field">
                    <label for=name>{words}</label>
                    <input class="input" type="date" id=name name=name value=value.to_owned()
                        min="1970-01-01" max="9999-12-30" aria-describedby="zone" />
                </div>
            }
            .into_any()
        };
        let clear = self.is_narrow().then(|| view! { <a class="btn" href=base.clone()>"Clear"</a> });
        view! {
            <form class="filters entry-filters" method="get" action=base.clone() role="search" aria-label="Entries">
                <div class="field">
                    <label for="person">"Person"</label>
                    <select class="input" id="person" name="person">{options(authors, &self.person)}</select>
                </div>
                {incident}
                <div class="field">
                    <label for="kind">"Action"</label>
                    <select class="input" id="kind" name="kind"><option value="">"Any action"</option>{kinds(&self.kind, with_incident)}</select>
                </div>
                {day("from", "From", &self.from)}
                {day("to", "To, included", &self.to)}
                <button class="btn">{icon(icon::FILTER)}"Apply"</button>
                {clear}
                <p class="hint" id="zone">{format!("Days in {zone}.")}</p>
            </form>
        }
        .into_any()
    }
}

/// The kinds that a value names: one, or all of a group.
#[must_use]
pub fn kinds_of(value: &str) -> Vec<String> {
    let named = EntryKind::all().iter().filter(|one| one.kind == value || one.group == value);
    named.map(|one| one.kind.clone()).collect()
}

/// What a group is called.
fn group_label(group: &str) -> String {
    match group {
        "session" => "Signing in".into(),
        "token" => "API token".into(),
        "access" => "Denied access".into(),
        group => capitalised(group),
    }
}

/// The groups that an incident's own entries can be of.
fn is_of_an_incident(kind: &EntryKind) -> bool {
    !matches!(kind.group, "person" | "session" | "token" | "organisation" | "access")
        && !matches!(kind.kind.as_str(), "report.opened" | "report.withdrawn")
}

/// The kinds as options, group by group.
fn kinds(chosen: &str, all: bool) -> Vec<AnyView> {
    let listed: Vec<&EntryKind> = EntryKind::all().iter().filter(|kind| all || is_of_an_incident(kind)).collect();
    let group = |kinds: &[&EntryKind]| {
        let group = kinds.first().map_or("", |kind| kind.group);
        let label = group_label(group);
        let whole = (group.to_owned(), format!("{label}: everything"));
        let mut choices: Vec<Choice> = if kinds.len() > 1 { vec![whole] } else { Vec::new() };
        choices.extend(kinds.iter().map(|kind| (kind.kind.clone(), capitalised(&kind.phrase()))));
        view! { <optgroup label=label>{options(choices, chosen)}</optgroup> }.into_any()
    };
    listed.chunk_by(|one, other| one.group == other.group).map(group).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::incident::filter::tests::actor;

    fn read(pairs: &[(&str, &str)]) -> Filter {
        let pairs: Vec<_> = pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        Filter::read(&pairs)
    }

    #[test]
    fn days_are_those_of_the_reader_and_a_group_is_all_its_kinds() {
        let filter = read(&[("person", "holdfast"), ("kind", "token"), ("from", "2026-10-25"), ("to", "2026-10-25")]);
        let query = filter.query(&actor()).unwrap();
        assert_eq!((query.by, query.kinds.len()), (Some(By::System), 2));
        let shown = |at: Option<holdfast_domain::Timestamp>| at.map(|at| at.to_string()).unwrap_or_default();
        assert_eq!(shown(query.since), "2026-10-24T22:00:00Z");
        assert_eq!(shown(query.before), "2026-10-25T23:00:00Z", "the day on which clocks go back has 25 hours");
        let wanted = "/ledger?person=holdfast&kind=token&from=2026-10-25&to=2026-10-25&before=7";
        assert_eq!(filter.address("/ledger", "7"), wanted);
        assert_eq!(read(&[("person", "")]).address("/ledger", ""), "/ledger");
    }

    #[test]
    fn what_cannot_be_read_is_named_all_at_once() {
        let wrong = read(&[("person", "bob"), ("kind", "nonsense"), ("from", "yesterday")]);
        let Err(Refusal::Invalid(errors)) = wrong.query(&actor()) else { panic!("accepted") };
        assert_eq!(errors.iter().map(|error| error.field.as_str()).collect::<Vec<_>>(), ["person", "kind", "from"]);
    }
}
