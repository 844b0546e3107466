//! The way to PostgreSQL: encrypted when the address asks for it, and never in the clear then. A
//! listener stands for the server, so that what is sent is seen byte for byte.

use holdfast_store::Db;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
};

/// How a client of PostgreSQL asks for TLS before anything else.
const TLS_REQUEST: [u8; 8] = [0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f];

/// Opens a database whose server answers the request for TLS with this letter; gives back what came
/// after it.
async fn after(letter: u8, mode: &str) -> Vec<u8> {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("postgres://holdfast:secret@{}/holdfast?sslmode={mode}", listener.local_addr().unwrap());
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut asked = [0; 8];
        stream.read_exact(&mut asked).await.unwrap();
        assert_eq!(asked, TLS_REQUEST, "something else came first");
        stream.write_all(&[letter]).await.unwrap();
        let mut rest = vec![0; 6];
        let count = stream.read(&mut rest).await.unwrap_or(0);
        rest.truncate(count);
        rest
    });
    let opened = tokio::time::timeout(std::time::Duration::from_secs(20), Db::open(&url));
    assert!(!matches!(opened.await, Ok(Ok(_))), "it counts as open");
    server.await.unwrap()
}

#[tokio::test]
async fn an_address_that_asks_for_tls_gets_it() {
    for mode in ["require", "verify-ca", "verify-full"] {
        let hello = after(b'S', mode).await;
        // A handshake record of TLS 1.x with a client's first words.
        assert_eq!((hello.first(), hello.get(1), hello.get(5)), (Some(&0x16), Some(&3), Some(&1)), "{mode}: {hello:?}");
    }
}

#[tokio::test]
async fn a_server_that_offers_no_tls_gets_no_password() {
    for mode in ["require", "verify-full"] {
        assert_eq!(after(b'N', mode).await, Vec::<u8>::new(), "{mode}");
    }
}
