//! One thing that was found: all that is known of it, and where else it was seen.

use holdfast_domain::{
    Permission, asset::Asset, indicator::Indicator, indicator::SeenIn, vulnerability::Vulnerability,
};
use leptos::prelude::*;

use super::{cells, kind::Kind, thing::Thing};
use crate::{
    incident::{
        room::Room,
        tab::{Tab, room},
    },
    page::Shown,
    request::Request,
    ui::{
        badge,
        icon::{self, icon},
        markdown,
        moment::{self, Moment},
    },
};

pub async fn indicator_page(req: &Request) -> Shown {
    shown(req, Kind::Indicator).await
}

pub async fn asset_page(req: &Request) -> Shown {
    shown(req, Kind::Asset).await
}

pub async fn vulnerability_page(req: &Request) -> Shown {
    shown(req, Kind::Vulnerability).await
}

async fn shown(req: &Request, kind: Kind) -> Shown {
    let (ctx, actor) = req.signed_in()?;
    let seen = Room::find(req).await?;
    let thing = Thing::find(ctx, actor, kind, &seen.incident, req.param("id")?).await?;
    let elsewhere = match &thing {
        Thing::Indicator(thing) => holdfast_actions::indicator::seen_in(ctx, actor, thing).await?,
        Thing::Asset(thing) => holdfast_actions::asset::seen_in(ctx, actor, thing).await?,
        Thing::Vulnerability(thing) => holdfast_actions::vulnerability::seen_in(ctx, actor, thing).await?,
    };
    Ok(room(req, &seen, Tab::Indicators, body(&seen, kind, &thing, elsewhere.as_ref())))
}

fn body(seen: &Room, kind: Kind, thing: &Thing, elsewhere: Option<&SeenIn>) -> AnyView {
    let facts = match thing {
        Thing::Indicator(thing) => indicator_facts(seen, thing),
        Thing::Asset(thing) => asset_facts(seen, thing),
        Thing::Vulnerability(thing) => vulnerability_facts(thing),
    };
    let facts: Vec<AnyView> =
        facts.into_iter().map(|(term, value)| view! { <dt>{term}</dt><dd>{value}</dd> }.into_any()).collect();
    let [(created, by), (updated, last_by)] = thing.story();
    let at = |at| moment::full(&Moment::in_zone(at, &seen.zone));
    let archived = thing.is_archived().then(|| badge::plain("Archived"));
    view! {
        <div class="split">
            <section class="card finding-detail">
                <div class="card-head">
                    <h2 class="finding-name">{thing.name()} " " {archived}</h2>
                    <div class="actions">{deeds(seen, kind, thing)}</div>
                </div>
                <dl class="facts">{facts}</dl>
                {notes(thing)}
                <p class="hint">"Added "{at(created)}" by "{by}". Last changed "{at(updated)}" by "{last_by}"."</p>
                <p><a class="btn" href=seen.address("/indicators")>{icon(icon::CHEVRON_LEFT)}"All that was found"</a></p>
            </section>
            <aside class="stack"><section class="card">{others(elsewhere)}</section></aside>
        </div>
    }
    .into_any()
}

fn deeds(seen: &Room, kind: Kind, thing: &Thing) -> Option<AnyView> {
    let at = |tail: &str| seen.address(&format!("{}/{}{tail}", kind.path(), thing.id()));
    let words = if thing.is_archived() { "Take back" } else { "Archive" };
    seen.may(Permission::EditFindings).then(|| {
        view! {
            <a class="btn" href=at("/edit")>{icon(icon::EDIT)}"Edit"</a>
            <a class="btn" href=at("/archive")>{icon(icon::ARCHIVE)}{words}</a>
        }
        .into_any()
    })
}

fn notes(thing: &Thing) -> Option<AnyView> {
    let text = match thing {
        Thing::Indicator(thing) => &thing.fields.description,
        Thing::Asset(thing) => &thing.fields.notes,
        Thing::Vulnerability(thing) => &thing.fields.notes,
    };
    (!text.is_empty()).then(|| markdown::prose(markdown::render(text)))
}

fn others(elsewhere: Option<&SeenIn>) -> AnyView {
    let Some(seen) = elsewhere else {
        return view! {
            <h2>"Seen in"</h2>
            <p class="muted">"No other incident that you may see has it."</p>
        }
        .into_any();
    };
    let lines: Vec<AnyView> = seen
        .latest
        .iter()
        .map(|one| view! { <li>{cells::link(&one.reference, &one.title)} {one.title.clone()}</li> }.into_any())
        .collect();
    let more = seen.count - i64::try_from(seen.latest.len()).unwrap_or_default();
    let more = (more > 0).then(|| view! { <p class="muted">{format!("And {more} more.")}</p> });
    let words = match seen.count {
        1 => "1 other incident".to_owned(),
        count => format!("{count} other incidents"),
    };
    view! { <h2>"Seen in " {words}</h2> <ul class="plain-list">{lines}</ul> {more} }.into_any()
}

type Facts = Vec<(&'static str, AnyView)>;

fn line(text: &str) -> AnyView {
    if text.is_empty() { view! { <span class="muted">"–"</span> }.into_any() } else { text.to_owned().into_any() }
}

fn indicator_facts(seen: &Room, thing: &Indicator) -> Facts {
    let fields = &thing.fields;
    let at = |at: Option<_>| moment::short_or_dash(at.map(|at| Moment::in_zone(at, &seen.zone)).as_ref());
    vec![
        ("Kind", fields.kind.label().into_any()),
        ("Value", cells::value(fields)),
        ("Confidence", cells::confidence(fields.confidence)),
        ("TLP", badge::tlp(fields.tlp)),
        ("First seen", at(fields.first_seen)),
        ("Last seen", at(fields.last_seen)),
    ]
}

fn asset_facts(seen: &Room, thing: &Asset) -> Facts {
    let fields = &thing.fields;
    let at = |at: Option<_>| moment::short_or_dash(at.map(|at| Moment::in_zone(at, &seen.zone)).as_ref());
    vec![
        ("Kind", fields.kind.label().into_any()),
        ("Identifier", view! { <span class="hash">{line(&fields.identifier)}</span> }.into_any()),
        ("State", cells::compromise(fields.compromise)),
        ("Criticality", cells::criticality(fields.criticality)),
        ("Owner", line(&fields.owner)),
        ("First seen", at(fields.first_seen)),
        ("Last seen", at(fields.last_seen)),
    ]
}

fn vulnerability_facts(thing: &Vulnerability) -> Facts {
    let fields = &thing.fields;
    let mut facts = vec![
        ("CVE", view! { <span class="mono">{line(&fields.cve)}</span> }.into_any()),
        ("Title", line(&fields.title)),
        ("Status", cells::status(fields.status)),
        ("CVSS score", cells::score(&fields.cvss_score).unwrap_or_else(|| "–".into_any())),
        ("CVSS vector", view! { <span class="hash">{line(&fields.cvss_vector)}</span> }.into_any()),
        ("Affected", line(&fields.affected)),
    ];
    if let Some(known) = holdfast_domain::kev::find(&fields.cve) {
        let words = format!(
            "Since {}, by CISA's catalogue of {}. {} {}: {}",
            known.added_on,
            holdfast_domain::kev::catalogue_date(),
            known.vendor,
            known.product,
            known.name
        );
        let ransomware = known.by_ransomware.then(|| badge::warning("Ransomware"));
        facts.push(("Exploited", view! { {words} " " {ransomware} }.into_any()));
    }
    facts
}
