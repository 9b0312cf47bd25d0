//! Where an entry of a mapping begins and ends, with what separates it from others.

use crate::source::Span;

/// The span to delete in order to remove an entry of a mapping: its whole line if it is alone on it, otherwise with its comma.
pub fn entry_extent(text: &str, key: Span, value: Span) -> Span {
    let (before, after) = (
        text.get(..key.start as usize).unwrap_or(""),
        text.get(value.end as usize..).unwrap_or(""),
    );
    let span = |start: usize, end: usize| Span::new(key.file, start, end);
    let (start, end) = (key.start as usize, value.end as usize);
    let blank = |c: char| c == ' ' || c == '\t';
    let rest = after.trim_start_matches(blank);
    let gap = after.len() - rest.len();
    if let Some(next) = rest.strip_prefix(',') {
        return span(start, text.len() - next.trim_start_matches(blank).len());
    }
    let bare = before.trim_end_matches(blank);
    let alone = bare.is_empty() || bare.ends_with('\n');
    if alone && (rest.is_empty() || rest.starts_with(['\n', '\r', '#'])) {
        let line = rest.find('\n').map_or(rest.len(), |at| at + 1);
        return span(bare.len(), end + gap + line);
    }
    match bare.strip_suffix(',') {
        Some(others) => span(others.len(), end),
        None => span(start, end),
    }
}
