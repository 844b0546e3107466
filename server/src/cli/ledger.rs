//! The ledger on this machine: checked as it is stored, its key and its checkpoint printed.

use holdfast_actions::ledger;

use super::{
    failure::{Failure, Outcome},
    open::{open, org},
    say,
};
use crate::config::DataSettings;

#[derive(clap::Subcommand)]
pub(super) enum Command {
    /// Check every entry, link, text and the root against what was signed.
    Verify(DataSettings),
    /// Print the key to check with.
    Vkey(DataSettings),
    /// Sign and print the checkpoint.
    Checkpoint(DataSettings),
}

pub(super) async fn run(command: Command) -> Outcome {
    let (Command::Verify(settings) | Command::Vkey(settings) | Command::Checkpoint(settings)) = &command;
    let ctx = open(settings).await?;
    let outcome = async {
        let org = org(&ctx).await?;
        match command {
            Command::Verify(_) => {
                let report = ledger::verify(&ctx, org).await?;
                say::put(&report)?;
                if !report.ok() {
                    return Err(Failure::Check("the ledger does not hold".into()));
                }
            }
            Command::Vkey(_) => say::line(ledger::vkey_of(&ctx, org).await?)?,
            Command::Checkpoint(_) => say::put(ledger::sign_checkpoint(&ctx, org).await?)?,
        }
        Ok(())
    }
    .await;
    ctx.db().close().await;
    outcome
}
