//! API tokens: the list, the form that makes one, and the page that asks before one is revoked.

use holdfast_actions::token;
use holdfast_domain::{
    Actor, Timestamp,
    time::in_zone,
    token::{Scope, Scopes, Token},
};
use holdfast_island::copy::Copyable;
use leptos::prelude::*;

use crate::{
    form::Posted,
    page::Shown,
    request::Request,
    ui::{Cell, Confirm, FormField, LocalTime, Row, badge, checkboxes, icon, moment, problems, table, warning},
};

/// The list, and a new one.
pub async fn tokens_page(req: &Request) -> Shown {
    let posted = req.posted();
    let (ctx, actor) = req.signed_in()?;
    let tokens = token::list(ctx, actor).await?;
    Ok(view! {
        {req.title("API tokens")}
        <header class="page-head">
            <div>
                <h1>"API tokens"</h1>
                <p class="meta">"What a script may do on your behalf: never more than you may, and never people or tokens."</p>
            </div>
        </header>
        <div class="stack">
            {made(posted)}
            {list(tokens, actor, ctx.now())}
            {form(posted)}
        </div>
    }
    .into_any())
}

/// The token just made. It is shown on this one page and kept nowhere.
fn made(posted: &Posted) -> Option<AnyView> {
    let token = posted.secret()?.to_owned();
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

fn list(tokens: Vec<Token>, reader: &Actor, now: Timestamp) -> AnyView {
    if tokens.is_empty() {
        let words = view! { <p>"A token lets a SIEM or a script open and read incidents by the REST API."</p> };
        return table::blank(icon::KEY, "No token yet", words.into_any(), ().into_any());
    }
    let rows = tokens.into_iter().map(|token| line(token, &reader.time_zone, now)).collect();
    table::plain("API tokens", &["Name", "Begins with", "Of", "May", "Made", "Ends", "Last used", "State", ""], rows)
}

fn line(token: Token, zone: &str, now: Timestamp) -> Row {
    let (is_revoked, is_expired) = (token.revoked_at.is_some(), token.expires_at <= now);
    let state = match (is_revoked, is_expired) {
        (true, _) => badge::plain("Revoked"),
        (false, true) => badge::plain("Expired"),
        (false, false) => badge::good("Good"),
    };
    let revoke = (!is_revoked && !is_expired).then(|| {
        let label = format!("Revoke {}", token.name);
        view! { <a class="btn" href=format!("/tokens/{}/revoke", token.id) aria-label=label>"Revoke"</a> }
    });
    let short = |at| moment::short(&LocalTime::in_zone(at, zone));
    Row::of([
        Cell::name(token.name).class("wrap"),
        Cell::of(token.prefix).class("mono"),
        Cell::of(token.person_name),
        Cell::of(scope_words(&token.scopes)).class("wrap"),
        Cell::of(short(token.created_at)),
        Cell::of(short(token.expires_at)),
        Cell::known(token.used_at.map(short)),
        Cell::bare(state),
        Cell::of(revoke),
    ])
}

fn scope_words(scopes: &Scopes) -> String {
    scopes.0.iter().map(|scope| scope.label()).collect::<Vec<_>>().join(", ")
}

fn form(posted: &Posted) -> AnyView {
    let scopes = Scope::ALL
        .iter()
        .map(|scope| (scope.to_string(), scope.label().to_owned(), String::new(), *scope == Scope::IncidentsRead))
        .collect();
    view! {
        <section class="card">
            <h2>"Make a token"</h2>
            {problems(posted)}
            <form class="form" method="post" action="/tokens">
                {FormField::line("name", "Name").required().chars_max(120).hint("What it is for, such as splunk-forwarder.").input(posted)}
                {checkboxes(posted, "scopes", "It may", scopes)}
                {FormField::number("days", "Days until it ends").value("90").required().hint("At most 366.").input(posted)}
                <div class="buttons"><button class="btn btn-primary">"Make token"</button></div>
            </form>
        </section>
    }
    .into_any()
}

/// Asks before a token is revoked, naming it.
pub async fn revoke_page(req: &Request) -> Shown {
    let (ctx, actor) = req.signed_in()?;
    let id = req.param("id")?;
    let tokens = token::list(ctx, actor).await?;
    let confirm = confirm(id, tokens.iter().find(|token| token.id.to_string() == id), &actor.time_zone);
    Ok(view! { {req.title("Revoke a token")} {confirm.view(req.posted())} }.into_any())
}

fn confirm(id: &str, token: Option<&Token>, zone: &str) -> Confirm {
    let question =
        token.map_or_else(|| "Revoke this token?".into(), |token| format!("Revoke the token “{}”?", token.name));
    let losses = token.map_or_else(Vec::new, |token| {
        let used = token.used_at.map(|at| format!("Last used {}", in_zone(at, zone)));
        vec![format!("It may: {}", scope_words(&token.scopes)), used.unwrap_or_else(|| "Never used".into())]
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
