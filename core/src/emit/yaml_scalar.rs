//! How one string is written in YAML so that readers of 1.1 and 1.2 alike read it back as that string.

use std::fmt::Write;

use crate::text::{Hole, Part, Text};
use super::written::{is_inert, is_printable};

/// The ways to write a string.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Form {
    /// On one line, with its quotes where it has any.
    Inline(Text),
    /// A literal block: the header, and the lines without their indentation and line breaks.
    Block(&'static str, Vec<Text>),
}

/// Chooses the form of `text`.
pub fn form(text: &Text, quote_all: bool) -> Form {
    if let Some(lit) = text.as_lit() {
        if quote_all {
            return Form::Inline(Text::lit(double_quoted(lit)));
        }
        if plain_is_safe(lit) {
            return Form::Inline(Text::lit(lit));
        }
    }
    match block_header(text) {
        Some(header) if !quote_all => Form::Block(header, lines(text)),
        _ => Form::Inline(match text.as_lit() {
            Some(lit) => Text::lit(double_quoted(lit)),
            None => text.clone().json(),
        }),
    }
}

/// A key on one line.
pub fn key(key: &str) -> String {
    if plain_is_safe(key) {
        key.to_owned()
    } else {
        double_quoted(key)
    }
}

/// True for a string that no reader takes for anything else without quotes.
pub fn plain_is_safe(text: &str) -> bool {
    let bytes = text.as_bytes();
    let Some(first) = bytes.first() else {
        return false;
    };
    let allowed = |b: &u8| b.is_ascii_alphanumeric() || b"_-./ =+,@:".contains(b);
    if bytes.len() > 200 || !(first.is_ascii_alphabetic() || *first == b'/') || !bytes.iter().all(allowed) {
        return false;
    }
    if text.contains(": ") || text.contains("  ") || text.ends_with([':', ' ']) {
        return false;
    }
    let lower = text.to_ascii_lowercase();
    let word = lower.as_str();
    if [
        "y", "n", "yes", "no", "on", "off", "true", "false", "null", "none", "nan", "inf", "infinity", "e",
    ]
    .contains(&word)
    {
        return false;
    }
    // `e3` is a number to lax readers.
    !(word.starts_with('e')
        && word[1..]
            .bytes()
            .all(|b| b.is_ascii_digit() || b"+-.".contains(&b)))
}

/// The header of a literal block that holds `text` whatever its holes become; `None` where none does.
///
/// What base64 and quoting write has no line break and no blank, but base64 of nothing is nothing: the text must
/// be fine with empty holes and with full ones, and alike.
fn block_header(text: &Text) -> Option<&'static str> {
    let header = literal_block_header(&with_holes_as(text, "")?)?;
    (literal_block_header(&with_holes_as(text, "x")?)? == header).then_some(header)
}

/// The text with a stand-in for each hole; `None` where a hole's text could be anything.
fn with_holes_as(text: &Text, stand_in: &str) -> Option<String> {
    let mut all = String::new();
    for part in text.parts() {
        match part {
            Part::Lit(text) => all.push_str(text),
            Part::Hole(Hole::Json(_) | Hole::Base64(_) | Hole::Shell(_)) => all.push_str(stand_in),
            Part::Bound(_) | Part::Hole(Hole::Late(_) | Hole::Secret(_)) => return None,
        }
    }
    Some(all)
}

fn literal_block_header(text: &str) -> Option<&'static str> {
    let body = text.strip_suffix('\n');
    let header = if body.is_some() { "|" } else { "|-" };
    let body = body.unwrap_or(text);
    if !text.contains('\n') || body.is_empty() || body.ends_with('\n') || body.starts_with([' ', '\t', '\n'])
    {
        return None;
    }
    // Scripts are long, and ASCII.
    let plain = |b: u8| b == b'\t' || (b' '..=b'~').contains(&b);
    let line_is_safe = |line: &str| {
        (line.bytes().all(plain) || line.chars().all(is_printable))
            && !line.starts_with('\t')
            && (line.is_empty() || !line.trim_matches([' ', '\t']).is_empty())
    };
    (is_inert(text) && body.split('\n').all(line_is_safe)).then_some(header)
}

/// The lines of a text, the line break at its very end aside.
fn lines(text: &Text) -> Vec<Text> {
    let mut all = vec![Text::new()];
    for part in text.parts() {
        let Part::Lit(lit) = part else {
            if let Some(last) = all.last_mut() {
                last.push(part.clone());
            }
            continue;
        };
        for (i, piece) in lit.split('\n').enumerate() {
            if i > 0 {
                all.push(Text::new());
            }
            if let Some(last) = all.last_mut() {
                last.push_str(piece);
            }
        }
    }
    if all.last().is_some_and(Text::is_empty) {
        all.pop();
    }
    all
}

/// `text` in double quotes.
pub fn double_quoted(text: &str) -> String {
    let inert = is_inert(text);
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        let code = u32::from(c);
        let _ = match c {
            '"' => write!(out, "\\\""),
            '\\' => write!(out, "\\\\"),
            '\n' => write!(out, "\\n"),
            '\t' => write!(out, "\\t"),
            '\r' => write!(out, "\\r"),
            c if is_printable(c) && (inert || c.is_ascii()) => write!(out, "{c}"),
            _ if code < 0x100 => write!(out, "\\x{code:02X}"),
            _ if code < 0x1_0000 => write!(out, "\\u{code:04X}"),
            _ => write!(out, "\\U{code:08X}"),
        };
    }
    out.push('"');
    out
}
