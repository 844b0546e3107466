//! The room of an incident, as every tab of it is made: the incident with its times and team, and
//! what its reader may do there.

use holdfast_actions::{
    Result,
    incident::{self, Visible},
};
use holdfast_domain::{
    Permission, Timestamp,
    incident::{IncidentFields, Member},
    lifecycle::{Milestone, MilestoneTime, Status, permission},
    task::OpenTask,
};

use crate::{
    request::Request,
    ui::{LocalTime, Words},
};

/// The room of an incident.
pub struct Room {
    pub incident: Visible,
    pub times: Vec<MilestoneTime>,
    pub team: Vec<Member>,
    /// The open tasks.
    pub open_tasks: Vec<OpenTask>,
    /// Labels of evidence that is not what it was.
    pub altered: Vec<String>,
    /// The time zone of the reader.
    pub zone: String,
    permissions: Vec<Permission>,
}

impl Room {
    /// The room of the incident that the address names.
    pub async fn find(req: &Request) -> Result<Self> {
        let (ctx, actor) = req.signed_in()?;
        let incident::RoomData { incident, times, team, permissions, open_tasks, altered } =
            incident::room(ctx, actor, incident::view(ctx, actor, req.param("reference")?).await?).await?;
        Ok(Self { incident, times, team, open_tasks, altered, zone: actor.time_zone.clone(), permissions })
    }

    pub fn may(&self, permission: Permission) -> bool {
        self.permissions.contains(&permission)
    }

    pub fn address(&self, tab: &str) -> String {
        format!("/incidents/{}{tab}", self.incident.reference)
    }

    pub fn time(&self, milestone: Milestone) -> Option<&MilestoneTime> {
        self.times.iter().find(|time| time.milestone == milestone)
    }

    /// When a milestone was reached, as far as it is known.
    pub fn at(&self, milestone: Milestone) -> Option<Timestamp> {
        self.time(milestone)?.at
    }

    /// How many mandatory tasks are open.
    pub fn open_mandatory(&self) -> usize {
        self.open_tasks.iter().filter(|task| task.mandatory).count()
    }

    /// How values of the incident are worded for the reader.
    pub fn words(&self) -> Words<'_> {
        Words::of_noun::<IncidentFields>(&self.zone, &[])
    }

    /// A time in the zone of the reader.
    pub fn moment(&self, at: Timestamp) -> LocalTime {
        LocalTime::in_zone(at, &self.zone)
    }

    /// Whether the reader may enter this status: ending and reopening have permissions of their own.
    pub fn may_enter(&self, to: Status) -> bool {
        self.may(permission(self.incident.status, to))
    }
}
