//! Adding, editing and archiving indicators, assets and vulnerabilities.

use leptos::prelude::*;

use super::{
    form::{blank, fields},
    kind::Kind,
    thing::{Thing, words},
};
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

/// The pages of a kind, as the list of pages names them.
macro_rules! pages {
    ($($kind:ident: $new:ident, $edit:ident, $archive:ident;)+) => {$(
        pub async fn $new() -> Shown {
            new_page(Kind::$kind).await
        }

        pub async fn $edit() -> Shown {
            edit_page(Kind::$kind).await
        }

        pub async fn $archive() -> Shown {
            archive_page(Kind::$kind).await
        }
    )+};
}

pages! {
    Indicator: new_indicator, edit_indicator, archive_indicator;
    Asset: new_asset, edit_asset, archive_asset;
    Vulnerability: new_vulnerability, edit_vulnerability, archive_vulnerability;
}

async fn new_page(kind: Kind) -> Shown {
    let seen = incident_room(param("reference")).await?;
    let many = (kind == Kind::Indicator)
        .then(|| view! { <a class="btn" href=seen.address("/indicators/many")>"Add many at once"</a> });
    let body = view! {
        {problems()}
        <section class="card">
            <div class="card-head"><h2>{kind.add()}</h2><div class="actions">{many}</div></div>
            <form class="form" method="post" action=seen.address(&format!("{}/new", kind.path())) data-guard="">
                {blank(kind, &seen.zone)}
                <div class="buttons"><button class="btn btn-primary">{kind.add()}</button><a class="btn" href=seen.address("/indicators")>"Cancel"</a></div>
            </form>
        </section>
    };
    Ok(room(&seen, Tab::Indicators, body.into_any()))
}

async fn found(kind: Kind) -> Result<(RoomView, Thing), crate::AppError> {
    let (ctx, actor) = request()?;
    let seen = incident_room(param("reference")).await?;
    let thing = Thing::find(&ctx, &actor, kind, &param("reference"), &param("id")).await?;
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

async fn edit_page(kind: Kind) -> Shown {
    let (seen, thing) = found(kind).await?;
    let at = |tail: &str| seen.address(&format!("{}/{}{tail}", kind.path(), thing.id()));
    let body = match conflict::found() {
        Some((conflict, posted)) => {
            let zone = seen.zone.clone();
            let words: conflict::Words = Box::new(move |field, text| words(field, text, kind, &zone));
            conflict::settle(&conflict, &posted, at("/edit"), at(""), TEXTS, &words)
        }
        None => form(&seen, kind, &thing, at("/edit"), at("")),
    };
    Ok(room(&seen, Tab::Indicators, body))
}

fn form(seen: &RoomView, kind: Kind, thing: &Thing, action: String, back: String) -> AnyView {
    let texts: Vec<_> = thing.as_text().into_iter().map(|field| (field.name, field.text)).collect();
    view! {
        {problems()}
        <section class="card">
            <h2>{kind.edit()}</h2>
            <form class="form" method="post" action=action data-guard="">
                {hidden("version", typed("version", thing.version().to_string()))}
                {conflict::bases(&texts)}
                {fields(thing, &seen.zone)}
                <div class="buttons"><button class="btn btn-primary">"Save changes"</button><a class="btn" href=back>"Cancel"</a></div>
            </form>
        </section>
    }
    .into_any()
}

async fn archive_page(kind: Kind) -> Shown {
    let (seen, thing) = found(kind).await?;
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
    Ok(room(&seen, Tab::Indicators, confirm.view()))
}
