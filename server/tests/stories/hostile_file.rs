//! Hostile files: names that lead elsewhere, content that runs where it is shown, and files of other tools
//! that are none. What is kept is kept under its hash and leaves as a file to be saved; what cannot be
//! read is refused within a second, and nothing of it stays.

#![expect(clippy::disallowed_methods, reason = "it measures how long something takes")]

use std::time::{Duration, Instant};

use axum::{
    body::{Body, Bytes},
    extract::Request,
};
use futures::stream;
use holdfast_domain::{person::Role, token::Scope};
use http::Method;
use sha2::{Digest as _, Sha256};

use crate::{
    rows,
    world::{Answer, Browser, World, story},
};

/// Names as they stand in a form, in the bytes that are sent.
fn names() -> Vec<Vec<u8>> {
    let names: Vec<String> = serde_json::from_str(include_str!("file_names.json")).unwrap();
    let mut names: Vec<Vec<u8>> = names.into_iter().map(String::into_bytes).collect();
    names.push(b"\xff\xfe\xfd.bin".to_vec());
    names.push(b"a\xc0\xaf..\xc0\xafb".to_vec());
    names.push("x".repeat(4_096).into_bytes());
    names.push("ä".repeat(2_000).into_bytes());
    names
}

/// A form with a file as a browser sends it, but for what it would never send.
fn form(name: &[u8], kind: &str, file: &[u8]) -> Vec<u8> {
    let mut sent = Vec::new();
    for (field, value) in [("title", "Hostile"), ("kind", "other"), ("tlp", "amber"), ("method", "other")] {
        sent.extend(format!("--b\r\nContent-Disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n").bytes());
    }
    sent.extend(b"--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"");
    sent.extend(name);
    sent.extend(format!("\"\r\nContent-Type: {kind}\r\n\r\n").bytes());
    sent.extend(file);
    sent.extend(b"\r\n--b--\r\n");
    sent
}

async fn post(browser: &Browser, path: &str, body: Vec<u8>) -> Answer {
    let request = Request::builder().method(Method::POST).uri(path).header("accept", "text/html");
    let request =
        request.header("sec-fetch-site", "same-origin").header("content-type", "multipart/form-data; boundary=b");
    browser.send(request, Body::from(body)).await
}

/// Every file below the folder of a story, with the hash that it is named by or not.
fn files(world: &World) -> Vec<std::path::PathBuf> {
    holdfast_testing::files_below(world.folder.path())
}

#[story]
async fn whatever_a_file_is_called_it_is_kept_under_its_hash(world: World) {
    let incident = world.incident().await;
    let lead = world.signed_in(Role::Lead).await;
    let new = format!("/incidents/{}/evidence/new", incident.reference);
    let mut kept = 0;
    for (number, name) in names().iter().enumerate() {
        let file = format!("file {number}");
        let answer = post(&lead, &new, form(name, "text/html", file.as_bytes())).await;
        let shown = String::from_utf8_lossy(name);
        assert!(matches!(answer.status.as_u16(), 303 | 400 | 422), "{shown}: {} {}", answer.status, answer.text());
        if answer.status != 303 {
            continue;
        }
        kept += 1;
        let location = answer.header("location").to_owned();
        let page = lead.get(&location).await;
        assert_eq!(page.status, 200, "{shown}");
        assert!(!page.text().contains("<script>alert"), "{shown}");
        let file_path = format!("{}/download", location.split('?').next().unwrap());
        let download = lead.get(&file_path).await;
        assert_eq!((download.status.as_u16(), download.text()), (200, file), "{shown}");
        let disposition = download.header("content-disposition");
        let label = location.rsplit('/').next().unwrap().split('?').next().unwrap();
        assert_eq!(disposition, format!("attachment; filename=\"{}-{label}.bin\"", incident.reference), "{shown}");
    }
    assert!(kept > 30, "{kept} names were taken");
    let hex = |name: &str| name.len() >= 60 && name.bytes().all(|byte| byte.is_ascii_hexdigit());
    for path in files(&world) {
        assert!(hex(path.file_name().unwrap().to_str().unwrap()), "{}", path.display());
    }
    assert_eq!(files(&world).len(), kept);
}

/// Content that browsers would run if they were let.
const ACTIVE: &[(&str, &str, &[u8])] = &[
    ("x.html", "text/html", b"<!DOCTYPE html><script>document.title=document.cookie</script>"),
    ("x.svg", "image/svg+xml", b"<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"><script>alert(1)</script></svg>"),
    ("x.xhtml", "application/xhtml+xml", b"<html xmlns=\"http://www.w3.org/1999/xhtml\"><script>alert(1)</script></html>"),
    ("x.xml", "text/xml", b"<?xml version=\"1.0\"?><?xml-stylesheet type=\"text/xsl\" href=\"#\"?><x xmlns:h=\"http://www.w3.org/1999/xhtml\"><h:script>alert(1)</h:script></x>"),
    ("x.pdf", "application/pdf", b"%PDF-1.4\n1 0 obj<</Type/Catalog/OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj"),
    ("x.gif", "image/gif", b"GIF89a/*<script>alert(1)</script>*/=1;alert(1)"),
    ("x.js", "text/javascript", b"alert(document.domain)"),
    ("x.css", "text/css", b"*{background:url(//evil.example)}"),
    ("x.mht", "message/rfc822", b"MIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n<script>alert(1)</script>"),
    ("x.swf", "application/x-shockwave-flash", b"CWS\x09<script>alert(1)</script>"),
    ("x.webmanifest", "application/manifest+json", b"{\"start_url\":\"/sign-out\"}"),
    ("x.htc", "text/x-component", b"<public:component><script>alert(1)</script></public:component>"),
];

#[story]
async fn active_content_leaves_as_a_file_that_no_browser_shows_or_runs(world: World) {
    let incident = world.incident().await;
    let (lead, token) = (world.signed_in(Role::Lead).await, world.token(Role::Lead, Scope::ALL).await);
    let new = format!("/incidents/{}/evidence/new", incident.reference);
    for (name, kind, file) in ACTIVE {
        let answer = post(&lead, &new, form(name.as_bytes(), kind, file)).await;
        assert_eq!(answer.status, 303, "{name}: {}", answer.text());
        let item = answer.header("location").split('?').next().unwrap().to_owned();
        for path in [format!("{item}/download"), format!("/api/v1{item}/file")] {
            for range in ["", "bytes=0-9"] {
                let headers: &[(&str, &str)] = if range.is_empty() { &[] } else { &[("range", range)] };
                let answer = if path.starts_with("/api/") {
                    world.bearer_with(&token, Method::GET, &path, None, headers).await
                } else {
                    lead.json(Method::GET, &path, None, headers).await
                };
                assert_eq!((answer.status.as_u16(), answer.body.as_slice()), (200, *file), "{path}: the whole file");
                assert_eq!(answer.header("content-type"), "application/octet-stream", "{name}");
                assert!(answer.header("content-disposition").starts_with("attachment; filename=\"INC-"), "{name}");
                for (header, value) in [
                    ("x-content-type-options", "nosniff"),
                    ("cross-origin-resource-policy", "same-origin"),
                    ("cache-control", "no-store"),
                    ("x-frame-options", "DENY"),
                    ("referrer-policy", "no-referrer"),
                ] {
                    assert_eq!(answer.header(header), value, "{name}");
                }
                let policy = answer.header("content-security-policy");
                assert!(policy.contains("default-src 'none'") && policy.contains("sandbox;"), "{name}: {policy}");
            }
        }
    }
}

/// The longest that a file which cannot be read may take.
const REFUSED_WITHIN: Duration = Duration::from_secs(1);

/// Sends a file as an export of another tool; gives the refusal, and how long it took.
async fn import(world: &World, token: &str, kind: &str, file: &[u8]) -> (Answer, Duration) {
    let request = Request::builder()
        .method(Method::POST)
        .uri(format!("/api/v1/imports?kind={kind}"))
        .header("authorization", format!("Bearer {token}"))
        .header("content-type", "application/json");
    let began = Instant::now();
    let answer = world.send(request.body(Body::from(file.to_vec())).unwrap()).await;
    (answer, began.elapsed())
}

/// Files that are no export of another tool, each with a word for it.
fn hostile_imports() -> Vec<(&'static str, Vec<u8>)> {
    let flow = "{\"type\":\"bundle\",\"id\":\"bundle--00000000-0000-4000-8000-000000000000\",\"objects\":";
    let iris = "{\"status\":\"success\",\"data\":{\"case\":";
    vec![
        ("nothing", Vec::new()),
        ("a space", b" ".to_vec()),
        ("open brackets", "[".repeat(300_000).into_bytes()),
        ("open braces", "{\"a\":".repeat(300_000).into_bytes()),
        ("nested lists", format!("{flow}{}{}}}", "[".repeat(100_000), "]".repeat(100_000)).into_bytes()),
        ("nested in a case", format!("{iris}{}{}}}}}", "[".repeat(100_000), "]".repeat(100_000)).into_bytes()),
        ("no UTF-8", b"{\"type\":\"bundle\",\"id\":\"\xff\xfe\"}".to_vec()),
        ("UTF-16", "{\"type\":\"bundle\"}".encode_utf16().flat_map(u16::to_le_bytes).collect()),
        ("a lone surrogate", b"{\"type\":\"bundle\",\"objects\":[{\"id\":\"\\ud800\"}]}".to_vec()),
        ("a name twice", b"{\"type\":\"bundle\",\"type\":\"bundle\",\"objects\":[],\"objects\":[]}".to_vec()),
        ("a huge number", format!("{flow}{}}}", "9".repeat(100_000)).into_bytes()),
        ("a huge exponent", format!("{flow}[1e999999999]}}").into_bytes()),
        ("numbers for objects", format!("{flow}[{}]}}", vec!["1"; 200_000].join(",")).into_bytes()),
        ("nulls for objects", format!("{flow}[{}]}}", vec!["null"; 200_000].join(",")).into_bytes()),
        ("a text for objects", format!("{flow}\"x\"}}").into_bytes()),
        ("a ZIP", b"PK\x03\x04\x14\x00\x00\x00\x08\x00".repeat(1_000)),
        ("gzip", b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff".repeat(1_000)),
        (
            "a PNG of 65535 by 65535",
            b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\xff\xff\x00\x00\xff\xff\x08\x02".to_vec(),
        ),
        ("XML entities", b"<!DOCTYPE x [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]><x>&b;</x>".to_vec()),
        ("zero bytes", vec![0; 1_000_000]),
        ("a long text", format!("\"{}\"", "a".repeat(2_000_000)).into_bytes()),
        ("a prototype", b"{\"__proto__\":{\"type\":\"bundle\"},\"constructor\":{}}".to_vec()),
        ("true", b"true".to_vec()),
    ]
}

#[story]
async fn a_hostile_import_is_refused_within_a_second_and_nothing_of_it_stays(world: World) {
    let token = world.token(Role::Lead, Scope::ALL).await;
    let lead = world.signed_in(Role::Lead).await;
    let before = rows::all(&world).await;
    for (what, file) in hostile_imports() {
        for kind in ["attack-flow", "iris"] {
            let mut fastest = Duration::MAX;
            // What runs beside this makes single times longer, so up to three are looked at.
            for _ in 0..3 {
                let (answer, took) = import(&world, &token, kind, &file).await;
                let refused = matches!(answer.status.as_u16(), 400 | 413 | 422);
                assert!(refused, "{what} as {kind}: {} {}", answer.status, answer.text());
                assert_eq!(answer.header("content-type"), "application/problem+json", "{what}");
                fastest = fastest.min(took);
                if fastest < REFUSED_WITHIN {
                    break;
                }
            }
            assert!(fastest < REFUSED_WITHIN, "{what} as {kind} took {fastest:?}");
        }
        // By the form, the page names each file.
        let mut body = b"--b\r\nContent-Disposition: form-data; name=\"kind\"\r\n\r\niris\r\n".to_vec();
        body.extend(b"--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"<img src=x onerror=alert(1)>.json\"\r\n\r\n");
        body.extend(&file);
        body.extend(b"\r\n--b--\r\n");
        let answer = post(&lead, "/import", body).await;
        assert!(answer.status.as_u16() < 500 && !answer.text().contains("<img src=x"), "{what}: {}", answer.status);
    }
    // A hundred megabytes end where the limit is, and are not gathered before.
    let piece = Bytes::from(vec![b' '; 1_000_000]);
    let endless = stream::iter((0..100).map(move |_| Ok::<_, std::io::Error>(piece.clone())));
    let request = Request::builder()
        .method(Method::POST)
        .uri("/api/v1/imports?kind=iris")
        .header("authorization", format!("Bearer {token}"))
        .header("content-type", "application/json");
    world.send(request.body(Body::from_stream(endless)).unwrap()).await.is(413);
    rows::same(&before, &rows::all(&world).await, "hostile imports");
    assert_eq!(files(&world), Vec::<std::path::PathBuf>::new());
    assert_eq!(lead.get("/account").await.status, 200, "the server lives");
}

#[story]
async fn an_upload_that_is_not_what_it_says_leaves_nothing(world: World) {
    let incident = world.incident().await;
    let (lead, token) = (world.signed_in(Role::Lead).await, world.token(Role::Lead, Scope::ALL).await);
    let path = format!("/api/v1/incidents/{}/evidence?title=x&kind=other", incident.reference);
    let new = format!("/incidents/{}/evidence/new", incident.reference);
    let before = rows::all(&world).await;
    let digest = |bytes: &[u8]| {
        use base64::Engine as _;
        format!("sha-256=:{}:", base64::engine::general_purpose::STANDARD.encode(Sha256::digest(bytes)))
    };
    for (name, value) in [
        ("content-digest", digest(b"another")),
        ("content-digest", "sha-256=:!!!:".into()),
        ("content-length", (crate::world::UPLOAD_MAX + 1).to_string()),
    ] {
        let request =
            Request::builder().method(Method::POST).uri(&path).header("authorization", format!("Bearer {token}"));
        let answer = world.send(request.header(name, &value).body(Body::from("file")).unwrap()).await;
        assert!(
            matches!(answer.status.as_u16(), 400 | 413 | 422),
            "{name}: {value}: {} {}",
            answer.status,
            answer.text()
        );
    }
    let head = "--b\r\nContent-Disposition: form-data; name=";
    for body in [
        format!("{head}\"file\"; filename=\"a\"\r\n\r\nhalf"),
        format!("{head}\"other\"; filename=\"a\"\r\n\r\none\r\n--b--\r\n"),
        "--b--\r\n".into(),
        "--c\r\n\r\n".into(),
        String::new(),
    ] {
        let answer = post(&lead, &new, body.clone().into_bytes()).await;
        assert!(matches!(answer.status.as_u16(), 400 | 413 | 422), "{:.80}: {} {}", body, answer.status, answer.text());
    }
    rows::same(&before, &rows::all(&world).await, "broken uploads");
    assert_eq!(files(&world), Vec::<std::path::PathBuf>::new());
}
