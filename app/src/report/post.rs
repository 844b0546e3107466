//! What the forms of reports do: read the fields, one action, where to go.

use holdfast_actions::{Ctx, Result, metric::MetricsQuery, narrative, report};
use holdfast_domain::{Actor, Refusal, narrative::NarrativeFields, report::Recipients};

use crate::{
    form::{Done, Form},
    item::read,
};

fn back(form: &Form, words: &str) -> Result<Done> {
    Ok(Done::said(format!("/incidents/{}/reports", form.param("reference")?), words))
}

pub async fn write(form: &Form, ctx: &Ctx, actor: &Actor) -> Result<Done> {
    let fields = read::all(form, &actor.time_zone, &NarrativeFields::default())?;
    narrative::write(ctx, actor, form.param("reference")?, form.version()?, &fields).await?;
    back(form, "The texts are saved.")
}

pub async fn issue(form: &Form, ctx: &Ctx, actor: &Actor) -> Result<Done> {
    let kind = form.text("kind").parse().map_err(|_| Refusal::field("kind", "Choose one of the values offered."))?;
    report::issue(ctx, actor, form.param("reference")?, kind, &recipients(form)?).await?;
    back(form, "The report is issued and kept.")
}

pub async fn issue_metrics(form: &Form, ctx: &Ctx, actor: &Actor) -> Result<Done> {
    let query = MetricsQuery {
        period: form.text("period").into(),
        severity: form.opt("severity").and_then(|text| text.parse().ok()),
        class: form.opt("class").and_then(|text| text.parse().ok()),
    };
    report::issue_metrics(ctx, actor, &query, &recipients(form)?).await?;
    Ok(Done::said("/reports", "The report is issued and kept."))
}

fn recipients(form: &Form) -> std::result::Result<Recipients, Refusal> {
    let wrong = |_| Refusal::field("people", "Choose among those offered.");
    let people = form.all("people").map(str::parse).collect::<std::result::Result<_, _>>().map_err(wrong)?;
    Ok(Recipients { executives: form.ticked("executives"), people })
}
