//! Rows of links between incidents. Every statement chooses only links whose other end the reader may
//! see; the incident itself the caller has found for the reader. Merges are read as duplicates.

use holdfast_domain::{
    Actor, IncidentId, LinkId, Timestamp,
    link::{Ends, Link, LinkFields},
};

use crate::{Queryable, Result, Tx, incident::VISIBLE};

/// The table.
pub const TABLE: &str = "links";

/// A link as it is read from one of its ends, with the incidents at both.
#[derive(sqlx::FromRow)]
pub struct Linked {
    /// The link.
    #[sqlx(flatten)]
    pub link: Link,
    /// What was said of it.
    #[sqlx(flatten)]
    pub fields: LinkFields,
    /// This end.
    pub here_id: IncidentId,
    /// The other end.
    pub other_id: IncidentId,
}

/// Links made by people, as they are read from the incident `$3`.
const MADE: &str = "SELECT l.id, CASE WHEN l.kind = 'parent' AND l.to_id = $3 THEN 'child' ELSE l.kind END AS kind,
        l.from_id = $3 AS at_from, l.note, i.reference AS other, i.title AS other_title, i.status AS other_status,
        l.archived_at, l.version, l.updated_at, u.display_name AS updated_by_name, 0 AS of_merges, l.created_at,
        CASE WHEN l.from_id = $3 THEN l.from_id ELSE l.to_id END AS here_id, i.id AS other_id
    FROM links l JOIN incidents i ON i.id = CASE WHEN l.from_id = $3 THEN l.to_id ELSE l.from_id END
    JOIN people u ON u.id = l.updated_by
    WHERE (l.from_id = $3 OR l.to_id = $3)";

/// Merges, in the same columns; nothing asks for their ends.
const MERGES: &str = "SELECT NULL, 'duplicate', m.id = $3, '', i.reference, i.title, i.status, NULL, m.version,
        m.updated_at, u.display_name, 1, m.created_at, m.id, i.id
    FROM incidents m JOIN incidents i ON i.id = CASE WHEN m.id = $3 THEN m.merged_into_id ELSE m.id END
    JOIN people u ON u.id = m.updated_by
    WHERE (m.id = $3 OR m.merged_into_id = $3) AND m.merged_into_id IS NOT NULL";

/// The links of an incident that the reader may see: made by people, then merges, oldest first.
pub async fn list<'a>(on: impl Queryable<'a>, actor: &Actor, here: IncidentId, archived: bool) -> Result<Vec<Linked>> {
    let merges = if archived { String::new() } else { format!("UNION ALL {MERGES} AND {VISIBLE}") };
    let sql = format!("{MADE} AND (l.archived_at IS NOT NULL) = $4 AND {VISIBLE} {merges} ORDER BY 12, 13, 5");
    on.query_built(sql).bind(actor.org_id).bind(actor.person_id).bind(here).bind(archived).fetch_all().await
}

/// One link of an incident whose other end the reader may see, removed or not.
pub async fn find<'a>(on: impl Queryable<'a>, actor: &Actor, here: IncidentId, id: LinkId) -> Result<Option<Linked>> {
    let sql = format!("{MADE} AND l.id = $4 AND {VISIBLE}");
    on.query_built(sql).bind(actor.org_id).bind(actor.person_id).bind(here).bind(id).fetch_optional().await
}

/// Those of these incidents that the reader may see, with their references.
///
/// # Errors
/// When the database refuses.
pub async fn seen_of<'a>(
    on: impl Queryable<'a>,
    actor: &Actor,
    ids: &[IncidentId],
) -> Result<Vec<(IncidentId, String)>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let places: Vec<String> = (3..3 + ids.len()).map(|number| format!("${number}")).collect();
    let sql = format!("SELECT i.id, i.reference FROM incidents i WHERE {VISIBLE} AND i.id IN ({})", places.join(", "));
    let asked = on.query_built(sql).bind(actor.org_id).bind(actor.person_id);
    ids.iter().fold(asked, |asked, id| asked.bind(*id)).fetch_all().await
}

/// Adds a link unless the same is there; says whether it did.
pub async fn insert(tx: &mut Tx, actor: &Actor, id: LinkId, ends: Ends, note: &str, now: Timestamp) -> Result<bool> {
    let added = tx
        .query(
            "INSERT INTO links (id, org_id, from_id, to_id, kind, note, version, created_at, created_by, updated_at,
                 updated_by)
             SELECT $1, $2, $3, $4, $5, $6, 1, $7, $8, $7, $8
             WHERE NOT EXISTS (SELECT 1 FROM links WHERE from_id = $4 AND to_id = $3 AND kind = $5
                 AND archived_at IS NULL)
             ON CONFLICT DO NOTHING",
        )
        .bind(id)
        .bind(actor.org_id)
        .bind(ends.from)
        .bind(ends.to)
        .bind(ends.kind)
        .bind(note.to_owned())
        .bind(now)
        .bind(actor.person_id)
        .execute()
        .await?;
    Ok(added == 1)
}
