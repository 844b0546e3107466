//! Adding, editing and removing an event.

use holdfast_domain::event::Event;
use leptos::prelude::*;

use super::form::{blank, fields};
use crate::{
    incident::{
        api::incident_room,
        room::{Tab, room},
        seen::RoomView,
    },
    page::Shown,
    request::{param, request},
    ui::{
        confirm::Confirm,
        conflict,
        field::{hidden, typed},
        notice::problems,
    },
};

/// The form of a new event.
pub async fn new_page() -> Shown {
    let seen = incident_room(param("reference")).await?;
    let body = view! {
        {problems()}
        <section class="card">
            <h2>"Add an event"</h2>
            <form class="form" method="post" action=seen.address("/timeline/new") data-guard="">
                {fields(&blank(), &seen.zone)}
                {buttons(&seen, "Add event")}
            </form>
        </section>
    };
    Ok(room(&seen, Tab::Timeline, body.into_any()))
}

fn buttons(seen: &RoomView, words: &'static str) -> AnyView {
    view! { <div class="buttons"><button class="btn btn-primary">{words}</button><a class="btn" href=seen.address("/timeline")>"Cancel"</a></div> }
        .into_any()
}

async fn found() -> Result<(RoomView, Event), crate::AppError> {
    let (ctx, actor) = request()?;
    let seen = incident_room(param("reference")).await?;
    let event = holdfast_actions::event::one(&ctx, &actor, &param("reference"), &param("id")).await?;
    Ok((seen, event))
}

/// The form of one that is there.
pub async fn edit_page() -> Shown {
    let (seen, event) = found().await?;
    let action = seen.address(&format!("/timeline/{}/edit", event.id));
    // After a conflict the form goes on from the version that is there now, with what was typed.
    let version = match conflict::found() {
        Some((conflict, _)) => conflict.version.to_string(),
        None => typed("version", event.version.to_string()),
    };
    let body = view! {
        {problems()}
        {conflict::notice(|_, text| text.to_owned())}
        <section class="card">
            <h2>"Edit the event"</h2>
            <form class="form" method="post" action=action data-guard="">
                {hidden("version", version)}
                {fields(&event.fields, &seen.zone)}
                {buttons(&seen, "Save event")}
            </form>
        </section>
    };
    Ok(room(&seen, Tab::Timeline, body.into_any()))
}

/// Asks before an event is removed; for one that was, offers to put it back.
pub async fn remove_page() -> Shown {
    let (seen, event) = found().await?;
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
    Ok(room(&seen, Tab::Timeline, confirm.view()))
}
