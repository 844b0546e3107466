//! Browser sessions as they are listed and revoked. The secret in the cookie is never here.

use serde::{Deserialize, Serialize};

use crate::{PersonId, SessionId, Timestamp};

/// Seconds without a request after which a session ends (ASVS 7.3.1).
pub const IDLE_S: i64 = 30 * 60;
/// Seconds after sign-in at which a session ends whatever happens (ASVS 7.3.2).
pub const ABSOLUTE_S: i64 = 12 * 3600;

/// Seconds after sign-in for which a person counts as just having proved who they are: longer ago,
/// they sign in again before they change who gets in (ASVS 7.5).
pub const FRESH_S: i64 = 15 * 60;

/// A signed-in browser.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(sqlx::FromRow, utoipa::ToSchema), schema(as = SessionLine))]
pub struct Session {
    /// What names it in lists.
    pub id: SessionId,
    /// Whose it is.
    pub person_id: PersonId,
    /// The person's name.
    pub person_name: String,
    /// The browser, as it says of itself.
    pub user_agent: String,
    /// The address it signed in from.
    pub address: String,
    /// When it signed in.
    pub created_at: Timestamp,
    /// Its latest request, to the minute.
    pub seen_at: Timestamp,
    /// When it ends at the latest.
    pub expires_at: Timestamp,
}
