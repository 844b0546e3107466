//! What a test needs and may not find on a developer's machine. Where `CI` is set, nothing may be missing.

/// Notes that a test cannot run because something is missing here.
///
/// # Panics
/// Where `CI` is set: no test is skipped there.
#[track_caller]
pub fn missing(what: &str) {
    assert!(std::env::var_os("CI").is_none(), "CI is set, so no test may be skipped, and {what}");
    eprintln!("not run: {what}");
}

/// The value of an environment variable that names a server for tests; `None` where it is not set.
///
/// # Panics
/// Where it is not set and `CI` is.
#[track_caller]
pub fn named(variable: &str) -> Option<String> {
    let value = std::env::var(variable).ok().filter(|value| !value.is_empty());
    if value.is_none() {
        missing(&format!("{variable} is not set"));
    }
    value
}
