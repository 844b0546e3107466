//! Two people edit one incident in their browsers: nothing that either typed is lost.

use holdfast_domain::person::Role;
use http::StatusCode;

use crate::{
    snapshot::pinned,
    visible::{main, part, refused},
    world::{World, on_both},
};

#[tokio::test]
async fn the_later_one_is_shown_both_texts_and_keeps_what_was_typed() {
    on_both(async |world: World| {
        let opened = world.incident().await;
        let path = format!("/incidents/{}/edit", opened.reference);
        let (one, other) = (world.signed_in(Role::Lead).await, world.signed_in(Role::Analyst).await);
        let version = opened.version.to_string();
        let fields = |title: &'static str| {
            vec![
                ("version", version.clone()),
                ("title", title.to_owned()),
                ("summary", opened.fields.summary.clone()),
                ("severity", "sev3".to_owned()),
                ("category", "fraud".to_owned()),
                ("tlp", "amber".to_owned()),
                ("pap", "amber".to_owned()),
                ("disposition", "unknown".to_owned()),
            ]
        };
        let send = async |browser: &crate::world::Browser, title| {
            let fields = fields(title);
            let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
            browser.post(&path, &fields).await
        };
        let first = send(&one, "What the lead wrote").await;
        assert_eq!(first.status, StatusCode::SEE_OTHER, "{}", first.text());
        let second = send(&other, "What the analyst wrote").await;
        assert_eq!(second.status, StatusCode::CONFLICT, "{}", second.text());
        pinned("conflict-both-texts", &refused(&second.text()));
        let shown = other.get(&format!("/incidents/{}", opened.reference)).await.text();
        assert_eq!(part(&shown, "h1"), "# What the lead wrote");
        assert!(!shown.contains("What the analyst wrote"));
    })
    .await;
}

#[tokio::test]
async fn a_refused_form_comes_back_with_what_was_typed_and_what_is_wrong() {
    on_both(async |world: World| {
        let lead = world.signed_in(Role::Lead).await;
        let long = "x".repeat(300);
        let fields = [
            ("title", long.as_str()),
            ("summary", "kept & <shown>"),
            ("severity", "sev2"),
            ("category", "other"),
            ("tlp", "amber"),
            ("pap", "amber"),
            ("detected", "2026-09-01T08:00"),
            ("detected_zone", "UTC"),
            ("detected_precision", "hour"),
        ];
        let answer = lead.post("/incidents/new", &fields).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        let page = answer.text();
        pinned("conflict-refused-and-kept", &main(&page));
        assert!(page.contains("kept &amp; &lt;shown"), "typed text comes back, escaped");
    })
    .await;
}
