//! Issued reports, across incidents: the home of those who see no incidents.

use holdfast_domain::{Actor, Permission, person_name::with_handle, report::Report};
use leptos::prelude::*;

use crate::{
    page::Shown,
    request::Request,
    ui::{LocalTime, badge, counted, icon, moment, notice, pager_from_first, table},
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
        view! { {issued(&page.rows, actor, true)} {pager_from_first(words, first, next)} }.into_any()
    };
    Ok(view! {
        {req.title("Reports")}
        <header class="page-head"><div><h1>"Reports"</h1><p class="meta">"As they were issued. Each opens byte for byte as it was sent."</p></div></header>
        <div class="stack">{body}</div>
    }
    .into_any())
}

/// Issued reports as cards, which fit a phone.
pub fn issued(reports: &[Report], actor: &Actor, with_incident: bool) -> AnyView {
    let cards: Vec<AnyView> = reports.iter().map(|report| card(report, actor, with_incident)).collect();
    view! { <ul class="reports">{cards}</ul> }.into_any()
}

/// When, by whom and why it was withdrawn; nothing while it holds.
pub fn withdrawal(report: &Report, zone: &str) -> Option<AnyView> {
    let at = moment::full(&LocalTime::in_zone(report.withdrawn_at?, zone));
    let (name, handle) = (report.withdrawn_by_name.as_deref(), report.withdrawn_by_handle.as_deref());
    let by = with_handle(name.unwrap_or_default(), handle.unwrap_or_default());
    let reason = report.withdrawn_reason.clone().unwrap_or_default();
    Some(notice::error(view! { <p><strong>"Withdrawn"</strong>" "{at}" by "{by}": "{reason}</p> }.into_any()))
}

fn card(report: &Report, actor: &Actor, with_incident: bool) -> AnyView {
    let zone = &actor.time_zone;
    let file = format!("/reports/{}/pdf", report.id);
    // One level below the heading of its list.
    let title = match with_incident {
        true => view! { <h2>{report.title.clone()}</h2> }.into_any(),
        false => view! { <h3>{report.title.clone()}</h3> }.into_any(),
    };
    let label = format!("Open {}: {}, version {}", report.kind.label(), report.title, report.number);
    let incident = report.incident_reference.clone().filter(|_| with_incident).map(|reference| {
        let to = format!("/incidents/{reference}");
        view! { <a class="mono" href=to>{reference}</a>" " }
    });
    let superseded = report.is_superseded().then(|| badge::warning(format!("Superseded by version {}", report.latest)));
    let may = report.withdrawn_at.is_none() && actor.role_may(Permission::IssueReport);
    let withdraw = may.then(|| {
        let label = format!("Withdraw {}: {}, version {}", report.kind.label(), report.title, report.number);
        view! { <a class="btn btn-quiet" href=format!("/reports/{}/withdraw", report.id) aria-label=label>"Withdraw"</a> }
    });
    let executives = report.to_executives.then(|| "all executives".to_owned());
    let recipients: Vec<String> = executives.into_iter().chain(report.recipients.iter().cloned()).collect();
    let size = format!("{} KB", (report.size_bytes + 1023) / 1024);
    let issued = LocalTime::in_zone(report.issued_at, zone);
    view! {
        <li class="card report" id=format!("report-{}", report.id)>
            <div class="report-what">
                <p class="meta">{incident}<strong>{report.kind.label()}</strong>" "{badge::tlp(report.tlp)}" "{superseded}</p>
                {title}
                <p class="muted small">{format!("Version {}", report.number)}", issued "{moment::full(&issued)}" by "{with_handle(&report.issued_by_name, &report.issued_by_handle)}</p>
                <p class="muted small">"To "{recipients.join(", ")}</p>
                <p class="muted small">"SHA-256 "<span class="hash">{report.sha256.clone()}</span></p>
                {withdrawal(report, zone)}
            </div>
            {withdraw}
            <a class="btn" href=file aria-label=label>{icon(icon::ARCHIVE)}"Open PDF"<span class="small">" "{size}</span></a>
        </li>
    }
    .into_any()
}
