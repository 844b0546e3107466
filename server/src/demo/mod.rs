//! The demo organisation: one account per role and a dozen incidents in every phase, made by the
//! same actions that people use, so nothing in it is a picture. Its clock walks through the past
//! weeks up to now. Only on a database that has no organisation; never touches one that has.

mod findings;
mod stories;

use std::{
    fs,
    io::Write as _,
    os::unix::fs::OpenOptionsExt as _,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use holdfast_actions::{Ctx, Error, Result, incident, person, setup, setup::SetupDraft};
use holdfast_domain::{
    Actor, Clock, Timestamp,
    entropy::Entropy,
    incident::{Disposition, Incident, IncidentDraft, IncidentEdit, IncidentFields},
    lifecycle::{PhaseChange, Stated, Status},
    marking::Pap,
    person::{PersonDraft, Role, Roles},
    time::{Precision, TimeSource},
};

use stories::{STORIES, Story};

/// Who is in it: role, name, address.
const PEOPLE: &[(Role, &str, &str)] = &[
    (Role::Administrator, "Ada Okafor", "administrator@demo.example"),
    (Role::Lead, "Linus Berg", "lead@demo.example"),
    (Role::Analyst, "Mina Sato", "analyst@demo.example"),
    (Role::Executive, "Elena Costa", "executive@demo.example"),
    (Role::Auditor, "Tomas Novak", "auditor@demo.example"),
];

/// Where the accounts are written down, beside the data, for its owner alone.
const NOTE: &str = "demo-accounts.txt";

/// Makes the demo unless it is there, and says how to sign in.
///
/// # Errors
/// When the database refuses or the note cannot be written.
pub async fn prepare(ctx: &Ctx, data: &Path, entropy: &dyn Entropy) -> Result<String> {
    let note = data.join(NOTE);
    let Some(code) = setup::issue_code(ctx).await? else {
        let known = fs::read_to_string(&note);
        return Ok(known.unwrap_or_else(|_| "There is an organisation already, so no demo was made.".into()));
    };
    let password = passphrase(entropy);
    let steps = schedule(ctx.now());
    let clock = Arc::new(TellingClock(AtomicI64::new(ctx.now().micros())));
    let past = ctx.by_clock(Arc::clone(&clock) as Arc<dyn Clock>);
    // The organisation is a little older than its first incident.
    clock.turn_to(steps.first().map_or(ctx.now(), |step| step.at).plus_seconds(-86_400));
    people(&past, code, &password).await?;
    let cast = Cast {
        lead: person::console_actor(&past, PEOPLE[1].2).await?,
        analyst: person::console_actor(&past, PEOPLE[2].2).await?,
    };
    let mut told: Vec<Option<Incident>> = STORIES.iter().map(|_| None).collect();
    for step in steps {
        clock.turn_to(step.at);
        told[step.story] = Some(tell(&past, &cast, &step, told[step.story].take()).await?);
    }
    findings::add(&past, &cast.analyst, &told).await?;
    let text = accounts(&password);
    write(&note, &text).map_err(|error| Error::Failed(format!("cannot write {}: {error}", note.display())))?;
    Ok(text)
}

fn accounts(password: &str) -> String {
    let lines = PEOPLE.iter().map(|(role, name, email)| format!("    {:<14} {email:<28} {name}\n", role.as_str()));
    format!("\nThe demo has one account per role, all with the password  {password}\n\n{}", lines.collect::<String>())
}

fn write(path: &Path, text: &str) -> std::io::Result<()> {
    fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)?.write_all(text.as_bytes())
}

/// Four groups of five letters and digits that cannot be mistaken for one another: 100 bits.
fn passphrase(entropy: &dyn Entropy) -> String {
    const LETTERS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz023456789";
    let random: [u8; 20] = entropy.bytes();
    let groups = random
        .chunks(5)
        .map(|group| group.iter().map(|byte| char::from(LETTERS[usize::from(byte % 32)])).collect::<String>());
    groups.collect::<Vec<_>>().join("-")
}

/// A clock that shows what it is told.
struct TellingClock(AtomicI64);

impl TellingClock {
    fn turn_to(&self, at: Timestamp) {
        self.0.store(at.micros(), Ordering::Relaxed);
    }
}

impl Clock for TellingClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.0.load(Ordering::Relaxed))
    }
}

/// One thing that was done: the opening of a story's incident, or a state it entered.
struct Step {
    /// When it was recorded.
    at: Timestamp,
    /// Which story.
    story: usize,
    /// The state and when it was entered; none for the opening.
    enters: Option<(Status, Timestamp)>,
}

/// Minutes by which the shift log is entered later, now and then.
const LATE_MINUTES: i64 = 45;

