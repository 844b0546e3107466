//! Undo: what somebody just did is taken back, once, by that person, in time, and only if nothing was changed since.

use holdfast_actions::{Error, event, incident, item, link, narrative, task, undo};
use holdfast_domain::{
    Actor,
    asset::AssetFields,
    event::EventFields,
    incident::{Incident, IncidentDraft, IncidentEdit},
    ledger::HistoryEntry,
    lifecycle::{Milestone, MilestoneTime, PhaseChange, Stated, Status},
    link::LinkFields,
    narrative::NarrativeFields,
    person::{Role, Roles},
    task::{TaskFields, TaskStatus},
    time::{Precision, TimeSource},
    token::Scope,
};
use serde_json::{Value, json};

use crate::{
    visible::{main, parts},
    world::{Answer, Browser, World, story},
};

async fn seen(world: &World, actor: &Actor, at: &str) -> incident::Visible {
    incident::view(&world.ctx, actor, at).await.unwrap()
}

async fn latest(world: &World, actor: &Actor, at: &str) -> HistoryEntry {
    let seen = seen(world, actor, at).await;
    incident::history(&world.ctx, actor, &seen, None, 1).await.unwrap().rows.remove(0)
}

/// Undoes what was done last to an incident.
async fn undone(world: &World, actor: &Actor, at: &str) -> String {
    let last = latest(world, actor, at).await;
    undo::undo(&world.ctx, actor, last.seq).await.unwrap().words
}

async fn refused(world: &World, actor: &Actor, seq: i64) -> String {
    match undo::undo(&world.ctx, actor, seq).await {
        Err(Error::Refused(refusal)) => refusal.to_string(),
        other => panic!("expected a refusal, got {other:?}"),
    }
}

async fn times(world: &World, actor: &Actor, at: &str) -> Vec<MilestoneTime> {
    incident::times(&world.ctx, actor, &seen(world, actor, at).await).await.unwrap()
}

/// The metrics of a reader, without the time at which they were counted.
async fn metrics(world: &World) -> Value {
    let token = world.token(Role::Auditor, Scope::ALL).await;
    let mut counted = world.read(&token, "/api/v1/metrics?period=3-months").await.is(200).json();
    counted.as_object_mut().unwrap().remove("as_of");
    counted
}

async fn step(world: &World, actor: &Actor, now: &Incident, to: Status, entered: Option<Stated>) -> Incident {
    let change = PhaseChange { to, entered, reason: "so it is".into() };
    incident::change_phase(&world.ctx, actor, &now.reference, now.version, &change, None).await.unwrap()
}

/// What the notice of a page offers to undo.
fn offered(page: &Answer) -> Option<String> {
    let html = page.text();
    let form = html.split("class=\"undo-offer\"").nth(1)?;
    let value = form.split("name=\"seq\" value=\"").nth(1)?;
    Some(value.split('"').next()?.to_owned())
}

async fn press(browser: &Browser, seq: &str, back: &str) -> Answer {
    browser.post("/undo", &[("seq", seq), ("back", back)]).await
}

