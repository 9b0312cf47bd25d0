//! The last line of a report: how much was found, and what fixes itself.

use gkc_core::diagnostic::{Applicability, Diagnostic, Severity};
use gkc_core::source::Span;
use std::collections::BTreeSet;

/// "1 error, 2 warnings", or nothing where there is nothing.
pub fn counts<'d>(found: impl Iterator<Item = &'d Diagnostic>) -> Option<String> {
    let mut counts = [
        (Severity::Error, "error", 0usize),
        (Severity::Warning, "warning", 0),
        (Severity::Info, "info", 0),
    ];
    for diagnostic in found {
        for (severity, _, count) in &mut counts {
            *count += usize::from(*severity == diagnostic.severity);
        }
    }
    let parts: Vec<String> = counts
        .into_iter()
        .filter(|(.., n)| *n > 0)
        .map(|(_, word, n)| format!("{n} {word}{}", if n == 1 { "" } else { "s" }))
        .collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// How many findings have a fix.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Fixable {
    /// That `--fix` applies.
    pub safe: usize,
    /// That only `--unsafe-fixes` applies.
    pub risky: usize,
}

impl Fixable {
    /// Counts those of one file, and of the files that it refers to.
    pub fn of(found: &[Diagnostic]) -> Fixable {
        // A name that is given twice is not fixed by a change of its case alone.
        let doubled: BTreeSet<Span> = found
            .iter()
            .filter(|found| found.rule.doubles)
            .map(|found| found.span)
            .collect();
        let mut fixable = Fixable::default();
        for diagnostic in found.iter().filter(|found| !doubled.contains(&found.span)) {
            let has = |class| diagnostic.fixes.iter().any(|fix| fix.applicability == class);
            if has(Applicability::Safe) {
                fixable.safe += 1;
            } else if has(Applicability::Unsafe) {
                fixable.risky += 1;
            }
        }
        fixable
    }

    /// What to run.
    pub fn words(self) -> Option<String> {
        const SAFE: &str = "can be fixed with `gkc check --fix`";
        const RISKY: &str = "`--fix --unsafe-fixes`";
        match (self.safe, self.risky) {
            (0, 0) => None,
            (safe, 0) => Some(format!("{safe} {SAFE}")),
            (0, risky) => Some(format!("{risky} can be fixed with {RISKY}")),
            (safe, risky) => Some(format!("{safe} {SAFE}, {risky} more with {RISKY}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Fixable;

    #[test]
    fn what_to_run_is_said_once() {
        let words = |safe, risky| Fixable { safe, risky }.words().unwrap_or_default();
        assert_eq!(words(0, 0), "");
        assert_eq!(words(2, 0), "2 can be fixed with `gkc check --fix`");
        assert_eq!(words(0, 1), "1 can be fixed with `--fix --unsafe-fixes`");
        assert_eq!(
            words(1, 3),
            "1 can be fixed with `gkc check --fix`, 3 more with `--fix --unsafe-fixes`"
        );
    }
}
