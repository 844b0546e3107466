//! Taking an incident that nobody owns: what is shown when the one click was refused, or when
//! somebody comes here by address.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::{
    api::incident_room,
    history_page::words,
    room::{Tab, room, version},
    seen::RoomView,
};
use crate::ui::{confirm::Confirm, conflict, error_view::loaded, field::hidden};

/// The question.
#[component]
pub fn TakePage() -> impl IntoView {
    let params = use_params_map();
    let seen = Resource::new(move || params.with(|params| params.get("reference").unwrap_or_default()), incident_room);
    view! { {loaded(seen, |seen| room(&seen, Tab::Overview, ask(&seen)))} }
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
