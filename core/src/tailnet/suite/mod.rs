//! Suites of vectors in the format `gkc-tailscale-vectors/1`: reading them, running them, one result for each check.

mod run;
mod shape;

pub use run::run;
pub use shape::{Suite, SuiteError, read};

/// How much a vector is to be trusted. Failures of low confidence are shown and do not count.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Confidence {
    /// Fails the run.
    Counts,
    /// Is shown only.
    Advisory,
}

/// The outcome of one check.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct CheckResult {
    /// The vector's `id`.
    pub vector: String,
    /// The vector's `kind`.
    pub kind: String,
    /// What was checked, in a few words: `100.64.0.1 -> 100.64.0.2 tcp 22`.
    pub check: String,
    /// What the vector expects.
    pub expected: String,
    /// What gkc finds.
    pub found: String,
    /// Whether both agree.
    pub passed: bool,
    /// Whether a failure counts.
    pub confidence: Confidence,
}

impl CheckResult {
    /// True where the check fails the run.
    pub fn fails(&self) -> bool {
        !self.passed && self.confidence == Confidence::Counts
    }
}

/// The line that ends a run: `564 passed, 0 failed`. Advisory failures count as neither.
pub fn summary(results: &[CheckResult]) -> String {
    let passed = results
        .iter()
        .filter(|r| r.passed && r.confidence == Confidence::Counts)
        .count();
    let failed = results.iter().filter(|r| r.fails()).count();
    format!("{passed} passed, {failed} failed")
}
