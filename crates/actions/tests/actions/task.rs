//! Stories of tasks and of a person's day, on both databases.

use holdfast_actions::{incident, ledger, task};
use holdfast_domain::{
    Refusal,
    event::EntryFrom,
    incident::{Disposition, IncidentDraft, IncidentEdit},
    lifecycle::{PhaseChange, Status},
    person::Role,
    task::{TaskFields, TaskStatus, USUAL},
};

use crate::world::{kinds, refusal, seen, timeline};

story! {
    async fn a_task_is_added_worked_on_finished_and_stands_on_the_timeline(world) {
        let (ctx, lead, opened) = world.with_an_incident().await;
        let analyst = world.person("Ana", Role::Analyst).await;
        let reference = opened.reference.as_str();
        let fields = TaskFields { people: vec![analyst.person_id], mandatory: true, ..TaskFields::bare(" Isolate WS-042 ") };
        let added = task::add(ctx, &lead, reference, &fields).await.unwrap();
        assert_eq!((added.fields.title.as_str(), added.people_names.as_slice()), ("Isolate WS-042", &["Ana".to_owned()][..]));
        let id = added.id.to_string();
        let today = task::today(ctx, &analyst).await.unwrap();
        assert_eq!(today.tasks.len(), 1);
        assert!(task::today(ctx, &lead).await.unwrap().tasks.is_empty());

        let blocked = TaskFields { status: TaskStatus::Blocked, ..added.fields.clone() };
        assert!(matches!(refusal(task::edit(ctx, &analyst, reference, &id, 1, &blocked).await), Refusal::Invalid(_)));
        let done = TaskFields { status: TaskStatus::Done, ..added.fields.clone() };
        let done = task::edit(ctx, &analyst, reference, &id, 1, &done).await.unwrap();
        assert!(done.finished_at.is_some());
        let late = TaskFields { title: "Isolate WS-043".into(), ..added.fields.clone() };
        let stale = refusal(task::edit(ctx, &lead, reference, &id, 1, &late).await);
        assert!(matches!(stale, Refusal::Conflict(_)), "{stale:?}");
        assert!(task::today(ctx, &analyst).await.unwrap().tasks.is_empty());
        let timeline = timeline(ctx, &lead, reference).await;
        let on_it: Vec<&str> = timeline.iter()
            .filter(|entry| matches!(entry.from, EntryFrom::Task { .. }))
            .map(|entry| entry.title.as_str()).collect();
        assert_eq!(on_it, ["Task done: Isolate WS-042"]);

        task::comment(ctx, &lead, reference, &id, "Well **done**.").await.unwrap();
        assert!(matches!(refusal(task::comment(ctx, &lead, reference, &id, "  ").await), Refusal::Invalid(_)));
        let (task, said) = task::one(ctx, &analyst, &seen(ctx, &analyst, reference).await, &id).await.unwrap();
        assert_eq!((task.comments, said[0].body.as_str(), said[0].created_by_name.as_str()), (1, "Well **done**.", "Lena"));
        let kinds = kinds(ctx, &lead, reference).await;
        assert_eq!(kinds, ["task.commented", "task.finished", "task.added", "incident.opened"]);
        assert!(ledger::verify(ctx, lead.org_id).await.unwrap().ok());
    }

    async fn the_order_is_what_people_say_and_others_incidents_have_no_tasks_here(world) {
        let (ctx, lead, opened) = world.with_an_incident().await;
        let auditor = world.person("Audra", Role::Auditor).await;
        let reference = opened.reference.as_str();
        assert_eq!(task::add_usual(ctx, &lead, reference).await.unwrap(), USUAL.len());
        assert_eq!(task::add_usual(ctx, &lead, reference).await.unwrap(), 0);
        let ids: Vec<String> = task::list(ctx, &lead, &seen(ctx, &lead, reference).await).await.unwrap().iter().map(|task| task.id.to_string()).collect();
        task::place(ctx, &lead, reference, &ids[2], Some(&ids[0])).await.unwrap();
        task::place(ctx, &lead, reference, &ids[0], None).await.unwrap();
        let now: Vec<String> = task::list(ctx, &lead, &seen(ctx, &lead, reference).await).await.unwrap().iter().map(|task| task.id.to_string()).collect();
        let mut expected = vec![ids[2].clone(), ids[1].clone()];
        expected.extend(ids[3..].iter().cloned());
        expected.push(ids[0].clone());
        assert_eq!(now, expected);
        assert!(matches!(refusal(task::add(ctx, &auditor, reference, &TaskFields::bare("x")).await), Refusal::Forbidden(_)));
        let second = incident::open(ctx, &lead, &IncidentDraft::example(), None).await.unwrap();
        assert!(matches!(refusal(task::one(ctx, &lead, &seen(ctx, &lead, &second.reference).await, &ids[0]).await), Refusal::NotFound(_)));
        assert!(matches!(refusal(task::place(ctx, &lead, &second.reference, &ids[0], None).await), Refusal::NotFound(_)));
    }

    async fn an_open_mandatory_task_stands_before_closing(world) {
        let (ctx, lead, opened) = world.with_an_incident().await;
        let reference = opened.reference.as_str();
        let mut fields = opened.fields.clone();
        fields.disposition = Disposition::TruePositive;
        fields.root_cause = "A macro.".into();
        let edit = IncidentEdit { version: opened.version, fields, reason: String::new() };
        let edited = incident::edit(ctx, &lead, reference, &edit).await.unwrap();
        let change = |to| PhaseChange { to, entered: None, reason: "quick".into() };
        let resolved = incident::change_phase(ctx, &lead, reference, edited.version, &change(Status::Resolved), None).await.unwrap();
        let added = task::add(ctx, &lead, reference, &TaskFields { mandatory: true, ..TaskFields::bare("Review") }).await.unwrap();
        let close = incident::change_phase(ctx, &lead, reference, resolved.version, &change(Status::Closed), None).await;
        let Refusal::Rule(words) = refusal(close) else { panic!("a rule stands before it") };
        assert!(words.contains("mandatory tasks"), "{words}");
        let dropped = TaskFields { status: TaskStatus::Dropped, status_reason: "held already".into(), ..added.fields };
        task::edit(ctx, &lead, reference, &added.id.to_string(), 1, &dropped).await.unwrap();
        incident::change_phase(ctx, &lead, reference, resolved.version, &change(Status::Closed), None).await.unwrap();
    }

    async fn only_whoever_can_work_on_a_task_is_put_on_it(world) {
        let (ctx, lead, opened) = world.with_an_incident().await;
        let analyst = world.person("Ana", Role::Analyst).await;
        let executive = world.person("Elena", Role::Executive).await;
        let with = |person| TaskFields { people: vec![person], ..TaskFields::bare("Isolate WS-042") };
        let refused = task::add(ctx, &lead, &opened.reference, &with(executive.person_id)).await;
        assert!(matches!(refusal(refused), Refusal::Invalid(errors) if errors[0].field == "people"));
        task::add(ctx, &lead, &opened.reference, &with(analyst.person_id)).await.unwrap();
        let workers = task::workers(ctx, &lead, &seen(ctx, &lead, &opened.reference).await).await.unwrap();
        let names: Vec<&str> = workers.iter().map(|(_, name)| name.as_str()).collect();
        assert!(names.contains(&"Ana") && names.contains(&"Lena") && !names.contains(&"Elena"), "{names:?}");
    }

    async fn somebody_outside_the_team_of_a_restricted_incident_cannot_be_put_on_its_tasks(world) {
        let (ctx, lead) = (&world.ctx, world.person("Lena", Role::Lead).await);
        let analyst = world.person("Ana", Role::Analyst).await;
        let draft = IncidentDraft { restricted: true, ..IncidentDraft::example() };
        let opened = incident::open(ctx, &lead, &draft, None).await.unwrap();
        let reference = opened.reference.as_str();
        let fields = TaskFields { people: vec![analyst.person_id], ..TaskFields::bare("Quietly") };
        assert!(matches!(refusal(task::add(ctx, &lead, reference, &fields).await), Refusal::Invalid(_)));
        let team = [lead.person_id, analyst.person_id];
        let now = incident::set_access(ctx, &lead, reference, opened.version, true, &team).await.unwrap();
        let added = task::add(ctx, &lead, reference, &fields).await.unwrap();
        assert_eq!(task::today(ctx, &analyst).await.unwrap().tasks.len(), 1);
        // Taken off the team, they are told of it no more, and the task still shows who was on it.
        incident::set_access(ctx, &lead, reference, now.version, true, &team[..1]).await.unwrap();
        assert!(task::today(ctx, &analyst).await.unwrap().tasks.is_empty());
        let (seen, _) = task::one(ctx, &lead, &seen(ctx, &lead, reference).await, &added.id.to_string()).await.unwrap();
        assert_eq!(seen.people_names, ["Ana"]);
    }
}
