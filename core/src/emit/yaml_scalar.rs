//! How one string is written in YAML so that readers of 1.1 and 1.2 alike read it back as that string.

use std::borrow::Cow;
use std::fmt::Write;

use super::json::{in_quotes, is_plain};
use super::written::{is_inert, is_printable};
use crate::text::{Hole, Part, Text};

/// The ways to write a string.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Form<'t> {
    /// On one line as it stands here, with its quotes where it has any.
    Known(Cow<'t, str>),
    /// On one line, in quotes that come when its holes are filled in.
    Quoted(Text),
    /// A literal block with this header.
    Block(&'static str),
}

/// Chooses the form of `text`.
pub fn form(text: &Text, quote_all: bool) -> Form<'_> {
    let known = text.as_lit();
    if let Some(lit) = known {
        if quote_all {
            return Form::Known(Cow::Owned(double_quoted(lit)));
        }
        if plain_is_safe(lit) {
            return Form::Known(Cow::Borrowed(lit));
        }
    }
    match (block_header(text), known) {
        (Some(header), _) if !quote_all => Form::Block(header),
        (_, Some(lit)) => Form::Known(Cow::Owned(double_quoted(lit))),
        (_, None) => Form::Quoted(text.clone().json()),
    }
}

/// A key on one line.
pub fn key(key: &str) -> Cow<'_, str> {
    match plain_is_safe(key) {
        true => Cow::Borrowed(key),
        false => Cow::Owned(double_quoted(key)),
    }
}

/// True for a string that no reader takes for anything else without quotes.
pub fn plain_is_safe(text: &str) -> bool {
    let bytes = text.as_bytes();
    let Some(first) = bytes.first() else {
        return false;
    };
    let allowed = |b: &u8| {
        b.is_ascii_alphanumeric()
            || matches!(
                b,
                b'_' | b'-' | b'.' | b'/' | b' ' | b'=' | b'+' | b',' | b'@' | b':'
            )
    };
    if bytes.len() > 200 || !(first.is_ascii_alphabetic() || *first == b'/') || !bytes.iter().all(allowed) {
        return false;
    }
    let is_torn = || text.contains(": ") || text.contains("  ") || text.ends_with(' ');
    if text.ends_with(':') || text.contains(' ') && is_torn() {
        return false;
    }
    const LONGEST: usize = "infinity".len();
    let words = [
        "y", "n", "yes", "no", "on", "off", "true", "false", "null", "none", "nan", "inf", "infinity",
    ];
    if text.len() <= LONGEST && words.iter().any(|word| text.eq_ignore_ascii_case(word)) {
        return false;
    }
    // `e3` is a number to lax readers, and so may `e` be.
    match text.strip_prefix(['e', 'E']) {
        Some(rest) => !rest
            .bytes()
            .all(|b| b.is_ascii_digit() || matches!(b, b'+' | b'-' | b'.')),
        None => true,
    }
}

/// The header of a literal block that holds `text` whatever its holes become; `None` where none does.
///
/// What base64 and quoting write has no line break and no blank, but base64 of nothing is nothing: the text must
/// be fine with empty holes and with full ones, and alike.
fn block_header(text: &Text) -> Option<&'static str> {
    if let Some(known) = text.as_lit() {
        return literal_block_header(known);
    }
    let header = literal_block_header(&with_holes_as(text, "")?)?;
    (literal_block_header(&with_holes_as(text, "x")?)? == header).then_some(header)
}

/// The text with a stand-in for each hole; `None` where a hole's text could be anything.
fn with_holes_as(text: &Text, stand_in: &str) -> Option<String> {
    let mut all = String::new();
    for part in text.parts() {
        match part {
            Part::Lit(text) => all.push_str(text),
            Part::Hole(Hole::Json(_) | Hole::Base64(_) | Hole::Sha512(_) | Hole::Url(_) | Hole::Shell(_)) => {
                all.push_str(stand_in);
            }
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
            && (line.is_empty() || line.bytes().any(|b| !matches!(b, b' ' | b'\t')))
    };
    (is_inert(text) && body.split('\n').all(line_is_safe)).then_some(header)
}

/// `text` in double quotes.
pub fn double_quoted(text: &str) -> String {
    if is_plain(text) {
        return in_quotes(text);
    }
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
