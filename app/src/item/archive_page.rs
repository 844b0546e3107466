//! Asking before an item is archived or taken back.

use super::{pages::ItemPages, view_page::found};
use crate::{
    incident::room,
    page::Shown,
    request::Request,
    ui::confirm::{Archiving, Confirm},
};

/// The question.
pub async fn archive_page<F: ItemPages>(req: &Request) -> Shown {
    let (seen, item) = found::<F>(req).await?;
    let at = |tail: &str| seen.address(&format!("/{}/{}{tail}", F::PLURAL, item.id));
    let (words, taken) = (F::ARCHIVING, "It was archived and is still kept.");
    let asked = Archiving { name: item.fields.title(), verb: "Archive", words, taken };
    let seen_as = (item.version, item.archived_at.is_some());
    let confirm = Confirm::archiving(asked, seen_as, at("/archive"), ("Back", at("")));
    Ok(room(req, &seen, F::TAB, confirm.view(req.posted())))
}
