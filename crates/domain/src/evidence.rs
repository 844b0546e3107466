//! A piece of evidence: what it is, how it was acquired, and what its custody says of it (standards
//! §1.3 to §1.5).

use serde::{Deserialize, Serialize};

use crate::{
    CustodyId, EvidenceId, IncidentId, PersonId, Refusal, Timestamp,
    custody::{CustodyEvent, CustodyKind, CustodyStep},
    field::{Field, Fields as _},
    marking::Tlp,
    refusal::FieldErrors,
};

text_enum! {
    /// What it is.
    EvidenceKind {
        Disk = "disk", "Disk image";
        Memory = "memory", "Memory image";
        Pcap = "pcap", "Network capture";
        LogExport = "log-export", "Log export";
        Email = "email", "E-mail";
        Mobile = "mobile", "Mobile device";
        CloudSnapshot = "cloud-snapshot", "Cloud snapshot";
        MalwareSample = "malware-sample", "Malware sample";
        Document = "document", "Document";
        Screenshot = "screenshot", "Screenshot";
        Physical = "physical", "Physical item";
        Other = "other", "Other";
    }
}

text_enum! {
    /// How it was acquired.
    AcquisitionMethod {
        DeadImage = "dead-image", "Image of a system at rest";
        LiveImage = "live-image", "Image of a running system";
        Memory = "memory", "Memory capture";
        Logical = "logical", "Logical copy";
        CloudApi = "cloud-api", "Cloud interface";
        LogExport = "log-export", "Log export";
        PhysicalSeizure = "physical-seizure", "Physical seizure";
        Other = "other", "Other";
    }
}

text_enum! {
    /// Whether it is still here.
    EvidenceStatus {
        InCustody = "in-custody", "In custody";
        Returned = "returned", "Returned";
        Disposed = "disposed", "Disposed of";
    }
}

fields! {
    /// What is said of an item when it is registered. It is not edited afterwards: what was wrong is
    /// corrected by an event.
    #[cfg_attr(feature = "server", derive(sqlx::FromRow))]
    EvidenceFields {
        /// What it is.
        kind: EvidenceKind = EvidenceKind::LogExport => choice("Kind");
        /// One line that names it.
        title: String => line("What it is", 200).required().personal();
        /// What else is known of it.
        #[serde(default)]
        description: String => text("Description", 10_000).personal();
        /// The name the file had where it came from.
        #[serde(default)]
        original_filename: String => words("File name");
        /// Of a device: who made it.
        #[serde(default)]
        make: String => words("Make");
        /// Of a device: its model.
        #[serde(default)]
        model: String => words("Model");
        /// Of a device: its serial number.
        #[serde(default)]
        serial: String => words("Serial number");
        /// Of a device: condition, marks, scratches.
        #[serde(default)]
        condition_marks: String => words("Condition and marks");
        /// The system it came from.
        #[serde(default)]
        source_host: String => words("From system");
        /// Where on that system it was.
        #[serde(default)]
        source_path: String => words("Path there");
        /// Whose it was.
        #[serde(default)]
        source_owner: String => words("Whose");
        /// Who may read it.
        #[serde(default = "amber")]
        tlp: Tlp = Tlp::Amber => choice("TLP");
        /// Whether it could do harm; it then leaves only inside an encrypted ZIP.
        #[serde(default)]
        malicious: bool => flag("Malicious")
            .hint("Leaves only inside a ZIP with AES-256, which 7-Zip opens, password “infected”.");
        /// Whether it holds personal data.
        #[serde(default)]
        contains_personal_data: bool => flag("Holds personal data");
        /// Until when it must be kept.
        #[serde(default)]
        retain_until: Option<Timestamp> => time("Keep until").hint("It cannot be disposed of before.");
        /// How it was acquired.
        #[serde(default = "other")]
        method: AcquisitionMethod = AcquisitionMethod::LogExport => choice("Method");
        /// With which tool.
        #[serde(default)]
        tool: String => words("Tool");
        /// In which version.
        #[serde(default)]
        tool_version: String => words("Version");
        /// By which authority: policy, consent, warrant, contract.
        #[serde(default)]
        authority: String => words("By authority of").hint("Policy, consent, warrant, contract.");
        /// Who witnessed it.
        #[serde(default)]
        witness: String => words("Witness");
        /// Which write blocker was used, or why none.
        #[serde(default)]
        write_blocker: String => words("Write blocker").hint("Which, or why none.");
        /// By how many seconds the source's clock was ahead.
        #[serde(default)]
        clock_offset_s: Option<i64> => own("Clock ahead by", 0);
        /// What else is to be said of the acquisition, changes made to the source among it.
        #[serde(default)]
        acquisition_notes: String => text("Notes", 10_000).personal()
            .hint("Changes made to the source, and why they could not be avoided.");
    }
}

/// Longest of the single lines, in characters.
pub const LINE_CHARS_MAX: usize = 300;

const fn words(label: &'static str) -> Field {
    crate::field::line(label, LINE_CHARS_MAX).personal()
}

