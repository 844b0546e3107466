//! The one list of REST routes: each with who may ask for it and what it costs.

use holdfast_app::pages::Requirement;
use holdfast_domain::Deed;
use utoipa_axum::{router::UtoipaMethodRouter, routes};

use super::{
    asset, event, evidence, evidence_log, import, incident, incident_change, incident_export, indicator, ledger, me,
    metric, openapi, org, person, report, search, task, token, vulnerability,
};
use crate::{pace::Cost, state::Server};

/// A handler as it describes itself, with what stands before it.
pub struct ApiRoute {
    /// Who may ask for it.
    pub may: Requirement,
    /// What it costs.
    pub cost: Cost,
    /// Its method, path and description.
    pub described: UtoipaMethodRouter<Server>,
}

fn route(may: Requirement, cost: Cost, described: UtoipaMethodRouter<Server>) -> ApiRoute {
    ApiRoute { may, cost, described }
}

/// Every REST route.
#[expect(clippy::too_many_lines, reason = "it is one list")]
#[must_use]
pub fn all() -> Vec<ApiRoute> {
    let deed = Requirement::Deed;
    let cheap = Cost::Cheap;
    vec![
        // This interface and the caller.
        route(Requirement::SignedIn, cheap, routes!(openapi::openapi)),
        route(Requirement::SignedIn, cheap, routes!(me::me)),
        // Incidents.
        route(deed(Deed::ListIncidents), cheap, routes!(incident::list)),
        route(deed(Deed::ListIncidents), Cost::Export, routes!(incident_export::csv)),
        route(deed(Deed::OpenIncident), cheap, routes!(incident::open)),
        route(deed(Deed::ViewIncident), cheap, routes!(incident::view)),
        route(deed(Deed::ViewIncident), cheap, routes!(incident::history)),
        route(deed(Deed::RenderReport), Cost::Report, routes!(incident::summary)),
        route(deed(Deed::EditIncident), cheap, routes!(incident_change::edit)),
        route(deed(Deed::ChangePhase), cheap, routes!(incident_change::change_phase)),
        route(deed(Deed::EnterTime), cheap, routes!(incident_change::enter_time)),
        route(deed(Deed::ChangeAccess), cheap, routes!(incident_change::set_access)),
        route(deed(Deed::TakeIncident), cheap, routes!(incident_change::take)),
        // Work and findings.
        route(deed(Deed::ViewIncident), cheap, routes!(event::list)),
        route(deed(Deed::EditTimeline), cheap, routes!(event::add)),
        route(deed(Deed::ViewIncident), cheap, routes!(event::view)),
        route(deed(Deed::EditTimeline), cheap, routes!(event::edit)),
        route(deed(Deed::EditTimeline), cheap, routes!(event::remove)),
        route(deed(Deed::ListIncidents), cheap, routes!(event::techniques)),
        route(deed(Deed::ListIncidents), cheap, routes!(search::find)),
        route(deed(Deed::ListIncidents), cheap, routes!(task::mine)),
        route(deed(Deed::ViewIncident), cheap, routes!(task::list)),
        route(deed(Deed::WorkTasks), cheap, routes!(task::add)),
        route(deed(Deed::WorkTasks), cheap, routes!(task::add_usual)),
        route(deed(Deed::ViewIncident), cheap, routes!(task::view)),
        route(deed(Deed::WorkTasks), cheap, routes!(task::edit)),
        route(deed(Deed::WorkTasks), cheap, routes!(task::place)),
        route(deed(Deed::WorkTasks), cheap, routes!(task::comment)),
        route(deed(Deed::ListIncidents), cheap, routes!(indicator::across)),
        route(deed(Deed::EditFindings), cheap, routes!(indicator::add_many)),
        route(deed(Deed::ViewIncident), cheap, routes!(indicator::list)),
        route(deed(Deed::EditFindings), cheap, routes!(indicator::add)),
        route(deed(Deed::ViewIncident), cheap, routes!(indicator::view)),
        route(deed(Deed::EditFindings), cheap, routes!(indicator::edit)),
        route(deed(Deed::EditFindings), cheap, routes!(indicator::set_archived)),
        route(deed(Deed::ViewIncident), cheap, routes!(asset::list)),
        route(deed(Deed::EditFindings), cheap, routes!(asset::add)),
        route(deed(Deed::ViewIncident), cheap, routes!(asset::view)),
        route(deed(Deed::EditFindings), cheap, routes!(asset::edit)),
        route(deed(Deed::EditFindings), cheap, routes!(asset::set_archived)),
        route(deed(Deed::ViewIncident), cheap, routes!(vulnerability::list)),
        route(deed(Deed::EditFindings), cheap, routes!(vulnerability::add)),
        route(deed(Deed::ViewIncident), cheap, routes!(vulnerability::view)),
        route(deed(Deed::EditFindings), cheap, routes!(vulnerability::edit)),
        route(deed(Deed::EditFindings), cheap, routes!(vulnerability::set_archived)),
        // Evidence.
        route(deed(Deed::ViewEvidence), cheap, routes!(evidence::register)),
        route(deed(Deed::ViewEvidence), cheap, routes!(evidence::list)),
        route(deed(Deed::HandleEvidence), Cost::Upload, routes!(evidence::add)),
        route(deed(Deed::ViewEvidence), cheap, routes!(evidence::view)),
        route(deed(Deed::HandleEvidence), cheap, routes!(evidence::custody)),
        route(deed(Deed::HandleEvidence), Cost::Export, routes!(evidence::verify)),
        route(deed(Deed::ViewEvidence), Cost::Export, routes!(evidence::file)),
        route(deed(Deed::ExportEvidenceLog), Cost::Export, routes!(evidence_log::json)),
        route(deed(Deed::ExportEvidenceLog), Cost::Export, routes!(evidence_log::csv)),
        route(deed(Deed::ExportEvidenceLog), Cost::Export, routes!(evidence_log::period_json)),
        route(deed(Deed::ExportEvidenceLog), Cost::Export, routes!(evidence_log::period_csv)),
        route(deed(Deed::ExportEvidenceLog), Cost::Report, routes!(evidence_log::period_pdf)),
        route(deed(Deed::ExportEvidenceLog), Cost::Report, routes!(evidence_log::pdf)),
        route(deed(Deed::ExportEvidenceLog), Cost::Report, routes!(evidence_log::form)),
        // Imports and metrics.
        route(deed(Deed::Import), Cost::Upload, routes!(import::run)),
        route(deed(Deed::ViewMetrics), cheap, routes!(metric::dashboard)),
        route(deed(Deed::ViewMetrics), cheap, routes!(metric::detail)),
        // Reports.
        route(deed(Deed::ViewIncident), cheap, routes!(report::read)),
        route(deed(Deed::WriteReport), cheap, routes!(report::write)),
        route(deed(Deed::ViewIncident), cheap, routes!(report::recommendations)),
        route(deed(Deed::WriteReport), cheap, routes!(report::recommend)),
        route(deed(Deed::WriteReport), cheap, routes!(report::edit_recommendation)),
        route(deed(Deed::RenderReport), Cost::Report, routes!(report::draft)),
        route(deed(Deed::ViewMetrics), Cost::Report, routes!(report::metrics_draft)),
        route(deed(Deed::ReadReports), cheap, routes!(report::list)),
        route(deed(Deed::ViewIncident), cheap, routes!(report::of_incident)),
        route(deed(Deed::IssueReport), Cost::Report, routes!(report::issue)),
        route(deed(Deed::IssueReport), Cost::Report, routes!(report::issue_metrics)),
        route(deed(Deed::ReadReports), Cost::Export, routes!(report::open)),
        // Settings and people.
        route(deed(Deed::EditSettings), cheap, routes!(org::view)),
        route(deed(Deed::EditSettings), cheap, routes!(org::edit)),
        route(deed(Deed::EditSettings), cheap, routes!(org::logo)),
        route(deed(Deed::EditSettings), Cost::Report, routes!(org::set_logo)),
        route(deed(Deed::EditSettings), cheap, routes!(org::remove_logo)),
        route(deed(Deed::ViewPeople), cheap, routes!(person::list)),
        route(deed(Deed::AddPerson), Cost::Handout, routes!(person::add)),
        route(deed(Deed::ViewPeople), cheap, routes!(person::view)),
        route(deed(Deed::EditPerson), cheap, routes!(person::edit)),
        route(deed(Deed::EditPerson), Cost::Handout, routes!(person::invite)),
        // Tokens and sessions.
        route(deed(Deed::ManageOwnTokens), cheap, routes!(token::list)),
        route(deed(Deed::ManageOwnTokens), Cost::Handout, routes!(token::create)),
        route(deed(Deed::ManageOwnTokens), cheap, routes!(token::revoke)),
        route(deed(Deed::OwnAccount), cheap, routes!(me::own_sessions)),
        route(deed(Deed::OwnAccount), cheap, routes!(me::end_session)),
        route(deed(Deed::RevokeSessions), cheap, routes!(me::all_sessions)),
        // The ledger.
        route(deed(Deed::ViewLedger), Cost::Export, routes!(ledger::checkpoint)),
        route(deed(Deed::ViewLedger), cheap, routes!(ledger::vkey)),
        route(deed(Deed::ViewLedger), Cost::Export, routes!(ledger::entries)),
        route(deed(Deed::ViewLedger), Cost::Export, routes!(ledger::proof)),
        route(deed(Deed::ViewLedger), Cost::Export, routes!(ledger::consistency)),
    ]
}