/// Everything that was done, in the order in which it was.
fn schedule(now: Timestamp) -> Vec<Step> {
    let mut steps = Vec::new();
    for (story, told) in STORIES.iter().enumerate() {
        let detected = now.plus_seconds(-told.detected_hours_ago * 3600);
        let mut at = detected.plus_seconds(240);
        steps.push(Step { at, story, enters: None });
        for (place, (to, minutes)) in told.path.iter().enumerate() {
            let entered = detected.plus_seconds(minutes * 60);
            let late = if (story + place) % 4 == 1 && !to.is_ended() { LATE_MINUTES } else { 0 };
            // What ends an incident is decided the next day, unless the story says when.
            let least = if to.is_ended() && *minutes == 0 { 18 * 3600 } else { 60 };
            at = entered.plus_seconds(late * 60).max(at.plus_seconds(least));
            steps.push(Step { at, story, enters: Some((*to, entered)) });
        }
    }
    steps.retain(|step| step.at < now);
    steps.sort_by_key(|step| step.at);
    steps
}

async fn people(ctx: &Ctx, code: String, password: &str) -> Result<()> {
    let (_, name, email) = PEOPLE[0];
    let draft = SetupDraft {
        code,
        org_name: "Northwind Energy".into(),
        time_zone: "Europe/Berlin".into(),
        log_name: "demo.example/ledger/northwind".into(),
        name: name.into(),
        email: email.into(),
        password: password.into(),
        also_lead: false,
    };
    setup::set_up(ctx, &draft).await?;
    for (role, name, email) in &PEOPLE[1..] {
        let draft = PersonDraft {
            email: (*email).into(),
            name: (*name).into(),
            roles: Roles::of(&[*role]),
            time_zone: "Europe/Berlin".into(),
        };
        person::add_from_console(ctx, &draft, password).await?;
    }
    Ok(())
}

/// Those who work the incidents.
struct Cast {
    lead: Actor,
    analyst: Actor,
}

/// Does one step of a story.
async fn tell(ctx: &Ctx, cast: &Cast, step: &Step, told: Option<Incident>) -> Result<Incident> {
    let story = &STORIES[step.story];
    match (step.enters, told) {
        (Some((to, entered)), Some(told)) => enter(ctx, cast, story, told, (to, entered), step.at).await,
        _ => open(ctx, cast, story, step.at.plus_seconds(-240)).await,
    }
}

async fn open(ctx: &Ctx, cast: &Cast, story: &Story, detected: Timestamp) -> Result<Incident> {
    let draft = IncidentDraft {
        fields: fields(cast, story)?,
        restricted: story.restricted,
        detected: Some(Stated { source: TimeSource::Alert, ..stated(detected) }),
    };
    let told = incident::open(ctx, &cast.lead, &draft, None).await?;
    if !story.restricted {
        return Ok(told);
    }
    let team = [cast.lead.person_id];
    incident::set_access(ctx, &cast.lead, &told.reference, told.version, true, &team).await
}

async fn enter(
    ctx: &Ctx,
    cast: &Cast,
    story: &Story,
    told: Incident,
    (to, entered): (Status, Timestamp),
    at: Timestamp,
) -> Result<Incident> {
    let told = if to.is_ended() { conclude(ctx, cast, story, told).await? } else { told };
    let is_late = !to.is_ended() && at.since(entered) > LATE_MINUTES * 30 * 1_000_000;
    let change = PhaseChange { to, entered: is_late.then(|| stated(entered)), reason: reason(to, story, is_late) };
    incident::change_phase(ctx, &cast.lead, &told.reference, told.version, &change, None).await
}

fn reason(to: Status, story: &Story, is_late: bool) -> String {
    match to {
        Status::Rejected => story.root_cause.into(),
        _ if is_late => "Entered from the shift log.".into(),
        _ => "As the runbook has it.".into(),
    }
}

/// What must be known before it is closed.
async fn conclude(ctx: &Ctx, cast: &Cast, story: &Story, told: Incident) -> Result<Incident> {
    let fields =
        IncidentFields { disposition: story.disposition, root_cause: story.root_cause.into(), ..told.fields.clone() };
    let edit = IncidentEdit { version: told.version, fields, reason: "Review of the incident.".into() };
    incident::edit(ctx, &cast.lead, &told.reference, &edit).await
}

fn fields(cast: &Cast, story: &Story) -> Result<IncidentFields> {
    let category = story.category.parse();
    Ok(IncidentFields {
        title: story.title.into(),
        summary: story.summary.into(),
        severity: story.severity,
        category: category.map_err(|_| Error::Failed(format!("{} is no category", story.category)))?,
        tlp: story.tlp,
        pap: Pap::Amber,
        owner_id: story.owner.map(|owner| match owner {
            stories::Owner::Lead => cast.lead.person_id,
            stories::Owner::Analyst => cast.analyst.person_id,
        }),
        disposition: Disposition::Unknown,
        root_cause: String::new(),
        on_hold: story.on_hold,
        is_exercise: story.is_exercise,
    })
}

const fn stated(at: Timestamp) -> Stated {
    Stated { at, precision: Precision::Minute, source: TimeSource::User, zone: None, original: None }
}
