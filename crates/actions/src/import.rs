//! Files of others become incidents: each file in one transaction, so that of a file that is refused
//! nothing stays.

use holdfast_domain::{
    Actor, IncidentId, Object, Permission, Refusal, Timestamp,
    asset::AssetFields,
    event::{EventFields, EventOrigin},
    import::{ImportKind, Imported},
    incident::{IncidentDraft, IncidentFields},
    indicator::IndicatorFields,
    lifecycle::Stated,
    task::{DESCRIPTION_CHARS_MAX, TITLE_CHARS_MAX, TaskFields, TaskStatus},
    time::Precision,
    vulnerability::VulnerabilityFields,
};
use holdfast_interop::{FileFault, attack_flow, iris};
use sha2::{Digest as _, Sha256};

use crate::{Ctx, Error, Record, Result, UnitOfWork, edit::check_context, event, incident, item, permit, task};

/// What a file says, in our terms.
pub struct ParsedFile {
    fields: IncidentFields,
    detected: Option<Stated>,
    events: Vec<EventFields>,
    assets: Vec<AssetFields>,
    indicators: Vec<IndicatorFields>,
    vulnerabilities: Vec<VulnerabilityFields>,
    tasks: Vec<(TaskFields, Option<Timestamp>)>,
    notes: Vec<String>,
}

/// Makes an incident of a file. Its phases stay to be walked by a person; times, names and order are
/// those of the file.
///
/// # Errors
/// [`Refusal::Invalid`] with the place and the reason when the file cannot be read; a refusal when the
/// role does not allow it.
pub async fn run(ctx: &Ctx, actor: &Actor, kind: ImportKind, bytes: &[u8]) -> Result<Imported> {
    permit(ctx, actor, Permission::Import, Object::None).await?;
    let turn = ctx.import_turn().await?;
    let (owned, now) = (bytes.to_vec(), ctx.now());
    // Up to 16 MiB of JSON: not on a thread that others wait for.
    // A client that goes away leaves the thread at work, which keeps the turn.
    let read = tokio::task::spawn_blocking(move || (parsed(kind, &owned, now), turn));
    let (read, _turn) = read.await.map_err(|error| Error::failed("import", error))?;
    let read = read.map_err(|fault| Refusal::field("file", format!("Read as {}: {fault}", kind.label())))?;
    let mut work = UnitOfWork::begin(ctx, actor).await?;
    let id = IncidentId(ctx.uuid(work.now));
    let draft = IncidentDraft { fields: read.fields, restricted: false, detected: read.detected.clone() };
    let draft = draft.checked(check_context(work.now))?;
    incident::insert(&mut work, actor, &draft, id, read.detected.as_ref()).await?;
    let made = incident::find(ctx, &mut work.tx, actor, &id.to_string()).await?;
    for fields in &read.events {
        event::insert(ctx, &mut work, actor, &made, fields, EventOrigin::Import).await?;
    }
    for fields in &read.assets {
        item::insert(ctx, &mut work, actor, &made, fields).await?;
    }
    for fields in &read.indicators {
        item::insert(ctx, &mut work, actor, &made, fields).await?;
    }
    for fields in &read.vulnerabilities {
        item::insert(ctx, &mut work, actor, &made, fields).await?;
    }
    for (fields, finished) in &read.tasks {
        task::insert(ctx, &mut work, actor, &made, fields, EventOrigin::Import, *finished).await?;
    }
    work.record(
        Record::new("incident.imported", "incident", id)
            .with("format", kind.as_str())
            .with("sha256", hex::encode(Sha256::digest(bytes)))
            .with("events", read.events.len()),
    );
    let imported = Imported {
        reference: made.reference,
        title: made.fields.title,
        events: read.events.len(),
        findings: read.assets.len() + read.indicators.len() + read.vulnerabilities.len(),
        tasks: read.tasks.len(),
        notes: read.notes,
    };
    work.makes(serde_json::to_string(&imported).map_err(|error| Error::failed("import", error))?);
    work.commit().await?;
    Ok(imported)
}

