//! The rows of one incident, as the actions would have written them, all but the ledger's.

use anyhow::Result;
use holdfast_store::Tx;
use uuid::Uuid;

use crate::{
    batch::{Batch, cells},
    random::{Random, Vocabulary},
};

const HOUR: i64 = 3_600_000_000;
const DAY: i64 = 24 * HOUR;
/// How far back incidents go.
const SPAN: i64 = 3 * 365 * DAY;

/// In about one incident in a hundred.
pub const RARE: &str = "quillmark";
/// In nearly all of them.
pub const COMMON: &str = "network";

const SEVERITIES: [&str; 5] = ["sev1", "sev2", "sev3", "sev4", "sev5"];
const VECTORS: [&str; 4] = ["email", "web", "attrition", "not-assessed"];
const SERVICES: [&str; 3] = ["mail", "vpn", "customer portal"];
const CATEGORIES: [&str; 8] = [
    "fraud/phishing",
    "malicious-code/infected-system",
    "malicious-code/c2-server",
    "intrusion-attempts/brute-force",
    "intrusions/system-compromise",
    "intrusions/privileged-account-compromise",
    "availability/ddos",
    "information-content-security/data-leak",
];
/// The states on the way, and the time that entering each sets.
const PATH: [(&str, &str); 10] = [
    ("new", "declare"),
    ("triage", "acknowledge"),
    ("investigating", "triage"),
    ("containing", "identify"),
    ("contained", "contain"),
    ("eradicated", "eradicate"),
    ("recovering", "recovery-start"),
    ("recovered", "recover"),
    ("resolved", "resolve"),
    ("closed", "close"),
];

/// How much belongs to an incident.
#[derive(Clone, Copy)]
pub struct Density {
    /// Events of its timeline.
    pub events: usize,
    /// Tasks.
    pub tasks: usize,
    /// Items of evidence.
    pub evidence: usize,
    /// Indicators.
    pub indicators: usize,
    /// Words of an event's description.
    pub words: usize,
}

/// Where an incident stands in time.
struct Course {
    created: i64,
    updated: i64,
    /// How far on [`PATH`] it came.
    stage: usize,
    times: Vec<(&'static str, i64)>,
}

/// Everything that fills the tables.
pub struct Filler {
    org: Uuid,
    people: Vec<Uuid>,
    now: i64,
    words: Vocabulary,
    random: Random,
    tables: Tables,
}

struct Tables {
    incidents: Batch,
    times: Batch,
    closures: Batch,
    counters: Batch,
    events: Batch,
    tasks: Batch,
    indicators: Batch,
    evidence: Batch,
    custody: Batch,
    docs: Batch,
}

impl Tables {
    fn new() -> Self {
        Self {
            incidents: Batch::new(
                "incidents",
                "id, org_id, reference, title, title_key, summary, status, status_rank, ended, severity, category, \
                 tlp = 'amber', pap = 'amber', owner_id, disposition, root_cause = '', on_hold = FALSE, \
                 is_exercise = FALSE, restricted = FALSE, reopened_count = 0, detected_at, version = 1, created_at, \
                 created_by, updated_at, updated_by, attack_vector, detection_source = 'own-rule', services, \
                 service_keys",
            ),
            times: Batch::new(
                "incident_times",
                "org_id, incident_id, milestone, at, first_at, precision = 'exact', source, recorded_at, recorded_by",
            ),
            closures: Batch::new("incident_closures", "org_id, incident_id, closed_at"),
            counters: Batch::new("counters", "org_id, name, value"),
            events: Batch::new(
                "events",
                "id, org_id, incident_id, position, lane, title, description, source = 'proxy log', occurred_at, \
                 precision = 'exact', in_report = TRUE, origin = 'person', archived = FALSE, version = 1, created_at, \
                 created_by, updated_at, updated_by",
            ),
            tasks: Batch::new(
                "tasks",
                "id, org_id, incident_id, position, title, description, phase, mandatory = FALSE, status, \
                 status_reason = '', open, finished_at, origin = 'person', comments = 0, version = 1, created_at, \
                 created_by, updated_at, updated_by",
            ),
            indicators: Batch::new(
                "indicators",
                "id, org_id, incident_id, kind, value, value_key, tlp = 'amber', confidence = 'medium', description, \
                 first_seen, version = 1, created_at, created_by, updated_at, updated_by",
            ),
            evidence: Batch::new(
                "evidence",
                "id, org_id, incident_id, label, kind = 'disk', title, description = '', original_filename = '', \
                 make = '', model = '', serial_no = '', condition_marks = '', source_host = '', source_path = '', \
                 source_owner = '', tlp = 'amber', malicious = FALSE, contains_personal_data = FALSE, \
                 method = 'dead-image', tool = '', tool_version = '', authority = '', witness = '', \
                 write_blocker = '', acquisition_notes = '', status = 'in-custody', holder_id, checked_out = FALSE, \
                 location = 'Safe', holds = 0, altered = FALSE, events = 1, created_at, created_by",
            ),
            custody: Batch::new(
                "custody_events",
                "id, org_id, incident_id, evidence_id, seq = 1, kind = 'collected', actor_id, occurred_at, \
                 recorded_at, details = '{\"location\":\"Safe\"}'",
            ),
            docs: Batch::new("search_docs", "org_id, kind, object_id, incident_id, title, body, title_text, body_text"),
        }
    }

