//! Issuing a report: which one, and to whom.

use holdfast_domain::report::IssuedKind;
use leptos::prelude::*;

use super::incident_page::OF_INCIDENTS;
use crate::{
    form::Posted,
    incident::{Room, Tab, room},
    metric::filter as metric_filter,
    page::Shown,
    request::Request,
    ui::{Choice, FormField, checkbox, checkboxes, problems_named},
};

/// What this form calls the people that it sends reports to.
const RECIPIENTS: (&str, &str) = ("people", "And these people");

/// The form for a report of an incident.
pub async fn issue_page(req: &Request) -> Shown {
    let posted = req.posted();
    let seen = Room::find(req).await?;
    let kinds: Vec<Choice> = OF_INCIDENTS.iter().map(|kind| (kind.to_string(), kind.label().to_owned())).collect();
    let restricted = seen.incident.restricted.then(|| {
        crate::ui::notice::warning(
            view! { <p>"This incident is restricted to its team. Whoever receives the report reads what it says, without seeing the incident."</p> }.into_any(),
        )
    });
    let body = view! {
        {problems_named(posted, &[RECIPIENTS])}
        {restricted}
        <section class="card">
            <h2>"Issue a report"</h2>
            <form class="form" method="post" action=seen.address("/reports/issue")>
                {FormField::line("kind", "Which report").value(IssuedKind::Executive.to_string()).select(posted, kinds)}
                {recipients(posted, readers(req).await?)}
                {kept()}
                <div class="buttons"><button class="btn btn-primary">"Issue"</button><a class="btn" href=seen.address("/reports")>"Cancel"</a></div>
            </form>
        </section>
    };
    Ok(room(req, &seen, Tab::Reports, body.into_any()))
}

/// The form for a report of metrics.
pub async fn issue_metrics_page(req: &Request) -> Shown {
    let posted = req.posted();
    let asked = metric_filter::asked(req);
    let hidden = metric_filter::hidden(posted, &asked);
    let back = format!("/metrics{}", metric_filter::pairs(&asked));
    Ok(view! {
        {req.title("Issue the metrics")}
        <header class="page-head"><div><h1>"Issue the metrics"</h1><p class="meta">"Of the period and the incidents chosen on the page before."</p></div></header>
        {problems_named(posted, &[RECIPIENTS])}
        <section class="card">
            <form class="form" method="post" action="/metrics/issue">
                {hidden}
                {recipients(posted, readers(req).await?)}
                {kept()}
                <div class="buttons"><button class="btn btn-primary">"Issue"</button><a class="btn" href=back>"Cancel"</a></div>
            </form>
        </section>
    }
    .into_any())
}

async fn readers(req: &Request) -> holdfast_actions::Result<Vec<Choice>> {
    let (ctx, actor) = req.signed_in()?;
    let people = holdfast_actions::report::readers(ctx, actor).await?;
    Ok(people.into_iter().map(|(id, name)| (id.to_string(), name)).collect())
}

fn kept() -> AnyView {
    view! { <p class="hint">"It is made now and kept as it is, with its hash and the next version number. An issued report cannot be changed; a correction is a new version."</p> }
        .into_any()
}

fn recipients(posted: &Posted, names: Vec<Choice>) -> AnyView {
    let people = names.into_iter().map(|(id, name)| (id, name, String::new(), false)).collect();
    view! {
        {checkbox(posted, "executives", "All executives", "Everybody with that role, now or later.", true)}
        {checkboxes(posted, RECIPIENTS.0, RECIPIENTS.1, people)}
    }
    .into_any()
}