#[story]
async fn a_misclicked_phase_is_taken_back_from_the_notice(world: World) {
    let lead = world.actor(Role::Lead).await;
    let now = world.incident().await;
    let (room, browser) = (format!("/incidents/{}", now.reference), world.signed_in(Role::Lead).await);
    let (before, counted) = (times(&world, &lead, &now.reference).await, metrics(&world).await["clocks"].clone());
    world.clock.pass(60);
    let marked = browser.post(&format!("{room}/phase"), &[("version", "1"), ("to", "triage")]).await;
    let page = browser.follow(&marked).await;
    assert!(parts(&page.text(), ".toasts").contains("Moved to Triage."), "{}", main(&page.text()));
    let seq = offered(&page).unwrap();
    assert_eq!(times(&world, &lead, &now.reference).await.len(), before.len() + 1);
    assert_ne!(metrics(&world).await["clocks"], counted, "it counts as acknowledged in time");
    assert_eq!(offered(&browser.get(&room).await), None, "it is offered once");

    let back = browser.follow(&press(&browser, &seq, &room).await).await;
    assert!(parts(&back.text(), ".toasts").contains("Undone: the incident is in New again."));
    assert_eq!(offered(&back), None, "an undo is not undone");
    let again = seen(&world, &lead, &now.reference).await;
    assert_eq!((again.status, again.version), (Status::New, 3));
    assert_eq!(times(&world, &lead, &now.reference).await, before);
    assert_eq!(metrics(&world).await["clocks"], counted);
    let entry = latest(&world, &lead, &now.reference).await;
    let named = entry.undoes.unwrap();
    assert_eq!((entry.kind.as_str(), named.kind.as_str()), ("incident.undone", "incident.phase_changed"));
    assert_eq!(named.seq.to_string(), seq);
    let history = main(&browser.get(&format!("{room}/history")).await.text());
    assert!(history.contains(&format!(": #{seq}, changed the status of an incident")), "{history}");
    assert!(holdfast_actions::ledger::verify(&world.ctx, lead.org_id).await.unwrap().ok());
}

#[story]
async fn a_phase_gives_back_the_times_it_took_and_metrics_count_as_before(world: World) {
    let (ctx, lead) = (&world.ctx, world.actor(Role::Lead).await);
    let opened = world.incident().await;
    let at = opened.reference.as_str();
    let known = Stated {
        at: ctx.now().plus_seconds(-600),
        precision: Precision::Estimated,
        source: TimeSource::Alert,
        zone: Some("Asia/Tokyo".into()),
        original: Some("10 minutes ago".into()),
    };
    let mut now = step(&world, &lead, &opened, Status::Triage, None).await;
    now = step(&world, &lead, &now, Status::Contained, Some(known)).await;
    for to in [Status::Eradicated, Status::Investigating, Status::Recovered, Status::Resolved] {
        let before = (times(&world, &lead, at).await, now.status);
        world.clock.pass(60);
        step(&world, &lead, &now, to, None).await;
        assert_ne!(times(&world, &lead, at).await, before.0, "{to}");
        undone(&world, &lead, at).await;
        let again = seen(&world, &lead, at).await;
        assert_eq!((times(&world, &lead, at).await, again.status), before, "{to}");
        now = again.into_incident();
    }
    // A time by itself.
    let before = times(&world, &lead, at).await;
    incident::enter_time(ctx, &lead, at, now.version, Milestone::Detect, None, "unknown").await.unwrap();
    assert_ne!(times(&world, &lead, at).await, before);
    assert_eq!(undone(&world, &lead, at).await, "Undone: the time is as it was before.");
    assert_eq!(times(&world, &lead, at).await, before);

    // Closing, and reopening what was closed.
    let mut fields = opened.fields.clone();
    fields.disposition = holdfast_domain::incident::Disposition::TruePositive;
    fields.root_cause = "known".into();
    let edit = |now: &Incident| IncidentEdit { version: now.version, fields: fields.clone(), reason: String::new() };
    now = incident::edit(ctx, &lead, at, &edit(&seen(&world, &lead, at).await.into_incident())).await.unwrap();
    now = step(&world, &lead, &now, Status::Resolved, None).await;
    let closings = async || metrics(&world).await["counts"][0].clone();
    for to in [Status::Closed, Status::Investigating] {
        let (before, counted) = (times(&world, &lead, at).await, closings().await);
        world.clock.pass(60);
        let was = now.clone();
        step(&world, &lead, &now, to, None).await;
        undone(&world, &lead, at).await;
        now = seen(&world, &lead, at).await.into_incident();
        assert_eq!((now.status, now.reopened_count), (was.status, was.reopened_count));
        assert_eq!((times(&world, &lead, at).await, closings().await), (before, counted), "{to}");
        if to == Status::Closed {
            now = step(&world, &lead, &now, to, None).await;
            assert_eq!(closings().await["closed"], 1);
        }
    }
    // After its thirty days the closing counts as one that held.
    world.clock.pass(31 * 86_400);
    assert_eq!(metrics(&world).await["reopened"], json!({ "matured": 1, "pending": 0, "reopened": 0 }));
}

