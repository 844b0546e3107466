//! What the list is asked for, as it stands in the address: read, written, and changed one part at
//! a time.

use holdfast_domain::{
    Actor, FieldError, PersonId, Refusal,
    incident::{Direction, IncidentQuery, IncidentSort, OwnerFilter, Severity},
    lifecycle::Status,
    rsit::Category,
    time::day_in_zone,
};

/// What the list is asked for, as the address of its page says it.
///
/// # Errors
/// [`Refusal::Invalid`] that names what could not be read.
pub fn listed(pairs: &[(String, String)], actor: &Actor) -> Result<IncidentQuery, Refusal> {
    Filter::read(pairs).query(actor)
}

/// Whose incidents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    Me,
    Nobody,
    Person(PersonId),
}

impl Owner {
    pub fn as_text(self) -> String {
        match self {
            Self::Me => "me".into(),
            Self::Nobody => "nobody".into(),
            Self::Person(id) => id.to_string(),
        }
    }
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
    Detected,
    Opened,
    Updated,
}

impl Column {
    pub const ALL: &'static [(Self, &'static str, &'static str)] = &[
        (Self::Reference, "reference", "Reference"),
        (Self::Severity, "severity", "Severity"),
        (Self::Title, "title", "Title"),
        (Self::Status, "status", "Status"),
        (Self::Tlp, "tlp", "TLP"),
        (Self::Owner, "owner", "Owner"),
        (Self::Category, "category", "Category"),
        (Self::Detected, "detected", "Detected"),
        (Self::Opened, "opened", "Opened"),
        (Self::Updated, "updated", "Updated"),
    ];

    /// Shown to those who never chose.
    pub const USUAL: &'static [Self] = &[
        Self::Reference,
        Self::Severity,
        Self::Title,
        Self::Status,
        Self::Owner,
        Self::Category,
        Self::Detected,
        Self::Updated,
    ];

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
        let is_chosen = |(column, name, _): &&(Self, &str, &str)| *column == Self::Title || names.contains(name);
        Self::ALL.iter().filter(is_chosen).map(|(column, ..)| *column).collect()
    }

    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(column, ..)| *column == self).map_or("", |(_, name, _)| name)
    }
}

/// The filter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filter {
    pub text: String,
    /// States by name, of which `open` stands for all that have not ended.
    pub open: bool,
    pub statuses: Vec<Status>,
    pub severities: Vec<Severity>,
    pub owner: Option<Owner>,
    pub category: Option<Category>,
    /// First and last day of detection, as days of the reader's zone.
    pub from: Option<String>,
    pub to: Option<String>,
    pub sort: IncidentSort,
    pub direction: Direction,
    pub after: Option<String>,
    /// Chosen in this address; `None` leaves it to what was chosen before.
    pub columns: Option<Vec<Column>>,
    /// What could not be read.
    pub errors: Vec<FieldError>,
}

