//! The evidence log: what an outsider checks, and that nothing in it can be changed unseen.

mod made;

use holdfast_domain::Timestamp;
use holdfast_interop::evidence_log::*;
use holdfast_ledger::{
    EntryDraft, Hash, Note, SignatureKind, SigningKey, Subject, TlogProof, entry::ACTOR_NAME,
    verify::VerificationReport,
};
use made::*;
use serde_json::{Value, json};

use crate::places;

fn failed(report: &VerificationReport) -> Vec<&str> {
    report.checks.iter().filter(|check| !check.ok).map(|check| check.name.as_str()).collect()
}

fn check(log: &EvidenceLog) -> VerificationReport {
    verify(&to_json(log).unwrap(), &vkey())
}

#[test]
fn a_log_as_it_was_made_holds_and_says_what_was_not_checked() {
    let log = log_with(&STORY, |_| ());
    let bytes = to_json(&log).unwrap();
    assert!(recognise(&bytes) && !recognise(b"{\"seq\":0}\n{\"seq\":1}\n") && !recognise(b"[]"));
    let report = verify(&bytes, &vkey());
    assert!(report.ok(), "{report}");
    assert_eq!(report.checkpoint.as_ref().unwrap().size, 8);
    for named in ["5:", "7:", "8:", "10:", "11:", "not provable"] {
        assert!(report.not_checked.iter().any(|line| line.starts_with(named)), "{named}");
    }
    assert_eq!(bytes, to_json(&serde_json::from_slice(&bytes).unwrap()).unwrap(), "one spelling");
    let stranger = SigningKey::from_seed(ORIGIN, &[8; 32]).unwrap().verifying_key(SignatureKind::Note);
    assert_eq!(failed(&verify(&bytes, &stranger)), ["1 signature", "2 key", "4 inclusion"]);
    assert_eq!(failed(&verify(b"{}", &vkey())), ["0 form"]);
}

#[test]
fn an_entry_gives_its_row_and_an_item_its_beginning() {
    let log = log_with(&STORY, |_| ());
    for row in &log.content.rows {
        let local = |_, zone: &str| {
            assert_eq!(zone, "Europe/Berlin");
            row.occurred_at_local.clone()
        };
        // The handle is the person's, of whom the entry has the id alone.
        let made = LoggedEvent { actor_handle: String::new(), ..row.clone() };
        assert_eq!(row_of(&row.entry, row.openings.clone(), ("INC-2026-0001", "UTC"), local), Some(made));
        assert!(without_names(row.openings.clone()).iter().all(|opening| opening.field != ACTOR_NAME));
    }
    assert!(
        row_of(&log.export.entry, Vec::new(), ("INC-2026-0001", "UTC"), |_, _| String::new()).is_none(),
        "not of custody"
    );
    let subject = Subject { kind: "incident".into(), id: "0198aaaa".into() };
    let draft = EntryDraft::new("0198bbbb", REGISTERED, subject, actor(0))
        .with("evidence", "item-1")
        .with("label", "EV-0001")
        .with("size", 4)
        .with("sha256", SHA)
        .with("changes", json!({"kind": {"after": "disk"}, "quantity": {"after": "2"}}));
    let bytes = draft.at(1, Hash::ZERO, AT).to_bytes().unwrap();
    let title = Text { field: "after.title".into(), salt: [0; 32], text: "Laptop of Köln".into() };
    let mut item = item_of(std::str::from_utf8(&bytes).unwrap(), &[title], "INC-2026-0001").unwrap();
    assert_eq!(
        (item.kind.as_str(), item.title.as_str(), item.quantity, item.size_bytes),
        ("disk", "Laptop of Köln", 2, Some(4))
    );
    for (event, holds) in [("hold_placed", 1), ("hold_placed", 2), ("hold_released", 1), ("moved", 1)] {
        happened(&mut item, event);
        assert_eq!(item.holds, holds);
    }
    happened(&mut item, "returned");
    assert_eq!(item.status, "returned");
    let acquisition = acquisition_of(std::str::from_utf8(&bytes).unwrap(), &[]).unwrap();
    assert_eq!((acquisition.item.as_str(), acquisition.image_hash.as_str()), ("EV-0001", SHA));
}

/// Other values of the same form.
fn others(value: &Value) -> Vec<Value> {
    match value {
        Value::String(text) => {
            let mut flipped: Vec<char> = text.chars().collect();
            if let Some(last) = flipped.iter_mut().rev().find(|c| c.is_ascii_alphanumeric()) {
                *last = if *last == '7' { '3' } else { '7' };
            }
            vec![json!(flipped.into_iter().collect::<String>()), json!(format!("{text}x")), json!("")]
                .into_iter()
                .filter(|other| other != value)
                .collect()
        }
        Value::Number(number) => vec![json!(number.as_i64().unwrap() + 1)],
        Value::Bool(flag) => vec![json!(!flag), Value::Null],
        _ => vec![json!("2026-09-21T14:00:00Z"), json!(true)],
    }
}

