//! One's own account: name, time zone, theme, password.

use holdfast_domain::Actor;
use leptos::prelude::*;

use super::sign_in_pages::{NEW_PASSWORD, new_password};
use crate::{
    page::Shown,
    request::Request,
    ui::{FormField, problems, problems_named, theme_choice},
};

/// Name, zone and theme.
pub async fn account_page(req: &Request) -> Shown {
    let (ctx, actor) = req.signed_in()?;
    let handle = holdfast_actions::person::find(ctx, actor, actor.person_id).await?.handle;
    Ok(view! {
        {req.title("Your account")}
        <header class="page-head"><h1>"Your account"</h1></header>
        {account(req, actor, handle)}
    }
    .into_any())
}

fn account(req: &Request, viewer: &Actor, handle: String) -> AnyView {
    let posted = req.posted();
    view! {
        {problems(posted)}
        <div class="stack column">
            <section class="card">
                <form class="form" method="post" action="/account" data-guard="">
                    {FormField::line("name", "Name").value(viewer.name.clone()).required().chars_max(120).autocomplete("name").input(posted)}
                    <p class="meta">"Handle: "<span class="mono">{handle}</span>". Printed beside your name in records; it never changes."</p>
                    {FormField::line("time_zone", "Time zone").value(viewer.time_zone.clone()).required()
                        .hint("Times are shown in it. Such as Europe/Berlin or UTC.").zone(posted)}
                    <div class="buttons"><button class="btn btn-primary">"Save"</button></div>
                </form>
            </section>
            <section class="card">
                <h2>"Roles"</h2>
                <dl class="facts">
                    {viewer.roles.iter().map(|role| view! { <dt>{role.label()}</dt><dd>{role.meaning()}</dd> }).collect::<Vec<_>>()}
                </dl>
                <p class="hint">"An administrator changes them."</p>
            </section>
            <section class="card">
                <h2>"Theme"</h2>
                {theme_choice("Theme of the pages", req.theme())}
            </section>
            <section class="card">
                <h2>"Access"</h2>
                <p class="actions">
                    <a class="btn" href="/account/password">"Change password"</a>
                    <a class="btn" href="/account/sessions">"Your sessions"</a>
                </p>
            </section>
        </div>
    }
    .into_any()
}

/// Changing one's own password.
pub async fn password_page(req: &Request) -> Shown {
    let posted = req.posted();
    Ok(view! {
        {req.title("Change password")}
        <header class="page-head"><h1>"Change password"</h1></header>
        {problems_named(posted, &[NEW_PASSWORD])}
        <form class="form" method="post" action="/account/password">
            {FormField::password("current_password", "Current password", "current-password").input(posted)}
            {new_password(posted, NEW_PASSWORD)}
            <p class="hint">"Your other sessions end when the password changes."</p>
            <div class="buttons"><button class="btn btn-primary">"Change password"</button><a class="btn" href="/account">"Cancel"</a></div>
        </form>
    }
    .into_any())
}
