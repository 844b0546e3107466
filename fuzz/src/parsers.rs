//! Everything that reads what users send, with the most bytes that may reach it: for fuzzing, and for the test that
//! measures known hard shapes.

use axum::{
    body::Body,
    extract::{FromRequest, Multipart, Request},
};
use holdfast_app::{form::Form, markdown_html};
use holdfast_domain::{
    Fields as _, Timestamp,
    defang::refang,
    event::EventFields,
    incident::IncidentFields,
    indicator::{IndicatorFields, IndicatorKind, read_lines},
    time::{from_local, is_zone},
};
use holdfast_interop::{attack_flow, iris};
use holdfast_server::api::{JsonBody, schema::Members};

/// A reader of what users send.
pub struct Parser {
    /// What it reads.
    pub name: &'static str,
    /// The most bytes that may reach it.
    pub bytes_max: usize,
    /// The longest it may take for them in a release build, in milliseconds.
    pub ms_max: f64,
    /// Reads; what comes of it does not matter here.
    pub read: fn(&[u8]),
}

const KIB: usize = 1024;

/// All of them.
pub const PARSERS: [Parser; 12] = [
    Parser { name: "markdown", bytes_max: 100 * KIB, ms_max: 50.0, read: |bytes| drop(markdown_html(&text(bytes))) },
    Parser {
        name: "plain_text",
        bytes_max: 100 * KIB,
        ms_max: 50.0,
        read: |bytes| drop(holdfast_actions::markup::plain_text(&text(bytes))),
    },
    Parser { name: "indicator_lines", bytes_max: 512 * KIB, ms_max: 50.0, read: indicator_lines },
    Parser { name: "refang", bytes_max: 512 * KIB, ms_max: 50.0, read: |bytes| drop(refang(&text(bytes))) },
    Parser {
        name: "search",
        bytes_max: 2 * KIB,
        ms_max: 50.0,
        read: |bytes| drop(holdfast_store::search::runs(&text(bytes))),
    },
    Parser { name: "attack_flow", bytes_max: 1024 * KIB, ms_max: 50.0, read: |bytes| drop(attack_flow::read(bytes)) },
    Parser { name: "iris", bytes_max: 1024 * KIB, ms_max: 50.0, read: |bytes| drop(iris::read(bytes)) },
    Parser { name: "json", bytes_max: 1024 * KIB, ms_max: 50.0, read: json },
    Parser { name: "form", bytes_max: 1024 * KIB, ms_max: 50.0, read: form },
    Parser { name: "multipart", bytes_max: 1024 * KIB, ms_max: 50.0, read: multipart },
    // Pictures are bounded by their pixels, and decoded one at a time on a thread of its own.
    Parser {
        name: "image",
        bytes_max: 1024 * KIB,
        ms_max: 3_000.0,
        read: |bytes| drop(holdfast_actions::logo::normalised(bytes)),
    },
    Parser { name: "time", bytes_max: KIB, ms_max: 50.0, read: time },
];

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Runs to its end what waits for nothing but the bytes it already has.
fn block_on<T>(reading: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a thread of its own needs nothing");
    runtime.block_on(reading)
}

fn indicator_lines(bytes: &[u8]) {
    drop(read_lines(&text(bytes), &IndicatorFields::bare(IndicatorKind::Other, "")));
}

/// As a request over REST, and as the fields of three nouns.
fn json(bytes: &[u8]) {
    let request = Request::builder().header("Content-Type", "application/json").body(Body::from(bytes.to_vec()));
    let Ok(JsonBody(Members(sent))) = block_on(JsonBody::from_request(request.expect("it is one"), &())) else {
        return;
    };
    drop(IncidentFields::created(sent.clone()));
    drop(EventFields::created(sent.clone()));
    drop(IndicatorFields::created(sent));
}

fn form(bytes: &[u8]) {
    if let Ok(values) = serde_urlencoded::from_bytes::<Vec<(String, String)>>(bytes) {
        let form = Form::new(values);
        drop(form.time("detected_at", "Europe/Berlin", None));
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
    let text = text(bytes);
    let (local, zone) = text.split_once('\n').unwrap_or((&text, "Europe/Berlin"));
    drop(from_local(local, zone));
    let _ = text.parse::<Timestamp>();
    let _ = is_zone(&text);
}
