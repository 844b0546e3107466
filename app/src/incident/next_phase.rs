//! The usual next phase as a button that opens a form: since when, how exactly that is known, and, where tasks
//! are open, one more question. Works without scripts.

use holdfast_domain::{
    lifecycle::{Move, Status, next_steps},
    time::Precision,
};
use leptos::prelude::*;

use super::room::Room;
use crate::ui::{hidden, icon, options, warning, when::precisions};

/// The field that says yes to the question about open tasks.
pub const DESPITE_TASKS: &str = "despite_tasks";
/// How many open tasks are named; a link leads to all.
const NAMED_MAX: usize = 5;

/// The button and its form. Ending an incident is a page of its own.
pub fn next_phase(room: &Room) -> Option<AnyView> {
    let (to, _) = next_steps(room.incident.status).into_iter().find(|(_, step)| *step == Move::Forward)?;
    if to.is_ended() || !room.may_enter(to) {
        return None;
    }
    let words = format!("Mark {}", to.label().to_lowercase());
    Some(
        view! {
            <details class="menu phase-menu" name="menu">
                <summary class="btn btn-primary">{words.clone()}{icon(icon::CHEVRON)}</summary>
                <form class="menu-panel form" method="post" action=room.address("/phase")>
                    {hidden("version", room.incident.version)}
                    {hidden("to", to)}
                    {hidden("at_zone", &room.zone)}
                    {question(room, to, &words)}
                    {since(room)}
                    <div class="buttons"><button class="btn btn-primary">{words}</button></div>
                </form>
            </details>
        }
        .into_any(),
    )
}

/// The time of entry. Without one it is the present.
fn since(room: &Room) -> AnyView {
    let hint = format!("Leave blank for now. Time in {}.", room.zone);
    view! {
        <div class="field">
            <label for="phase-at">"Since"</label>
            <input class="input" type="datetime-local" step="1" id="phase-at" name="at" aria-describedby="phase-at-hint" />
            <p class="hint" id="phase-at-hint">{hint}</p>
        </div>
        <div class="field">
            <label for="phase-at-precision">"Precision"</label>
            <select class="input" id="phase-at-precision" name="at_precision">{options(precisions(), Precision::Minute.as_str())}</select>
        </div>
        <div class="field">
            <label for="phase-reason">"Reason"</label>
            <input class="input" id="phase-reason" name="reason" maxlength="2000" autocomplete="off" aria-describedby="phase-reason-hint" />
            <p class="hint" id="phase-reason-hint">"Required with an earlier time."</p>
        </div>
    }
    .into_any()
}

/// What is asked where tasks are open.
fn question(room: &Room, to: Status, words: &str) -> Option<AnyView> {
    if room.open_tasks.is_empty() || !to.asks_of_open_tasks() {
        return None;
    }
    let yes = format!("{words} although tasks are open");
    let question = view! {
        {open_tasks(room)}
        <label class="check"><input type="checkbox" name=DESPITE_TASKS required=true /><span>{yes}</span></label>
    };
    Some(warning(question.into_any()))
}

/// How many tasks are open, and the first of them.
pub fn open_tasks(room: &Room) -> AnyView {
    let count = room.open_tasks.len();
    let words = if count == 1 { "A task is open:".to_owned() } else { format!("{count} tasks are open:") };
    let named = room.open_tasks.iter().take(NAMED_MAX).map(|task| {
        let mandatory = task.mandatory.then_some(" (mandatory: closing needs it finished)");
        let to = room.address(&format!("/tasks/{}", task.id));
        view! { <li><a href=to>{task.title.clone()}</a>{mandatory}</li> }.into_any()
    });
    let named: Vec<AnyView> = named.collect();
    let all = (count > NAMED_MAX).then(|| view! { <p><a href=room.address("/tasks")>"All tasks"</a></p> });
    view! { <p>{words}</p><ul>{named}</ul>{all} }.into_any()
}
