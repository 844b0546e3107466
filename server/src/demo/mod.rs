//! The demo organisation: one account per role and two more, and a year of incidents in every phase,
//! made by the same actions that people use, so nothing in it is a picture. Its clock walks through the
//! past year up to now. Only on a database that has no organisation; never touches one that has.

mod cast;
mod evidence;
mod reports;
mod runner;
mod schedule;
mod script;
mod story;

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

use holdfast_actions::{Ctx, Error, Result, person, setup, setup::SetupDraft};
use holdfast_domain::{
    Clock, Timestamp,
    entropy::Entropy,
    person::{PersonDraft, Roles},
};

use cast::{Cast, PEOPLE};
use runner::Runner;

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
    let stories = story::stories()?;
    let steps = schedule::schedule(&stories, ctx.now());
    let clock = Arc::new(TellingClock(AtomicI64::new(ctx.now().micros())));
    let past = ctx.by_clock(Arc::clone(&clock) as Arc<dyn Clock>);
    // The organisation is a little older than its first incident.
    clock.turn_to(steps.first().map_or(ctx.now(), |step| step.at).plus_seconds(-86_400));
    people(&past, code, &password).await?;
    let cast = Cast::find(&past).await?;
    let mut teller = Runner::new(&past, &cast, &stories);
    for step in steps {
        clock.turn_to(step.at);
        teller.tell(step).await?;
    }
    // Reports are made from all that was done.
    clock.turn_to(ctx.now());
    reports::issue(&past, &cast).await?;
    let text = accounts(&password);
    write(&note, &text).map_err(|error| Error::Failed(format!("cannot write {}: {error}", note.display())))?;
    Ok(text)
}

fn accounts(password: &str) -> String {
    let lines = PEOPLE.iter().map(|(role, name, email)| format!("    {:<14} {email:<28} {name}\n", role.as_str()));
    format!(
        "\nThe demo has one account per role and two who take turns, all with the password  {password}\n\n{}",
        lines.collect::<String>()
    )
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
