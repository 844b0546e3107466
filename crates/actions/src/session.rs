//! Signing in and out, and the list of sessions. Answers never tell whether an account exists, in
//! words or in time.

pub mod record;

use std::net::IpAddr;

use holdfast_domain::{
    Actor, Object, Permission, PersonId, Refusal, SessionId, Timestamp, access::Door, allow, email, session::Session,
};
pub use holdfast_store::device::KEPT_S as DEVICE_KEPT_S;
use holdfast_store::{person, session as rows, throttle};
use sha2::{Digest, Sha256};

use crate::{Author, Ctx, Record, Result, UnitOfWork, device};

/// Tries for an account before it has to wait, so that as many right ones at once are all looked at.
const FREE_TRIES: i64 = 10;
/// Seconds of the first wait, doubled with each further try.
const FIRST_WAIT_S: i64 = 32;
/// Failures from one network before it has to wait.
const ADDRESS_FAILURES: i64 = 30;
/// Seconds that a network has to wait, and without a try after which its count starts again.
const ADDRESS_WAIT_S: i64 = 60;
/// Seconds without a try after which an account's count starts again.
const ACCOUNT_WINDOW_S: i64 = 86_400;
/// Longest wait, in seconds: never a lasting lock, which would be a way to lock others out.
const WAIT_S_MAX: i64 = 900;

/// A try to sign in.
#[derive(Clone, Copy)]
pub struct SignIn<'a> {
    /// The address typed.
    pub email: &'a str,
    /// The password typed.
    pub password: &'a str,
    /// Where it comes from.
    pub address: &'a str,
    /// What the browser keeps of those who signed in by it, as [`SignedIn::devices`] gave it.
    pub devices: &'a str,
    /// The browser, as it says of itself.
    pub user_agent: &'a str,
}

/// Who signed in, and the id under which the session will be listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedIn {
    /// The person.
    pub person_id: PersonId,
    /// The session to be made.
    pub session_id: SessionId,
    /// What the browser keeps from now on and sends with the next try.
    pub devices: String,
}

/// Whose count a try belongs to.
#[derive(Clone, Copy, Debug)]
enum Budget {
    /// That of a browser in which the person has signed in before, or of their session. Strangers cannot
    /// use it up.
    Own([u8; 32]),
    /// That of all other tries for the account, and that of the network it comes from.
    Strangers { account: [u8; 32], address: [u8; 32] },
}

/// Checks an address and a password.
///
/// # Errors
/// One and the same refusal for an unknown, disabled or mistyped account; [`Refusal::Throttled`]
/// after too many tries.
// tidy: no actor, because this is how one comes to be
pub async fn sign_in(ctx: &Ctx, attempt: &SignIn<'_>) -> Result<SignedIn> {
    let now = ctx.now();
    let sent = device::Sent::read(attempt.devices);
    let device = sent.of(ctx, attempt.email, now).await?;
    let budget = match device {
        Some(secret) => Budget::Own(throttle_key("device", &hex::encode(device::hash(secret)))),
        None => strangers(attempt),
    };
    budget.count_try(ctx, now).await?;
    let found = person::credentials(ctx.db(), attempt.email).await?;
    let hash = found.as_ref().filter(|one| !one.disabled).and_then(|one| one.password_hash.clone());
    let is_right = ctx.hashing().verify(attempt.password, hash.clone()).await?;
    let Some(found) = found else {
        tracing::warn!(address = attempt.address, "somebody tried to sign in to an account that is not there");
        // One write more, as the entry about a known account is one: else its time would tell.
        let mut tx = ctx.db().write().await?;
        throttle::count(&mut tx, throttle_key("nobody", attempt.address), now, ACCOUNT_WINDOW_S, |_| 0).await?;
        tx.commit().await?;
        return Err(wrong());
    };
    // Before the transaction: hashing takes long, and others would wait for it.
    let outdated = hash.filter(|hash| is_right && ctx.hashing().is_outdated(hash));
    let stronger = match outdated {
        Some(old) => Some((old, ctx.hashing().hash(attempt.password, ctx.entropy().bytes()).await?)),
        None => None,
    };
    let session_id = SessionId(ctx.uuid(now));
    let name = person::find(ctx.db(), found.org_id, found.id).await?.map(|person| person.name).unwrap_or_default();
    let mut work = UnitOfWork::begin(ctx, Author::person(found.org_id, found.id, &name)).await?;
    let kind = if is_right { "session.signed_in" } else { "session.sign_in_failed" };
    work.record(
        Record::new(kind, "person", found.id)
            .with("session", is_right.then(|| session_id.to_string()))
            .with_text("address", attempt.address)
            .with_text("user_agent", &attempt.user_agent.chars().take(300).collect::<String>()),
    );
    if !is_right {
        work.commit().await?;
        return Err(wrong());
    }
    if let Some((old, new)) = stronger {
        person::strengthen_password_hash(&mut work.tx, found.id, old, new, now).await?;
    }
    let devices = sent.note((ctx, &mut work.tx), found.id, device, now).await?;
    work.commit().await?;
    budget.was_right(ctx).await?;
    Ok(SignedIn { person_id: found.id, session_id, devices })
}

