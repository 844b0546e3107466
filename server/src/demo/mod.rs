//! The demo organisation: one account per role and a dozen incidents in every phase, made by the
//! same actions that people use, so nothing in it is a picture. Only on a database that has no
//! organisation; never touches one that has.

mod stories;

use std::{fs, io::Write as _, os::unix::fs::OpenOptionsExt as _, path::Path};

use holdfast_actions::{Ctx, Error, Result, incident, person, setup, setup::SetupDraft};
use holdfast_domain::{
    Actor, Timestamp,
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
    people(ctx, code, &password).await?;
    let cast = Cast {
        lead: person::console_actor(ctx, PEOPLE[1].2).await?,
        analyst: person::console_actor(ctx, PEOPLE[2].2).await?,
    };
    for story in STORIES.iter().rev() {
        tell(ctx, &cast, story).await?;
    }
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
    let groups = random.chunks(5).map(|group| {
        group.iter().map(|byte| char::from(LETTERS[usize::from(byte % 32)])).collect::<String>()
    });
    groups.collect::<Vec<_>>().join("-")
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

/// Opens an incident and brings it where its story stands.
async fn tell(ctx: &Ctx, cast: &Cast, story: &Story) -> Result<()> {
    let detected = ctx.now().plus_seconds(-story.detected_hours_ago * 3600);
    let draft = IncidentDraft {
        fields: fields(cast, story)?,
        restricted: story.restricted,
        detected: Some(Stated { source: TimeSource::Alert, ..stated(detected) }),
    };
    let mut told = incident::open(ctx, &cast.lead, &draft, None).await?;
    if story.restricted {
        let team = [cast.lead.person_id];
        told = incident::set_access(ctx, &cast.lead, &told.reference, told.version, true, &team).await?;
    }
    for (to, minutes) in story.path {
        if to.is_ended() {
            told = conclude(ctx, cast, story, told).await?;
        }
        let entered = (!to.is_ended()).then(|| stated(detected.plus_seconds(minutes * 60)));
        let change = PhaseChange { to: *to, entered, reason: reason(*to, story) };
        told = incident::change_phase(ctx, &cast.lead, &told.reference, told.version, &change, None).await?;
    }
    Ok(())
}

fn reason(to: Status, story: &Story) -> String {
    match to {
        Status::Rejected => story.root_cause.into(),
        _ => "Entered from the shift log.".into(),
    }
}

/// What must be known before it is closed.
async fn conclude(ctx: &Ctx, cast: &Cast, story: &Story, told: Incident) -> Result<Incident> {
    let fields = IncidentFields {
        disposition: story.disposition,
        root_cause: story.root_cause.into(),
        ..told.fields.clone()
    };
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
