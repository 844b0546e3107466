//! Adding an event to the custody of an item: one form for each kind, with what that kind needs.

use holdfast_domain::{custody::CustodyKind, evidence::needed};
use leptos::prelude::*;

use super::item_page::{address, verb};
use crate::{
    form::Posted,
    incident::{Room, Tab, room},
    page::Shown,
    request::Request,
    ui::{Choice, FormField, When, problems},
};

/// The form.
pub async fn custody_page(req: &Request) -> Shown {
    let posted = req.posted();
    let (ctx, actor) = req.signed_in()?;
    let kind: CustodyKind =
        req.param("kind")?.parse().map_err(|_| holdfast_domain::Refusal::NotFound("kind of event".into()))?;
    let seen = Room::find(req).await?;
    let item = holdfast_actions::evidence::item(ctx, actor, &seen.incident, req.param("label")?).await?;
    let mut names = vec![(String::new(), "Choose".to_owned())];
    if kind == CustodyKind::Offered {
        let workers = holdfast_actions::task::workers(ctx, actor, &seen.incident).await?;
        let others = workers.into_iter().filter(|(id, _)| *id != actor.person_id);
        names.extend(others.map(|(id, name)| (id.to_string(), name)));
    }
    if let [(_, words)] = names.as_mut_slice() {
        *words = "Nobody else can work on this incident".to_owned();
    }
    let heading = format!("{}: {} {}", verb(kind), item.evidence.label, item.evidence.fields.title);
    let numbers: Vec<Choice> = item
        .entries
        .iter()
        .map(|entry| (entry.seq.to_string(), format!("{} {}", entry.seq, entry.kind.label())))
        .collect();
    let copies = if kind == CustodyKind::Analysed { copies(req, &seen, &item).await? } else { Vec::new() };
    let holds = item.state.holds.iter().map(|matter| (matter.clone(), matter.clone())).collect();
    let body = view! {
        {problems(posted)}
        <section class="card">
            <h2>{heading}</h2>
            {hint(kind).map(|words| view! { <p class="hint">{words}</p> })}
            <form class="form" method="post" action=address(&item, &format!("/custody/{kind}")) data-guard="">
                {fields(posted, kind, names, (numbers, holds), &seen.zone)}
                {worked_on(posted, copies)}
                {when(posted, kind, &seen)}
                <div class="buttons"><button class="btn btn-primary">{verb(kind)}</button><a class="btn" href=address(&item, "")>"Cancel"</a></div>
            </form>
        </section>
    };
    Ok(room(req, &seen, Tab::Evidence, body.into_any()))
}

/// The copies of this item, among which the one that was worked on can be chosen.
async fn copies(
    req: &Request,
    seen: &Room,
    item: &holdfast_actions::evidence::EvidenceItem,
) -> holdfast_actions::Result<Vec<Choice>> {
    let (ctx, actor) = req.signed_in()?;
    let all = holdfast_actions::evidence::list(ctx, actor, &seen.incident).await?;
    let of_this = all.into_iter().filter(|one| one.copy_of.as_deref() == Some(item.evidence.label.as_str()));
    Ok(of_this.map(|one| (one.label.clone(), format!("{} {}", one.label, one.fields.title))).collect())
}

fn worked_on(posted: &Posted, copies: Vec<Choice>) -> Option<AnyView> {
    (!copies.is_empty()).then(|| {
        let choices = std::iter::once((String::new(), "This item itself".to_owned())).chain(copies).collect();
        FormField::line("copy", "Worked on").hint("The copy that was analysed in its place.").select(posted, choices)
    })
}

const fn hint(kind: CustodyKind) -> Option<&'static str> {
    Some(match kind {
        CustodyKind::Offered => "You hold it until the other person accepts it; only a lead or an analyst can.",
        CustodyKind::Accepted => "From now on you hold it.",
        CustodyKind::Withdrawn => "You keep it; who was to receive it can no longer accept.",
        CustodyKind::Analysed => "An original is analysed only where a copy would not do; then say why.",
        CustodyKind::DisposalWithdrawn => "The request ends and it stays; another can be made.",
        CustodyKind::DisposalRequested => {
            "A lead who is another person approves it; then the file is deleted and its record stays."
        }
        CustodyKind::Disposed => "The file is deleted now. This cannot be undone. Its record and its custody stay.",
        CustodyKind::Corrected => "The record stays as it was; your note stands beside it.",
        _ => return None,
    })
}

fn fields(
    posted: &Posted,
    kind: CustodyKind,
    names: Vec<Choice>,
    (numbers, holds): (Vec<Choice>, Vec<Choice>),
    zone: &str,
) -> AnyView {
    let line = |name: &'static str, words: &'static str| {
        let field = FormField::line(name, words).chars_max(2_000).autocomplete("off");
        if needed(kind).contains(&name) { field.required() } else { field }
    };
    let receiver =
        (kind == CustodyKind::Offered).then(|| FormField::line("received_by", "To").required().select(posted, names));
    let about = (kind == CustodyKind::Corrected).then(|| {
        view! {
            {FormField::line("refers_to", "Event").required().select(posted, numbers)}
            {line("correction", "What was recorded, and what is right").area(posted)}
        }
    });
    let matter = match kind {
        CustodyKind::HoldPlaced => {
            Some(line("matter_no", "Matter").hint("The number by which counsel knows it.").input(posted))
        }
        CustodyKind::HoldReleased => Some(FormField::line("matter_no", "Matter").required().select(posted, holds)),
        _ => None,
    };
    let shown = |name: &str| match name {
        "seal_no" => kind == CustodyKind::Sealed,
        "location" => matches!(kind, CustodyKind::Moved | CustodyKind::CheckedIn),
        "tool" => kind == CustodyKind::Analysed,
        "recipient" => matches!(kind, CustodyKind::Disclosed | CustodyKind::Returned),
        "legal_basis" => kind == CustodyKind::Disclosed,
        "method" => matches!(kind, CustodyKind::Offered | CustodyKind::Returned | CustodyKind::DisposalRequested),
        "witness" => matches!(kind, CustodyKind::Sealed | CustodyKind::Unsealed | CustodyKind::Disposed),
        _ => kind != CustodyKind::Corrected,
    };
    let part = |name: &'static str, words: &'static str| shown(name).then(|| line(name, words).input(posted));
    view! {
        {receiver} {about} {matter}
        {(kind == CustodyKind::CheckedOut).then(|| view! {
            {FormField::time("expected_return", "Expected back").hint("Past it, the item is said to be overdue.").input(posted)}
            <p class="hint">{format!("“Expected back” is in {zone}.")}</p>
        })}
        {part("seal_no", "Seal number")}
        {part("location", "Place")}
        {part("tool", "Tool and version")}
        {part("recipient", "To whom")}
        {part("legal_basis", "Legal basis")}
        {part("method", "How")}
        {part("witness", "Witness")}
        {part("reason", "Purpose or reason")}
    }
    .into_any()
}

fn when(posted: &Posted, kind: CustodyKind, seen: &Room) -> Option<AnyView> {
    // An action upon one's own account happens when it is done.
    let is_now = matches!(
        kind,
        CustodyKind::Offered
            | CustodyKind::Accepted
            | CustodyKind::Refused
            | CustodyKind::Withdrawn
            | CustodyKind::DisposalWithdrawn
            | CustodyKind::Disposed
            | CustodyKind::Corrected
    );
    let when = When::new("occurred", "When", seen.zone.clone()).hint("Left empty, it is the present.");
    (!is_now).then(|| when.fields(posted))
}
