//! The ledger on this machine: checked as it is stored, its key and its checkpoint printed.

use holdfast_actions::ledger;

use super::{
    failure::{Failure, Outcome},
    open::{open, org},
    say,
};
use crate::config::DataSettings;

#[derive(clap::Subcommand)]
pub(super) enum LedgerCommand {
    /// Check every entry, link, text and the root against what was signed.
    Verify(DataSettings),
    /// Print the key to check with.
    Vkey(DataSettings),
    /// Sign and print the checkpoint.
    Checkpoint(DataSettings),
}

pub(super) async fn run(command: LedgerCommand) -> Outcome {
    let (LedgerCommand::Verify(settings) | LedgerCommand::Vkey(settings) | LedgerCommand::Checkpoint(settings)) =
        &command;
    let ctx = open(settings).await?;
    let outcome = async {
        let org = org(&ctx).await?;
        match command {
            LedgerCommand::Verify(_) => {
                let report = ledger::verify(&ctx, org).await?;
                say::put(&report)?;
                if !report.ok() {
                    return Err(Failure::Check("the ledger does not hold".into()));
                }
            }
            LedgerCommand::Vkey(_) => say::line(ledger::vkey_of(&ctx, org).await?)?,
            LedgerCommand::Checkpoint(_) => say::put(ledger::sign_checkpoint(&ctx, org).await?)?,
        }
        Ok(())
    }
    .await;
    ctx.db().close().await;
    outcome
}
