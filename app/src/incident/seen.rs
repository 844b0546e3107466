//! An incident as a page sees it: the noun, with its times worded for the reader.

use holdfast_domain::{
    Deed, PersonId,
    incident::{Incident, IncidentRow, Member},
    lifecycle::{Milestone, OrderFault, Status},
    time::{Precision, TimeSource},
};

use super::filter::Column;
use crate::ui::moment::Moment;

/// A page of the list.
#[derive(Clone, Debug)]
pub struct ListView {
    pub rows: Vec<RowView>,
    pub next: Option<String>,
    pub previous: Option<String>,
    pub columns: Vec<Column>,
    pub names: Vec<(PersonId, String)>,
    pub zone: String,
    pub may_open: bool,
    pub may_make_tokens: bool,
}

/// A row of the list.
#[derive(Clone, Debug)]
pub struct RowView {
    pub row: IncidentRow,
    pub detected: Option<Moment>,
    pub opened: Moment,
    pub updated: Moment,
}

/// A milestone as it is shown.
#[derive(Clone, Debug)]
pub struct TimeView {
    pub milestone: Milestone,
    pub at: Option<Moment>,
    pub first: Moment,
    pub recorded: Moment,
    pub precision: Precision,
    pub source: TimeSource,
    pub reason: Option<String>,
    /// The text and the zone as typed.
    pub typed: Option<String>,
    pub is_late: bool,
    /// As a date-time field wants it, in the zone it was typed in or the reader's.
    pub field: String,
    pub field_zone: String,
}

/// What every tab of the room shows.
#[derive(Clone, Debug)]
pub struct RoomView {
    pub incident: Incident,
    pub times: Vec<TimeView>,
    pub team: Vec<Member>,
    pub deeds: Vec<Deed>,
    pub open_mandatory: i64,
    /// Labels of evidence that is not what it was.
    pub altered: Vec<String>,
    pub opened: Moment,
    pub updated: Moment,
    pub zone: String,
}

impl RoomView {
    pub fn may(&self, deed: Deed) -> bool {
        self.deeds.contains(&deed)
    }

    pub fn address(&self, tab: &str) -> String {
        format!("/incidents/{}{tab}", self.incident.reference)
    }

    pub fn time(&self, milestone: Milestone) -> Option<&TimeView> {
        self.times.iter().find(|time| time.milestone == milestone)
    }

    pub fn at(&self, milestone: Milestone) -> Option<&Moment> {
        self.time(milestone)?.at.as_ref()
    }

    /// Whether entering this state is among the deeds: ending and reopening are their own.
    pub fn may_enter(&self, to: Status) -> bool {
        let deed = match to {
            Status::Closed | Status::Rejected => Deed::CloseIncident,
            _ if self.incident.status.is_ended() => Deed::ReopenIncident,
            _ => Deed::ChangePhase,
        };
        self.may(deed)
    }
}

/// An interval of the response; `None` when one of its ends is not known or they contradict.
#[derive(Clone, Debug)]
pub struct Interval {
    pub label: String,
    pub meaning: String,
    pub words: Option<String>,
}

/// The first tab.
#[derive(Clone, Debug)]
pub struct Overview {
    pub room: RoomView,
    pub summary_html: String,
    pub intervals: Vec<Interval>,
    pub faults: Vec<OrderFault>,
    pub latest: Vec<EntryView>,
}

/// The tab that edits.
#[derive(Clone, Debug)]
pub struct EditView {
    pub room: RoomView,
    pub names: Vec<(PersonId, String)>,
}

/// What the form for a new incident needs.
#[derive(Clone, Debug)]
pub struct DraftView {
    pub names: Vec<(PersonId, String)>,
    pub me: PersonId,
    pub may_assign: bool,
    pub zone: String,
    pub now_field: String,
    /// Makes sure that a form that is sent twice opens one incident.
    pub key: String,
}

/// A ledger entry in the history of an incident.
#[derive(Clone, Debug)]
pub struct EntryView {
    pub seq: i64,
    pub at: Moment,
    pub kind: String,
    pub actor: String,
    pub reason: Option<String>,
    pub changes: Vec<ChangeView>,
}

/// A changed field, before and after.
#[derive(Clone, Debug)]
pub struct ChangeView {
    pub field: String,
    pub before: Option<Said>,
    pub after: Option<Said>,
}

/// What a field held.
#[derive(Clone, Debug)]
pub enum Said {
    /// As it was sent.
    Text(String),
    /// A time, for its reader.
    Time(Moment),
}

/// A page of the history.
#[derive(Clone, Debug)]
pub struct HistoryView {
    pub room: RoomView,
    pub entries: Vec<EntryView>,
    pub next: Option<String>,
    pub previous: Option<String>,
    pub may_see_ledger: bool,
}

mod built {
    use holdfast_actions::incident::Room;
    use holdfast_domain::{
        Actor,
        incident::IncidentRow,
        ledger::{Change, HistoryEntry},
        lifecycle::{Milestone, MilestoneTime, order_faults},
        time::{duration_words, field_in_zone, is_zone},
    };

    use super::{ChangeView, EntryView, Interval, Overview, RoomView, RowView, Said, TimeView};
    use crate::ui::{markdown, moment::Moment};

    impl RowView {
        pub fn new(row: IncidentRow, zone: &str) -> Self {
            Self {
                detected: row.detected_at.map(|at| Moment::in_zone(at, zone)),
                opened: Moment::in_zone(row.created_at, zone),
                updated: Moment::in_zone(row.updated_at, zone),
                row,
            }
        }
    }

