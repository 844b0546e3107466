//! What a story of the demo is made of: an incident, its events, its tasks, its findings and its evidence.
//! The stories are in `stories`, newest first. They are our own, after the facts of kinds of breaches that
//! are publicly known. Addresses are of the ranges kept for documentation.

use holdfast_actions::{Error, Result};
use holdfast_domain::{
    Fields as _, asset::AssetFields, contact::ContactFields, incident::IncidentFields, lifecycle::Status,
    time::Precision, vulnerability::VulnerabilityFields,
};
use serde::{
    Deserialize, Deserializer,
    de::{DeserializeOwned, Error as _},
};
use serde_json::{Map, Value};

use super::{
    cast::Who,
    evidence::Exhibit,
    script::{self, EventLine, TaskLine},
};

/// An incident and how far it has come. What is a line is written as `script` reads it.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Story {
    /// What a person enters, by the names that REST has for it. What it turned out to be and why is said when
    /// it is closed.
    #[serde(flatten, deserialize_with = "incident_fields")]
    pub fields: IncidentFields,
    pub owner: Option<Who>,
    pub restricted: bool,
    /// Who is on the team of a restricted one, besides its owner.
    pub team: Vec<Who>,
    /// Hours between detection and now.
    pub detected_hours_ago: i64,
    /// When the activity began, from the detection on, and how exactly that is known.
    #[serde(deserialize_with = "script::line")]
    pub began: Option<(i64, Precision)>,
    /// When data was first lost.
    #[serde(deserialize_with = "script::line")]
    pub lost: Option<(i64, Precision)>,
    /// The states it passed, with seconds since the detection.
    #[serde(deserialize_with = "script::line")]
    pub path: Vec<(Status, i64)>,
    /// Who took it over, and when.
    #[serde(deserialize_with = "script::line")]
    pub handed_over: Option<(Who, i64)>,
    /// The title of the one it was merged into.
    pub merged_into: String,
    #[serde(deserialize_with = "script::lines")]
    pub events: Vec<EventLine>,
    #[serde(deserialize_with = "script::tasks")]
    pub tasks: Vec<TaskLine>,
    /// As people paste them.
    pub indicators: Vec<String>,
    #[serde(deserialize_with = "script::lines")]
    pub assets: Vec<AssetFields>,
    #[serde(deserialize_with = "script::lines")]
    pub vulnerabilities: Vec<VulnerabilityFields>,
    /// Whom they informed outside.
    #[serde(deserialize_with = "script::lines")]
    pub contacts: Vec<ContactFields>,
    /// The title of an earlier one that it is related to, and how that is known.
    pub related: Option<(String, String)>,
    pub exhibits: Vec<Exhibit>,
}

fn incident_fields<'de, D: Deserializer<'de>>(data: D) -> std::result::Result<IncidentFields, D::Error> {
    let said = Map::<String, Value>::deserialize(data)?;
    IncidentFields::default().patched(said).map_err(|refusal| D::Error::custom(format!("{refusal:?}")))
}

/// Every story.
///
/// # Errors
/// When a file cannot be read.
pub(super) fn stories() -> Result<Vec<Story>> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Stories {
        story: Vec<Story>,
    }
    let files = [
        ("stories/now.toml", include_str!("stories/now.toml")),
        ("stories/week.toml", include_str!("stories/week.toml")),
        ("stories/lately.toml", include_str!("stories/lately.toml")),
        ("stories/autumn.toml", include_str!("stories/autumn.toml")),
        ("stories/summer.toml", include_str!("stories/summer.toml")),
        ("stories/spring.toml", include_str!("stories/spring.toml")),
        ("stories/winter.toml", include_str!("stories/winter.toml")),
    ];
    let mut stories = Vec::new();
    for (name, text) in files {
        stories.extend(parsed::<Stories>(name, text)?.story);
    }
    Ok(stories)
}

/// What a file of the demo holds.
///
/// # Errors
/// When it cannot be read, with its name and the place.
pub(super) fn parsed<T: DeserializeOwned>(name: &str, text: &str) -> Result<T> {
    toml::from_str(text).map_err(|error| Error::Failed(format!("server/src/demo/{name}: {error}")))
}
