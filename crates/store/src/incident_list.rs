//! The list of incidents: filters and sorts from an allowlist, pages by key. Which statement runs
//! depends on which filters are set, so that each has an index to follow.

use std::{fmt::Write as _, str::FromStr};

use holdfast_domain::{
    Actor, IncidentId,
    incident::{Direction, FILTERS, IncidentQuery, IncidentRow, IncidentSort, OwnerFilter, PAGE_ROWS_MAX, Paged},
    lifecycle::Status,
    refusal::UnknownText,
    rsit::Category,
};

use crate::{
    Db, Queryable, Result,
    db::{DbValue, Statement},
    incident::{VISIBLE, service_key, title_key},
    search,
};

/// A place in a sorted list: beside which row, and on which side of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// Whether the page lies before the row.
    pub back: bool,
    /// The order it belongs to.
    pub sort: IncidentSort,
    /// The row's key in that order.
    pub key: SortKey,
    /// The row.
    pub id: IncidentId,
}

/// A value to sort by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SortKey {
    /// A time or a rank.
    Number(i64),
    /// A text.
    Text(String),
}

impl std::fmt::Display for Cursor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let side = if self.back { 'b' } else { 'f' };
        let (kind, key) = match &self.key {
            SortKey::Number(number) => ('n', number.to_string()),
            SortKey::Text(text) => ('t', text.clone()),
        };
        let plain = format!("{side}{kind}{}.{}.{key}", self.sort, self.id);
        plain.bytes().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl FromStr for Cursor {
    type Err = UnknownText;
    fn from_str(text: &str) -> std::result::Result<Self, UnknownText> {
        if text.len() > 2_000 || !text.is_ascii() || !text.len().is_multiple_of(2) {
            return Err(UnknownText);
        }
        let bytes: Option<Vec<u8>> =
            (0..text.len()).step_by(2).map(|at| u8::from_str_radix(text.get(at..at + 2)?, 16).ok()).collect();
        let plain = bytes.and_then(|bytes| String::from_utf8(bytes).ok()).ok_or(UnknownText)?;
        let (head, rest) = plain.split_once('.').ok_or(UnknownText)?;
        let (id, key) = rest.split_once('.').ok_or(UnknownText)?;
        let side = head.get(..1).ok_or(UnknownText)?;
        let kind = head.get(1..2).ok_or(UnknownText)?;
        let sort: IncidentSort = head.get(2..).ok_or(UnknownText)?.parse()?;
        let key = match kind {
            "n" => SortKey::Number(key.parse().map_err(|_| UnknownText)?),
            "t" if !key.contains('\0') => SortKey::Text(key.into()),
            _ => return Err(UnknownText),
        };
        let numeric = matches!(sort, IncidentSort::Updated | IncidentSort::Opened | IncidentSort::Status);
        if numeric != matches!(key, SortKey::Number(_)) || !matches!(side, "f" | "b") {
            return Err(UnknownText);
        }
        Ok(Self { back: side == "b", sort, key, id: id.parse()? })
    }
}

impl Cursor {
    fn at(row: &IncidentRow, sort: IncidentSort, back: bool) -> Self {
        let key = match sort {
            IncidentSort::Updated => SortKey::Number(row.updated_at.micros()),
            IncidentSort::Opened => SortKey::Number(row.created_at.micros()),
            IncidentSort::Severity => SortKey::Text(row.severity.to_string()),
            IncidentSort::Status => SortKey::Number(row.status as i64),
            IncidentSort::Title => SortKey::Text(title_key(&row.title)),
        };
        Self { back, sort, key, id: row.id }
    }
}

/// What binds a value of the statement that is being put together.
type Bind = Box<dyn FnOnce(Statement<'_>) -> Statement<'_> + Send>;

/// A statement that is being put together from fixed pieces. `$1` is the organisation, `$2` the
/// reader.
struct Builder {
    sql: String,
    binds: Vec<Bind>,
}

impl Builder {
    fn and(&mut self, piece: &str) {
        let _ = write!(self.sql, " AND {piece}");
    }

    /// Adds a value and gives its placeholder.
    fn value(&mut self, value: impl DbValue) -> String {
        self.binds.push(Box::new(move |statement| statement.bind(value)));
        format!("${}", self.binds.len() + 2)
    }

    fn bind_all<'a>(self, db: &'a Db, actor: &Actor) -> Statement<'a> {
        let statement = db.query_built(self.sql).binds((actor.org_id, actor.person_id));
        self.binds.into_iter().fold(statement, |statement, bind| bind(statement))
    }
}

