//! DFIR-IRIS: the published case export is read without loss, and nothing that is not one gets in.

use std::path::Path;

use holdfast_domain::{
    asset::{AssetKind, Compromise},
    event::Lane,
    incident::{Disposition, Severity},
    indicator::IndicatorKind,
    marking::Tlp,
    time::Precision,
};
use holdfast_interop::{
    SHORTENED,
    iris::{IrisCase, read},
};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::{assert_acceptable, now, places, with};

fn bytes() -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/iris-case-export.json")).unwrap()
}

fn file() -> Value {
    serde_json::from_slice(&bytes()).unwrap()
}

/// Everything that comes of a case is what the domain accepts, and kept as it is.
fn assert_case(case: &IrisCase) {
    assert_acceptable([case.incident()]);
    assert_acceptable(case.event_fields(now()));
    assert_eq!(case.event_fields(now()).len(), case.events.len());
    assert_acceptable(case.asset_fields());
    assert_acceptable(case.indicator_fields());
}

fn case_of(sections: Value) -> IrisCase {
    let data = with(json!({"case": {"name": "A case"}}), sections);
    let case = read(data.to_string().as_bytes()).unwrap();
    assert_case(&case);
    case
}

fn event(more: Value) -> Value {
    with(json!({"event_id": 1, "event_title": "Seen", "event_date": "2024-03-06T03:33:00"}), more)
}

#[test]
fn the_published_export_is_read_whole() {
    let case = read(&bytes()).unwrap();
    assert_case(&case);
    let data = &file()["data"];
    let count = |section: &str| data[section].as_array().unwrap().len();
    assert_eq!(
        (case.events.len(), case.assets.len(), case.indicators.len(), case.tasks.len()),
        (count("timeline"), count("assets"), count("iocs"), count("tasks"))
    );
    assert_eq!((case.evidence.len(), case.case_notes.len(), case.comments.len()), (2, 1, 0));
    let incident = case.incident();
    assert_eq!(incident.title, "#1 - Dummy name");
    assert_eq!((incident.severity, incident.disposition), (Severity::Sev3, Disposition::Unknown));
    assert_eq!(incident.category.to_string(), "other/other");
    for words in [
        "Dummy description",
        "- Customer: irisinitialclient300",
        "- Opened: 2024-03-18",
        "- Tags: tag1, tag2",
        "- Ticket: soc\\_id\\_demo",
        "- Exported: 2024-03-27T17:37:26.516383",
        "- State: Open",
        "- Owner: administrator",
    ] {
        assert!(incident.summary.contains(words), "{words} in {}", incident.summary);
    }
    assert_eq!(case.notes, ["/data/case/alerts: not taken: [22,20,46,142,118,140,68,94,116,70,92,44]"]);
}

#[test]
fn original_dates_and_authors_stay_with_each_thing() {
    let case = read(&bytes()).unwrap();
    let events = case.event_fields(now());
    let first = events[0].occurred.as_ref().unwrap();
    assert_eq!((first.at.to_string(), first.precision), ("2023-03-26T03:00:30Z".to_owned(), Precision::Exact));
    assert_eq!(first.original.as_deref(), Some("2023-03-26T03:00:30+00:00"));
    assert!(events[0].in_report && events[0].source == "Test Source" && events[0].lane == Lane::Attack);
    assert!(events[0].description.contains("- Last edited in DFIR-IRIS by: administrator"));
    assert!(events[0].description.starts_with("This is a test alert\n\n- Tags: defender"));
    let asset = &case.asset_fields()[0];
    assert_eq!((asset.kind, asset.compromise), (AssetKind::Workstation, Compromise::Confirmed));
    assert_eq!((asset.name.as_str(), asset.identifier.as_str()), ("myasset", "1.1.1.1"));
    assert!(asset.notes.contains("Linux - Computer") && asset.notes.contains("2024-03-18T08:35:53.550141"));
    let indicators = case.indicator_fields();
    assert_eq!(
        indicators.iter().map(|one| one.kind).collect::<Vec<_>>(),
        [IndicatorKind::Other, IndicatorKind::Other, IndicatorKind::Sha256, IndicatorKind::Sha256]
    );
    assert!(indicators[0].description.contains("“authentihash”, a kind that is not known"));
    assert!(indicators[2].description.contains("- Added in DFIR-IRIS by: administrator"));
    let task = &case.tasks[0];
    assert_eq!((task.title.as_str(), task.status.as_str()), ("dasas", "In progress"));
    assert_eq!((task.assignees.clone(), task.closed.is_none()), (vec!["administrator".to_owned()], true));
    assert_eq!(task.opened.as_ref().unwrap().text, "2024-03-18T09:36:19.705123");
    let evidence = &case.evidence[0];
    assert_eq!(
        (evidence.name.as_str(), evidence.size, evidence.algorithm),
        ("dummy file", Some(77_143), Some("sha256"))
    );
    assert_eq!(evidence.hash, "c417b856459bc5d82e4e6c35f8dcc0c01a20ccf1a1f9ab8240a2870204b9a966");
    assert_eq!((evidence.author.as_str(), evidence.added.as_ref().unwrap().at().is_some()), ("administrator", true));
    let note = &case.case_notes[0];
    assert_eq!((note.title.as_str(), note.directory.as_str()), ("New note", "Dummy title"));
    assert_eq!((note.content.as_str(), note.author.as_str()), ("Super note\n\n# hey hey", "administrator"));
}

