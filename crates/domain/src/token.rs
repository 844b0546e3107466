//! API tokens: what a script may do on behalf of the person who made it. Only a hash of the token
//! is kept; the token itself is shown once.

use serde::{Deserialize, Serialize};

use crate::{
    PersonId, Timestamp, TokenId,
    refusal::{FieldErrors, UnknownText},
};

text_enum! {
    /// What a token may touch. It never may more than its owner, and never people or tokens.
    Scope {
        IncidentsRead = "incidents:read", "Read incidents";
        IncidentsWrite = "incidents:write", "Create and change incidents";
        EvidenceRead = "evidence:read", "Read evidence and its custody";
        EvidenceWrite = "evidence:write", "Register and handle evidence";
        LedgerRead = "ledger:read", "Read the ledger";
        ReportsRead = "reports:read", "Read issued reports";
        MetricsRead = "metrics:read", "Read the metrics";
    }
}

/// A set of scopes, kept as `incidents:read,ledger:read`.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Scopes(pub Vec<Scope>);

impl Scopes {
    /// Whether the scope is in the set.
    #[must_use]
    pub fn has(&self, scope: Scope) -> bool {
        self.0.contains(&scope)
    }
}

impl std::fmt::Display for Scopes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0.iter().map(|scope| scope.as_str()).collect::<Vec<_>>().join(","))
    }
}

impl std::str::FromStr for Scopes {
    type Err = UnknownText;
    fn from_str(text: &str) -> Result<Self, UnknownText> {
        let mut scopes: Vec<Scope> =
            text.split(',').filter(|part| !part.is_empty()).map(str::parse).collect::<Result<_, _>>()?;
        scopes.sort_unstable();
        scopes.dedup();
        Ok(Self(scopes))
    }
}

#[cfg(feature = "server")]
kept_as_text!(Scopes, |text| text.parse::<Self>());

/// A token, without what it opens with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(sqlx::FromRow, utoipa::ToSchema), schema(as = TokenLine))]
pub struct Token {
    /// Its id.
    pub id: TokenId,
    /// Whose rights it carries.
    pub person_id: PersonId,
    /// That person's name.
    pub person_name: String,
    /// What it is for.
    pub name: String,
    /// Its first characters.
    pub prefix: String,
    /// What it may touch.
    #[cfg_attr(feature = "server", schema(value_type = Vec<Scope>))]
    pub scopes: Scopes,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
    /// Its latest use, to the minute.
    pub used_at: Option<Timestamp>,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
}

/// Longest life of a token, in days.
pub const TOKEN_DAYS_MAX: i64 = 366;

/// What is said of a token when it is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenDraft {
    /// What it is for.
    pub name: String,
    /// What it may touch; at least one.
    pub scopes: Scopes,
    /// Days until it ends, 1 to [`TOKEN_DAYS_MAX`].
    pub days: i64,
}

impl TokenDraft {
    /// Notes what cannot be accepted.
    pub fn check(&self, errors: &mut FieldErrors) {
        errors.line("name", &self.name, true, 120);
        if self.scopes.0.is_empty() {
            errors.add("scopes", "Choose at least one scope.");
        }
        if !(1..=TOKEN_DAYS_MAX).contains(&self.days) {
            errors.add("days", format!("Between 1 and {TOKEN_DAYS_MAX} days."));
        }
    }
}
