//! Metrics as a reader and a script see them.

use holdfast_actions::incident;
use holdfast_domain::{
    incident::IncidentDraft,
    lifecycle::{PhaseChange, Stated, Status},
    person::Role,
    token::Scope,
};

use crate::{
    paper::data_of,
    snapshot::pinned,
    visible::table,
    world::{World, story},
};

/// Six incidents detected at once: contained after 2, 4, 6 and 10 hours, and two that are still open
/// (standards §4.3, rule 6, but for the ages of the open ones).
async fn worked_example(world: &World) {
    let lead = world.actor(Role::Lead).await;
    let start = world.ctx.now();
    for hours in [2, 4, 6, 10, 0, 0] {
        let draft = IncidentDraft { detected: Some(Stated::by_system(start)), ..IncidentDraft::example() };
        let opened = incident::open(&world.ctx, &lead, &draft, None).await.unwrap();
        if hours > 0 {
            let entered = Stated::by_system(start.plus_seconds(hours * 3_600));
            world.clock.pass(0);
            let change = PhaseChange { to: Status::Contained, entered: None, reason: "quick".into() };
            let now = incident::change_phase(&world.ctx, &lead, &opened.reference, opened.version, &change, None)
                .await
                .unwrap();
            let entered = Some(&entered);
            // The clock stands still, so the time is entered as one that is known later.
            let milestone = holdfast_domain::lifecycle::Milestone::Contain;
            world.clock.pass(hours * 3_600);
            incident::enter_time(&world.ctx, &lead, &opened.reference, now.version, milestone, entered, "log")
                .await
                .unwrap();
        }
    }
}

#[story]
async fn open_incidents_count_as_such_and_restricted_ones_only_for_their_team(world: World) {
    worked_example(&world).await;
    let lead = world.actor(Role::Lead).await;
    let hidden = IncidentDraft { restricted: true, ..IncidentDraft::example() };
    incident::open(&world.ctx, &lead, &hidden, None).await.unwrap();
    let line = async |role| {
        let token = world.token(role, Scope::ALL).await;
        let answer = world.read(&token, "/api/v1/metrics?period=3-months").await.is(200);
        let json = answer.json();
        json["lines"].as_array().unwrap().iter().find(|line| line["kind"] == "mttc").unwrap()["current"].clone()
    };
    let seen = line(Role::Analyst).await;
    assert_eq!((seen["n"].as_i64(), seen["n_done"].as_i64(), seen["n_open"].as_i64()), (Some(6), Some(4), Some(2)));
    assert_eq!(seen["method"], "kaplan-meier");
    // S: 5/6, 4/6, 3/6 — half at six hours; the open ones are older than all that ended.
    assert_eq!(seen["median"]["reached"].as_i64(), Some(6 * 3_600 * 1_000_000));
    assert_eq!(line(Role::Lead).await["n"].as_i64(), Some(7));

    // A choice holds for every number on the page.
    let token = world.token(Role::Lead, Scope::ALL).await;
    let chosen = world.read(&token, "/api/v1/metrics?period=this-month&severity=sev1").await.json();
    for name in ["opened", "detected", "closed", "excluded"] {
        assert_eq!(chosen["counts"][0][name], 0, "{name}: {}", chosen["counts"]);
    }
    assert_eq!(chosen["undated"], 0);
    // What the lead issues is read by others, whom nothing tells of the restricted one.
    let lead = world.signed_in(Role::Lead).await;
    let issued = [("period", "3-months"), ("executives", "on")];
    assert_eq!(lead.post("/metrics/issue/check", &issued).await.status, 303);
    let reports = world.read(&token, "/api/v1/reports").await.json();
    let id = reports["rows"][0]["id"].as_str().unwrap().to_owned();
    let told = data_of(&world.read(&token, &format!("/api/v1/reports/{id}")).await.body);
    let contain = told["durations"].as_array().unwrap().iter().find(|one| one["name"] == "Time to contain (MTTC)");
    assert_eq!(contain.unwrap()["now"]["n"], 6, "{told}");
    assert!(told["cohort"].as_str().unwrap().contains("restricted ones excluded"), "{}", told["cohort"]);

    let executive = world.signed_in(Role::Executive).await;
    pinned("metric-durations-of-an-executive", &table(&executive.get("/metrics").await.text()));
    let detail = executive.get("/metrics/mttc").await.text();
    assert!(!detail.contains("INC-"), "an executive sees no incident");
    let behind = world.signed_in(Role::Analyst).await.get("/metrics/mttc").await.text();
    pinned("metric-incidents-behind-it", &table(&behind));
    assert_eq!(executive.get("/metrics?period=yesterday").await.status, 422);
    assert_eq!(executive.get("/metrics/mttx").await.status, 404);
    let pdf = executive.get("/metrics/report.pdf?period=this-month").await;
    assert!(pdf.body.starts_with(b"%PDF-"), "{}", pdf.text());
}
