//! The configuration of sshd among the files.

use crate::model::{Config, Spanned};
use crate::rules::contents;

/// A line of it.
pub(super) struct Line<'t> {
    /// Where the keyword begins in the text.
    pub at: usize,
    /// The keyword, as it is written.
    pub keyword: &'t str,
    /// The rest, without a comment.
    pub value: &'t str,
    /// Where that begins.
    pub value_at: usize,
    /// Whether it is for some connections only: behind a `Match`.
    pub is_conditional: bool,
}

/// The texts that sshd reads.
pub(super) fn files(config: &Config) -> impl Iterator<Item = Spanned<&str>> {
    config.files().filter_map(|(path, content)| {
        let snippet = path.value.strip_prefix("/etc/ssh/sshd_config");
        let is_read =
            snippet.is_some_and(|rest| rest.is_empty() || rest.starts_with(".d/") && rest.ends_with(".conf"));
        is_read.then_some(content)
    })
}

/// The lines of a text but comments.
pub(super) fn lines(text: &str) -> impl Iterator<Item = Line<'_>> {
    let mut is_conditional = false;
    contents::lines(text).filter_map(move |(at, line)| {
        let trimmed = line.trim();
        if trimmed.is_empty() || trimmed.starts_with('#') {
            return None;
        }
        let at = at + line.find(trimmed).unwrap_or_default();
        let end = trimmed
            .find(|c: char| c.is_whitespace() || c == '=')
            .unwrap_or(trimmed.len());
        let (keyword, rest) = trimmed.split_at(end);
        // A `#` in quotes is no comment.
        let rest = match rest.find(" #").filter(|_| !rest.contains('"')) {
            Some(comment) => &rest[..comment],
            None => rest,
        };
        let value = rest
            .trim_start_matches(|c: char| c.is_whitespace() || c == '=')
            .trim_end();
        let value_at = at + end + rest.find(value).unwrap_or_default();
        if keyword.eq_ignore_ascii_case("match") {
            is_conditional = !value.eq_ignore_ascii_case("all");
        }
        Some(Line {
            at,
            keyword,
            value,
            value_at,
            is_conditional,
        })
    })
}
