//! A task: what has to be done in an incident, by whom and by when.

use serde::{Deserialize, Serialize};

use crate::{
    CommentId, PersonId, TaskId, Timestamp, field::CheckContext, lifecycle::Milestone, noun::Noun, refusal::FieldErrors,
};

text_enum! {
    /// The part of the response a task belongs to (NIST SP 800-61r2 §3, in the order of the work).
    TaskPhase {
        Analysis = "analysis", "Analysis";
        Containment = "containment", "Containment";
        Eradication = "eradication", "Eradication";
        Recovery = "recovery", "Recovery";
        Review = "review", "Review";
    }
}

text_enum! {
    /// How far it is.
    TaskStatus {
        ToDo = "to-do", "To do";
        Doing = "doing", "Doing";
        Blocked = "blocked", "Blocked";
        Done = "done", "Done";
        Dropped = "dropped", "Dropped";
    }
}

impl TaskStatus {
    /// Whether work on it is still to come.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::ToDo | Self::Doing | Self::Blocked)
    }

    /// Whether it needs a reason: what it waits on, or why it is not needed.
    #[must_use]
    pub const fn needs_reason(self) -> bool {
        matches!(self, Self::Blocked | Self::Dropped)
    }
}

/// Longest title, in characters.
pub const TITLE_CHARS_MAX: usize = 300;
/// Longest description, in characters.
pub const DESCRIPTION_CHARS_MAX: usize = 20_000;
/// Longest comment, in characters.
pub const COMMENT_CHARS_MAX: usize = 10_000;
/// Most people on one task.
pub const PEOPLE_MAX: usize = 20;
/// Most tasks of one incident.
pub const TASKS_MAX: i64 = 1_000;

fields! {
    /// What a person edits of a task.
    #[cfg_attr(feature = "server", derive(sqlx::FromRow))]
    TaskFields {
        /// One line that says what to do.
        title: String => line("What to do", TITLE_CHARS_MAX).required().personal();
        /// The part of the response it belongs to.
        phase: TaskPhase = TaskPhase::Analysis => choice("Part of the response").required();
        /// How far it is.
        status: TaskStatus = TaskStatus::ToDo => choice("Status");
        /// What it waits on, or why it was dropped.
        status_reason: String => text("Reason", 1_000).personal()
            .hint("For blocked: what it waits on. For dropped: why it is not needed.");
        /// Whether the incident cannot be closed without it.
        mandatory: bool => flag("Mandatory").hint("The incident cannot be closed before it is done or dropped.");
        /// When it is due.
        due_at: Option<Timestamp> => time("Due");
        /// Who does it.
        #[cfg_attr(feature = "server", sqlx(skip))]
        people: Vec<PersonId> => people("Assigned to", PEOPLE_MAX);
        /// How, and what is known, in Markdown.
        description: String => markdown("Description", DESCRIPTION_CHARS_MAX).personal().hint("Markdown.");
    }
}

impl Noun for TaskFields {
    const NAME: &'static str = "task";
    const ENTRY: &'static str = "task.";
    const ONE: &'static str = "a task";
    const TITLE: &'static str = "title";

    /// People once each, and a reason only where the status has one.
    fn rules(&mut self, _at: CheckContext, errors: &mut FieldErrors) {
        self.people.sort_unstable();
        self.people.dedup();
        self.status_reason =
            if self.status.needs_reason() { self.status_reason.trim().to_owned() } else { String::new() };
        if self.status.needs_reason() && self.status_reason.is_empty() {
            let words =
                if self.status == TaskStatus::Blocked { "Say what it waits on." } else { "Say why it is not needed." };
            errors.add("status_reason", words);
        }
    }
}

impl TaskFields {
    /// A task of this title that nobody has begun.
    #[must_use]
    pub fn bare(title: &str) -> Self {
        Self { title: title.into(), ..Self::default() }
    }
}

/// A task as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(sqlx::FromRow, utoipa::ToSchema))]
pub struct Task {
    /// Its id.
    pub id: TaskId,
    /// The incident it belongs to.
    pub incident_reference: String,
    /// That incident's title.
    pub incident_title: String,
    /// Its place in the order people gave.
    pub position: i64,
    /// What a person edits.
    #[cfg_attr(feature = "server", sqlx(flatten))]
    #[serde(flatten)]
    pub fields: TaskFields,
    /// The names of those who do it, in the order of `people`.
    #[cfg_attr(feature = "server", sqlx(skip))]
    pub people_names: Vec<String>,
    /// When it was done or dropped.
    pub finished_at: Option<Timestamp>,
    /// How many comments it has.
    pub comments: i64,
    /// Counts the edits.
    pub version: i64,
    /// When it was entered.
    pub created_at: Timestamp,
    /// Who entered it.
    pub created_by_name: String,
    /// Its latest change.
    pub updated_at: Timestamp,
    /// Who made the latest change.
    pub updated_by_name: String,
}

