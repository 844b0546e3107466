//! Everything that reads what users send, with the most bytes that may reach it, and the shapes that are known to be
//! hard: for the fuzzer, and for the tests that measure those shapes.

use axum::{
    body::Body,
    extract::{FromRequest, Multipart, Request},
};
use holdfast_actions::{import, logo, markup};
use holdfast_app::{form::Form, listed, markdown_html, metrics_query, read_fields, request::cookie};
use holdfast_domain::{
    Actor, CheckContext, OrgId, PersonId, Timestamp,
    access::Door,
    asset::AssetFields,
    contact::ContactFields,
    defang::refang,
    event::EventFields,
    import::{FILE_BYTES_MAX, ImportKind},
    incident::{IncidentFields, SUMMARY_CHARS_MAX},
    indicator::{IndicatorFields, IndicatorKind, LINES_MAX, read_lines},
    link::LinkFields,
    narrative::{NarrativeFields, RecommendationFields},
    noun::Noun,
    person::{PersonDraft, Roles, check_password},
    person_name::{handle_base, look_alike_keys},
    refusal::FieldErrors,
    search::TEXT_CHARS_MAX,
    task::TaskFields,
    technique,
    time::{from_local, is_zone},
    vulnerability::VulnerabilityFields,
};
use holdfast_interop::evidence_log;
use holdfast_ledger::{Checkpoint, LogCheck, Note, Tail, TlogProof, VerifyingKey};
use holdfast_server::{
    api::{JsonBody, ListQuery, schema::Members},
    body::BODY_BYTES_MAX,
    net,
    pages::form_of,
    response_format::ResponseFormat,
};
use holdfast_store::search;
use rustix::time::{ClockId, clock_gettime};
use serde_json::{Map, Value};

/// A reader of what users send.
pub struct Parser {
    /// What it reads.
    pub name: &'static str,
    /// The most bytes that may reach it.
    pub bytes_max: usize,
    /// The most characters, where those are counted.
    chars_max: usize,
    /// The longest it may take for them in a release build, in milliseconds.
    pub ms_max: f64,
    /// What a text may stand between, beside nothing at all.
    frames: &'static [(&'static str, &'static str)],
    /// Reads; what comes of it does not matter here.
    read: fn(&[u8]),
}

const KIB: usize = 1024;
const MIB: usize = 1024 * KIB;

/// The most that the request line and headers of a request may have, as `server/src/accept.rs` has it.
const HEAD_BYTES_MAX: usize = 64 * KIB;

/// One that may take 50 ms for the most that may reach it.
const fn parser(name: &'static str, bytes_max: usize, read: fn(&[u8])) -> Parser {
    Parser { name, bytes_max, chars_max: usize::MAX, ms_max: 50.0, frames: &[], read }
}

/// The same, of a text whose characters are counted before it is read; each has up to four bytes.
const fn of_text(name: &'static str, chars_max: usize, read: fn(&[u8])) -> Parser {
    Parser { chars_max, ..parser(name, 4 * chars_max, read) }
}

