//! Caret fixtures: a configuration with all of its findings written below the lines that have them.
//!
//! ```text
//! cluster: {servers: {taints: ["dedicated=web"]}}
//! #                            ^^^^^^^^^^^^^^^ error[taint-invalid]: the whole message
//! ```
//!
//! A note is the exact span, then `severity[rule]: message`:
//!
//! - Carets mark the span. One that starts in the first column starts its note too, in place of the `#`.
//! - `|` marks an empty span.
//! - A span over several lines has carets to the end of its first line, then where it ends: `-> +2:5` is column 5, exclusive,
//!   two lines further down.
//! - A finding in another file is written at the end of the fixture: `# tailnet.hujson 3:5-3:9 error[rule]: message`.
//!
//! Every finding of every rule is written, so a fixture without notes is clean. [`complete`] adds what every configuration
//! needs, so that a fixture shows little more than its mistake. A finding on a line that was added shows that line.
//!
//! `UPDATE=1 cargo test -p gkc-core --lib` rewrites the notes of fixtures that fail, in their source files. Review the diff.

mod rewrite;

use crate::artifact::LOCK;
use crate::date::Date;
use crate::diagnostic::stages::SYNTAX;
use crate::diagnostic::{Diagnostic, apply};
use crate::inputs::{InputError, Inputs};
use crate::source::{FileId, SourceFile};
use crate::text::SecretBytes;
use crate::{Checked, Options, check_with};
use base64::Engine;
use sha2::{Digest, Sha256};
use std::panic::Location;

/// Variables and files for a test. A variable that is not listed has a strong value of its own, so that no fixture has to
/// explain why a secret is unresolved; `UNSET` has none.
#[derive(Default, Clone)]
pub(crate) struct TestInputs {
    pub vars: Vec<(&'static str, &'static str)>,
    pub files: Vec<(&'static str, &'static str)>,
    pub late: Vec<(&'static str, &'static str)>,
    pub today: Option<Date>,
    pub built: Option<Vec<u8>>,
}

impl Inputs for TestInputs {
    fn read(&self, path: &str) -> Result<SecretBytes, InputError> {
        let file = self.files.iter().find(|(name, _)| *name == path);
        file.map(|(_, text)| SecretBytes::from(*text))
            .ok_or_else(|| InputError("no such file".into()))
    }

    fn var(&self, name: &str) -> Option<SecretBytes> {
        let listed = self.vars.iter().find(|(var, _)| *var == name);
        match listed {
            Some((_, text)) => Some(SecretBytes::from(*text)),
            None if name == "UNSET" => None,
            None if name == "GITPOD_ADMIN_TOKEN" => {
                Some(SecretBytes::from("5e7f0c2ba94d4f6890c1d3e2f4a5b6c7"))
            }
            None if name == "GITPOD_ADMIN_EXPIRY" => Some(SecretBytes::from("1798761600")),
            None => Some(SecretBytes::from(strong(name).as_str())),
        }
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

    fn built(&self) -> Option<Vec<u8>> {
        self.built.clone()
    }

    fn today(&self) -> Option<Date> {
        self.today
    }
}

/// A value for the variable `name` that no rule objects to: a private key for the SSH gateway, an auth key where Tailscale's
/// variables start with `TS_`, else 32 bytes in base64, which every other consumer accepts.
fn strong(name: &str) -> String {
    if name == "GITPOD_SSH_HOST_KEY" {
        return "-----BEGIN OPENSSH PRIVATE KEY-----\nopaque\n-----END OPENSSH PRIVATE KEY-----\n".to_owned();
    }
    let hash = Sha256::digest(name.as_bytes());
    let hex: String = hash.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    match name.starts_with("TS_") {
        true => format!("tskey-auth-k{}CNTRL-{hex}", &hex[..12]),
        false => base64::engine::general_purpose::STANDARD.encode(hex),
    }
}

/// What a configuration needs to be free of findings: each line with the keys that stand for it.
const NEEDED: &[(&[&str], &str)] = &[
    (&["domain"], "domain: gitpod.acme.dev"),
    (
        &["domain_passlist", "domainPasslist", "blockNewUsers"],
        "domain_passlist: [acme.dev]",
    ),
    (
        &["database"],
        "database: {external: {host: db.acme.dev, username: gitpod, password: {env: DATABASE_PASSWORD}}}",
    ),
    (&["gitpod"], "gitpod: {repository: registry.acme.dev/gitpod}"),
    (
        &["authProviders"],
        "authProviders: [{id: GitHub, type: GitHub, host: github.com, clientId: Iv1.x, clientSecret: {env: GITHUB_CLIENT_SECRET}}]",
    ),
    (
        &["certificate"],
        "certificate: {acme: {email: ops@acme.dev, dns01: {cloudflare: {apiToken: {env: CLOUDFLARE_API_TOKEN}}}}}",
    ),
];

/// The same with Coder.
const NEEDED_OF_CODER: &[(&[&str], &str)] = &[
    (&["domain"], "domain: coder.acme.dev"),
    (
        &["certificate"],
        "certificate: {acme: {email: ops@acme.dev, dns01: {cloudflare: {apiToken: {env: CLOUDFLARE_API_TOKEN}}}}}",
    ),
];

/// What any platform needs.
const NEEDED_ALWAYS: &[(&[&str], &str)] = &[(
    &["ssh"],
    "ssh: {authorizedKeys: [ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOJZc0pTqQ0g3G3QxZCq0v4b0hBq2v9yE5n8w3m1kKXY ada@acme.dev]}",
)];

/// The lines that [`complete`] adds before `text`: none where it has an `apiVersion` of its own.
fn added(text: &str) -> Vec<&'static str> {
    let has = |key: &str| {
        let rest = |line: &str| line.strip_prefix(key).is_some_and(|rest| rest.starts_with(':'));
        text.lines().any(rest)
    };
    if has("apiVersion") {
        return Vec::new();
    }
    let of_platform = match text.lines().any(|line| line == "platform: coder") {
        true => NEEDED_OF_CODER,
        false if has("platform") => &[],
        false => NEEDED,
    };
    let needed = of_platform.iter().chain(NEEDED_ALWAYS);
    let missing = needed.filter(|(keys, _)| !keys.iter().any(|key| has(key)));
    let lines = missing.map(|(_, line)| *line);
    ["apiVersion: gitpod-k3s/v1"].into_iter().chain(lines).collect()
}

