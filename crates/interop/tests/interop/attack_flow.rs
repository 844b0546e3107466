//! Attack Flow: the whole public corpus is read without loss, and nothing that is not a flow gets in.

mod bundle;

use std::{collections::BTreeSet, path::Path};

use holdfast_domain::{asset::AssetKind, event::Lane, indicator::IndicatorKind, technique, time::Precision};
use holdfast_interop::{
    SHORTENED,
    attack_flow::{Flow, read},
    moment::Meaning,
};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::{assert_acceptable, now, with};

/// Each file of the corpus and how many actions it has.
const CORPUS: &[(&str, usize)] = &[
    ("cisa-aa22-138b-vmware-workspace-ta1", 10),
    ("cisa-iranian-apt", 23),
    ("cobalt-kitty-campaign", 27),
    ("conti-cisa-alert", 18),
    ("dfir-bumblebee-round-2", 19),
    ("equifax-breach", 12),
    ("fin13-case-1", 40),
    ("gootloader", 36),
    ("hancitor-dll", 23),
    ("jp-morgan-breach", 12),
    ("maastricht-university-ransomware", 18),
    ("mitre-nerve", 33),
    ("muddy-water", 28),
    ("notpetya", 23),
    ("oceanlotus", 23),
    ("ragnar-locker", 19),
    ("shamoon", 23),
    ("solarwinds", 33),
    ("sony-malware", 18),
    ("target-breach", 17),
    ("uber-breach", 8),
    ("whispergate", 19),
];

fn bytes(name: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/data/attack-flow/{name}.json"))).unwrap()
}

fn corpus() -> Vec<(&'static str, Flow)> {
    CORPUS.iter().map(|(name, _)| (*name, read(&bytes(name)).unwrap())).collect()
}

/// Everything that comes of a flow is what the domain accepts, and kept as it is.
fn assert_flow(flow: &Flow) {
    assert_acceptable([flow.incident()]);
    assert_acceptable(flow.events(now()));
    assert_eq!(flow.events(now()).len(), flow.actions.len());
    assert_acceptable(flow.asset_fields());
    assert_acceptable(flow.vulnerability_fields());
    assert_acceptable(flow.indicator_fields());
}

fn step(n: u64, more: Value) -> Value {
    with(json!({"n": n, "kind": "action", "name": format!("Step {n}")}), more)
}

fn flow(steps: Vec<Value>) -> Value {
    json!({"name": "A flow", "description": "What happened", "steps": steps})
}

fn flow_of(steps: Vec<Value>) -> Flow {
    let flow = read(flow(steps).to_string().as_bytes()).unwrap();
    assert_flow(&flow);
    flow
}

fn fault(value: &Value) -> String {
    read(value.to_string().as_bytes()).unwrap_err().to_string()
}

#[test]
fn every_file_of_the_corpus_gives_as_many_events_as_it_has_actions() {
    let mut all = 0;
    for ((name, count), (_, flow)) in CORPUS.iter().zip(corpus()) {
        let file: Value = serde_json::from_slice(&bytes(name)).unwrap();
        let written: Vec<&Value> =
            file["steps"].as_array().unwrap().iter().filter(|step| step["kind"] == "action").collect();
        let titles: Vec<String> = flow.events(now()).into_iter().map(|event| event.title).collect();
        let names: Vec<String> = written
            .iter()
            .map(|step| step["name"].as_str().unwrap().split_whitespace().collect::<Vec<_>>().join(" "))
            .collect();
        assert_eq!((written.len(), titles.len()), (*count, *count), "{name}");
        assert_eq!(titles, names, "{name}: in the order of n");
        assert_flow(&flow);
        all += count;
    }
    assert_eq!(all, 482);
    let kept = std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/attack-flow")).unwrap();
    assert_eq!(kept.count(), CORPUS.len());
}

