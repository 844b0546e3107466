//! The three kinds of things that are found: their words and addresses.

/// Which of the three.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Indicator,
    Asset,
    Vulnerability,
}

impl Kind {
    /// Its part of an address, below the incident.
    pub const fn path(self) -> &'static str {
        match self {
            Self::Indicator => "/indicators",
            Self::Asset => "/assets",
            Self::Vulnerability => "/vulnerabilities",
        }
    }

    pub const fn plural(self) -> &'static str {
        match self {
            Self::Indicator => "Indicators",
            Self::Asset => "Assets",
            Self::Vulnerability => "Vulnerabilities",
        }
    }

    pub const fn add(self) -> &'static str {
        match self {
            Self::Indicator => "Add an indicator",
            Self::Asset => "Add an asset",
            Self::Vulnerability => "Add a vulnerability",
        }
    }

    pub const fn edit(self) -> &'static str {
        match self {
            Self::Indicator => "Edit the indicator",
            Self::Asset => "Edit the asset",
            Self::Vulnerability => "Edit the vulnerability",
        }
    }

    /// What to do where there is none yet.
    pub const fn blank(self) -> (&'static str, &'static str) {
        match self {
            Self::Indicator => (
                "No indicator yet",
                "Add addresses, hashes and names that were seen of the attacker, one by one or many at once.",
            ),
            Self::Asset => ("No asset yet", "Add the machines, accounts and data that the incident touched."),
            Self::Vulnerability => ("No vulnerability yet", "Add what the attacker used, or could have used."),
        }
    }

    /// The code of the notice after a deed.
    pub const fn done(self, change: Change) -> &'static str {
        match (self, change) {
            (Self::Indicator, Change::Added) => "indicator-added",
            (Self::Indicator, Change::Saved) => "indicator-saved",
            (Self::Indicator, Change::Archived) => "indicator-archived",
            (Self::Indicator, Change::Restored) => "indicator-restored",
            (Self::Asset, Change::Added) => "asset-added",
            (Self::Asset, Change::Saved) => "asset-saved",
            (Self::Asset, Change::Archived) => "asset-archived",
            (Self::Asset, Change::Restored) => "asset-restored",
            (Self::Vulnerability, Change::Added) => "vulnerability-added",
            (Self::Vulnerability, Change::Saved) => "vulnerability-saved",
            (Self::Vulnerability, Change::Archived) => "vulnerability-archived",
            (Self::Vulnerability, Change::Restored) => "vulnerability-restored",
        }
    }
}

/// What was done to one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    Added,
    Saved,
    Archived,
    Restored,
}
