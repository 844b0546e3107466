//! By which browsers a person signs in: each is given a secret that it sends with the next try, so that its
//! wrong passwords are counted apart from those of strangers. The secret opens nothing.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use holdfast_domain::{PersonId, Timestamp};
use holdfast_store::{Tx, device as rows};
use sha2::{Digest as _, Sha256};

use crate::{Ctx, Result};

/// People whose secrets one browser keeps; beyond, the one who signed in longest ago is left out.
const PEOPLE_MAX: usize = 8;
/// Characters of a secret: 256 bits in base64.
const SECRET_CHARS: usize = 43;

/// The secrets that a browser sent, one for each person who signed in by it.
#[derive(Clone, Debug)]
pub(crate) struct Sent<'a>(Vec<&'a str>);

impl<'a> Sent<'a> {
    /// From the text that the browser keeps.
    pub(crate) fn read(text: &'a str) -> Self {
        let secrets = text.split('.').filter(|secret| secret.len() == SECRET_CHARS);
        Self(secrets.take(PEOPLE_MAX).collect())
    }

    /// The secret of the person with this address, if they have signed in by this browser before.
    pub(crate) async fn of(&self, ctx: &Ctx, email: &str, now: Timestamp) -> Result<Option<&'a str>> {
        for secret in &self.0 {
            if rows::is_of(ctx.db(), hash(secret), email, now).await? {
                return Ok(Some(secret));
            }
        }
        Ok(None)
    }

    /// Keeps that the person has signed in by this browser, under their secret or a new one; gives the text
    /// that the browser keeps from now on.
    pub(crate) async fn note(
        &self,
        (ctx, tx): (&Ctx, &mut Tx),
        person: PersonId,
        own: Option<&str>,
        now: Timestamp,
    ) -> Result<String> {
        let own = own.map_or_else(|| URL_SAFE_NO_PAD.encode(ctx.entropy().bytes::<32>()), str::to_owned);
        rows::note(tx, hash(&own), person, now).await?;
        let others = self.0.iter().copied().filter(|secret| *secret != own).take(PEOPLE_MAX - 1);
        Ok([own.as_str()].into_iter().chain(others).collect::<Vec<_>>().join("."))
    }
}

/// What the database knows a device by. A secret is 256 random bits, so a plain hash suffices.
pub(crate) fn hash(secret: &str) -> [u8; 32] {
    Sha256::digest(secret.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_may_be_a_secret_is_read_and_not_much_of_it() {
        let secret = "a".repeat(SECRET_CHARS);
        assert_eq!(Sent::read("").0.len(), 0);
        assert_eq!(Sent::read(&format!("x.{secret}.{secret}b.")).0, [secret.as_str()]);
        assert_eq!(Sent::read(&vec![secret; 1_000].join(".")).0.len(), PEOPLE_MAX);
    }
}
