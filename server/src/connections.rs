//! How many connections one address may have, so that it leaves some for others. A client that connects by
//! itself is counted by the accept loop, for as long as its connection is open. One that comes through a named
//! proxy is counted here: the proxy says who it is with each request, and uses one connection for each that is
//! under way.

use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use axum::{
    body::{Body, Bytes},
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use holdfast_domain::Refusal;
use hyper::body::{Body as HttpBody, Frame, SizeHint};

use crate::{
    accept::Peer,
    net::{self, ClientAddress, Network},
    problem::Problem,
    slot::{Slot, Slots},
    state::Server,
};

/// The connections of addresses.
pub type Connections = Arc<Slots<Network>>;

/// Seconds after which an address may try again.
const RETRY_AFTER_S: u64 = 5;

/// The layer.
pub async fn count(State(server): State<Server>, request: Request, next: Next) -> Response {
    let Some(network) = behind_a_proxy(&server, &request) else { return next.run(request).await };
    match server.connections.take(network) {
        Ok(slot) => next.run(request).await.map(|body| Body::new(HeldBody { body, _slot: slot })),
        Err(_) => Problem::from(Refusal::Throttled { retry_after_s: RETRY_AFTER_S }).into_response(),
    }
}

/// The network of a client that a named proxy speaks for. A proxy that names nobody, as when it asks for
/// itself, is not counted.
fn behind_a_proxy(server: &Server, request: &Request) -> Option<Network> {
    let proxies = &server.web.proxies;
    let Peer(peer) = request.extensions().get::<Peer>()?;
    let ClientAddress(client) = *request.extensions().get::<ClientAddress>()?;
    (net::is_proxy(peer.ip(), proxies) && !net::is_proxy(client, proxies)).then(|| Network::of(client))
}

/// An answer whose client has a slot until it is sent.
struct HeldBody {
    body: Body,
    _slot: Slot<Network>,
}

impl HttpBody for HeldBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
