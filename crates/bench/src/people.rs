//! The accounts that requests are sent by, in turn: their sessions, their tokens, their addresses. The
//! server holds each of them to its pace; nothing is switched off for the measurement.

use std::{net::SocketAddr, process::Stdio, time::Instant};

use anyhow::{Context as _, Result, anyhow, bail};
use argon2::{Algorithm, Argon2, Params, PasswordHasher as _, Version};
use holdfast_actions::Strength;
use holdfast_store::Queryable as _;

use crate::{
    client::Client,
    random::mixed,
    result::{Results, quantile},
    row::{BenchRow, Goal},
    seed::{BenchPaths, PASSWORD, PEOPLE, email},
};

/// What tokens may do.
const SCOPES: [&str; 6] =
    ["incidents:read", "incidents:write", "evidence:read", "evidence:write", "ledger:read", "metrics:read"];

/// Incidents as they were seeded: those that an earlier run opened have nothing in them.
const SEEDED: &str = "SELECT reference FROM incidents WHERE title NOT LIKE 'Measured incident%' ORDER BY reference";

/// The accounts.
#[derive(Clone)]
pub struct People {
    tokens: Vec<String>,
    cookies: Vec<String>,
    references: Vec<String>,
    /// Entries of the ledger when it began.
    pub entries: u64,
}

impl People {
    /// Makes tokens and reads which incidents there are.
    pub async fn prepare(place: &BenchPaths) -> Result<Self> {
        let tokens = (0..PEOPLE).map(|person| token(place, person)).collect::<Result<_>>()?;
        let db = place.db().await?;
        let found: Vec<(String,)> = db.query(SEEDED).fetch_all().await?;
        let (entries,): (i64,) = db.query("SELECT CAST(SUM(size) AS BIGINT) FROM ledger_heads").fetch_one().await?;
        db.close().await;
        let references = found.into_iter().map(|(reference,)| reference).collect();
        Ok(Self { tokens, cookies: Vec::new(), references, entries: u64::try_from(entries)? })
    }

    /// Signs everybody in, one after another, and says how long that takes.
    pub async fn sign_in(&mut self, address: SocketAddr, results: &mut Results) -> Result<()> {
        let mut client = Client::new(address);
        let mut times = Vec::new();
        for person in 0..PEOPLE {
            let sent = Instant::now();
            let answer = client.send(&sign_in(person as u64)).await?;
            times.push(sent.elapsed().as_secs_f64() * 1_000.0);
            if answer.status != 303 {
                bail!("account {person} could not sign in: {}", answer.status);
            }
            self.cookies.push(answer.session().context("no cookie")?.to_owned());
        }
        let hash = hash_alone()?;
        let (p50, p99) = (quantile(&mut times, 0.5), quantile(&mut times, 0.99));
        results.add(BenchRow::figure("password hash alone", hash, "ms", &[]));
        let row = BenchRow::figure("sign-in, p50", p50, "ms", &[Goal::AtMost((hash + 20.0).round())]);
        results.add(row.noted(&format!("one client; p99 {p99:.0} ms; the budget is the hash and 20 ms")));
        Ok(())
    }

    /// The reference of an incident, by chance.
    pub fn reference(&self, number: u64) -> &str {
        let at = mixed(number) % self.references.len() as u64;
        &self.references[usize::try_from(at).unwrap_or(0)]
    }

    /// A page, as the browser of the next person asks for it.
    pub fn page(&self, number: u64, path: &str) -> Vec<u8> {
        let cookie = &self.cookies[turn(number)];
        let address = forwarded(number);
        format!("GET {path} HTTP/1.1\r\nhost: localhost\r\ncookie: {cookie}\r\nx-forwarded-for: {address}\r\n\r\n")
            .into()
    }

    /// A GET of REST by the next person's token.
    pub fn get(&self, number: u64, path: &str) -> Vec<u8> {
        self.rest(number, "GET", path, "").into()
    }

    /// A POST of JSON by the next person's token.
    pub fn post(&self, number: u64, path: &str, json: &str) -> Vec<u8> {
        let length = json.len();
        let more = format!("content-type: application/json\r\ncontent-length: {length}\r\n");
        format!("{}{json}", self.rest(number, "POST", path, &more)).into()
    }

    /// The head of a request of REST.
    pub fn rest(&self, number: u64, method: &str, path: &str, more: &str) -> String {
        let (token, address) = (&self.tokens[turn(number)], forwarded(number));
        format!(
            "{method} {path} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {token}\r\n\
             x-forwarded-for: {address}\r\n{more}\r\n"
        )
    }
}

/// Whose turn it is.
const fn turn(number: u64) -> usize {
    (number % PEOPLE as u64) as usize
}

fn forwarded(number: u64) -> String {
    format!("198.51.100.{}", turn(number) + 1)
}

/// The form of signing in.
pub fn sign_in(number: u64) -> Vec<u8> {
    let (email, password) = (email(turn(number)).replace('@', "%40"), PASSWORD.replace(' ', "+"));
    let body = format!("email={email}&password={password}&next=");
    let (length, address) = (body.len(), forwarded(number));
    format!(
        "POST /sign-in HTTP/1.1\r\nhost: localhost\r\nsec-fetch-site: same-origin\r\nx-forwarded-for: {address}\r\n\
         content-type: application/x-www-form-urlencoded\r\ncontent-length: {length}\r\n\r\n{body}"
    )
    .into()
}

fn token(place: &BenchPaths, person: usize) -> Result<String> {
    let mut command = place.command(&["token", "create", "--email", &email(person), "--expires", "1d"]);
    for scope in SCOPES {
        command.args(["--scope", scope]);
    }
    let output = command.stderr(Stdio::inherit()).output()?;
    if !output.status.success() {
        bail!("no token could be made for account {person}");
    }
    let printed = String::from_utf8(output.stdout)?;
    Ok(printed.trim().to_owned())
}

/// The hash with the product's own strength, in ms.
fn hash_alone() -> Result<f64> {
    let Strength { memory_kib, passes } = Strength::DEFAULT;
    let params = Params::new(memory_kib, passes, 1, None).map_err(|error| anyhow!("argon2: {error}"))?;
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let mut times = Vec::new();
    for _ in 0..9 {
        let began = Instant::now();
        argon2.hash_password_with_salt(PASSWORD.as_bytes(), &[0; 16]).map_err(|error| anyhow!("argon2: {error}"))?;
        times.push(began.elapsed().as_secs_f64() * 1_000.0);
    }
    Ok(quantile(&mut times, 0.5))
}
