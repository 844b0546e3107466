//! What a large upload weighs: the memory of the process that takes it, and its pace against a plain
//! write of the same bytes to the same disk. Prints its figures
//! with `-- --nocapture`. `HOLDFAST_WEIGHT_MIB` sets the size, 256 unless said otherwise; `HOLDFAST_WEIGHT_ROUNDS` how often, `HOLDFAST_WEIGHT_FOLDER`
//! the disk. Its pace says something of an optimised build only.

#![expect(clippy::disallowed_methods, reason = "it measures how long something takes")]

use std::{
    fs::{self, File},
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    path::Path,
    process::{Child, Command, Stdio},
    time::Instant,
};

use axum::{
    Router,
    extract::{Request, State},
    response::{IntoResponse as _, Response},
    routing::post,
};
use holdfast_server::{
    accept::{self, Limits},
    config::Web,
    router::Server,
    upload, upload_form,
};
use holdfast_store::{Blobs, Db};

use crate::world::{SITE, parts};

const FOLDER: &str = "HOLDFAST_WEIGHT_CHILD";
const MIB: usize = 1 << 20;

async fn raw(State(server): State<Server>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    match upload::raw(&server, &head.headers, body).await {
        Ok(stored) => stored.sha256.to_string().into_response(),
        Err(problem) => problem.into_response(),
    }
}

async fn form(State(server): State<Server>, request: Request) -> Response {
    match upload_form::read(&server, request).await {
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
        let (ctx, entropy, _) = parts(db, Blobs::in_folder(&folder.join("blobs")).unwrap());
        let web = Web { public_url: SITE.parse().unwrap(), proxies: Vec::new(), upload_max: u64::MAX };
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

fn send(address: SocketAddr, path: &str, mib: usize, seed: usize) -> (u16, f64) {
    let began = Instant::now();
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
    (answer.split(' ').nth(1).unwrap().parse().unwrap(), began.elapsed().as_secs_f64())
}

fn plain_write(folder: &Path, mib: usize, seed: usize) -> f64 {
    let path = folder.join("plain");
    let piece = piece(seed);
    let began = Instant::now();
    let mut file = File::create(&path).unwrap();
    for _ in 0..mib {
        file.write_all(&piece).unwrap();
    }
    file.sync_all().unwrap();
    let took = began.elapsed().as_secs_f64();
    fs::remove_file(path).unwrap();
    took
}

fn number(name: &str, otherwise: usize) -> usize {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

fn median(seconds: &[f64]) -> f64 {
    let mut sorted = seconds.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[sorted.len() / 2]
}

fn rates(mib: usize, seconds: &[f64]) -> String {
    seconds.iter().map(|seconds| format!("{:.0}", mib as f64 / seconds)).collect::<Vec<_>>().join(" ")
}

#[test]
fn a_large_upload_weighs_little_and_keeps_the_pace_of_the_disk() {
    let mib = number("HOLDFAST_WEIGHT_MIB", 256);
    let folder = match std::env::var_os("HOLDFAST_WEIGHT_FOLDER") {
        Some(folder) => tempfile::tempdir_in(folder).unwrap(),
        None => tempfile::tempdir().unwrap(),
    };
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "upload_weight::child", "--nocapture"])
        .env(FOLDER, folder.path())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stderr.take().unwrap()).read_line(&mut line).unwrap();
    let child = Running(child);
    let address = line.trim().parse().unwrap();
    assert_eq!(send(address, "/raw", 1, 0).0, 200, "warm");
    let before = memory(&child.0, "VmRSS");
    for (path, first) in [("/raw", 100), ("/form", 200)] {
        let (mut plain, mut upload) = (Vec::new(), Vec::new());
        // By turns, since the pace of a disk changes with what was written to it before.
        for seed in first..first + number("HOLDFAST_WEIGHT_ROUNDS", 1) {
            plain.push(plain_write(folder.path(), mib, seed));
            let (status, took) = send(address, path, mib, seed);
            assert_eq!(status, 200);
            upload.push(took);
        }
        let peak = memory(&child.0, "VmHWM");
        let ratio = 100.0 * median(&plain) / median(&upload);
        println!(
            "{path}, {mib} MiB: upload {} MiB/s, plain write and fsync {} MiB/s, medians {ratio:.0} %; memory {before} KiB before, {peak} KiB at its highest",
            rates(mib, &upload),
            rates(mib, &plain),
        );
        assert!(peak - before < 64 * 1024, "memory grew by {} KiB", peak - before);
    }
    let eight: Vec<_> =
        (10..18).map(|seed| std::thread::spawn(move || send(address, "/raw", mib / 8, seed).0)).collect();
    for one in eight {
        assert_eq!(one.join().unwrap(), 200);
    }
    println!("eight at once: memory {} KiB at its highest", memory(&child.0, "VmHWM"));
}
