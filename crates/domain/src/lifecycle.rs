//! The response lifecycle (standards §5.1) as a state machine, and the times it leaves behind
//! (standards §4.1). Decides which step is which, what a step needs and which times it sets or
//! takes back; writes nothing.

use serde::{Deserialize, Serialize};

use crate::{
    PersonId, Timestamp,
    access::Permission,
    refusal::{FieldErrors, Refusal},
    time::{IsZone, Precision, SECOND, TimeSource},
};

text_enum! {
    /// Where an incident stands. The order is the order of the response.
    Status {
        New = "new", "New";
        Triage = "triage", "Triage";
        Investigating = "investigating", "Investigating";
        Containing = "containing", "Containing";
        Contained = "contained", "Contained";
        Eradicated = "eradicated", "Eradicated";
        Recovering = "recovering", "Recovering";
        Recovered = "recovered", "Recovered";
        Resolved = "resolved", "Resolved";
        Closed = "closed", "Closed";
        Rejected = "rejected", "Rejected";
        Merged = "merged", "Merged";
    }
}

impl Status {
    /// The states an incident passes on its way, in order.
    pub const PATH: &'static [Self] = Self::ALL.split_at(Self::Closed as usize + 1).0;

    /// Whether work on it has ended.
    #[must_use]
    pub const fn is_ended(self) -> bool {
        matches!(self, Self::Closed | Self::Rejected | Self::Merged)
    }

    /// Whether entering it says that work is over, so that tasks that are open are worth a question first.
    #[must_use]
    pub const fn asks_of_open_tasks(self) -> bool {
        matches!(self, Self::Contained | Self::Resolved)
    }

    /// The time that entering this state sets.
    #[must_use]
    pub const fn milestone(self) -> Milestone {
        match self {
            Self::New => Milestone::Declare,
            Self::Triage => Milestone::Acknowledge,
            Self::Investigating => Milestone::Triage,
            Self::Containing => Milestone::Identify,
            Self::Contained => Milestone::Contain,
            Self::Eradicated => Milestone::Eradicate,
            Self::Recovering => Milestone::RecoveryStart,
            Self::Recovered => Milestone::Recover,
            Self::Resolved => Milestone::Resolve,
            Self::Closed | Self::Rejected | Self::Merged => Milestone::Close,
        }
    }
}

text_enum! {
    /// A point in the life of an incident whose time is kept (standards §4.1), in the order in
    /// which they must follow one another.
    Milestone {
        Start = "start", "Malicious activity began";
        Exfiltration = "exfiltration", "First data loss";
        Event = "event", "Event behind the first alert";
        Alert = "alert", "First alert";
        Detect = "detect", "Detected";
        Declare = "declare", "Declared";
        Acknowledge = "acknowledge", "Acknowledged";
        Triage = "triage", "Triaged";
        Identify = "identify", "Scope identified";
        Contain = "contain", "Contained";
        Eradicate = "eradicate", "Eradicated";
        RecoveryStart = "recovery-start", "Recovery began";
        Recover = "recover", "Recovered";
        Resolve = "resolve", "Resolved";
        Close = "close", "Closed";
    }
}

impl Milestone {
    /// What the time means, in a sentence (standards §4.1).
    #[must_use]
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Start => "The earliest malicious activity that is proven.",
            Self::Exfiltration => "The first loss of data that is proven.",
            Self::Event => "When that happened which the first alert was about.",
            Self::Alert => "When a product raised the alert that led here.",
            Self::Detect => "When the organisation first became aware.",
            Self::Declare => "When the incident was opened.",
            Self::Acknowledge => "When a person took it on; entering Triage sets it.",
            Self::Triage => "When it was decided what it is; entering Investigating sets it.",
            Self::Identify => "When scope and cause were known well enough to contain; entering Containing sets it.",
            Self::Contain => "When the attacker could do no further harm; entering Contained sets it.",
            Self::Eradicate => "When the attacker's access was removed; entering Eradicated sets it.",
            Self::RecoveryStart => "When restoring began; entering Recovering sets it.",
            Self::Recover => "When service was back; entering Recovered sets it.",
            Self::Resolve => "When all response work was done; entering Resolved sets it.",
            Self::Close => "When it was closed; only closing sets it.",
        }
    }

    /// Whether a person may enter this time apart from a phase change. Declared and closed are the
    /// server's own.
    #[must_use]
    pub const fn may_be_entered(self) -> bool {
        !matches!(self, Self::Declare | Self::Close)
    }

    /// Whether its place in the order is checked. Data loss may come before or after detection,
    /// and an alert may be older than awareness.
    const fn is_ordered(self) -> bool {
        !matches!(self, Self::Exfiltration | Self::Event | Self::Alert | Self::Declare | Self::Acknowledge)
    }
}

/// Longest text of a time as it was typed, in characters.
pub const ORIGINAL_CHARS_MAX: usize = 200;

