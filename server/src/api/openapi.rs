//! The description of REST, as OpenAPI has it: its frame, which the routes fill, and the route that
//! sends it.

use std::sync::Arc;

use axum::{
    Extension,
    body::{Body, Bytes},
    response::IntoResponse,
};
use holdfast_domain::{
    incident::{Direction, IncidentSort},
    rsit::RsitClass,
};
use http::{Method, header};
use utoipa::{
    ToSchema,
    openapi::{
        Info, OpenApi, OpenApiBuilder, PathItem, RefOr, Schema, SecurityRequirement,
        security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme},
    },
};

use super::Answer;
use crate::{config::PublicUrl, problem::Problem, session::cookie_name};

/// The frame of the description; the routes fill it.
#[must_use]
pub fn description(public_url: &PublicUrl) -> OpenApi {
    let mut info = Info::new("Holdfast", "1");
    info.description = Some(
        "Incidents, people and the ledger. Times are RFC 3339 in UTC. Unknown fields and parameters are refused. \
         Errors are RFC 9457 problems with a stable `type`. Changes name the version they saw with `If-Match`."
            .into(),
    );
    let token = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some("An API token.")).build();
    let cookie = ApiKeyValue::new(cookie_name(public_url.is_https()));
    let mut openapi = OpenApiBuilder::new()
        .info(info)
        .security(Some([
            SecurityRequirement::new::<_, [&str; 0], &str>("token", []),
            SecurityRequirement::new::<_, [&str; 0], &str>("session", []),
        ]))
        .build();
    let schemes = &mut openapi.components.get_or_insert_default().security_schemes;
    schemes.insert("token".into(), SecurityScheme::Http(token));
    schemes.insert("session".into(), SecurityScheme::ApiKey(ApiKey::Cookie(cookie)));
    // Parameters name these, and no body does.
    let named = [named::<Direction>(), named::<IncidentSort>(), named::<RsitClass>()];
    openapi.components.get_or_insert_default().schemas.extend(named);
    openapi
}

fn named<T: ToSchema>() -> (String, RefOr<Schema>) {
    (T::name().into_owned(), T::schema())
}

/// The methods that a described path has.
#[must_use]
pub fn methods(item: &PathItem) -> Vec<Method> {
    [
        (&item.get, Method::GET),
        (&item.post, Method::POST),
        (&item.put, Method::PUT),
        (&item.patch, Method::PATCH),
        (&item.delete, Method::DELETE),
    ]
    .into_iter()
    .filter_map(|(operation, method)| operation.as_ref().map(|_| method))
    .collect()
}

/// The description as it is sent, written out once; or why it cannot be.
#[derive(Clone, Debug)]
pub struct Description(Result<Bytes, String>);

impl Description {
    /// Writes it out.
    #[must_use]
    pub fn of(openapi: &OpenApi) -> Self {
        Self(serde_json::to_vec(openapi).map(Bytes::from).map_err(|error| error.to_string()))
    }
}

/// What this interface is: OpenAPI 3.1.
#[utoipa::path(get, path = "/api/v1/openapi.json", tag = "about",
    responses((status = 200, description = "OpenAPI 3.1", body = serde_json::Value)))]
pub async fn openapi(Extension(description): Extension<Arc<Description>>) -> Answer {
    match &description.0 {
        Ok(text) => Ok(([(header::CONTENT_TYPE, "application/json")], Body::from(text.clone())).into_response()),
        Err(cause) => Err(Problem::failed(format!("the description of REST cannot be written as JSON: {cause}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_description_that_cannot_be_written_is_a_failure() {
        let description = Description(Err("on purpose".into()));
        let answered = openapi(Extension(Arc::new(description))).await;
        assert_eq!(answered.err().map(|problem| problem.status().as_u16()), Some(500));
    }
}
