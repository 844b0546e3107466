//! Registering evidence: a file, a thing, or both.

use holdfast_domain::{
    Field, Fields as _,
    evidence::{Evidence, EvidenceFields, EvidenceStatus},
    marking::Tlp,
};
use leptos::prelude::*;

use crate::{
    form::Posted,
    incident::{Room, Tab, room},
    item::form::Inputs,
    page::Shown,
    request::Request,
    ui::{Choice, FormField, When, errors, problems},
};

/// The form. It is sent with the file, field by field, so it works without scripts.
pub async fn new_page(req: &Request) -> Shown {
    let posted = req.posted();
    let seen = Room::find(req).await?;
    let (ctx, actor) = req.signed_in()?;
    let items = holdfast_actions::evidence::list(ctx, actor, &seen.incident).await?;
    let inputs = Inputs { says_zone: true, ..Inputs::new(posted, &seen.zone, &[]) };
    let body = view! {
        {problems(posted)}
        <section class="card">
            <h2>"Register evidence"</h2>
            <form class="form" method="post" enctype="multipart/form-data" action=seen.address("/evidence/new") data-guard="" data-progress="">
                {what(&inputs)}
                {copy_of(req, items)}
                {acquisition(&inputs)}
                {thing(&inputs)}
                {file(posted)}
                <div class="buttons"><button class="btn btn-primary">"Register"</button><a class="btn" href=seen.address("/evidence")>"Cancel"</a></div>
            </form>
        </section>
    };
    Ok(room(req, &seen, Tab::Evidence, body.into_any()))
}

/// The declared fields of these names.
fn part(inputs: &Inputs<'_>, names: &[&str]) -> AnyView {
    let posted = inputs.posted;
    let own = |field: &'static Field| match field.name {
        "tlp" => {
            let tlps = Tlp::ALL.iter().rev().map(|tlp| (tlp.to_string(), tlp.label().to_owned())).collect();
            Some(FormField::declared(field).value(Tlp::Amber.to_string()).select(posted, tlps))
        }
        "clock_offset_s" => {
            let input = FormField::number(field.name, field.label);
            Some(input.hint("Seconds by which the source’s clock was ahead.").input(posted))
        }
        _ => None,
    };
    inputs.some(&EvidenceFields::default(), names.iter().filter_map(|name| EvidenceFields::field(name)), &own)
}

fn what(inputs: &Inputs<'_>) -> AnyView {
    let title = EvidenceFields::field("title").map(|field| FormField::declared(field).input(inputs.posted));
    view! {
        <p class="hint">"Fields marked " <span class="req">"*"</span> " are needed. What is registered is not edited later: what turns out wrong is corrected by an event."</p>
        {title}
        <div class="fields">{part(inputs, &["kind", "tlp"])}</div>
        {part(inputs, &["description", "malicious", "contains_personal_data"])}
    }
    .into_any()
}

/// What it was copied from; the page of an item leads here with that item chosen.
fn copy_of(req: &Request, items: Vec<Evidence>) -> Option<AnyView> {
    let posted = req.posted();
    let here = items.into_iter().filter(|item| item.status == EvidenceStatus::InCustody);
    let choices: Vec<Choice> =
        here.map(|item| (item.label.clone(), format!("{} {}", item.label, item.fields.title))).collect();
    (!choices.is_empty()).then(|| {
        let choices =
            std::iter::once((String::new(), "Nothing: it is an original".to_owned())).chain(choices).collect();
        FormField::line("copy_of", "Copied from")
            .value(req.query("copy_of").unwrap_or_default())
            .hint("The original’s custody then tells of this copy.")
            .select(posted, choices)
    })
}

fn acquisition(inputs: &Inputs<'_>) -> AnyView {
    let posted = inputs.posted;
    let when = When::new("collected", "Collected", inputs.zone.to_owned()).hint("Left empty, it is the present.");
    view! {
        <fieldset class="group">
            <legend>"Acquisition"</legend>
            {when.fields(posted)}
            <div class="fields">{part(inputs, &["method", "tool", "tool_version"])}</div>
            <div class="fields">{part(inputs, &["source_host", "source_path", "source_owner"])}</div>
            <div class="fields">{part(inputs, &["authority", "witness", "write_blocker"])}</div>
            <div class="fields">
                {FormField::line("location", "Kept at").chars_max(300).autocomplete("off").input(posted)}
                {part(inputs, &["retain_until", "clock_offset_s"])}
            </div>
            <p class="hint">{format!("“Keep until” is in {}.", inputs.zone)}</p>
            {part(inputs, &["acquisition_notes"])}
        </fieldset>
    }
    .into_any()
}

fn thing(inputs: &Inputs<'_>) -> AnyView {
    view! {
        <fieldset class="group">
            <legend>"If it is a thing"</legend>
            <div class="fields">{part(inputs, &["make", "model", "serial"])}</div>
            {part(inputs, &["condition_marks"])}
        </fieldset>
    }
    .into_any()
}

/// The file comes last, so that its declared hash is known when its bytes arrive.
fn file(posted: &Posted) -> AnyView {
    view! {
        <fieldset class="group">
            <legend>"If it is a file"</legend>
            {FormField::line("sha256", "SHA-256, if you know it").mono().chars_max(64).autocomplete("off")
                .hint("What arrives must have it; else nothing is kept.").input(posted)}
            <div class="field">
                <label for="file">"File"</label>
                <input class="input" type="file" id="file" name="file" />
                <p class="hint">"Hashed while it arrives, and on the disk before it is acknowledged. Choose it again if this form comes back."</p>
                {errors(posted, "file")}
            </div>
        </fieldset>
    }
    .into_any()
}