#[test]
fn whatever_value_is_changed_the_log_does_not_hold() {
    let whole = serde_json::to_value(log_with(&STORY, |_| ())).unwrap();
    let mut tried = 0;
    for place in &places(&whole, String::new()) {
        let was = whole.pointer(place).unwrap();
        if was.is_object() || was.is_array() {
            continue;
        }
        for other in others(was) {
            let mut forged = whole.clone();
            *forged.pointer_mut(place).unwrap() = other.clone();
            let report = verify(&serde_json::to_vec(&forged).unwrap(), &vkey());
            assert!(!report.ok(), "{place}: {was} may become {other}");
            tried += 1;
        }
    }
    assert!(tried > 500, "{tried}");
    for list in ["/content/rows", "/content/items", "/content/acquisitions", "/proofs", "/content/rows/1/openings"] {
        let mut forged = whole.clone();
        forged.pointer_mut(list).unwrap().as_array_mut().unwrap().pop();
        assert!(!verify(&serde_json::to_vec(&forged).unwrap(), &vkey()).ok(), "{list}");
    }
}

#[test]
fn a_server_that_lies_in_a_row_is_found_out_by_the_entry() {
    type Lie = fn(&mut Content);
    let lies: [(&str, Lie); 17] = [
        ("event_id", |content| content.rows[1].event_id.push('x')),
        ("item", |content| content.rows[1].item.push('x')),
        ("item_id", |content| content.rows[1].item_id.push('x')),
        ("event", |content| content.rows[1].event = "unsealed".into()),
        ("occurred_at_utc", |content| content.rows[1].occurred_at_utc = Timestamp::from_micros(AT)),
        ("occurred_at_local", |content| content.rows[1].occurred_at_local = "2026-09-21T14:00:00+02:00".into()),
        ("tz", |content| content.rows[1].tz = "UTC".into()),
        ("recorded_at_utc", |content| content.rows[1].recorded_at_utc = Timestamp::from_micros(AT)),
        ("delay_s", |content| content.rows[1].delay_s = 1),
        ("actor_id", |content| content.rows[1].actor_id.push('x')),
        ("actor_name", |content| content.rows[1].actor_name = "Ben".into()),
        ("released_by", |content| content.rows[1].released_by = "Ben".into()),
        ("purpose", |content| content.rows[1].purpose.push('x')),
        ("seal_no", |content| content.rows[1].seal_no = "S-18".into()),
        ("hash", |content| content.rows[0].hash.replace_range(..1, "0")),
        ("hash_ok", |content| content.rows[0].hash_ok = Some(false)),
        ("leaf_hash", |content| content.rows[1].leaf_hash = Hash::ZERO),
    ];
    for (column, lie) in lies {
        let report = check(&log_with(&STORY, lie));
        assert!(failed(&report).contains(&"4 rows"), "{column}: {report}");
        let bad = report.first_bad.unwrap();
        assert!(bad.reason.ends_with(&format!(" in {column}")), "{column}: {bad}");
    }
    let report = check(&log_with(&STORY, |content| content.rows[2].openings[1].salt[3] ^= 1));
    assert_eq!(failed(&report), ["4 rows", "12 commitments"]);
    let report = check(&log_with(&STORY, |content| content.rows.swap(1, 2)));
    assert!(failed(&report).contains(&"6 times"), "{report}");
    let report = check(&log_with(&STORY, |content| content.items[0].sha256.replace_range(..1, "0")));
    assert_eq!(failed(&report), ["11 custody"]);
    let report = check(&log_with(&STORY, |content| content.items.clear()));
    assert_eq!(failed(&report), ["4 rows"]);
    // A row is of the incident that its item is of, and all rows about one incident name the same.
    let report = check(&log_with(&STORY, |content| content.rows[1].incident = "INC-2026-0002".into()));
    assert_eq!(failed(&report), ["4 rows"]);
    assert!(report.first_bad.unwrap().reason.contains("another incident"));
}