/// All of them.
pub const PARSERS: [Parser; 19] = [
    of_text("markdown", SUMMARY_CHARS_MAX, |bytes| drop(markdown_html(&text(bytes, SUMMARY_CHARS_MAX)))),
    of_text("plain_text", SUMMARY_CHARS_MAX, |bytes| drop(markup::plain_text(&text(bytes, SUMMARY_CHARS_MAX)))),
    parser("indicator_lines", BODY_BYTES_MAX, indicator_lines),
    parser("refang", BODY_BYTES_MAX, |bytes| drop(refang(&lossy(bytes)))),
    parser("techniques", BODY_BYTES_MAX, |bytes| drop(technique::read(&lossy(bytes)))),
    of_text("search", TEXT_CHARS_MAX, |bytes| drop(search::runs(&text(bytes, TEXT_CHARS_MAX)))),
    of_text("index", SUMMARY_CHARS_MAX, |bytes| drop(search::words(&text(bytes, SUMMARY_CHARS_MAX)))),
    parser("query", HEAD_BYTES_MAX, query),
    parser("header", HEAD_BYTES_MAX, header),
    // Files of others are read one at a time, on a thread that nobody waits for: 50 ms for each MiB.
    Parser { ms_max: 800.0, ..parser("attack_flow", FILE_BYTES_MAX, |bytes| file(ImportKind::AttackFlow, bytes)) },
    Parser { ms_max: 800.0, ..parser("iris", FILE_BYTES_MAX, |bytes| file(ImportKind::Iris, bytes)) },
    Parser {
        frames: &[
            ("{\"title\":\"x\",\"summary\":\"", "\"}"),
            (" {\"lane\":\"attack\",\"title\":\"x\",\"techniques\":[", "{}]}"),
            ("  {\"title\":\"x\",\"description\":\"", "\"}"),
            ("   {\"kind\":\"url\",\"value\":\"", "\"}"),
            ("{\"", "\":1}"),
            ("{\"a\":[", "1]}"),
        ],
        ..parser("json", BODY_BYTES_MAX, json)
    },
    Parser {
        frames: &[("summary=", ""), ("&title=x&techniques=", ""), ("&&description=", ""), ("&&&value=", "")],
        ..parser("form", BODY_BYTES_MAX, form)
    },
    Parser {
        frames: &[("--b\r\nContent-Disposition: form-data; name=\"", "\"\r\n\r\nx\r\n--b--\r\n")],
        ..parser("multipart", BODY_BYTES_MAX, multipart)
    },
    // Pictures are bounded by their pixels, and decoded one at a time on a thread of its own.
    Parser { ms_max: 3_000.0, ..parser("image", MIB, |bytes| drop(logo::normalised(bytes))) },
    parser("time", KIB, time),
    parser("person", BODY_BYTES_MAX, person),
    // What is checked on the command line may be of any size; of each MiB it takes no longer than this.
    parser("evidence_log", MIB, |bytes| drop(key().map(|key| evidence_log::verify(bytes, &key)))),
    parser("ledger", MIB, ledger),
];

/// In a piece, a number that is another each time.
const NUMBER: char = '№';

/// Pieces that, repeated, were hard for some reader of Markdown, lists, JSON, forms, addresses or names.
const PIECES: &str = "> - ¶>¶- ¶1. ¶* a\n¶  - a\n¶\t¶[¶![¶](¶[a](¶[a]: b\n¶[a][b]¶*a_ ¶**a ¶_a¶~~¶`¶``a`¶<a ¶<!--¶</¶\
     &amp¶|a¶|-¶\n¶\n\n¶```\n¶#a\n¶a\\\n¶http://a¶[.]¶hxxp¶{\"a\":¶[[¶\"a\":1,¶a=b&¶%C3%A9¶\u{301}¶\
     \u{202e}¶--b\r\n\r\n¶.a@b¶status=new&status=open&¶keep_a=b&¶T1566.001,¶Malware;¶\\u0000¶\\\\¶a, ¶a; ¶\u{1d7d8}¶\
     ﷺ¶a;q=0.1, ¶10.0.0.1, ¶{\"technique\":\"T1566\"},¶№=1&¶keep_№=yours&¶\":1,\"№¶[№]: a\n[№]¶\u{0}";

/// The pieces.
pub fn pieces() -> Vec<&'static str> {
    PIECES.split('¶').collect()
}

impl Parser {
    /// Milliseconds that reading takes of this thread's own time: what else the machine does is not counted.
    pub fn milliseconds(&self, input: &[u8]) -> f64 {
        let began = clock_gettime(ClockId::ThreadCPUTime);
        (self.read)(input);
        let ended = clock_gettime(ClockId::ThreadCPUTime);
        (ended.tv_sec - began.tv_sec) as f64 * 1e3 + (ended.tv_nsec - began.tv_nsec) as f64 / 1e6
    }

