//! Adding and editing an item.

use holdfast_domain::noun::Item;
use leptos::prelude::*;

use super::{form::Inputs, pages::ItemPages, people::offered, view_page::found};
use crate::{
    incident::{room::Room, tab::room},
    page::Shown,
    request::Request,
    ui::{
        conflict,
        field::{hidden, typed},
        notice::problems_of,
        words::Words,
    },
};

/// The form of a new one.
pub async fn new_page<F: ItemPages>(req: &Request) -> Shown {
    let posted = req.posted();
    let seen = Room::find(req).await?;
    let start = F::default();
    let people = offered(req, &seen, &start).await?;
    let inputs = Inputs::new(posted, &seen.zone, &people);
    let add = format!("Add {}", F::ONE);
    let (home, _) = F::home();
    let body = view! {
        {problems_of(posted, F::FIELDS)}
        <section class="card">
            <div class="card-head"><h2>{add.clone()}</h2><div class="actions">{F::more_buttons(&seen)}</div></div>
            <form class="form" method="post" action=seen.address(&format!("/{}/new", F::PLURAL)) data-guard="">
                {inputs.all(&start)}
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
    let people = offered(req, &seen, &item.fields).await?;
    let at = |tail: &str| seen.address(&format!("/{}/{}{tail}", F::PLURAL, item.id));
    let body = match conflict::found(posted) {
        Some(conflict) => {
            let words = Words::of_noun::<F>(&seen.zone, &people);
            conflict::settle_declared(conflict, posted, at("/edit"), at(""), &words)
        }
        None => form(&Inputs::new(posted, &seen.zone, &people), &item, at("/edit"), at("")),
    };
    Ok(room(req, &seen, F::TAB, body))
}

fn form<F: ItemPages>(inputs: &Inputs<'_>, item: &Item<F>, action: String, back: String) -> AnyView {
    let posted = inputs.posted;
    view! {
        {problems_of(posted, F::FIELDS)}
        <section class="card">
            <h2>{format!("Edit the {}", F::NAME)}</h2>
            <form class="form" method="post" action=action data-guard="">
                {hidden("version", typed(posted, "version", item.version.to_string()))}
                {conflict::bases_of(posted, &item.fields)}
                {inputs.all(&item.fields)}
                <div class="buttons"><button class="btn btn-primary">"Save changes"</button><a class="btn" href=back>"Cancel"</a></div>
            </form>
        </section>
    }
    .into_any()
}
