//! Keys of signed notes: their names, ids, the `vkey` text that is handed out, and Ed25519 signing
//! and verifying in the two forms we use (plain notes and witness cosignatures). Seeds come from
//! the caller; nothing here makes, stores or prints one.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::Signer as _;

use crate::hash::Hash;
use crate::note::Signature;

/// First four bytes of the hash over name, type and public key. An index, not a fingerprint: it is
/// short enough to collide on purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId(pub [u8; 4]);

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:08x}", u32::from_be_bytes(self.0))
    }
}

/// What a key signs. The type byte is part of the key id, so one pair of keys has two ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SignatureKind {
    /// Type 0x01: Ed25519 over the note text (C2SP signed-note).
    Note,
    /// Type 0x04: Ed25519 over a time and the note text (C2SP tlog-cosignature, `cosignature/v1`).
    Cosignature,
}

impl SignatureKind {
    const fn byte(self) -> u8 {
        match self {
            Self::Note => 0x01,
            Self::Cosignature => 0x04,
        }
    }
}

/// Why a key cannot be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Empty, or holds white space, a control character or `+`.
    #[error("a key name is not empty and has no white space, control character or `+`")]
    Name,
    /// Not `name+id+base64`.
    #[error("a verifier key is written name+8 hex digits+base64")]
    Format,
    /// A signature type other than 0x01 and 0x04.
    #[error("signature type {0:#04x} is not supported")]
    Kind(u8),
    /// The id in the text is not the one that name and key give: a typing error or a forgery.
    #[error("the key id does not belong to this name and key")]
    Id,
    /// Not a usable Ed25519 point.
    #[error("not a usable Ed25519 public key")]
    Point,
}

/// A public key with its name, checked against signatures of one kind. Its text form is the
/// `vkey` that an auditor must have got out of band.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifyingKey {
    name: String,
    kind: SignatureKind,
    id: KeyId,
    key: ed25519_dalek::VerifyingKey,
}

impl VerifyingKey {
    /// `name` has been checked.
    fn new(name: &str, kind: SignatureKind, key: ed25519_dalek::VerifyingKey) -> Self {
        let message = [name.as_bytes(), b"\n", &[kind.byte()], key.as_bytes()].concat();
        let [a, b, c, d, ..] = *Hash::of(&message).as_bytes();
        Self { name: name.to_owned(), kind, id: KeyId([a, b, c, d]), key }
    }

    /// The key name, which for a log is also its origin.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The key id that signature lines carry.
    pub const fn id(&self) -> KeyId {
        self.id
    }

    /// What the key signs.
    pub const fn kind(&self) -> SignatureKind {
        self.kind
    }

    /// Checks one signature over a note text, by the strict rules (no small-order points, one
    /// encoding only). `Some(None)` is a good plain signature, `Some(Some(t))` a good cosignature
    /// made at `t` seconds since 1970, `None` a bad one.
    pub(crate) fn check(&self, text: &str, signature: &[u8]) -> Option<Option<u64>> {
        let (at, bytes) = match self.kind {
            SignatureKind::Note => (None, signature),
            SignatureKind::Cosignature => {
                let (time, bytes) = signature.split_first_chunk::<8>()?;
                (Some(u64::from_be_bytes(*time)), bytes)
            }
        };
        let message = match at {
            None => text.to_owned(),
            Some(time) => cosignature_message(text, time),
        };
        let signature = ed25519_dalek::Signature::from_bytes(bytes.try_into().ok()?);
        self.key.verify_strict(message.as_bytes(), &signature).ok()?;
        Some(at)
    }
}

impl fmt::Display for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = [&[self.kind.byte()], self.key.as_bytes().as_slice()].concat();
        write!(f, "{}+{}+{}", self.name, self.id, STANDARD.encode(key))
    }
}

impl FromStr for VerifyingKey {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        // Only the first two: base64 may hold a `+` itself.
        let mut parts = text.splitn(3, '+');
        let (Some(name), Some(id), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(KeyError::Format);
        };
        let lower_hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        if id.len() != 8 || !id.bytes().all(lower_hex) {
            return Err(KeyError::Format);
        }
        let bytes = STANDARD.decode(key).map_err(|_| KeyError::Format)?;
        let (&kind, key) = bytes.split_first().ok_or(KeyError::Format)?;
        let kind = match kind {
            0x01 => SignatureKind::Note,
            0x04 => SignatureKind::Cosignature,
            other => return Err(KeyError::Kind(other)),
        };
        let key = key.try_into().map_err(|_| KeyError::Format)?;
        let key = ed25519_dalek::VerifyingKey::from_bytes(key).map_err(|_| KeyError::Point)?;
        if key.is_weak() {
            return Err(KeyError::Point);
        }
        check_name(name)?;
        let read = Self::new(name, kind, key);
        if read.id.to_string() == id { Ok(read) } else { Err(KeyError::Id) }
    }
}

/// A private key with its name. Signs notes and, for a witness, cosignatures; the message of one
/// can never be the message of the other.
pub struct SigningKey {
    name: String,
    key: ed25519_dalek::SigningKey,
}

impl SigningKey {
    /// Takes the 32-byte Ed25519 seed (RFC 8032 private key), which must be random and secret.
    ///
    /// # Errors
    /// [`KeyError::Name`] if the name cannot stand in a note.
    pub fn from_seed(name: &str, seed: &[u8; 32]) -> Result<Self, KeyError> {
        check_name(name)?;
        Ok(Self { name: name.to_owned(), key: ed25519_dalek::SigningKey::from_bytes(seed) })
    }

    /// The key name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The public key of [`SigningKey::sign`] or of [`SigningKey::cosign`].
    pub fn verifying_key(&self, kind: SignatureKind) -> VerifyingKey {
        VerifyingKey::new(&self.name, kind, self.key.verifying_key())
    }

    /// A plain signature over a note text.
    pub fn sign(&self, text: &str) -> Signature {
        let bytes = self.key.sign(text.as_bytes()).to_bytes().to_vec();
        let id = self.verifying_key(SignatureKind::Note).id;
        Signature { name: self.name.clone(), id, bytes }
    }

    /// A witness cosignature over a checkpoint text, at `unix_s` seconds since 1970.
    pub fn cosign(&self, text: &str, unix_s: u64) -> Signature {
        let signature = self.key.sign(cosignature_message(text, unix_s).as_bytes()).to_bytes();
        let bytes = [unix_s.to_be_bytes().as_slice(), &signature].concat();
        let id = self.verifying_key(SignatureKind::Cosignature).id;
        Signature { name: self.name.clone(), id, bytes }
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey").field("name", &self.name).finish_non_exhaustive()
    }
}

fn cosignature_message(text: &str, unix_s: u64) -> String {
    format!("cosignature/v1\ntime {unix_s}\n{text}")
}

pub(crate) fn check_name(name: &str) -> Result<(), KeyError> {
    let forbidden = |c: char| c.is_whitespace() || c.is_control() || c == '+';
    if name.is_empty() || name.chars().any(forbidden) { Err(KeyError::Name) } else { Ok(()) }
}
