//! What a comment stands at.

use super::tree::{Comment, Entry, Kind, NodeId, Tree};
use crate::source::Span;

impl Tree<'_> {
    /// What a comment speaks about: on a line of its own the next entry or list item with its subtree, at the end of
    /// a line the outermost entry that begins on that line, or the list item where there is no entry. `None` where
    /// there is neither. Looks at every node, so ask only about comments that matter.
    pub fn covered_by(&self, comment: &Comment) -> Option<Span> {
        let mut covered: Option<(bool, Span)> = None;
        let mut pending: Vec<NodeId> = self.roots().to_vec();
        while let Some(id) = pending.pop() {
            let (item, parts): (bool, Vec<Span>) = match &self.node(id).kind {
                Kind::Map(entries) => {
                    pending.extend(entries.iter().map(|entry| entry.value));
                    (
                        false,
                        entries.iter().map(|entry| self.entry_span(*entry)).collect(),
                    )
                }
                Kind::Seq(items) => {
                    pending.extend(items);
                    (true, items.iter().map(|item| self.span(*item)).collect())
                }
                _ => continue,
            };
            for part in parts.into_iter().filter(|part| self.speaks_about(comment, *part)) {
                let rank =
                    |(item, span): (bool, Span)| (item && !comment.own_line, span.start, u32::MAX - span.end);
                if covered.is_none_or(|best| rank((item, part)) < rank(best)) {
                    covered = Some((item, part));
                }
            }
        }
        covered.map(|(_, span)| span)
    }

    /// From the start of an entry's key to the end of its value.
    pub fn entry_span(&self, entry: Entry) -> Span {
        self.span(entry.key).to(self.span(entry.value))
    }

    fn speaks_about(&self, comment: &Comment, part: Span) -> bool {
        if comment.own_line {
            return part.start >= comment.span.end;
        }
        let lines = self.file().lines();
        lines.line_of(part.start) == lines.line_of(comment.span.start) && part.start < comment.span.start
    }
}

#[cfg(test)]
mod tests {
    use crate::source::{FileId, SourceFile};
    use crate::syntax::tests::parse_clean;

    fn covered(text: &str) -> Vec<String> {
        let file = SourceFile::new(FileId::CONFIG, "x", text);
        let tree = parse_clean(&file);
        tree.comments()
            .iter()
            .map(|c| tree.covered_by(c).map_or("", |span| file.slice(span)).to_owned())
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
