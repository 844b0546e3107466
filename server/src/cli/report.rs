//! Reports from the shell.

use std::{fs, path::PathBuf};

use holdfast_actions::report;

use super::{
    Failure, Outcome,
    open::{console, open},
};
use crate::config::DataSettings;

#[derive(clap::Subcommand)]
pub(super) enum Command {
    /// Make a report of an incident.
    Render(Render),
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Kind {
    /// What happened, when, and what was done.
    Summary,
}

#[derive(clap::Args)]
pub(super) struct Render {
    #[command(flatten)]
    data: DataSettings,
    /// Which incident, such as INC-2026-0001.
    #[arg(long, value_name = "REF")]
    incident: String,
    /// Which report.
    #[arg(long, value_enum)]
    kind: Kind,
    /// Where to write the PDF.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

pub(super) async fn run(command: Command) -> Outcome {
    let Command::Render(render) = command;
    let ctx = open(&render.data).await?;
    let outcome = async {
        let actor = console(&ctx).await?;
        let pdf = match render.kind {
            Kind::Summary => report::incident_summary(&ctx, &actor, &render.incident).await?,
        };
        let failed = |error| Failure::CouldNotRun(format!("cannot write {}: {error}", render.out.display()));
        fs::write(&render.out, pdf).map_err(failed)?;
        println!("{}", render.out.display());
        Ok(())
    }
    .await;
    ctx.db().close().await;
    outcome
}