    impl TimeView {
        fn new(time: &MilestoneTime, zone: &str) -> Self {
            let field_zone = time.zone.as_deref().filter(|zone| is_zone(zone)).unwrap_or(zone);
            let typed = time.original.as_ref().map(|text| match &time.zone {
                Some(zone) => format!("{} {zone}", text.replace('T', " ")),
                None => text.clone(),
            });
            Self {
                milestone: time.milestone,
                at: time.at.map(|at| Moment::in_zone(at, zone)),
                first: Moment::in_zone(time.first_at, zone),
                recorded: Moment::in_zone(time.recorded_at, zone),
                precision: time.precision,
                source: time.source,
                reason: time.reason.clone(),
                typed,
                is_late: time.is_late(),
                field: time.at.map(|at| field_in_zone(at, field_zone)).unwrap_or_default(),
                field_zone: field_zone.to_owned(),
            }
        }
    }

    impl RoomView {
        pub fn new(room: Room, actor: &Actor) -> Self {
            let zone = &actor.time_zone;
            Self {
                times: room.times.iter().map(|time| TimeView::new(time, zone)).collect(),
                team: room.team,
                deeds: room.deeds,
                open_mandatory: room.open_mandatory,
                altered: room.altered,
                opened: Moment::in_zone(room.incident.created_at, zone),
                updated: Moment::in_zone(room.incident.updated_at, zone),
                zone: zone.clone(),
                incident: room.incident,
            }
        }

        /// Without the text of the summary, for tabs that do not show it.
        pub fn light(mut self) -> Self {
            self.incident.fields.summary.clear();
            self
        }
    }

    impl Overview {
        pub fn new(room: Room, latest: Vec<HistoryEntry>, actor: &Actor) -> Self {
            Self {
                summary_html: markdown::render(&room.incident.fields.summary),
                intervals: intervals(&room.times),
                faults: order_faults(&room.times),
                latest: latest.into_iter().map(|entry| EntryView::new(entry, &actor.time_zone)).collect(),
                room: RoomView::new(room, actor).light(),
            }
        }
    }

    impl EntryView {
        pub fn new(entry: HistoryEntry, zone: &str) -> Self {
            Self {
                seq: entry.seq,
                at: Moment::in_zone(entry.at, zone),
                kind: entry.kind,
                actor: entry.actor,
                reason: entry.reason,
                changes: entry.changes.into_iter().map(|change| ChangeView::new(change, zone)).collect(),
            }
        }
    }

    /// The fields that hold times, besides those of milestones.
    const TIMES: &[&str] = &[
        "due_at",
        "done_at",
        "occurred",
        "occurred_end",
        "learned_at",
        "first_seen",
        "last_seen",
        "retain_until",
        "expected_return",
    ];

    impl ChangeView {
        /// Times are kept as UTC in the ledger and read in the person's zone.
        fn new(change: Change, zone: &str) -> Self {
            let is_time = change.field.starts_with("time.") || TIMES.contains(&change.field.as_str());
            let said = |text: Option<String>| {
                text.map(|text| match text.parse() {
                    Ok(at) if is_time => Said::Time(Moment::in_zone(at, zone)),
                    _ => Said::Text(text),
                })
            };
            Self { before: said(change.before), after: said(change.after), field: change.field }
        }
    }

    /// The headline intervals of standards §4.2, each from its two milestones.
    fn intervals(times: &[MilestoneTime]) -> Vec<Interval> {
        let at = |milestone| times.iter().find(|time| time.milestone == milestone).and_then(|time| time.at);
        let interval = |label: &str, from: Milestone, to: Milestone| {
            let micros = at(from).zip(at(to)).map(|(from, to)| to.since(from)).filter(|micros| *micros >= 0);
            Interval {
                label: label.into(),
                meaning: format!("From “{}” to “{}”", from.label(), to.label()),
                words: micros.map(duration_words),
            }
        };
        vec![
            interval("Time to detect", Milestone::Start, Milestone::Detect),
            interval("Time to acknowledge", Milestone::Detect, Milestone::Acknowledge),
            interval("Time to contain", Milestone::Detect, Milestone::Contain),
            interval("Time to recover", Milestone::Detect, Milestone::Recover),
            interval("Time to resolve", Milestone::Detect, Milestone::Resolve),
        ]
    }

    #[cfg(test)]
    mod tests {
        use holdfast_domain::{
            Timestamp,
            time::{Precision, TimeSource},
        };

        use super::*;

        fn time(milestone: Milestone, seconds: i64) -> MilestoneTime {
            MilestoneTime {
                milestone,
                at: Some(Timestamp::from_seconds(seconds)),
                first_at: Timestamp::from_seconds(seconds),
                precision: Precision::Exact,
                source: TimeSource::User,
                zone: None,
                original: None,
                reason: None,
                recorded_at: Timestamp::from_seconds(seconds),
            }
        }

        #[test]
        fn an_interval_is_known_only_when_its_ends_are_known_and_agree() {
            let times =
                [time(Milestone::Start, 7_200), time(Milestone::Detect, 3_600), time(Milestone::Contain, 9_000)];
            let words: Vec<_> = intervals(&times).into_iter().map(|interval| interval.words).collect();
            assert_eq!(words, [None, None, Some("1 h 30 min".into()), None, None]);
        }
    }
}
