//! The small language in which the stories are written: one line for one thing, parts between bars.
//! Times are offsets from the detection (`+1d2h30m`, `-3d`) or, in due dates, from the present.

use holdfast_domain::{
    asset::AssetFields,
    contact::ContactFields,
    event::{EventTechnique, Lane},
    lifecycle::Status,
    task::{TaskPhase, TaskStatus},
    time::Precision,
    vulnerability::VulnerabilityFields,
};
use serde::{Deserialize, Deserializer, de::Error};

use super::cast::Who;

/// Something that is written as a line.
pub(super) trait Line: Sized {
    /// Reads it; `None` for a line that cannot be read.
    fn read(line: &str) -> Option<Self>;
}

/// Reads one line of a file.
pub(super) fn line<'de, T: Line, D: Deserializer<'de>>(data: D) -> Result<T, D::Error> {
    let line = String::deserialize(data)?;
    T::read(&line).ok_or_else(|| unreadable(&line))
}

/// Reads lines of a file.
pub(super) fn lines<'de, T: Line, D: Deserializer<'de>>(data: D) -> Result<Vec<T>, D::Error> {
    let lines = Vec::<String>::deserialize(data)?;
    lines.iter().map(|line| T::read(line).ok_or_else(|| unreadable(line))).collect()
}

/// Reads the tasks of an incident with what was said about them.
pub(super) fn tasks<'de, D: Deserializer<'de>>(data: D) -> Result<Vec<TaskLine>, D::Error> {
    let mut tasks: Vec<TaskLine> = Vec::new();
    for line in Vec::<String>::deserialize(data)? {
        let read = match line.strip_prefix('>') {
            Some(said) => tasks.last_mut().zip(Comment::read(said)).map(|(task, said)| task.comments.push(said)),
            None => TaskLine::read(&line).map(|task| tasks.push(task)),
        };
        read.ok_or_else(|| unreadable(&line))?;
    }
    Ok(tasks)
}

fn unreadable<E: Error>(line: &str) -> E {
    E::custom(format!("the demo cannot read “{line}”"))
}

/// The parts of a line, without the spaces around them.
pub(super) fn parts(line: &str) -> impl Iterator<Item = &str> + Clone {
    line.split('|').map(str::trim)
}

/// A word with an offset behind it, such as `triage+6m`.
fn with_offset(word: &str) -> Option<(&str, i64)> {
    let at = word.find('+')?;
    Some((&word[..at], i64::read(&word[at..])?))
}

/// An offset in seconds, such as `-3d4h` or `0`.
impl Line for i64 {
    fn read(text: &str) -> Option<Self> {
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
            total += number.parse::<Self>().ok()? * unit;
            number.clear();
        }
        (number.is_empty() && !rest.is_empty()).then_some(sign * total)
    }
}

/// A line that need not be there.
impl<T: Line> Line for Option<T> {
    fn read(line: &str) -> Option<Self> {
        T::read(line).map(Some)
    }
}

/// The states of a path, with seconds since the detection.
impl Line for Vec<(Status, i64)> {
    fn read(line: &str) -> Option<Self> {
        let state = |word| {
            let (status, after) = with_offset(word)?;
            Some((status.parse().ok()?, after))
        };
        line.split_whitespace().map(state).collect()
    }
}

/// A time before the detection and how exactly it is known, such as `-3d hour`.
impl Line for (i64, Precision) {
    fn read(line: &str) -> Option<Self> {
        let (when, precision) = line.split_once(' ')?;
        Some((i64::read(when)?, precision.parse().ok()?))
    }
}

/// Somebody and a time, such as `H +5h`.
impl Line for (Who, i64) {
    fn read(line: &str) -> Option<Self> {
        let (who, when) = line.split_once(' ')?;
        Some((Who::by_letter(who.chars().next()?)?, i64::read(when)?))
    }
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
    pub source: String,
    pub title: String,
    pub description: String,
}

impl Line for EventLine {
    fn read(line: &str) -> Option<Self> {
        let mut parts = parts(line);
        let mut head = parts.next()?.split_whitespace();
        let lane = head.next()?;
        let when = head.next()?;
        let precision = head.next().map_or(Some(Precision::Minute), |word| word.parse().ok())?;
        let (begin, end) = when.split_once("..").map_or((when, None), |(begin, end)| (begin, Some(end)));
        let techniques = parts.next()?.split_whitespace();
        Some(Self {
            lane: if lane.starts_with('A') { Lane::Attack } else { Lane::Response },
            in_report: lane.ends_with('!'),
            when: if begin == "?" { None } else { Some((i64::read(begin)?, precision)) },
            end: end.map(|end| i64::read(end).ok_or(())).transpose().ok()?,
            techniques: techniques.map(|id| EventTechnique { technique: id.into(), tactic: None }).collect(),
            source: parts.next()?.into(),
            title: parts.next()?.into(),
            description: parts.next().unwrap_or_default().into(),
        })
    }
}

