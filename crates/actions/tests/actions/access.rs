//! Stories of coming in: sign-in, codes, tokens, and what ends them; and of a ledger that somebody
//! tampered with.

#![expect(clippy::disallowed_methods, reason = "it measures how long something takes")]

use holdfast_actions::{Ctx, Strength, incident, ledger, person, session, setup, token};
use holdfast_domain::{
    Actor, Refusal,
    incident::{IncidentDraft, IncidentQuery},
    person::{Role, Roles},
    token::{Scope, Scopes, TokenDraft},
};
use holdfast_ledger::{Entry, TlogProof, VerifyingKey, leaf_hash};
use holdfast_store::Queryable;
use holdfast_testing::{Engine, long};

use crate::world::{PASSWORD, World, refusal, seen};

fn attempt<'a>(email: &'a str, password: &'a str) -> session::SignIn<'a> {
    session::SignIn { email, password, address: "192.0.2.7", devices: "", user_agent: "test" }
}

story! {
    async fn unknown_disabled_and_mistyped_accounts_get_one_answer(world) {
        let ctx = &world.ctx;
        let ben = disabled(world).await;
        let mut said = Vec::new();
        for (email, password) in FAILURES {
            said.push(refusal(session::sign_in(ctx, &attempt(email, password)).await));
        }
        said.dedup();
        assert_eq!(said.len(), 1);
        assert!(session::sign_in(ctx, &attempt(" ADA@example.org", PASSWORD)).await.is_ok());
        assert_eq!(refusal(session::actor(ctx, ben.person_id, holdfast_domain::SessionId(ben.person_id.0)).await), Refusal::SignedOut);
    }
}

/// Ways to fail to sign in, none of which may differ from the others for who tries. Ben is disabled.
const FAILURES: [(&str, &str); 4] = [
    ("nobody@example.org", PASSWORD),
    ("ben@example.org", PASSWORD),
    ("ada@example.org", "granite window 4 sparrows"),
    ("ada@example.org", ""),
];

/// An edit of a person's first version.
fn first_edit(name: &str, roles: Roles, disabled: bool) -> person::PersonEdit {
    person::PersonEdit { version: 1, name: name.into(), roles, time_zone: "UTC".into(), disabled }
}

/// Adds Ben and disables him.
async fn disabled(world: &World) -> Actor {
    let ben = world.person("Ben", Role::Analyst).await;
    person::edit(&world.ctx, &world.admin, ben.person_id, &first_edit("Ben", ben.roles, true)).await.unwrap();
    ben
}

story! {
    async fn unknown_disabled_and_mistyped_accounts_cost_one_hash_each(world) {
        disabled(world).await;
        for attempts in 1..=3 {
            for (email, password) in FAILURES {
                // Past every wait that guessing costs.
                world.clock.pass(90_000);
                let before = world.hashing.computed();
                refusal(session::sign_in(&world.ctx, &attempt(email, password)).await);
                assert_eq!(world.hashing.computed() - before, 1, "{email} with {password:?}, attempt {attempts}");
            }
        }
        // As many as for a password that is right.
        let before = world.hashing.computed();
        session::sign_in(&world.ctx, &attempt("ada@example.org", PASSWORD)).await.unwrap();
        assert_eq!(world.hashing.computed() - before, 1);
    }
}

/// The times themselves, at the product's own strength, each way in turn so that a busy machine slows all
/// alike. Only in a long run, since a machine that runs other tests beside this one is no clock.
#[tokio::test]
async fn unknown_disabled_and_mistyped_accounts_take_as_long() {
    if !long::is_long() {
        println!("not timed: HOLDFAST_TEST_LONG is not 1");
        return;
    }
    let world = World::hashing(Engine::Sqlite, Strength::DEFAULT).await.unwrap();
    disabled(&world).await;
    // What runs beside this makes single times longer, never shorter: so the least of each way are
    // compared, and more than once.
    let mut last = [0.0; 4];
    for _ in 0..3 {
        let mut times = FAILURES.map(|_| Vec::new());
        for _ in 0..15 {
            for ((email, password), times) in FAILURES.into_iter().zip(&mut times) {
                world.clock.pass(90_000);
                let began = std::time::Instant::now();
                refusal(session::sign_in(&world.ctx, &attempt(email, password)).await);
                times.push(began.elapsed().as_secs_f64());
            }
        }
        last = times.map(|times: Vec<f64>| times.into_iter().fold(f64::MAX, f64::min));
        if last.iter().all(|one| last.iter().all(|other| one / other < 1.05)) {
            return;
        }
    }
    panic!("unknown, disabled, mistyped and empty differ: {last:?}");
}

