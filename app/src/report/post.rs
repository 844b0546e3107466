//! What the forms of reports do: read the fields, one action, where to go.

use holdfast_actions::{Ctx, Result, incident, metric::MetricsQuery, narrative, report};
use holdfast_domain::{
    Actor, Refusal,
    narrative::{NarrativeFields, RecommendationFields},
    report::Recipients,
};

use crate::form::{Done, Form};

fn back(form: &Form, done: &str) -> Result<Done> {
    Ok(Done::To(format!("/incidents/{}/reports?done={done}", form.param("reference")?)))
}

pub async fn write(form: &Form, ctx: &Ctx, actor: &Actor) -> Result<Done> {
    let mut fields = NarrativeFields::default();
    for (name, ..) in NarrativeFields::ALL {
        fields.set(name, form.text(name).to_owned());
    }
    narrative::write(ctx, actor, form.param("reference")?, form.version()?, &fields).await?;
    back(form, "report-written")
}

pub async fn recommend(form: &Form, ctx: &Ctx, actor: &Actor) -> Result<Done> {
    narrative::recommend(ctx, actor, form.param("reference")?, &recommendation(form, actor, None)?).await?;
    back(form, "recommendation-added")
}

pub async fn edit_recommendation(form: &Form, ctx: &Ctx, actor: &Actor) -> Result<Done> {
    let (reference, id) = (form.param("reference")?, form.param("id")?);
    let before = narrative::recommendation(ctx, actor, &incident::view(ctx, actor, reference).await?, id).await?;
    let fields = recommendation(form, actor, Some(&before.fields))?;
    narrative::edit_recommendation(ctx, actor, reference, id, form.version()?, &fields, before.archived).await?;
    back(form, "recommendation-saved")
}

pub async fn remove_recommendation(form: &Form, ctx: &Ctx, actor: &Actor) -> Result<Done> {
    let (reference, id) = (form.param("reference")?, form.param("id")?);
    let archived = form.text("restore") != "true";
    let before = narrative::recommendation(ctx, actor, &incident::view(ctx, actor, reference).await?, id).await?;
    narrative::edit_recommendation(ctx, actor, reference, id, form.version()?, &before.fields, archived).await?;
    back(form, if archived { "recommendation-removed" } else { "recommendation-restored" })
}

pub async fn issue(form: &Form, ctx: &Ctx, actor: &Actor) -> Result<Done> {
    let kind = form.text("kind").parse().map_err(|_| Refusal::field("kind", "Choose one of the values offered."))?;
    report::issue(ctx, actor, form.param("reference")?, kind, &recipients(form)?).await?;
    back(form, "report-issued")
}

pub async fn issue_metrics(form: &Form, ctx: &Ctx, actor: &Actor) -> Result<Done> {
    let query = MetricsQuery {
        period: form.text("period").into(),
        severity: form.opt("severity").and_then(|text| text.parse().ok()),
        class: form.opt("class").and_then(|text| text.parse().ok()),
    };
    report::issue_metrics(ctx, actor, &query, &recipients(form)?).await?;
    Ok(Done::To("/reports?done=report-issued".into()))
}

fn recipients(form: &Form) -> std::result::Result<Recipients, Refusal> {
    let wrong = |_| Refusal::field("people", "Choose among those offered.");
    let people = form.all("people").map(str::parse).collect::<std::result::Result<_, _>>().map_err(wrong)?;
    Ok(Recipients { executives: form.ticked("executives"), people })
}

fn recommendation(
    form: &Form,
    actor: &Actor,
    before: Option<&RecommendationFields>,
) -> std::result::Result<RecommendationFields, Refusal> {
    let wrong = |name| move |_| Refusal::field(name, "Choose one of the values offered.");
    let zone = &actor.time_zone;
    Ok(RecommendationFields {
        body: form.text("body").trim().into(),
        kind: form.text("kind").parse().map_err(wrong("kind"))?,
        owner: form.text("owner").trim().into(),
        due_at: form.time("due_at", zone, before.and_then(|before| before.due_at))?,
        priority: form.text("priority").parse().map_err(wrong("priority"))?,
        tracker: form.text("tracker").trim().into(),
        done_at: form.time("done_at", zone, before.and_then(|before| before.done_at))?,
    })
}
