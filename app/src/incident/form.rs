//! The fields of an incident as a form: for opening one and for editing one.

use holdfast_actions::person::PersonName;
use holdfast_domain::{Field, PersonId};

use crate::ui::Choice;

/// Whether a field is known only later, and not asked when an incident is opened.
pub fn is_known_later(field: &Field) -> bool {
    matches!(field.name, "disposition" | "root_cause")
}

/// The people to choose an owner from; one who can no longer sign in stays while they own it.
pub fn owners(names: &[PersonName], current: Option<(PersonId, &str)>) -> Vec<Choice> {
    let mut choices: Vec<Choice> = names.iter().map(|person| (person.id.to_string(), person.name.clone())).collect();
    if let Some((id, name)) = current
        && names.iter().all(|person| person.id != id)
    {
        choices.push((id.to_string(), name.to_owned()));
    }
    choices
}
