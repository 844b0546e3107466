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

/// Every REST route, one by one: together, their descriptions take megabytes.
#[expect(clippy::too_many_lines, reason = "it is one list")]
pub fn each(add: &mut dyn FnMut(ApiRoute)) {
    let deed = Requirement::Permission;
    let cheap = Cost::Cheap;
    // This interface and the caller.
    add(route(Requirement::SignedIn, cheap, routes!(openapi::openapi)));
    add(route(Requirement::SignedIn, cheap, routes!(me::me)));
    // Incidents.
    add(route(deed(Permission::ListIncidents), cheap, routes!(incident::list)));
    add(route(deed(Permission::ListIncidents), Cost::Export, routes!(incident_export::csv)));
    add(route(deed(Permission::OpenIncident), cheap, routes!(incident::open)));
    add(route(deed(Permission::ViewIncident), cheap, routes!(incident::view)));
    add(route(deed(Permission::ViewIncident), cheap, routes!(incident::history)));
    add(route(deed(Permission::RenderReport), Cost::Report, routes!(incident::summary)));
    add(route(deed(Permission::EditIncident), cheap, routes!(incident_change::edit)));
    add(route(deed(Permission::ChangePhase), cheap, routes!(incident_change::change_phase)));
    add(route(deed(Permission::EnterTime), cheap, routes!(incident_change::enter_time)));
    add(route(deed(Permission::ChangeAccess), cheap, routes!(incident_change::set_access)));
    add(route(deed(Permission::TakeIncident), cheap, routes!(incident_change::take)));
    add(route(deed(Permission::ViewIncident), cheap, routes!(link::list)));
    add(route(deed(Permission::EditIncident), cheap, routes!(link::add)));
    add(route(deed(Permission::ViewIncident), cheap, routes!(link::view)));
    add(route(deed(Permission::EditIncident), cheap, routes!(link::set_archived)));
    // Work, and indicators beside what every item has.
    add(route(deed(Permission::ViewIncident), cheap, routes!(event::list)));
    add(route(deed(Permission::EditTimeline), cheap, routes!(event::add)));
    add(route(deed(Permission::ViewIncident), cheap, routes!(event::view)));
    add(route(deed(Permission::EditTimeline), cheap, routes!(event::edit)));
    add(route(deed(Permission::EditTimeline), cheap, routes!(event::set_archived)));
    add(route(deed(Permission::ListIncidents), cheap, routes!(event::techniques)));
    add(route(deed(Permission::ListIncidents), cheap, routes!(search::find)));
    add(route(deed(Permission::ListIncidents), cheap, routes!(task::mine)));
    add(route(deed(Permission::ViewIncident), cheap, routes!(task::list)));
    add(route(deed(Permission::WorkTasks), cheap, routes!(task::add)));
    add(route(deed(Permission::WorkTasks), cheap, routes!(task::add_usual)));
    add(route(deed(Permission::ViewIncident), cheap, routes!(task::view)));
    add(route(deed(Permission::WorkTasks), cheap, routes!(task::edit)));
    add(route(deed(Permission::WorkTasks), cheap, routes!(task::place)));
    add(route(deed(Permission::WorkTasks), cheap, routes!(task::comment)));
    add(route(deed(Permission::ListIncidents), cheap, routes!(indicator::across)));
    add(route(deed(Permission::EditFindings), cheap, routes!(indicator::add_many)));
    // Nouns that are items of an incident, a line for each.
    finding::routes::<IndicatorFields>().into_iter().for_each(&mut *add);
    finding::routes::<AssetFields>().into_iter().for_each(&mut *add);
    finding::routes::<VulnerabilityFields>().into_iter().for_each(&mut *add);
    item::routes::<RecommendationFields>("reports").into_iter().for_each(&mut *add);
    item::routes::<ContactFields>("incidents").into_iter().for_each(&mut *add);
    // Evidence.
    add(route(deed(Permission::ViewEvidence), cheap, routes!(evidence::register)));
    add(route(deed(Permission::ViewEvidence), cheap, routes!(evidence::list)));
    add(route(deed(Permission::HandleEvidence), Cost::Upload, routes!(evidence::add)));
    add(route(deed(Permission::ViewEvidence), cheap, routes!(evidence::view)));
    add(route(deed(Permission::HandleEvidence), cheap, routes!(evidence::custody)));
    add(route(deed(Permission::HandleEvidence), Cost::Export, routes!(evidence::verify)));
    add(route(deed(Permission::ViewEvidence), Cost::Export, routes!(evidence::file)));
    add(route(deed(Permission::ExportEvidenceLog), Cost::Export, routes!(evidence_log::json)));
    add(route(deed(Permission::ExportEvidenceLog), Cost::Export, routes!(evidence_log::csv)));
    add(route(deed(Permission::ExportEvidenceLog), Cost::Export, routes!(evidence_log::period_json)));
    add(route(deed(Permission::ExportEvidenceLog), Cost::Export, routes!(evidence_log::period_csv)));
    add(route(deed(Permission::ExportEvidenceLog), Cost::Report, routes!(evidence_log::period_pdf)));
    add(route(deed(Permission::ExportEvidenceLog), Cost::Report, routes!(evidence_log::pdf)));
    add(route(deed(Permission::ExportEvidenceLog), Cost::Report, routes!(evidence_log::form)));
    // Imports and metrics.
    add(route(deed(Permission::Import), Cost::Upload, routes!(import::run)));
    add(route(deed(Permission::ViewMetrics), cheap, routes!(metric::dashboard)));
    add(route(deed(Permission::ViewMetrics), cheap, routes!(metric::detail)));
    // Reports.
    add(route(deed(Permission::ViewIncident), cheap, routes!(report::read)));
    add(route(deed(Permission::WriteReport), cheap, routes!(report::write)));
    add(route(deed(Permission::RenderReport), Cost::Report, routes!(report::draft)));
    add(route(deed(Permission::ViewMetrics), Cost::Report, routes!(report::metrics_draft)));
    add(route(deed(Permission::ReadReports), cheap, routes!(report::list)));
    add(route(deed(Permission::ViewIncident), cheap, routes!(report::of_incident)));
    add(route(deed(Permission::IssueReport), Cost::Report, routes!(report::issue)));
    add(route(deed(Permission::IssueReport), Cost::Report, routes!(report::issue_metrics)));
    add(route(deed(Permission::ReadReports), Cost::Export, routes!(report::open)));
    // Settings and people.
    add(route(deed(Permission::EditSettings), cheap, routes!(org::view)));
    add(route(deed(Permission::EditSettings), cheap, routes!(org::edit)));
    add(route(deed(Permission::EditSettings), cheap, routes!(org::logo)));
    add(route(deed(Permission::EditSettings), Cost::Report, routes!(org::set_logo)));
    add(route(deed(Permission::EditSettings), cheap, routes!(org::remove_logo)));
    add(route(deed(Permission::ViewPeople), cheap, routes!(person::list)));
    add(route(deed(Permission::AddPerson), Cost::Handout, routes!(person::add)));
    add(route(deed(Permission::ViewPeople), cheap, routes!(person::view)));
    add(route(deed(Permission::EditPerson), cheap, routes!(person::edit)));
    add(route(deed(Permission::EditPerson), Cost::Handout, routes!(person::invite)));
    // Tokens and sessions.
    add(route(deed(Permission::ManageOwnTokens), cheap, routes!(token::list)));
    add(route(deed(Permission::ManageOwnTokens), Cost::Handout, routes!(token::create)));
    add(route(deed(Permission::ManageOwnTokens), cheap, routes!(token::revoke)));
    add(route(deed(Permission::OwnAccount), cheap, routes!(me::own_sessions)));
    add(route(deed(Permission::OwnAccount), cheap, routes!(me::end_session)));
    add(route(deed(Permission::RevokeSessions), cheap, routes!(me::all_sessions)));
    // The ledger.
    add(route(deed(Permission::ViewLedger), Cost::Export, routes!(ledger::checkpoint)));
    add(route(deed(Permission::ViewLedger), cheap, routes!(ledger::vkey)));
    add(route(deed(Permission::ViewLedger), Cost::Export, routes!(ledger::entries)));
    add(route(deed(Permission::ViewLedger), Cost::Export, routes!(ledger::proof)));
    add(route(deed(Permission::ViewLedger), Cost::Export, routes!(ledger::consistency)));
}
