//! The sections of an export, one by one.

use std::collections::HashSet;

use super::{IrisAsset, IrisCase, IrisComment, IrisEvent, IrisEvidence, IrisIndicator, IrisNote, IrisTask, PeopleById};
use crate::{
    fault::FileFault,
    moment::ImportedTime,
    walk::{LIST_MAX, Node},
    words::{Notes, exact, line},
};

/// Reads a list of things that each have a number of their own.
pub(super) fn each<'a, T>(
    data: &Node<'a>,
    section: &str,
    id: &str,
    notes: &mut Notes,
    mut read: impl FnMut(&Node<'a>, &mut Notes) -> Result<T, FileFault>,
) -> Result<Vec<T>, FileFault> {
    let mut seen = HashSet::new();
    let mut all = Vec::new();
    for node in data.list(section, LIST_MAX)? {
        let number = node.need(id)?;
        if !seen.insert(number.as_number()?) {
            return Err(number.fault("Another one has this number."));
        }
        all.push(read(&node, notes)?);
    }
    Ok(all)
}

/// The time of that name.
pub(super) fn moment(node: &Node, name: &str) -> Result<Option<ImportedTime>, FileFault> {
    Ok(node.some_text(name)?.map(|text| ImportedTime::read(&text)))
}

/// The name of a person, written as a text or as an object.
fn person(node: &Node, name: &str) -> Result<String, FileFault> {
    let Some(found) = node.find(name)? else { return Ok(String::new()) };
    if !found.value().is_object() {
        return Ok(line(&found.as_text()?, 200));
    }
    for part in ["user_name", "name", "user", "user_login"] {
        if let Some(text) = found.some_text(part)? {
            return Ok(line(&text, 200));
        }
    }
    Ok(String::new())
}

/// Everybody whom the export names together with a number.
pub(super) fn people(data: &Node) -> Result<PeopleById, FileFault> {
    let mut people = PeopleById::new();
    let mut add = |holder: &Node, name: &str| -> Result<(), FileFault> {
        let said = person(holder, name)?;
        let id = holder.find(name)?.filter(|node| node.value().is_object()).map(|node| node.number("id"));
        if let (Some(id), false) = (id.transpose()?.flatten(), said.is_empty()) {
            people.entry(id).or_insert(said);
        }
        Ok(())
    };
    let case = data.need("case")?;
    for name in ["owner", "user", "reviewer"] {
        add(&case, name)?;
    }
    for task in data.list("tasks", LIST_MAX)? {
        for one in task.list("task_assignees", LIST_MAX)? {
            let name = one.some_text("name")?.or(one.some_text("user")?);
            if let (Some(id), Some(name)) = (one.number("id")?, name) {
                people.entry(id).or_insert(line(&name, 200));
            }
        }
    }
    Ok(people)
}

/// A person of whom the file may have no more than the number.
fn by_number(node: &Node, name: &str, people: &PeopleById) -> Result<String, FileFault> {
    let Some(id) = node.number(name)? else { return Ok(String::new()) };
    Ok(people.get(&id).cloned().unwrap_or_else(|| format!("user {id}")))
}

/// The text within an object within this one, both optional.
fn within(node: &Node, outer: &str, inner: &str, notes: &mut Notes, ignored: &str) -> Result<String, FileFault> {
    let Some(found) = node.find(outer)? else { return Ok(String::new()) };
    found.note_rest(&format!("{inner} {ignored}"), notes)?;
    for name in inner.split(' ') {
        if let Some(text) = found.some_text(name)? {
            return Ok(text);
        }
    }
    Ok(String::new())
}

const CASE: &str = "client owner classification state tags user reviewer review_status severity status_name \
    protagonists case_id soc_id client_id name description open_date close_date initial_date closing_note user_id \
    owner_id status_id state_id case_uuid classification_id reviewer_id review_status_id severity_id \
    note_directories";

