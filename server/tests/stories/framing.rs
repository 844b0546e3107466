//! Where one request ends and the next begins, byte for byte on a socket: two who could read it in two
//! ways are not both served.

use axum::{Router, body::Bytes, routing::any};
use holdfast_server::accept::{self, Limits};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    time::{Duration, timeout},
};

/// Sends the bytes to a server that says which path it was asked for and what body came; gives back
/// all that it answered.
async fn answered(sent: &str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = Router::new().fallback(any(async |uri: http::Uri, body: Bytes| {
        format!("<{} {}>", uri.path(), String::from_utf8_lossy(&body))
    }));
    let limits = Limits { header_read: Duration::from_millis(300), ..Limits::default() };
    let serving = tokio::spawn(accept::serve(listener, router, limits, std::future::pending()));
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(sent.as_bytes()).await.unwrap();
    let mut answer = String::new();
    timeout(Duration::from_secs(10), stream.read_to_string(&mut answer)).await.expect("it stayed open").unwrap();
    serving.abort();
    answer
}

#[tokio::test]
async fn a_request_of_two_lengths_is_refused_and_nothing_after_it_is_served() {
    for head in [
        "Content-Length: 5\r\nContent-Length: 6",
        "Content-Length: 5, 6",
        "Content-Length: +5",
        "Content-Length: 0x5",
        "Transfer-Encoding: chunked, identity",
        "Transfer-Encoding: xchunked",
        "Transfer-Encoding : chunked",
    ] {
        let answer = answered(&format!(
            "POST /first HTTP/1.1\r\nHost: x\r\n{head}\r\n\r\nhello\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n"
        ))
        .await;
        assert!(answer.starts_with("HTTP/1.1 400 "), "{head}: {answer}");
        assert!(!answer.contains("</smuggled"), "{head}: {answer}");
    }
}

#[tokio::test]
async fn chunks_count_and_a_length_beside_them_does_not() {
    let answer = answered(
        "POST /first HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 60\r\n\r\n\
         5\r\nhello\r\n0\r\n\r\nGET /second HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    )
    .await;
    assert!(answer.contains("</first hello>"), "{answer}");
    // Whoever reads it otherwise than we do gets no second answer to mistake for another's.
    assert_eq!(answer.matches("HTTP/1.1 ").count(), 1, "{answer}");
}
