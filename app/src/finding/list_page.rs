//! The tab of an incident's indicators, assets and vulnerabilities, and each list by itself where it
//! goes on.

use holdfast_actions::finding::{Asked, Overview, Part, Row as Found, overview};
use holdfast_domain::{Permission, asset::Asset, indicator::Indicator, kev, vulnerability::Vulnerability};
use leptos::prelude::*;

use super::{cells, kind::Kind};
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
        moment::{self, Moment},
        pager::pager_from_first,
        table::{self, Cell, Row},
    },
};

/// The tab.
pub async fn findings_page(req: &Request) -> Shown {
    let (ctx, actor) = req.signed_in()?;
    if req.query("after").is_some() {
        return indicators_page(req).await;
    }
    let seen = Room::find(req).await?;
    let archived = req.query("archived").is_some();
    let found = overview(ctx, actor, &seen.incident, archived).await?;
    Ok(room(req, &seen, Tab::Indicators, body(&seen, &found, archived)))
}

fn body(seen: &Room, found: &Overview, archived: bool) -> AnyView {
    let (indicators, assets, vulnerabilities) = found.counts;
    let (words, href) = if archived {
        ("Back to those in the lists", seen.address("/indicators"))
    } else {
        ("Show the archived ones", seen.address("/indicators?archived=1"))
    };
    let count = |count: i64| (!archived).then_some(count);
    view! {
        <div class="stack findings">
            {section(seen, Kind::Indicator, count(indicators), indicator_table(seen, &found.indicators.rows), found.indicators.next.as_deref(), archived)}
            {section(seen, Kind::Asset, count(assets), asset_table(seen, &found.assets.rows), found.assets.next.as_deref(), archived)}
            {section(seen, Kind::Vulnerability, count(vulnerabilities), vulnerability_table(seen, &found.vulnerabilities.rows), found.vulnerabilities.next.as_deref(), archived)}
            <p class="hint">
                "Addresses are shown so that nothing makes a link of them; the button copies the real one. Times in "{seen.zone.clone()}
                ". “Exploited” is by CISA's catalogue of "{kev::catalogue_date()}". "<a href=href>{words}</a>
            </p>
        </div>
    }
    .into_any()
}

fn section(
    seen: &Room,
    kind: Kind,
    count: Option<i64>,
    table: Option<AnyView>,
    next: Option<&str>,
    archived: bool,
) -> AnyView {
    let count = count.map(|count| view! { " " <span class="muted">{count}</span> });
    let may_add = seen.may(Permission::EditFindings) && !archived;
    let add = may_add.then(|| {
        view! { <a class="btn" href=seen.address(&format!("{}/new", kind.path()))>{icon(icon::PLUS)}{kind.add()}</a> }
    });
    let many = (may_add && kind == Kind::Indicator).then(|| {
        view! { <a class="btn" href=seen.address("/indicators/many")>"Add many"</a> }
    });
    let more = next.map(|next| {
        let archived = if archived { "&archived=1" } else { "" };
        let href = seen.address(&format!("{}?after={next}{archived}", kind.path()));
        view! { <p><a class="btn" href=href>{format!("More {}", kind.plural().to_lowercase())}{icon(icon::CHEVRON_RIGHT)}</a></p> }
    });
    let table = table.unwrap_or_else(|| {
        let (heading, words) = kind.blank();
        if archived {
            return view! { <p class="muted">"None is archived."</p> }.into_any();
        }
        view! { <p class="muted"><strong>{heading}</strong>". "{words}</p> }.into_any()
    });
    view! {
        <section class="card" aria-labelledby=format!("h{}", kind.path().replace('/', "-"))>
            <div class="card-head">
                <h2 id=format!("h{}", kind.path().replace('/', "-"))>{kind.plural()}{count}</h2>
                <div class="actions">{many} {add}</div>
            </div>
            {table}
            {more}
        </section>
    }
    .into_any()
}

fn written(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

fn rows(label: &'static str, heads: &[&'static str], rows: Vec<Row>) -> Option<AnyView> {
    (!rows.is_empty()).then(|| table::plain(label, heads, rows))
}

/// The links of a row, each named for what it leads to.
fn deeds(seen: &Room, kind: Kind, id: &str, name: &str) -> AnyView {
    let at = |tail: &str| seen.address(&format!("{}/{id}{tail}", kind.path()));
    let edit = seen.may(Permission::EditFindings).then(|| {
        view! { <a class="btn btn-quiet" href=at("/edit") aria-label=format!("Edit: {name}")>"Edit"</a> }
    });
    view! {
        <span class="row-deeds">
            <a class="btn btn-quiet" href=at("") aria-label=format!("Details: {name}")>"Details"</a>{edit}
        </span>
    }
    .into_any()
}

fn indicator_table(seen: &Room, found: &[Found<Indicator>]) -> Option<AnyView> {
    let line = |row: &Found<Indicator>| {
        let fields = &row.thing.fields;
        let id = row.thing.id.to_string();
        let all = seen.address(&format!("/indicators/{id}"));
        let first = fields.first_seen.map(|at| Moment::in_zone(at, &seen.zone));
        let cells = [
            Cell::bare(fields.kind.label()),
            Cell::name(cells::value(fields)).class("wrap lead finding-value"),
            Cell::of(cells::confidence(fields.confidence)),
            Cell::bare(badge::tlp(fields.tlp)),
            Cell::known(first.as_ref().map(moment::short)),
            Cell::known(row.seen_in.as_ref().map(|seen| cells::seen_in(seen, &all))),
            Cell::bare(deeds(seen, Kind::Indicator, &id, &fields.kind.shown(&fields.value))),
        ];
        Row { id: Some(format!("f-{id}")), ..Row::of(cells) }
    };
    let heads = ["Kind", "Value", "Confidence", "TLP", "First seen", "Seen in", ""];
    rows("Indicators", &heads, found.iter().map(line).collect())
}

