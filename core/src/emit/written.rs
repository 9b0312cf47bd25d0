//! A text with the origin of each of its lines, and how writers build one.

use unicode_normalization::{IsNormalized, is_nfc_quick};

use crate::origin::Origin;
use crate::text::{Part, Text};

/// What a writer returns.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Written {
    /// The whole text; ends with a line break.
    pub text: Text,
    /// For each line, where what it says comes from.
    pub line_origins: Vec<Option<Origin>>,
}

impl Written {
    /// A text of whole lines that all come from one place. No hole in it may hold a line break.
    pub fn of(text: Text, origin: Option<Origin>) -> Written {
        let breaks = |part: &Part| match part {
            Part::Lit(text) | Part::Bound(text) => text.matches('\n').count(),
            Part::Hole(_) => 0,
        };
        Written {
            line_origins: vec![origin; text.parts().iter().map(breaks).sum()],
            text,
        }
    }

    /// The second text after the first.
    pub fn append(&mut self, other: Written) {
        self.text.append(&other.text);
        self.line_origins.extend(other.line_origins);
    }
}

/// A text in the making.
#[derive(Default)]
pub(super) struct Out {
    written: Written,
    line_is_open: bool,
}

impl Out {
    /// Appends text without a line break, said by `origin`: a line's last word on the matter counts.
    pub fn put(&mut self, text: &str, origin: Option<&Origin>) {
        self.written.text.push_str(text);
        self.open_line(origin);
    }

    /// The same for text with holes.
    pub fn put_text(&mut self, text: &Text, origin: Option<&Origin>) {
        self.written.text.append(text);
        self.open_line(origin);
    }

    /// Appends blanks.
    pub fn indent(&mut self, mut width: usize, origin: Option<&Origin>) {
        const BLANKS: &str = "                                ";
        while width > 0 {
            let some = width.min(BLANKS.len());
            self.put(&BLANKS[..some], origin);
            width -= some;
        }
    }

    fn open_line(&mut self, origin: Option<&Origin>) {
        if !self.line_is_open {
            self.written.line_origins.push(None);
            self.line_is_open = true;
        }
        if let (Some(line), Some(origin)) = (self.written.line_origins.last_mut(), origin)
            && line.as_ref() != Some(origin)
        {
            *line = Some(origin.clone());
        }
    }

    /// Ends the line.
    pub fn end_line(&mut self) {
        if !self.line_is_open {
            self.written.line_origins.push(None);
        }
        self.written.text.push_str("\n");
        self.line_is_open = false;
    }

    /// Comment lines, each after `indent` and `mark`.
    pub fn comment(&mut self, comment: &str, indent: &str, mark: &str, origin: Option<&Origin>) {
        for line in comment
            .trim_end()
            .split(['\n', '\r', '\u{85}', '\u{2028}', '\u{2029}'])
        {
            let line: String = line
                .chars()
                .map(|c| if is_printable(c) { c } else { '\u{fffd}' })
                .collect();
            let line = format!("{indent}{mark} {line}");
            self.put(line.trim_end(), origin);
            self.end_line();
        }
    }

    /// What was written.
    pub fn finish(self) -> Written {
        self.written
    }
}

/// Characters that every reader of YAML takes raw, line breaks apart.
pub(super) fn is_printable(c: char) -> bool {
    matches!(c, '\t' | ' '..='~' | '\u{a0}'..='\u{2027}' | '\u{202a}'..='\u{d7ff}' | '\u{e000}'..='\u{fefe}'
        | '\u{ff00}'..='\u{fffd}' | '\u{10000}'..='\u{1fffd}')
}

/// Characters that end a line to some reader of YAML or HuJSON.
pub(super) fn is_line_break(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// True for text that Terraform leaves as it is, whatever stands before it: Terraform puts what passes through it
/// into Unicode's form C. Other text is written with escapes, where the format has them.
pub(super) fn is_inert(text: &str) -> bool {
    text.is_ascii() || is_nfc_quick(text.chars()) == IsNormalized::Yes
}
