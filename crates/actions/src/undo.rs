//! Undo: takes back what somebody just did, by an action with an entry of its own that names the one it undoes.
//! What was there before is read from that entry, so a declared noun needs nothing for it. Only the person who did
//! it may, within seconds, with the permission that it took, and only while nothing was changed since.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use holdfast_domain::{
    Actor, Fields, IncidentId, Refusal, Timestamp,
    asset::AssetFields,
    contact::ContactFields,
    event::EventFields,
    incident::IncidentFields,
    indicator::IndicatorFields,
    link::LinkFields,
    narrative::{NarrativeFields, RecommendationFields},
    noun::{Noun, NounInfo},
    task::TaskFields,
    time::SECOND,
    vulnerability::VulnerabilityFields,
};
use holdfast_ledger::{Entry, values::VALUES};
use holdfast_store::{ledger as rows, ledger_concern};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};

use crate::{
    Ctx, Error, Result,
    edit::Now,
    event, incident, incident_phase, item, link, narrative,
    person_name::{fits, revealed},
    task,
};

/// For how long a page offers it, in seconds.
pub const OFFERED_S: i64 = 30;
/// How much longer it is accepted: what a page and a form may take on their way.
pub const GRACE_S: i64 = 10;

/// An action that can be undone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UndoOffer {
    /// The place of its entry in the ledger.
    pub seq: i64,
    /// When it was done, in microseconds.
    at: i64,
}

impl UndoOffer {
    pub(crate) const fn new(seq: i64, at: Timestamp) -> Self {
        Self { seq, at: at.micros() }
    }

    /// Whether a page that is made now may offer it: all the time for which it does is within what is accepted.
    #[must_use]
    pub fn can_be_shown(&self, now: Timestamp) -> bool {
        now.micros() - self.at <= GRACE_S * SECOND
    }
}

/// The actions of one request that can be undone.
#[derive(Debug, Default)]
pub struct UndoOffers(Mutex<Vec<UndoOffer>>);

impl UndoOffers {
    pub(crate) fn note(&self, offer: UndoOffer) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(offer);
    }

    /// The action, where the request did just one.
    #[must_use]
    pub fn only(&self) -> Option<UndoOffer> {
        match self.0.lock().unwrap_or_else(PoisonError::into_inner).as_slice() {
            [offer] => Some(*offer),
            _ => None,
        }
    }
}

/// What was undone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undone {
    /// In words: what is so again.
    pub words: String,
}

/// What an entry says was done, as far as it can be undone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum UndoKind {
    /// Fields were edited.
    Edited,
    /// A thing was added: undone, it is archived.
    Added,
    /// A thing was archived.
    Archived,
    /// A thing was taken back.
    Restored,
    /// The phase or a time of an incident was changed.
    Moved,
}

impl UndoKind {
    /// Of the kind of an entry, with the noun it is about.
    pub(crate) fn of_entry(kind: &str) -> Option<(&'static NounInfo, Self)> {
        let (noun, verb) = NounInfo::of_entry(kind)?;
        let undo = match verb {
            "edited" | "finished" | "reopened" | "" => Self::Edited,
            // A task cannot be archived.
            "added" if noun.name != TaskFields::NAME => Self::Added,
            "archived" | "removed" => Self::Archived,
            "restored" => Self::Restored,
            "phase_changed" | "time_entered" => Self::Moved,
            _ => return None,
        };
        Some((noun, undo))
    }
}

/// The text of an entry with the fields before an edit that their own texts do not give back exactly.
pub(crate) const WAS: &str = "was";

/// The fields before an edit that cannot be made again of their texts, as JSON.
pub(crate) fn beyond_texts<F: Fields>(before: &F, after: &F) -> Option<String> {
    let mut again = after.clone();
    for field in F::FIELDS {
        reread(&mut again, field.name, &before.text(field.name));
    }
    let (Ok(Value::Object(wanted)), Ok(again)) = (serde_json::to_value(before), serde_json::to_value(&again)) else {
        return None;
    };
    let missing: Map<String, Value> =
        wanted.into_iter().filter(|(name, value)| again.get(name) != Some(value)).collect();
    (!missing.is_empty()).then(|| Value::Object(missing).to_string())
}

