//! The reports of an incident: drafts, what is written for them, what is recommended, what was issued.

use holdfast_actions::item;
use holdfast_domain::{
    Field, Fields as _, Permission,
    narrative::{Narrative, NarrativeFields, RecommendationFields},
    report::IssuedKind,
};
use leptos::prelude::*;

use super::list_page::issued;
use crate::{
    incident::{Room, Tab, room},
    item::list_page::{section, table},
    page::Shown,
    request::Request,
    ui::{LocalTime, icon, markdown, moment, table::blank},
};

/// Reports that are about one incident.
pub const OF_INCIDENTS: [IssuedKind; 2] = [IssuedKind::Executive, IssuedKind::PostIncidentReview];

/// The page.
pub async fn incident_reports_page(req: &Request) -> Shown {
    let (ctx, actor) = req.signed_in()?;
    let seen = Room::find(req).await?;
    let texts = holdfast_actions::narrative::read(ctx, actor, &seen.incident).await?;
    let recommendations = item::all::<RecommendationFields>(ctx, actor, &seen.incident).await?;
    let recommended =
        section::<RecommendationFields>(&seen, None, table(&seen, &[], recommendations.iter(), None), None, false);
    let reports = holdfast_actions::report::of_incident(ctx, actor, &seen.incident).await?;
    let issue = seen.may(Permission::IssueReport).then(|| {
        view! { <a class="btn btn-primary" href=seen.address("/reports/issue")>{icon(icon::CHECK)}"Issue a report"</a> }
    });
    let kept = if reports.is_empty() {
        let words = view! { <p>"What is issued is kept as it was sent, with its hash and its version, and those it is issued to can read it."</p> };
        blank(icon::ARCHIVE, "Nothing issued yet", words.into_any(), ().into_any())
    } else {
        issued(&reports, actor, false)
    };
    let body = view! {
        <div class="stack">
            <div class="card-head"><h2>"Reports"</h2><div class="actions">{issue}</div></div>
            {drafts(&seen)}
            <section class="stack"><h3>"Issued"</h3>{kept}</section>
            {written(&seen, &texts)}
            <div class="findings">{recommended}</div>
        </div>
    };
    Ok(room(req, &seen, Tab::Reports, body.into_any()))
}

fn drafts(seen: &Room) -> AnyView {
    if !seen.may(Permission::RenderReport) {
        return ().into_any();
    }
    let draft = |kind: &IssuedKind| {
        let to = seen.address(&format!("/reports/draft/{kind}"));
        view! { <a class="btn" href=to>{icon(icon::ARCHIVE)}{kind.label()}</a> }.into_any()
    };
    view! {
        <section class="card">
            <h3>"Drafts as PDF"</h3>
            <p class="hint">"As they would be issued now, marked as drafts. Each says what is not written yet."</p>
            <div class="actions">
                {OF_INCIDENTS.iter().map(draft).collect::<Vec<_>>()}
                <a class="btn" href=seen.address("/report.pdf")>{icon(icon::ARCHIVE)}"One-page summary"</a>
            </div>
        </section>
    }
    .into_any()
}

fn written(seen: &Room, texts: &Narrative) -> AnyView {
    let edit = seen.may(Permission::WriteReport).then(|| {
        view! { <a class="btn" href=seen.address("/reports/write")>{icon(icon::EDIT)}"Write"</a> }
    });
    let text = |field: &Field| {
        // Decisions are lines; as Markdown they would run together.
        let decisions = texts.fields.decisions().into_iter().map(|(text, by)| match by.as_str() {
            "" => format!("- {text}\n"),
            by => format!("- {text} (by {by})\n"),
        });
        let text = if field.name == "asks" { decisions.collect() } else { texts.fields.text(field.name) };
        (!text.trim().is_empty()).then(|| view! { <h4>{field.label}</h4> {markdown::prose(&text)} }.into_any())
    };
    let body: Vec<AnyView> = NarrativeFields::FIELDS.iter().filter_map(text).collect();
    let missing = NarrativeFields::FIELDS.len() - body.len();
    let words = match (body.is_empty(), missing) {
        (true, _) => {
            "Nothing is written yet: what it means for the business, what was learned, what readers should decide."
                .to_owned()
        }
        (false, 0) => String::new(),
        (false, n) => format!("{n} of {} texts are not written yet.", NarrativeFields::FIELDS.len()),
    };
    let by = texts.updated_at.map(|at| {
        let at = LocalTime::in_zone(at, &seen.zone);
        view! { <p class="muted small">"Last changed "{moment::short(&at)}" by "{texts.updated_by_name.clone().unwrap_or_default()}</p> }
    });
    view! {
        <section class="card written">
            <div class="card-head"><h3>"What the reports say"</h3>{edit}</div>
            <p class="hint">{words}</p>
            {body}
            {by}
        </section>
    }
    .into_any()
}
