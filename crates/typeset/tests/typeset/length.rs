//! How much of a long check runs: all of it where `HOLDFAST_TEST_LONG` is 1, else at most a twentieth,
//! chosen by a seed that is printed. `HOLDFAST_TEST_SEED` chooses the same part again.

use std::{
    env,
    hash::{BuildHasher as _, RandomState},
    sync::LazyLock,
};

/// The seed of this run.
pub static SEED: LazyLock<u64> = LazyLock::new(|| {
    let seed = match env::var("HOLDFAST_TEST_SEED") {
        Ok(text) => text.parse().expect("HOLDFAST_TEST_SEED is a whole number"),
        Err(_) => RandomState::new().hash_one(0),
    };
    eprintln!("typeset: HOLDFAST_TEST_SEED={seed}");
    seed
});

/// How many of `all` turns to run.
pub fn turns(all: u32) -> u32 {
    if is_long() { all } else { (all / 20).max(1) }
}

/// Those of `all` to run: every one, or one in twenty beginning where the seed says.
pub fn part<T>(all: Vec<T>) -> Vec<T> {
    let (step, first) = if is_long() { (1, 0) } else { (20, usize::try_from(*SEED % 20).unwrap()) };
    all.into_iter().skip(first).step_by(step).collect()
}

/// Whether long checks run at their full length.
pub fn is_long() -> bool {
    env::var("HOLDFAST_TEST_LONG").is_ok_and(|value| value == "1")
}