/// When a task is due.
#[derive(Clone, Copy, Debug)]
pub(super) enum Due {
    /// So many seconds after the detection.
    Detection(i64),
    /// So many seconds after the present.
    Present(i64),
}

impl Line for Due {
    fn read(word: &str) -> Option<Self> {
        let word = word.strip_prefix("due")?;
        match word.strip_prefix(':') {
            Some(word) => Some(Self::Present(i64::read(word)?)),
            None => Some(Self::Detection(i64::read(word)?)),
        }
    }
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
    pub title: String,
    pub reason: String,
    pub comments: Vec<Comment>,
}

impl Line for TaskLine {
    fn read(line: &str) -> Option<Self> {
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
        Some(Self {
            phase: phase.trim_end_matches('!').parse().ok()?,
            mandatory: phase.ends_with('!'),
            people: people.map(Who::by_letter).collect::<Option<_>>()?,
            turn,
            due: head.next().map(|word| Due::read(word).ok_or(())).transpose().ok()?,
            title: parts.next()?.into(),
            reason: parts.next().unwrap_or_default().into(),
            comments: Vec::new(),
        })
    }
}

/// A comment on a task: ` N +3h | text`.
#[derive(Clone, Debug)]
pub(super) struct Comment {
    pub who: Who,
    pub after: i64,
    pub text: String,
}

impl Line for Comment {
    fn read(line: &str) -> Option<Self> {
        let (head, text) = line.split_once('|')?;
        let (who, after) = <(Who, i64)>::read(head.trim())?;
        Some(Self { who, after, text: text.trim().into() })
    }
}

/// `server | name | identifier | owner | critical | confirmed`.
impl Line for AssetFields {
    fn read(line: &str) -> Option<Self> {
        let mut parts = parts(line);
        Some(Self {
            kind: parts.next()?.parse().ok()?,
            name: parts.next()?.into(),
            identifier: parts.next()?.into(),
            owner: parts.next()?.into(),
            criticality: parts.next()?.parse().ok()?,
            compromise: parts.next()?.parse().ok()?,
            ..Self::default()
        })
    }
}

/// `CVE-2023-0000 | title | 9.8 | what has it | fixed`.
impl Line for VulnerabilityFields {
    fn read(line: &str) -> Option<Self> {
        let mut parts = parts(line);
        Some(Self {
            cve: parts.next()?.into(),
            title: parts.next()?.into(),
            cvss_score: parts.next()?.into(),
            affected: parts.next()?.into(),
            status: parts.next()?.parse().ok()?,
            ..Self::default()
        })
    }
}

/// `portal | name | organisation | what was said`.
impl Line for ContactFields {
    fn read(line: &str) -> Option<Self> {
        let mut parts = parts(line);
        Some(Self {
            channel: parts.next()?.parse().ok()?,
            name: parts.next()?.into(),
            organisation: parts.next()?.into(),
            said: parts.next()?.into(),
            ..Self::default()
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[derive(Debug, Deserialize)]
    struct Tasks {
        #[serde(deserialize_with = "tasks")]
        tasks: Vec<TaskLine>,
    }

    #[test]
    fn lines_are_read_and_strangers_refused() {
        assert_eq!(i64::read("-1d2h30m"), Some(-95_400));
        assert_eq!((i64::read("0"), i64::read("3"), i64::read("+x"), i64::read("")), (Some(0), None, None, None));
        assert_eq!(Vec::read("triage+6m closed+1d").unwrap()[1], (Status::Closed, 86_400));
        let event = EventLine::read("A! -2d..-1d hour | T1078 | VPN log | Signed in").unwrap();
        assert!(event.in_report && event.end == Some(-86_400) && event.techniques.len() == 1);
        let read = toml::from_str::<Tasks>;
        let tasks =
            read("tasks = ['review! LN blocked+1h due:-1d | Ask | the vendor', '> N +2h | Asked.']").unwrap().tasks;
        assert_eq!((tasks[0].people.len(), tasks[0].comments.len()), (2, 1));
        let refused = read("tasks = ['review L finished+1h | Ask']").unwrap_err().to_string();
        assert!(
            refused.contains("line 1") && refused.contains("cannot read “review L finished+1h | Ask”"),
            "{refused}"
        );
    }
}