/// Sets a field to what its text says, where the text says all of it.
fn reread<F: Fields>(fields: &mut F, name: &str, text: &str) {
    if let Some(value) = fields.get(name).and_then(|value| value.reread(text)) {
        let _exact = fields.set(name, value);
    }
}

/// An action on its way to be undone: what its entry says of it.
pub(crate) struct Undoing {
    seq: i64,
    kind: String,
    noun: &'static NounInfo,
    undo: UndoKind,
    incident: String,
    concerns: Vec<IncidentId>,
    entry: Entry,
    texts: BTreeMap<(i64, String), rows::OpeningRow>,
}

impl Undoing {
    /// Reads the entry, where it is this person's own, young enough, and of a kind that can be undone.
    async fn find(ctx: &Ctx, actor: &Actor, seq: i64) -> Result<Self> {
        let Some(row) = rows::own_entry(ctx.db(), actor.org_id, actor.person_id, seq).await? else {
            // The same where there is none, so that nothing is learnt of the entries of others.
            let words =
                format!("Entry {seq} is not an action of yours. Only the person who did something can undo it.");
            return Err(Refusal::Rule(words).into());
        };
        let Some((noun, undo)) = UndoKind::of_entry(&row.kind) else {
            return Err(not_undoable());
        };
        if ctx.now().since(row.recorded_at) > (OFFERED_S + GRACE_S) * SECOND {
            let words =
                format!("It is too late to undo this: that is possible for {OFFERED_S} seconds. Change it by hand.");
            return Err(Refusal::Rule(words).into());
        }
        let openings = rows::openings(ctx.db(), actor.org_id, seq).await?;
        let texts: BTreeMap<(i64, String), rows::OpeningRow> =
            openings.into_iter().map(|opening| ((seq, opening.field.clone()), opening)).collect();
        let values = texts.get(&(seq, VALUES.to_owned()));
        let entry = revealed(&row.entry, values.map(|values| (&*values.salt, &*values.text)))?;
        let concerns = ledger_concern::between(ctx.db(), actor.org_id, seq, seq).await?;
        let concerns = concerns.into_iter().map(|(_, incident)| incident).collect();
        Ok(Self { seq, kind: row.kind, noun, undo, incident: row.subject_id, concerns, entry, texts })
    }

    /// The incident, by its id.
    pub(crate) fn incident(&self) -> &str {
        &self.incident
    }

    /// The other incidents that its entry says something of.
    pub(crate) fn concerns(&self) -> &[IncidentId] {
        &self.concerns
    }

    pub(crate) const fn undo(&self) -> UndoKind {
        self.undo
    }

    /// The kind of the entry that says it was undone.
    pub(crate) fn kind_of_undo(&self) -> String {
        self.noun.undone()
    }

    /// What the entry of the undoing says of the one that is undone.
    pub(crate) fn named(&self) -> (i64, &str) {
        (self.seq, &self.kind)
    }

    /// The id of the thing in its incident.
    pub(crate) fn id(&self) -> Result<&str> {
        self.value(self.noun.name)
    }

    /// A value of the entry.
    pub(crate) fn value(&self, name: &str) -> Result<&str> {
        self.entry.content.data.get(name).and_then(Value::as_str).ok_or_else(|| erased().into())
    }

    /// A text of the entry, `None` where it has none of that name.
    pub(crate) fn text(&self, name: &str) -> Result<Option<String>> {
        if self.entry.commitment_of(name).is_none() {
            return Ok(None);
        }
        // A text that is not the one committed to is none.
        let opening = self
            .texts
            .get(&(self.seq, name.to_owned()))
            .filter(|opening| fits(&self.entry, name, &opening.salt, &opening.text));
        Ok(Some(opening.ok_or_else(erased)?.text.clone()))
    }

    /// The same, read as JSON.
    pub(crate) fn json<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>> {
        let text = self.text(name)?;
        text.map(|text| serde_json::from_str(&text).map_err(|error| Error::failed(name, error))).transpose()
    }

