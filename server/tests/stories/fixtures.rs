//! Incidents with one of every thing in them, made over REST, and what may be sent to each route: what
//! the attacker's stories work on. Everything that is typed comes from the story, so that one can
//! type what is hostile. The lists are by path: a new route is not in them, and its story says so.

use holdfast_domain::{
    Fields, PersonId, event::EventFields, narrative::NarrativeFields, narrative::RecommendationFields, person::Role,
    task::TaskFields, token::Scope,
};
use http::Method;
use serde_json::{Value, json};

use crate::world::{Answer, World};

/// An incident with one of every thing in it.
#[derive(Clone, Debug)]
pub struct Fixture {
    pub reference: String,
    pub id: String,
    pub event: String,
    pub task: String,
    pub indicator: String,
    pub asset: String,
    pub vulnerability: String,
    pub recommendation: String,
    pub contact: String,
    /// A link to an incident that is opened for it.
    pub link: String,
    /// The label of the newest piece of evidence.
    pub evidence: String,
}

/// What is typed into a field: by the field's name, and whether it holds one line of so many characters.
pub trait Typing {
    fn line(&mut self, field: &str, chars: usize) -> String;
    fn text(&mut self, field: &str) -> String;
}

/// The same word everywhere.
pub struct Word<'a>(pub &'a str);

impl Typing for Word<'_> {
    fn line(&mut self, field: &str, _: usize) -> String {
        format!("{} {field}", self.0)
    }

    fn text(&mut self, field: &str) -> String {
        format!("{} in **{field}**", self.0)
    }
}

/// Who makes it, and what is typed.
pub struct Maker<'a> {
    world: &'a World,
    token: String,
}

fn made(answer: &Answer) -> Value {
    assert!(answer.status.is_success(), "{}: {}", answer.status, answer.text());
    if answer.body.is_empty() { Value::Null } else { answer.json() }
}

fn id(value: &Value) -> String {
    value["id"].as_str().unwrap().to_owned()
}

impl<'a> Maker<'a> {
    /// By a token of the lead.
    pub async fn new(world: &'a World) -> Self {
        Self { world, token: world.token(Role::Lead, Scope::ALL).await }
    }

    async fn post(&self, path: &str, body: Value) -> Value {
        made(&self.world.post(&self.token, &format!("/api/v1{path}"), body).await)
    }

    /// Makes one. What is restricted is so from the start.
    pub async fn make(&self, restricted: bool, typed: &mut impl Typing) -> Fixture {
        let category = "fraud/phishing";
        let opened = json!({ "title": typed.line("title", 200), "summary": typed.text("summary"), "severity": "sev3",
            "category": category, "restricted": restricted });
        let opened = self.post("/incidents", opened).await;
        let reference = opened["reference"].as_str().unwrap().to_owned();
        let at = format!("/incidents/{reference}");
        let event = json!({ "lane": "attack", "title": typed.line("event", 300), "description": typed.text("event"),
            "source": typed.line("source", 300), "in_report": true,
            "occurred": { "at": "2026-09-01T08:00:00Z", "precision": "hour", "source": "evidence" },
            "techniques": [{ "technique": "T1566.001" }] });
        let event = id(&self.post(&format!("{at}/events"), event).await);
        let task = json!({ "title": typed.line("task", 300), "description": typed.text("task"), "phase": "analysis",
            "status": "blocked", "status_reason": typed.text("status_reason") });
        let task = id(&self.post(&format!("{at}/tasks"), task).await);
        self.post(&format!("{at}/tasks/{task}/comments"), json!({ "body": typed.text("comment") })).await;
        let (indicator, asset, vulnerability) = self.findings(&at, typed).await;
        let recommendation = json!({ "body": typed.text("recommendation"), "kind": "prevent", "priority": "high",
            "owner": typed.line("recommendation_owner", 200), "tracker": typed.line("tracker", 200) });
        let recommendation = id(&self.post(&format!("{at}/recommendations"), recommendation).await);
        let contact = json!({ "name": typed.line("contact", 200), "organisation": typed.line("organisation", 200),
            "informed_at": "2026-09-01T08:00:00Z", "said": typed.text("contact") });
        let contact = id(&self.post(&format!("{at}/contacts"), contact).await);
        self.narrative(&at, typed).await;
        let evidence = self.evidence(&at, typed).await;
        let other = json!({ "title": typed.line("title", 200), "severity": "sev3", "category": category, "restricted": restricted });
        let other = self.post("/incidents", other).await["reference"].clone();
        let link = json!({ "kind": "related", "other": other, "note": typed.line("note", 500) });
        let link = id(&self.post(&format!("{at}/links"), link).await);
        let id = id(&opened);
        Fixture { id, reference, event, task, indicator, asset, vulnerability, recommendation, contact, link, evidence }
    }

