//! The evidence log: asked for in a browser or by a script, recorded before it leaves, checked offline.

use holdfast_actions::{
    evidence::{self, Happening, Registration},
    incident, ledger,
};
use holdfast_domain::{
    custody::CustodyKind,
    evidence::{AcquisitionMethod, Details, EvidenceFields, EvidenceKind},
    incident::Incident,
    marking::Tlp,
    person::Role,
    token::Scope,
};
use holdfast_interop::evidence_log::{self, EvidenceLog, verify};
use holdfast_ledger::VerifyingKey;
use holdfast_store::blob::whole;
use http::{Method, StatusCode};

use crate::{
    snapshot::pinned,
    visible::part,
    world::{World, on_both},
};

const SHA: &str = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

/// A disk image or a notebook.
pub fn fields(kind: EvidenceKind, title: &str) -> EvidenceFields {
    let none = String::new;
    EvidenceFields {
        kind,
        title: title.into(),
        description: none(),
        original_filename: none(),
        make: none(),
        model: none(),
        serial: none(),
        condition_marks: none(),
        source_host: none(),
        source_path: none(),
        source_owner: none(),
        tlp: Tlp::Red,
        malicious: false,
        contains_personal_data: true,
        retain_until: None,
        method: AcquisitionMethod::LogExport,
        tool: "ewfacquire".into(),
        tool_version: none(),
        authority: "policy 7".into(),
        witness: "Vera Stein".into(),
        write_blocker: none(),
        clock_offset_s: None,
        acquisition_notes: none(),
    }
}

/// Two items of an incident: one sealed, handed over and held, one given back.
async fn story_of(world: &World) -> Incident {
    let now = world.incident().await;
    let (ctx, lead, analyst) = (&world.ctx, world.actor(Role::Lead).await, world.actor(Role::Analyst).await);
    let stored = ctx.blobs().put(whole("test"), None).await.unwrap();
    let laptop = fields(EvidenceKind::Disk, "Laptop");
    let new = Registration { fields: &laptop, collected: None, location: "Safe 2", file: Some(&stored), copy_of: "" };
    evidence::register(ctx, &analyst, &now.reference, new).await.unwrap();
    let notebook = fields(EvidenceKind::Physical, "Notebook");
    let new = Registration { fields: &notebook, collected: None, location: "", file: None, copy_of: "" };
    evidence::register(ctx, &lead, &now.reference, new).await.unwrap();
    let told = Details {
        reason: "=Übergabe".into(),
        method: "in person".into(),
        recipient: "Vera Stein".into(),
        witness: "Vera Stein".into(),
        matter_no: "M-1".into(),
        seal_no: "S-17".into(),
        ..Details::default()
    };
    for (by, label, kind) in [
        (&analyst, "EV-0001", CustodyKind::Sealed),
        (&analyst, "EV-0001", CustodyKind::Offered),
        (&lead, "EV-0001", CustodyKind::Accepted),
        (&lead, "EV-0001", CustodyKind::HoldPlaced),
        (&lead, "EV-0002", CustodyKind::Returned),
    ] {
        world.clock.pass(60);
        let received_by = (kind == CustodyKind::Offered).then_some(lead.person_id);
        let happening = Happening { kind, occurred_at: None, details: Details { received_by, ..told.clone() } };
        evidence::happen(ctx, by, &now.reference, label, happening).await.unwrap();
    }
    evidence::verify(ctx, &lead, &now.reference, "EV-0001").await.unwrap();
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
        let events: Vec<&str> = log.content.rows.iter().map(|row| row.event.as_str()).collect();
        let told = "collected moved collected sealed offered transferred hold_placed returned verified";
        assert_eq!(events.join(" "), told);
        let (first, second) = (&log.content.items[0], &log.content.items[1]);
        assert_eq!((first.title.as_str(), first.kind.as_str(), first.holds), ("Laptop", "disk", 1));
        assert_eq!((first.size_bytes, first.sha256.as_str(), first.status.as_str()), (Some(4), SHA, "in_custody"));
        assert_eq!(
            (second.label.as_str(), second.status.as_str(), second.sha256.as_str()),
            ("EV-0002", "returned", "")
        );
        assert_eq!((log.content.tlp, log.content.acquisitions[0].tool.as_str()), (Tlp::Red, "ewfacquire"));
        let (sealed, offered) = (&log.content.rows[3], &log.content.rows[4]);
        assert_eq!(sealed.seal_no, "S-17");
        assert!(sealed.notes.contains("witness: Vera Stein"), "{}", sealed.notes);
        assert_eq!((offered.actor_name.as_str(), offered.purpose.as_str()), ("analyst", "=Übergabe"));
        assert_eq!(offered.received_by, world.actor(Role::Lead).await.person_id.to_string());
        assert_eq!(log.content.rows[8].hash_ok, Some(true));
        assert_eq!(log.content.requestor, "auditor (auditor)");

        let one = get(".json?purpose=Disclosure&item=EV-0002&without_names=true").await;
        assert!(verify(&one.body, &key).ok(), "{}", verify(&one.body, &key));
        let text = one.text();
        assert!(!text.contains("Vera Stein") && !text.contains("Laptop"), "{text}");
        let table = get(".csv?purpose=Disclosure&bom=true").await;
        assert_eq!(table.header("content-type"), "text/csv; charset=utf-8");
        assert!(table.text().starts_with("\u{feff}seq,event_id,item,event,"));
        assert!(table.text().contains(",'=Übergabe,"), "{}", table.text());
        assert_eq!(table.text().lines().count(), 10);

        // Each was recorded, with its hash, before it left; the whole ledger holds.
        let auditor = world.actor(Role::Auditor).await;
        let history = incident::history(
            &world.ctx,
            &auditor,
            &incident::view(&world.ctx, &auditor, &now.reference).await.unwrap(),
            None,
            20,
        )
        .await
        .unwrap();
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
        pinned("evidence-log-form", &part(&page.text(), "main"));
        assert_eq!(analyst.get(&format!("{path}.json?purpose=")).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(analyst.get(&format!("{path}.json?purpose=x&item=EV-0009")).await.status, StatusCode::NOT_FOUND);
        assert_eq!(
            analyst.get(&format!("{path}.json?purpose=x&more=1")).await.status,
            StatusCode::UNPROCESSABLE_ENTITY
        );
        let executive = world.signed_in(Role::Executive).await;
        assert_eq!(executive.get(&format!("{path}.csv?purpose=x")).await.status, StatusCode::FORBIDDEN);
        let lead = world.actor(Role::Lead).await;
        let history = incident::history(
            &world.ctx,
            &lead,
            &incident::view(&world.ctx, &lead, &now.reference).await.unwrap(),
            None,
            20,
        )
        .await
        .unwrap();
        assert!(history.rows.iter().all(|row| row.kind != "evidence.log_exported"));
        let saved = analyst.get(&format!("{path}.csv?item=&purpose=x&legal_basis=&without_names=on")).await;
        assert_eq!(
            saved.header("content-disposition"),
            format!("attachment; filename=\"{}-evidence-log.csv\"", now.reference)
        );
    })
    .await;
}

