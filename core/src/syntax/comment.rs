//! What a comment stands at.

use super::tree::{Comment, Entry, Kind, NodeId, Tree};
use crate::source::Span;

/// The entries and list items of a tree, by where they begin.
pub struct Parts<'t> {
    tree: &'t Tree<'t>,
    /// Of those that begin at one place the longest first.
    sorted: Vec<Part>,
}

struct Part {
    span: Span,
    /// Whether it is an item of a list.
    item: bool,
}

impl<'t> Parts<'t> {
    /// Looks at every node, so ask only where comments matter.
    pub fn of(tree: &'t Tree<'t>) -> Parts<'t> {
        let mut sorted: Vec<Part> = Vec::new();
        let mut pending: Vec<NodeId> = tree.roots().to_vec();
        while let Some(id) = pending.pop() {
            match &tree.node(id).kind {
                Kind::Map(entries) => {
                    pending.extend(entries.iter().map(|entry| entry.value));
                    sorted.extend(entries.iter().map(|entry| Part {
                        span: tree.entry_span(*entry),
                        item: false,
                    }));
                }
                Kind::Seq(items) => {
                    pending.extend(items);
                    sorted.extend(items.iter().map(|item| Part {
                        span: tree.span(*item),
                        item: true,
                    }));
                }
                _ => {}
            }
        }
        crate::sorted::sort_by_key(&mut sorted, |part| (part.span.start, u32::MAX - part.span.end));
        Parts { tree, sorted }
    }

    /// What a comment speaks about: on a line of its own the next entry or list item with its subtree, at the end of
    /// a line the outermost entry that begins on that line, or the list item where there is no entry. `None` where
    /// there is neither.
    pub fn covered_by(&self, comment: &Comment) -> Option<Span> {
        let from = |offset: u32| self.sorted.partition_point(|part| part.span.start < offset);
        if comment.own_line {
            return self.sorted.get(from(comment.span.end)).map(|part| part.span);
        }
        let lines = self.tree.file().lines();
        let line = lines.start_of(lines.line_of(comment.span.start))?;
        let on_line = &self.sorted[from(line)..from(comment.span.start)];
        let first = on_line.iter().find(|part| !part.item).or(on_line.first());
        first.map(|part| part.span)
    }
}

impl Tree<'_> {
    /// From the start of an entry's key to the end of its value.
    pub fn entry_span(&self, entry: Entry) -> Span {
        self.span(entry.key).to(self.span(entry.value))
    }
}

#[cfg(test)]
mod tests {
    use super::Parts;
    use crate::source::{FileId, SourceFile};
    use crate::syntax::tests::parse_clean;

    fn covered(text: &str) -> Vec<String> {
        let file = SourceFile::new(FileId::CONFIG, "x", text);
        let tree = parse_clean(&file);
        let parts = Parts::of(&tree);
        let covered = tree.comments().iter().map(|comment| parts.covered_by(comment));
        covered
            .map(|span| span.map_or("", |span| file.slice(span)).to_owned())
            .collect()
    }

    #[test]
    fn a_comment_on_its_own_line_covers_the_next_entry_with_its_subtree() {
        assert_eq!(
            covered("a: 1\n# c\nb:\n  c: 1\n  d: 2\ne: 3\n"),
            ["b:\n  c: 1\n  d: 2"]
        );
        assert_eq!(
            covered("a:\n  # c\n  - x: 1\n    y: 2\n  - z\n"),
            ["x: 1\n    y: 2"]
        );
        assert_eq!(covered("a: 1\n# c\n"), [""]);
    }

    #[test]
    fn a_comment_at_the_end_of_a_line_covers_the_entry_of_that_line() {
        assert_eq!(covered("a: 1 # c\nb: 2\n"), ["a: 1"]);
        assert_eq!(covered("a: # c\n  b: 2\n"), ["a: # c\n  b: 2"]);
        assert_eq!(covered("a:\n  - x: 1 # c\n    y: 2\n"), ["x: 1"]);
    }
}