#[test]
fn a_time_is_taken_as_typed_with_its_zone_and_a_contradiction_is_noted() {
    let case = case_of(json!({"timeline": [
        event(json!({"event_date_wtz": "2024-03-06T05:33:00", "event_tz": "+02:00"})),
        event(json!({"event_id": 2, "event_date_wtz": "2024-03-06T09:00:00", "event_tz": "+02:00"})),
        event(json!({"event_id": 3, "event_tz": "Europe/Paris", "event_date_wtz": "2024-03-06T04:33:00"})),
        event(json!({"event_id": 4, "event_date": "1970-01-01T12:05:00"})),
        event(json!({"event_id": 5, "event_date": "next week", "event_title": ""})),
        event(json!({"event_id": 6, "event_date": "2199-01-01T00:00:00"})),
    ]}));
    let events = case.event_fields(now());
    let at = |n: usize| events[n].occurred.as_ref().map(|stated| stated.at.to_string()).unwrap_or_default();
    assert_eq!(
        [at(0), at(1), at(2), at(3)],
        ["2024-03-06T03:33:00Z", "2024-03-06T07:00:00Z", "2024-03-06T03:33:00Z", ""]
    );
    assert_eq!(case.notes.len(), 1);
    assert!(case.notes[0].starts_with("/timeline/1: the two times differ"), "{:?}", case.notes);
    for (n, words) in
        [(3, "the date is not known"), (4, "next week; not a time"), (5, "2199-01-01T00:00:00Z; lies in the future")]
    {
        assert!(events[n].description.contains(words), "{}", events[n].description);
    }
    assert_eq!(events[4].title, "Event 5", "of what has no title");
}

#[test]
fn kinds_of_indicators_are_ours_where_we_have_them() {
    let ioc = |id: u64, kind: &str, value: &str, tlp: &str| json!({"ioc_id": id, "type_name": kind, "ioc_value": value, "tlp_name": tlp});
    let case = case_of(json!({"iocs": [
        ioc(1, "ip-any", "198.51.100.7", "red"),
        ioc(2, "domain", "Evil[.]Example", "white"),
        ioc(3, "filename|md5", "a  b.exe|5D41402ABC4B2A76B9719D911017C592", "amber+strict"),
        ioc(4, "ip-dst|port", "198.51.100.8|443", "purple"),
        ioc(5, "md5", "not one", ""),
        ioc(6, "domain", "evil.example", "green"),
        ioc(7, "regkey", "HKLM\\Software\\Run", "green"),
    ]}));
    let read: Vec<_> = case.indicator_fields().into_iter().map(|one| (one.kind, one.value, one.tlp)).collect();
    let kept = |kind, value: &str, tlp| (kind, value.to_owned(), tlp);
    assert_eq!(
        read,
        [
            kept(IndicatorKind::Ipv4, "198.51.100.7", Tlp::Red),
            kept(IndicatorKind::Domain, "evil.example", Tlp::Green),
            kept(IndicatorKind::Filename, "a  b.exe", Tlp::AmberStrict),
            kept(IndicatorKind::Md5, "5d41402abc4b2a76b9719d911017c592", Tlp::AmberStrict),
            kept(IndicatorKind::Ipv4, "198.51.100.8", Tlp::Amber),
            kept(IndicatorKind::Other, "not one", Tlp::Amber),
            kept(IndicatorKind::RegistryKey, "HKEY_LOCAL_MACHINE\\Software\\Run", Tlp::Green),
        ]
    );
    let words: Vec<String> = case.indicator_fields().into_iter().map(|one| one.description).collect();
    assert!(words[4].contains("198.51.100.8\\|443") && words[4].contains("TLP in DFIR-IRIS: purple"), "{}", words[4]);
    assert!(words[5].contains("“md5”, which it cannot be: 32 hexadecimal digits"), "{}", words[5]);
}

