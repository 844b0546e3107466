//! The lists of everything the application answers: pages and forms, each with who may ask. The
//! server builds its routes and its guard from them; a path that is in neither is not served.

use std::pin::Pin;

use holdfast_actions::Ctx;
use holdfast_domain::{
    Actor, Permission, asset::AssetFields, contact::ContactFields, indicator::IndicatorFields,
    narrative::RecommendationFields, noun::ItemFields, vulnerability::VulnerabilityFields,
};

use crate::{
    cost::Cost,
    event, evidence, evidence_log, finding,
    form::{Done, Form},
    import_page, incident, item, ledger, link, metric, org, person, report, search, session, task, token, undo,
};

/// The lists are made of these.
pub use crate::page::{Page, Requirement};

macro_rules! page {
    ($path:expr, $may:expr, $view:path) => {
        Page { path: $path, may: $may, view: |req| Box::pin($view(req)) }
    };
}

use Permission as P;
use Requirement::{Public, SignedIn};

const fn may(permission: Permission) -> Requirement {
    Requirement::Permission(permission)
}

/// Every page but those of items.
const OWN_PAGES: &[Page] = &[
    page!("/setup", Public, session::sign_in_pages::setup_page),
    page!("/sign-in", Public, session::sign_in_pages::sign_in_page),
    page!("/join", Public, session::sign_in_pages::join_page),
    page!("/sign-out", SignedIn, session::sign_in_pages::sign_out_page),
    page!("/incidents", may(P::ListIncidents), incident::list_page::incidents_page),
    page!("/incidents/new", may(P::OpenIncident), incident::new_page::new_page),
    page!("/incidents/{reference}", may(P::ViewIncident), incident::overview_page::overview_page),
    page!("/incidents/{reference}/edit", may(P::EditIncident), incident::edit_page::edit_page),
    page!("/incidents/{reference}/phase", may(P::ChangePhase), incident::phase_page::phase_page),
    page!("/incidents/{reference}/times", may(P::ViewIncident), incident::times_page::times_page),
    page!("/incidents/{reference}/access", may(P::ChangeAccess), incident::access_page::access_page),
    page!("/incidents/{reference}/history", may(P::ViewIncident), incident::history_page::history_page),
    page!("/incidents/{reference}/take", may(P::TakeIncident), incident::take_page::take_page),
    page!("/incidents/{reference}/links", may(P::ViewIncident), link::links_page),
    page!("/incidents/{reference}/links/new", may(P::EditIncident), link::new_page),
    page!("/incidents/{reference}/links/{id}/archive", may(P::EditIncident), link::archive_page),
    page!("/incidents/{reference}/timeline", may(P::ViewIncident), event::list_page::timeline_page),
    page!("/incidents/{reference}/timeline/new", may(P::EditTimeline), event::edit_page::new_page),
    page!("/incidents/{reference}/timeline/{id}/edit", may(P::EditTimeline), event::edit_page::edit_page),
    page!("/incidents/{reference}/timeline/{id}/remove", may(P::EditTimeline), event::edit_page::remove_page),
    page!("/today", may(P::ListIncidents), task::today_page::today_page),
    page!("/incidents/{reference}/tasks", may(P::ViewIncident), task::list_page::tasks_page),
    page!("/incidents/{reference}/tasks/new", may(P::WorkTasks), task::edit_page::new_page),
    page!("/incidents/{reference}/tasks/usual", may(P::WorkTasks), task::list_page::tasks_page),
    page!("/incidents/{reference}/tasks/{id}", may(P::ViewIncident), task::view_page::task_page),
    page!("/incidents/{reference}/tasks/{id}/edit", may(P::WorkTasks), task::edit_page::edit_page),
    page!("/incidents/{reference}/tasks/{id}/status", may(P::WorkTasks), task::view_page::task_page),
    page!("/incidents/{reference}/tasks/{id}/place", may(P::WorkTasks), task::list_page::tasks_page),
    page!("/incidents/{reference}/tasks/{id}/comment", may(P::WorkTasks), task::view_page::task_page),
    page!("/incidents/{reference}/evidence", may(P::ViewEvidence), evidence::list_page::evidence_page),
    page!("/incidents/{reference}/evidence/new", may(P::HandleEvidence), evidence::new_page::new_page),
    page!("/incidents/{reference}/evidence/{label}", may(P::ViewEvidence), evidence::item_page::item_page),
    page!("/incidents/{reference}/evidence/{label}/verify", may(P::HandleEvidence), evidence::item_page::item_page),
    page!(
        "/incidents/{reference}/evidence/{label}/custody/{kind}",
        may(P::HandleEvidence),
        evidence::custody_page::custody_page
    ),
    page!("/evidence", may(P::ViewEvidence), evidence::register_page::register_page),
    page!("/evidence/log", may(P::ExportEvidenceLog), evidence_log::log_page::period_page),
    page!("/incidents/{reference}/evidence/log", may(P::ExportEvidenceLog), evidence_log::log_page::log_page),
    page!("/incidents/{reference}/indicators/many", may(P::EditFindings), finding::many_page::many_page),
    page!("/metrics", may(P::ViewMetrics), metric::dashboard_page::metrics_page),
    page!("/metrics/{kind}", may(P::ViewMetrics), metric::detail_page::detail_page),
    page!("/reports", may(P::ReadReports), report::list_page::reports_page),
    page!("/incidents/{reference}/reports", may(P::ViewIncident), report::incident_page::incident_reports_page),
    page!("/incidents/{reference}/reports/write", may(P::WriteReport), report::write_page::write_page),
    page!("/incidents/{reference}/reports/issue", may(P::IssueReport), report::issue_page::issue_page),
    page!("/incidents/{reference}/reports/issue/check", may(P::IssueReport), report::issue_page::check_page),
    page!("/metrics/issue", may(P::IssueReport), report::issue_page::issue_metrics_page),
    page!("/metrics/issue/check", may(P::IssueReport), report::issue_page::check_metrics_page),
    page!("/reports/{id}/withdraw", may(P::IssueReport), report::withdraw_page::withdraw_page),
    page!("/import", may(P::Import), import_page::import_page),
    page!("/undo", SignedIn, undo::undo_page),
    page!("/search", may(P::ListIncidents), search::find_page::find_page),
    page!("/ledger", may(P::ViewLedger), ledger::list_page::ledger_page),
    page!("/ledger/verify", may(P::ViewLedger), ledger::list_page::ledger_page),
    page!("/ledger/{seq}", may(P::ViewLedger), ledger::entry_page::entry_page),
    page!("/people", may(P::ViewPeople), person::list_page::people_page),
    page!("/people/new", may(P::AddPerson), person::new_page::new_page),
    page!("/people/{id}", may(P::EditPerson), person::edit_page::edit_page),
    page!("/people/{id}/invite", may(P::EditPerson), person::edit_page::invite_page),
    page!("/settings", may(P::EditSettings), org::settings_page::settings_page),
    page!("/settings/logo", may(P::EditSettings), org::logo_page::logo_page),
    page!("/tokens", may(P::ManageOwnTokens), token::list_page::tokens_page),
    page!("/tokens/{id}/revoke", may(P::ManageOwnTokens), token::list_page::revoke_page),
    page!("/sessions", may(P::RevokeSessions), session::list_page::all_sessions_page),
    page!("/sessions/{id}/revoke", may(P::RevokeSessions), session::list_page::end_session_page),
    page!("/account", SignedIn, session::account_page::account_page),
    page!("/account/password", SignedIn, session::account_page::password_page),
    page!("/account/theme", SignedIn, session::account_page::account_page),
    page!("/account/sessions", SignedIn, session::list_page::own_sessions_page),
    page!("/account/sessions/{id}/revoke", SignedIn, session::list_page::end_own_session_page),
];

