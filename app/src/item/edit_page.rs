//! Adding and editing an item.

use holdfast_actions::person;
use holdfast_domain::{FieldKind, Fields, noun::Item};
use leptos::prelude::*;

use super::{ItemPages, form::Inputs, view_page::found, words::words};
use crate::{
    incident::{room::Room, tab::room},
    page::Shown,
    request::Request,
    ui::{
        conflict,
        field::{Choice, hidden, typed},
        notice::problems,
    },
};

/// The form of a new one.
pub async fn new_page<F: ItemPages>(req: &Request) -> Shown {
    let posted = req.posted();
    let seen = Room::find(req).await?;
    let people = people::<F>(req).await?;
    let inputs = Inputs { posted, zone: &seen.zone, people: &people };
    let add = format!("Add {}", F::ONE);
    let (home, _) = F::home();
    let body = view! {
        {problems(posted)}
        <section class="card">
            <div class="card-head"><h2>{add.clone()}</h2><div class="actions">{F::more_buttons(&seen)}</div></div>
            <form class="form" method="post" action=seen.address(&format!("/{}/new", F::PLURAL)) data-guard="">
                {inputs.all(&F::default())}
                <div class="buttons"><button class="btn btn-primary">{add}</button><a class="btn" href=seen.address(&home)>"Cancel"</a></div>
            </form>
        </section>
    };
    Ok(room(req, &seen, F::TAB, body.into_any()))
}

/// The form of one that is there, and how a conflict over it is settled.
pub async fn edit_page<F: ItemPages>(req: &Request) -> Shown {
    let posted = req.posted();
    let (seen, item) = found::<F>(req).await?;
    let people = people::<F>(req).await?;
    let at = |tail: &str| seen.address(&format!("/{}/{}{tail}", F::PLURAL, item.id));
    let body = match conflict::found(posted) {
        Some(conflict) => {
            let words = |name: &str, text: &str| words(F::FIELDS, name, text, &seen.zone, &people);
            conflict::settle(conflict, posted, at("/edit"), at(""), &conflict::texts(F::FIELDS), &words)
        }
        None => form(&Inputs { posted, zone: &seen.zone, people: &people }, &item, at("/edit"), at("")),
    };
    Ok(room(req, &seen, F::TAB, body))
}

fn form<F: ItemPages>(inputs: &Inputs<'_>, item: &Item<F>, action: String, back: String) -> AnyView {
    let posted = inputs.posted;
    view! {
        {problems(posted)}
        <section class="card">
            <h2>{format!("Edit the {}", F::NAME)}</h2>
            <form class="form" method="post" action=action data-guard="">
                {hidden("version", typed(posted, "version", item.version.to_string()))}
                {conflict::bases_of(&item.fields)}
                {inputs.all(&item.fields)}
                <div class="buttons"><button class="btn btn-primary">"Save changes"</button><a class="btn" href=back>"Cancel"</a></div>
            </form>
        </section>
    }
    .into_any()
}

/// The people on offer, where the noun has a field for them.
async fn people<F: Fields>(req: &Request) -> holdfast_actions::Result<Vec<Choice>> {
    let (ctx, actor) = req.signed_in()?;
    if !F::FIELDS.iter().any(|field| matches!(field.kind, FieldKind::Person | FieldKind::People)) {
        return Ok(Vec::new());
    }
    let workers = person::workers(ctx, actor).await?;
    Ok(workers.into_iter().map(|person| (person.id.to_string(), person.name)).collect())
}
