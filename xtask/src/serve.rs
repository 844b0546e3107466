//! `serve` and `shots`: build all and run the server. How the server is set up
//! is the server's own affair; here it only gets its arguments.

use crate::postgres::Postgres;
use crate::site::{self, Mode};
use crate::{child, tools, workspace};
use anyhow::{Context, Result, bail};
use std::fs::{self, File};
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, ExitCode};
use std::thread;
use std::time::{Duration, Instant};

/// What `serve` was asked for.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Options {
    demo: bool,
    postgres: bool,
    fast_wasm: bool,
    listen: Option<String>,
    data: Option<String>,
}

impl Options {
    /// Reads the arguments; the error is for the person.
    pub fn parse(args: &[String]) -> Result<Self, String> {
        let mut options = Self::default();
        let mut args = args.iter();
        while let Some(arg) = args.next() {
            let mut value = || args.next().cloned().ok_or_else(|| format!("{arg} needs a value"));
            match arg.as_str() {
                "--demo" => options.demo = true,
                "--postgres" => options.postgres = true,
                "--fast-wasm" => options.fast_wasm = true,
                "--listen" => options.listen = Some(value()?),
                "--data" => options.data = Some(value()?),
                other => return Err(format!("serve does not know {other:?}")),
            }
        }
        Ok(options)
    }
}

/// Builds and runs the server until it ends.
pub fn serve(options: &Options) -> Result<ExitCode> {
    build(if options.fast_wasm { Mode::Fast } else { Mode::Small })?;
    let data = options.data.as_deref().unwrap_or("data");
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
    child: Child,
    url: String,
    // Removed with this.
    _data: tempfile::TempDir,
}

impl DemoServer {
    fn start(folder: &Path) -> Result<Self> {
        const LIMIT: Duration = Duration::from_secs(60);
        let data = tempfile::tempdir()?;
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let log = File::create(folder.join("server.log"))?;
        let child = child::command(workspace::binary())
            .args(["serve", "--demo", "--data"])
            .arg(data.path())
            .args(["--listen", &address.to_string()])
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()
            .context("cannot run the server")?;
        let mut server = Self { child, url: format!("http://{address}"), _data: data };
        let started = Instant::now();
        while !is_ready(&address.to_string()) {
            if let Some(status) = server.child.try_wait()? {
                bail!("the server ended with {status}; see target/shots/server.log");
            }
            if started.elapsed() > LIMIT {
                bail!("the server was not ready within {LIMIT:?}");
            }
            thread::sleep(Duration::from_millis(50));
        }
        Ok(server)
    }
}

impl Drop for DemoServer {
    fn drop(&mut self) {
        // Its data go as well, so nothing is lost by ending it hard.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn is_ready(address: &str) -> bool {
    let ask = || -> std::io::Result<String> {
        let mut stream = TcpStream::connect(address)?;
        stream.set_read_timeout(Some(Duration::from_secs(2)))?;
        write!(stream, "GET /readyz HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n")?;
        let mut answer = [0; 12];
        stream.read_exact(&mut answer)?;
        Ok(String::from_utf8_lossy(&answer).into_owned())
    };
    ask().is_ok_and(|answer| answer == "HTTP/1.1 200")
}

#[cfg(test)]
mod tests {
    use super::Options;

    fn parse(line: &str) -> Result<Options, String> {
        let args: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        Options::parse(&args)
    }

    #[test]
    fn serve_takes_its_options_in_any_order() {
        let want = Options { demo: true, listen: Some("127.0.0.1:9".to_owned()), ..Options::default() };
        assert_eq!(parse("--listen 127.0.0.1:9 --demo"), Ok(want));
        assert_eq!(parse("--listen"), Err("--listen needs a value".to_owned()));
        assert!(parse("--wat").is_err());
    }
}
