//! An S3-compatible store for tests: moto, from PyPI. Listens on loopback only, keeps everything in
//! memory, and ends with xtask.

use crate::child::Keeper;
use crate::{child, http, python};
use anyhow::{Context, Result};
use std::net::SocketAddr;
use std::os::unix::process::CommandExt;
use std::process::Stdio;

const PACKAGE: &str = "moto[server]==5.2.5";

/// The bucket that the tests expect.
const BUCKET: &str = "evidence";

/// Ends the server when standard input ends, which xtask holds open.
const KEEPER: &str = r#""$@" </dev/null & pid=$!; cat >/dev/null; kill -KILL "$pid""#;

/// A running store, ended when dropped.
pub struct Moto {
    _keeper: Keeper,
    /// Where it answers.
    pub url: String,
}

impl Moto {
    /// An empty store with a bucket.
    pub fn throw_away() -> Result<Self> {
        let server = python::program(PACKAGE, "moto_server")?;
        let address = child::free_address()?;
        let child = child::command("sh")
            .args(["-c", KEEPER, "keeper"])
            .arg(server)
            .args(["-H", "127.0.0.1", "-p", &address.port().to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .context("cannot start moto")?;
        let store = Self { _keeper: Keeper { child, what: "moto" }, url: format!("http://{address}") };
        child::wait_for("moto", || Ok(make_bucket(address).unwrap_or(false)))?;
        Ok(store)
    }
}

/// Installs it, so that nobody waits for it later.
pub fn install() -> Result<()> {
    python::program(PACKAGE, "moto_server").map(drop)
}

/// Makes the bucket; says whether the store took it. moto checks no signature.
fn make_bucket(address: SocketAddr) -> Result<bool> {
    let credential =
        "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=x";
    let answer = http::ask(address, &format!("PUT /{BUCKET} HTTP/1.1\r\nAuthorization: {credential}"), "")?;
    Ok(answer.get(..12).is_some_and(|line| line.ends_with("200")))
}
