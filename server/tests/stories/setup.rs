//! The first start: a one-time code opens the page that makes the organisation; and the demo.

use holdfast_actions::{incident, ledger, person, setup};
use holdfast_domain::{incident::IncidentQuery, lifecycle::Status, person::Role};
use http::StatusCode;

use crate::world::{PASSWORD, World, empty};

/// An empty world on a temporary file.
async fn nobody_yet() -> (World, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let world = empty(&format!("sqlite:{}", folder.path().join("test.db").display())).await;
    (world, folder)
}

fn fields(code: &str) -> Vec<(&str, &str)> {
    vec![
        ("code", code),
        ("org_name", "Example Energy"),
        ("time_zone", "Europe/Berlin"),
        ("log_name", "soc.example.org/ledger"),
        ("name", "Ada"),
        ("email", "ada@example.org"),
        ("password", PASSWORD),
        ("also_lead", "on"),
    ]
}

#[tokio::test]
async fn before_set_up_every_page_leads_there_and_the_code_works_once() {
    let (world, _folder) = nobody_yet().await;
    let guest = world.guest();
    for path in ["/", "/sign-in", "/incidents", "/join", "/ledger/checkpoint"] {
        let answer = guest.get(path).await;
        assert_eq!((answer.status, answer.header("location")), (StatusCode::SEE_OTHER, "/setup"), "{path}");
    }
    assert_eq!(guest.read("/api/v1/incidents").await.status, 401);
    assert_eq!(guest.get("/setup").await.status, 200);

    let void = setup::issue_code(&world.ctx).await.unwrap().unwrap();
    let code = setup::issue_code(&world.ctx).await.unwrap().unwrap();
    for bad in ["", "guess", &void] {
        let answer = guest.post("/setup", &fields(bad)).await;
        assert_eq!(answer.status, 422, "{bad}: {}", answer.text());
        assert!(!answer.text().contains(PASSWORD), "a password never comes back");
    }
    guest.post("/setup", &fields(&code)).await.is(303);
    guest.post("/setup", &fields(&code)).await.is(409);
    assert_eq!(setup::issue_code(&world.ctx).await.unwrap(), None);
    assert_eq!(guest.sign_in("ada@example.org", PASSWORD).await.status, 303);
    assert_eq!(guest.get("/incidents").await.status, 200);
}

#[tokio::test]
async fn the_code_is_good_for_an_hour() {
    let (world, _folder) = nobody_yet().await;
    let code = setup::issue_code(&world.ctx).await.unwrap().unwrap();
    world.clock.pass(3_601);
    world.guest().post("/setup", &fields(&code)).await.is(422);
}

#[tokio::test]
async fn the_demo_is_made_by_real_deeds_and_never_twice() {
    let (world, folder) = nobody_yet().await;
    let text = holdfast_server::demo::prepare(&world.ctx, folder.path(), &*world.server.entropy).await.unwrap();
    let password = text.split("the password  ").nth(1).unwrap().split_whitespace().next().unwrap();
    for role in Role::ALL {
        let email = format!("{role}@demo.example");
        assert!(text.contains(&email));
        let answer = world.guest().sign_in(&email, password).await;
        assert_eq!(answer.status, 303, "{email}: {}", answer.text());
    }
    let again = holdfast_server::demo::prepare(&world.ctx, folder.path(), &*world.server.entropy).await.unwrap();
    assert_eq!(again, text, "the second start says the same");

    let lead = person::console_actor(&world.ctx, "lead@demo.example").await.unwrap();
    let query = IncidentQuery { limit: 100, ..IncidentQuery::default() };
    let seen = incident::list(&world.ctx, &lead, &query).await.unwrap().rows;
    assert_eq!(seen.len(), 52);
    let statuses: std::collections::BTreeSet<Status> = seen.iter().map(|row| row.status).collect();
    assert!(statuses.len() == Status::ALL.len(), "{statuses:?}");
    assert!(seen.iter().all(|row| row.detected_at.is_some_and(|at| at < world.ctx.now())));
    let analyst = person::console_actor(&world.ctx, "analyst@demo.example").await.unwrap();
    assert_eq!(
        incident::list(&world.ctx, &analyst, &query).await.unwrap().rows.len(),
        51,
        "one is restricted to others"
    );
    let report = ledger::verify(&world.ctx, lead.org_id).await.unwrap();
    assert!(report.ok(), "{report}");
}
