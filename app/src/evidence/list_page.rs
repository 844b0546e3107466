//! The evidence of an incident.

use holdfast_domain::{
    Permission,
    evidence::{Evidence, EvidenceStatus},
};
use leptos::prelude::*;

use crate::{
    incident::{Room, Tab, room},
    page::Shown,
    request::Request,
    ui::{Cell, Row, badge, icon, table},
};

/// The tab.
pub async fn evidence_page(req: &Request) -> Shown {
    let (ctx, actor) = req.signed_in()?;
    let seen = Room::find(req).await?;
    let mut rows = holdfast_actions::evidence::list(ctx, actor, &seen.incident).await?;
    rows.sort_by_key(|row| !row.altered);
    Ok(room(req, &seen, Tab::Evidence, body(&seen, &rows)))
}

fn body(seen: &Room, rows: &[Evidence]) -> AnyView {
    let add = seen.may(Permission::HandleEvidence).then(|| {
        view! { <a class="btn btn-primary" href=seen.address("/evidence/new")>{icon(icon::PLUS)}"Register evidence"</a> }
    });
    let log = (!rows.is_empty() && seen.may(Permission::ExportEvidenceLog)).then(|| {
        view! { <a class="btn" href=seen.address("/evidence/log")>"Evidence log"</a> }
    });
    let shown = if rows.is_empty() {
        let words = view! { <p>"Files and things that prove what happened. From registration on, everything that is done with them is kept."</p> };
        table::blank(icon::ARCHIVE, "No evidence yet", words.into_any(), ().into_any())
    } else {
        items("Evidence", rows, false)
    };
    view! {
        <div class="stack">
            <div class="card-head"><h2>"Evidence"</h2><div class="actions">{log}{add}</div></div>
            {shown}
        </div>
    }
    .into_any()
}

/// A table of items; across incidents each is named with its own.
pub fn items(label: &'static str, rows: &[Evidence], with_incident: bool) -> AnyView {
    let lines = rows.iter().map(|row| line(row, with_incident)).collect();
    table::plain(label, &["Item", "What", "State", "Held by", "Seal", "Size", "SHA-256"], lines)
}

/// An item as it is named among those of other incidents, `INC-2026-0042/EV-0001`; the incident is a link.
pub fn full_name(item: &Evidence) -> AnyView {
    let reference = item.incident_reference.clone();
    let to = format!("/incidents/{reference}");
    view! { <span class="mono"><a href=to>{reference}</a>"/"{item.label.clone()}</span> }.into_any()
}

fn line(row: &Evidence, with_incident: bool) -> Row {
    let href = format!("/incidents/{}/evidence/{}", row.incident_reference, row.label);
    let hash = row.sha256.clone().map(|hash| view! { <span class="clip" title=hash.clone()>{hash.clone()}</span> });
    let title = view! { <a href=href>{row.fields.title.clone()}</a><span class="muted small under">{row.fields.kind.label()}</span> };
    let name = if with_incident { full_name(row) } else { row.label.clone().into_any() };
    Row::of([
        Cell::bare(name).class("mono"),
        Cell::name(title).class("wrap"),
        Cell::bare(view! { <span class="marks">{marks(row)}</span> }).class("wrap"),
        Cell::known(row.holder_name.clone()),
        Cell::known(row.seal_no.clone()).class("mono"),
        Cell::known(row.size_bytes.map(size_words)),
        Cell::known(hash).class("mono muted wide"),
    ])
}

/// What must be seen at once.
pub fn marks(row: &Evidence) -> AnyView {
    let state = match row.status {
        EvidenceStatus::InCustody => badge::good(row.status.label()),
        _ => badge::plain(row.status.label()),
    };
    view! {
        {row.altered.then(|| badge::danger("Altered"))} " "
        {state} " "
        {(row.holds > 0).then(|| badge::warning("Legal hold"))} " "
        {row.checked_out.then(|| badge::plain("Checked out"))} " "
        {row.offered_to_name.clone().map(|name| view! { <span class="badge badge-warn">"Offered to "{name}</span> })} " "
        {row.fields.malicious.then(|| badge::warning("Malicious"))}
    }
    .into_any()
}

/// Bytes in words: `1.4 MiB`.
pub fn size_words(bytes: i64) -> String {
    #[allow(clippy::cast_precision_loss)]
    let mut size = bytes as f64;
    for unit in ["B", "KiB", "MiB", "GiB"] {
        if size < 1024.0 {
            return if unit == "B" { format!("{bytes} B") } else { format!("{size:.1} {unit}") };
        }
        size /= 1024.0;
    }
    format!("{size:.1} TiB")
}
