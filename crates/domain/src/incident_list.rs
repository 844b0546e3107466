//! The list of incidents: what it shows of each, and what it can be asked for. Pages, REST and tables read
//! their filters from the one list of them, [`FILTERS`].

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    Fields as _, IncidentId, PersonId, Timestamp,
    field::Field,
    impact::{AttackVector, DetectionSource, FunctionalImpact, InformationImpact, Recoverability},
    incident::{IncidentFields, Severity},
    lifecycle::Status,
    marking::Tlp,
    names::Names,
    refusal::{FieldErrors, UnknownText},
    rsit::Category,
};

/// A row of the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(sqlx::FromRow, utoipa::ToSchema))]
pub struct IncidentRow {
    /// Its id.
    pub id: IncidentId,
    /// What people call it.
    pub reference: String,
    /// One line that says what happened.
    pub title: String,
    /// Its status.
    pub status: Status,
    /// How bad it is.
    pub severity: Severity,
    /// RSIT category.
    pub category: Category,
    /// Who may read it.
    pub tlp: Tlp,
    /// The owner's name.
    pub owner_name: Option<String>,
    /// How the attacker came in.
    pub attack_vector: AttackVector,
    /// What it does to services.
    pub functional_impact: FunctionalImpact,
    /// What it does to information.
    pub information_impact: InformationImpact,
    /// What recovery needs.
    pub recoverability: Recoverability,
    /// Who or what noticed it first.
    pub detection_source: DetectionSource,
    /// The services that it affects, by name.
    pub services: Names,
    /// Whether it is restricted to its team.
    pub restricted: bool,
    /// Whether work waits on something outside.
    pub on_hold: bool,
    /// Whether it is an exercise.
    pub is_exercise: bool,
    /// When the organisation became aware.
    pub detected_at: Option<Timestamp>,
    /// When it was opened here.
    pub created_at: Timestamp,
    /// Its latest change.
    pub updated_at: Timestamp,
}

text_enum! {
    /// What the list may be sorted by.
    IncidentSort {
        Updated = "updated", "Updated";
        Opened = "opened", "Opened";
        Severity = "severity", "Severity";
        Status = "status", "Status";
        Title = "title", "Title";
    }
}

text_enum! {
    /// Which way a list runs.
    Direction {
        Ascending = "asc", "Ascending";
        Descending = "desc", "Descending";
    }
}

/// Which incidents are asked for, in which order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IncidentQuery {
    /// Only these states; empty is all.
    pub statuses: Vec<Status>,
    /// Only these severities; empty is all.
    pub severities: Vec<Severity>,
    /// Only this owner's.
    pub owner: Option<OwnerFilter>,
    /// Only those that have all these words: in reference, title or summary, or as what their category
    /// is called.
    pub text: String,
    /// Only of these categories, a class with all of its types; empty is all.
    pub categories: Vec<Category>,
    /// Of a field that is a choice, by its name, only these of its values; see [`IncidentQuery::narrow`].
    pub choices: BTreeMap<&'static str, Vec<&'static str>>,
    /// Only those that affect a service of this name, whatever the case.
    pub service: Option<String>,
    /// Only those detected at or after this time.
    pub detected_since: Option<Timestamp>,
    /// Only those detected before this time.
    pub detected_before: Option<Timestamp>,
    /// Only those changed at or after this time.
    pub updated_since: Option<Timestamp>,
    /// The order.
    pub sort: IncidentSort,
    /// Its direction.
    pub direction: Direction,
    /// Where the page begins: the cursor that the page before gave.
    pub after: Option<String>,
    /// Rows on a page, 1 to [`PAGE_ROWS_MAX`].
    pub limit: i64,
}

/// Most rows on a page.
pub const PAGE_ROWS_MAX: i64 = 200;

impl Default for IncidentQuery {
    fn default() -> Self {
        Self {
            statuses: Vec::new(),
            severities: Vec::new(),
            owner: None,
            text: String::new(),
            categories: Vec::new(),
            choices: BTreeMap::new(),
            service: None,
            detected_since: None,
            detected_before: None,
            updated_since: None,
            sort: IncidentSort::Updated,
            direction: Direction::Descending,
            after: None,
            limit: 25,
        }
    }
}

/// Whose incidents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OwnerFilter {
    /// Nobody's.
    Nobody,
    /// This person's.
    Person(PersonId),
}

