//! Withdrawing a report that was issued by mistake.

use holdfast_domain::report::{Report, WITHDRAWAL_CHARS_MAX};
use leptos::prelude::*;

use super::list_page::withdrawal;
use crate::{
    form::Posted,
    page::Shown,
    request::Request,
    ui::{FormField, problems_named},
};

/// The page.
pub async fn withdraw_page(req: &Request) -> Shown {
    let posted = req.posted();
    let (ctx, actor) = req.signed_in()?;
    let report = holdfast_actions::report::about(ctx, actor, req.param("id")?).await?;
    let what = format!("{}, version {}", report.kind.label().to_lowercase(), report.number);
    let (title, body) = match withdrawal(&report, &actor.time_zone) {
        Some(withdrawn) => (
            format!("The {what}, is withdrawn"),
            view! { {withdrawn} <div class="buttons"><a class="btn" href="/reports">"Back to the reports"</a></div> }
                .into_any(),
        ),
        None => (format!("Withdraw {what}?"), form(posted, &report)),
    };
    Ok(view! {
        {req.title("Withdraw a report")}
        {problems_named(posted, &[("reason", "Reason")])}
        <section class="card page-narrow stack">
            <h1>{title}</h1>
            <p><strong>{report.title.clone()}</strong></p>
            {body}
        </section>
    }
    .into_any())
}

fn form(posted: &Posted, report: &Report) -> AnyView {
    let superseded =
        report.is_superseded().then(|| view! { <p>{format!("Version {} has superseded it.", report.latest)}</p> });
    view! {
        {superseded}
        <p>"Everyone who can read it sees that it is withdrawn, when, by whom and why. Its PDF stays, byte for byte. This cannot be undone; a correction is a new version."</p>
        <form class="form" method="post" action=format!("/reports/{}/withdraw", report.id)>
            {FormField::line("reason", "Reason").chars_max(WITHDRAWAL_CHARS_MAX).required().area(posted)}
            <div class="buttons"><button class="btn btn-danger">"Withdraw"</button><a class="btn" href="/reports">"Cancel"</a></div>
        </form>
    }
    .into_any()
}
