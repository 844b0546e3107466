//! What it costs to answer a route, declared beside who may ask for it. How often one person may ask
//! follows from it; the server counts.

/// What a route costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Cost {
    /// Not counted.
    Cheap,
    /// A report: seconds of work at worst.
    Report,
    /// An invitation or a token: something that is handed out.
    Handout,
    /// A part of the ledger for export, or a download.
    Export,
    /// A file of evidence; its handler reads the body itself.
    Upload,
    /// A one-time code from somebody who is not signed in; a password is hashed for each.
    Code,
    /// A report of a browser about our policy, from anybody.
    Notice,
}