    /// In the order in which rows refer to one another.
    fn all(&mut self) -> [&mut Batch; 10] {
        let Self { incidents, times, closures, counters, events, tasks, indicators, evidence, custody, docs } = self;
        [incidents, times, closures, counters, events, tasks, indicators, evidence, custody, docs]
    }
}

/// The words of a text as the index has them.
fn plain(text: &str) -> String {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ").to_lowercase()
}

impl Filler {
    /// For an organisation and its people, up to `now` (microseconds).
    pub fn new(org: Uuid, people: Vec<Uuid>, now: i64) -> Self {
        Self { org, people, now, words: Vocabulary::new(), random: Random::new(2_026), tables: Tables::new() }
    }

    /// Rows written so far.
    pub fn written(&mut self) -> u64 {
        self.tables.all().iter().map(|batch| batch.written).sum()
    }

    /// When incident `number` of `of` was opened, in microseconds.
    pub fn opened_at(&self, number: usize, of: usize) -> i64 {
        let share = i64::try_from(number).unwrap_or(0) * (SPAN / 1_000) / i64::try_from(of.max(1)).unwrap_or(1);
        self.now - SPAN + share * 1_000
    }

    /// Writes what was made.
    pub async fn flush(&mut self, tx: &mut Tx) -> Result<()> {
        for batch in self.tables.all() {
            batch.flush(tx).await?;
        }
        Ok(())
    }

    /// The counter of a year, so that the next incident has the next number.
    pub fn counter(&mut self, name: String, value: i64) {
        self.tables.counters.row(cells![self.org, name, value]);
    }

    fn id(&mut self, at: i64) -> Uuid {
        let mut random = [0; 10];
        random[..8].copy_from_slice(&self.random.next().to_be_bytes());
        random[8..].copy_from_slice(&self.random.next().to_be_bytes()[..2]);
        uuid::Builder::from_unix_timestamp_millis(u64::try_from(at / 1_000).unwrap_or(0), &random).into_uuid()
    }

    fn doc(&mut self, kind: &str, id: Uuid, incident: Uuid, title: &str, body: &str) {
        self.tables.docs.row(cells![self.org, kind, id, incident, plain(title), plain(body), title, body]);
    }

    fn course(&mut self, created: i64) -> Course {
        let stage = if self.random.percent(80) { 9 } else { usize::try_from(self.random.below(9)).unwrap_or(0) };
        let whole = self.random.between(2 * HOUR, 25 * DAY).min((self.now - created) / 2).max(20);
        let detected = created - self.random.between(0, 2 * HOUR);
        let mut times = vec![("start", detected - self.random.between(HOUR, 20 * DAY)), ("detect", detected)];
        let mut at = created;
        for (step, (_, milestone)) in PATH.iter().enumerate().take(stage + 1) {
            times.push((*milestone, at));
            if step < stage {
                at += self.random.between(1, whole / 9);
            }
        }
        Course { created, updated: at, stage, times }
    }

    /// Makes an incident; its id.
    pub fn incident(&mut self, reference: &str, created: i64, density: Density) -> Uuid {
        let course = self.course(created);
        let id = self.id(created);
        let person = *self.random.one(&self.people);
        self.head(id, reference, person, &course);
        for &(milestone, at) in &course.times {
            let source = if milestone == "start" { "evidence" } else { "system" };
            self.tables.times.row(cells![self.org, id, milestone, at, at, source, course.updated, person]);
        }
        if course.stage == 9 {
            self.tables.closures.row(cells![self.org, id, course.updated]);
        }
        for number in 0..density.events {
            self.event(id, person, &course, number, density.words);
        }
        for number in 0..density.tasks {
            self.task(id, person, &course, number);
        }
        for number in 0..density.evidence {
            self.evidence(id, person, &course, number);
        }
        if density.evidence > 0 {
            self.counter(format!("evidence-{id}"), i64::try_from(density.evidence).unwrap_or(0));
        }
        for number in 0..density.indicators {
            self.indicator(id, person, &course, number);
        }
        id
    }

