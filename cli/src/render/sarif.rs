//! SARIF 2.1.0, which code scanning reads: <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>.

use super::entry::entries;
use super::fingerprint::fingerprints;
use super::{Findings, Outcome};
use gkc_core::diagnostic::{self, Diagnostic, Severity};
use gkc_core::source::Span;
use serde::Serialize;
use std::collections::BTreeMap;

/// The whole report.
#[derive(Serialize)]
pub struct Log {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run {
    tool: Tool,
    column_kind: &'static str,
    invocations: [Invocation; 1],
    results: Vec<Found>,
}

#[derive(Serialize)]
struct Tool {
    driver: Driver,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver {
    name: &'static str,
    version: &'static str,
    information_uri: &'static str,
    rules: Vec<Rule>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Rule {
    id: &'static str,
    short_description: Text,
    help: Help,
    help_uri: String,
    default_configuration: Configuration,
}

#[derive(Serialize)]
struct Help {
    text: String,
    markdown: String,
}

#[derive(Serialize)]
struct Configuration {
    level: &'static str,
}

#[derive(Serialize)]
struct Text {
    text: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Invocation {
    execution_successful: bool,
    tool_execution_notifications: Vec<Notification>,
}

#[derive(Serialize)]
struct Notification {
    level: &'static str,
    message: Text,
    locations: Vec<Location>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Found {
    rule_id: &'static str,
    rule_index: usize,
    level: &'static str,
    message: Text,
    locations: Vec<Location>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Location>,
    partial_fingerprints: BTreeMap<&'static str, String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fixes: Vec<Fix>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<usize>,
    physical_location: PhysicalLocation,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Text>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation {
    artifact_location: Uri,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<Region>,
}

#[derive(Serialize)]
struct Uri {
    uri: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: u32,
    start_column: u32,
    end_line: u32,
    end_column: u32,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Fix {
    description: Text,
    artifact_changes: Vec<Change>,
    properties: BTreeMap<&'static str, &'static str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Change {
    artifact_location: Uri,
    replacements: Vec<Replacement>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Replacement {
    deleted_region: Region,
    inserted_content: Text,
}

/// Changes with the way in which findings are told from each other.
const FINGERPRINT: &str = "gkc/v1";

/// The report; `path` gives the paths of files in the repository.
pub fn render(outcomes: &[Outcome], path: &dyn Fn(&str) -> String) -> Log {
    let mut names: BTreeMap<&'static str, &'static diagnostic::Rule> = BTreeMap::new();
    let mut unread = Vec::new();
    for outcome in outcomes {
        match outcome {
            Outcome::Checked(findings) => {
                names.extend(
                    findings
                        .diagnostics
                        .iter()
                        .map(|found| (found.rule.name, found.rule)),
                );
            }
            Outcome::Unread { path: of, why } => unread.push(Notification {
                level: "error",
                message: text(why),
                locations: vec![location(uri(&path(of)), None)],
            }),
        }
    }
    let index: BTreeMap<&str, usize> = names.keys().copied().zip(0..).collect();
    let mut fingerprints = fingerprints(&entries(outcomes)).into_iter();
    let mut results = Vec::new();
    for outcome in outcomes {
        let Some(findings) = outcome.findings() else {
            // The name of the file that could not be read.
            fingerprints.next();
            continue;
        };
        let report = Report { findings, path };
        for (found, fingerprint) in findings.diagnostics.iter().zip(&mut fingerprints) {
            let rule = index.get(found.rule.name).copied().unwrap_or_default();
            results.push(report.result(found, rule, fingerprint));
        }
    }
    Log {
        schema: "https://json.schemastore.org/sarif-2.1.0.json",
        version: "2.1.0",
        runs: [Run {
            tool: Tool {
                driver: Driver {
                    name: "gkc",
                    version: env!("CARGO_PKG_VERSION"),
                    information_uri: env!("CARGO_PKG_REPOSITORY"),
                    rules: names.values().map(|listed| rule(listed)).collect(),
                },
            },
            column_kind: "unicodeCodePoints",
            invocations: [Invocation {
                execution_successful: unread.is_empty(),
                tool_execution_notifications: unread,
            }],
            results,
        }],
    }
}

fn rule(rule: &'static diagnostic::Rule) -> Rule {
    Rule {
        id: rule.name,
        short_description: text(rule.summary()),
        help: Help {
            text: rule.summary().to_owned(),
            markdown: rule.page(),
        },
        help_uri: gkc_core::page_of(rule),
        default_configuration: Configuration {
            level: level(rule.severity),
        },
    }
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

fn text(text: &str) -> Text {
    Text {
        text: text.to_owned(),
    }
}

fn location(uri: Uri, region: Option<Region>) -> Location {
    Location {
        id: None,
        physical_location: PhysicalLocation {
            artifact_location: uri,
            region,
        },
        message: None,
    }
}

/// The findings of one file that was named.
struct Report<'o> {
    findings: &'o Findings,
    path: &'o dyn Fn(&str) -> String,
}

impl Report<'_> {
    fn result(&self, found: &Diagnostic, rule_index: usize, fingerprint: String) -> Found {
        let related = (1..).zip(&found.labels).map(|(id, label)| Location {
            id: Some(id),
            message: Some(text(&label.message)),
            ..location(self.uri(label.span), Some(self.region(label.span)))
        });
        let mut words = found.message.clone();
        for (what, more) in [("help", &found.help), ("note", &found.note)] {
            if let Some(more) = more {
                words.push_str(&format!("\n{what}: {more}"));
            }
        }
        Found {
            rule_id: found.rule.name,
            rule_index,
            level: level(found.severity),
            message: text(&words),
            locations: vec![location(self.uri(found.span), Some(self.region(found.span)))],
            related_locations: related.collect(),
            partial_fingerprints: [(FINGERPRINT, fingerprint)].into(),
            fixes: found.fixes.iter().map(|fix| self.fix(fix)).collect(),
        }
    }

    fn fix(&self, fix: &diagnostic::Fix) -> Fix {
        let mut edits: BTreeMap<u32, Vec<&diagnostic::Edit>> = BTreeMap::new();
        for edit in &fix.edits {
            edits.entry(edit.span.file.0).or_default().push(edit);
        }
        let change = |edits: Vec<&diagnostic::Edit>| {
            let artifact_location = self.uri(edits.first()?.span);
            let replacement = |edit: &&diagnostic::Edit| Replacement {
                deleted_region: self.region(edit.span),
                inserted_content: text(&edit.text),
            };
            Some(Change {
                artifact_location,
                replacements: edits.iter().map(replacement).collect(),
            })
        };
        Fix {
            description: text(&fix.title),
            artifact_changes: edits.into_values().filter_map(change).collect(),
            properties: [("applicability", fix.applicability.as_str())].into(),
        }
    }

    fn uri(&self, span: Span) -> Uri {
        uri(&(self.path)(self.findings.file_of(span.file).path()))
    }

    fn region(&self, span: Span) -> Region {
        let file = self.findings.file_of(span.file);
        let (start, end) = (file.position(span.start), file.position(span.end));
        Region {
            start_line: start.line,
            start_column: start.column,
            end_line: end.line,
            end_column: end.column,
        }
    }
}

/// A path as a reference of RFC 3986: relative to the root of the repository, or absolute.
fn uri(path: &str) -> Uri {
    let mut uri = String::from(if path.starts_with('/') { "file://" } else { "" });
    for byte in path.bytes() {
        match byte {
            b'/' | b'-' | b'.' | b'_' | b'~' => uri.push(char::from(byte)),
            byte if byte.is_ascii_alphanumeric() => uri.push(char::from(byte)),
            byte => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    Uri { uri }
}
