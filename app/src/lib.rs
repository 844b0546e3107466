//! What people see: the pages and the forms they send. It decides nothing: what may be done is said
//! by the actions.
//!
//! Pages are made here, on the server. What runs in the browser is `crates/island` alone: the few
//! pieces that need scripts, each of which a page can do without.

mod contact;
pub mod cost;
mod document;
pub mod error;
mod event;
mod evidence;
mod evidence_log;
mod finding;
pub mod form;
mod import_page;
mod incident;
mod item;
mod ledger;
mod link;
mod metric;
mod org;
pub mod outcome;
mod page;
pub mod pages;
mod person;
mod report;
pub mod request;
mod search;
mod session;
mod task;
mod token;
mod ui;
mod undo;

pub use document::{ICON, Rendered, Site, render};
pub use error::AppError;
pub use evidence::post::{RegistrationForm, registration};
pub use incident::filter::listed;
pub use item::read::all as read_fields;
pub use ledger::filter::{entries_asked, kinds_of};
pub use report::post::{metrics_query, recipients};
pub use ui::{field::label_of, markdown::render as markdown_html};