/// What a filter compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FilterKind {
    /// Words of its texts.
    Words,
    /// Its state.
    State,
    /// The field of the same name, which is a choice.
    Choice,
    /// Who leads the response.
    Owner,
    /// Its category, or the class of it.
    Category,
    /// The name of a service.
    Service,
    /// A time.
    Time,
}

/// A filter of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IncidentFilter {
    /// Its name as sent.
    pub name: &'static str,
    /// What it compares.
    pub kind: FilterKind,
    /// What is left in the list, for those who write requests.
    pub help: &'static str,
}

const fn filter(name: &'static str, kind: FilterKind, help: &'static str) -> IncidentFilter {
    IncidentFilter { name, kind, help }
}

/// Every filter, in the order of addresses. A field of an incident that is a choice needs its line here and
/// no more; the line's name is the name of its column.
pub const FILTERS: &[IncidentFilter] = &[
    filter(
        "text",
        FilterKind::Words,
        "Only those that have all these words: in reference, title or summary, or as what their category is called.",
    ),
    filter(
        "status",
        FilterKind::State,
        "Only these states, comma between: `new,triage`; `open`: all that have not ended.",
    ),
    filter("severity", FilterKind::Choice, "Only these severities, comma between: `sev1,sev2`."),
    filter("owner", FilterKind::Owner, "Only this person's: an id, `me`, or `nobody`."),
    filter(
        "category",
        FilterKind::Category,
        "Only of these categories, comma between; a class, such as `fraud`, with all of its types.",
    ),
    filter("attack_vector", FilterKind::Choice, "Only these attack vectors, comma between: `email,web`."),
    filter("functional_impact", FilterKind::Choice, "Only these functional impacts, comma between: `medium,high`."),
    filter("information_impact", FilterKind::Choice, "Only these information impacts, comma between."),
    filter("recoverability", FilterKind::Choice, "Only these, comma between: `extended,not-recoverable`."),
    filter(
        "detection_source",
        FilterKind::Choice,
        "Only those noticed first by these, comma between: `customer,partner`.",
    ),
    filter("service", FilterKind::Service, "Only those that affect the service of this name, whatever the case."),
    filter("detected_since", FilterKind::Time, "Only those detected at or after this time."),
    filter("detected_before", FilterKind::Time, "Only those detected before this time."),
    filter("updated_since", FilterKind::Time, "Only those changed at or after this time."),
];

impl IncidentFilter {
    /// The filter of that name.
    #[must_use]
    pub fn of(name: &str) -> Option<&'static Self> {
        FILTERS.iter().find(|filter| filter.name == name)
    }

    /// The field that it compares, where that is a choice.
    #[must_use]
    pub fn field(&self) -> Option<&'static Field> {
        if self.kind == FilterKind::Choice { IncidentFields::field(self.name) } else { None }
    }

    /// Whether several values may be sent with commas between them.
    #[must_use]
    pub const fn takes_several(&self) -> bool {
        matches!(self.kind, FilterKind::State | FilterKind::Choice | FilterKind::Category)
    }
}

/// Notes a value once, however often it is sent.
fn note<T: PartialEq>(known: &mut Vec<T>, value: T) {
    if !known.contains(&value) {
        known.push(value);
    }
}

impl IncidentQuery {
    /// Leaves only what one value of a filter lets through, with its other values where it takes several.
    pub fn narrow(&mut self, filter: &IncidentFilter, value: &str, me: PersonId, errors: &mut FieldErrors) {
        if matches!(filter.kind, FilterKind::Words | FilterKind::Service) {
            errors.line(filter.name, value, false, 200);
        }
        if self.narrowed(filter, value, me).is_err() {
            let message = match filter.kind {
                FilterKind::Owner => "An id, me, or nobody.".into(),
                FilterKind::Time => "An RFC 3339 time such as 2026-11-24T08:55:00Z.".into(),
                _ => format!("“{}” is not among its values.", value.chars().take(40).collect::<String>()),
            };
            errors.add(filter.name, message);
        }
    }

