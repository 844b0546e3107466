//! What the server and browsers keep: the ledger refuses to be changed even by who holds the database, and
//! no shown page is stored by a cache in between.

use holdfast_domain::{person::Role, token::Scope};
use holdfast_server::router::Routes;
use http::Method;

use crate::{
    fixtures::{Maker, Word},
    world::{World, story},
};

/// Tables whose rows are facts: nothing is changed in them or taken out of them.
const FACTS: [&str; 6] =
    ["ledger_entries", "ledger_nodes", "ledger_checkpoints", "ledger_concerns", "custody_events", "reports"];

#[story]
async fn the_database_itself_refuses_to_change_or_remove_a_fact(world: World) {
    let own = Maker::new(&world).await.make(false, &mut Word("own")).await;
    let lead = world.signed_in(Role::Lead).await;
    let issued = [("kind", "executive"), ("executives", "on")];
    lead.post(&format!("/incidents/{}/reports/issue/check", own.reference), &issued).await.is(303);
    assert_eq!(lead.get("/ledger/checkpoint").await.status, 200);
    let before = crate::rows::all(&world).await;
    for table in FACTS {
        assert!(!before[table].is_empty(), "{table}");
        let mut tries = vec![format!("UPDATE {table} SET org_id = org_id"), format!("DELETE FROM {table}")];
        if world.ctx.db().is_sqlite() {
            tries.push(format!("REPLACE INTO {table} SELECT * FROM {table}"));
            tries.push(format!("INSERT OR REPLACE INTO {table} SELECT * FROM {table} LIMIT 1"));
            tries.push(format!("UPDATE OR REPLACE {table} SET org_id = org_id"));
        } else {
            tries.push(format!("TRUNCATE {table} CASCADE"));
            tries.push(format!("MERGE INTO {table} t USING (SELECT 1) s ON TRUE WHEN MATCHED THEN DELETE"));
        }
        for sql in tries {
            let tried = world.ctx.db().alone(String::leak(sql.clone())).execute().await;
            assert!(tried.is_err(), "{sql}: {tried:?}");
        }
    }
    let after = crate::rows::all(&world).await;
    for table in FACTS {
        assert_eq!(before[table], after[table], "{table}");
    }
    assert!(holdfast_actions::ledger::verify(&world.ctx, world.actor(Role::Lead).await.org_id).await.unwrap().ok());
}

#[story]
async fn whatever_is_answered_to_somebody_is_kept_by_nobody_in_between(world: World) {
    let own = Maker::new(&world).await.make(false, &mut Word("own")).await;
    let lead = world.signed_in(Role::Lead).await;
    let token = world.token(Role::Lead, Scope::ALL).await;
    for row in Routes::all(world.server.clone()).table().iter().filter(|row| row.method == Method::GET) {
        if row.path.starts_with("/pkg/") || row.path == "/favicon.svg" || row.path.ends_with(".pdf") {
            continue;
        }
        let path = own.filled(&row.path, "x");
        for answer in [lead.get(&path).await, world.read(&token, &path).await] {
            assert_eq!(answer.header("cache-control"), "no-store", "{path}");
            assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
            assert_eq!(answer.header("access-control-allow-origin"), "", "{path}");
            assert_eq!(answer.header("cross-origin-resource-policy"), "same-origin", "{path}");
        }
        // An ending that caches go by makes no other page of it.
        for ending in ["/x.css", ";x.css", "%3fx.png"] {
            let answer = lead.get(&format!("{path}{ending}")).await;
            assert_eq!(answer.header("cache-control"), "no-store", "{path}{ending}");
        }
    }
}
