//! What can go wrong below: the few cases that the layers above treat differently, and the rest.

/// A failure of the database.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A row with the same key is there already.
    #[error("a row with this key exists")]
    Taken,
    /// Other writers took too long, or the server is out of connections.
    #[error("the database is busy")]
    Busy,
    /// The disk is full.
    #[error("the disk is full")]
    Full,
    /// A row or a migration is not what the program expects.
    #[error("{0}")]
    Unexpected(String),
    /// Anything else.
    #[error(transparent)]
    Database(sqlx::Error),
}

/// A result of the store.
pub type Result<T> = std::result::Result<T, Error>;

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::PoolTimedOut => Self::Busy,
            sqlx::Error::Database(cause) if cause.is_unique_violation() => Self::Taken,
            sqlx::Error::Database(cause) => match cause.code().as_deref() {
                // SQLite: BUSY, LOCKED and their extended codes; PostgreSQL: lock_not_available,
                // serialization_failure, deadlock_detected, too_many_connections.
                Some("5" | "6" | "261" | "262" | "517" | "55P03" | "40001" | "40P01" | "53300") => Self::Busy,
                // SQLITE_FULL; PostgreSQL disk_full.
                Some("13" | "53100") => Self::Full,
                _ => Self::Database(error),
            },
            sqlx::Error::Io(cause) if cause.kind() == std::io::ErrorKind::StorageFull => Self::Full,
            _ => Self::Database(error),
        }
    }
}