const fn amber() -> Tlp {
    Tlp::Amber
}
const fn other() -> AcquisitionMethod {
    AcquisitionMethod::Other
}

impl EvidenceFields {
    /// Notes what cannot be accepted.
    pub fn check(&self, now: Timestamp, errors: &mut FieldErrors) {
        for (field, value) in Self::FIELDS.iter().filter_map(|field| Some((field, self.get(field.name)?))) {
            field.check(&value, now, errors);
        }
        if self.clock_offset_s.is_some_and(|offset| offset.unsigned_abs() > 100 * 365 * 86_400) {
            errors.add("clock_offset_s", "Between −100 and 100 years, in seconds.");
        }
    }
}

/// A piece of evidence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(sqlx::FromRow, utoipa::ToSchema))]
pub struct Evidence {
    /// Its id.
    pub id: EvidenceId,
    /// The incident it belongs to.
    pub incident_id: IncidentId,
    /// That incident's reference.
    pub incident_reference: String,
    /// What people call it, such as `EV-0001`.
    pub label: String,
    /// What was said when it was registered.
    #[cfg_attr(feature = "server", sqlx(flatten))]
    #[serde(flatten)]
    pub fields: EvidenceFields,
    /// The label of the item it was copied from.
    pub copy_of: Option<String>,
    /// The bytes of its file; absent for things.
    pub size_bytes: Option<i64>,
    /// The SHA-256 of its file, in hex.
    pub sha256: Option<String>,
    /// Whether it is still here.
    pub status: EvidenceStatus,
    /// Who holds it.
    pub holder_id: Option<PersonId>,
    /// The holder's name.
    pub holder_name: Option<String>,
    /// Who was offered it and has not answered.
    pub offered_to_id: Option<PersonId>,
    /// That person's name.
    pub offered_to_name: Option<String>,
    /// Whether it is lent.
    pub checked_out: bool,
    /// The number of its unbroken seal.
    pub seal_no: Option<String>,
    /// Where it is kept.
    pub location: String,
    /// Legal holds upon it.
    pub holds: i64,
    /// Whether its file was not what it was when it was last verified.
    pub altered: bool,
    /// Events in its custody.
    pub events: i64,
    /// When it was registered.
    pub created_at: Timestamp,
    /// Who registered it.
    pub created_by_name: String,
}

/// What an event says besides its kind, who and when. Which of them are needed depends on the kind.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Details {
    /// Who gives it away.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub released_by: Option<PersonId>,
    /// Who shall take it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub received_by: Option<PersonId>,
    /// Its new place.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub location: String,
    /// The number of the seal.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub seal_no: String,
    /// What for, or why.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// How: in person, by courier and tracking number, electronically; how it was destroyed.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub method: String,
    /// Who witnessed it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub witness: String,
    /// When it is expected back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expected_return: Option<Timestamp>,
    /// The tool and its version.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub tool: String,
    /// The label of the copy that was made, or that was worked on.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub copy: String,
    /// The legal matter.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub matter_no: String,
    /// To whom it was disclosed or returned.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub recipient: String,
    /// On which legal basis.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub legal_basis: String,
    /// The hash it should have, in hex.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub expected_sha256: String,
    /// The hash it has, in hex.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub actual_sha256: String,
    /// Whether they agree.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hash_ok: Option<bool>,
    /// The number of the event that was recorded wrongly.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refers_to: Option<u32>,
    /// What was recorded, and what should have been.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub correction: String,
    /// Whether a lead checked it in, or turned the request down.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub as_lead: bool,
    /// Until when it had to be kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retain_until: Option<Timestamp>,
}

impl Details {
    /// The texts, by name.
    #[must_use]
    pub fn texts(&self) -> Vec<(&'static str, &str)> {
        let all = [
            ("location", &self.location),
            ("seal_no", &self.seal_no),
            ("reason", &self.reason),
            ("method", &self.method),
            ("witness", &self.witness),
            ("tool", &self.tool),
            ("copy", &self.copy),
            ("matter_no", &self.matter_no),
            ("recipient", &self.recipient),
            ("legal_basis", &self.legal_basis),
            ("correction", &self.correction),
        ];
        all.into_iter().map(|(name, text)| (name, text.as_str())).filter(|(_, text)| !text.is_empty()).collect()
    }

    /// Notes what this kind needs and what cannot be kept (standards §1.5).
    pub fn check(&self, kind: CustodyKind, errors: &mut FieldErrors) {
        for name in needed(kind) {
            let given = self.texts().iter().any(|(known, text)| known == name && !text.trim().is_empty());
            if !given {
                errors.add(name, "This is needed.");
            }
        }
        for (name, text) in self.texts() {
            errors.text(name, text, 2_000);
        }
        if kind == CustodyKind::Offered && self.received_by.is_none() {
            errors.add("received_by", "Say who shall receive it.");
        }
        if kind == CustodyKind::Corrected && self.refers_to.is_none() {
            errors.add("refers_to", "Name the event by its number.");
        }
    }
}

