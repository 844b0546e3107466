//! The real server as a process of its own, and one request to it at a time. Asserts nothing beyond
//! what it needs to be set up.

#![expect(clippy::disallowed_methods, reason = "it measures how long something takes")]

use std::{
    fs::File,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::{Duration, Instant},
};

use holdfast_store::{Db, Queryable as _};
use holdfast_testing::{Database, Engine};
use serde_json::Value;

const READY_MAX: Duration = Duration::from_secs(5);
const PASSWORD: &str = "copper tide 9 lanterns";
const EMAIL: &str = "lead@example.org";

pub struct Place {
    pub data: PathBuf,
    pub database: Option<String>,
    pub address: SocketAddr,
}

impl Place {
    /// With an address that is free.
    pub fn new(data: impl Into<PathBuf>, database: Option<String>) -> Self {
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        Self { data: data.into(), database, address }
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_holdfast"));
        command.args(arguments).arg("--data").arg(&self.data).env("HOLDFAST_LOG", "warn").env_remove("HOLDFAST_SECRET");
        if let Some(database) = &self.database {
            command.arg("--database").arg(database);
        }
        command
    }

    pub fn run(&self, arguments: &[&str], input: &str) -> Output {
        let mut child = self
            .command(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        child.wait_with_output().unwrap()
    }

    /// Adds the first person, who leads and administers; gives a token of theirs.
    pub fn set_up(&self) -> String {
        self.person(EMAIL, "Lead", &["administrator", "lead"])
    }

    /// Adds a person; gives a token of theirs for incidents and evidence.
    pub fn person(&self, email: &str, name: &str, roles: &[&str]) -> String {
        let mut add = vec!["admin", "user", "add", "--email", email, "--name", name, "--password-stdin"];
        add.extend(roles.iter().flat_map(|role| ["--role", role]));
        let added = self.run(&add, PASSWORD);
        assert!(added.status.success(), "{}", String::from_utf8_lossy(&added.stderr));
        let scopes = ["incidents:read", "incidents:write", "evidence:read", "evidence:write"];
        let mut create = vec!["token", "create", "--email", email];
        create.extend(scopes.iter().flat_map(|scope| ["--scope", scope]));
        let made = self.run(&create, "");
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        String::from_utf8(made.stdout).unwrap().trim().to_owned()
    }

    /// One request with a token.
    pub fn ask(&self, token: &str, method: &str, path: &str, body: Option<&Value>) -> std::io::Result<Answer> {
        ask(self.address, method, path, &[("Authorization", &format!("Bearer {token}"))], body)
    }

    /// Registers bytes as evidence of an incident, with a token.
    pub fn upload(&self, token: &str, reference: &str, number: u64, bytes: &[u8]) -> std::io::Result<Answer> {
        let query = format!("title=File+{number}&kind=log-export&original_filename=a.log");
        let path = format!("/api/v1/incidents/{reference}/evidence?{query}");
        let bearer = format!("Bearer {token}");
        send(self.address, "POST", &path, &[("Authorization", &bearer)], "application/octet-stream", bytes)
    }

    /// Fails unless the whole ledger holds.
    pub fn verify(&self) {
        let verified = self.run(&["ledger", "verify"], "");
        assert!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stdout));
    }

    /// Starts the server and gives it back once it is ready, with the time that took.
    pub fn start(&self) -> (Running, Duration) {
        self.start_logging("warn", Stdio::inherit())
    }

    /// Starts it with this filter of its log, and with its log there.
    pub fn start_logging(&self, filter: &str, log: Stdio) -> (Running, Duration) {
        let began = Instant::now();
        let listen = self.address.to_string();
        let mut command = self.command(&["serve", "--listen", &listen]);
        let running = Running(command.env("HOLDFAST_LOG", filter).stdout(Stdio::null()).stderr(log).spawn().unwrap());
        loop {
            if ask(self.address, "GET", "/readyz", &[], None).is_ok_and(|answer| answer.status == 200) {
                return (running, began.elapsed());
            }
            assert!(began.elapsed() < READY_MAX, "not ready within {READY_MAX:?}");
            thread::sleep(Duration::from_millis(5));
        }
    }
}

/// So many bytes, which differ with the number.
pub fn bytes(number: u64, count: u64) -> Vec<u8> {
    (0..count).map(|at| (at.wrapping_mul(number + 7) >> 3) as u8).collect()
}

/// Writes a file until nothing more fits on its disk.
pub fn fill(path: &Path) {
    let mut file = File::create(path).unwrap();
    for piece in [65_536, 4_096, 1] {
        while file.write_all(&vec![7; piece]).is_ok() {}
    }
}

