//! What a fix promises, held against every fix of every finding in `golden/check/<rule>/flagged*.yaml`, also with other line
//! breaks, in quotes, with a tag and with blanks around the value. Applied alone, a fix
//!
//! 1. removes its finding,
//! 2. causes no other one, and
//! 3. if it is safe, changes no value but those that it edits.
//!
//! What a finding says of a value that could not be read before is no consequence of the fix; `FOLLOW_UPS` names these rules.
//!
//! Together, all safe fixes come to an end, and applying them again changes nothing.
//!
//! A finding is known by its rule and its place, which is carried back over the edits to where it was before them.

use crate::support::{Beside, config, repository};
use gkc_core::diagnostic::{Applicability, Diagnostic, Fix, Rule, Severity, Sink, apply};
use gkc_core::editor;
use gkc_core::rules::RULES;
use gkc_core::source::{FileId, SourceFile, Span};
use gkc_core::syntax::{Kind, NodeId, Tree, parse};
use gkc_core::{Checked, check};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::num::NonZero;
use std::path::{Path, PathBuf};

/// Findings that a fix may bring to light, because what it makes right was not read or not judged before: the rule of the fix, and why.
const FOLLOW_UPS: &[(&str, &str)] = &[
    (
        "domain-not-fqdn",
        "what is public and protected depends on the name, and it was none",
    ),
    ("invalid-value", "a word that is understood has consequences"),
    (
        "suppression-unknown-rule",
        "whether a comment has an effect is asked once it names a rule",
    ),
    (
        "syntax",
        "what could be read only in part is judged once all of it can be read",
    ),
    (
        "tailscale-authkey-literal",
        "the variable that it names has to be set",
    ),
    ("unknown-key", "a key that is understood has consequences"),
    ("wrong-type", "a value that is understood has consequences"),
];

#[test]
fn fixes_keep_what_they_promise() {
    let directories: Vec<PathBuf> = RULES
        .iter()
        .map(|listed| repository("golden/check").join(listed.rule().name))
        .collect();
    let threads = std::thread::available_parallelism().map_or(1, NonZero::get);
    let mut broken: Vec<String> = std::thread::scope(|scope| {
        let part = |first: usize| directories.iter().skip(first).step_by(threads);
        let running: Vec<_> = (0..threads)
            .map(|first| {
                scope.spawn(move || part(first).flat_map(|of| broken_promises(of)).collect::<Vec<_>>())
            })
            .collect();
        running
            .into_iter()
            .flat_map(|part| part.join().unwrap())
            .collect()
    });
    broken.sort();
    assert!(
        broken.is_empty(),
        "\n{}\n{} promises are broken\n",
        broken.join("\n"),
        broken.len()
    );
}

/// A configuration with mistakes, and the files that it refers to.
struct Case {
    name: String,
    text: String,
    beside: Beside,
    /// Rules with findings on the configuration that this one is another form of, with their lines: the other form only hid them.
    hidden: Vec<(&'static Rule, u32)>,
}

/// What is wrong with the fixes of a rule's goldens.
fn broken_promises(directory: &Path) -> Vec<String> {
    let mut broken = Vec::new();
    for path in flagged(directory) {
        let text = std::fs::read_to_string(&path).unwrap();
        let name = path.strip_prefix(repository("golden/check")).unwrap();
        let file = config(&text);
        let before = check(&file, &Beside::new(directory));
        if before.diagnostics.iter().all(|found| found.fixes.is_empty()) {
            continue;
        }
        let hidden: Vec<_> = before
            .diagnostics
            .iter()
            .map(|found| (found.rule, line(&file, found.span)))
            .collect();
        for (form, text) in forms(&file, &before.diagnostics) {
            let case = Case {
                name: format!("{}{form}", name.display()),
                text,
                beside: Beside::new(directory),
                hidden: hidden.clone(),
            };
            case.hold(&mut broken);
        }
    }
    broken
}

impl Case {
    fn hold(&self, broken: &mut Vec<String>) {
        let file = config(&self.text);
        let before = check(&file, &self.beside);
        for finding in &before.diagnostics {
            for fix in &finding.fixes {
                let alone = Alone {
                    case: self,
                    file: &file,
                    before: &before,
                    finding,
                    fix,
                };
                broken.extend(alone.promises().into_iter().map(|what| alone.said(&what)));
            }
        }
        broken.extend(together(self, &file, before));
    }
}

fn line(file: &SourceFile, span: Span) -> u32 {
    match span.file == file.id() {
        true => file.position(span.start).line,
        false => 0,
    }
}

fn flagged(directory: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(directory).into_iter().flatten();
    let mut files: Vec<PathBuf> = entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "yaml"))
        .filter(|path| path.file_name().unwrap().to_string_lossy().starts_with("flagged"))
        .collect();
    files.sort();
    files
}

