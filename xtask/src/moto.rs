//! An S3-compatible store for tests: moto, from PyPI. Listens on loopback only, keeps everything in
//! memory, and ends with xtask.

use crate::{child, python};
use anyhow::{Context, Result, bail};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::unix::process::CommandExt;
use std::process::{Child, Stdio};
use std::thread;
use std::time::{Duration, Instant};

const PACKAGE: &str = "moto[server]==5.2.5";

const START_LIMIT: Duration = Duration::from_secs(60);

/// The bucket that the tests expect.
const BUCKET: &str = "evidence";

/// Ends the server when standard input ends, which xtask holds open.
const KEEPER: &str = r#""$@" </dev/null & pid=$!; cat >/dev/null; kill -KILL "$pid""#;

/// A running store, ended when dropped.
pub struct Moto {
    keeper: Child,
    /// Where it answers.
    pub url: String,
}

impl Moto {
    /// An empty store with a bucket.
    pub fn throw_away() -> Result<Self> {
        let server = python::program(PACKAGE, "moto_server")?;
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let keeper = child::command("sh")
            .args(["-c", KEEPER, "keeper"])
            .arg(server)
            .args(["-H", "127.0.0.1", "-p", &address.port().to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .context("cannot start moto")?;
        let store = Self { keeper, url: format!("http://{address}") };
        let started = Instant::now();
        while !make_bucket(address).unwrap_or(false) {
            if started.elapsed() > START_LIMIT {
                bail!("moto did not answer within {START_LIMIT:?}");
            }
            thread::sleep(Duration::from_millis(50));
        }
        Ok(store)
    }
}

impl Drop for Moto {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        if let Err(error) = self.keeper.wait() {
            eprintln!("xtask: moto may still be running: {error}");
        }
    }
}

/// Installs it, so that nobody waits for it later.
pub fn install() -> Result<()> {
    python::program(PACKAGE, "moto_server").map(drop)
}

/// Makes the bucket; says whether the store took it. moto checks no signature.
fn make_bucket(address: SocketAddr) -> Result<bool> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(Duration::from_secs(5)))?;
    let credential =
        "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=x";
    write!(
        stream,
        "PUT /{BUCKET} HTTP/1.1\r\nHost: {address}\r\nAuthorization: {credential}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    )?;
    let mut answer = [0; 12];
    stream.read_exact(&mut answer)?;
    Ok(answer.ends_with(b"200"))
}
