//! What the forms of this folder do: read, one action, where to go. They decide nothing.

use holdfast_actions::{
    Ctx, Result, person, session,
    session::SignIn,
    setup::{self, SetupDraft},
};
use holdfast_domain::{Actor, Refusal, SessionId};

use crate::{
    form::{Done, Form, local},
    outcome::Outcome,
    request::preference,
};

fn to(address: &str, words: &str) -> Result<Done> {
    Ok(Done::said(address, words))
}

pub async fn set_up(form: &Form, ctx: &Ctx) -> Result<Done> {
    let draft = SetupDraft {
        code: form.text("code").trim().into(),
        org_name: form.text("org_name").trim().into(),
        time_zone: form.text("time_zone").trim().into(),
        log_name: form.text("log_name").trim().into(),
        name: form.text("name").trim().into(),
        email: form.text("email").trim().into(),
        password: form.text("password").into(),
        also_lead: form.has("also_lead"),
    };
    setup::set_up(ctx, &draft).await?;
    to("/sign-in", "Holdfast is set up. Sign in as its first administrator.")
}

pub async fn sign_in(form: &Form, ctx: &Ctx) -> Result<Done> {
    let attempt = SignIn {
        email: form.text("email"),
        password: form.text("password"),
        address: &form.address,
        devices: &form.devices,
        user_agent: &form.user_agent,
    };
    let signed_in = session::sign_in(ctx, &attempt).await?;
    Ok(Done::SignedIn { signed_in, to: local(form.text("next")).unwrap_or("/").into() })
}

pub async fn sign_out(_form: &Form, ctx: &Ctx, actor: &Actor) -> Result<Done> {
    session::signed_out(ctx, actor).await?;
    let outcome = Outcome { words: "You are signed out.".into(), is_alarm: false, undo: None };
    Ok(Done::SignedOut { to: "/sign-in".into(), outcome })
}

pub async fn join(form: &Form, ctx: &Ctx) -> Result<Done> {
    person::accept_invitation(ctx, form.text("code").trim(), form.text("password")).await?;
    to("/sign-in", "Your password is set. Sign in with it.")
}

pub async fn revoke(form: &Form, ctx: &Ctx, actor: &Actor) -> Result<Done> {
    session::revoke(ctx, actor, id(form)?).await?;
    to("/sessions", "The session has ended.")
}

pub async fn revoke_own(form: &Form, ctx: &Ctx, actor: &Actor) -> Result<Done> {
    session::revoke(ctx, actor, id(form)?).await?;
    to("/account/sessions", "The session has ended.")
}

fn id(form: &Form) -> Result<SessionId> {
    Ok(form.param("id")?.parse().map_err(|_| Refusal::NotFound("session".into()))?)
}

pub async fn edit_account(form: &Form, ctx: &Ctx, actor: &Actor) -> Result<Done> {
    person::edit_own(ctx, actor, form.text("name").trim(), form.text("time_zone").trim()).await?;
    to("/account", "Your account is saved.")
}

pub async fn change_password(form: &Form, ctx: &Ctx, actor: &Actor) -> Result<Done> {
    person::change_own_password(ctx, actor, form.text("current_password"), form.text("password")).await?;
    to("/account", "Your password is changed. Your other sessions have ended.")
}

#[allow(clippy::unused_async)] // Every form handler is asynchronous; this one touches no database.
pub async fn choose_theme(form: &Form, _ctx: &Ctx, _actor: &Actor) -> Result<Done> {
    let theme = match form.text("theme") {
        theme @ ("light" | "dark" | "system") => theme,
        _ => return Err(Refusal::field("theme", "Choose system, light or dark.").into()),
    };
    let set_cookie = preference("theme", theme, form.secure);
    Ok(Done::Cookie { set_cookie, to: "/account".into() })
}

#[cfg(test)]
mod tests {
    use super::local;

    #[test]
    fn only_paths_of_this_site_are_followed() {
        assert_eq!(local("/incidents?status=open"), Some("/incidents?status=open"));
        for elsewhere in ["", "https://a.example", "//a.example", "/\\a.example", "incidents", "/a\r\nSet-Cookie: x"] {
            assert_eq!(local(elsewhere), None, "{elsewhere}");
        }
    }
}
