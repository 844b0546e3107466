//! Metrics of the response: what the reader may see, by the rules of `domain/metric`. Incidents that
//! are restricted to a team count for its members only, so two readers can see different numbers; the
//! page says so.

mod asked;
pub mod charts;
pub mod words;

use std::sync::Arc;

use holdfast_domain::{
    Actor, Deed, IncidentId, Object, Refusal, Timestamp,
    incident::Severity,
    metric::{
        Attainment, Backlog, Bucket, CaseRow, Closure, Exclusion, MetricKind, Observation, Ratio, ReopenRate, Step,
        Summary, TargetClock, Targets, TrendPoint, attainment, backlog, cohort, exclusion, months_back, observe,
        period::Period, reopen_rate, summarise, survival, trend,
    },
    refusal::FieldErrors,
    rsit::{Category, RsitClass},
};
use holdfast_store::{ledger::Touch, metric as rows};
use serde::Serialize;

use self::asked::Asked;
pub(crate) use self::asked::Kept;
use crate::{Ctx, Result, org, session::permit};

/// What is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct MetricsQuery {
    /// The period's word; empty is the usual one.
    pub period: String,
    /// Only this severity.
    pub severity: Option<Severity>,
    /// Only this class of category.
    pub class: Option<RsitClass>,
}

/// A metric in the period and in the one before.
#[derive(Clone, Debug, Serialize)]
pub struct Line {
    /// Which.
    pub kind: MetricKind,
    /// In the period.
    pub current: Summary,
    /// In the one before.
    pub previous: Summary,
}

/// Metrics of one group of incidents.
#[derive(Clone, Debug, Serialize)]
pub struct Group {
    /// Its words, such as `SEV1 critical`.
    pub words: String,
    /// How many were detected, exclusions taken off.
    pub n: u32,
    /// Time to contain.
    pub contain: Summary,
    /// Time to resolve.
    pub resolve: Summary,
}

/// Incidents detected in a month, exclusions taken off.
#[derive(Clone, Debug, Serialize)]
pub struct Month {
    /// The month.
    pub bucket: Bucket,
    /// By severity, in the order of [`Severity::ALL`].
    pub by_severity: Vec<u32>,
}

/// Counts of one severity.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct SeverityCounts {
    /// Which.
    pub severity: Severity,
    /// Detected in the period, exclusions taken off.
    pub detected: u32,
    /// Of those, ended by now.
    pub closed: u32,
    /// Of those, still open.
    pub open: u32,
    /// Detected in the period before.
    pub previous: u32,
}

/// Counts of one category.
#[derive(Clone, Debug, Serialize)]
pub struct CategoryCounts {
    /// Which.
    pub category: Category,
    /// Detected in the period, exclusions taken off.
    pub detected: u32,
    /// Detected in the period before.
    pub previous: u32,
}

/// Plain counts of a period.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Counts {
    /// Detected in it, exclusions taken off.
    pub detected: u32,
    /// Detected in it, but left out.
    pub excluded: u32,
    /// Opened here in it.
    pub opened: i64,
    /// Closed in it.
    pub closed: u32,
    /// Of those detected in it and decided, those that were none.
    pub false_positive: Ratio,
}

/// How often the targets of one clock were met.
#[derive(Clone, Debug, Serialize)]
pub struct Clock {
    /// Which.
    pub clock: TargetClock,
    /// By severity.
    pub rows: Vec<Attainment>,
}

/// Everything on the page.
#[derive(Clone, Debug, Serialize)]
pub struct Dashboard {
    /// The time of the report: what is open is measured up to it.
    pub as_of: Timestamp,
    /// The zone in which months begin.
    pub zone: String,
    /// The period.
    pub period: Period,
    /// Counts in the period and in the one before.
    pub counts: [Counts; 2],
    /// Each metric.
    pub lines: Vec<Line>,
    /// By severity.
    pub by_severity: Vec<Group>,
    /// By class of category; classes without any are absent.
    pub by_class: Vec<Group>,
    /// Counts by severity.
    pub severities: Vec<SeverityCounts>,
    /// Counts by category, the most first; categories without any are absent.
    pub categories: Vec<CategoryCounts>,
    /// What is open now, whenever it was detected.
    pub backlog: Backlog,
    /// Targets.
    pub clocks: Vec<Clock>,
    /// The targets themselves.
    pub targets: Targets,
    /// Closings that did not hold.
    pub reopened: ReopenRate,
    /// The last twelve months.
    pub months: Vec<Month>,
    /// Time to contain in each of them.
    pub contain_trend: Vec<TrendPoint>,
    /// How many were left out in the period, by reason.
    pub excluded: Vec<(Exclusion, u32)>,
    /// Incidents without a time of detection: they belong to no period.
    pub undated: i64,
}

