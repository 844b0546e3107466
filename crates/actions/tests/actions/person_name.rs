//! Stories of names, on both databases: whose nobody gives themself, and what is shown where two look alike.

use holdfast_actions::{
    Ctx, Error, incident,
    person::{self, PersonEdit},
    session::{self, SignIn},
};
use holdfast_domain::{
    Actor, Refusal, SessionId,
    incident::IncidentDraft,
    person::{PersonDraft, Role, Roles},
};
use holdfast_store::Queryable as _;

use crate::world::{PASSWORD, World};

/// Adds somebody by an administrator, under this address.
async fn add(world: &World, name: &str, email: &str) -> holdfast_actions::Result<Actor> {
    let (name, email) = (name.to_owned(), email.to_owned());
    let draft = PersonDraft { email, name, roles: Roles::of(&[Role::Lead]), time_zone: "UTC".into() };
    let (person, code) = person::add(&world.ctx, &world.admin, &draft).await?;
    person::accept_invitation(&world.ctx, &code, PASSWORD).await?;
    session::actor(&world.ctx, person.id, SessionId(person.id.0)).await
}

/// Gives somebody a name, as an administrator.
async fn rename(world: &World, who: &Actor, name: &str) {
    let now = person::find(&world.ctx, &world.admin, who.person_id).await.unwrap();
    let (version, roles, time_zone) = (now.version, now.roles, now.time_zone);
    let edit = PersonEdit { version, name: name.into(), roles, time_zone, disabled: false };
    person::edit(&world.ctx, &world.admin, who.person_id, &edit).await.unwrap();
}

/// The fields that a refusal names.
fn fields(result: Result<(), Error>) -> Vec<String> {
    match result {
        Err(Error::Refused(Refusal::Invalid(errors))) => errors.into_iter().map(|error| error.field).collect(),
        other => panic!("expected a refusal by field, got {other:?}"),
    }
}

/// Handle and name as lists show it of everybody, by handle.
async fn shown(ctx: &Ctx, admin: &Actor) -> Vec<(String, String)> {
    let people = person::list(ctx, admin).await.unwrap();
    let mut shown: Vec<_> = people.into_iter().map(|person| (person.handle, person.display_name)).collect();
    shown.sort_unstable();
    shown
}

story! {
    async fn nobody_gives_themself_a_name_that_is_or_was_or_looks_like_anothers(world) {
        let ctx = &world.ctx;
        let mina = add(world, "Mina Sato", "mina@example.org").await.unwrap();
        let mal = add(world, "Mal Reed", "mal@example.org").await.unwrap();
        rename(world, &mina, "Mina Tanaka").await;
        for name in [
            "Mina Tanaka",
            "mina tanaka",
            "Mina  Tanaka",
            "М\u{456}na T\u{430}naka",
            "Mi\u{200b}na Tanaka",
            "Ｍｉｎａ　Ｔａｎａｋａ",
            // What she was called before.
            "Mina Sato",
            "MINA\u{a0}SAT\u{41e}",
            // Names of the program, and the form in which handles are printed.
            "Holdfast",
            "C\u{43e}nsole",
            "system",
            "(erased name)",
            "Mina Tanaka (mina-sato)",
            "\u{200b}\u{3164}",
        ] {
            assert_eq!(fields(person::edit_own(ctx, &mal, name, "UTC").await), ["name"], "{name:?}");
        }
        let refused_entries: Vec<(i64,)> = ctx
            .db()
            .query("SELECT seq FROM ledger_entries WHERE kind = 'person.edited' AND actor_id = $1")
            .bind(mal.person_id)
            .fetch_all()
            .await
            .unwrap();
        assert!(refused_entries.is_empty());
        // One's own former name is one's own, and so is the one that an administrator gave.
        for name in ["Mal Black", "Mal Reed", "mal reed"] {
            person::edit_own(ctx, &mal, name, "UTC").await.unwrap();
        }
        assert_eq!(fields(person::edit_own(ctx, &mina, "Mal Black", "UTC").await), ["name"]);
        person::edit_own(ctx, &mina, "Mina Sato", "UTC").await.unwrap();
    }
}

