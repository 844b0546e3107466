//! The fixed compile of the CI's yardstick: work for a compiler that never changes. No part of any
//! package. A change of this file changes the unit of `xtask/ci-budget.json`.

use std::collections::{BTreeMap, HashMap};

macro_rules! work {
    ($($name:ident $number:literal)*) => {
        $(
            /// Generic containers, closures, formatting and sorting, once more for each name.
            pub fn $name(words: &[String]) -> String {
                #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
                struct Key { text: String, weight: u64 }
                let mut counts: BTreeMap<Key, u64> = BTreeMap::new();
                let mut seen: HashMap<Key, Vec<usize>> = HashMap::new();
                for (at, word) in words.iter().enumerate() {
                    let key = Key { text: word.to_lowercase(), weight: word.len() as u64 * $number };
                    *counts.entry(key.clone()).or_default() += 1;
                    seen.entry(key).or_default().push(at);
                }
                let mut rows: Vec<(Key, u64)> = counts.into_iter().collect();
                rows.sort_by(|one, other| other.1.cmp(&one.1).then_with(|| one.0.cmp(&other.0)));
                let lines = rows.iter().filter(|(key, _)| key.weight % 7 != 3).map(|(key, count)| {
                    let places = seen.get(key).map_or(0, |places| places.iter().sum::<usize>());
                    format!("{:>8} {:<20} {:?}", count, places, key)
                });
                lines.collect::<Vec<_>>().join("\n")
            }
        )*
    };
}

work! {
    w1 1
    w2 2
    w3 3
    w4 4
    w5 5
    w6 6
    w7 7
    w8 8
}
