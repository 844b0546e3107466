//! Many indicators at once: one per line. Lines that could not be read come back into the form with
//! their reasons, so that nothing is lost.

use holdfast_domain::{
    Field, Fields as _,
    indicator::{IndicatorFields, LINES_MAX},
};
use leptos::prelude::*;

use crate::{
    form::Posted,
    incident::{Room, Tab, room},
    item::form::Inputs,
    outcome::{AddedLines, ShownOnce},
    page::Shown,
    request::Request,
    ui::{field::FormField as Input, notice, problems},
};

/// Whether many indicators have a field in common.
pub fn is_of_each(field: &Field) -> bool {
    matches!(field.name, "tlp" | "confidence" | "description")
}

/// The form.
pub async fn many_page(req: &Request) -> Shown {
    let posted = req.posted();
    let seen = Room::find(req).await?;
    let outcome = match &posted.once {
        Some(ShownOnce::Lines(lines)) => Some(lines),
        _ => None,
    };
    Ok(room(req, &seen, Tab::Indicators, form(posted, &seen, outcome)))
}

fn form(posted: &Posted, seen: &Room, outcome: Option<&AddedLines>) -> AnyView {
    let lines: Vec<&str> = outcome.iter().flat_map(|outcome| &outcome.refused).map(|line| line.text.as_str()).collect();
    let base = outcome.map(|outcome| outcome.base.clone()).unwrap_or_default();
    let of_each = IndicatorFields::FIELDS.iter().filter(|field| is_of_each(field));
    let inputs = Inputs::new(posted, &seen.zone, &[]).some(&base, of_each, &|_| None);
    let most = format!("At most {LINES_MAX} lines at once.");
    view! {
        {problems(posted)}
        {outcome.map(told)}
        <section class="card">
            <h2>"Add many indicators"</h2>
            <form class="form" method="post" action=seen.address("/indicators/many") data-guard="">
                <div class="prose">
                    <p>"One per line; its kind is told from its form. Where it cannot be, write it first. What follows a # describes it."</p>
                    <pre class="mono small">"198.51.100[.]7 # C2 server\nhxxps://evil[.]example/loader\nmutex: Global\\x7f"</pre>
                </div>
                {Input::line("lines", "Indicators").value(lines.join("\n")).required().mono().area(posted)}
                <p class="hint">{most}" Those that the incident has already are passed over."</p>
                {inputs}
                <p class="hint">"The description is of those whose line has none."</p>
                <div class="buttons"><button class="btn btn-primary">"Add them"</button><a class="btn" href=seen.address("/indicators")>"Cancel"</a></div>
            </form>
        </section>
    }
    .into_any()
}

fn told(outcome: &AddedLines) -> AnyView {
    let lines: Vec<AnyView> = outcome
        .refused
        .iter()
        .map(|line| {
            view! { <li>"Line "{line.line}": "<span class="hash">{line.text.clone()}</span>" – "{line.reason.clone()}</li> }
                .into_any()
        })
        .collect();
    let words = format!(
        "{} added, {} known already. {} could not be read and stand below, to be put right and sent again:",
        outcome.added,
        outcome.known,
        outcome.refused.len()
    );
    notice::warning(view! { <p>{words}</p> <ul>{lines}</ul> }.into_any())
}