#[test]
fn techniques_are_those_that_are_shipped_and_the_others_are_told_in_words() {
    let (mut mapped, mut without, mut unknown) = (0, 0, BTreeSet::new());
    for (name, flow) in corpus() {
        for (action, event) in flow.actions.iter().zip(flow.events(now())) {
            match (&action.technique, event.techniques.as_slice()) {
                (None, []) => without += 1,
                (Some(id), [one]) => {
                    assert_eq!((id, technique::find(id).is_some()), (&one.technique, true), "{name}");
                    assert_eq!(one.tactic, action.tactic, "{name}");
                    mapped += 1;
                }
                (Some(id), []) => {
                    let words = format!("Technique not in ATT&CK 18.1: {id}.");
                    assert!(event.description.contains(&words), "{name}: {}", event.description);
                    unknown.insert(id.clone());
                }
                (_, more) => panic!("{name}: {more:?}"),
            }
        }
    }
    assert_eq!(without, 37);
    assert_eq!(
        unknown.iter().map(String::as_str).collect::<Vec<_>>(),
        ["T0866", "T1063", "T1076", "T1183", "T1533", "T1574.002"]
    );
    let told: usize = corpus().iter().flat_map(|(_, flow)| flow.unknown_techniques()).map(|(_, n)| n).sum();
    assert_eq!(mapped + without + told, 482);
}

#[test]
fn times_of_1970_are_no_dates_and_the_others_are_as_exact_as_they_are_written() {
    let (mut dated, mut undated) = (0, 0);
    for (name, flow) in corpus() {
        for (action, event) in flow.actions.iter().zip(flow.events(now())) {
            for moment in action.at.iter().chain(&action.end) {
                match moment.meaning {
                    Meaning::Known { .. } => dated += 1,
                    Meaning::NoDate => {
                        undated += 1;
                        assert!(event.description.contains(&moment.text), "{name}: {}", event.description);
                    }
                    Meaning::Unreadable => panic!("{name}: {}", moment.text),
                }
            }
            assert_eq!(event.occurred.map(|stated| stated.at), action.at.as_ref().and_then(|moment| moment.at()));
        }
    }
    assert_eq!((dated, undated), (35, 18));
    let nerve = read(&bytes("mitre-nerve")).unwrap();
    let first = nerve.events(now()).into_iter().find_map(|event| event.occurred).unwrap();
    assert_eq!((first.at.to_string(), first.precision), ("2023-12-31T12:00:00Z".to_owned(), Precision::Hour));
    assert_eq!(first.original.as_deref(), Some("2023-12-31T12:00:00.000Z"));
}

#[test]
fn what_a_flow_names_beside_its_actions_is_kept() {
    let flow = read(&bytes("cisa-aa22-138b-vmware-workspace-ta1")).unwrap();
    assert_eq!(flow.incident().title, "CISA AA22-138B VMWare Workspace (TA1)");
    let summary = flow.summary();
    assert!(!summary.contains("\n\n\n"), "{summary}");
    for words in [
        "Threat Actor 1 exploited VMWare Workspace ONE Access",
        "Scope: incident.",
        "Apache-2.0",
        "- CISA, Alert: <https://www.cisa.gov/uscert/ncas/alerts/aa22-138b>",
        "- jtest.jsp (malware): webshell",
        "- Freemarker (software)",
    ] {
        assert!(summary.contains(words), "{words} in {summary}");
    }
    let cves: Vec<String> = flow.vulnerability_fields().into_iter().map(|one| one.cve).collect();
    assert_eq!(cves, ["CVE-2022-22954", "CVE-2022-22960"]);
    let indicators = flow.indicator_fields();
    assert_eq!((indicators[0].kind, indicators[0].value.as_str()), (IndicatorKind::Ipv4, "186.233.187.245"));
    assert_eq!(flow.asset_fields()[0].name, "VMWare Workspace ONE Access");
    assert!(flow.events(now())[1].description.contains("Involves: vulnerability CVE 2022-22954."));
    assert!(
        flow.events(now()).iter().all(|event| event.lane == Lane::Attack && event.source.starts_with("Attack Flow: "))
    );
    let nameless = flow.notes.iter().filter(|note| note.contains("“directory”")).count();
    assert_eq!((nameless, flow.notes.len()), (3, 4), "{:?}", flow.notes);
    let all = corpus();
    let count = |list: fn(&Flow) -> usize| all.iter().map(|(_, flow)| list(flow)).sum::<usize>();
    assert_eq!(count(|flow| flow.assets.len()), 87);
    assert_eq!(count(|flow| flow.vulnerabilities.len()), 14);
    assert_eq!(count(|flow| flow.software.len()), 137);
    assert_eq!(count(|flow| flow.observables.len()), 15 + 10 + 4 + 25);
    assert_eq!(count(|flow| flow.references.len()), 55);
    let told: usize =
        count(|flow| flow.actions.iter().map(|one| one.conditions.len()).sum::<usize>() + flow.outcomes.len());
    assert!(told >= 87, "every condition is told: {told}");
}

