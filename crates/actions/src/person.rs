//! People: added by invitation, changed, switched off. An administrator never sets or sees a
//! password; a one-time code lets the person choose it.

use holdfast_domain::{
    Actor, Object, OrgId, Permission, PersonId, Refusal, SessionId,
    access::{Door, role_may},
    email,
    person::{Person, PersonDraft, Role, Roles, check_password},
    refusal::FieldErrors,
    time,
};
use holdfast_store::{Error as StoreError, ledger::lock_head, org, person as rows, session};

pub use holdfast_domain::person::PersonEdit;

use crate::{
    Author, Ctx, Error, Record, Result, UnitOfWork,
    edit::{self, Now, differing},
    ledger_sentence::quoted,
    one_time_code::{CODE_S, code_hash, new_code},
    permit,
    person_name::{check_own_name, refresh},
};

/// A person as others choose them: no more than the name, as lists show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonName {
    /// Who.
    pub id: PersonId,
    /// Their name.
    pub name: String,
}

/// Everyone, by name.
pub async fn list(ctx: &Ctx, actor: &Actor) -> Result<Vec<Person>> {
    permit(ctx, actor, Permission::ViewPeople, Object::None).await?;
    Ok(rows::list(ctx.db(), actor.org_id).await?)
}

/// Names of those who can be on a team.
pub async fn names(ctx: &Ctx, actor: &Actor) -> Result<Vec<PersonName>> {
    permit(ctx, actor, Permission::ListIncidents, Object::None).await?;
    let people = rows::names(ctx.db(), actor.org_id).await?;
    Ok(people.into_iter().map(|(id, name)| PersonName { id, name }).collect())
}

/// Names of everybody, also of those who are switched off: what is kept names them.
pub async fn everybody(ctx: &Ctx, actor: &Actor) -> Result<Vec<PersonName>> {
    permit(ctx, actor, Permission::ListIncidents, Object::None).await?;
    let people = rows::every_name(ctx.db(), actor.org_id).await?;
    Ok(people.into_iter().map(|(id, name)| PersonName { id, name }).collect())
}

/// Names of those who can work on incidents: whoever cannot would never see what is theirs.
pub async fn workers(ctx: &Ctx, actor: &Actor) -> Result<Vec<PersonName>> {
    permit(ctx, actor, Permission::ListIncidents, Object::None).await?;
    let people = rows::list(ctx.db(), actor.org_id).await?.into_iter().filter(works);
    Ok(people.map(|person| PersonName { id: person.id, name: person.display_name }).collect())
}

/// Whether somebody can work on incidents: on tasks, with evidence.
pub(crate) fn works(person: &Person) -> bool {
    !person.disabled && person.roles.iter().any(|role| role_may(role, Permission::WorkTasks))
}

/// One person.
///
/// # Errors
/// When the role does not allow it or there is no such person.
pub async fn find(ctx: &Ctx, actor: &Actor, id: PersonId) -> Result<Person> {
    if id != actor.person_id {
        permit(ctx, actor, Permission::ViewPeople, Object::Person(id)).await?;
    }
    rows::find(ctx.db(), actor.org_id, id).await?.ok_or_else(nobody)
}

fn nobody() -> Error {
    Refusal::NotFound("person".into()).into()
}

/// Adds a person; the second value is the one-time code with which they choose their password.
pub async fn add(ctx: &Ctx, actor: &Actor, draft: &PersonDraft) -> Result<(Person, String)> {
    permit(ctx, actor, Permission::AddPerson, Object::None).await?;
    check(draft)?;
    let mut work = UnitOfWork::begin(ctx, actor).await?;
    let id = insert(ctx, &mut work, draft, Some(actor)).await?;
    let code = issue(ctx, &mut work, id).await?;
    work.makes(id);
    work.commit().await?;
    Ok((rows::find(ctx.db(), actor.org_id, id).await?.ok_or_else(nobody)?, code))
}

