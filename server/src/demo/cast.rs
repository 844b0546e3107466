//! Who is in the demo, and the letters by which its scripts name them.

use holdfast_actions::{Ctx, Error, Result, person};
use holdfast_domain::{Actor, PersonId, person::Role};

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

/// Somebody who works with incidents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Who {
    /// `L`, an incident lead.
    Linus,
    /// `H`, the other lead.
    Hanna,
    /// `M`, an analyst.
    Mina,
    /// `N`, the other analyst.
    Noah,
    /// `T`, the auditor.
    Tomas,
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

/// Those who work with incidents, as the actions know them.
pub(super) struct Cast {
    linus: Actor,
    hanna: Actor,
    mina: Actor,
    noah: Actor,
    tomas: Actor,
}

impl Cast {
    /// Finds them, once their accounts are there.
    pub(super) async fn find(ctx: &Ctx) -> Result<Self> {
        let actor = async |name: &str| {
            let (_, _, email) = PEOPLE
                .iter()
                .find(|person| person.1.starts_with(name))
                .ok_or_else(|| Error::Failed(format!("the demo has no {name}")))?;
            person::console_actor(ctx, email).await
        };
        Ok(Self {
            linus: actor("Linus").await?,
            hanna: actor("Hanna").await?,
            mina: actor("Mina").await?,
            noah: actor("Noah").await?,
            tomas: actor("Tomas").await?,
        })
    }

    /// The account of somebody.
    pub(super) const fn actor(&self, who: Who) -> &Actor {
        match who {
            Who::Linus => &self.linus,
            Who::Hanna => &self.hanna,
            Who::Mina => &self.mina,
            Who::Noah => &self.noah,
            Who::Tomas => &self.tomas,
        }
    }

    /// The id of somebody.
    pub(super) const fn id(&self, who: Who) -> PersonId {
        self.actor(who).person_id
    }
}
