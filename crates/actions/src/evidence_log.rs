//! The evidence log of an incident or of one item. It is made from the ledger alone: every row is an
//! entry, so that what was recorded is what is handed out. The export is an entry itself, which holds
//! the hash of the content and is on the disk before a byte leaves.

use std::collections::HashMap;

use holdfast_domain::{
    Actor, IncidentId, Object, Permission, Refusal, Timestamp, evidence::full_label, incident::Incident, marking::Tlp,
    refusal::FieldErrors, time::rfc3339_in_zone,
};
use holdfast_interop::evidence_log::{
    Acquisition, CUSTODY, Content, DIGEST, EXPORTED, EvidenceLog, LogSubject, LoggedItem, REGISTERED, SCHEMA, Text,
    Vouched, acquisition_of, digest, happened, item_of, row_of, tlp_of, without_names,
};
use holdfast_store::{
    evidence,
    ledger::{self as rows, EntryRow},
};

use crate::{
    Ctx, Error, Record, Result, UnitOfWork,
    incident::view,
    ledger::{BATCH, key, note_at, prove},
    permit,
    person_name::signature,
};

/// What is asked for, and why.
#[derive(Clone, Debug, Default)]
pub struct LogRequest {
    /// Label of the one item that it is about; all of the incident's otherwise.
    pub item: Option<String>,
    /// What the log is for.
    pub purpose: String,
    /// On what legal ground.
    pub legal_basis: String,
    /// Whether people's names are left out.
    pub without_names: bool,
}

impl LogRequest {
    fn checked(&self) -> FieldErrors {
        let mut errors = FieldErrors::default();
        errors.line("purpose", &self.purpose, true, 300);
        errors.line("legal_basis", &self.legal_basis, false, 300);
        errors
    }
}

/// Makes the log, and records that it was made.
///
/// # Errors
/// A refusal when the role does not allow it, there is no such incident or item for the actor, or no
/// purpose is given.
pub async fn export(ctx: &Ctx, actor: &Actor, reference: &str, asked: &LogRequest) -> Result<EvidenceLog> {
    permit(ctx, actor, Permission::ExportEvidenceLog, Object::None).await?;
    asked.checked().finish()?;
    let incident = view(ctx, actor, reference).await?;
    let content = content(ctx, actor, &incident, asked).await?;
    recorded(ctx, actor, content, asked, ("incident", incident.id.to_string()), &[]).await
}

/// Longest period, in days.
const PERIOD_DAYS_MAX: i64 = 366;

/// Makes the log of everything that was recorded between two times in incidents that the actor may see,
/// and records that it was made.
///
/// # Errors
/// A refusal when the role does not allow it, no purpose is given, or the times make no period.
pub async fn export_period(
    ctx: &Ctx,
    actor: &Actor,
    (from, to): (Timestamp, Timestamp),
    asked: &LogRequest,
) -> Result<EvidenceLog> {
    permit(ctx, actor, Permission::ExportEvidenceLog, Object::None).await?;
    let mut errors = asked.checked();
    if to <= from {
        errors.add("to", "The end must come after the beginning.");
    } else if to.since(from) > PERIOD_DAYS_MAX * 86_400 * 1_000_000 {
        errors.add("to", format!("At most {PERIOD_DAYS_MAX} days at once."));
    }
    errors.finish()?;
    let (mut items, mut acquisitions, mut told, mut incidents) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut tlp = Tlp::Clear;
    for reference in evidence::incidents_between(ctx.db(), actor, from, to).await? {
        let incident = view(ctx, actor, &reference).await?;
        let part = content(ctx, actor, &incident, asked).await?;
        let rows: Vec<_> = part.rows.into_iter().filter(|row| (from..to).contains(&row.recorded_at_utc)).collect();
        let held = |id: &str| rows.iter().any(|row| row.item_id == id);
        let kept: Vec<LoggedItem> = part.items.into_iter().filter(|item| held(&item.id)).collect();
        let of_kept = part.acquisitions.into_iter().filter(|how| kept.iter().any(|item| item.label == how.item));
        // A label is one item's within its incident only.
        acquisitions.extend(of_kept.map(|how| Acquisition { item: full_label(&reference, &how.item), ..how }));
        if !kept.is_empty() {
            tlp = tlp.max(part.tlp);
        }
        incidents.push(incident.id);
        items.extend(kept);
        told.extend(rows);
    }
    told.sort_by_key(|row| row.seq);
    let content = Content {
        items,
        acquisitions,
        rows: told,
        ..blank(ctx, actor, asked, LogSubject::Period { from, to }, tlp).await?
    };
    recorded(ctx, actor, content, asked, ("org", actor.org_id.to_string()), &incidents).await
}

