//! The links of an incident: listed, made, removed and taken back. Written as pages of their own, since a
//! link has two ends.

use holdfast_actions::{Ctx, Result, link};
use holdfast_domain::{
    Actor, Permission,
    lifecycle::Status,
    link::{Link, LinkFields, words},
};
use leptos::prelude::*;

use crate::{
    form::{Done, Form},
    incident::{
        room::Room,
        tab::{Tab, room},
    },
    item::{form::Inputs, read},
    page::Shown,
    request::Request,
    ui::{
        badge,
        confirm::Confirm,
        field::{FormField, hidden},
        icon::{self, icon},
        moment,
        notice::problems,
        table::{self, Cell, Row},
    },
};

/// The list.
pub async fn links_page(req: &Request) -> Shown {
    let (ctx, actor) = req.signed_in()?;
    let seen = Room::find(req).await?;
    let archived = req.query("archived").is_some();
    let links = link::list(ctx, actor, &seen.incident, archived).await?;
    let add = (seen.may(Permission::EditIncident) && !archived).then(|| {
        view! { <a class="btn" href=seen.address("/links/new")>{icon(icon::PLUS)}"Add a link"</a> }
    });
    let (way, href) =
        if archived { ("Back to the links", "/links") } else { ("Show the removed ones", "/links?archived=1") };
    let rows: Vec<Row> = links.iter().map(|link| row(&seen, link)).collect();
    let list = match (rows.is_empty(), archived) {
        (false, _) => table::plain("Links", &["This incident is", "Incident", "Status", "Note", "Changed", ""], rows),
        (true, true) => view! { <p class="muted">"None was removed."</p> }.into_any(),
        (true, false) => {
            let words = "Link incidents that belong together: duplicates, parts of one campaign, causes.";
            view! { <p class="muted"><strong>"No link yet"</strong>". "{words}</p> }.into_any()
        }
    };
    let body = view! {
        <div class="stack">
        <section class="card">
            <div class="card-head"><h2>"Links"</h2><div class="actions">{add}</div></div>
            {list}
        </section>
        <p class="hint">"Only links to incidents that you may see are listed. "<a href=seen.address(href)>{way}</a></p>
        </div>
    };
    Ok(room(req, &seen, Tab::Links, body.into_any()))
}

fn row(seen: &Room, link: &Link) -> Row {
    let at = |id| seen.address(&format!("/links/{id}/archive"));
    let button = if link.archived_at.is_some() { "Take back" } else { "Remove" };
    let change = match link.id {
        Some(id) if seen.may(Permission::EditIncident) => Some(
            view! {
                <a class="btn btn-quiet" href=at(id) aria-label=format!("{button}: {}", link.other)>{button}</a>
            }
            .into_any(),
        ),
        Some(_) => None,
        None => Some(view! { <span class="muted small">"Merged: reopen it to revert"</span> }.into_any()),
    };
    let other = view! {
        <a class="mono" href=format!("/incidents/{}", link.other)>{link.other.clone()}</a> " " {link.other_title.clone()}
    };
    Row::of([
        Cell::bare(words(link.kind, link.at_from)),
        Cell::name(other).class("wrap lead"),
        Cell::bare(status(link.other_status)),
        Cell::known((!link.note.is_empty()).then(|| link.note.clone())).class("wrap"),
        Cell::of(moment::short(&seen.moment(link.updated_at))),
        Cell::bare(change),
    ])
}

fn status(status: Status) -> AnyView {
    badge::plain(status.label())
}

/// The form of a new one.
pub async fn new_page(req: &Request) -> Shown {
    let posted = req.posted();
    let seen = Room::find(req).await?;
    let inputs = Inputs::new(posted, &seen.zone, &[]);
    let body = view! {
        {problems(posted)}
        <section class="card">
            <h2>"Add a link"</h2>
            <form class="form" method="post" action=seen.address("/links/new") data-guard="">
                {FormField::line("other", "Incident").required().chars_max(40).mono().autocomplete("off")
                    .hint("Its reference, such as INC-2026-0001.").input(posted)}
                {inputs.all(&LinkFields::default())}
                <div class="buttons"><button class="btn btn-primary">"Add link"</button><a class="btn" href=seen.address("/links")>"Cancel"</a></div>
            </form>
        </section>
    };
    Ok(room(req, &seen, Tab::Links, body.into_any()))
}

/// Asks before a link is removed or taken back.
pub async fn archive_page(req: &Request) -> Shown {
    let (ctx, actor) = req.signed_in()?;
    let seen = Room::find(req).await?;
    let link = link::view(ctx, actor, &seen.incident, req.param("id")?).await?;
    let is_archived = link.archived_at.is_some();
    let what = format!("{} {}", words(link.kind, link.at_from), link.other);
    let (question, note, button) = if is_archived {
        (format!("Take “{what}” back?"), "It was removed and is still kept.", "Take back")
    } else {
        (
            format!("Remove “{what}”?"),
            "It leaves the links of both incidents. It is kept, and can be taken back.",
            "Remove",
        )
    };
    let confirm = Confirm {
        question,
        words: note,
        losses: Vec::new(),
        action: seen.address(&format!("/links/{}/archive", req.param("id")?)),
        button,
        fields: view! { {hidden("version", link.version)} {hidden("archived", !is_archived)} }.into_any(),
        back: ("Back", seen.address("/links")),
        dangerous: !is_archived,
    };
    Ok(room(req, &seen, Tab::Links, confirm.view(req.posted())))
}

fn to(form: &Form, verb: &str) -> Result<Done> {
    Ok(Done::said(format!("/incidents/{}/links", form.param("reference")?), format!("Link {verb}.")))
}

/// Makes a link.
pub async fn add(form: &Form, ctx: &Ctx, actor: &Actor) -> Result<Done> {
    let fields = read::all(form, &actor.time_zone, &LinkFields::default())?;
    link::add(ctx, actor, form.param("reference")?, form.text("other"), &fields).await?;
    to(form, "added")
}

/// Removes a link, or takes it back.
pub async fn archive(form: &Form, ctx: &Ctx, actor: &Actor) -> Result<Done> {
    let (version, archived) = (form.version()?, form.ticked("archived"));
    link::set_archived(ctx, actor, form.param("reference")?, form.param("id")?, version, archived).await?;
    to(form, if archived { "archived" } else { "restored" })
}
