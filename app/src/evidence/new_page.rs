//! Registering evidence: a file, a thing, or both.

use holdfast_domain::{
    evidence::{AcquisitionMethod, Evidence, EvidenceKind, EvidenceStatus},
    marking::Tlp,
    time::Precision,
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
        field::{Choice, FormField, checkbox, errors},
        notice::problems,
        when::When,
    },
};

/// The form. It is sent with the file, field by field, so it works without scripts.
pub async fn new_page(req: &Request) -> Shown {
    let posted = req.posted();
    let seen = Room::find(req).await?;
    let (ctx, actor) = req.signed_in()?;
    let items = holdfast_actions::evidence::list(ctx, actor, &seen.incident).await?;
    let body = view! {
        {problems(posted)}
        <section class="card">
            <h2>"Register evidence"</h2>
            <form class="form" method="post" enctype="multipart/form-data" action=seen.address("/evidence/new") data-guard="" data-progress="">
                {what(posted)}
                {copy_of(req, items)}
                {acquisition(posted, &seen)}
                {thing(posted)}
                {file(posted)}
                <div class="buttons"><button class="btn btn-primary">"Register"</button><a class="btn" href=seen.address("/evidence")>"Cancel"</a></div>
            </form>
        </section>
    };
    Ok(room(req, &seen, Tab::Evidence, body.into_any()))
}

fn what(posted: &Posted) -> AnyView {
    let kinds: Vec<Choice> = EvidenceKind::ALL.iter().map(|kind| (kind.to_string(), kind.label().to_owned())).collect();
    let tlps: Vec<Choice> = Tlp::ALL.iter().rev().map(|tlp| (tlp.to_string(), tlp.label().to_owned())).collect();
    view! {
        <p class="hint">"Fields marked " <span class="req">"*"</span> " are needed. What is registered is not edited later: what turns out wrong is corrected by an event."</p>
        {FormField::line("title", "What it is").required().chars_max(200).autocomplete("off").input(posted)}
        <div class="fields">
            {FormField::line("kind", "Kind").value(EvidenceKind::LogExport.to_string()).select(posted, kinds)}
            {FormField::line("tlp", "TLP").value(Tlp::Amber.to_string()).select(posted, tlps)}
        </div>
        {FormField::line("description", "Description").chars_max(10_000).area(posted)}
        {checkbox(posted, "malicious", "Malicious", "Leaves only inside a ZIP with AES-256, which 7-Zip opens, password “infected”.", false)}
        {checkbox(posted, "contains_personal_data", "Holds personal data", "", false)}
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

fn acquisition(posted: &Posted, seen: &Room) -> AnyView {
    let methods: Vec<Choice> =
        AcquisitionMethod::ALL.iter().map(|one| (one.to_string(), one.label().to_owned())).collect();
    let when = When {
        name: "collected",
        legend: "Collected",
        value: String::new(),
        zone: seen.zone.clone(),
        precision: Precision::Minute,
        required: false,
        hint: "Left empty, it is the present.",
    };
    view! {
        <fieldset class="group">
            <legend>"Acquisition"</legend>
            {when.fields(posted)}
            <div class="fields">
                {FormField::line("method", "Method").value(AcquisitionMethod::LogExport.to_string()).select(posted, methods)}
                {FormField::line("tool", "Tool").chars_max(300).autocomplete("off").input(posted)}
                {FormField::line("tool_version", "Version").chars_max(300).autocomplete("off").input(posted)}
            </div>
            <div class="fields">
                {FormField::line("source_host", "From system").chars_max(300).autocomplete("off").input(posted)}
                {FormField::line("source_path", "Path there").chars_max(300).autocomplete("off").input(posted)}
                {FormField::line("source_owner", "Whose").chars_max(300).autocomplete("off").input(posted)}
            </div>
            <div class="fields">
                {FormField::line("authority", "By authority of").chars_max(300).autocomplete("off").hint("Policy, consent, warrant, contract.").input(posted)}
                {FormField::line("witness", "Witness").chars_max(300).autocomplete("off").input(posted)}
                {FormField::line("write_blocker", "Write blocker").chars_max(300).autocomplete("off").hint("Which, or why none.").input(posted)}
            </div>
            <div class="fields">
                {FormField::line("location", "Kept at").chars_max(300).autocomplete("off").input(posted)}
                {FormField::time("retain_until", "Keep until").hint("It cannot be disposed of before.").input(posted)}
                {FormField::number("clock_offset_s", "Clock ahead by").hint("Seconds by which the source’s clock was ahead.").input(posted)}
            </div>
            <p class="hint">{format!("“Keep until” is in {}.", seen.zone)}</p>
            {FormField::line("acquisition_notes", "Notes").chars_max(10_000).hint("Changes made to the source, and why they could not be avoided.").area(posted)}
        </fieldset>
    }
    .into_any()
}

fn thing(posted: &Posted) -> AnyView {
    view! {
        <fieldset class="group">
            <legend>"If it is a thing"</legend>
            <div class="fields">
                {FormField::line("make", "Make").chars_max(300).autocomplete("off").input(posted)}
                {FormField::line("model", "Model").chars_max(300).autocomplete("off").input(posted)}
                {FormField::line("serial", "Serial number").chars_max(300).autocomplete("off").input(posted)}
            </div>
            {FormField::line("condition_marks", "Condition and marks").chars_max(300).autocomplete("off").input(posted)}
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
