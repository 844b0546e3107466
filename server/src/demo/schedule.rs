//! Everything that was done in the demo, in the order in which it was.

use holdfast_domain::{
    Timestamp,
    event::EventFields,
    lifecycle::{Milestone, Stated, Status},
    time::{Precision, TimeSource},
};

use super::{
    cast::Who,
    evidence::{CustodyLine, Exhibit},
    script::{Due, EventLine, TaskLine},
    story::Story,
};

/// One thing that was done.
pub(super) struct ScheduledStep<'a> {
    /// When it was recorded.
    pub at: Timestamp,
    /// In which story.
    pub story: usize,
    /// What.
    pub action: DemoStep<'a>,
}

/// What was done.
pub(super) enum DemoStep<'a> {
    /// The incident was opened; this is when it was detected.
    Open(Timestamp),
    /// It entered a state, at this time.
    Enter(Status, Timestamp),
    /// Somebody else took it over.
    HandOver(Who),
    /// A time of it became known.
    Time(Milestone, Stated),
    /// An event was entered; the number says whose turn it was.
    Event(usize, Box<EventFields>),
    /// A task was added; it has this number and this due date.
    Task(usize, &'a TaskLine, Option<Timestamp>),
    /// A task went on.
    Turn(usize),
    /// Somebody said something about a task.
    Comment(usize, Who, &'a str),
    /// What was found was entered.
    Findings,
    /// An exhibit was registered; it has this number in its story.
    Register(usize, &'a Exhibit),
    /// Something happened to an exhibit.
    Custody(usize, &'a CustodyLine),
}

/// Minutes by which the shift log is entered later, now and then.
pub(super) const LATE_MINUTES: i64 = 45;

/// A time as a person gives it.
pub(super) const fn stated(at: Timestamp) -> Stated {
    Stated { at, precision: Precision::Minute, source: TimeSource::User, zone: None, original: None }
}

/// Everything that was done up to now.
pub(super) fn schedule(stories: &[Story], now: Timestamp) -> Vec<ScheduledStep<'_>> {
    let mut steps = Vec::new();
    for (number, story) in stories.iter().enumerate() {
        let detected = detection(now, story.detected_hours_ago, number);
        let opened = detected.plus_seconds(240);
        let mut one = Steps { number, opened, steps: Vec::new() };
        one.add(opened, DemoStep::Open(detected));
        phases(&mut one, story, detected);
        times(&mut one, story, detected);
        events(&mut one, story, detected);
        tasks(&mut one, story, detected, now);
        one.add(detected.plus_seconds(82 * 60), DemoStep::Findings);
        exhibits(&mut one, story, detected);
        steps.extend(one.steps);
    }
    steps.retain(|step| step.at < now);
    // Stable: what was written down first comes first.
    steps.sort_by_key(|step| step.at);
    steps
}

/// When a story was detected: some time in a working day, unless that was only just now.
fn detection(now: Timestamp, hours_ago: i64, number: usize) -> Timestamp {
    const DAY_S: i64 = 86_400;
    let at = now.plus_seconds(-hours_ago * 3_600);
    let number = i64::try_from(number).unwrap_or_default();
    if hours_ago <= 48 {
        return at.plus_seconds(-(number * 7 % 13) * 60);
    }
    let day = at.seconds().div_euclid(DAY_S) * DAY_S;
    let minutes = 6 * 60 + number * 137 % (10 * 60);
    Timestamp::from_seconds(day + minutes * 60).min(at)
}

/// The steps of one story.
struct Steps<'a> {
    number: usize,
    opened: Timestamp,
    steps: Vec<ScheduledStep<'a>>,
}

impl<'a> Steps<'a> {
    fn add(&mut self, at: Timestamp, action: DemoStep<'a>) {
        self.steps.push(ScheduledStep { at: at.max(self.opened), story: self.number, action });
    }
}

fn phases(steps: &mut Steps<'_>, story: &Story, detected: Timestamp) {
    let mut at = steps.opened;
    for (place, (to, after)) in story.path.iter().enumerate() {
        let entered = detected.plus_seconds(*after);
        let late = if (steps.number + place) % 4 == 1 && !to.is_ended() { LATE_MINUTES } else { 0 };
        at = entered.plus_seconds(late * 60).max(at.plus_seconds(60));
        steps.add(at, DemoStep::Enter(*to, entered));
    }
    if let Some((who, after)) = story.handed_over {
        steps.add(detected.plus_seconds(after), DemoStep::HandOver(who));
    }
}

fn times(steps: &mut Steps<'_>, story: &Story, detected: Timestamp) {
    let known = [(Milestone::Start, story.began, 55), (Milestone::Exfiltration, story.lost, 68)];
    for (milestone, time, minutes) in known {
        let Some((after, precision)) = time else { continue };
        let at = detected.plus_seconds(after);
        let stated = Stated { precision, source: TimeSource::Evidence, ..stated(at) };
        steps.add(detected.plus_seconds(minutes * 60).max(at.plus_seconds(600)), DemoStep::Time(milestone, stated));
    }
}

fn events(steps: &mut Steps<'_>, story: &Story, detected: Timestamp) {
    let mut entered = detected.plus_seconds(25 * 60);
    for (turn, event) in story.events.iter().enumerate() {
        let last = event.end.or(event.when.map(|(after, _)| after)).map(|after| detected.plus_seconds(after));
        entered = last.map_or(entered, |last| entered.max(last.plus_seconds(600))).plus_seconds(7 * 60);
        steps.add(entered, DemoStep::Event(turn, Box::new(fields(event, detected, entered.plus_seconds(-300)))));
    }
}

fn fields(event: &EventLine, detected: Timestamp, learned: Timestamp) -> EventFields {
    let happened =
        |(after, precision)| Stated { precision, source: TimeSource::Evidence, ..stated(detected.plus_seconds(after)) };
    EventFields {
        lane: event.lane,
        title: event.title.clone(),
        description: event.description.clone(),
        source: event.source.clone(),
        occurred: event.when.map(happened),
        occurred_end: event.end.map(|after| detected.plus_seconds(after)),
        learned_at: Some(learned),
        in_report: event.in_report,
        techniques: event.techniques.clone(),
    }
}

fn tasks<'a>(steps: &mut Steps<'a>, story: &'a Story, detected: Timestamp, now: Timestamp) {
    for (number, task) in (0_i64..).zip(&story.tasks) {
        let index = usize::try_from(number).unwrap_or_default();
        let due = task.due.map(|due| match due {
            Due::Detection(after) => detected.plus_seconds(after),
            // People write full hours.
            Due::Present(after) => Timestamp::from_seconds((now.seconds() + after) / 3_600 * 3_600),
        });
        let added = detected.plus_seconds((14 + 2 * number) * 60);
        if let Some((_, after)) = task.turn {
            steps.add(detected.plus_seconds(after).max(added.plus_seconds(60)), DemoStep::Turn(index));
        }
        for said in &task.comments {
            let at = detected.plus_seconds(said.after).max(added.plus_seconds(120));
            steps.add(at, DemoStep::Comment(index, said.who, &said.text));
        }
        steps.add(added, DemoStep::Task(index, task, due));
    }
}

