//! The formats of others and the evidence log, as their users see them. One binary, so that it links once.
#![allow(clippy::unwrap_used)]

mod attack_flow;
mod evidence_log;
mod iris;

use holdfast_domain::{CheckContext, Timestamp, noun::Noun, time::is_zone};
use serde_json::Value;

/// When a file is read.
fn now() -> Timestamp {
    "2026-11-26T00:00:00Z".parse().unwrap()
}

/// Everything here is what the domain accepts, and kept as it is.
#[track_caller]
fn assert_acceptable<F: Noun + PartialEq + std::fmt::Debug>(fields: impl IntoIterator<Item = F>) {
    for one in fields {
        assert_eq!(one.checked(CheckContext { now: now(), is_zone }).as_ref(), Ok(&one));
    }
}

/// An object with more members, which count where it has them already.
fn with(mut object: Value, more: Value) -> Value {
    object.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    object
}

/// Every value in a document, itself the last, by its pointer.
fn places(value: &Value, at: String) -> Vec<String> {
    let mut found: Vec<String> = match value {
        Value::Object(map) => map.iter().flat_map(|(name, one)| places(one, format!("{at}/{name}"))).collect(),
        Value::Array(list) => list.iter().zip(0..).flat_map(|(one, n)| places(one, format!("{at}/{n}"))).collect(),
        _ => Vec::new(),
    };
    found.push(at);
    found
}
