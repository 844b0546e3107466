//! An event of the timeline: what the attacker or the responders did, when it happened, when it was
//! learned, and which techniques it shows.

use serde::{Deserialize, Serialize};

use crate::{
    EventId, Timestamp,
    incident::FieldText,
    lifecycle::{Milestone, Stated, check_instant},
    refusal::FieldErrors,
    time::{IsZone, Precision},
};

text_enum! {
    /// Whose doing it was.
    Lane {
        Attack = "attack", "Attack";
        Response = "response", "Response";
    }
}

text_enum! {
    /// How an event came to be here.
    EventOrigin {
        Person = "person", "Entered by a person";
        Import = "import", "Imported";
    }
}

/// Longest title, in characters.
pub const TITLE_CHARS_MAX: usize = 300;
/// Longest description, in characters.
pub const DESCRIPTION_CHARS_MAX: usize = 20_000;
/// Longest source, in characters.
pub const SOURCE_CHARS_MAX: usize = 300;
/// Most techniques of one event.
pub const TECHNIQUES_MAX: usize = 20;

/// A technique that an event shows, in the version of ATT&CK it was mapped under.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(sqlx::FromRow, utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct EventTechnique {
    /// Such as `T1059.001`.
    pub technique: String,
    /// The tactic it served, such as `TA0002`, where that is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tactic: Option<String>,
}

/// What a person edits of an event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct EventFields {
    /// Whose doing it was.
    pub lane: Lane,
    /// One line that says what happened.
    pub title: String,
    /// What is known of it, in Markdown.
    #[serde(default)]
    pub description: String,
    /// What shows it: a log, a person, an exhibit.
    #[serde(default)]
    pub source: String,
    /// When it happened; absent when that is not known.
    #[serde(default)]
    pub occurred: Option<Stated>,
    /// When it ended, where it lasted.
    #[serde(default)]
    pub occurred_end: Option<Timestamp>,
    /// When the responders learned of it.
    #[serde(default)]
    pub learned_at: Option<Timestamp>,
    /// Whether reports tell it.
    #[serde(default)]
    pub in_report: bool,
    /// The techniques it shows.
    #[serde(default)]
    pub techniques: Vec<EventTechnique>,
}

impl EventFields {
    /// Notes what cannot be accepted.
    pub fn check(&self, now: Timestamp, is_zone: IsZone, errors: &mut FieldErrors) {
        errors.line("title", &self.title, true, TITLE_CHARS_MAX);
        errors.text("description", &self.description, DESCRIPTION_CHARS_MAX);
        errors.line("source", &self.source, false, SOURCE_CHARS_MAX);
        if let Some(occurred) = &self.occurred {
            occurred.check("occurred", now, is_zone, errors);
        }
        if let Some(end) = self.occurred_end {
            check_instant("occurred_end", end, now, errors);
            match &self.occurred {
                Some(occurred) if occurred.at > end => errors.add("occurred_end", "It cannot end before it began."),
                None => errors.add("occurred_end", "Say when it began, or leave the end out."),
                Some(_) => {}
            }
        }
        if let Some(learned) = self.learned_at {
            check_instant("learned_at", learned, now, errors);
        }
        if self.techniques.len() > TECHNIQUES_MAX {
            errors.add("techniques", format!("At most {TECHNIQUES_MAX}."));
        }
        for technique in &self.techniques {
            if crate::technique::find(&technique.technique).is_none() {
                let message =
                    format!("“{}” is no technique of ATT&CK {}.", technique.technique, crate::technique::VERSION);
                errors.add("techniques", message);
            }
            if let Some(tactic) = technique.tactic.as_deref()
                && !crate::technique::tactics().iter().any(|known| known.id == tactic)
            {
                let version = crate::technique::VERSION;
                errors.add("techniques", format!("“{tactic}” is no tactic of ATT&CK {version}, such as TA0002."));
            }
        }
    }

    /// Every field as name, label and text, in the order of the form.
    #[must_use]
    pub fn as_text(&self) -> Vec<FieldText> {
        let field = |name, label, text: String, personal| FieldText { name, label, text, personal };
        let time = |at: Option<Timestamp>| at.map(|at| at.to_string()).unwrap_or_default();
        let techniques: Vec<&str> = self.techniques.iter().map(|one| one.technique.as_str()).collect();
        let occurred = self.occurred.as_ref();
        vec![
            field("title", "Title", self.title.clone(), true),
            field("lane", "Lane", self.lane.to_string(), false),
            field("occurred", "Happened", time(occurred.map(|stated| stated.at)), false),
            field(
                "precision",
                "How exactly",
                occurred.map(|stated| stated.precision.to_string()).unwrap_or_default(),
                false,
            ),
            field(
                "time_source",
                "Time from",
                occurred.map(|stated| stated.source.to_string()).unwrap_or_default(),
                false,
            ),
            field("occurred_end", "Ended", time(self.occurred_end), false),
            field("learned_at", "Learned", time(self.learned_at), false),
            field("source", "Source", self.source.clone(), true),
            field("techniques", "Techniques", techniques.join(","), false),
            field("description", "Description", self.description.clone(), true),
            field("in_report", "In reports", self.in_report.to_string(), false),
        ]
    }
}

