//! The documentation tests: run where there are any, which costs a build of its own.

use crate::counts::Counts;
use crate::{child, workspace};
use anyhow::Result;
use std::fs;

/// Whether a documentation comment of our own packages holds a code block.
pub fn has_tests() -> Result<bool> {
    for path in child::output(child::command("git").args(["ls-files", "-z", "*.rs"]))?.split_terminator('\0') {
        if fs::read_to_string(workspace::root().join(path))?.lines().any(is_fence) {
            println!("xtask: {path} has a documentation test");
            return Ok(true);
        }
    }
    println!("xtask: there are no documentation tests");
    Ok(false)
}

fn is_fence(line: &str) -> bool {
    let line = line.trim_start();
    ["///", "//!"].iter().any(|mark| line.strip_prefix(mark).is_some_and(|rest| rest.trim_start().starts_with("```")))
}

/// Runs them.
pub fn run() -> Result<Counts> {
    child::counted(
        child::cargo().args(["test", "--doc", "--no-fail-fast"]).args(workspace::NATIVE),
        Counts::see_libtest,
    )
}

#[cfg(test)]
mod tests {
    use super::is_fence;

    #[test]
    fn a_code_block_in_a_documentation_comment_is_a_test() {
        let fence = "`".repeat(3);
        assert!(is_fence(&format!("    /// {fence}")));
        assert!(is_fence(&format!("//! {fence}rust")));
        assert!(!is_fence(&format!("// {fence}")));
        assert!(!is_fence("/// `one` word"));
    }
}