const SELECT: &str = "SELECT i.id, i.reference, i.title, i.status, i.severity, i.category, i.tlp,
    o.display_name AS owner_name, i.attack_vector, i.functional_impact, i.information_impact, i.recoverability,
    i.detection_source, i.services, i.restricted, i.on_hold, i.is_exercise, i.detected_at, i.created_at, i.updated_at
    FROM incidents i LEFT JOIN people o ON o.id = i.owner_id";

const fn column(sort: IncidentSort) -> &'static str {
    match sort {
        IncidentSort::Updated => "i.updated_at",
        IncidentSort::Opened => "i.created_at",
        IncidentSort::Severity => "i.severity",
        IncidentSort::Status => "i.status_rank",
        IncidentSort::Title => "i.title_key",
    }
}

/// A page of the incidents that the actor may see, and the places of its neighbours.
pub async fn list(
    db: &Db,
    actor: &Actor,
    query: &IncidentQuery,
    cursor: Option<&Cursor>,
) -> Result<Paged<IncidentRow>> {
    let Some(statement) = statement(query, cursor, db.is_sqlite()) else {
        return Ok(Paged { rows: Vec::new(), next: None, previous: None });
    };
    let mut rows: Vec<IncidentRow> = statement.bind_all(db, actor).fetch_all().await?;
    let limit = usize::try_from(query.limit.clamp(1, PAGE_ROWS_MAX)).unwrap_or(1);
    let more = rows.len() > limit;
    rows.truncate(limit);
    let back = cursor.is_some_and(|cursor| cursor.back);
    if back {
        rows.reverse();
    }
    let edge = |row: Option<&IncidentRow>, back| row.map(|row| Cursor::at(row, query.sort, back).to_string());
    let next = if more || back { edge(rows.last(), false) } else { None };
    let previous = if (back && more) || (!back && cursor.is_some()) { edge(rows.first(), true) } else { None };
    Ok(Paged { rows, next, previous })
}

/// The statement for a query; `None` when its text holds no word, so nothing can match.
fn statement(query: &IncidentQuery, cursor: Option<&Cursor>, sqlite: bool) -> Option<Builder> {
    let mut builder = Builder { sql: format!("{SELECT} WHERE {VISIBLE}"), binds: Vec::new() };
    filter(&mut builder, query, sqlite)?;
    let backwards = cursor.is_some_and(|cursor| cursor.back);
    let descending = (query.direction == Direction::Descending) != backwards;
    let (order, than) = if descending { ("DESC", "<") } else { ("ASC", ">") };
    let column = column(query.sort);
    if let Some(cursor) = cursor {
        let key = match &cursor.key {
            SortKey::Number(number) => builder.value(*number),
            SortKey::Text(text) => builder.value(text.clone()),
        };
        let id = builder.value(cursor.id);
        builder.and(&format!("({column}, i.id) {than} ({key}, {id})"));
    }
    let limit = query.limit.clamp(1, PAGE_ROWS_MAX) + 1;
    let _ = write!(builder.sql, " ORDER BY {column} {order}, i.id {order} LIMIT {limit}");
    Some(builder)
}

fn filter(builder: &mut Builder, query: &IncidentQuery, sqlite: bool) -> Option<()> {
    filter_status(builder, &query.statuses);
    match query.severities.as_slice() {
        [] => {}
        [one] => {
            let value = builder.value(*one);
            builder.and(&format!("i.severity = {value}"));
        }
        many => {
            let values: Vec<_> = many.iter().map(|one| builder.value(*one)).collect();
            builder.and(&format!("(i.severity || '') IN ({})", values.join(", ")));
        }
    }
    match query.owner {
        None => {}
        Some(OwnerFilter::Nobody) => builder.and("i.owner_id IS NULL"),
        Some(OwnerFilter::Person(person)) => {
            let value = builder.value(person);
            builder.and(&format!("i.owner_id = {value}"));
        }
    }
    if !query.categories.is_empty() {
        let all: Vec<_> = query.categories.iter().flat_map(Category::within).map(|one| one.to_string()).collect();
        let values: Vec<_> = all.into_iter().map(|one| builder.value(one)).collect();
        // The empty text keeps both planners from choosing an index that they would have to sort.
        builder.and(&format!("(i.category || '') IN ({})", values.join(", ")));
    }
    filter_choices(builder, query);
    // The sum keeps both planners from choosing an index that they would have to sort.
    for (bound, than) in [(query.detected_since, ">="), (query.detected_before, "<")] {
        if let Some(at) = bound {
            let value = builder.value(at);
            builder.and(&format!("i.detected_at + 0 {than} {value}"));
        }
    }
    if let Some(since) = query.updated_since {
        let value = builder.value(since);
        // In another order, the sum keeps SQLite from choosing the index that it would have to sort.
        let column = if query.sort == IncidentSort::Updated { "i.updated_at" } else { "i.updated_at + 0" };
        builder.and(&format!("{column} >= {value}"));
    }
    if !query.text.trim().is_empty() {
        filter_text(builder, &query.text, sqlite)?;
    }
    Some(())
}

