//! The people that a noun of an incident names, for reading and for choosing.

use holdfast_actions::{Result, person, task};
use holdfast_domain::{FieldKind, Fields, Value};

use crate::{incident::Room, request::Request, ui::Choice};

fn names_people<F: Fields>() -> bool {
    F::FIELDS.iter().any(|field| matches!(field.kind, FieldKind::Person | FieldKind::People))
}

/// Everybody by name, where the noun names people at all.
pub async fn everybody<F: Fields>(req: &Request) -> Result<Vec<Choice>> {
    if !names_people::<F>() {
        return Ok(Vec::new());
    }
    let (ctx, actor) = req.signed_in()?;
    let everybody = person::everybody(ctx, actor).await?;
    Ok(everybody.into_iter().map(|person| (person.id.to_string(), person.name)).collect())
}

/// The people on offer: those who can work in the incident, and who is chosen already, whatever became of
/// them.
pub async fn offered<F: Fields>(req: &Request, seen: &Room, start: &F) -> Result<Vec<Choice>> {
    let mut offered = everybody::<F>(req).await?;
    if !offered.is_empty() {
        let (ctx, actor) = req.signed_in()?;
        let workers = task::workers(ctx, actor, &seen.incident).await?;
        let chosen: Vec<String> = F::FIELDS.iter().filter_map(|field| start.get(field.name)).flat_map(ids).collect();
        offered.retain(|(id, _)| workers.iter().any(|(worker, _)| worker.to_string() == *id) || chosen.contains(id));
    }
    Ok(offered)
}

fn ids(value: Value) -> Vec<String> {
    match value {
        Value::List(ids) => ids,
        value => vec![value.as_text()],
    }
}
