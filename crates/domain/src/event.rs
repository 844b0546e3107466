//! An event of the timeline: what the attacker or the responders did, when it happened, when it was
//! learned, and which techniques it shows.

use serde::{Deserialize, Serialize};

use crate::{
    EventId, Timestamp,
    field::CheckContext,
    lifecycle::{Milestone, Stated},
    noun::Noun,
    refusal::FieldErrors,
    technique,
    time::Precision,
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

fields! {
    /// What a person edits of an event.
    #[cfg_attr(feature = "server", derive(sqlx::FromRow))]
    EventFields {
        /// One line that says what happened.
        title: String => line("What happened", TITLE_CHARS_MAX).required().personal();
        /// Whose doing it was.
        lane: Lane = Lane::Attack => choice("Lane").required().hint("Whose doing it was.");
        /// When it happened; absent when that is not known.
        #[cfg_attr(feature = "server", sqlx(skip))]
        occurred: Option<Stated> => own("Happened", 0);
        /// When it ended, where it lasted.
        occurred_end: Option<Timestamp> => time("Ended").past().hint("Where it lasted; in the same zone.");
        /// When the responders learned of it.
        learned_at: Option<Timestamp> => time("Learned").past().hint("When you came to know of it.");
        /// What shows it: a log, a person, an exhibit.
        source: String => line("Source", SOURCE_CHARS_MAX).personal()
            .hint("What shows it: a log, a person, an exhibit such as EV-0001.");
        /// The techniques it shows.
        #[cfg_attr(feature = "server", sqlx(skip))]
        techniques: Vec<EventTechnique> => own("ATT&CK techniques", TECHNIQUES_MAX);
        /// What is known of it, in Markdown.
        description: String => markdown("Description", DESCRIPTION_CHARS_MAX).personal().hint("Markdown.");
        /// Whether reports tell it.
        in_report: bool => flag("In reports").hint("Reports tell this event.");
    }
}

impl Noun for EventFields {
    const NAME: &'static str = "event";
    const ENTRY: &'static str = "timeline.event_";
    const ONE: &'static str = "an event";
    const TITLE: &'static str = "title";
    const ARCHIVED: &'static str = "removed";

    fn rules(&mut self, at: CheckContext, errors: &mut FieldErrors) {
        if let Some(occurred) = &self.occurred {
            occurred.check("occurred", at.now, at.is_zone, errors);
        }
        match (self.occurred_end, &self.occurred) {
            (Some(end), Some(occurred)) if occurred.at > end => {
                errors.add("occurred_end", "It cannot end before it began.");
            }
            (Some(_), None) => errors.add("occurred_end", "Say when it began, or leave the end out."),
            _ => {}
        }
        for technique in &self.techniques {
            let version = technique::VERSION;
            if technique::find(&technique.technique).is_none() {
                errors.add("techniques", format!("“{}” is no technique of ATT&CK {version}.", technique.technique));
            }
            if let Some(tactic) = technique.tactic.as_deref()
                && !technique::tactics().iter().any(|known| known.id == tactic)
            {
                errors.add("techniques", format!("“{tactic}” is no tactic of ATT&CK {version}, such as TA0002."));
            }
        }
    }
}

field_value!(Vec<EventTechnique>, List, |shown| shown.iter().map(|one| one.technique.clone()).collect(), |ids| {
    Ok(ids.into_iter().map(|technique| EventTechnique { technique, tactic: None }).collect())
});

/// An event as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(sqlx::FromRow, utoipa::ToSchema))]
pub struct Event {
    /// Its id.
    pub id: EventId,
    /// Its place among its neighbours.
    pub position: i64,
    /// What a person edits.
    #[cfg_attr(feature = "server", sqlx(flatten))]
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
    /// An action upon a piece of evidence.
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
            title: "x".into(),
            occurred: Some(Stated::by_system(Timestamp::from_seconds(500))),
            occurred_end: Some(Timestamp::from_seconds(400)),
            techniques: vec![EventTechnique { technique: "T0000".into(), tactic: None }],
            ..EventFields::default()
        };
        let at = CheckContext { now: Timestamp::from_seconds(1_000), is_zone: |_| true };
        let Err(crate::Refusal::Invalid(errors)) = fields.checked(at) else { unreachable!("both are wrong") };
        assert_eq!(errors.iter().map(|e| e.field.as_str()).collect::<Vec<_>>(), ["occurred_end", "techniques"]);
    }
}
