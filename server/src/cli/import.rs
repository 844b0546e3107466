//! Files of other tools become incidents, from the shell.

use std::{fs, path::PathBuf};

use holdfast_actions::{
    Ctx, import,
    person::{console_actor, first_lead},
};
use holdfast_domain::{
    Actor,
    import::{FILE_BYTES_MAX, ImportKind, Imported},
};

use super::{
    failure::{Failure, Outcome},
    open::{open, org},
    say,
};
use crate::config::DataSettings;

#[derive(clap::Subcommand)]
pub(super) enum ImportCommand {
    /// MITRE Attack Flow: one incident for each file.
    AttackFlow(Files),
    /// The export of a DFIR-IRIS case: one incident for each file.
    Iris(Files),
}

#[derive(clap::Args)]
pub(super) struct Files {
    #[command(flatten)]
    data: DataSettings,
    /// Whose action it is, by e-mail address; the first lead there is, unless given.
    #[arg(long = "as", value_name = "EMAIL")]
    who: Option<String>,
    /// The files.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
}

pub(super) async fn run(command: ImportCommand) -> Outcome {
    let (kind, files) = match command {
        ImportCommand::AttackFlow(files) => (ImportKind::AttackFlow, files),
        ImportCommand::Iris(files) => (ImportKind::Iris, files),
    };
    let ctx = open(&files.data).await?;
    let outcome = all(&ctx, kind, &files).await;
    ctx.db().close().await;
    outcome
}

/// Every file, also after one that was refused: of that one nothing stays.
async fn all(ctx: &Ctx, kind: ImportKind, files: &Files) -> Outcome {
    let actor = actor(ctx, files.who.as_deref()).await?;
    let mut refused = Vec::new();
    for path in &files.files {
        let shown = path.display();
        match one(ctx, &actor, kind, path).await {
            Ok(made) => {
                let counts = format!("{} events, {} findings, {} tasks", made.events, made.findings, made.tasks);
                say!("{shown}: {} {} ({counts})", made.reference, made.title)?;
                for note in &made.notes {
                    say!("  {note}")?;
                }
            }
            Err(Failure::Usage(why) | Failure::Check(why)) => {
                say::complain(format_args!("{shown}: nothing imported: {why}"));
                refused.push(shown.to_string());
            }
            Err(other) => return Err(other),
        }
    }
    match refused.len() {
        0 => Ok(()),
        count => Err(Failure::Check(format!("{count} of {} files were refused", files.files.len()))),
    }
}

async fn one(ctx: &Ctx, actor: &Actor, kind: ImportKind, path: &PathBuf) -> Result<Imported, Failure> {
    let unreadable = |error: std::io::Error| Failure::CouldNotRun(format!("cannot read {}: {error}", path.display()));
    let size = fs::metadata(path).map_err(unreadable)?.len();
    if size > FILE_BYTES_MAX as u64 {
        return Err(Failure::Usage(format!("larger than {} MiB", FILE_BYTES_MAX / 1024 / 1024)));
    }
    let bytes = fs::read(path).map_err(unreadable)?;
    Ok(import::run(ctx, actor, kind, &bytes).await?)
}

/// Rows name a person, so one acts for the shell: the one who is named, else the first who leads.
async fn actor(ctx: &Ctx, who: Option<&str>) -> Result<Actor, Failure> {
    let nobody = || Failure::Usage("nobody here is a lead; say with --as whose deed it is".into());
    let email = match who {
        Some(email) => email.to_owned(),
        None => first_lead(ctx, org(ctx).await?).await?.ok_or_else(nobody)?.email,
    };
    Ok(console_actor(ctx, &email).await?)
}
