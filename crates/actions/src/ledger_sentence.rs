//! The sentence of an entry: the verb of its kind, then its object by name, with the page that shows it. A name
//! comes from the texts that open the entry, else from the object as it is now; a reader who does not see those
//! reads the kind alone. Every page, REST and the export word an entry by this file.

use std::collections::{BTreeMap, HashMap};

use holdfast_domain::{
    Actor, IncidentId, Object, Permission, allow,
    entry_kind::EntryKind,
    evidence::full_label,
    ledger::{ERASED, EntryObject},
    lifecycle::{Milestone, Status},
    noun::{NOUNS, NounInfo},
    report::IssuedKind,
};
use holdfast_store::ledger_object::{self, ReportName};
use serde_json::Value;
use uuid::Uuid;

use crate::{
    Ctx, Result,
    ledger_history::{OpenedEntry, in_words},
    ledger_sight::INCIDENT,
    person_name::NamesThen,
    session::REFUSED,
};

/// Longest name in a sentence, in characters.
const NAME_CHARS_MAX: usize = 80;

/// What entries are about, by their ids.
pub(crate) struct Objects<'a> {
    actor: &'a Actor,
    incidents: &'a HashMap<IncidentId, String>,
    people: NamesThen,
    titles: HashMap<(&'static str, Uuid), String>,
    reports: HashMap<Uuid, ReportName>,
    tokens: HashMap<Uuid, String>,
}

impl<'a> Objects<'a> {
    /// Looks up what these entries are about; `incidents` are those that the reader may see.
    pub(crate) async fn find(
        ctx: &Ctx,
        actor: &'a Actor,
        entries: &[OpenedEntry<'_>],
        incidents: &'a HashMap<IncidentId, String>,
        people: NamesThen,
    ) -> Result<Self> {
        let (mut of_nouns, mut reports, mut tokens) = (BTreeMap::<&str, Vec<Uuid>>::new(), Vec::new(), Vec::new());
        for one in entries.iter().filter(|one| one.is_open) {
            if let Some((noun, id)) = noun_of(one) {
                of_nouns.entry(noun.name).or_default().push(id);
            }
            match (one.row.subject_kind.as_str(), one.row.subject_id.parse()) {
                ("report", Ok(id)) => reports.push(id),
                ("token", Ok(id)) => tokens.push(id),
                _ => {}
            }
        }
        let (db, org) = (ctx.db(), actor.org_id);
        let mut titles = HashMap::new();
        for noun in NOUNS {
            let ids = of_nouns.remove(noun.name).unwrap_or_default();
            let found = ledger_object::titles(db, org, noun, &ids).await?;
            titles.extend(found.into_iter().map(|(id, title)| ((noun.name, id), title)));
        }
        let reports = ledger_object::reports(db, org, &reports).await?.into_iter().map(|one| (one.id, one)).collect();
        let tokens = ledger_object::tokens(db, org, &tokens).await?.into_iter().collect();
        Ok(Self { actor, incidents, people, titles, reports, tokens })
    }

    fn may(&self, permission: Permission) -> bool {
        allow(self.actor, permission, Object::None)
    }

    fn reference(&self, id: &str) -> Option<&String> {
        self.incidents.get(&id.parse().ok()?).filter(|_| self.may(Permission::ViewIncident))
    }

    /// The reference of the incident that an entry is about.
    pub(crate) fn incident_of(&self, one: &OpenedEntry<'_>) -> Option<String> {
        if one.row.subject_kind == INCIDENT {
            return self.reference(&one.row.subject_id).cloned();
        }
        let report = self.reports.get(&one.row.subject_id.parse().ok()?)?;
        self.reference(&report.incident_id?.to_string()).cloned()
    }

    /// A value as it is read: ids of people, one or several, by the names that they had then.
    pub(crate) fn named(&self, value: &str, seq: i64) -> String {
        let parts: Option<Vec<String>> = value.split(',').map(|part| self.people.at(part, seq)).collect();
        parts.map_or_else(|| value.to_owned(), |names| names.join(", "))
    }

    /// A fact as it is read; of another incident its reference.
    pub(crate) fn fact(&self, name: &str, value: &Value, seq: i64) -> Option<String> {
        if name == "other" {
            return self.reference(value.as_str()?).cloned();
        }
        in_words(value, &|text| self.named(text, seq))
    }
}

/// The declared noun that an entry is about, and which one of it.
fn noun_of(one: &OpenedEntry<'_>) -> Option<(&'static NounInfo, Uuid)> {
    let (noun, _) = NounInfo::of_entry(&one.row.kind)?;
    noun.rows?;
    Some((noun, one.value(noun.name)?.parse().ok()?))
}

/// An object as a sentence names it.
#[derive(Default)]
struct Named {
    /// What precedes its name: `task `.
    noun: String,
    /// Its name, which is the link: `“Rebuild fs-log-02”`.
    name: String,
    page: Option<String>,
    /// What follows at the end of the sentence.
    rest: String,
}

impl Named {
    fn of(noun: &str, name: impl Into<String>, page: Option<String>) -> Self {
        let noun = if noun.is_empty() { String::new() } else { format!("{noun} ") };
        Self { noun, name: name.into(), page, rest: String::new() }
    }