/// Months of the trend.
const TREND_MONTHS: u32 = 12;

struct Frame {
    now: Timestamp,
    zone: String,
    period: Period,
}

async fn frame(ctx: &Ctx, actor: &Actor, query: &MetricsQuery) -> Result<Frame> {
    permit(ctx, actor, Deed::ViewMetrics, Object::None).await?;
    let zone = org::view(ctx, actor).await?.time_zone;
    let now = ctx.now();
    let word = if query.period.is_empty() { holdfast_domain::metric::period::USUAL } else { query.period.as_str() };
    let Some(period) = Period::read(word, &zone, now) else {
        let mut errors = FieldErrors::default();
        errors.add("period", "Choose a period that is offered, or a month such as 2026-10.");
        errors.finish()?;
        return Err(Refusal::Rule("There is no such period.".into()).into());
    };
    Ok(Frame { now, zone, period })
}

impl MetricsQuery {
    /// Whether an incident of this severity and category is asked for.
    fn fits(&self, severity: Severity, category: &Category) -> bool {
        self.severity.is_none_or(|asked| asked == severity) && self.class.is_none_or(|asked| asked == category.class())
    }

    /// How many of these are asked for.
    fn count(&self, shares: Vec<rows::Share>) -> i64 {
        shares.iter().filter(|share| self.fits(share.severity, &share.category)).map(|share| share.count).sum()
    }
}

fn chosen(cases: Vec<CaseRow>, query: &MetricsQuery) -> Vec<CaseRow> {
    cases.into_iter().filter(|case| query.fits(case.severity, &case.category)).collect()
}

async fn closures(ctx: &Ctx, actor: &Actor, query: &MetricsQuery, bucket: &Bucket) -> Result<Vec<Closure>> {
    let found = rows::closures(ctx.db(), actor, bucket.from, bucket.to).await?;
    let chosen = found.into_iter().filter(|row| query.fits(row.severity, &row.category));
    Ok(chosen.map(|row| Closure { closed_at: row.closed_at, reopened_at: row.reopened_at }).collect())
}

fn summary<'a>(kind: MetricKind, cases: impl Iterator<Item = &'a CaseRow>, now: Timestamp) -> Summary {
    summarise(&cases.map(|case| observe(kind, case, now)).collect::<Vec<_>>())
}

fn counted(cases: &[&CaseRow]) -> u32 {
    u32::try_from(cases.iter().filter(|case| exclusion(case).is_none()).count()).unwrap_or(u32::MAX)
}

/// The whole page, as of a minute ago at most: made anew when an incident or the settings changed.
///
/// # Errors
/// A refusal when the role does not allow it or there is no such period.
pub async fn dashboard(ctx: &Ctx, actor: &Actor, query: &MetricsQuery) -> Result<Arc<Dashboard>> {
    let frame = frame(ctx, actor, query).await?;
    let asked = Asked::of(ctx, actor, query, &frame).await?;
    let key = (actor.org_id, frame.now);
    ctx.metrics().dashboards.get(ctx, key, asked, &Touch::Metrics, whole(ctx, actor, query, frame)).await
}

/// The whole page as of now, for what is issued.
pub(crate) async fn dashboard_now(ctx: &Ctx, actor: &Actor, query: &MetricsQuery) -> Result<Dashboard> {
    let frame = frame(ctx, actor, query).await?;
    whole(ctx, actor, query, frame).await
}

async fn whole(ctx: &Ctx, actor: &Actor, query: &MetricsQuery, frame: Frame) -> Result<Dashboard> {
    let Frame { now, zone, period } = frame;
    let months = months_back(&zone, now.max(period.current.from), TREND_MONTHS);
    let first = months.first().map_or(period.previous.from, |month| month.from).min(period.previous.from);
    let last = months.last().map_or(period.current.to, |month| month.to).max(period.current.to);
    let cases = chosen(rows::cohort(ctx.db(), actor, first, last).await?, query);
    let open = chosen(rows::open(ctx.db(), actor).await?, query);
    let targets = crate::org::view(ctx, actor).await?.targets;
    let current: Vec<CaseRow> = cohort(&cases, &period.current).cloned().collect();
    let clocks = TargetClock::ALL
        .iter()
        .map(|clock| Clock { clock: *clock, rows: attainment(&current, *clock, &targets, now) })
        .collect();
    let (from, to) = (period.current.from, period.current.to);
    let closed = closures(ctx, actor, query, &period.current).await?;
    let lines = MetricKind::ALL.iter().map(|kind| line(*kind, &cases, &period, now)).collect();
    let counts = [
        counts(ctx, actor, query, &cases, &period.current).await?,
        counts(ctx, actor, query, &cases, &period.previous).await?,
    ];
    Ok(Dashboard {
        as_of: now,
        counts,
        lines,
        severities: severities(&cases, &period),
        categories: categories(&cases, &period),
        by_severity: by_severity(&current, now),
        by_class: by_class(&current, now),
        backlog: backlog(&open, now),
        clocks,
        targets,
        reopened: reopen_rate(&closed, from, to, now),
        contain_trend: trend(MetricKind::Mttc, &cases, &months, now),
        months: months.into_iter().map(|bucket| month(&cases, bucket)).collect(),
        excluded: excluded(&current),
        undated: query.count(rows::undated(ctx.db(), actor).await?),
        zone,
        period,
    })
}