/// The texts that an event of this kind needs.
#[must_use]
pub const fn needed(kind: CustodyKind) -> &'static [&'static str] {
    use CustodyKind as K;
    match kind {
        K::Sealed => &["seal_no"],
        K::Unsealed | K::Refused | K::Withdrawn | K::CheckedOut | K::HoldReleased | K::DisposalWithdrawn => &["reason"],
        K::Offered => &["reason", "method"],
        K::Analysed => &["tool"],
        K::Moved => &["location"],
        K::HoldPlaced => &["matter_no"],
        K::Disclosed => &["recipient", "legal_basis"],
        K::Returned => &["recipient", "method"],
        K::DisposalRequested => &["reason", "method"],
        K::Disposed => &["witness"],
        K::Corrected => &["correction"],
        K::Copied | K::Imaged => &["copy"],
        K::Collected | K::Accepted | K::CheckedIn | K::Accessed | K::Downloaded | K::Verified => &[],
    }
}

/// What an item is called where more than one incident is in view: `INC-2026-0042/EV-0001`. Its label alone
/// names it within its incident only.
#[must_use]
pub fn full_label(incident: &str, label: &str) -> String {
    format!("{incident}/{label}")
}

/// An event as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct CustodyEntry {
    /// Its id.
    pub id: CustodyId,
    /// Its number in the item's chain, from one.
    pub seq: u32,
    /// What happened.
    pub kind: CustodyKind,
    /// Who did it, from their own account.
    pub actor_id: PersonId,
    /// The name under which they did it, by the ledger's entry.
    pub actor_name: String,
    /// Their handle, which no other person has or had.
    pub actor_handle: String,
    /// When it happened, as told.
    pub occurred_at: Timestamp,
    /// When the server was told.
    pub recorded_at: Timestamp,
    /// What else it says.
    pub details: Details,
}

impl CustodyEntry {
    /// The event as the rules see it.
    ///
    /// # Errors
    /// [`Refusal::Rule`] when a part that its kind needs is missing.
    pub fn event(&self) -> Result<CustodyEvent, Refusal> {
        let missing = || Refusal::Rule("This event is incomplete.".into());
        let details = &self.details;
        let step = match self.kind {
            CustodyKind::Collected => CustodyStep::Collected,
            CustodyKind::Sealed => CustodyStep::Sealed(details.seal_no.clone()),
            CustodyKind::Unsealed => CustodyStep::Unsealed,
            CustodyKind::Offered => CustodyStep::Offered {
                released_by: details.released_by.unwrap_or(self.actor_id),
                received_by: details.received_by.ok_or_else(missing)?,
            },
            CustodyKind::Accepted => CustodyStep::Accepted,
            CustodyKind::Refused => CustodyStep::Refused,
            CustodyKind::Withdrawn => CustodyStep::Withdrawn,
            CustodyKind::CheckedOut => {
                CustodyStep::CheckedOut { released_by: details.released_by.ok_or_else(missing)? }
            }
            CustodyKind::CheckedIn => CustodyStep::CheckedIn { as_lead: details.as_lead },
            kind @ (CustodyKind::Copied
            | CustodyKind::Imaged
            | CustodyKind::Analysed
            | CustodyKind::Accessed
            | CustodyKind::Downloaded
            | CustodyKind::Verified
            | CustodyKind::Disclosed) => CustodyStep::Noted(kind),
            CustodyKind::Moved => CustodyStep::Moved(details.location.clone()),
            CustodyKind::HoldPlaced => CustodyStep::HoldPlaced(details.matter_no.clone()),
            CustodyKind::HoldReleased => CustodyStep::HoldReleased(details.matter_no.clone()),
            CustodyKind::Returned => CustodyStep::Returned,
            CustodyKind::DisposalRequested => CustodyStep::DisposalRequested,
            CustodyKind::DisposalWithdrawn => CustodyStep::DisposalWithdrawn { as_lead: details.as_lead },
            CustodyKind::Disposed => CustodyStep::Disposed { retain_until: details.retain_until },
            CustodyKind::Corrected => CustodyStep::Corrected { refers_to: details.refers_to.ok_or_else(missing)? },
        };
        let (seq, actor, occurred_at, recorded_at) = (self.seq, self.actor_id, self.occurred_at, self.recorded_at);
        Ok(CustodyEvent { seq, actor, occurred_at, recorded_at, step })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_asks_for_what_the_standard_asks() {
        let missing = |kind, details: &Details| {
            let mut errors = FieldErrors::default();
            details.check(kind, &mut errors);
            match errors.finish() {
                Err(Refusal::Invalid(errors)) => errors.into_iter().map(|error| error.field).collect::<Vec<_>>(),
                _ => Vec::new(),
            }
        };
        let nothing = Details::default();
        assert_eq!(missing(CustodyKind::Offered, &nothing), ["reason", "method", "received_by"]);
        assert_eq!(missing(CustodyKind::Disclosed, &nothing), ["recipient", "legal_basis"]);
        assert!(missing(CustodyKind::CheckedIn, &nothing).is_empty());
        let blank = Details { seal_no: "  ".into(), ..Details::default() };
        assert_eq!(missing(CustodyKind::Sealed, &blank), ["seal_no"]);
    }
}
