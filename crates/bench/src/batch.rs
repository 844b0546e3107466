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

/// Rows of one table that wait.
pub struct Batch {
    into: &'static str,
    columns: usize,
    cells: Vec<SqlValue>,
    /// Rows written so far.
    pub written: u64,
}

impl Batch {
    /// For `table (column, …)`.
    pub fn new(into: &'static str) -> Self {
        Self { into, columns: into.matches(',').count() + 1, cells: Vec::new(), written: 0 }
    }

    /// Adds a row: a value for each column.
    pub fn row<const N: usize>(&mut self, cells: [SqlValue; N]) {
        assert_eq!(N, self.columns, "{}", self.into);
        self.cells.extend(cells);
    }

    /// Writes what waits.
    pub async fn flush(&mut self, tx: &mut Tx) -> Result<()> {
        let sqlite = tx.on_sqlite();
        let mut cells = std::mem::take(&mut self.cells).into_iter();
        while cells.len() > 0 {
            let rows = ROWS.min(cells.len() / self.columns);
            let places = |row: usize| {
                // SQLite looks names of parameters up one by one; without names there is nothing to look up.
                let place = |column| if sqlite { "?".into() } else { format!("${}", row * self.columns + column) };
                let places = (1..=self.columns).map(place);
                format!("({})", places.collect::<Vec<_>>().join(","))
            };
            let places: Vec<String> = (0..rows).map(places).collect();
            let mut statement = tx.query_built(format!("INSERT INTO {} VALUES {}", self.into, places.join(",")));
            for cell in cells.by_ref().take(rows * self.columns) {
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
