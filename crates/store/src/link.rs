//! Rows of links between incidents. Every statement chooses only links whose other end the reader may
//! see; the incident itself the caller has found for the reader. Merges are read as duplicates.

use holdfast_domain::{
    Actor, IncidentId, LinkId, Timestamp,
    link::{Ends, Link, LinkKind},
};

use crate::{Queryable, Result, Tx, incident::VISIBLE};

/// The links of an incident, `$3`, that the reader may see: made by people, then merges, oldest first.
pub async fn list<'a>(on: impl Queryable<'a>, actor: &Actor, here: IncidentId, archived: bool) -> Result<Vec<Link>> {
    let merges = if archived {
        ""
    } else {
        "UNION ALL SELECT NULL, 'duplicate', m.id = $3, '', i.reference, i.title, i.status, NULL, m.version,
             m.updated_at, u.display_name, 1, m.created_at
         FROM incidents m JOIN incidents i ON i.id = CASE WHEN m.id = $3 THEN m.merged_into_id ELSE m.id END
         JOIN people u ON u.id = m.updated_by
         WHERE (m.id = $3 OR m.merged_into_id = $3) AND m.merged_into_id IS NOT NULL AND "
    };
    let visible = if archived { "" } else { VISIBLE };
    let sql = format!("{SELECT} AND {VISIBLE} {merges} {visible} ORDER BY 12, 13, 5");
    let of_all = on.query_built(sql).bind(actor.org_id).bind(actor.person_id).bind(here).bind(archived);
    let links: Vec<Link> = of_all.fetch_all().await?;
    Ok(links.into_iter().map(as_read).collect())
}

/// With the kind that it has at this end.
fn as_read(link: Link) -> Link {
    let kind = if link.kind == LinkKind::Parent && !link.at_from { LinkKind::Child } else { link.kind };
    Link { kind, ..link }
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

const SELECT: &str = "SELECT l.id, l.kind, l.from_id = $3 AS at_from, l.note, i.reference AS other,
        i.title AS other_title, i.status AS other_status, l.archived_at, l.version, l.updated_at,
        u.display_name AS updated_by_name, 0 AS of_merges, l.created_at
    FROM links l JOIN incidents i ON i.id = CASE WHEN l.from_id = $3 THEN l.to_id ELSE l.from_id END
    JOIN people u ON u.id = l.updated_by
    WHERE (l.from_id = $3 OR l.to_id = $3) AND (l.archived_at IS NOT NULL) = $4";

/// One link of an incident whose other end the reader may see, removed or not, with that end.
pub async fn find<'a>(
    on: impl Queryable<'a>,
    actor: &Actor,
    here: IncidentId,
    id: LinkId,
) -> Result<Option<(Link, IncidentId)>> {
    #[derive(sqlx::FromRow)]
    struct LinkRow {
        #[sqlx(flatten)]
        link: Link,
        other_id: IncidentId,
    }
    let columns =
        SELECT.replace("0 AS of_merges", "i.id AS other_id").replace("(l.archived_at IS NOT NULL) = $4", "l.id = $4");
    let sql = format!("{columns} AND {VISIBLE}");
    let found = on.query_built(sql).bind(actor.org_id).bind(actor.person_id).bind(here).bind(id);
    let found: Option<LinkRow> = found.fetch_optional().await?;
    Ok(found.map(|found| (as_read(found.link), found.other_id)))
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

/// Removes it or takes it back when the version is still the one that was seen; says whether it was.
///
/// # Errors
/// [`crate::Error::Taken`] when the same was added since; when the database refuses.
pub async fn set_archived(
    tx: &mut Tx,
    actor: &Actor,
    id: LinkId,
    version: i64,
    archived: bool,
    now: Timestamp,
) -> Result<bool> {
    let changed = tx
        .query(
            "UPDATE links SET archived_at = $4, version = version + 1, updated_at = $5, updated_by = $6
             WHERE id = $1 AND org_id = $2 AND version = $3",
        )
        .bind(id)
        .bind(actor.org_id)
        .bind(version)
        .bind(archived.then_some(now))
        .bind(now)
        .bind(actor.person_id)
        .execute()
        .await?;
    Ok(changed == 1)
}