    /// In how many ways a text may stand: bare, or in a frame.
    pub const fn ways(&self) -> usize {
        self.frames.len() + 1
    }

    /// How large an input is beside the largest.
    #[allow(dead_code, reason = "only the fuzzer measures inputs of any size")]
    pub fn share(&self, input: &[u8]) -> f64 {
        let chars = if self.chars_max == usize::MAX { 0 } else { lossy(input).chars().count() };
        (input.len() as f64 / self.bytes_max as f64).max(chars as f64 / self.chars_max as f64)
    }

    /// A unit again and again, up to a part of the largest input, standing in one of the ways. [`NUMBER`] in it is
    /// another number each time.
    pub fn repeated(&self, unit: &[u8], way: usize, part: usize) -> Vec<u8> {
        let (bytes, chars) = (self.bytes_max / part, self.chars_max / part);
        let (before, after) = way.checked_sub(1).and_then(|at| self.frames.get(at)).unwrap_or(&("", ""));
        let bytes_left = bytes.saturating_sub(before.len() + after.len());
        let times = (bytes_left / unit.len().max(1)).min(chars / lossy(unit).chars().count().max(1));
        let units = match std::str::from_utf8(unit) {
            Ok(unit) if unit.contains(NUMBER) => {
                // A number of more digits than its sign has bytes makes fewer of them.
                let numbered = (0..times).map(|at| unit.replace(NUMBER, &at.to_string()));
                let mut units: String = numbered.collect();
                units.truncate(units.floor_char_boundary(bytes_left));
                units.into_bytes()
            }
            _ => unit.repeat(times),
        };
        [before.as_bytes(), &units, after.as_bytes()].concat()
    }
}

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A text of so many letters at most: a longer one is refused before it is read.
fn text(bytes: &[u8], chars_max: usize) -> String {
    lossy(bytes).chars().take(chars_max).collect()
}

const AT: CheckContext = CheckContext { now: Timestamp::from_seconds(1_800_000_000), is_zone };

fn actor() -> Actor {
    let (org_id, person_id) = (OrgId(uuid::Uuid::nil()), PersonId(uuid::Uuid::nil()));
    let (name, time_zone) = ("Ada".into(), "Europe/Berlin".into());
    Actor { org_id, person_id, name, roles: Roles::of(&[]), time_zone, door: Door::Console }
}

/// Runs to its end what waits for nothing but the bytes it already has.
fn block_on<T>(reading: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a thread of its own needs nothing");
    runtime.block_on(reading)
}

fn indicator_lines(bytes: &[u8]) {
    // More lines are refused before they are read.
    let lines: Vec<String> = lossy(bytes).lines().take(LINES_MAX).map(str::to_owned).collect();
    drop(read_lines(&lines.join("\n"), &IndicatorFields::bare(IndicatorKind::Other, "")));
}

fn file(kind: ImportKind, bytes: &[u8]) {
    drop(import::parsed(kind, bytes, AT.now));
}

fn query(bytes: &[u8]) {
    let text = lossy(bytes);
    if let Ok(pairs) = serde_urlencoded::from_str::<Vec<(String, String)>>(&text) {
        drop(listed(&pairs, &actor()));
        drop(metrics_query(&Form::new(pairs)));
    }
    if let Ok(query) = serde_urlencoded::from_str::<ListQuery>(&text) {
        drop(query.read(&actor()));
    }
}

/// What a browser and a proxy say of a request.
fn header(bytes: &[u8]) {
    let names = ["accept", "cookie", "x-forwarded-for", "user-agent"];
    let request = names.iter().fold(Request::builder(), |request, name| request.header(*name, bytes));
    let (Ok(request), Ok(everybody)) = (request.body(Body::empty()), "0.0.0.0/0".parse()) else { return };
    let _ = net::of_request(&request, &[everybody]);
    let _ = ResponseFormat::of(&request);
    let _ = cookie(request.headers(), "holdfast");
}

type Sent = Map<String, Value>;