impl Budget {
    /// Counts a try to prove who one is, before it is looked at.
    ///
    /// # Errors
    /// [`Refusal::Throttled`] after too many tries, however many come at once.
    async fn count_try(self, ctx: &Ctx, now: Timestamp) -> Result<()> {
        let throttled = |until: Timestamp| {
            tracing::warn!("a password was not looked at: too many were wrong before it");
            let wait = u64::try_from(until.since(now) / holdfast_domain::time::SECOND + 1).unwrap_or(1);
            crate::Error::from(Refusal::Throttled { retry_after_s: wait })
        };
        let (account, address) = match self {
            Self::Own(key) => (key, None),
            Self::Strangers { account, address } => (account, Some(address)),
        };
        // Those who have to wait anyway get their refusal without a place among the writers.
        for key in [Some(account), address].into_iter().flatten() {
            if let Some(until) = throttle::blocked_until(ctx.db(), key, now).await? {
                return Err(throttled(until));
            }
        }
        let mut tx = ctx.db().write().await?;
        if let Some(until) = throttle::count(&mut tx, account, now, ACCOUNT_WINDOW_S, account_wait_s).await? {
            return Err(throttled(until));
        }
        if let Some(address) = address
            && let Some(until) = throttle::count(&mut tx, address, now, ADDRESS_WAIT_S, address_wait_s).await?
        {
            return Err(throttled(until));
        }
        Ok(tx.commit().await?)
    }

    /// A right password is not counted. It ends the count of the person's own device or session; what
    /// strangers have tried stays.
    async fn was_right(self, ctx: &Ctx) -> Result<()> {
        match self {
            Self::Own(key) => throttle::clear(ctx.db(), key).await?,
            Self::Strangers { account, address } => {
                throttle::take_back(ctx.db(), account).await?;
                throttle::take_back(ctx.db(), address).await?;
            }
        }
        Ok(())
    }
}

/// Checks the password of somebody who is signed in, within a budget of their own: as many tries as at the
/// door, which strangers at the door cannot use up.
pub(crate) async fn is_own_password(ctx: &Ctx, person: PersonId, password: &str, hash: Option<String>) -> Result<bool> {
    let budget = Budget::Own(throttle_key("signed in", &person.to_string()));
    budget.count_try(ctx, ctx.now()).await?;
    let is_right = ctx.hashing().verify(password, hash).await?;
    if is_right {
        budget.was_right(ctx).await?;
    }
    Ok(is_right)
}

fn wrong() -> crate::Error {
    Refusal::Rule("The address or the password is not right.".into()).into()
}

/// The account's key folds case and space; the address's key folds an IPv6 network.
fn strangers(attempt: &SignIn<'_>) -> Budget {
    let network = match attempt.address.parse::<IpAddr>() {
        Ok(IpAddr::V6(v6)) => v6.octets().iter().take(8).map(|byte| format!("{byte:02x}")).collect(),
        _ => attempt.address.to_owned(),
    };
    let account = throttle_key("account", &email::key(attempt.email));
    Budget::Strangers { account, address: throttle_key("address", &network) }
}

fn throttle_key(kind: &str, text: &str) -> [u8; 32] {
    Sha256::digest(format!("{kind}\n{text}").as_bytes()).into()
}

fn account_wait_s(tries: i64) -> i64 {
    match tries - FREE_TRIES {
        ..0 => 0,
        over => (FIRST_WAIT_S << over.min(16)).min(WAIT_S_MAX),
    }
}

const fn address_wait_s(failures: i64) -> i64 {
    if failures >= ADDRESS_FAILURES { ADDRESS_WAIT_S } else { 0 }
}

/// The actor behind a session, looked up anew for every request, so that a change of rights counts
/// at once.
///
/// # Errors
/// [`Refusal::SignedOut`] when the person is gone or disabled.
// tidy: no actor, because this is how one comes to be
pub async fn actor(ctx: &Ctx, person_id: PersonId, session_id: SessionId) -> Result<Actor> {
    let person = person::find_any(ctx.db(), person_id).await?.filter(|person| !person.disabled);
    let person = person.ok_or(Refusal::SignedOut)?;
    Ok(Actor {
        org_id: person.org_id,
        person_id,
        name: person.name,
        roles: person.roles,
        time_zone: person.time_zone,
        door: Door::Session(session_id),
    })
}

