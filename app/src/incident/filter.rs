//! What the list is asked for, as it stands in the address: read, written, and changed one part at
//! a time. The filters are those of the domain's list; days of detection stand for its times.

use std::collections::HashSet;

use holdfast_domain::{
    Actor, Refusal,
    incident::{Direction, FILTERS, FilterKind, IncidentFilter, IncidentQuery, IncidentSort},
    refusal::FieldErrors,
    time::day_in_zone,
};

/// What the list is asked for, as the address of its page says it.
///
/// # Errors
/// [`Refusal::Invalid`] that names what could not be read.
pub fn listed(pairs: &[(String, String)], actor: &Actor) -> Result<IncidentQuery, Refusal> {
    Filter::read(pairs).query(actor)
}

/// A column of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    Reference,
    Severity,
    Title,
    Status,
    Tlp,
    Owner,
    Category,
    AttackVector,
    FunctionalImpact,
    InformationImpact,
    Recoverability,
    DetectionSource,
    Services,
    Detected,
    Opened,
    Updated,
}

impl Column {
    /// Each with its name in addresses, its head, and whether it is shown to those who never chose.
    pub const ALL: &'static [(Self, &'static str, &'static str, bool)] = &[
        (Self::Reference, "reference", "Reference", true),
        (Self::Severity, "severity", "Severity", true),
        (Self::Title, "title", "Title", true),
        (Self::Status, "status", "Status", true),
        (Self::Tlp, "tlp", "TLP", false),
        (Self::Owner, "owner", "Owner", true),
        (Self::Category, "category", "Category", true),
        (Self::AttackVector, "attack_vector", "Attack vector", false),
        (Self::FunctionalImpact, "functional_impact", "Functional impact", false),
        (Self::InformationImpact, "information_impact", "Information impact", false),
        (Self::Recoverability, "recoverability", "Recoverability", false),
        (Self::DetectionSource, "detection_source", "Detection source", false),
        (Self::Services, "services", "Affected services", false),
        (Self::Detected, "detected", "Detected", true),
        (Self::Opened, "opened", "Opened", false),
        (Self::Updated, "updated", "Updated", true),
    ];

    /// Those that are shown to those who never chose.
    pub fn usual() -> Vec<Self> {
        Self::ALL.iter().filter(|(.., usual)| *usual).map(|(column, ..)| *column).collect()
    }

    pub const fn sort(self) -> Option<IncidentSort> {
        Some(match self {
            Self::Severity => IncidentSort::Severity,
            Self::Title => IncidentSort::Title,
            Self::Status => IncidentSort::Status,
            Self::Opened => IncidentSort::Opened,
            Self::Updated => IncidentSort::Updated,
            _ => return None,
        })
    }

    /// From names; unknown ones are left out, and the title is always there, since it is the link.
    pub fn chosen<'a>(names: impl Iterator<Item = &'a str>) -> Vec<Self> {
        let names: Vec<&str> = names.collect();
        let is_chosen = |(column, name, ..): &&(Self, &str, &str, bool)| *column == Self::Title || names.contains(name);
        Self::ALL.iter().filter(is_chosen).map(|(column, ..)| *column).collect()
    }

    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(column, ..)| *column == self).map_or("", |(_, name, ..)| name)
    }
}

/// The filter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filter {
    /// Each value that was sent, once, with its filter, in the order of [`FILTERS`].
    pub asked: Vec<(&'static IncidentFilter, String)>,
    /// First and last day of detection, as days of the reader's zone.
    pub from: Option<String>,
    pub to: Option<String>,
    pub sort: IncidentSort,
    pub direction: Direction,
    pub after: Option<String>,
    /// Chosen in this address; `None` leaves it to what was chosen before.
    pub columns: Option<Vec<Column>>,
    /// What could not be read.
    pub errors: FieldErrors,
}

/// What a page asks a filter by; `None` where it does not.
pub fn page_name(filter: &IncidentFilter) -> Option<&'static str> {
    match filter.kind {
        FilterKind::Words => Some("q"),
        FilterKind::Time => None,
        _ => Some(filter.name),
    }
}

