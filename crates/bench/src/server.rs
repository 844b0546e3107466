//! The server under measurement: a process of its own, as shipped, and the memory it takes.

use std::{
    fs::{self, File},
    net::{SocketAddr, TcpListener},
    process::{Child, Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread::JoinHandle,
    time::{Duration, Instant},
};

use anyhow::{Result, bail};

use crate::{client::Client, seed::BenchPaths};

/// How long it may take to start.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running server.
pub struct ServerProcess {
    child: Child,
    /// Where it listens.
    pub address: SocketAddr,
    /// From its start until it said that it was ready.
    pub ready: Duration,
}

impl ServerProcess {
    /// Starts it and waits until it is ready. Requests may say which address they come from.
    pub async fn start(place: &BenchPaths) -> Result<Self> {
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let log = File::create(place.data.join("server.log"))?;
        let mut command = place.command(&["serve", "--trusted-proxy", "127.0.0.1", "--listen", &address.to_string()]);
        let started = Instant::now();
        let child = command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log).spawn()?;
        let mut server = Self { child, address, ready: Duration::ZERO };
        let ask = format!("GET /readyz HTTP/1.1\r\nhost: {address}\r\n\r\n");
        loop {
            if Client::new(address).send(ask.as_bytes()).await.is_ok_and(|answer| answer.status == 200) {
                server.ready = started.elapsed();
                return Ok(server);
            }
            if server.child.try_wait()?.is_some() || started.elapsed() > PATIENCE {
                bail!("the server did not start; see {}", place.data.join("server.log").display());
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    /// Its process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Tells it to stop, and waits.
    pub fn stop(&mut self) -> Result<()> {
        Command::new("kill").args(["-TERM", &self.id().to_string()]).status()?;
        self.child.wait()?;
        Ok(())
    }
}

impl Drop for ServerProcess {
    fn drop(&mut self) {
        // After a failure nobody else stops it.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The memory of the server and of the processes it started, in bytes.
pub fn memory(id: u32) -> u64 {
    children(id).into_iter().chain([id]).map(resident).sum()
}

fn resident(id: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{id}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    kib.unwrap_or(0) * 1_024
}

fn children(id: u32) -> Vec<u32> {
    let tasks = fs::read_dir(format!("/proc/{id}/task")).into_iter().flatten().flatten();
    let lists = tasks.filter_map(|task| fs::read_to_string(task.path().join("children")).ok());
    lists.flat_map(|list| list.split_whitespace().filter_map(|id| id.parse().ok()).collect::<Vec<_>>()).collect()
}

/// Looks at the memory again and again.
pub struct Watch {
    most: Arc<AtomicU64>,
    ended: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Watch {
    /// Begins.
    pub fn begin(id: u32) -> Self {
        let (most, ended) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicBool::new(false)));
        let (seen, end) = (Arc::clone(&most), Arc::clone(&ended));
        let thread = std::thread::spawn(move || {
            while !end.load(Ordering::Relaxed) {
                seen.fetch_max(memory(id), Ordering::Relaxed);
                std::thread::sleep(Duration::from_millis(20));
            }
        });
        Self { most, ended, thread: Some(thread) }
    }

    /// Ends; the most that was seen.
    pub fn end(mut self) -> u64 {
        self.ended.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
        self.most.load(Ordering::Relaxed)
    }
}
