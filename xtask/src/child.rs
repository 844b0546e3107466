//! Starting other programs: with an environment free of what `cargo run` put
//! there, and with errors that say what was run. It never runs a shell line
//! made from outside text.

use crate::counts::Counts;
use anyhow::{Context, Result, bail, ensure};
use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Read};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// A command in the root of the work tree, without the variables that `cargo
/// run` sets for xtask alone: another toolchain's compiler or a build script
/// would take them for its own.
pub fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(crate::workspace::root());
    command.env_remove("LD_LIBRARY_PATH");
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("CARGO_PKG_")
            || text.starts_with("CARGO_MANIFEST_")
            || text == "CARGO_BIN_NAME"
            || text == "CARGO_PRIMARY_PACKAGE"
        {
            command.env_remove(&name);
        }
    }
    command
}

/// Cargo of the toolchain that runs xtask.
pub fn cargo() -> Command {
    command("cargo")
}

/// Runs to the end; an error unless it succeeded.
pub fn run(command: &mut Command) -> Result<()> {
    let status = status(command)?;
    if !status.success() {
        bail!("{} ended with {status}", name(command));
    }
    Ok(())
}

/// Runs to the end and returns how it ended.
pub fn status(command: &mut Command) -> Result<ExitStatus> {
    command.status().with_context(|| format!("cannot run {}", name(command)))
}

/// Runs to the end and returns what it printed; an error unless it succeeded.
pub fn output(command: &mut Command) -> Result<String> {
    let output = command.stderr(Stdio::inherit()).output().with_context(|| format!("cannot run {}", name(command)))?;
    if !output.status.success() {
        bail!("{} ended with {}", name(command), output.status);
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Runs tests to the end, passing each line of standard output on and to `see`, which counts.
pub fn counted(command: &mut Command, see: fn(&mut Counts, &str)) -> Result<Counts> {
    let mut child = spawn(command.stdout(Stdio::piped()))?;
    let out = child.stdout.take();
    count(&mut child, out, see).with_context(|| name(command))
}

/// As [`counted`], for a program that reports on standard error.
pub fn counted_errors(command: &mut Command, see: fn(&mut Counts, &str)) -> Result<Counts> {
    let mut child = spawn(command.stderr(Stdio::piped()))?;
    let out = child.stderr.take();
    count(&mut child, out, see).with_context(|| name(command))
}

fn spawn(command: &mut Command) -> Result<Child> {
    command.spawn().with_context(|| format!("cannot run {}", name(command)))
}

fn count(child: &mut Child, out: Option<impl Read>, see: fn(&mut Counts, &str)) -> Result<Counts> {
    let mut counts = Counts::default();
    let passed_on = out.map_or(Ok(()), |out| {
        BufReader::new(out).split(b'\n').try_for_each(|line| {
            let line = line?;
            let line = String::from_utf8_lossy(&line);
            println!("{line}");
            see(&mut counts, line.trim_end_matches('\r'));
            Ok::<(), std::io::Error>(())
        })
    });
    let status = child.wait()?;
    passed_on?;
    ensure!(status.success() || counts.failed > 0, "ended with {status}");
    Ok(counts)
}

/// Runs for at most `limit`; `false` when it failed, was not there, or was
/// ended for taking longer.
pub fn succeeds_within(command: &mut Command, limit: Duration) -> bool {
    const POLL: Duration = Duration::from_millis(100);
    let Ok(mut child) = command.stdin(Stdio::null()).spawn() else {
        return false;
    };
    let mut waited = Duration::ZERO;
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return status.success(),
            Ok(None) if waited < limit => {}
            _ => {
                // It may have ended in between: then there is nothing to end.
                let _ = child.kill();
                let _ = child.wait();
                return false;
            }
        }
        thread::sleep(POLL);
        waited += POLL;
    }
}

/// A program that is ended when this is dropped, however far it came.
pub struct Ended(pub Child);

impl Drop for Ended {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A program that ends when its standard input does, which this holds open until it is dropped.
pub struct Keeper {
    /// The program.
    pub child: Child,
    /// What it keeps.
    pub what: &'static str,
}

impl Drop for Keeper {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        if let Err(error) = self.child.wait() {
            eprintln!("xtask: {} may still be running: {error}", self.what);
        }
    }
}

/// Waits until `is_ready` says so, for at most a minute.
pub fn wait_for(what: &str, mut is_ready: impl FnMut() -> Result<bool>) -> Result<()> {
    const LIMIT: Duration = Duration::from_secs(60);
    let started = Instant::now();
    while !is_ready()? {
        if started.elapsed() > LIMIT {
            bail!("{what} was not ready within {LIMIT:?}");
        }
        thread::sleep(Duration::from_millis(50));
    }
    Ok(())
}

/// An address of this machine on which nothing listens.
pub fn free_address() -> Result<SocketAddr> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?)
}

/// The same code for this process; a failure where a signal ended the other.
pub fn exit_code(status: ExitStatus) -> ExitCode {
    status.code().and_then(|code| u8::try_from(code).ok()).map_or(ExitCode::FAILURE, ExitCode::from)
}

/// Where `program` lies on the search path.
pub fn find(program: &str) -> Option<PathBuf> {
    std::env::split_paths(&std::env::var_os("PATH")?).map(|folder| folder.join(program)).find(|path| path.is_file())
}

fn name(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let mut text = program.display().to_string();
    for arg in command.get_args().take(6) {
        text.push(' ');
        text.push_str(&arg.to_string_lossy());
    }
    text
}