/// A configuration with the entries in front that it needs to be free of findings. One that has an `apiVersion` stays as it
/// is: for rules on what is missing.
pub(crate) fn complete(text: &str) -> String {
    let text = text.trim_start_matches('\n');
    let lines = added(text).into_iter().map(|line| format!("{line}\n"));
    lines.collect::<String>() + text
}

fn run(text: &str, inputs: &TestInputs) -> (SourceFile, Checked) {
    let file = SourceFile::new(FileId::CONFIG, "gitpod-k3s.yaml", text);
    let checked = check_with(&file, inputs, Options::default());
    (file, checked)
}

/// The findings of all rules on `text`, completed.
pub(crate) fn findings(text: &str, inputs: &TestInputs) -> (SourceFile, Vec<Diagnostic>) {
    let (file, checked) = run(&complete(text), inputs);
    (file, checked.diagnostics)
}

/// Checks that the findings on `fixture` are exactly the ones written in it.
#[track_caller]
pub(crate) fn check(fixture: &str) {
    check_given(fixture, &TestInputs::default());
}

/// The same, with variables and files.
#[track_caller]
pub(crate) fn check_given(fixture: &str, inputs: &TestInputs) {
    let found = annotated(fixture, inputs);
    let written = fixture.trim_matches('\n');
    if found == written {
        return;
    }
    let wanted = Location::caller();
    let updated = std::env::var_os("UPDATE").is_some_and(|value| value == "1")
        && rewrite::fixture(wanted, &found).is_some();
    assert!(
        updated,
        "\nwritten:\n{written}\n\nfound:\n{found}\n\nUPDATE=1 rewrites a fixture that is a literal.\n"
    );
}

/// The same in a directory where `before`, completed, was built.
#[track_caller]
pub(crate) fn check_after(fixture: &str, before: &str) {
    let (_, checked) = run(&complete(before), &TestInputs::default());
    let index = checked
        .preview()
        .into_iter()
        .find(|artifact| artifact.path == LOCK);
    let inputs = TestInputs {
        built: Some(index.expect("a configuration that builds").bytes),
        ..TestInputs::default()
    };
    check_given(fixture, &inputs);
}

