//! What of a configuration can be folded away, and what a selection grows to.

use super::draft::Draft;
use super::outline::{Outline, Shape, bare};
use crate::source::{SourceFile, Span};

/// Lines that can be folded into the first of them, counted from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct Fold {
    /// The line that stays.
    pub first: usize,
    /// The last line that is hidden.
    pub last: usize,
    /// Whether they are a comment.
    pub is_comment: bool,
}

/// Keys with the values below them, items of lists, texts of several lines, and comments.
pub fn folds(draft: &Draft) -> Vec<Fold> {
    let (file, outline) = (draft.file(), &draft.outline);
    let line = |offset: u32| file.lines().line_of(offset);
    let mut folds: Vec<Fold> = outline
        .nodes()
        .filter_map(|(id, node)| {
            let extent = node.extent();
            let is_document = outline.root() == Some(id);
            let last = file.slice(extent).trim_end().len();
            let fold = Fold {
                first: line(extent.start),
                last: line(extent.start + u32::try_from(last).ok()?),
                is_comment: false,
            };
            (fold.last > fold.first && !is_document && node.shape != Shape::Broken).then_some(fold)
        })
        .collect();
    folds.extend(comments(file, outline));
    crate::sorted::sort(&mut folds);
    // An item and its first key begin on one line: the longer fold is theirs both.
    folds.dedup_by(|later, first| {
        later.first == first.first && {
            first.last = first.last.max(later.last);
            true
        }
    });
    folds
}

/// Comments of several lines. Lines of a text that begin with `#` are none.
fn comments(file: &SourceFile, outline: &Outline) -> Vec<Fold> {
    let mut folds: Vec<Fold> = Vec::new();
    for line in 0..file.lines().count() {
        let range = file.lines().range_of(file.text(), line);
        let text = file.text().get(range.clone()).unwrap_or("").trim_start();
        let is_text = u32::try_from(range.end - text.len()).is_ok_and(|at| outline.is_in_text(at));
        if !text.starts_with('#') || is_text {
            continue;
        }
        match folds.last_mut() {
            Some(fold) if fold.last + 1 == line => fold.last = line,
            _ => folds.push(Fold {
                first: line,
                last: line,
                is_comment: true,
            }),
        }
    }
    folds.retain(|fold| fold.last > fold.first);
    folds
}

/// What a selection at a byte grows to, from the inside out: a text without its quotes, a value, a key with its value, what that is in,
/// and the whole file.
pub fn selections(draft: &Draft, offset: u32) -> Vec<Span> {
    let (file, outline) = (draft.file(), &draft.outline);
    let mut spans: Vec<Span> = Vec::new();
    let mut add = |span: Span| {
        let holds = span.start <= offset && offset <= span.end;
        let grows = spans
            .last()
            .is_none_or(|last| span != *last && span.contains(*last));
        if holds && grows {
            spans.push(span);
        }
    };
    if let Some(at) = outline.at(offset) {
        for id in outline.ancestors(at) {
            let Some(node) = outline.node(id) else { continue };
            node.key.into_iter().for_each(&mut add);
            if node.shape == Shape::Scalar {
                add(bare(file, node.span));
            }
            add(node.span);
            add(node.extent());
        }
    }
    add(file.span(0..file.text().len()));
    spans
}

#[cfg(test)]
mod tests {
    use super::super::draft::{drafted, drafted_at};
    use super::*;

    #[test]
    fn folds_of_keys_items_texts_and_comments() {
        let text = "# one\n# two\na:\n  b: 1\n  c: |\n    # text\n    # text\nd:\n  - name: x\n    e: 2\n  - 1\nf: {g: 1}\n";
        let found: Vec<_> = folds(&drafted(text))
            .into_iter()
            .map(|fold| (fold.first, fold.last, fold.is_comment))
            .collect();
        assert_eq!(
            found,
            [
                (0, 1, true),
                (2, 6, false),
                (4, 6, false),
                (7, 10, false),
                (8, 9, false)
            ]
        );
    }

    #[test]
    fn a_selection_grows_outwards() {
        let (draft, offset) = drafted_at("a:\n  b: 'x|y'\n  c: 1\nd: 2\n");
        let texts: Vec<_> = selections(&draft, offset)
            .into_iter()
            .map(|span| draft.file().slice(span).to_owned())
            .collect();
        assert_eq!(
            texts,
            [
                "xy",
                "'xy'",
                "b: 'xy'",
                "b: 'xy'\n  c: 1",
                "a:\n  b: 'xy'\n  c: 1",
                "a:\n  b: 'xy'\n  c: 1\nd: 2",
                "a:\n  b: 'xy'\n  c: 1\nd: 2\n",
            ]
        );
    }
}