/// What a form handler gives back.
pub type FormFuture<'a> = Pin<Box<dyn Future<Output = holdfast_actions::Result<Done>> + Send + 'a>>;

/// What handles a form.
#[derive(Clone, Copy)]
pub enum Handler {
    /// Needs nobody signed in.
    Public(for<'a> fn(&'a Form, &'a Ctx) -> FormFuture<'a>),
    /// Needs an actor.
    SignedIn(for<'a> fn(&'a Form, &'a Ctx, &'a Actor) -> FormFuture<'a>),
}

/// A form: the path it is posted to, which is also the page that shows it.
#[derive(Clone, Copy)]
pub struct FormRoute {
    /// Its path, variable parts in braces.
    pub path: &'static str,
    /// Who may post it.
    pub may: Requirement,
    /// What it costs.
    pub cost: Cost,
    /// What handles it.
    pub handler: Handler,
}

macro_rules! public {
    ($path:literal, $handler:path) => {
        public!($path, $handler, Cost::Cheap)
    };
    ($path:literal, $handler:path, $cost:expr) => {
        FormRoute {
            path: $path,
            may: Public,
            cost: $cost,
            handler: Handler::Public(|form, ctx| Box::pin($handler(form, ctx))),
        }
    };
}

macro_rules! form {
    ($path:expr, $may:expr, $handler:path) => {
        form!($path, $may, $handler, Cost::Cheap)
    };
    ($path:expr, $may:expr, $handler:path, $cost:expr) => {
        FormRoute {
            path: $path,
            may: $may,
            cost: $cost,
            handler: Handler::SignedIn(|form, ctx, actor| Box::pin($handler(form, ctx, actor))),
        }
    };
}

