//! A conservative YAML writer: what it writes, readers of YAML 1.1 and 1.2 read back alike.
//!
//! A string is plain only where no reader takes it for anything else, a `|` block where several safe lines are,
//! and else double-quoted. One that holds a hole is written as Terraform's `jsonencode` writes it, bound or late.

use super::data::{Data, Kind};
use super::written::{Out, Written};
use super::yaml_scalar::{self, Form};
use crate::origin::Origin;
use crate::text::{Part, Text};

/// How to write.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Style {
    /// Every string value in double quotes, as k3s's own configuration needs.
    pub quote_all_strings: bool,
    /// A line that must come first, such as `#cloud-config`.
    pub first_line: Option<&'static str>,
}

/// Keys longer than this are written after `?`: readers look only 1024 characters ahead for the colon.
const LONG_KEY: usize = 500;

/// Writes documents, with `---` in between.
pub fn write(documents: &[Data], style: Style) -> Written {
    let mut writer = Writer {
        out: Out::default(),
        style,
    };
    if let Some(line) = style.first_line {
        writer.out.put(line, None);
        writer.out.end_line();
    }
    for (i, document) in documents.iter().enumerate() {
        if i > 0 {
            writer.out.put("---", None);
            writer.out.end_line();
        }
        let origin = document.origin.as_ref();
        if let Some(comment) = &document.comment {
            writer.out.comment(comment, "", "#", origin);
        }
        if is_collection(document) {
            writer.value(document, 0, false, origin);
        } else {
            // The lines of a block must not look like a document marker.
            writer.scalar(document, 2, origin);
        }
    }
    writer.out.finish()
}

/// Writes one document in the usual style.
pub fn write_one(document: &Data) -> Written {
    write(std::slice::from_ref(document), Style::default())
}

/// Writes one item of a sequence whose dashes stand behind `indent` blanks: a part of a document.
pub(super) fn write_item(item: &Data, indent: usize) -> Written {
    let mut writer = Writer {
        out: Out::default(),
        style: Style::default(),
    };
    let origin = item.origin.as_ref();
    writer.start(item, indent, false, origin);
    writer.out.put("-", origin);
    writer.item(item, indent, origin);
    writer.out.finish()
}

struct Writer {
    out: Out,
    style: Style,
}

impl Writer {
    /// Writes a value whose first line is open already when `inline`, and ends its last line.
    fn value(&mut self, data: &Data, indent: usize, inline: bool, origin: Option<&Origin>) {
        let mut inline = inline;
        match &data.kind {
            Kind::Map(entries) if !entries.is_empty() => {
                for (key, value) in entries {
                    let origin = value.origin.as_ref().or(origin);
                    self.start(value, indent, inline, origin);
                    inline = false;
                    self.entry(key, value, indent, origin);
                }
            }
            Kind::Seq(items) if !items.is_empty() => {
                for item in items {
                    let origin = item.origin.as_ref().or(origin);
                    self.start(item, indent, inline, origin);
                    inline = false;
                    self.out.put("-", origin);
                    self.item(item, indent, origin);
                }
            }
            _ => self.scalar(data, indent, origin),
        }
    }

    /// The comment and the indentation of an entry.
    fn start(&mut self, value: &Data, indent: usize, inline: bool, origin: Option<&Origin>) {
        if inline {
            return;
        }
        if let Some(comment) = &value.comment {
            self.out.comment(comment, &" ".repeat(indent), "#", origin);
        }
        self.out.indent(indent, origin);
    }

    fn entry(&mut self, key: &str, value: &Data, indent: usize, origin: Option<&Origin>) {
        let written = yaml_scalar::key(key);
        if written.chars().count() > LONG_KEY {
            self.out.put(&format!("? {written}"), origin);
            self.out.end_line();
            self.out.indent(indent, origin);
            self.out.put(":", origin);
        } else {
            self.out.put(&written, origin);
            self.out.put(":", origin);
        }
        if is_collection(value) {
            self.out.end_line();
            self.value(value, indent + 2, false, origin);
        } else {
            self.out.put(" ", origin);
            self.scalar(value, indent + 2, origin);
        }
    }

