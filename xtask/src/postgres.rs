//! PostgreSQL servers of our own: two for tests, thrown away after them, and one whose
//! data stay for `serve --postgres`. Each listens on loopback or on a socket in a
//! private folder only, runs as an unprivileged user, and stops however xtask
//! ends, even by SIGKILL. One of the two for tests keeps nothing on a disk and syncs
//! nothing; the other is as durable as PostgreSQL is by itself, which the tests that
//! kill a server rely on.

use crate::child::Keeper;
use crate::{child, tools};
use anyhow::{Context, Result, bail};
use std::fs::{self, File};
use std::io::Read;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The user that PostgreSQL runs as when xtask is root, which it refuses to be.
const USER: &str = "postgres";

/// Where Linux keeps files in memory.
const SHARED_MEMORY: &str = "/dev/shm";

/// Free memory that the tests' databases may take.
const MEMORY_NEEDED: u64 = 2 << 30;

/// Settings that skip durability: a test server's data need not survive a crash.
const NOTHING_DURABLE: &[&str] = &[
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "wal_level=minimal",
    "max_wal_senders=0",
    "max_wal_size=4GB",
];

/// Stops the server when standard input ends, which xtask holds open: xtask need
/// not be alive to do so. `$1` is the server, `$2` a folder to remove at the end;
/// the rest are arguments. It asks again and again, since a server that is just
/// starting may not listen to signals yet.
const KEEPER: &str = r#"
server=$1; scratch=$2; shift 2
exec 3<&0
trap '' INT TERM HUP
"$server" "$@" </dev/null 3<&- &
pid=$!
(cat <&3 >/dev/null; while kill -INT "$pid"; do sleep 0.1; done) 2>/dev/null &
watcher=$!
wait "$pid"
kill -KILL "$watcher" 2>/dev/null
rm -rf "$scratch"
"#;

/// A running server, stopped when dropped.
pub struct Postgres {
    keeper: Keeper,
    /// A URL of a role that may create databases.
    pub url: String,
}

impl Postgres {
    /// An empty, durable server that leaves nothing behind.
    pub fn throw_away() -> Result<Self> {
        Self::for_tests(private_folder(&std::env::temp_dir())?, &[])
    }

    /// An empty server that loses everything when the machine stops, and is the faster for it: its
    /// data are in memory where there is room for them.
    pub fn in_memory() -> Result<Self> {
        let memory = Path::new(SHARED_MEMORY);
        let folder = if free_bytes(memory).is_some_and(|free| free >= MEMORY_NEEDED) {
            memory.to_owned()
        } else {
            println!("xtask: {SHARED_MEMORY} has no room, so this PostgreSQL keeps its data in the temporary folder");
            std::env::temp_dir()
        };
        Self::for_tests(private_folder(&folder)?, NOTHING_DURABLE)
    }

    fn for_tests(scratch: PathBuf, settings: &[&str]) -> Result<Self> {
        let programs = programs()?;
        let data = scratch.join("data");
        let password = random_hex()?;
        let password_file = scratch.join("password");
        write_private(&password_file, &password)?;
        println!("xtask: a throw-away PostgreSQL in {}", scratch.display());
        init(&programs, &data, Some(&password_file))?;
        let port = child::free_address()?.port();
        let mut command = keeper(&programs, &scratch.to_string_lossy());
        command
            .arg("-D")
            .arg(&data)
            .arg("-k")
            .arg(&scratch)
            .args(["-h", "127.0.0.1", "-p", &port.to_string()])
            .args(["-c", "max_connections=200", "-c", "shared_buffers=128MB"])
            // Not `fatal`: a test that drops its database ends the connections that are left to it.
            .args(["-c", "log_min_messages=panic", "-c", "log_statement=none"]);
        for setting in settings {
            command.args(["-c", setting]);
        }
        let url = format!("postgres://{USER}:{password}@127.0.0.1:{port}/postgres");
        Self::start(&programs, command, &scratch, port, url)
    }

