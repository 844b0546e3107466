//! Signed-in browsers: one's own, and everybody's for administrators. Ending one is undone by
//! signing in again.

use leptos::prelude::*;

use super::{
    api::{SessionRow, all_sessions, own_sessions},
    browser,
};
use crate::page::Shown;
use crate::request::param;
use crate::ui::{
    badge,
    confirm::Confirm,
    moment,
    notice::problems,
    raw_text::title,
    table::{self, Cell, Row},
};

/// One's own sessions.
pub async fn own_sessions_page() -> Shown {
    let rows = own_sessions().await?.into_iter().map(|row| line(row, "/account/sessions", false)).collect();
    Ok(view! {
        {title("Your sessions")}
        <header class="page-head"><h1>"Your sessions"</h1></header>
        {problems()}
        {table::plain("Your sessions", &["Browser", "Address", "Signed in", "Last used", ""], rows)}
    }
    .into_any())
}

/// Everybody's sessions.
pub async fn all_sessions_page() -> Shown {
    let rows = all_sessions().await?.into_iter().map(|row| line(row, "/sessions", true)).collect();
    Ok(view! {
        {title("Sessions")}
        <header class="page-head"><h1>"Sessions"</h1></header>
        {problems()}
        {table::plain("Sessions", &["Person", "Browser", "Address", "Signed in", "Last used", ""], rows)}
    }
    .into_any())
}

fn line(row: SessionRow, base: &'static str, with_person: bool) -> Row {
    let action = format!("{base}/{}/revoke", row.id);
    let label = format!("End the session of {} in {}", row.person_name, browser::words(&row.user_agent));
    let end = if row.is_this {
        ().into_any()
    } else {
        view! { <form method="post" action=action><button class="btn" aria-label=label>"End"</button></form> }
            .into_any()
    };
    let words = browser::words(&row.user_agent);
    let this = row.is_this.then(|| badge::good("This one"));
    let browser = view! { <span title=row.user_agent>{words}</span>" "{this} };
    let mut cells = Vec::from([
        if with_person { Cell::of(browser) } else { Cell::name(browser) },
        Cell::of(row.address).class("mono"),
        Cell::of(moment::short(&row.created)),
        Cell::of(moment::short(&row.seen)),
        Cell::of(end),
    ]);
    if with_person {
        cells.insert(0, Cell::name(row.person_name));
    }
    Row::of(cells)
}

/// Asks before one of one's own sessions ends.
pub async fn end_own_session_page() -> Shown {
    Ok(end_session("/account/sessions"))
}

/// Asks before somebody's session ends.
pub async fn end_session_page() -> Shown {
    Ok(end_session("/sessions"))
}

fn end_session(base: &'static str) -> AnyView {
    let id = param("id");
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
    view! { {title("End a session")} {confirm.view()} }.into_any()
}
