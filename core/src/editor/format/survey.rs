//! Where values end, where the dashes of sequences are, and what must keep its order.

use super::lines::BLANKS;
use super::{Layout, Result};
use crate::syntax::{Entry, Kind, NodeId, Style};

impl Layout<'_> {
    /// Looks at every node once, before anything is written.
    pub(super) fn survey(&mut self) -> Result<()> {
        let anchors = self.anchors.values();
        self.fixed = anchors.map(|span| span.start as usize).collect();
        if let Some(root) = self.tree.root() {
            self.visit(root, None)?;
        }
        crate::sorted::sort(&mut self.fixed);
        Ok(())
    }

    /// Returns the last line of a node. `column` is that of the block around it, nothing between brackets.
    fn visit(&mut self, id: NodeId, column: Option<usize>) -> Result<usize> {
        let tree = self.tree;
        let node = tree.node(id);
        let block = (column.is_some() || Some(id) == tree.root()) && self.is_block(id);
        let end = match &node.kind {
            Kind::Map(entries) if block => self.visit_mapping(id, entries)?,
            Kind::Seq(items) if block => self.visit_sequence(id, items)?,
            Kind::Map(entries) => {
                for entry in entries {
                    self.visit_key(*entry)?;
                    self.visit(entry.value, None)?;
                }
                self.lines.of(node.span.end as usize)
            }
            Kind::Seq(items) => {
                for item in items {
                    self.visit(*item, None)?;
                }
                self.lines.of(node.span.end as usize)
            }
            Kind::Scalar(scalar) if matches!(scalar.style, Style::Literal | Style::Folded) => {
                let block = self.block_text(node.span, column);
                if block.keeps {
                    self.fixed.push(node.span.start as usize);
                }
                block.last
            }
            Kind::Alias(_) => {
                self.fixed.push(node.span.start as usize);
                self.lines.of(node.span.end as usize)
            }
            _ => self.lines.of(node.span.end as usize),
        };
        self.ends.insert(id, end);
        Ok(end)
    }

    fn visit_key(&mut self, entry: Entry) -> Result<()> {
        if self.tree.is_merge_key(entry.key) {
            self.fixed.push(self.tree.span(entry.key).start as usize);
        }
        self.visit(entry.key, None).map(|_| ())
    }

    fn visit_mapping(&mut self, id: NodeId, entries: &[Entry]) -> Result<usize> {
        let column = self.lines.column(self.start(id));
        let mut end = 0;
        for entry in entries {
            self.visit_key(*entry)?;
            let key = self.lines.of(self.tree.span(entry.key).end as usize);
            end = self.visit_value(entry.value, key, column)?;
        }
        Ok(end)
    }

    fn visit_sequence(&mut self, id: NodeId, items: &[NodeId]) -> Result<usize> {
        let mut dash = self.tree.span(id).start as usize;
        let column = self.lines.column(dash);
        let mut dashes = Vec::new();
        let mut end = 0;
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                dash = self.next_dash(end + 1, column)?;
            }
            dashes.push(dash);
            end = self.visit_value(*item, self.lines.of(dash), column)?;
        }
        self.dashes.insert(id, dashes);
        Ok(end)
    }

    /// A value that is not written ends on the line of its `:` or `-`, wherever the reader noticed that.
    fn visit_value(&mut self, id: NodeId, line: usize, column: usize) -> Result<usize> {
        if self.is_absent(id) {
            self.ends.insert(id, line);
            return Ok(line);
        }
        self.visit(id, Some(column))
    }

    /// The dash of the next item, past comments and blank lines.
    fn next_dash(&self, from: usize, column: usize) -> Result<usize> {
        let mut line = from;
        while line < self.lines.count() {
            let text = self.lines.text(line).trim_start_matches(' ');
            let start = self.lines.range(line).end - text.len();
            let dash = text.strip_prefix('-');
            if dash.is_some_and(|rest| rest.is_empty() || rest.starts_with(BLANKS))
                && self.lines.column(start) == column
            {
                return Ok(start);
            }
            self.lines.trivia(line..line + 1)?;
            line += 1;
        }
        let end = self.lines.range(line).start;
        Err(self.unsupported(self.tree.file().span(end..end), "a list item without its `-`"))
    }

    /// The last line of a value.
    pub(super) fn end(&self, id: NodeId) -> usize {
        let own = || self.lines.of(self.tree.span(id).end as usize);
        self.ends.get(&id).copied().unwrap_or_else(own)
    }

    /// Whether something between two places must keep its order.
    pub(super) fn has_fixed(&self, start: usize, end: usize) -> bool {
        let first = self.fixed.partition_point(|at| *at < start);
        self.fixed.get(first).is_some_and(|at| *at < end)
    }
}
