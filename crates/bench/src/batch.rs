//! Rows on their way into the database, many to a statement.

use anyhow::Result;
use holdfast_store::{Queryable as _, Tx};
use uuid::Uuid;

/// Rows of one statement. The same number nearly always, so that it is prepared once.
const ROWS: usize = 100;

/// A value of a column.
pub enum SqlValue {
    /// An id, or none.
    Id(Option<Uuid>),
    /// A number, or none.
    Int(Option<i64>),
    /// A text, or none.
    Text(Option<String>),
    /// Yes or no.
    Bool(bool),
    /// Bytes.
    Bytes(Vec<u8>),
}

impl From<Uuid> for SqlValue {
    fn from(id: Uuid) -> Self {
        Self::Id(Some(id))
    }
}

impl From<i64> for SqlValue {
    fn from(number: i64) -> Self {
        Self::Int(Some(number))
    }
}

impl From<&str> for SqlValue {
    fn from(text: &str) -> Self {
        Self::Text(Some(text.to_owned()))
    }
}

impl From<String> for SqlValue {
    fn from(text: String) -> Self {
        Self::Text(Some(text))
    }
}

impl From<bool> for SqlValue {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<Vec<u8>> for SqlValue {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Bytes(bytes)
    }
}

impl From<Option<i64>> for SqlValue {
    fn from(number: Option<i64>) -> Self {
        Self::Int(number)
    }
}

impl From<&String> for SqlValue {
    fn from(text: &String) -> Self {
        Self::Text(Some(text.clone()))
    }
}

/// The values of a row.
macro_rules! cells {
    ($($value:expr),+ $(,)?) => {
        [$($crate::batch::SqlValue::from($value)),+]
    };
}
pub(crate) use cells;

/// Rows of one table that wait.
pub struct Batch {
    table: &'static str,
    /// Each column by its name, with its value in SQL where every row has the same.
    columns: Vec<(&'static str, Option<&'static str>)>,
    /// Columns whose values are given with each row.
    given: usize,
    cells: Vec<SqlValue>,
    /// Rows written so far.
    pub written: u64,
}

impl Batch {
    /// For a table with columns such as `id, kind = 'disk', title`: rows give values for `id` and `title`.
    pub fn new(table: &'static str, columns: &'static str) -> Self {
        let column = |text: &'static str| match text.split_once(" = ") {
            Some((name, value)) => (name, Some(value)),
            None => (text, None),
        };
        let columns: Vec<_> = columns.split(", ").map(column).collect();
        let given = columns.iter().filter(|(_, value)| value.is_none()).count();
        Self { table, columns, given, cells: Vec::new(), written: 0 }
    }

    /// Adds a row: a value for each column that has none.
    pub fn row<const N: usize>(&mut self, cells: [SqlValue; N]) {
        assert_eq!(N, self.given, "{}", self.table);
        self.cells.extend(cells);
    }

    /// Writes what waits.
    pub async fn flush(&mut self, tx: &mut Tx) -> Result<()> {
        let sqlite = tx.on_sqlite();
        let names: Vec<&str> = self.columns.iter().map(|(name, _)| *name).collect();
        let mut cells = std::mem::take(&mut self.cells).into_iter();
        while cells.len() > 0 {
            let rows = ROWS.min(cells.len() / self.given);
            let places = |row: usize| {
                let mut places = 1 + row * self.given..;
                let place = |(_, value): &(_, Option<&str>)| match (value, sqlite) {
                    (Some(value), _) => (*value).to_owned(),
                    // SQLite looks names of parameters up one by one; without names there is nothing to look up.
                    (None, true) => "?".into(),
                    (None, false) => places.next().map(|place| format!("${place}")).unwrap_or_default(),
                };
                format!("({})", self.columns.iter().map(place).collect::<Vec<_>>().join(","))
            };
            let places: Vec<String> = (0..rows).map(places).collect();
            let into = format!("{} ({})", self.table, names.join(","));
            let mut statement = tx.query_built(format!("INSERT INTO {into} VALUES {}", places.join(",")));
            for cell in cells.by_ref().take(rows * self.given) {
                statement = match cell {
                    SqlValue::Id(value) => statement.bind(value),
                    SqlValue::Int(value) => statement.bind(value),
                    SqlValue::Text(value) => statement.bind(value),
                    SqlValue::Bool(value) => statement.bind(value),
                    SqlValue::Bytes(value) => statement.bind(value),
                };
            }
            self.written += statement.execute().await?;
        }
        Ok(())
    }
}