#[story]
async fn whatever_is_declared_is_undone(world: World) {
    let (ctx, lead) = (&world.ctx, world.actor(Role::Lead).await);
    let now = world.incident().await;
    let at = now.reference.as_str();

    let fields = AssetFields { name: "mx1".into(), owner: "Mail team".into(), ..AssetFields::default() };
    let added = item::add(ctx, &lead, at, &fields).await.unwrap();
    let id = added.id.to_string();
    let asset = async || item::view::<AssetFields>(ctx, &lead, &seen(&world, &lead, at).await, &id).await.unwrap();
    assert_eq!(undone(&world, &lead, at).await, "Undone: the asset is archived.");
    assert!(asset().await.archived_at.is_some());
    item::set_archived::<AssetFields>(ctx, &lead, at, &id, 2, false).await.unwrap();
    undone(&world, &lead, at).await;
    assert!(asset().await.archived_at.is_some());
    item::set_archived::<AssetFields>(ctx, &lead, at, &id, 4, false).await.unwrap();
    let other = AssetFields { name: "mx2".into(), owner: String::new(), ..AssetFields::default() };
    item::edit(ctx, &lead, at, &id, 5, &other).await.unwrap();
    assert_eq!(undone(&world, &lead, at).await, "Undone: the asset is as it was before.");
    assert_eq!(asset().await.fields, fields);
    item::set_archived::<AssetFields>(ctx, &lead, at, &id, 7, true).await.unwrap();
    assert_eq!(undone(&world, &lead, at).await, "Undone: the asset is back.");
    assert!(asset().await.archived_at.is_none());

    // A time comes back with its zone and as it was typed, which no text of the history says.
    let occurred = Stated {
        at: ctx.now().plus_seconds(-9_000),
        precision: Precision::Hour,
        source: TimeSource::Evidence,
        zone: Some("Asia/Tokyo".into()),
        original: Some("around nine".into()),
    };
    let fields = EventFields { title: "Mail opened".into(), occurred: Some(occurred), ..EventFields::default() };
    let added = event::add(ctx, &lead, at, &fields).await.unwrap();
    let id = added.id.to_string();
    event::edit(ctx, &lead, at, &id, 1, &EventFields { title: "x".into(), ..EventFields::default() }).await.unwrap();
    undone(&world, &lead, at).await;
    let event = event::one(ctx, &lead, &seen(&world, &lead, at).await, &id).await.unwrap();
    assert_eq!(event.fields, fields);

    assert!(holdfast_actions::ledger::verify(ctx, lead.org_id).await.unwrap().ok());
}

