//! What a form came to that its page shows this once: it is handed to the page, and gone when the page is loaded
//! again.

pub use holdfast_actions::outcome::Outcome;
use holdfast_domain::{
    import::Imported,
    indicator::{IndicatorFields, LineRefused},
};

/// What is shown once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ShownOnce {
    /// A code or a token that was just made.
    Secret(String),
    /// Lines of indicators, of which some could not be read.
    Lines(AddedLines),
    /// Files that were imported, or not.
    Files(Vec<ImportedFile>),
    /// What the action came to that led to this page.
    Outcome(Outcome),
}

/// What became of many indicators, and what their form began with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddedLines {
    /// How many were added.
    pub added: usize,
    /// How many the incident had already.
    pub known: usize,
    /// What holds for each.
    pub base: IndicatorFields,
    /// The lines that could not be read.
    pub refused: Vec<LineRefused>,
}

/// What became of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportedFile {
    /// The file's name.
    pub file: String,
    /// The incident, or why there is none.
    pub result: Result<Imported, String>,
}