#[test]
fn a_log_from_before_rows_named_their_incident_is_still_checked() {
    let older = include_str!("../data/evidence-log-1.json");
    let report = verify(older.as_bytes(), &vkey());
    assert!(report.ok(), "{report}");
    // Neither version passes for the other.
    let newer = older.replace(SCHEMA_WITHOUT_INCIDENTS, SCHEMA);
    assert_eq!(failed(&verify(newer.as_bytes(), &vkey())), ["4 rows"]);
    let log = String::from_utf8(to_json(&log_with(&STORY, |_| ())).unwrap()).unwrap();
    assert_eq!(failed(&verify(log.replace(SCHEMA, SCHEMA_WITHOUT_INCIDENTS).as_bytes(), &vkey())), ["4 rows"]);
}

#[test]
fn names_may_be_left_out_and_the_rest_still_holds() {
    let report = check(&log_with(&STORY, |content| {
        content.names = false;
        for row in &mut content.rows {
            row.actor_name.clear();
            row.openings.retain(|opening| opening.field != ACTOR_NAME);
        }
    }));
    assert!(report.ok(), "{report}");
}

#[test]
fn an_item_begins_with_its_collection_and_ends_once() {
    for story in [&["sealed", "collected"][..], &["collected", "collected"], &["collected", "disposed", "sealed"]] {
        assert_eq!(failed(&check(&log_with(story, |_| ()))).last(), Some(&"11 custody"), "{story:?}");
    }
    assert!(check(&log_with(&["collected", "returned", "corrected"], |_| ())).ok());
    let twice = check(&log_with(&STORY, |content| content.rows.insert(1, content.rows[0].clone())));
    assert!(failed(&twice).contains(&"11 custody"), "{twice}");
    let period = log_with(&["sealed", "moved"], |content| {
        content.scope = LogSubject::Period { from: Timestamp::from_seconds(0), to: Timestamp::from_seconds(1) };
    });
    assert!(check(&period).ok(), "{}", check(&period));
}

#[test]
fn a_spreadsheet_gets_all_columns_and_no_formula() {
    let content = log_with(&STORY, |content| content.rows[1].delay_s = -5).content;
    let bytes = to_csv(&content, true).unwrap();
    let text = std::str::from_utf8(&bytes).unwrap().strip_prefix('\u{feff}').unwrap();
    assert!(text.starts_with("seq,event_id,incident,item,event,occurred_at_utc,") && text.ends_with("\r\n"));
    assert_eq!(text.lines().next().unwrap(), COLUMNS.join(","));
    assert_eq!(to_csv(&content, false).unwrap(), text.as_bytes());
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), STORY.len());
    let cell =
        |row: usize, name: &str| rows[row][COLUMNS.iter().position(|column| *column == name).unwrap()].to_owned();
    assert_eq!(cell(0, "purpose"), "'=HYPERLINK(\"x\")");
    assert_eq!(cell(0, "notes"), TEXTS[2].1);
    assert_eq!(
        (cell(1, "delay_s"), cell(0, "hash_ok"), cell(1, "hash_ok")),
        ("-5".into(), "true".into(), String::new())
    );
    for start in ["=1", "+a", "-a", "@a", "\ta", "\ra"] {
        let content = log_with(&STORY, |content| content.rows[0].notes = start.into()).content;
        let text = String::from_utf8(to_csv(&content, false).unwrap()).unwrap();
        assert!(text.contains(&format!("'{start}")), "{start:?}");
    }
}

