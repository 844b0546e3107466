//! The evidence of the demo and its custody, told by the people who had it in hand. The bytes are text and
//! numbers made up here; nothing in them could do harm.

use holdfast_actions::{
    Ctx, Error, Result,
    evidence::{self, Happening, Registration},
    storage::whole,
};
use holdfast_domain::{
    custody::CustodyKind,
    evidence::{Details, EvidenceFields},
};
use serde::{Deserialize, Deserializer, de::Error as _};
use serde_json::{Map, Value, from_value, to_value};

use super::{
    cast::{Cast, Who},
    script::{self, Line, parts},
};

/// A piece of evidence.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Exhibit {
    /// When it was collected, in seconds from the detection on.
    #[serde(deserialize_with = "script::line")]
    pub collected: i64,
    by: Who,
    location: String,
    /// The label of the exhibit it was copied from.
    #[serde(default)]
    copy_of: String,
    /// The text of its file; things have none.
    #[serde(default)]
    text: String,
    /// Bytes that follow the text, made by a formula.
    #[serde(default)]
    filler: usize,
    /// From the collection on.
    #[serde(deserialize_with = "script::lines")]
    pub custody: Vec<CustodyLine>,
    #[serde(deserialize_with = "evidence_fields")]
    fields: EvidenceFields,
}

/// With a refusal of names that are none of a field, which serde would pass over.
fn evidence_fields<'de, D: Deserializer<'de>>(data: D) -> std::result::Result<EvidenceFields, D::Error> {
    let said = Map::<String, Value>::deserialize(data)?;
    let names: Vec<String> = said.keys().cloned().collect();
    let fields: EvidenceFields = from_value(said.into()).map_err(D::Error::custom)?;
    let known = to_value(&fields).map_err(D::Error::custom)?;
    match names.iter().find(|name| known.get(name).is_none()) {
        Some(name) => Err(D::Error::custom(format!("evidence has no field {name}"))),
        None => Ok(fields),
    }
}

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
}

/// Something that happened to an exhibit: `+2h M offered | to=N | reason=… | method=…`, with the names that
/// REST has for the details.
#[derive(Debug)]
pub(super) struct CustodyLine {
    /// Seconds since its collection.
    pub after: i64,
    who: Who,
    kind: CustodyKind,
    to: Option<Who>,
    said: Details,
}

impl Line for CustodyLine {
    fn read(line: &str) -> Option<Self> {
        let mut parts = parts(line);
        let mut head = parts.next()?.split_whitespace();
        let (after, who, kind) = (head.next()?, head.next()?, head.next()?);
        let said = parts.map(|part| part.split_once('=').map(|(name, text)| (name.to_owned(), text.into())));
        let mut said: Map<String, Value> = said.collect::<Option<_>>()?;
        let to = said.remove("to");
        Some(Self {
            after: i64::read(after)?,
            who: Who::by_letter(who.chars().next()?)?,
            kind: kind.parse().ok()?,
            to: to.and_then(|to| Who::by_letter(to.as_str()?.chars().next()?)),
            said: from_value(said.into()).ok()?,
        })
    }
}

/// Registers an exhibit; gives its label.
pub(super) async fn register(ctx: &Ctx, cast: &Cast, reference: &str, exhibit: &Exhibit) -> Result<String> {
    let bytes = exhibit.bytes();
    let stored = if bytes.is_empty() {
        None
    } else {
        let stored = ctx.blobs().put(whole(bytes), None).await;
        Some(stored.map_err(|error| Error::Failed(format!("{}: {error}", exhibit.fields.title)))?)
    };
    let (actor, fields) = (cast.actor(exhibit.by), &exhibit.fields);
    let (location, file) = (exhibit.location.as_str(), stored.as_ref());
    let new = Registration { fields, collected: None, location, file, copy_of: &exhibit.copy_of };
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
            let details = Details { received_by: line.to.map(|who| cast.id(who)), ..line.said.clone() };
            let happening = Happening { kind, occurred_at: None, details };
            evidence::happen(ctx, actor, reference, label, happening).await?;
        }
    }
    Ok(())
}