fn line(kind: MetricKind, cases: &[CaseRow], period: &Period, now: Timestamp) -> Line {
    let current = summary(kind, cohort(cases, &period.current), now);
    let previous = summary(kind, cohort(cases, &period.previous), now);
    Line { kind, current, previous }
}

async fn counts(ctx: &Ctx, actor: &Actor, query: &MetricsQuery, cases: &[CaseRow], bucket: &Bucket) -> Result<Counts> {
    let inside: Vec<&CaseRow> = cohort(cases, bucket).collect();
    let detected = counted(&inside);
    let decided = |case: &&&CaseRow| {
        case.disposition != holdfast_domain::incident::Disposition::Unknown && !case.is_exercise && !case.merged
    };
    let decided: Vec<&&CaseRow> = inside.iter().filter(decided).collect();
    let none = decided.iter().filter(|case| exclusion(case) == Some(Exclusion::FalsePositive)).count();
    let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    Ok(Counts {
        detected,
        excluded: number(inside.len()) - detected,
        opened: query.count(rows::opened(ctx.db(), actor, bucket.from, bucket.to).await?),
        closed: number(closures(ctx, actor, query, bucket).await?.len()),
        false_positive: Ratio { k: number(none), n: number(decided.len()) },
    })
}

fn severities(cases: &[CaseRow], period: &Period) -> Vec<SeverityCounts> {
    let inside = |bucket| cohort(cases, bucket).filter(|case| exclusion(case).is_none()).collect::<Vec<_>>();
    let (now, before) = (inside(&period.current), inside(&period.previous));
    let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    let of = |severity: &Severity| {
        let mine: Vec<_> = now.iter().filter(|case| case.severity == *severity).collect();
        let closed = mine.iter().filter(|case| case.status.is_ended()).count();
        SeverityCounts {
            severity: *severity,
            detected: number(mine.len()),
            closed: number(closed),
            open: number(mine.len() - closed),
            previous: number(before.iter().filter(|case| case.severity == *severity).count()),
        }
    };
    Severity::ALL.iter().map(of).collect()
}

fn categories(cases: &[CaseRow], period: &Period) -> Vec<CategoryCounts> {
    let inside = |bucket| cohort(cases, bucket).filter(|case| exclusion(case).is_none()).collect::<Vec<_>>();
    let (now, before) = (inside(&period.current), inside(&period.previous));
    let mut counts: Vec<CategoryCounts> = Vec::new();
    for case in &now {
        match counts.iter_mut().find(|counts| counts.category == case.category) {
            Some(counts) => counts.detected += 1,
            None => counts.push(CategoryCounts { category: case.category.clone(), detected: 1, previous: 0 }),
        }
    }
    for case in &before {
        if let Some(counts) = counts.iter_mut().find(|counts| counts.category == case.category) {
            counts.previous += 1;
        }
    }
    counts.sort_by_key(|counts| std::cmp::Reverse(counts.detected));
    counts
}

fn by_severity(cases: &[CaseRow], now: Timestamp) -> Vec<Group> {
    let of = |severity: &Severity| group(severity.label(), cases, now, |case| case.severity == *severity);
    Severity::ALL.iter().map(of).collect()
}

fn by_class(cases: &[CaseRow], now: Timestamp) -> Vec<Group> {
    let of = |class: &RsitClass| group(class.label(), cases, now, |case| case.category.class() == *class);
    let mut groups: Vec<Group> = RsitClass::ALL.iter().map(of).filter(|group| group.n > 0).collect();
    groups.sort_by_key(|group| std::cmp::Reverse(group.n));
    groups
}

fn group(words: &str, cases: &[CaseRow], now: Timestamp, is_in: impl Fn(&CaseRow) -> bool) -> Group {
    let inside: Vec<&CaseRow> = cases.iter().filter(|case| is_in(case)).collect();
    Group {
        words: words.to_owned(),
        n: counted(&inside),
        contain: summary(MetricKind::Mttc, inside.iter().copied(), now),
        resolve: summary(MetricKind::MttrResolve, inside.iter().copied(), now),
    }
}

