//! The units of systemd among the files, and the settings of its daemons: their lines, and the programs that they start.

use crate::facts::systemd::{DAEMONS, SUFFIXES};
use crate::model::{Config, Spanned};
use crate::rules::Report;
use crate::rules::contents::{lines, place_in};
use crate::source::Span;

/// Folders of units.
const FOLDERS: [&str; 3] = [
    "/etc/systemd/system/",
    "/lib/systemd/system/",
    "/usr/lib/systemd/system/",
];

/// A unit, the settings of a daemon, or a drop-in of either.
pub(super) struct Unit<'c> {
    /// The unit's name: `k3s.service`; for the settings of a daemon, the section: `Journal`.
    pub name: &'c str,
    /// Its text.
    pub text: Spanned<&'c str>,
    /// Whether the file adds to a unit that is elsewhere.
    pub is_drop_in: bool,
}

/// A line `key=value` of a unit.
pub(super) struct Line<'u> {
    /// The section that it belongs to; empty in front of the first.
    pub section: &'u str,
    /// The key.
    pub key: &'u str,
    /// The value, on all its lines.
    pub value: &'u str,
    /// Where the line begins in the text.
    pub at: usize,
}

/// The units among the files.
pub(super) fn units(config: &Config) -> impl Iterator<Item = Unit<'_>> {
    config.files().filter_map(|(path, text)| {
        let of_daemon = DAEMONS.iter().find(|(file, _)| {
            let rest = path.value.strip_prefix(file);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(".d/") && rest.ends_with(".conf"))
        });
        if let Some((_, section)) = of_daemon {
            return Some(Unit {
                name: section,
                text,
                is_drop_in: false,
            });
        }
        let name = FOLDERS
            .iter()
            .find_map(|folder| path.value.strip_prefix(folder))?;
        let is_drop_in = name.contains('/');
        let name = match name.split_once('/') {
            // A drop-in: `k3s.service.d/limits.conf`.
            Some((folder, file)) if file.ends_with(".conf") => folder.strip_suffix(".d")?,
            Some(_) => return None,
            None => name,
        };
        is_unit(name).then_some(Unit {
            name,
            text,
            is_drop_in,
        })
    })
}

/// Whether a name is one of a unit.
pub(super) fn is_unit(name: &str) -> bool {
    name.rsplit_once('.')
        .is_some_and(|(stem, suffix)| !stem.is_empty() && SUFFIXES.contains(&suffix))
}

impl<'c> Unit<'c> {
    /// The headings of its sections, each with its place in the text.
    pub fn sections(&self) -> impl Iterator<Item = (usize, &'c str)> {
        let lines = lines(self.text.value)
            .take(MOST_LINES)
            .filter(|(_, line)| line.starts_with('['));
        lines.map(|(at, line)| {
            let name = line.trim_start_matches('[').trim_end().trim_end_matches(']');
            (at + 1, name)
        })
    }

    /// Its lines but comments, headings and what sets nothing.
    pub fn lines(&self) -> Vec<Line<'c>> {
        let text = self.text.value;
        let mut section = "";
        let mut found: Vec<Line<'c>> = Vec::new();
        // Whether the line before goes on here, and whether it sets something.
        let mut goes_on: Option<bool> = None;
        for (at, line) in lines(text).take(MOST_LINES) {
            let trimmed = line.trim_end();
            let continues = trimmed.ends_with('\\');
            if let Some(sets) = goes_on {
                if let Some(last) = found.last_mut().filter(|_| sets) {
                    let start = last.value.as_ptr() as usize - text.as_ptr() as usize;
                    last.value = text.get(start..at + trimmed.len()).unwrap_or(last.value);
                }
                goes_on = continues.then_some(sets);
                continue;
            }
            if trimmed.is_empty() || trimmed.starts_with(['#', ';']) {
                continue;
            }
            if let Some(name) = trimmed.strip_prefix('[') {
                section = name.trim_end_matches(']');
                continue;
            }
            let set = trimmed.split_once('=');
            goes_on = continues.then_some(set.is_some());
            if let Some((key, value)) = set {
                let (key, value) = (key.trim(), value.trim());
                found.push(Line {
                    section,
                    key,
                    value,
                    at,
                });
            }
        }
        found
    }

    /// The place of a part of the text, which begins at or behind `from`.
    pub fn place(&self, report: &Report<'_>, from: usize, part: &str) -> Span {
        let rest = self.text.value.get(from..).unwrap_or_default();
        place_in(
            report,
            &self.text,
            from + rest.find(part).unwrap_or_default(),
            part,
        )
    }

    /// The programs that it starts, each with the place where its line begins.
    pub fn programs(&self) -> impl Iterator<Item = (usize, &'c str)> {
        let lines = self.lines().into_iter();
        lines
            .filter(|line| line.section == "Service" && line.key.starts_with("Exec"))
            .filter_map(|line| Some((line.at, program(line.value)?)))
    }
}

/// The program of a command, without what systemd reads in front of it.
pub(super) fn program(command: &str) -> Option<&str> {
    let word = command.split_whitespace().next()?;
    let program = word.trim_start_matches(['@', '-', ':', '+', '!', '|']);
    (!program.is_empty()).then_some(program)
}

/// No unit has more lines than that, and each fault is looked for in all of the text.
const MOST_LINES: usize = 2000;
