//! The pages before the door: first set-up, sign-in, joining by invitation, signing out. None of
//! them says whether an account exists.

use holdfast_domain::person::PASSWORD_CHARS_MIN;
use leptos::prelude::*;

use crate::page::Shown;
use crate::request::query;
use crate::ui::{
    confirm::Confirm,
    field::{Field, checkbox, hidden, typed},
    notice::{problems, problems_named, toasts},
    raw_text::title,
};

const PASSWORD_HINT: &str = "15 characters or more. A sentence is good.";

/// The field of a new password where there is an old one, by name and label.
pub const NEW_PASSWORD: (&str, &str) = ("password", "New password");

/// A new password, as set-up, joining and the account ask for it.
pub fn new_password((name, label): (&'static str, &'static str)) -> AnyView {
    debug_assert!(PASSWORD_HINT.starts_with(&PASSWORD_CHARS_MIN.to_string()));
    Field::password(name, label, "new-password").hint(PASSWORD_HINT).input()
}

fn gate(words: &'static str, form: AnyView) -> AnyView {
    view! {
        <main class="gate" id="main">
            <div class="brand"><strong>"Holdfast"</strong>" "<span>{words}</span></div>
            <section class="card">{form}</section>
        </main>
        {toasts()}
    }
    .into_any()
}

/// Signing in.
pub async fn sign_in_page() -> Shown {
    let next = typed("next", query("next").unwrap_or_default());
    let form = view! {
        <form class="form" method="post" action="/sign-in">
            <h1>"Sign in"</h1>
            {problems()}
            {hidden("next", next)}
            {Field::email("email", "Mail address").autocomplete("username").input()}
            {Field::password("password", "Password", "current-password").input()}
            <button class="btn btn-primary">"Sign in"</button>
            <p class="hint">"No password yet, or forgotten? Ask an administrator for an invitation code, then " <a href="/join">"use it here"</a> "."</p>
        </form>
    };
    Ok(view! { {title("Sign in")} {gate("", form.into_any())} }.into_any())
}

/// Using an invitation code.
pub async fn join_page() -> Shown {
    let form = view! {
        <form class="form" method="post" action="/join">
            <h1>"Set your password"</h1>
            <p class="hint">"An administrator gave you a code. It works once, for one hour."</p>
            {problems_named(&[NEW_PASSWORD])}
            {Field::line("code", "Invitation code").required().mono().autocomplete("one-time-code").input()}
            {new_password(NEW_PASSWORD)}
            <button class="btn btn-primary">"Set password"</button>
            <p class="hint"><a href="/sign-in">"Back to signing in"</a></p>
        </form>
    };
    Ok(view! { {title("Set your password")} {gate("Invitation", form.into_any())} }.into_any())
}

/// The first start.
pub async fn setup_page() -> Shown {
    let form = view! {
        <form class="form" method="post" action="/setup">
            <h1>"Set up Holdfast"</h1>
            <p class="hint">"The code was printed where Holdfast was started. It works once, for one hour."</p>
            {problems()}
            {Field::line("code", "Setup code").required().mono().autocomplete("off").input()}
            <fieldset class="group">
                <legend>"Organisation"</legend>
                {Field::line("org_name", "Name").required().chars_max(120).autocomplete("organization").input()}
                {Field::line("time_zone", "Time zone").required().value("UTC").zone()}
                {Field::line("log_name", "Name of the ledger").required().mono().autocomplete("off")
                    .hint("Signed into every checkpoint; it cannot be changed later. Use an address of yours without https://, such as soc.example.org/ledger.")
                    .input()}
            </fieldset>
            <fieldset class="group">
                <legend>"First administrator"</legend>
                {Field::line("name", "Name").required().chars_max(120).autocomplete("name").input()}
                {Field::email("email", "Mail address").autocomplete("username").input()}
                {new_password(("password", "Password"))}
                {checkbox("also_lead", "Also an incident lead", "May open and work incidents, not only administer.", true)}
            </fieldset>
            <button class="btn btn-primary">"Set up"</button>
        </form>
    };
    Ok(view! { {title("Set up")} {gate("First start", form.into_any())} }.into_any())
}

/// Signing out, for those who come here by address.
pub async fn sign_out_page() -> Shown {
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
    Ok(view! { {title("Sign out")} {confirm.view()} }.into_any())
}
