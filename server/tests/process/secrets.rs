//! What the log must never hold, however much it is told to write: the real server, with everything
//! that it and its libraries can say.

use std::{fs, fs::File};

use holdfast_testing::Engine;
use serde_json::json;

use crate::place::{Place, ask, on_postgres, send};

const RIGHT: &str = "copper tide 9 lanterns";
const WRONG: &str = "granite window 4 sparrows";
const FORM: &str = "application/x-www-form-urlencoded";

/// Every door, with what opens it and with what does not; then the log is searched.
fn story(database: Option<String>) {
    let folder = tempfile::tempdir().unwrap();
    let place = Place::new(folder.path().join("data"), database);
    let address = place.address;
    let token = place.set_up();
    let log = folder.path().join("log");
    let (mut server, _) = place.start_logging("trace", File::create(&log).unwrap().into());

    let same = ("Sec-Fetch-Site", "same-origin");
    let sign_in = |password: &str| {
        let form = format!("email=lead%40example.org&password={}&next=", password.replace(' ', "+"));
        send(address, "POST", "/sign-in", &[same], FORM, form.as_bytes()).unwrap()
    };
    assert_eq!(sign_in(WRONG).status, 409);
    let cookie = sign_in(RIGHT).cookie.unwrap();
    let session = cookie.split_once('=').unwrap().1;
    let signed_in = [same, ("Cookie", cookie.as_str())];
    assert_eq!(ask(address, "GET", "/search?q=confidentialword", &signed_in, None).unwrap().status, 200);

    let bearer = format!("Bearer {token}");
    let draft = json!({ "title": "Quietly told", "severity": "sev3", "category": "other" });
    let opened = place.ask(&token, "POST", "/api/v1/incidents", Some(&draft)).unwrap();
    assert_eq!(opened.status, 201, "{}", opened.body);
    let reference = opened.body["reference"].as_str().unwrap();
    let stored = place.upload(&token, reference, 1, b"whispered bytes 8271").unwrap();
    assert_eq!(stored.status, 201, "{}", stored.body);
    let person = json!({ "name": "Noor", "email": "noor@example.org", "roles": ["analyst"], "time_zone": "UTC" });
    let invited = ask(address, "POST", "/api/v1/people", &signed_in, Some(&person)).unwrap();
    assert_eq!(invited.status, 201, "{}", invited.body);
    let code = invited.body["invitation_code"].as_str().unwrap().to_owned();

    // Broken ones are as dear: most of a broken secret is the secret.
    let (broken_cookie, broken_token) = (format!("{cookie}x"), format!("{bearer}x"));
    for (path, name, value) in
        [("/today", "Cookie", broken_cookie.as_str()), ("/api/v1/incidents", "Authorization", broken_token.as_str())]
    {
        assert!(ask(address, "GET", path, &[(name, value)], None).unwrap().status >= 300);
    }
    let join = format!("code={code}&password={}", WRONG.replace(' ', "+"));
    send(address, "POST", "/join", &[same], FORM, join.as_bytes()).unwrap();
    send(address, "POST", "/sign-in", &[same], "multipart/form-data; boundary=x", RIGHT.as_bytes()).unwrap();
    server.end();

    let log = fs::read_to_string(&log).unwrap();
    assert!(log.contains("answered") && log.contains("TRACE"), "everything was to be written");
    let secrets = [
        ("the right password", RIGHT),
        ("a wrong password", WRONG),
        ("a session", session),
        ("a token", &token),
        ("a code", &code),
        ("what was searched", "confidentialword"),
        ("evidence", "whispered bytes"),
        ("an incident's text", "Quietly told"),
    ];
    for (what, secret) in secrets {
        for written in [secret.to_owned(), secret.replace(' ', "+"), secret.replace(' ', "%20")] {
            let line = log.lines().find(|line| line.contains(&written));
            assert_eq!(line, None, "the log holds {what}");
        }
    }
}

#[test]
fn no_secret_is_in_the_log_of_a_server_on_sqlite() {
    story(None);
}

#[test]
fn no_secret_is_in_the_log_of_a_server_on_postgresql() {
    on_postgres(Engine::Postgres, |database| story(Some(database)));
}
