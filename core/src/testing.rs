//! Caret fixtures: a configuration with its findings written under the lines that have them.
//!
//! A line that starts with `#` and holds `^` describes the line above it: the carets stand under the span, then follow the
//! severity and the beginning of the message. The first two lines of the language (`apiVersion`, `domain`) are added where they are
//! missing.

use crate::diagnostic::{Diagnostic, apply};
use crate::inputs::{InputError, Inputs};
use crate::text::SecretBytes;
use crate::source::{FileId, SourceFile};
use crate::{Options, check_with};

/// Variables and files for a test.
#[derive(Default, Clone)]
pub(crate) struct TestInputs {
    pub vars: Vec<(&'static str, &'static str)>,
    pub files: Vec<(&'static str, &'static str)>,
    pub late: Vec<(&'static str, &'static str)>,
}

impl Inputs for TestInputs {
    fn read(&self, path: &str) -> Result<SecretBytes, InputError> {
        let file = self.files.iter().find(|(name, _)| *name == path);
        file.map(|(_, text)| SecretBytes::from(*text))
            .ok_or_else(|| InputError("no such file".into()))
    }

    fn var(&self, name: &str) -> Option<SecretBytes> {
        self.vars
            .iter()
            .find(|(var, _)| *var == name)
            .map(|(_, text)| SecretBytes::from(*text))
    }

    fn late(&self, variable: &str) -> Option<String> {
        self.late
            .iter()
            .find(|(name, _)| *name == variable)
            .map(|(_, value)| (*value).to_owned())
    }

    fn random(&self, buffer: &mut [u8]) -> Result<(), InputError> {
        buffer.fill(7);
        Ok(())
    }
}

/// A configuration with the two first lines of the language in front where it does not have them.
pub(crate) fn complete(text: &str) -> String {
    let text = text.trim_start_matches('\n');
    let has = |key: &str| text.lines().any(|line| line.starts_with(key));
    let api = if has("apiVersion:") {
        ""
    } else {
        "apiVersion: gitpod-k3s/v1\n"
    };
    let domain = if has("domain:") || has("platform: none") {
        ""
    } else {
        "domain: gitpod.acme.dev\n"
    };
    format!("{api}{domain}{text}")
}

/// The findings of all rules on `text`, completed.
pub(crate) fn findings(text: &str, inputs: &TestInputs) -> (SourceFile, Vec<Diagnostic>) {
    let file = SourceFile::new(FileId::CONFIG, "gitpod-k3s.yaml", complete(text));
    let checked = check_with(&file, inputs, Options::default());
    (file, checked.diagnostics)
}

/// Checks that the findings of `rule` on `fixture` are exactly the ones written in it.
#[track_caller]
pub(crate) fn check(rule: &str, fixture: &str) {
    check_given(rule, fixture, &TestInputs::default());
}

/// The same, with variables and files.
#[track_caller]
pub(crate) fn check_given(rule: &str, fixture: &str, inputs: &TestInputs) {
    let complete = complete(fixture);
    let plain: Vec<&str> = complete.lines().filter(|line| !is_note(line)).collect();
    let (file, all) = findings(&(plain.join("\n") + "\n"), inputs);
    let found: Vec<String> = all
        .iter()
        .filter(|d| d.rule == rule)
        .map(|d| note(&file, d))
        .collect();
    let mut wanted = Vec::new();
    let mut line = 0;
    for text in complete.lines() {
        if is_note(text) {
            wanted.push((line, text.trim_end()));
        } else {
            line += 1;
        }
    }
    let shown: Vec<String> = wanted
        .iter()
        .map(|(line, text)| format!("{line} {text}"))
        .collect();
    let fits = found.len() == shown.len() && found.iter().zip(&shown).all(|(f, w)| f.starts_with(w.as_str()));
    assert!(
        fits,
        "\nwanted:\n{}\nfound:\n{}\n",
        shown.join("\n"),
        found.join("\n")
    );
}

/// Checks that applying the fixes of `rule` to `before` gives `after`, both completed.
#[track_caller]
pub(crate) fn check_fix(rule: &str, before: &str, after: &str) {
    let (file, all) = findings(before, &TestInputs::default());
    let fixes = all
        .iter()
        .filter(|d| d.rule == rule)
        .filter_map(|d| d.fixes.first());
    let (fixed, applied) = apply(file.id(), file.text(), fixes);
    assert!(applied > 0, "no fix was offered");
    assert_eq!(fixed, complete(after));
}

fn is_note(line: &str) -> bool {
    line.starts_with('#') && line.contains('^')
}

/// A finding as it is written under its line. A span that begins in the first column is drawn from the `#`.
fn note(file: &SourceFile, finding: &Diagnostic) -> String {
    let start = file.position(finding.span.start);
    let width = file
        .slice(finding.span)
        .lines()
        .next()
        .unwrap_or("")
        .chars()
        .count()
        .max(1);
    let indent = start.column as usize - 1;
    let carets = match indent {
        0 => format!("#{}", "^".repeat(width.saturating_sub(1).max(1))),
        _ => format!("#{}{}", " ".repeat(indent - 1), "^".repeat(width)),
    };
    format!(
        "{} {carets} {}: {}",
        start.line,
        finding.severity.as_str(),
        finding.message
    )
}
