//! Names of people: what lists show of everyone, and what the ledger holds of the names that people had and under
//! which they acted.

use holdfast_domain::{EvidenceId, IncidentId, OrgId, PersonId, ReportId};

use crate::{
    Db, Queryable, Result, Tx,
    ledger::{ENTRY, EntryRow},
};

/// Word for word the condition of the index `ledger_entries_of_names`, by which these are found.
const INDEXED: &str = "e.kind IN ('person.added', 'person.edited', 'report.issued', 'report.withdrawn')";

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
    on.query("SELECT handle FROM people WHERE org_id = $1 AND id = $2").binds((org, id)).scalar_optional().await
}

/// Writes the name as lists show it.
pub async fn set_display_name(tx: &mut Tx, org: OrgId, id: PersonId, shown: &str) -> Result<()> {
    let sql = "UPDATE people SET display_name = $3 WHERE org_id = $1 AND id = $2";
    tx.query(sql).binds((org, id, shown.to_owned())).run().await
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
    let sql = format!(
        "SELECT e.subject_id, e.seq, e.entry, o.salt, o.text FROM ledger_entries e
         LEFT JOIN ledger_openings o ON o.org_id = e.org_id AND o.seq = e.seq AND o.field IN ('name', 'after.name')
         WHERE e.org_id = $1 AND {INDEXED} AND e.kind LIKE 'person.%'{these} ORDER BY e.subject_id, e.seq"
    );
    let statement = on.query_built(sql).bind(org);
    of.unwrap_or_default().iter().fold(statement, |all, id| all.bind(id.to_string())).fetch_all().await
}

/// An entry, and what opens the values that it commits to.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct SignedRow {
    /// The entry.
    #[sqlx(flatten)]
    pub entry: EntryRow,
    /// Salt of the opening of its values; absent where it has none, or they were erased.
    pub values_salt: Option<Vec<u8>>,
    /// Its values.
    pub values_text: Option<String>,
}

/// A statement that reads the entries that meet a condition, oldest first.
fn signed(condition: &str) -> String {
    format!(
        "SELECT s.*, v.salt AS values_salt, v.text AS values_text FROM ({ENTRY} WHERE e.org_id = $1 AND {condition}) s
         LEFT JOIN ledger_openings v ON v.org_id = $1 AND v.seq = s.seq AND v.field = 'values'"
    )
}

/// The entries of custody about one item, oldest first.
pub async fn custody_of<'a>(
    on: impl Queryable<'a>,
    org: OrgId,
    incident: IncidentId,
    evidence: EvidenceId,
) -> Result<Vec<SignedRow>> {
    let about = "e.subject_kind = 'incident' AND e.subject_id = $2 AND e.kind LIKE 'custody.%'";
    // Entries from before values were committed to have them in clear.
    let sql = format!("{} WHERE v.text LIKE $3 OR s.entry LIKE $3 ORDER BY s.seq", signed(about));
    let item = format!("%\"evidence\":\"{evidence}\"%");
    on.query_built(sql).binds((org, incident.to_string(), item)).fetch_all().await
}

/// The entries by which reports were issued and withdrawn; of the same incidents, those of other reports as well.
pub async fn of_reports(on: &Db, org: OrgId, reports: &[ReportId]) -> Result<Vec<SignedRow>> {
    let incidents = format!(
        "SELECT DISTINCT incident_id FROM reports WHERE incident_id IS NOT NULL AND id IN ({})",
        places(1, reports.len())
    );
    let incidents = reports.iter().fold(on.query_built(incidents), |all, id| all.bind(*id));
    let incidents: Vec<IncidentId> = incidents.scalars().await?;
    let subjects = reports.iter().map(ToString::to_string).chain(incidents.iter().map(ToString::to_string));
    let subjects: Vec<String> = subjects.collect();
    let about = format!("{INDEXED} AND e.kind LIKE 'report.%' AND e.subject_id IN ({})", places(2, subjects.len()));
    let statement = on.query_built(format!("{} ORDER BY s.seq", signed(&about))).bind(org);
    subjects.into_iter().fold(statement, |all, subject| all.bind(subject)).fetch_all().await
}

/// `$2, $3, …`: so many places, the first with this number.
pub(crate) fn places(first: usize, count: usize) -> String {
    // A list of nothing is no SQL; no id is null.
    let places: Vec<String> = (first..first + count).map(|place| format!("${place}")).collect();
    if places.is_empty() { "NULL".into() } else { places.join(", ") }
}
