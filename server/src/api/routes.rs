//! The one list of REST routes: each with who may ask for it and what it costs.

use holdfast_app::pages::Requirement;
use holdfast_domain::{
    Permission, asset::AssetFields, contact::ContactFields, event::Event, indicator::IndicatorFields, link::Link,
    narrative::RecommendationFields, task::Task, vulnerability::VulnerabilityFields,
};
use utoipa_axum::{router::UtoipaMethodRouter, routes};

use super::{
    describe::ApiRoute, event, evidence, evidence_log, finding, import, incident, incident_change, incident_export,
    indicator, item, ledger, ledger_entry, link, me, metric, openapi, org, person, report, search, task, token, undo,
};
use crate::{rate_limit::Cost, state::Server};

fn route(may: Requirement, cost: Cost, described: UtoipaMethodRouter<Server>) -> ApiRoute {
    ApiRoute::new(may, cost, described)
}

/// Every REST route, one by one: together, their descriptions take megabytes.
#[expect(clippy::too_many_lines, reason = "it is one list")]
pub fn each(add: &mut dyn FnMut(ApiRoute)) {
    let may = Requirement::Permission;
    let cheap = Cost::Cheap;
    // This interface and the caller.
    add(route(Requirement::SignedIn, cheap, routes!(openapi::openapi)));
    add(route(Requirement::SignedIn, cheap, routes!(me::me)));
    add(route(Requirement::SignedIn, cheap, routes!(undo::undo)));
    // Incidents.
    add(route(may(Permission::ListIncidents), cheap, routes!(incident::list)));
    add(route(may(Permission::ListIncidents), Cost::Export, routes!(incident_export::csv)));
    add(route(may(Permission::OpenIncident), cheap, routes!(incident::open)));
    add(route(may(Permission::ViewIncident), cheap, routes!(incident::view)));
    add(route(may(Permission::ViewIncident), cheap, routes!(incident::history)));
    add(route(may(Permission::RenderReport), Cost::Report, routes!(incident::summary)));
    add(route(may(Permission::EditIncident), cheap, routes!(incident_change::edit)));
    add(route(may(Permission::ChangePhase), cheap, routes!(incident_change::change_phase)));
    add(route(may(Permission::EnterTime), cheap, routes!(incident_change::enter_time)));
    add(route(may(Permission::ChangeAccess), cheap, routes!(incident_change::set_access)));
    add(route(may(Permission::TakeIncident), cheap, routes!(incident_change::take)));
    add(route(may(Permission::ViewIncident), cheap, routes!(link::list)));
    add(route(may(Permission::EditIncident), cheap, routes!(link::add)));
    add(item::viewed::<Link>("incidents", "One link, removed or not.", "As it is now"));
    add(item::archived::<Link>("incidents", "Removes a link, or takes it back."));
    // Work, and indicators beside what every item has.
    add(route(may(Permission::ViewIncident), cheap, routes!(event::list)));
    add(item::added::<Event>("events", "Adds an event to the timeline."));
    add(item::viewed::<Event>("events", "One event.", "The event"));
    add(item::edited::<Event>("events", "Changes fields of an event."));
    add(item::archived::<Event>("events", "Takes an event off the timeline, or puts it back."));
    add(route(may(Permission::ListIncidents), cheap, routes!(event::techniques)));
    add(route(may(Permission::ListIncidents), cheap, routes!(search::find)));
    add(route(may(Permission::ListIncidents), cheap, routes!(task::mine)));
    add(route(may(Permission::ViewIncident), cheap, routes!(task::list)));
    add(item::added::<Task>("tasks", "Adds a task behind those that are there."));
    add(route(may(Permission::WorkTasks), cheap, routes!(task::add_usual)));
    add(route(may(Permission::ViewIncident), cheap, routes!(task::view)));
    add(item::edited::<Task>("tasks", "Changes fields of a task; its status is one of them."));
    add(route(may(Permission::WorkTasks), cheap, routes!(task::place)));
    add(route(may(Permission::WorkTasks), cheap, routes!(task::comment)));
    add(route(may(Permission::ListIncidents), cheap, routes!(indicator::across)));
    add(route(may(Permission::EditFindings), cheap, routes!(indicator::add_many)));
    // Nouns that are items of an incident, a line for each.
    finding::routes::<IndicatorFields>().into_iter().for_each(&mut *add);
    finding::routes::<AssetFields>().into_iter().for_each(&mut *add);
    finding::routes::<VulnerabilityFields>().into_iter().for_each(&mut *add);
    item::routes::<RecommendationFields>("reports").into_iter().for_each(&mut *add);
    item::routes::<ContactFields>("incidents").into_iter().for_each(&mut *add);
    // Evidence.
    add(route(may(Permission::ViewEvidence), cheap, routes!(evidence::register)));
    add(route(may(Permission::ViewEvidence), cheap, routes!(evidence::list)));
    add(route(may(Permission::HandleEvidence), Cost::Upload, routes!(evidence::add)));
    add(route(may(Permission::ViewEvidence), cheap, routes!(evidence::view)));
    add(route(may(Permission::HandleEvidence), cheap, routes!(evidence::custody)));
    add(route(may(Permission::HandleEvidence), Cost::Export, routes!(evidence::verify)));
    add(route(may(Permission::ViewEvidence), Cost::Export, routes!(evidence::file)));
    add(route(may(Permission::ExportEvidenceLog), Cost::Export, routes!(evidence_log::json)));
    add(route(may(Permission::ExportEvidenceLog), Cost::Export, routes!(evidence_log::csv)));
    add(route(may(Permission::ExportEvidenceLog), Cost::Export, routes!(evidence_log::period_json)));
    add(route(may(Permission::ExportEvidenceLog), Cost::Export, routes!(evidence_log::period_csv)));
    add(route(may(Permission::ExportEvidenceLog), Cost::Report, routes!(evidence_log::period_pdf)));
    add(route(may(Permission::ExportEvidenceLog), Cost::Report, routes!(evidence_log::pdf)));
    add(route(may(Permission::ExportEvidenceLog), Cost::Report, routes!(evidence_log::form)));
    // Imports and metrics.
    add(route(may(Permission::Import), Cost::Upload, routes!(import::run)));
    add(route(may(Permission::ViewMetrics), cheap, routes!(metric::dashboard)));
    add(route(may(Permission::ViewMetrics), cheap, routes!(metric::detail)));
    // Reports.
    add(route(may(Permission::ViewIncident), cheap, routes!(report::read)));
    add(route(may(Permission::WriteReport), cheap, routes!(report::write)));
    add(route(may(Permission::RenderReport), Cost::Report, routes!(report::draft)));
    add(route(may(Permission::ViewMetrics), Cost::Report, routes!(report::metrics_draft)));
    add(route(may(Permission::ReadReports), cheap, routes!(report::list)));
    add(route(may(Permission::ViewIncident), cheap, routes!(report::of_incident)));
    add(route(may(Permission::IssueReport), Cost::Report, routes!(report::check)));
    add(route(may(Permission::IssueReport), Cost::Report, routes!(report::issue)));
    add(route(may(Permission::IssueReport), cheap, routes!(report::withdraw)));
    add(route(may(Permission::IssueReport), Cost::Report, routes!(report::check_metrics)));
    add(route(may(Permission::IssueReport), Cost::Report, routes!(report::issue_metrics)));
    add(route(may(Permission::ReadReports), Cost::Export, routes!(report::open)));
    // Settings and people.
    add(route(may(Permission::EditSettings), cheap, routes!(org::view)));
    add(route(may(Permission::EditSettings), cheap, routes!(org::edit)));
    add(route(may(Permission::EditSettings), cheap, routes!(org::logo)));
    add(route(may(Permission::EditSettings), Cost::Report, routes!(org::set_logo)));
    add(route(may(Permission::EditSettings), cheap, routes!(org::remove_logo)));
    add(route(may(Permission::ViewPeople), cheap, routes!(person::list)));
    add(route(may(Permission::AddPerson), Cost::Handout, routes!(person::add)));
    add(route(may(Permission::ViewPeople), cheap, routes!(person::view)));
    add(route(may(Permission::EditPerson), cheap, routes!(person::edit)));
    add(route(may(Permission::EditPerson), Cost::Handout, routes!(person::invite)));
    // Tokens and sessions.
    add(route(may(Permission::ManageOwnTokens), cheap, routes!(token::list)));
    add(route(may(Permission::ManageOwnTokens), Cost::Handout, routes!(token::create)));
    add(route(may(Permission::ManageOwnTokens), cheap, routes!(token::revoke)));
    add(route(may(Permission::OwnAccount), cheap, routes!(me::own_sessions)));
    add(route(may(Permission::OwnAccount), cheap, routes!(me::end_session)));
    add(route(may(Permission::RevokeSessions), cheap, routes!(me::all_sessions)));
    // The ledger.
    add(route(may(Permission::ViewLedger), cheap, routes!(ledger_entry::list)));
    add(route(may(Permission::ViewLedger), Cost::Export, routes!(ledger_entry::csv)));
    add(route(may(Permission::ViewLedger), Cost::Report, routes!(ledger_entry::verify)));
    add(route(may(Permission::ViewLedger), cheap, routes!(ledger_entry::view)));
    add(route(may(Permission::ViewLedger), Cost::Export, routes!(ledger::checkpoint)));
    add(route(may(Permission::ViewLedger), cheap, routes!(ledger::vkey)));
    add(route(may(Permission::ViewLedger), Cost::Export, routes!(ledger::entries)));
    add(route(may(Permission::ViewLedger), Cost::Export, routes!(ledger::proof)));
    add(route(may(Permission::ViewLedger), Cost::Export, routes!(ledger::consistency)));
}
