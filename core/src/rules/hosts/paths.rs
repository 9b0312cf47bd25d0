//! The files that something on the machines reads, and how their paths go wrong.

use super::shell::place_of;
use super::units::units;
use crate::model::{Config, Raw, RegistryTls};
use crate::rules::Report;
use crate::rules::k3s::passthrough::passed;
use crate::source::Span;
use std::collections::HashSet;

/// A path that something reads, and where it is written.
pub(super) struct Read {
    pub path: String,
    pub at: Span,
    pub of: Reader,
}

/// What reads a path.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Reader {
    /// A command, which may make the file as well.
    Hook,
    /// A unit that starts it.
    Unit,
    /// A flag, which may name a file that its program writes.
    Flag,
    /// What does not start, or does not work, without the file.
    Start,
}

/// Flags whose files have to be there when k3s starts.
///
/// Source: Kubernetes docs, "kube-apiserver" and "kubelet".
const NEEDED: [&str; 10] = [
    "admission-control-config-file",
    "audit-policy-file",
    "audit-webhook-config-file",
    "authentication-config",
    "authorization-config",
    "encryption-provider-config",
    "image-credential-provider-config",
    "resolv-conf",
    "service-account-key-file",
    "tracing-config-file",
];

/// Paths of files, and of all folders around them.
pub(super) fn with_folders<'p>(paths: impl Iterator<Item = &'p str>) -> HashSet<&'p str> {
    let around = |path: &'p str| std::iter::successors(Some(path), |path| Some(path.rsplit_once('/')?.0));
    paths.flat_map(around).collect()
}

/// Whether one path was meant as the other: one letter was lost, added, changed or exchanged, the end of the name, the number before it, the
/// order of its words or the folder is another. Other numbers tell files apart.
pub(super) fn is_slip(path: &str, known: &str) -> bool {
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let other_end = stem(path).is_some_and(|stem_of_path| stem(known) == Some(stem_of_path));
    if digits(path) == digits(known) && (other_end || strsim::damerau_levenshtein(path, known) == 1) {
        return true;
    }
    let ((folder, name), (known_folder, known_name)) = (parts(path), parts(known));
    match folder == known_folder {
        true => {
            let unnumbered = |name: &str| name.trim_start_matches(|c: char| c.is_ascii_digit()).to_owned();
            let is_numbered = |name: &str| name.starts_with(|c: char| c.is_ascii_digit());
            let words = |name: &str| {
                let mut words: Vec<_> = name.split(['-', '_', '.']).map(str::to_owned).collect();
                crate::sorted::sort(&mut words);
                words
            };
            is_numbered(name) && unnumbered(name) == unnumbered(known_name)
                || words(name) == words(known_name)
        }
        // A command or script of one's own, not `config.yaml`, of which there are many.
        false => {
            name == known_name && known_folder.starts_with("/usr/local/") && folder.starts_with("/usr/local/")
        }
    }
}

/// The folder and the name.
fn parts(path: &str) -> (&str, &str) {
    path.rsplit_once('/').unwrap_or(("", path))
}

/// A path without the end of its name.
fn stem(path: &str) -> Option<&str> {
    let (stem, _) = path.rsplit_once('.').filter(|(_, end)| !end.contains('/'))?;
    Some(stem)
}

/// Every path in a hook, a unit or an argument of a component, and the files of registries.
pub(super) fn reads(config: &Config, report: &Report<'_>) -> Vec<Read> {
    let mut found = Vec::new();
    for hook in report.hooks() {
        let script = hook.text();
        let words = hook
            .commands()
            .iter()
            .flat_map(|command| command.words.iter().map(|word| (command.at, *word)));
        for (from, word) in words {
            let path = word.trim_matches(['"', '\'']);
            let makes = format!("> {path}");
            if !path.starts_with('/') || script.contains(&makes) {
                continue;
            }
            let Some(at) = script.get(from..).and_then(|rest| rest.find(path)) else {
                continue;
            };
            found.push(Read {
                path: path.to_owned(),
                at: place_of(report, hook.item, from + at, path),
                of: Reader::Hook,
            });
        }
    }
    for unit in units(config) {
        let programs = unit.programs().filter(|(_, program)| program.starts_with('/'));
        found.extend(programs.map(|(at, program)| Read {
            path: program.to_owned(),
            at: unit.place(report, at, program),
            of: Reader::Unit,
        }));
    }
    for passed in passed(config) {
        let arguments = passed.arguments().map(|(text, value)| {
            let (flag, path) = text.split_once('=').unwrap_or_default();
            (flag, path, value.span)
        });
        let whole = match &passed.value.value {
            Raw::Text(text) => Some((passed.key.value.as_str(), text.as_str(), passed.value.span)),
            _ => None,
        };
        let paths = arguments
            .chain(whole)
            .filter(|(_, path, _)| path.starts_with('/'));
        found.extend(paths.map(|(flag, path, at)| Read {
            path: path.to_owned(),
            at,
            of: match NEEDED.contains(&flag) {
                true => Reader::Start,
                false => Reader::Flag,
            },
        }));
    }
    let registries = config.k3s.get().and_then(|k3s| k3s.registries.get());
    let configs = registries
        .into_iter()
        .flat_map(|registries| registries.configs.entries());
    let tls = configs.filter_map(|(_, access)| access.value.tls.get());
    let files = tls.flat_map(RegistryTls::files);
    found.extend(files.map(|file| Read {
        path: file.value.clone(),
        at: file.span,
        of: Reader::Start,
    }));
    found
}
