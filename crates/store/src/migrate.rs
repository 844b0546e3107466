//! Brings a database to the shape this program expects. Shared steps are plain SQL for both
//! engines; a step's triggers, full text and grants follow it from the engine's own folder.

use std::borrow::Cow;

use sha2::{Digest as _, Sha256};
use sqlx::{
    SqlSafeStr,
    migrate::{Migration, MigrationType, Migrator},
};

use crate::{Db, Error, Queryable, Result};

/// A shared step, and what only one engine needs after it.
struct Step {
    name: &'static str,
    shared: &'static str,
    sqlite: Option<&'static str>,
    postgres: Option<&'static str>,
}

/// Every step, in order: what the folder `migrations` holds. A step that has run anywhere is never changed
/// again.
const STEPS: &[Step] = include!(concat!(env!("OUT_DIR"), "/steps.rs"));

/// The rights of the role that the server runs as on PostgreSQL when migrations are run by an owner.
/// One statement, so all or none; one server at a time, since PostgreSQL refuses grants in parallel.
const GRANTS: &str = "DO $$ BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('holdfast_app', 0));
    IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'holdfast_app') THEN
        GRANT USAGE ON SCHEMA public TO holdfast_app;
        GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO holdfast_app;
        -- Read by pg_dump, so that the server's own role can make a backup.
        GRANT SELECT ON ALL SEQUENCES IN SCHEMA public TO holdfast_app;
        REVOKE UPDATE, DELETE, TRUNCATE ON ledger_entries, ledger_nodes, ledger_checkpoints, ledger_concerns
            FROM holdfast_app;
        REVOKE UPDATE, DELETE, TRUNCATE ON custody_events FROM holdfast_app;
        REVOKE DELETE, TRUNCATE ON evidence FROM holdfast_app;
        REVOKE UPDATE, DELETE, TRUNCATE ON reports, report_recipients FROM holdfast_app;
        REVOKE UPDATE, TRUNCATE ON ledger_openings FROM holdfast_app;
        REVOKE DELETE, TRUNCATE ON ledger_heads FROM holdfast_app;
        REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON _sqlx_migrations FROM holdfast_app;
    END IF;
END $$";

fn steps(sqlite: bool) -> Vec<Migration> {
    let mut migrations = Vec::new();
    for step in STEPS {
        // The number in its name, so that a step that comes in between moves no other.
        let number: i64 = step.name.get(..4).and_then(|number| number.parse().ok()).unwrap_or_default();
        let own = if sqlite { step.sqlite } else { step.postgres };
        let mut add = |version, sql: &'static str| {
            migrations.push(Migration::new(
                version,
                Cow::Borrowed(step.name),
                MigrationType::Simple,
                sql.into_sql_str(),
                false,
            ));
        };
        add(number * 10, step.shared);
        if let Some(sql) = own {
            add(number * 10 + 1, sql);
        }
    }
    migrations
}

impl Db {
    /// Runs the steps that have not run yet; an interrupted step is taken up again. A database
    /// that is already there is not written to.
    ///
    /// # Errors
    /// When a step fails, or the database was written by a newer program.
    pub async fn migrate(&self) -> Result<()> {
        let migrations = steps(self.is_sqlite());
        let known = migrations.len();
        match self.applied_steps().await {
            Some(applied) if applied == known => return Ok(()),
            Some(applied) if applied > known => {
                return Err(Error::Unexpected(
                    "this database was written by a newer Holdfast; start that one, or restore a backup".into(),
                ));
            }
            _ => {}
        }
        let migrator = Migrator::with_migrations(migrations);
        match self {
            Self::Sqlite { writer, .. } => migrator.run(writer.pool()).await,
            Self::Postgres(pool) => migrator.run(pool).await,
        }
        .map_err(|error| Error::Unexpected(format!("migration failed: {error}")))?;
        self.grant().await
    }

    /// Runs the first steps only, as an older program would have; for tests of an upgrade.
    ///
    /// # Errors
    /// As [`Db::migrate`].
    #[doc(hidden)]
    pub async fn migrate_first(&self, count: usize) -> Result<()> {
        let mut migrations = steps(self.is_sqlite());
        migrations.truncate(count);
        let migrator = Migrator::with_migrations(migrations);
        match self {
            Self::Sqlite { writer, .. } => migrator.run(writer.pool()).await,
            Self::Postgres(pool) => migrator.run(pool).await,
        }
        .map_err(|error| Error::Unexpected(format!("migration failed: {error}")))
    }

    /// A digest of the steps for one engine, and of the rights that follow them; tests keep a migrated
    /// database under it.
    #[doc(hidden)]
    #[must_use]
    pub fn steps_digest(sqlite: bool) -> String {
        let mut digest = Sha256::new_with_prefix(GRANTS);
        for step in steps(sqlite) {
            digest.update(&step.checksum);
        }
        hex::encode(&digest.finalize()[..8])
    }

    /// How many steps this program knows.
    #[must_use]
    pub fn known_steps(&self) -> usize {
        steps(self.is_sqlite()).len()
    }

    /// How many steps have run; `None` before the first.
    pub async fn applied_steps(&self) -> Option<usize> {
        let counted: Result<(i64,)> =
            self.query("SELECT count(*) FROM _sqlx_migrations WHERE success").fetch_one().await;
        counted.ok().and_then(|(count,)| usize::try_from(count).ok())
    }

    /// Gives the application's role, where it exists, all it needs and nothing on the ledger
    /// beyond reading and appending. Safe to repeat, as when the role was made later.
    ///
    /// # Errors
    /// When the connected role may not grant.
    pub async fn grant(&self) -> Result<()> {
        if !self.is_sqlite() {
            self.query(GRANTS).execute().await?;
        }
        Ok(())
    }

    /// Whether every step has run.
    pub async fn is_migrated(&self) -> bool {
        self.applied_steps().await == Some(self.known_steps())
    }
}