#[test]
fn the_number_gives_the_order_and_a_link_may_point_backwards() {
    let steps = vec![
        step(7, json!({"leads_to": [1]})),
        step(1, json!({"leads_to": [9, 2]})),
        json!({"n": 2, "kind": "condition", "description": "Port 443 is open", "leads_to": [3]}),
        json!({"n": 3, "kind": "OR_operator", "leads_to": [7]}),
        json!({"n": 9, "kind": "tool", "name": "Net_cat*"}),
        json!({"n": 10, "kind": "condition", "description": "Everything was lost"}),
    ];
    let flow = flow_of(steps);
    assert_eq!(flow.actions.iter().map(|one| one.order).collect::<Vec<_>>(), [1, 7]);
    assert_eq!(flow.actions[1].conditions, ["Port 443 is open"]);
    assert_eq!(flow.outcomes, ["Everything was lost"]);
    assert!(flow.events(now())[0].description.contains("Involves: tool Net\\_cat\\*."));
    assert!(flow.summary().contains("## Outcome\n\n- Everything was lost"));
}

#[test]
fn times_without_zone_in_other_zones_or_to_come_are_told_as_they_are() {
    let events = flow_of(vec![
        step(0, json!({"execution_start": "2024-01-05T02:00:00+02:00", "execution_end": "2024-01-05T00:30:00Z"})),
        step(1, json!({"execution_start": "2024-01-05T02:00", "execution_end": "2023-01-05T02:00:00Z"})),
        step(2, json!({"execution_start": "2199-01-05T02:00:00Z"})),
        step(3, json!({"execution_end": "2024-01-05T02:00:00Z"})),
        step(4, json!({"execution_start": "1970-01-01T12:05:00.000Z", "execution_end": "1970-01-01T12:19:00.000Z"})),
        step(5, json!({"execution_start": "last <Tuesday>"})),
    ])
    .events(now());
    let at = |n: usize| events[n].occurred.as_ref().map(|stated| stated.at.to_string()).unwrap_or_default();
    assert_eq!((at(0).as_str(), events[0].occurred_end.is_some()), ("2024-01-05T00:00:00Z", true));
    assert_eq!((at(1).as_str(), events[1].occurred_end), ("2024-01-05T02:00:00Z", None));
    for (n, words) in [
        (1, "no zone given, read as UTC"),
        (1, "End (as imported): 2023-01-05T02:00:00Z"),
        (2, "2199-01-05T02:00:00Z; lies in the future"),
        (3, "End (as imported): 2024-01-05T02:00:00Z"),
        (4, "Time (as imported): 1970-01-01T12:05:00.000Z; a time of day, the date is not known"),
        (4, "End (as imported): 1970-01-01T12:19:00.000Z"),
        (5, "last \\<Tuesday\\>; not a time"),
    ] {
        assert!(events[n].description.contains(words), "{n}: {}", events[n].description);
    }
    assert!(events[2..].iter().all(|event| event.occurred.is_none() && event.occurred_end.is_none()));
}