/// Adds a person with a password, from the server's own command line, to the only organisation.
///
/// # Errors
/// A refusal when nothing is set up yet or a field is not acceptable.
// tidy: no actor, because whoever runs commands on the server's machine holds everything there is
pub async fn add_from_console(ctx: &Ctx, draft: &PersonDraft, password: &str) -> Result<Person> {
    let org_id = *org::ids(ctx.db()).await?.first().ok_or_else(|| {
        Refusal::Rule("There is no organisation yet. Start Holdfast and open the set-up page first.".into())
    })?;
    check(draft)?;
    let mut errors = FieldErrors::default();
    check_password(password, &[&draft.name, &draft.email], &mut errors);
    errors.finish()?;
    let hash = ctx.hashing().hash(password, ctx.entropy().bytes()).await?;
    let console = console(ctx, org_id);
    let mut work = UnitOfWork::begin(ctx, Author::system(org_id)).await?;
    let id = insert(ctx, &mut work, draft, None).await?;
    rows::set_password_hash(&mut work.tx, id, hash, work.now).await?;
    work.commit().await?;
    rows::find(ctx.db(), console.org_id, id).await?.ok_or_else(nobody)
}

/// The actor that stands for the server's own command line.
fn console(ctx: &Ctx, org_id: holdfast_domain::OrgId) -> Actor {
    Actor {
        org_id,
        person_id: PersonId(ctx.uuid(ctx.now())),
        name: "Console".into(),
        roles: Roles::of(&[Role::Administrator]),
        time_zone: "UTC".into(),
        door: Door::Console,
    }
}

/// The person with this address as an actor from the command line, with their own rights.
///
/// # Errors
/// When there is no such person or they are disabled.
// tidy: no actor, because whoever runs commands on the server's machine holds everything there is
pub async fn console_actor(ctx: &Ctx, email: &str) -> Result<Actor> {
    let person = rows::find_by_email(ctx.db(), email).await?.filter(|person| !person.disabled).ok_or_else(nobody)?;
    let actor = crate::session::actor(ctx, person.id, SessionId(person.id.0)).await?;
    Ok(Actor { door: Door::Console, ..actor })
}

/// The first person who leads and is not switched off; `None` when nobody is.
// tidy: no actor, because whoever runs commands on the server's machine holds everything there is
pub async fn first_lead(ctx: &Ctx, org: OrgId) -> Result<Option<Person>> {
    let people = rows::list(ctx.db(), org).await?;
    Ok(people.into_iter().find(|person| !person.disabled && person.roles.iter().any(|role| role == Role::Lead)))
}

fn check(draft: &PersonDraft) -> Result<()> {
    let mut errors = FieldErrors::default();
    draft.check(&mut errors);
    if !time::is_zone(&draft.time_zone) {
        errors.add("time_zone", "Choose a time zone such as Europe/Berlin.");
    }
    Ok(errors.finish()?)
}

async fn insert(ctx: &Ctx, work: &mut UnitOfWork<'_>, draft: &PersonDraft, by: Option<&Actor>) -> Result<PersonId> {
    let (id, now) = (PersonId(ctx.uuid(work.now)), work.now);
    let org_id = match by {
        Some(actor) => actor.org_id,
        None => *org::ids(&mut work.tx).await?.first().ok_or_else(nobody)?,
    };
    // Names and handles are given one after another.
    lock_head(&mut work.tx, org_id).await?;
    let inserted = rows::insert(&mut work.tx, id, org_id, draft, by.map(|actor| actor.person_id), now).await;
    match inserted {
        Err(StoreError::Taken) => Err(Refusal::field("email", "Somebody signs in with this address already.").into()),
        Err(error) => Err(error.into()),
        Ok(()) => {
            refresh(&mut work.tx, org_id).await?;
            work.record(added(id, draft));
            Ok(id)
        }
    }
}

/// What the ledger says of a new person.
pub(crate) fn added(id: PersonId, draft: &PersonDraft) -> Record {
    Record::new("person.added", "person", id)
        .with("roles", draft.roles.to_string())
        .with_text("name", draft.name.trim())
        .with_text("email", &email::normalised(&draft.email).unwrap_or_default())
}

async fn issue(ctx: &Ctx, work: &mut UnitOfWork<'_>, id: PersonId) -> Result<String> {
    let (code, now) = (new_code(ctx), work.now);
    rows::replace_code(&mut work.tx, code_hash(&code), "password", Some(id), now, now.plus_seconds(CODE_S)).await?;
    work.record(Record::new("person.invited", "person", id));
    Ok(code)
}

