//! Random mistakes in configurations that are right: none ends in a panic, in a finding outside the file, or in an artifact that its own
//! reader refuses; what is checked without an error is built; and safe fixes mend what they say and nothing else.
//!
//! `GKC_MUTATIONS=100000 cargo test -p gkc-core --features kubernetes --test mutations` tries more than the usual number.

#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use gkc_core::diagnostic::{Applicability, Diagnostic, Severity, Sink, apply};
use gkc_core::source::{FileId, SourceFile, Span};
use gkc_core::syntax::parse;
use gkc_core::{Options, analyse, check_with};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::{Config, TestRunner};
use std::collections::BTreeSet;
use std::sync::LazyLock;
use support::{CASES, Case};

/// How many are tried where nobody asks for more.
const USUAL: u32 = 5_000;

static BASES: LazyLock<Vec<Base>> = LazyLock::new(|| CASES.into_iter().map(Base::of).collect());

/// A golden, and where its keys and values are.
struct Base {
    case: Case,
    scalars: Vec<Span>,
}

impl Base {
    fn of(name: &str) -> Base {
        let case = Case::load(name);
        let scalars = parse(&case.file, &mut Sink::new()).scalars().collect();
        Base { case, scalars }
    }
}

/// What is written in the place of a key or a value.
const WORDS: [&str; 40] = [
    "",
    "~",
    "\"\"",
    "\" \"",
    "true",
    "no",
    "0",
    "-1",
    "3",
    "65536",
    "99999999999999999999",
    "1e3",
    "0x10",
    "03306",
    "[]",
    "{}",
    "[a]",
    "{a: b}",
    "a",
    "A",
    "x y",
    "é",
    "a.b",
    "a/b",
    "*",
    "\"*\"",
    "10.0.0.0/8",
    "10.0.0.1",
    "fd00::/64",
    "acme.dev",
    "https://acme.dev/",
    "ada@acme.dev",
    "30m",
    "4Gi",
    "${var.x}",
    "{env: X}",
    "{file: x.txt}",
    "{terraform: var.x}",
    "|\n  two\n  lines",
    "\"\\u0007\"",
];

