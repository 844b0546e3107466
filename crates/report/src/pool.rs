//! The server's side: keeps one worker warm, gives it one render at a time, and ends it when it
//! fails, stalls or has worked long enough. It reads nothing that the worker wrote except the
//! answer's frame and the end of its error output.

use std::{
    io,
    os::unix::process::ExitStatusExt,
    path::{Path, PathBuf},
    process::{ExitStatus, Stdio},
    time::Duration,
};

use holdfast_domain::Timestamp;
use tokio::{
    io::{AsyncRead, AsyncReadExt},
    process::{Child, ChildStdin, ChildStdout, Command},
    sync::Mutex,
    task::JoinHandle,
    time::timeout,
};

use crate::{
    error::{Limit, RenderError},
    kind::{ReportKind, Template},
    protocol::{INPUT_BYTES_MAX, OUTPUT_BYTES_MAX, RenderReply, RenderRequest, receive_part, send_part},
};

/// The argument by which `holdfast` runs as a render worker.
pub const WORKER_ARGUMENT: &str = "render-worker";

/// From request to answer.
const WALL_LIMIT: Duration = Duration::from_secs(10);
/// How long a worker whose pipe closed may take to be gone.
const LAST_WORDS: Duration = Duration::from_secs(2);
/// Renders after which a worker is replaced, since interned names of templates are never freed.
const RENDERS_MAX: u32 = 1_000;
/// Bytes kept of what a worker writes to its error output.
const ERROR_OUTPUT_BYTES_MAX: usize = 8 * 1024;

/// A finished report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pdf {
    /// PDF/A-3a and PDF/UA-1, the data attached as `data.json`.
    pub bytes: Vec<u8>,
    /// How many pages it has.
    pub page_count: usize,
}

/// A finished report with its pages to look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preview {
    /// The report.
    pub pdf: Pdf,
    /// Its first pages as PNG, as many as were asked for and there are.
    pub images: Vec<Vec<u8>>,
}

/// Renders reports in a limited child process. Renders wait for one another in the order in which
/// they were asked for; one that is dropped unfinished takes its worker with it.
#[derive(Debug)]
pub struct Renderer {
    program: PathBuf,
    args: Vec<String>,
    warm: Mutex<Option<Worker>>,
}

impl Renderer {
    /// A renderer whose workers are `program args…`, which must end up in `holdfast_typeset::worker::run`.
    /// Nothing is started yet.
    #[must_use]
    pub fn new(program: PathBuf, args: Vec<String>) -> Self {
        Self { program, args, warm: Mutex::new(None) }
    }

    /// A renderer whose workers are the running program with [`WORKER_ARGUMENT`], also when its
    /// file has been replaced since it started.
    ///
    /// # Errors
    /// When the system does not say which program is running.
    pub fn of_this_program() -> io::Result<Self> {
        let running = Path::new("/proc/self/exe");
        let program = if running.exists() { running.to_owned() } else { std::env::current_exe()? };
        Ok(Self::new(program, vec![WORKER_ARGUMENT.to_owned()]))
    }

    /// Renders one of our reports from its data type's JSON. `as_of` is the only time it sees. The
    /// same arguments give the same bytes.
    ///
    /// # Errors
    /// See [`RenderError`]; in every case the caller's process is unharmed.
    pub async fn render(&self, kind: ReportKind, data: &[u8], as_of: Timestamp) -> Result<Pdf, RenderError> {
        Ok(self.run(Template::Kind(kind), data, as_of, 0).await?.pdf)
    }

    /// Renders one of our reports, and its first pages as images of the same document.
    ///
    /// # Errors
    /// See [`RenderError`]; in every case the caller's process is unharmed.
    pub async fn preview(
        &self,
        kind: ReportKind,
        data: &[u8],
        as_of: Timestamp,
        images: usize,
    ) -> Result<Preview, RenderError> {
        self.run(Template::Kind(kind), data, as_of, images).await
    }

    /// Renders Typst source that somebody wrote, under the same limits.
    ///
    /// # Errors
    /// See [`RenderError`]; in every case the caller's process is unharmed.
    pub async fn render_source(&self, source: &str, data: &[u8], as_of: Timestamp) -> Result<Pdf, RenderError> {
        if source.len() > INPUT_BYTES_MAX / 2 {
            return Err(RenderError::Limit(Limit::InputSize));
        }
        Ok(self.run(Template::Source(source.to_owned()), data, as_of, 0).await?.pdf)
    }

