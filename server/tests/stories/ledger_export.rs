//! A log that is longer than any batch: exported whole, and checked.

use holdfast_domain::{Actor, Permission, person::Role, token::Scope};
use holdfast_ledger::{LogCheck, Tail, VerifyingKey};

use crate::world::{World, story};

/// Makes the log so much longer, by actions of the smallest kind.
async fn lengthen(world: &World, by: &Actor, count: usize) {
    for _ in 0..count {
        holdfast_actions::session::denied(&world.ctx, by, Permission::EditSettings).await.unwrap();
        world.clock.pass(60);
    }
}

#[story]
async fn a_long_log_is_exported_whole_and_verifies(world: World) {
    let auditor = world.actor(Role::Auditor).await;
    lengthen(&world, &auditor, 2_600).await;
    let token = world.token(Role::Auditor, Scope::ALL).await;
    let get = async |path: &str| world.read(&token, &format!("/api/v1/ledger/{path}")).await;
    let key: VerifyingKey = get("vkey").await.text().trim().parse().unwrap();
    let note = get("checkpoint").await.body;
    let check = LogCheck { note: &note, key: &key, remembered: None, older: &[], openings: &[], tail: Tail::Refuse };
    let by_rest = get("entries").await.text();
    let report = check.run(by_rest.lines());
    assert!(report.ok(), "{report}");
    assert!(report.checkpoint.unwrap().size > 2_600);
    assert_eq!(get("entries?from=2&limit=1700").await.text().lines().count(), 1_700);
    assert_eq!(get("entries?limit=0").await.status, 422);

    let browser = world.signed_in(Role::Auditor).await;
    let saved = browser.get("/ledger/entries?from=0").await;
    assert_eq!(saved.header("content-disposition"), "attachment; filename=\"entries-from-0.jsonl\"");
    // Signing in is an entry too, newer than the checkpoint.
    let newer = saved.text();
    assert!(newer.starts_with(&by_rest) && newer.len() > by_rest.len());
    let report = LogCheck { tail: Tail::Allow, ..check }.run(newer.lines());
    assert!(report.ok(), "{report}");
    let report = holdfast_actions::ledger::verify(&world.ctx, auditor.org_id).await.unwrap();
    assert!(report.ok(), "{report}");
}

#[story]
async fn what_is_changed_anywhere_in_a_long_log_is_found_and_located(world: World) {
    let auditor = world.actor(Role::Auditor).await;
    lengthen(&world, &auditor, 1_300).await;
    let (org, db) = (auditor.org_id, world.ctx.db());
    let told = async || {
        let report = holdfast_actions::ledger::verify(&world.ctx, org).await.unwrap();
        let failed = report.checks.iter().filter(|check| !check.ok).map(|check| check.detail.clone());
        (failed.collect::<Vec<_>>(), report.first_bad.map(|bad| bad.position))
    };
    let change = async |sql: &'static str| db.alone(sql).execute().await.unwrap();
    assert_eq!(told().await, (Vec::new(), None));
    for table in ["ledger_entries", "ledger_openings"] {
        let off = if !db.is_sqlite() {
            vec![format!("ALTER TABLE {table} DISABLE TRIGGER ALL")]
        } else if table == "ledger_entries" {
            vec![format!("DROP TRIGGER {table}_no_update"), format!("DROP TRIGGER {table}_no_delete")]
        } else {
            vec![format!("DROP TRIGGER {table}_no_update")]
        };
        for sql in off {
            db.alone(String::leak(sql)).execute().await.unwrap();
        }
    }
    // A text of no entry, behind all of them.
    let lost = "INSERT INTO ledger_openings SELECT org_id, 5000, field, salt, text FROM ledger_openings WHERE seq = 9";
    assert!(change(lost).await > 0);
    assert_eq!(told().await, (vec!["no readable entry 5000 to open".to_owned()], None));
    change("UPDATE ledger_openings SET text = 'Somebody else' WHERE seq = 1030").await;
    let other = "entry 1030: the text of `actor.name` is not the one committed to".to_owned();
    assert_eq!(told().await, (vec![other.clone()], None));
    change("UPDATE ledger_entries SET entry = replace(entry, 'settings', 'settingz') WHERE seq = 511").await;
    assert_eq!(told().await.1, Some(511));
    change("UPDATE ledger_entries SET entry = replace(entry, 'settings', 'settingz') WHERE seq = 512").await;
    assert_eq!(told().await.1, Some(511));
    change("UPDATE ledger_entries SET entry = replace(entry, 'settingz', 'settings') WHERE seq IN (511, 512)").await;
    assert_eq!(told().await, (vec![other], None));
    // One that is missing shows by the number of the next.
    change("DELETE FROM ledger_entries WHERE seq BETWEEN 300 AND 900").await;
    let (failed, first_bad) = told().await;
    assert!(failed[0].ends_with("is numbered 901: entries are missing or moved"), "{failed:?}");
    assert_eq!(first_bad, Some(300));
}
