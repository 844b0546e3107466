//! Everything that was done in the demo, in the order in which it was.

use holdfast_actions::Result;
use holdfast_domain::{
    Timestamp,
    event::EventFields,
    lifecycle::{Milestone, Stated, Status},
    time::{Precision, TimeSource},
};

use super::{
    cast::Who,
    evidence::{CustodyLine, EXHIBITS, custody},
    script::{self, EventLine, TaskLine},
    stories::stories,
    story::Story,
};

/// One thing that was done.
pub(super) struct ScheduledStep {
    /// When it was recorded.
    pub at: Timestamp,
    /// In which story.
    pub story: usize,
    /// What.
    pub action: DemoStep,
}

/// What was done.
pub(super) enum DemoStep {
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
    Task(usize, Box<TaskLine>, Option<Timestamp>),
    /// A task went on.
    Turn(usize),
    /// Somebody said something about a task.
    Comment(usize, Who, &'static str),
    /// What was found was entered.
    Findings,
    /// An exhibit was registered.
    Register(usize),
    /// Something happened to an exhibit.
    Custody(usize, Box<CustodyLine>),
}

/// Minutes by which the shift log is entered later, now and then.
pub(super) const LATE_MINUTES: i64 = 45;

/// A time as a person gives it.
pub(super) const fn stated(at: Timestamp) -> Stated {
    Stated { at, precision: Precision::Minute, source: TimeSource::User, zone: None, original: None }
}

/// Everything that was done up to now.
///
/// # Errors
/// When a story cannot be read.
pub(super) fn schedule(now: Timestamp) -> Result<Vec<ScheduledStep>> {
    let mut steps = Vec::new();
    for (number, story) in stories().enumerate() {
        let detected = detection(now, story.detected_hours_ago, number);
        let opened = detected.plus_seconds(240);
        let mut one = Steps { number, opened, steps: Vec::new() };
        one.add(opened, DemoStep::Open(detected));
        phases(&mut one, story, detected)?;
        times(&mut one, story, detected)?;
        events(&mut one, story, detected)?;
        tasks(&mut one, story, detected, now)?;
        one.add(detected.plus_seconds(82 * 60), DemoStep::Findings);
        exhibits(&mut one, story, detected)?;
        steps.extend(one.steps);
    }
    steps.retain(|step| step.at < now);
    // Stable: what was written down first comes first.
    steps.sort_by_key(|step| step.at);
    Ok(steps)
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
struct Steps {
    number: usize,
    opened: Timestamp,
    steps: Vec<ScheduledStep>,
}

impl Steps {
    fn add(&mut self, at: Timestamp, action: DemoStep) {
        self.steps.push(ScheduledStep { at: at.max(self.opened), story: self.number, action });
    }
}

fn phases(steps: &mut Steps, story: &Story, detected: Timestamp) -> Result<()> {
    let mut at = steps.opened;
    for (place, (to, after)) in script::path(story.path)?.into_iter().enumerate() {
        let entered = detected.plus_seconds(after);
        let late = if (steps.number + place) % 4 == 1 && !to.is_ended() { LATE_MINUTES } else { 0 };
        at = entered.plus_seconds(late * 60).max(at.plus_seconds(60));
        steps.add(at, DemoStep::Enter(to, entered));
    }
    if let Some((who, after)) = story.handed_over {
        let after = script::offset(after).ok_or_else(|| script::unreadable(after))?;
        steps.add(detected.plus_seconds(after), DemoStep::HandOver(who));
    }
    Ok(())
}

fn times(steps: &mut Steps, story: &Story, detected: Timestamp) -> Result<()> {
    let known = [(Milestone::Start, story.began, 55), (Milestone::Exfiltration, story.lost, 68)];
    for (milestone, line, minutes) in known.into_iter().filter(|(_, line, _)| !line.is_empty()) {
        let (after, precision) = script::time(line)?;
        let at = detected.plus_seconds(after);
        let stated = Stated { precision, source: TimeSource::Evidence, ..stated(at) };
        steps.add(detected.plus_seconds(minutes * 60).max(at.plus_seconds(600)), DemoStep::Time(milestone, stated));
    }
    Ok(())
}

fn events(steps: &mut Steps, story: &Story, detected: Timestamp) -> Result<()> {
    let mut entered = detected.plus_seconds(25 * 60);
    for (turn, line) in story.events.iter().enumerate() {
        let event = script::event(line)?;
        let last = event.end.or(event.when.map(|(after, _)| after)).map(|after| detected.plus_seconds(after));
        entered = last.map_or(entered, |last| entered.max(last.plus_seconds(600))).plus_seconds(7 * 60);
        steps.add(entered, DemoStep::Event(turn, Box::new(fields(event, detected, entered.plus_seconds(-300)))));
    }
    Ok(())
}

fn fields(event: EventLine, detected: Timestamp, learned: Timestamp) -> EventFields {
    let happened =
        |(after, precision)| Stated { precision, source: TimeSource::Evidence, ..stated(detected.plus_seconds(after)) };
    EventFields {
        lane: event.lane,
        title: event.title.into(),
        description: event.description.into(),
        source: event.source.into(),
        occurred: event.when.map(happened),
        occurred_end: event.end.map(|after| detected.plus_seconds(after)),
        learned_at: Some(learned),
        in_report: event.in_report,
        techniques: event.techniques,
    }
}

fn tasks(steps: &mut Steps, story: &Story, detected: Timestamp, now: Timestamp) -> Result<()> {
    for (number, task) in (0_i64..).zip(script::tasks(story.tasks)?) {
        let index = usize::try_from(number).unwrap_or_default();
        let due = task.due.map(|due| match due {
            script::Due::Detection(after) => detected.plus_seconds(after),
            // People write full hours.
            script::Due::Present(after) => Timestamp::from_seconds((now.seconds() + after) / 3_600 * 3_600),
        });
        let added = detected.plus_seconds((14 + 2 * number) * 60);
        if let Some((_, after)) = task.turn {
            steps.add(detected.plus_seconds(after).max(added.plus_seconds(60)), DemoStep::Turn(index));
        }
        for (who, after, text) in &task.comments {
            steps.add(detected.plus_seconds(*after).max(added.plus_seconds(120)), DemoStep::Comment(index, *who, text));
        }
        steps.add(added, DemoStep::Task(index, Box::new(task), due));
    }
    Ok(())
}

fn exhibits(steps: &mut Steps, story: &Story, detected: Timestamp) -> Result<()> {
    for (index, exhibit) in EXHIBITS.iter().enumerate().filter(|(_, exhibit)| exhibit.story == story.title) {
        let collected = script::offset(exhibit.collected).ok_or_else(|| script::unreadable(exhibit.collected))?;
        let collected = detected.plus_seconds(collected);
        steps.add(collected, DemoStep::Register(index));
        for line in exhibit.custody {
            let line = custody(line)?;
            steps.add(collected.plus_seconds(line.after), DemoStep::Custody(index, Box::new(line)));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const DAY: i64 = 86_400;

    fn detections(now: Timestamp) -> Vec<Timestamp> {
        let opened =
            |step: &ScheduledStep| if let DemoStep::Open(detected) = step.action { Some(detected) } else { None };
        schedule(now).unwrap().iter().filter_map(opened).collect()
    }

    #[test]
    fn every_story_is_read_and_deeds_are_in_order() {
        let now: Timestamp = "2026-03-01T00:30:00Z".parse().unwrap();
        let steps = schedule(now).unwrap();
        assert!(steps.is_sorted_by_key(|step| step.at) && steps.iter().all(|step| step.at < now));
        assert_eq!(detections(now).len(), stories().count());
        for story in stories() {
            let told = story.events.iter().map(|line| script::event(line).unwrap());
            assert!(told.filter(|event| event.in_report).count() <= 8, "{}", story.title);
            assert!(story.merged_into.is_empty() || stories().any(|other| other.title == story.merged_into));
        }
        assert!(EXHIBITS.iter().all(|exhibit| stories().any(|story| story.title == exhibit.story)));
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
