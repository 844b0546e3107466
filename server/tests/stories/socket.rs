//! The accept loop on a real socket: slow clients are cut, others are served meanwhile, and a stop
//! lets requests end.

#![expect(clippy::disallowed_methods, reason = "it measures how long something takes")]

use std::time::{Duration, Instant};

use axum::{Router, routing::post};
use holdfast_server::accept::{self, Limits};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpSocket, TcpStream},
    sync::oneshot,
    time::timeout,
};

const PATIENCE: Duration = Duration::from_secs(10);

struct Running {
    address: std::net::SocketAddr,
    stop: oneshot::Sender<()>,
    ended: tokio::task::JoinHandle<std::io::Result<()>>,
}

async fn start(router: Router, limits: Limits) -> Running {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let ended = tokio::spawn(accept::serve(listener, router, limits, async {
        let _ = stopped.await;
    }));
    Running { address, stop, ended }
}

fn quick() -> Limits {
    Limits { header_read: Duration::from_millis(300), drain: Duration::from_secs(5), ..Limits::default() }
}

async fn ask(address: std::net::SocketAddr) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await.unwrap();
    let mut answer = String::new();
    timeout(PATIENCE, stream.read_to_string(&mut answer)).await.unwrap().unwrap();
    answer
}

#[tokio::test]
async fn headers_that_never_end_are_cut_while_others_are_served() {
    let running = start(Router::new().route("/", axum::routing::get(async || "here")), quick()).await;
    let mut slow = Vec::new();
    for _ in 0..50 {
        let mut stream = TcpStream::connect(running.address).await.unwrap();
        stream.write_all(b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ").await.unwrap();
        slow.push(stream);
    }
    assert!(ask(running.address).await.ends_with("here"));
    let began = Instant::now();
    for mut stream in slow {
        let mut rest = Vec::new();
        timeout(PATIENCE, stream.read_to_end(&mut rest)).await.expect("the connection was not cut").ok();
        assert!(!String::from_utf8_lossy(&rest).contains("here"));
    }
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
}

#[tokio::test]
async fn an_idle_connection_is_closed() {
    let running = start(Router::new().route("/", axum::routing::get(async || "here")), quick()).await;
    let mut stream = TcpStream::connect(running.address).await.unwrap();
    stream.write_all(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
    let mut everything = String::new();
    timeout(PATIENCE, stream.read_to_string(&mut everything)).await.expect("it stayed open").unwrap();
    assert!(everything.contains("here"));
}

#[tokio::test]
async fn more_connections_than_allowed_wait_their_turn() {
    let limits = Limits { connections: 2, ..quick() };
    let running = start(Router::new().route("/", axum::routing::get(async || "here")), limits).await;
    let holding: Vec<_> =
        [TcpStream::connect(running.address).await.unwrap(), TcpStream::connect(running.address).await.unwrap()].into();
    // Served once the idle ones are cut, not refused.
    assert!(ask(running.address).await.ends_with("here"));
    drop(holding);
}

#[tokio::test]
async fn one_address_has_so_many_connections_and_others_are_served_meanwhile() {
    let limits = Limits { per_address: 2, header_read: PATIENCE, ..quick() };
    let running = start(Router::new().route("/", axum::routing::get(async || "here")), limits).await;
    let from = async |own: &str| {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind(format!("{own}:0").parse().unwrap()).unwrap();
        socket.connect(running.address).await.unwrap()
    };
    let answer = async |mut stream: TcpStream| {
        // One that is closed may refuse what is written, and has no answer.
        let _ = stream.write_all(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await;
        let mut answer = String::new();
        let _ = timeout(PATIENCE, stream.read_to_string(&mut answer)).await.expect("it stayed open");
        answer
    };
    let held = [from("127.0.0.1").await, from("127.0.0.1").await];
    assert_eq!(answer(from("127.0.0.1").await).await, "");
    assert!(answer(from("127.0.0.2").await).await.ends_with("here"));
    drop(held);
    // Their places are free once the server has seen that they are gone.
    let again = async {
        while !answer(from("127.0.0.1").await).await.ends_with("here") {
            tokio::task::yield_now().await;
        }
    };
    timeout(PATIENCE, again).await.expect("the places were not given back");
}

#[tokio::test]
async fn the_connections_of_a_named_proxy_are_not_counted_as_one_clients() {
    let limits = Limits { per_address: 1, proxies: vec!["127.0.0.1".parse().unwrap()], ..quick() };
    let running = start(Router::new().route("/", axum::routing::get(async || "here")), limits).await;
    let held = [TcpStream::connect(running.address).await.unwrap(), TcpStream::connect(running.address).await.unwrap()];
    assert!(ask(running.address).await.ends_with("here"));
    drop(held);
}

#[tokio::test]
async fn a_stop_lets_the_request_under_way_end() {
    let (entered, has_entered) = oneshot::channel::<()>();
    let (release, released) = oneshot::channel::<()>();
    let slot = std::sync::Arc::new(std::sync::Mutex::new(Some((entered, released))));
    let router = Router::new().route(
        "/",
        post(async move || {
            let (entered, released) = slot.lock().unwrap().take().unwrap();
            entered.send(()).unwrap();
            released.await.unwrap();
            "done"
        }),
    );
    let running = start(router, Limits::default()).await;
    let mut stream = TcpStream::connect(running.address).await.unwrap();
    stream.write_all(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n").await.unwrap();
    has_entered.await.unwrap();
    running.stop.send(()).unwrap();
    release.send(()).unwrap();
    let mut answer = String::new();
    timeout(PATIENCE, stream.read_to_string(&mut answer)).await.unwrap().unwrap();
    assert!(answer.contains("done"), "{answer}");
    timeout(PATIENCE, running.ended).await.expect("it did not stop").unwrap().unwrap();
    assert!(TcpStream::connect(running.address).await.is_err(), "nobody listens any more");
}
