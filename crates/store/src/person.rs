//! Rows of people, their password hashes and one-time codes. The hash has a row type of its own
//! and never leaves with a [`Person`].

use holdfast_domain::{
    OrgId, PersonId, Timestamp, email,
    person::{Person, PersonDraft, PersonEdit},
    person_name::{handle_base, new_handle},
};

use crate::{Queryable, Result, Tx};

const COLUMNS: &str =
    "SELECT id, org_id, email, name, handle, display_name, roles, time_zone, disabled, version, created_at FROM people";

/// What signing in looks at. Never serialised.
#[derive(sqlx::FromRow)]
pub struct Credentials {
    /// The account.
    pub id: PersonId,
    /// Its organisation.
    pub org_id: OrgId,
    /// Whether signing in is switched off.
    pub disabled: bool,
    /// The PHC string, once a password was chosen.
    pub password_hash: Option<String>,
}

/// Adds a person without a password, under a handle that nobody in the organisation has or had.
///
/// # Errors
/// [`crate::Error::Taken`] when the address is in use.
pub async fn insert(
    tx: &mut Tx,
    id: PersonId,
    org: OrgId,
    draft: &PersonDraft,
    by: Option<PersonId>,
    now: Timestamp,
) -> Result<()> {
    let like = format!("{}%", handle_base(&draft.name));
    let sql = "SELECT handle FROM people WHERE org_id = $1 AND handle LIKE $2";
    let taken: Vec<String> = tx.query(sql).binds((org, like)).scalars().await?;
    let handle = new_handle(&draft.name, |handle| taken.iter().any(|one| one == handle));
    let sql =
        "INSERT INTO people (id, org_id, email, email_key, name, handle, display_name, roles, time_zone, disabled,
            version, created_at, created_by, updated_at, updated_by)
        VALUES ($1, $2, $3, $4, $5, $6, $5, $7, $8, false, 1, $9, $10, $9, $10)";
    let address = email::normalised(&draft.email).unwrap_or_else(|| draft.email.trim().to_owned());
    tx.query(sql)
        .binds((id, org, address, email::key(&draft.email), draft.name.trim().to_owned(), handle))
        .binds((draft.roles.to_string(), draft.time_zone.clone(), now, by))
        .run()
        .await
}

/// The person, within the organisation.
pub async fn find<'a>(on: impl Queryable<'a>, org: OrgId, id: PersonId) -> Result<Option<Person>> {
    on.query_built(format!("{COLUMNS} WHERE id = $1 AND org_id = $2")).bind(id).bind(org).fetch_optional().await
}

/// The person behind a session or a token, in whichever organisation.
pub async fn find_any<'a>(on: impl Queryable<'a>, id: PersonId) -> Result<Option<Person>> {
    on.query_built(format!("{COLUMNS} WHERE id = $1")).bind(id).fetch_optional().await
}

/// The person with this address, in whichever organisation.
pub async fn find_by_email<'a>(on: impl Queryable<'a>, email: &str) -> Result<Option<Person>> {
    on.query_built(format!("{COLUMNS} WHERE email_key = $1")).bind(email::key(email)).fetch_optional().await
}

/// Everyone, by name.
pub async fn list<'a>(on: impl Queryable<'a>, org: OrgId) -> Result<Vec<Person>> {
    on.query_built(format!("{COLUMNS} WHERE org_id = $1 ORDER BY name, id LIMIT 5000")).bind(org).fetch_all().await
}

/// Ids and names as lists show them of those who can sign in, by name: what every page that offers people reads.
pub async fn names<'a>(on: impl Queryable<'a>, org: OrgId) -> Result<Vec<(PersonId, String)>> {
    let sql = "SELECT id, display_name FROM people WHERE org_id = $1 AND disabled = false ORDER BY name, id LIMIT 5000";
    on.query(sql).bind(org).fetch_all().await
}

/// Ids and names as lists show them of everyone, also of those who are switched off: what tells of the past reads them.
pub async fn every_name<'a>(on: impl Queryable<'a>, org: OrgId) -> Result<Vec<(PersonId, String)>> {
    on.query("SELECT id, display_name FROM people WHERE org_id = $1 ORDER BY name, id LIMIT 5000")
        .bind(org)
        .fetch_all()
        .await
}

