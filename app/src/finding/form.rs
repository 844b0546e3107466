//! The fields of indicators, assets and vulnerabilities as forms.

use holdfast_domain::{
    Timestamp,
    asset::{AssetFields, AssetKind, Compromise, Criticality, IDENTIFIER_CHARS_MAX, NAME_CHARS_MAX},
    indicator::{Confidence, IndicatorFields, IndicatorKind, NOTES_CHARS_MAX, VALUE_CHARS_MAX},
    marking::Tlp,
    time::field_in_zone,
    vulnerability::{TITLE_CHARS_MAX, VulnerabilityFields, VulnerabilityStatus},
};
use leptos::prelude::*;

use super::{kind::Kind, thing::Thing};
use crate::form::Posted;
use crate::ui::field::{Choice, Field};

macro_rules! choices {
    ($kind:ty) => {
        <$kind>::ALL.iter().map(|one| (one.to_string(), one.label().to_owned())).collect::<Vec<Choice>>()
    };
}

/// The fields of one that is there.
pub fn fields(posted: &Posted, thing: &Thing, zone: &str) -> AnyView {
    match thing {
        Thing::Indicator(thing) => indicator(posted, &thing.fields, zone),
        Thing::Asset(thing) => asset(posted, &thing.fields, zone),
        Thing::Vulnerability(thing) => vulnerability(posted, &thing.fields),
    }
}

/// The fields of a new one.
pub fn blank(posted: &Posted, kind: Kind, zone: &str) -> AnyView {
    match kind {
        Kind::Indicator => indicator(posted, &IndicatorFields::bare(IndicatorKind::Ipv4, ""), zone),
        Kind::Asset => asset(posted, &AssetFields::bare(AssetKind::Workstation, ""), zone),
        Kind::Vulnerability => vulnerability(posted, &VulnerabilityFields::bare("", "")),
    }
}

fn needed() -> AnyView {
    view! { <p class="hint">"Fields marked " <span class="req">"*"</span> " are needed."</p> }.into_any()
}

fn indicator(posted: &Posted, start: &IndicatorFields, zone: &str) -> AnyView {
    view! {
        {needed()}
        <div class="fields">
            {Field::line("kind", "Kind").value(start.kind.to_string()).required().select(posted, choices!(IndicatorKind))}
            {marks(posted, start.tlp, start.confidence)}
        </div>
        {Field::line("value", "Value").value(start.value.clone()).required().chars_max(VALUE_CHARS_MAX).mono()
            .autocomplete("off").hint("As it is or as reports write it: hxxps://evil[.]example is read as it is meant.").input(posted)}
        {seen(posted, start.first_seen, start.last_seen, zone)}
        {Field::line("description", "Description").value(start.description.clone()).chars_max(NOTES_CHARS_MAX)
            .hint("What it was used for. Markdown.").area(posted)}
    }
    .into_any()
}

/// TLP and confidence, which many indicators may have in common.
pub fn marks(posted: &Posted, tlp: Tlp, confidence: Confidence) -> AnyView {
    view! {
        {Field::line("confidence", "Confidence").value(confidence.to_string()).hint("How sure it is the attacker’s.").select(posted, choices!(Confidence))}
        {Field::line("tlp", "TLP").value(tlp.to_string()).hint("Who may read it.").select(posted, choices!(Tlp))}
    }
    .into_any()
}

fn asset(posted: &Posted, start: &AssetFields, zone: &str) -> AnyView {
    view! {
        {needed()}
        <div class="fields">
            {Field::line("kind", "Kind").value(start.kind.to_string()).required().select(posted, choices!(AssetKind))}
            {Field::line("compromise", "State").value(start.compromise.to_string()).hint("Whether the attacker had it.").select(posted, choices!(Compromise))}
            {Field::line("criticality", "Criticality").value(start.criticality.to_string()).select(posted, choices!(Criticality))}
        </div>
        {Field::line("name", "Name").value(start.name.clone()).required().chars_max(NAME_CHARS_MAX).autocomplete("off").input(posted)}
        <div class="fields">
            {Field::line("identifier", "Identifier").value(start.identifier.clone()).chars_max(IDENTIFIER_CHARS_MAX).mono()
                .autocomplete("off").hint("Address, host name, account or ARN. Other incidents are compared by it.").input(posted)}
            {Field::line("owner", "Owner").value(start.owner.clone()).chars_max(NAME_CHARS_MAX).autocomplete("off")
                .hint("Who answers for it.").input(posted)}
        </div>
        {seen(posted, start.first_seen, start.last_seen, zone)}
        {Field::line("notes", "Notes").value(start.notes.clone()).chars_max(NOTES_CHARS_MAX).hint("Markdown.").area(posted)}
    }
    .into_any()
}

fn vulnerability(posted: &Posted, start: &VulnerabilityFields) -> AnyView {
    view! {
        {needed()}
        <div class="fields">
            {Field::line("cve", "CVE").value(start.cve.clone()).chars_max(24).mono().autocomplete("off")
                .hint("Such as CVE-2021-44228; empty where it has none.").input(posted)}
            {Field::line("status", "Status").value(start.status.to_string()).select(posted, choices!(VulnerabilityStatus))}
        </div>
        {Field::line("title", "Title").value(start.title.clone()).chars_max(TITLE_CHARS_MAX).autocomplete("off")
            .hint("Needed, unless the CVE is known to be exploited: then its name is taken from CISA’s catalogue.").input(posted)}
        {Field::line("affected", "Affected").value(start.affected.clone()).chars_max(TITLE_CHARS_MAX).autocomplete("off")
            .hint("What has it, such as the asset’s name.").input(posted)}
        <div class="fields">
            {Field::line("cvss_score", "CVSS score").value(start.cvss_score.clone()).chars_max(4).autocomplete("off")
                .hint("0.0 to 10.0.").input(posted)}
            {Field::line("cvss_vector", "CVSS vector").value(start.cvss_vector.clone()).chars_max(200).mono().autocomplete("off")
                .hint("CVSS:3.1/… or CVSS:4.0/…").input(posted)}
        </div>
        {Field::line("notes", "Notes").value(start.notes.clone()).chars_max(NOTES_CHARS_MAX).hint("Markdown.").area(posted)}
    }
    .into_any()
}

fn seen(posted: &Posted, first: Option<Timestamp>, last: Option<Timestamp>, zone: &str) -> AnyView {
    let text = |at: Option<Timestamp>| at.map(|at| field_in_zone(at, zone)).unwrap_or_default();
    view! {
        <div class="fields">
            {Field::time("first_seen", "First seen").value(text(first)).input(posted)}
            {Field::time("last_seen", "Last seen").value(text(last)).input(posted)}
        </div>
        <p class="hint">"Times in "{zone.to_owned()}"."</p>
    }
    .into_any()
}
