//! Configurations as people write them, and single mistakes in them. The former have no finding above info; each of the latter has one, at its
//! characters. `GKC_THOROUGH=1` tries every mistake.
//!
//! `golden/mistakes/NAME.mistakes.yaml` lists mistakes in `NAME.yaml`: `from` is replaced by `to`, in which `«»` are around what is to be
//! marked, and `rule` is to find it. `in` names the file where it is another one. `still` says how a mistake is not found that way yet.

#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use gkc_core::diagnostic::{Diagnostic, Severity};
use gkc_core::source::FileId;
use serde::Deserialize;
use std::ops::Range;
use support::{Case, Given, golden};

/// Of the mistakes, how many the gate leaves out for each that it tries.
const EVERY: usize = 4;

#[derive(Deserialize)]
struct Mistake {
    why: String,
    #[serde(rename = "in")]
    file: Option<String>,
    from: String,
    to: String,
    rule: String,
    still: Option<String>,
}

fn read(name: &str) -> String {
    std::fs::read_to_string(golden("mistakes").join(name)).unwrap()
}

fn given() -> Given {
    Given {
        folder: Some(golden("mistakes")),
        today: "2026-11-30".parse().ok(),
        ..Given::default()
    }
}

/// The names of the configurations.
fn names() -> Vec<String> {
    let entries = std::fs::read_dir(golden("mistakes")).unwrap();
    let files = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let configurations = files.filter(|name| name.ends_with(".yaml") && !name.ends_with(".mistakes.yaml"));
    let mut names: Vec<String> = configurations.map(|name| name.replace(".yaml", "")).collect();
    names.sort();
    names
}

fn mistakes(name: &str) -> Vec<Mistake> {
    let path = golden("mistakes").join(format!("{name}.mistakes.yaml"));
    std::fs::read_to_string(path).map_or(Vec::new(), |text| serde_yaml::from_str(&text).unwrap())
}

/// What is found above info.
fn loud(text: &str, given: Given) -> Vec<Diagnostic> {
    let mut found = Case::of(text, given).checked().diagnostics;
    found.retain(|found| found.severity > Severity::Info);
    found
}

impl Mistake {
    /// The file with the mistake, and where that is.
    fn made(&self, text: &str) -> (String, Range<usize>) {
        let at = text
            .find(&self.from)
            .unwrap_or_else(|| panic!("no `{}`", self.from));
        assert_eq!(text.matches(&self.from).count(), 1, "`{}`", self.from);
        let (before, rest) = self.to.split_once('«').unwrap();
        let (marked, after) = rest.split_once('»').unwrap();
        let start = at + before.len();
        let end = at + self.from.len();
        let made = format!("{}{before}{marked}{after}{}", &text[..at], &text[end..]);
        (made, start..start + marked.len())
    }

    /// Makes the mistake. Whether it is found once and at its characters, and what was found, for a message.
    fn tried(&self, configuration: &str) -> (bool, String) {
        let mut given = given();
        let (found, text, span, of_config) = match &self.file {
            None => {
                let (text, span) = self.made(configuration);
                (loud(&text, given), text, span, true)
            }
            Some(file) => {
                let (text, span) = self.made(&read(file));
                given.files.insert(file.clone(), text.clone().into_bytes());
                (loud(configuration, given), text, span, false)
            }
        };
        let right = match &*found {
            [one] => {
                let in_file = (one.span.file == FileId::CONFIG) == of_config;
                in_file && one.rule.name == self.rule && is_same(&text, one.span.range(), &span)
            }
            _ => false,
        };
        let shown = found.iter().map(|found| {
            let place = text.get(found.span.range()).unwrap_or("");
            format!("{} at `{place}`: {}", found.rule.name, found.message)
        });
        let shown: Vec<String> = shown.collect();
        (right, shown.join("; "))
    }
}

/// Whether two ranges are the same but for the quotes of a scalar.
fn is_same(text: &str, found: Range<usize>, wanted: &Range<usize>) -> bool {
    let bare = |range: Range<usize>| {
        let inner = text.get(range.clone()).unwrap_or("");
        let quote = inner.chars().next().filter(|c| matches!(c, '"' | '\''));
        match quote.filter(|quote| inner.len() > 1 && inner.ends_with(*quote)) {
            Some(_) => range.start + 1..range.end - 1,
            None => range,
        }
    };
    bare(found) == bare(wanted.clone())
}

#[test]
fn configurations_that_are_right_have_no_finding_above_info() {
    let names = names();
    assert!(names.len() >= 30, "{}", names.len());
    for name in names {
        let found = loud(&read(&format!("{name}.yaml")), given());
        let found: Vec<_> = found
            .iter()
            .map(|found| (found.rule.name, &found.message))
            .collect();
        assert!(found.is_empty(), "{name}: {found:?}");
    }
}

#[test]
fn a_single_mistake_is_one_finding_at_its_characters() {
    let every = if support::thorough() { 1 } else { EVERY };
    let configurations: Vec<(String, String)> = names()
        .into_iter()
        .map(|name| (read(&format!("{name}.yaml")), name))
        .collect();
    let mut all = Vec::new();
    for (text, name) in &configurations {
        all.extend(mistakes(name).into_iter().map(|mistake| (text, name, mistake)));
    }
    assert!(all.len() >= 300, "{}", all.len());
    // What is asked of a linter: nearly all of them.
    let still = all
        .iter()
        .filter(|(_, _, mistake)| mistake.still.is_some())
        .count();
    assert!(still * 100 <= all.len() * 5, "{still} of {}", all.len());
    let chosen: Vec<_> = all
        .iter()
        .enumerate()
        .filter(|(i, _)| i % every == 0)
        .map(|(_, of)| of)
        .collect();
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let wrong: Vec<String> = std::thread::scope(|scope| {
        let parts = chosen.chunks(chosen.len().div_ceil(threads)).map(|part| {
            scope.spawn(move || {
                let tried = part.iter().filter_map(|(text, name, mistake)| {
                    let (is_right, shown) = mistake.tried(text);
                    (is_right == mistake.still.is_some()).then(|| format!("{name}, {}: {shown}", mistake.why))
                });
                tried.collect::<Vec<_>>()
            })
        });
        let parts: Vec<_> = parts.collect();
        parts.into_iter().flat_map(|part| part.join().unwrap()).collect()
    });
    assert!(
        wrong.is_empty(),
        "{} are not as written:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}
