//! Writing the texts of an incident's reports.

use holdfast_domain::{Fields as _, narrative::NarrativeFields};
use leptos::prelude::*;

use crate::{
    incident::{Room, Tab, room},
    item::form::{Inputs, seen_before},
    page::Shown,
    request::Request,
    ui::{Words, conflict, problems},
};

/// The texts, by the part of a report they stand in.
const PARTS: [(&str, &[&str]); 5] = [
    ("For the executive", &["bottom_line", "business_impact", "asks"]),
    (
        "Impact in particular",
        &[
            "impact_services",
            "impact_people",
            "impact_data",
            "impact_money",
            "impact_money_confidence",
            "impact_regulatory",
        ],
    ),
    ("How sure we are", &["confidence_known", "confidence_assessed", "confidence_unknown"]),
    ("What happened and why", &["detection", "contributing_factors"]),
    ("What we learned", &["went_well", "went_wrong", "lucky", "lessons"]),
];

/// The form.
pub async fn write_page(req: &Request) -> Shown {
    let posted = req.posted();
    let (ctx, actor) = req.signed_in()?;
    let seen = Room::find(req).await?;
    let texts = holdfast_actions::narrative::read(ctx, actor, &seen.incident).await?;
    if let Some(conflict) = conflict::found(posted) {
        let words = Words::of_noun::<NarrativeFields>(&seen.zone, &[]);
        let (action, back) = (seen.address("/reports/write"), seen.address("/reports"));
        return Ok(room(req, &seen, Tab::Reports, conflict::settle_declared(conflict, posted, action, back, &words)));
    }
    let inputs = Inputs::new(posted, &seen.zone, &[]);
    let parts: Vec<AnyView> = PARTS
        .iter()
        .map(|(legend, names)| {
            let fields =
                inputs.some(&texts.fields, names.iter().filter_map(|name| NarrativeFields::field(name)), &|_| None);
            view! { <fieldset class="group"><legend>{*legend}</legend>{fields}</fieldset> }.into_any()
        })
        .collect();
    let body = view! {
        {problems(posted)}
        <section class="card">
            <h2>"Write for the reports"</h2>
            <form class="form" method="post" action=seen.address("/reports/write") data-guard="">
                <p class="hint">"Markdown. What stays empty is left out of an issued report; a draft says that it is not written yet."</p>
                {seen_before(posted, texts.version, &texts.fields)}
                {parts}
                <div class="buttons"><button class="btn btn-primary">"Save"</button><a class="btn" href=seen.address("/reports")>"Cancel"</a></div>
            </form>
        </section>
    };
    Ok(room(req, &seen, Tab::Reports, body.into_any()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_has_its_place_on_the_form() {
        let mut placed: Vec<&str> = PARTS.iter().flat_map(|(_, names)| names.iter().copied()).collect();
        let mut all: Vec<&str> = NarrativeFields::FIELDS.iter().map(|field| field.name).collect();
        placed.sort_unstable();
        all.sort_unstable();
        assert_eq!(placed, all);
    }
}
