//! Secrets at rest: AES-256-GCM under the master key, with the row's name as associated data, so
//! that a sealed value copied to another row does not open there.

use aes_gcm::{
    Aes256Gcm, Key, Nonce,
    aead::{Aead, KeyInit, Payload},
};
use holdfast_domain::entropy::Entropy;

use crate::{Error, Result};

const NONCE_BYTES: usize = 12;

/// Seals and opens secrets.
pub struct Vault(Aes256Gcm);

impl Vault {
    /// With the master key.
    #[must_use]
    pub fn new(master_key: [u8; 32]) -> Self {
        Self(Aes256Gcm::new(&Key::<Aes256Gcm>::from(master_key)))
    }

    /// Encrypts a secret for the row named.
    pub(crate) fn seal(&self, entropy: &dyn Entropy, row: &str, secret: &[u8]) -> Result<Vec<u8>> {
        let nonce: [u8; NONCE_BYTES] = entropy.bytes();
        let sealed = self
            .0
            .encrypt(&Nonce::from(nonce), Payload { msg: secret, aad: row.as_bytes() })
            .map_err(|error| Error::failed("sealing", error))?;
        Ok([nonce.as_slice(), &sealed].concat())
    }

    /// Decrypts what was sealed for the row named.
    pub(crate) fn open(&self, row: &str, sealed: &[u8]) -> Result<Vec<u8>> {
        let wrong = || Error::Failed(format!("{row} does not open: the master key is not the one it was sealed with"));
        let (nonce, body) = sealed.split_at_checked(NONCE_BYTES).ok_or_else(wrong)?;
        let nonce: [u8; NONCE_BYTES] = nonce.try_into().map_err(|_| wrong())?;
        self.0.decrypt(&Nonce::from(nonce), Payload { msg: body, aad: row.as_bytes() }).map_err(|_| wrong())
    }
}