#[story]
async fn what_followed_from_an_edit_is_undone_with_it(world: World) {
    let (ctx, lead) = (&world.ctx, world.actor(Role::Lead).await);
    let now = world.incident().await;
    let at = now.reference.as_str();
    let fields = TaskFields { people: vec![lead.person_id], ..TaskFields::bare("Isolate") };
    let added = task::add(ctx, &lead, at, &fields).await.unwrap();
    let id = added.id.to_string();
    let of = |status| TaskFields { status, ..fields.clone() };
    let task = async || task::one(ctx, &lead, &seen(&world, &lead, at).await, &id).await.unwrap().0;
    task::edit(ctx, &lead, at, &id, 1, &of(TaskStatus::Done)).await.unwrap();
    assert_eq!(undone(&world, &lead, at).await, "Undone: the task is as it was before.");
    assert_eq!((task().await.fields, task().await.finished_at), (fields.clone(), None));
    let finished = task::edit(ctx, &lead, at, &id, 3, &of(TaskStatus::Done)).await.unwrap().finished_at;
    world.clock.pass(60);
    task::edit(ctx, &lead, at, &id, 4, &of(TaskStatus::ToDo)).await.unwrap();
    undone(&world, &lead, at).await;
    assert_eq!((task().await.fields.status, task().await.finished_at), (TaskStatus::Done, finished));

    narrative::write(ctx, &lead, at, 0, &NarrativeFields { lessons: "x".into(), ..NarrativeFields::default() })
        .await
        .unwrap();
    undone(&world, &lead, at).await;
    let texts = narrative::read(ctx, &lead, &seen(&world, &lead, at).await).await.unwrap();
    assert_eq!(texts.fields, NarrativeFields::default());
    assert_eq!(latest(&world, &lead, at).await.kind, "report.written_undone");

    let other = world.incident().await;
    link::add(ctx, &lead, at, &other.reference, &LinkFields::default()).await.unwrap();
    undone(&world, &lead, at).await;
    assert!(link::list(ctx, &lead, &seen(&world, &lead, at).await, false).await.unwrap().is_empty());

    // Who came onto the team by the edit leaves it again; who was there stays.
    let ana = world.actor(Role::Analyst).await;
    let draft = IncidentDraft { restricted: true, ..IncidentDraft::example() };
    let hidden = incident::open(ctx, &lead, &draft, None).await.unwrap();
    let mut fields = hidden.fields.clone();
    (fields.owner_id, fields.severity) = (Some(ana.person_id), holdfast_domain::incident::Severity::Sev1);
    world.clock.pass(60);
    let edit = IncidentEdit { version: 1, fields, reason: "it spreads".into() };
    incident::edit(ctx, &lead, &hidden.reference, &edit).await.unwrap();
    assert!(incident::view(ctx, &ana, &hidden.reference).await.is_ok());
    undone(&world, &lead, &hidden.reference).await;
    assert_eq!(seen(&world, &lead, &hidden.reference).await.fields, hidden.fields);
    assert!(incident::view(ctx, &ana, &hidden.reference).await.is_err());
    assert!(holdfast_actions::ledger::verify(ctx, lead.org_id).await.unwrap().ok());
}

#[story]
async fn what_is_hidden_of_a_merge_is_hidden_of_its_undoing(world: World) {
    let (ctx, lead) = (&world.ctx, world.actor(Role::Lead).await);
    let draft = IncidentDraft { restricted: true, ..IncidentDraft::example() };
    let hidden = incident::open(ctx, &lead, &draft, None).await.unwrap();
    let change = PhaseChange { to: Status::Merged, entered: None, reason: String::new() };
    let open = world.incident().await;
    incident::change_phase(ctx, &lead, &open.reference, open.version, &change, Some(&hidden.reference)).await.unwrap();
    undone(&world, &lead, &open.reference).await;
    let undoing = latest(&world, &lead, &open.reference).await.seq;
    let auditor = world.signed_in(Role::Auditor).await;
    for seq in [undoing - 1, undoing] {
        let shown = main(&auditor.get(&format!("/ledger/{seq}")).await.is(200).text());
        assert!(!shown.contains(&open.reference) && shown.contains("estricted"), "{shown}");
    }
}

