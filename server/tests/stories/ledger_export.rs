//! A log that is longer than any batch: exported whole, and checked.

use holdfast_domain::{OrgId, person::Role, token::Scope};
use holdfast_ledger::{Draft, Entry, Frontier, Hash, LogCheck, Tail, VerifyingKey, leaf_hash};
use holdfast_store::{
    Db,
    ledger::{self as rows, NewEntry},
};
use http::Method;

use crate::world::{World, on_both};

/// Makes the log so much longer, by entries as deeds write them, in one transaction.
async fn lengthen(db: &Db, org: OrgId, count: usize) {
    let head = rows::head(db, org).await.unwrap();
    let latest = rows::entries(db, org, head.size - 1, 1).await.unwrap().remove(0);
    let mut draft = Entry::from_bytes(latest.as_bytes()).unwrap().content;
    draft.commit.clear();
    append(db, org, vec![(draft, Vec::new()); count]).await;
}

/// A text behind a commitment: its name, its salt and itself.
type Opening = (&'static str, [u8; 32], String);

/// Appends entries as deeds do, with what opens them, in one transaction.
async fn append(db: &Db, org: OrgId, drafts: Vec<(Draft, Vec<Opening>)>) {
    let mut tx = db.write().await.unwrap();
    let mut head = rows::lock_head(&mut tx, org).await.unwrap();
    let hashes = head.frontier.chunks(32).map(|hash| Hash::from_bytes(hash.try_into().unwrap())).collect();
    let mut tree = Frontier::new(u64::try_from(head.size).unwrap(), hashes).unwrap();
    let mut last = Hash::from_bytes(head.last_leaf.as_slice().try_into().unwrap());
    for (draft, openings) in drafts {
        let (seq, kind, subject) = (head.size, draft.kind.clone(), draft.subject.clone());
        let entry = draft.at(u64::try_from(seq).unwrap(), last, head.last_at.micros()).to_bytes().unwrap();
        last = leaf_hash(&entry);
        for (node, hash) in tree.append(last).into_iter().skip(1) {
            let position = i64::try_from(node.index).unwrap();
            rows::insert_node(&mut tx, org, node.level.into(), position, *hash.as_bytes()).await.unwrap();
        }
        let new = NewEntry {
            seq,
            leaf_hash: *last.as_bytes(),
            entry: String::from_utf8(entry).unwrap(),
            kind,
            subject_kind: subject.kind,
            subject_id: subject.id,
            actor_id: None,
            recorded_at: head.last_at,
        };
        rows::insert_entry(&mut tx, org, new).await.unwrap();
        for (field, salt, text) in openings {
            rows::insert_opening(&mut tx, org, seq, field, salt, &text).await.unwrap();
        }
        head.size += 1;
    }
    head.last_leaf = last.as_bytes().to_vec();
    head.frontier = tree.hashes().iter().flat_map(|hash| *hash.as_bytes()).collect();
    rows::set_head(&mut tx, org, &head).await.unwrap();
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
