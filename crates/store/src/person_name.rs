//! Names of people: what lists show of everyone, and what the ledger holds of the names that people had and under
//! which they acted.

use holdfast_domain::{EvidenceId, IncidentId, OrgId, PersonId, ReportId};

use crate::{
    Queryable, Result, Tx,
    ledger::{ENTRY, EntryRow},
};

/// Word for word the condition of the index `ledger_entries_of_names`, by which these are found.
const INDEXED: &str = "e.kind IN ('person.added', 'person.edited', 'report.issued')";

/// What a person is named by.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct NamedPerson {
    /// Who.
    pub id: PersonId,
    /// The name that they have now.
    pub name: String,
    /// Their handle.
    pub handle: String,
    /// The name as lists show it.
    pub display_name: String,
}

/// Everyone.
pub async fn all<'a>(on: impl Queryable<'a>, org: OrgId) -> Result<Vec<NamedPerson>> {
    on.query("SELECT id, name, handle, display_name FROM people WHERE org_id = $1 ORDER BY id")
        .bind(org)
        .fetch_all()
        .await
}

/// The handle of a person.
pub async fn handle<'a>(on: impl Queryable<'a>, org: OrgId, id: PersonId) -> Result<Option<String>> {
    let row: Option<(String,)> =
        on.query("SELECT handle FROM people WHERE org_id = $1 AND id = $2").bind(org).bind(id).fetch_optional().await?;
    Ok(row.map(|(handle,)| handle))
}

/// Writes the name as lists show it.
pub async fn set_display_name(tx: &mut Tx, org: OrgId, id: PersonId, shown: &str) -> Result<()> {
    tx.query("UPDATE people SET display_name = $3 WHERE org_id = $1 AND id = $2")
        .bind(org)
        .bind(id)
        .bind(shown.to_owned())
        .execute()
        .await?;
    Ok(())
}

/// An entry that gave somebody a name, and what opens its commitment to that name.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct GivenName {
    /// The person's id, as entries have it.
    pub subject_id: String,
    /// Place of the entry.
    pub seq: i64,
    /// The exact bytes that were hashed.
    pub entry: String,
    /// Salt of the opening; absent where it was erased.
    pub salt: Option<Vec<u8>>,
    /// The name; absent where it was erased.
    pub text: Option<String>,
}

/// The names that people were given, each person's from the first on: of some, or of everyone.
pub async fn given<'a>(on: impl Queryable<'a>, org: OrgId, of: Option<&[PersonId]>) -> Result<Vec<GivenName>> {
    let these = of.map(|people| format!(" AND e.subject_id IN ({})", places(2, people.len()))).unwrap_or_default();
    let statement = on
        .query_built(format!(
            "SELECT e.subject_id, e.seq, e.entry, o.salt, o.text FROM ledger_entries e
             LEFT JOIN ledger_openings o ON o.org_id = e.org_id AND o.seq = e.seq AND o.field IN ('name', 'after.name')
             WHERE e.org_id = $1 AND {INDEXED} AND e.kind <> 'report.issued'{these} ORDER BY e.subject_id, e.seq"
        ))
        .bind(org);
    of.unwrap_or_default().iter().fold(statement, |all, id| all.bind(id.to_string())).fetch_all().await
}

/// The entries of custody about one item, oldest first.
pub async fn custody_of<'a>(
    on: impl Queryable<'a>,
    org: OrgId,
    incident: IncidentId,
    evidence: EvidenceId,
) -> Result<Vec<EntryRow>> {
    on.query_built(format!(
        "{ENTRY} WHERE e.org_id = $1 AND e.subject_kind = 'incident' AND e.subject_id = $2 AND e.kind LIKE 'custody.%'
         AND e.entry LIKE $3 ORDER BY e.seq"
    ))
    .bind(org)
    .bind(incident.to_string())
    .bind(format!("%\"evidence\":\"{evidence}\"%"))
    .fetch_all()
    .await
}

/// The entries by which reports were issued; of the same incidents, those of other reports as well.
pub async fn issuing(on: &crate::Db, org: OrgId, reports: &[ReportId]) -> Result<Vec<EntryRow>> {
    if reports.is_empty() {
        return Ok(Vec::new());
    }
    let found =
        on.query_built(format!("SELECT id, incident_id FROM reports WHERE id IN ({})", places(1, reports.len())));
    let found: Vec<(ReportId, Option<IncidentId>)> =
        reports.iter().fold(found, |all, id| all.bind(*id)).fetch_all().await?;
    let mut subjects: Vec<String> =
        found.iter().map(|(id, incident)| incident.map_or_else(|| id.to_string(), |id| id.to_string())).collect();
    subjects.sort_unstable();
    subjects.dedup();
    let statement = on
        .query_built(format!(
            "{ENTRY} WHERE e.org_id = $1 AND {INDEXED} AND e.kind = 'report.issued' AND e.subject_id IN ({})",
            places(2, subjects.len())
        ))
        .bind(org);
    subjects.into_iter().fold(statement, |all, subject| all.bind(subject)).fetch_all().await
}

/// `$2, $3, …`: so many places, the first with this number.
fn places(first: usize, count: usize) -> String {
    // A list of nothing is no SQL; no id is null.
    let places: Vec<String> = (first..first + count).map(|place| format!("${place}")).collect();
    if places.is_empty() { "NULL".into() } else { places.join(", ") }
}