#[test]
fn what_is_too_long_or_cannot_be_seen_is_marked() {
    let flow = flow_of(vec![
        step(0, json!({"name": "é".repeat(400), "description": "x".repeat(50_000), "technique_id": "T1063"})),
        step(1, json!({"name": "a\u{0}b\u{202E}c\nd", "technique_id": "t1059.001 ", "tactic_id": "TA9999"})),
        step(2, json!({"name": "  ", "technique_id": "T1203", "confidence": 80})),
        json!({"n": 3, "kind": "asset", "name": "Mail servers\u{0}".repeat(60), "description": "y".repeat(20_000)}),
        json!({"n": 4, "kind": "url", "value": "https://evil.example/\u{202E}".to_owned() + &"z".repeat(5_000)}),
        json!({"n": 5, "kind": "vulnerability", "name": "CVE-2099-0001 ".repeat(50)}),
    ]);
    let events = flow.events(now());
    assert!(events[0].title.ends_with(SHORTENED) && events[0].description.contains(SHORTENED));
    assert!(events[0].description.contains("T1063"), "what was added is not what is cut");
    assert_eq!(events[1].title, "a\\u{0}b\\u{202E}c d");
    assert_eq!(events[1].techniques[0].technique, "T1059.001");
    assert!(events[1].description.contains("Tactic not in ATT&CK 18.1: TA9999."));
    assert_eq!(events[2].title, technique::find("T1203").unwrap().name);
    assert!(events[2].description.contains("80 of 100"));
    assert!(flow.asset_fields()[0].notes.ends_with(SHORTENED));
    assert_eq!(flow.indicator_fields()[0].kind, IndicatorKind::Other);
    assert_eq!(flow.vulnerability_fields()[0].cve, "CVE-2099-0001");
}

#[test]
fn what_is_named_twice_is_kept_once_with_both_descriptions() {
    let asset = |n: u64, words: &str| json!({"n": n, "kind": "asset", "name": "File Server", "description": words});
    let flow = flow_of(vec![asset(0, "one"), asset(1, "two"), asset(2, "one")]);
    let assets = flow.asset_fields();
    assert_eq!((assets.len(), assets[0].notes.as_str(), assets[0].kind), (1, "one\n\ntwo", AssetKind::Server));
}

#[test]
fn what_is_no_flow_is_refused_with_its_place() {
    let text = |text: &str| read(text.as_bytes()).unwrap_err();
    assert_eq!(text("{\"name\":\n  nope}").place, "line 2, column 4");
    assert!(text("{\"name\": \"a\", \"name\": \"b\"}").reason.contains("“name” is given twice"));
    assert_eq!(text("").place, "line 1, column 0");
    assert!(text(&"[".repeat(100_000)).reason.contains("recursion limit"));
    assert!(text("{\"name\": 1e999}").reason.contains("number out of range"));
    assert!(read(b"{\"name\": \"\xff\"}").unwrap_err().place.starts_with("line 1"));
    assert!(read(&vec![b' '; 16 * 1024 * 1024 + 1]).unwrap_err().reason.contains("16 MiB"));
    let one = |more: Value| flow(vec![step(0, more)]);
    for (value, said) in [
        (json!([]), "This should be an object; it is a list."),
        (json!({"steps": []}), "“name” is missing."),
        (json!({"name": 3, "steps": []}), "/name: This should be a text; it is a number."),
        (json!({"name": " ", "steps": []}), "/name: This is empty."),
        (json!({"name": "x"}), "“steps” is missing."),
        (json!({"name": "x", "steps": {}}), "/steps: This should be a list; it is an object."),
        (json!({"type": "report", "name": "x"}), "/type: This should be “bundle”, or absent."),
        (flow(vec![json!({"kind": "action"})]), "/steps/0: “n” is missing."),
        (flow(vec![json!({"n": 0})]), "/steps/0: “kind” is missing."),
        (one(json!({"n": -1})), "/steps/0/n: This should be a whole number of 0 or more; it is a number."),
        (one(json!({"n": 1.5})), "/steps/0/n: This should be a whole number of 0 or more; it is a number."),
        (flow(vec![step(0, json!({})), step(0, json!({}))]), "/steps/1/n: There is more than one step 0."),
        (one(json!({"leads_to": [5]})), "/steps/0/leads_to/0: There is no step 5."),
        (one(json!({"leads_to": "5"})), "/steps/0/leads_to: This should be a list; it is a text."),
        (one(json!({"execution_start": 5})), "/steps/0/execution_start: This should be a text; it is a number."),
        (one(json!({"confidence": 101})), "/steps/0/confidence: A confidence is a number from 0 to 100."),
        (flow((0..=10_000).map(|n| step(n, json!({}))).collect()), "/steps/10000: A flow has at most 10000 actions."),
    ] {
        assert_eq!(fault(&value), said);
    }
    let long = flow(vec![step(0, json!({"description": "x".repeat(1_000_001)}))]);
    assert!(fault(&long).starts_with("/steps/0/description: This text has more than"));
    let whole = bytes("uber-breach");
    for end in (0..whole.len() - 2).step_by(97) {
        assert!(read(&whole[..end]).unwrap_err().place.starts_with("line "), "cut at {end}");
    }
}

