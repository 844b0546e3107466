//! Evidence that is offered: whoever reads its chain of custody sees to whom, and whoever it is offered to
//! finds it on their day.

use holdfast_domain::{person::Role, token::Scope};
use serde_json::json;

use crate::{
    fixtures::{Maker, Word},
    snapshot::pinned,
    visible::{main, table},
    world::{World, story},
};

#[story]
async fn an_offer_names_its_receiver_and_waits_on_their_day(world: World) {
    let made = Maker::new(&world).await.make(false, &mut Word("own")).await;
    let token = world.token(Role::Lead, Scope::ALL).await;
    let analyst = world.actor(Role::Analyst).await;
    let item = format!("/incidents/{}/evidence/{}", made.reference, made.evidence);
    let custody = async |kind: &str, details: serde_json::Value| {
        let body = json!({ "kind": kind, "details": details });
        world.post(&token, &format!("/api/v1{item}/custody"), body).await.is(200);
    };
    let (lead, receiver) = (world.signed_in(Role::Lead).await, world.signed_in(Role::Analyst).await);
    // What waits for somebody is there with the way to accept it.
    let offered = format!("{item}/custody/accepted");
    let offered = offered.as_str();
    assert!(!receiver.get("/today").await.text().contains(offered));

    let details = json!({ "received_by": analyst.person_id, "reason": "For imaging", "method": "In person" });
    custody("offered", details.clone()).await;
    pinned("offer-waits", &table(&lead.get(&item).await.text()));
    let today = receiver.get("/today").await.text();
    assert!(today.contains(offered), "{today}");
    pinned("offer-on-the-receivers-day", &main(&today));
    assert!(!lead.get("/today").await.text().contains(offered), "it is offered to somebody else");
    assert!(!world.signed_in(Role::Auditor).await.get("/today").await.text().contains(offered));

    // Withdrawn, it still says to whom it was offered, and waits for nobody.
    custody("withdrawn", json!({ "reason": "A mistake" })).await;
    let page = lead.get(&item).await.text();
    pinned("offer-withdrawn", &table(&page));
    assert!(!page.contains("Not answered yet"), "{page}");
    assert!(!receiver.get("/today").await.text().contains(offered));

    custody("offered", details).await;
    receiver.post(&format!("{item}/custody/accepted"), &[("reason", "For imaging")]).await.is(303);
    assert!(!receiver.get("/today").await.text().contains(offered));
}
