//! Valid texts in odd layouts: each is formatted.

use crate::laws::{Outcome, hold};
use proptest::prelude::*;
use std::fmt::Write;

/// Writes a valid text, led by a list of choices; where they end, it ends soon.
struct Writer {
    choices: std::vec::IntoIter<u8>,
    text: String,
}

/// Keys of the model out of their order, and others.
const KEYS: [&str; 12] = [
    "tailscale",
    "cluster",
    "ssh",
    "x",
    "domain",
    "user",
    "port",
    "\"q k\"",
    "apiVersion",
    "'s'",
    "pools",
    "name",
];

const SCALARS: [&str; 12] = [
    "1",
    "a b",
    "'it''s'",
    "\"x \\\" y\"",
    "~",
    "null",
    "{b:  1,a: [ ]}",
    "[ x,y ]",
    "!!str  5",
    "- 1",
    "{user: a, port: 1}",
    "http://a/#b",
];

impl Writer {
    fn choose(&mut self, of: usize) -> usize {
        self.choices.next().map_or(0, |byte| usize::from(byte) % of)
    }

    /// Blank lines and comments, at any column.
    fn between(&mut self) {
        for _ in 0..self.choose(4).saturating_sub(1) {
            match self.choose(3) {
                0 => self.text.push('\n'),
                1 => self.text.push_str("   \n"),
                _ => {
                    let column = self.choose(8);
                    let number = self.choose(200);
                    writeln!(self.text, "{}#  c{number}", " ".repeat(column)).unwrap();
                }
            }
        }
    }

    fn end_line(&mut self) {
        let ends = ["\n", "  \n", " # t\n", "    #t  \n", "\r\n"];
        let end = ends[self.choose(ends.len())];
        self.text.push_str(end);
    }

    fn block(&mut self, indent: usize, depth: usize) {
        if self.choose(3) == 1 {
            self.sequence(indent, depth);
        } else {
            self.mapping(indent, depth, false);
        }
    }

    fn mapping(&mut self, indent: usize, depth: usize, mut inline: bool) {
        let first = self.choose(KEYS.len());
        for index in 0..=self.choose(4) {
            if !inline {
                self.between();
                self.text.push_str(&" ".repeat(indent));
            }
            inline = false;
            self.text.push_str(KEYS[(first + index * 5) % KEYS.len()]);
            let colon = [":", " :", ":"][self.choose(3)];
            self.text.push_str(colon);
            self.value(indent, depth, false);
        }
    }

    fn sequence(&mut self, indent: usize, depth: usize) {
        for _ in 0..=self.choose(3) {
            self.between();
            self.text.push_str(&" ".repeat(indent));
            self.text.push('-');
            self.value(indent, depth, true);
        }
    }

    fn value(&mut self, indent: usize, depth: usize, item: bool) {
        let deeper = indent + 1 + self.choose(5);
        match self.choose(9) {
            0 => self.end_line(),
            1 | 2 if depth > 0 => {
                self.end_line();
                self.block(deeper, depth - 1);
            }
            3 if depth > 0 && item => {
                self.text.push_str(&" ".repeat(deeper - indent));
                self.mapping(deeper + 1, depth - 1, true);
            }
            3 if depth > 0 => {
                self.end_line();
                self.sequence(indent, depth - 1);
            }
            4 => self.block_scalar(deeper),
            5 => {
                self.end_line();
                self.between();
                writeln!(self.text, "{}text", " ".repeat(deeper)).unwrap();
            }
            6 => {
                let (a, b) = (" ".repeat(deeper), " ".repeat(indent + 1));
                let lines = [
                    format!(" one\n{a}two\n\n\n{b}three"),
                    format!(" \"one  \n{a}two \\\n{b}\\ three\""),
                    format!(" [a,  # c\n{a}b,\n{b}{{c: d}}\n{b}]"),
                    format!(" {{ a: 1,\n\n{b}b: |x }}"),
                ];
                let lines = &lines[self.choose(3)];
                self.text.push_str(lines);
                self.end_line();
            }
            _ => {
                let scalar = SCALARS[self.choose(SCALARS.len())];
                let scalar = if scalar == "- 1" { "-1" } else { scalar };
                let blanks = " ".repeat(1 + self.choose(3));
                write!(self.text, "{blanks}{scalar}").unwrap();
                self.end_line();
            }
        }
    }

    fn block_scalar(&mut self, deeper: usize) {
        let header = ["|", ">", "|-", ">+", "|+", ">-"][self.choose(6)];
        writeln!(self.text, " {header}").unwrap();
        let indent = " ".repeat(deeper);
        for index in 0..=self.choose(3) {
            let line = ["x", "", "  y", "# z", "x  "][self.choose(5)];
            // The first line decides the indentation.
            let line = if index == 0 { "first" } else { line };
            let line = if line.is_empty() {
                String::new()
            } else {
                format!("{indent}{line}")
            };
            writeln!(self.text, "{line}").unwrap();
        }
    }
}

fn written(choices: Vec<u8>) -> String {
    let mut writer = Writer {
        choices: choices.into_iter(),
        text: String::new(),
    };
    let indent = writer.choose(3);
    writer.block(indent, 5);
    writer.between();
    writer.text
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 800, ..ProptestConfig::default() })]

    #[test]
    fn valid_texts_are_formatted(choices in prop::collection::vec(any::<u8>(), 1..120)) {
        let text = written(choices);
        let outcome = hold(&text).map_err(|why| TestCaseError::fail(format!("{why}\nof {text}")))?;
        // A key may be written twice, and a comment may end a text of several lines.
        let supported = !matches!(outcome, Outcome::Unsupported(_));
        prop_assert!(supported, "{:?} of\n{}", outcome, text);
    }
}

#[test]
fn most_generated_texts_are_valid() {
    let texts = (0..500u32).map(|seed| {
        let bytes = (0..100u32).map(|i| {
            (seed
                .wrapping_mul(2_654_435_761)
                .wrapping_add(i * 40_503 + i * i * seed)
                >> 7) as u8
        });
        written(bytes.collect())
    });
    let formatted = texts
        .filter(|text| matches!(hold(text), Ok(Outcome::Formatted(_))))
        .count();
    assert!(formatted > 250, "{formatted}");
}