/// One of the words.
fn word(of: &'static str) -> impl Strategy<Value = String> + Clone {
    prop::sample::select(of.split(' ').map(str::to_owned).collect::<Vec<_>>())
}

/// JSON that is now and then like a flow.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        (0_u64..4).prop_map(Value::from),
        ".{0,20}".prop_map(Value::from),
        word(
            "action asset condition url file bundle attack-flow attack-action AND_operator T1059 TA0002 vulnerability \
             2024-01-05T00:00:00Z"
        )
        .prop_map(Value::from),
    ];
    let names = "name description steps objects type id n kind leads_to value technique_id tactic_id execution_start \
                 execution_end references effect_refs";
    let name = prop_oneof![16 => word(names), 1 => ".{0,6}"];
    leaf.prop_recursive(5, 60, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::hash_map(name.clone(), inner, 0..8)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

/// A flow of steps that may say anything.
fn any_flow() -> impl Strategy<Value = Value> {
    let text = || prop_oneof![".{0,40}", "(?s).{0,400}", Just("x".repeat(25_000))];
    let kind = prop_oneof![8 => word("action asset condition url file tool vulnerability ipv4_addr"), 1 => ".{1,8}"];
    let time = prop_oneof!["[0-9]{4}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:00(Z|[+-][01][0-9]:00)?", ".{0,30}"];
    let step = (kind, text(), text(), "(T1[0-9]{3}|.{0,8})", time.clone(), time, "\\PC{0,30}", 0_usize..5);
    (text(), prop::collection::vec(step, 1..6)).prop_map(|(name, steps)| {
        let count = steps.len();
        let steps: Vec<Value> = steps
            .into_iter()
            .enumerate()
            .map(|(n, (kind, name, words, technique, start, end, value, to))| {
                json!({"n": n, "kind": kind, "name": name, "description": words, "technique_id": technique,
                    "execution_start": start, "execution_end": end, "value": value, "leads_to": [to % count]})
            })
            .collect();
        json!({"name": format!("F{name}"), "description": name, "steps": steps})
    })
}

proptest! {
    #[test]
    fn arbitrary_json_is_read_or_refused_and_never_a_panic(value in any_json(), more in any::<Vec<u8>>()) {
        if let Ok(flow) = read(value.to_string().as_bytes()) {
            assert_flow(&flow);
        }
        let _ = read(&more);
    }

    #[test]
    fn whatever_a_flow_says_its_fields_are_acceptable(value in any_flow()) {
        if let Ok(flow) = read(value.to_string().as_bytes()) {
            assert_flow(&flow);
        }
    }
}
