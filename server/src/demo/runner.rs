//! Does what the schedule says, by the same actions that people use.

use std::collections::HashMap;

use holdfast_actions::{Ctx, Error, Result, event, incident, indicator, item, link, task};
use holdfast_domain::{
    Actor, Timestamp,
    contact::ContactFields,
    incident::{Disposition, Incident, IncidentDraft, IncidentEdit, IncidentFields},
    indicator::{Confidence, IndicatorFields, IndicatorKind},
    lifecycle::{PhaseChange, Stated, Status},
    link::{LinkFields, LinkKind},
    marking::{Pap, Tlp},
    task::{Task, TaskFields, TaskStatus},
    time::TimeSource,
};

use super::{
    cast::{Cast, Who},
    evidence,
    schedule::{DemoStep, LATE_MINUTES, ScheduledStep, stated},
    script::TaskLine,
    story::Story,
};

/// What is there of one story.
pub(super) struct StoryState<'a> {
    pub incident: Incident,
    owner: Option<Who>,
    tasks: HashMap<usize, (Task, &'a TaskLine)>,
    /// Labels of the exhibits, by their numbers.
    labels: HashMap<usize, String>,
}

/// What is there of all stories.
pub(super) struct Runner<'a> {
    pub ctx: &'a Ctx,
    pub cast: &'a Cast,
    stories: &'a [Story],
    told: Vec<Option<StoryState<'a>>>,
}

impl<'a> Runner<'a> {
    /// With nothing told yet.
    pub(super) fn new(ctx: &'a Ctx, cast: &'a Cast, stories: &'a [Story]) -> Self {
        Self { ctx, cast, stories, told: stories.iter().map(|_| None).collect() }
    }

    /// Does one step; the clock shows its time already.
    ///
    /// # Errors
    /// When an action refuses, which a sound story never meets.
    pub(super) async fn tell(&mut self, step: ScheduledStep<'a>) -> Result<()> {
        let story = &self.stories[step.story];
        let words = format!("“{}”", story.fields.title);
        let done = match (step.action, self.told[step.story].take()) {
            (DemoStep::Open(detected), _) => self.open(story, detected).await,
            (action, Some(told)) => self.go_on(story, told, action, step.at).await,
            (_, None) => Err(Error::Failed("it was not opened".into())),
        };
        self.told[step.story] = Some(done.map_err(|error| Error::Failed(format!("the demo's {words}: {error}")))?);
        Ok(())
    }

