//! The tab of an incident's indicators, assets and vulnerabilities, and each list by itself where it
//! goes on.

use holdfast_actions::finding::{Asked, Overview, Part, Row, overview};
use holdfast_domain::{Deed, asset::Asset, indicator::Indicator, kev, vulnerability::Vulnerability};
use leptos::prelude::*;

use super::{
    cells::{self, td},
    kind::Kind,
};
use crate::{
    incident::{
        api::incident_room,
        room::{Tab, room},
        seen::RoomView,
    },
    pages::Shown,
    request::{param, query, request},
    ui::{
        badge,
        icon::{self, icon},
        moment::{self, Moment},
        pager::pager,
        table,
    },
};

/// The tab.
pub async fn findings_page() -> Shown {
    let (ctx, actor) = request()?;
    if query("after").is_some() {
        return indicators_page().await;
    }
    let seen = incident_room(param("reference")).await?;
    let archived = query("archived").is_some();
    let found = overview(&ctx, &actor, &param("reference"), archived).await?;
    Ok(room(&seen, Tab::Indicators, body(&seen, &found, archived)))
}

fn body(seen: &RoomView, found: &Overview, archived: bool) -> AnyView {
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
    seen: &RoomView,
    kind: Kind,
    count: Option<i64>,
    table: Option<AnyView>,
    next: Option<&str>,
    archived: bool,
) -> AnyView {
    let count = count.map(|count| view! { " " <span class="muted">{count}</span> });
    let may_add = seen.may(Deed::EditFindings) && !archived;
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

fn stacked(label: &'static str, heads: &[&'static str], rows: Vec<AnyView>) -> Option<AnyView> {
    if rows.is_empty() {
        return None;
    }
    let heads: Vec<AnyView> = heads
        .iter()
        .map(|words| match *words {
            "" => view! { <th role="columnheader" scope="col"><span class="vh">"Actions"</span></th> }.into_any(),
            words => view! { <th role="columnheader" scope="col">{words}</th> }.into_any(),
        })
        .collect();
    let table = view! {
        <table class="table table-plain table-stack" role="table" aria-label=label>
            <thead role="rowgroup"><tr role="row">{heads}</tr></thead>
            <tbody role="rowgroup">{rows}</tbody>
        </table>
    };
    Some(table::region(label, table.into_any()))
}

/// The links of a row, each named for what it leads to.
fn deeds(seen: &RoomView, kind: Kind, id: &str, name: &str) -> AnyView {
    let at = |tail: &str| seen.address(&format!("{}/{id}{tail}", kind.path()));
    let edit = seen.may(Deed::EditFindings).then(|| {
        view! { <a class="btn btn-quiet" href=at("/edit") aria-label=format!("Edit: {name}")>"Edit"</a> }
    });
    view! {
        <span class="row-deeds">
            <a class="btn btn-quiet" href=at("") aria-label=format!("Details: {name}")>"Details"</a>{edit}
        </span>
    }
    .into_any()
}

fn indicator_table(seen: &RoomView, rows: &[Row<Indicator>]) -> Option<AnyView> {
    let line = |row: &Row<Indicator>| {
        let fields = &row.thing.fields;
        let id = row.thing.id.to_string();
        let all = seen.address(&format!("/indicators/{id}"));
        let first = fields.first_seen.map(|at| Moment::in_zone(at, &seen.zone));
        view! {
            <tr role="row" id=format!("f-{id}")>
                {td("", None, fields.kind.label().into_any())}
                {td("wrap lead finding-value", None, cells::value(fields))}
                {td("", Some("Confidence"), cells::confidence(fields.confidence))}
                {td("", None, badge::tlp(fields.tlp))}
                {td("num", Some("First seen"), moment::short_or_dash(first.as_ref()))}
                {td("", Some("Seen in"), cells::seen_in(row.seen_in.as_ref(), &all))}
                {td("", None, deeds(seen, Kind::Indicator, &id, &fields.kind.shown(&fields.value)))}
            </tr>
        }
        .into_any()
    };
    let heads = ["Kind", "Value", "Confidence", "TLP", "First seen", "Seen in", ""];
    stacked("Indicators", &heads, rows.iter().map(line).collect())
}

