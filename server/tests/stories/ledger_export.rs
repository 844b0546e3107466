//! A log that is longer than any batch: exported whole, and checked.

use holdfast_domain::{Actor, Deed, person::Role, token::Scope};
use holdfast_ledger::{LogCheck, Tail, VerifyingKey};
use http::Method;

use crate::world::{World, on_both};

/// Makes the log so much longer, by deeds of the smallest kind.
async fn lengthen(world: &World, by: &Actor, count: usize) {
    for _ in 0..count {
        holdfast_actions::session::denied(&world.ctx, by, Deed::EditSettings).await.unwrap();
    }
}

#[tokio::test]
async fn a_long_log_is_exported_whole_and_verifies() {
    on_both(async |world: World| {
        let auditor = world.actor(Role::Auditor).await;
        lengthen(&world, &auditor, 2_600).await;
        let token = world.token(Role::Auditor, Scope::ALL).await;
        let get = async |path: &str| world.bearer(&token, Method::GET, &format!("/api/v1/ledger/{path}"), None).await;
        let key: VerifyingKey = get("vkey").await.text().trim().parse().unwrap();
        let note = get("checkpoint").await.body;
        let check =
            LogCheck { note: &note, key: &key, remembered: None, older: &[], openings: &[], tail: Tail::Refuse };
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
    })
    .await;
}
