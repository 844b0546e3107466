//! Issuing a report: which one and to whom, then what it would say, then the step that cannot be undone. What is
//! missing or contradicts itself is said before anybody else reads it.

use holdfast_actions::report::{PICTURES_MAX, check, check_metrics};
use holdfast_domain::{
    marking::Tlp,
    report::{IssuedKind, ReportCheck, ReportNote, is_confined},
};
use leptos::prelude::*;

use super::{
    incident_page::OF_INCIDENTS,
    post::{metrics_query, recipients},
};
use crate::{
    form::{Form, Posted},
    incident::{Room, Tab, room},
    metric::filter as metric_filter,
    page::Shown,
    request::Request,
    ui::{Choice, FormField, checkbox, checkboxes, hidden, notice, problems_named},
};

/// What these forms call their fields.
const NAMES: [(&str, &str); 3] = [("people", RECIPIENTS), ("executives", "All executives"), ("confirm", "Reference")];

const RECIPIENTS: &str = "Recipients";

/// The form for a report of an incident.
pub async fn issue_page(req: &Request) -> Shown {
    let seen = Room::find(req).await?;
    let form = incident_form(req, &seen, req.posted()).await?;
    Ok(room(req, &seen, Tab::Reports, form))
}

async fn incident_form(req: &Request, seen: &Room, posted: &Posted) -> Shown {
    let kinds: Vec<Choice> = OF_INCIDENTS.iter().map(|kind| (kind.to_string(), kind.label().to_owned())).collect();
    let kind = req.query("kind").map_or_else(|| IssuedKind::Executive.to_string(), str::to_owned);
    let incident = &seen.incident;
    let confined = is_confined(incident.restricted, incident.fields.tlp)
        .then(|| confinement(incident.restricted, incident.fields.tlp));
    let people = recipient_fields(posted, readers(req).await?, confined.is_some());
    Ok(view! {
        {problems_named(posted, &NAMES)}
        {confined}
        <section class="card">
            <h2>"Issue a report"</h2>
            <form class="form" method="get" action=seen.address("/reports/issue/check")>
                {FormField::line("kind", "Which report").value(kind).select(posted, kinds)}
                {people}
                <div class="buttons"><button class="btn btn-primary">"Check the report"</button><a class="btn" href=seen.address("/reports")>"Cancel"</a></div>
            </form>
        </section>
    }
    .into_any())
}

fn confinement(restricted: bool, tlp: Tlp) -> AnyView {
    let why = if restricted {
        "This incident is restricted to its team.".to_owned()
    } else {
        format!("This incident is {}.", tlp.label())
    };
    notice::warning(
        view! { <p>{why}" Its reports go to people chosen by name, never to a group. They can read the report without access to the incident."</p> }
            .into_any(),
    )
}

/// What a report of an incident would say, and the form that issues it.
pub async fn check_page(req: &Request) -> Shown {
    let (ctx, actor) = req.signed_in()?;
    let seen = Room::find(req).await?;
    let sent = sent(req);
    let kind = sent.choice::<IssuedKind>("kind");
    let found = match (kind, recipients(&sent)) {
        (Ok(kind), Ok(to)) => check(ctx, actor, &seen.incident.reference, kind, &to).await,
        (Err(refusal), _) | (_, Err(refusal)) => Err(refusal.into()),
    };
    let body = match found {
        Ok(found) => {
            let again = format!("{}?{}", seen.address("/reports/issue"), query_of(&sent));
            let steps = Steps { seen: Some(&seen), at: seen.address("/reports/issue"), back: again, sent: &sent };
            checked(req.posted(), &found, &steps)
        }
        Err(error) => incident_form(req, &seen, &Posted::failed(&sent, req.refused(error))).await?,
    };
    Ok(room(req, &seen, Tab::Reports, body))
}

/// The form for a report of metrics.
pub async fn issue_metrics_page(req: &Request) -> Shown {
    metrics_form(req, req.posted()).await
}

