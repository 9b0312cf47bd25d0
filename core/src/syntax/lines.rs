//! Lines of a text, as a person who looks for a mistake sees them.

use std::ops::Range;

/// The line that holds an offset, without its line break.
pub(super) fn line_at(text: &str, at: usize) -> Range<usize> {
    let at = super::events::floor(text, at);
    let mut rest = text.as_bytes()[at..].iter();
    let end = rest.position(is_break).map_or(text.len(), |i| at + i);
    start_of_line(text, at)..end
}

/// Where the line that holds `at` begins.
pub(super) fn start_of_line(text: &str, at: usize) -> usize {
    let at = super::events::floor(text, at);
    let mut before = text.as_bytes()[..at].iter();
    before.rposition(is_break).map_or(0, |i| i + 1)
}

/// The nearest line before the one that begins at `start` which has more on it than blanks and a comment.
pub(super) fn before(text: &str, start: usize) -> Option<Range<usize>> {
    let mut start = start;
    loop {
        let end = text.get(..start)?.trim_end().len();
        if end == 0 {
            return None;
        }
        let line = line_at(text, end);
        if !text[line.clone()].trim_start().starts_with('#') {
            return Some(line);
        }
        start = line.start;
    }
}

/// The end of the `count`th line with something on it after the line of `at`; the text's end where it has fewer.
pub(super) fn after(text: &str, at: usize, count: usize) -> usize {
    let mut end = line_at(text, at).end;
    for _ in 0..count {
        let rest = text.get(end..).unwrap_or("");
        let blanks = rest.len() - rest.trim_start().len();
        if blanks == rest.len() {
            return text.len();
        }
        end = line_at(text, end + blanks).end;
    }
    end
}

/// A range without the blanks at its ends.
pub(super) fn trim(text: &str, range: Range<usize>) -> Range<usize> {
    let part = text.get(range.clone()).unwrap_or("");
    let start = range.start + (part.len() - part.trim_start().len());
    start..start + part.trim().len()
}

/// The bytes of the blanks that a line begins with.
pub(super) fn indent(text: &str, line: &Range<usize>) -> usize {
    let part = text.get(line.clone()).unwrap_or("");
    part.len() - part.trim_start_matches([' ', '\t', '\u{feff}']).len()
}

/// The value on the line that holds `at`: what follows its first `: `, or its dashes where it has no key. Empty where
/// there is none. A comment at the end belongs to neither.
pub(super) fn value_at(text: &str, at: usize) -> Range<usize> {
    let line = without_comment(text, line_at(text, at));
    let Some(colon) = key_colon(text, &line) else {
        let content = line.start + indent(text, &line);
        let dashes =
            text[content..line.end].len() - text[content..line.end].trim_start_matches(['-', ' ']).len();
        return if dashes > 0 {
            content + dashes..line.end
        } else {
            line.end..line.end
        };
    };
    trim(text, colon + 1..line.end)
}

/// The offset of the `:` that ends the key on a line.
pub(super) fn key_colon(text: &str, line: &Range<usize>) -> Option<usize> {
    let part = text.get(line.clone())?;
    let start = indent(text, line);
    let mut quote = None;
    for (i, b) in part.bytes().enumerate().skip(start) {
        match (quote, b) {
            (Some(open), b) if b == open => quote = None,
            (Some(_), _) => {}
            (None, b'"' | b'\'') if part[..i].trim_end_matches([' ', '-', '?']).trim().is_empty() => {
                quote = Some(b)
            }
            (None, b':') => {
                let next = part.as_bytes().get(i + 1);
                if next.is_none_or(|n| *n == b' ' || *n == b'\t') {
                    return Some(line.start + i);
                }
            }
            _ => {}
        }
    }
    None
}

/// The key on a line, without dashes before it.
pub(super) fn key_on(text: &str, line: &Range<usize>) -> Option<Range<usize>> {
    let colon = key_colon(text, line)?;
    let key = trim(text, line.start..colon);
    let dashes = text[key.clone()].len() - text[key.clone()].trim_start_matches(['-', '?', ' ']).len();
    Some(key.start + dashes..key.end).filter(|key| !key.is_empty())
}

