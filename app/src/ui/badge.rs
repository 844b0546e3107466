//! Small marks: severity, phase, TLP, PAP and plain badges. Each carries its words, so that colour
//! is never the only sign.

use std::borrow::Cow;

use holdfast_domain::{
    incident::Severity,
    lifecycle::Status,
    marking::{Pap, Tlp},
};
use leptos::prelude::*;

use super::icon::{self, icon};

fn mark(class: String, words: impl Into<Cow<'static, str>>) -> AnyView {
    view! { <span class=class>{words.into()}</span> }.into_any()
}

/// `SEV2`, with its whole label for those who cannot see the shape.
pub fn severity(severity: Severity) -> AnyView {
    let label = severity.label();
    let (short, _) = label.split_once(' ').unwrap_or((label, ""));
    let class = format!("sev sev-{}", short.trim_start_matches("SEV"));
    view! { <span class=class title=label>{short}</span> }.into_any()
}

pub fn phase(status: Status) -> AnyView {
    mark(format!("phase phase-{status}"), status.label())
}

pub fn tlp(tlp: Tlp) -> AnyView {
    mark(format!("tlp tlp-{}", tlp.as_str().replace('+', "-")), tlp.label())
}

pub fn pap(pap: Pap) -> AnyView {
    mark(format!("pap pap-{pap}"), pap.label())
}

pub fn plain(words: &'static str) -> AnyView {
    mark("badge".into(), words)
}

pub fn good(words: &'static str) -> AnyView {
    mark("badge badge-ok".into(), words)
}

pub fn warning(words: impl Into<Cow<'static, str>>) -> AnyView {
    mark("badge badge-warn".into(), words)
}

pub fn danger(words: &'static str) -> AnyView {
    mark("badge badge-danger".into(), words)
}

pub fn restricted() -> AnyView {
    view! { <span class="badge">{icon(icon::LOCK)}"Restricted"</span> }.into_any()
}
