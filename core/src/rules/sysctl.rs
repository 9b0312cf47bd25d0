//! Kernel settings in the configuration's extra files.

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

/// Every setting in `/etc/sysctl.conf` and `/etc/sysctl.d` (sysctl.d(5)).
pub(in crate::rules) fn settings(config: &Config) -> impl Iterator<Item = Setting<'_>> {
    let files = config
        .files()
        .filter(|(path, _)| path.value == "/etc/sysctl.conf" || path.value.starts_with("/etc/sysctl.d/"));
    files.flat_map(|(path, content)| {
        content.value.lines().filter_map(move |line| {
            let (key, value) = line.split_once('=')?;
            Some(Setting {
                path: &path.value,
                at: content.span,
                key: key.trim().trim_start_matches('-').replace('/', "."),
                value: value.trim(),
                line: line.trim(),
            })
        })
    })
}