#[test]
fn an_asset_that_is_there_twice_is_kept_once_and_compromised_if_either_is() {
    let asset = |id: u64, state: &str| json!({"asset_id": id, "asset_name": "DC1", "type": "Windows - DC", "asset_compromise_status": state});
    let case = case_of(json!({"assets": [asset(1, "To Be Determined"), asset(2, "Compromised")]}));
    let assets = case.asset_fields();
    assert_eq!((assets.len(), assets[0].compromise, assets[0].kind), (1, Compromise::Confirmed, AssetKind::Server));
    assert!(assets[0].notes.contains("To Be Determined") && assets[0].notes.contains("Compromise: Compromised"));
}

#[test]
fn what_the_case_says_of_itself_is_mapped_or_told() {
    let value = json!({"case": {"name": "x", "severity": {"severity_name": "Critical"}, "status_name": "true_positive_with_impact",
        "classification": {"name": "malicious-code:ransomware"}, "closing_note": "Paid nothing.", "custom_attributes": {"a": 1},
        "protagonists": [{"role": "victim", "name": "Ann"}], "owner": {"id": 7, "user_name": "Bob"}},
        "notes": [
            {"note_id": 1, "note_user": 7, "comments": [{"comment_text": "No", "user": {"user_name": "Cy"}, "comment_date": "2024-01-01T10:00:00"}]},
            {"note_id": 2, "note_user": 8}],
        "comments": [{"comment_id": 1, "comment_text": "Well", "comment_by": "Dee"}], "surprise": [1]});
    let case = read(value.to_string().as_bytes()).unwrap();
    assert_case(&case);
    let incident = case.incident();
    assert_eq!((incident.severity, incident.disposition), (Severity::Sev1, Disposition::TruePositive));
    assert_eq!(incident.category.to_string(), "malicious-code");
    for words in ["## Closing note\n\nPaid nothing.", "Classification: malicious-code:ransomware", "People: victim Ann"]
    {
        assert!(incident.summary.contains(words), "{words} in {}", incident.summary);
    }
    assert_eq!(case.case_notes.iter().map(|note| note.author.as_str()).collect::<Vec<_>>(), ["Bob", "user 8"]);
    assert_eq!((case.case_notes[0].comments[0].author.as_str(), case.comments[0].author.as_str()), ("Cy", "Dee"));
    assert_eq!(case.notes, ["/case/custom_attributes: not taken: {\"a\":1}", "/surprise: not taken: [1]"]);
}

#[test]
fn what_an_event_carries_is_kept_and_cannot_break_out() {
    let case = case_of(json!({
        "iocs": [{"ioc_id": 9, "type_name": "md5", "ioc_value": "x"}],
        "timeline": [
            event(json!({"event_title": "a\u{0}\u{202E}b\n".repeat(99), "event_content": "y".repeat(40_000), "event_raw": "~~~\n<b>~~~~",
                "category": "Remediation", "event_is_flagged": true, "assets": ["myasset (Linux)"],
                "iocs": [{"ioc_id": 9, "ioc_value": "x", "type": "md5"}]})),
            event(json!({"event_id": 2, "event_raw": {"k": "v"}})),
        ],
        "assets": [{"asset_id": 1, "asset_name": "h\u{0}".repeat(500), "asset_domain": "corp.example", "asset_description": "z".repeat(30_000)}],
    }));
    let events = case.event_fields(now());
    assert!(events[0].title.ends_with(SHORTENED) && events[0].title.starts_with("a\\u{0}\\u{202E}b a"));
    assert_eq!(events[0].lane, Lane::Response);
    for words in [SHORTENED, "~~~~~\n~~~\n<b>~~~~\n~~~~~", "Flagged", "Assets: myasset (Linux)", "Indicators: x"] {
        assert!(events[0].description.contains(words), "{words}");
    }
    assert!(events[1].description.contains("~~~\n{\"k\":\"v\"}\n~~~"));
    assert_eq!(case.asset_fields()[0].identifier, "corp.example");
}

