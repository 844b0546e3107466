//! Two people change the same thing at once, on both databases: one is kept, and the other loses
//! nothing and sees what was kept, whichever noun it is and however close they were.

use holdfast_actions::{Error, Result, event, incident, item, narrative, task, undo};
use holdfast_domain::{
    Actor, Refusal,
    asset::AssetFields,
    contact::ContactFields,
    event::EventFields,
    incident::{IncidentDraft, IncidentEdit, IncidentFields},
    indicator::{IndicatorFields, IndicatorKind},
    narrative::{NarrativeFields, RecommendationFields},
    noun::ItemFields,
    person::Role,
    refusal::Conflict,
    task::TaskFields,
    vulnerability::VulnerabilityFields,
};
use holdfast_store::{Db, Queryable as _, Tx};
use uuid::Uuid;

use crate::world::{World, seen};

fn conflict<T: std::fmt::Debug>(result: Result<T>) -> Conflict {
    match result {
        Err(Error::Refused(Refusal::Conflict(conflict))) => *conflict,
        other => panic!("expected a conflict, got {other:?}"),
    }
}

/// Locks a row, so that writers of it wait. On SQLite writers wait for the one before anyway.
async fn locked(db: &Db, table: &str, key: &str, id: Uuid) -> Option<Tx> {
    let mut tx = db.write().await.unwrap();
    let lock = format!("SELECT 1 FROM {table} WHERE {key} = $1 FOR UPDATE");
    let _row: (i32,) = tx.query_built(lock).bind(id).fetch_one().await.unwrap();
    Some(tx)
}

/// Lets a row go once two wait for it: both have read it by then, and neither has written.
async fn let_go_when_two_wait(db: &Db, lock: Option<Tx>) {
    let waiting = "SELECT count(*) FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event_type = 'Lock'";
    for _ in 0..100_000 {
        if lock.is_none() || db.query(waiting).fetch_one::<(i64,)>().await.unwrap().0 >= 2 {
            return drop(lock);
        }
    }
    panic!("two writers never waited for one row");
}

/// The story of one thing at version 1; `edit` sets one field of it to a text and gives the new version.
async fn nothing_is_lost(
    world: &World,
    table: &str,
    key: &str,
    id: Uuid,
    edit: impl AsyncFn(&Actor, i64, &str) -> Result<i64>,
) {
    let (ada, ben) = (
        world.person(&format!("Ada{table}"), Role::Lead).await,
        world.person(&format!("Ben{table}"), Role::Lead).await,
    );
    // A lost race: both saw version 1.
    let db = world.ctx.db();
    let lock = if db.is_sqlite() { None } else { locked(db, table, key, id).await };
    let ((), by_ada, by_ben) =
        tokio::join!(let_go_when_two_wait(db, lock), edit(&ada, 1, "from Ada"), edit(&ben, 1, "from Ben"));
    let (winner, loser, lost) = match by_ada {
        Ok(version) => {
            assert_eq!(version, 2, "{table}");
            ((&ada, "from Ada"), (&ben, "from Ben"), conflict(by_ben))
        }
        Err(_) => ((&ben, "from Ben"), (&ada, "from Ada"), conflict(by_ada)),
    };
    assert_eq!((lost.version, lost.changed_by.as_str()), (2, winner.0.name.as_str()), "{table}");
    let [field] = lost.fields.as_slice() else { panic!("{table}: {lost:?}") };
    assert_eq!((field.yours.as_str(), field.theirs.as_str()), (loser.1, winner.1), "{table}");
    // With the version from the conflict, the one who lost can save after all.
    assert_eq!(edit(loser.0, lost.version, loser.1).await.unwrap(), 3, "{table}");
    // A stale form, long after.
    let late = conflict(edit(winner.0, 1, "late").await);
    assert_eq!((late.version, late.fields[0].theirs.as_str()), (3, loser.1), "{table}");
    // Who says the same as is there has no conflict, and nothing is written.
    assert_eq!(edit(winner.0, 1, loser.1).await.unwrap(), 3, "{table}");
}