/// The text as it is and in other forms, each with what it is called.
fn forms(file: &SourceFile, found: &[Diagnostic]) -> Vec<(&'static str, String)> {
    let text = file.text();
    let mut forms = vec![("", text.to_owned())];
    let fixed = found.iter().filter(|found| !found.fixes.is_empty());
    let plain: BTreeSet<Span> = fixed
        .map(|found| found.span)
        .filter(|span| is_plain(file, *span))
        .collect();
    for (form, before, after) in [
        (" in quotes, with CRLF", "\"", "\""),
        (" with a tag", "!!str ", ""),
        (" after a blank in single quotes", "' ", "'"),
        (" before a no-break space", "", "\u{a0}"),
    ] {
        let mut changed = text.to_owned();
        // From the end, so that what is still to change stays in its place.
        for range in plain.iter().rev().map(|span| span.range()) {
            // A tag before a key would be one of its mapping.
            if before.starts_with('!') && changed[range.end..].starts_with(':') {
                continue;
            }
            let value = format!("{before}{}{after}", &changed[range.clone()]);
            changed.replace_range(range, &value);
        }
        if form.ends_with("CRLF") {
            changed = changed.replace('\n', "\r\n");
        }
        if changed != text {
            forms.push((form, changed));
        }
    }
    forms
}

/// Whether a plain key or value is written there that can be put into quotes as it is.
fn is_plain(file: &SourceFile, span: Span) -> bool {
    let tree = parse(file, &mut Sink::new());
    let text = file.slice(span);
    tree.scalars().any(|scalar| scalar == span)
        && !text.starts_with(['|', '>', '*', '!'])
        && !text.contains(['"', '\\', '\'', '\n'])
}

/// One fix, to be applied to its file and nothing else.
struct Alone<'c> {
    case: &'c Case,
    file: &'c SourceFile,
    before: &'c Checked,
    finding: &'c Diagnostic,
    fix: &'c Fix,
}

impl Alone<'_> {
    /// The promises that it breaks.
    fn promises(&self) -> Vec<String> {
        let edited = self
            .fix
            .edits
            .first()
            .map_or(FileId::CONFIG, |edit| edit.span.file);
        let Some(target) = self.before.analysis.files.get(edited) else {
            return vec!["it edits no file".to_owned()];
        };
        let (text, applied) = apply(edited, target.text(), [self.fix]);
        if applied != 1 {
            return vec!["its edits cannot be applied".to_owned()];
        }
        if text == target.text() {
            return vec!["it changes nothing".to_owned()];
        }
        let in_config = edited == FileId::CONFIG;
        let (file, beside) = match in_config {
            true => (config(&text), self.case.beside.clone()),
            false => (
                self.file.clone(),
                self.case.beside.clone().with(target.path(), &text),
            ),
        };
        let after = check(&file, &beside).diagnostics;
        let after: Vec<Diagnostic> = after.into_iter().map(|found| self.carried_back(found)).collect();
        let mut broken = Vec::new();
        let at = |found: &[Diagnostic], like: &Diagnostic| {
            let same = |other: &&Diagnostic| other.rule == like.rule && other.span.touches(like.span);
            found.iter().filter(same).count()
        };
        if at(&after, self.finding) >= at(&self.before.diagnostics, self.finding) {
            broken.push("its finding stays".to_owned());
        }
        for found in &after {
            let intended = FOLLOW_UPS.iter().any(|(of, _)| *of == self.finding.rule.name);
            let was_hidden = self
                .case
                .hidden
                .contains(&(found.rule, line(self.file, found.span)));
            if !intended && !was_hidden && at(&after, found) > at(&self.before.diagnostics, found) {
                broken.push(format!(
                    "it causes {}[{}]: {}",
                    found.severity.as_str(),
                    found.rule.name,
                    found.message
                ));
            }
        }
        if in_config && self.fix.applicability == Applicability::Safe {
            broken.extend(self.other_values(&file));
        }
        broken
    }

    /// A finding of the changed file where it would have been before the change.
    fn carried_back(&self, mut found: Diagnostic) -> Diagnostic {
        found.span = self.span_before(found.span);
        found
    }

    fn span_before(&self, span: Span) -> Span {
        Span {
            start: self.offset_before(span.file, span.start),
            end: self.offset_before(span.file, span.end),
            ..span
        }
    }

    /// An offset of the changed file in the file as it was; anywhere in new text, the end of what that replaced.
    fn offset_before(&self, file: FileId, after: u32) -> u32 {
        let mut edits: Vec<_> = self
            .fix
            .edits
            .iter()
            .filter(|edit| edit.span.file == file)
            .collect();
        edits.sort();
        let mut shift = 0i64;
        for edit in edits {
            let start = i64::from(edit.span.start) + shift;
            let end = start + edit.text.len() as i64;
            if i64::from(after) < start {
                break;
            }
            if i64::from(after) <= end {
                return if i64::from(after) == start {
                    edit.span.start
                } else {
                    edit.span.end
                };
            }
            shift += edit.text.len() as i64 - i64::from(edit.span.end - edit.span.start);
        }
        u32::try_from(i64::from(after) - shift).unwrap()
    }

    /// A value that changes though it is not edited.
    fn other_values(&self, after: &SourceFile) -> Option<String> {
        let is_edited = |span: Span| self.fix.edits.iter().any(|edit| edit.span.touches(span));
        let mut sink = Sink::new();
        let old = values(&parse(self.file, &mut sink), &is_edited);
        // Where something could not be read, the values that a fix brings back are new ones.
        if sink.found().iter().any(|found| found.severity == Severity::Error) {
            return None;
        }
        let new = values(&parse(after, &mut Sink::new()), &|span| {
            is_edited(self.span_before(span))
        });
        if old == new {
            return None;
        }
        let different = old.iter().zip(&new).find(|(old, new)| old != new);
        let (old, new) = different.map_or(("…", "more or fewer"), |(old, new)| (old, new));
        Some(format!(
            "it is safe and changes another value: `{old}`, now `{new}`"
        ))
    }

    fn said(&self, what: &str) -> String {
        let mut text = format!(
            "{}: {what}\n  the {} fix \"{}\" of [{}] {}",
            self.case.name,
            self.fix.applicability.as_str(),
            self.fix.title,
            self.finding.rule.name,
            self.finding.message,
        );
        for edit in &self.fix.edits {
            let source = self
                .before
                .analysis
                .files
                .get(edit.span.file)
                .map_or("", |file| file.slice(edit.span));
            let _ = write!(text, "\n  {source:?} -> {:?}", edit.text);
        }
        text
    }
}

