//! Stories of the timeline, on both databases.

use holdfast_actions::{event, incident, ledger};
use holdfast_domain::{
    Refusal, Timestamp,
    event::{EntryFrom, EventFields, EventTechnique, Lane},
    incident::IncidentDraft,
    lifecycle::Stated,
    person::Role,
};

use crate::world::{kinds, refusal, seen, timeline};

fn fields(title: &str, at: Option<Timestamp>) -> EventFields {
    EventFields {
        lane: Lane::Attack,
        title: title.into(),
        description: "As the proxy's log shows.".into(),
        source: "proxy log".into(),
        occurred: at.map(Stated::by_system),
        in_report: true,
        techniques: vec![EventTechnique { technique: "T1566.001".into(), tactic: Some("TA0001".into()) }],
        ..EventFields::default()
    }
}

story! {
    async fn an_event_is_added_changed_removed_and_put_back_and_the_phases_stand_beside_it(world) {
        let (ctx, lead, opened) = world.with_an_incident().await;
        let reference = opened.reference.as_str();
        let early = ctx.now().plus_seconds(-7_200);
        let first = event::add(ctx, &lead, reference, &fields("Mail opened", Some(early))).await.unwrap();
        let unknown = event::add(ctx, &lead, reference, &fields("Macro ran", None)).await.unwrap();
        assert!(unknown.position > first.position);
        assert_eq!(first.fields.techniques, fields("Mail opened", Some(early)).techniques);

        let id = first.id.to_string();
        let mut changed = first.fields.clone();
        changed.title = "Mail with a macro opened".into();
        let edited = event::edit(ctx, &lead, reference, &id, first.version, &changed).await.unwrap();
        assert_eq!(edited.version, 2);
        let stale = refusal(event::edit(ctx, &lead, reference, &id, 1, &first.fields).await);
        assert!(matches!(stale, Refusal::Conflict(_)), "{stale:?}");

        let told = timeline(ctx, &lead, reference).await;
        let titles: Vec<&str> = told.iter().map(|entry| entry.title.as_str()).collect();
        assert_eq!(titles, ["Mail with a macro opened", "Macro ran", "Detected", "Declared"]);

        let gone = event::set_archived(ctx, &lead, reference, &id, 2, true).await.unwrap();
        let left = timeline(ctx, &lead, reference).await;
        assert_eq!(left.iter().filter(|entry| matches!(entry.from, EntryFrom::Event(_))).count(), 1);
        event::set_archived(ctx, &lead, reference, &id, gone.version, false).await.unwrap();
        assert_eq!(timeline(ctx, &lead, reference).await.len(), 4);

        let kinds = kinds(ctx, &lead, reference).await;
        assert_eq!(kinds[..3], ["timeline.event_restored", "timeline.event_removed", "timeline.event_edited"]);
        assert!(ledger::verify(ctx, lead.org_id).await.unwrap().ok());
    }

    async fn a_tactic_a_zone_and_words_that_do_not_exist_are_refused_by_name(world) {
        let (ctx, lead) = (&world.ctx, world.person("Lena", Role::Lead).await);
        let reference = incident::open(ctx, &lead, &IncidentDraft::example(), None).await.unwrap().reference;
        let mut wrong = fields("Mail opened", Some(ctx.now()));
        wrong.techniques[0].tactic = Some("TA9999".into());
        let stated = wrong.occurred.as_mut().unwrap();
        stated.zone = Some("Mars/Olympus".into());
        stated.original = Some("a".repeat(201));
        let Refusal::Invalid(faults) = refusal(event::add(ctx, &lead, &reference, &wrong).await) else { panic!() };
        let named: Vec<&str> = faults.iter().map(|fault| fault.field.as_str()).collect();
        assert_eq!(named, ["original", "zone", "techniques"]);
        wrong.techniques[0].tactic = Some("TA0001".into());
        wrong.occurred.as_mut().unwrap().zone = Some("Europe/Berlin".into());
        wrong.occurred.as_mut().unwrap().original = Some("2026-11-24T09:55".into());
        event::add(ctx, &lead, &reference, &wrong).await.unwrap();
    }

    async fn an_event_of_another_incident_is_not_found_and_a_reader_changes_nothing(world) {
        let (ctx, lead, one) = world.with_an_incident().await;
        let auditor = world.person("Otto", Role::Auditor).await;
        let other = incident::open(ctx, &lead, &IncidentDraft::example(), None).await.unwrap();
        let event = event::add(ctx, &lead, &one.reference, &fields("Mail opened", None)).await.unwrap();
        let id = event.id.to_string();
        for nested in [
            refusal(event::one(ctx, &lead, &seen(ctx, &lead, &other.reference).await, &id).await),
            refusal(event::edit(ctx, &lead, &other.reference, &id, 1, &event.fields).await),
            refusal(event::set_archived(ctx, &lead, &other.reference, &id, 1, true).await),
        ] {
            assert_eq!(nested, Refusal::NotFound("event".into()));
        }
        assert_eq!(timeline(ctx, &auditor, &one.reference).await.len(), 3);
        assert!(matches!(refusal(event::add(ctx, &auditor, &one.reference, &event.fields).await), Refusal::Forbidden(_)));
        let wrong = refusal(event::add(ctx, &lead, &one.reference, &fields(" ", None)).await);
        assert!(matches!(wrong, Refusal::Invalid(_)));
    }
}
