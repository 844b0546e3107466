//! Recommending something, changing a recommendation, taking it off the list.

use holdfast_domain::{
    narrative::{Priority, RecommendationFields, RecommendationKind},
    time::field_in_zone,
};
use leptos::prelude::*;

use crate::{
    form::Posted,
    incident::{
        room::Room,
        tab::{Tab, room},
    },
    page::Shown,
    request::Request,
    ui::{
        confirm::Confirm,
        conflict,
        field::{Choice, Field, hidden, typed},
        notice::problems,
    },
};

/// The form of a new one.
pub async fn new_page(req: &Request) -> Shown {
    let posted = req.posted();
    let seen = Room::find(req).await?;
    let blank = RecommendationFields {
        body: String::new(),
        kind: RecommendationKind::Prevent,
        owner: String::new(),
        due_at: None,
        priority: Priority::Medium,
        tracker: String::new(),
        done_at: None,
    };
    let body = view! {
        {problems(posted)}
        <section class="card">
            <h2>"Recommend"</h2>
            <form class="form" method="post" action=seen.address("/reports/recommendations/new") data-guard="">
                {fields(posted, &blank, &seen.zone)}
                {buttons(seen.address("/reports"), "Add recommendation")}
            </form>
        </section>
    };
    Ok(room(req, &seen, Tab::Reports, body.into_any()))
}

/// The form of one that is there.
pub async fn edit_page(req: &Request) -> Shown {
    let posted = req.posted();
    let (ctx, actor) = req.signed_in()?;
    let seen = Room::find(req).await?;
    let one = holdfast_actions::narrative::recommendation(ctx, actor, &seen.incident, req.param("id")?).await?;
    let version = match conflict::found(posted) {
        Some(conflict) => conflict.version.to_string(),
        None => typed(posted, "version", one.version.to_string()),
    };
    let action = seen.address(&format!("/reports/recommendations/{}/edit", one.id));
    let body = view! {
        {problems(posted)}
        {conflict::notice(posted, |_, text| text.to_owned())}
        <section class="card">
            <h2>"Edit the recommendation"</h2>
            <form class="form" method="post" action=action data-guard="">
                {hidden("version", version)}
                {fields(posted, &one.fields, &seen.zone)}
                {buttons(seen.address("/reports"), "Save recommendation")}
            </form>
        </section>
    };
    Ok(room(req, &seen, Tab::Reports, body.into_any()))
}

/// Asks before one is removed; for one that was, offers to put it back.
pub async fn remove_page(req: &Request) -> Shown {
    let posted = req.posted();
    let (ctx, actor) = req.signed_in()?;
    let seen = Room::find(req).await?;
    let one = holdfast_actions::narrative::recommendation(ctx, actor, &seen.incident, req.param("id")?).await?;
    let (question, words, button, restore) = if one.archived {
        (format!("Put “{}” back?", one.fields.body), "It was removed and is still kept.", "Put back", "true")
    } else {
        (
            format!("Remove “{}”?", one.fields.body),
            "It leaves the list and the drafts. Issued reports stay as they are. It is kept, and can be put back.",
            "Remove",
            "false",
        )
    };
    let confirm = Confirm {
        question,
        words,
        losses: Vec::new(),
        action: seen.address(&format!("/reports/recommendations/{}/remove", one.id)),
        button,
        fields: view! { {hidden("version", one.version)} {hidden("restore", restore)} }.into_any(),
        back: ("Back to the reports", seen.address("/reports")),
        dangerous: !one.archived,
    };
    Ok(room(req, &seen, Tab::Reports, confirm.view(posted)))
}

fn buttons(back: String, words: &'static str) -> AnyView {
    view! { <div class="buttons"><button class="btn btn-primary">{words}</button><a class="btn" href=back>"Cancel"</a></div> }
        .into_any()
}

fn fields(posted: &Posted, start: &RecommendationFields, zone: &str) -> AnyView {
    let kinds: Vec<Choice> =
        RecommendationKind::ALL.iter().map(|one| (one.to_string(), one.label().to_owned())).collect();
    let priorities: Vec<Choice> = Priority::ALL.iter().map(|one| (one.to_string(), one.label().to_owned())).collect();
    let time = |at: Option<holdfast_domain::Timestamp>| at.map(|at| field_in_zone(at, zone)).unwrap_or_default();
    view! {
        {Field::line("body", "What should change").value(start.body.clone()).required().chars_max(2_000).area(posted)}
        <div class="fields">
            {Field::line("kind", "What for").value(start.kind.to_string()).select(posted, kinds)}
            {Field::line("priority", "Priority").value(start.priority.to_string()).select(posted, priorities)}
            {Field::line("owner", "Owner").value(start.owner.clone()).chars_max(200).autocomplete("off").hint("A role or a team.").input(posted)}
        </div>
        <div class="fields">
            {Field::time("due_at", "Due").value(time(start.due_at)).input(posted)}
            {Field::time("done_at", "Done").value(time(start.done_at)).input(posted)}
            {Field::line("tracker", "Tracked at").value(start.tracker.clone()).chars_max(300).autocomplete("off").input(posted)}
        </div>
    }
    .into_any()
}
