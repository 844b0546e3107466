//! Adding, editing and archiving indicators, assets and vulnerabilities.

use leptos::prelude::*;

use super::{
    form::{blank, fields},
    kind::Kind,
    thing::{Thing, words},
};
use crate::{
    form::Posted,
    incident::{
        room::Room,
        tab::{Tab, room},
    },
    page::Shown,
    request::Request,
    ui::{
        confirm::Confirm,
        conflict,
        field::{hidden, typed},
        notice::problems,
    },
};

/// The pages of a kind, as the list of pages names them.
macro_rules! pages {
    ($($kind:ident: $new:ident, $edit:ident, $archive:ident;)+) => {$(
        pub async fn $new(req: &Request) -> Shown {
            new_page(req, Kind::$kind).await
        }

        pub async fn $edit(req: &Request) -> Shown {
            edit_page(req, Kind::$kind).await
        }

        pub async fn $archive(req: &Request) -> Shown {
            archive_page(req, Kind::$kind).await
        }
    )+};
}

pages! {
    Indicator: new_indicator, edit_indicator, archive_indicator;
    Asset: new_asset, edit_asset, archive_asset;
    Vulnerability: new_vulnerability, edit_vulnerability, archive_vulnerability;
}

async fn new_page(req: &Request, kind: Kind) -> Shown {
    let posted = req.posted();
    let seen = Room::find(req).await?;
    let many = (kind == Kind::Indicator)
        .then(|| view! { <a class="btn" href=seen.address("/indicators/many")>"Add many at once"</a> });
    let body = view! {
        {problems(posted)}
        <section class="card">
            <div class="card-head"><h2>{kind.add()}</h2><div class="actions">{many}</div></div>
            <form class="form" method="post" action=seen.address(&format!("{}/new", kind.path())) data-guard="">
                {blank(posted, kind, &seen.zone)}
                <div class="buttons"><button class="btn btn-primary">{kind.add()}</button><a class="btn" href=seen.address("/indicators")>"Cancel"</a></div>
            </form>
        </section>
    };
    Ok(room(req, &seen, Tab::Indicators, body.into_any()))
}

async fn found(req: &Request, kind: Kind) -> holdfast_actions::Result<(Room, Thing)> {
    let (ctx, actor) = req.signed_in()?;
    let seen = Room::find(req).await?;
    let thing = Thing::find(ctx, actor, kind, &seen.incident, req.param("id")?).await?;
    Ok((seen, thing))
}

/// The fields that stay editable as text in a conflict.
const TEXTS: &[&str] = &[
    "value",
    "description",
    "name",
    "identifier",
    "owner",
    "notes",
    "cve",
    "title",
    "affected",
    "cvss_score",
    "cvss_vector",
];

async fn edit_page(req: &Request, kind: Kind) -> Shown {
    let posted = req.posted();
    let (seen, thing) = found(req, kind).await?;
    let at = |tail: &str| seen.address(&format!("{}/{}{tail}", kind.path(), thing.id()));
    let body = match conflict::found(posted) {
        Some(conflict) => {
            let zone = seen.zone.clone();
            let words: conflict::Words = Box::new(move |field, text| words(field, text, kind, &zone));
            conflict::settle(conflict, posted, at("/edit"), at(""), TEXTS, &words)
        }
        None => form(posted, &seen, kind, &thing, at("/edit"), at("")),
    };
    Ok(room(req, &seen, Tab::Indicators, body))
}

fn form(posted: &Posted, seen: &Room, kind: Kind, thing: &Thing, action: String, back: String) -> AnyView {
    let texts: Vec<_> = thing.as_text().into_iter().map(|field| (field.name, field.text)).collect();
    view! {
        {problems(posted)}
        <section class="card">
            <h2>{kind.edit()}</h2>
            <form class="form" method="post" action=action data-guard="">
                {hidden("version", typed(posted, "version", thing.version().to_string()))}
                {conflict::bases(&texts)}
                {fields(posted, thing, &seen.zone)}
                <div class="buttons"><button class="btn btn-primary">"Save changes"</button><a class="btn" href=back>"Cancel"</a></div>
            </form>
        </section>
    }
    .into_any()
}

async fn archive_page(req: &Request, kind: Kind) -> Shown {
    let posted = req.posted();
    let (seen, thing) = found(req, kind).await?;
    let at = |tail: &str| seen.address(&format!("{}/{}{tail}", kind.path(), thing.id()));
    let (question, words, button, archived) = if thing.is_archived() {
        (format!("Take “{}” back?", thing.name()), "It was archived and is still kept.", "Take back", "false")
    } else {
        (
            format!("Archive “{}”?", thing.name()),
            "It leaves the lists, the search and what other incidents see of it. It is kept, and can be taken back.",
            "Archive",
            "true",
        )
    };
    let confirm = Confirm {
        question,
        words,
        losses: Vec::new(),
        action: at("/archive"),
        button,
        fields: view! { {hidden("version", thing.version())} {hidden("archived", archived)} }.into_any(),
        back: ("Back", at("")),
        dangerous: !thing.is_archived(),
    };
    Ok(room(req, &seen, Tab::Indicators, confirm.view(posted)))
}
