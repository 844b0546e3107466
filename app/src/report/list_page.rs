//! Issued reports, across incidents: the home of those who see no incidents.

use holdfast_domain::{person_name::with_handle, report::Report};
use leptos::prelude::*;

use crate::{
    page::Shown,
    request::Request,
    ui::{
        badge,
        icon::{self, icon},
        moment::{self, LocalTime},
        pager::{counted, pager_from_first},
        table,
    },
};

/// The list.
pub async fn reports_page(req: &Request) -> Shown {
    let (ctx, actor) = req.signed_in()?;
    let after = req.query("after");
    let page = holdfast_actions::report::list(ctx, actor, after).await?;
    let next = page.next.as_ref().map(|cursor| format!("/reports?after={cursor}"));
    let first = after.is_some().then(|| "/reports".to_owned());
    let body = if page.rows.is_empty() {
        let words = view! { <p>"Reports that are issued to you stand here, the newest first."</p> };
        table::blank(icon::ARCHIVE, "No report yet", words.into_any(), ().into_any())
    } else {
        let words = format!("{} on this page", counted(page.rows.len(), "report", "reports"));
        view! { {issued(&page.rows, &actor.time_zone, true)} {pager_from_first(words, first, next)} }.into_any()
    };
    Ok(view! {
        {req.title("Reports")}
        <header class="page-head"><div><h1>"Reports"</h1><p class="meta">"As they were issued. Each opens byte for byte as it was sent."</p></div></header>
        <div class="stack">{body}</div>
    }
    .into_any())
}

/// Issued reports as cards, which fit a phone.
pub fn issued(reports: &[Report], zone: &str, with_incident: bool) -> AnyView {
    let cards: Vec<AnyView> = reports.iter().map(|report| card(report, zone, with_incident)).collect();
    view! { <ul class="reports">{cards}</ul> }.into_any()
}

fn card(report: &Report, zone: &str, with_incident: bool) -> AnyView {
    let file = format!("/reports/{}/pdf", report.id);
    let label = format!("Open {}: {}, version {}", report.kind.label(), report.title, report.number);
    let incident = report.incident_reference.clone().filter(|_| with_incident).map(|reference| {
        let to = format!("/incidents/{reference}");
        view! { <a class="mono" href=to>{reference}</a>" " }
    });
    let superseded = report.is_superseded().then(|| {
        badge::warning(if report.latest == report.number + 1 { "Superseded by the next version" } else { "Superseded" })
    });
    let executives = report.to_executives.then(|| "all executives".to_owned());
    let recipients: Vec<String> = executives.into_iter().chain(report.recipients.iter().cloned()).collect();
    let size = format!("{} KB", (report.size_bytes + 1023) / 1024);
    let issued = LocalTime::in_zone(report.issued_at, zone);
    view! {
        <li class="card report">
            <div class="report-what">
                <p class="meta">{incident}<strong>{report.kind.label()}</strong>" "{badge::tlp(report.tlp)}" "{superseded}</p>
                <h3>{report.title.clone()}</h3>
                <p class="muted small">{format!("Version {}", report.number)}", issued "{moment::full(&issued)}" by "{with_handle(&report.issued_by_name, &report.issued_by_handle)}</p>
                <p class="muted small">"To "{recipients.join(", ")}</p>
                <p class="muted small">"SHA-256 "<span class="hash">{report.sha256.clone()}</span></p>
            </div>
            <a class="btn" href=file aria-label=label>{icon(icon::ARCHIVE)}"Open PDF"<span class="small">" "{size}</span></a>
        </li>
    }
    .into_any()
}
