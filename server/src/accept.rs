//! The accept loop. `axum::serve` sets no timer, so a client that never finishes its headers, or
//! never reads its answer, would hold a connection for ever; here each of them is cut.
//!
//! HTTP/1.1 only: a proxy in front speaks HTTP/2 to the browser where that is wanted, and the
//! flood attacks of HTTP/2 have nothing to hold on to here.

use std::{convert::Infallible, io, net::SocketAddr, pin::pin, sync::Arc, time::Duration};

use axum::{Router, body::Body, extract::Request};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::{GracefulShutdown, Watcher},
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};
use tokio_io_timeout::TimeoutStream;
use tower::ServiceExt;

use crate::{
    clock::Stopwatch,
    net::{Block, Network, is_proxy},
    slot::{Slot, Slots},
};

/// The other end of the connection, as a request extension.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub SocketAddr);

/// How long a connection may take for each thing, and how many there may be.
#[derive(Clone, Debug)]
pub struct Limits {
    /// From the end of the last answer, or from connecting, to the end of the next headers. So it
    /// also ends idle connections.
    pub header_read: Duration,
    /// For the client to take the next piece of an answer.
    pub write_stall: Duration,
    /// Open at once; the others wait in the system's queue.
    pub connections: usize,
    /// Open at once from one address that is not a named proxy's; a further one is closed.
    pub per_address: usize,
    /// Proxies that were named, whose clients are counted by `connections.rs`.
    pub proxies: Vec<Block>,
    /// For requests under way to end once the server stops.
    pub drain: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            header_read: Duration::from_secs(10),
            write_stall: Duration::from_secs(30),
            connections: 4096,
            per_address: 256,
            proxies: Vec::new(),
            drain: Duration::from_secs(30),
        }
    }
}

/// Serves until `stop` is done, then lets the requests under way end.
///
/// # Errors
/// Never for a connection; only when the listener itself is gone.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    limits: Limits,
    stop: impl Future<Output = ()>,
) -> io::Result<()> {
    let graceful = GracefulShutdown::new();
    let places = Arc::new(Semaphore::new(limits.connections));
    let by_address = Slots::new(limits.connections, limits.per_address);
    let mut stop = pin!(stop);
    let mut warned: Option<Stopwatch> = None;
    loop {
        let place = tokio::select! {
            place = Arc::clone(&places).acquire_owned() => place.map_err(io::Error::other)?,
            () = &mut stop => break,
        };
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut stop => break,
        };
        match accepted {
            Ok((stream, peer)) => {
                let own = if is_proxy(peer.ip(), &limits.proxies) {
                    None
                } else if let Ok(own) = by_address.take(Network::of(peer.ip())) {
                    Some(own)
                } else {
                    // Once a minute, or the log would grow as fast as one can connect.
                    if warned.is_none_or(|last| last.milliseconds() > 60_000.0) {
                        tracing::warn!(address = %peer.ip(), "an address has too many connections; a further one was closed");
                        warned = Some(Stopwatch::started());
                    }
                    continue;
                };
                let times = (limits.header_read, limits.write_stall);
                tokio::spawn(connection(stream, peer, router.clone(), times, graceful.watcher(), (place, own)));
            }
            Err(error) if is_of_one_connection(&error) => {}
            Err(error) => {
                // Out of file descriptors, most likely: wait for some to come back.
                tracing::error!(%error, "cannot accept a connection");
                tokio::time::sleep(Duration::from_millis(500)).await;
            }
        }
    }
    drop(listener);
    if timeout(limits.drain, graceful.shutdown()).await.is_err() {
        tracing::warn!("some requests did not end in time and were cut");
    }
    Ok(())
}

async fn connection(
    stream: TcpStream,
    peer: SocketAddr,
    router: Router,
    (header_read, write_stall): (Duration, Duration),
    watcher: Watcher,
    places: (OwnedSemaphorePermit, Option<Slot<Network>>),
) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "no TCP_NODELAY");
    }
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(write_stall));
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        let router = router.clone();
        async move {
            let mut request: Request = request.map(Body::new);
            request.extensions_mut().insert(Peer(peer));
            router.oneshot(request).await.map_err(|never: Infallible| match never {})
        }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(header_read)
        .max_headers(100)
        .max_buf_size(64 * 1024)
        .serve_connection(TokioIo::new(Box::pin(stream)), service);
    if let Err(error) = watcher.watch(connection).await {
        tracing::debug!(%peer, %error, "a connection ended early");
    }
    drop(places);
}

fn is_of_one_connection(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionRefused | io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset
    )
}
