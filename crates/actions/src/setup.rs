//! The first start: a one-time code from the console opens the page that makes the organisation,
//! its ledger and its first administrator.

use std::sync::Arc;

use holdfast_domain::{
    OrgId, PersonId, Refusal,
    org::OrgFields,
    person::{PersonDraft, Role, Roles, check_password},
    refusal::FieldErrors,
    time,
};
use holdfast_ledger::{SignatureKind, SigningKey};
use holdfast_store::{ledger::KeyRow, org, person};

use crate::{
    Author, Ctx, Error, Record, Result, UnitOfWork,
    one_time_code::{CODE_S, code_hash, new_code},
};

/// Whether there is an organisation. Once true, it is remembered.
// tidy: no actor, because nobody can sign in yet
pub async fn is_set_up(ctx: &Ctx) -> Result<bool> {
    if !ctx.knows_set_up() && !org::ids(ctx.db()).await?.is_empty() {
        ctx.note_set_up();
    }
    Ok(ctx.knows_set_up())
}

/// A new one-time code, which replaces the one before; `None` when everything is set up.
// tidy: no actor, because nobody can sign in yet
pub async fn issue_code(ctx: &Ctx) -> Result<Option<String>> {
    if is_set_up(ctx).await? {
        return Ok(None);
    }
    let code = new_code(ctx);
    let mut tx = ctx.db().write().await?;
    let now = ctx.now();
    person::replace_code(&mut tx, code_hash(&code), "setup", None, now, now.plus_seconds(CODE_S)).await?;
    tx.commit().await?;
    Ok(Some(code))
}

/// What the set-up page asks for.
#[derive(Clone, PartialEq, Eq)]
pub struct SetupDraft {
    /// The one-time code.
    pub code: String,
    /// The organisation's name.
    pub org_name: String,
    /// The organisation's IANA zone, also the first person's.
    pub time_zone: String,
    /// The ledger's name and key name: a schema-less URL such as `soc.example.org/ledger`.
    pub log_name: String,
    /// The first person's name.
    pub name: String,
    /// The first person's address.
    pub email: String,
    /// The first person's password.
    pub password: String,
    /// Whether the first person also leads incidents.
    pub also_lead: bool,
}

impl SetupDraft {
    fn person(&self) -> PersonDraft {
        let roles: &[Role] = if self.also_lead { &[Role::Administrator, Role::Lead] } else { &[Role::Administrator] };
        PersonDraft {
            email: self.email.clone(),
            name: self.name.clone(),
            roles: Roles::of(roles),
            time_zone: self.time_zone.clone(),
        }
    }

    fn check(&self) -> Result<()> {
        let mut errors = FieldErrors::default();
        errors.line("org_name", &self.org_name, true, 120);
        self.person().check(&mut errors);
        if !time::is_zone(&self.time_zone) {
            errors.add("time_zone", "Choose a time zone such as Europe/Berlin.");
        }
        check_password(&self.password, &[&self.name, &self.email, &self.org_name], &mut errors);
        if SigningKey::from_seed(&self.log_name, &[0; 32]).is_err() || self.log_name.len() > 200 {
            errors.add("log_name", "Use an address without spaces or plus signs, such as soc.example.org/ledger.");
        }
        Ok(errors.finish()?)
    }
}

/// Makes the organisation, its ledger and its first administrator, and uses up the code.
///
/// # Errors
/// A refusal when a field is not acceptable or the code is wrong, used or too old.
// tidy: no actor, because nobody can sign in yet
pub async fn set_up(ctx: &Ctx, draft: &SetupDraft) -> Result<PersonId> {
    if is_set_up(ctx).await? {
        return Err(Refusal::Rule("Holdfast is set up already. Sign in.".into()).into());
    }
    draft.check()?;
    let bad_code = || Refusal::field("code", "This code is not good, or no longer. Restart Holdfast for a new one.");
    if !person::has_code(ctx.db(), code_hash(&draft.code), "setup", ctx.now()).await? {
        tracing::warn!("a set-up code was refused");
        return Err(bad_code().into());
    }
    let hash = ctx.hashing().hash(&draft.password, ctx.entropy().bytes()).await?;
    let now = ctx.now();
    let (org_id, id) = (OrgId(ctx.uuid(now)), PersonId(ctx.uuid(now)));
    let mut work = UnitOfWork::begin(ctx, Author::person(org_id, id, draft.name.trim())).await?;
    if person::take_code(&mut work.tx, code_hash(&draft.code), "setup", now).await?.is_none() {
        return Err(bad_code().into());
    }
    let fields = OrgFields {
        name: draft.org_name.trim().into(),
        time_zone: draft.time_zone.clone(),
        targets: None,
        targets_from: String::new(),
    };
    org::insert(&mut work.tx, org_id, &fields, now).await?;
    start_ledger(ctx, &mut work, org_id, draft.log_name.trim()).await?;
    let first = draft.person();
    person::insert(&mut work.tx, id, org_id, &first, None, now).await?;
    person::set_password_hash(&mut work.tx, id, hash, now).await?;
    work.record(crate::person::added(id, &first));
    work.commit().await?;
    ctx.note_set_up();
    Ok(id)
}

/// Makes the organisation's signing key and records the first entry.
async fn start_ledger(ctx: &Ctx, work: &mut UnitOfWork<'_>, org_id: OrgId, log_name: &str) -> Result<()> {
    let seed: [u8; 32] = ctx.entropy().bytes();
    let key = SigningKey::from_seed(log_name, &seed).map_err(|error| Error::failed("ledger key", error))?;
    let row = KeyRow {
        log_name: log_name.to_owned(),
        vkey: key.verifying_key(SignatureKind::Note).to_string(),
        sealed_seed: ctx.vault().seal(ctx.entropy(), &crate::ledger::key_row(org_id), &seed)?,
    };
    holdfast_store::ledger::start(&mut work.tx, org_id, &row, work.now).await?;
    ctx.cache_key(org_id, &Arc::new(key));
    work.record(
        Record::new(holdfast_ledger::entry::GENESIS, "log", org_id)
            .with("origin", row.log_name)
            .with("vkey", row.vkey)
            .with("schema", holdfast_ledger::entry::SCHEMA)
            .with("software", ctx.software()),
    );
    Ok(())
}