/// Every form but those of items.
const OWN_FORMS: &[FormRoute] = &[
    public!("/setup", session::post::set_up, Cost::Code),
    public!("/sign-in", session::post::sign_in),
    public!("/join", session::post::join, Cost::Code),
    form!("/sign-out", SignedIn, session::post::sign_out),
    form!("/incidents/new", may(P::OpenIncident), incident::post::open),
    form!("/incidents/{reference}/edit", may(P::EditIncident), incident::post::edit),
    form!("/incidents/{reference}/phase", may(P::ChangePhase), incident::post::change_phase),
    form!("/incidents/{reference}/times", may(P::EnterTime), incident::post::enter_time),
    form!("/incidents/{reference}/access", may(P::ChangeAccess), incident::post::set_access),
    form!("/incidents/{reference}/take", may(P::TakeIncident), incident::post::take),
    form!("/incidents/{reference}/links/new", may(P::EditIncident), link::add),
    form!("/incidents/{reference}/links/{id}/archive", may(P::EditIncident), link::archive),
    form!("/incidents/{reference}/timeline/new", may(P::EditTimeline), event::post::add),
    form!("/incidents/{reference}/timeline/{id}/edit", may(P::EditTimeline), event::post::edit),
    form!("/incidents/{reference}/timeline/{id}/remove", may(P::EditTimeline), event::post::remove),
    form!("/incidents/{reference}/tasks/new", may(P::WorkTasks), task::post::add),
    form!("/incidents/{reference}/tasks/usual", may(P::WorkTasks), task::post::add_usual),
    form!("/incidents/{reference}/tasks/{id}/edit", may(P::WorkTasks), task::post::edit),
    form!("/incidents/{reference}/tasks/{id}/status", may(P::WorkTasks), task::post::set_status),
    form!("/incidents/{reference}/tasks/{id}/place", may(P::WorkTasks), task::post::place),
    form!("/incidents/{reference}/tasks/{id}/comment", may(P::WorkTasks), task::post::comment),
    form!("/incidents/{reference}/evidence/{label}/custody/{kind}", may(P::HandleEvidence), evidence::post::custody),
    form!("/incidents/{reference}/evidence/{label}/verify", may(P::HandleEvidence), evidence::post::verify),
    form!("/incidents/{reference}/indicators/many", may(P::EditFindings), finding::post::add_many),
    form!("/incidents/{reference}/reports/write", may(P::WriteReport), report::post::write),
    form!("/incidents/{reference}/reports/issue/check", may(P::IssueReport), report::post::issue),
    form!("/metrics/issue/check", may(P::IssueReport), report::post::issue_metrics),
    form!("/reports/{id}/withdraw", may(P::IssueReport), report::post::withdraw),
    form!("/undo", SignedIn, undo::post),
    form!("/ledger/verify", may(P::ViewLedger), ledger::post::verify, Cost::Report),
    form!("/people/new", may(P::AddPerson), person::post::add, Cost::Handout),
    form!("/people/{id}", may(P::EditPerson), person::post::edit, Cost::Handout),
    form!("/people/{id}/invite", may(P::EditPerson), person::post::invite_again, Cost::Handout),
    form!("/settings", may(P::EditSettings), org::post::edit),
    form!("/tokens", may(P::ManageOwnTokens), token::post::create, Cost::Handout),
    form!("/tokens/{id}/revoke", may(P::ManageOwnTokens), token::post::revoke),
    form!("/sessions/{id}/revoke", may(P::RevokeSessions), session::post::revoke),
    form!("/account", SignedIn, session::post::edit_account),
    form!("/account/password", SignedIn, session::post::change_password),
    form!("/account/theme", SignedIn, session::post::choose_theme),
    form!("/account/sessions/{id}/revoke", SignedIn, session::post::revoke_own),
];

