//! Reports from the shell.

use std::{fs, path::PathBuf};

use holdfast_actions::report;
use holdfast_domain::report::IssuedKind;

use super::{
    failure::{Failure, Outcome},
    open::{console, open},
    say,
};
use crate::config::DataSettings;

#[derive(clap::Subcommand)]
pub(super) enum ReportCommand {
    /// Make a report of an incident.
    Render(Render),
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum KindArg {
    /// One page: what happened, when, and what was done.
    Summary,
    /// The executive report, as a draft.
    Executive,
    /// The post-incident review, as a draft.
    PostIncidentReview,
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
    kind: KindArg,
    /// Whose report it is, by mail address, with what they may see. Where it is not said, it names nobody and is made
    /// of everything.
    #[arg(long = "as", value_name = "EMAIL")]
    author: Option<String>,
    /// Where to write the PDF.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

pub(super) async fn run(command: ReportCommand) -> Outcome {
    let ReportCommand::Render(render) = command;
    let ctx = open(&render.data).await?;
    let outcome = async {
        let actor = match &render.author {
            Some(email) => holdfast_actions::person::console_actor(&ctx, email).await?,
            None => console(&ctx).await?,
        };
        let pdf = match render.kind {
            KindArg::Summary => report::incident_summary(&ctx, &actor, &render.incident).await?,
            KindArg::Executive => report::draft(&ctx, &actor, &render.incident, IssuedKind::Executive).await?,
            KindArg::PostIncidentReview => {
                report::draft(&ctx, &actor, &render.incident, IssuedKind::PostIncidentReview).await?
            }
        };
        let failed = |error| Failure::CouldNotRun(format!("cannot write {}: {error}", render.out.display()));
        fs::write(&render.out, pdf).map_err(failed)?;
        say::line(render.out.display())
    }
    .await;
    ctx.db().close().await;
    outcome
}