/// Records that the person signed out.
pub async fn signed_out(ctx: &Ctx, actor: &Actor) -> Result<()> {
    let mut work = UnitOfWork::begin(ctx, actor).await?;
    work.record(Record::new("session.signed_out", "person", actor.person_id).with("session", session_of(actor)));
    work.commit().await
}

/// The person's own sessions.
pub async fn own(ctx: &Ctx, actor: &Actor) -> Result<Vec<Session>> {
    permit(ctx, actor, Permission::OwnAccount, Object::None).await?;
    Ok(rows::list(ctx.db(), actor.org_id, Some(actor.person_id), ctx.now()).await?)
}

/// Everybody's sessions.
pub async fn all(ctx: &Ctx, actor: &Actor) -> Result<Vec<Session>> {
    permit(ctx, actor, Permission::RevokeSessions, Object::None).await?;
    Ok(rows::list(ctx.db(), actor.org_id, None, ctx.now()).await?)
}

/// Ends a session: one's own, or anybody's by an administrator.
///
/// # Errors
/// [`Refusal::NotFound`] when there is none that the actor may end.
pub async fn revoke(ctx: &Ctx, actor: &Actor, id: SessionId) -> Result<()> {
    permit(ctx, actor, Permission::OwnAccount, Object::None).await?;
    let whose = (!allow(actor, Permission::RevokeSessions, Object::None)).then_some(actor.person_id);
    let mut work = UnitOfWork::begin(ctx, actor).await?;
    let person = rows::revoke(&mut work.tx, actor.org_id, id, whose).await?;
    let person = person.ok_or_else(|| Refusal::NotFound("session".into()))?;
    work.record(Record::new("session.revoked", "person", person).with("session", id.to_string()));
    work.commit().await
}

fn session_of(actor: &Actor) -> Option<String> {
    match &actor.door {
        Door::Session(id) => Some(id.to_string()),
        _ => None,
    }
}

/// Under this name an entry of the ledger says which permission was missing.
pub const REFUSED: &str = "deed";

/// Records that the actor was kept from an action: in one entry a minute for each kind of action.
pub async fn denied(ctx: &Ctx, actor: &Actor, permission: Permission) -> Result<()> {
    let Some(entry) = ctx.denials().count(actor.person_id, permission, ctx.now()) else { return Ok(()) };
    let mut work = UnitOfWork::begin(ctx, actor).await?;
    let mut record = Record::new("access.denied", "person", actor.person_id).with(REFUSED, permission.as_str());
    if entry.left_out() > 0 {
        record = record.with("left_out", entry.left_out());
    }
    work.record(record);
    work.commit().await?;
    entry.written();
    Ok(())
}

/// Checks a permission. A denial is recorded.
pub(crate) async fn permit(ctx: &Ctx, actor: &Actor, permission: Permission, object: Object) -> Result<()> {
    if allow(actor, permission, object) {
        return Ok(());
    }
    denied(ctx, actor, permission).await?;
    Err(Refusal::Forbidden(format!("Your role does not let you {}.", permission.label())).into())
}

/// How long a session made now may last.
#[must_use]
pub fn expires_at(now: Timestamp) -> Timestamp {
    now.plus_seconds(holdfast_domain::session::ABSOLUTE_S)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_a_quarter_of_an_hour() {
        let waits: Vec<_> = [1, 9, 10, 11, 12, 14, 15, 60].map(account_wait_s).into();
        assert_eq!(waits, [0, 0, 32, 64, 128, 512, 900, 900]);
        assert_eq!(address_wait_s(29), 0);
        assert_eq!(address_wait_s(30), 60);
        assert_eq!(address_wait_s(31), 60);
    }

    #[test]
    fn no_more_than_fifteen_tries_are_looked_at_in_a_quarter_of_an_hour() {
        // Each as soon as the wait before it is over, from the first one and from a later one on.
        let at: Vec<i64> =
            (1..60).scan(0, |at, tries| Some(std::mem::replace(at, *at + account_wait_s(tries)))).collect();
        assert!(at.iter().all(|begin| at.iter().filter(|at| (*begin..begin + 900).contains(*at)).count() <= 15));
    }

    #[test]
    fn spellings_of_one_account_share_its_key() {
        let keys =
            |email, address| match strangers(&SignIn { email, password: "", address, devices: "", user_agent: "" }) {
                Budget::Strangers { account, address } => (account, address),
                Budget::Own(_) => panic!("nobody is known"),
            };
        let (ada, network) = keys(" Ada@Example.org ", "2001:db8::1");
        assert_eq!((ada, network), keys("ada@example.org", "2001:db8::ffff"));
        assert_ne!(network, keys("x", "2001:db8:0:1::1").1);
    }
}
