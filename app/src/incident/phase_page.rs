//! Changing the phase: which steps lead on from here, when it was entered, and why.

use holdfast_domain::{
    Permission,
    incident::Disposition,
    lifecycle::{ClosingFacts, Milestone, Move, Status, next_steps},
};
use leptos::prelude::*;

use super::{
    next_phase::{DESPITE_TASKS, open_tasks},
    room::Room,
    tab::{Tab, room, version},
};
use crate::{
    form::Posted,
    page::Shown,
    request::Request,
    ui::{FormField, When, aria, checkbox, conflict, errors, hidden, info, problems_named, typed, warning},
};

/// The form.
pub async fn phase_page(req: &Request) -> Shown {
    let posted = req.posted();
    let seen = Room::find(req).await?;
    Ok(room(req, &seen, Tab::Phase, form(posted, &seen)))
}

fn form(posted: &Posted, room: &Room) -> AnyView {
    let steps: Vec<_> = next_steps(room.incident.status).into_iter().filter(|(to, _)| room.may_enter(*to)).collect();
    if steps.is_empty() {
        return info("No step from here is open to your role.".into_any());
    }
    let when = When::new("at", "Entered at", room.zone.clone())
        .hint("Left empty, it is the present. A time entered later needs a reason; closing is always now.");
    view! {
        {problems_named(posted, &[("despite_tasks", "Open tasks")])}
        {conflict::notice(posted, &room.words())}
        {closing(room)}
        <form class="form" method="post" action=room.address("/phase") data-guard="">
            {hidden("version", version(posted, room))}
            {choices(posted, &steps)}
            {asked_of_tasks(posted, room, &steps)}
            {when.fields(posted)}
            {FormField::line("reason", "Reason").chars_max(2000)
                .hint("Needed for steps that leave the usual path, and for a time entered later.").area(posted)}
            {merge_target(posted, &steps)}
            <div class="buttons"><button class="btn btn-primary">"Change phase"</button><a class="btn" href=room.address("")>"Cancel"</a></div>
        </form>
    }
    .into_any()
}

fn choices(posted: &Posted, steps: &[(Status, Move)]) -> AnyView {
    let usual = steps.iter().find(|(_, step)| *step == Move::Forward).or(steps.first());
    let chosen = typed(posted, "to", usual.map(|(to, _)| to.to_string()).unwrap_or_default());
    let radios: Vec<AnyView> = steps
        .iter()
        .map(|(to, step)| {
            let checked = to.as_str() == chosen;
            view! {
                <label class="check">
                    <input type="radio" name="to" value=to.as_str() checked=checked required=true />
                    <span>{to.label()}" "<span class="hint">{step_words(*step)}</span></span>
                </label>
            }
            .into_any()
        })
        .collect();
    let (_, described) = aria(posted, "to", "");
    view! {
        <fieldset class="field" id="to" tabindex="-1" aria-describedby=described>
            <legend>"Next phase"</legend>
            <div class="checks">{radios}</div>
            {errors(posted, "to")}
        </fieldset>
    }
    .into_any()
}

const fn step_words(step: Move) -> &'static str {
    match step {
        Move::Forward => "The usual next step.",
        Move::Skip => "Skips phases; needs a reason.",
        Move::Back => "Back; takes back the times since. Needs a reason.",
        Move::Reopen => "Reopens it. Needs a reason.",
        Move::Reject => "Not an incident after all. Needs a reason.",
        Move::Merge => "The same as another incident.",
    }
}

/// What is asked once more where a step says that work is over, while tasks are open.
fn asked_of_tasks(posted: &Posted, room: &Room, steps: &[(Status, Move)]) -> Option<AnyView> {
    let asking: Vec<&str> = steps.iter().filter(|(to, _)| to.asks_of_open_tasks()).map(|(to, _)| to.label()).collect();
    if room.open_tasks.is_empty() || asking.is_empty() {
        return None;
    }
    let label = "Change it although tasks are open";
    let question = view! {
        {open_tasks(room)}
        <p>{format!("To mark it {} all the same, tick the box.", asking.join(" or "))}</p>
        {checkbox(posted, DESPITE_TASKS, label, "", false)}
        {errors(posted, DESPITE_TASKS)}
    };
    Some(warning(question.into_any()))
}

fn merge_target(posted: &Posted, steps: &[(Status, Move)]) -> Option<AnyView> {
    let offered = steps.iter().any(|(_, step)| *step == Move::Merge);
    offered.then(|| {
        FormField::line("merged_into", "Merged into")
            .chars_max(60)
            .mono()
            .autocomplete("off")
            .hint("Only when merging: the reference of the other incident, such as INC-2026-0001.")
            .input(posted)
    })
}

/// What closing still needs, when closing is the next step.
fn closing(room: &Room) -> Option<AnyView> {
    if room.incident.status != Status::Resolved {
        return None;
    }
    let fields = &room.incident.fields;
    let missing = ClosingFacts {
        has_disposition: fields.disposition != Disposition::Unknown,
        has_root_cause: !fields.root_cause.trim().is_empty(),
        has_detection: room.at(Milestone::Detect).is_some(),
        has_tasks_done: room.open_mandatory() == 0,
    }
    .missing();
    if missing.is_empty() {
        return None;
    }
    let items: Vec<AnyView> = missing.into_iter().map(|item| view! { <li>{item}</li> }.into_any()).collect();
    let edit =
        room.may(Permission::EditIncident).then(|| view! { <a href=room.address("/edit")>"Edit the incident"</a>" " });
    let tasks = (room.open_mandatory() > 0).then(|| view! { <a href=room.address("/tasks")>"See the tasks"</a> });
    Some(warning(view! { <p>"Closing still needs:"</p><ul>{items}</ul><p>{edit}{tasks}</p> }.into_any()))
}
