//! What the forms about evidence do: read the fields, one action, where to go.

use holdfast_actions::{
    Ctx, Result,
    evidence::{self, Happening},
};
use holdfast_domain::{
    Actor, Refusal, Timestamp,
    custody::CustodyKind,
    evidence::{CustodyEntry, Details, EvidenceFields},
    time::TimeSource,
};

use crate::{
    form::{Done, Form},
    item::read,
    ui::when,
};

/// What is said of an item whose file is not what was registered.
pub const FILE_IS_ALTERED: &str = "The file is NOT what it was when it was registered.";
/// What is said of an item whose file is not there.
pub const FILE_IS_GONE: &str = "The file is NOT there: the server found none under its hash.";

type FieldResult<T> = std::result::Result<T, Refusal>;

fn page(form: &Form) -> Result<String> {
    form.in_incident(&format!("/evidence/{}", form.param("label")?))
}

/// What a form about a new item holds, beside its file.
#[derive(Debug)]
pub struct RegistrationForm {
    /// What is said of it.
    pub fields: EvidenceFields,
    /// When it was collected.
    pub collected: Option<Timestamp>,
    /// Where it is kept.
    pub location: String,
    /// The label of the item it was copied from.
    pub copy_of: String,
}

/// Reads the form of a new item.
///
/// # Errors
/// [`Refusal::Invalid`] that names what cannot be read.
pub fn registration(form: &Form, filename: &str, actor: &Actor) -> FieldResult<RegistrationForm> {
    let text = |name: &str| form.text(name).trim().to_owned();
    let offset = form.opt("clock_offset_s").map(str::parse::<i64>).transpose();
    let offset = offset.map_err(|_| Refusal::field("clock_offset_s", "A whole number of seconds."))?;
    let fields = read::all(form, &actor.time_zone, &EvidenceFields::default())?;
    Ok(RegistrationForm {
        fields: EvidenceFields { original_filename: filename.to_owned(), clock_offset_s: offset, ..fields },
        collected: when::read(form, "collected", TimeSource::User, None)?.map(|stated| stated.at),
        location: text("location"),
        copy_of: text("copy_of"),
    })
}

pub async fn custody(form: &Form, ctx: &Ctx, actor: &Actor) -> Result<Done> {
    let kind = form.param("kind")?.parse().map_err(|_| Refusal::NotFound("kind of event".into()))?;
    let text = |name: &str| form.text(name).trim().to_owned();
    let receiver = form.opt("received_by").map(|_| form.choice("received_by")).transpose()?;
    let about = form.opt("refers_to").map(|_| form.choice("refers_to")).transpose()?;
    let details = Details {
        received_by: receiver,
        location: text("location"),
        seal_no: text("seal_no"),
        reason: text("reason"),
        method: text("method"),
        witness: text("witness"),
        expected_return: form.time("expected_return", &actor.time_zone, None)?,
        tool: text("tool"),
        copy: text("copy"),
        matter_no: text("matter_no"),
        recipient: text("recipient"),
        legal_basis: text("legal_basis"),
        refers_to: about,
        correction: text("correction"),
        ..Details::default()
    };
    let occurred_at = when::read(form, "occurred", TimeSource::User, None)?.map(|stated| stated.at);
    let happening = Happening { kind, occurred_at, details };
    evidence::happen(ctx, actor, form.param("reference")?, form.param("label")?, happening).await?;
    Ok(Done::said(page(form)?, "Recorded."))
}

pub async fn verify(form: &Form, ctx: &Ctx, actor: &Actor) -> Result<Done> {
    let item = evidence::verify(ctx, actor, form.param("reference")?, form.param("label")?).await?;
    // Somebody else's event may have come after this one.
    let is_mine = |entry: &&CustodyEntry| entry.kind == CustodyKind::Verified && entry.actor_id == actor.person_id;
    let found = item.entries.iter().rfind(is_mine).ok_or_else(|| Refusal::NotFound("verification".into()))?;
    Ok(match found.details.hash_ok {
        Some(true) => Done::said(page(form)?, "Verified: the file is what it was when it was registered."),
        _ if found.details.actual_sha256.is_empty() => Done::alarm(page(form)?, FILE_IS_GONE),
        _ => Done::alarm(page(form)?, FILE_IS_ALTERED),
    })
}