    /// A server whose data stay in `folder` (or beside it, where the user that
    /// it must run as cannot reach that), with a database named holdfast.
    pub fn kept(folder: &Path) -> Result<Self> {
        let programs = programs()?;
        let data = reachable(folder)?;
        println!("xtask: PostgreSQL keeps its data in {}", data.display());
        if !data.join("PG_VERSION").exists() {
            init(&programs, &data, None)?;
        }
        // The socket lies in a folder that only this user can enter, so it
        // needs no password, and its path stays below the 107 bytes a socket
        // may have.
        let sockets = private_folder(&std::env::temp_dir())?;
        let port = 5432;
        let mut command = keeper(&programs, &sockets.to_string_lossy());
        command
            .arg("-D")
            .arg(&data)
            .arg("-k")
            .arg(&sockets)
            .args(["-c", "listen_addresses=", "-p", &port.to_string()])
            .args(["-c", "log_min_messages=fatal"]);
        let url = format!("postgres://{USER}@localhost/holdfast?host={}", sockets.display());
        let server = Self::start(&programs, command, &sockets, port, url)?;
        let found = child::output(
            psql(&programs, &sockets, port).args(["-c", "SELECT 1 FROM pg_database WHERE datname = 'holdfast'"]),
        )?;
        if found.trim().is_empty() {
            child::output(psql(&programs, &sockets, port).args(["-c", "CREATE DATABASE holdfast ENCODING 'UTF8'"]))?;
        }
        Ok(server)
    }

    fn start(programs: &Path, mut command: Command, sockets: &Path, port: u16, url: String) -> Result<Self> {
        let child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            // Ctrl-C must not reach the server before its clients have ended.
            .process_group(0)
            .spawn()
            .context("cannot start PostgreSQL")?;
        let mut server = Self { keeper: Keeper { child, what: "PostgreSQL" }, url };
        let mut ask = child::command(programs.join("pg_isready"));
        ask.args(["-q", "-U", USER]).arg("-h").arg(sockets).args(["-p", &port.to_string()]);
        child::wait_for("PostgreSQL", || {
            if child::status(&mut ask)?.success() {
                return Ok(true);
            }
            if let Some(status) = server.keeper.child.try_wait()? {
                bail!("PostgreSQL ended while starting ({status}); its words are above");
            }
            Ok(false)
        })?;
        Ok(server)
    }
}

/// The folder of PostgreSQL's programs, installed if need be: Debian keeps the
/// server off the search path, one folder for each version.
fn programs() -> Result<PathBuf> {
    if let Some(folder) = find_programs() {
        return Ok(folder);
    }
    println!("xtask: PostgreSQL is missing; the store is tested on it.");
    tools::install(&["postgresql"])?;
    find_programs().context("the PostgreSQL package brought no initdb")
}

fn find_programs() -> Option<PathBuf> {
    let mut versions: Vec<(u32, PathBuf)> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            let version = entry.file_name().to_str()?.parse().ok()?;
            Some((version, entry.path().join("bin")))
        })
        .filter(|(_, folder)| folder.join("initdb").is_file() && folder.join("postgres").is_file())
        .collect();
    versions.sort();
    versions
        .pop()
        .map(|(_, folder)| folder)
        .or_else(|| child::find("initdb").and_then(|path| path.parent().map(Path::to_owned)))
}

/// Runs as the unprivileged user when this process is root.
fn unprivileged(program: impl AsRef<std::ffi::OsStr>) -> Command {
    let mut command = if tools::is_root() {
        let mut command = child::command("runuser");
        command.args(["-u", USER, "--"]).arg(program);
        command
    } else {
        child::command(program)
    };
    command.current_dir("/");
    command
}

fn keeper(programs: &Path, scratch: &str) -> Command {
    let mut command = unprivileged("sh");
    command.args(["-c", KEEPER, "keeper"]).arg(programs.join("postgres")).arg(scratch);
    command
}