/// Ends the work of clients when dropped, also when what goes on meanwhile fails.
struct Ended<'a>(&'a AtomicBool);

impl Drop for Ended<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Does something while so many clients work, each again and again until then or until it gives up.
pub fn while_clients<T>(count: usize, work: impl Fn() -> bool + Sync, meanwhile: impl FnOnce() -> T) -> T {
    let has_ended = AtomicBool::new(false);
    thread::scope(|scope| {
        let _ended = Ended(&has_ended);
        for _ in 0..count {
            scope.spawn(|| {
                let mut goes_on = true;
                while goes_on && !has_ended.load(Ordering::Relaxed) {
                    goes_on = work();
                }
            });
        }
        meanwhile()
    })
}

/// A server, killed without warning when dropped.
pub struct Running(Child);

impl Running {
    /// Kills it without warning; once it has ended, its port is free.
    pub fn end(&mut self) {
        // SIGKILL; of one that has ended there is nothing to kill.
        let _ = self.0.kill();
        self.0.wait().unwrap();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.end();
    }
}

pub struct Answer {
    pub status: u16,
    pub etag: Option<i64>,
    pub body: Value,
    pub bytes: Vec<u8>,
    /// The session's cookie that came with it, as it is sent back.
    pub cookie: Option<String>,
}

/// One request on a connection of its own, so that a reader sees how it ends.
pub fn ask(
    address: SocketAddr,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: Option<&Value>,
) -> std::io::Result<Answer> {
    let body = body.map(Value::to_string).unwrap_or_default();
    let kind = if body.is_empty() { "" } else { "application/json" };
    send(address, method, path, headers, kind, body.as_bytes())
}

/// One request whose body is bytes of any kind.
pub fn send(
    address: SocketAddr,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    kind: &str,
    body: &[u8],
) -> std::io::Result<Answer> {
    let mut stream = TcpStream::connect_timeout(&address, Duration::from_secs(2))?;
    stream.set_read_timeout(Some(Duration::from_secs(20)))?;
    let mut request = format!("{method} {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n");
    for (name, value) in headers {
        request += &format!("{name}: {value}\r\n");
    }
    if !kind.is_empty() {
        request += &format!("Content-Type: {kind}\r\n");
    }
    request += &format!("Content-Length: {}\r\n\r\n", body.len());
    stream.write_all(request.as_bytes())?;
    stream.write_all(body)?;
    read_answer(stream)
}

fn read_answer(stream: TcpStream) -> std::io::Result<Answer> {
    let cut = || std::io::Error::other("the answer was cut");
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let status = line.split(' ').nth(1).and_then(|text| text.parse().ok()).ok_or_else(cut)?;
    let (mut etag, mut length, mut cookie) = (None, None, None);
    loop {
        line.clear();
        if reader.read_line(&mut line)? == 0 {
            return Err(cut());
        }
        let Some((name, value)) = line.trim_end().split_once(": ") else { break };
        match name {
            "etag" => etag = value.trim_matches('"').strip_prefix('v').and_then(|text| text.parse().ok()),
            "set-cookie" if value.starts_with("holdfast=") => cookie = value.split(';').next().map(str::to_owned),
            "content-length" => length = value.parse::<usize>().ok(),
            _ => {}
        }
    }
    let mut body = vec![0; length.ok_or_else(cut)?];
    reader.read_exact(&mut body)?;
    Ok(Answer { status, etag, body: serde_json::from_slice(&body).unwrap_or(Value::Null), bytes: body, cookie })
}

/// Runs a story on an empty database of a PostgreSQL server, unless there is no such server here. The database
/// is removed afterwards, also when the story failed.
pub fn on_postgres(engine: Engine, story: impl FnOnce(String)) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let Some(database) = runtime.block_on(Database::empty(engine)) else { return };
    drop(runtime);
    story(database.url().to_owned());
}

/// Fails where PostgreSQL would lose what it acknowledged, which would make a test of durability worthless.
pub fn assert_durable(url: &str) {
    let settings = tokio::runtime::Runtime::new().unwrap().block_on(async {
        let db = Db::open(url).await.unwrap();
        let mut found = Vec::new();
        for setting in ["SHOW fsync", "SHOW full_page_writes", "SHOW synchronous_commit"] {
            found.push(db.query(setting).fetch_one::<(String,)>().await.unwrap().0);
        }
        db.close().await;
        found
    });
    assert_eq!(settings, ["on", "on", "on"], "HOLDFAST_TEST_POSTGRES_DURABLE names a server that is not durable");
}
