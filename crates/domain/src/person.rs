//! People and their roles. Holds no secret: password hashes have a row type of their own in the
//! store.

use serde::{Deserialize, Serialize};

use crate::{
    OrgId, PersonId, Timestamp,
    common_password::is_common,
    email,
    field::FieldText,
    person_name,
    refusal::{FieldErrors, UnknownText},
};

text_enum! {
    /// What a person may do (design §5). A person may have several.
    Role {
        Administrator = "administrator", "Administrator";
        Lead = "lead", "Incident lead";
        Analyst = "analyst", "Analyst";
        Executive = "executive", "Executive";
        Auditor = "auditor", "Auditor";
    }
}

impl Role {
    /// What the role is for, in a sentence, for the form that grants it.
    #[must_use]
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Administrator => "People, tokens and settings. Sees incidents, does not work them.",
            Self::Lead => "Everything on the incidents they may see: open, assign, phases, close.",
            Self::Analyst => "Works the incidents they may see. Does not close SEV1 or SEV2.",
            Self::Executive => "Reports issued to them, and metrics; no case data.",
            Self::Auditor => "Reads incidents in scope and the ledger. Changes nothing.",
        }
    }
}

/// A set of roles, kept and sent as `administrator,lead`, in the order of [`Role::ALL`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Roles(u8);

impl Roles {
    /// The set of these.
    #[must_use]
    pub fn of(roles: &[Role]) -> Self {
        Self(roles.iter().fold(0, |set, role| set | 1 << *role as u8))
    }

    /// Whether the role is in the set.
    #[must_use]
    pub const fn has(self, role: Role) -> bool {
        self.0 & (1 << role as u8) != 0
    }

    /// The roles in the set.
    pub fn iter(self) -> impl Iterator<Item = Role> {
        Role::ALL.iter().copied().filter(move |role| self.has(*role))
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The words a person reads.
    #[must_use]
    pub fn label(self) -> String {
        self.iter().map(Role::label).collect::<Vec<_>>().join(", ")
    }
}

impl std::fmt::Display for Roles {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.iter().map(Role::as_str).collect::<Vec<_>>().join(","))
    }
}

impl std::str::FromStr for Roles {
    type Err = UnknownText;
    fn from_str(text: &str) -> Result<Self, UnknownText> {
        let roles = text.split(',').filter(|part| !part.is_empty()).map(str::parse);
        Ok(Self::of(&roles.collect::<Result<Vec<Role>, _>>()?))
    }
}

#[cfg(feature = "server")]
kept_as_text!(Roles, |text| text.parse::<Self>());

impl Serialize for Roles {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

impl<'de> Deserialize<'de> for Roles {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self::of(&Vec::<Role>::deserialize(deserializer)?))
    }
}

/// A person who signs in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(sqlx::FromRow, utoipa::ToSchema))]
pub struct Person {
    /// Its id.
    pub id: PersonId,
    /// The organisation.
    pub org_id: OrgId,
    /// The address that signs in.
    pub email: String,
    /// The name that the person has now.
    pub name: String,
    /// Short, of this person alone for all time, and printed beside the name that a record was made under.
    pub handle: String,
    /// The name as lists show it: with the handle where somebody else has or had one that looks like it.
    #[serde(skip)]
    pub display_name: String,
    /// What the person may do.
    #[cfg_attr(feature = "server", schema(value_type = Vec<Role>))]
    pub roles: Roles,
    /// The IANA zone in which times are shown to them.
    pub time_zone: String,
    /// Whether signing in is switched off.
    pub disabled: bool,
    /// Counts the edits; an edit names the version it saw.
    pub version: i64,
    /// When the person was added.
    pub created_at: Timestamp,
}

/// What is said of a person when they are added.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct PersonDraft {
    /// The address that signs in.
    pub email: String,
    /// The name others see.
    pub name: String,
    /// What the person may do; at least one.
    #[cfg_attr(feature = "server", schema(value_type = Vec<Role>))]
    pub roles: Roles,
    /// The IANA zone in which times are shown to them.
    #[serde(default = "utc")]
    pub time_zone: String,
}

fn utc() -> String {
    "UTC".into()
}

impl PersonDraft {
    /// Notes what cannot be accepted.
    pub fn check(&self, errors: &mut FieldErrors) {
        errors.line("name", &self.name, true, person_name::NAME_CHARS_MAX);
        if person_name::turns_text(&self.name) {
            errors.add("name", "Leave out the characters that turn the direction of text; they cannot be seen.");
        }
        if !self.name.trim().is_empty() && person_name::is_blank(&self.name) {
            errors.add("name", "Use letters that can be seen.");
        }
        errors.line("email", &self.email, true, 254);
        if !self.email.trim().is_empty() && email::normalised(&self.email).is_none() {
            errors.add("email", "Write an address such as ada@example.org.");
        }
        if self.roles.is_empty() {
            errors.add("roles", "Choose at least one role.");
        }
        errors.line("time_zone", &self.time_zone, true, 60);
    }
}

