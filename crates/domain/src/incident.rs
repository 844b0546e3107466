//! The incident: what is known of it, what may be entered, and what two people see when they edit
//! it at once.

use serde::{Deserialize, Serialize};

use crate::{
    IncidentId, OrgId, PersonId, Timestamp,
    field::CheckContext,
    impact::{AttackVector, DetectionSource, FunctionalImpact, InformationImpact, Recoverability},
    lifecycle::{Stated, Status},
    marking::{Pap, Tlp},
    names::Names,
    noun::Noun,
    refusal::{FieldErrors, Refusal},
    rsit::{Category, RsitClass},
};

pub use crate::incident_list::{
    Direction, FILTERS, FilterKind, IncidentFilter, IncidentQuery, IncidentRow, IncidentSort, OwnerFilter,
    PAGE_ROWS_MAX, Paged,
};

text_enum! {
    /// How bad it is (standards §5.2). A person sets it; a change needs a reason.
    Severity {
        Sev1 = "sev1", "SEV1 critical";
        Sev2 = "sev2", "SEV2 high";
        Sev3 = "sev3", "SEV3 medium";
        Sev4 = "sev4", "SEV4 low";
        Sev5 = "sev5", "SEV5 informational";
    }
}

impl Severity {
    /// Whether closing it is a lead's decision.
    #[must_use]
    pub const fn is_major(self) -> bool {
        matches!(self, Self::Sev1 | Self::Sev2)
    }
}

text_enum! {
    /// What it turned out to be (OCSF `verdict_id`).
    Disposition {
        Unknown = "unknown", "Not decided";
        FalsePositive = "false-positive", "False positive";
        TruePositive = "true-positive", "True positive";
        Disregard = "disregard", "Disregard";
        Suspicious = "suspicious", "Suspicious";
        Benign = "benign", "Benign";
        Test = "test", "Test";
        InsufficientData = "insufficient-data", "Insufficient data";
        SecurityRisk = "security-risk", "Security risk";
        ManagedExternally = "managed-externally", "Managed externally";
        Duplicate = "duplicate", "Duplicate";
        Other = "other", "Other";
    }
}

/// An incident.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(sqlx::FromRow, utoipa::ToSchema))]
pub struct Incident {
    /// Its id.
    pub id: IncidentId,
    /// The organisation.
    pub org_id: OrgId,
    /// What people call it, such as `INC-2026-0001`.
    pub reference: String,
    /// Where it stands.
    pub status: Status,
    /// Whether it is restricted to its team: for others it does not exist.
    pub restricted: bool,
    /// What a person edits.
    #[cfg_attr(feature = "server", sqlx(flatten))]
    #[serde(flatten)]
    pub fields: IncidentFields,
    /// The owner's name.
    pub owner_name: Option<String>,
    /// The incident it was merged into.
    pub merged_into: Option<String>,
    /// How often it was reopened.
    pub reopened_count: i64,
    /// Counts the edits; an edit names the version it saw.
    pub version: i64,
    /// When it was opened here.
    pub created_at: Timestamp,
    /// Who opened it.
    pub created_by_name: String,
    /// Its latest change.
    pub updated_at: Timestamp,
    /// Who made the latest change.
    pub updated_by_name: String,
}

/// Longest title, in characters.
pub const TITLE_CHARS_MAX: usize = 200;
/// Longest summary, in characters.
pub const SUMMARY_CHARS_MAX: usize = 100_000;

