//! The frame around every page of a signed-in person: skip link, navigation, account menu, toasts.

use holdfast_domain::{Actor, Object, Permission, allow, org::Org};
use leptos::prelude::*;

use super::{
    icon::{self, icon},
    notice::toasts,
    theme::theme_choice,
};
use crate::request::Request;

/// One way in the navigation.
struct Way {
    words: &'static str,
    href: &'static str,
    shape: &'static str,
    /// Who is offered it.
    needs: Permission,
    is_administration: bool,
}

const WAYS: &[Way] = &[
    Way {
        words: "Today",
        href: "/today",
        shape: icon::CLOCK,
        needs: Permission::ListIncidents,
        is_administration: false,
    },
    Way {
        words: "Incidents",
        href: "/incidents",
        shape: icon::FLAG,
        needs: Permission::ListIncidents,
        is_administration: false,
    },
    Way {
        words: "Evidence",
        href: "/evidence",
        shape: icon::ARCHIVE,
        needs: Permission::ViewEvidence,
        is_administration: false,
    },
    Way {
        words: "Metrics",
        href: "/metrics",
        shape: icon::CHART,
        needs: Permission::ViewMetrics,
        is_administration: false,
    },
    Way {
        words: "Reports",
        href: "/reports",
        shape: icon::ARCHIVE,
        needs: Permission::ReadReports,
        is_administration: false,
    },
    Way {
        words: "Ledger",
        href: "/ledger",
        shape: icon::LEDGER,
        needs: Permission::ViewLedger,
        is_administration: false,
    },
    Way { words: "People", href: "/people", shape: icon::TEAM, needs: Permission::ViewPeople, is_administration: true },
    Way {
        words: "API tokens",
        href: "/tokens",
        shape: icon::KEY,
        needs: Permission::ManageOwnTokens,
        is_administration: true,
    },
    Way {
        words: "Sessions",
        href: "/sessions",
        shape: icon::CLOCK,
        needs: Permission::RevokeSessions,
        is_administration: true,
    },
    Way { words: "Import", href: "/import", shape: icon::ARCHIVE, needs: Permission::Import, is_administration: true },
    Way {
        words: "Settings",
        href: "/settings",
        shape: icon::EDIT,
        needs: Permission::EditSettings,
        is_administration: true,
    },
];

/// The frame, with the page inside.
pub async fn frame(req: &Request, page: AnyView) -> AnyView {
    let top = match viewer(req).await {
        Ok((actor, org)) => top(req, actor, org),
        // Without a viewer the page itself says what is wrong.
        Err(error) => {
            req.refused(error);
            bare_top()
        }
    };
    view! {
        <a class="skip" href="#main">"Skip to content"</a>
        {top}
        <main class="page" id="main" tabindex="-1">{page}</main>
        {toasts(req)}
    }
    .into_any()
}

/// Who looks at the page, and their organisation.
async fn viewer(req: &Request) -> holdfast_actions::Result<(&Actor, Org)> {
    let (ctx, actor) = req.signed_in()?;
    Ok((actor, holdfast_actions::org::view(ctx, actor).await?))
}

fn bare_top() -> AnyView {
    view! {
        <header class="top"><a class="brand" href="/"><strong>"Holdfast"</strong></a></header>
    }
    .into_any()
}

fn top(req: &Request, actor: &Actor, org: Org) -> AnyView {
    let may = |needs| allow(actor, needs, Object::None);
    let ways: Vec<&'static Way> = WAYS.iter().filter(|way| may(way.needs)).collect();
    let plain = ways.iter().filter(|way| !way.is_administration).map(|way| menu_item(req, way)).collect::<Vec<_>>();
    let administration =
        ways.iter().filter(|way| way.is_administration).map(|way| menu_item(req, way)).collect::<Vec<_>>();
    let has_administration = !administration.is_empty();
    let links = ways.iter().map(|way| nav_link(req, way)).collect::<Vec<_>>();
    // Every page has it, so that the shortcut works on every page.
    let open = may(Permission::OpenIncident).then(|| {
        view! { <a class="menu-item" href="/incidents/new">{icon(icon::PLUS)}"Open an incident"</a> }
    });
    let find = may(Permission::ListIncidents).then(crate::search::field::head);
    view! {
        <header class="top">
            <details class="menu nav-menu" name="menu">
                <summary class="btn btn-icon btn-quiet">{icon(icon::MENU)}<span class="vh">"Menu"</span></summary>
                <nav class="menu-panel" aria-label="Menu">
                    {open}
                    {plain}
                    {has_administration.then(|| view! { <hr /><p class="menu-note muted small">"Administration"</p> })}
                    {administration}
                </nav>
            </details>
            <a class="brand" href="/"><strong>"Holdfast"</strong>" "<span>{org.name}</span></a>
            <nav class="nav" aria-label="Main">{links}</nav>
            <div class="top-end">{find} {account_menu(req, actor)}</div>
        </header>
    }
    .into_any()
}

/// `page` on the link to this very page, `true` on one above it.
fn current(req: &Request, href: &str) -> Option<&'static str> {
    match req.path().strip_prefix(href)? {
        "" => Some("page"),
        below if below.starts_with('/') => Some("true"),
        _ => None,
    }
}

fn menu_item(req: &Request, way: &Way) -> AnyView {
    view! { <a class="menu-item" href=way.href aria-current=current(req, way.href)>{icon(way.shape)}{way.words}</a> }
        .into_any()
}

fn nav_link(req: &Request, way: &Way) -> AnyView {
    view! { <a href=way.href aria-current=current(req, way.href)>{way.words}</a> }.into_any()
}

fn account_menu(req: &Request, viewer: &Actor) -> AnyView {
    view! {
        <details class="menu" name="menu">
            <summary class="btn btn-quiet">
                {icon(icon::USER)}<span class="person-name">{viewer.name.clone()}</span>
                <span class="vh">"Account menu"</span>{icon(icon::CHEVRON)}
            </summary>
            <div class="menu-panel">
                <p class="menu-note"><strong>{viewer.name.clone()}</strong><br /><span class="muted">{viewer.roles.label()}</span></p>
                <hr />
                {theme_choice("Theme", req.theme())}
                <hr />
                <a class="menu-item" href="/account">{icon(icon::USER)}"Your account"</a>
                <a class="menu-item" href="/account/sessions">{icon(icon::CLOCK)}"Your sessions"</a>
                <a class="menu-item" href="/account/password">{icon(icon::KEY)}"Password"</a>
                <form method="post" action="/sign-out"><button class="menu-item">{icon(icon::LOGOUT)}"Sign out"</button></form>
            </div>
        </details>
    }
    .into_any()
}
