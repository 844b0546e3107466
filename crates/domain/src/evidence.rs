//! A piece of evidence: what it is, how it was acquired, and what its custody says of it (standards
//! §1.3 to §1.5).

use serde::{Deserialize, Serialize};

use crate::{
    CustodyId, EvidenceId, IncidentId, PersonId, Refusal, Timestamp,
    custody::{CustodyEvent, CustodyKind, CustodyStep},
    field::FieldText,
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

/// What is said of an item when it is registered. It is not edited afterwards: what was wrong is
/// corrected by an event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(sqlx::FromRow, utoipa::ToSchema))]
pub struct EvidenceFields {
    /// What it is.
    pub kind: EvidenceKind,
    /// One line that names it.
    pub title: String,
    /// What else is known of it.
    #[serde(default)]
    pub description: String,
    /// The name the file had where it came from.
    #[serde(default)]
    pub original_filename: String,
    /// Of a device: who made it.
    #[serde(default)]
    pub make: String,
    /// Of a device: its model.
    #[serde(default)]
    pub model: String,
    /// Of a device: its serial number.
    #[serde(default)]
    pub serial: String,
    /// Of a device: condition, marks, scratches.
    #[serde(default)]
    pub condition_marks: String,
    /// The system it came from.
    #[serde(default)]
    pub source_host: String,
    /// Where on that system it was.
    #[serde(default)]
    pub source_path: String,
    /// Whose it was.
    #[serde(default)]
    pub source_owner: String,
    /// Who may read it.
    #[serde(default = "amber")]
    pub tlp: Tlp,
    /// Whether it could do harm; it then leaves only inside an encrypted ZIP.
    #[serde(default)]
    pub malicious: bool,
    /// Whether it holds personal data.
    #[serde(default)]
    pub contains_personal_data: bool,
    /// Until when it must be kept.
    #[serde(default)]
    pub retain_until: Option<Timestamp>,
    /// How it was acquired.
    #[serde(default = "other")]
    pub method: AcquisitionMethod,
    /// With which tool.
    #[serde(default)]
    pub tool: String,
    /// In which version.
    #[serde(default)]
    pub tool_version: String,
    /// By which authority: policy, consent, warrant, contract.
    #[serde(default)]
    pub authority: String,
    /// Who witnessed it.
    #[serde(default)]
    pub witness: String,
    /// Which write blocker was used, or why none.
    #[serde(default)]
    pub write_blocker: String,
    /// By how many seconds the source's clock was ahead.
    #[serde(default)]
    pub clock_offset_s: Option<i64>,
    /// What else is to be said of the acquisition, changes made to the source among it.
    #[serde(default)]
    pub acquisition_notes: String,
}

const fn amber() -> Tlp {
    Tlp::Amber
}
const fn other() -> AcquisitionMethod {
    AcquisitionMethod::Other
}

impl EvidenceFields {
    /// Notes what cannot be accepted.
    pub fn check(&self, errors: &mut FieldErrors) {
        errors.line("title", &self.title, true, 200);
        for (name, text) in [("description", &self.description), ("acquisition_notes", &self.acquisition_notes)] {
            errors.text(name, text, 10_000);
        }
        for (name, text) in self.lines() {
            errors.line(name, text, false, 300);
        }
        if self.clock_offset_s.is_some_and(|offset| offset.unsigned_abs() > 100 * 365 * 86_400) {
            errors.add("clock_offset_s", "Between −100 and 100 years, in seconds.");
        }
    }

    fn lines(&self) -> [(&'static str, &String); 13] {
        [
            ("original_filename", &self.original_filename),
            ("make", &self.make),
            ("model", &self.model),
            ("serial", &self.serial),
            ("condition_marks", &self.condition_marks),
            ("source_host", &self.source_host),
            ("source_path", &self.source_path),
            ("source_owner", &self.source_owner),
            ("tool", &self.tool),
            ("tool_version", &self.tool_version),
            ("authority", &self.authority),
            ("witness", &self.witness),
            ("write_blocker", &self.write_blocker),
        ]
    }

    /// Every field that holds anything, as the ledger commits to it.
    #[must_use]
    pub fn as_text(&self) -> Vec<FieldText> {
        let field = |name, text: String, personal| FieldText { name, label: name, text, personal };
        let mut fields = vec![
            field("kind", self.kind.to_string(), false),
            field("title", self.title.clone(), true),
            field("description", self.description.clone(), true),
            field("tlp", self.tlp.to_string(), false),
            field("malicious", self.malicious.to_string(), false),
            field("contains_personal_data", self.contains_personal_data.to_string(), false),
            field("retain_until", self.retain_until.map(|at| at.to_string()).unwrap_or_default(), false),
            field("method", self.method.to_string(), false),
            field("clock_offset_s", self.clock_offset_s.map(|offset| offset.to_string()).unwrap_or_default(), false),
            field("acquisition_notes", self.acquisition_notes.clone(), true),
        ];
        fields.extend(self.lines().into_iter().map(|(name, text)| field(name, text.clone(), true)));
        fields
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