fields! {
    /// What a person edits of an incident.
    #[cfg_attr(feature = "server", derive(sqlx::FromRow))]
    IncidentFields {
        /// One line that says what happened.
        title: String => line("Title", TITLE_CHARS_MAX).required().personal();
        /// What is known, in Markdown.
        summary: String => markdown("Summary", SUMMARY_CHARS_MAX).personal()
            .hint("Markdown: **bold**, - list, `code`, > quote. Images and HTML are left out.");
        /// How bad it is.
        severity: Severity = Severity::Sev3 => choice("Severity").required();
        /// RSIT category, such as `fraud/phishing`.
        category: Category = Category::class_only(RsitClass::Other) => category("Category").required();
        /// Who may read it.
        tlp: Tlp = Tlp::Amber => choice("TLP").hint("Who may read it.");
        /// What may be done with it.
        pap: Pap = Pap::Amber => choice("PAP").hint("What may be done with it.");
        /// Who leads the response.
        owner_id: Option<PersonId> => person("Owner");
        /// What it turned out to be.
        disposition: Disposition = Disposition::Unknown => choice("Disposition")
            .hint("What it turned out to be. Needed before closing.");
        /// The root cause, or the word `undetermined`.
        root_cause: String => markdown("Root cause", 10_000).personal()
            .hint("Needed before closing; write undetermined when it stays unknown.");
        /// How the attacker came in.
        attack_vector: AttackVector = AttackVector::NotAssessed => choice("Attack vector")
            .hint("How the attacker came in.");
        /// What it does to services.
        functional_impact: FunctionalImpact = FunctionalImpact::NotAssessed => choice("Functional impact")
            .hint("What it does to services, at its worst.");
        /// What it does to information.
        information_impact: InformationImpact = InformationImpact::NotAssessed => choice("Information impact")
            .hint("What it does to information; of several, what matters most.");
        /// What recovery needs.
        recoverability: Recoverability = Recoverability::NotAssessed => choice("Recoverability")
            .hint("What recovery needs.");
        /// Who or what noticed it first.
        detection_source: DetectionSource = DetectionSource::Unknown => choice("Detection source")
            .hint("Who or what noticed it first.");
        /// The services that it affects, by name.
        services: Names => names("Affected services", 20).personal()
            .hint("Each name in a line of its own, at most 20.");
        /// Whether work waits on something outside.
        on_hold: bool => flag("On hold").hint("Work waits on something outside.");
        /// Whether it is an exercise, kept out of metrics.
        is_exercise: bool => flag("Exercise").hint("Not a real incident.");
    }
}

impl Noun for IncidentFields {
    const NAME: &'static str = "incident";
    const ENTRY: &'static str = "incident.";
    const ONE: &'static str = "an incident";
    const TITLE: &'static str = "title";
}

/// What is said when an incident is opened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct IncidentDraft {
    /// What a person edits.
    #[serde(flatten)]
    pub fields: IncidentFields,
    /// Whether it is restricted to its team from the start.
    #[serde(default)]
    pub restricted: bool,
    /// When the organisation became aware; now, when not given.
    #[serde(default)]
    pub detected: Option<Stated>,
}

impl IncidentDraft {
    /// The same as it is kept, when everything can be accepted.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] with every field that cannot.
    pub fn checked(&self, at: CheckContext) -> Result<Self, Refusal> {
        let mut errors = FieldErrors::default();
        if let Some(detected) = &self.detected {
            detected.check("detected", at.now, at.is_zone, &mut errors);
        }
        let fields = errors.and(self.fields.checked(at))?;
        Ok(Self { fields, ..self.clone() })
    }

    /// A complete draft for tests and examples.
    #[must_use]
    pub fn example() -> Self {
        Self {
            fields: IncidentFields {
                title: "Credential phishing against the finance team".into(),
                summary: "Eleven people received a **false invoice**; two entered their password.".into(),
                category: Category::class_only(RsitClass::Fraud),
                ..IncidentFields::default()
            },
            restricted: false,
            detected: None,
        }
    }
}

/// An edit: the whole of the fields, and why where that must be said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IncidentEdit {
    /// The version the editor saw.
    pub version: i64,
    /// The fields as they should be.
    pub fields: IncidentFields,
    /// Why; needed when the severity changes.
    pub reason: String,
}

/// A member of an incident's team.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(sqlx::FromRow, utoipa::ToSchema))]
pub struct Member {
    /// Who.
    pub person_id: PersonId,
    /// Their name.
    pub name: String,
    /// Since when.
    pub added_at: Timestamp,
}
