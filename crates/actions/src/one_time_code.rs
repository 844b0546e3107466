//! Codes that are used once: to set everything up, and to join by invitation. Only their hash is
//! kept.

use base64::Engine as _;
use sha2::{Digest, Sha256};

use crate::Ctx;

/// Seconds for which a one-time code is good.
pub(crate) const CODE_S: i64 = 3600;

/// 160 random bits as text that can be read out.
pub(crate) fn new_code(ctx: &Ctx) -> String {
    let bytes: [u8; 20] = ctx.entropy().bytes();
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes)
}

/// What is kept of a code.
pub(crate) fn code_hash(code: &str) -> Vec<u8> {
    Sha256::digest(code.trim().as_bytes()).to_vec()
}
