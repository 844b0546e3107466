//! What an action appends to the log: entries, the texts behind their commitments, and the nodes of the
//! tree above them.

use holdfast_domain::{OrgId, PersonId, Timestamp};

use crate::{Queryable as _, Result, Tx};

/// An entry to be appended.
#[derive(Clone, Debug)]
pub struct NewEntry {
    /// Its place.
    pub seq: i64,
    /// Its leaf hash.
    pub leaf_hash: [u8; 32],
    /// The exact bytes that were hashed; JSON is text.
    pub entry: String,
    /// What was done.
    pub kind: String,
    /// To what kind of object.
    pub subject_kind: String,
    /// Which object.
    pub subject_id: String,
    /// By whom; none for the system.
    pub actor_id: Option<PersonId>,
    /// When.
    pub recorded_at: Timestamp,
}

/// Appends an entry.
pub async fn insert_entry(tx: &mut Tx, org: OrgId, entry: NewEntry) -> Result<()> {
    let sql = "INSERT INTO ledger_entries
            (org_id, seq, leaf_hash, entry, kind, subject_kind, subject_id, actor_id, recorded_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    tx.query(sql)
        .binds((org, entry.seq, entry.leaf_hash.to_vec(), entry.entry, entry.kind, entry.subject_kind))
        .binds((entry.subject_id, entry.actor_id, entry.recorded_at))
        .run()
        .await
}

/// The root of a complete subtree above the leaves, to be stored.
#[derive(Clone, Copy, Debug)]
pub struct NewNode {
    /// Above the leaves, 1 first.
    pub level: i64,
    /// From the left, 0 first.
    pub position: i64,
    /// The root.
    pub hash: [u8; 32],
}

/// What opens a commitment, to be kept.
#[derive(Clone, Debug)]
pub struct NewOpening {
    /// The entry.
    pub seq: i64,
    /// The field.
    pub field: String,
    /// The salt.
    pub salt: [u8; 32],
    /// The text.
    pub text: String,
}

/// Rows written by one statement at most; each number of rows is a statement of its own.
const ROWS_TOGETHER: usize = 16;

/// `($1, $2), ($1, $3)`: rows that share the value bound first and have so many more each.
fn values(rows: usize, each: usize) -> String {
    let row = |row: usize| {
        let values: Vec<String> = (0..each).map(|value| format!("${}", 2 + row * each + value)).collect();
        format!("($1, {})", values.join(", "))
    };
    (0..rows).map(row).collect::<Vec<_>>().join(", ")
}

/// Stores roots of complete subtrees.
pub async fn insert_nodes(tx: &mut Tx, org: OrgId, nodes: &[NewNode]) -> Result<()> {
    for nodes in nodes.chunks(ROWS_TOGETHER) {
        let rows = values(nodes.len(), 3);
        let mut insert =
            tx.query_built(format!("INSERT INTO ledger_nodes (org_id, level, position, hash) VALUES {rows}")).bind(org);
        for node in nodes {
            insert = insert.binds((node.level, node.position, node.hash.to_vec()));
        }
        insert.execute().await?;
    }
    Ok(())
}

/// Keeps what opens commitments.
pub async fn insert_openings(tx: &mut Tx, org: OrgId, openings: Vec<NewOpening>) -> Result<()> {
    let mut left = openings.into_iter().peekable();
    while left.peek().is_some() {
        let openings: Vec<NewOpening> = left.by_ref().take(ROWS_TOGETHER).collect();
        let rows = values(openings.len(), 4);
        let mut insert = tx
            .query_built(format!("INSERT INTO ledger_openings (org_id, seq, field, salt, text) VALUES {rows}"))
            .bind(org);
        for opening in openings {
            insert = insert.binds((opening.seq, opening.field, opening.salt.to_vec(), opening.text));
        }
        insert.execute().await?;
    }
    Ok(())
}
