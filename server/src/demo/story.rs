//! What a story of the demo is made of: an incident, its events, its tasks and its findings.

use holdfast_domain::{
    incident::{Disposition, Severity},
    marking::Tlp,
};

use super::cast::Who;

/// An incident and how far it has come. The lines are written as `script` reads them.
pub(super) struct Story {
    pub title: &'static str,
    pub summary: &'static str,
    pub severity: Severity,
    pub category: &'static str,
    pub tlp: Tlp,
    pub owner: Option<Who>,
    pub restricted: bool,
    /// Who is on the team of a restricted one, besides its owner.
    pub team: &'static [Who],
    pub on_hold: bool,
    pub is_exercise: bool,
    /// Hours between detection and now.
    pub detected_hours_ago: i64,
    /// When the activity began, from the detection on, and how exactly that is known.
    pub began: &'static str,
    /// When data was first lost.
    pub lost: &'static str,
    /// The states it passed.
    pub path: &'static str,
    /// Who took it over, and when.
    pub handed_over: Option<(Who, &'static str)>,
    pub disposition: Disposition,
    pub root_cause: &'static str,
    /// The title of the one it was merged into.
    pub merged_into: &'static str,
    pub events: &'static [&'static str],
    pub tasks: &'static [&'static str],
    /// As people paste them.
    pub indicators: &'static [&'static str],
    pub assets: &'static [&'static str],
    pub vulnerabilities: &'static [&'static str],
}

/// Nothing said yet.
pub(super) const BLANK: Story = Story {
    title: "",
    summary: "",
    severity: Severity::Sev3,
    category: "other",
    tlp: Tlp::Amber,
    owner: None,
    restricted: false,
    team: &[],
    on_hold: false,
    is_exercise: false,
    detected_hours_ago: 0,
    began: "",
    lost: "",
    path: "",
    handed_over: None,
    disposition: Disposition::Unknown,
    root_cause: "",
    merged_into: "",
    events: &[],
    tasks: &[],
    indicators: &[],
    assets: &[],
    vulnerabilities: &[],
};
