//! `Idempotency-Key`: a request that makes something and is sent again has one effect. The layer before
//! every route reads the key and everything by which two requests differ; where a route takes none, it is
//! refused, since to take it and act twice would be worse.

use std::future::Future;

use axum::{
    body::{Body, to_bytes},
    extract::{FromRequestParts, Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use holdfast_actions::{
    Ctx,
    idempotency::{self, Key},
};
use holdfast_domain::{Actor, Refusal};
use http::{Method, request::Parts};
use utoipa::openapi::{
    Object, Required, Type,
    path::{Operation, Parameter, ParameterBuilder, ParameterIn},
};

use super::Answer;
use crate::{body::BODY_BYTES_MAX, problem::Problem};

const HEADER: &str = "Idempotency-Key";

/// Describes that a route takes a key; by that description it does.
pub struct TakesKey;

impl utoipa::IntoParams for TakesKey {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let words = "1 to 255 visible ASCII characters, kept for two days. The same request with the same key has no \
                     second effect and is answered with what the first one made.";
        let header = ParameterBuilder::new().name(HEADER).parameter_in(ParameterIn::Header);
        let header = header.required(Required::False).description(Some(words));
        vec![header.schema(Some(Object::with_type(Type::String))).build()]
    }
}

/// What the layer does with a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Takes {
    /// Refuses it.
    Nothing,
    /// Reads it with the body.
    Body,
    /// Reads it; the handler reads the body, piece by piece, and says what it was.
    Upload,
}

impl Takes {
    /// What a route says of itself.
    #[must_use]
    pub fn of(operation: Option<&Operation>, is_upload: bool) -> Self {
        let parameters = operation.and_then(|operation| operation.parameters.as_ref());
        match parameters.is_some_and(|all| all.iter().any(|one| one.name == HEADER)) {
            false => Self::Nothing,
            true if is_upload => Self::Upload,
            true => Self::Body,
        }
    }
}

/// A key as it was sent, and what was asked with it.
#[derive(Clone, Debug)]
struct KeyedRequest {
    key: String,
    parts: Vec<Vec<u8>>,
}

/// The layer.
pub async fn read(State(takes): State<Takes>, request: Request, next: Next) -> Response {
    match keyed(takes, request).await {
        Ok(request) => next.run(request).await,
        Err(problem) => problem.into_response(),
    }
}

async fn keyed(takes: Takes, request: Request) -> Answer<Request> {
    let Some(key) = request.headers().get(HEADER) else { return Ok(request) };
    if matches!(*request.method(), Method::GET | Method::HEAD) {
        return Ok(request);
    }
    if takes == Takes::Nothing {
        let words = "This header is taken only where something is made; leave it out here.";
        return Err(Refusal::field("idempotency-key", words).into());
    }
    let key = key.to_str().unwrap_or_default().to_owned();
    let (mut head, mut body) = request.into_parts();
    let mut parts = vec![head.method.as_str().into(), head.uri.to_string().into_bytes()];
    if takes == Takes::Body {
        // It is in memory already, and not larger than this.
        let bytes = to_bytes(body, BODY_BYTES_MAX).await.map_err(|_| Problem::unreadable("The request broke off."))?;
        parts.push(bytes.to_vec());
        body = Body::from(bytes);
    }
    head.extensions.insert(KeyedRequest { key, parts });
    Ok(Request::from_parts(head, body))
}

/// The key of a request that makes something, if it has one.
pub struct Once(Option<KeyedRequest>);

impl<S: Sync> FromRequestParts<S> for Once {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Answer<Self> {
        Ok(Self(parts.extensions.get().cloned()))
    }
}

impl Once {
    /// With the hash of an upload's body.
    #[must_use]
    pub fn of_file(mut self, sha256: &[u8]) -> Self {
        if let Some(asked) = &mut self.0 {
            asked.parts.push(sha256.to_vec());
        }
        self
    }

    /// Makes something once: `again` reads what the same request made before.
    ///
    /// # Errors
    /// 422 when the key is not one or came with another request; what `make` and `again` refuse.
    pub async fn make<T, M, A>(
        self,
        ctx: &Ctx,
        actor: &Actor,
        make: impl FnOnce(Ctx) -> M,
        again: impl FnOnce(String) -> A,
    ) -> Answer<T>
    where
        M: Future<Output = holdfast_actions::Result<T>>,
        A: Future<Output = holdfast_actions::Result<T>>,
    {
        let key = match &self.0 {
            Some(asked) => Some(Key::new(&asked.key, &asked.parts.iter().map(Vec::as_slice).collect::<Vec<_>>())?),
            None => None,
        };
        Ok(idempotency::once(ctx, actor, key, make, again).await?)
    }
}