story! {
    async fn guessing_is_slowed_for_an_account_whatever_the_spelling(world) {
        let ctx = &world.ctx;
        let mut looked_at = 0;
        for spelling in ["ada@example.org", "ADA@example.org", " ada@example.org "].iter().cycle().take(60) {
            world.clock.pass(10);
            match refusal(session::sign_in(ctx, &attempt(spelling, "wrong")).await) {
                Refusal::Throttled { retry_after_s } => assert!(retry_after_s >= 1),
                _ => looked_at += 1,
            }
        }
        assert!(looked_at <= 15, "{looked_at} tries were looked at in ten minutes");
        assert!(matches!(refusal(session::sign_in(ctx, &attempt("ada@example.org", PASSWORD)).await), Refusal::Throttled { .. }));
        world.clock.pass(901);
        assert!(session::sign_in(ctx, &attempt("ada@example.org", PASSWORD)).await.is_ok());
    }

    async fn a_shift_behind_one_address_signs_in_without_waiting(world) {
        for _ in 0..45 {
            session::sign_in(&world.ctx, &attempt("ada@example.org", PASSWORD)).await.unwrap();
        }
        for guess in 0..30 {
            let email = format!("guess{guess}@example.org");
            assert!(matches!(refusal(session::sign_in(&world.ctx, &attempt(&email, "x")).await), Refusal::Rule(_)));
        }
        assert!(matches!(refusal(session::sign_in(&world.ctx, &attempt("new@example.org", "x")).await), Refusal::Throttled { .. }));
    }

    async fn one_time_codes_work_once_and_not_for_long(world) {
        let ctx = &world.ctx;
        assert_eq!(setup::issue_code(ctx).await.unwrap(), None);
        let ben = world.person("Ben", Role::Analyst).await;
        let late = person::invite_again(ctx, &world.admin, ben.person_id).await.unwrap();
        let code = person::invite_again(ctx, &world.admin, ben.person_id).await.unwrap();
        let next = "granite window 4 sparrows";
        assert!(matches!(refusal(person::accept_invitation(ctx, &late, next).await), Refusal::Invalid(_)));
        assert!(matches!(refusal(person::accept_invitation(ctx, &code, "short").await), Refusal::Invalid(_)));
        person::accept_invitation(ctx, &code, next).await.unwrap();
        assert!(matches!(refusal(person::accept_invitation(ctx, &code, next).await), Refusal::Invalid(_)));
        let old = person::invite_again(ctx, &world.admin, ben.person_id).await.unwrap();
        world.clock.pass(3_601);
        assert!(matches!(refusal(person::accept_invitation(ctx, &old, next).await), Refusal::Invalid(_)));
        assert!(session::sign_in(ctx, &attempt("ben@example.org", next)).await.is_ok());
    }

    async fn an_administrator_cannot_be_the_last_to_leave(world) {
        let edit = first_edit("Ada", Roles::of(&[Role::Auditor]), false);
        let left = person::edit(&world.ctx, &world.admin, world.admin.person_id, &edit).await;
        assert!(matches!(refusal(left), Refusal::Rule(_)));
    }

    async fn two_administrators_cannot_switch_each_other_off_at_once(world) {
        let ctx = &world.ctx;
        let (ada, bea) = (world.admin.clone(), world.person("Bea", Role::Administrator).await);
        let mut versions = [1, 1];
        for _ in 0..8 {
            let of = |name: &str, version, disabled| person::PersonEdit {
                version, ..first_edit(name, Roles::of(&[Role::Administrator]), disabled)
            };
            let (off_ada, off_bea) = (of("Ada", versions[0], true), of("Bea", versions[1], true));
            let (by_ada, by_bea) = tokio::join!(
                person::edit(ctx, &ada, bea.person_id, &off_bea),
                person::edit(ctx, &bea, ada.person_id, &off_ada),
            );
            // Whoever was first stays, and switches the other on again.
            let (winner, loser, name, at) = match (by_ada, by_bea) {
                (Ok(_), Err(_)) => (&ada, &bea, "Bea", 1),
                (Err(_), Ok(_)) => (&bea, &ada, "Ada", 0),
                both => panic!("one of both must be refused: {both:?}"),
            };
            let again = person::edit(ctx, winner, loser.person_id, &of(name, versions[at] + 1, false)).await.unwrap();
            versions[at] = again.version;
        }
    }

    async fn a_token_does_what_its_scopes_say_until_it_ends(world) {
        let (ctx, lead) = (&world.ctx, world.person("Lena", Role::Lead).await);
        let draft = TokenDraft { name: "SIEM".into(), scopes: Scopes(vec![Scope::IncidentsRead]), days: 1 };
        let (made, secret) = token::create(ctx, &lead, &draft).await.unwrap();
        let script = token::authenticate(ctx, &secret).await.unwrap();
        assert!(incident::list(ctx, &script, &IncidentQuery::default()).await.is_ok());
        assert!(matches!(refusal(incident::open(ctx, &script, &IncidentDraft::example(), None).await), Refusal::Forbidden(_)));
        assert!(matches!(refusal(token::create(ctx, &script, &draft).await), Refusal::Forbidden(_)));
        let mut guess = secret.clone();
        guess.pop();
        for bad in [guess.as_str(), "", "holdfast_"] {
            assert_eq!(refusal(token::authenticate(ctx, bad).await), Refusal::TokenRefused);
        }
        world.clock.pass(86_401);
        assert_eq!(refusal(token::authenticate(ctx, &secret).await), Refusal::TokenRefused);
        let (made_again, secret) = token::create(ctx, &lead, &draft).await.unwrap();
        assert!(matches!(refusal(token::revoke(ctx, &world.person("Ben", Role::Analyst).await, made_again.id).await), Refusal::NotFound(_)));
        token::revoke(ctx, &lead, made_again.id).await.unwrap();
        assert_eq!(refusal(token::authenticate(ctx, &secret).await), Refusal::TokenRefused);
        assert_ne!(made.id, made_again.id);
    }
}

