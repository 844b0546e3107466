//! Requests made up from the server's own description of REST, by schemathesis from PyPI, to a demo
//! server of its own, once for each role. It fails on an answer that is a failure of the server or that
//! the description does not hold.

use crate::child::Ended;
use crate::{child, http, python, workspace};
use anyhow::{Context, Result, bail};
use std::fs;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{ChildStdout, ExitCode, Stdio};

const PACKAGE: &str = "schemathesis==4.32.5";

/// Its command.
const PROGRAM: &str = "st";

/// What an answer is held against.
const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance";

/// Who asks when nobody is named: the role that may do most, and the one that sees least.
const USUAL: [&str; 2] = ["lead", "executive"];

/// Everybody, for the long run.
const ROLES: [&str; 5] = ["lead", "executive", "analyst", "auditor", "administrator"];

/// Requests for each role in the long run.
const LONG_CASES: u32 = 5_000;

/// Requests for each role when no number is given.
const CASES: u32 = 300;

/// The seed when none is given.
const SEED: u32 = 1;

/// What the demo has, so that requests reach something: incidents by their references.
const CONFIG: &str = "[generation]\ndatabase = \"none\"\n[parameters]\n\"path.reference\" = [\"INC-2026-0001\", \"INC-2026-0003\"]\n\
     \"path.label\" = \"EV-0001\"\n\"header.If-Match\" = '\"v1\"'\n";

/// What was asked for.
#[derive(Debug, PartialEq, Eq, clap::Args)]
pub struct Options {
    /// About how many requests as each role
    #[arg(long, default_value_t = CASES)]
    cases: u32,
    /// Who asks
    #[arg(long = "role", value_name = "ROLE", default_values = USUAL)]
    roles: Vec<String>,
    /// The same seed makes the same requests
    #[arg(long, default_value_t = SEED)]
    seed: u32,
}

/// The command: builds nothing, so that it can run against what was built before.
pub fn command(options: &Options) -> Result<ExitCode> {
    run(options, &workspace::binary()).map(|()| ExitCode::SUCCESS)
}

/// Installs it, so that nobody waits for it later.
pub fn install() -> Result<()> {
    python::program(PACKAGE, PROGRAM).map(drop)
}

/// The step of `test`, with few requests; with five thousand as each role when `long`. Without
/// schemathesis it fails in the CI, and elsewhere prints that it was skipped.
pub fn step(server: &Path, long: bool, seed: Option<u32>) -> Result<()> {
    let installed = python::program(PACKAGE, PROGRAM);
    if python::optional(installed, "REST is not checked against its description")?.is_none() {
        return Ok(());
    }
    let (cases, roles) = if long { (LONG_CASES, &ROLES[..]) } else { (CASES, &USUAL[..]) };
    let roles = roles.iter().map(ToString::to_string).collect();
    let options = Options { cases, roles, seed: seed.unwrap_or(SEED) };
    run(&options, server)
}

/// An error unless every answer was as described.
fn run(options: &Options, binary: &Path) -> Result<()> {
    let program = python::program(PACKAGE, PROGRAM)?;
    let folder = workspace::tools().join("schemathesis/work");
    fs::create_dir_all(&folder)?;
    fs::write(folder.join("schemathesis.toml"), CONFIG)?;
    let made = folder.join("made");
    clear(&made)?;
    // The demo is made once; a server that finds it there makes no other.
    drop(Demo::start(binary, &made)?);
    let mut failed = Vec::new();
    for role in &options.roles {
        println!("xtask: schemathesis as {role}, about {} requests", options.cases);
        // Each role on data of its own: an administrator can switch the others off.
        let data = folder.join("data");
        clear(&data)?;
        child::run(child::command("cp").arg("-a").arg(&made).arg(&data))?;
        let server = Demo::start(binary, &data)?;
        let cookie = server.sign_in(role)?;
        fs::write(folder.join("openapi.json"), server.get("/api/v1/openapi.json", &cookie)?)?;
        let operations = operations(&folder.join("openapi.json"))?;
        let each = options.cases.div_ceil(operations).to_string();
        let seed = options.seed.to_string();
        // Which requests the description itself suggests takes thousands; only the long run has them.
        let phases = if options.cases < LONG_CASES { "fuzzing" } else { "coverage,fuzzing" };
        let status = child::status(
            child::command(&program)
                .current_dir(&folder)
                .args(["--config-file", "schemathesis.toml", "run", "openapi.json", "--url", &server.url()])
                .args(["--header", &format!("Cookie: {cookie}"), "--header", "Sec-Fetch-Site: same-origin"])
                // It finds its own session in the list of sessions, ends it, and is nobody from then on.
                .args(["--exclude-path", "/api/v1/sessions/{id}", "--checks", CHECKS, "--phases", phases])
                .args(["--max-examples", &each, "--seed", &seed, "--warnings", "off", "--no-shrink"])
                .args(["--suppress-health-check", "all", "--request-timeout", "30"]),
        )?;
        if !status.success() {
            failed.push(role.as_str());
        }
    }
    if !failed.is_empty() {
        bail!("answers that are not as described, or failures of the server, as {}", failed.join(", "));
    }
    Ok(())
}

