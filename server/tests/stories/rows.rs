//! Every row of every table as text, so that a story can say that nothing changed, and the names of all
//! columns. What carries no fact is left out: sessions, devices, counts of failures, and when a token was used.

use std::collections::{BTreeMap, BTreeSet};

use holdfast_store::Queryable as _;

use crate::world::World;

/// Tables without facts, and those in which SQLite keeps its index of words.
fn is_left_out(table: &str) -> bool {
    let kept_by_sqlite = ["_data", "_idx", "_content", "_docsize", "_config"];
    matches!(table, "sessions" | "devices" | "throttles" | "tokens")
        || kept_by_sqlite.iter().any(|end| table.ends_with(end))
}

async fn tables(world: &World) -> Vec<String> {
    let sql = if world.ctx.db().is_sqlite() {
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
    } else {
        "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
    };
    let rows: Vec<(String,)> = world.ctx.db().query(sql).fetch_all().await.unwrap();
    rows.into_iter().map(|(name,)| name).collect()
}

async fn columns_of(world: &World, table: &str) -> Vec<String> {
    let sql = if world.ctx.db().is_sqlite() {
        "SELECT name FROM pragma_table_info($1)"
    } else {
        "SELECT column_name::text FROM information_schema.columns WHERE table_schema = 'public' AND table_name = $1"
    };
    let rows: Vec<(String,)> = world.ctx.db().query(sql).bind(table.to_owned()).fetch_all().await.unwrap();
    rows.into_iter().map(|(name,)| name).collect()
}

/// The name of every column there is.
pub async fn columns(world: &World) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for table in tables(world).await {
        names.extend(columns_of(world, &table).await);
    }
    names
}

/// Every row, by table, in an order that only the rows themselves decide.
pub async fn all(world: &World) -> BTreeMap<String, Vec<String>> {
    let mut found = BTreeMap::new();
    for table in tables(world).await {
        if is_left_out(&table) {
            continue;
        }
        let sql = if world.ctx.db().is_sqlite() {
            let columns = columns_of(world, &table).await;
            let text = columns.iter().map(|name| format!("quote(\"{name}\")")).collect::<Vec<_>>().join(" || ',' || ");
            format!("SELECT {text} AS row_text FROM \"{table}\" ORDER BY 1")
        } else {
            format!("SELECT t::text AS row_text FROM \"{table}\" t ORDER BY 1")
        };
        let rows: Vec<(String,)> = world.ctx.db().query_built(sql).fetch_all().await.unwrap();
        found.insert(table, rows.into_iter().map(|(row,)| row).collect());
    }
    found
}

/// What only follows from the ledger's entries.
const OF_THE_LEDGER: [&str; 4] = ["ledger_heads", "ledger_nodes", "ledger_openings", "ledger_checkpoints"];

/// Panics with the rows that differ. That somebody was kept from something may have become a fact of the
/// ledger; no other entry may have.
pub fn same(before: &BTreeMap<String, Vec<String>>, after: &BTreeMap<String, Vec<String>>, what: &str) {
    for (table, rows) in after.iter().filter(|(table, _)| !OF_THE_LEDGER.contains(&table.as_str())) {
        let gone = before[table].iter().filter(|row| !rows.contains(row));
        let came = rows.iter().filter(|row| !before[table].contains(row));
        let came = came.filter(|row| table != "ledger_entries" || !row.contains("\"access.denied\""));
        let differ: Vec<String> =
            gone.map(|row| format!("- {row}")).chain(came.map(|row| format!("+ {row}"))).take(6).collect();
        assert!(differ.is_empty(), "{what}: {table} changed:\n{}", differ.join("\n"));
    }
}
