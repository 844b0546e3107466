//! A small HTTP/1.1 client on one connection that is kept: as little as measures the server and not
//! itself.

use std::net::SocketAddr;

use anyhow::{Context as _, Result, bail};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader},
    net::TcpStream,
};

/// What came back.
pub struct HttpResponse {
    /// The status.
    pub status: u16,
    /// The lines before the body.
    pub head: String,
    /// The body.
    pub body: Vec<u8>,
}

impl HttpResponse {
    /// A header's value.
    pub fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().filter_map(|line| line.split_once(':'));
        lines.into_iter().find(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
    }

    /// The session's cookie that came with it, as it is sent back.
    pub fn session(&self) -> Option<&str> {
        let cookies = self.head.lines().filter_map(|line| line.split_once(": ").map(|(_, value)| value));
        cookies.filter_map(|line| line.split(';').next()).find(|cookie| cookie.starts_with("holdfast="))
    }
}

/// A connection.
pub struct Client {
    address: SocketAddr,
    stream: Option<BufReader<TcpStream>>,
}

impl Client {
    /// To this address, when first used.
    pub const fn new(address: SocketAddr) -> Self {
        Self { address, stream: None }
    }

    /// Sends a request and reads its answer. A connection that the server closed meanwhile is made anew.
    pub async fn send(&mut self, request: &[u8]) -> Result<HttpResponse> {
        let kept = self.stream.is_some();
        match self.exchange(request, &[], 0).await {
            Err(_) if kept => self.exchange(request, &[], 0).await,
            answered => answered,
        }
    }

    /// Sends a head, then `block` so many times, each marked by its number.
    pub async fn upload(&mut self, head: &[u8], block: &[u8], times: u64) -> Result<HttpResponse> {
        self.exchange(head, block, times).await
    }

    async fn exchange(&mut self, head: &[u8], block: &[u8], times: u64) -> Result<HttpResponse> {
        let mut stream = match self.stream.take() {
            Some(stream) => stream,
            None => {
                let stream = TcpStream::connect(self.address).await?;
                stream.set_nodelay(true)?;
                BufReader::with_capacity(64 * 1024, stream)
            }
        };
        stream.write_all(head).await?;
        let mut block = block.to_vec();
        for number in 0..times {
            block[..8].copy_from_slice(&number.to_be_bytes());
            stream.write_all(&block).await?;
        }
        let answer = read(&mut stream).await?;
        if !answer.header("connection").is_some_and(|value| value.eq_ignore_ascii_case("close")) {
            self.stream = Some(stream);
        }
        Ok(answer)
    }
}

async fn read(stream: &mut BufReader<TcpStream>) -> Result<HttpResponse> {
    let mut head = String::with_capacity(1024);
    while !head.ends_with("\r\n\r\n") {
        if stream.read_line(&mut head).await? == 0 {
            bail!("the connection was closed");
        }
    }
    let status = head.get(9..12).and_then(|status| status.parse().ok()).context("no status")?;
    let mut answer = HttpResponse { status, head, body: Vec::new() };
    if let Some(length) = answer.header("content-length").and_then(|length| length.parse().ok()) {
        answer.body = vec![0; length];
        stream.read_exact(&mut answer.body).await?;
    } else if answer.header("transfer-encoding").is_some() {
        while chunk(stream, &mut answer.body).await? {}
    }
    Ok(answer)
}

/// Reads a chunk; whether there are more.
async fn chunk(stream: &mut BufReader<TcpStream>, body: &mut Vec<u8>) -> Result<bool> {
    let mut line = String::new();
    stream.read_line(&mut line).await?;
    let length = usize::from_str_radix(line.trim().split(';').next().unwrap_or_default(), 16)?;
    let from = body.len();
    body.resize(from + length, 0);
    stream.read_exact(&mut body[from..]).await?;
    stream.read_exact(&mut [0; 2]).await?;
    Ok(length > 0)
}
