//! The routes of the pages. Every document is rendered whole before it is sent, so that its status
//! is right and no script is needed to put it together.

use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::{
    SsrMode,
    components::{ParentRoute, Route, Router, Routes},
    path,
};

use crate::{
    form::provide_posted,
    incident::{
        access_page::AccessPage, edit_page::EditIncidentPage, history_page::HistoryPage, list_page::IncidentsPage,
        new_page::NewIncidentPage, overview_page::OverviewPage, phase_page::PhasePage, take_page::TakePage,
        times_page::TimesPage,
    },
    ledger::list_page::LedgerPage,
    org::settings_page::SettingsPage,
    person::{
        edit_page::{EditPersonPage, InvitePage},
        list_page::PeoplePage,
        new_page::NewPersonPage,
    },
    session::{
        account_page::{AccountPage, PasswordPage},
        gate::{JoinPage, SetupPage, SignInPage, SignOutPage},
        list_page::{AllSessionsPage, EndOwnSessionPage, EndSessionPage, OwnSessionsPage},
    },
    token::list_page::{RevokeTokenPage, TokensPage},
    ui::{conveniences::Conveniences, error_view::NotFound, frame::Frame},
};

/// The application.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    provide_posted();
    let (is_routing, set_routing) = signal(false);
    view! {
        <Title formatter=|title| format!("{title} · Holdfast") />
        <Router set_is_routing=set_routing>
            <Routes fallback=NotFound>
                <Route path=path!("setup") view=SetupPage ssr=SsrMode::Async />
                <Route path=path!("sign-in") view=SignInPage ssr=SsrMode::Async />
                <Route path=path!("join") view=JoinPage ssr=SsrMode::Async />
                <ParentRoute path=path!("") view=Frame ssr=SsrMode::Async>
                    <IncidentRoutes />
                    <AdministrationRoutes />
                    <AccountRoutes />
                </ParentRoute>
            </Routes>
            <Conveniences />
            <Show when=move || is_routing.get()>
                <div class="loading-bar" role="progressbar" aria-label="Loading"></div>
            </Show>
        </Router>
    }
}

#[component(transparent)]
fn IncidentRoutes() -> impl leptos_router::MatchNestedRoutes + Clone {
    view! {
        <ParentRoute path=path!("incidents") view=leptos_router::components::Outlet ssr=SsrMode::Async>
            <Route path=path!("") view=IncidentsPage ssr=SsrMode::Async />
            <Route path=path!("new") view=NewIncidentPage ssr=SsrMode::Async />
            <Route path=path!(":reference") view=OverviewPage ssr=SsrMode::Async />
            <Route path=path!(":reference/edit") view=EditIncidentPage ssr=SsrMode::Async />
            <Route path=path!(":reference/phase") view=PhasePage ssr=SsrMode::Async />
            <Route path=path!(":reference/times") view=TimesPage ssr=SsrMode::Async />
            <Route path=path!(":reference/access") view=AccessPage ssr=SsrMode::Async />
            <Route path=path!(":reference/history") view=HistoryPage ssr=SsrMode::Async />
            <Route path=path!(":reference/take") view=TakePage ssr=SsrMode::Async />
        </ParentRoute>
    }
    .into_inner()
}

#[component(transparent)]
fn AdministrationRoutes() -> impl leptos_router::MatchNestedRoutes + Clone {
    view! {
        <ParentRoute path=path!("") view=leptos_router::components::Outlet ssr=SsrMode::Async>
            <Route path=path!("ledger") view=LedgerPage ssr=SsrMode::Async />
            <Route path=path!("people") view=PeoplePage ssr=SsrMode::Async />
            <Route path=path!("people/new") view=NewPersonPage ssr=SsrMode::Async />
            <Route path=path!("people/:id") view=EditPersonPage ssr=SsrMode::Async />
            <Route path=path!("people/:id/invite") view=InvitePage ssr=SsrMode::Async />
            <Route path=path!("settings") view=SettingsPage ssr=SsrMode::Async />
            <Route path=path!("tokens") view=TokensPage ssr=SsrMode::Async />
            <Route path=path!("tokens/:id/revoke") view=RevokeTokenPage ssr=SsrMode::Async />
            <Route path=path!("sessions") view=AllSessionsPage ssr=SsrMode::Async />
            <Route path=path!("sessions/:id/revoke") view=EndSessionPage ssr=SsrMode::Async />
        </ParentRoute>
    }
    .into_inner()
}

#[component(transparent)]
fn AccountRoutes() -> impl leptos_router::MatchNestedRoutes + Clone {
    view! {
        <ParentRoute path=path!("") view=leptos_router::components::Outlet ssr=SsrMode::Async>
            <Route path=path!("sign-out") view=SignOutPage ssr=SsrMode::Async />
            <Route path=path!("account") view=AccountPage ssr=SsrMode::Async />
            <Route path=path!("account/theme") view=AccountPage ssr=SsrMode::Async />
            <Route path=path!("account/password") view=PasswordPage ssr=SsrMode::Async />
            <Route path=path!("account/sessions") view=OwnSessionsPage ssr=SsrMode::Async />
            <Route path=path!("account/sessions/:id/revoke") view=EndOwnSessionPage ssr=SsrMode::Async />
        </ParentRoute>
    }
    .into_inner()
}
