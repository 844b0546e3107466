//! Which incidents entries of the log say something of besides their subject, so that an entry can be kept
//! from readers who may not see one of them.

use holdfast_domain::{IncidentId, OrgId};

use crate::{Queryable, Result, Tx};

/// Notes the incidents of an entry.
pub async fn insert(tx: &mut Tx, org: OrgId, seq: i64, incidents: &[IncidentId]) -> Result<()> {
    for incident in incidents {
        tx.query("INSERT INTO ledger_concerns (org_id, seq, incident_id) VALUES ($1, $2, $3)")
            .binds((org, seq, *incident))
            .run()
            .await?;
    }
    Ok(())
}

/// The incidents of the entries between two places, both included.
pub async fn between<'a>(on: impl Queryable<'a>, org: OrgId, first: i64, last: i64) -> Result<Vec<(i64, IncidentId)>> {
    on.query("SELECT seq, incident_id FROM ledger_concerns WHERE org_id = $1 AND seq >= $2 AND seq <= $3")
        .binds((org, first, last))
        .fetch_all()
        .await
}