#[derive(Debug, Clone)]
enum Mistake {
    /// A key or a value becomes another.
    Word(Index, &'static str),
    /// It becomes one that is elsewhere in the file.
    Copy(Index, Index),
    /// A letter of it goes, is doubled, or changes places with the next.
    Slip(Index, Index, u8),
    /// A line goes, comes twice, or moves.
    Remove(Index),
    Repeat(Index),
    Move(Index, Index),
    /// A line begins elsewhere.
    Indent(Index, usize),
    /// A character comes or goes anywhere.
    Insert(Index, char),
    Delete(Index),
}

fn mistake() -> impl Strategy<Value = Mistake> {
    let at = any::<Index>;
    let characters: Vec<char> = "[]{},:-?&*!|>'\"#\n\t\\% $é".chars().collect();
    prop_oneof![
        6 => (at(), select(&WORDS[..])).prop_map(|(at, word)| Mistake::Word(at, word)),
        3 => (at(), at()).prop_map(|(at, from)| Mistake::Copy(at, from)),
        3 => (at(), at(), 0..3u8).prop_map(|(at, letter, how)| Mistake::Slip(at, letter, how)),
        2 => at().prop_map(Mistake::Remove),
        1 => at().prop_map(Mistake::Repeat),
        1 => (at(), at()).prop_map(|(from, to)| Mistake::Move(from, to)),
        1 => (at(), 0..9usize).prop_map(|(at, indent)| Mistake::Indent(at, indent)),
        2 => (at(), select(characters)).prop_map(|(at, c)| Mistake::Insert(at, c)),
        1 => at().prop_map(Mistake::Delete),
    ]
}

/// The text with a mistake in it.
fn with(base: &Base, mistake: &Mistake) -> String {
    let text = base.case.file.text();
    let word = |at: &Index| base.scalars[at.index(base.scalars.len())].range();
    let put =
        |at: std::ops::Range<usize>, new: &str| format!("{}{new}{}", &text[..at.start], &text[at.end..]);
    let mut lines: Vec<&str> = text.split('\n').collect();
    let line = |at: &Index| at.index(text.split('\n').count());
    let characters: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
    match mistake {
        Mistake::Word(at, new) => put(word(at), new),
        Mistake::Copy(at, from) => put(word(at), &text[word(from)]),
        Mistake::Slip(at, letter, how) => {
            let at = word(at);
            let mut letters: Vec<char> = text[at.clone()].chars().collect();
            if letters.is_empty() {
                return text.to_owned();
            }
            let letter = letter.index(letters.len());
            match how {
                0 => drop(letters.remove(letter)),
                1 => letters.insert(letter, letters[letter]),
                _ => letters.swap(letter, letter.saturating_sub(1)),
            }
            put(at, &letters.into_iter().collect::<String>())
        }
        Mistake::Remove(at) => {
            lines.remove(line(at));
            lines.join("\n")
        }
        Mistake::Repeat(at) => {
            lines.insert(line(at), lines[line(at)]);
            lines.join("\n")
        }
        Mistake::Move(from, to) => {
            let moved = lines.remove(line(from));
            lines.insert(line(to).min(lines.len()), moved);
            lines.join("\n")
        }
        Mistake::Indent(at, indent) => {
            let at = line(at);
            let moved = format!("{}{}", " ".repeat(*indent), lines[at].trim_start());
            lines[at] = &moved;
            lines.join("\n")
        }
        Mistake::Insert(at, c) => {
            let at = characters[at.index(characters.len())];
            put(at..at, &c.to_string())
        }
        Mistake::Delete(at) => {
            let at = at.index(characters.len());
            let end = characters.get(at + 1).copied().unwrap_or(text.len());
            put(characters[at]..end, "")
        }
    }
}

/// Nothing is found outside of the file, and no artifact is refused.
fn sound(text: &str, found: &[Diagnostic]) -> Result<(), String> {
    for finding in found {
        let labels = finding.labels.iter().map(|label| label.span);
        let edits = finding
            .fixes
            .iter()
            .flat_map(|fix| fix.edits.iter().map(|edit| edit.span));
        let mut spans = [finding.span].into_iter().chain(labels).chain(edits);
        if let Some(outside) =
            spans.find(|span| span.file == FileId::CONFIG && text.get(span.range()).is_none())
        {
            return Err(format!("{outside:?} is not in the file: {finding:?}"));
        }
        if finding.rule == "artifact-rejected" {
            return Err(format!("{finding:?}"));
        }
    }
    Ok(())
}

/// What is wrong, without places, which fixes move.
fn faults(found: &[Diagnostic]) -> BTreeSet<(&'static str, String)> {
    let above = found.iter().filter(|found| found.severity > Severity::Info);
    above
        .map(|found| (found.rule.name, found.message.clone()))
        .collect()
}

/// All safe fixes at once leave nothing that they mend, bring nothing new, and then have nothing to do.
fn mended(base: &Base, text: &str, found: &[Diagnostic]) -> Result<(), String> {
    let safe = |found: &Diagnostic| {
        let mut fixes = found.fixes.iter();
        fixes
            .find(|fix| fix.applicability == Applicability::Safe)
            .cloned()
    };
    let fixes: Vec<_> = found.iter().filter_map(safe).collect();
    if fixes.is_empty() {
        return Ok(());
    }
    let (fixed, applied) = apply(FileId::CONFIG, text, fixes.iter());
    if applied == 0 {
        return Err(format!("no fix of {found:?} can be applied"));
    }
    let file = SourceFile::new(FileId::CONFIG, "gitpod-k3s.yaml", &fixed);
    let after = analyse(&file, &base.case.given, Options::default()).diagnostics;
    sound(&fixed, &after)?;
    // What could not be read before is read now, and may have faults of its own.
    let unread = found.iter().any(|found| found.severity == Severity::Error);
    if !unread && let Some(new) = faults(&after).difference(&faults(found)).next() {
        return Err(format!("a fix brings {new:?}:\n{fixed}"));
    }
    if applied == fixes.len()
        && let Some(left) = after.iter().find(|finding| {
            safe(finding).is_some()
                && found
                    .iter()
                    .any(|before| before.rule == finding.rule && before.message == finding.message)
        })
    {
        return Err(format!("a fix leaves {left:?}:\n{fixed}"));
    }
    Ok(())
}

fn judge(base: &Base, text: &str) -> Result<(), String> {
    let given = &base.case.given;
    let file = SourceFile::new(FileId::CONFIG, "gitpod-k3s.yaml", text);
    let found = analyse(&file, given, Options::default()).diagnostics;
    sound(text, &found)?;
    mended(base, text, &found)?;
    if found.iter().any(|found| found.severity == Severity::Error) {
        return Ok(());
    }
    let checked = check_with(&file, given, Options::default());
    sound(text, &checked.diagnostics)?;
    match checked.build(None) {
        Err(refused)
            if !checked.has_errors()
                && refused
                    .diagnostics
                    .iter()
                    .any(|found| found.rule != "secret-unresolved") =>
        {
            Err(format!("checked, and not built: {refused:?}"))
        }
        _ => Ok(()),
    }
}

/// Half of all that is tried, on some of the bases: tests run beside each other.
fn try_on(bases: &[Base]) {
    let asked = std::env::var("GKC_MUTATIONS").ok();
    let count: u32 = asked.and_then(|asked| asked.parse().ok()).unwrap_or(USUAL);
    let config = Config {
        failure_persistence: None,
        cases: count / 2,
        max_shrink_iters: 200,
        ..Config::default()
    };
    let outcome = TestRunner::new(config).run(&(any::<Index>(), mistake()), |(base, mistake)| {
        let base = base.get(bases);
        let judged = judge(base, &with(base, &mistake));
        judged.map_err(|why| TestCaseError::fail(format!("{why}\n{mistake:?}")))
    });
    if let Err(why) = outcome {
        panic!("{why}");
    }
}

#[test]
fn no_mistake_in_the_first_half_of_the_goldens_breaks_a_promise() {
    try_on(&BASES[..BASES.len() / 2]);
}

#[test]
fn no_mistake_in_the_other_half_breaks_a_promise() {
    try_on(&BASES[BASES.len() / 2..]);
}
