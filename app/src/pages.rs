//! The lists of everything the application answers: pages, forms and server functions, each with
//! who may ask. The server builds its routes and its guard from them; a path that is in none of
//! them is not served.

use holdfast_domain::Deed;

/// Who may ask for a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Requirement {
    /// Anybody.
    Public,
    /// Whoever is signed in.
    SignedIn,
    /// Whoever may do this deed. For incidents the action decides again, on the incident itself.
    Deed(Deed),
}

/// A page.
#[derive(Clone, Copy, Debug)]
pub struct Page {
    /// Its path, variable parts in braces.
    pub path: &'static str,
    /// Who may ask for it.
    pub may: Requirement,
}

const fn page(path: &'static str, may: Requirement) -> Page {
    Page { path, may }
}

use Requirement::{Public, SignedIn};

const fn deed(deed: Deed) -> Requirement {
    Requirement::Deed(deed)
}

/// Every page.
pub const PAGES: &[Page] = &[
    page("/setup", Public),
    page("/sign-in", Public),
    page("/join", Public),
    page("/sign-out", SignedIn),
    page("/incidents", deed(Deed::ListIncidents)),
    page("/incidents/new", deed(Deed::OpenIncident)),
    page("/incidents/{reference}", deed(Deed::ViewIncident)),
    page("/incidents/{reference}/edit", deed(Deed::EditIncident)),
    page("/incidents/{reference}/phase", deed(Deed::ChangePhase)),
    page("/incidents/{reference}/times", deed(Deed::ViewIncident)),
    page("/incidents/{reference}/access", deed(Deed::ChangeAccess)),
    page("/incidents/{reference}/history", deed(Deed::ViewIncident)),
    page("/incidents/{reference}/take", deed(Deed::TakeIncident)),
    page("/ledger", deed(Deed::ViewLedger)),
    page("/people", deed(Deed::ViewPeople)),
    page("/people/new", deed(Deed::AddPerson)),
    page("/people/{id}", deed(Deed::EditPerson)),
    page("/people/{id}/invite", deed(Deed::EditPerson)),
    page("/settings", deed(Deed::EditSettings)),
    page("/tokens", deed(Deed::ManageOwnTokens)),
    page("/tokens/{id}/revoke", deed(Deed::ManageOwnTokens)),
    page("/sessions", deed(Deed::RevokeSessions)),
    page("/sessions/{id}/revoke", deed(Deed::RevokeSessions)),
    page("/account", SignedIn),
    page("/account/password", SignedIn),
    page("/account/theme", SignedIn),
    page("/account/sessions", SignedIn),
    page("/account/sessions/{id}/revoke", SignedIn),
];

/// Every server function: its path and who may call it. All of them only read.
pub const SERVER_FUNCTIONS: &[(&str, Requirement)] = &[
    ("/api/fn/session/viewer", SignedIn),
    ("/api/fn/session/own", SignedIn),
    ("/api/fn/session/all", deed(Deed::RevokeSessions)),
    ("/api/fn/incident/list", deed(Deed::ListIncidents)),
    ("/api/fn/incident/draft", deed(Deed::OpenIncident)),
    ("/api/fn/incident/overview", deed(Deed::ViewIncident)),
    ("/api/fn/incident/edit", deed(Deed::EditIncident)),
    ("/api/fn/incident/room", deed(Deed::ViewIncident)),
    ("/api/fn/incident/access", deed(Deed::ChangeAccess)),
    ("/api/fn/incident/history", deed(Deed::ViewIncident)),
    ("/api/fn/ledger/overview", deed(Deed::ViewLedger)),
    ("/api/fn/person/list", deed(Deed::ViewPeople)),
    ("/api/fn/person/find", deed(Deed::EditPerson)),
    ("/api/fn/token/list", deed(Deed::ManageOwnTokens)),
    ("/api/fn/org/view", deed(Deed::EditSettings)),
];

#[cfg(feature = "ssr")]
pub use forms::{Answer, FORMS, FormRoute, Handler, home};

#[cfg(feature = "ssr")]
mod forms {
    use std::pin::Pin;

    use holdfast_actions::Ctx;
    use holdfast_domain::{Actor, Deed};

    use super::{Public, Requirement, SignedIn, deed};
    use crate::{
        form::{Done, Form},
        incident, org, person, session, token,
    };

    /// What a form handler gives back.
    pub type Answer<'a> = Pin<Box<dyn Future<Output = holdfast_actions::Result<Done>> + Send + 'a>>;

    /// What handles a form.
    #[derive(Clone, Copy)]
    pub enum Handler {
        /// Needs nobody signed in.
        Public(for<'a> fn(&'a Form, &'a Ctx) -> Answer<'a>),
        /// Needs an actor.
        SignedIn(for<'a> fn(&'a Form, &'a Ctx, &'a Actor) -> Answer<'a>),
    }

    /// A form: the path it is posted to, which is also the page that shows it.
    #[derive(Clone, Copy)]
    pub struct FormRoute {
        /// Its path, variable parts in braces.
        pub path: &'static str,
        /// Who may post it.
        pub may: Requirement,
        /// What handles it.
        pub handler: Handler,
    }

    macro_rules! public {
        ($path:literal, $handler:path) => {
            FormRoute { path: $path, may: Public, handler: Handler::Public(|form, ctx| Box::pin($handler(form, ctx))) }
        };
    }

    macro_rules! form {
        ($path:literal, $may:expr, $handler:path) => {
            FormRoute {
                path: $path,
                may: $may,
                handler: Handler::SignedIn(|form, ctx, actor| Box::pin($handler(form, ctx, actor))),
            }
        };
    }

    /// Every form.
    pub const FORMS: &[FormRoute] = &[
        public!("/setup", session::post::set_up),
        public!("/sign-in", session::post::sign_in),
        public!("/join", session::post::join),
        form!("/sign-out", SignedIn, session::post::sign_out),
        form!("/incidents/new", deed(Deed::OpenIncident), incident::post::open),
        form!("/incidents/{reference}/edit", deed(Deed::EditIncident), incident::post::edit),
        form!("/incidents/{reference}/phase", deed(Deed::ChangePhase), incident::post::change_phase),
        form!("/incidents/{reference}/times", deed(Deed::EnterTime), incident::post::enter_time),
        form!("/incidents/{reference}/access", deed(Deed::ChangeAccess), incident::post::set_access),
        form!("/incidents/{reference}/take", deed(Deed::TakeIncident), incident::post::take),
        form!("/people/new", deed(Deed::AddPerson), person::post::add),
        form!("/people/{id}", deed(Deed::EditPerson), person::post::edit),
        form!("/people/{id}/invite", deed(Deed::EditPerson), person::post::invite_again),
        form!("/settings", deed(Deed::EditSettings), org::post::edit),
        form!("/tokens", deed(Deed::ManageOwnTokens), token::post::create),
        form!("/tokens/{id}/revoke", deed(Deed::ManageOwnTokens), token::post::revoke),
        form!("/sessions/{id}/revoke", deed(Deed::RevokeSessions), session::post::revoke),
        form!("/account", SignedIn, session::post::edit_account),
        form!("/account/password", SignedIn, session::post::change_password),
        form!("/account/theme", SignedIn, session::post::choose_theme),
        form!("/account/sessions/{id}/revoke", SignedIn, session::post::revoke_own),
    ];

    /// Where `/` leads: the incidents, or the account for those who see none.
    #[must_use]
    pub fn home(actor: &Actor) -> &'static str {
        if actor.sees_incidents() { "/incidents" } else { "/account" }
    }
}
