//! Whole bundles of Attack Flow, as the Builder publishes them.

use super::*;

fn bundle(objects: Value) -> Value {
    json!({"type": "bundle", "id": "bundle--1", "objects": objects})
}

#[test]
fn a_whole_bundle_is_read_in_the_order_of_its_links() {
    let value = bundle(json!([
        {"type": "extension-definition", "id": "extension-definition--1", "name": "Attack Flow"},
        {"type": "attack-action", "id": "attack-action--b", "name": "Second", "technique_id": "T1105", "confidence": 90,
         "tactic_id": "TA0011", "asset_refs": ["attack-asset--1"], "execution_start": "2024-01-05T12:05:00.000Z"},
        {"type": "attack-flow", "id": "attack-flow--1", "name": "Whole", "scope": "incident", "x_ours": 7,
         "start_refs": ["attack-action--a"], "external_references": [{"source_name": "Us", "url": "javascript:alert(1)"}]},
        {"type": "attack-pattern", "id": "attack-pattern--1", "name": "Phishing",
         "external_references": [{"source_name": "mitre-attack", "external_id": "T1566"}]},
        {"type": "marking-definition", "id": "marking-definition--1"},
        {"type": "attack-action", "id": "attack-action--a", "name": "First", "technique_ref": "attack-pattern--1",
         "tactic_ref": "x-mitre-tactic--9", "effect_refs": ["attack-condition--1"]},
        {"type": "attack-condition", "id": "attack-condition--1", "description": "It is open",
         "on_true_refs": ["attack-operator--1"]},
        {"type": "attack-operator", "id": "attack-operator--1", "operator": "AND", "effect_refs": ["attack-action--b"]},
        {"type": "attack-asset", "id": "attack-asset--1", "name": "Web server"},
        {"type": "file", "id": "file--1", "name": "x.exe", "hashes": {"MD5": "5D41402ABC4B2A76B9719D911017C592", "SSDEEP": "3:a"}},
        {"type": "user-account", "id": "user-account--1", "account_login": "svc"},
        {"type": "vulnerability", "id": "vulnerability--1", "name": "CVE-2021-44228"},
        {"type": "relationship", "id": "relationship--1", "relationship_type": "related-to",
         "source_ref": "attack-action--a", "target_ref": "vulnerability--1"},
        {"type": "relationship", "id": "relationship--2", "source_ref": "attack-action--a", "target_ref": "identity--9"},
    ]));
    let flow = read(value.to_string().as_bytes()).unwrap();
    assert_flow(&flow);
    let events = flow.events(now());
    assert_eq!(events.iter().map(|event| event.title.as_str()).collect::<Vec<_>>(), ["First", "Second"]);
    assert_eq!(events[0].techniques[0].technique, "T1566", "by an object of the bundle");
    assert!(events[0].description.contains("Involves: vulnerability CVE-2021-44228."));
    assert!(
        events[1].description.contains("Condition: It is open") && events[1].description.contains("asset Web server")
    );
    assert_eq!(events[1].occurred.as_ref().unwrap().precision, Precision::Minute);
    assert!(flow.vulnerability_fields()[0].title.contains("Log4j2"));
    assert_eq!(
        flow.asset_fields().iter().map(|one| one.kind).collect::<Vec<_>>(),
        [AssetKind::Server, AssetKind::Account]
    );
    let kinds: Vec<IndicatorKind> = flow.indicator_fields().iter().map(|one| one.kind).collect();
    assert_eq!(kinds, [IndicatorKind::Filename, IndicatorKind::Md5]);
    assert!(!flow.summary().contains("<javascript"), "no link of that");
    for words in [
        "/objects/2/x_ours: not taken: 7",
        "SSDEEP",
        "/objects/13: a relationship to something",
        "/objects/4: a marking",
        "/objects/5/tactic_ref: not in the bundle",
    ] {
        assert!(flow.notes.iter().any(|note| note.contains(words)), "{words}: {:?}", flow.notes);
    }
}

#[test]
fn a_bundle_that_contradicts_itself_is_refused_and_a_circle_is_not() {
    let start = json!({"type": "attack-flow", "id": "f", "name": "x", "start_refs": ["a"]});
    let action = |id: &str, to: &str| json!({"type": "attack-action", "id": id, "name": id, "effect_refs": [to]});
    let circle = bundle(json!([start, action("b", "a"), action("a", "b")]));
    let flow = read(circle.to_string().as_bytes()).unwrap();
    assert_eq!(flow.actions.iter().map(|one| one.title.as_str()).collect::<Vec<_>>(), ["a", "b"]);
    for (objects, said) in [
        (json!([]), "The bundle holds no attack-flow."),
        (json!([start, start]), "/objects/1: There is more than one object of this id."),
        (json!([start]), "/objects/0/start_refs/0: There is no step of this id in the bundle."),
        (json!([start, action("a", "zz")]), "/objects/1/effect_refs/0: There is no step of this id in the bundle."),
        (
            json!([start, {"type": "attack-flow", "id": "g", "name": "y"}]),
            "/objects/1: There is more than one flow in the bundle.",
        ),
        (json!([{"id": "x"}]), "/objects/0: “type” is missing."),
    ] {
        assert_eq!(fault(&bundle(objects)), said);
    }
}
