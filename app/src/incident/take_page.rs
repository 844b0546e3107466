//! Taking an incident that nobody owns: what is shown when the one click was refused, or when
//! somebody comes here by address.

use holdfast_actions::person;
use leptos::prelude::*;

use super::{
    form::owners,
    room::Room,
    tab::{Tab, room, version},
};
use crate::{
    form::Posted,
    page::Shown,
    request::Request,
    ui::{Choice, Confirm, Words, hidden},
};

/// The question.
pub async fn take_page(req: &Request) -> Shown {
    let posted = req.posted();
    let (ctx, actor) = req.signed_in()?;
    let seen = Room::find(req).await?;
    let people = owners(&person::workers(ctx, actor).await?, None);
    Ok(room(req, &seen, Tab::Overview, ask(posted, &seen, &people)))
}

fn ask(posted: &Posted, room: &Room, people: &[Choice]) -> AnyView {
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
    confirm.worded(posted, &Words { people, ..room.words() })
}