/// Enters the export into the ledger, then adds to the content what it is checked with.
async fn recorded(
    ctx: &Ctx,
    actor: &Actor,
    content: Content,
    asked: &LogRequest,
    (subject, id): (&'static str, String),
    incidents: &[IncidentId],
) -> Result<EvidenceLog> {
    let hash = digest(&content).map_err(|error| Error::failed("evidence log", error))?.to_string();
    let count = i64::try_from(content.rows.len()).map_err(|error| Error::failed("rows", error))?;
    let mut work = UnitOfWork::begin(ctx, actor).await?;
    let record = Record::new(EXPORTED, subject, id.clone())
        .with_public_hash(DIGEST, &hash)
        .with("rows", count)
        .with("label", asked.item.clone())
        .with("names", content.names)
        .with_text("purpose", &asked.purpose)
        .with_text("legal_basis", &asked.legal_basis);
    work.record(incidents.iter().fold(record, |record, incident| record.concerning(*incident)));
    work.commit().await?;
    vouched(ctx, actor, content, &hash, (subject, &id)).await
}

/// The log with everything it is checked with.
async fn vouched(
    ctx: &Ctx,
    actor: &Actor,
    content: Content,
    hash: &str,
    (subject, id): (&str, &str),
) -> Result<EvidenceLog> {
    let org = actor.org_id;
    let head = rows::head(ctx.db(), org).await?;
    let checkpoint = note_at(ctx, org, &head).await?;
    let latest = rows::about(ctx.db(), org, subject, id, i64::MAX, BATCH).await?;
    // Nobody else's export has this hash: it holds who asked and when.
    let export = latest.into_iter().find(|entry| entry.kind == EXPORTED && entry.entry.contains(hash));
    let export = export.ok_or_else(|| Error::Failed("the export that was just recorded is not there".into()))?;
    let size = number(head.size)?;
    let mut places: Vec<u64> = content.rows.iter().map(|row| row.seq).collect();
    places.push(number(export.seq)?);
    let mut proofs = prove(ctx, org, &places, size).await?;
    let proof = proofs.pop().unwrap_or_default();
    Ok(EvidenceLog {
        schema: SCHEMA.into(),
        content,
        export: Vouched { seq: number(export.seq)?, entry: export.entry, proof },
        proofs,
        checkpoint,
        vkey: key(ctx.db(), org).await?.vkey,
    })
}

fn number(number: i64) -> Result<u64> {
    u64::try_from(number).map_err(|error| Error::failed("place in the ledger", error))
}

async fn content(ctx: &Ctx, actor: &Actor, incident: &Incident, asked: &LogRequest) -> Result<Content> {
    let (mut items, mut acquisitions, mut told) = (Vec::<LoggedItem>::new(), Vec::new(), Vec::new());
    let mut tlp = incident.fields.tlp;
    for (entry, mut openings) in custody(ctx, actor, incident).await? {
        if asked.without_names {
            openings = without_names(openings);
        }
        if let Some(item) = item_of(&entry.entry, &openings, &incident.reference) {
            if asked.item.as_ref().is_none_or(|label| *label == item.label) {
                tlp = tlp.max(tlp_of(&entry.entry, &openings).unwrap_or(tlp));
                acquisitions.extend(acquisition_of(&entry.entry, &openings));
                items.push(item);
            }
        } else if let Some(mut row) =
            row_of(&entry.entry, openings, (&incident.reference, &actor.time_zone), rfc3339_in_zone)
        {
            row.actor_handle = entry.actor_handle.filter(|_| !asked.without_names).unwrap_or_default();
            told.push(row);
        }
    }
    if let Some(label) = &asked.item {
        told.retain(|row| row.item == *label);
        if items.is_empty() {
            return Err(Refusal::NotFound("piece of evidence".into()).into());
        }
    }
    let mut at: HashMap<String, &mut LoggedItem> = items.iter_mut().map(|item| (item.id.clone(), item)).collect();
    for row in &told {
        if let Some(item) = at.get_mut(&row.item_id) {
            happened(item, &row.event);
        }
    }
    let reference = incident.reference.clone();
    let scope = match asked.item.clone() {
        Some(item) => LogSubject::Item { incident: reference, item },
        None => LogSubject::Incident { incident: reference },
    };
    Ok(Content { items, acquisitions, rows: told, ..blank(ctx, actor, asked, scope, tlp).await? })
}

/// A log of nothing yet: who asks for it, and why.
async fn blank(ctx: &Ctx, actor: &Actor, asked: &LogRequest, scope: LogSubject, tlp: Tlp) -> Result<Content> {
    let requestor = if asked.without_names { actor.person_id.to_string() } else { signature(ctx, actor).await? };
    Ok(Content {
        scope,
        tlp,
        requestor,
        purpose: asked.purpose.clone(),
        legal_basis: asked.legal_basis.clone(),
        generated_at: ctx.now(),
        names: !asked.without_names,
        items: Vec::new(),
        acquisitions: Vec::new(),
        rows: Vec::new(),
    })
}

/// The entries about the incident's evidence with what opens them, oldest first.
async fn custody(ctx: &Ctx, actor: &Actor, incident: &Incident) -> Result<Vec<(EntryRow, Vec<Text>)>> {
    let (org, id) = (actor.org_id, incident.id.to_string());
    let (mut found, mut before) = (Vec::new(), i64::MAX);
    loop {
        let entries = rows::about(ctx.db(), org, "incident", &id, before, BATCH).await?;
        let (Some(last), Some(first)) = (entries.first(), entries.last()) else { break };
        before = first.seq;
        let openings = rows::openings_about(ctx.db(), org, "incident", &id, first.seq, last.seq).await?;
        let mut texts = HashMap::<i64, Vec<Text>>::new();
        for opening in openings {
            let salt = opening.salt.as_slice().try_into().map_err(|error| Error::failed("opening", error))?;
            texts.entry(opening.seq).or_default().push(Text { field: opening.field, salt, text: opening.text });
        }
        let of_evidence =
            entries.into_iter().filter(|entry| entry.kind == REGISTERED || entry.kind.starts_with(CUSTODY));
        found.extend(of_evidence.map(|entry| {
            let openings = texts.remove(&entry.seq).unwrap_or_default();
            (entry, openings)
        }));
    }
    found.reverse();
    Ok(found)
}
