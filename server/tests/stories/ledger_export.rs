//! A log that is longer than any batch: exported whole, and checked.

use holdfast_domain::{OrgId, person::Role, token::Scope};
use holdfast_ledger::{Entry, Frontier, Hash, LogCheck, Tail, VerifyingKey, leaf_hash};
use holdfast_store::{
    Db,
    ledger::{self as rows, Head, NewEntry},
};
use http::Method;

use crate::world::{World, on_both};

/// Makes the log so much longer, by entries as deeds write them, in one transaction.
async fn lengthen(db: &Db, org: OrgId, count: i64) {
    let mut tx = db.write().await.unwrap();
    let head = rows::lock_head(&mut tx, org).await.unwrap();
    let hashes = head.frontier.chunks(32).map(|hash| Hash::from_bytes(hash.try_into().unwrap())).collect();
    let mut tree = Frontier::new(u64::try_from(head.size).unwrap(), hashes).unwrap();
    let latest = rows::entries(&mut tx, org, head.size - 1, 1).await.unwrap().remove(0);
    let latest = Entry::from_bytes(latest.as_bytes()).unwrap();
    let mut last = Hash::from_bytes(head.last_leaf.as_slice().try_into().unwrap());
    for seq in head.size..head.size + count {
        let mut draft = latest.content.clone();
        draft.commit.clear();
        let entry = draft.at(u64::try_from(seq).unwrap(), last, latest.at_us).to_bytes().unwrap();
        last = leaf_hash(&entry);
        for (node, hash) in tree.append(last).into_iter().skip(1) {
            let position = i64::try_from(node.index).unwrap();
            rows::insert_node(&mut tx, org, node.level.into(), position, *hash.as_bytes()).await.unwrap();
        }
        let new = NewEntry {
            seq,
            leaf_hash: *last.as_bytes(),
            entry: String::from_utf8(entry).unwrap(),
            kind: latest.content.kind.clone(),
            subject_kind: latest.content.subject.kind.clone(),
            subject_id: latest.content.subject.id.clone(),
            actor_id: None,
            recorded_at: head.last_at,
        };
        rows::insert_entry(&mut tx, org, new).await.unwrap();
    }
    let frontier = tree.hashes().iter().flat_map(|hash| *hash.as_bytes()).collect();
    let moved = Head { size: head.size + count, last_leaf: last.as_bytes().to_vec(), frontier, ..head };
    rows::set_head(&mut tx, org, &moved).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn a_long_log_is_exported_whole_and_verifies() {
    on_both(async |world: World| {
        let auditor = world.actor(Role::Auditor).await;
        lengthen(world.ctx.db(), auditor.org_id, 2_600).await;
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