    async fn findings(&self, at: &str, typed: &mut impl Typing) -> (String, String, String) {
        let indicator =
            json!({ "kind": "other", "value": typed.line("value", 500), "description": typed.text("indicator") });
        let asset = json!({ "kind": "server", "name": typed.line("asset", 200), "owner": typed.line("asset_owner", 200),
            "identifier": typed.line("identifier", 200), "notes": typed.text("asset") });
        let vulnerability = json!({ "title": typed.line("vulnerability", 300), "affected": typed.line("affected", 300),
            "notes": typed.text("vulnerability") });
        (
            id(&self.post(&format!("{at}/indicators"), indicator).await),
            id(&self.post(&format!("{at}/assets"), asset).await),
            id(&self.post(&format!("{at}/vulnerabilities"), vulnerability).await),
        )
    }

    async fn narrative(&self, at: &str, typed: &mut impl Typing) {
        let mut texts = serde_json::Map::new();
        for field in NarrativeFields::FIELDS {
            texts.insert(field.name.to_owned(), typed.text(field.name).into());
        }
        let (path, version) = (format!("/api/v1{at}/narrative"), [("if-match", "\"v0\"")]);
        made(&self.world.bearer_with(&self.token, Method::PATCH, &path, Some(texts.into()), &version).await);
    }

    /// Registers a file, and says where it is kept and what was found in it.
    pub async fn evidence(&self, at: &str, typed: &mut impl Typing) -> String {
        let mut query = vec![("kind", "document".to_owned()), ("title", typed.line("evidence", 200))];
        query.push(("description", typed.text("evidence")));
        let lines = "original_filename serial source_host source_path tool tool_version authority location";
        query.extend(lines.split(' ').map(|name| (name, typed.line(name, 200))));
        let query = serde_urlencoded::to_string(query).unwrap();
        let registered = self.raw(&format!("{at}/evidence?{query}"), typed.text("file").into_bytes()).await;
        let label = registered["label"].as_str().unwrap().to_owned();
        let details = json!({ "tool": typed.text("analysis_tool"), "reason": typed.text("analysis") });
        let analysed = json!({ "kind": "analysed", "details": details });
        self.post(&format!("{at}/evidence/{label}/custody"), analysed).await;
        label
    }

    async fn raw(&self, path: &str, bytes: Vec<u8>) -> Value {
        let request = axum::extract::Request::builder()
            .method(Method::POST)
            .uri(format!("/api/v1{path}"))
            .header("authorization", format!("Bearer {}", self.token))
            .header("content-type", "application/octet-stream");
        made(&self.world.send(request.body(bytes.into()).unwrap()).await)
    }
}

impl Fixture {
    /// What the incident and most things in it are called in addresses.
    pub fn ids(&self) -> [String; 8] {
        let Self { id, reference, event, task, indicator, asset, vulnerability, recommendation, .. } = self.clone();
        [id, reference, event, task, indicator, asset, vulnerability, recommendation]
    }

    /// The path of a route, filled in with what is there; where it names nothing of an incident, with another name.
    pub fn filled(&self, path: &str, other: &str) -> String {
        filled(path, &self.reference, if names_a_thing(path) { self.part(path) } else { other })
    }

