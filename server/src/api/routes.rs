//! The one list of REST routes: each with who may ask for it and what it costs.

use holdfast_app::pages::Requirement;
use holdfast_domain::{
    Permission, asset::AssetFields, contact::ContactFields, indicator::IndicatorFields,
    narrative::RecommendationFields, vulnerability::VulnerabilityFields,
};
use utoipa_axum::{router::UtoipaMethodRouter, routes};

use super::{
    describe::ApiRoute, event, evidence, evidence_log, finding, import, incident, incident_change, incident_export,
    indicator, item, ledger, link, me, metric, openapi, org, person, report, search, task, token,
};
use crate::{pace::Cost, state::Server};

fn route(may: Requirement, cost: Cost, described: UtoipaMethodRouter<Server>) -> ApiRoute {
    ApiRoute { may, cost, described }
}

/// Every REST route.
#[expect(clippy::too_many_lines, reason = "it is one list")]
#[must_use]
pub fn all() -> Vec<ApiRoute> {
    let deed = Requirement::Permission;
    let cheap = Cost::Cheap;
    let mut all = vec![
        // This interface and the caller.
        route(Requirement::SignedIn, cheap, routes!(openapi::openapi)),
        route(Requirement::SignedIn, cheap, routes!(me::me)),
        // Incidents.
        route(deed(Permission::ListIncidents), cheap, routes!(incident::list)),
        route(deed(Permission::ListIncidents), Cost::Export, routes!(incident_export::csv)),
        route(deed(Permission::OpenIncident), cheap, routes!(incident::open)),
        route(deed(Permission::ViewIncident), cheap, routes!(incident::view)),
        route(deed(Permission::ViewIncident), cheap, routes!(incident::history)),
        route(deed(Permission::RenderReport), Cost::Report, routes!(incident::summary)),
        route(deed(Permission::EditIncident), cheap, routes!(incident_change::edit)),
        route(deed(Permission::ChangePhase), cheap, routes!(incident_change::change_phase)),
        route(deed(Permission::EnterTime), cheap, routes!(incident_change::enter_time)),
        route(deed(Permission::ChangeAccess), cheap, routes!(incident_change::set_access)),
        route(deed(Permission::TakeIncident), cheap, routes!(incident_change::take)),
        route(deed(Permission::ViewIncident), cheap, routes!(link::list)),
        route(deed(Permission::EditIncident), cheap, routes!(link::add)),
        route(deed(Permission::ViewIncident), cheap, routes!(link::view)),
        route(deed(Permission::EditIncident), cheap, routes!(link::set_archived)),
        // Work, and indicators beside what every item has.
        route(deed(Permission::ViewIncident), cheap, routes!(event::list)),
        route(deed(Permission::EditTimeline), cheap, routes!(event::add)),
        route(deed(Permission::ViewIncident), cheap, routes!(event::view)),
        route(deed(Permission::EditTimeline), cheap, routes!(event::edit)),
        route(deed(Permission::EditTimeline), cheap, routes!(event::set_archived)),
        route(deed(Permission::ListIncidents), cheap, routes!(event::techniques)),
        route(deed(Permission::ListIncidents), cheap, routes!(search::find)),
        route(deed(Permission::ListIncidents), cheap, routes!(task::mine)),
        route(deed(Permission::ViewIncident), cheap, routes!(task::list)),
        route(deed(Permission::WorkTasks), cheap, routes!(task::add)),
        route(deed(Permission::WorkTasks), cheap, routes!(task::add_usual)),
        route(deed(Permission::ViewIncident), cheap, routes!(task::view)),
        route(deed(Permission::WorkTasks), cheap, routes!(task::edit)),
        route(deed(Permission::WorkTasks), cheap, routes!(task::place)),
        route(deed(Permission::WorkTasks), cheap, routes!(task::comment)),
        route(deed(Permission::ListIncidents), cheap, routes!(indicator::across)),
        route(deed(Permission::EditFindings), cheap, routes!(indicator::add_many)),
    ];
    // Nouns that are items of an incident, a line for each.
    all.extend(finding::routes::<IndicatorFields>());
    all.extend(finding::routes::<AssetFields>());
    all.extend(finding::routes::<VulnerabilityFields>());
    all.extend(item::routes::<RecommendationFields>("reports"));
    all.extend(item::routes::<ContactFields>("incidents"));
    all.extend([
        // Evidence.
        route(deed(Permission::ViewEvidence), cheap, routes!(evidence::register)),
        route(deed(Permission::ViewEvidence), cheap, routes!(evidence::list)),
        route(deed(Permission::HandleEvidence), Cost::Upload, routes!(evidence::add)),
        route(deed(Permission::ViewEvidence), cheap, routes!(evidence::view)),
        route(deed(Permission::HandleEvidence), cheap, routes!(evidence::custody)),
        route(deed(Permission::HandleEvidence), Cost::Export, routes!(evidence::verify)),
        route(deed(Permission::ViewEvidence), Cost::Export, routes!(evidence::file)),
        route(deed(Permission::ExportEvidenceLog), Cost::Export, routes!(evidence_log::json)),
        route(deed(Permission::ExportEvidenceLog), Cost::Export, routes!(evidence_log::csv)),
        route(deed(Permission::ExportEvidenceLog), Cost::Export, routes!(evidence_log::period_json)),
        route(deed(Permission::ExportEvidenceLog), Cost::Export, routes!(evidence_log::period_csv)),
        route(deed(Permission::ExportEvidenceLog), Cost::Report, routes!(evidence_log::period_pdf)),
        route(deed(Permission::ExportEvidenceLog), Cost::Report, routes!(evidence_log::pdf)),
        route(deed(Permission::ExportEvidenceLog), Cost::Report, routes!(evidence_log::form)),
        // Imports and metrics.
        route(deed(Permission::Import), Cost::Upload, routes!(import::run)),
        route(deed(Permission::ViewMetrics), cheap, routes!(metric::dashboard)),
        route(deed(Permission::ViewMetrics), cheap, routes!(metric::detail)),
        // Reports.
        route(deed(Permission::ViewIncident), cheap, routes!(report::read)),
        route(deed(Permission::WriteReport), cheap, routes!(report::write)),
        route(deed(Permission::RenderReport), Cost::Report, routes!(report::draft)),
        route(deed(Permission::ViewMetrics), Cost::Report, routes!(report::metrics_draft)),
        route(deed(Permission::ReadReports), cheap, routes!(report::list)),
        route(deed(Permission::ViewIncident), cheap, routes!(report::of_incident)),
        route(deed(Permission::IssueReport), Cost::Report, routes!(report::issue)),
        route(deed(Permission::IssueReport), Cost::Report, routes!(report::issue_metrics)),
        route(deed(Permission::ReadReports), Cost::Export, routes!(report::open)),
        // Settings and people.
        route(deed(Permission::EditSettings), cheap, routes!(org::view)),
        route(deed(Permission::EditSettings), cheap, routes!(org::edit)),
        route(deed(Permission::EditSettings), cheap, routes!(org::logo)),
        route(deed(Permission::EditSettings), Cost::Report, routes!(org::set_logo)),
        route(deed(Permission::EditSettings), cheap, routes!(org::remove_logo)),
        route(deed(Permission::ViewPeople), cheap, routes!(person::list)),
        route(deed(Permission::AddPerson), Cost::Handout, routes!(person::add)),
        route(deed(Permission::ViewPeople), cheap, routes!(person::view)),
        route(deed(Permission::EditPerson), cheap, routes!(person::edit)),
        route(deed(Permission::EditPerson), Cost::Handout, routes!(person::invite)),
        // Tokens and sessions.
        route(deed(Permission::ManageOwnTokens), cheap, routes!(token::list)),
        route(deed(Permission::ManageOwnTokens), Cost::Handout, routes!(token::create)),
        route(deed(Permission::ManageOwnTokens), cheap, routes!(token::revoke)),
        route(deed(Permission::OwnAccount), cheap, routes!(me::own_sessions)),
        route(deed(Permission::OwnAccount), cheap, routes!(me::end_session)),
        route(deed(Permission::RevokeSessions), cheap, routes!(me::all_sessions)),
        // The ledger.
        route(deed(Permission::ViewLedger), Cost::Export, routes!(ledger::checkpoint)),
        route(deed(Permission::ViewLedger), cheap, routes!(ledger::vkey)),
        route(deed(Permission::ViewLedger), Cost::Export, routes!(ledger::entries)),
        route(deed(Permission::ViewLedger), Cost::Export, routes!(ledger::proof)),
        route(deed(Permission::ViewLedger), Cost::Export, routes!(ledger::consistency)),
    ]);
    all
}
