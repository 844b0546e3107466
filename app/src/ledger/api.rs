//! The doorway to the ledger.

use crate::{error::AppError, ui::moment::Moment};

/// The state of the log and a page of its entries, newest first.
#[derive(Clone, Debug)]
pub struct LedgerView {
    pub log_name: String,
    pub vkey: String,
    pub size: i64,
    pub root_hash: String,
    pub checkpoint: String,
    pub rows: Vec<EntryRow>,
    pub next: Option<String>,
    pub previous: Option<String>,
    pub zone: String,
}

/// An entry as it is listed; it holds no personal text.
#[derive(Clone, Debug)]
pub struct EntryRow {
    pub seq: i64,
    pub at: Moment,
    pub kind: String,
    pub subject: String,
    pub actor_name: String,
    pub leaf_hash: String,
}

/// Entries on a page.
const ENTRIES_ON_A_PAGE: i64 = 50;

/// The state of the log and the entries before `before`, newest first.
pub async fn ledger_overview(before: Option<i64>) -> Result<LedgerView, AppError> {
    let (ctx, actor) = crate::request::request()?;
    let overview = holdfast_actions::ledger::overview(&ctx, &actor).await?;
    let page = holdfast_actions::ledger::page(&ctx, &actor, before, ENTRIES_ON_A_PAGE).await?;
    Ok(LedgerView::new(overview, page, &actor.time_zone))
}

mod built {
    use holdfast_actions::ledger::{LedgerRow, Overview};
    use holdfast_domain::incident::Page;

    use super::{EntryRow, LedgerView};
    use crate::ui::moment::Moment;

    impl LedgerView {
        pub(super) fn new(overview: Overview, page: Page<LedgerRow>, zone: &str) -> Self {
            let row = |row: LedgerRow| EntryRow {
                seq: row.seq,
                at: Moment::in_zone(row.at, zone),
                kind: row.kind,
                subject: row.subject,
                actor_name: row.actor_name,
                leaf_hash: row.leaf_hash,
            };
            Self {
                log_name: overview.log_name,
                vkey: overview.vkey,
                size: overview.size,
                root_hash: overview.root_hash,
                checkpoint: overview.checkpoint,
                rows: page.rows.into_iter().map(row).collect(),
                next: page.next,
                previous: page.previous,
                zone: zone.into(),
            }
        }
    }
}