fn month(cases: &[CaseRow], bucket: Bucket) -> Month {
    let inside: Vec<&CaseRow> = cohort(cases, &bucket).filter(|case| exclusion(case).is_none()).collect();
    let count = |severity: &Severity| {
        u32::try_from(inside.iter().filter(|case| case.severity == *severity).count()).unwrap_or(u32::MAX)
    };
    Month { by_severity: Severity::ALL.iter().map(count).collect(), bucket }
}

fn excluded(cases: &[CaseRow]) -> Vec<(Exclusion, u32)> {
    let count = |why: &Exclusion| {
        let count = cases.iter().filter(|case| exclusion(case) == Some(*why)).count();
        (*why, u32::try_from(count).unwrap_or(u32::MAX))
    };
    Exclusion::ALL.iter().map(count).filter(|(_, count)| *count > 0).collect()
}

/// An incident behind a number.
#[derive(Clone, Debug, Serialize)]
pub struct Behind {
    /// The incident.
    pub id: IncidentId,
    /// What people call it.
    pub reference: String,
    /// Its title.
    pub title: String,
    /// How bad it is.
    pub severity: Severity,
    /// When it was detected.
    pub detected_at: Option<Timestamp>,
    /// What it contributes.
    pub observation: Observation,
}

/// One metric with everything behind it.
#[derive(Clone, Debug, Serialize)]
pub struct Detail {
    /// The time of the report.
    pub as_of: Timestamp,
    /// The zone in which months begin.
    pub zone: String,
    /// The period.
    pub period: Period,
    /// In the period and in the one before.
    pub line: Line,
    /// The falls of the curve of what is not over yet.
    pub curve: Vec<Step>,
    /// Each month of the last twelve.
    pub trend: Vec<TrendPoint>,
    /// How long those have lasted that are not over, in microseconds, ascending.
    pub open: Vec<i64>,
    /// The incidents, those that took longest first, at most [`BEHIND_MAX`]; `None` for those who see no
    /// incidents.
    pub behind: Option<Vec<Behind>>,
    /// How many incidents were detected in the period, whether or not they are listed.
    pub total: usize,
}

/// Most incidents that are listed behind a number: a shorter period shows the others.
pub const BEHIND_MAX: usize = 500;

/// One metric with everything behind it, as of a minute ago at most.
///
/// # Errors
/// A refusal when the role does not allow it or there is no such period.
pub async fn detail(ctx: &Ctx, actor: &Actor, kind: MetricKind, query: &MetricsQuery) -> Result<Arc<Detail>> {
    let frame = frame(ctx, actor, query).await?;
    let mut asked = Asked::of(ctx, actor, query, &frame).await?;
    asked.one = Some((kind, actor.sees_incidents()));
    let key = (actor.org_id, frame.now);
    ctx.metrics().details.get(ctx, key, asked, &Touch::Metrics, one(ctx, actor, kind, query, frame)).await
}

async fn one(ctx: &Ctx, actor: &Actor, kind: MetricKind, query: &MetricsQuery, frame: Frame) -> Result<Detail> {
    let Frame { now, zone, period } = frame;
    let months = months_back(&zone, now, TREND_MONTHS);
    let first = months.first().map_or(period.previous.from, |month| month.from).min(period.previous.from);
    let last = months.last().map_or(period.current.to, |month| month.to).max(period.current.to);
    let cases = chosen(rows::cohort(ctx.db(), actor, first, last).await?, query);
    let inside: Vec<&CaseRow> = cohort(&cases, &period.current).collect();
    let observed: Vec<Observation> = inside.iter().map(|case| observe(kind, case, now)).collect();
    let behind = if actor.sees_incidents() {
        let mut titles = rows::titles(ctx.db(), actor, period.current.from, period.current.to).await?;
        let row = |(case, observation): (&&CaseRow, &Observation)| Behind {
            id: case.id,
            reference: case.reference.clone(),
            title: titles.remove(&case.id).unwrap_or_default(),
            severity: case.severity,
            detected_at: case.time(holdfast_domain::lifecycle::Milestone::Detect),
            observation: *observation,
        };
        let mut rows: Vec<Behind> = inside.iter().zip(&observed).map(row).collect();
        rows.sort_by_key(|row| match row.observation {
            Observation::Done(took) | Observation::Open(took) => (0, -took),
            Observation::Excluded(why) => (1, why as i64),
        });
        rows.truncate(BEHIND_MAX);
        Some(rows)
    } else {
        None
    };
    let mut open: Vec<i64> = observed
        .iter()
        .filter_map(|one| match one {
            Observation::Open(so_far) => Some(*so_far),
            _ => None,
        })
        .collect();
    open.sort_unstable();
    let total = inside.len();
    let line = line(kind, &cases, &period, now);
    let curve = survival(&observed);
    let trend = trend(kind, &cases, &months, now);
    Ok(Detail { as_of: now, line, curve, trend, open, behind, total, zone, period })
}
