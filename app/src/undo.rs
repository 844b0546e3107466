//! Undo: the form of the notice after an action, and the page that says why something was not undone.

use holdfast_actions::{
    Ctx, Result,
    undo::{self, OFFERED_S},
};
use holdfast_domain::{Actor, Refusal};
use leptos::prelude::*;

use crate::{
    form::{Done, Form, local},
    page::Shown,
    request::Request,
    ui::problems,
};

/// Why nothing was undone, or, asked for by itself, where undo is offered.
pub async fn undo_page(req: &Request) -> Shown {
    let posted = req.posted();
    let back = posted.value("back").and_then(local).unwrap_or("/").to_owned();
    let words = format!(
        "Undo is offered in the notice after an action, for {OFFERED_S} seconds, to the person who did it. It is an action of its own in the history."
    );
    Ok(view! {
        {req.title("Undo")}
        <section class="card page-narrow">
            <h1>"Undo"</h1>
            {problems(posted)}
            <p>{words}</p>
            <div class="buttons"><a class="btn btn-primary" href=back>"Go back"</a></div>
        </section>
    }
    .into_any())
}

/// Undoes the action of an entry.
pub async fn post(form: &Form, ctx: &Ctx, actor: &Actor) -> Result<Done> {
    let incomplete = || Refusal::Rule("This form was incomplete. Nothing was undone.".into());
    let seq = form.text("seq").parse().map_err(|_| incomplete())?;
    let undone = undo::undo(ctx, actor, seq).await?;
    Ok(Done::said(local(form.text("back")).unwrap_or("/"), undone.words))
}
