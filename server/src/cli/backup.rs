//! Backups from the shell: made while the server runs, checked anywhere, restored to a place where
//! nothing is.

use std::path::PathBuf;

use holdfast_backup::{BackupPlan, Engine, Manifest, Restored, Trouble};

use super::{
    failure::{Failure, Outcome},
    open::{console, open, open_unchecked},
    say,
};
use crate::{config::DataSettings, log};

#[derive(clap::Args)]
pub(super) struct MakeArgs {
    #[command(flatten)]
    data: DataSettings,
    /// The folder to make, which must not be there yet.
    #[arg(long, value_name = "DIR")]
    to: PathBuf,
    /// Leave the master key out; whoever restores then needs it from elsewhere.
    #[arg(long)]
    without_key: bool,
    /// Copy files out of the bucket as well, where evidence lies in one.
    #[arg(long)]
    with_bucket: bool,
    /// Go on without files of evidence and reports that are missing or changed, and name them.
    #[arg(long)]
    despite_damage: bool,
}

#[derive(clap::Args)]
pub(super) struct CheckArgs {
    /// The backup.
    #[arg(value_name = "DIR")]
    from: PathBuf,
}

#[derive(clap::Args)]
pub(super) struct Restore {
    #[command(flatten)]
    data: DataSettings,
    /// The backup.
    #[arg(long, value_name = "DIR")]
    from: PathBuf,
}

impl From<Trouble> for Failure {
    fn from(trouble: Trouble) -> Self {
        match trouble {
            Trouble::Changed(text) => Self::Check(text),
            Trouble::Refused(text) => Self::Usage(text),
            Trouble::Failed(text) => Self::CouldNotRun(text),
        }
    }
}

/// `holdfast backup`
pub(super) async fn make(make: &MakeArgs) -> Outcome {
    let ctx = open(&make.data).await?;
    let plan = BackupPlan {
        of: &make.data.place(),
        to: &make.to,
        without_key: make.without_key,
        with_bucket: make.with_bucket,
        despite_damage: make.despite_damage,
    };
    let made = async { Ok::<_, Failure>(holdfast_backup::write(&ctx, &console(&ctx).await?, &plan).await?) }.await;
    ctx.db().close().await;
    let manifest = made?;
    say!("Backup of Holdfast {} as of {} in {}", manifest.holdfast, manifest.made_at, make.to.display())?;
    describe(&manifest)?;
    if !manifest.has_key {
        say!("  key       not in the backup: whoever restores needs the master key from elsewhere")?;
    } else {
        say!("  key       in the backup, so whoever has the backup can sign: keep it as safe as the server")?;
    }
    Ok(())
}

/// `holdfast verify-backup`
pub(super) async fn check(check: &CheckArgs) -> Outcome {
    let verified = holdfast_backup::verify(&check.from).await?;
    let manifest = &verified.manifest;
    say!("{} holds: Holdfast {} as of {}", check.from.display(), manifest.holdfast, manifest.made_at)?;
    describe(manifest)?;
    say!("  checked   {} files by size and SHA-256; the checkpoint's signature", manifest.files.len())?;
    if verified.read_database {
        say!("  checked   the rows of each table, every file that they name, every link and text of the ledger")?;
    } else {
        say!("  not checked, since PostgreSQL alone reads its dump: rows and ledger; restoring checks them")?;
    }
    if manifest.blobs.elsewhere.is_some() {
        say!("  not checked, since they are not here: the files in the bucket")?;
    }
    Ok(())
}

/// `holdfast restore`
pub(super) async fn restore(restore: &Restore) -> Outcome {
    log::begin(restore.data.log_format, &restore.data.log).map_err(Failure::Usage)?;
    let staged = holdfast_backup::stage(&restore.from, &restore.data.place()).await?;
    let settings = DataSettings { data: staged.folder().to_owned(), ..restore.data.clone() };
    let completed = async {
        let ctx = open_unchecked(&settings).await?;
        let completed = async { Ok::<_, Failure>(staged.complete(&ctx, &console(&ctx).await?).await?) }.await;
        ctx.db().close().await;
        completed
    }
    .await;
    let manifest = staged.manifest.clone();
    let restored = match completed {
        Ok(restored) => restored,
        Err(failure) => {
            if manifest.engine == Engine::Postgres {
                say::complain("holdfast: the database was filled already; drop it before you try again");
            }
            return Err(failure);
        }
    };
    staged.publish()?;
    let made = manifest.made_at;
    say!("Restored Holdfast {} as of {made} to {}", manifest.holdfast, restore.data.data.display())?;
    describe(&manifest)?;
    tell(&manifest, &restored)
}

fn describe(manifest: &Manifest) -> Outcome {
    let (tables, rows, engine) = (manifest.tables.len(), manifest.rows(), manifest.engine.name());
    say!("  database  {engine}, {tables} tables, {rows} rows")?;
    say!("  ledger    {} entries, root {}", manifest.ledger.size, manifest.ledger.root)?;
    let blobs = &manifest.blobs;
    let place =
        blobs.elsewhere.as_ref().map_or(String::new(), |there| format!(", not in the backup but in {}", there.place));
    say!("  files     {} of evidence and reports, {} bytes{place}", blobs.count, blobs.bytes)?;
    for lost in &blobs.lost {
        say!("  lost      {lost}: missing or changed already when the backup was made")?;
    }
    Ok(())
}

fn tell(manifest: &Manifest, restored: &Restored) -> Outcome {
    say!("  checked   {} files by size and SHA-256 before anything was written", manifest.files.len())?;
    say!("  checked   as many rows in each table as then; the whole ledger against the checkpoint signed then")?;
    say!("  checked   the master key opens the ledger's signing key")?;
    say!("  checked   {} files written and hashed again, {} found in the bucket", restored.written, restored.found)?;
    say!("Ended {} sessions: everybody signs in anew.", restored.sessions)?;
    say!("The ledger goes on at entry {}, which says that this was restored.", manifest.ledger.size)?;
    say!("People and tokens are as they were then: what was revoked since has to be revoked again.")?;
    if restored.missing.is_empty() {
        return Ok(());
    }
    let missing = restored.missing.join("\n  ");
    Err(Failure::Check(format!("everything is restored, but these files are not there:\n  {missing}")))
}
