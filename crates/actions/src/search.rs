//! The one search over everything that is written of incidents.

use holdfast_domain::{
    Actor, Object, Permission, allow,
    refusal::FieldErrors,
    search::{Found, HITS_MAX, HitKind, SearchQuery, TEXT_CHARS_MAX},
};
use holdfast_store::search as rows;

use crate::{Ctx, Result, permit};

/// What the actor may see and has the words, best first.
///
/// # Errors
/// A refusal when the role does not see incidents or the query is not acceptable.
pub async fn find(ctx: &Ctx, actor: &Actor, query: &SearchQuery) -> Result<Found> {
    permit(ctx, actor, Permission::ListIncidents, Object::None).await?;
    let mut errors = FieldErrors::default();
    errors.line("q", &query.text, false, TEXT_CHARS_MAX);
    if !(1..=HITS_MAX).contains(&query.limit) {
        errors.add("limit", format!("Between 1 and {HITS_MAX}."));
    }
    if !(0..=HITS_MAX).contains(&query.offset) {
        errors.add("offset", format!("Between 0 and {HITS_MAX}; more words find what lies beyond."));
    }
    errors.finish()?;
    let wanted = if query.kinds.is_empty() { HitKind::ALL } else { query.kinds.as_slice() };
    let kinds = wanted.iter().copied().filter(|kind| may_find(actor, *kind)).collect();
    let mut hits = rows::find(ctx.db(), actor, &SearchQuery { kinds, ..query.clone() }).await?;
    let limit = usize::try_from(query.limit).unwrap_or(1);
    let more = hits.len() > limit;
    hits.truncate(limit);
    let next = Some(query.offset + query.limit).filter(|next| more && *next < HITS_MAX);
    Ok(Found { hits, next })
}

/// Whether the actor may see things of this kind in an incident that they may see.
fn may_find(actor: &Actor, kind: HitKind) -> bool {
    let permission = match kind {
        HitKind::Evidence => Permission::ViewEvidence,
        _ => Permission::ViewIncident,
    };
    allow(actor, permission, Object::None)
}
