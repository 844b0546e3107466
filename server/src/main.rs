//! The `holdfast` program. The render worker comes before everything else, since it confines
//! itself and must not inherit a thread, a log or an open file.

use std::process::ExitCode;

fn main() -> ExitCode {
    if std::env::args_os().nth(1).is_some_and(|argument| argument == holdfast_report::WORKER_ARGUMENT) {
        return holdfast_typeset::worker::run();
    }
    holdfast_server::cli::main()
}
