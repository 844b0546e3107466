//! Stories of incidents, on both databases: what people do, what the next reader sees, and what the
//! ledger says of it afterwards.

use holdfast_actions::{Ctx, Error, incident, ledger, ledger::LedgerLine, link};
use holdfast_domain::{
    Actor, Refusal,
    incident::{Disposition, Incident, IncidentDraft, IncidentEdit, IncidentQuery, Severity},
    ledger::LedgerFilter,
    lifecycle::{Milestone, PhaseChange, Stated, Status},
    link::words,
    person::Role,
    time::{Precision, TimeSource},
};

use crate::world::{refusal, seen};

async fn opened(ctx: &Ctx, actor: &Actor) -> Incident {
    incident::open(ctx, actor, &IncidentDraft::example(), None).await.unwrap()
}

fn to(status: Status, reason: &str) -> PhaseChange {
    PhaseChange { to: status, entered: None, reason: reason.into() }
}

async fn verified(ctx: &Ctx, actor: &Actor) {
    let report = ledger::verify(ctx, actor.org_id).await.unwrap();
    assert!(report.ok(), "{report}");
}

story! {
    async fn an_incident_walks_its_whole_path_and_the_ledger_tells_it(world) {
        let (ctx, lead) = (&world.ctx, world.person("Lena", Role::Lead).await);
        let mut now = opened(ctx, &lead).await;
        assert_eq!(now.reference, "INC-2026-0001");
        for status in &Status::PATH[1..9] {
            world.clock.pass(600);
            now = incident::change_phase(ctx, &lead, &now.reference, now.version, &to(*status, ""), None).await.unwrap();
        }
        let closing = incident::change_phase(ctx, &lead, &now.reference, now.version, &to(Status::Closed, ""), None).await;
        assert!(refusal(closing).to_string().contains("a disposition"));
        let mut fields = now.fields.clone();
        fields.disposition = Disposition::TruePositive;
        fields.root_cause = "undetermined".into();
        let edit = IncidentEdit { version: now.version, fields, reason: String::new() };
        now = incident::edit(ctx, &lead, &now.reference, &edit).await.unwrap();
        now = incident::change_phase(ctx, &lead, &now.reference, now.version, &to(Status::Closed, ""), None).await.unwrap();
        now = incident::change_phase(ctx, &lead, &now.reference, now.version, &to(Status::Investigating, "it came back"), None)
            .await
            .unwrap();
        assert_eq!((now.status, now.reopened_count), (Status::Investigating, 1));
        let room = incident::room(ctx, &lead, seen(ctx, &lead, &now.reference).await).await.unwrap();
        let time = |milestone| room.times.iter().find(|time| time.milestone == milestone).unwrap();
        assert!(time(Milestone::Close).at.is_none());
        assert!(time(Milestone::Contain).at.is_some());
        let history = incident::history(ctx, &lead, &seen(ctx, &lead, &now.reference).await, None, 50).await.unwrap();
        assert_eq!(history.rows.len(), 12);
        assert_eq!(history.rows[0].reason.as_deref(), Some("it came back"));
        assert_eq!(history.rows[0].changes[0].after.as_deref(), Some("investigating"));
        assert_eq!(history.rows[11].changes.iter().find(|c| c.field == "title").unwrap().after, Some(now.fields.title));
        verified(ctx, &lead).await;
    }

    async fn a_stale_edit_is_refused_with_both_texts_and_changes_nothing(world) {
        let (ctx, lead) = (&world.ctx, world.person("Lena", Role::Lead).await);
        let first = opened(ctx, &lead).await;
        let with_title = |title: &str| IncidentEdit {
            version: first.version,
            fields: holdfast_domain::incident::IncidentFields { title: title.into(), ..first.fields.clone() },
            reason: String::new(),
        };
        incident::edit(ctx, &lead, &first.reference, &with_title("Theirs")).await.unwrap();
        let Refusal::Conflict(conflict) = refusal(incident::edit(ctx, &lead, &first.reference, &with_title("Mine")).await)
        else { panic!("not a conflict") };
        assert_eq!((conflict.fields[0].yours.as_str(), conflict.fields[0].theirs.as_str()), ("Mine", "Theirs"));
        assert_eq!(incident::view(ctx, &lead, &first.reference).await.unwrap().fields.title, "Theirs");
        let same = incident::edit(ctx, &lead, &first.reference, &with_title("Theirs")).await.unwrap();
        assert_eq!(same.version, 2);
    }

    async fn who_may_not_close_a_major_incident_cannot_make_it_a_minor_one(world) {
        let (ctx, lead) = (&world.ctx, world.person("Lena", Role::Lead).await);
        let analyst = world.person("Ben", Role::Analyst).await;
        let mut now = opened(ctx, &lead).await;
        let with = |now: &Incident, severity| IncidentEdit {
            version: now.version,
            fields: holdfast_domain::incident::IncidentFields { severity, ..now.fields.clone() },
            reason: "Seen again".into(),
        };
        for severity in [Severity::Sev3, Severity::Sev1, Severity::Sev2] {
            let by = if severity == Severity::Sev3 { &lead } else { &analyst };
            now = incident::edit(ctx, by, &now.reference, &with(&now, severity)).await.unwrap();
        }
        let Refusal::Invalid(faults) =
            refusal(incident::edit(ctx, &analyst, &now.reference, &with(&now, Severity::Sev3)).await)
        else { panic!() };
        assert_eq!(faults[0].field, "severity");
        assert_eq!(incident::view(ctx, &lead, &now.reference).await.unwrap().fields.severity, Severity::Sev2);
        incident::edit(ctx, &lead, &now.reference, &with(&now, Severity::Sev3)).await.unwrap();
    }

    async fn a_restricted_incident_does_not_exist_for_others(world) {
        let ctx = &world.ctx;
        let (lead, analyst) = (world.person("Lena", Role::Lead).await, world.person("Ben", Role::Analyst).await);
        let draft = IncidentDraft { restricted: true, ..IncidentDraft::example() };
        let hidden = incident::open(ctx, &lead, &draft, None).await.unwrap();
        for other in [&analyst, &world.admin] {
            for name in [hidden.reference.clone(), hidden.id.to_string()] {
                assert!(matches!(refusal(incident::view(ctx, other, &name).await), Refusal::NotFound(_)));
                let phase = incident::change_phase(ctx, other, &name, 1, &to(Status::Triage, ""), None).await;
                assert!(matches!(refusal(phase), Refusal::NotFound(_)));
            }
            let query = IncidentQuery { text: "phishing".into(), ..IncidentQuery::default() };
            assert!(incident::list(ctx, other, &query).await.unwrap().rows.is_empty());
        }
        // Nobody of these could work on it, and one of them could not even see it.
        let executive = world.person("Elena", Role::Executive).await;
        let unowned = incident::open(ctx, &lead, &IncidentDraft::example(), None).await.unwrap();
        for team in [vec![], vec![executive.person_id], vec![world.admin.person_id, executive.person_id]] {
            let left = incident::set_access(ctx, &lead, &unowned.reference, 1, true, &team).await;
            assert!(matches!(refusal(left), Refusal::Invalid(_)), "{team:?}");
        }
        incident::set_access(ctx, &lead, &hidden.reference, 1, true, &[lead.person_id, analyst.person_id]).await.unwrap();
        assert!(incident::view(ctx, &analyst, &hidden.reference).await.is_ok());
    }

    async fn a_time_is_entered_later_with_its_reason_and_precision(world) {
        let (ctx, lead) = (&world.ctx, world.person("Lena", Role::Lead).await);
        let now = opened(ctx, &lead).await;
        let stated = Stated {
            at: ctx.now().plus_seconds(-86_400),
            precision: Precision::Hour,
            source: TimeSource::Evidence,
            zone: Some("Europe/Berlin".into()),
            original: Some("2026-09-20 15:13".into()),
        };
        let missing = incident::enter_time(ctx, &lead, &now.reference, 1, Milestone::Start, Some(&stated), " ").await;
        assert!(matches!(refusal(missing), Refusal::Invalid(_)));
        let own = incident::enter_time(ctx, &lead, &now.reference, 1, Milestone::Close, Some(&stated), "x").await;
        assert!(matches!(refusal(own), Refusal::Rule(_)));
        let after = incident::enter_time(ctx, &lead, &now.reference, 1, Milestone::Start, Some(&stated), "proxy log").await.unwrap();
        let room = incident::room(ctx, &lead, seen(ctx, &lead, &now.reference).await).await.unwrap();
        let start = room.times.iter().find(|time| time.milestone == Milestone::Start).unwrap();
        assert_eq!((start.at, start.precision, start.reason.as_deref()), (Some(stated.at), Precision::Hour, Some("proxy log")));
        assert!(start.is_late());
        incident::enter_time(ctx, &lead, &now.reference, after.version, Milestone::Detect, None, "was wrong").await.unwrap();
        let listed = incident::list(ctx, &lead, &IncidentQuery::default()).await.unwrap();
        assert_eq!(listed.rows[0].detected_at, None);
        verified(ctx, &lead).await;
    }

    async fn roles_hold_in_deeds_and_denials_are_recorded(world) {
        let ctx = &world.ctx;
        let (lead, analyst) = (world.person("Lena", Role::Lead).await, world.person("Ben", Role::Analyst).await);
        let executive = world.person("Eve", Role::Executive).await;
        let mut draft = IncidentDraft::example();
        draft.fields.severity = Severity::Sev1;
        let major = incident::open(ctx, &lead, &draft, None).await.unwrap();
        let reject = incident::change_phase(ctx, &analyst, &major.reference, 1, &to(Status::Rejected, "nothing"), None).await;
        assert!(matches!(refusal(reject), Refusal::Forbidden(_)));
        assert!(matches!(refusal(incident::list(ctx, &executive, &IncidentQuery::default()).await), Refusal::Forbidden(_)));
        assert!(matches!(refusal(incident::open(ctx, &world.admin, &draft, None).await), Refusal::Forbidden(_)));
        let mut fields = major.fields.clone();
        fields.owner_id = Some(lead.person_id);
        let edit = IncidentEdit { version: 1, fields, reason: String::new() };
        assert!(matches!(refusal(incident::edit(ctx, &analyst, &major.reference, &edit).await), Refusal::Invalid(_)));
        let taken = incident::take(ctx, &analyst, &major.reference, 1).await.unwrap();
        assert_eq!(taken.owner_name.as_deref(), Some("Ben"));
        let entries = ledger::page(ctx, &lead, &LedgerFilter::default(), None, 100).await.unwrap();
        assert_eq!(entries.rows.iter().filter_map(LedgerLine::entry).filter(|row| row.kind == "access.denied").count(), 3);
    }

    async fn an_incident_is_owned_by_somebody_who_can_work_on_it(world) {
        let (ctx, lead, opened) = world.with_an_incident().await;
        for role in [Role::Auditor, Role::Executive, Role::Administrator] {
            let cannot = world.person(&format!("Somebody-{role}"), role).await;
            let mut draft = IncidentDraft::example();
            draft.fields.owner_id = Some(cannot.person_id);
            assert!(matches!(refusal(incident::open(ctx, &lead, &draft, None).await), Refusal::Invalid(_)), "{role}");
            let mut fields = opened.fields.clone();
            fields.owner_id = Some(cannot.person_id);
            let edit = IncidentEdit { version: opened.version, fields, reason: String::new() };
            let refused = refusal(incident::edit(ctx, &lead, &opened.reference, &edit).await);
            assert!(matches!(refused, Refusal::Invalid(_)), "{role}");
        }
        let offered = holdfast_actions::person::workers(ctx, &lead).await.unwrap();
        assert_eq!(offered.into_iter().map(|one| one.name).collect::<Vec<_>>(), ["Lena"]);
    }

    async fn one_key_opens_one_incident_however_often_it_is_sent(world) {
        let (ctx, lead) = (&world.ctx, world.person("Lena", Role::Lead).await);
        let key = incident::IdempotencyKey { key: "phone-call-17".into() };
        let draft = IncidentDraft::example();
        let tries = (0..20).map(|_| {
            let (ctx, lead, key, draft) = (ctx.clone(), lead.clone(), key.clone(), draft.clone());
            tokio::spawn(async move { incident::open(&ctx, &lead, &draft, Some(&key)).await.unwrap().id })
        });
        let mut ids = Vec::new();
        for one in tries.collect::<Vec<_>>() {
            ids.push(one.await.unwrap());
        }
        ids.dedup();
        assert_eq!(ids.len(), 1);
        let mut other = IncidentDraft::example();
        other.fields.title = "Another".into();
        assert_eq!(refusal(incident::open(ctx, &lead, &other, Some(&key)).await), Refusal::KeyReused);
        assert_eq!(incident::list(ctx, &lead, &IncidentQuery::default()).await.unwrap().rows.len(), 1);
    }

    async fn merging_needs_a_visible_target_and_can_be_reverted(world) {
        let (ctx, lead) = (&world.ctx, world.person("Lena", Role::Lead).await);
        let (one, two) = (opened(ctx, &lead).await, opened(ctx, &lead).await);
        for bad in [None, Some("INC-1999-0001"), Some(one.reference.as_str())] {
            let merged = incident::change_phase(ctx, &lead, &one.reference, 1, &to(Status::Merged, ""), bad).await;
            assert!(matches!(refusal(merged), Refusal::Invalid(_)), "{bad:?}");
        }
        let merged = incident::change_phase(ctx, &lead, &one.reference, 1, &to(Status::Merged, ""), Some(&two.reference))
            .await
            .unwrap();
        assert_eq!(merged.merged_into, Some(two.reference.clone()));
        let links = async |reference: &str| {
            let seen = seen(ctx, &lead, reference).await;
            let links = link::list(ctx, &lead, &seen, false).await.unwrap();
            links.into_iter().map(|one| (words(one.kind, one.at_from), one.other)).collect::<Vec<_>>()
        };
        assert_eq!(links(&one.reference).await, [("Duplicate of", two.reference.clone())]);
        assert_eq!(links(&two.reference).await, [("Has the duplicate", one.reference.clone())]);
        let contained = incident::change_phase(ctx, &lead, &one.reference, 2, &to(Status::Contained, "no"), None).await;
        assert!(matches!(refusal(contained), Refusal::Rule(_)));
        let otto = world.person("Otto", Role::Auditor).await;
        let revert = to(Status::Investigating, "They are two after all.");
        let by_otto = incident::change_phase(ctx, &otto, &one.reference, 2, &revert, None).await;
        assert!(matches!(refusal(by_otto), Refusal::Forbidden(_)));
        let reverted = incident::change_phase(ctx, &lead, &one.reference, 2, &revert, None).await.unwrap();
        assert_eq!((reverted.status, reverted.merged_into), (Status::Investigating, None));
        assert_eq!((links(&one.reference).await, links(&two.reference).await), (vec![], vec![]));
    }

    async fn what_was_looked_up_for_one_person_is_not_read_for_another(world) {
        let (ctx, lead) = (&world.ctx, world.person("Lena", Role::Lead).await);
        let analyst = world.person("Mina", Role::Analyst).await;
        let hidden = IncidentDraft { restricted: true, ..IncidentDraft::example() };
        let hidden = incident::open(ctx, &lead, &hidden, None).await.unwrap();
        let seen = seen(ctx, &lead, &hidden.reference).await;
        assert!(incident::times(ctx, &lead, &seen).await.is_ok());
        assert!(matches!(incident::times(ctx, &analyst, &seen).await, Err(Error::Failed(_))));
        assert!(matches!(incident::history(ctx, &analyst, &seen, None, 10).await, Err(Error::Failed(_))));
    }
}