impl Task {
    /// Whether it should have been done by now.
    #[must_use]
    pub fn is_late(&self, now: Timestamp) -> bool {
        self.fields.status.is_open() && self.fields.due_at.is_some_and(|due| due < now)
    }
}

/// An open task, as it is named beside a change that its incident is about to make.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "server", derive(sqlx::FromRow))]
pub struct OpenTask {
    /// Its id.
    pub id: TaskId,
    /// Its title.
    pub title: String,
    /// Whether closing needs it finished.
    pub mandatory: bool,
}

/// What somebody says about a task.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(sqlx::FromRow, utoipa::ToSchema))]
pub struct Comment {
    /// Its id.
    pub id: CommentId,
    /// What is said, in Markdown.
    pub body: String,
    /// When.
    pub created_at: Timestamp,
    /// By whom.
    pub created_by_name: String,
}

/// The tasks a response of this kind usually begins with: offered where there are none, so that the
/// first minutes need no thinking (NIST SP 800-61r2 §3.2 to §3.4, as a check list).
pub const USUAL: &[(&str, TaskPhase, bool)] = &[
    ("Confirm the finding and note how it was detected", TaskPhase::Analysis, true),
    ("Write down scope: hosts, accounts, data", TaskPhase::Analysis, true),
    ("Preserve volatile evidence before anything is changed", TaskPhase::Analysis, false),
    ("Check who must be notified, and by when", TaskPhase::Analysis, true),
    ("Contain: isolate hosts, disable accounts, block indicators", TaskPhase::Containment, true),
    ("Remove the attacker's access and close the way in", TaskPhase::Eradication, false),
    ("Restore service and watch for a return", TaskPhase::Recovery, false),
    ("Hold the review and decide what changes", TaskPhase::Review, true),
];

/// A step of somebody's day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Urgency {
    /// It should have been done.
    Late,
    /// It is due within a day.
    Soon,
    /// It is due later, or whenever.
    Later,
}

/// How pressing an open task is.
#[must_use]
pub fn urgency(due: Option<Timestamp>, now: Timestamp) -> Urgency {
    match due {
        Some(due) if due < now => Urgency::Late,
        Some(due) if due <= now.plus_seconds(86_400) => Urgency::Soon,
        _ => Urgency::Later,
    }
}

/// What an open incident waits for next, in words for the person who leads it.
#[must_use]
pub const fn next_step(milestone: Milestone) -> &'static str {
    match milestone {
        Milestone::Declare => "Take it on",
        Milestone::Acknowledge => "Decide what it is",
        Milestone::Triage => "Find scope and cause",
        Milestone::Identify => "Contain it",
        Milestone::Contain => "Remove the attacker",
        Milestone::Eradicate => "Begin recovery",
        Milestone::RecoveryStart => "Bring service back",
        Milestone::Recover => "Finish the response work",
        Milestone::Resolve => "Review and close",
        _ => "Nothing",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT: CheckContext = CheckContext { now: Timestamp::from_seconds(1), is_zone: |_| true };

    fn refused(fields: &TaskFields) -> Vec<String> {
        match fields.checked(AT) {
            Err(crate::Refusal::Invalid(errors)) => errors.into_iter().map(|error| error.field).collect(),
            _ => Vec::new(),
        }
    }

    fn reason(fields: &TaskFields) -> Option<String> {
        fields.checked(AT).ok().map(|kept| kept.status_reason)
    }

    #[test]
    fn what_is_blocked_or_dropped_says_why_and_what_is_not_says_nothing() {
        let mut fields = TaskFields::bare("Isolate WS-042");
        assert!(refused(&fields).is_empty());
        fields.status = TaskStatus::Blocked;
        assert_eq!(refused(&fields), ["status_reason"]);
        fields.status_reason = " the network team ".into();
        assert!(refused(&fields).is_empty());
        assert_eq!(reason(&fields).as_deref(), Some("the network team"));
        fields.status = TaskStatus::Done;
        assert_eq!(reason(&fields).as_deref(), Some(""));
        fields.title = " ".into();
        assert_eq!(refused(&fields), ["title"]);
    }

    #[test]
    fn what_is_due_at_this_very_moment_is_not_late_yet() {
        let now = Timestamp::from_seconds(1_000);
        assert_eq!(urgency(Some(now), now), Urgency::Soon);
        assert_eq!(urgency(Some(Timestamp::from_seconds(999)), now), Urgency::Late);
        assert_eq!(urgency(Some(now.plus_seconds(86_401)), now), Urgency::Later);
        assert_eq!(urgency(None, now), Urgency::Later);
    }
}
