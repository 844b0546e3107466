//! Signed-in browsers: one's own, and everybody's for administrators. Ending one is undone by
//! signing in again.

use holdfast_actions::session;
use holdfast_domain::{Actor, access::Door, session::Session};
use leptos::prelude::*;

use super::browser;
use crate::{
    page::Shown,
    request::Request,
    ui::{Cell, Confirm, LocalTime, Row, badge, moment, problems, table},
};

/// One's own sessions.
pub async fn own_sessions_page(req: &Request) -> Shown {
    let (ctx, actor) = req.signed_in()?;
    let heads = ["Browser", "Address", "Signed in", "Last used", ""];
    Ok(page(req, actor, session::own(ctx, actor).await?, ("Your sessions", "/account/sessions"), &heads))
}

/// Everybody's sessions.
pub async fn all_sessions_page(req: &Request) -> Shown {
    let (ctx, actor) = req.signed_in()?;
    let heads = ["Person", "Browser", "Address", "Signed in", "Last used", ""];
    Ok(page(req, actor, session::all(ctx, actor).await?, ("Sessions", "/sessions"), &heads))
}

fn page(
    req: &Request,
    reader: &Actor,
    sessions: Vec<Session>,
    (title, base): (&'static str, &'static str),
    heads: &[&'static str],
) -> AnyView {
    let with_person = heads.contains(&"Person");
    let rows = sessions.into_iter().map(|session| line(session, reader, base, with_person)).collect();
    view! {
        {req.title(title)}
        <header class="page-head"><h1>{title}</h1></header>
        {problems(req.posted())}
        {table::plain(title, heads, rows)}
    }
    .into_any()
}

fn line(session: Session, reader: &Actor, base: &'static str, with_person: bool) -> Row {
    let is_this = reader.door == Door::Session(session.id);
    let short = |at| moment::short(&LocalTime::in_zone(at, &reader.time_zone));
    let action = format!("{base}/{}/revoke", session.id);
    let label = format!("End the session of {} in {}", session.person_name, browser::words(&session.user_agent));
    let end = if is_this {
        ().into_any()
    } else {
        view! { <form method="post" action=action><button class="btn" aria-label=label>"End"</button></form> }
            .into_any()
    };
    let words = browser::words(&session.user_agent);
    let this = is_this.then(|| badge::good("This one"));
    let browser = view! { <span title=session.user_agent>{words}</span>" "{this} };
    let mut cells = Vec::from([
        if with_person { Cell::of(browser) } else { Cell::name(browser) },
        Cell::of(session.address).class("mono"),
        Cell::of(short(session.created_at)),
        Cell::of(short(session.seen_at)),
        Cell::of(end),
    ]);
    if with_person {
        cells.insert(0, Cell::name(session.person_name));
    }
    Row::of(cells)
}

/// Asks before one of one's own sessions ends.
pub async fn end_own_session_page(req: &Request) -> Shown {
    end_session(req, "/account/sessions")
}

/// Asks before somebody's session ends.
pub async fn end_session_page(req: &Request) -> Shown {
    end_session(req, "/sessions")
}

fn end_session(req: &Request, base: &'static str) -> Shown {
    let id = req.param("id")?;
    let confirm = Confirm {
        question: "End this session?".into(),
        words: "That browser is signed out at its next request. Text that was typed there and not saved is lost.",
        losses: Vec::new(),
        action: format!("{base}/{id}/revoke"),
        button: "End session",
        fields: ().into_any(),
        back: ("Keep it", base.into()),
        dangerous: true,
    };
    Ok(view! { {req.title("End a session")} {confirm.view(req.posted())} }.into_any())
}
