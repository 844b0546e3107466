//! What a backup asks of a database: a copy, or the name of a snapshot that another program can
//! read, and what lies in it. Here, too, the two databases differ.

use std::{collections::BTreeMap, path::Path};

use crate::{Db, Error, Queryable, Result, Tx};

/// Writes the embedded database as it is at this instant into a file that is empty or missing.
/// Others go on writing meanwhile. The file is not made durable.
///
/// # Errors
/// When the disk refuses, or this is not the embedded database.
pub async fn copy_embedded(db: &Db, to: &Path) -> Result<()> {
    let unreadable = || Error::Unexpected(format!("the name of {} is not text", to.display()));
    let path = to.to_str().ok_or_else(unreadable)?.to_owned();
    db.alone("VACUUM INTO $1").bind(path).execute().await?;
    Ok(())
}

/// The name by which `pg_dump` finds what this transaction sees, for as long as it lasts.
///
/// # Errors
/// When the database refuses, or is not PostgreSQL.
pub async fn name_snapshot(tx: &mut Tx) -> Result<String> {
    let (name,): (String,) = tx.query("SELECT pg_export_snapshot()").fetch_one().await?;
    Ok(name)
}

/// How many rows each table has. What the full-text index keeps is made from `search_docs`, and is
/// not counted.
pub async fn counts(tx: &mut Tx) -> Result<BTreeMap<String, i64>> {
    let names = if tx.on_sqlite() {
        "SELECT name FROM sqlite_master
         WHERE type = 'table' AND name NOT LIKE 'sqlite@_%' ESCAPE '@' AND name NOT LIKE 'search@_index%' ESCAPE '@'"
    } else {
        "SELECT tablename::TEXT FROM pg_tables WHERE schemaname = 'public'"
    };
    let names: Vec<(String,)> = tx.query(names).fetch_all().await?;
    let mut counts = BTreeMap::new();
    for (name,) in names {
        let (count,): (i64,) = tx.query_built(format!("SELECT count(*) FROM \"{name}\"")).fetch_one().await?;
        counts.insert(name, count);
    }
    Ok(counts)
}