    /// What a field was before; `None` where it did not change.
    pub(crate) fn before(&self, name: &str) -> Result<Option<String>> {
        let clear = self.entry.content.data.get("changes").and_then(|changes| changes.get(name));
        if let Some(change) = clear {
            return Ok(Some(change.get("before").and_then(Value::as_str).unwrap_or_default().to_owned()));
        }
        let (before, after) = (self.text(&format!("before.{name}"))?, format!("after.{name}"));
        Ok(before.or_else(|| self.entry.commitment_of(&after).map(|_| String::new())))
    }

    /// The fields as they were before an edit.
    pub(crate) fn restored<F: Fields>(&self, now: &F) -> Result<F> {
        let mut fields = now.clone();
        for field in F::FIELDS {
            if let Some(text) = self.before(field.name)? {
                reread(&mut fields, field.name, &text);
            }
        }
        for (name, value) in self.json::<Map<String, Value>>(WAS)?.unwrap_or_default() {
            fields.set_json(&name, value).map_err(|words| Error::failed(&name, words))?;
        }
        Ok(fields)
    }

    /// Refuses where the thing is not as the action left it.
    pub(crate) fn check_unchanged(&self, actor: &Actor, now: &Now<'_>) -> Result<()> {
        let left = match self.undo {
            UndoKind::Added => 1,
            _ => self.entry.content.data.get("version").and_then(Value::as_i64).ok_or_else(erased)?,
        };
        if now.version == left { Ok(()) } else { Err(self.changed(actor, now)) }
    }

    /// The refusal where the thing was changed since.
    pub(crate) fn changed(&self, actor: &Actor, now: &Now<'_>) -> Error {
        let name = self.noun.name;
        let words = if now.changed_by == actor.name {
            format!("This {name} was changed again since, or it was undone already. Nothing was done now.")
        } else {
            format!("{} changed this {name} after you did. Nothing was undone; change it by hand.", now.changed_by)
        };
        Refusal::Rule(words).into()
    }

    /// What is said when it was done.
    pub(crate) fn done<N: Noun>(&self) -> Undone {
        let again = match self.undo {
            UndoKind::Edited | UndoKind::Moved => "as it was before".to_owned(),
            UndoKind::Added => N::ARCHIVED.to_owned(),
            UndoKind::Restored => format!("{} again", N::ARCHIVED),
            UndoKind::Archived => "back".to_owned(),
        };
        Undone { words: format!("Undone: the {} is {again}.", N::NAME) }
    }
}

/// The refusal of an action that cannot be undone.
pub(crate) fn not_undoable() -> Error {
    Refusal::Rule("An action of this kind cannot be undone.".into()).into()
}

/// Where the text that would be needed is gone.
fn erased() -> Refusal {
    Refusal::Rule("What was there before is no longer known, so this cannot be undone. Change it by hand.".into())
}

/// Undoes the action of an entry.
///
/// # Errors
/// A refusal when the entry is not this person's own or is too old, when something was changed since, or when the
/// role no longer allows the action.
pub async fn undo(ctx: &Ctx, actor: &Actor, seq: i64) -> Result<Undone> {
    let undoing = &Undoing::find(ctx, actor, seq).await?;
    if undoing.undo == UndoKind::Moved {
        return incident_phase::undo(ctx, actor, undoing).await;
    }
    match undoing.noun.name {
        IncidentFields::NAME => incident::undo(ctx, actor, undoing).await,
        EventFields::NAME => event::undo(ctx, actor, undoing).await,
        TaskFields::NAME => task::undo(ctx, actor, undoing).await,
        LinkFields::NAME => link::undo(ctx, actor, undoing).await,
        NarrativeFields::NAME => narrative::undo(ctx, actor, undoing).await,
        IndicatorFields::NAME => item::undo::<IndicatorFields>(ctx, actor, undoing).await,
        AssetFields::NAME => item::undo::<AssetFields>(ctx, actor, undoing).await,
        VulnerabilityFields::NAME => item::undo::<VulnerabilityFields>(ctx, actor, undoing).await,
        RecommendationFields::NAME => item::undo::<RecommendationFields>(ctx, actor, undoing).await,
        ContactFields::NAME => item::undo::<ContactFields>(ctx, actor, undoing).await,
        name => Err(Error::Failed(format!("undo knows no {name}"))),
    }
}
