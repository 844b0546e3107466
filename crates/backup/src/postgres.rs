//! PostgreSQL's own programs, which operators know and whose files they can open: `pg_dump` reads a
//! snapshot that we hold open, `pg_restore` fills an empty database. The password goes by the
//! environment, since every user of the machine can read a command line.

use std::{path::Path, process::Stdio};

use percent_encoding::percent_decode_str;
use tokio::process::Command;

use crate::trouble::Trouble;

/// Writes the database, as the snapshot sees it, into a file that is there already.
pub(crate) async fn dump(url: &str, snapshot: &str, to: &Path) -> Result<(), Trouble> {
    let mut command = program("pg_dump", url);
    command.args(["--format=custom", "--no-owner", "--no-privileges", "--snapshot", snapshot, "--file"]).arg(to);
    run(command, "pg_dump").await
}

/// Fills an empty database: wholly, or not at all.
pub(crate) async fn fill(url: &str, from: &Path) -> Result<(), Trouble> {
    let mut command = program("pg_restore", url);
    command.args(["--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction"]).arg(from);
    run(command, "pg_restore").await
}

fn program(name: &str, url: &str) -> Command {
    let (address, password) = without_password(url);
    let mut command = Command::new(name);
    command.arg("--no-password").arg("--dbname").arg(address).stdin(Stdio::null()).kill_on_drop(true);
    if let Some(password) = password {
        command.env("PGPASSWORD", password);
    }
    command
}

async fn run(mut command: Command, name: &str) -> Result<(), Trouble> {
    let ended = command.output().await.map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => Trouble::Failed(format!(
            "{name} is not installed here; it comes with postgresql-client, of the server's major version or later"
        )),
        _ => Trouble::Failed(format!("cannot run {name}: {error}")),
    })?;
    if ended.status.success() {
        return Ok(());
    }
    let words = String::from_utf8_lossy(&ended.stderr);
    Err(Trouble::Failed(format!("{name} ended with {}: {}", ended.status, words.trim())))
}

/// The address without its password, and the password.
fn without_password(url: &str) -> (String, Option<String>) {
    let Some((scheme, rest)) = url.split_once("://") else { return (url.to_owned(), None) };
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, rest) = rest.split_at(end);
    let Some((user, host)) = authority.rsplit_once('@') else { return (url.to_owned(), None) };
    let Some((user, password)) = user.split_once(':') else { return (url.to_owned(), None) };
    let password = percent_decode_str(password).decode_utf8_lossy().into_owned();
    (format!("{scheme}://{user}@{host}{rest}"), Some(password))
}

#[cfg(test)]
mod tests {
    use super::without_password;

    #[test]
    fn a_password_does_not_stay_in_the_address() {
        let split = |url| {
            let (address, password) = without_password(url);
            format!("{address} {}", password.unwrap_or_default())
        };
        assert_eq!(split("postgres://a:s%40c@db:5432/h?sslmode=require"), "postgres://a@db:5432/h?sslmode=require s@c");
        assert_eq!(split("postgres://a@db/h"), "postgres://a@db/h ");
        assert_eq!(split("postgres:///h?host=/run/p&user=x:y@z"), "postgres:///h?host=/run/p&user=x:y@z ");
    }
}