impl Filter {
    pub fn read(pairs: &[(String, String)]) -> Self {
        let all = |name: &'static str| {
            pairs.iter().filter(move |(key, value)| key == name && !value.is_empty()).map(|(_, value)| value.as_str())
        };
        let values = |filter: &'static IncidentFilter| {
            let most = if filter.takes_several() { usize::MAX } else { 1 };
            let mut known = HashSet::new();
            let sent = page_name(filter).into_iter().flat_map(all).take(most).filter(move |value| known.insert(*value));
            sent.map(move |value| (filter, value.to_owned()))
        };
        let mut errors = FieldErrors::default();
        let sort = parsed("sort", all("sort").next(), &mut errors).unwrap_or(IncidentSort::Updated);
        let direction = parsed("dir", all("dir").next(), &mut errors).unwrap_or(first_direction(sort));
        let first = |name| all(name).next().map(str::to_owned);
        Self {
            asked: FILTERS.iter().flat_map(values).collect(),
            from: first("from"),
            to: first("to"),
            sort,
            direction,
            after: first("after"),
            columns: all("col").next().is_some().then(|| Column::chosen(all("col"))),
            errors,
        }
    }

    /// What the list is asked for by this person.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] that names what could not be read.
    pub fn query(&self, actor: &Actor) -> Result<IncidentQuery, Refusal> {
        let mut errors = self.errors.clone();
        let (sort, direction, after) = (self.sort, self.direction, self.after.clone());
        let mut query = IncidentQuery { sort, direction, after, ..IncidentQuery::default() };
        for (filter, value) in &self.asked {
            query.narrow(filter, value, actor.person_id, &mut errors);
        }
        let mut day = |field: &str, text: Option<&String>| {
            let day = day_in_zone(text?, &actor.time_zone);
            day.map_err(|message| errors.add(field, message)).ok()
        };
        query.detected_since = day("from", self.from.as_ref()).map(|(begins, _)| begins);
        query.detected_before = day("to", self.to.as_ref()).map(|(_, ends)| ends);
        errors.finish().map(|()| query)
    }

    /// Whether anything is left out of the list.
    pub fn is_narrow(&self) -> bool {
        !self.asked.is_empty() || self.from.is_some() || self.to.is_some()
    }

    /// The values asked of a filter.
    pub fn values(&self, name: &str) -> impl Iterator<Item = &str> {
        self.asked.iter().filter(move |(filter, _)| filter.name == name).map(|(_, value)| value.as_str())
    }

    /// The same without a value of a filter.
    pub fn without(&self, filter: &IncidentFilter, value: &str) -> Self {
        let mut without = self.clone();
        without.asked.retain(|(other, asked)| *other != filter || asked != value);
        without
    }

    /// As it stands in the address, in a fixed order, without the place in the list.
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let asked = self.asked.iter().filter_map(|(filter, value)| Some((page_name(filter)?, value.clone())));
        let mut pairs: Vec<_> = asked.collect();
        pairs.extend(self.from.iter().map(|day| ("from", day.clone())));
        pairs.extend(self.to.iter().map(|day| ("to", day.clone())));
        if self.sort != IncidentSort::Updated || self.direction != first_direction(self.sort) {
            pairs.push(("sort", self.sort.to_string()));
            pairs.push(("dir", self.direction.to_string()));
        }
        let columns = self.columns.iter().flatten();
        pairs.extend(columns.map(|column| ("col", column.name().to_owned())));
        pairs
    }

    /// The address of the list asked this way.
    pub fn address(&self) -> String {
        address(&self.pairs())
    }

    /// The address of the same list, all of it, as a table for spreadsheets.
    pub fn table_address(&self) -> String {
        let without_columns = Self { columns: None, ..self.clone() };
        without_columns.address().replacen("/incidents", "/incidents.csv", 1)
    }

    /// The address of the page at this cursor; an empty one is the first page.
    pub fn address_at(&self, cursor: &str) -> String {
        let mut pairs = self.pairs();
        if !cursor.is_empty() {
            pairs.push(("after", cursor.to_owned()));
        }
        address(&pairs)
    }

    /// The address sorted by a column: the other way round when it is sorted by it already.
    pub fn sorted_by(&self, sort: IncidentSort) -> String {
        let direction = match (self.sort == sort, self.direction) {
            (true, Direction::Ascending) => Direction::Descending,
            (true, Direction::Descending) => Direction::Ascending,
            (false, _) => first_direction(sort),
        };
        Self { sort, direction, ..self.clone() }.address()
    }
}

/// The way a column is sorted at the first click.
const fn first_direction(sort: IncidentSort) -> Direction {
    match sort {
        IncidentSort::Updated | IncidentSort::Opened => Direction::Descending,
        IncidentSort::Severity | IncidentSort::Status | IncidentSort::Title => Direction::Ascending,
    }
}