    /// The name of the thing that a path below an incident names by its second variable part.
    pub fn part(&self, path: &str) -> &str {
        let below = path.split("/incidents/{reference}/").nth(1).unwrap_or_default();
        match below.split('/').next().unwrap_or_default() {
            "timeline" | "events" => &self.event,
            "tasks" => &self.task,
            "indicators" => &self.indicator,
            "assets" => &self.asset,
            "vulnerabilities" => &self.vulnerability,
            "contacts" => &self.contact,
            "links" => &self.link,
            "evidence" => &self.evidence,
            "reports" | "recommendations" => &self.recommendation,
            _ => panic!("{path}: teach `Fixture::part` what its second variable part names"),
        }
    }
}

/// Whether a route names a thing of an incident, beside the incident.
pub fn names_a_thing(path: &str) -> bool {
    let below = path.split("/incidents/{reference}/").nth(1).unwrap_or_default();
    below.contains("{id}") || below.contains("{label}")
}

/// A path with its variable parts filled in. What names a kind is one that every item takes.
pub fn filled(path: &str, reference: &str, part: &str) -> String {
    path.replace("{reference}", reference)
        .replace("{id}", part)
        .replace("{label}", part)
        .replace("{kind}", if path.contains("/custody/") { "analysed" } else { "executive" })
        .replace("{file}", "executive.pdf")
        .replace("{milestone}", "start")
        .replace("{seq}", "1")
}

/// Changes all fields of a noun that can be cleared, but for those that are given.
fn whole<F: Fields>(given: Value) -> Value {
    let optional = F::FIELDS.iter().filter(|field| !field.required);
    let mut all: serde_json::Map<_, _> = optional.map(|field| (field.name.to_owned(), Value::Null)).collect();
    all.extend(given.as_object().unwrap().clone());
    all.into()
}