fn asset_table(seen: &RoomView, rows: &[Row<Asset>]) -> Option<AnyView> {
    let line = |row: &Row<Asset>| {
        let fields = &row.thing.fields;
        let id = row.thing.id.to_string();
        let all = seen.address(&format!("/assets/{id}"));
        view! {
            <tr role="row" id=format!("f-{id}")>
                {td("", None, fields.kind.label().into_any())}
                {td("wrap lead", None, view! { <strong>{fields.name.clone()}</strong> }.into_any())}
                {td("wrap mono finding-id", None, fields.identifier.clone().into_any())}
                {td("", None, cells::compromise(fields.compromise))}
                {td("", Some("Criticality"), cells::criticality(fields.criticality))}
                {td("wrap", Some("Owner"), fields.owner.clone().into_any())}
                {td("", Some("Seen in"), cells::seen_in(row.seen_in.as_ref(), &all))}
                {td("", None, deeds(seen, Kind::Asset, &id, &fields.name))}
            </tr>
        }
        .into_any()
    };
    let heads = ["Kind", "Name", "Identifier", "State", "Criticality", "Owner", "Seen in", ""];
    stacked("Assets", &heads, rows.iter().map(line).collect())
}

fn vulnerability_table(seen: &RoomView, rows: &[Row<Vulnerability>]) -> Option<AnyView> {
    let line = |row: &Row<Vulnerability>| {
        let fields = &row.thing.fields;
        let id = row.thing.id.to_string();
        let all = seen.address(&format!("/vulnerabilities/{id}"));
        let name = if fields.cve.is_empty() { &fields.title } else { &fields.cve };
        view! {
            <tr role="row" id=format!("f-{id}")>
                {td("mono", None, fields.cve.clone().into_any())}
                {td("wrap lead", None, view! { <strong>{fields.title.clone()}</strong> " " {cells::exploited(&fields.cve)} }.into_any())}
                {td("", Some("CVSS"), cells::score(&fields.cvss_score))}
                {td("wrap", Some("Affected"), fields.affected.clone().into_any())}
                {td("", None, cells::status(fields.status))}
                {td("", Some("Seen in"), cells::seen_in(row.seen_in.as_ref(), &all))}
                {td("", None, deeds(seen, Kind::Vulnerability, &id, name))}
            </tr>
        }
        .into_any()
    };
    let heads = ["CVE", "Title", "CVSS", "Affected", "Status", "Seen in", ""];
    stacked("Vulnerabilities", &heads, rows.iter().map(line).collect())
}

/// A part of one list by itself.
fn alone<T>(seen: &RoomView, kind: Kind, part: &Part<T>, table: Option<AnyView>, archived: bool) -> AnyView {
    let keep = if archived { "&archived=1" } else { "" };
    let next = part.next.as_ref().map(|next| seen.address(&format!("{}?after={next}{keep}", kind.path())));
    let first = query("after").map(|_| seen.address("/indicators"));
    let words = match part.rows.len() {
        1 => "1 on this page".to_owned(),
        count => format!("{count} on this page"),
    };
    view! {
        <div class="stack findings">
            {section(seen, kind, None, table, None, archived)}
            {pager(words, first, next)}
        </div>
    }
    .into_any()
}

/// Further indicators.
async fn indicators_page() -> Shown {
    let (ctx, actor) = request()?;
    let seen = incident_room(param("reference")).await?;
    let (after, archived) = (query("after"), query("archived").is_some());
    let asked = Asked { archived, after: after.as_deref(), ..Asked::default() };
    let part = holdfast_actions::indicator::list(&ctx, &actor, &param("reference"), &asked).await?;
    let table = indicator_table(&seen, &part.rows);
    Ok(room(&seen, Tab::Indicators, alone(&seen, Kind::Indicator, &part, table, archived)))
}

/// The assets by themselves.
pub async fn assets_page() -> Shown {
    let (ctx, actor) = request()?;
    let seen = incident_room(param("reference")).await?;
    let (after, archived) = (query("after"), query("archived").is_some());
    let asked = Asked { archived, after: after.as_deref(), ..Asked::default() };
    let part = holdfast_actions::asset::list(&ctx, &actor, &param("reference"), &asked).await?;
    let table = asset_table(&seen, &part.rows);
    Ok(room(&seen, Tab::Indicators, alone(&seen, Kind::Asset, &part, table, archived)))
}

/// The vulnerabilities by themselves.
pub async fn vulnerabilities_page() -> Shown {
    let (ctx, actor) = request()?;
    let seen = incident_room(param("reference")).await?;
    let (after, archived) = (query("after"), query("archived").is_some());
    let asked = Asked { archived, after: after.as_deref(), ..Asked::default() };
    let part = holdfast_actions::vulnerability::list(&ctx, &actor, &param("reference"), &asked).await?;
    let table = vulnerability_table(&seen, &part.rows);
    Ok(room(&seen, Tab::Indicators, alone(&seen, Kind::Vulnerability, &part, table, archived)))
}
