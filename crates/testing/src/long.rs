//! How long the long checks run: kills, fuzzing, large uploads. An ordinary run does a twentieth of them;
//! with `HOLDFAST_TEST_LONG=1` they run at their full length. `HOLDFAST_TEST_SEED` repeats one.

/// The part of its full length that an ordinary run does.
const PART: u64 = 20;

/// Whether long checks run at their full length.
#[must_use]
pub fn is_long() -> bool {
    std::env::var_os("HOLDFAST_TEST_LONG").is_some_and(|value| value == "1")
}

/// How often to do what a full run does `full` times.
#[must_use]
pub fn times(full: u64) -> u64 {
    if is_long() { full } else { full.div_ceil(PART) }
}

/// The seed of a long check: `HOLDFAST_TEST_SEED`, or the usual one. It is printed, so that the run can be
/// repeated.
///
/// # Panics
/// When `HOLDFAST_TEST_SEED` is no number other than zero, from which generators draw nothing.
#[must_use]
pub fn seed(usual: u64) -> u64 {
    let seed = match std::env::var("HOLDFAST_TEST_SEED") {
        Ok(text) if !text.is_empty() => {
            text.parse::<u64>().ok().filter(|seed| *seed != 0).expect("HOLDFAST_TEST_SEED is a number above zero")
        }
        _ => usual,
    };
    println!("HOLDFAST_TEST_SEED={seed}");
    seed
}