#[story]
async fn nothing_is_undone_that_is_not_ones_own_and_unchanged_and_just_done(world: World) {
    let (ctx, lead, analyst) = (&world.ctx, world.actor(Role::Lead).await, world.actor(Role::Analyst).await);
    let now = world.incident().await;
    let at = now.reference.as_str();
    let asset = AssetFields { name: "mx1".into(), ..AssetFields::default() };
    let id = item::add(ctx, &lead, at, &asset).await.unwrap().id.to_string();
    let seq = latest(&world, &lead, at).await.seq;

    // Another person, and nobody's entry: the same words.
    let words = refused(&world, &analyst, seq).await;
    assert_eq!(words, format!("Entry {seq} is not an action of yours. Only the person who did something can undo it."));
    assert_eq!(refused(&world, &analyst, 9_999).await, words.replace(&seq.to_string(), "9999"));
    // Permission lost since.
    let lesser = Actor { roles: Roles::of(&[Role::Auditor]), ..lead.clone() };
    assert!(refused(&world, &lesser, seq).await.starts_with("Your role does not let you"));
    // Changed since.
    let other = AssetFields { name: "mx2".into(), ..AssetFields::default() };
    item::edit(ctx, &analyst, at, &id, 1, &other).await.unwrap();
    let words = refused(&world, &lead, seq).await;
    assert_eq!(
        words,
        format!("{} changed this asset after you did. Nothing was undone; change it by hand.", analyst.name)
    );
    // Twice.
    let seq = latest(&world, &analyst, at).await.seq;
    undo::undo(ctx, &analyst, seq).await.unwrap();
    assert!(refused(&world, &analyst, seq).await.contains("it was undone already"));
    assert!(refused(&world, &analyst, seq + 1).await.contains("cannot be undone"));
    // Too late: thirty seconds, and ten for the way.
    item::edit(ctx, &lead, at, &id, 3, &other).await.unwrap();
    let seq = latest(&world, &lead, at).await.seq;
    world.clock.pass(41);
    assert_eq!(
        refused(&world, &lead, seq).await,
        "It is too late to undo this: that is possible for 30 seconds. Change it by hand."
    );
    assert_eq!(item::view::<AssetFields>(ctx, &lead, &seen(&world, &lead, at).await, &id).await.unwrap().fields, other);
    item::edit(ctx, &lead, at, &id, 4, &asset).await.unwrap();
    let seq = latest(&world, &lead, at).await.seq;
    world.clock.pass(40);
    undo::undo(ctx, &lead, seq).await.unwrap();
    // Two at once.
    item::edit(ctx, &lead, at, &id, 6, &asset).await.unwrap();
    let seq = latest(&world, &lead, at).await.seq;
    let (one, two) = tokio::join!(undo::undo(ctx, &lead, seq), undo::undo(ctx, &lead, seq));
    assert!(one.is_ok() != two.is_ok(), "{one:?} {two:?}");
    // A merge may lead to an incident that is hidden from who reopens it.
    let target = world.incident().await;
    let change = PhaseChange { to: Status::Merged, entered: None, reason: String::new() };
    let merged = incident::change_phase(ctx, &lead, at, 1, &change, Some(&target.reference)).await.unwrap();
    undone(&world, &lead, at).await;
    let again = seen(&world, &lead, at).await.into_incident();
    assert_eq!((again.status, again.merged_into), (Status::New, None));
    let merged =
        incident::change_phase(ctx, &lead, at, merged.version + 1, &change, Some(&target.reference)).await.unwrap();
    step(&world, &lead, &merged, Status::Investigating, None).await;
    let seq = latest(&world, &lead, at).await.seq;
    assert_eq!(refused(&world, &lead, seq).await, "An action of this kind cannot be undone.");
    assert!(holdfast_actions::ledger::verify(ctx, lead.org_id).await.unwrap().ok());
}