fn address(pairs: &[(&'static str, String)]) -> String {
    match serde_urlencoded::to_string(pairs) {
        Ok(query) if !query.is_empty() => format!("/incidents?{query}"),
        _ => "/incidents".into(),
    }
}

fn parsed<T: std::str::FromStr>(field: &str, text: Option<&str>, errors: &mut FieldErrors) -> Option<T> {
    let text = text?;
    let unknown =
        |_| errors.add(field, format!("“{}” is not among its values.", text.chars().take(40).collect::<String>()));
    text.parse().map_err(unknown).ok()
}

#[cfg(test)]
pub mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use holdfast_domain::{Fields as _, access::Door, incident::IncidentFields, lifecycle::Status, person::Roles};

    fn read(pairs: &[(&str, &str)]) -> Filter {
        let pairs: Vec<_> = pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        Filter::read(&pairs)
    }

    /// A reader in Berlin.
    pub fn actor() -> Actor {
        let id = "00000000-0000-4000-8000-000000000007";
        Actor {
            org_id: id.parse().unwrap(),
            person_id: id.parse().unwrap(),
            name: "Ada".into(),
            roles: Roles::of(&[]),
            time_zone: "Europe/Berlin".into(),
            door: Door::Console,
        }
    }

    #[test]
    fn a_filter_is_written_as_it_was_read() {
        let pairs = [
            ("q", "vpn"),
            ("status", "open"),
            ("severity", "sev1"),
            ("severity", "sev2"),
            ("owner", "me"),
            ("category", "fraud/phishing"),
            ("attack_vector", "email"),
            ("attack_vector", "web"),
            ("detection_source", "customer"),
            ("service", "Customer portal"),
            ("from", "2026-10-01"),
            ("to", "2026-10-31"),
        ];
        let filter = read(&pairs);
        assert!(filter.is_narrow());
        let written: Vec<_> = filter.pairs().into_iter().collect();
        assert_eq!(written.iter().map(|(key, value)| (*key, value.as_str())).collect::<Vec<_>>(), pairs);
        let query = filter.query(&actor()).unwrap();
        assert_eq!((query.statuses.len(), query.severities.len()), (Status::ALL.len() - 3, 2));
        assert_eq!(query.choices.get("attack_vector"), Some(&vec!["email", "web"]));
        assert_eq!(query.service.as_deref(), Some("Customer portal"));
        let shown = |at: Option<holdfast_domain::Timestamp>| at.map(|at| at.to_string()).unwrap_or_default();
        assert_eq!(shown(query.detected_since), "2026-09-30T22:00:00Z");
        assert_eq!(shown(query.detected_before), "2026-10-31T23:00:00Z");
    }

    #[test]
    fn a_value_that_is_sent_again_and_again_is_one_value() {
        let again = [("status", "new"), ("status", "triage"), ("status", "open")].repeat(2_000);
        let filter = read(&again);
        assert_eq!(filter.address(), "/incidents?status=new&status=triage&status=open");
        let open = Status::ALL.iter().filter(|status| !status.is_ended()).count();
        assert_eq!(filter.query(&actor()).unwrap().statuses.len(), open);
    }

    #[test]
    fn values_that_are_not_known_are_named_all_at_once() {
        let wrong = [
            ("severity", "9"),
            ("status", "asleep"),
            ("owner", "bob"),
            ("category", "x"),
            ("recoverability", "soon"),
            ("from", "yesterday"),
            ("dir", "up"),
        ];
        let Err(Refusal::Invalid(errors)) = read(&wrong).query(&actor()) else { panic!("accepted") };
        let fields: Vec<_> = errors.iter().map(|error| error.field.as_str()).collect();
        assert_eq!(fields, ["dir", "status", "severity", "owner", "category", "recoverability", "from"]);
    }

    #[test]
    fn a_value_taken_away_leaves_the_others() {
        let filter = read(&[("status", "new"), ("status", "triage"), ("service", "VPN")]);
        let (taken, value) = &filter.asked[0];
        assert_eq!(filter.without(taken, value).address(), "/incidents?status=triage&service=VPN");
    }

    #[test]
    fn the_columns_of_fields_are_called_as_the_fields_are() {
        for (_, name, words, _) in Column::ALL {
            if let Some(field) = IncidentFields::field(name).filter(|field| field.name != "category") {
                assert_eq!(field.label, *words);
            }
        }
    }

    #[test]
    fn the_same_column_again_sorts_the_other_way() {
        assert!(read(&[("sort", "severity")]).sorted_by(IncidentSort::Severity).contains("dir=desc"));
        assert_eq!(read(&[]).sorted_by(IncidentSort::Title), "/incidents?sort=title&dir=asc");
        assert_eq!(read(&[("sort", "title")]).sorted_by(IncidentSort::Updated), "/incidents");
    }

    #[test]
    fn the_table_is_asked_for_as_the_list_is() {
        let filter = read(&[("q", "vpn"), ("sort", "title"), ("col", "status"), ("after", "00")]);
        assert_eq!(filter.table_address(), "/incidents.csv?q=vpn&sort=title&dir=asc");
        assert_eq!(read(&[]).table_address(), "/incidents.csv");
    }

    #[test]
    fn the_title_is_always_among_the_columns() {
        assert_eq!(read(&[("col", "status"), ("col", "junk")]).columns, Some(vec![Column::Title, Column::Status]));
    }
}
