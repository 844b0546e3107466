//! The cache of metrics and its key: everything by which the metrics of two readers can differ.

use holdfast_domain::{Actor, IncidentId, OrgId, Timestamp, metric::MetricKind};
use holdfast_store::metric as rows;

use super::{Dashboard, Detail, Frame, MetricsQuery, cases::CaseCache};
use crate::{Ctx, Result, cache};

/// Dashboards and details kept at most.
const KEPT_MAX: usize = 64;

/// By what two readers' metrics can differ: the organisation, the restricted incidents that they may
/// see, what they asked for, and the beginning of its period, which moves on with the month.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) struct CacheKey {
    org: OrgId,
    /// In order.
    pub(super) restricted: Vec<IncidentId>,
    pub(super) query: MetricsQuery,
    zone: String,
    from: Timestamp,
    /// For one metric: which, and whether the incidents behind it are listed.
    pub(super) one: Option<(MetricKind, bool)>,
}

/// What was made and still holds, and what it is made of.
pub(crate) struct MetricCache {
    pub(super) dashboards: cache::Cache<CacheKey, Dashboard>,
    pub(super) details: cache::Cache<CacheKey, Detail>,
    pub(super) places: CaseCache,
}

impl Default for MetricCache {
    fn default() -> Self {
        Self {
            dashboards: cache::Cache::new(KEPT_MAX),
            details: cache::Cache::new(KEPT_MAX),
            places: CaseCache::default(),
        }
    }
}

impl CacheKey {
    pub(super) async fn of(ctx: &Ctx, actor: &Actor, query: &MetricsQuery, frame: &Frame) -> Result<Self> {
        Ok(Self {
            org: actor.org_id,
            restricted: rows::restricted(ctx.db(), actor).await?,
            query: query.clone(),
            zone: frame.zone.clone(),
            from: frame.period.current.from,
            one: None,
        })
    }

    /// Whether the reader sees the incident and asked for its kind.
    pub(super) fn fits(&self, case: &holdfast_domain::metric::CaseRow) -> bool {
        let MetricsQuery { severity, class, .. } = &self.query;
        (!case.restricted || self.restricted.binary_search(&case.id).is_ok())
            && severity.is_none_or(|asked| asked == case.severity)
            && class.is_none_or(|asked| asked == case.category.class())
    }
}