/// What the export says of the case itself.
pub(super) fn case(node: &Node, notes: &mut Notes) -> Result<IrisCase, FileFault> {
    node.note_rest(CASE, notes)?;
    let dates = "creation_date last_update_date id customer_id client_uuid";
    let customer = within(node, "client", "customer_name", notes, dates)?;
    let kind = "creation_date id name_expanded description created_by_id";
    let classification = within(node, "classification", "name", notes, kind)?;
    let state = within(node, "state", "state_name", notes, "state_id state_description protected")?;
    let severity = within(node, "severity", "severity_name", notes, "severity_id severity_description")?;
    let review = within(node, "review_status", "status_name", notes, "id")?;
    let outcome = node.text("status_name")?;
    let mut tags = Vec::new();
    for tag in node.list("tags", LIST_MAX)? {
        tags.push(if tag.value().is_object() { tag.text("tag_title")? } else { tag.as_text()? });
    }
    let mut people = Vec::new();
    for one in node.list("protagonists", LIST_MAX)? {
        one.note_rest("role name contact id user_id case_id", notes)?;
        let parts = [one.text("role")?, one.text("name")?, one.text("contact")?];
        people.push(parts.into_iter().filter(|part| !part.trim().is_empty()).collect::<Vec<_>>().join(" "));
    }
    let facts = [
        ("Customer", customer),
        ("Ticket", node.text("soc_id")?),
        ("Classification", classification.clone()),
        ("Severity", severity.clone()),
        ("State", state),
        ("Outcome", outcome.clone()),
        ("Tags", tags.join(", ")),
        ("Owner", person(node, "owner")?),
        ("Opened by", person(node, "user")?),
        ("Reviewer", person(node, "reviewer")?),
        ("Review", review),
        ("People", people.join("; ")),
    ];
    Ok(IrisCase {
        title: node.need_text("name")?,
        number: node.number("case_id")?,
        description: node.text("description")?,
        closing_note: node.text("closing_note")?,
        facts: facts.into_iter().filter(|(_, text)| !text.trim().is_empty()).collect(),
        classification,
        severity,
        outcome,
        opened: moment(node, "open_date")?,
        entered: moment(node, "initial_date")?,
        closed: moment(node, "close_date")?,
        ..IrisCase::default()
    })
}

const EVENT: &str = "event_id event_title event_in_summary event_date event_tz event_date_wtz event_content \
    event_tags event_source event_raw category last_edited_by event_uuid event_in_graph event_color event_is_flagged \
    assets iocs";

/// An event. An indicator that it names by number must be in the export.
pub(super) fn event(node: &Node, known: &HashSet<u64>, notes: &mut Notes) -> Result<IrisEvent, FileFault> {
    node.note_rest(EVENT, notes)?;
    for one in node.list("iocs", LIST_MAX)?.iter().filter(|one| one.value().is_object() || one.value().is_number()) {
        let id = if one.value().is_number() { Some(one.clone()) } else { one.find("ioc_id")? };
        if let Some(id) = id
            && !known.contains(&id.as_number()?)
        {
            return Err(id.fault("There is no indicator of this number in the export."));
        }
    }
    Ok(IrisEvent {
        id: node.need("event_id")?.as_number()?,
        title: node.text("event_title")?,
        content: node.text("event_content")?,
        source: node.text("event_source")?,
        raw: raw(node)?,
        at: event_time(node, notes)?,
        category: node.text("category")?,
        tags: node.text("event_tags")?,
        author: person(node, "last_edited_by")?,
        in_summary: node.flag("event_in_summary")?,
        is_flagged: node.flag("event_is_flagged")?,
        assets: called(node, "assets", &["asset_name", "name"])?,
        indicators: called(node, "iocs", &["ioc_value", "name"])?,
    })
}

/// The time as typed with its zone; where that cannot be read, the time that is kept in UTC.
fn event_time(node: &Node, notes: &mut Notes) -> Result<ImportedTime, FileFault> {
    let kept = node.need_text("event_date")?.trim().to_owned();
    let utc = ImportedTime::read(&format!("{kept}Z"));
    let utc = if utc.at().is_some() { utc } else { ImportedTime::read(&kept) };
    let (typed, zone) = (node.text("event_date_wtz")?, node.text("event_tz")?);
    let typed = ImportedTime::read(&format!("{}{}", typed.trim(), zone.trim()));
    if typed.at().is_none() || zone.trim().is_empty() {
        return Ok(utc);
    }
    if utc.at().is_some() && utc.at() != typed.at() {
        let text = line(&format!("{} as typed, {kept} in UTC", typed.text), 200);
        notes.add(format!("{}: the two times differ: {text}; the one as typed was taken.", node.place));
    }
    Ok(typed)
}

/// The record an event was made from; an empty one says nothing.
fn raw(node: &Node) -> Result<String, FileFault> {
    let Some(found) = node.find("event_raw")? else { return Ok(String::new()) };
    let text = if found.value().is_string() { found.as_text()? } else { found.value().to_string() };
    Ok(if matches!(text.trim(), "{}" | "[]" | "null") { String::new() } else { text })
}

/// What a list names, as texts, numbers or objects.
fn called(node: &Node, name: &str, parts: &[&str]) -> Result<Vec<String>, FileFault> {
    let mut all = Vec::new();
    for one in node.list(name, LIST_MAX)? {
        if one.value().is_number() {
            all.push(format!("number {}", one.as_number()?));
        } else if one.value().is_object() {
            for part in parts {
                if let Some(text) = one.some_text(part)? {
                    all.push(line(&text, 300));
                    break;
                }
            }
        } else {
            all.push(line(&one.as_text()?, 300));
        }
    }
    Ok(all)
}

const ASSET: &str = "asset_id asset_uuid asset_name asset_description asset_compromise_status_id type \
    analysis_status date_added asset_domain asset_ip asset_info asset_tags light_asset_description asset_ioc \
    asset_compromise_status";

