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
    import_page, incident, item, ledger, link, metric, org, person, report, search, session, task, token,
};

/// The lists are made of these.
pub use crate::page::{Page, Requirement};

macro_rules! page {
    ($path:expr, $may:expr, $view:path) => {
        Page { path: $path, may: $may, view: |req| Box::pin($view(req)) }
    };
}

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
    page!("/incidents", may(Permission::ListIncidents), incident::list_page::incidents_page),
    page!("/incidents/new", may(Permission::OpenIncident), incident::new_page::new_page),
    page!("/incidents/{reference}", may(Permission::ViewIncident), incident::overview_page::overview_page),
    page!("/incidents/{reference}/edit", may(Permission::EditIncident), incident::edit_page::edit_page),
    page!("/incidents/{reference}/phase", may(Permission::ChangePhase), incident::phase_page::phase_page),
    page!("/incidents/{reference}/times", may(Permission::ViewIncident), incident::times_page::times_page),
    page!("/incidents/{reference}/access", may(Permission::ChangeAccess), incident::access_page::access_page),
    page!("/incidents/{reference}/history", may(Permission::ViewIncident), incident::history_page::history_page),
    page!("/incidents/{reference}/take", may(Permission::TakeIncident), incident::take_page::take_page),
    page!("/incidents/{reference}/links", may(Permission::ViewIncident), link::links_page),
    page!("/incidents/{reference}/links/new", may(Permission::EditIncident), link::new_page),
    page!("/incidents/{reference}/links/{id}/archive", may(Permission::EditIncident), link::archive_page),
    page!("/incidents/{reference}/timeline", may(Permission::ViewIncident), event::list_page::timeline_page),
    page!("/incidents/{reference}/timeline/new", may(Permission::EditTimeline), event::edit_page::new_page),
    page!("/incidents/{reference}/timeline/{id}/edit", may(Permission::EditTimeline), event::edit_page::edit_page),
    page!("/incidents/{reference}/timeline/{id}/remove", may(Permission::EditTimeline), event::edit_page::remove_page),
    page!("/today", may(Permission::ListIncidents), task::today_page::today_page),
    page!("/incidents/{reference}/tasks", may(Permission::ViewIncident), task::list_page::tasks_page),
    page!("/incidents/{reference}/tasks/new", may(Permission::WorkTasks), task::edit_page::new_page),
    page!("/incidents/{reference}/tasks/usual", may(Permission::WorkTasks), task::list_page::tasks_page),
    page!("/incidents/{reference}/tasks/{id}", may(Permission::ViewIncident), task::view_page::task_page),
    page!("/incidents/{reference}/tasks/{id}/edit", may(Permission::WorkTasks), task::edit_page::edit_page),
    page!("/incidents/{reference}/tasks/{id}/status", may(Permission::WorkTasks), task::view_page::task_page),
    page!("/incidents/{reference}/tasks/{id}/place", may(Permission::WorkTasks), task::list_page::tasks_page),
    page!("/incidents/{reference}/tasks/{id}/comment", may(Permission::WorkTasks), task::view_page::task_page),
    page!("/incidents/{reference}/evidence", may(Permission::ViewEvidence), evidence::list_page::evidence_page),
    page!("/incidents/{reference}/evidence/new", may(Permission::HandleEvidence), evidence::new_page::new_page),
    page!("/incidents/{reference}/evidence/{label}", may(Permission::ViewEvidence), evidence::item_page::item_page),
    page!(
        "/incidents/{reference}/evidence/{label}/verify",
        may(Permission::HandleEvidence),
        evidence::item_page::item_page
    ),
    page!(
        "/incidents/{reference}/evidence/{label}/custody/{kind}",
        may(Permission::HandleEvidence),
        evidence::custody_page::custody_page
    ),
    page!("/evidence", may(Permission::ViewEvidence), evidence::register_page::register_page),
    page!("/evidence/log", may(Permission::ExportEvidenceLog), evidence_log::log_page::period_page),
    page!("/incidents/{reference}/evidence/log", may(Permission::ExportEvidenceLog), evidence_log::log_page::log_page),
    page!("/incidents/{reference}/indicators/many", may(Permission::EditFindings), finding::many_page::many_page),
    page!("/metrics", may(Permission::ViewMetrics), metric::dashboard_page::metrics_page),
    page!("/metrics/{kind}", may(Permission::ViewMetrics), metric::detail_page::detail_page),
    page!("/reports", may(Permission::ReadReports), report::list_page::reports_page),
    page!(
        "/incidents/{reference}/reports",
        may(Permission::ViewIncident),
        report::incident_page::incident_reports_page
    ),
    page!("/incidents/{reference}/reports/write", may(Permission::WriteReport), report::write_page::write_page),
    page!("/incidents/{reference}/reports/issue", may(Permission::IssueReport), report::issue_page::issue_page),
    page!("/metrics/issue", may(Permission::IssueReport), report::issue_page::issue_metrics_page),
    page!("/import", may(Permission::Import), import_page::import_page),
    page!("/search", may(Permission::ListIncidents), search::find_page::find_page),
    page!("/ledger", may(Permission::ViewLedger), ledger::list_page::ledger_page),
    page!("/people", may(Permission::ViewPeople), person::list_page::people_page),
    page!("/people/new", may(Permission::AddPerson), person::new_page::new_page),
    page!("/people/{id}", may(Permission::EditPerson), person::edit_page::edit_page),
    page!("/people/{id}/invite", may(Permission::EditPerson), person::edit_page::invite_page),
    page!("/settings", may(Permission::EditSettings), org::settings_page::settings_page),
    page!("/settings/logo", may(Permission::EditSettings), org::logo_page::logo_page),
    page!("/tokens", may(Permission::ManageOwnTokens), token::list_page::tokens_page),
    page!("/tokens/{id}/revoke", may(Permission::ManageOwnTokens), token::list_page::revoke_page),
    page!("/sessions", may(Permission::RevokeSessions), session::list_page::all_sessions_page),
    page!("/sessions/{id}/revoke", may(Permission::RevokeSessions), session::list_page::end_session_page),
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
    form!("/incidents/new", may(Permission::OpenIncident), incident::post::open),
    form!("/incidents/{reference}/edit", may(Permission::EditIncident), incident::post::edit),
    form!("/incidents/{reference}/phase", may(Permission::ChangePhase), incident::post::change_phase),
    form!("/incidents/{reference}/times", may(Permission::EnterTime), incident::post::enter_time),
    form!("/incidents/{reference}/access", may(Permission::ChangeAccess), incident::post::set_access),
    form!("/incidents/{reference}/take", may(Permission::TakeIncident), incident::post::take),
    form!("/incidents/{reference}/links/new", may(Permission::EditIncident), link::add),
    form!("/incidents/{reference}/links/{id}/archive", may(Permission::EditIncident), link::archive),
    form!("/incidents/{reference}/timeline/new", may(Permission::EditTimeline), event::post::add),
    form!("/incidents/{reference}/timeline/{id}/edit", may(Permission::EditTimeline), event::post::edit),
    form!("/incidents/{reference}/timeline/{id}/remove", may(Permission::EditTimeline), event::post::remove),
    form!("/incidents/{reference}/tasks/new", may(Permission::WorkTasks), task::post::add),
    form!("/incidents/{reference}/tasks/usual", may(Permission::WorkTasks), task::post::add_usual),
    form!("/incidents/{reference}/tasks/{id}/edit", may(Permission::WorkTasks), task::post::edit),
    form!("/incidents/{reference}/tasks/{id}/status", may(Permission::WorkTasks), task::post::set_status),
    form!("/incidents/{reference}/tasks/{id}/place", may(Permission::WorkTasks), task::post::place),
    form!("/incidents/{reference}/tasks/{id}/comment", may(Permission::WorkTasks), task::post::comment),
    form!(
        "/incidents/{reference}/evidence/{label}/custody/{kind}",
        may(Permission::HandleEvidence),
        evidence::post::custody
    ),
    form!("/incidents/{reference}/evidence/{label}/verify", may(Permission::HandleEvidence), evidence::post::verify),
    form!("/incidents/{reference}/indicators/many", may(Permission::EditFindings), finding::post::add_many),
    form!("/incidents/{reference}/reports/write", may(Permission::WriteReport), report::post::write),
    form!("/incidents/{reference}/reports/issue", may(Permission::IssueReport), report::post::issue),
    form!("/metrics/issue", may(Permission::IssueReport), report::post::issue_metrics),
    form!("/people/new", may(Permission::AddPerson), person::post::add, Cost::Handout),
    form!("/people/{id}", may(Permission::EditPerson), person::post::edit, Cost::Handout),
    form!("/people/{id}/invite", may(Permission::EditPerson), person::post::invite_again, Cost::Handout),
    form!("/settings", may(Permission::EditSettings), org::post::edit),
    form!("/tokens", may(Permission::ManageOwnTokens), token::post::create, Cost::Handout),
    form!("/tokens/{id}/revoke", may(Permission::ManageOwnTokens), token::post::revoke),
    form!("/sessions/{id}/revoke", may(Permission::RevokeSessions), session::post::revoke),
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
                page!(at!($plural), may(Permission::ViewIncident), item::page::list_page::<$fields>),
                page!(at!($plural, "/new"), may(<$fields as ItemFields>::EDIT), item::page::new_page::<$fields>),
                page!(at!($plural, "/{id}"), may(Permission::ViewIncident), item::page::view_page::<$fields>),
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
    match (actor.sees_incidents(), may(Permission::ReadReports)) {
        (true, _) => "/today",
        (false, true) => "/reports",
        (false, false) => "/account",
    }
}