/// An event as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct Event {
    /// Its id.
    pub id: EventId,
    /// Its place among its neighbours.
    pub position: i64,
    /// What a person edits.
    #[serde(flatten)]
    pub fields: EventFields,
    /// How it came to be here.
    pub origin: EventOrigin,
    /// Whether it was taken off the timeline.
    pub archived: bool,
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

/// From where an entry of the timeline is read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "from")]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub enum EntryFrom {
    /// An event that somebody entered.
    Event(Box<Event>),
    /// A time of the incident.
    Milestone {
        /// Which.
        milestone: Milestone,
    },
    /// A task that was done.
    Task {
        /// The task.
        id: crate::TaskId,
    },
    /// A deed upon a piece of evidence.
    Custody {
        /// The item, such as `EV-0001`.
        label: String,
    },
}

/// A line of the timeline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct TimelineEntry {
    /// Whose doing it was.
    pub lane: Lane,
    /// When; absent when that is not known.
    pub at: Option<Timestamp>,
    /// When it ended, where it lasted.
    pub end: Option<Timestamp>,
    /// How exactly the time is known.
    pub precision: Precision,
    /// One line that says what happened.
    pub title: String,
    /// Whether reports tell it.
    pub in_report: bool,
    /// From where it is read.
    #[serde(flatten)]
    pub from: EntryFrom,
}

/// Puts a timeline in order: those whose time is known by time; one whose time is not known stays
/// behind the event that stands before it by position.
#[must_use]
pub fn in_order(events: Vec<TimelineEntry>, others: Vec<TimelineEntry>) -> Vec<TimelineEntry> {
    let mut key = Timestamp::from_micros(i64::MIN);
    let first = events.iter().find_map(|entry| entry.at).unwrap_or(key);
    let mut keyed: Vec<(Timestamp, TimelineEntry)> = Vec::with_capacity(events.len() + others.len());
    for entry in events {
        match entry.at {
            Some(at) => key = at,
            // Before the first known time, the unknown ones lead it.
            None if key == Timestamp::from_micros(i64::MIN) => key = first,
            None => {}
        }
        keyed.push((key, entry));
    }
    keyed.extend(others.into_iter().map(|entry| (entry.at.unwrap_or(first), entry)));
    keyed.sort_by_key(|(at, _)| *at);
    keyed.into_iter().map(|(_, entry)| entry).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(title: &str, at: Option<i64>) -> TimelineEntry {
        TimelineEntry {
            lane: Lane::Attack,
            at: at.map(Timestamp::from_seconds),
            end: None,
            precision: Precision::Exact,
            title: title.into(),
            in_report: false,
            from: EntryFrom::Milestone { milestone: Milestone::Detect },
        }
    }

    #[test]
    fn an_event_without_a_time_stays_behind_the_one_before_it() {
        let events = vec![entry("a", None), entry("b", Some(100)), entry("c", None), entry("d", Some(300))];
        let others = vec![entry("seen", Some(200)), entry("early", Some(50))];
        let titles: Vec<String> = in_order(events, others).into_iter().map(|entry| entry.title).collect();
        assert_eq!(titles, ["early", "a", "b", "c", "seen", "d"]);
    }

    #[test]
    fn an_end_before_the_beginning_and_an_unknown_technique_are_named() {
        let fields = EventFields {
            lane: Lane::Attack,
            title: "x".into(),
            description: String::new(),
            source: String::new(),
            occurred: Some(Stated::by_system(Timestamp::from_seconds(500))),
            occurred_end: Some(Timestamp::from_seconds(400)),
            learned_at: None,
            in_report: false,
            techniques: vec![EventTechnique { technique: "T0000".into(), tactic: None }],
        };
        let mut errors = FieldErrors::default();
        fields.check(Timestamp::from_seconds(1_000), |_| true, &mut errors);
        let Err(crate::Refusal::Invalid(errors)) = errors.finish() else { unreachable!("both are wrong") };
        assert_eq!(errors.iter().map(|e| e.field.as_str()).collect::<Vec<_>>(), ["occurred_end", "techniques"]);
    }
}