/// The pages and forms of an item.
struct ItemRoutes {
    pages: [Page; 5],
    forms: [FormRoute; 3],
}

macro_rules! item {
    ($plural:literal, $fields:ty) => {{
        const { assert!(is_same($plural, <$fields as ItemFields>::PLURAL)) };
        ItemRoutes {
            pages: [
                page!(at!($plural), may(P::ViewIncident), item::page::list_page::<$fields>),
                page!(at!($plural, "/new"), may(<$fields as ItemFields>::EDIT), item::page::new_page::<$fields>),
                page!(at!($plural, "/{id}"), may(P::ViewIncident), item::page::view_page::<$fields>),
                page!(at!($plural, "/{id}/edit"), may(<$fields>::EDIT), item::page::edit_page::<$fields>),
                page!(at!($plural, "/{id}/archive"), may(<$fields>::EDIT), item::page::archive_page::<$fields>),
            ],
            forms: [
                form!(at!($plural, "/new"), may(<$fields>::EDIT), item::post::add::<$fields>),
                form!(at!($plural, "/{id}/edit"), may(<$fields>::EDIT), item::post::edit::<$fields>),
                form!(at!($plural, "/{id}/archive"), may(<$fields>::EDIT), item::post::archive::<$fields>),
            ],
        }
    }};
}

/// Whether two texts are the same, while the program is built.
const fn is_same(one: &str, other: &str) -> bool {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    let mut at = 0;
    while at < one.len() && at < other.len() && one[at] == other[at] {
        at += 1;
    }
    at == one.len() && at == other.len()
}

macro_rules! at {
    ($plural:literal $(, $tail:literal)?) => {
        concat!("/incidents/{reference}/", $plural $(, $tail)?)
    };
}

/// Every item, by its part of addresses.
const ITEMS: &[ItemRoutes] = &[
    item!("indicators", IndicatorFields),
    item!("assets", AssetFields),
    item!("vulnerabilities", VulnerabilityFields),
    item!("recommendations", RecommendationFields),
    item!("contacts", ContactFields),
];

macro_rules! with_items {
    ($own:ident, $part:ident) => {{
        const OWN: usize = $own.len();
        const EACH: usize = ITEMS[0].$part.len();
        let mut all = [$own[0]; OWN + ITEMS.len() * EACH];
        let mut at = 0;
        while at < all.len() {
            all[at] = if at < OWN { $own[at] } else { ITEMS[(at - OWN) / EACH].$part[(at - OWN) % EACH] };
            at += 1;
        }
        all
    }};
}

/// Every page.
pub const PAGES: &[Page] = &const { with_items!(OWN_PAGES, pages) };

/// Every form.
pub const FORMS: &[FormRoute] = &const { with_items!(OWN_FORMS, forms) };

/// Where `/` leads: a person's day, or the reports for those who see no incidents.
#[must_use]
pub fn home(actor: &Actor) -> &'static str {
    let may = |permission| holdfast_domain::allow(actor, permission, holdfast_domain::Object::None);
    match (actor.sees_incidents(), may(P::ReadReports)) {
        (true, _) => "/today",
        (false, true) => "/reports",
        (false, false) => "/account",
    }
}
