//! Names of people: which somebody may give themself, what lists show of everyone, and the name that the ledger
//! holds for an action, with the handle beside it.

use std::{collections::HashMap, str::FromStr};

use holdfast_domain::{
    Actor, OrgId, PersonId, Refusal,
    person_name::{ERASED_NAME, TakenNames, has_brackets, with_handle},
};
use holdfast_ledger::{Entry, commitment, entry::ACTOR_NAME};
use holdfast_store::{
    Tx,
    ledger::EntryRow,
    person_name::{self as rows, GivenName, NamedPerson, SignedRow},
};

use crate::{Ctx, Error, Result};

/// What is shown of a text that does not fit its commitment.
pub(crate) const NOT_THE_ONE: &str = "(This text is not the one the ledger committed to.)";

/// Refuses a name that somebody gives themself where anybody else, or the program, has or had it or one that looks
/// like it. The ledger's head is locked, so that no two do so at once.
pub(crate) async fn check_own_name(tx: &mut Tx, org: OrgId, id: PersonId, name: &str) -> Result<()> {
    if has_brackets(name) {
        return Err(Refusal::field("name", "Leave brackets out; handles are printed in them.").into());
    }
    let people = rows::all(&mut *tx, org).await?;
    if taken(&mut *tx, org, &people).await?.is_taken(name, id) {
        let words = "Somebody else has or had this name, or one that looks like it. Choose another, or ask an \
                     administrator.";
        return Err(Refusal::field("name", words).into());
    }
    Ok(())
}

async fn taken(tx: &mut Tx, org: OrgId, people: &[NamedPerson]) -> Result<TakenNames> {
    let mut taken = TakenNames::default();
    people.iter().for_each(|person| taken.add(person.id, &person.name));
    for given in rows::given(&mut *tx, org, None).await? {
        if let (Ok(id), Some(name)) = (given.subject_id.parse(), &given.text) {
            taken.add(id, name);
        }
    }
    Ok(taken)
}

/// Writes the names as lists show them, after a name was given: with the handle where a name alone could be taken
/// for somebody else's.
pub(crate) async fn refresh(tx: &mut Tx, org: OrgId) -> Result<()> {
    let people = rows::all(&mut *tx, org).await?;
    let taken = taken(&mut *tx, org, &people).await?;
    for person in &people {
        let is_taken = taken.is_taken(&person.name, person.id);
        let shown = if is_taken { with_handle(&person.name, &person.handle) } else { person.name.clone() };
        if shown != person.display_name {
            rows::set_display_name(tx, org, person.id, &shown).await?;
        }
    }
    Ok(())
}

/// The actor as papers name who made them.
pub(crate) async fn signature(ctx: &Ctx, actor: &Actor) -> Result<String> {
    let handle = rows::handle(ctx.db(), actor.org_id, actor.person_id).await?;
    Ok(with_handle(&actor.name, &handle.unwrap_or_default()))
}

/// Who made an entry: the name that it commits to, and the person's handle.
pub(crate) fn signer(row: &EntryRow) -> Result<(String, String)> {
    let entry = revealed(&row.entry, None)?;
    let name = match (&row.name_salt, &row.name_text) {
        (Some(salt), Some(text)) => opened(&entry, ACTOR_NAME, salt, text),
        _ => ERASED_NAME.to_owned(),
    };
    Ok((name, row.actor_handle.clone().unwrap_or_default()))
}

/// An entry with the values that it commits to, where they are stored, by salt and text, and are the ones it commits
/// to.
pub(crate) fn revealed(text: &str, values: Option<(&[u8], &str)>) -> Result<Entry> {
    let mut entry = Entry::from_bytes(text.as_bytes())
        .map_err(|error| Error::failed("an entry of the ledger cannot be read", error))?;
    if let Some((salt, values)) = values
        && let Ok(salt) = salt.try_into()
    {
        entry.reveal(salt, values);
    }
    Ok(entry)
}

/// The id that an entry gives for what it is about, such as that of an event of custody.
pub(crate) fn id_in<T: FromStr>(row: &SignedRow, field: &str) -> Result<Option<T>> {
    let values = row.values_salt.as_deref().zip(row.values_text.as_deref());
    let entry = revealed(&row.entry.entry, values)?;
    Ok(entry.content.data.get(field).and_then(|id| id.as_str()?.parse().ok()))
}

/// The text behind a commitment; one that does not fit is not shown as if it did.
pub(crate) fn opened(entry: &Entry, field: &str, salt: &[u8], text: &str) -> String {
    if fits(entry, field, salt, text) { text.to_owned() } else { NOT_THE_ONE.into() }
}

/// Whether a text is the one that an entry committed to.
pub(crate) fn fits(entry: &Entry, field: &str, salt: &[u8], text: &str) -> bool {
    <[u8; 32]>::try_from(salt).is_ok_and(|salt| entry.commitment_of(field) == Some(commitment(&salt, text)))
}

/// The names that people had when something was recorded about them.
#[derive(Debug, Default)]
pub(crate) struct NamesThen {
    given: HashMap<String, Vec<(i64, String)>>,
    people: HashMap<String, NamedPerson>,
}

impl NamesThen {
    /// Reads those of some people.
    pub(crate) async fn read(ctx: &Ctx, org: OrgId, mut of: Vec<PersonId>) -> Result<Self> {
        of.sort_unstable();
        of.dedup();
        let mut names = Self::default();
        if of.is_empty() {
            return Ok(names);
        }
        // As many as one statement takes on both databases.
        for some in of.chunks(500) {
            for given in rows::given(ctx.db(), org, Some(some)).await? {
                if let Some(name) = name_of(&given)? {
                    names.given.entry(given.subject_id).or_default().push((given.seq, name));
                }
            }
        }
        let all = rows::all(ctx.db(), org).await?.into_iter().filter(|person| of.binary_search(&person.id).is_ok());
        names.people = all.map(|person| (person.id.to_string(), person)).collect();
        Ok(names)
    }

    /// The name that somebody had when this entry was made, with their handle; `None` of nobody who is known.
    pub(crate) fn at(&self, id: &str, seq: i64) -> Option<String> {
        let person = self.people.get(id)?;
        let given = self.given.get(id).and_then(|names| names.iter().rev().find(|(from, _)| *from <= seq));
        Some(with_handle(given.map_or(&person.name, |(_, name)| name), &person.handle))
    }
}

/// The name that an entry gave, if it gave one.
fn name_of(given: &GivenName) -> Result<Option<String>> {
    let entry = revealed(&given.entry, None)?;
    let Some(field) = ["name", "after.name"].into_iter().find(|field| entry.commitment_of(field).is_some()) else {
        return Ok(None);
    };
    Ok(Some(match (&given.salt, &given.text) {
        (Some(salt), Some(text)) => opened(&entry, field, salt, text),
        _ => ERASED_NAME.to_owned(),
    }))
}
