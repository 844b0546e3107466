//! What the forms of reports do: read the fields, one action, where to go.

use holdfast_actions::{
    Ctx, Result,
    metric::MetricsQuery,
    narrative,
    report::{self, Confirmation},
};
use holdfast_domain::{Actor, Refusal, narrative::NarrativeFields, report::Recipients};

use crate::{
    form::{Done, Form},
    item::read,
};

const ISSUED: &str = "The report is issued and kept.";

pub async fn write(form: &Form, ctx: &Ctx, actor: &Actor) -> Result<Done> {
    let fields = read::all(form, &actor.time_zone, &NarrativeFields::default())?;
    narrative::write(ctx, actor, form.param("reference")?, form.version()?, &fields).await?;
    form.to_incident("/reports", "The texts are saved.")
}

pub async fn issue(form: &Form, ctx: &Ctx, actor: &Actor) -> Result<Done> {
    let kind = form.choice("kind")?;
    report::issue(ctx, actor, form.param("reference")?, kind, &recipients(form)?, confirmation(form)).await?;
    form.to_incident("/reports", ISSUED)
}

pub async fn issue_metrics(form: &Form, ctx: &Ctx, actor: &Actor) -> Result<Done> {
    report::issue_metrics(ctx, actor, &metrics_query(form), &recipients(form)?, confirmation(form)).await?;
    Ok(Done::said("/reports", ISSUED))
}

pub async fn withdraw(form: &Form, ctx: &Ctx, actor: &Actor) -> Result<Done> {
    report::withdraw(ctx, actor, form.param("id")?, form.text("reason")).await?;
    Ok(Done::said("/reports", "The report is withdrawn. Everybody who can read it sees that."))
}

/// What the page of the check sends along.
fn confirmation(form: &Form) -> Confirmation<'_> {
    Confirmation { checked: form.opt("checked"), reference: form.opt("confirm") }
}

/// Which metrics a form names.
pub fn metrics_query(form: &Form) -> MetricsQuery {
    MetricsQuery {
        period: form.text("period").into(),
        severity: form.opt("severity").and_then(|text| text.parse().ok()),
        class: form.opt("class").and_then(|text| text.parse().ok()),
    }
}

/// To whom a form sends a report.
///
/// # Errors
/// When it names somebody by what is no id.
pub fn recipients(form: &Form) -> std::result::Result<Recipients, Refusal> {
    let wrong = |_| Refusal::field("people", "Choose among those offered.");
    let people = form.all("people").map(str::parse).collect::<std::result::Result<_, _>>().map_err(wrong)?;
    Ok(Recipients { executives: form.ticked("executives"), people })
}