async fn metrics_form(req: &Request, posted: &Posted) -> Shown {
    let asked = metric_filter::asked(req);
    let back = format!("/metrics{}", metric_filter::pairs(&asked));
    let people = recipient_fields(posted, readers(req).await?, false);
    Ok(view! {
        {req.title("Issue the metrics")}
        <header class="page-head"><div><h1>"Issue the metrics"</h1><p class="meta">{metric_filter::words(&asked)}</p></div></header>
        {problems_named(posted, &NAMES)}
        <section class="card">
            <form class="form" method="get" action="/metrics/issue/check">
                {metric_filter::hidden(posted, &asked)}
                {people}
                <div class="buttons"><button class="btn btn-primary">"Check the report"</button><a class="btn" href=back>"Cancel"</a></div>
            </form>
        </section>
    }
    .into_any())
}

/// What a report of metrics would say, and the form that issues it.
pub async fn check_metrics_page(req: &Request) -> Shown {
    let (ctx, actor) = req.signed_in()?;
    let sent = sent(req);
    let found = match recipients(&sent) {
        Ok(to) => check_metrics(ctx, actor, &metrics_query(&sent), &to).await,
        Err(refusal) => Err(refusal.into()),
    };
    let found = match found {
        Ok(found) => found,
        Err(error) => return metrics_form(req, &Posted::failed(&sent, req.refused(error))).await,
    };
    let back = format!("/metrics/issue?{}", query_of(&sent));
    let steps = Steps { seen: None, at: "/metrics/issue".into(), back, sent: &sent };
    Ok(view! {
        {req.title("Check the metrics report")}
        <header class="page-head"><div><h1>"Issue the metrics"</h1></div></header>
        {checked(req.posted(), &found, &steps)}
    }
    .into_any())
}

/// What was sent, whether the check was asked for or the report could not be issued.
fn sent(req: &Request) -> Form {
    let posted = &req.posted().values;
    Form::new(if posted.is_empty() { req.query_pairs().to_vec() } else { posted.clone() })
}

/// The fields that say which report goes to whom.
fn query_of(sent: &Form) -> String {
    let fields = ["kind", "period", "severity", "class", "executives", "people"];
    let pairs: Vec<_> = sent.values.iter().filter(|(name, _)| fields.contains(&name.as_str())).collect();
    serde_urlencoded::to_string(pairs).unwrap_or_default()
}

/// Where the steps of issuing lead.
struct Steps<'a> {
    seen: Option<&'a Room>,
    /// The address of the first step.
    at: String,
    back: String,
    sent: &'a Form,
}

fn checked(posted: &Posted, found: &ReportCheck, steps: &Steps<'_>) -> AnyView {
    let blocked = found.notes.iter().any(|note| note.blocks);
    let total = found.recipients.len();
    let count = if total == 1 { "1 person".to_owned() } else { format!("{total} people") };
    let later = steps.sent.ticked("executives").then_some(match total {
        0 => "Nobody has this role at present. Anyone who gets it later can read the report.",
        _ => "Anyone who becomes an executive later can read it too.",
    });
    let names: Vec<AnyView> =
        found.recipients.iter().map(|name| view! { <li>{name.clone()}</li> }.into_any()).collect();
    let form = if blocked {
        view! { <p>"The report cannot be issued until everything under “Fix first” is fixed."</p> }.into_any()
    } else {
        confirm_form(posted, found, steps, &count)
    };
    view! {
        <div class="stack">
            {problems_named(posted, &NAMES)}
            <section class="card stack">
                <h2>"Check the report"</h2>
                <p>{found.about.clone()}</p>
                {notes(&found.notes, steps.seen)}
            </section>
            <section class="card stack">
                <h3>{format!("It goes to {count}")}</h3>
                <ul class="names">{names}</ul>
                {later.map(|words| view! { <p class="hint">{words}</p> })}
                {form}
                <p><a class="btn" href=steps.back.clone()>"Change the report or its recipients"</a></p>
            </section>
            {pages(found, steps)}
        </div>
    }
    .into_any()
}