#[story]
async fn nothing_is_undone_that_is_no_longer_seen_or_known(world: World) {
    let (ctx, lead, ana) = (&world.ctx, world.actor(Role::Lead).await, world.actor(Role::Analyst).await);
    let draft = IncidentDraft { restricted: true, ..IncidentDraft::example() };
    let at = incident::open(ctx, &lead, &draft, None).await.unwrap().reference;
    let team = async |version, people: &[&Actor]| {
        let ids: Vec<_> = people.iter().map(|person| person.person_id).collect();
        incident::set_access(ctx, &lead, &at, version, true, &ids).await.unwrap();
    };
    team(1, &[&lead, &ana]).await;
    let asset = |name: &str| AssetFields { name: name.into(), ..AssetFields::default() };
    let id = item::add(ctx, &ana, &at, &asset("mx1")).await.unwrap().id.to_string();
    let seq = latest(&world, &ana, &at).await.seq;
    team(2, &[&lead]).await;
    assert_eq!(refused(&world, &ana, seq).await, "There is no such incident, or you may not see it.");
    team(3, &[&lead, &ana]).await;
    // The text that was there before is erased.
    item::edit(ctx, &ana, &at, &id, 1, &asset("mx2")).await.unwrap();
    let seq = latest(&world, &ana, &at).await.seq;
    ctx.db().alone("DELETE FROM ledger_openings WHERE field = 'before.name'").execute().await.unwrap();
    assert!(refused(&world, &ana, seq).await.contains("is no longer known"));
    let now = item::view::<AssetFields>(ctx, &ana, &seen(&world, &ana, &at).await, &id).await.unwrap();
    assert_eq!((now.fields.name.as_str(), now.version), ("mx2", 2));
}

#[story]
async fn the_page_says_why_nothing_was_undone_and_scripts_undo_as_well(world: World) {
    let now = world.incident().await;
    let room = format!("/incidents/{}", now.reference);
    let (lead, analyst) = (world.signed_in(Role::Lead).await, world.signed_in(Role::Analyst).await);
    let added = lead
        .post(
            &format!("{room}/assets/new"),
            &[("name", "mx1"), ("kind", "server"), ("criticality", "low"), ("compromise", "unknown")],
        )
        .await;
    assert_eq!(added.status, 303, "{}", main(&added.text()));
    // A page that is made late offers nothing that would be refused.
    world.clock.pass(11);
    let page = lead.follow(&added).await;
    assert!(parts(&page.text(), ".toasts").contains("Asset added."));
    assert_eq!(offered(&page), None);
    let added = lead
        .post(
            &format!("{room}/assets/new"),
            &[("name", "mx2"), ("kind", "server"), ("criticality", "low"), ("compromise", "unknown")],
        )
        .await;
    world.clock.pass(10);
    let seq = offered(&lead.follow(&added).await).unwrap();
    let page = press(&analyst, &seq, &room).await.is(409);
    assert!(parts(&page.text(), ".notice-danger").contains("Only the person who did something can undo it."));
    assert!(main(&page.text()).contains(&format!("[Go back]({room})")), "{}", main(&page.text()));
    let page = press(&lead, "x", "//evil.example").await.is(409);
    assert!(main(&page.text()).contains("[Go back](/)"), "{}", main(&page.text()));
    assert_eq!(press(&world.guest(), &seq, &room).await.status, 401);
    world.clock.pass(30);
    let done = press(&lead, &seq, "https://evil.example/").await;
    assert_eq!(done.header("location"), "/");
    let page = press(&lead, &seq, &room).await.is(409);
    assert!(parts(&page.text(), ".notice-danger").contains("it was undone already"), "{}", main(&page.text()));

    let token = world.token(Role::Lead, &[Scope::IncidentsRead, Scope::IncidentsWrite]).await;
    let api = format!("/api/v1{room}");
    let task = json!({ "title": "Call the bank", "phase": "analysis" });
    let task = world.post(&token, &format!("{api}/tasks"), task).await.is(201);
    let one = task.header("location").to_owned();
    let done = Some(json!({ "status": "done" }));
    world.bearer_with(&token, http::Method::PATCH, &one, done, &[("if-match", "\"v1\"")]).await.is(200);
    let history = world.read(&token, &format!("{api}/history")).await.json();
    let seq = history["rows"][0]["seq"].clone();
    let reader = world.token(Role::Lead, &[Scope::IncidentsRead]).await;
    assert_eq!(world.post(&reader, "/api/v1/undo", json!({ "seq": seq })).await.status, 403);
    let undone = world.post(&token, "/api/v1/undo", json!({ "seq": seq })).await.is(200);
    assert_eq!(undone.json(), json!({ "words": "Undone: the task is as it was before." }));
    assert_eq!(world.read(&token, &one).await.json()["status"], "to-do");
    assert_eq!(world.post(&token, "/api/v1/undo", json!({ "seq": seq })).await.is(409).problem(), "rule");
    let history = world.read(&token, &format!("{api}/history")).await.json();
    assert_eq!(history["rows"][0]["undoes"], json!({ "seq": seq, "kind": "task.finished" }));
}

