//! Taking an incident that nobody owns: what is shown when the one click was refused, or when
//! somebody comes here by address.

use leptos::prelude::*;

use super::{
    history_page::words,
    room::Room,
    tab::{Tab, room, version},
};
use crate::ui::{confirm::Confirm, conflict, field::hidden};
use crate::{form::Posted, page::Shown, request::Request};

/// The question.
pub async fn take_page(req: &Request) -> Shown {
    let posted = req.posted();
    let seen = Room::find(req).await?;
    Ok(room(req, &seen, Tab::Overview, ask(posted, &seen)))
}

fn ask(posted: &Posted, room: &Room) -> AnyView {
    let confirm = Confirm {
        question: format!("Take {}?", room.incident.reference),
        words: "You become its owner: the one who leads the response.",
        losses: Vec::new(),
        action: room.address("/take"),
        button: "Take it",
        fields: hidden("version", version(posted, room)),
        back: ("Back to the incident", room.address("")),
        dangerous: false,
    };
    view! { {conflict::notice(posted, words)} {confirm.view(posted)} }.into_any()
}
