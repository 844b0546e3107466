//! What the ledger says of requests that were refused: of one person and one kind of action one entry a
//! minute, so that nobody fills the ledger by asking. The next entry says how many had none. What was counted
//! is in memory: of several replicas each writes its own entry.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use holdfast_domain::{Permission, PersonId, Timestamp};

/// Seconds from one entry to the next.
const APART_S: i64 = 60;

type Key = (PersonId, Permission);

/// When a person was last in the ledger for a kind of action, and how often they were refused since.
#[derive(Debug, Default)]
pub(crate) struct Denials(Mutex<HashMap<Key, (Timestamp, u64)>>);

impl Denials {
    /// Counts a refusal; gives the entry that it is to be, if it is to be one.
    pub(crate) fn count(&self, person: PersonId, permission: Permission, now: Timestamp) -> Option<DenialEntry<'_>> {
        let key = (person, permission);
        let mut counts = self.counts();
        let (noted, left_out) = counts.entry(key).or_insert((now.plus_seconds(-APART_S), 0));
        if now < noted.plus_seconds(APART_S) {
            *left_out += 1;
            return None;
        }
        *noted = now;
        let left_out = std::mem::take(left_out);
        Some(DenialEntry { denials: self, key, now, left_out, is_written: false })
    }

    fn counts(&self) -> MutexGuard<'_, HashMap<Key, (Timestamp, u64)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An entry that is being written. Dropped before it was, as when its request is given up or the database
/// fails, the refusal counts as one without an entry, and the next one is an entry.
pub(crate) struct DenialEntry<'c> {
    denials: &'c Denials,
    key: Key,
    now: Timestamp,
    left_out: u64,
    is_written: bool,
}

impl DenialEntry<'_> {
    /// How many refusals since the entry before had none.
    pub(crate) const fn left_out(&self) -> u64 {
        self.left_out
    }

    /// Says that it is in the ledger.
    pub(crate) fn written(mut self) {
        self.is_written = true;
    }
}

impl Drop for DenialEntry<'_> {
    fn drop(&mut self) {
        if !self.is_written {
            let mut counts = self.denials.counts();
            let (noted, left_out) = counts.entry(self.key).or_insert((self.now, 0));
            *noted = self.now.plus_seconds(-APART_S);
            *left_out += self.left_out + 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn a_person_is_an_entry_a_minute_for_each_kind_and_one_that_was_not_written_counts() {
        let denials = Denials::default();
        let (ada, start) = (PersonId(Uuid::from_u128(1)), Timestamp::from_seconds(1_000_000));
        let count = |person, permission, after| {
            let entry = denials.count(person, permission, start.plus_seconds(after))?;
            let left_out = entry.left_out();
            entry.written();
            Some(left_out)
        };
        let counted = [0, 1, 59, 60, 61].map(|after| count(ada, Permission::EditSettings, after));
        assert_eq!(counted, [Some(0), None, None, Some(2), None]);
        assert_eq!(count(ada, Permission::ViewIncident, 0), Some(0), "of another kind");
        assert_eq!(count(PersonId(Uuid::from_u128(2)), Permission::EditSettings, 0), Some(0), "of another person");
        let given_up = denials.count(ada, Permission::EditSettings, start.plus_seconds(120));
        assert_eq!(given_up.map(|entry| entry.left_out()), Some(1));
        assert_eq!(count(ada, Permission::EditSettings, 120), Some(2));
    }
}