    fn item(&mut self, item: &Data, indent: usize, origin: Option<&Origin>) {
        // A comment on the first entry of a map in a sequence needs a line of its own, so the map begins below.
        if is_collection(item) && first_child_is_commented(item) {
            self.out.end_line();
            self.value(item, indent + 2, false, origin);
        } else {
            self.out.put(" ", origin);
            self.value(item, indent + 2, true, origin);
        }
    }

    fn scalar(&mut self, data: &Data, indent: usize, origin: Option<&Origin>) {
        match &data.kind {
            Kind::Null => self.out.put("null", origin),
            Kind::Bool(value) => self.out.put(if *value { "true" } else { "false" }, origin),
            Kind::Int(value) => self.out.put(&value.to_string(), origin),
            Kind::Number(value) => self.out.put(&value.to_string(), origin),
            Kind::Seq(_) => self.out.put("[]", origin),
            Kind::Map(_) => self.out.put("{}", origin),
            Kind::Text(text) => match yaml_scalar::form(text, self.style.quote_all_strings) {
                Form::Known(text) => self.out.put(&text, origin),
                Form::Quoted(text) => self.out.put_text(&text, origin),
                Form::Block(header) => {
                    self.out.put(header, origin);
                    self.block(text, indent, origin);
                }
            },
        }
        self.out.end_line();
    }
}

impl Writer {
    /// The lines of a text behind the header of a literal block; the line break at its very end is the caller's.
    fn block(&mut self, text: &Text, indent: usize, origin: Option<&Origin>) {
        self.out.end_line();
        // Blanks come with the first that stands on a line, so that empty ones stay empty.
        let mut at_margin = true;
        let parts = text.parts();
        for (i, part) in parts.iter().enumerate() {
            let Part::Lit(known) = part else {
                if std::mem::take(&mut at_margin) {
                    self.out.indent(indent, origin);
                }
                self.out.put_text(&Text::of(part.clone()), origin);
                continue;
            };
            let known = match i + 1 == parts.len() {
                true => known.strip_suffix('\n').unwrap_or(known),
                false => known,
            };
            for (i, piece) in known.split('\n').enumerate() {
                if i > 0 {
                    self.out.end_line();
                    at_margin = true;
                }
                if !piece.is_empty() {
                    if std::mem::take(&mut at_margin) {
                        self.out.indent(indent, origin);
                    }
                    self.out.put(piece, origin);
                }
            }
        }
    }
}

fn is_collection(data: &Data) -> bool {
    match &data.kind {
        Kind::Map(entries) => !entries.is_empty(),
        Kind::Seq(items) => !items.is_empty(),
        _ => false,
    }
}

fn first_child_is_commented(data: &Data) -> bool {
    match &data.kind {
        Kind::Map(entries) => entries.first().is_some_and(|(_, value)| value.comment.is_some()),
        Kind::Seq(items) => items.first().is_some_and(|item| item.comment.is_some()),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::emit::data::{map, null, seq};

    fn literal(written: &Written) -> &str {
        written.text.as_lit().unwrap()
    }

    #[test]
    fn each_kind_of_value_has_one_look() {
        let document = map([
            ("apiVersion", Data::from("v1")),
            ("empty", "".into()),
            ("no", "no".into()),
            ("on", true.into()),
            ("port", 6443.into()),
            ("nothing", null()),
            ("list", seq(["a b", "1.5", "{x}"])),
            ("nobody", seq([] as [&str; 0])),
            ("script", "#!/bin/sh\n  echo hi\n\nexit\n".into()),
            ("tabbed", "\tx\ny".into()),
            (
                "maps",
                seq([map([
                    ("name", Data::from("a")),
                    ("deep", map([("k", Data::from("v"))])),
                ])]),
            ),
        ])
        .commented("What this is.\n\nMore.");
        assert_eq!(
            literal(&write_one(&document)),
            "# What this is.\n#\n# More.\napiVersion: v1\nempty: \"\"\n\"no\": \"no\"\n\"on\": true\nport: 6443\n\
             nothing: null\nlist:\n  - a b\n  - \"1.5\"\n  - \"{x}\"\nnobody: []\nscript: |\n  #!/bin/sh\n    echo hi\n\
             \n  exit\ntabbed: \"\\tx\\ny\"\nmaps:\n  - name: a\n    deep:\n      k: v\n"
        );
    }
}