/// What signing in with this address looks at.
pub async fn credentials<'a>(on: impl Queryable<'a>, email: &str) -> Result<Option<Credentials>> {
    let sql = "SELECT id, org_id, disabled, password_hash FROM people WHERE email_key = $1";
    on.query(sql).bind(email::key(email)).fetch_optional().await
}

/// The password hash of a person.
pub async fn password_hash<'a>(on: impl Queryable<'a>, id: PersonId) -> Result<Option<String>> {
    let sql = "SELECT password_hash FROM people WHERE id = $1";
    Ok(on.query(sql).bind(id).scalar_optional::<Option<String>>().await?.flatten())
}

/// Replaces the password hash.
pub async fn set_password_hash(tx: &mut Tx, id: PersonId, hash: String, now: Timestamp) -> Result<()> {
    tx.query("UPDATE people SET password_hash = $2, updated_at = $3 WHERE id = $1").binds((id, hash, now)).run().await
}

/// Replaces the hash of the same password, unless the password was changed meanwhile.
pub async fn strengthen_password_hash(
    tx: &mut Tx,
    id: PersonId,
    old: String,
    new: String,
    now: Timestamp,
) -> Result<()> {
    let sql = "UPDATE people SET password_hash = $3, updated_at = $4 WHERE id = $1 AND password_hash = $2";
    tx.query(sql).binds((id, old, new, now)).run().await
}

/// Replaces the fields when the version is still the one named; says whether it was.
pub async fn update(
    tx: &mut Tx,
    org: OrgId,
    id: PersonId,
    to: &PersonEdit,
    by: PersonId,
    now: Timestamp,
) -> Result<bool> {
    let sql = "UPDATE people SET name = $4, roles = $5, time_zone = $6, disabled = $7, version = version + 1,
            updated_at = $8, updated_by = $9
        WHERE id = $1 AND org_id = $2 AND version = $3";
    tx.query(sql)
        .binds((id, org, to.version, to.name.trim().to_owned(), to.roles.to_string()))
        .binds((to.time_zone.clone(), to.disabled, now, by))
        .execute_one()
        .await
}

/// Keeps a one-time code, replacing earlier ones for the same purpose and person.
pub async fn replace_code(
    tx: &mut Tx,
    hash: Vec<u8>,
    purpose: &str,
    person: Option<PersonId>,
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<()> {
    // A null person matches null here: the set-up code has none.
    let sql = "DELETE FROM codes WHERE purpose = $1 AND (person_id = $2 OR (person_id IS NULL AND purpose = 'setup'))";
    tx.query(sql).binds((purpose.to_owned(), person)).execute().await?;
    let sql = "INSERT INTO codes (code_hash, purpose, person_id, created_at, expires_at) VALUES ($1, $2, $3, $4, $5)";
    tx.query(sql).binds((hash, purpose.to_owned(), person, now, expires_at)).run().await
}

/// Whether there is such a code that has not ended.
pub async fn has_code<'a>(on: impl Queryable<'a>, hash: Vec<u8>, purpose: &str, now: Timestamp) -> Result<bool> {
    let sql = "SELECT created_at FROM codes WHERE code_hash = $1 AND purpose = $2 AND expires_at > $3";
    let row: Option<i64> = on.query(sql).binds((hash, purpose.to_owned(), now)).scalar_optional().await?;
    Ok(row.is_some())
}

/// Uses up a code: the person it is for (none for set-up), or `None` when there is no such code or
/// its time has passed.
pub async fn take_code(tx: &mut Tx, hash: Vec<u8>, purpose: &str, now: Timestamp) -> Result<Option<Option<PersonId>>> {
    let sql = "DELETE FROM codes WHERE code_hash = $1 AND purpose = $2 AND expires_at > $3 RETURNING person_id";
    tx.query(sql).binds((hash, purpose.to_owned(), now)).scalar_optional().await
}