/// A time as it is given: the instant, how exactly it is known, and how it was typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct Stated {
    /// The instant.
    pub at: Timestamp,
    /// How exactly it is known.
    pub precision: Precision,
    /// Where it comes from.
    pub source: TimeSource,
    /// The IANA zone it was typed in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
    /// The text as typed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub original: Option<String>,
}

impl Stated {
    /// The present, as the server's clock has it.
    #[must_use]
    pub const fn by_system(now: Timestamp) -> Self {
        Self { at: now, precision: Precision::Exact, source: TimeSource::System, zone: None, original: None }
    }

    /// Notes what cannot be accepted, under the name of the field.
    pub fn check(&self, field: &str, now: Timestamp, is_zone: IsZone, errors: &mut FieldErrors) {
        check_instant(field, self.at, now, errors);
        errors.line("original", self.original.as_deref().unwrap_or_default(), false, ORIGINAL_CHARS_MAX);
        if let Some(zone) = self.zone.as_deref().filter(|zone| !is_zone(zone)) {
            errors.add("zone", format!("“{zone}” is not a time zone such as Europe/Berlin."));
        }
    }
}

/// A milestone as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(sqlx::FromRow, utoipa::ToSchema))]
pub struct MilestoneTime {
    /// Which.
    pub milestone: Milestone,
    /// Its time; `None` when the step that set it was taken back.
    pub at: Option<Timestamp>,
    /// Its first time, which stays when the step is taken back.
    pub first_at: Timestamp,
    /// How exactly it is known.
    pub precision: Precision,
    /// Where it comes from.
    pub source: TimeSource,
    /// The IANA zone it was typed in.
    pub zone: Option<String>,
    /// The text as typed.
    pub original: Option<String>,
    /// Why it was entered later, where it was.
    pub reason: Option<String>,
    /// When it was recorded.
    pub recorded_at: Timestamp,
}

/// A milestone with who recorded it: all of its row, which an undo puts back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(sqlx::FromRow))]
pub struct KeptTime {
    /// The milestone.
    #[cfg_attr(feature = "server", sqlx(flatten))]
    #[serde(flatten)]
    pub time: MilestoneTime,
    /// Who recorded it.
    pub recorded_by: PersonId,
}

impl MilestoneTime {
    /// The time as it was stated; `None` when the step that set it was taken back.
    #[must_use]
    pub fn stated(&self) -> Option<Stated> {
        let (precision, source) = (self.precision, self.source);
        self.at.map(|at| Stated { at, precision, source, zone: self.zone.clone(), original: self.original.clone() })
    }

    /// Whether it was recorded well after it happened (more than five minutes).
    #[must_use]
    pub fn is_late(&self) -> bool {
        self.at.is_some_and(|at| self.recorded_at.since(at) > 300 * SECOND)
    }
}

/// What kind of step a change of state is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Move {
    /// To the next state.
    Forward,
    /// Over one or more states; needs a reason.
    Skip,
    /// To an earlier state; needs a reason and takes back the times since.
    Back,
    /// Out of an ended state; needs a reason and takes back the times of resolving and closing, since the work goes on.
    Reopen,
    /// Not an incident after all; needs a reason.
    Reject,
    /// The same as another incident.
    Merge,
}

impl Move {
    /// Whether a reason must be given.
    #[must_use]
    pub const fn needs_reason(self) -> bool {
        !matches!(self, Self::Forward | Self::Merge)
    }
}

/// Which step leads from one state to another, if any does.
#[must_use]
pub fn step(from: Status, to: Status) -> Option<Move> {
    match (from, to) {
        (from, to) if from == to => None,
        (Status::Closed | Status::Rejected | Status::Merged, Status::Investigating) => Some(Move::Reopen),
        (Status::Closed | Status::Rejected | Status::Merged, _) => None,
        (Status::Resolved, Status::Rejected | Status::Merged) => None,
        (_, Status::Rejected) => Some(Move::Reject),
        (_, Status::Merged) => Some(Move::Merge),
        // Closing is decided after the review that Resolved asks for, never by skipping it.
        (from, Status::Closed) if from != Status::Resolved => None,
        (_, Status::New) => None,
        (from, to) if to < from => Some(Move::Back),
        (from, to) if to as u8 == from as u8 + 1 => Some(Move::Forward),
        _ => Some(Move::Skip),
    }
}

/// What allows going from one state to another.
#[must_use]
pub const fn permission(from: Status, to: Status) -> Permission {
    match (from.is_ended(), to.is_ended()) {
        (true, _) => Permission::ReopenIncident,
        (false, true) => Permission::CloseIncident,
        (false, false) => Permission::ChangePhase,
    }
}

/// The states one may go to from here, with the step each is.
#[must_use]
pub fn next_steps(from: Status) -> Vec<(Status, Move)> {
    let mut steps: Vec<_> = Status::ALL.iter().filter_map(|&to| Some((to, step(from, to)?))).collect();
    steps.sort_by_key(|(_, step)| *step != Move::Forward);
    steps
}