/// A body that a REST route takes, but for people, who are `person`.
pub fn json_for(method: &Method, path: &str, person: PersonId) -> Option<Value> {
    let below = path.strip_prefix("/api/v1").unwrap_or(path);
    let incident = below.strip_prefix("/incidents/{reference}").unwrap_or(below);
    let person = person.to_string();
    let task = json!({ "title": "Task", "phase": "analysis", "people": [person] });
    let event = json!({ "lane": "attack", "title": "Event",
        "occurred": { "at": "2026-09-01T08:00:00Z", "precision": "hour", "source": "evidence" },
        "techniques": [{ "technique": "T1566.001" }] });
    let recommendation = json!({ "body": "Change it", "kind": "prevent", "priority": "low" });
    let stated = json!({ "at": "2026-09-01T08:00:00Z", "precision": "hour", "source": "evidence" });
    Some(match (method.as_str(), incident) {
        ("POST", "/incidents") => json!({ "title": "x", "severity": "sev3", "category": "other", "detected": stated }),
        ("PATCH", "/incidents/{reference}" | "") => {
            json!({ "summary": "y", "owner_id": person, "reason": "It changed" })
        }
        ("POST", "/phase") => json!({ "to": "triage", "entered": null, "reason": "" }),
        ("PUT", "/times/{milestone}") => json!({ "time": stated, "reason": "From the log" }),
        ("PUT", "/access") => json!({ "restricted": false, "team": [person] }),
        ("POST", "/events") => event,
        ("PATCH", "/events/{id}") => whole::<EventFields>(event),
        ("POST", "/tasks") => task,
        ("PATCH", "/tasks/{id}") => whole::<TaskFields>(task),
        ("POST", "/tasks/{id}/place") => json!({ "before": null }),
        ("POST", "/tasks/{id}/comments") => json!({ "body": "A word" }),
        ("POST", "/indicators/many") => json!({ "lines": "many.example" }),
        ("POST", "/indicators") => json!({ "kind": "domain", "value": "one.example" }),
        ("PATCH", "/indicators/{id}") => json!({ "confidence": "high" }),
        ("POST", "/assets") => json!({ "kind": "server", "name": "mx9", "identifier": "mx9.example" }),
        ("PATCH", "/assets/{id}") => json!({ "criticality": "high" }),
        ("POST", "/vulnerabilities") => json!({ "title": "A hole" }),
        ("PATCH", "/vulnerabilities/{id}") => json!({ "status": "fixed" }),
        ("POST", "/contacts") => json!({ "name": "CSIRT", "informed_at": "2026-09-01T08:00:00Z" }),
        ("PATCH", "/contacts/{id}") => json!({ "channel": "email" }),
        // The first incident that is furnished has the second one beside it.
        ("POST", "/links") => json!({ "kind": "parent", "other": "INC-2026-0002" }),
        ("PUT", path) if path.ends_with("/archived") => json!({ "archived": true }),
        ("POST", "/evidence/{label}/custody") => {
            json!({ "kind": "analysed", "details": { "tool": "dd 9.1", "reason": "There is no copy" } })
        }
        ("PATCH", "/narrative") => whole::<NarrativeFields>(json!({ "lessons": "None" })),
        ("POST", "/recommendations") => recommendation,
        ("PATCH", "/recommendations/{id}") => whole::<RecommendationFields>(recommendation),
        ("POST", "/reports" | "/reports/check") => {
            json!({ "kind": "post-incident-review", "people": [person] })
        }
        ("POST", "/metrics/reports" | "/metrics/reports/check") => json!({ "people": [person] }),
        ("POST", "/reports/{id}/withdrawal") => json!({ "reason": "R" }),
        ("POST", "/undo") => json!({ "seq": 1 }),
        ("POST", "/people") => json!({ "email": "n@example.org", "name": "N", "roles": ["lead"] }),
        ("PATCH", "/people/{id}") => json!({ "name": "N" }),
        ("PATCH", "/org") => json!({ "name": "N" }),
        ("POST", "/tokens") => json!({ "name": "t", "scopes": ["ledger:read"], "days": 3 }),
        _ => return None,
    })
}

/// The fields that a form of an incident's thing takes.
pub fn form_for(path: &str, version: &str) -> Vec<(&'static str, String)> {
    let below = path.strip_prefix("/incidents/{reference}").unwrap_or(path);
    let mut fields: Vec<(&str, &str)> = vec![("version", version)];
    fields.extend_from_slice(match below {
        "/timeline/{id}/edit" => &[("lane", "attack"), ("title", "Event")],
        "/tasks/{id}/edit" => &[("title", "Task"), ("phase", "analysis"), ("status", "to-do")],
        "/tasks/{id}/status" => &[("status", "doing")],
        "/tasks/{id}/place" => &[("before", "")],
        "/tasks/{id}/comment" => &[("body", "A word")],
        "/evidence/{label}/custody/{kind}" => &[("tool", "dd 9.1"), ("reason", "There is no copy")],
        "/timeline/{id}/remove" | "/evidence/{label}/verify" => &[],
        "/indicators/{id}/edit" => {
            &[("kind", "domain"), ("value", "two.example"), ("tlp", "green"), ("confidence", "low")]
        }
        "/assets/{id}/edit" => {
            &[("kind", "server"), ("name", "mx8"), ("criticality", "low"), ("compromise", "unknown")]
        }
        "/contacts/{id}/edit" => &[("name", "CSIRT"), ("channel", "email"), ("informed_at", "2026-09-01T08:00")],
        "/vulnerabilities/{id}/edit" => &[("title", "Another hole"), ("status", "open")],
        path if path.ends_with("/archive") => &[("archived", "true")],
        "/recommendations/{id}/edit" => &[("body", "Change it"), ("kind", "prevent"), ("priority", "low")],
        _ => panic!("{path}: teach `form_for` what this form sends"),
    });
    fields.into_iter().map(|(name, value)| (name, value.to_owned())).collect()
}