#[test]
fn what_is_no_export_is_refused_with_its_place() {
    let text = |text: &str| read(text.as_bytes()).unwrap_err();
    assert_eq!(text("{\n \"data\": tru").place, "line 2, column 12");
    assert!(text(&format!("{{\"data\": {}", "{\"a\":".repeat(10_000))).reason.contains("recursion limit"));
    let case = json!({"name": "x"});
    let fault = |value: Value| read(value.to_string().as_bytes()).unwrap_err().to_string();
    let one = |section: &str, member: Value| json!({"data": {"case": case, section: [member]}});
    for (value, said) in [
        (json!({}), "“case” is missing."),
        (json!({"data": []}), "/data: This should be an object; it is a list."),
        (json!({"data": {"case": {}}}), "/data/case: “name” is missing."),
        (json!({"data": {"case": case, "timeline": {}}}), "/data/timeline: This should be a list; it is an object."),
        (one("timeline", json!({})), "/data/timeline/0: “event_id” is missing."),
        (one("timeline", json!({"event_id": 1})), "/data/timeline/0: “event_date” is missing."),
        (
            one("timeline", event(json!({"event_in_summary": "yes"}))),
            "/data/timeline/0/event_in_summary: This should be true or false; it is a text.",
        ),
        (
            one("timeline", event(json!({"iocs": [{"ioc_id": 4}]}))),
            "/data/timeline/0/iocs/0/ioc_id: There is no indicator of this number in the export.",
        ),
        (one("iocs", json!({"ioc_id": 1, "type_name": "md5"})), "/data/iocs/0: “ioc_value” is missing."),
        (
            one("assets", json!({"asset_id": 1e30})),
            "/data/assets/0/asset_id: This should be a whole number of 0 or more; it is a number.",
        ),
        (
            one("evidences", json!({"id": 1, "filename": "x", "file_size": -5})),
            "/data/evidences/0/file_size: This should be a whole number of 0 or more; it is a number.",
        ),
        (
            one("tasks", json!({"id": 1, "task_title": ["x"]})),
            "/data/tasks/0/task_title: This should be a text; it is a list.",
        ),
        (
            json!({"case": case, "notes": [{"note_id": 1}, {"note_id": 1}]}),
            "/notes/1/note_id: Another one has this number.",
        ),
        (json!({"case": case, "notes": vec![0; 10_001]}), "/notes: There are 10001 here; at most 10000 are read."),
    ] {
        assert_eq!(fault(value), said);
    }
    let whole = bytes();
    for end in (0..whole.len() - 5).step_by(211) {
        assert!(read(&whole[..end]).unwrap_err().place.starts_with("line "), "cut at {end}");
    }
}

#[test]
fn whatever_value_of_the_export_is_changed_it_is_read_or_refused() {
    let mut file = file();
    file["data"]["timeline"].as_array_mut().unwrap().truncate(1);
    file["data"]["tasks"].as_array_mut().unwrap().truncate(1);
    for place in places(&file, String::new()) {
        for put in [
            json!(null),
            json!(-1),
            json!(1e300),
            json!("\u{0}\u{202E}"),
            json!([[]]),
            json!({"a": {"b": []}}),
            json!(true),
        ] {
            let mut changed = file.clone();
            *changed.pointer_mut(&place).unwrap() = put;
            match read(changed.to_string().as_bytes()) {
                Ok(case) => assert_case(&case),
                Err(fault) => assert!(!fault.reason.is_empty(), "{place}"),
            }
        }
    }
}

proptest! {
    #[test]
    fn whatever_a_case_says_its_fields_are_acceptable(
        texts in prop::collection::vec(prop_oneof![".{0,40}", "(?s).{0,600}", Just("[_~*]".repeat(6_000))], 12),
        kind in "(md5|url|ip-dst\\|port|filename\\|sha256|\\PC{1,9})",
        time in "([0-9]{4}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9](\\.[0-9]{1,6})?|\\PC{1,20})",
        zone in "([+-][01][0-9]:[0-5]0|.{0,6})",
    ) {
        let t = |n: usize| texts[n].as_str();
        let value = json!({"case": {"name": t(0), "description": t(1), "closing_note": t(2), "soc_id": t(3), "severity": {"severity_name": t(4)}},
            "timeline": [event(json!({"event_title": t(5), "event_content": t(6), "event_raw": t(7), "event_tags": t(8), "event_source": t(9),
                "event_date": time, "event_date_wtz": time, "event_tz": zone, "assets": [t(10)], "category": t(11)}))],
            "iocs": [{"ioc_id": 1, "type_name": kind, "ioc_value": t(3), "ioc_description": t(1), "ioc_tags": t(2), "tlp_name": t(4)}],
            "assets": [{"asset_id": 1, "asset_name": t(2), "asset_ip": t(5), "asset_domain": t(6), "asset_info": t(7), "asset_tags": t(8)}]});
        if let Ok(case) = read(value.to_string().as_bytes()) {
            assert_case(&case);
        }
    }

    #[test]
    fn arbitrary_bytes_are_no_export(bytes in any::<Vec<u8>>()) {
        prop_assert!(read(&bytes).is_err());
    }
}