/// An asset.
pub(super) fn asset(node: &Node, notes: &mut Notes) -> Result<IrisAsset, FileFault> {
    node.note_rest(ASSET, notes)?;
    Ok(IrisAsset {
        id: node.need("asset_id")?.as_number()?,
        name: node.need_text("asset_name")?,
        kind: node.text("type")?,
        description: node.text("asset_description")?,
        ip: node.text("asset_ip")?,
        domain: node.text("asset_domain")?,
        info: node.text("asset_info")?,
        tags: node.text("asset_tags")?,
        compromise: node.text("asset_compromise_status")?,
        analysis: node.text("analysis_status")?,
        added: moment(node, "date_added")?,
        indicators: called(node, "asset_ioc", &["ioc_value"])?,
    })
}

/// An indicator.
pub(super) fn indicator(node: &Node, notes: &mut Notes) -> Result<IrisIndicator, FileFault> {
    node.note_rest("ioc_id ioc_uuid ioc_value type_name ioc_tags ioc_description tlp_name added_by", notes)?;
    Ok(IrisIndicator {
        id: node.need("ioc_id")?.as_number()?,
        kind: node.need_text("type_name")?.trim().to_owned(),
        value: node.need_text("ioc_value")?,
        description: node.text("ioc_description")?,
        tags: node.text("ioc_tags")?,
        tlp: node.text("tlp_name")?,
        author: person(node, "added_by")?,
    })
}

const TASK: &str = "id task_title task_status task_tags task_open_date task_close_date task_last_update \
    task_description task_uuid task_assignees";

/// A task.
pub(super) fn task(node: &Node, notes: &mut Notes) -> Result<IrisTask, FileFault> {
    node.note_rest(TASK, notes)?;
    Ok(IrisTask {
        id: node.need("id")?.as_number()?,
        title: node.need_text("task_title")?,
        description: node.text("task_description")?,
        status: node.text("task_status")?,
        tags: node.text("task_tags")?,
        assignees: called(node, "task_assignees", &["name", "user"])?,
        opened: moment(node, "task_open_date")?,
        closed: moment(node, "task_close_date")?,
        updated: moment(node, "task_last_update")?,
    })
}

/// A piece of evidence.
pub(super) fn evidence(node: &Node, notes: &mut Notes) -> Result<IrisEvidence, FileFault> {
    node.note_rest("id filename date_added file_hash added_by file_uuid file_size file_description", notes)?;
    let hash = node.text("file_hash")?.trim().to_owned();
    let algorithm = match hash.len() {
        _ if !hash.bytes().all(|byte| byte.is_ascii_hexdigit()) => None,
        32 => Some("md5"),
        40 => Some("sha1"),
        64 => Some("sha256"),
        _ => None,
    };
    if algorithm.is_none() && !hash.is_empty() {
        notes.add(format!("{}/file_hash: no MD5, SHA-1 or SHA-256; kept as text.", node.place));
    }
    Ok(IrisEvidence {
        id: node.need("id")?.as_number()?,
        name: exact(&node.need_text("filename")?, 1_000),
        hash: if algorithm.is_some() { hash.to_ascii_lowercase() } else { exact(&hash, 1_000) },
        algorithm,
        size: node.number("file_size")?,
        added: moment(node, "date_added")?,
        author: person(node, "added_by")?,
        description: node.text("file_description")?,
    })
}

const NOTE: &str = "directory note_id note_uuid note_title note_content note_user note_creationdate note_lastupdate \
    note_case_id directory_id comments";

/// A note, with the remarks upon it.
pub(super) fn note(node: &Node, people: &PeopleById, notes: &mut Notes) -> Result<IrisNote, FileFault> {
    node.note_rest(NOTE, notes)?;
    let mut comments = Vec::new();
    for one in node.list("comments", LIST_MAX)? {
        comments.push(comment(&one, people, notes)?);
    }
    Ok(IrisNote {
        id: node.need("note_id")?.as_number()?,
        title: node.text("note_title")?,
        content: node.text("note_content")?,
        directory: within(node, "directory", "name", notes, "id parent_id case_id")?,
        author: by_number(node, "note_user", people)?,
        created: moment(node, "note_creationdate")?,
        updated: moment(node, "note_lastupdate")?,
        comments,
    })
}

/// A remark.
pub(super) fn comment(node: &Node, people: &PeopleById, notes: &mut Notes) -> Result<IrisComment, FileFault> {
    let taken = "comment_id comment_uuid comment_text comment_by comment_date comment_update_date comment_user_id \
        comment_case_id user";
    node.note_rest(taken, notes)?;
    let named = [person(node, "comment_by")?, person(node, "user")?, by_number(node, "comment_user_id", people)?];
    Ok(IrisComment {
        text: node.need_text("comment_text")?,
        author: named.into_iter().find(|name| !name.is_empty()).unwrap_or_default(),
        at: moment(node, "comment_date")?,
    })
}