/// The configuration of `fixture` with a note for each of its findings.
fn annotated(fixture: &str, inputs: &TestInputs) -> String {
    let plain: String = fixture
        .trim_matches('\n')
        .lines()
        .filter(|line| !is_note(line))
        .map(|line| format!("{line}\n"))
        .collect();
    let added = added(&plain).len();
    let (file, checked) = run(&complete(&plain), inputs);
    let (here, elsewhere): (Vec<_>, Vec<_>) = checked
        .diagnostics
        .iter()
        .partition(|finding| finding.span.file == file.id());
    let mut lines = Vec::new();
    for (index, line) in file.text().lines().enumerate() {
        let on_line = here
            .iter()
            .filter(|finding| file.lines().line_of(finding.span.start) == index);
        let notes: Vec<String> = on_line.map(|finding| note(&file, finding)).collect();
        if index >= added || !notes.is_empty() {
            lines.push(line.to_owned());
        }
        lines.extend(notes);
    }
    let last = file.text().lines().count();
    let past_the_end = here
        .iter()
        .filter(|finding| file.lines().line_of(finding.span.start) >= last);
    lines.extend(past_the_end.map(|finding| note(&file, finding)));
    for finding in elsewhere {
        let other = checked.analysis.files.get(finding.span.file);
        let place = other.map(|other| {
            let (start, end) = (
                other.position(finding.span.start),
                other.position(finding.span.end),
            );
            format!(
                "{} {}:{}-{}:{}",
                other.path(),
                start.line,
                start.column,
                end.line,
                end.column
            )
        });
        lines.push(format!("# {} {}", place.unwrap_or_default(), said(finding)));
    }
    lines.join("\n").trim_matches('\n').to_owned()
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

/// Checks how the first fix of `rule` may be applied to each text, completed: "safe", "unsafe", or "none" without one.
#[track_caller]
pub(crate) fn check_applicability(rule: &str, texts: &[(&str, &str)]) {
    for (text, wanted) in texts {
        let (_, all) = findings(text, &TestInputs::default());
        let finding = all.iter().find(|found| found.rule == rule);
        let finding = finding.unwrap_or_else(|| panic!("no {rule} in {text}"));
        let how = finding
            .fixes
            .first()
            .map_or("none", |fix| fix.applicability.as_str());
        assert_eq!(how, *wanted, "{text}");
    }
}

/// Whether a line of a fixture is a note rather than a part of the configuration.
fn is_note(line: &str) -> bool {
    let severity = |text: &str| {
        let rest = ["error[", "warning[", "info["]
            .iter()
            .find_map(|word| text.strip_prefix(word));
        rest.is_some_and(|rest| rest.contains("]: "))
    };
    let below = line.strip_prefix('#').unwrap_or(line).trim_start_matches(' ');
    let marked = below.trim_start_matches(['^', '|']);
    if marked.len() < below.len() {
        let marked = marked.trim_start();
        let ended = marked.strip_prefix("-> ").and_then(|rest| rest.split_once(' '));
        return severity(ended.map_or(marked, |(_, rest)| rest));
    }
    let elsewhere = line.strip_prefix("# ").unwrap_or("").splitn(3, ' ').nth(2);
    elsewhere.is_some_and(severity)
}

/// A finding as it is written under its line.
fn note(file: &SourceFile, finding: &Diagnostic) -> String {
    let (start, end) = (file.position(finding.span.start), file.position(finding.span.end));
    let first_line = file.slice(finding.span).split(['\n', '\r']).next().unwrap_or("");
    let carets = match finding.span.is_empty() {
        true => "|".to_owned(),
        false => "^".repeat(first_line.chars().count().max(1)),
    };
    let ends = match end.line - start.line {
        0 => String::new(),
        down => format!(" -> +{down}:{}", end.column),
    };
    let indent = match start.column as usize {
        1 => String::new(),
        column => format!("#{}", " ".repeat(column - 2)),
    };
    format!("{indent}{carets}{ends} {}", said(finding))
}

/// Severity, rule and message on one line.
fn said(finding: &Diagnostic) -> String {
    let message = finding
        .message
        .replace('\\', "\\\\")
        .replace('\n', "\\n")
        .replace('\r', "\\r");
    format!("{}[{}]: {message}", finding.severity.as_str(), finding.rule)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noted(text: &str, span: std::ops::Range<usize>) -> String {
        let file = SourceFile::new(FileId::CONFIG, "gitpod-k3s.yaml", text);
        note(&file, &SYNTAX.at(file.span(span), "`a`"))
    }

    #[test]
    fn a_note_has_the_whole_span() {
        let text = "a: b\nc: é d\n";
        assert_eq!(noted(text, 0..1), "^ error[syntax]: `a`");
        assert_eq!(noted(text, 3..4), "#  ^ error[syntax]: `a`");
        assert_eq!(noted(text, 11..12), "#    ^ error[syntax]: `a`");
        assert_eq!(noted(text, 3..10), "#  ^ -> +1:5 error[syntax]: `a`");
        assert_eq!(noted(text, 0..0), "| error[syntax]: `a`");
        assert_eq!(noted(text, 4..4), "#   | error[syntax]: `a`");
    }

    #[test]
    fn notes_are_told_from_the_configuration() {
        for line in [
            "^ error[syntax]: `a`",
            "#  ^^ -> +1:5 warning[syntax]: odd",
            "#   | info[syntax]: odd",
            "# tailnet.hujson 3:5-3:9 error[syntax]: `a`",
        ] {
            assert!(is_note(line), "{line}");
        }
        for line in [
            "# gkc: ignore[syntax] ^",
            "a: |",
            "#",
            "  a: ^ error[syntax]: `a`",
        ] {
            assert!(!is_note(line), "{line}");
        }
    }

    #[test]
    fn what_every_configuration_needs_is_added_unless_it_is_there() {
        let found = annotated("ssh: {}\n# ^ error[syntax]: stale\n", &TestInputs::default());
        let (first, note) = found.split_once('\n').unwrap();
        assert_eq!(first, "ssh: {}");
        assert!(note.starts_with("^^^ warning[no-authorized-keys]: "), "{note}");
        assert_eq!(annotated("ssh: x", &TestInputs::default()).lines().count(), 2);
    }
}