story! {
    async fn an_administrator_may_and_then_handles_tell_the_two_apart_everywhere(world) {
        let ctx = &world.ctx;
        let mina = add(world, "Mina Sato", "mina@example.org").await.unwrap();
        let mal = add(world, "Mal Reed", "mal@example.org").await.unwrap();
        let opened = incident::open(ctx, &mina, &IncidentDraft::example(), None).await.unwrap();
        assert_eq!(opened.created_by_name, "Mina Sato");
        let ada = ("ada".to_owned(), "Ada".to_owned());
        let two = |mal: &str, mina: &str| vec![ada.clone(), ("mal-reed".into(), mal.into()), ("mina-sato".into(), mina.into())];
        assert_eq!(shown(ctx, &world.admin).await, two("Mal Reed", "Mina Sato"));
        rename(world, &mal, "mina sato").await;
        let both = two("mina sato (mal-reed)", "Mina Sato (mina-sato)");
        assert_eq!(shown(ctx, &world.admin).await, both);
        let seen = incident::view(ctx, &mal, &opened.reference).await.unwrap();
        assert_eq!((seen.created_by_name.as_str(), seen.updated_by_name.as_str()), ("Mina Sato (mina-sato)", "Mina Sato (mina-sato)"));
        let names: Vec<String> = person::names(ctx, &mal).await.unwrap().into_iter().map(|one| one.name).collect();
        assert!(names.contains(&"mina sato (mal-reed)".into()) && names.contains(&"Mina Sato (mina-sato)".into()), "{names:?}");
        // With that name they keep their settings, and are not asked for another.
        person::edit_own(ctx, &mal, "mina sato", "Asia/Tokyo").await.unwrap();
        // It was theirs: what was recorded under it could be either's.
        rename(world, &mal, "Mal Reed").await;
        assert_eq!(shown(ctx, &world.admin).await, two("Mal Reed", "Mina Sato (mina-sato)"));
    }
}

story! {
    async fn a_handle_is_of_one_person_for_all_time(world) {
        let ctx = &world.ctx;
        let first = add(world, "Mina Sato", "one@example.org").await.unwrap();
        rename(world, &first, "Mina Tanaka").await;
        let second = add(world, "Mina  Sato", "two@example.org").await.unwrap();
        add(world, "ΩΩ", "three@example.org").await.unwrap();
        add(world, "Console", "four@example.org").await.unwrap();
        let handles: Vec<String> = shown(ctx, &world.admin).await.into_iter().map(|(handle, _)| handle).collect();
        assert_eq!(handles, ["ada", "console-2", "mina-sato", "mina-sato-2", "person"]);
        assert_eq!(person::find(ctx, &world.admin, second.person_id).await.unwrap().handle, "mina-sato-2");
        for sql in ["UPDATE people SET handle = 'x' WHERE handle = 'ada'", "UPDATE people SET handle = 'ada' WHERE handle = 'person'"] {
            assert!(ctx.db().alone(sql).execute().await.is_err(), "{sql}");
        }
    }
}

story! {
    async fn an_address_is_one_in_every_spelling_and_on_every_path(world) {
        let ctx = &world.ctx;
        let zoe = add(world, "Zoë", " Zo\u{eb}@BÜCHER.example ").await.unwrap();
        assert_eq!(person::find(ctx, &world.admin, zoe.person_id).await.unwrap().email, "Zoë@bücher.example");
        for spelling in ["ZO\u{cb}@bücher.EXAMPLE", "zoe\u{308}@xn--bcher-kva.example", "zoë@bu\u{308}cher.example"] {
            assert_eq!(person::console_actor(ctx, spelling).await.unwrap().person_id, zoe.person_id, "{spelling}");
            assert_eq!(fields(add(world, "Zoe", spelling).await.map(|_| ())), ["email"], "{spelling}");
            let attempt = SignIn { email: spelling, password: PASSWORD, address: "192.0.2.1", devices: "", user_agent: "" };
            assert_eq!(session::sign_in(ctx, &attempt).await.unwrap().person_id, zoe.person_id, "{spelling}");
        }
        for wrong in ["zoe", "zoe@", "zoe@exa mple.org", "a@b@example.org"] {
            assert_eq!(fields(add(world, "Zoe", wrong).await.map(|_| ())), ["email"], "{wrong}");
        }
    }
}
