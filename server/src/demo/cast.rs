//! Who is in the demo, and the letters by which its scripts name them.

use holdfast_actions::{Ctx, Result, person};
use holdfast_domain::{Actor, PersonId, person::Role};
use serde::Deserialize;

/// Who is in it: role, name, address. One account of each role first; then those who take turns.
pub(super) const PEOPLE: &[(Role, &str, &str)] = &[
    (Role::Administrator, "Ada Okafor", "administrator@demo.example"),
    (Role::Lead, "Linus Berg", "lead@demo.example"),
    (Role::Analyst, "Mina Sato", "analyst@demo.example"),
    (Role::Executive, "Elena Costa", "executive@demo.example"),
    (Role::Auditor, "Tomas Novak", "auditor@demo.example"),
    (Role::Lead, "Hanna Vogel", "lead2@demo.example"),
    (Role::Analyst, "Noah Adeyemi", "analyst2@demo.example"),
];

/// Somebody who works with incidents, by their place in [`PEOPLE`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub(super) enum Who {
    /// `L`, an incident lead.
    Linus = 1,
    /// `M`, an analyst.
    Mina = 2,
    /// `T`, the auditor.
    Tomas = 4,
    /// `H`, the other lead.
    Hanna = 5,
    /// `N`, the other analyst.
    Noah = 6,
}

impl Who {
    /// By letter.
    pub(super) const fn by_letter(letter: char) -> Option<Self> {
        Some(match letter {
            'L' => Self::Linus,
            'H' => Self::Hanna,
            'M' => Self::Mina,
            'N' => Self::Noah,
            'T' => Self::Tomas,
            _ => return None,
        })
    }

    /// Whether this is one of the leads.
    pub(super) const fn is_lead(self) -> bool {
        matches!(self, Self::Linus | Self::Hanna)
    }
}

/// [`PEOPLE`], as the actions know them.
pub(super) struct Cast(Vec<Actor>);

impl Cast {
    /// Finds them, once their accounts are there.
    pub(super) async fn find(ctx: &Ctx) -> Result<Self> {
        let mut actors = Vec::new();
        for (_, _, email) in PEOPLE {
            actors.push(person::console_actor(ctx, email).await?);
        }
        Ok(Self(actors))
    }

    /// The account of somebody.
    pub(super) fn actor(&self, who: Who) -> &Actor {
        &self.0[who as usize]
    }

    /// The id of somebody.
    pub(super) fn id(&self, who: Who) -> PersonId {
        self.actor(who).person_id
    }
}
