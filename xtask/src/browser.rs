//! The browser tests: Playwright, every story on SQLite, and on PostgreSQL those that a database can
//! affect, which carry the tag `@db`.

use crate::counts::Counts;
use crate::postgres::Postgres;
use crate::{child, native, tools};
use anyhow::Result;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A database that stories run on, and which of them.
struct Stories {
    database: &'static str,
    only: Option<&'static str>,
}

/// Checks the types of the stories and of what they use; gives their folder.
pub fn set_up() -> Result<PathBuf> {
    let folder = tools::end2end()?;
    child::run(child::command("npx").args(["--no-install", "tsc", "--noEmit"]).current_dir(&folder))?;
    Ok(folder)
}

/// Databases in their order, by the names of their steps.
pub fn databases() -> [&'static str; 2] {
    ["sqlite", "postgres"]
}

/// Runs the stories of one database; all of them on each when `long`.
pub fn run(folder: &Path, server: &Path, database: &'static str, long: bool) -> Result<Counts> {
    let only = (database == "postgres" && !long).then_some("@db");
    let postgres = match database {
        "postgres" => Some(native::postgres("HOLDFAST_TEST_POSTGRES", Postgres::in_memory)?),
        _ => None,
    };
    let mut command = playwright(folder, server, &Stories { database, only });
    if let Some(postgres) = &postgres {
        command.env("HOLDFAST_TEST_POSTGRES", postgres.url());
    }
    child::counted(&mut command, Counts::see_playwright)?.some()
}

fn playwright(folder: &Path, server: &Path, stories: &Stories) -> Command {
    let mut command = child::command("npx");
    command.args(["--no-install", "playwright", "test"]);
    if let Some(tag) = stories.only {
        command.args(["--grep", tag]);
    }
    command
        .current_dir(folder)
        .env("HOLDFAST_BIN", server)
        .env("HOLDFAST_E2E_DATABASE", stories.database)
        .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
    command
}
