//! Stories of what is written for reports, on both databases.

use holdfast_actions::{Error, incident, narrative, search};
use holdfast_domain::{
    Refusal,
    incident::IncidentDraft,
    narrative::{NarrativeFields, Priority, RecommendationFields, RecommendationKind},
    person::Role,
    search::{HitKind, SearchQuery},
};

fn refusal<T: std::fmt::Debug>(result: holdfast_actions::Result<T>) -> Refusal {
    match result {
        Err(Error::Refused(refusal)) => refusal,
        other => panic!("expected a refusal, got {other:?}"),
    }
}

fn texts(bottom_line: &str) -> NarrativeFields {
    NarrativeFields { bottom_line: bottom_line.into(), ..NarrativeFields::default() }
}

story! {
    async fn texts_are_written_with_a_version_and_found_by_search(world) {
        let (ctx, lead) = (&world.ctx, world.person("Lena", Role::Lead).await);
        let opened = incident::open(ctx, &lead, &IncidentDraft::example(), None).await.unwrap();
        let reference = opened.reference.as_str();
        let first = narrative::write(ctx, &lead, reference, 0, &texts("Two passwords were typed.")).await.unwrap();
        assert_eq!(first.version, 1);
        let stale = refusal(narrative::write(ctx, &lead, reference, 0, &texts("Late.")).await);
        assert!(matches!(stale, Refusal::Conflict(_)), "{stale:?}");
        let second = narrative::write(ctx, &lead, reference, 1, &texts("Two passwords were changed.")).await.unwrap();
        assert_eq!((second.version, second.updated_by_name.as_deref()), (2, Some("Lena")));

        let fields = RecommendationFields {
            body: "Passkeys for finance".into(), kind: RecommendationKind::Prevent, owner: "Identity team".into(),
            due_at: None, priority: Priority::High, tracker: String::new(), done_at: None,
        };
        let added = narrative::recommend(ctx, &lead, reference, &fields).await.unwrap();
        let id = added.id.to_string();
        let gone = narrative::edit_recommendation(ctx, &lead, reference, &id, 1, &fields, true).await.unwrap();
        assert!(gone.archived && narrative::read(ctx, &lead, &crate::world::seen(ctx, &lead, reference).await).await.unwrap().1.is_empty());
        let again = narrative::edit_recommendation(ctx, &lead, reference, &id, 1, &fields, false).await;
        assert!(matches!(refusal(again), Refusal::Conflict(_)));
        narrative::edit_recommendation(ctx, &lead, reference, &id, 2, &fields, false).await.unwrap();
        let query = SearchQuery { text: "passwords changed".into(), kinds: vec![HitKind::Narrative], offset: 0, limit: 10 };
        assert_eq!(search::find(ctx, &lead, &query).await.unwrap().hits.len(), 1);
        assert_eq!(narrative::read(ctx, &lead, &crate::world::seen(ctx, &lead, reference).await).await.unwrap().1.len(), 1);
    }
}
