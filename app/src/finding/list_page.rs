//! The tab of an incident's indicators, assets and vulnerabilities, and each list by itself where it
//! goes on, with where else the same was seen.

use holdfast_actions::{
    finding::{FindingOverview, FindingRow as Found, list, overview},
    item::ListPart,
};
use holdfast_domain::{indicator::IndicatorFields, kev};
use leptos::prelude::*;

use super::cells;
use crate::{
    incident::{Room, Tab, room},
    item::{
        ItemPages,
        list_page::{alone, asked, section, table},
    },
    page::Shown,
    request::Request,
    ui::Cell,
};

/// The tab.
pub async fn findings_page(req: &Request) -> Shown {
    let (ctx, actor) = req.signed_in()?;
    if req.query("after").is_some() {
        return one_list::<IndicatorFields>(req).await;
    }
    let seen = Room::find(req).await?;
    let archived = req.query("archived").is_some();
    let found = overview(ctx, actor, &seen.incident, archived).await?;
    Ok(room(req, &seen, Tab::Indicators, body(&seen, &found, archived)))
}

fn body(seen: &Room, found: &FindingOverview, archived: bool) -> AnyView {
    let (indicators, assets, vulnerabilities) = found.counts;
    let (words, href) = if archived {
        ("Back to those in the lists", seen.address("/indicators"))
    } else {
        ("Show the archived ones", seen.address("/indicators?archived=1"))
    };
    view! {
        <div class="stack findings">
            {part(seen, &found.indicators, indicators, archived)}
            {part(seen, &found.assets, assets, archived)}
            {part(seen, &found.vulnerabilities, vulnerabilities, archived)}
            <p class="hint">
                "Addresses are shown so that nothing makes a link of them; the button copies the real one. Times in "{seen.zone.clone()}
                ". “Exploited” is by CISA's catalogue of "{kev::catalogue_date()}". "<a href=href>{words}</a>
            </p>
        </div>
    }
    .into_any()
}

fn part<F: ItemPages>(seen: &Room, part: &ListPart<Found<F>>, count: i64, archived: bool) -> AnyView {
    section::<F>(seen, (!archived).then_some(count), rows(seen, part), part.next.as_deref(), archived)
}

fn rows<F: ItemPages>(seen: &Room, part: &ListPart<Found<F>>) -> Option<AnyView> {
    let all = |row: &Found<F>| seen.address(&format!("/{}/{}", F::PLURAL, row.thing.id));
    let elsewhere =
        |row: &Found<F>| Cell::known(row.seen_in.as_ref().map(|elsewhere| cells::seen_in(elsewhere, &all(row))));
    let elsewhere = part.rows.iter().map(elsewhere).collect();
    table(seen, &[], part.rows.iter().map(|row| &row.thing), Some(("Seen in", elsewhere)))
}

/// One list by itself.
pub async fn one_list<F: ItemPages>(req: &Request) -> Shown {
    let (ctx, actor) = req.signed_in()?;
    let seen = Room::find(req).await?;
    let part = list::<F>(ctx, actor, &seen.incident, &asked(req)).await?;
    Ok(alone::<F, _>(req, &seen, &part, rows(&seen, &part)))
}
