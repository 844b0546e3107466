//! What must not be shown twice, for as long as it could be.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use holdfast_actions::outcome::OUTCOME_KEPT_S;
use holdfast_domain::Timestamp;

/// Seals that were opened and are not too old to be opened again. Counts in memory: with several replicas a seal
/// that a browser was made to keep opens once at each.
#[derive(Debug, Default)]
pub struct Spent(Mutex<HashMap<String, Timestamp>>);

impl Spent {
    /// Notes that a seal was opened; false where it was before.
    pub fn note(&self, sealed: &str, now: Timestamp) -> bool {
        let mut spent = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        spent.retain(|_, until| now < *until);
        spent.insert(sealed.to_owned(), now.plus_seconds(OUTCOME_KEPT_S)).is_none()
    }
}
