//! What a story of the demo is made of: an incident, its events, its tasks and its findings.

use holdfast_actions::Result;
use holdfast_domain::{
    Fields as _, Value,
    incident::{Disposition, IncidentFields, Severity},
    marking::Tlp,
};

use super::{
    cast::Who,
    script::{parts, unreadable},
};

/// An incident and how far it has come. The lines are written as `script` reads them.
pub(super) struct Story {
    pub title: &'static str,
    pub summary: &'static str,
    pub severity: Severity,
    pub category: &'static str,
    /// Attack vector, detection source, functional and information impact, recoverability and services, these
    /// with `;` between; what is empty nobody assessed.
    pub assessed: &'static str,
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
    /// Whom they informed outside: `portal | name | organisation | what was said`.
    pub contacts: &'static [&'static str],
    /// The title of an earlier one that it is related to, and how that is known.
    pub related: Option<(&'static str, &'static str)>,
}

impl Story {
    /// An incident of which only this is said.
    pub(super) fn assessed(&self) -> Result<IncidentFields> {
        let choices =
            ["attack_vector", "detection_source", "functional_impact", "information_impact", "recoverability"];
        let mut fields = IncidentFields::default();
        for (name, part) in choices.into_iter().zip(parts(self.assessed)).filter(|(_, part)| !part.is_empty()) {
            fields.set(name, Value::Text(part.into())).map_err(|_| unreadable(self.assessed))?;
        }
        let services = parts(self.assessed).nth(choices.len()).unwrap_or_default();
        fields.services = services.split(';').map(str::to_owned).collect::<Vec<_>>().into();
        Ok(fields)
    }
}

/// Nothing said yet.
pub(super) const BLANK: Story = Story {
    title: "",
    summary: "",
    severity: Severity::Sev3,
    category: "other",
    assessed: "",
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
    contacts: &[],
    related: None,
};
