//! `serve` and `shots`: build all and run the server. How the server is set up
//! is the server's own affair; here it only gets its arguments.

use crate::child::Ended;
use crate::postgres::Postgres;
use crate::site::{self, Mode};
use crate::{child, http, tools, workspace};
use anyhow::{Context, Result, bail};
use std::fs::{self, File};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, ExitCode};
use std::time::Instant;

/// What `serve` was asked for.
#[derive(Debug, Default, PartialEq, Eq, clap::Args)]
pub struct Options {
    /// A demo organisation with one account per role
    #[arg(long)]
    demo: bool,
    /// Keep the data in a PostgreSQL of its own under the data folder
    #[arg(long)]
    postgres: bool,
    /// Build the browser's half quickly instead of small
    #[arg(long)]
    fast_wasm: bool,
    /// Where it listens
    #[arg(long, value_name = "ADDR")]
    listen: Option<String>,
    /// The data folder
    #[arg(long, value_name = "DIR", default_value = "data")]
    data: String,
}

/// Builds and runs the server until it ends.
pub fn serve(options: &Options) -> Result<ExitCode> {
    build(Mode::of(options.fast_wasm))?;
    let data = options.data.as_str();
    let mut command = child::command(workspace::binary());
    command.arg("serve").arg("--data").arg(data);
    if let Some(listen) = &options.listen {
        command.arg("--listen").arg(listen);
    }
    if options.demo {
        command.arg("--demo");
    }
    if options.postgres {
        let postgres = Postgres::kept(&workspace::root().join(data).join("pg"))?;
        command.arg("--database").arg(&postgres.url);
        return outlive(command);
    }
    // This process becomes the server, so signals reach it directly.
    Err(command.exec()).context("cannot run the server")
}

/// Runs the server and stays until it has ended, so that its database does too.
fn outlive(mut command: Command) -> Result<ExitCode> {
    let mut server = command.spawn().context("cannot run the server")?;
    let id = server.id().to_string();
    ctrlc::set_handler(move || {
        // Ctrl-C reaches the server by itself; a signal sent to xtask alone
        // does not. A second one does no harm: stopping is under way.
        let _ = child::status(child::command("kill").args(["-TERM", &id]));
    })?;
    let status = server.wait()?;
    Ok(child::exit_code(status))
}

/// Builds the site, then the server that embeds it.
pub fn build(mode: Mode) -> Result<()> {
    site::build(mode)?;
    let started = Instant::now();
    child::run(child::cargo().arg("build").args(workspace::NATIVE).args(["--bin", "holdfast"]))?;
    println!("xtask: server built in {:.1} s", started.elapsed().as_secs_f64());
    Ok(())
}

/// Runs `end2end/shots.ts` against a demo server of its own.
pub fn shots(args: &[String]) -> Result<ExitCode> {
    tools::ensure(tools::TEST)?;
    let end2end = tools::end2end()?;
    build(Mode::Small)?;
    let folder = workspace::target().join("shots");
    fs::create_dir_all(&folder)?;
    let server = DemoServer::start(&folder)?;
    let status = child::status(
        child::command("npx")
            .args(["--no-install", "playwright", "test", "--config", "shots.config.ts"])
            .args(args)
            .current_dir(end2end)
            .env("HOLDFAST_BIN", workspace::binary())
            .env("HOLDFAST_URL", &server.url)
            .env("HOLDFAST_SERVER_LOG", folder.join("server.log"))
            .env("HOLDFAST_SHOTS", &folder),
    )?;
    drop(server);
    println!("xtask: open {}", folder.join("index.html").display());
    Ok(child::exit_code(status))
}

/// A demo server on data of its own, ended when dropped.
struct DemoServer {
    child: Ended,
    url: String,
    // Removed with this.
    _data: tempfile::TempDir,
}

impl DemoServer {
    fn start(folder: &Path) -> Result<Self> {
        let data = tempfile::tempdir()?;
        let address = child::free_address()?;
        let log = File::create(folder.join("server.log"))?;
        let child = child::command(workspace::binary())
            .args(["serve", "--demo", "--data"])
            .arg(data.path())
            .args(["--listen", &address.to_string()])
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()
            .context("cannot run the server")?;
        let mut server = Self { child: Ended(child), url: format!("http://{address}"), _data: data };
        child::wait_for("the server", || {
            if let Some(status) = server.child.0.try_wait()? {
                bail!("the server ended with {status}; see target/shots/server.log");
            }
            Ok(http::ask(address, "GET /readyz HTTP/1.1", "").is_ok_and(|answer| answer.starts_with("HTTP/1.1 200")))
        })?;
        Ok(server)
    }
}

#[cfg(test)]
mod tests {
    use super::Options;
    use crate::parsed;

    #[test]
    fn serve_takes_its_options_in_any_order() {
        let want = Options {
            demo: true,
            listen: Some("127.0.0.1:9".to_owned()),
            data: "data".to_owned(),
            ..Options::default()
        };
        assert_eq!(parsed::<Options>("--listen 127.0.0.1:9 --demo").expect("known words"), want);
        assert!(parsed::<Options>("--listen").is_err());
        assert!(parsed::<Options>("--wat").is_err());
    }
}