    async fn open(&self, story: &Story, detected: Timestamp) -> Result<StoryState<'a>> {
        let opener = match story.owner {
            None => Who::Mina,
            Some(owner) => owner,
        };
        let draft = IncidentDraft {
            fields: self.fields(story),
            restricted: story.restricted,
            detected: Some(Stated { source: TimeSource::Alert, ..stated(detected) }),
        };
        let actor = self.cast.actor(opener);
        let mut told = incident::open(self.ctx, actor, &draft, None).await?;
        if story.restricted {
            let team: Vec<_> = story.team.iter().chain(&[opener, Who::Linus]).map(|who| self.cast.id(*who)).collect();
            told = incident::set_access(self.ctx, actor, &told.reference, told.version, true, &team).await?;
        }
        Ok(StoryState { incident: told, owner: story.owner, tasks: HashMap::new(), labels: HashMap::new() })
    }

    /// What is known of it when it is opened.
    fn fields(&self, story: &Story) -> IncidentFields {
        IncidentFields {
            pap: match story.fields.tlp {
                Tlp::Clear => Pap::Clear,
                Tlp::Green => Pap::Green,
                Tlp::Amber | Tlp::AmberStrict => Pap::Amber,
                Tlp::Red => Pap::Red,
            },
            owner_id: story.owner.map(|who| self.cast.id(who)),
            disposition: Disposition::Unknown,
            root_cause: String::new(),
            ..story.fields.clone()
        }
    }

    async fn go_on(
        &self,
        story: &Story,
        mut told: StoryState<'a>,
        action: DemoStep<'a>,
        at: Timestamp,
    ) -> Result<StoryState<'a>> {
        let (ctx, reference) = (self.ctx, told.incident.reference.clone());
        let version = told.incident.version;
        match action {
            DemoStep::Open(_) => {}
            DemoStep::Enter(to, entered) => told.incident = self.enter(story, &told, (to, entered), at).await?,
            DemoStep::HandOver(who) => {
                let fields = IncidentFields { owner_id: Some(self.cast.id(who)), ..told.incident.fields.clone() };
                let edit = IncidentEdit { version, fields, reason: "Handed over at the change of shift.".into() };
                let by = if story.restricted { self.leading(&told) } else { Who::Linus };
                told.incident = incident::edit(ctx, self.cast.actor(by), &reference, &edit).await?;
                told.owner = Some(who);
            }
            DemoStep::Time(milestone, time) => {
                let (actor, why) = (self.hand(story, &told, 0), "From the analysis of the logs.");
                told.incident =
                    incident::enter_time(ctx, actor, &reference, version, milestone, Some(&time), why).await?;
            }
            DemoStep::Event(turn, fields) => {
                event::add(ctx, self.hand(story, &told, turn), &reference, &fields).await?;
            }
            DemoStep::Task(number, line, due) => {
                let fields = self.task(line, due);
                let added = task::add(ctx, self.hand(story, &told, 0), &reference, &fields).await?;
                told.tasks.insert(number, (added, line));
            }
            DemoStep::Turn(number) => self.turn(&mut told, story, number).await?,
            DemoStep::Comment(number, who, text) => {
                if let Some((task, _)) = told.tasks.get(&number) {
                    task::comment(ctx, self.cast.actor(who), &reference, &task.id.to_string(), text).await?;
                }
            }
            DemoStep::Findings => self.findings(story, &told).await?,
            DemoStep::Register(number, exhibit) => {
                told.labels.insert(number, evidence::register(ctx, self.cast, &reference, exhibit).await?);
            }
            DemoStep::Custody(number, line) => {
                if let Some(label) = told.labels.get(&number) {
                    evidence::happen(ctx, self.cast, (&reference, label), line).await?;
                }
            }
        }
        Ok(told)
    }

    /// Who decides about it.
    fn leading(&self, told: &StoryState<'_>) -> Who {
        told.owner.filter(|who| who.is_lead()).unwrap_or(Who::Linus)
    }

    /// Whoever enters things now: the owner and an analyst take turns. Only the team sees a restricted one.
    fn hand(&self, story: &Story, told: &StoryState<'_>, turn: usize) -> &Actor {
        let owner = told.owner.unwrap_or(Who::Mina);
        let other = match owner {
            Who::Mina => Who::Noah,
            owner if story.restricted => owner,
            _ => Who::Mina,
        };
        self.cast.actor(if turn.is_multiple_of(3) { owner } else { other })
    }

    async fn enter(
        &self,
        story: &Story,
        told: &StoryState<'_>,
        (to, entered): (Status, Timestamp),
        at: Timestamp,
    ) -> Result<Incident> {
        let mut now = told.incident.clone();
        let reopens = now.status.is_ended();
        let is_decision = reopens || to.is_ended();
        let by = if is_decision { self.leading(told) } else { told.owner.unwrap_or(Who::Mina) };
        let actor = self.cast.actor(by);
        if to.is_ended() {
            now = self.conclude(actor, story, now).await?;
        }
        let is_late = !to.is_ended() && !reopens && at.since(entered) > LATE_MINUTES * 30 * 1_000_000;
        let reason = match to {
            Status::Rejected => story.fields.root_cause.as_str(),
            _ if reopens => "The review was held too early: the same was seen again.",
            _ if is_late => "Entered from the shift log.",
            _ => "As the runbook has it.",
        };
        let change = PhaseChange { to, entered: is_late.then(|| stated(entered)), reason: reason.into() };
        let target = (to == Status::Merged).then(|| self.reference_of(&story.merged_into)).flatten();
        incident::change_phase(self.ctx, actor, &now.reference, now.version, &change, target.as_deref()).await
    }

    fn reference_of(&self, title: &str) -> Option<String> {
        let told = self.told.iter().flatten().find(|told| told.incident.fields.title == title)?;
        Some(told.incident.reference.clone())
    }

    /// What must be known before it is closed.
    async fn conclude(&self, actor: &Actor, story: &Story, now: Incident) -> Result<Incident> {
        let root_cause = story.fields.root_cause.clone();
        let fields = IncidentFields { disposition: story.fields.disposition, root_cause, ..now.fields.clone() };
        let edit = IncidentEdit { version: now.version, fields, reason: "Review of the incident.".into() };
        incident::edit(self.ctx, actor, &now.reference, &edit).await
    }

    fn task(&self, line: &TaskLine, due_at: Option<Timestamp>) -> TaskFields {
        TaskFields {
            phase: line.phase,
            mandatory: line.mandatory,
            due_at,
            people: line.people.iter().map(|who| self.cast.id(*who)).collect(),
            ..TaskFields::bare(&line.title)
        }
    }

    async fn turn(&self, told: &mut StoryState<'_>, story: &Story, number: usize) -> Result<()> {
        let Some((task, line)) = told.tasks.get(&number) else { return Ok(()) };
        let status = line.turn.map_or(TaskStatus::ToDo, |(status, _)| status);
        let fields = TaskFields { status, status_reason: line.reason.clone(), ..task.fields.clone() };
        let actor = match line.people.first() {
            Some(who) => self.cast.actor(*who),
            None => self.hand(story, told, number),
        };
        let (reference, id) = (&told.incident.reference, task.id.to_string());
        let after = task::edit(self.ctx, actor, reference, &id, task.version, &fields).await?;
        if let Some((task, _)) = told.tasks.get_mut(&number) {
            *task = after;
        }
        Ok(())
    }

    async fn findings(&self, story: &Story, told: &StoryState<'_>) -> Result<()> {
        let (ctx, reference, actor) = (self.ctx, told.incident.reference.as_str(), self.hand(story, told, 1));
        if !story.indicators.is_empty() {
            let bare = IndicatorFields::bare(IndicatorKind::Other, "");
            let base = IndicatorFields { confidence: Confidence::High, ..bare };
            let many = indicator::add_many(ctx, actor, reference, &story.indicators.join("\n"), &base).await?;
            if let Some(line) = many.refused.first() {
                return Err(Error::Failed(format!("no indicator: {line:?}")));
            }
        }
        for fields in &story.assets {
            item::add(ctx, actor, reference, fields).await?;
        }
        for fields in &story.vulnerabilities {
            item::add(ctx, actor, reference, fields).await?;
        }
        for contact in &story.contacts {
            let (informed_at, next_due) = (Some(ctx.now()), Some(ctx.now().plus_seconds(86_400)));
            let fields = ContactFields { informed_at, next_due, ..contact.clone() };
            item::add(ctx, actor, reference, &fields).await?;
        }
        if let Some((title, note)) = &story.related {
            let other =
                self.reference_of(title).ok_or_else(|| Error::Failed(format!("there is no “{title}” before it")))?;
            let fields = LinkFields { kind: LinkKind::Related, note: note.clone() };
            link::add(ctx, actor, reference, &other, &fields).await?;
        }
        Ok(())
    }
}