fn init(programs: &Path, data: &Path, password_file: Option<&Path>) -> Result<()> {
    let mut command = unprivileged(programs.join("initdb"));
    command.arg("-D").arg(data).args(["-U", USER, "-E", "UTF8", "--locale=C.UTF-8"]).arg("--auth-local=trust");
    match password_file {
        // In the clear, but only on loopback, and random for each run: the
        // thousands of connections of a test run need no slow derivation.
        Some(file) => command.arg("--auth-host=password").arg("--pwfile").arg(file),
        None => command.arg("--auth-host=reject"),
    };
    child::output(&mut command).map(drop)
}

fn psql(programs: &Path, sockets: &Path, port: u16) -> Command {
    let mut command = child::command(programs.join("psql"));
    command.args(["-X", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-U", USER, "-h"]).arg(sockets).args([
        "-p",
        &port.to_string(),
        "-d",
        "postgres",
    ]);
    command
}

/// A new folder below `parent` that only the server's user can enter. The keeper
/// removes it.
fn private_folder(parent: &Path) -> Result<PathBuf> {
    let folder = tempfile::Builder::new().prefix("holdfast-pg-").tempdir_in(parent)?.keep();
    give(&folder)?;
    Ok(folder)
}

fn give(path: &Path) -> Result<()> {
    if tools::is_root() {
        child::run(child::command("chown").arg(USER).arg(path))?;
    }
    Ok(())
}

fn write_private(path: &Path, text: &str) -> Result<()> {
    fs::write(path, text)?;
    fs::set_permissions(path, fs::Permissions::from_mode(0o600))?;
    give(path)
}

/// `folder`, made and owned by the server's user; or a folder of that user's
/// own where `folder` lies behind one that it may not enter (root's home).
fn reachable(folder: &Path) -> Result<PathBuf> {
    fs::create_dir_all(folder)?;
    let folder = folder.canonicalize()?;
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o700))?;
    give(&folder)?;
    let can_enter =
        |path: &Path| -> Result<bool> { Ok(child::status(unprivileged("test").arg("-x").arg(path))?.success()) };
    if can_enter(&folder)? {
        return Ok(folder);
    }
    let name = folder.to_string_lossy().replace('/', "-");
    let instead = PathBuf::from(format!("/var/lib/postgresql/holdfast{name}"));
    println!("xtask: the user {USER} may not enter {}, so another folder is taken", folder.display());
    fs::create_dir_all(&instead)?;
    fs::set_permissions(&instead, fs::Permissions::from_mode(0o700))?;
    give(&instead)?;
    Ok(instead)
}

/// Bytes free on the file system of `folder`, as `df` says.
fn free_bytes(folder: &Path) -> Option<u64> {
    let text = child::output(child::command("df").args(["--output=avail", "-B1"]).arg(folder)).ok()?;
    text.lines().nth(1)?.trim().parse().ok()
}

/// Sixteen random bytes.
pub fn random_hex() -> Result<String> {
    let mut bytes = [0; 16];
    File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    Ok(hex::encode(bytes))
}

#[cfg(test)]
mod tests {
    use super::KEEPER;

    #[test]
    fn the_keeper_stops_its_server_when_its_input_ends() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let scratch = folder.path().join("scratch");
        std::fs::create_dir(&scratch).expect("a folder");
        // Perl stands for the server: like it, it ends on SIGINT.
        let status = std::process::Command::new("sh")
            .args(["-c", KEEPER, "keeper", "perl"])
            .arg(&scratch)
            .args(["-e", "$SIG{INT} = sub { exit 0 }; sleep 1 while 1"])
            .stdin(std::process::Stdio::null())
            .status()
            .expect("sh runs");
        assert!(status.success(), "{status}");
        assert!(!scratch.exists());
    }
}
