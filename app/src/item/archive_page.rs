//! Asking before an item is archived or taken back.

use leptos::prelude::*;

use super::{pages::ItemPages, view_page::found};
use crate::{
    incident::room,
    page::Shown,
    request::Request,
    ui::{Confirm, hidden},
};

/// The question.
pub async fn archive_page<F: ItemPages>(req: &Request) -> Shown {
    let (seen, item) = found::<F>(req).await?;
    let at = |tail: &str| seen.address(&format!("/{}/{}{tail}", F::PLURAL, item.id));
    let is_archived = item.archived_at.is_some();
    let name = item.fields.title();
    let (question, words, button) = if is_archived {
        (format!("Take “{name}” back?"), "It was archived and is still kept.", "Take back")
    } else {
        (format!("Archive “{name}”?"), F::ARCHIVING, "Archive")
    };
    let confirm = Confirm {
        question,
        words,
        losses: Vec::new(),
        action: at("/archive"),
        button,
        fields: view! { {hidden("version", item.version)} {hidden("archived", !is_archived)} }.into_any(),
        back: ("Back", at("")),
        dangerous: !is_archived,
    };
    Ok(room(req, &seen, F::TAB, confirm.view(req.posted())))
}
