//! The 32-byte SHA-256 value and the three ways the tree makes one (RFC 6962 section 2.1). It
//! never decides what is hashed: callers bring the exact bytes.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest as _, Sha256};

/// A SHA-256 value. Written as 64 lower-case hex digits in text and JSON; notes and proofs use
/// base64 instead.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash([u8; 32]);

/// The text is not a hash in the only spelling that is accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HashError {
    /// Expected exactly 64 digits `0-9a-f`.
    #[error("a hash is 64 lower-case hex digits")]
    Hex,
    /// Expected the padded standard base64 (RFC 4648 section 4) of 32 bytes.
    #[error("a hash is the padded base64 of 32 bytes")]
    Base64,
}

impl Hash {
    /// Thirty-two zero bytes: the `prev` of the first entry. It is the hash of nothing known.
    pub const ZERO: Self = Self([0; 32]);

    /// Wraps 32 bytes that already are a hash.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 32 bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Plain SHA-256 of `bytes`, without the prefix that leaves and nodes have.
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// Padded standard base64, as checkpoints and proofs write it.
    pub fn to_base64(&self) -> String {
        STANDARD.encode(self.0)
    }

    /// Reads what [`Hash::to_base64`] writes.
    ///
    /// # Errors
    /// [`HashError::Base64`] for any other length, alphabet, padding or stray trailing bits.
    pub fn from_base64(text: &str) -> Result<Self, HashError> {
        let bytes = STANDARD.decode(text).map_err(|_| HashError::Base64)?;
        bytes.try_into().map(Self).map_err(|_| HashError::Base64)
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Hash({self})")
    }
}

impl FromStr for Hash {
    type Err = HashError;

    fn from_str(text: &str) -> Result<Self, HashError> {
        // `hex` also takes capitals, which would give one hash two spellings.
        if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
            return Err(HashError::Hex);
        }
        let mut bytes = [0; 32];
        hex::decode_to_slice(text, &mut bytes).map_err(|_| HashError::Hex)?;
        Ok(Self(bytes))
    }
}

impl Serialize for Hash {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Hash {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// `SHA256(0x00 ++ entry)`. The prefix keeps a leaf from ever passing for an inner node.
pub fn leaf_hash(entry: &[u8]) -> Hash {
    let mut hasher = Sha256::new();
    hasher.update([0x00]);
    hasher.update(entry);
    Hash(hasher.finalize().into())
}

/// `SHA256(0x01 ++ left ++ right)`.
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    let mut bytes = [0; 65];
    bytes[0] = 0x01;
    bytes[1..33].copy_from_slice(&left.0);
    bytes[33..].copy_from_slice(&right.0);
    Hash::of(&bytes)
}

/// The root of a tree without leaves: `SHA256("")`.
pub fn empty_root() -> Hash {
    Hash::of(b"")
}
