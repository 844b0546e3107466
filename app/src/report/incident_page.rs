//! The reports of an incident: drafts, what is written for them, what is recommended, what was issued.

use holdfast_domain::{
    Permission,
    narrative::{Narrative, NarrativeFields, Recommendation},
    report::IssuedKind,
};
use leptos::prelude::*;

use super::list_page::issued;
use crate::{
    incident::{
        room::Room,
        tab::{Tab, room},
    },
    page::Shown,
    request::Request,
    ui::{
        badge,
        icon::{self, icon},
        markdown,
        moment::{self, Moment},
        table::{self, Cell, Row},
    },
};

/// Reports that are about one incident.
pub const OF_INCIDENTS: [IssuedKind; 2] = [IssuedKind::Executive, IssuedKind::PostIncidentReview];

/// The page.
pub async fn incident_reports_page(req: &Request) -> Shown {
    let (ctx, actor) = req.signed_in()?;
    let seen = Room::find(req).await?;
    let (texts, recommendations) = holdfast_actions::narrative::read(ctx, actor, &seen.incident).await?;
    let reports = holdfast_actions::report::of_incident(ctx, actor, &seen.incident).await?;
    let issue = seen.may(Permission::IssueReport).then(|| {
        view! { <a class="btn btn-primary" href=seen.address("/reports/issue")>{icon(icon::CHECK)}"Issue a report"</a> }
    });
    let kept = if reports.is_empty() {
        let words = view! { <p>"What is issued is kept as it was sent, with its hash and its version, and those it is issued to can read it."</p> };
        table::blank(icon::ARCHIVE, "Nothing issued yet", words.into_any(), ().into_any())
    } else {
        issued(&reports, &seen.zone, false)
    };
    let body = view! {
        <div class="stack">
            <div class="card-head"><h2>"Reports"</h2><div class="actions">{issue}</div></div>
            {drafts(&seen)}
            <section class="stack"><h3>"Issued"</h3>{kept}</section>
            {written(&seen, &texts)}
            {recommended(&seen, &recommendations)}
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
    let text = |(name, label, _): &(&str, &'static str, &str)| {
        // Decisions are lines; as Markdown they would run together.
        let decisions = texts.fields.decisions().into_iter().map(|(text, by)| match by.as_str() {
            "" => format!("- {text}\n"),
            by => format!("- {text} (by {by})\n"),
        });
        let text = if *name == "asks" { decisions.collect() } else { texts.fields.get(name).to_owned() };
        (!text.trim().is_empty())
            .then(|| view! { <h4>{*label}</h4> {markdown::prose(markdown::render(&text))} }.into_any())
    };
    let body: Vec<AnyView> = NarrativeFields::ALL.iter().filter_map(text).collect();
    let missing = NarrativeFields::ALL.iter().filter(|(name, ..)| texts.fields.get(name).trim().is_empty()).count();
    let words = match (body.is_empty(), missing) {
        (true, _) => {
            "Nothing is written yet: what it means for the business, what was learned, what readers should decide."
                .to_owned()
        }
        (false, 0) => String::new(),
        (false, n) => format!("{n} of {} texts are not written yet.", NarrativeFields::ALL.len()),
    };
    let by = texts.updated_at.map(|at| {
        let at = Moment::in_zone(at, &seen.zone);
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

fn recommended(seen: &Room, recommendations: &[Recommendation]) -> AnyView {
    let may = seen.may(Permission::WriteReport);
    let add = may.then(|| {
        view! { <a class="btn" href=seen.address("/reports/recommendations/new")>{icon(icon::PLUS)}"Recommend"</a> }
    });
    let rows: Vec<Row> = recommendations
        .iter()
        .map(|one| {
            let fields = &one.fields;
            let due = fields.due_at.map(|at| Moment::in_zone(at, &seen.zone));
            let state = if fields.done_at.is_some() { badge::good("Done") } else { badge::plain(fields.priority.label()) };
            let deeds = may.then(|| {
                let at = seen.address(&format!("/reports/recommendations/{}", one.id));
                view! {
                    <a class="btn btn-quiet" href=format!("{at}/edit") aria-label=format!("Edit: {}", fields.body)>"Edit"</a>
                    <a class="btn btn-quiet" href=format!("{at}/remove") aria-label=format!("Remove: {}", fields.body)>"Remove"</a>
                }
            });
            let tracker = (!fields.tracker.is_empty())
                .then(|| view! { <span class="muted small">" "{fields.tracker.clone()}</span> });
            Row::of([
                Cell::name(view! { {fields.body.clone()}{tracker} }).class("wrap"),
                Cell::bare(fields.kind.label()),
                Cell::known((!fields.owner.is_empty()).then(|| fields.owner.clone())),
                Cell::known(due.as_ref().map(moment::day)),
                Cell::bare(state),
                Cell::of(deeds),
            ])
        })
        .collect();
    let body = if rows.is_empty() {
        view! { <p class="muted">"Nothing is recommended yet."</p> }.into_any()
    } else {
        table::plain("Recommendations", &["What should change", "What for", "Owner", "Due", "State", ""], rows)
    };
    view! { <section class="stack"><div class="card-head"><h3>"Recommendations"</h3>{add}</div>{body}</section> }
        .into_any()
}
