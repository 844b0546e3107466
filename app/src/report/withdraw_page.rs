//! Withdrawing a report that was issued by mistake.

use holdfast_domain::report::WITHDRAWAL_CHARS_MAX;
use leptos::prelude::*;

use crate::{
    page::Shown,
    request::Request,
    ui::{FormField, problems_named},
};

/// The page.
pub async fn withdraw_page(req: &Request) -> Shown {
    let posted = req.posted();
    let (ctx, actor) = req.signed_in()?;
    let report = holdfast_actions::report::about(ctx, actor, req.param("id")?).await?;
    let question = format!("Withdraw {}, version {}?", report.kind.label().to_lowercase(), report.number);
    Ok(view! {
        {req.title("Withdraw a report")}
        {problems_named(posted, &[("reason", "Reason")])}
        <section class="card page-narrow">
            <h1>{question}</h1>
            <p><strong>{report.title.clone()}</strong></p>
            <p>"Everybody who can read it sees that it is withdrawn, when, by whom and why. Its PDF stays, byte for byte. This cannot be undone; a correction is a new version."</p>
            <form class="form" method="post" action=format!("/reports/{}/withdraw", report.id)>
                {FormField::line("reason", "Reason").chars_max(WITHDRAWAL_CHARS_MAX).required().area(posted)}
                <div class="buttons"><button class="btn btn-danger">"Withdraw"</button><a class="btn" href="/reports">"Cancel"</a></div>
            </form>
        </section>
    }
    .into_any())
}