async fn of_an_item<F: ItemFields>(world: &World, reference: &str, fields: F, set: impl Fn(&mut F, &str)) {
    let lead = world.person(&format!("Lena{}", F::PLURAL), Role::Lead).await;
    let added = item::add(&world.ctx, &lead, reference, &fields).await.unwrap();
    let id = added.id.to_string();
    let edit = async |actor: &Actor, version, text: &str| {
        let mut fields = added.fields.clone();
        set(&mut fields, text);
        Ok(item::edit(&world.ctx, actor, reference, &id, version, &fields).await?.version)
    };
    nothing_is_lost(world, F::PLURAL, "id", added.id.into(), edit).await;
    // Archiving takes the version as well, and says how it is now.
    let archive =
        async |version, archived| item::set_archived::<F>(&world.ctx, &lead, reference, &id, version, archived).await;
    assert_eq!(archive(3, true).await.unwrap().version, 4);
    let late = conflict(archive(3, false).await);
    assert_eq!((late.fields[0].yours.as_str(), late.fields[0].theirs.as_str()), ("listed", "archived"));
    // What was done last is undone.
    let at = seen(&world.ctx, &lead, reference).await;
    let last = incident::history(&world.ctx, &lead, &at, None, 1).await.unwrap().rows[0].seq;
    undo::undo(&world.ctx, &lead, last).await.unwrap();
    let again = item::view::<F>(&world.ctx, &lead, &at, &id).await.unwrap();
    assert_eq!((again.archived_at, again.version), (None, 5), "{}", F::PLURAL);
}

story! {
    async fn of_every_item(world) {
        let lead = world.person("Lena", Role::Lead).await;
        let opened = incident::open(&world.ctx, &lead, &IncidentDraft::example(), None).await.unwrap();
        let at = opened.reference.as_str();
        let domain = IndicatorFields::bare(IndicatorKind::Domain, "evil.example");
        of_an_item(world, at, domain, |fields, text| fields.description = text.into()).await;
        let asset = AssetFields { name: "mx1".into(), ..AssetFields::default() };
        of_an_item(world, at, asset, |fields, text| fields.owner = text.into()).await;
        let vulnerability = VulnerabilityFields::bare("CVE-2021-44228", "");
        of_an_item(world, at, vulnerability, |fields, text| fields.notes = text.into()).await;
        let recommendation = RecommendationFields { body: "Passkeys".into(), ..RecommendationFields::default() };
        of_an_item(world, at, recommendation, |fields, text| fields.body = text.into()).await;
        let informed_at = Some(world.ctx.now());
        let contact = ContactFields { name: "CSIRT".into(), informed_at, ..ContactFields::default() };
        of_an_item(world, at, contact, |fields, text| fields.said = text.into()).await;
    }

    async fn of_the_nouns_with_rows_of_their_own(world) {
        let (ctx, lead, opened) = world.with_an_incident().await;
        let reference = opened.reference.as_str();

        let added = event::add(ctx, &lead, reference, &EventFields { title: "x".into(), ..EventFields::default() }).await.unwrap();
        let (id, uuid) = (added.id.to_string(), added.id.into());
        let edit = async |actor: &Actor, version, text: &str| {
            let fields = EventFields { title: text.into(), ..EventFields::default() };
            Ok(event::edit(ctx, actor, reference, &id, version, &fields).await?.version)
        };
        nothing_is_lost(world, "events", "id", uuid, edit).await;

        let added = task::add(ctx, &lead, reference, &TaskFields::bare("x")).await.unwrap();
        let (id, uuid) = (added.id.to_string(), added.id.into());
        let edit = async |actor: &Actor, version, text: &str| {
            Ok(task::edit(ctx, actor, reference, &id, version, &TaskFields::bare(text)).await?.version)
        };
        nothing_is_lost(world, "tasks", "id", uuid, edit).await;

        let texts = |text: &str| NarrativeFields { lessons: text.into(), ..NarrativeFields::default() };
        narrative::write(ctx, &lead, reference, 0, &texts("x")).await.unwrap();
        let edit = async |actor: &Actor, version, text: &str| {
            Ok(narrative::write(ctx, actor, reference, version, &texts(text)).await?.version)
        };
        nothing_is_lost(world, "narratives", "incident_id", opened.id.into(), edit).await;

        let edit = async |actor: &Actor, version, text: &str| {
            let fields = IncidentFields { title: text.into(), ..opened.fields.clone() };
            let edit = IncidentEdit { version, fields, reason: String::new() };
            Ok(incident::edit(ctx, actor, reference, &edit).await?.version)
        };
        nothing_is_lost(world, "incidents", "id", opened.id.into(), edit).await;
    }
}
