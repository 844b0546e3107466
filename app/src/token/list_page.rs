//! API tokens: the list, the form that makes one, and the page that asks before one is revoked.

use holdfast_domain::token::Scope;
use holdfast_island::copy::Copyable;
use leptos::prelude::*;

use super::api::{TokenRow, TokenState, list_tokens};
use crate::{
    form::posted,
    page::Shown,
    request::param,
    ui::{
        badge,
        confirm::Confirm,
        field::{Field, checkboxes},
        icon, moment,
        notice::{problems, warning},
        raw_text::title,
        table::{self, Cell, Row},
    },
};

/// The list, and a new one.
pub async fn tokens_page() -> Shown {
    let rows = list_tokens().await?;
    Ok(view! {
        {title("API tokens")}
        <header class="page-head">
            <div>
                <h1>"API tokens"</h1>
                <p class="meta">"What a script may do on your behalf: never more than you may, and never people or tokens."</p>
            </div>
        </header>
        <div class="stack">
            {made()}
            {list(rows)}
            {form()}
        </div>
    }
    .into_any())
}

/// The token just made. It is shown on this one page and kept nowhere.
fn made() -> Option<AnyView> {
    let token = posted()?.once?;
    Some(
        view! {
            <section class="card" aria-labelledby="made">
                <h2 id="made">"Your new token"</h2>
                {warning("Copy it now. It is shown this once and cannot be shown again.".into_any())}
                <Copyable value=token />
            </section>
        }
        .into_any(),
    )
}

fn list(rows: Vec<TokenRow>) -> AnyView {
    if rows.is_empty() {
        let words = view! { <p>"A token lets a SIEM or a script open and read incidents by the REST API."</p> };
        return table::blank(icon::KEY, "No token yet", words.into_any(), ().into_any());
    }
    let rows = rows.into_iter().map(line).collect();
    table::plain("API tokens", &["Name", "Begins with", "Of", "May", "Made", "Ends", "Last used", "State", ""], rows)
}

fn line(row: TokenRow) -> Row {
    let state = match row.state {
        TokenState::Good => badge::good("Good"),
        TokenState::Expired => badge::plain("Expired"),
        TokenState::Revoked => badge::plain("Revoked"),
    };
    let revoke = (row.state == TokenState::Good).then(|| {
        let label = format!("Revoke {}", row.name);
        view! { <a class="btn" href=format!("/tokens/{}/revoke", row.id) aria-label=label>"Revoke"</a> }
    });
    Row::of([
        Cell::name(row.name).class("wrap"),
        Cell::of(row.prefix).class("mono"),
        Cell::of(row.person_name),
        Cell::of(row.scopes).class("wrap"),
        Cell::of(moment::short(&row.created)),
        Cell::of(moment::short(&row.expires)),
        Cell::known(row.used.as_ref().map(moment::short)),
        Cell::bare(state),
        Cell::of(revoke),
    ])
}

fn form() -> AnyView {
    let scopes = Scope::ALL
        .iter()
        .map(|scope| (scope.to_string(), scope.label().to_owned(), String::new(), *scope == Scope::IncidentsRead))
        .collect();
    view! {
        <section class="card">
            <h2>"Make a token"</h2>
            {problems()}
            <form class="form" method="post" action="/tokens">
                {Field::line("name", "Name").required().chars_max(120).hint("What it is for, such as splunk-forwarder.").input()}
                {checkboxes("scopes", "It may", scopes)}
                {Field::number("days", "Days until it ends").value("90").required().hint("At most 366.").input()}
                <div class="buttons"><button class="btn btn-primary">"Make token"</button></div>
            </form>
        </section>
    }
    .into_any()
}

/// Asks before a token is revoked, naming it.
pub async fn revoke_page() -> Shown {
    let id = param("id");
    let row = list_tokens().await?.into_iter().find(|row| row.id.to_string() == id);
    Ok(view! { {title("Revoke a token")} {confirm(&id, row).view()} }.into_any())
}

fn confirm(id: &str, row: Option<TokenRow>) -> Confirm {
    let question =
        row.as_ref().map_or_else(|| "Revoke this token?".into(), |row| format!("Revoke the token “{}”?", row.name));
    let losses = row.map_or_else(Vec::new, |row| {
        let used = row.used.map_or_else(|| "Never used".into(), |used| format!("Last used {}", used.local));
        vec![format!("It may: {}", row.scopes), used]
    });
    Confirm {
        question,
        words: "Whatever uses it is refused from now on. This cannot be undone; a new token can be made.",
        losses,
        action: format!("/tokens/{id}/revoke"),
        button: "Revoke token",
        fields: ().into_any(),
        back: ("Keep it", "/tokens".into()),
        dangerous: true,
    }
}
