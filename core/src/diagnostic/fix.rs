//! Edits that cure a finding, and how many of them are applied to one text at once.

use crate::source::{FileId, Span};

/// Whether a fix may be applied without looking.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Applicability {
    /// The mistake has one reading, and this is it. `--fix` applies it, and editors do when a file is saved.
    Safe,
    /// May not be what was meant, or changes what runs today; only `--unsafe-fixes` applies it.
    Unsafe,
}

impl Applicability {
    /// The word that every output format uses.
    pub fn as_str(self) -> &'static str {
        match self {
            Applicability::Safe => "safe",
            Applicability::Unsafe => "unsafe",
        }
    }
}

/// Replaces the bytes under `span` by `text`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Edit {
    /// What is replaced; empty to insert.
    pub span: Span,
    /// What stands there afterwards.
    pub text: String,
}

/// A cure: edits that belong together, with a title for menus.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fix {
    /// What it does, in the imperative: "write `example.com`".
    pub title: String,
    /// Whether it may be applied without looking.
    pub applicability: Applicability,
    /// The edits, all or none of which are applied.
    pub edits: Vec<Edit>,
}

impl Fix {
    /// A safe fix of one edit.
    pub fn safe(title: impl Into<String>, span: Span, text: impl Into<String>) -> Fix {
        Fix {
            title: title.into(),
            applicability: Applicability::Safe,
            edits: vec![Edit {
                span,
                text: text.into(),
            }],
        }
    }

    /// An unsafe fix of one edit.
    pub fn risky(title: impl Into<String>, span: Span, text: impl Into<String>) -> Fix {
        Fix {
            applicability: Applicability::Unsafe,
            ..Fix::safe(title, span, text)
        }
    }
}

/// Applies to `text`, which is the text of `file`, each fix whose edits overlap no edit applied before it.
///
/// Returns the new text and how many fixes went in. A fix that touches another file, or ends outside the text
/// or inside a character, is left out.
pub fn apply<'a>(file: FileId, text: &str, fixes: impl IntoIterator<Item = &'a Fix>) -> (String, usize) {
    let mut chosen: Vec<&Edit> = Vec::new();
    let mut applied = 0;
    for fix in fixes {
        let fits = fix.edits.iter().all(|edit| {
            edit.span.file == file
                && text.get(edit.span.range()).is_some()
                && !chosen.iter().any(|other| collides(other, edit))
        });
        if fits && !fix.edits.is_empty() {
            chosen.extend(&fix.edits);
            applied += 1;
        }
    }
    (edited(text, chosen), applied)
}

/// A text with edits, of which none overlaps another.
pub fn edited<'a>(text: &str, edits: impl IntoIterator<Item = &'a Edit>) -> String {
    let mut edits: Vec<&Edit> = edits.into_iter().collect();
    crate::sorted::sort(&mut edits);
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for edit in edits {
        let range = edit.span.range();
        out.push_str(text.get(from..range.start).unwrap_or(""));
        out.push_str(&edit.text);
        from = range.end;
    }
    out.push_str(text.get(from..).unwrap_or(""));
    out
}

/// Two insertions at one place collide as well: their order would be a guess.
fn collides(a: &Edit, b: &Edit) -> bool {
    a.span.start < b.span.end && b.span.start < a.span.end || a.span.start == b.span.start
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edit(start: usize, end: usize, text: &str) -> Fix {
        Fix::safe("t", Span::new(FileId::CONFIG, start, end), text)
    }

    #[test]
    fn fixes_apply_together_whatever_their_order() {
        let fixes = [edit(4, 5, "E"), edit(0, 1, "AA"), edit(2, 2, "-")];
        assert_eq!(
            apply(FileId::CONFIG, "abcdef", &fixes),
            ("AAb-cdEf".to_owned(), 3)
        );
    }

    #[test]
    fn of_two_colliding_fixes_the_first_wins() {
        let fixes = [edit(0, 3, "x"), edit(2, 4, "y")];
        assert_eq!(apply(FileId::CONFIG, "abcdef", &fixes), ("xdef".to_owned(), 1));
    }

    #[test]
    fn a_fix_outside_the_text_is_left_out() {
        let fixes = [edit(5, 9, "x"), edit(1, 2, "é"), edit(0, 0, "")];
        assert_eq!(apply(FileId::CONFIG, "aéb", &fixes), ("aéb".to_owned(), 1));
    }
}
