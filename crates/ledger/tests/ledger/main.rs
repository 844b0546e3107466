//! The crate as other crates, auditors and forgers see it. One binary, so that it links once.
#![allow(clippy::unwrap_used)]

mod entry;
mod log;
mod note;
mod openssl;
mod tree;
mod verify;
