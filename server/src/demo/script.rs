//! The small language in which the stories are written: one line for one thing, parts between bars.
//! Times are offsets from the detection (`+1d2h30m`, `-3d`) or, in due dates, from the present.

use holdfast_actions::{Error, Result};
use holdfast_domain::{
    event::{EventTechnique, Lane},
    lifecycle::Status,
    task::{TaskPhase, TaskStatus},
    time::Precision,
};

use super::cast::Who;

/// What a line that cannot be read comes back as.
pub(super) fn unreadable(line: &str) -> Error {
    Error::Failed(format!("the demo cannot read “{line}”"))
}

/// The parts of a line, without the spaces around them.
pub(super) fn parts(line: &str) -> impl Iterator<Item = &str> + Clone {
    line.split('|').map(str::trim)
}

/// An offset in seconds, such as `-3d4h` or `0`.
pub(super) fn offset(text: &str) -> Option<i64> {
    let (sign, rest) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    if rest == "0" {
        return Some(0);
    }
    let (mut total, mut number) = (0, String::new());
    for letter in rest.chars() {
        if letter.is_ascii_digit() {
            number.push(letter);
            continue;
        }
        let unit = match letter {
            'd' => 86_400,
            'h' => 3_600,
            'm' => 60,
            _ => return None,
        };
        total += number.parse::<i64>().ok()? * unit;
        number.clear();
    }
    (number.is_empty() && !rest.is_empty()).then_some(sign * total)
}

/// A word with an offset behind it, such as `triage+6m`.
fn with_offset(word: &str) -> Option<(&str, i64)> {
    let at = word.find('+')?;
    Some((&word[..at], offset(&word[at..])?))
}

/// The states of a path, with seconds since the detection.
pub(super) fn path(line: &str) -> Result<Vec<(Status, i64)>> {
    let state = |word: &str| {
        let (status, after) = with_offset(word)?;
        Some((status.parse().ok()?, after))
    };
    line.split_whitespace().map(|word| state(word).ok_or_else(|| unreadable(line))).collect()
}

/// A time before the detection and how exactly it is known, such as `-3d hour`.
pub(super) fn time(line: &str) -> Result<(i64, Precision)> {
    let read = || {
        let (when, precision) = line.split_once(' ')?;
        Some((offset(when)?, precision.parse().ok()?))
    };
    read().ok_or_else(|| unreadable(line))
}

/// An event: `A! -3d4h..-2d hour | T1566.002 T1204.002 | source | title | description`. `A` is an attack,
/// `R` a response; `!` puts it in reports; `?` is an unknown time.
#[derive(Clone, Debug)]
pub(super) struct EventLine {
    pub lane: Lane,
    pub in_report: bool,
    pub when: Option<(i64, Precision)>,
    pub end: Option<i64>,
    pub techniques: Vec<EventTechnique>,
    pub source: &'static str,
    pub title: &'static str,
    pub description: &'static str,
}

/// Reads an event.
pub(super) fn event(line: &'static str) -> Result<EventLine> {
    read_event(line).ok_or_else(|| unreadable(line))
}

fn read_event(line: &'static str) -> Option<EventLine> {
    let mut parts = parts(line);
    let mut head = parts.next()?.split_whitespace();
    let lane = head.next()?;
    let when = head.next()?;
    let precision = head.next().map_or(Some(Precision::Minute), |word| word.parse().ok())?;
    let (begin, end) = when.split_once("..").map_or((when, None), |(begin, end)| (begin, Some(end)));
    let techniques = parts.next()?.split_whitespace();
    Some(EventLine {
        lane: if lane.starts_with('A') { Lane::Attack } else { Lane::Response },
        in_report: lane.ends_with('!'),
        when: if begin == "?" { None } else { Some((offset(begin)?, precision)) },
        end: end.map(|end| offset(end).ok_or(())).transpose().ok()?,
        techniques: techniques.map(|id| EventTechnique { technique: id.into(), tactic: None }).collect(),
        source: parts.next()?,
        title: parts.next()?,
        description: parts.next().unwrap_or_default(),
    })
}