    async fn run(
        &self,
        template: Template,
        data: &[u8],
        as_of: Timestamp,
        images: usize,
    ) -> Result<Preview, RenderError> {
        if data.len() > INPUT_BYTES_MAX {
            return Err(RenderError::Limit(Limit::InputSize));
        }
        let request = RenderRequest { template, as_of: as_of.seconds(), images };
        let head = serde_json::to_vec(&request).map_err(|e| RenderError::Data(e.to_string()))?;
        let mut warm = self.warm.lock().await;
        // Taken out, and put back only after a good answer: a render that fails, stalls or is
        // dropped ends its worker.
        let mut worker = match warm.take() {
            Some(worker) => worker,
            None => Worker::start(&self.program, &self.args).map_err(RenderError::Start)?,
        };
        match timeout(WALL_LIMIT, worker.ask(&head, data)).await {
            Err(_) => Err(RenderError::Limit(Limit::WallTime)),
            Ok(Err(error)) => Err(worker.died(&error).await),
            Ok(Ok((RenderReply::Done { page_count, .. }, bytes, images))) => {
                worker.renders += 1;
                if worker.renders < RENDERS_MAX {
                    *warm = Some(worker);
                }
                Ok(Preview { pdf: Pdf { bytes, page_count }, images })
            }
            Ok(Ok((RenderReply::Template(message), ..))) => Err(RenderError::Template(message)),
            Ok(Ok((RenderReply::Data(message), ..))) => Err(RenderError::Data(message)),
            Ok(Ok((RenderReply::Limit(limit), ..))) => Err(RenderError::Limit(limit)),
        }
    }
}

/// A running worker; killed when dropped.
#[derive(Debug)]
struct Worker {
    child: Child,
    input: ChildStdin,
    output: ChildStdout,
    error_output: JoinHandle<Vec<u8>>,
    renders: u32,
}

impl Worker {
    fn start(program: &Path, args: &[String]) -> io::Result<Self> {
        let mut child = Command::new(program)
            .args(args)
            .env_clear()
            // Each thread's allocator pool and stack counts against the address space.
            .env("RAYON_NUM_THREADS", "1")
            .env("MALLOC_ARENA_MAX", "1")
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            // A Ctrl-C at the terminal is the server's to answer.
            .process_group(0)
            .kill_on_drop(true)
            .spawn()?;
        let pipe = || io::Error::other("the worker has no pipes");
        let input = child.stdin.take().ok_or_else(pipe)?;
        let output = child.stdout.take().ok_or_else(pipe)?;
        let error_output = tokio::spawn(last_bytes(child.stderr.take().ok_or_else(pipe)?));
        Ok(Self { child, input, output, error_output, renders: 0 })
    }

    async fn ask(&mut self, head: &[u8], data: &[u8]) -> io::Result<(RenderReply, Vec<u8>, Vec<Vec<u8>>)> {
        send_part(&mut self.input, head).await?;
        send_part(&mut self.input, data).await?;
        let answer = receive_part(&mut self.output, INPUT_BYTES_MAX).await?;
        let pdf = receive_part(&mut self.output, OUTPUT_BYTES_MAX).await?;
        let reply = serde_json::from_slice(&answer)?;
        let mut images = Vec::new();
        if let RenderReply::Done { image_count, .. } = reply {
            for _ in 0..image_count {
                images.push(receive_part(&mut self.output, OUTPUT_BYTES_MAX).await?);
            }
        }
        Ok((reply, pdf, images))
    }

    /// What ended it, from its exit status and its last words.
    async fn died(mut self, error: &io::Error) -> RenderError {
        let status = timeout(LAST_WORDS, self.child.wait()).await;
        let Ok(Ok(status)) = status else {
            return RenderError::WorkerDied(error.to_string());
        };
        let words = timeout(LAST_WORDS, &mut self.error_output).await;
        let words = words.ok().and_then(Result::ok).unwrap_or_default();
        let words = String::from_utf8_lossy(&words);
        tracing::warn!(%status, words = %words.trim(), "a render worker ended");
        cause(status, words.trim())
    }
}

fn cause(status: ExitStatus, words: &str) -> RenderError {
    const SIGXCPU: i32 = 24;
    let starved = ["memory allocation of", "capacity overflow", "Cannot allocate memory"];
    if status.signal() == Some(SIGXCPU) {
        RenderError::Limit(Limit::CpuTime)
    } else if starved.iter().any(|sign| words.contains(sign)) {
        RenderError::Limit(Limit::Memory)
    } else {
        RenderError::WorkerDied(format!("{status}: {words}"))
    }
}

/// Reads to the end, keeping the last few kilobytes.
async fn last_bytes(mut from: impl AsyncRead + Unpin) -> Vec<u8> {
    let mut kept = Vec::new();
    let mut chunk = [0; 1024];
    while let Ok(count @ 1..) = from.read(&mut chunk).await {
        kept.extend_from_slice(&chunk[..count]);
        let excess = kept.len().saturating_sub(ERROR_OUTPUT_BYTES_MAX);
        kept.drain(..excess);
    }
    kept
}