/// What an administrator changes of a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonEdit {
    /// The version that was seen.
    pub version: i64,
    /// The name others see.
    pub name: String,
    /// What the person may do.
    pub roles: Roles,
    /// The IANA zone in which times are shown to them.
    pub time_zone: String,
    /// Whether signing in is switched off.
    pub disabled: bool,
}

impl From<&Person> for PersonEdit {
    fn from(person: &Person) -> Self {
        let Person { version, roles, disabled, .. } = *person;
        Self { version, name: person.name.clone(), roles, time_zone: person.time_zone.clone(), disabled }
    }
}

impl PersonEdit {
    /// Every field as text, in the order of the form.
    #[must_use]
    pub fn as_text(&self) -> Vec<FieldText> {
        let field = |name, label, text: String, personal| FieldText { name, label, text, personal };
        vec![
            field("name", "Name", self.name.trim().to_owned(), true),
            field("roles", "Roles", self.roles.to_string(), false),
            field("time_zone", "Time zone", self.time_zone.clone(), false),
            field("disabled", "Disabled", self.disabled.to_string(), false),
        ]
    }
}

/// Shortest password accepted, in characters (ASVS 6.2.1 with its advice).
pub const PASSWORD_CHARS_MIN: usize = 15;
/// Longest password accepted, in bytes: beyond it, hashing is only a way to tire the server.
pub const PASSWORD_BYTES_MAX: usize = 1024;

/// Notes what cannot be accepted of a new password. No composition rules (ASVS 6.2.5); words that
/// guessers try first are refused, as are the person's own name and address.
pub fn check_password(password: &str, person: &[&str], errors: &mut FieldErrors) {
    let lower = password.to_lowercase();
    if password.chars().count() < PASSWORD_CHARS_MIN {
        errors.add("password", format!("At least {PASSWORD_CHARS_MIN} characters; a few words do well."));
    } else if password.len() > PASSWORD_BYTES_MAX {
        errors.add("password", format!("At most {PASSWORD_BYTES_MAX} bytes."));
    } else if is_repetitive(&lower) || is_common(&lower) || GUESSED_FIRST.split(' ').any(|word| made_of(&lower, word)) {
        errors.add("password", "This is among the passwords that are guessed first. Choose another.");
    } else if person.iter().any(|own| own.len() > 3 && made_of(&lower, &own.to_lowercase())) {
        errors.add("password", "This is made of your own name or address. Choose another.");
    }
}

/// Words that long passwords are lazily made of, with a space between.
const GUESSED_FIRST: &str = "password passwort holdfast incident security changeme letmein welcome administrator \
    qwertyuiop qwertz qwerty 1234567890 0123456789 123456789 abcdefgh iloveyou correcthorsebatterystaple";

fn is_repetitive(text: &str) -> bool {
    let mut distinct: Vec<char> = text.chars().collect();
    distinct.sort_unstable();
    distinct.dedup();
    distinct.len() < 5
}

/// Whether the text is little more than repetitions of the word.
fn made_of(text: &str, word: &str) -> bool {
    let rest = text.replace(word, "");
    rest.len() < text.len() && rest.chars().filter(|c| c.is_alphabetic()).count() < 5 && rest.chars().count() < 9
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn refused(password: &str) -> bool {
        let mut errors = FieldErrors::default();
        check_password(password, &["Ada Lovelace", "ada@example.org"], &mut errors);
        errors.finish().is_err()
    }

    #[test]
    fn lazy_passwords_are_refused_and_odd_good_ones_kept() {
        for bad in [
            "short",
            "passwordpassword",
            "Password1234567",
            "aaaaaaaaaaaaaaaaaaa",
            "ada@example.org1",
            "1qaz2wsx3edc4rfv",
            "PerAsperaAdAstra",
        ] {
            assert!(refused(bad), "{bad}");
        }
        for good in ["copper tide 9 lanterns", "пароль из четырёх слов", "x9$kV!q2#mZ7&pL4"] {
            assert!(!refused(good), "{good}");
        }
    }

    #[test]
    fn roles_are_kept_as_text_in_a_fixed_order() {
        let roles = Roles::of(&[Role::Lead, Role::Administrator]);
        assert_eq!(roles.to_string(), "administrator,lead");
        assert_eq!("administrator,lead".parse::<Roles>().unwrap(), roles);
        assert!("administrator,king".parse::<Roles>().is_err());
        assert_eq!(roles.label(), "Administrator, Incident lead");
    }
}
