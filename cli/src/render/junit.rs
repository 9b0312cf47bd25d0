//! JUnit XML, which most CI systems show as a report of tests: a suite per file, a case per finding.

use super::Outcome;
use super::entry::{Entry, of};
use gkc_core::diagnostic::Severity;
use std::fmt::Write;

/// All findings. Those below `bar` do not make the command fail: they are cases that pass, with their text as output.
pub fn render(outcomes: &[Outcome], bar: Severity) -> String {
    let suites: Vec<(&str, Vec<Entry<'_>>)> = outcomes
        .iter()
        .map(|outcome| (outcome.path(), of(outcome)))
        .collect();
    let every = || suites.iter().flat_map(|(_, entries)| entries);
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let _ = writeln!(
        xml,
        "<testsuites name=\"gkc\" {}>",
        counts(every(), suites.iter().filter(|(_, e)| e.is_empty()).count(), bar)
    );
    for (path, entries) in &suites {
        let counts = counts(entries.iter(), usize::from(entries.is_empty()), bar);
        let _ = writeln!(xml, "  <testsuite name=\"{}\" {counts}>", escape(path));
        for entry in entries {
            case(&mut xml, entry, bar);
        }
        if entries.is_empty() {
            let path = escape(path);
            let _ = writeln!(
                xml,
                "    <testcase name=\"no findings\" classname=\"{path}\" file=\"{path}\"/>"
            );
        }
        xml.push_str("  </testsuite>\n");
    }
    xml.push_str("</testsuites>\n");
    xml
}

/// How many cases there are: the findings, and one for each file without any.
fn counts<'e>(entries: impl Iterator<Item = &'e Entry<'e>>, clean: usize, bar: Severity) -> String {
    let (mut tests, mut failures, mut errors) = (clean, 0, 0);
    for entry in entries {
        tests += 1;
        match entry.rule {
            None => errors += 1,
            Some(_) => failures += usize::from(entry.severity >= bar),
        }
    }
    format!("tests=\"{tests}\" failures=\"{failures}\" errors=\"{errors}\"")
}

fn case(xml: &mut String, entry: &Entry<'_>, bar: Severity) {
    let (path, line) = (escape(entry.path), entry.start.line);
    let name = match entry.rule {
        Some(rule) => escape(&format!(
            "{line}:{} {rule}: {}",
            entry.start.column, entry.message
        )),
        None => "readable".to_owned(),
    };
    let message = escape(entry.message);
    let mut text = format!("{}:{line}:{}: {}", entry.path, entry.start.column, entry.message);
    for more in &entry.more {
        text.push('\n');
        text.push_str(more);
    }
    let text = escape(&text);
    let severity = entry.severity.as_str();
    let inner = match entry.rule {
        None => format!("<error message=\"{message}\"/>"),
        Some(rule) if entry.severity >= bar => {
            format!("<failure message=\"{severity}: {message}\" type=\"{rule}\">{text}</failure>")
        }
        Some(_) => format!("<system-out>{severity}: {text}</system-out>"),
    };
    let _ = writeln!(
        xml,
        "    <testcase name=\"{name}\" classname=\"{path}\" file=\"{path}\" line=\"{line}\">{inner}</testcase>"
    );
}

/// A text in an attribute or an element. XML 1.0 has no form for most control characters.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\n' => escaped.push_str("&#10;"),
            '\t' => escaped.push('\t'),
            '\u{fffe}' | '\u{ffff}' => escaped.push(char::REPLACEMENT_CHARACTER),
            control if control.is_control() => escaped.push(char::REPLACEMENT_CHARACTER),
            other => escaped.push(other),
        }
    }
    escaped
}
