//! Stories of what an incident touched and what was seen of the attacker, on both databases.

use holdfast_actions::{Ctx, finding, incident, indicator, item, ledger, search};
use holdfast_domain::{
    Actor, Refusal,
    asset::{AssetFields, AssetKind, Compromise},
    incident::IncidentDraft,
    indicator::{IndicatorFields, IndicatorKind},
    marking::Tlp,
    person::Role,
    search::SearchQuery,
    vulnerability::VulnerabilityFields,
};

use crate::world::{refusal, seen};

async fn opened(ctx: &Ctx, actor: &Actor, restricted: bool) -> String {
    let draft = IncidentDraft { restricted, ..IncidentDraft::example() };
    incident::open(ctx, actor, &draft, None).await.unwrap().reference
}

fn domain(value: &str) -> IndicatorFields {
    IndicatorFields::bare(IndicatorKind::Domain, value)
}

async fn hits(ctx: &Ctx, actor: &Actor, text: &str) -> usize {
    let query = SearchQuery { text: text.into(), kinds: Vec::new(), offset: 0, limit: 25 };
    search::find(ctx, actor, &query).await.unwrap().hits.len()
}

story! {
    async fn an_indicator_is_added_edited_archived_and_told_in_the_history(world) {
        let (ctx, mina) = (&world.ctx, world.person("Mina", Role::Analyst).await);
        let reference = opened(ctx, &mina, false).await;
        let added = item::add(ctx, &mina, &reference, &domain("EVIL[.]example")).await.unwrap();
        assert_eq!((added.fields.value.as_str(), added.version), ("evil.example", 1));
        let id = added.id.to_string();
        let again = refusal(item::add(ctx, &mina, &reference, &domain("evil.example")).await);
        assert!(matches!(again, Refusal::Invalid(errors) if errors[0].field == "value"));
        let wrong = refusal(item::add(ctx, &mina, &reference, &domain("not a domain")).await);
        assert!(matches!(wrong, Refusal::Invalid(errors) if errors[0].message.contains("evil.example")));

        let fields = IndicatorFields { description: "the loader came from here".into(), ..domain("evil.example") };
        let edited = item::edit(ctx, &mina, &reference, &id, 1, &fields).await.unwrap();
        assert_eq!((edited.version, edited.fields.description.as_str()), (2, "the loader came from here"));
        let stale = IndicatorFields { description: "something else".into(), ..domain("evil.example") };
        let conflict = refusal(item::edit(ctx, &mina, &reference, &id, 1, &stale).await);
        let Refusal::Conflict(conflict) = conflict else { panic!("{conflict:?}") };
        assert_eq!((conflict.version, conflict.fields.len(), conflict.fields[0].field.as_str()), (2, 1, "description"));
        let same = item::edit(ctx, &mina, &reference, &id, 1, &fields).await.unwrap();
        assert_eq!(same.version, 2, "both say the same");
        assert_eq!(hits(ctx, &mina, "loader").await, 1);

        let archived = item::set_archived::<IndicatorFields>(ctx, &mina, &reference, &id, 2, true).await.unwrap();
        assert!(archived.archived_at.is_some());
        assert_eq!(hits(ctx, &mina, "loader").await, 0);
        assert_eq!(finding::overview(ctx, &mina, &seen(ctx, &mina, &reference).await, false).await.unwrap().counts, (0, 0, 0));
        assert_eq!(finding::overview(ctx, &mina, &seen(ctx, &mina, &reference).await, true).await.unwrap().indicators.rows.len(), 1);
        item::set_archived::<IndicatorFields>(ctx, &mina, &reference, &id, 3, false).await.unwrap();
        assert_eq!(hits(ctx, &mina, "hxxp://evil[.]example").await, 1);
        assert_eq!(hits(ctx, &mina, "evil[.]example").await, 1);

        let history = incident::history(ctx, &mina, &seen(ctx, &mina, &reference).await, None, 50).await.unwrap();
        let kinds: Vec<_> = history.rows.iter().map(|entry| entry.kind.as_str()).collect();
        assert_eq!(kinds, ["indicator.restored", "indicator.archived", "indicator.edited", "indicator.added", "incident.opened"]);
        let value = history.rows[3].changes.iter().find(|change| change.field == "value").unwrap();
        assert_eq!(value.after.as_deref(), Some("evil.example"));
        assert!(ledger::verify(ctx, mina.org_id).await.unwrap().ok());
    }

    async fn many_lines_are_added_in_one_deed_and_nothing_is_lost(world) {
        let (ctx, mina) = (&world.ctx, world.person("Mina", Role::Analyst).await);
        let reference = opened(ctx, &mina, false).await;
        item::add(ctx, &mina, &reference, &domain("known.example")).await.unwrap();
        let base = domain("");
        let base = IndicatorFields { tlp: Tlp::Red, description: "From the mail gateway".into(), ..base };
        let text = "198.51.100.7 # C2\nknown[.]example\nhxxps://evil[.]example/a\nwhat is this\n198.51.100.7";
        let many = indicator::add_many(ctx, &mina, &reference, text, &base).await.unwrap();
        assert_eq!((many.added.len(), many.known, many.refused.len()), (2, 2, 1));
        assert_eq!((many.refused[0].line, many.refused[0].text.as_str()), (4, "what is this"));
        let empty = refusal(indicator::add_many(ctx, &mina, &reference, " \n", &base).await);
        assert!(matches!(empty, Refusal::Invalid(_)));
        let history = incident::history(ctx, &mina, &seen(ctx, &mina, &reference).await, None, 50).await.unwrap();
        assert_eq!(history.rows.len(), 3, "one entry for all of them");
        let committed = |field: &str| {
            let change = history.rows[0].changes.iter().find(|change| change.field == field).unwrap();
            change.after.clone().unwrap()
        };
        assert_eq!(committed("value"), "ipv4: 198.51.100.7 # C2\nurl: https://evil.example/a");
        assert_eq!((committed("tlp"), committed("description")), ("red".into(), "From the mail gateway".into()));
    }

    async fn what_was_seen_in_a_hidden_incident_stays_hidden(world) {
        let (ctx, lena) = (&world.ctx, world.person("Lena", Role::Lead).await);
        let mina = world.person("Mina", Role::Analyst).await;
        let (open, hidden) = (opened(ctx, &lena, false).await, opened(ctx, &lena, true).await);
        let mut server = AssetFields::bare(AssetKind::Server, "Mail gateway");
        server.compromise = Compromise::Confirmed;
        for reference in [&open, &hidden] {
            item::add(ctx, &lena, reference, &domain("evil.example")).await.unwrap();
            item::add(ctx, &lena, reference, &server).await.unwrap();
            item::add(ctx, &lena, reference, &VulnerabilityFields::bare("CVE-2021-44228", "")).await.unwrap();
        }
        let elsewhere = async |actor: &Actor| {
            let page = finding::overview(ctx, actor, &seen(ctx, actor, &open).await, false).await.unwrap();
            let counts = [
                page.indicators.rows[0].seen_in.clone(), page.assets.rows[0].seen_in.clone(),
                page.vulnerabilities.rows[0].seen_in.clone(),
            ];
            counts.map(|seen| seen.map_or(0, |seen| seen.count))
        };
        assert_eq!(elsewhere(&lena).await, [1, 1, 1]);
        assert_eq!(elsewhere(&mina).await, [0, 0, 0]);
        let across = async |actor: &Actor| indicator::across(ctx, actor, "evil[.]example", None, 50).await.unwrap().len();
        assert_eq!((across(&lena).await, across(&mina).await), (2, 1));
        assert_eq!((hits(ctx, &lena, "mail gateway").await, hits(ctx, &mina, "mail gateway").await), (2, 1));

        let of_hidden = item::all::<IndicatorFields>(ctx, &lena, &seen(ctx, &lena, &hidden).await).await.unwrap()[0].id.to_string();
        for reference in [&hidden, &open] {
            let answer = refusal(
                async { item::view::<IndicatorFields>(ctx, &mina, &incident::view(ctx, &mina, reference).await?, &of_hidden).await }.await,
            );
            assert!(matches!(answer, Refusal::NotFound(_)), "{reference}");
            let answer = refusal(item::edit(ctx, &mina, reference, &of_hidden, 1, &domain("x.example")).await);
            assert!(matches!(answer, Refusal::NotFound(_)), "{reference}");
        }
    }

    async fn those_who_only_read_change_nothing(world) {
        let (ctx, lena) = (&world.ctx, world.person("Lena", Role::Lead).await);
        let reference = opened(ctx, &lena, false).await;
        let added = item::add(ctx, &lena, &reference, &domain("evil.example")).await.unwrap();
        for role in [Role::Auditor, Role::Executive] {
            let reader = world.person(role.as_str(), role).await;
            assert!(matches!(refusal(item::add(ctx, &reader, &reference, &domain("x.example")).await), Refusal::Forbidden(_)));
            let archive = item::set_archived::<IndicatorFields>(ctx, &reader, &reference, &added.id.to_string(), 1, true).await;
            assert!(matches!(refusal(archive), Refusal::Forbidden(_)));
        }
        let executive = world.person("Elena", Role::Executive).await;
        let query = SearchQuery { text: "evil".into(), kinds: Vec::new(), offset: 0, limit: 25 };
        assert!(matches!(refusal(search::find(ctx, &executive, &query).await), Refusal::Forbidden(_)));
        let far = SearchQuery { offset: 101, ..query };
        assert!(matches!(refusal(search::find(ctx, &lena, &far).await), Refusal::Invalid(_)));
    }

    async fn an_event_that_is_off_the_timeline_is_not_found(world) {
        use holdfast_actions::event;
        use holdfast_domain::event::EventFields;
        let (ctx, mina) = (&world.ctx, world.person("Mina", Role::Analyst).await);
        let reference = opened(ctx, &mina, false).await;
        let fields = EventFields {
            title: "Zanzibar loader ran".into(), ..EventFields::default()
        };
        let added = event::add(ctx, &mina, &reference, &fields).await.unwrap();
        let id = added.id.to_string();
        assert_eq!(hits(ctx, &mina, "zanzibar").await, 1);
        event::set_archived(ctx, &mina, &reference, &id, added.version, true).await.unwrap();
        assert_eq!(hits(ctx, &mina, "zanzibar").await, 0);
        event::set_archived(ctx, &mina, &reference, &id, added.version + 1, false).await.unwrap();
        assert_eq!(hits(ctx, &mina, "zanzibar").await, 1);
    }
}
