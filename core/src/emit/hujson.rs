//! HuJSON, as Tailscale's policy file is written: tabs, `//` comments, a comma after every expanded member, and
//! short lists of plain values on one line.

use super::data::{Data, Kind};
use super::json;
use super::written::{Out, Written};
use crate::origin::Origin;
use crate::text::{Part, Text};

/// The longest list that stays on one line, in characters.
const WIDTH: usize = 80;

/// What a hole counts for: its value is not known, and must not change the layout.
const HOLE_WIDTH: usize = 20;

/// Writes `data`, ending with a line break.
pub fn write(data: &Data) -> Written {
    let mut out = Out::default();
    let origin = data.origin.as_ref();
    if let Some(comment) = &data.comment {
        out.comment(comment, "", "//", origin);
    }
    value(&mut out, data, 0, origin);
    out.end_line();
    out.finish()
}

fn value(out: &mut Out, data: &Data, depth: usize, origin: Option<&Origin>) {
    let (open, close, children): (_, _, Vec<(Option<&str>, &Data)>) = match &data.kind {
        Kind::Map(entries) if !entries.is_empty() => (
            "{",
            "}",
            entries
                .iter()
                .map(|(key, value)| (Some(key.as_str()), value))
                .collect(),
        ),
        Kind::Seq(items) if !items.is_empty() => {
            if let Some(line) = one_line(items) {
                return out.put_text(&line, origin);
            }
            ("[", "]", items.iter().map(|item| (None, item)).collect())
        }
        _ => return out.put_text(&json::leaf(data), origin),
    };
    out.put(open, origin);
    out.end_line();
    let tabs = "\t".repeat(depth + 1);
    for (key, child) in children {
        let origin = child.origin.as_ref().or(origin);
        if let Some(comment) = &child.comment {
            out.comment(comment, &tabs, "//", origin);
        }
        out.put(&tabs, origin);
        if let Some(key) = key {
            out.put(&json::literal(key), origin);
            out.put(": ", origin);
        }
        value(out, child, depth + 1, origin);
        out.put(",", None);
        out.end_line();
    }
    out.put(&"\t".repeat(depth), origin);
    out.put(close, origin);
}

/// A list of scalars that is short enough and has nothing to say about its items.
fn one_line(items: &[Data]) -> Option<Text> {
    let mut line = Text::lit("[");
    for (i, item) in items.iter().enumerate() {
        let is_collection = matches!(item.kind, Kind::Map(_) | Kind::Seq(_));
        if is_collection || item.comment.is_some() {
            return None;
        }
        line.push_str(if i > 0 { ", " } else { "" });
        line.append(&json::leaf(item));
    }
    line.push_str("]");
    (width(&line) <= WIDTH).then_some(line)
}

fn width(text: &Text) -> usize {
    text.parts()
        .iter()
        .map(|part| match part {
            Part::Lit(text) => text.chars().count(),
            Part::Bound(_) | Part::Hole(_) => HOLE_WIDTH,
        })
        .sum()
}
