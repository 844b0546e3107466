//! Metrics that are kept say what metrics made anew would say, on both databases.

#![allow(clippy::unwrap_used)]

#[macro_use]
mod support;

use holdfast_actions::{
    Ctx, event, incident,
    metric::{Dashboard, MetricsQuery, dashboard},
};
use holdfast_domain::{
    Actor,
    event::{EventFields, Lane},
    incident::IncidentDraft,
    org::OrgFields,
    person::Role,
};

async fn seen(ctx: &Ctx, actor: &Actor) -> Dashboard {
    (*dashboard(ctx, actor, &MetricsQuery::default()).await.unwrap()).clone()
}

fn event_fields() -> EventFields {
    EventFields {
        lane: Lane::Attack,
        title: "A mail was opened".into(),
        description: String::new(),
        source: String::new(),
        occurred: None,
        occurred_end: None,
        learned_at: None,
        in_report: false,
        techniques: Vec::new(),
    }
}

story! {
    async fn metrics_are_kept_until_something_they_are_made_of_changes(world) {
        let lead = world.person("Lea", Role::Lead).await;
        let other = world.person("Ole", Role::Lead).await;
        let opened = incident::open(&world.ctx, &lead, &IncidentDraft::example(), None).await.unwrap();
        let first = seen(&world.ctx, &lead).await;
        assert_eq!(first.counts[0].opened, 1);

        // An event changes no metric: within the minute, what was made is shown again and says as of when.
        world.clock.pass(30);
        event::add(&world.ctx, &lead, &opened.reference, &event_fields()).await.unwrap();
        let again = seen(&world.ctx, &lead).await;
        assert_eq!((again.as_of, again.counts[0].opened), (first.as_of, 1));

        // An incident does, at once and for everybody who may see it.
        let hidden = IncidentDraft { restricted: true, ..IncidentDraft::example() };
        incident::open(&world.ctx, &lead, &hidden, None).await.unwrap();
        let (hers, his) = (seen(&world.ctx, &lead).await, seen(&world.ctx, &other).await);
        assert_eq!((hers.as_of, hers.counts[0].opened), (world.ctx.now(), 2));
        assert_eq!(his.counts[0].opened, 1, "he is not on the team");

        // So does a setting.
        let org = holdfast_actions::org::view(&world.ctx, &world.admin).await.unwrap();
        let fields = OrgFields { time_zone: "Asia/Tokyo".into(), ..OrgFields::from(&org) };
        holdfast_actions::org::edit(&world.ctx, &world.admin, org.version, &fields).await.unwrap();
        assert_eq!(seen(&world.ctx, &lead).await.zone, "Asia/Tokyo");

        // And what is open has lasted longer a minute later.
        world.clock.pass(61);
        let later = seen(&world.ctx, &lead).await;
        assert_eq!(later.as_of, world.ctx.now());
        assert_ne!(later.backlog, hers.backlog);
    }
}