/// The fields that are choices; their columns have the names of the filters, which are fixed.
fn filter_choices(builder: &mut Builder, query: &IncidentQuery) {
    for name in FILTERS.iter().map(|filter| filter.name) {
        if let Some(chosen) = query.choices.get(name) {
            let values: Vec<_> = chosen.iter().map(|one| builder.value((*one).to_owned())).collect();
            builder.and(&format!("i.{name} IN ({})", values.join(", ")));
        }
    }
    if let Some(service) = &query.service {
        // A backslash keeps the signs that LIKE knows from meaning anything.
        let signs = |text: String, sign: char| text.replace(sign, &format!("\\{sign}"));
        let key = ['\\', '%', '_'].into_iter().fold(service_key(service), signs);
        let pattern = builder.value(format!("%{key}%"));
        builder.and(&format!("i.service_keys LIKE {pattern} ESCAPE '\\'"));
    }
}

/// Every run of words is in the texts of the incident, or in what its category is called.
fn filter_text(builder: &mut Builder, typed: &str, sqlite: bool) -> Option<()> {
    let runs = search::runs(typed).into_iter().map(|run| (called(&run), run));
    let (texts, called): (Vec<_>, Vec<_>) = runs.partition(|(categories, _)| categories.is_empty());
    if texts.is_empty() && called.is_empty() {
        return None;
    }
    let texts: Vec<_> = texts.into_iter().map(|(_, run)| run).collect();
    if let Some(words) = search::match_runs(&texts, sqlite) {
        let words = builder.value(words);
        builder.and(&format!("i.id IN ({})", search::incidents_with(&words, sqlite)));
    }
    for (categories, run) in called {
        let words = builder.value(search::match_runs(&[run], sqlite)?);
        let values: Vec<_> = categories.into_iter().map(|one| builder.value(one)).collect();
        builder.and(&format!(
            "i.id IN ({} UNION ALL SELECT c.id FROM incidents c WHERE c.org_id = $1 AND c.category IN ({}))",
            search::incidents_with(&words, sqlite),
            values.join(", ")
        ));
    }
    Some(())
}

/// The categories that are called so, by their class or their type. There are some fifty, which are not
/// in the index of words: a class such as “Fraud” would crowd out of a search what speaks of fraud.
fn called(run: &[String]) -> Vec<String> {
    let is_called = |one: &Category| search::has_run(one.class().label(), run) || search::has_run(one.label(), run);
    Category::all().filter(is_called).map(|one| one.to_string()).collect()
}

/// One state, and "all that are open", have an index that also sorts; other mixtures follow the
/// order of the list (the empty text keeps both planners from choosing an index they must sort).
fn filter_status(builder: &mut Builder, statuses: &[Status]) {
    let all_open = Status::ALL.iter().all(|status| statuses.contains(status) != status.is_ended());
    match statuses {
        [] => {}
        [one] => {
            let value = builder.value(*one);
            builder.and(&format!("i.status = {value}"));
        }
        _ if all_open => builder.and("i.ended = false"),
        many => {
            let values: Vec<_> = many.iter().map(|one| builder.value(*one)).collect();
            builder.and(&format!("(i.status || '') IN ({})", values.join(", ")));
        }
    }
}

/// The plan of a list query, for the tests that hold it to its index.
pub async fn plan(db: &Db, actor: &Actor, query: &IncidentQuery, cursor: Option<&Cursor>) -> Result<String> {
    let Some(mut builder) = statement(query, cursor, db.is_sqlite()) else { return Ok(String::new()) };
    builder.sql = format!("{} {}", db.explain(), builder.sql);
    builder.bind_all(db, actor).plan().await
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_cursor_is_read_back_and_a_forged_one_refused() {
        let cursor = Cursor {
            back: true,
            sort: IncidentSort::Title,
            key: SortKey::Text("größe. 7".into()),
            id: IncidentId(Uuid::from_u128(7)),
        };
        let text = cursor.to_string();
        assert_eq!(text.parse::<Cursor>().unwrap(), cursor);
        for forged in ["", "zz", "6", "é", &text[2..], "66746f70656e65642e31"] {
            assert!(forged.parse::<Cursor>().is_err(), "{forged}");
        }
    }
}