/// Changes a person. Their sessions end when they are switched off or their roles change.
///
/// # Errors
/// A refusal when the role does not allow it, a field is not acceptable, the version is stale, or
/// nobody would be left who administers.
pub async fn edit(ctx: &Ctx, actor: &Actor, id: PersonId, edit: &PersonEdit) -> Result<Person> {
    permit(ctx, actor, Permission::EditPerson, Object::Person(id)).await?;
    let mut work = UnitOfWork::begin(ctx, actor).await?;
    let before = rows::find(&mut work.tx, actor.org_id, id).await?.ok_or_else(nobody)?;
    check_edit(&before, edit)?;
    if id == actor.person_id && (edit.disabled || !edit.roles.has(Role::Administrator)) {
        return Err(Refusal::Rule(
            "You cannot take administration away from yourself; ask another administrator.".into(),
        )
        .into());
    }
    let is_renamed = edit.name.trim() != before.name;
    if is_renamed {
        lock_head(&mut work.tx, actor.org_id).await?;
    }
    if !rows::update(&mut work.tx, actor.org_id, id, edit, actor.person_id, work.now).await? {
        return Err(conflict(&before, edit));
    }
    if edit.disabled || edit.roles != before.roles {
        session::revoke_all(&mut work.tx, id, None).await?;
    }
    if id != actor.person_id {
        still_administers(&mut work, actor).await?;
    }
    if is_renamed {
        refresh(&mut work.tx, actor.org_id).await?;
    }
    work.record(edited(&before, edit));
    work.commit().await?;
    find(ctx, actor, id).await
}

/// Two administrators who switch each other off at once would leave none. Actions pass the log's head one
/// after another, so whoever comes second finds here that they are no administrator any more.
async fn still_administers(work: &mut UnitOfWork<'_>, actor: &Actor) -> Result<()> {
    lock_head(&mut work.tx, actor.org_id).await?;
    let me = rows::find(&mut work.tx, actor.org_id, actor.person_id).await?;
    if me.is_some_and(|me| !me.disabled && me.roles.has(Role::Administrator)) {
        return Ok(());
    }
    Err(Refusal::Forbidden("You are no administrator any more; somebody has just changed that.".into()).into())
}

fn check_edit(before: &Person, edit: &PersonEdit) -> Result<()> {
    let PersonEdit { name, roles, time_zone, .. } = edit.clone();
    check(&PersonDraft { email: before.email.clone(), name, roles, time_zone })
}

fn edited(before: &Person, edit: &PersonEdit) -> Record {
    let was = PersonEdit::from(before).as_text();
    Record::new("person.edited", "person", before.id).with_changes(Some(&was), &edit.as_text())
}

fn conflict(now: &Person, edit: &PersonEdit) -> Error {
    let fields = differing(edit.as_text(), PersonEdit::from(now).as_text());
    let object = format!("person {}", quoted(&now.name));
    edit::conflict(&Now { version: now.version, changed_by: "Somebody", changed_at: now.created_at }, object, fields)
}

/// A new one-time code for a person: a first invitation again, or a lost password.
///
/// # Errors
/// When the role does not allow it or there is no such person.
pub async fn invite_again(ctx: &Ctx, actor: &Actor, id: PersonId) -> Result<String> {
    permit(ctx, actor, Permission::EditPerson, Object::Person(id)).await?;
    let mut work = UnitOfWork::begin(ctx, actor).await?;
    let person = rows::find(&mut work.tx, actor.org_id, id).await?.ok_or_else(nobody)?;
    if person.disabled {
        return Err(Refusal::Rule("This account is switched off. Switch it on first.".into()).into());
    }
    let code = issue(ctx, &mut work, id).await?;
    work.commit().await?;
    Ok(code)
}

