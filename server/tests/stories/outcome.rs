//! What a page says of an action: only what the action came to, once, to the person who did it.

use holdfast_actions::evidence::{self, Registration};
use holdfast_domain::{evidence::EvidenceFields, incident::Incident, person::Role};
use holdfast_store::blob::whole;
use serde_json::json;

use crate::{
    visible::{main, parts},
    world::{Browser, OUTCOME, PASSWORD, World, email, story},
};

const VERIFIED: &str = "Verified: the file is what it was when it was registered.";
const ALTERED: &str = "The file is NOT what it was when it was registered.";

/// An incident with two files, as the lead registered them.
async fn with_evidence(world: &World) -> Incident {
    let (now, lead) = (world.incident().await, world.actor(Role::Lead).await);
    for text in ["first", "second"] {
        let stored = world.ctx.blobs().put(whole(text), None).await.unwrap();
        let given = json!({ "kind": "document", "title": format!("The {text} file"), "tlp": "amber",
            "method": "log-export" });
        let fields: EvidenceFields = serde_json::from_value(given).unwrap();
        let new = Registration { fields: &fields, collected: None, location: "", file: Some(&stored), copy_of: "" };
        evidence::register(&world.ctx, &lead, &now.reference, new).await.unwrap();
    }
    now
}

/// What the page says of the action before it.
fn said(html: &str) -> String {
    parts(html, ".toasts")
}

async fn said_at(browser: &Browser, path: &str) -> String {
    said(&browser.get(path).await.text())
}

#[story]
async fn no_address_makes_a_page_say_that_something_was_done(world: World) {
    let now = with_evidence(&world).await;
    let item = format!("/incidents/{}/evidence/EV-0001", now.reference);
    let lead = world.signed_in(Role::Lead).await;
    for code in ["evidence-intact", "evidence-altered", "incident-saved", "report-issued"] {
        let page = lead.get(&format!("{item}?done={code}")).await.text();
        assert_eq!(said(&page), "", "{code}");
        assert!(!page.contains("Verified:"), "{code}");
    }
    for code in ["signed-out", "password-set", "set-up"] {
        assert_eq!(said_at(&world.guest(), &format!("/sign-in?done={code}")).await, "", "{code}");
    }
}

#[story]
async fn an_outcome_is_said_once_to_the_person_who_acted_on_the_page_that_follows(world: World) {
    let now = with_evidence(&world).await;
    let item = format!("/incidents/{}/evidence/EV-0001", now.reference);
    let other = format!("/incidents/{}/evidence/EV-0002", now.reference);
    let lead = world.signed_in(Role::Lead).await;
    let verified = lead.post(&format!("{item}/verify"), &[]).await;
    assert_eq!(verified.header("location"), item);
    let sealed = lead.outcome().unwrap();
    let line = verified.headers.get_all("set-cookie").iter().find(|line| line.to_str().unwrap().contains(&sealed));
    let line = line.unwrap().to_str().unwrap();
    assert_eq!(line, format!("{OUTCOME}={sealed}; Path=/; Max-Age=60; HttpOnly; SameSite=Lax; Secure"));
    assert!(line.len() < 1_024, "{line}");
    // The script of an upload is led to the page as well; what is said waits for the person.
    let by_script = http::Request::builder().uri(&item).header("sec-fetch-dest", "empty");
    assert_eq!(said(&lead.send(by_script, axum::body::Body::empty()).await.text()), "");
    assert!(said(&lead.follow(&verified).await.text()).contains(VERIFIED));
    assert_eq!(lead.outcome(), None, "the page takes the cookie back");
    assert_eq!(said_at(&lead, &item).await, "", "once");
    lead.plant_outcome(&sealed);
    assert_eq!(said_at(&lead, &item).await, "", "and not again by its cookie");

    // Another page, another person, another time and another seal say nothing.
    let analyst = world.signed_in(Role::Analyst).await;
    let again = async || {
        lead.post(&format!("{item}/verify"), &[]).await;
        lead.outcome().unwrap()
    };
    let sealed = again().await;
    assert_eq!(said_at(&lead, &other).await, "");
    analyst.plant_outcome(&sealed);
    assert_eq!(said_at(&analyst, &item).await, "");
    lead.plant_outcome(&sealed);
    world.clock.pass(60);
    assert_eq!(said_at(&lead, &item).await, "");
    let mut forged = again().await;
    let last = if forged.ends_with('0') { "1" } else { "0" };
    forged.replace_range(forged.len() - 1.., last);
    for value in [forged.as_str(), "", "Verified", "00"] {
        lead.plant_outcome(value);
        assert_eq!(said_at(&lead, &item).await, "", "{value}");
    }

    // Before anybody is signed in, and after.
    let left = lead.post("/sign-out", &[]).await;
    assert!(said(&lead.follow(&left).await.text()).contains("You are signed out."));
    assert_eq!(lead.sign_in(&email(Role::Lead), PASSWORD).await.header("location"), "/");
}