/// The entries of an export, its batches put together.
async fn export(ctx: &Ctx, actor: &Actor, from: i64, limit: Option<i64>) -> Vec<String> {
    use futures::TryStreamExt as _;
    ledger::export(ctx, actor, from, limit).await.unwrap().try_concat().await.unwrap()
}

story! {
    async fn proofs_of_the_stored_log_are_accepted_by_the_verifier(world) {
        let (ctx, lead) = (&world.ctx, world.person("Lena", Role::Lead).await);
        for _ in 0..9 {
            incident::open(ctx, &lead, &IncidentDraft::example(), None).await.unwrap();
        }
        let overview = ledger::overview(ctx, &lead).await.unwrap();
        let key: VerifyingKey = overview.vkey.parse().unwrap();
        let entries = export(ctx, &lead, 0, None).await;
        assert_eq!(entries.len() as i64, overview.size);
        for (seq, entry) in (0..).zip(&entries) {
            let proof = ledger::inclusion(ctx, &lead, seq, None).await.unwrap();
            TlogProof::parse(proof.as_bytes()).unwrap().verify(entry.as_bytes(), &key).unwrap();
        }
        assert_eq!(export(ctx, &lead, 3, Some(2)).await, entries[3..5]);
        assert_eq!(export(ctx, &lead, -7, Some(1)).await, entries[..1]);
        assert!(export(ctx, &lead, overview.size, None).await.is_empty());
        assert!(ledger::consistency(ctx, &lead, 3, overview.size).await.is_ok());
        assert!(matches!(refusal(ledger::consistency(ctx, &lead, 5, 3).await), Refusal::Invalid(_)));
        assert!(matches!(refusal(ledger::inclusion(ctx, &lead, overview.size, None).await), Refusal::NotFound(_)));
    }

    async fn a_text_changed_behind_the_ledgers_back_is_found(world) {
        let (ctx, lead, now) = world.with_an_incident().await;
        assert!(ledger::verify(ctx, lead.org_id).await.unwrap().ok());
        let db = ctx.db();
        let drop = if db.is_sqlite() {
            "DROP TRIGGER ledger_openings_no_update"
        } else {
            "DROP TRIGGER ledger_openings_no_update ON ledger_openings"
        };
        db.alone(drop).execute().await.unwrap();
        db.alone("UPDATE ledger_openings SET text = 'Nothing happened' WHERE field = 'after.title'").execute().await.unwrap();
        let history = incident::history(ctx, &lead, &seen(ctx, &lead, &now.reference).await, None, 10).await.unwrap();
        let title = history.rows[0].changes.iter().find(|change| change.field == "title").unwrap();
        assert!(title.after.as_deref().unwrap().contains("not the one the ledger committed to"));
        let report = ledger::verify(ctx, lead.org_id).await.unwrap();
        assert!(!report.ok(), "{report}");
        let _ = db.query("SELECT CAST(1 AS BIGINT)").fetch_one::<(i64,)>().await.unwrap();
    }

    async fn a_checkpoint_changed_behind_the_ledgers_back_is_reported(world) {
        let (ctx, lead) = (&world.ctx, world.person("Lena", Role::Lead).await);
        for _ in 0..2 {
            incident::open(ctx, &lead, &IncidentDraft::example(), None).await.unwrap();
            // Each signs a checkpoint.
            ledger::overview(ctx, &lead).await.unwrap();
        }
        incident::open(ctx, &lead, &IncidentDraft::example(), None).await.unwrap();
        let db = ctx.db();
        let unguard = if db.is_sqlite() {
            "DROP TRIGGER ledger_checkpoints_no_update"
        } else {
            "DROP TRIGGER ledger_checkpoints_append_only ON ledger_checkpoints"
        };
        db.alone(unguard).execute().await.unwrap();
        db.alone("UPDATE ledger_checkpoints SET note = 'nothing' WHERE size = (SELECT MAX(size) FROM ledger_checkpoints)")
            .execute()
            .await
            .unwrap();
        let report = ledger::verify(ctx, lead.org_id).await.unwrap();
        assert!(!report.ok(), "{report}");
        let failed: Vec<&str> = report.checks.iter().filter(|check| !check.ok).map(|check| check.name.as_str()).collect();
        assert_eq!(failed, ["7 kept checkpoints"], "the entries themselves are good: {report}");
    }

    async fn a_log_linked_anew_is_found_where_it_begins(world) {
        let (ctx, lead) = (&world.ctx, world.person("Lena", Role::Lead).await);
        let mut sizes = Vec::new();
        for _ in 0..3 {
            incident::open(ctx, &lead, &IncidentDraft::example(), None).await.unwrap();
            // Each signs a checkpoint.
            sizes.push(ledger::overview(ctx, &lead).await.unwrap().size);
        }
        let first = sizes[1] - 1;
        let entries = export(ctx, &lead, 0, None).await;
        let unguard = if ctx.db().is_sqlite() {
            "DROP TRIGGER ledger_entries_no_update"
        } else {
            "DROP TRIGGER ledger_entries_append_only ON ledger_entries"
        };
        ctx.db().alone(unguard).execute().await.unwrap();
        let forge = async |leaves: bool| {
            let mut prev = None;
            for (seq, bytes) in (0_i64..).zip(&entries).skip_while(|(seq, _)| *seq < first) {
                let mut entry = Entry::from_bytes(bytes.as_bytes()).unwrap();
                entry.content.data.insert("forged".into(), true.into());
                entry.prev = prev.unwrap_or(entry.prev);
                let bytes = entry.to_bytes().unwrap();
                prev = Some(leaf_hash(&bytes));
                let statement = if leaves {
                    "UPDATE ledger_entries SET entry = $2, leaf_hash = $3 WHERE seq = $1"
                } else {
                    "UPDATE ledger_entries SET entry = $2, leaf_hash = COALESCE(leaf_hash, $3) WHERE seq = $1"
                };
                let statement = ctx.db().alone(statement).bind(seq).bind(String::from_utf8(bytes).unwrap());
                statement.bind(prev.unwrap().as_bytes().to_vec()).execute().await.unwrap();
            }
        };
        forge(false).await;
        let report = ledger::verify(ctx, lead.org_id).await.unwrap();
        assert_eq!(report.first_bad.as_ref().map(|bad| bad.position), u64::try_from(first).ok(), "{report}");
        // Those who change the hashes as well are still held against what was signed before.
        forge(true).await;
        let report = ledger::verify(ctx, lead.org_id).await.unwrap();
        assert!(!report.ok(), "{report}");
        assert_eq!(report.first_bad.as_ref().map(|bad| bad.position), u64::try_from(sizes[0]).ok(), "{report}");
    }
}
