//! What the demo organisation wrote for its readers, and the reports it issued.

use holdfast_actions::{
    Ctx, Error, Result, incident, item,
    metric::MetricsQuery,
    narrative,
    report::{self, Confirmation},
};
use holdfast_domain::{
    Actor, Timestamp,
    incident::{IncidentQuery, PAGE_ROWS_MAX},
    narrative::{NarrativeFields, Priority, RecommendationFields, RecommendationKind},
    report::{IssuedKind, Recipients, is_confined},
};
use serde::Deserialize;

use super::{
    cast::{Cast, Who},
    story::parsed,
};

/// `reports.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Reports {
    report: Vec<Written>,
}

/// What is written about one incident.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    /// The incident's title.
    incident: String,
    texts: NarrativeFields,
    #[serde(default)]
    recommendations: Vec<Recommended>,
    /// What is issued of it.
    issued: Vec<IssuedKind>,
}

/// What is recommended.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Recommended {
    kind: RecommendationKind,
    priority: Priority,
    owner: String,
    /// From now on until it is due; less than 0 is how long ago it was done.
    days: i64,
    body: String,
}

/// What is in the file.
///
/// # Errors
/// When it cannot be read.
fn written() -> Result<Vec<Written>> {
    Ok(parsed::<Reports>("reports.toml", include_str!("reports.toml"))?.report)
}

/// Who receives what goes to people by name only.
const EXECUTIVE: &str = "Elena Costa";

/// Writes and issues.
pub(super) async fn issue(ctx: &Ctx, cast: &Cast) -> Result<()> {
    let lead = cast.actor(Who::Linus);
    let all = IncidentQuery { limit: PAGE_ROWS_MAX, ..IncidentQuery::default() };
    let known = incident::list(ctx, lead, &all).await?.rows;
    let recipients = Recipients { executives: true, people: Vec::new() };
    let readers = report::readers(ctx, lead).await?;
    let by_name = readers.into_iter().filter(|(_, name)| name == EXECUTIVE).map(|(id, _)| id).collect();
    let by_name = Recipients { executives: false, people: by_name };
    for written in written()? {
        let Some(found) = known.iter().find(|row| row.title == written.incident) else {
            return Err(Error::Failed(format!("the demo has no incident “{}”", written.incident)));
        };
        write(ctx, lead, &found.reference, &written).await?;
        for kind in written.issued {
            let confined = is_confined(found.restricted, found.tlp);
            let to = if confined { &by_name } else { &recipients };
            let confirmation = Confirmation { reference: Some(&found.reference), checked: None };
            report::issue(ctx, lead, &found.reference, kind, to, confirmation).await?;
        }
    }
    let last_month = MetricsQuery { period: "last-month".into(), ..MetricsQuery::default() };
    report::issue_metrics(ctx, lead, &last_month, &recipients, Confirmation::default()).await?;
    Ok(())
}

async fn write(ctx: &Ctx, lead: &Actor, reference: &str, written: &Written) -> Result<()> {
    narrative::write(ctx, lead, reference, 0, &written.texts).await?;
    for Recommended { kind, priority, owner, days, body } in &written.recommendations {
        let due: Timestamp = ctx.now().plus_seconds(days.abs() * 86_400);
        let is_done = *days < 0;
        let past = ctx.now().plus_seconds(-days.abs() * 86_400);
        let fields = RecommendationFields {
            body: body.clone(),
            kind: *kind,
            owner: owner.clone(),
            due_at: Some(if is_done { past.plus_seconds(5 * 86_400) } else { due }),
            priority: *priority,
            done_at: is_done.then_some(past),
            ..RecommendationFields::default()
        };
        item::add(ctx, lead, reference, &fields).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_file_is_read() {
        assert_eq!(written().unwrap().len(), 3);
    }
}