fn exhibits<'a>(steps: &mut Steps<'a>, story: &'a Story, detected: Timestamp) {
    for (index, exhibit) in story.exhibits.iter().enumerate() {
        let collected = detected.plus_seconds(exhibit.collected);
        steps.add(collected, DemoStep::Register(index, exhibit));
        for line in &exhibit.custody {
            steps.add(collected.plus_seconds(line.after), DemoStep::Custody(index, line));
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::demo::story::stories;

    const DAY: i64 = 86_400;

    fn detections(now: Timestamp) -> Vec<Timestamp> {
        let opened =
            |step: &ScheduledStep<'_>| if let DemoStep::Open(detected) = step.action { Some(detected) } else { None };
        schedule(&stories().unwrap(), now).iter().filter_map(opened).collect()
    }

    #[test]
    fn every_story_is_read_and_deeds_are_in_order() {
        let now: Timestamp = "2026-03-01T00:30:00Z".parse().unwrap();
        let stories = stories().unwrap();
        let steps = schedule(&stories, now);
        assert!(steps.is_sorted_by_key(|step| step.at) && steps.iter().all(|step| step.at < now));
        assert_eq!(detections(now).len(), stories.len());
        let is_told = |title: &str| stories.iter().any(|other| other.fields.title == title);
        for story in &stories {
            assert!(story.events.iter().filter(|event| event.in_report).count() <= 8, "{}", story.fields.title);
            assert!(story.merged_into.is_empty() || is_told(&story.merged_into));
            assert!(story.related.iter().all(|(title, _)| is_told(title)));
        }
    }

    #[test]
    fn whatever_the_date_the_year_is_full_and_no_month_is_empty() {
        let now: Timestamp = "2026-03-01T00:30:00Z".parse().unwrap();
        let mut days: Vec<i64> = detections(now).iter().map(|at| now.since(*at) / 1_000_000 / DAY).collect();
        days.sort_unstable();
        assert!(days.iter().all(|day| *day < 365));
        // The shortest month has 28 days.
        assert!(days.windows(2).all(|pair| pair[1] - pair[0] <= 20), "{days:?}");
        // Enough to be summed up in the months that are just over, wherever they begin.
        for first in 1..32 {
            let month = days.iter().filter(|day| (first..first + 28).contains(*day)).count();
            assert!(month >= 6, "{first}: {month}");
        }
    }
}
