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
    pub const fn done(self, deed: Deed) -> &'static str {
        match (self, deed) {
            (Self::Indicator, Deed::Added) => "indicator-added",
            (Self::Indicator, Deed::Saved) => "indicator-saved",
            (Self::Indicator, Deed::Archived) => "indicator-archived",
            (Self::Indicator, Deed::Restored) => "indicator-restored",
            (Self::Asset, Deed::Added) => "asset-added",
            (Self::Asset, Deed::Saved) => "asset-saved",
            (Self::Asset, Deed::Archived) => "asset-archived",
            (Self::Asset, Deed::Restored) => "asset-restored",
            (Self::Vulnerability, Deed::Added) => "vulnerability-added",
            (Self::Vulnerability, Deed::Saved) => "vulnerability-saved",
            (Self::Vulnerability, Deed::Archived) => "vulnerability-archived",
            (Self::Vulnerability, Deed::Restored) => "vulnerability-restored",
        }
    }
}

/// What was done to one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    Added,
    Saved,
    Archived,
    Restored,
}
