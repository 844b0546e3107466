//! The evidence log: asked for in a browser or by a script, recorded before it leaves, checked offline.

use holdfast_actions::{incident, ledger};
use holdfast_domain::{incident::Incident, person::Role, token::Scope};
use holdfast_interop::evidence_log::{EvidenceLog, verify};
use holdfast_ledger::{Actor, Draft, Subject, VerifyingKey, commitment};
use http::{Method, StatusCode};
use serde_json::json;

use crate::{
    ledger_export::{Opening, append},
    world::{World, on_both},
};

const SHA: &str = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
const MOMENT: &str = "2026-09-20T08:00:00Z";

/// What deeds of custody put into the ledger: an item, and what happened to it.
fn custody(org: &str, incident: &Incident, label: &str, events: &[&str]) -> Vec<(Draft, Vec<Opening>)> {
    let subject = Subject { kind: "incident".into(), id: incident.id.to_string() };
    let mut made = Vec::new();
    for (at, event) in ["evidence.registered"].iter().chain(events).enumerate() {
        let salt = [u8::try_from(at).unwrap(); 32];
        let actor = Actor { id: "0198c0de".into(), name_commit: commitment(&salt, "Ana Lima") };
        let kind = if at == 0 { (*event).to_owned() } else { format!("custody.{event}") };
        let mut draft = Draft::new(org, &kind, subject.clone(), actor)
            .with("evidence", format!("id-of-{label}"))
            .with("label", label)
            .with("sha256", SHA);
        let mut openings: Vec<Opening> = vec![("actor.name", salt, "Ana Lima".into())];
        let (field, text) = if at == 0 { ("after.title", "Laptop") } else { ("reason", "=Übergabe") };
        draft = draft.with_commitment(field, commitment(&salt, text));
        openings.push((field, salt, text.into()));
        draft = if at == 0 {
            draft.with("size", 4).with("changes", json!({"kind": {"after": "disk"}}))
        } else {
            draft.with("event", format!("event-{at}-of-{label}")).with("occurred_at", MOMENT)
        };
        made.push((draft, openings));
    }
    made
}

async fn story_of(world: &World) -> Incident {
    let now = world.incident().await;
    let lead = world.actor(Role::Lead).await;
    let org = lead.org_id.to_string();
    let db = world.ctx.db();
    append(db, lead.org_id, custody(&org, &now, "EV-0001", &["collected", "sealed", "hold_placed"])).await;
    append(db, lead.org_id, custody(&org, &now, "EV-0002", &["collected", "returned"])).await;
    now
}

#[tokio::test]
async fn an_outsider_checks_the_log_that_was_handed_out() {
    on_both(async |world: World| {
        let now = story_of(&world).await;
        let token = world.token(Role::Auditor, Scope::ALL).await;
        let base = format!("/api/v1/incidents/{}/evidence/log", now.reference);
        let get = async |query: &str| world.bearer(&token, Method::GET, &format!("{base}{query}"), None).await;
        let key: VerifyingKey =
            world.bearer(&token, Method::GET, "/api/v1/ledger/vkey", None).await.text().trim().parse().unwrap();

        let answer = get(".json?purpose=Disclosure&legal_basis=Order+12").await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        let report = verify(&answer.body, &key);
        assert!(report.ok(), "{report}");
        let log: EvidenceLog = serde_json::from_slice(&answer.body).unwrap();
        assert_eq!(
            log.content.rows.iter().map(|row| row.event.as_str()).collect::<Vec<_>>(),
            ["collected", "sealed", "hold_placed", "collected", "returned"]
        );
        let (first, second) = (&log.content.items[0], &log.content.items[1]);
        assert_eq!(
            (first.title.as_str(), first.kind.as_str(), first.holds, first.status.as_str()),
            ("Laptop", "disk", 1, "in_custody")
        );
        assert_eq!((second.label.as_str(), second.status.as_str()), ("EV-0002", "returned"));
        assert_eq!(
            (log.content.rows[0].actor_name.as_str(), log.content.rows[0].purpose.as_str()),
            ("Ana Lima", "=Übergabe")
        );
        assert_eq!(log.content.requestor, "auditor");

        let one = get(".json?purpose=Disclosure&item=EV-0002&without_names=true").await;
        assert!(verify(&one.body, &key).ok(), "{}", verify(&one.body, &key));
        let text = one.text();
        assert!(!text.contains("Ana Lima") && !text.contains("EV-0001"), "{text}");
        let table = get(".csv?purpose=Disclosure&bom=true").await;
        assert_eq!(table.header("content-type"), "text/csv; charset=utf-8");
        assert!(table.text().starts_with("\u{feff}seq,event_id,item,event,"));
        assert!(table.text().contains(",'=Übergabe,"), "{}", table.text());
        assert_eq!(table.text().lines().count(), 6);

        // Each was recorded, with its hash, before it left; the whole ledger holds.
        let auditor = world.actor(Role::Auditor).await;
        let history = incident::history(&world.ctx, &auditor, &now.reference, None, 20).await.unwrap();
        assert_eq!(history.rows.iter().filter(|row| row.kind == "evidence.log_exported").count(), 3);
        let report = ledger::verify(&world.ctx, auditor.org_id).await.unwrap();
        assert!(report.ok(), "{report}");
    })
    .await;
}

#[tokio::test]
async fn who_may_not_or_does_not_say_why_gets_nothing_and_nothing_is_recorded() {
    on_both(async |world: World| {
        let now = story_of(&world).await;
        let path = format!("/incidents/{}/evidence/log", now.reference);
        let analyst = world.signed_in(Role::Analyst).await;
        let page = analyst.get(&path).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.text());
        assert!(page.text().contains("Save as CSV"), "{}", page.text());
        assert_eq!(analyst.get(&format!("{path}.json?purpose=")).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(analyst.get(&format!("{path}.json?purpose=x&item=EV-0009")).await.status, StatusCode::NOT_FOUND);
        assert_eq!(
            analyst.get(&format!("{path}.json?purpose=x&more=1")).await.status,
            StatusCode::UNPROCESSABLE_ENTITY
        );
        let executive = world.signed_in(Role::Executive).await;
        assert_eq!(executive.get(&format!("{path}.csv?purpose=x")).await.status, StatusCode::FORBIDDEN);
        let lead = world.actor(Role::Lead).await;
        let history = incident::history(&world.ctx, &lead, &now.reference, None, 20).await.unwrap();
        assert!(history.rows.iter().all(|row| row.kind != "evidence.log_exported"));
        let saved = analyst.get(&format!("{path}.csv?item=&purpose=x&legal_basis=&without_names=on")).await;
        assert_eq!(
            saved.header("content-disposition"),
            format!("attachment; filename=\"{}-evidence-log.csv\"", now.reference)
        );
    })
    .await;
}
