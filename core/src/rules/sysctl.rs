//! Kernel settings in the configuration's extra files.

use super::Report;
use crate::model::Config;
use crate::source::Span;

/// A line of such a file.
pub(in crate::rules) struct Setting<'a> {
    /// The file's path.
    pub path: &'a str,
    /// The span of the file's content.
    pub at: Span,
    /// The key, with dots.
    pub key: String,
    /// The value.
    pub value: &'a str,
    /// The whole line.
    pub line: &'a str,
}

/// Every line of such files but comments, with the span of the file's content.
pub(in crate::rules) fn lines(config: &Config) -> impl Iterator<Item = (Span, &str)> {
    files(config).flat_map(|(_, at, content)| {
        let lines = content.lines().map(str::trim);
        lines
            .filter(|line| !line.is_empty() && !line.starts_with(['#', ';']))
            .map(move |line| (at, line))
    })
}

fn files(config: &Config) -> impl Iterator<Item = (&str, Span, &str)> {
    let files = config
        .files()
        .filter(|(path, _)| path.value == "/etc/sysctl.conf" || path.value.starts_with("/etc/sysctl.d/"));
    files.map(|(path, content)| (path.value.as_str(), content.span, content.value))
}

/// Every setting in `/etc/sysctl.conf` and `/etc/sysctl.d` (sysctl.d(5)).
pub(in crate::rules) fn settings(config: &Config) -> impl Iterator<Item = Setting<'_>> {
    files(config).flat_map(|(path, at, content)| {
        content.lines().filter_map(move |line| {
            let (key, value) = line.split_once('=')?;
            Some(Setting {
                path,
                at,
                key: key.trim().trim_start_matches('-').replace('/', "."),
                value: value.trim(),
                line: line.trim(),
            })
        })
    })
}

/// The place of a line in the content of a file, if that spells it the same way.
pub(in crate::rules) fn line_in(content: Span, line: &str, report: &Report<'_>) -> Span {
    let mut found = report.text(content).match_indices(line);
    match (found.next(), found.next()) {
        (Some((at, _)), None) => {
            let start = content.start as usize + at;
            Span::new(content.file, start, start + line.len())
        }
        _ => content,
    }
}
