//! What reports are made of, and how a PDF of one is asked for. A report is JSON of a known shape and
//! a template; the result is PDF/A-3a and PDF/UA-1 with the data attached, the same bytes for the same
//! input. Typst never runs in the server's process, and this crate does not know it: [`Renderer`]
//! speaks to a limited child, the worker of `crates/typeset`, which sees no file, no network and no
//! clock.

#![warn(missing_docs)]

pub mod custody_form;
pub mod document;
pub mod error;
pub mod evidence_log;
pub mod executive;
pub mod incident_summary;
pub mod kind;
pub mod metrics;
pub mod pool;
pub mod post_incident_review;
pub mod protocol;

pub use custody_form::CustodyForm;
pub use document::{
    Ask, CaseFacts, Chart, Fact, LedgerState, MilestonePoint, Progress, ReportHead, ReportTask, SignOff, ZoneOffset,
};
pub use error::{Limit, RenderError};
pub use evidence_log::EvidenceLogReport;
pub use executive::Executive;
pub use incident_summary::IncidentSummary;
pub use kind::{ReportKind, Template};
pub use metrics::Metrics;
pub use pool::{Pdf, Preview, Renderer, WORKER_ARGUMENT};
pub use post_incident_review::PostIncidentReview;