/// The scalars that are not edited, in order, each below the keys that are not edited either.
fn values(tree: &Tree<'_>, is_edited: &dyn Fn(Span) -> bool) -> Vec<String> {
    fn walk(
        tree: &Tree<'_>,
        id: NodeId,
        path: &str,
        is_edited: &dyn Fn(Span) -> bool,
        found: &mut Vec<String>,
    ) {
        match tree.kind(id) {
            Kind::Map(_) => {
                for entry in tree.entries(id).iter() {
                    let key = match is_edited(tree.span(entry.key)) {
                        true => "…",
                        false => tree.key_text(entry.key).unwrap_or(""),
                    };
                    walk(tree, entry.value, &format!("{path}.{key}"), is_edited, found);
                }
            }
            Kind::Seq(items) => {
                for item in items {
                    walk(tree, *item, &format!("{path}[]"), is_edited, found);
                }
            }
            Kind::Scalar(scalar) if !is_edited(tree.span(id)) => {
                found.push(format!("{path}: {}", scalar.text))
            }
            _ => {}
        }
    }
    let mut found = Vec::new();
    if let Some(root) = tree.root() {
        walk(tree, root, "", is_edited, &mut found);
    }
    found
}

/// All safe fixes end, and applying them to what they made changes nothing.
fn together(case: &Case, file: &SourceFile, before: Checked) -> Option<String> {
    let is_safe = |found: &&Diagnostic| {
        found
            .fixes
            .iter()
            .any(|fix| fix.applicability == Applicability::Safe)
    };
    before.diagnostics.iter().find(is_safe)?;
    let (once, checked) = editor::fix(file, before, &case.beside, Applicability::Safe);
    let left: Vec<String> = checked
        .diagnostics
        .iter()
        .flat_map(|found| found.fixes.iter().map(move |fix| (found, fix)))
        .filter(|(_, fix)| fix.applicability == Applicability::Safe)
        .map(|(found, fix)| format!("\"{}\" of [{}]", fix.title, found.rule.name))
        .collect();
    if !left.is_empty() {
        let left = left.join(", ");
        return Some(format!(
            "{}: after all safe fixes there are still {left}",
            case.name
        ));
    }
    let others = checked.analysis.files.others().to_vec();
    let written = others.iter().fold(case.beside.clone(), |beside, other| {
        beside.with(other.path(), other.text())
    });
    let again = check(&once, &written);
    let (twice, again) = editor::fix(&once, again, &written, Applicability::Safe);
    let texts = |files: &[SourceFile]| {
        files
            .iter()
            .map(|file| file.text().to_owned())
            .collect::<Vec<_>>()
    };
    let same = twice.text() == once.text() && texts(again.analysis.files.others()) == texts(&others);
    (!same).then(|| format!("{}: all safe fixes change something the second time", case.name))
}