    fn head(&mut self, id: Uuid, reference: &str, person: Uuid, course: &Course) {
        let title = self.words.text(&mut self.random, 6);
        let mut summary = self.words.text(&mut self.random, 80);
        if self.random.percent(95) {
            summary = format!("Seen on the {COMMON}. {summary}");
        }
        if self.random.percent(1) {
            summary = format!("{summary} {RARE}");
        }
        // Bad ones are few.
        let severity = SEVERITIES[usize::try_from(self.random.below(5).max(self.random.below(5))).unwrap_or(4)];
        let category = *self.random.one(&CATEGORIES);
        let verdict = if course.stage < 9 {
            "unknown"
        } else if self.random.percent(15) {
            "false-positive"
        } else {
            "true-positive"
        };
        let detected = course.times.get(1).map(|(_, at)| *at);
        let rank = i64::try_from(course.stage).unwrap_or(0);
        let service = *self.random.one(&SERVICES);
        let vector = *self.random.one(&VECTORS);
        let (services, keys) = (format!("[\"{service}\"]"), format!("\n{service}\n"));
        let (status, ended) = (PATH[course.stage].0, course.stage == 9);
        let &Course { created, updated, .. } = course;
        self.tables.incidents.row(cells![
            id, self.org, reference, &title, &title, &summary, status, rank, ended, severity, category, person,
            verdict, detected, created, person, updated, person, vector, services, keys,
        ]);
        self.doc("incident", id, id, &format!("{reference} {title}"), &summary);
    }

    fn event(&mut self, incident: Uuid, person: Uuid, course: &Course, number: usize, words: usize) {
        let number = i64::try_from(number).unwrap_or(0);
        let at = course.created + number * 1_000_000;
        let id = self.id(at);
        let title = self.words.text(&mut self.random, 6);
        let text = self.words.text(&mut self.random, words);
        let lane = if self.random.percent(50) { "attack" } else { "response" };
        let (position, occurred) = ((number + 1) * 1_024, at - 2 * HOUR);
        let org = self.org;
        self.tables
            .events
            .row(cells![id, org, incident, position, lane, &title, &text, occurred, at, person, at, person]);
        self.doc("event", id, incident, &title, &text);
    }

    fn task(&mut self, incident: Uuid, person: Uuid, course: &Course, number: usize) {
        let id = self.id(course.created);
        let title = self.words.text(&mut self.random, 5);
        let text = self.words.text(&mut self.random, 12);
        let open = course.stage < 9 && self.random.percent(40);
        let phase = *self.random.one(&["analysis", "containment", "eradication", "recovery", "review"]);
        let position = (i64::try_from(number).unwrap_or(0) + 1) * 1_024;
        let status = if open { "to-do" } else { "done" };
        let &Course { created, updated, .. } = course;
        let finished = (!open).then_some(updated);
        self.tables.tasks.row(cells![
            id, self.org, incident, position, &title, &text, phase, status, open, finished, created, person, updated,
            person,
        ]);
        self.doc("task", id, incident, &title, &text);
    }

    fn indicator(&mut self, incident: Uuid, person: Uuid, course: &Course, number: usize) {
        let id = self.id(course.created);
        let (kind, value) = if number.is_multiple_of(2) {
            let (a, b) = (self.random.below(256), self.random.below(256));
            ("ipv4", format!("10.{a}.{b}.{number}"))
        } else {
            ("domain", format!("{}{number}.example", self.words.text(&mut self.random, 1)))
        };
        let text = self.words.text(&mut self.random, 6);
        let &Course { created, updated, .. } = course;
        self.tables.indicators.row(cells![
            id, self.org, incident, kind, &value, &value, &text, created, created, person, updated, person,
        ]);
        self.doc("indicator", id, incident, &value, &text);
    }

    fn evidence(&mut self, incident: Uuid, person: Uuid, course: &Course, number: usize) {
        let id = self.id(course.created);
        let title = self.words.text(&mut self.random, 4);
        let label = format!("EV-{:04}", number + 1);
        let at = course.created;
        self.tables.evidence.row(cells![id, self.org, incident, &label, &title, person, at, person]);
        let event = self.id(at);
        self.tables.custody.row(cells![event, self.org, incident, id, person, at, at]);
        self.doc("evidence", id, incident, &format!("{label} {title}"), "");
    }
}
