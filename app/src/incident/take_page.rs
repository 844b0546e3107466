//! Taking an incident that nobody owns: what is shown when the one click was refused, or when
//! somebody comes here by address.

use leptos::prelude::*;

use super::{
    api::incident_room,
    history_page::words,
    room::{Tab, room, version},
    seen::RoomView,
};
use crate::page::Shown;
use crate::request::param;
use crate::ui::{confirm::Confirm, conflict, field::hidden};

/// The question.
pub async fn take_page() -> Shown {
    let seen = incident_room(param("reference")).await?;
    Ok(room(&seen, Tab::Overview, ask(&seen)))
}

fn ask(room: &RoomView) -> AnyView {
    let confirm = Confirm {
        question: format!("Take {}?", room.incident.reference),
        words: "You become its owner: the one who leads the response.",
        losses: Vec::new(),
        action: room.address("/take"),
        button: "Take it",
        fields: hidden("version", version(room)),
        back: ("Back to the incident", room.address("")),
        dangerous: false,
    };
    view! { {conflict::notice(words)} {confirm.view()} }.into_any()
}