#[story]
async fn the_phase_button_asks_since_when_and_once_more_while_tasks_are_open(world: World) {
    let (ctx, lead) = (&world.ctx, world.actor(Role::Lead).await);
    let opened = world.incident().await;
    let at = opened.reference.as_str();
    let now = step(&world, &lead, &opened, Status::Containing, None).await;
    let room = format!("/incidents/{at}");
    let browser = world.signed_in(Role::Lead).await;
    let button = async || parts(&browser.get(&room).await.text(), ".phase-menu");
    assert!(!button().await.contains("open"), "{}", button().await);
    for (title, mandatory) in [("Isolate <b>", true), ("Call the bank", false)] {
        let fields = TaskFields { mandatory, ..TaskFields::bare(title) };
        task::add(ctx, &lead, at, &fields).await.unwrap();
    }
    let asked = button().await;
    assert!(asked.contains("2 tasks are open:"), "{asked}");
    assert!(asked.contains(&format!("[Isolate <b>]({room}/tasks/")), "{asked}");
    assert!(asked.contains("Time in UTC"), "the zone of the reader: {asked}");

    let version = now.version.to_string();
    let sent = [
        ("version", version.as_str()),
        ("to", "contained"),
        ("at", "2026-09-01T08:00:30"),
        ("at_zone", "UTC"),
        ("at_precision", "estimated"),
        ("reason", "seen in the log"),
    ];
    let page = browser.post(&format!("{room}/phase"), &sent).await.is(422);
    let words = "2 tasks are open. Tick the box to mark the incident contained all the same.";
    assert!(parts(&page.text(), ".notice-danger").contains(words), "{}", main(&page.text()));
    assert_eq!(seen(&world, &lead, at).await.version, now.version, "nothing was done");
    let marked = browser.post(&format!("{room}/phase"), &[&sent[..], &[("despite_tasks", "on")]].concat()).await;
    assert_eq!(marked.header("location"), room, "{}", main(&marked.text()));
    let contained = times(&world, &lead, at).await.into_iter().find(|time| time.milestone == Milestone::Contain);
    let contained = contained.unwrap();
    assert_eq!(contained.at.unwrap().to_string(), "2026-09-01T08:00:30Z");
    assert_eq!((contained.precision, contained.reason.as_deref()), (Precision::Estimated, Some("seen in the log")));

    // Other phases and scripts are not asked, and what is asked blocks nothing.
    let eradicated = [("version", "3"), ("to", "eradicated")];
    assert_eq!(browser.post(&format!("{room}/phase"), &eradicated).await.status, 303);
    let page = browser.get(&format!("{room}/phase")).await.text();
    assert_eq!(parts(&page, ".phase-menu"), "", "the page of the phase has one form");
    assert!(main(&page).contains("To mark it Contained or Resolved all the same, tick the box."), "{}", main(&page));
    let token = world.token(Role::Lead, Scope::ALL).await;
    let resolved = json!({ "to": "resolved", "reason": "so it is" });
    let call = format!("/api/v1{room}/phase");
    world.bearer_with(&token, http::Method::POST, &call, Some(resolved), &[("if-match", "\"v4\"")]).await.is(200);
    // Closing goes by its own rule.
    let close = [("version", "5"), ("to", "closed"), ("despite_tasks", "on")];
    let page = browser.post(&format!("{room}/phase"), &close).await.is(409);
    assert!(parts(&page.text(), ".notice-danger").contains("open mandatory tasks"), "{}", main(&page.text()));
}
