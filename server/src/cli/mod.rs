//! The command line. Each command says what it did on standard output; why it could not goes to
//! standard error. Exit codes: 0 good, 1 a check failed, 2 wrong use, 3 could not run.

#[macro_use]
mod say;

mod admin;
mod backup;
mod failure;
mod import;
mod ledger;
mod open;
mod report;
mod serve;
mod verify;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use failure::{Failure, Outcome};

use crate::config::{DataSettings, ServeSettings};

/// Incident case management for security operations.
#[derive(Parser)]
#[command(name = "holdfast", version, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Start Holdfast.
    Serve(ServeSettings),
    /// Bring the database to the shape this version expects. Starting does the same.
    Migrate(DataSettings),
    /// Make a backup, while the server runs or not.
    Backup(backup::MakeArgs),
    /// Check a backup without restoring it.
    VerifyBackup(backup::CheckArgs),
    /// Bring a backup back, to where nothing is, and check it there.
    Restore(backup::Restore),
    /// Administer without the browser.
    #[command(subcommand)]
    Admin(admin::AdminCommand),
    /// API tokens.
    #[command(subcommand)]
    Token(admin::TokenCommand),
    /// The ledger on this machine.
    #[command(subcommand)]
    Ledger(ledger::LedgerCommand),
    /// Check an exported ledger or evidence log, without a database or a network.
    Verify(verify::Settings),
    /// Make incidents of files of other tools.
    #[command(subcommand)]
    Import(import::ImportCommand),
    /// Reports.
    #[command(subcommand)]
    Report(report::ReportCommand),
}

/// Reads the command line and runs it.
#[must_use]
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let outcome = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime.block_on(run(cli.command)),
        Err(error) => Err(Failure::CouldNotRun(error.to_string())),
    };
    let (code, message) = match outcome {
        Ok(()) => return ExitCode::SUCCESS,
        Err(Failure::Check(message)) => (1, message),
        Err(Failure::Usage(message)) => (2, message),
        Err(Failure::CouldNotRun(message)) => (3, message),
    };
    if !message.is_empty() {
        say::complain(format_args!("holdfast: {message}"));
    }
    ExitCode::from(code)
}

async fn run(command: Command) -> Outcome {
    match command {
        Command::Serve(settings) => serve::run(settings).await,
        Command::Migrate(settings) => open::migrate(&settings).await,
        Command::Backup(make) => backup::make(&make).await,
        Command::VerifyBackup(check) => backup::check(&check).await,
        Command::Restore(restore) => backup::restore(&restore).await,
        Command::Admin(command) => admin::run(command).await,
        Command::Token(command) => admin::run_token(command).await,
        Command::Ledger(command) => ledger::run(command).await,
        Command::Verify(settings) => verify::run(&settings),
        Command::Import(command) => import::run(command).await,
        Command::Report(command) => report::run(command).await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }
}
