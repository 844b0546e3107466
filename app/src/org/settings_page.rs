//! The settings page.

use holdfast_domain::{
    Timestamp,
    incident::Severity,
    metric::TARGET_FIELDS,
    org::{Org, OrgFields},
};
use leptos::prelude::*;

use crate::{
    form::Posted,
    page::Shown,
    request::Request,
    ui::{Cell, FormField, LocalTime, Row, aria, conflict, errors, hidden, problems_named, table, typed},
};

/// Name, time zone and targets of the organisation.
pub async fn settings_page(req: &Request) -> Shown {
    let posted = req.posted();
    let (ctx, actor) = req.signed_in()?;
    let org = holdfast_actions::org::view(ctx, actor).await?;
    Ok(view! {
        {req.title("Settings")}
        <header class="page-head"><h1>"Settings"</h1></header>
        {settings(posted, org, ctx.now())}
    }
    .into_any())
}

fn settings(posted: &Posted, org: Org, now: Timestamp) -> AnyView {
    if let Some(conflict) = conflict::found(posted) {
        let words = |_: &str, text: &str| text.to_owned();
        return conflict::settle(conflict, posted, "/settings".into(), "/settings".into(), &[], &words);
    }
    let fields = OrgFields::from(&org).as_text();
    let bases = conflict::bases(posted, fields.into_iter().map(|field| (field.name, field.text)));
    view! {
        {problems_named(posted, &[("targets_from", "Targets hold from")])}
        <section class="card">
        <form class="form" method="post" action="/settings" data-guard="">
            {hidden("version", typed(posted, "version", org.version.to_string()))}
            {bases}
            {FormField::line("name", "Name of the organisation").value(org.name.clone()).required().chars_max(120)
                .hint("As reports print it.").input(posted)}
            <p class="hint"><a href="/settings/logo">"Logo on reports"</a></p>
            {FormField::line("time_zone", "Time zone").value(org.time_zone.clone()).required()
                .hint("In which days and months are counted. Such as Europe/Berlin or UTC.").zone(posted)}
            {targets(posted, &org, now)}
            <div class="buttons"><button class="btn btn-primary">"Save"</button></div>
        </form>
        </section>
    }
    .into_any()
}

/// A row for each severity, so that they can be compared as they are typed.
fn targets(posted: &Posted, org: &Org, now: Timestamp) -> AnyView {
    let latest = org.targets.latest().map(|set| set.targets.clone()).unwrap_or_default();
    let rows = Severity::ALL
        .iter()
        .map(|severity| {
            let of_this = TARGET_FIELDS.iter().filter(|(of, ..)| of == severity);
            let mut cells = vec![Cell::name(severity.label())];
            cells.extend(of_this.map(|(_, clock, name, label)| {
                Cell::of(number(posted, name, label, &latest.stated(*severity, *clock)))
            }));
            Row::of(cells)
        })
        .collect();
    let origin = org.targets.is_empty().then_some("These are the program’s until you save your own. ");
    let pending = org.targets.pending(now).map(|set| {
        let from = LocalTime::in_zone(set.from, &org.time_zone).local;
        view! { <p>{format!("These targets hold from {from}. Until then the ones before apply.")}</p> }
    });
    view! {
        <fieldset class="group">
            <legend>"Targets"</legend>
            <p class="hint">{origin}"How long each part of a response may take, from detection, by the clock on the wall. Metrics and reports measure each incident by the targets that held when it was detected. Leave all three of a severity empty where it has no target."</p>
            {pending}
            {table::plain("Targets", &["Severity", "Acknowledge, minutes", "Contain, hours", "Resolve, hours"], rows)}
            {FormField::day("targets_from", "Targets hold from").value(holdfast_actions::org::pending_day(org, now))
                .hint("Leave blank for now. Not before today: what was measured stays as it is. Changed targets replace any that do not hold yet.").input(posted)}
        </fieldset>
    }
    .into_any()
}

fn number(posted: &Posted, name: &'static str, label: &'static str, value: &str) -> AnyView {
    let value = typed(posted, name, value.to_owned());
    let (invalid, described) = aria(posted, name, "");
    view! {
        <div>
            <input class="input num" type="number" min="1" inputmode="numeric" id=name name=name value=value aria-label=label
                aria-invalid=invalid aria-describedby=described />
            {errors(posted, name)}
        </div>
    }
    .into_any()
}