fn operations(description: &Path) -> Result<u32> {
    let description: serde_json::Value = serde_json::from_slice(&fs::read(description)?)?;
    let paths = description["paths"].as_object().context("the description has no paths")?;
    let count: usize = paths.values().filter_map(serde_json::Value::as_object).map(serde_json::Map::len).sum();
    u32::try_from(count.max(1)).context("operations")
}

fn clear(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    Ok(())
}

/// A demo server, ended when dropped.
struct Demo {
    _child: Ended,
    address: SocketAddr,
    password: String,
    // Held open: who writes to a closed pipe ends.
    _output: BufReader<ChildStdout>,
}

impl Demo {
    fn start(binary: &Path, data: &Path) -> Result<Self> {
        let child = child::command(binary)
            .args(["serve", "--demo", "--listen", "127.0.0.1:0", "--data"])
            .arg(data)
            .env("HOLDFAST_LOG", "error")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .context("cannot run the server: build it first")?;
        let mut child = Ended(child);
        let mut output = BufReader::new(child.0.stdout.take().context("no output")?);
        let (mut address, mut password) = (None, None);
        while address.is_none() || password.is_none() {
            let mut line = String::new();
            if output.read_line(&mut line)? == 0 {
                let status = child.0.wait()?;
                bail!("the server ended while starting ({status})");
            }
            if let Some((_, port)) = line.trim().rsplit_once("http://localhost:") {
                address = format!("127.0.0.1:{port}").parse().ok();
            }
            if let Some((_, word)) = line.rsplit_once("the password ") {
                password = Some(word.trim().to_owned());
            }
        }
        let (Some(address), Some(password)) = (address, password) else { bail!("the server did not say where it is") };
        Ok(Self { _child: child, address, password, _output: output })
    }

    fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Signs in and gives the session's cookie.
    fn sign_in(&self, role: &str) -> Result<String> {
        let head = "POST /sign-in HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded";
        let body = format!("email={role}%40demo.example&password={}", self.password);
        let answer = http::ask(self.address, head, &body)?;
        let mut cookies = answer.lines().filter_map(|line| line.strip_prefix("set-cookie: "));
        let cookie = cookies.find(|cookie| cookie.starts_with("holdfast="));
        let cookie = cookie.and_then(|line| line.split(';').next());
        Ok(cookie.with_context(|| format!("nobody signs in as {role}"))?.to_owned())
    }

    fn get(&self, path: &str, cookie: &str) -> Result<String> {
        let answer = http::ask(self.address, &format!("GET {path} HTTP/1.0\r\nCookie: {cookie}"), "")?;
        let (_, body) = answer.split_once("\r\n\r\n").context("no answer")?;
        Ok(body.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::Options;
    use crate::parsed;

    #[test]
    fn who_asks_and_how_often_can_be_chosen() {
        let parse = parsed::<Options>;
        let usual = parse("").expect("nothing is needed");
        assert_eq!(
            (usual.cases, usual.roles.as_slice()),
            (300, ["lead".to_owned(), "executive".to_owned()].as_slice())
        );
        let chosen = parse("--cases 5000 --role analyst --seed 7").expect("known words");
        assert_eq!((chosen.cases, chosen.roles.as_slice(), chosen.seed), (5000, ["analyst".to_owned()].as_slice(), 7));
        assert!(parse("--cases many").is_err());
        assert!(parse("--cases").is_err());
        assert!(parse("--all 1").is_err());
    }
}
