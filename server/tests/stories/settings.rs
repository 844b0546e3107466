//! The organisation's settings by REST and by form: what is stated there is what metrics measure by.

use holdfast_domain::{person::Role, token::Scope};
use http::{Method, StatusCode};
use serde_json::json;

use crate::world::{World, on_both};

#[tokio::test]
async fn an_organisation_states_its_own_targets_and_metrics_measure_by_them() {
    on_both(async |world: World| {
        let admin = world.signed_in(Role::Administrator).await;
        let first = admin.get("/api/v1/org").await;
        assert_eq!(first.status, StatusCode::OK, "{}", first.text());
        assert_eq!(first.json()["has_own_targets"], false);
        assert_eq!(
            first.json()["targets"]["sev1"],
            json!({ "acknowledge_minutes": 15, "contain_hours": 4, "resolve_hours": 72 })
        );
        let etag = first.header("etag").to_owned();
        let patch =
            async |body, etag: &str| admin.json(Method::PATCH, "/api/v1/org", Some(body), &[("if-match", etag)]).await;

        let wrong =
            json!({ "targets": { "sev1": { "acknowledge_minutes": 0, "contain_hours": 1, "resolve_hours": 99999 } } });
        let refused = patch(wrong, &etag).await;
        assert_eq!((refused.status.as_u16(), refused.problem().as_str()), (422, "invalid"));
        assert!(
            refused.text().contains("sev1_acknowledge") && refused.text().contains("sev1_resolve"),
            "{}",
            refused.text()
        );

        let own =
            json!({ "targets": { "sev1": { "acknowledge_minutes": 5, "contain_hours": 1, "resolve_hours": 24 } } });
        let kept = patch(own.clone(), &etag).await;
        assert_eq!(kept.status, StatusCode::OK, "{}", kept.text());
        assert_eq!((&kept.json()["targets"], &kept.json()["has_own_targets"]), (&own["targets"], &json!(true)));
        let stale = patch(json!({ "targets": {} }), &etag).await;
        assert_eq!((stale.status.as_u16(), stale.problem().as_str()), (412, "conflict"));

        let token = world.token(Role::Lead, Scope::ALL).await;
        let metrics = world.bearer(&token, Method::GET, "/api/v1/metrics?period=this-month", None).await.json();
        assert_eq!(metrics["targets"]["sev1"]["contain"].as_i64(), Some(3_600_000_000), "{}", metrics["targets"]);
        assert_eq!(metrics["targets"].as_object().unwrap().len(), 1);

        // A form that knows nothing of targets leaves them; one that empties them ends them.
        let version = kept.header("etag").trim_matches(|c: char| !c.is_ascii_digit()).to_owned();
        let named = admin.post("/settings", &[("version", &version), ("name", "Other"), ("time_zone", "UTC")]).await;
        assert_eq!(named.status, StatusCode::SEE_OTHER, "{}", named.text());
        let now = admin.get("/api/v1/org").await.json();
        assert_eq!((&now["name"], &now["targets"]), (&json!("Other"), &own["targets"]));
        let history = world.signed_in(Role::Auditor).await.get("/ledger").await.text();
        assert!(history.contains("org.edited") || history.contains("settings"), "the ledger tells of it");
        // No token reaches the settings.
        let admin_token = world.token(Role::Administrator, Scope::ALL).await;
        let by_token = world.bearer(&admin_token, Method::GET, "/api/v1/org", None).await;
        assert_eq!(by_token.status, StatusCode::FORBIDDEN);
    })
    .await;
}