impl Filter {
    pub fn read(pairs: &[(String, String)]) -> Self {
        let all = |name: &'static str| {
            pairs.iter().filter(move |(key, value)| key == name && !value.is_empty()).map(|(_, value)| value.as_str())
        };
        let mut errors = Vec::new();
        let open = all("status").any(|text| text == "open");
        let statuses = parsed("status", all("status").filter(|text| *text != "open"), &mut errors);
        let severities = parsed("severity", all("severity"), &mut errors);
        let owner = all("owner").next().and_then(|text| match text {
            "me" => Some(Owner::Me),
            "nobody" => Some(Owner::Nobody),
            text => parsed("owner", std::iter::once(text), &mut errors).pop().map(Owner::Person),
        });
        let category = parsed("category", all("category"), &mut errors).pop();
        let day = |name| all(name).next().map(str::to_owned);
        let (from, to) = (day("from"), day("to"));
        let sort = parsed("sort", all("sort"), &mut errors).pop().unwrap_or(IncidentSort::Updated);
        let direction = parsed("dir", all("dir"), &mut errors).pop().unwrap_or(first_direction(sort));
        let columns = all("col").next().is_some().then(|| Column::chosen(all("col")));
        let after = all("after").next().map(str::to_owned);
        let text = all("q").next().unwrap_or_default().to_owned();
        Self { text, open, statuses, severities, owner, category, from, to, sort, direction, after, columns, errors }
    }

    /// What the list is asked for by this person.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] that names what could not be read.
    pub fn query(&self, actor: &Actor) -> Result<IncidentQuery, Refusal> {
        if !self.errors.is_empty() {
            return Err(Refusal::Invalid(self.errors.clone()));
        }
        let owner = self.owner.map(|owner| match owner {
            Owner::Me => OwnerFilter::Person(actor.person_id),
            Owner::Nobody => OwnerFilter::Nobody,
            Owner::Person(id) => OwnerFilter::Person(id),
        });
        let mut errors = Vec::new();
        let mut day = |field: &str, text: Option<&String>| {
            text.and_then(|text| match day_in_zone(text, &actor.time_zone) {
                Ok(day) => Some(day),
                Err(message) => {
                    errors.push(FieldError { field: field.into(), message });
                    None
                }
            })
        };
        let (since, last) = (day("from", self.from.as_ref()), day("to", self.to.as_ref()));
        if !errors.is_empty() {
            return Err(Refusal::Invalid(errors));
        }
        Ok(IncidentQuery {
            categories: self.category.clone().into_iter().collect(),
            detected_since: since.map(|(begins, _)| begins),
            detected_before: last.map(|(_, ends)| ends),
            statuses: self.all_statuses(),
            severities: self.severities.clone(),
            owner,
            text: self.text.clone(),
            sort: self.sort,
            direction: self.direction,
            after: self.after.clone(),
            ..IncidentQuery::default()
        })
    }

    /// Whether anything is left out of the list.
    pub fn is_narrow(&self) -> bool {
        !self.text.is_empty()
            || self.open
            || !self.statuses.is_empty()
            || !self.severities.is_empty()
            || self.owner.is_some()
            || self.category.is_some()
            || self.from.is_some()
            || self.to.is_some()
    }

    /// The states asked for; empty is all.
    pub fn all_statuses(&self) -> Vec<Status> {
        let is_asked = |status: &&Status| self.statuses.contains(status) || (self.open && !status.is_ended());
        if self.open || !self.statuses.is_empty() {
            Status::ALL.iter().filter(is_asked).copied().collect()
        } else {
            Vec::new()
        }
    }

    /// As it stands in the address, in a fixed order, without the place in the list.
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = Vec::new();
        if !self.text.is_empty() {
            pairs.push(("q", self.text.clone()));
        }
        if self.open {
            pairs.push(("status", "open".into()));
        }
        pairs.extend(self.statuses.iter().map(|status| ("status", status.to_string())));
        pairs.extend(self.severities.iter().map(|severity| ("severity", severity.to_string())));
        pairs.extend(self.owner.map(|owner| ("owner", owner.as_text())));
        pairs.extend(self.category.iter().map(|category| ("category", category.to_string())));
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

fn parsed<'a, T: std::str::FromStr>(
    field: &str,
    texts: impl Iterator<Item = &'a str>,
    errors: &mut Vec<FieldError>,
) -> Vec<T> {
    let mut values = Vec::new();
    for text in texts {
        match text.parse() {
            Ok(value) => values.push(value),
            Err(_) => {
                let message = format!("“{}” is not among its values.", text.chars().take(40).collect::<String>());
                errors.push(FieldError { field: field.into(), message });
            }
        }
    }
    values
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> Filter {
        let pairs: Vec<_> = pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        Filter::read(&pairs)
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
            ("from", "2026-10-01"),
            ("to", "2026-10-31"),
        ];
        let filter = read(&pairs);
        assert!(filter.errors.is_empty() && filter.is_narrow());
        let written: Vec<_> = filter.pairs().into_iter().collect();
        assert_eq!(written.iter().map(|(key, value)| (*key, value.as_str())).collect::<Vec<_>>(), pairs);
        assert_eq!(filter.all_statuses().len(), Status::ALL.len() - 3);
    }

    #[test]
    fn values_that_are_not_known_are_named_and_left_out() {
        let filter =
            read(&[("severity", "9"), ("status", "asleep"), ("owner", "bob"), ("category", "x"), ("dir", "up")]);
        let fields: Vec<_> = filter.errors.iter().map(|error| error.field.as_str()).collect();
        assert_eq!(fields, ["status", "severity", "owner", "category", "dir"]);
        assert!(!filter.is_narrow());
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