/// A line up to its comment. Quotes are minded only as far as a `#` inside them goes.
pub(super) fn without_comment(text: &str, line: Range<usize>) -> Range<usize> {
    let part = text.get(line.clone()).unwrap_or("");
    let mut quote = None;
    let mut before = b' ';
    for (i, b) in part.bytes().enumerate() {
        match (quote, b) {
            (Some(open), b) if b == open => quote = None,
            (None, b'"' | b'\'') if matches!(before, b' ' | b'[' | b'{' | b',' | b':') => {
                // An apostrophe that nothing closes quotes nothing.
                quote = part.as_bytes()[i + 1..].contains(&b).then_some(b);
            }
            (None, b'#') if matches!(before, b' ' | b'\t') => {
                return line.start..line.start + part[..i].trim_end().len();
            }
            _ => {}
        }
        before = b;
    }
    line.start..line.start + part.trim_end().len()
}

/// Whether a key can have the character.
pub(super) fn is_of_a_name(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '-' | '.')
}

/// The end of the lines behind `line` that are indented deeper, within a block.
pub(super) fn last_inside(text: &str, block: &Range<usize>, line: &Range<usize>) -> usize {
    let own = indent(text, line);
    let mut end = line.end;
    while end < block.end {
        let next = line_at(text, end + 1);
        let blank = text.get(next.clone()).unwrap_or("").trim().is_empty();
        if next.start <= end || (!blank && indent(text, &next) <= own) {
            break;
        }
        end = next.end;
    }
    end.min(block.end)
}

/// Adds the brackets that a part of a line opens to those that are `open`, and takes away those that it closes.
pub(super) fn brackets(text: &str, part: Range<usize>, open: &mut Vec<usize>) {
    let mut quote = None;
    for (i, c) in text.get(part.clone()).unwrap_or("").char_indices() {
        match (quote, c) {
            (Some(end), c) if c == end => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(c),
            (None, '[' | '{') => open.push(part.start + i),
            (None, ']' | '}') => drop(open.pop()),
            _ => {}
        }
    }
}

/// True where some line begins, at the margin, like a key of the top-level mapping.
pub(super) fn has_top_key(text: &str) -> bool {
    is_top_key(text) || next_top_key(text, 0) < text.len()
}

/// The start of the next such line behind the line that `at` stands on; the text's end where there is none.
pub(super) fn next_top_key(text: &str, at: usize) -> usize {
    let mut at = line_at(text, at).end;
    let no_break = |b: &u8| !is_break(b);
    while let Some(i) = text.as_bytes()[at..].iter().position(no_break) {
        if i > 0 && is_top_key(&text[at + i..]) {
            return at + i;
        }
        at = line_at(text, at + i).end;
    }
    text.len()
}

/// Where the lines within a range that begin like such a key do; the range begins with a line.
pub(super) fn top_keys(text: &str, range: Range<usize>) -> Vec<usize> {
    let mut keys = Vec::new();
    let mut at = range.start;
    while at < range.end {
        if is_top_key(&text[at..]) {
            keys.push(at);
        }
        at = line_at(text, at).end + 1;
    }
    keys
}

fn is_top_key(rest: &str) -> bool {
    // Where two files were joined, that of the second stands before its first key.
    let rest = rest.trim_start_matches('\u{feff}');
    let starts = |c: char| {
        c.is_alphanumeric() || matches!(c, '"' | '\'' | '_' | '<' | '.' | '/' | '$' | '&' | '*' | '!')
    };
    if !rest.starts_with(starts) {
        return false;
    }
    // `key:value` was meant as a key too.
    let name = rest
        .find(|c: char| !c.is_alphanumeric() && !matches!(c, '_' | '-' | '.'))
        .unwrap_or(rest.len());
    let tail = &rest[name..];
    let meant = name > 0 && tail.starts_with(':') && !tail.starts_with("://");
    meant || key_colon(rest, &without_comment(rest, line_at(rest, 0))).is_some()
}

fn is_break(byte: &u8) -> bool {
    matches!(byte, b'\n' | b'\r')
}