fn confirm_form(posted: &Posted, found: &ReportCheck, steps: &Steps<'_>, count: &str) -> AnyView {
    let fields: Vec<AnyView> = ["kind", "period", "severity", "class"]
        .into_iter()
        .filter_map(|name| Some(hidden(name, steps.sent.opt(name)?)))
        .chain(steps.sent.ticked("executives").then(|| hidden("executives", "on")))
        .chain(steps.sent.all("people").map(|id| hidden("people", id)))
        .collect();
    let confirm = found.confined.then(|| {
        let reference = steps.seen.map(|seen| seen.incident.reference.clone()).unwrap_or_default();
        view! {
            <p>"This report is confidential. Type "<span class="mono">{reference}</span>" to confirm who receives it."</p>
            {FormField::line("confirm", "Reference").required().mono().autocomplete("off").input(posted)}
        }
    });
    view! {
        <form class="form" method="post" action=format!("{}/check", steps.at)>
            {fields}
            {hidden("checked", &found.checked)}
            {confirm}
            <p class="hint">{format!("Version {} is kept as it is, with its hash. It cannot be changed; it can be withdrawn, and corrected by a new version.", found.number)}</p>
            <div class="buttons"><button class="btn btn-primary">{format!("Issue to {count}")}</button></div>
        </form>
    }
    .into_any()
}

fn notes(notes: &[ReportNote], seen: Option<&Room>) -> AnyView {
    let list = |blocks: bool| -> Vec<AnyView> {
        let line = |note: &ReportNote| {
            let page = seen.filter(|_| !note.page.is_empty()).map(|seen| seen.address(&note.page));
            let fix = page.map(|to| view! { " "<a href=to>{page_name(&note.page)}</a> });
            view! { <li>{note.text.clone()}{fix}</li> }.into_any()
        };
        notes.iter().filter(|note| note.blocks == blocks).map(line).collect()
    };
    let (blocking, others) = (list(true), list(false));
    let stopped = (!blocking.is_empty())
        .then(|| notice::error(view! { <p><strong>"Fix first"</strong></p><ul>{blocking}</ul> }.into_any()));
    let left_out = (!others.is_empty()).then(|| {
        notice::warning(view! { <p><strong>"Look at this before it goes out"</strong></p><ul>{others}</ul> }.into_any())
    });
    let fine = notes.is_empty().then(|| notice::ok(view! { <p>"No missing text and no contradiction found."</p> }));
    view! { {stopped} {left_out} {fine} }.into_any()
}

/// What the link to a page that fixes something says.
fn page_name(page: &str) -> &'static str {
    match page {
        "/reports/write" => "Write it",
        "/edit" => "Edit the incident",
        "/times" => "Open the times",
        "/timeline" => "Open the timeline",
        "/tasks" => "Open the tasks",
        "/assets" => "Open the assets",
        "/recommendations" => "Open the recommendations",
        _ => "Open the page",
    }
}

/// The pages as they would be issued.
fn pages(found: &ReportCheck, steps: &Steps<'_>) -> AnyView {
    let query = query_of(steps.sent);
    let at = |file: &str| format!("{}/preview/{file}?{query}", steps.at);
    let count = found.page_count;
    let pictures: Vec<AnyView> = (1..=count.min(PICTURES_MAX))
        .map(|page| {
            let words = format!("Page {page} of {count}");
            view! { <li><img class="report-page" src=at(&format!("{page}.png")) alt=words width="893" height="1263" loading="lazy" /></li> }
                .into_any()
        })
        .collect();
    let more = (count > PICTURES_MAX)
        .then(|| view! { <p class="hint">{format!("The PDF has {} more pages.", count - PICTURES_MAX)}</p> });
    let kept = "The pages as they would be issued. The PDF has the same text for screen readers.";
    view! {
        <section class="card">
            <div class="card-head"><h3>"Preview"</h3><a class="btn" href=at("report.pdf")>"Open PDF"</a></div>
            <p class="hint">{kept}</p>
            <ol class="report-pages">{pictures}</ol>
            {more}
        </section>
    }
    .into_any()
}

async fn readers(req: &Request) -> holdfast_actions::Result<Vec<Choice>> {
    let (ctx, actor) = req.signed_in()?;
    let people = holdfast_actions::report::readers(ctx, actor).await?;
    Ok(people.into_iter().map(|(id, name)| (id.to_string(), name)).collect())
}

/// Who receives it. A confined report has no group to choose, and nobody is chosen beforehand.
fn recipient_fields(posted: &Posted, names: Vec<Choice>, confined: bool) -> AnyView {
    let people = names.into_iter().map(|(id, name)| (id, name, String::new(), false)).collect();
    let group = (!confined)
        .then(|| checkbox(posted, "executives", "All executives", "Everyone with that role, now or later.", true));
    let legend = if confined { RECIPIENTS } else { "And these people" };
    view! { {group} {checkboxes(posted, "people", legend, people)} }.into_any()
}