fn asset_table(seen: &Room, found: &[Found<Asset>]) -> Option<AnyView> {
    let line = |row: &Found<Asset>| {
        let fields = &row.thing.fields;
        let id = row.thing.id.to_string();
        let all = seen.address(&format!("/assets/{id}"));
        let cells = [
            Cell::bare(fields.kind.label()),
            Cell::name(view! { <strong>{fields.name.clone()}</strong> }).class("wrap lead"),
            Cell::bare(fields.identifier.clone()).class("wrap mono finding-id"),
            Cell::bare(cells::compromise(fields.compromise)),
            Cell::of(cells::criticality(fields.criticality)),
            Cell::known(written(&fields.owner)).class("wrap"),
            Cell::known(row.seen_in.as_ref().map(|seen| cells::seen_in(seen, &all))),
            Cell::bare(deeds(seen, Kind::Asset, &id, &fields.name)),
        ];
        Row { id: Some(format!("f-{id}")), ..Row::of(cells) }
    };
    let heads = ["Kind", "Name", "Identifier", "State", "Criticality", "Owner", "Seen in", ""];
    rows("Assets", &heads, found.iter().map(line).collect())
}

fn vulnerability_table(seen: &Room, found: &[Found<Vulnerability>]) -> Option<AnyView> {
    let line = |row: &Found<Vulnerability>| {
        let fields = &row.thing.fields;
        let id = row.thing.id.to_string();
        let all = seen.address(&format!("/vulnerabilities/{id}"));
        let name = if fields.cve.is_empty() { &fields.title } else { &fields.cve };
        let cells = [
            Cell::known(written(&fields.cve)).class("mono"),
            Cell::name(view! { <strong>{fields.title.clone()}</strong> " " {cells::exploited(&fields.cve)} })
                .class("wrap lead"),
            Cell::known(cells::score(&fields.cvss_score)),
            Cell::known(written(&fields.affected)).class("wrap"),
            Cell::bare(cells::status(fields.status)),
            Cell::known(row.seen_in.as_ref().map(|seen| cells::seen_in(seen, &all))),
            Cell::bare(deeds(seen, Kind::Vulnerability, &id, name)),
        ];
        Row { id: Some(format!("f-{id}")), ..Row::of(cells) }
    };
    let heads = ["CVE", "Title", "CVSS", "Affected", "Status", "Seen in", ""];
    rows("Vulnerabilities", &heads, found.iter().map(line).collect())
}

/// A part of one list by itself.
fn alone<T>(req: &Request, seen: &Room, kind: Kind, part: &Part<T>, table: Option<AnyView>, archived: bool) -> AnyView {
    let keep = if archived { "&archived=1" } else { "" };
    let next = part.next.as_ref().map(|next| seen.address(&format!("{}?after={next}{keep}", kind.path())));
    let first = req.query("after").map(|_| seen.address("/indicators"));
    let words = format!("{} on this page", part.rows.len());
    view! {
        <div class="stack findings">
            {section(seen, kind, None, table, None, archived)}
            {pager_from_first(words, first, next)}
        </div>
    }
    .into_any()
}

/// Further indicators.
async fn indicators_page(req: &Request) -> Shown {
    let (ctx, actor) = req.signed_in()?;
    let seen = Room::find(req).await?;
    let (after, archived) = (req.query("after"), req.query("archived").is_some());
    let asked = Asked { archived, after, ..Asked::default() };
    let part = holdfast_actions::indicator::list(ctx, actor, &seen.incident, &asked).await?;
    let table = indicator_table(&seen, &part.rows);
    Ok(room(req, &seen, Tab::Indicators, alone(req, &seen, Kind::Indicator, &part, table, archived)))
}

/// The assets by themselves.
pub async fn assets_page(req: &Request) -> Shown {
    let (ctx, actor) = req.signed_in()?;
    let seen = Room::find(req).await?;
    let (after, archived) = (req.query("after"), req.query("archived").is_some());
    let asked = Asked { archived, after, ..Asked::default() };
    let part = holdfast_actions::asset::list(ctx, actor, &seen.incident, &asked).await?;
    let table = asset_table(&seen, &part.rows);
    Ok(room(req, &seen, Tab::Indicators, alone(req, &seen, Kind::Asset, &part, table, archived)))
}

/// The vulnerabilities by themselves.
pub async fn vulnerabilities_page(req: &Request) -> Shown {
    let (ctx, actor) = req.signed_in()?;
    let seen = Room::find(req).await?;
    let (after, archived) = (req.query("after"), req.query("archived").is_some());
    let asked = Asked { archived, after, ..Asked::default() };
    let part = holdfast_actions::vulnerability::list(ctx, actor, &seen.incident, &asked).await?;
    let table = vulnerability_table(&seen, &part.rows);
    Ok(room(req, &seen, Tab::Indicators, alone(req, &seen, Kind::Vulnerability, &part, table, archived)))
}
