//! REST v1. Handlers translate between HTTP and one action each and decide nothing. What they
//! accept and answer is described by the same attributes that route them, so the description at
//! `/api/v1/openapi.json` cannot fall behind.

pub mod asset;
pub mod event;
pub mod evidence;
pub mod evidence_log;
pub mod finding;
pub mod import;
pub mod incident;
pub mod incident_change;
pub mod incident_export;
pub mod indicator;
pub mod ledger;
pub mod me;
pub mod metric;
pub mod org;
pub mod person;
pub mod report;
mod request;
pub mod search;
pub mod task;
pub mod token;
pub mod vulnerability;

use std::sync::Arc;

use axum::{
    Extension,
    body::{Body, Bytes},
    response::{IntoResponse, Response},
};
use holdfast_app::pages::Requirement;
use holdfast_domain::Deed;
use http::{Method, header};
use utoipa::openapi::{
    Info, OpenApi, OpenApiBuilder, PathItem, SecurityRequirement,
    security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme},
};
use utoipa_axum::routes;

pub use request::{Asked, Caller, IfMatch, Sent, etag, precondition};

use crate::{config::PublicUrl, pace::Cost, router::Routes, session::cookie_name};

/// Adds every REST route with who may ask for it.
#[expect(clippy::too_many_lines, reason = "it is one list")]
pub fn add(routes: &mut Routes) {
    let deed = Requirement::Deed;
    let cheap = Cost::Cheap;
    routes.rest(Requirement::SignedIn, cheap, routes!(openapi));
    routes.rest(Requirement::SignedIn, cheap, routes!(me::me));

    routes.rest(deed(Deed::ListIncidents), cheap, routes!(incident::list));
    routes.rest(deed(Deed::ListIncidents), Cost::Export, routes!(incident_export::csv));
    routes.rest(deed(Deed::OpenIncident), cheap, routes!(incident::open));
    routes.rest(deed(Deed::ViewIncident), cheap, routes!(incident::view));
    routes.rest(deed(Deed::ViewIncident), cheap, routes!(incident::history));
    routes.rest(deed(Deed::RenderReport), Cost::Report, routes!(incident::summary));
    routes.rest(deed(Deed::EditIncident), cheap, routes!(incident_change::edit));
    routes.rest(deed(Deed::ChangePhase), cheap, routes!(incident_change::change_phase));
    routes.rest(deed(Deed::EnterTime), cheap, routes!(incident_change::enter_time));
    routes.rest(deed(Deed::ChangeAccess), cheap, routes!(incident_change::set_access));
    routes.rest(deed(Deed::TakeIncident), cheap, routes!(incident_change::take));

    routes.rest(deed(Deed::ViewIncident), cheap, routes!(event::list));
    routes.rest(deed(Deed::EditTimeline), cheap, routes!(event::add));
    routes.rest(deed(Deed::ViewIncident), cheap, routes!(event::view));
    routes.rest(deed(Deed::EditTimeline), cheap, routes!(event::edit));
    routes.rest(deed(Deed::EditTimeline), cheap, routes!(event::remove));
    routes.rest(deed(Deed::ListIncidents), cheap, routes!(event::techniques));
    routes.rest(deed(Deed::ListIncidents), cheap, routes!(search::find));
    routes.rest(deed(Deed::ListIncidents), cheap, routes!(task::mine));
    routes.rest(deed(Deed::ViewIncident), cheap, routes!(task::list));
    routes.rest(deed(Deed::WorkTasks), cheap, routes!(task::add));
    routes.rest(deed(Deed::WorkTasks), cheap, routes!(task::add_usual));
    routes.rest(deed(Deed::ViewIncident), cheap, routes!(task::view));
    routes.rest(deed(Deed::WorkTasks), cheap, routes!(task::edit));
    routes.rest(deed(Deed::WorkTasks), cheap, routes!(task::place));
    routes.rest(deed(Deed::WorkTasks), cheap, routes!(task::comment));
    routes.rest(deed(Deed::ListIncidents), cheap, routes!(indicator::across));
    routes.rest(deed(Deed::EditFindings), cheap, routes!(indicator::add_many));
    routes.rest(deed(Deed::ViewIncident), cheap, routes!(indicator::list));
    routes.rest(deed(Deed::EditFindings), cheap, routes!(indicator::add));
    routes.rest(deed(Deed::ViewIncident), cheap, routes!(indicator::view));
    routes.rest(deed(Deed::EditFindings), cheap, routes!(indicator::edit));
    routes.rest(deed(Deed::EditFindings), cheap, routes!(indicator::set_archived));
    routes.rest(deed(Deed::ViewIncident), cheap, routes!(asset::list));
    routes.rest(deed(Deed::EditFindings), cheap, routes!(asset::add));
    routes.rest(deed(Deed::ViewIncident), cheap, routes!(asset::view));
    routes.rest(deed(Deed::EditFindings), cheap, routes!(asset::edit));
    routes.rest(deed(Deed::EditFindings), cheap, routes!(asset::set_archived));
    routes.rest(deed(Deed::ViewIncident), cheap, routes!(vulnerability::list));
    routes.rest(deed(Deed::EditFindings), cheap, routes!(vulnerability::add));
    routes.rest(deed(Deed::ViewIncident), cheap, routes!(vulnerability::view));
    routes.rest(deed(Deed::EditFindings), cheap, routes!(vulnerability::edit));
    routes.rest(deed(Deed::EditFindings), cheap, routes!(vulnerability::set_archived));

    routes.rest(deed(Deed::ViewEvidence), cheap, routes!(evidence::register));
    routes.rest(deed(Deed::ViewEvidence), cheap, routes!(evidence::list));
    routes.rest(deed(Deed::HandleEvidence), Cost::Upload, routes!(evidence::add));
    routes.rest(deed(Deed::ViewEvidence), cheap, routes!(evidence::view));
    routes.rest(deed(Deed::HandleEvidence), cheap, routes!(evidence::custody));
    routes.rest(deed(Deed::HandleEvidence), Cost::Export, routes!(evidence::verify));
    routes.rest(deed(Deed::ViewEvidence), Cost::Export, routes!(evidence::file));
    routes.rest(deed(Deed::ExportEvidenceLog), Cost::Export, routes!(evidence_log::json));
    routes.rest(deed(Deed::ExportEvidenceLog), Cost::Export, routes!(evidence_log::csv));
    routes.rest(deed(Deed::ExportEvidenceLog), Cost::Export, routes!(evidence_log::period_json));
    routes.rest(deed(Deed::ExportEvidenceLog), Cost::Export, routes!(evidence_log::period_csv));
    routes.rest(deed(Deed::ExportEvidenceLog), Cost::Report, routes!(evidence_log::period_pdf));
    routes.rest(deed(Deed::ExportEvidenceLog), Cost::Report, routes!(evidence_log::pdf));
    routes.rest(deed(Deed::ExportEvidenceLog), Cost::Report, routes!(evidence_log::form));

    routes.rest(deed(Deed::Import), Cost::Upload, routes!(import::run));
    routes.rest(deed(Deed::ViewMetrics), cheap, routes!(metric::dashboard));
    routes.rest(deed(Deed::ViewMetrics), cheap, routes!(metric::detail));

    routes.rest(deed(Deed::ViewIncident), cheap, routes!(report::read));
    routes.rest(deed(Deed::WriteReport), cheap, routes!(report::write));
    routes.rest(deed(Deed::ViewIncident), cheap, routes!(report::recommendations));
    routes.rest(deed(Deed::WriteReport), cheap, routes!(report::recommend));
    routes.rest(deed(Deed::WriteReport), cheap, routes!(report::edit_recommendation));
    routes.rest(deed(Deed::RenderReport), Cost::Report, routes!(report::draft));
    routes.rest(deed(Deed::ViewMetrics), Cost::Report, routes!(report::metrics_draft));
    routes.rest(deed(Deed::ReadReports), cheap, routes!(report::list));
    routes.rest(deed(Deed::ViewIncident), cheap, routes!(report::of_incident));
    routes.rest(deed(Deed::IssueReport), Cost::Report, routes!(report::issue));
    routes.rest(deed(Deed::IssueReport), Cost::Report, routes!(report::issue_metrics));
    routes.rest(deed(Deed::ReadReports), Cost::Export, routes!(report::open));

    routes.rest(deed(Deed::EditSettings), cheap, routes!(org::view));
    routes.rest(deed(Deed::EditSettings), cheap, routes!(org::edit));
    routes.rest(deed(Deed::EditSettings), cheap, routes!(org::logo));
    routes.rest(deed(Deed::EditSettings), Cost::Report, routes!(org::set_logo));
    routes.rest(deed(Deed::EditSettings), cheap, routes!(org::remove_logo));
    routes.rest(deed(Deed::ViewPeople), cheap, routes!(person::list));
    routes.rest(deed(Deed::AddPerson), Cost::Handout, routes!(person::add));
    routes.rest(deed(Deed::ViewPeople), cheap, routes!(person::view));
    routes.rest(deed(Deed::EditPerson), cheap, routes!(person::edit));
    routes.rest(deed(Deed::EditPerson), Cost::Handout, routes!(person::invite));

    routes.rest(deed(Deed::ManageOwnTokens), cheap, routes!(token::list));
    routes.rest(deed(Deed::ManageOwnTokens), Cost::Handout, routes!(token::create));
    routes.rest(deed(Deed::ManageOwnTokens), cheap, routes!(token::revoke));

    routes.rest(deed(Deed::OwnAccount), cheap, routes!(me::own_sessions));
    routes.rest(deed(Deed::OwnAccount), cheap, routes!(me::end_session));
    routes.rest(deed(Deed::RevokeSessions), cheap, routes!(me::all_sessions));

    routes.rest(deed(Deed::ViewLedger), Cost::Export, routes!(ledger::checkpoint));
    routes.rest(deed(Deed::ViewLedger), cheap, routes!(ledger::vkey));
    routes.rest(deed(Deed::ViewLedger), Cost::Export, routes!(ledger::entries));
    routes.rest(deed(Deed::ViewLedger), Cost::Export, routes!(ledger::proof));
    routes.rest(deed(Deed::ViewLedger), Cost::Export, routes!(ledger::consistency));
}

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
    openapi
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

/// The description as it is sent, written out once.
#[derive(Clone, Debug)]
pub struct Description(Bytes);

impl Description {
    /// Writes it out.
    #[must_use]
    pub fn of(openapi: &OpenApi) -> Self {
        Self(serde_json::to_vec(openapi).unwrap_or_default().into())
    }
}

/// What this interface is: OpenAPI 3.1.
#[utoipa::path(get, path = "/api/v1/openapi.json", tag = "about", responses(
    (status = 200, description = "OpenAPI 3.1", body = serde_json::Value),
    (status = "default", description = "A problem", body = crate::problem::ProblemBody, content_type = "application/problem+json"),
))]
pub async fn openapi(Extension(description): Extension<Arc<Description>>) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], Body::from(description.0.clone())).into_response()
}
