//! Metrics of the response: what the reader may see, by the rules of `domain/metric`. Incidents that
//! are restricted to a team count for its members only, so two readers can see different numbers; the
//! page says so.

mod cache_key;
mod cases;
pub mod charts;
mod count;
pub mod words;

use std::sync::Arc;

use holdfast_domain::{
    Actor, IncidentId, Object, Permission, Refusal, Timestamp,
    incident::Severity,
    metric::{
        Attainment, Backlog, Bucket, Exclusion, MetricKind, Observation, Ratio, ReopenRate, Summary, SurvivalStep,
        TargetClock, Targets, TargetsPart, TrendPoint, period::Period,
    },
    refusal::FieldErrors,
    rsit::{Category, RsitClass},
};
use holdfast_store::{ledger::Touch, metric as rows};
use serde::Serialize;

pub(crate) use self::cache_key::MetricCache;
use self::{cache_key::CacheKey, cases::Cases};
use crate::{Ctx, Result, org, permit};

/// What is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, serde::Serialize)]
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
pub struct MetricLine {
    /// Which.
    pub kind: MetricKind,
    /// In the period.
    pub current: Summary,
    /// In the one before.
    pub previous: Summary,
}

/// Metrics of one group of incidents.
#[derive(Clone, Debug, Serialize)]
pub struct MetricGroup {
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
pub struct Totals {
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
pub struct ClockRow {
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
    pub counts: [Totals; 2],
    /// Each metric.
    pub lines: Vec<MetricLine>,
    /// By severity.
    pub by_severity: Vec<MetricGroup>,
    /// By class of category; classes without any are absent.
    pub by_class: Vec<MetricGroup>,
    /// Counts by severity.
    pub severities: Vec<SeverityCounts>,
    /// Counts by category, the most first; categories without any are absent.
    pub categories: Vec<CategoryCounts>,
    /// What is open now, whenever it was detected.
    pub backlog: Backlog,
    /// Targets.
    pub clocks: Vec<ClockRow>,
    /// The targets that hold at the time of the report.
    pub targets: Targets,
    /// By which targets the incidents of the period are measured: those that held when they were detected.
    pub target_parts: Vec<TargetsPart>,
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

struct Frame {
    now: Timestamp,
    zone: String,
    period: Period,
}

async fn frame(ctx: &Ctx, actor: &Actor, query: &MetricsQuery) -> Result<Frame> {
    permit(ctx, actor, Permission::ViewMetrics, Object::None).await?;
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

/// The whole page, as of a minute ago at most: made anew when an incident or the settings changed.
///
/// # Errors
/// A refusal when the role does not allow it or there is no such period.
pub async fn dashboard(ctx: &Ctx, actor: &Actor, query: &MetricsQuery) -> Result<Arc<Dashboard>> {
    let frame = frame(ctx, actor, query).await?;
    let asked = CacheKey::of(ctx, actor, query, &frame).await?;
    let (org, now, key) = (actor.org_id, frame.now, asked.clone());
    let make = async {
        let targets = org::view(ctx, actor).await?.targets;
        let count = move |cases: &Cases| count::dashboard(cases, &asked, frame, &targets);
        ctx.metrics().places.count(ctx, org, count).await
    };
    ctx.metrics().dashboards.get(ctx, (org, now), key, &Touch::Metrics, make).await
}

/// The whole page as of now and from nothing that was kept, for what is issued.
pub(crate) async fn dashboard_now(ctx: &Ctx, actor: &Actor, query: &MetricsQuery) -> Result<Dashboard> {
    let frame = frame(ctx, actor, query).await?;
    let asked = CacheKey::of(ctx, actor, query, &frame).await?;
    let targets = org::view(ctx, actor).await?.targets;
    let count = move |cases: &Cases| count::dashboard(cases, &asked, frame, &targets);
    cases::CaseCache::default().count(ctx, actor.org_id, count).await
}

/// Lets go of the incidents in memory that metrics were counted from, where nobody asked for them lately.
// tidy: no actor, because the clock does it
pub fn drop_unused(ctx: &Ctx) {
    ctx.metrics().places.drop_unused(ctx.now());
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
    pub line: MetricLine,
    /// The falls of the curve of what is not over yet.
    pub curve: Vec<SurvivalStep>,
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
    let mut asked = CacheKey::of(ctx, actor, query, &frame).await?;
    asked.one = Some((kind, actor.sees_incidents()));
    let (org, now, key) = (actor.org_id, frame.now, asked.clone());
    let make = async {
        let count = move |cases: &Cases| count::detail(cases, &asked, kind, frame);
        let (detail, longest) = ctx.metrics().places.count(ctx, org, count).await?;
        let behind = if actor.sees_incidents() { Some(named(ctx, actor, longest).await?) } else { None };
        Ok(Detail { behind, ..detail })
    };
    ctx.metrics().details.get(ctx, (org, now), key, &Touch::Metrics, make).await
}

/// With what they are called. One that the reader was just forbidden to see is left out.
async fn named(ctx: &Ctx, actor: &Actor, longest: Vec<count::Longest>) -> Result<Vec<Behind>> {
    let ids: Vec<IncidentId> = longest.iter().map(|one| one.id).collect();
    let mut names = rows::names(ctx.db(), actor, &ids).await?;
    let row = |one: count::Longest| {
        let (reference, title) = names.remove(&one.id)?;
        let count::Longest { id, severity, detected_at, observation } = one;
        Some(Behind { id, reference, title, severity, detected_at, observation })
    };
    Ok(longest.into_iter().filter_map(row).collect())
}
