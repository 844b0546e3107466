//! A restricted incident does not exist for those outside its team, on any path.

use holdfast_actions::incident;
use holdfast_domain::{incident::IncidentDraft, person::Role, token::Scope};
use http::Method;

use crate::world::{World, story};

#[story]
async fn nobody_outside_the_team_learns_that_it_is_there(world: World) {
    let lead = world.actor(Role::Lead).await;
    world.incident().await;
    let mut draft = IncidentDraft { restricted: true, ..IncidentDraft::example() };
    draft.fields.title = "Zanzibar leak by an insider".into();
    let hidden = incident::open(&world.ctx, &lead, &draft, None).await.unwrap();
    let reference = hidden.reference.clone();
    world.person("other@example.org", Role::Lead).await;

    for who in ["analyst@example.org", "other@example.org", "administrator@example.org", "auditor@example.org"] {
        let browser = world.guest();
        browser.sign_in(who, crate::world::PASSWORD).await;
        for id in [reference.as_str(), &hidden.id.to_string()] {
            for page in ["", "/history", "/report.pdf", "/times"] {
                let answer = browser.get(&format!("/incidents/{id}{page}")).await;
                let missing = browser.get(&format!("/incidents/INC-2026-9999{page}")).await;
                assert_eq!(answer.status, missing.status, "{who} {id}{page}");
                assert!(matches!(answer.status.as_u16(), 404 | 403), "{who} {id}{page}: {}", answer.status);
                assert!(!answer.text().contains("Zanzibar"), "{who} {id}{page}");
            }
            for path in ["", "/history", "/report/summary.pdf"] {
                let answer = browser.read(&format!("/api/v1/incidents/{id}{path}")).await;
                assert!(matches!(answer.status.as_u16(), 404 | 403), "{who} {id}{path}: {}", answer.status);
            }
            let edit = serde_json::json!({ "title": "seen" });
            let path = format!("/api/v1/incidents/{id}");
            let answer = browser.json(Method::PATCH, &path, Some(edit), &[("if-match", "\"v1\"")]).await;
            assert!(matches!(answer.status.as_u16(), 404 | 403), "{who} edits {id}: {}", answer.status);
        }
        for list in ["/incidents", "/incidents?text=zanzibar", "/incidents?sort=opened", "/ledger"] {
            let page = browser.get(list).await.text();
            assert!(!page.contains("Zanzibar"), "{who} {list}");
            assert!(!page.contains(&reference) && !page.contains(&hidden.id.to_string()), "{who} {list}");
        }
        let rows = browser.read("/api/v1/incidents?text=zanzibar").await;
        assert_eq!(rows.json()["rows"].as_array().unwrap().len(), 0, "{who}");
    }

    let own = world.signed_in(Role::Lead).await;
    assert_eq!(own.get(&format!("/incidents/{reference}")).await.status, 200);
    assert!(own.get("/incidents?text=zanzibar").await.text().contains("Zanzibar"));
    let token = world.token(Role::Analyst, Scope::ALL).await;
    world.read(&token, &format!("/api/v1/incidents/{reference}")).await.is(404);
}

#[story]
async fn one_who_joins_the_team_sees_it_and_one_who_leaves_does_not(world: World) {
    let lead = world.actor(Role::Lead).await;
    let analyst = world.actor(Role::Analyst).await;
    let opened = world.incident().await;
    let path = format!("/api/v1/incidents/{}", opened.reference);
    let browser = world.signed_in(Role::Analyst).await;
    let sees = async || browser.read(&path).await.status.as_u16();
    assert_eq!(sees().await, 200);
    let team = [lead.person_id];
    let shut = incident::set_access(&world.ctx, &lead, &opened.reference, opened.version, true, &team).await.unwrap();
    assert_eq!(sees().await, 404);
    let team = [lead.person_id, analyst.person_id];
    incident::set_access(&world.ctx, &lead, &opened.reference, shut.version, true, &team).await.unwrap();
    assert_eq!(sees().await, 200);
}
