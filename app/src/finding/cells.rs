//! The pieces that lists and pages of findings share: where else a thing was seen, its state, a
//! value that can be copied.

use holdfast_domain::{
    asset::{Compromise, Criticality},
    indicator::{Confidence, IndicatorFields, SeenIn},
    kev,
    vulnerability::{VulnerabilityStatus, rating},
};
use holdfast_island::copy::Copyable;
use leptos::prelude::*;

use crate::ui::badge;

/// The value, shown so that nothing makes a link of it, and copied as it is.
pub fn value(fields: &IndicatorFields) -> AnyView {
    let (shown, real) = (fields.kind.shown(&fields.value), fields.value.clone());
    view! { <Copyable value=shown real=real /> }.into_any()
}

/// Incidents that are named in a cell.
const NAMED: usize = 2;

/// The other incidents, in a cell: the latest by reference, and how many more.
pub fn seen_in(seen: &SeenIn, all: &str) -> AnyView {
    let links: Vec<AnyView> = seen.latest.iter().take(NAMED).map(|one| link(&one.reference, &one.title)).collect();
    let more = seen.count - i64::try_from(links.len()).unwrap_or_default();
    let more = (more > 0).then(|| {
        view! { <a href=all.to_owned() aria-label=format!("{more} more incidents")>{format!("+{more}")}</a> }
    });
    view! { <span class="seen-in">{links}{more}</span> }.into_any()
}

/// A link to an incident, by its reference.
pub fn link(reference: &str, title: &str) -> AnyView {
    let href = format!("/incidents/{reference}");
    view! { <a class="mono" href=href title=title.to_owned()>{reference.to_owned()}</a> " " }.into_any()
}

pub fn compromise(state: Compromise) -> AnyView {
    match state {
        Compromise::Confirmed => view! { <span class="badge badge-danger">{state.label()}</span> }.into_any(),
        Compromise::Suspected => badge::warning(state.label()),
        Compromise::NotCompromised | Compromise::Recovered => badge::good(state.label()),
        Compromise::Unknown => badge::plain(state.label()),
    }
}

pub fn status(status: VulnerabilityStatus) -> AnyView {
    match status {
        VulnerabilityStatus::Open => badge::warning(status.label()),
        VulnerabilityStatus::Fixed => badge::good(status.label()),
        VulnerabilityStatus::Mitigated | VulnerabilityStatus::Accepted => badge::plain(status.label()),
    }
}

pub fn confidence(confidence: Confidence) -> AnyView {
    match confidence {
        Confidence::NotRated => view! { <span class="muted">{confidence.label()}</span> }.into_any(),
        _ => confidence.label().into_any(),
    }
}

pub fn criticality(criticality: Criticality) -> AnyView {
    match criticality {
        Criticality::Critical => badge::warning(criticality.label()),
        _ => criticality.label().into_any(),
    }
}

/// That attackers are known to use it, and since when the catalogue says so.
pub fn exploited(cve: &str) -> Option<AnyView> {
    let known = kev::find(cve)?;
    let title = format!("In CISA's catalogue since {}: {} {}.", known.added_on, known.vendor, known.product);
    let ransomware = known.by_ransomware.then(|| badge::warning("Ransomware"));
    Some(view! { <span title=title>{badge::warning("Exploited")}</span> " " {ransomware} }.into_any())
}

/// CVSS score, with its words; none where it is not rated.
pub fn score(score: &str) -> Option<AnyView> {
    let words = rating(score)?;
    Some(view! { <span class="num">{score.to_owned()}</span> " " <span class="muted small">{words}</span> }.into_any())
}