#[story]
async fn altered_evidence_is_red_and_first_wherever_it_is_shown(world: World) {
    let now = with_evidence(&world).await;
    let room = format!("/incidents/{}", now.reference);
    let item = format!("{room}/evidence/EV-0002");
    let lead = world.signed_in(Role::Lead).await;
    let sha256 = {
        let (ctx, actor) = (&world.ctx, world.actor(Role::Lead).await);
        let seen = holdfast_actions::incident::view(ctx, &actor, &now.reference).await.unwrap();
        evidence::list(ctx, &actor, &seen).await.unwrap()[1].sha256.clone().unwrap()
    };
    let file = file_named(&world.folder.path().join("blobs"), &sha256).unwrap();
    let is_first = |html: &str, of: &str| {
        let page = main(html);
        let (alarm, rest) = (page.find(of), page.find("# "));
        assert!(alarm.is_some() && alarm < rest, "{of} is not first in {page}");
        assert!(parts(html, ".notice-danger").contains(of), "{of} is not red");
    };
    for (bytes, words) in [(Some("other"), ALTERED), (None, "The file is NOT there")] {
        match bytes {
            Some(bytes) => {
                let mut rights = std::fs::metadata(&file).unwrap().permissions();
                #[allow(clippy::permissions_set_readonly_false)]
                rights.set_readonly(false);
                std::fs::set_permissions(&file, rights).unwrap();
                std::fs::write(&file, bytes).unwrap();
            }
            None => std::fs::remove_file(&file).unwrap(),
        }
        let checked = lead.post(&format!("{item}/verify"), &[]).await;
        let page = lead.follow(&checked).await.text();
        assert!(said(&page).contains(words), "{}", said(&page));
        assert!(!parts(&page, ".notice-ok").contains("file"), "bad news has no green tick");
        // It stays when the page is loaded again, and on each tab.
        let page = lead.get(&item).await.text();
        assert!(parts(&page, ".notice-danger").contains(words), "{}", main(&page));
        for path in [item.as_str(), &room, &format!("{room}/evidence")] {
            is_first(&lead.get(path).await.text(), "Evidence is not what it was when it was registered");
        }
    }
    let list = lead.get(&format!("{room}/evidence")).await.text();
    let rows = parts(&list, "tbody");
    assert!(rows.find("EV-0002") < rows.find("EV-0001"), "{rows}");
    assert!(parts(&list, ".badge-danger").contains("Altered"), "{rows}");
    let register = lead.get("/evidence").await.text();
    assert!(parts(&register, ".notice-danger").contains("Evidence is not what it was"), "{}", main(&register));
    let first = parts(&register, "tbody");
    assert!(first.find("EV-0002") < first.find("EV-0001"), "{first}");
    let only = parts(&lead.get("/evidence?altered=on").await.text(), "tbody");
    assert!(only.contains("EV-0002") && !only.contains("EV-0001"), "{only}");
}

/// The file of this name, in a folder or in one within.
fn file_named(folder: &std::path::Path, name: &str) -> Option<std::path::PathBuf> {
    std::fs::read_dir(folder).unwrap().find_map(|entry| {
        let path = entry.unwrap().path();
        if path.is_dir() { file_named(&path, name) } else { path.ends_with(name).then_some(path) }
    })
}
