//! Stories of links between incidents, on both databases.

use holdfast_actions::{Ctx, incident, item, ledger, link};
use holdfast_domain::{
    Actor, Refusal,
    contact::{Channel, ContactFields},
    incident::IncidentDraft,
    link::{LinkFields, LinkKind, words},
    person::Role,
};

use crate::world::{kinds, refusal, seen};

async fn opened(ctx: &Ctx, actor: &Actor, restricted: bool) -> String {
    let draft = IncidentDraft { restricted, ..IncidentDraft::example() };
    incident::open(ctx, actor, &draft, None).await.unwrap().reference
}

fn as_kind(kind: LinkKind) -> LinkFields {
    LinkFields { kind, note: "the same sender".into() }
}

async fn links(ctx: &Ctx, actor: &Actor, reference: &str) -> Vec<(&'static str, String)> {
    let seen = seen(ctx, actor, reference).await;
    let links = link::list(ctx, actor, &seen, false).await.unwrap();
    links.into_iter().map(|one| (words(one.kind, one.at_from), one.other)).collect()
}

story! {
    async fn a_link_is_read_from_both_ends_and_made_once(world) {
        let (ctx, lead) = (&world.ctx, world.person("Lena", Role::Lead).await);
        let (one, two) = (opened(ctx, &lead, false).await, opened(ctx, &lead, false).await);
        let made = link::add(ctx, &lead, &one, &two, &as_kind(LinkKind::Parent)).await.unwrap();
        assert_eq!((links(ctx, &lead, &one).await, links(ctx, &lead, &two).await),
            (vec![("Parent of", two.clone())], vec![("Child of", one.clone())]));
        for (at, other, kind) in [(&one, &two, LinkKind::Parent), (&two, &one, LinkKind::Child), (&two, &one, LinkKind::Parent)] {
            let again = refusal(link::add(ctx, &lead, at, other, &as_kind(kind)).await);
            assert!(matches!(&again, Refusal::Invalid(errors) if errors[0].field == "other"), "{again:?}");
        }
        for other in [one.as_str(), "INC-1999-0001", " "] {
            let bad = refusal(link::add(ctx, &lead, &one, other, &as_kind(LinkKind::Related)).await);
            assert!(matches!(&bad, Refusal::Invalid(errors) if errors[0].field == "other"), "{bad:?}");
        }
        // Removed at the far end, taken back at the near one.
        let id = made.id.unwrap().to_string();
        let gone = link::set_archived(ctx, &lead, &two, &id, 1, true).await.unwrap();
        assert_eq!((gone.version, links(ctx, &lead, &one).await), (2, vec![]));
        let stale = refusal(link::set_archived(ctx, &lead, &one, &id, 1, false).await);
        assert!(matches!(&stale, Refusal::Conflict(conflict) if conflict.version == 2), "{stale:?}");
        link::set_archived(ctx, &lead, &one, &id, 2, false).await.unwrap();
        assert_eq!(links(ctx, &lead, &two).await.len(), 1);
        // Both incidents tell it, and the log holds.
        for reference in [&one, &two] {
            let kinds = kinds(ctx, &lead, reference).await;
            assert_eq!(kinds[..3], ["link.restored", "link.removed", "link.added"], "{reference}");
        }
        assert!(ledger::verify(ctx, lead.org_id).await.unwrap().ok());
    }

    async fn to_who_does_not_see_the_other_end_a_link_is_not_there(world) {
        let (ctx, lead) = (&world.ctx, world.person("Lena", Role::Lead).await);
        let mina = world.person("Mina", Role::Analyst).await;
        let (open, hidden) = (opened(ctx, &lead, false).await, opened(ctx, &lead, true).await);
        let made = link::add(ctx, &lead, &open, &hidden, &as_kind(LinkKind::CausedBy)).await.unwrap();
        let id = made.id.unwrap().to_string();
        assert_eq!((links(ctx, &lead, &open).await.len(), links(ctx, &mina, &open).await), (1, vec![]));
        let seen = seen(ctx, &mina, &open).await;
        let nothing = refusal(link::view(ctx, &mina, &seen, "00000000-0000-0000-0000-000000000000").await);
        assert_eq!(refusal(link::view(ctx, &mina, &seen, &id).await), nothing);
        assert_eq!(refusal(link::set_archived(ctx, &mina, &open, &id, 1, true).await), nothing);
        // Nor does trying tell that the other end is there.
        let guessed = refusal(link::add(ctx, &mina, &open, &hidden, &as_kind(LinkKind::Related)).await);
        assert_eq!(refusal(link::add(ctx, &mina, &open, "INC-1999-0001", &as_kind(LinkKind::Related)).await), guessed);
        // Nor does the history, to those who do not see the other end; to those who do it names that end.
        assert_eq!(kinds(ctx, &mina, &open).await, ["incident.opened"]);
        let history = incident::history(ctx, &lead, &crate::world::seen(ctx, &lead, &open).await, None, 10).await.unwrap();
        let other = history.rows[0].changes.iter().find(|change| change.field == "other").unwrap();
        assert_eq!((history.rows[0].kind.as_str(), other.after.as_deref()), ("link.added", Some(hidden.as_str())));
        let auditor = world.person("Otto", Role::Auditor).await;
        let refused = refusal(link::add(ctx, &auditor, &open, &open, &as_kind(LinkKind::Related)).await);
        assert!(matches!(refused, Refusal::Forbidden(_)));
    }

    async fn a_contact_is_kept_with_all_its_fields_and_found_by_search(world) {
        let (ctx, lead) = (&world.ctx, world.person("Lena", Role::Lead).await);
        let reference = opened(ctx, &lead, false).await;
        let fields = ContactFields {
            name: " Duty officer ".into(), organisation: "National CSIRT".into(), channel: Channel::Portal,
            informed_at: Some(ctx.now()), said: "Early **warning** filed".into(), next_due: Some(ctx.now().plus_seconds(86_400)),
        };
        let added = item::add(ctx, &lead, &reference, &fields).await.unwrap();
        let seen = seen(ctx, &lead, &reference).await;
        let kept = item::view::<ContactFields>(ctx, &lead, &seen, &added.id.to_string()).await.unwrap();
        assert_eq!(kept.fields, ContactFields { name: "Duty officer".into(), ..fields });
        let blank = refusal(item::add(ctx, &lead, &reference, &ContactFields::default()).await);
        let Refusal::Invalid(errors) = blank else { panic!("{blank:?}") };
        assert_eq!(errors.iter().map(|error| error.field.as_str()).collect::<Vec<_>>(), ["name", "informed_at"]);
        let query = holdfast_domain::search::SearchQuery { text: "csirt".into(), kinds: Vec::new(), offset: 0, limit: 5 };
        assert_eq!(holdfast_actions::search::find(ctx, &lead, &query).await.unwrap().hits.len(), 1);
    }
}
