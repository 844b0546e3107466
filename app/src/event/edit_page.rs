//! Adding, editing and removing an event.

use holdfast_domain::event::{Event, EventFields};
use leptos::prelude::*;

use super::form::fields;
use crate::{
    incident::{Room, Tab, room},
    item::form::{FormCard, seen_before},
    page::Shown,
    request::Request,
    ui::{Confirm, Words, conflict, hidden},
};

/// The form of a new event.
pub async fn new_page(req: &Request) -> Shown {
    let posted = req.posted();
    let seen = Room::find(req).await?;
    let card = FormCard {
        heading: view! { <h2>"Add an event"</h2> }.into_any(),
        action: seen.address("/timeline/new"),
        inputs: fields(posted, &EventFields::default(), &seen.zone),
        button: "Add event".into(),
        back: seen.address("/timeline"),
    };
    Ok(room(req, &seen, Tab::Timeline, card.view::<EventFields>(posted)))
}

async fn found(req: &Request) -> holdfast_actions::Result<(Room, Event)> {
    let (ctx, actor) = req.signed_in()?;
    let seen = Room::find(req).await?;
    let event = holdfast_actions::event::one(ctx, actor, &seen.incident, req.param("id")?).await?;
    Ok((seen, event))
}

/// The form of one that is there.
pub async fn edit_page(req: &Request) -> Shown {
    let posted = req.posted();
    let (seen, event) = found(req).await?;
    let action = seen.address(&format!("/timeline/{}/edit", event.id));
    if let Some(conflict) = conflict::found(posted) {
        // The form does not ask from where the time is known: that goes with the time.
        let mut asked = conflict.clone();
        asked.fields.retain(|field| field.field != "time_source");
        let words = Words::of_noun::<EventFields>(&seen.zone, &[]);
        let settle = conflict::settle_declared(&asked, posted, action, seen.address("/timeline"), &words);
        return Ok(room(req, &seen, Tab::Timeline, settle));
    }
    let inputs = fields(posted, &event.fields, &seen.zone);
    let card = FormCard {
        heading: view! { <h2>"Edit the event"</h2> }.into_any(),
        action,
        inputs: view! { {seen_before(posted, event.version, &event.fields)} {inputs} }.into_any(),
        button: "Save event".into(),
        back: seen.address("/timeline"),
    };
    Ok(room(req, &seen, Tab::Timeline, card.view::<EventFields>(posted)))
}

/// Asks before an event is removed; for one that was, offers to put it back.
pub async fn remove_page(req: &Request) -> Shown {
    let posted = req.posted();
    let (seen, event) = found(req).await?;
    let (question, words, button, restore) = if event.archived {
        (
            format!("Put “{}” back?", event.fields.title),
            "It was removed from the timeline and is still kept.",
            "Put back",
            "true",
        )
    } else {
        (
            format!("Remove “{}”?", event.fields.title),
            "It leaves the timeline and reports. It is kept, and can be put back.",
            "Remove",
            "false",
        )
    };
    let confirm = Confirm {
        question,
        words,
        losses: Vec::new(),
        action: seen.address(&format!("/timeline/{}/remove", event.id)),
        button,
        fields: view! { {hidden("version", event.version)} {hidden("restore", restore)} }.into_any(),
        back: ("Back to the timeline", seen.address("/timeline")),
        dangerous: !event.archived,
    };
    Ok(room(req, &seen, Tab::Timeline, confirm.view(posted)))
}
