//! The evidence of the demo and its custody, told by the people who had it in hand.

use holdfast_actions::{
    Ctx, Error, Result,
    evidence::{self, Happening, Registration},
    storage::whole,
};
use holdfast_domain::{
    custody::CustodyKind,
    evidence::{AcquisitionMethod, Details, EvidenceFields, EvidenceKind},
    marking::Tlp,
};

use super::{
    cast::{Cast, Who},
    script::{offset, parts, unreadable},
};

pub(super) use super::exhibits::EXHIBITS;

/// A piece of evidence.
pub(super) struct Exhibit {
    /// The title of its story.
    pub story: &'static str,
    /// When it was collected, from the detection on.
    pub collected: &'static str,
    pub by: Who,
    pub kind: EvidenceKind,
    pub title: &'static str,
    pub description: &'static str,
    /// The text of its file; things have none.
    pub text: &'static str,
    /// Bytes that follow the text, made by a formula.
    pub filler: usize,
    pub filename: &'static str,
    /// Maker, model, serial number, marks.
    pub device: [&'static str; 4],
    /// Host, path, owner.
    pub source: [&'static str; 3],
    pub malicious: bool,
    pub personal: bool,
    pub method: AcquisitionMethod,
    /// Name, version.
    pub tool: [&'static str; 2],
    pub authority: &'static str,
    pub witness: &'static str,
    pub write_blocker: &'static str,
    pub location: &'static str,
    /// The label of the exhibit it was copied from.
    pub copy_of: &'static str,
    /// `+2h M offered | to=N | reason=… | method=…`, from the collection on.
    pub custody: &'static [&'static str],
}

/// Nothing said yet.
pub(super) const BLANK: Exhibit = Exhibit {
    story: "",
    collected: "+1h",
    by: Who::Mina,
    kind: EvidenceKind::LogExport,
    title: "",
    description: "",
    text: "",
    filler: 0,
    filename: "",
    device: [""; 4],
    source: [""; 3],
    malicious: false,
    personal: false,
    method: AcquisitionMethod::LogExport,
    tool: [""; 2],
    authority: "Security policy 4.2",
    witness: "",
    write_blocker: "",
    location: "Evidence store, folder A",
    copy_of: "",
    custody: &[],
};

impl Exhibit {
    /// Its file; the same at every start.
    fn bytes(&self) -> Vec<u8> {
        let mut bytes = self.text.as_bytes().to_vec();
        let mut state = 0x9E37_79B9_u32;
        bytes.extend((0..self.filler).map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state.to_be_bytes()[0]
        }));
        bytes
    }

    fn fields(&self) -> EvidenceFields {
        EvidenceFields {
            kind: self.kind,
            title: self.title.into(),
            description: self.description.into(),
            original_filename: self.filename.into(),
            make: self.device[0].into(),
            model: self.device[1].into(),
            serial: self.device[2].into(),
            condition_marks: self.device[3].into(),
            source_host: self.source[0].into(),
            source_path: self.source[1].into(),
            source_owner: self.source[2].into(),
            tlp: Tlp::Amber,
            malicious: self.malicious,
            contains_personal_data: self.personal,
            retain_until: None,
            method: self.method,
            tool: self.tool[0].into(),
            tool_version: self.tool[1].into(),
            authority: self.authority.into(),
            witness: self.witness.into(),
            write_blocker: self.write_blocker.into(),
            clock_offset_s: (self.method == AcquisitionMethod::LogExport).then_some(2),
            acquisition_notes: String::new(),
        }
    }
}

/// Something that happened to an exhibit.
pub(super) struct CustodyLine {
    /// Seconds since its collection.
    pub after: i64,
    who: Who,
    kind: CustodyKind,
    said: Vec<(&'static str, &'static str)>,
}

/// Reads a line of custody.
pub(super) fn custody(line: &'static str) -> Result<CustodyLine> {
    let read = || {
        let mut parts = parts(line);
        let mut head = parts.next()?.split_whitespace();
        Some(CustodyLine {
            after: offset(head.next()?)?,
            who: Who::by_letter(head.next()?.chars().next()?)?,
            kind: head.next()?.parse().ok()?,
            said: parts.map(|part| part.split_once('=')).collect::<Option<_>>()?,
        })
    };
    read().ok_or_else(|| unreadable(line))
}

/// Registers an exhibit; gives its label.
pub(super) async fn register(ctx: &Ctx, cast: &Cast, reference: &str, number: usize) -> Result<String> {
    let exhibit = EXHIBITS.get(number).ok_or_else(|| Error::Failed(format!("no exhibit {number}")))?;
    let bytes = exhibit.bytes();
    let stored = if bytes.is_empty() {
        None
    } else {
        let stored = ctx.blobs().put(whole(bytes), None).await;
        Some(stored.map_err(|error| Error::Failed(format!("{}: {error}", exhibit.title)))?)
    };
    let (actor, fields) = (cast.actor(exhibit.by), exhibit.fields());
    let (location, file) = (exhibit.location, stored.as_ref());
    let new = Registration { fields: &fields, collected: None, location, file, copy_of: exhibit.copy_of };
    let item = evidence::register(ctx, actor, reference, new).await?;
    Ok(item.label)
}

/// Does what a line of custody says.
pub(super) async fn happen(ctx: &Ctx, cast: &Cast, (reference, label): (&str, &str), line: &CustodyLine) -> Result<()> {
    let actor = cast.actor(line.who);
    match line.kind {
        CustodyKind::Verified => drop(evidence::verify(ctx, actor, reference, label).await?),
        CustodyKind::Accessed => {
            let incident = holdfast_actions::incident::view(ctx, actor, reference).await?;
            drop(evidence::item(ctx, actor, &incident, label).await?);
        }
        CustodyKind::Downloaded => drop(evidence::download(ctx, actor, reference, label).await?),
        kind => {
            let happening = Happening { kind, occurred_at: None, details: details(cast, line)? };
            evidence::happen(ctx, actor, reference, label, happening).await?;
        }
    }
    Ok(())
}

fn details(cast: &Cast, line: &CustodyLine) -> Result<Details> {
    let mut details = Details::default();
    for (name, text) in &line.said {
        let field = match *name {
            "to" => {
                details.received_by = text.chars().next().and_then(Who::by_letter).map(|who| cast.id(who));
                continue;
            }
            "location" => &mut details.location,
            "seal_no" => &mut details.seal_no,
            "reason" => &mut details.reason,
            "method" => &mut details.method,
            "witness" => &mut details.witness,
            "tool" => &mut details.tool,
            "matter_no" => &mut details.matter_no,
            "recipient" => &mut details.recipient,
            "legal_basis" => &mut details.legal_basis,
            _ => return Err(unreadable(name)),
        };
        (*text).clone_into(field);
    }
    Ok(details)
}