/// What closing looks at.
#[derive(Clone, Copy, Debug)]
pub struct ClosingFacts {
    /// Whether a disposition was decided.
    pub has_disposition: bool,
    /// Whether a root cause was written, or said to be undetermined.
    pub has_root_cause: bool,
    /// Whether the time of detection is known.
    pub has_detection: bool,
    /// Whether every mandatory task is done or dropped.
    pub has_tasks_done: bool,
}

impl ClosingFacts {
    /// What is still missing, in words.
    #[must_use]
    pub fn missing(self) -> Vec<&'static str> {
        [
            (self.has_disposition, "a disposition"),
            (self.has_root_cause, "the root cause, or that it is undetermined"),
            (self.has_detection, "the time of detection"),
            (self.has_tasks_done, "what the open mandatory tasks ask for"),
        ]
        .into_iter()
        .filter_map(|(present, name)| (!present).then_some(name))
        .collect()
    }
}

/// A change of state as asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhaseChange {
    /// The state to enter.
    pub to: Status,
    /// When it was entered; `None` is now.
    pub entered: Option<Stated>,
    /// Why, where the step needs it or the time is given.
    pub reason: String,
}

impl PhaseChange {
    /// Checks the change against the state machine.
    ///
    /// # Errors
    /// [`Refusal::Rule`] when no step leads there or closing lacks something, [`Refusal::Invalid`]
    /// when a reason or a time is not acceptable.
    pub fn check(&self, from: Status, facts: ClosingFacts, now: Timestamp, is_zone: IsZone) -> Result<Move, Refusal> {
        let step = step(from, self.to).ok_or_else(|| refused_step(from, self.to))?;
        if self.to == Status::Closed && !facts.missing().is_empty() {
            return Err(Refusal::Rule(format!("Before closing, add {}.", facts.missing().join(", "))));
        }
        let mut errors = FieldErrors::default();
        if step.needs_reason() && self.reason.trim().is_empty() {
            errors.add("reason", "Say why: this step leaves the usual path.");
        }
        errors.text("reason", &self.reason, REASON_CHARS_MAX);
        if let Some(stated) = &self.entered {
            if self.to.is_ended() {
                errors.add("at", "Closing is recorded when it is done; its time cannot be chosen.");
            } else if self.reason.trim().is_empty() {
                errors.add("reason", "Say why the time is entered later.");
            }
            stated.check("at", now, is_zone, &mut errors);
        }
        errors.finish()?;
        Ok(step)
    }
}

/// Longest reason, in characters.
pub const REASON_CHARS_MAX: usize = 2_000;

/// Refuses an instant that has not come yet. Two minutes of grace for clocks that differ.
pub fn check_instant(field: &str, at: Timestamp, now: Timestamp, errors: &mut FieldErrors) {
    if at > now.plus_seconds(120) {
        errors.add(field, "This lies in the future.");
    }
}

fn refused_step(from: Status, to: Status) -> Refusal {
    Refusal::Rule(match (from, to) {
        (from, to) if from == to => format!("It is already {}.", to.label().to_lowercase()),
        (Status::Merged, _) => "It is merged. Revert that first: reopen it to Investigating.".into(),
        (_, Status::Closed) => "Only a resolved incident can be closed.".into(),
        (Status::Closed | Status::Rejected, _) => "It has ended. Reopen it to Investigating first.".into(),
        (Status::Resolved, _) => "It is resolved. Go back to an earlier phase first.".into(),
        _ => format!("{} does not lead to {}.", from.label(), to.label()),
    })
}

/// The milestones a step takes back: their time goes, their first time stays.
#[must_use]
pub fn taken_back(step: Move, to: Status) -> Vec<Milestone> {
    match step {
        Move::Reopen => vec![Milestone::Resolve, Milestone::Close],
        Move::Back => Status::PATH.iter().filter(|status| **status > to).map(|status| status.milestone()).collect(),
        _ => Vec::new(),
    }
}

/// Two times that contradict their order. The interval between them is left out of metrics and
/// counted there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderFault {
    /// What should come first.
    pub earlier: Milestone,
    /// What is recorded as coming before it.
    pub later: Milestone,
}

/// Finds times out of order (standards §4.1). Each neighbour pair is named once.
#[must_use]
pub fn order_faults(times: &[MilestoneTime]) -> Vec<OrderFault> {
    let mut known: Vec<(Milestone, Timestamp)> = times
        .iter()
        .filter(|time| time.milestone.is_ordered())
        .filter_map(|time| Some((time.milestone, time.at?)))
        .collect();
    known.sort_unstable_by_key(|(milestone, _)| *milestone);
    known
        .windows(2)
        .filter(|pair| pair[1].1 < pair[0].1)
        .map(|pair| OrderFault { earlier: pair[0].0, later: pair[1].0 })
        .collect()
}

#[cfg(test)]
#[path = "lifecycle_tests.rs"]
mod tests;
