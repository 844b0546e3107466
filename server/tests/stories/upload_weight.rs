//! What a large upload weighs: the memory of the process that takes it. A long run sends 256 MiB at a time, an
//! ordinary one a twentieth of the bytes. `-- --nocapture` shows the figures. Its pace beside a plain write is
//! a row of the step `speed`.

use std::{
    fs,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    path::Path,
    process::{Child, Command, Stdio},
};

use axum::{
    Router,
    extract::{Request, State},
    response::{IntoResponse as _, Response},
    routing::post,
};
use holdfast_domain::PersonId;
use holdfast_server::{
    accept::{self, Limits},
    config::Web,
    state::Server,
    upload, upload_form,
};
use holdfast_store::{Blobs, Db};
use holdfast_testing::long;

use crate::world::{KEY, SITE, parts};

const SENDER: PersonId = PersonId(uuid::Uuid::nil());
const FOLDER: &str = "HOLDFAST_WEIGHT_CHILD";
const MIB: usize = 1 << 20;
/// The size of one upload in a full run, in MiB.
const FULL_MIB: u64 = 256;

async fn raw(State(server): State<Server>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    match upload::raw(&server, SENDER, &head.headers, body).await {
        Ok(stored) => stored.sha256.to_string().into_response(),
        Err(problem) => problem.into_response(),
    }
}

async fn form(State(server): State<Server>, request: Request) -> Response {
    match upload_form::read(&server, SENDER, request).await {
        Ok(sent) => sent.file.unwrap().stored.sha256.to_string().into_response(),
        Err((_, problem)) => problem.into_response(),
    }
}

/// What the child does: takes uploads, by the server's own accept loop and readers, until it is killed.
#[test]
fn child() {
    let Some(folder) = std::env::var_os(FOLDER) else { return };
    let folder = Path::new(&folder).to_owned();
    tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap().block_on(async {
        let db = Db::open(&format!("sqlite:{}", folder.join("test.db").display())).await.unwrap();
        let (ctx, entropy, _) = parts(db, Blobs::in_folder(&folder.join("blobs")).unwrap(), KEY);
        let web = Web {
            public_url: SITE.parse().unwrap(),
            proxies: Vec::new(),
            upload_max: u64::MAX,
            connections_per_address: 256,
        };
        let router = Router::new()
            .route("/raw", post(raw))
            .route("/form", post(form))
            .with_state(Server::new(ctx, web, entropy));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        eprintln!("{}", listener.local_addr().unwrap());
        accept::serve(listener, router, Limits::default(), std::future::pending()).await.unwrap();
    });
}

struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

/// A figure of the process's memory in KiB: `VmRSS` now, `VmHWM` at its highest.
fn memory(child: &Child, name: &str) -> u64 {
    let status = fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
    let line = status.lines().find(|line| line.starts_with(name)).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

fn piece(seed: usize) -> Vec<u8> {
    (0..MIB).map(|at| (at.wrapping_mul(2_654_435_761).wrapping_add(seed) >> 7) as u8).collect()
}

/// Sends so many MiB and gives the status of the answer.
fn send(address: SocketAddr, path: &str, mib: usize, seed: usize) -> u16 {
    let (before, after) = if path == "/form" {
        ("--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n", "\r\n--b--\r\n")
    } else {
        ("", "")
    };
    let length = mib * MIB + before.len() + after.len();
    let mut stream = TcpStream::connect(address).unwrap();
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{before}"
    );
    stream.write_all(head.as_bytes()).unwrap();
    let piece = piece(seed);
    for _ in 0..mib {
        stream.write_all(&piece).unwrap();
    }
    stream.write_all(after.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer.split(' ').nth(1).unwrap().parse().unwrap()
}

/// A server in a process of its own that takes uploads, with its address and the folder of its disk.
fn server() -> (Running, SocketAddr, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "upload_weight::child", "--nocapture"])
        .env(FOLDER, folder.path())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stderr.take().unwrap()).read_line(&mut line).unwrap();
    let address = line.trim().parse().unwrap();
    let child = Running(child);
    assert_eq!(send(address, "/raw", 1, 0), 200, "warm");
    (child, address, folder)
}

#[test]
fn a_large_upload_takes_little_memory() {
    let mib = usize::try_from(long::times(FULL_MIB)).unwrap();
    let (child, address, _folder) = server();
    let before = memory(&child.0, "VmRSS");
    // Kept whole in memory, an upload would take more than its size.
    let most = u64::try_from(mib / 2).unwrap().min(64) * 1024;
    for (path, seed) in [("/raw", 100), ("/form", 200)] {
        assert_eq!(send(address, path, mib, seed), 200);
        let peak = memory(&child.0, "VmHWM");
        println!("{path}, {mib} MiB: memory {before} KiB before, {peak} KiB at its highest");
        assert!(peak - before < most, "memory grew by {} KiB", peak - before);
    }
    let eight: Vec<_> = (10..18).map(|seed| std::thread::spawn(move || send(address, "/raw", mib / 8, seed))).collect();
    for one in eight {
        assert_eq!(one.join().unwrap(), 200);
    }
    println!("eight at once: memory {} KiB at its highest", memory(&child.0, "VmHWM"));
}
