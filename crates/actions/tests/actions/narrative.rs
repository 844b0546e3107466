//! Stories of what is written for reports, on both databases.

use holdfast_actions::{item, narrative, search};
use holdfast_domain::{
    Refusal,
    narrative::{NarrativeFields, Priority, RecommendationFields},
    search::{HitKind, SearchQuery},
};

use crate::world::{kinds, refusal, seen};

fn texts(bottom_line: &str) -> NarrativeFields {
    NarrativeFields { bottom_line: bottom_line.into(), ..NarrativeFields::default() }
}

story! {
    async fn texts_are_written_with_a_version_and_found_by_search(world) {
        let (ctx, lead, opened) = world.with_an_incident().await;
        let reference = opened.reference.as_str();
        let first = narrative::write(ctx, &lead, reference, 0, &texts("Two passwords were typed.")).await.unwrap();
        assert_eq!(first.version, 1);
        let stale = refusal(narrative::write(ctx, &lead, reference, 0, &texts("Late.")).await);
        assert!(matches!(stale, Refusal::Conflict(_)), "{stale:?}");
        let second = narrative::write(ctx, &lead, reference, 1, &texts("Two passwords were changed.")).await.unwrap();
        assert_eq!((second.version, second.updated_by_name.as_deref()), (2, Some("Lena")));

        let fields = RecommendationFields {
            body: "Passkeys for finance".into(), owner: "Identity team".into(), priority: Priority::High,
            ..RecommendationFields::default()
        };
        let added = item::add(ctx, &lead, reference, &fields).await.unwrap();
        let id = added.id.to_string();
        let archive = async |version, archived| {
            item::set_archived::<RecommendationFields>(ctx, &lead, reference, &id, version, archived).await
        };
        let listed = async || {
            item::all::<RecommendationFields>(ctx, &lead, &seen(ctx, &lead, reference).await).await.unwrap().len()
        };
        assert!(archive(1, true).await.unwrap().archived_at.is_some() && listed().await == 0);
        assert!(matches!(refusal(archive(1, false).await), Refusal::Conflict(_)));
        archive(2, false).await.unwrap();
        assert_eq!(listed().await, 1);
        let seen = seen(ctx, &lead, reference).await;
        let kinds = kinds(ctx, &lead, reference).await;
        assert_eq!(kinds[..3], ["recommendation.restored", "recommendation.removed", "recommendation.added"]);
        let query = SearchQuery { text: "passwords changed".into(), kinds: vec![HitKind::Narrative], offset: 0, limit: 10 };
        assert_eq!(search::find(ctx, &lead, &query).await.unwrap().hits.len(), 1);
        assert_eq!(narrative::read(ctx, &lead, &seen).await.unwrap().fields.bottom_line, "Two passwords were changed.");
    }
}