fn of_json<F: Noun>(sent: Sent) {
    drop(F::created(sent).map(|fields| fields.checked(AT)));
}

fn of_form<F: Noun>(form: &Form) {
    drop(read_fields(form, "Europe/Berlin", &F::default()).map(|fields| fields.checked(AT)));
}

/// How REST and forms read a noun.
type Readers = (fn(Sent), fn(&Form));

const fn noun<F: Noun>() -> Readers {
    (of_json::<F>, of_form::<F>)
}

/// Every noun: a request is of one, which spaces before an object and signs before a form choose.
const NOUNS: [Readers; 10] = [
    noun::<IncidentFields>(),
    noun::<EventFields>(),
    noun::<TaskFields>(),
    noun::<IndicatorFields>(),
    noun::<AssetFields>(),
    noun::<VulnerabilityFields>(),
    noun::<ContactFields>(),
    noun::<LinkFields>(),
    noun::<NarrativeFields>(),
    noun::<RecommendationFields>(),
];

fn chosen(bytes: &[u8], sign: u8) -> Readers {
    NOUNS[bytes.iter().take_while(|byte| **byte == sign).count() % NOUNS.len()]
}

fn json(bytes: &[u8]) {
    let request = Request::builder().header("Content-Type", "application/json").body(Body::from(bytes.to_vec()));
    if let Ok(JsonBody(Members(sent))) = block_on(JsonBody::from_request(request.expect("it is one"), &())) {
        chosen(bytes, b' ').0(sent);
    }
}

fn form(bytes: &[u8]) {
    if let Ok(form) = form_of(bytes) {
        drop(form.time("detected_at", "Europe/Berlin", None));
        chosen(bytes, b'&').1(&form);
    }
}

fn multipart(bytes: &[u8]) {
    let request =
        Request::builder().header("Content-Type", "multipart/form-data; boundary=b").body(Body::from(bytes.to_vec()));
    block_on(async {
        let Ok(mut parts) = Multipart::from_request(request.expect("it is one"), &()).await else { return };
        while let Ok(Some(mut field)) = parts.next_field().await {
            while let Ok(Some(_)) = field.chunk().await {}
        }
    });
}

fn time(bytes: &[u8]) {
    let text = lossy(bytes);
    let (local, zone) = text.split_once('\n').unwrap_or((&text, "Europe/Berlin"));
    drop(from_local(local, zone));
    let _ = text.parse::<Timestamp>();
    let _ = is_zone(&text);
}

/// A name, an address and a password.
fn person(bytes: &[u8]) {
    let (text, mut errors) = (lossy(bytes), FieldErrors::default());
    check_password(&text, &[&text], &mut errors);
    drop((holdfast_domain::email::key(&text), look_alike_keys(&text), handle_base(&text)));
    let draft = PersonDraft { email: text.clone(), name: text, roles: Roles::of(&[]), time_zone: "UTC".into() };
    draft.check(&mut errors);
    drop(errors.finish());
}

/// The key of the logs that are kept among the tests.
fn key() -> Option<VerifyingKey> {
    "soc.example.org/ledger+6ae91a50+AepKbGPinFIKvvVQexMuxfmVR3auvr57kkIe6mkURtIs".parse().ok()
}

/// A note, then entries, as `holdfast verify` gets them in two files; and the same bytes as a proof.
fn ledger(bytes: &[u8]) {
    let end = bytes.windows(3).position(|three| three == b"\n\n\n").unwrap_or_default();
    let (note, entries) = bytes.split_at(end);
    let Some(key) = key() else { return };
    let check = LogCheck { note, key: &key, remembered: None, older: &[], openings: &[], tail: Tail::Allow };
    drop(check.run(entries.split(|byte| *byte == b'\n')));
    drop(Note::parse(bytes).map(|note| Checkpoint::open(&note, &key, &[])));
    drop(TlogProof::parse(bytes).map(|proof| proof.verify(b"{}", &key)));
}