#[tokio::test]
async fn the_log_of_a_period_is_across_incidents_and_holds_what_was_recorded_in_it() {
    on_both(async |world: World| {
        let first = story_of(&world).await;
        world.clock.pass(3 * 86_400);
        let second = story_of(&world).await;
        let token = world.token(Role::Auditor, Scope::ALL).await;
        let key: VerifyingKey =
            world.bearer(&token, Method::GET, "/api/v1/ledger/vkey", None).await.text().trim().parse().unwrap();
        let day = |at: holdfast_domain::Timestamp| at.to_string().chars().take(10).collect::<String>();
        let (early, late) = (day(first.created_at), day(second.created_at));
        let get = async |kind: &str, from: &str, to: &str| {
            let path = format!("/api/v1/evidence/log.{kind}?purpose=Audit&from={from}&to={to}");
            world.bearer(&token, Method::GET, &path, None).await
        };
        let both = get("json", &early, &late).await;
        assert!(verify(&both.body, &key).ok(), "{}", verify(&both.body, &key));
        let log: EvidenceLog = serde_json::from_slice(&both.body).unwrap();
        assert_eq!((log.content.items.len(), log.content.rows.len()), (4, 18));
        // Both incidents have an EV-0001; how each was acquired names its incident.
        let acquired: std::collections::BTreeSet<&str> =
            log.content.acquisitions.iter().map(|how| how.item.as_str()).collect();
        assert_eq!(acquired.len(), log.content.acquisitions.len(), "{acquired:?}");
        let one = get("json", &late, &late).await;
        assert!(verify(&one.body, &key).ok(), "{}", verify(&one.body, &key));
        let log: EvidenceLog = serde_json::from_slice(&one.body).unwrap();
        assert!(log.content.items.iter().all(|item| item.incident == second.reference), "{:?}", log.content.items);
        assert!(get("pdf", &early, &late).await.body.starts_with(b"%PDF-"));
        assert_eq!(get("csv", &early, &late).await.text().lines().count(), 19);
        for (from, to) in [("", ""), (&*late, &*early), ("2020-01-01", &*late), ("yesterday", "today")] {
            assert_eq!(get("json", from, to).await.status, StatusCode::UNPROCESSABLE_ENTITY, "{from} {to}");
        }
        // A day is as long as its zone has it, where clocks change at midnight too.
        let zone = [("name", "Auditor"), ("time_zone", "America/Santiago")];
        let moved = world.signed_in(Role::Auditor).await.post("/account", &zone).await;
        assert_eq!(moved.status, StatusCode::SEE_OTHER, "{}", moved.text());
        for (day, from, to) in [
            ("2026-04-04", "2026-04-04T03:00:00Z", "2026-04-05T04:00:00Z"),
            ("2026-09-06", "2026-09-06T04:00:00Z", "2026-09-07T03:00:00Z"),
        ] {
            let log = get("json", day, day).await;
            assert_eq!(log.status, StatusCode::OK, "{}", log.text());
            let log: EvidenceLog = serde_json::from_slice(&log.body).unwrap();
            assert_eq!(
                log.content.scope,
                evidence_log::LogSubject::Period { from: from.parse().unwrap(), to: to.parse().unwrap() }
            );
        }
        // Both ways of reading it on paper say who holds what.
        for name in ["log.pdf", "custody-form.pdf"] {
            let path = format!("/api/v1/incidents/{}/evidence/{name}?purpose=Audit", first.reference);
            assert!(world.bearer(&token, Method::GET, &path, None).await.body.starts_with(b"%PDF-"), "{name}");
        }
        let auditor = world.actor(Role::Auditor).await;
        assert!(ledger::verify(&world.ctx, auditor.org_id).await.unwrap().ok());
    })
    .await;
}
