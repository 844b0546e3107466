//! Recommending something, changing a recommendation, taking it off the list.

use holdfast_domain::{
    narrative::{Priority, RecommendationFields, RecommendationKind},
    time::field_in_zone,
};
use leptos::prelude::*;

use crate::{
    incident::{
        api::incident_room,
        room::{Tab, room},
    },
    page::Shown,
    request::{param, request},
    ui::{
        confirm::Confirm,
        conflict,
        field::{Choice, Field, hidden, typed},
        notice::problems,
    },
};

/// The form of a new one.
pub async fn new_page() -> Shown {
    let seen = incident_room(param("reference")).await?;
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
        {problems()}
        <section class="card">
            <h2>"Recommend"</h2>
            <form class="form" method="post" action=seen.address("/reports/recommendations/new") data-guard="">
                {fields(&blank, &seen.zone)}
                {buttons(seen.address("/reports"), "Add recommendation")}
            </form>
        </section>
    };
    Ok(room(&seen, Tab::Reports, body.into_any()))
}

/// The form of one that is there.
pub async fn edit_page() -> Shown {
    let (ctx, actor) = request()?;
    let seen = incident_room(param("reference")).await?;
    let one = holdfast_actions::narrative::recommendation(&ctx, &actor, &param("reference"), &param("id")).await?;
    let version = match conflict::found() {
        Some((conflict, _)) => conflict.version.to_string(),
        None => typed("version", one.version.to_string()),
    };
    let action = seen.address(&format!("/reports/recommendations/{}/edit", one.id));
    let body = view! {
        {problems()}
        {conflict::notice(|_, text| text.to_owned())}
        <section class="card">
            <h2>"Edit the recommendation"</h2>
            <form class="form" method="post" action=action data-guard="">
                {hidden("version", version)}
                {fields(&one.fields, &seen.zone)}
                {buttons(seen.address("/reports"), "Save recommendation")}
            </form>
        </section>
    };
    Ok(room(&seen, Tab::Reports, body.into_any()))
}

/// Asks before one is removed; for one that was, offers to put it back.
pub async fn remove_page() -> Shown {
    let (ctx, actor) = request()?;
    let seen = incident_room(param("reference")).await?;
    let one = holdfast_actions::narrative::recommendation(&ctx, &actor, &param("reference"), &param("id")).await?;
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
    Ok(room(&seen, Tab::Reports, confirm.view()))
}

fn buttons(back: String, words: &'static str) -> AnyView {
    view! { <div class="buttons"><button class="btn btn-primary">{words}</button><a class="btn" href=back>"Cancel"</a></div> }
        .into_any()
}

fn fields(start: &RecommendationFields, zone: &str) -> AnyView {
    let kinds: Vec<Choice> =
        RecommendationKind::ALL.iter().map(|one| (one.to_string(), one.label().to_owned())).collect();
    let priorities: Vec<Choice> = Priority::ALL.iter().map(|one| (one.to_string(), one.label().to_owned())).collect();
    let time = |at: Option<holdfast_domain::Timestamp>| at.map(|at| field_in_zone(at, zone)).unwrap_or_default();
    view! {
        {Field::line("body", "What should change").value(start.body.clone()).required().chars_max(2_000).area()}
        <div class="fields">
            {Field::line("kind", "What for").value(start.kind.to_string()).select(kinds)}
            {Field::line("priority", "Priority").value(start.priority.to_string()).select(priorities)}
            {Field::line("owner", "Owner").value(start.owner.clone()).chars_max(200).autocomplete("off").hint("A role or a team.").input()}
        </div>
        <div class="fields">
            {Field::time("due_at", "Due").value(time(start.due_at)).input()}
            {Field::time("done_at", "Done").value(time(start.done_at)).input()}
            {Field::line("tracker", "Tracked at").value(start.tracker.clone()).chars_max(300).autocomplete("off").input()}
        </div>
    }
    .into_any()
}