/// Holds a value against the part of JSON Schema that ours uses; the first place that does not fit.
fn misfit(root: &Value, schema: &Value, value: &Value, at: &str) -> Option<String> {
    if let Some(name) = schema["$ref"].as_str() {
        return misfit(root, root.pointer(name.trim_start_matches('#')).unwrap(), value, at);
    }
    if let Some(choices) = schema["oneOf"].as_array() {
        let fitting = choices.iter().filter(|choice| misfit(root, choice, value, at).is_none()).count();
        return (fitting != 1).then(|| format!("{at}: fits {fitting} of the choices"));
    }
    if schema.get("const").is_some_and(|wanted| wanted != value) {
        return Some(format!("{at}: not the constant"));
    }
    if schema["enum"].as_array().is_some_and(|values| !values.contains(value)) {
        return Some(format!("{at}: not among the values"));
    }
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let kinds = match &schema["type"] {
        Value::Array(kinds) => kinds.clone(),
        one => vec![one.clone()],
    };
    if !kinds.contains(&json!(kind)) && !kinds.contains(&Value::Null) {
        return Some(format!("{at}: a {kind}"));
    }
    match value {
        Value::Array(list) => {
            list.iter().enumerate().find_map(|(n, one)| misfit(root, &schema["items"], one, &format!("{at}/{n}")))
        }
        Value::Object(map) => {
            let known = schema["properties"].as_object().unwrap();
            let required: Vec<&str> =
                schema["required"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
            let missing = required.iter().find(|name| !map.contains_key(**name));
            missing.map(|name| format!("{at}: lacks {name}")).or_else(|| {
                map.iter().find_map(|(name, value)| match known.get(name) {
                    None => Some(format!("{at}: has {name}")),
                    Some(schema) => misfit(root, schema, value, &format!("{at}/{name}")),
                })
            })
        }
        _ => None,
    }
}

#[test]
fn the_schema_describes_the_file() {
    let schema: Value = serde_json::from_str(include_str!(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../docs/schema/evidence-log.schema.json"
    )))
    .unwrap();
    assert_eq!(schema["properties"]["schema"]["const"], SCHEMA);
    let period = |content: &mut Content| {
        content.scope = LogSubject::Period { from: Timestamp::from_seconds(0), to: Timestamp::from_seconds(1) };
        content.items[0].size_bytes = None;
    };
    let incident = |content: &mut Content| content.scope = LogSubject::Incident { incident: "INC-2026-0001".into() };
    for log in [log_with(&STORY, |_| ()), log_with(&STORY, period), log_with(&STORY, incident)] {
        assert_eq!(misfit(&schema, &schema, &serde_json::to_value(&log).unwrap(), ""), None);
    }
    // And nothing else: every object closed, every field of ours required.
    let mut log = serde_json::to_value(log_with(&STORY, |_| ())).unwrap();
    log["content"]["rows"][0]["more"] = json!(1);
    assert_eq!(misfit(&schema, &schema, &log, "").as_deref(), Some("/content/rows/0: has more"));
    let row = &schema["$defs"]["row"];
    assert_eq!(row["properties"].as_object().unwrap().len(), row["required"].as_array().unwrap().len());
    for column in COLUMNS {
        assert!(row["properties"].get(column).is_some(), "{column}");
    }
}

#[test]
fn a_log_from_before_there_were_handles_is_still_read() {
    let mut log = serde_json::to_value(log_with(&STORY, |_| ())).unwrap();
    for row in log["content"]["rows"].as_array_mut().unwrap() {
        assert!(row.as_object_mut().unwrap().remove("actor_handle").is_some());
    }
    let read: EvidenceLog = serde_json::from_value(log).unwrap();
    assert!(read.content.rows.iter().all(|row| row.actor_handle.is_empty()));
}

#[test]
fn the_example_beside_the_schema_is_such_a_file() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/schema/evidence-log.example.json");
    let bytes = to_json(&log_with(&STORY, |_| ())).unwrap();
    if std::env::var_os("HOLDFAST_WRITE_EXAMPLE").is_some() {
        std::fs::write(path, &bytes).unwrap();
    }
    assert!(std::fs::read(path).unwrap() == bytes, "run this test with HOLDFAST_WRITE_EXAMPLE=1 and look at it");
}

/// What common tools say, where they are; with CI set they must be.
fn shell(folder: &std::path::Path, arguments: &[&str]) -> Option<String> {
    let output = std::process::Command::new("sh").args(arguments).current_dir(folder).output().unwrap();
    let has_openssl = std::process::Command::new("openssl").arg("version").output().is_ok();
    if !has_openssl {
        assert!(std::env::var_os("CI").is_none(), "CI must have openssl");
        return None;
    }
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(String::from_utf8(output.stdout).unwrap())
}

#[test]
fn openssl_and_sha256sum_come_to_the_same_without_us() {
    let log = log_with(&STORY, |_| ());
    let folder = tempfile::tempdir().unwrap();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/verify.sh");
    let (row, proof) = (&log.content.rows[2], &log.proofs[2]);
    let checkpoint = Note::parse(log.checkpoint.as_bytes()).unwrap();
    let file = TlogProof { extra: None, index: row.seq, hashes: proof.clone(), checkpoint };
    for (name, bytes) in [("checkpoint", &log.checkpoint), ("entry.json", &row.entry), ("proof", &file.to_string())] {
        std::fs::write(folder.path().join(name), bytes).unwrap();
    }
    let Some(said) = shell(folder.path(), &[script, &log.vkey, "checkpoint", "entry.json"]) else { return };
    assert!(said.contains(&format!("leaf: {}", row.leaf_hash)), "{said}");
    assert!(said.contains("8 entries"), "{said}");
    let said = shell(folder.path(), &[script, &log.vkey, "proof", "entry.json"]).unwrap();
    assert!(said.contains("included: entry 3"), "{said}");
    let hash = shell(folder.path(), &["-c", "{ printf '\\000'; cat entry.json; } | sha256sum"]).unwrap();
    assert!(hash.starts_with(&row.leaf_hash.to_string()), "{hash}");
}
