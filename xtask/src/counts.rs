//! How many tests ran, read off the closing lines of the test runners. It knows
//! three of them, libtest, nextest and Playwright's list reporter, and nothing of steps.

use anyhow::{Result, ensure};
use serde::{Deserialize, Serialize};

/// Tests that ran.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Tests that held.
    pub passed: u64,
    /// Tests that did not, or that never got to run.
    pub failed: u64,
}

impl Counts {
    /// One check that counts as one test.
    pub fn one(passed: bool) -> Self {
        Self { passed: u64::from(passed), failed: u64::from(!passed) }
    }

    /// The same; an error where no test ran.
    pub fn some(self) -> Result<Self> {
        ensure!(self != Self::default(), "no test ran");
        Ok(self)
    }

    /// Adds other counts.
    pub fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }

    /// Takes in one line of libtest: `test result: ok. 3 passed; 0 failed; …`.
    pub fn see_libtest(&mut self, line: &str) {
        let Some(rest) = line.strip_prefix("test result: ") else {
            return;
        };
        let Some((_, numbers)) = rest.split_once(". ") else {
            return;
        };
        for part in numbers.split(';') {
            match split_count(part) {
                Some((n, "passed")) => self.passed += n,
                Some((n, "failed")) => self.failed += n,
                _ => {}
            }
        }
    }

    /// Takes in nextest's closing line: `     Summary [   9.1s] 8 tests run: 6 passed (1 slow), 1 failed,
    /// 1 timed out, 3 skipped`. What did not run because of a filter counts as nothing.
    pub fn see_nextest(&mut self, line: &str) {
        let Some(rest) = line.trim_start().strip_prefix("Summary [") else {
            return;
        };
        let Some((_, numbers)) = rest.split_once(" run: ") else {
            return;
        };
        for part in without_notes(numbers).split(',') {
            match split_count(part) {
                Some((n, kind)) if kind.starts_with("passed") => self.passed += n,
                Some((n, kind)) if !kind.starts_with("skipped") => self.failed += n,
                _ => {}
            }
        }
    }

    /// Takes in one line of Playwright's summary: `  3 passed (2.1s)`,
    /// `  1 failed`, `  1 flaky`, `  2 did not run`, `  1 interrupted`.
    pub fn see_playwright(&mut self, line: &str) {
        if !line.starts_with("  ") {
            return;
        }
        match split_count(line) {
            Some((n, "passed")) => self.passed += n,
            Some((n, rest)) if rest.starts_with("passed (") => self.passed += n,
            Some((n, "failed" | "flaky" | "did not run" | "interrupted")) => self.failed += n,
            _ => {}
        }
    }
}

/// The text without what is in parentheses, such as how many of the tests were slow.
fn without_notes(text: &str) -> String {
    let mut depth = 0;
    text.chars()
        .filter(|letter| {
            depth += i32::from(*letter == '(');
            let is_outside = depth == 0;
            depth -= i32::from(*letter == ')');
            is_outside
        })
        .collect()
}

fn split_count(text: &str) -> Option<(u64, &str)> {
    let (number, rest) = text.trim().split_once(' ')?;
    Some((number.parse().ok()?, rest))
}

#[cfg(test)]
mod tests {
    use super::Counts;

    #[test]
    fn libtest_lines_add_up() {
        let mut counts = Counts::default();
        counts.see_libtest("running 3 tests");
        counts.see_libtest(
            "test result: ok. 3 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.01s",
        );
        counts.see_libtest("test result: FAILED. 2 passed; 1 failed; 0 ignored; 0 measured");
        assert_eq!(counts, Counts { passed: 5, failed: 1 });
    }

    #[test]
    fn nextest_says_it_in_one_line() {
        let mut counts = Counts::default();
        counts.see_nextest("        PASS [   0.007s] holdfast-domain lifecycle::tests::one");
        counts.see_nextest("     Summary [  12.0s] 9 tests run: 6 passed (2 slow), 2 failed, 1 timed out, 3 skipped");
        assert_eq!(counts, Counts { passed: 6, failed: 3 });
        let mut counts = Counts::default();
        counts.see_nextest("     Summary [   1.0s] 9 tests run: 9 passed (2 slow, 1 leaky), 3 skipped");
        assert_eq!(counts, Counts { passed: 9, failed: 0 });
    }

    #[test]
    fn playwright_lines_add_up() {
        let mut counts = Counts::default();
        for line in [
            "Running 7 tests using 2 workers",
            "  1 failed",
            "    [chromium] › a.spec.ts:3:1 › 2 failed things ───",
            "  1 flaky",
            "  2 did not run",
            "  4 passed (3.2s)",
            "4 passed elsewhere",
        ] {
            counts.see_playwright(line);
        }
        assert_eq!(counts, Counts { passed: 4, failed: 4 });
    }
}
