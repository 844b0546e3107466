//! Slots that are counted by their holder, so that one cannot take all of them: uploads and imports of a
//! person, connections of an address. Counts in memory: each replica has its own.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// So many slots in all, so many of them for one holder.
#[derive(Debug)]
pub struct Slots<K: Eq + Hash + Clone> {
    in_all: usize,
    each: usize,
    taken: Mutex<Taken<K>>,
}

#[derive(Debug)]
struct Taken<K> {
    in_all: usize,
    by: HashMap<K, usize>,
}

/// Why there is no slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Full {
    /// All are taken.
    InAll,
    /// The holder has as many as one may have.
    Holder,
}

/// A slot, given back when dropped.
#[derive(Debug)]
pub struct Slot<K: Eq + Hash + Clone> {
    slots: Arc<Slots<K>>,
    holder: K,
}

impl<K: Eq + Hash + Clone> Slots<K> {
    /// Slots that are all free.
    #[must_use]
    pub fn new(in_all: usize, each: usize) -> Arc<Self> {
        Arc::new(Self { in_all, each, taken: Mutex::new(Taken { in_all: 0, by: HashMap::new() }) })
    }

    /// Takes a slot.
    ///
    /// # Errors
    /// When there is none for this holder.
    pub fn take(self: &Arc<Self>, holder: K) -> Result<Slot<K>, Full> {
        let mut taken = self.taken();
        if taken.in_all >= self.in_all {
            return Err(Full::InAll);
        }
        let own = taken.by.get(&holder).copied().unwrap_or(0);
        if own >= self.each {
            return Err(Full::Holder);
        }
        taken.by.insert(holder.clone(), own + 1);
        taken.in_all += 1;
        Ok(Slot { slots: Arc::clone(self), holder })
    }

    fn taken(&self) -> MutexGuard<'_, Taken<K>> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K: Eq + Hash + Clone> Drop for Slot<K> {
    fn drop(&mut self) {
        let mut taken = self.slots.taken();
        taken.in_all = taken.in_all.saturating_sub(1);
        let left = taken.by.get(&self.holder).map_or(0, |own| own.saturating_sub(1));
        // Nothing is kept of holders that are gone.
        if left == 0 {
            taken.by.remove(&self.holder);
        } else {
            taken.by.insert(self.holder.clone(), left);
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn one_holder_leaves_slots_for_others_and_gives_its_own_back() {
        let slots = Slots::new(3, 2);
        let held = [slots.take("a").unwrap(), slots.take("a").unwrap()];
        assert_eq!(slots.take("a").unwrap_err(), Full::Holder);
        let other = slots.take("b").unwrap();
        assert_eq!(slots.take("c").unwrap_err(), Full::InAll);
        drop(held);
        drop(slots.take("a").unwrap());
        drop(other);
        assert!(slots.taken().by.is_empty() && slots.taken().in_all == 0);
    }

    #[test]
    fn nothing_is_kept_of_a_holder_that_may_have_none() {
        let slots = Slots::new(3, 0);
        assert_eq!(slots.take("a").unwrap_err(), Full::Holder);
        assert!(slots.taken().by.is_empty());
        assert_eq!(Slots::new(0, 1).take("a").unwrap_err(), Full::InAll);
    }
}