    fn rest(self, rest: impl Into<String>) -> Self {
        Self { rest: rest.into(), ..self }
    }
}

/// A text between quotation marks, on one line and no longer than a sentence takes; one that was erased says so.
pub(crate) fn quoted(text: &str) -> String {
    if text == ERASED {
        return text.to_owned();
    }
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut short: String = line.chars().take(NAME_CHARS_MAX).collect();
    if short.len() < line.len() {
        short.push('…');
    }
    format!("“{short}”")
}

/// What an entry says was done, and to what.
pub(crate) fn sentence(one: &OpenedEntry<'_>, objects: &Objects<'_>) -> (String, Option<EntryObject>) {
    let Some(kind) = EntryKind::of(&one.row.kind) else {
        return (format!("recorded an action that this version does not know: “{}”", one.row.kind), None);
    };
    let Some((before, after)) = kind.around() else {
        return (format!("{}{}", kind.phrase(), denied(one)), None);
    };
    let named = if one.is_open || kind.group == "incident" { named(kind, one, objects) } else { None };
    match named {
        Some(Named { noun, name, page, rest }) => {
            let undone = undone(one);
            let rest = if undone.is_empty() { rest } else { undone };
            (format!("{before}{noun}{name}{after}{rest}"), Some(EntryObject { name, page }))
        }
        None => (kind.phrase() + &undone(one), None),
    }
}

/// Which entry was undone, and what it had done.
fn undone(one: &OpenedEntry<'_>) -> String {
    let data = &one.entry.content.data;
    let kind = one.value("undid").and_then(EntryKind::of).map(EntryKind::phrase);
    match (data.get("undoes").and_then(Value::as_i64), kind) {
        (Some(seq), Some(kind)) => format!(": #{seq}, {kind}"),
        _ => String::new(),
    }
}

/// What was refused, and how often since without an entry.
fn denied(one: &OpenedEntry<'_>) -> String {
    let refused = one.value(REFUSED).filter(|_| one.row.kind == "access.denied");
    let Some(permission) = refused.and_then(|code| code.parse::<Permission>().ok()) else {
        return String::new();
    };
    match one.entry.content.data.get("left_out").and_then(Value::as_i64) {
        Some(count) => format!(": {} ({count} more before)", permission.label()),
        None => format!(": {}", permission.label()),
    }
}

fn named(kind: &EntryKind, one: &OpenedEntry<'_>, objects: &Objects<'_>) -> Option<Named> {
    let reference = objects.reference(&one.row.subject_id);
    let room = |tail: &str| reference.map(|reference| format!("/incidents/{reference}{tail}"));
    match kind.group {
        "incident" => Some(Named::of("incident", reference?, room("")).rest(step(one, objects))),
        "link" => {
            let other = objects.reference(one.value("other")?)?;
            Some(Named::of("link to incident", other, room("/links")))
        }
        "evidence" => evidence(one, objects),
        "report" => report(one, objects),
        "person" | "session" => {
            let name = one.text("name").or_else(|| objects.people.at(&one.row.subject_id, one.row.seq))?;
            let page = objects.may(Permission::EditPerson).then(|| format!("/people/{}", one.row.subject_id));
            Some(Named::of("person", quoted(&name), page))
        }
        "token" => {
            let name = || objects.tokens.get(&one.row.subject_id.parse().ok()?).cloned();
            let page = objects.may(Permission::ManageOwnTokens).then(|| "/tokens".to_owned());
            Some(Named::of("API token", quoted(&one.text("name").or_else(name)?), page))
        }
        "organisation" => {
            let page = objects.may(Permission::EditSettings).then(|| "/settings".to_owned());
            Some(Named::of("", "the settings", page))
        }
        _ if kind.kind == "indicator.added_many" => {
            let name = match one.entry.content.data.get("count")?.as_i64()? {
                1 => "1 indicator".to_owned(),
                count => format!("{count} indicators"),
            };
            Some(Named::of("", name, room("/indicators")))
        }
        _ => {
            let (noun, id) = noun_of(one)?;
            let own = ["after", "before"].into_iter().find_map(|side| one.text(&format!("{side}.{}", noun.title)));
            let title = own.or_else(|| objects.titles.get(&(noun.name, id)).cloned())?;
            let page = noun.rows.and_then(|rows| room(&rows.page(&id.to_string())));
            Some(Named::of(noun.name, quoted(&title), page))
        }
    }
}

/// How far an incident came, or which of its times changed how.
fn step(one: &OpenedEntry<'_>, objects: &Objects<'_>) -> String {
    let changes = one.entry.content.data.get("changes");
    let side = |field: &str, side: &str| {
        let text = changes.and_then(|changes| changes.get(field)?.get(side)?.as_str());
        text.map(str::to_owned)
    };
    let status = |which| side("status", which).and_then(|code| code.parse::<Status>().ok());
    if one.row.kind == "incident.phase_changed"
        && let (Some(from), Some(to)) = (status("before"), status("after"))
    {
        let into = one.value("merged_into").and_then(|id| objects.reference(id));
        let into = into.map(|reference| format!(", into incident {reference}")).unwrap_or_default();
        return format!(" from {} to {}{into}", from.label(), to.label());
    }
    let fields = changes.and_then(Value::as_object).into_iter().flatten();
    let time = fields.filter_map(|(name, _)| Some((name, name.strip_prefix("time.")?.parse::<Milestone>().ok()?)));
    let how = |name: &str| match (side(name, "before"), side(name, "after")) {
        (Some(_), Some(_)) => ", corrected",
        (Some(_), None) => ", cleared",
        _ => "",
    };
    time.map(|(name, milestone)| format!(": {}{}", milestone.label(), how(name))).next().unwrap_or_default()
}

fn evidence(one: &OpenedEntry<'_>, objects: &Objects<'_>) -> Option<Named> {
    let is_log = one.row.kind == "evidence.log_exported";
    if is_log && one.row.subject_kind != INCIDENT {
        let page = objects.may(Permission::ExportEvidenceLog).then(|| "/evidence/log".to_owned());
        return Some(Named::of("", "a period", page));
    }
    let reference = objects.reference(&one.row.subject_id)?;
    let Some(label) = one.value("label") else {
        return is_log.then(|| Named::of("incident", reference, Some(format!("/incidents/{reference}/evidence"))));
    };
    let to = one.value("received_by").map(|id| format!(" to {}", objects.named(id, one.row.seq)));
    let agrees = one.entry.content.data.get("hash_ok").and_then(Value::as_bool);
    let rest = match (one.row.kind.as_str(), agrees) {
        ("custody.offered", _) => to.unwrap_or_default(),
        ("custody.verified", Some(true)) => ": the hash agrees".into(),
        ("custody.verified", Some(false)) => ": the hash does NOT agree".into(),
        _ => String::new(),
    };
    let page = format!("/incidents/{reference}/evidence/{label}");
    Some(Named::of("evidence", full_label(reference, label), Some(page)).rest(rest))
}

fn report(one: &OpenedEntry<'_>, objects: &Objects<'_>) -> Option<Named> {
    let own = objects.reference(&one.row.subject_id);
    let tab = |reference: &String| format!("/incidents/{reference}/reports");
    match one.row.kind.as_str() {
        "report.written" => return Some(Named::of("", "the report texts", own.map(tab))),
        "report.rendered" => {
            let name = match one.value("report")?.parse::<IssuedKind>() {
                Ok(kind) => format!("the {}", in_sentence(kind)),
                Err(_) => "the one-page summary".to_owned(),
            };
            let metrics = objects.may(Permission::ViewMetrics).then(|| "/metrics".to_owned());
            return Some(Named::of("", name, own.map(tab).or(metrics)));
        }
        _ => {}
    }
    let id = one.value("report").unwrap_or(&one.row.subject_id);
    let known = objects.reports.get(&id.parse().ok()?);
    let kind = one.value("kind").and_then(|code| code.parse().ok()).or_else(|| Some(known?.kind))?;
    let number = one.entry.content.data.get("version").and_then(Value::as_i64).or_else(|| Some(known?.number))?;
    let of = own.cloned().or_else(|| objects.incident_of(one));
    let list = of.as_ref().map(tab).or_else(|| objects.may(Permission::ReadReports).then(|| "/reports".to_owned()));
    let page = list.map(|list| format!("{list}#report-{id}"));
    Some(Named::of("", format!("{}, version {number}", in_sentence(kind)), page))
}

/// A kind of report within a sentence.
fn in_sentence(kind: IssuedKind) -> String {
    kind.label().to_lowercase()
}
