//! Adding and editing an item.

use holdfast_domain::noun::Item;
use leptos::prelude::*;

use super::{
    form::{FormCard, Inputs, seen_before},
    pages::ItemPages,
    people::offered,
    view_page::found,
};
use crate::{
    incident::{Room, room},
    page::Shown,
    request::Request,
    ui::{Words, conflict},
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
    let more = F::more_buttons(&seen);
    let card = FormCard {
        heading: view! { <div class="card-head"><h2>{add.clone()}</h2><div class="actions">{more}</div></div> }
            .into_any(),
        action: seen.address(&format!("/{}/new", F::PLURAL)),
        inputs: inputs.all(&start),
        button: add,
        back: seen.address(&home),
    };
    Ok(room(req, &seen, F::TAB, card.view::<F>(posted)))
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
    let card = FormCard {
        heading: view! { <h2>{format!("Edit the {}", F::NAME)}</h2> }.into_any(),
        action,
        inputs: view! { {seen_before(posted, item.version, &item.fields)} {inputs.all(&item.fields)} }.into_any(),
        button: "Save changes".into(),
        back,
    };
    card.view::<F>(posted)
}
