//! The pages for people who are not signed in: first set-up, sign-in, joining by invitation, signing out.
//! None of them says whether an account exists.

use holdfast_domain::person::PASSWORD_CHARS_MIN;
use leptos::prelude::*;

use crate::{
    form::Posted,
    page::Shown,
    request::Request,
    ui::{Confirm, FormField, checkbox, hidden, problems, problems_named, toasts, typed},
};

const PASSWORD_HINT: &str = "15 characters or more. A sentence is good.";

/// The field of a new password where there is an old one, by name and label.
pub const NEW_PASSWORD: (&str, &str) = ("password", "New password");

/// A new password, as set-up, joining and the account ask for it.
pub fn new_password(posted: &Posted, (name, label): (&'static str, &'static str)) -> AnyView {
    debug_assert!(PASSWORD_HINT.starts_with(&PASSWORD_CHARS_MIN.to_string()));
    FormField::password(name, label, "new-password").hint(PASSWORD_HINT).input(posted)
}

fn gate(req: &Request, words: &'static str, form: AnyView) -> AnyView {
    view! {
        <main class="gate" id="main">
            <div class="brand"><strong>"Holdfast"</strong>" "<span>{words}</span></div>
            <section class="card">{form}</section>
        </main>
        {toasts(req)}
    }
    .into_any()
}

/// Signing in.
pub async fn sign_in_page(req: &Request) -> Shown {
    let posted = req.posted();
    let next = typed(posted, "next", req.query("next").unwrap_or_default().to_owned());
    let form = view! {
        <form class="form" method="post" action="/sign-in">
            <h1>"Sign in"</h1>
            {problems(posted)}
            {hidden("next", next)}
            {FormField::email("email", "Mail address").autocomplete("username").input(posted)}
            {FormField::password("password", "Password", "current-password").input(posted)}
            <button class="btn btn-primary">"Sign in"</button>
            <p class="hint">"No password yet, or forgotten? Ask an administrator for an invitation code, then " <a href="/join">"use it here"</a> "."</p>
        </form>
    };
    Ok(view! { {req.title("Sign in")} {gate(req, "", form.into_any())} }.into_any())
}

/// Using an invitation code.
pub async fn join_page(req: &Request) -> Shown {
    let posted = req.posted();
    let form = view! {
        <form class="form" method="post" action="/join">
            <h1>"Set your password"</h1>
            <p class="hint">"An administrator gave you a code. It works once, for one hour."</p>
            {problems_named(posted, &[NEW_PASSWORD])}
            {FormField::line("code", "Invitation code").required().mono().autocomplete("one-time-code").input(posted)}
            {new_password(posted, NEW_PASSWORD)}
            <button class="btn btn-primary">"Set password"</button>
            <p class="hint"><a href="/sign-in">"Back to signing in"</a></p>
        </form>
    };
    Ok(view! { {req.title("Set your password")} {gate(req, "Invitation", form.into_any())} }.into_any())
}

/// The first start.
pub async fn setup_page(req: &Request) -> Shown {
    let posted = req.posted();
    let form = view! {
        <form class="form" method="post" action="/setup">
            <h1>"Set up Holdfast"</h1>
            <p class="hint">"The code was printed where Holdfast was started. It works once, for one hour."</p>
            {problems(posted)}
            {FormField::line("code", "Setup code").required().mono().autocomplete("off").input(posted)}
            <fieldset class="group">
                <legend>"Organisation"</legend>
                {FormField::line("org_name", "Name").required().chars_max(120).autocomplete("organization").input(posted)}
                {FormField::line("time_zone", "Time zone").required().value("UTC").zone(posted)}
                {FormField::line("log_name", "Name of the ledger").required().mono().autocomplete("off")
                    .hint("Signed into every checkpoint; it cannot be changed later. Use an address of yours without https://, such as soc.example.org/ledger.")
                    .input(posted)}
            </fieldset>
            <fieldset class="group">
                <legend>"First administrator"</legend>
                {FormField::line("name", "Name").required().chars_max(120).autocomplete("name").input(posted)}
                {FormField::email("email", "Mail address").autocomplete("username").input(posted)}
                {new_password(posted, ("password", "Password"))}
                {checkbox(posted, "also_lead", "Also an incident lead", "May open and work incidents, not only administer.", true)}
            </fieldset>
            <button class="btn btn-primary">"Set up"</button>
        </form>
    };
    Ok(view! { {req.title("Set up")} {gate(req, "First start", form.into_any())} }.into_any())
}

/// Signing out, for those who come here by address.
pub async fn sign_out_page(req: &Request) -> Shown {
    let posted = req.posted();
    let confirm = Confirm {
        question: "Sign out?".into(),
        words: "Text that was typed and not saved is lost.",
        losses: Vec::new(),
        action: "/sign-out".into(),
        button: "Sign out",
        fields: ().into_any(),
        back: ("Stay", "/account".into()),
        dangerous: false,
    };
    Ok(view! { {req.title("Sign out")} {confirm.view(posted)} }.into_any())
}
