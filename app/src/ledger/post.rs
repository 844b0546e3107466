//! What the ledger's page posts.

use holdfast_actions::{Ctx, Result, ledger};
use holdfast_domain::{Actor, time::in_zone};

use crate::form::{Done, Form};

/// Verifies the whole ledger and says what was found, and when.
pub async fn verify(_form: &Form, ctx: &Ctx, actor: &Actor) -> Result<Done> {
    let found = ledger::verify_now(ctx, actor).await?;
    let at = in_zone(found.at, &actor.time_zone);
    Ok(if found.ok {
        Done::said("/ledger", format!("Verified {at}: {} entries, all checks passed.", found.size))
    } else {
        let faults = found.faults.join(" ");
        Done::alarm("/ledger", format!("Verified {at}: {} entries. The ledger does NOT hold. {faults}", found.size))
    })
}
