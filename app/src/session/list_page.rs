//! Signed-in browsers: one's own, and everybody's for administrators. Ending one is undone by
//! signing in again.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::api::{SessionRow, all_sessions, own_sessions};
use crate::ui::{badge, confirm::Confirm, error_view::loaded, moment, notice::problems, raw_text::title, table};

/// One's own sessions.
#[component]
pub fn OwnSessionsPage() -> impl IntoView {
    let sessions = Resource::new(|| (), |()| own_sessions());
    view! {
        {title("Your sessions")}
        <header class="page-head"><h1>"Your sessions"</h1></header>
        {problems()}
        {loaded(sessions, |rows| {
            let rows = rows.into_iter().map(|row| line(row, "/account/sessions", false)).collect();
            table::plain("Your sessions", &["Browser", "Address", "Signed in", "Last used", ""], rows)
        })}
    }
}

/// Everybody's sessions.
#[component]
pub fn AllSessionsPage() -> impl IntoView {
    let sessions = Resource::new(|| (), |()| all_sessions());
    view! {
        {title("Sessions")}
        <header class="page-head"><h1>"Sessions"</h1></header>
        {problems()}
        {loaded(sessions, |rows| {
            let rows = rows.into_iter().map(|row| line(row, "/sessions", true)).collect();
            table::plain("Sessions", &["Person", "Browser", "Address", "Signed in", "Last used", ""], rows)
        })}
    }
}

fn line(row: SessionRow, base: &'static str, with_person: bool) -> AnyView {
    let action = format!("{base}/{}/revoke", row.id);
    let label = format!("End the session of {} in {}", row.person_name, row.user_agent);
    let end = if row.is_this {
        ().into_any()
    } else {
        view! { <form method="post" action=action><button class="btn" aria-label=label>"End"</button></form> }
            .into_any()
    };
    view! {
        <tr>
            {with_person.then(|| view! { <td>{row.person_name.clone()}</td> })}
            <td class="wrap">{row.user_agent} " " {row.is_this.then(|| badge::good("This one"))}</td>
            <td class="mono">{row.address}</td>
            <td>{moment::short(&row.created)}</td>
            <td>{moment::short(&row.seen)}</td>
            <td>{end}</td>
        </tr>
    }
    .into_any()
}

/// Asks before one of one's own sessions ends.
#[component]
pub fn EndOwnSessionPage() -> impl IntoView {
    end_session("/account/sessions")
}

/// Asks before somebody's session ends.
#[component]
pub fn EndSessionPage() -> impl IntoView {
    end_session("/sessions")
}

fn end_session(base: &'static str) -> AnyView {
    let id = use_params_map().with_untracked(|params| params.get("id").unwrap_or_default());
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
