//! Why a report could not be made, worded so that the person who wrote the template or the data
//! can tell which of them to mend. Nothing here says what was in the data.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A bound that a render ran into. The bounds are fixed: see `crates/typeset/src/worker.rs`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Limit {
    /// Ten seconds from request to answer.
    WallTime,
    /// Ten seconds of processor time.
    CpuTime,
    /// 512 MiB of address space.
    Memory,
    /// 2,000 pages.
    Pages,
    /// 100 MiB of PDF.
    OutputSize,
    /// 16 MiB of data or of template source.
    InputSize,
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::WallTime => "10 s of time",
            Self::CpuTime => "10 s of processor time",
            Self::Memory => "512 MiB of memory",
            Self::Pages => "2,000 pages",
            Self::OutputSize => "100 MiB of output",
            Self::InputSize => "16 MiB of input",
        })
    }
}

/// Why no PDF came back. The process that asked is unharmed in every case, and the next render
/// starts on a fresh worker.
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    /// The template does not compile with this data. Lines of `path:line:column: message`.
    #[error("the template does not compile: {0}")]
    Template(String),
    /// The data is not JSON, or its time cannot be written in a PDF.
    #[error("the report data cannot be used: {0}")]
    Data(String),
    /// The render needed more than it may have.
    #[error("the report needs more than {0}")]
    Limit(Limit),
    /// The worker ended without an answer; its exit status and the end of its error output.
    #[error("the render worker ended: {0}")]
    WorkerDied(String),
    /// The worker could not be started.
    #[error("the render worker could not be started: {0}")]
    Start(#[source] std::io::Error),
}