    fn narrowed(&mut self, filter: &IncidentFilter, value: &str, me: PersonId) -> Result<(), UnknownText> {
        match (filter.kind, filter.name) {
            (FilterKind::Words, _) => self.text = value.to_owned(),
            (FilterKind::Service, _) => self.service = Some(value.trim().to_owned()).filter(|name| !name.is_empty()),
            (FilterKind::State, _) if value == "open" => {
                Status::ALL.iter().filter(|status| !status.is_ended()).for_each(|one| note(&mut self.statuses, *one));
            }
            (FilterKind::State, _) => note(&mut self.statuses, value.parse()?),
            (FilterKind::Choice, "severity") => note(&mut self.severities, value.parse()?),
            (FilterKind::Choice, name) => {
                let choices = filter.field().map_or(&[][..], |field| field.choices);
                let known = choices.iter().find(|(known, _)| *known == value).ok_or(UnknownText)?;
                note(self.choices.entry(name).or_default(), known.0);
            }
            (FilterKind::Owner, _) => {
                self.owner = Some(match value {
                    "nobody" => OwnerFilter::Nobody,
                    "me" => OwnerFilter::Person(me),
                    id => OwnerFilter::Person(id.parse()?),
                });
            }
            (FilterKind::Category, _) => note(&mut self.categories, value.parse()?),
            (FilterKind::Time, "detected_since") => self.detected_since = Some(value.parse()?),
            (FilterKind::Time, "detected_before") => self.detected_before = Some(value.parse()?),
            (FilterKind::Time, _) => self.updated_since = Some(value.parse()?),
        }
        Ok(())
    }
}

/// A page of a list, with the cursors of its neighbours.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paged<T> {
    /// The rows.
    pub rows: Vec<T>,
    /// The cursor of the next page, when there is one.
    pub next: Option<String>,
    /// The cursor of the page before, when there is one; empty text is the first page.
    pub previous: Option<String>,
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::refusal::Refusal;

    const ME: PersonId = PersonId(Uuid::from_u128(7));

    fn read(sent: &[(&str, &str)]) -> Result<IncidentQuery, Refusal> {
        let (mut query, mut errors) = (IncidentQuery::default(), FieldErrors::default());
        for (name, value) in sent {
            match IncidentFilter::of(name) {
                Some(filter) => query.narrow(filter, value, ME, &mut errors),
                None => errors.add(name, "unknown"),
            }
        }
        errors.finish().map(|()| query)
    }

    #[test]
    fn every_filter_of_a_choice_takes_each_of_its_values_and_no_other() {
        for filter in FILTERS.iter().filter(|filter| filter.kind == FilterKind::Choice) {
            let field = filter.field();
            assert!(field.is_some_and(|field| field.choices.len() > 1), "{}", filter.name);
            let values = field.map_or(&[][..], |field| field.choices);
            let sent: Vec<_> = values.iter().map(|(value, _)| (filter.name, *value)).collect();
            let all = values.iter().map(|(value, _)| *value).collect::<Vec<_>>();
            match read(&sent) {
                Ok(query) if filter.name == "severity" => assert_eq!(query.severities, Severity::ALL),
                Ok(query) => assert_eq!(query.choices.get(filter.name), Some(&all)),
                refused => assert!(refused.is_ok(), "{refused:?}"),
            }
            assert!(read(&[(filter.name, "sev9")]).is_err(), "{}", filter.name);
        }
    }

    #[test]
    fn what_is_not_known_is_named_by_its_filter() {
        let wrong = [("status", "asleep"), ("owner", "bob"), ("category", "x"), ("detected_since", "today")];
        let Err(Refusal::Invalid(errors)) = read(&wrong) else { panic!("accepted") };
        let named: Vec<_> = errors.iter().map(|error| error.field.as_str()).collect();
        assert_eq!(named, ["status", "owner", "category", "detected_since"]);
        assert!(errors.first().is_some_and(|error| error.message == "“asleep” is not among its values."));
        assert!(read(&[("text", &"x".repeat(201))]).is_err() && read(&[("service", "a\nb")]).is_err());
    }

    #[test]
    fn open_is_every_state_that_has_not_ended_and_me_is_the_reader() {
        let query = read(&[("status", "open"), ("owner", "me"), ("service", "VPN")]);
        let (open, mine) =
            (Status::ALL.iter().copied().filter(|one| !one.is_ended()).collect(), OwnerFilter::Person(ME));
        let wanted = IncidentQuery {
            statuses: open,
            owner: Some(mine),
            service: Some("VPN".into()),
            ..IncidentQuery::default()
        };
        assert_eq!(query, Ok(wanted));
    }
}