/// When a task is due.
#[derive(Clone, Copy, Debug)]
pub(super) enum Due {
    /// So many seconds after the detection.
    Detection(i64),
    /// So many seconds after the present.
    Present(i64),
}

/// A task: `analysis! MN done+4h due+8h | title | reason`. `!` is mandatory, the letters are people, `-`
/// is nobody; `due:-1d` counts from the present. Lines such as `> N +3h | text` behind it are comments.
#[derive(Clone, Debug)]
pub(super) struct TaskLine {
    pub phase: TaskPhase,
    pub mandatory: bool,
    pub people: Vec<Who>,
    /// What becomes of it, and when.
    pub turn: Option<(TaskStatus, i64)>,
    pub due: Option<Due>,
    pub title: &'static str,
    pub reason: &'static str,
    pub comments: Vec<(Who, i64, &'static str)>,
}

/// Reads the tasks of an incident with what was said about them.
pub(super) fn tasks(lines: &[&'static str]) -> Result<Vec<TaskLine>> {
    let mut tasks: Vec<TaskLine> = Vec::new();
    for &line in lines {
        if let Some(said) = line.strip_prefix('>') {
            let comment = read_comment(said).ok_or_else(|| unreadable(line))?;
            tasks.last_mut().ok_or_else(|| unreadable(line))?.comments.push(comment);
        } else {
            tasks.push(read_task(line).ok_or_else(|| unreadable(line))?);
        }
    }
    Ok(tasks)
}

fn read_comment(line: &'static str) -> Option<(Who, i64, &'static str)> {
    let (head, text) = line.split_once('|')?;
    let (who, when) = head.trim().split_once(' ')?;
    Some((Who::by_letter(who.chars().next()?)?, offset(when)?, text.trim()))
}

fn read_task(line: &'static str) -> Option<TaskLine> {
    let mut parts = parts(line);
    let mut head = parts.next()?.split_whitespace();
    let phase = head.next()?;
    let people = head.next()?.chars().filter(|letter| *letter != '-');
    let state = head.next()?;
    let turn = match with_offset(state) {
        Some((status, after)) => Some((status.parse().ok()?, after)),
        None if state == "to-do" => None,
        None => return None,
    };
    Some(TaskLine {
        phase: phase.trim_end_matches('!').parse().ok()?,
        mandatory: phase.ends_with('!'),
        people: people.map(Who::by_letter).collect::<Option<_>>()?,
        turn,
        due: head.next().map(|word| due(word).ok_or(())).transpose().ok()?,
        title: parts.next()?,
        reason: parts.next().unwrap_or_default(),
        comments: Vec::new(),
    })
}

fn due(word: &str) -> Option<Due> {
    let word = word.strip_prefix("due")?;
    match word.strip_prefix(':') {
        Some(word) => Some(Due::Present(offset(word)?)),
        None => Some(Due::Detection(offset(word)?)),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn lines_are_read_and_strangers_refused() {
        assert_eq!(offset("-1d2h30m"), Some(-95_400));
        assert_eq!((offset("0"), offset("3"), offset("+x"), offset("")), (Some(0), None, None, None));
        assert_eq!(path("triage+6m closed+1d").unwrap()[1], (Status::Closed, 86_400));
        let event = event("A! -2d..-1d hour | T1078 | VPN log | Signed in").unwrap();
        assert!(event.in_report && event.end == Some(-86_400) && event.techniques.len() == 1);
        let tasks = tasks(&["review! LN blocked+1h due:-1d | Ask | the vendor", "> N +2h | Asked."]).unwrap();
        assert_eq!((tasks[0].people.len(), tasks[0].comments.len()), (2, 1));
        assert!(super::tasks(&["review L finished+1h | Ask"]).is_err());
    }
}