/// Sets the password that the person chose with their code. Every session of theirs ends.
///
/// # Errors
/// A refusal when the code is wrong, used or too old, or the password is not acceptable; then the
/// code stays good.
// tidy: no actor, because the code is the only proof there is
pub async fn accept_invitation(ctx: &Ctx, code: &str, password: &str) -> Result<PersonId> {
    let mut errors = FieldErrors::default();
    check_password(password, &[], &mut errors);
    errors.finish()?;
    let bad_code = || Refusal::field("code", "This code is not good, or no longer. Ask for a new one.");
    // The work of a hash is done for a good code only: else whoever has none could keep others waiting.
    if !rows::has_code(ctx.db(), code_hash(code), "password", ctx.now()).await? {
        tracing::warn!("an invitation code was refused");
        return Err(bad_code().into());
    }
    let hash = ctx.hashing().hash(password, ctx.entropy().bytes()).await?;
    let mut tx = ctx.db().write().await?;
    let now = ctx.now();
    let id = rows::take_code(&mut tx, code_hash(code), "password", now).await?.flatten().ok_or_else(bad_code)?;
    let person = rows::find_any(&mut tx, id).await?.filter(|person| !person.disabled).ok_or_else(bad_code)?;
    let mut work = UnitOfWork::resume(ctx, Author::person(person.org_id, id, &person.name), tx, now);
    check_own(password, &person)?;
    rows::set_password_hash(&mut work.tx, id, hash, now).await?;
    session::revoke_all(&mut work.tx, id, None).await?;
    work.record(Record::new("person.password_set", "person", id));
    work.commit().await?;
    Ok(id)
}

fn check_own(password: &str, person: &Person) -> Result<()> {
    let mut errors = FieldErrors::default();
    check_password(password, &[&person.name, &person.email], &mut errors);
    Ok(errors.finish()?)
}

/// Changes the actor's own password. Their other sessions end.
///
/// # Errors
/// A refusal when the current password is wrong or was guessed too often, or the new one is not acceptable.
pub async fn change_own_password(ctx: &Ctx, actor: &Actor, current: &str, new: &str) -> Result<()> {
    permit(ctx, actor, Permission::OwnAccount, Object::Person(actor.person_id)).await?;
    let person = rows::find(ctx.db(), actor.org_id, actor.person_id).await?.ok_or_else(nobody)?;
    let hash = rows::password_hash(ctx.db(), actor.person_id).await?;
    if !crate::session::is_own_password(ctx, actor.person_id, current, hash).await? {
        let mut work = UnitOfWork::begin(ctx, actor).await?;
        work.record(Record::new("person.password_refused", "person", actor.person_id));
        work.commit().await?;
        return Err(Refusal::field("current_password", "This is not your password.").into());
    }
    check_own(new, &person)?;
    let hash = ctx.hashing().hash(new, ctx.entropy().bytes()).await?;
    let mut work = UnitOfWork::begin(ctx, actor).await?;
    rows::set_password_hash(&mut work.tx, actor.person_id, hash, work.now).await?;
    let kept = match &actor.door {
        Door::Session(id) => Some(*id),
        _ => None,
    };
    session::revoke_all(&mut work.tx, actor.person_id, kept).await?;
    work.record(Record::new("person.password_set", "person", actor.person_id));
    work.commit().await
}

/// Changes the actor's own name and zone. Nobody gives themself the name of somebody else.
///
/// # Errors
/// A refusal when a field is not acceptable, or the name is that of the program or of somebody else, now or before,
/// or looks like one.
pub async fn edit_own(ctx: &Ctx, actor: &Actor, name: &str, time_zone: &str) -> Result<()> {
    permit(ctx, actor, Permission::OwnAccount, Object::Person(actor.person_id)).await?;
    let mut work = UnitOfWork::begin(ctx, actor).await?;
    let before = rows::find(&mut work.tx, actor.org_id, actor.person_id).await?.ok_or_else(nobody)?;
    let (name, time_zone) = (name.to_owned(), time_zone.to_owned());
    let edit = PersonEdit { name, time_zone, ..PersonEdit::from(&before) };
    check_edit(&before, &edit)?;
    let is_renamed = edit.name.trim() != before.name;
    if is_renamed {
        lock_head(&mut work.tx, actor.org_id).await?;
        check_own_name(&mut work.tx, actor.org_id, actor.person_id, edit.name.trim()).await?;
    }
    if !rows::update(&mut work.tx, actor.org_id, actor.person_id, &edit, actor.person_id, work.now).await? {
        // An administrator changed this account at the same moment.
        return Err(Refusal::Busy { retry_after_s: 1 }.into());
    }
    if is_renamed {
        refresh(&mut work.tx, actor.org_id).await?;
    }
    work.record(edited(&before, &edit));
    work.commit().await
}
