//! C2SP signed notes: a text and the signature lines under it. Reading a note proves nothing; only
//! [`Note::verify`] with keys the reader already trusts does. It never interprets the text.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::key::{KeyId, SigningKey, VerifyingKey, check_name};

/// Most signature lines accepted. The standard asks for 16 at least.
pub const MAX_SIGNATURES: usize = 100;
/// Longest note in bytes: room for [`MAX_SIGNATURES`] post-quantum signatures of 5 kB.
pub const MAX_BYTES: usize = 1 << 20;

/// One signature line, of any type: what a type means is the verifier's business.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    /// Name of the key.
    pub name: String,
    /// Id of the key.
    pub id: KeyId,
    /// What follows the id: for a cosignature the time and the signature, else the signature.
    pub bytes: Vec<u8>,
}

/// A text with its signatures, not yet believed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    text: String,
    signatures: Vec<Signature>,
}

/// A key that signed a note, established by [`Note::verify`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteSigner {
    /// Name of the key.
    pub name: String,
    /// Id of the key.
    pub id: KeyId,
    /// Seconds since 1970 that a cosignature states; `None` for a plain signature.
    pub unix_s: Option<u64>,
}

/// Why a note is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    /// Larger than [`MAX_BYTES`], or more than [`MAX_SIGNATURES`] lines.
    #[error("the note is too large")]
    TooLarge,
    /// Not UTF-8, or a control character other than the line feed.
    #[error("the note is not UTF-8 text without control characters")]
    Text,
    /// The text does not end in a line feed, or no blank line sets the signatures apart.
    #[error("the note is not a text, a blank line and signature lines")]
    Layout,
    /// A line after the text that is not a signature line.
    #[error("signature line {0} is malformed")]
    Line(usize),
    /// A key that the reader trusts signed something else.
    #[error("the signature by {0} is not good for this text")]
    BadSignature(String),
    /// Nothing to go by: no signature of a trusted key.
    #[error("no signature by a known key")]
    Unsigned,
}

impl Note {
    /// Signs a text that ends in a line feed.
    ///
    /// # Errors
    /// [`NoteError::Text`] or [`NoteError::Layout`] if it could not be read back.
    pub fn sign(text: &str, key: &SigningKey) -> Result<Self, NoteError> {
        check_text(text)?;
        if !text.ends_with('\n') {
            return Err(NoteError::Layout);
        }
        Ok(Self { text: text.to_owned(), signatures: vec![key.sign(text)] })
    }

    /// Reads a note. Signatures of unknown types are kept, so that the note can be passed on whole.
    ///
    /// # Errors
    /// Any [`NoteError`] about size, text, layout or lines.
    pub fn parse(bytes: &[u8]) -> Result<Self, NoteError> {
        if bytes.len() > MAX_BYTES {
            return Err(NoteError::TooLarge);
        }
        let note = std::str::from_utf8(bytes).map_err(|_| NoteError::Text)?;
        check_text(note)?;
        // The last blank line: a text may have blank lines of its own.
        let end = note.rfind("\n\n").ok_or(NoteError::Layout)? + 1;
        let (text, signatures) = note.split_at(end);
        let lines = signatures[1..].strip_suffix('\n').ok_or(NoteError::Layout)?;
        let lines: Vec<&str> = lines.split('\n').collect();
        if lines.len() > MAX_SIGNATURES {
            return Err(NoteError::TooLarge);
        }
        let signatures = lines
            .iter()
            .enumerate()
            .map(|(at, line)| Signature::parse(line).ok_or(NoteError::Line(at + 1)))
            .collect::<Result<_, _>>()?;
        Ok(Self { text: text.to_owned(), signatures })
    }

    /// The text with its last line feed. Untrusted until [`Note::verify`] has succeeded.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The signature lines in order.
    pub fn signatures(&self) -> &[Signature] {
        &self.signatures
    }

    /// Adds a signature line, such as a witness's answer.
    pub fn push(&mut self, signature: Signature) {
        self.signatures.push(signature);
    }

    /// Checks the signatures of known keys and ignores all others. Returns each key that signed
    /// once, in the order of the note.
    ///
    /// # Errors
    /// [`NoteError::BadSignature`] if any known key's signature is bad, even beside good ones;
    /// [`NoteError::Unsigned`] if no known key signed.
    pub fn verify(&self, known: &[VerifyingKey]) -> Result<Vec<NoteSigner>, NoteError> {
        let mut signed: Vec<NoteSigner> = Vec::new();
        for signature in &self.signatures {
            let matching = |key: &&VerifyingKey| key.name() == signature.name && key.id() == signature.id;
            let mut keys = known.iter().filter(matching).peekable();
            if keys.peek().is_none() {
                continue;
            }
            // Two known keys may share name and id; one of them must have made the signature.
            let unix_s = keys
                .find_map(|key| key.check(&self.text, &signature.bytes))
                .ok_or_else(|| NoteError::BadSignature(signature.name.clone()))?;
            let (name, id) = (signature.name.clone(), signature.id);
            if !signed.iter().any(|earlier| earlier.name == name && earlier.id == id) {
                signed.push(NoteSigner { name, id, unix_s });
            }
        }
        if signed.is_empty() { Err(NoteError::Unsigned) } else { Ok(signed) }
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.text)?;
        self.signatures.iter().try_for_each(|signature| writeln!(f, "{signature}"))
    }
}

impl Signature {
    /// Reads one line without its line feed; `None` unless it has the form `— name base64`.
    pub fn parse(line: &str) -> Option<Self> {
        let (name, payload) = line.strip_prefix("\u{2014} ")?.split_once(' ')?;
        check_name(name).ok()?;
        let payload = STANDARD.decode(payload).ok()?;
        let (id, bytes) = payload.split_first_chunk::<4>()?;
        if bytes.is_empty() {
            return None;
        }
        Some(Self { name: name.to_owned(), id: KeyId(*id), bytes: bytes.to_vec() })
    }
}

impl fmt::Display for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let payload = [self.id.0.as_slice(), &self.bytes].concat();
        write!(f, "\u{2014} {} {}", self.name, STANDARD.encode(payload))
    }
}

fn check_text(text: &str) -> Result<(), NoteError> {
    if text.bytes().any(|byte| byte < 0x20 && byte != b'\n') { Err(NoteError::Text) } else { Ok(()) }
}
