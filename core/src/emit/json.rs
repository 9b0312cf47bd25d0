//! JSON, pretty with two blanks or compact. Comments are left out.

use super::data::{Data, Kind};
use super::written::{Out, Written, is_inert};
use crate::origin::Origin;
use crate::text::Text;

/// Writes `data` over several lines, ending with a line break.
pub fn pretty(data: &Data) -> Written {
    let mut out = Out::default();
    value(&mut out, data, 0, data.origin.as_ref());
    out.end_line();
    out.finish()
}

/// Writes `data` on one line without a blank or a line break.
pub fn compact(data: &Data) -> Text {
    let mut text = Text::new();
    compact_value(&mut text, data);
    text
}

/// A string as JSON; one that holds a hole as Terraform's `jsonencode` writes it.
pub fn string(text: &Text) -> Text {
    match text.as_lit() {
        Some(lit) => Text::lit(literal(lit)),
        None => text.clone().json(),
    }
}

/// Known text as a JSON string.
pub(super) fn literal(text: &str) -> String {
    if is_plain(text) {
        return in_quotes(text);
    }
    let quoted = serde_json::Value::from(text).to_string();
    if is_inert(text) { quoted } else { ascii(&quoted) }
}

fn put_literal(out: &mut Out, text: &str, origin: Option<&Origin>) {
    match is_plain(text) {
        true => ["\"", text, "\""]
            .into_iter()
            .for_each(|part| out.put(part, origin)),
        false => out.put(&literal(text), origin),
    }
}

/// Whether text is in JSON what it is.
pub(super) fn is_plain(text: &str) -> bool {
    let plain = |b: u8| matches!(b, b' '..=b'~') && b != b'"' && b != b'\\';
    text.bytes().all(plain)
}

/// Text that needs no escape, in double quotes.
pub(super) fn in_quotes(text: &str) -> String {
    ["\"", text, "\""].concat()
}

/// JSON with every character beyond ASCII as an escape, in UTF-16 as JSON has it.
fn ascii(json: &str) -> String {
    let mut out = String::with_capacity(json.len() * 2);
    for c in json.chars() {
        if c.is_ascii() {
            out.push(c);
            continue;
        }
        for unit in c.encode_utf16(&mut [0; 2]) {
            out.push_str(&format!("\\u{unit:04x}"));
        }
    }
    out
}

fn value(out: &mut Out, data: &Data, indent: usize, origin: Option<&Origin>) {
    let (open, close, children): (_, _, Vec<(Option<&str>, &Data)>) = match &data.kind {
        Kind::Map(entries) if !entries.is_empty() => (
            "{",
            "}",
            entries
                .iter()
                .map(|(key, value)| (Some(key.as_str()), value))
                .collect(),
        ),
        Kind::Seq(items) if !items.is_empty() => ("[", "]", items.iter().map(|item| (None, item)).collect()),
        Kind::Text(text) => match text.as_lit() {
            Some(lit) => return put_literal(out, lit, origin),
            None => return out.put_text(&string(text), origin),
        },
        _ => return out.put_text(&leaf(data), origin),
    };
    out.put(open, origin);
    let last = children.len() - 1;
    for (i, (key, child)) in children.into_iter().enumerate() {
        let origin = child.origin.as_ref().or(origin);
        out.end_line();
        out.indent(indent + 2, origin);
        if let Some(key) = key {
            put_literal(out, key, origin);
            out.put(": ", origin);
        }
        value(out, child, indent + 2, origin);
        if i < last {
            out.put(",", None);
        }
    }
    out.end_line();
    out.indent(indent, origin);
    out.put(close, origin);
}

fn compact_value(out: &mut Text, data: &Data) {
    match &data.kind {
        Kind::Map(entries) => {
            out.push_str("{");
            for (i, (key, value)) in entries.iter().enumerate() {
                out.push_str(if i > 0 { "," } else { "" });
                out.push_str(&literal(key));
                out.push_str(":");
                compact_value(out, value);
            }
            out.push_str("}");
        }
        Kind::Seq(items) => {
            out.push_str("[");
            for (i, item) in items.iter().enumerate() {
                out.push_str(if i > 0 { "," } else { "" });
                compact_value(out, item);
            }
            out.push_str("]");
        }
        _ => out.append(&leaf(data)),
    }
}

/// A scalar, or a collection without anything in it.
pub(super) fn leaf(data: &Data) -> Text {
    match &data.kind {
        Kind::Null => "null".into(),
        Kind::Bool(value) => value.to_string().into(),
        Kind::Int(value) => value.to_string().into(),
        Kind::Number(value) => value.to_string().into(),
        Kind::Text(text) => string(text),
        Kind::Seq(_) => "[]".into(),
        Kind::Map(_) => "{}".into(),
    }
}
