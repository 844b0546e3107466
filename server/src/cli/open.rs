//! Opens what commands work on: the data folder, the master key, the database, the blobs.

use std::sync::Arc;

use holdfast_actions::{
    Ctx, Hashing, Parts, Strength, Vault,
    storage::{self, Db},
};
use holdfast_domain::{
    Actor, OrgId, PersonId,
    access::Door,
    person::{Role, Roles},
};
use holdfast_report::Renderer;

use super::failure::{Failure, Outcome};
use crate::{
    clock::{OsEntropy, SystemClock},
    config::{DataSettings, MasterKey},
    log,
};

/// Name and version, as the ledger records it.
const SOFTWARE: &str = concat!("holdfast-", env!("CARGO_PKG_VERSION"));

/// Opens everything, for a database that has its shape already. Makes nothing where there is none.
pub(super) async fn open(settings: &DataSettings) -> Result<Ctx, Failure> {
    log::begin(settings.log_format, &settings.log).map_err(Failure::Usage)?;
    is_there(settings)?;
    let (db, key) = database(settings).await?;
    if !db.is_migrated().await {
        return Err(Failure::CouldNotRun(
            "the database is not of this version's shape; name another with --data, or run: holdfast migrate".into(),
        ));
    }
    if key.is_new {
        return Err(Failure::CouldNotRun(format!(
            "nobody has started Holdfast with this database and {}; name another folder with --data, or begin with: \
             holdfast serve",
            settings.data.display()
        )));
    }
    context(settings, db, &key)
}

/// Opens everything and brings the database to its shape; makes what is not there yet.
pub(super) async fn open_and_migrate(settings: &DataSettings) -> Result<Ctx, Failure> {
    settings.make_folder().map_err(Failure::CouldNotRun)?;
    let ctx = open_unchecked(settings).await?;
    ctx.db().migrate().await?;
    Ok(ctx)
}

/// Opens everything in a folder that is there, whatever the database's shape.
pub(super) async fn open_unchecked(settings: &DataSettings) -> Result<Ctx, Failure> {
    let (db, key) = database(settings).await?;
    if key.is_new {
        settings.keep(&key).map_err(Failure::CouldNotRun)?;
    }
    context(settings, db, &key)
}

/// Says so where there is no embedded database, before anything would make an empty one.
fn is_there(settings: &DataSettings) -> Outcome {
    let Some(path) = Db::file(&settings.database_url())?.filter(|path| !path.exists()) else { return Ok(()) };
    let place = match &settings.database {
        None => format!("in {}; name its folder with --data", settings.data.display()),
        Some(_) => format!("at {}; name its address with --database", path.display()),
    };
    Err(Failure::Usage(format!("there is no Holdfast database {place}, or begin with: holdfast serve")))
}

/// The database and the master key, which fits where something was sealed already.
async fn database(settings: &DataSettings) -> Result<(Db, MasterKey), Failure> {
    let key = settings.master_key(&OsEntropy).map_err(Failure::CouldNotRun)?;
    let db = Db::open(&settings.database_url()).await?;
    if key.is_new && storage::is_set_up(&db).await? {
        return Err(Failure::CouldNotRun(format!(
            "the database was set up with another master key, and {} has none; bring the file secret.key back",
            settings.data.display()
        )));
    }
    Ok((db, key))
}

fn context(settings: &DataSettings, db: Db, key: &MasterKey) -> Result<Ctx, Failure> {
    let renderer = Renderer::of_this_program().map_err(|error| Failure::CouldNotRun(error.to_string()))?;
    let blobs = crate::blobs::open(settings).map_err(Failure::CouldNotRun)?;
    Ok(Ctx::new(Parts {
        db,
        blobs,
        clock: Arc::new(SystemClock),
        entropy: Arc::new(OsEntropy),
        vault: Vault::new(key.bytes),
        hashing: Hashing::new(Strength::DEFAULT),
        renderer,
        software: SOFTWARE,
    }))
}

/// `holdfast migrate`
pub(super) async fn migrate(settings: &DataSettings) -> Outcome {
    log::begin(settings.log_format, &settings.log).map_err(Failure::Usage)?;
    let ctx = open_and_migrate(settings).await?;
    ctx.db().grant().await?;
    ctx.db().close().await;
    say!("The database is up to date.")
}

/// The only organisation.
pub(super) async fn org(ctx: &Ctx) -> Result<OrgId, Failure> {
    let nothing =
        || Failure::CouldNotRun("there is no organisation yet; start Holdfast and open its set-up page".into());
    storage::org(ctx.db()).await?.ok_or_else(nothing)
}

/// Whoever runs commands on the server's own machine.
pub(super) async fn console(ctx: &Ctx) -> Result<Actor, Failure> {
    Ok(Actor {
        org_id: org(ctx).await?,
        person_id: PersonId(uuid::Uuid::nil()),
        name: "Console".into(),
        roles: Roles::of(&[Role::Administrator, Role::Auditor, Role::Lead]),
        time_zone: "UTC".into(),
        door: Door::Console,
    })
}