/// What became of a file that was sent before, as long as the actor sees the incident.
///
/// # Errors
/// [`Refusal::NotFound`] when they do not.
pub async fn again(ctx: &Ctx, actor: &Actor, made: &str) -> Result<Imported> {
    let imported: Imported = serde_json::from_str(made).map_err(|error| Error::failed("import", error))?;
    incident::view(ctx, actor, &imported.reference).await?;
    Ok(imported)
}

/// Reads a file.
///
/// # Errors
/// The place in it and the reason why it cannot be read.
pub fn parsed(kind: ImportKind, bytes: &[u8], now: Timestamp) -> std::result::Result<ParsedFile, FileFault> {
    match kind {
        ImportKind::AttackFlow => flow(bytes, now),
        ImportKind::Iris => case(bytes, now),
    }
}

fn flow(bytes: &[u8], now: Timestamp) -> std::result::Result<ParsedFile, FileFault> {
    let flow = attack_flow::read(bytes)?;
    Ok(ParsedFile {
        fields: flow.incident(),
        detected: None,
        events: flow.events(now),
        assets: flow.asset_fields(),
        indicators: flow.indicator_fields(),
        vulnerabilities: flow.vulnerability_fields(),
        tasks: Vec::new(),
        notes: flow.notes,
    })
}

fn case(bytes: &[u8], now: Timestamp) -> std::result::Result<ParsedFile, FileFault> {
    let case = iris::read(bytes)?;
    let detected = case.opened.as_ref().and_then(|moment| moment.stated(now));
    let mut notes = case.notes.clone();
    if detected.is_some() {
        notes.push(
            "The day the case was opened stands as the time of detection; correct it where it was earlier.".into(),
        );
    }
    if case.closed.is_some() {
        notes.push("The case was closed there; its phases here are to be walked, with their times.".into());
    }
    Ok(ParsedFile {
        fields: case.incident(),
        // A day is all that is known of it.
        detected: detected.map(|stated| Stated { precision: Precision::Day, ..stated }),
        events: case.event_fields(now),
        assets: case.asset_fields(),
        indicators: case.indicator_fields(),
        vulnerabilities: Vec::new(),
        tasks: case.tasks.iter().map(|task| iris_task(task, now)).collect(),
        notes,
    })
}

/// A task of a case, with what has no field told in words.
fn iris_task(given: &iris::IrisTask, now: Timestamp) -> (TaskFields, Option<Timestamp>) {
    let (status, reason) = match given.status.trim().to_lowercase().as_str() {
        "in progress" => (TaskStatus::Doing, ""),
        "done" => (TaskStatus::Done, ""),
        "on hold" => (TaskStatus::Blocked, "On hold in DFIR-IRIS"),
        "canceled" | "cancelled" => (TaskStatus::Dropped, "Cancelled in DFIR-IRIS"),
        _ => (TaskStatus::ToDo, ""),
    };
    let date = |name: &str, moment: &Option<holdfast_interop::moment::ImportedTime>| {
        moment.as_ref().map(|moment| format!("\n- {name}: {}", moment.text)).unwrap_or_default()
    };
    let mut told = format!("- Status in DFIR-IRIS: {}", given.status);
    if !given.assignees.is_empty() {
        told.push_str(&format!("\n- Assigned there to: {}", given.assignees.join(", ")));
    }
    told.push_str(&date("Opened", &given.opened));
    told.push_str(&date("Closed", &given.closed));
    let words =
        if given.description.trim().is_empty() { told } else { format!("{}\n\n{told}", given.description.trim()) };
    let fields = TaskFields {
        status,
        status_reason: reason.into(),
        description: holdfast_interop::shortened(&words, DESCRIPTION_CHARS_MAX),
        ..TaskFields::bare(&holdfast_interop::one_line(&given.title, TITLE_CHARS_MAX))
    };
    let finished = given.closed.as_ref().and_then(|moment| moment.at()).filter(|at| *at <= now);
    (fields, finished)
}
