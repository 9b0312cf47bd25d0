//! Collections between brackets.

use super::lines::BLANKS;
use super::scalar::trim_line_end;
use super::sort::sorted;
use super::{Layout, Result};
use crate::model::SchemaPlace;
use crate::rules::suppresses;
use crate::source::Span;
use crate::syntax::{Entry, Kind, NodeId};

/// How far lines move.
#[derive(Clone, Copy)]
pub(super) struct Shift {
    /// The column that the value or the block around it had.
    pub from: usize,
    /// The column that it gets.
    pub to: usize,
    /// The column that the block around it had.
    pub column: usize,
    /// The column that this gets.
    pub indent: usize,
}

impl Shift {
    /// The new indentation of a line. What was inside of the block stays inside.
    fn of(self, indent: usize) -> usize {
        let least = self.indent + usize::from(indent > self.column);
        (indent + self.to).saturating_sub(self.from).max(least)
    }
}

impl Layout<'_> {
    /// The whole document between brackets.
    pub(super) fn root_flow(&mut self, root: NodeId) -> Result<Vec<String>> {
        let start = self.start(root);
        if !self.properties(root).is_empty() || !self.lines.before(start).trim_matches(BLANKS).is_empty() {
            return Err(self.unsupported(self.tree.span(root), "a tag or an anchor of the document"));
        }
        let column = self.lines.column(start);
        let shift = Shift {
            from: column,
            to: 0,
            column: 0,
            indent: 0,
        };
        let last = self.end(root);
        let mut lines = self.flow(root, shift, &SchemaPlace::root());
        if let Some(line) = lines.last_mut() {
            line.push_str(&self.comment(last));
        }
        Ok(lines)
    }

    /// The lines of a collection between brackets. Those of one line are spaced anew; one of several keeps its lines.
    pub(super) fn flow(&mut self, id: NodeId, shift: Shift, place: &SchemaPlace) -> Vec<String> {
        let span = self.tree.span(id);
        let parts = self.lines.parts(span);
        if let [line] = parts[..] {
            return vec![self.one_line(id, span, place).unwrap_or_else(|| line.to_owned())];
        }
        let first = self.lines.of(span.start as usize);
        let moved = |(index, part): (usize, &str)| {
            // Only between double quotes is a backslash more than a character.
            let end = self.lines.range(first + index).end;
            let part = match self.is_double_quoted(id, end) {
                true => trim_line_end(part),
                false => part.trim_end_matches(BLANKS),
            };
            let text = part.trim_start_matches(' ');
            if index == 0 || text.is_empty() {
                return text.to_owned();
            }
            format!("{}{text}", " ".repeat(shift.of(part.len() - text.len())))
        };
        parts.into_iter().enumerate().map(moved).collect()
    }

    /// Whether a place is inside of a double-quoted scalar of a value.
    fn is_double_quoted(&self, id: NodeId, at: usize) -> bool {
        let span = self.tree.span(id);
        let inside = (span.start as usize) < at && at < span.end as usize;
        inside
            && match &self.tree.node(id).kind {
                Kind::Map(entries) => entries.iter().any(|entry| {
                    self.is_double_quoted(entry.key, at) || self.is_double_quoted(entry.value, at)
                }),
                Kind::Seq(items) => items.iter().any(|item| self.is_double_quoted(*item, at)),
                _ => self.tree.file().slice(span).starts_with('"'),
            }
    }

    fn one_line(&mut self, id: NodeId, span: Span, place: &SchemaPlace) -> Option<String> {
        let plain = self.spaced(id, None)?;
        // Brackets with anything else between them are left as they are.
        if bare(&plain) != bare(self.tree.file().slice(span)) {
            return None;
        }
        let comment = self.lines.comment_after(self.lines.of(span.end as usize));
        if comment.is_some_and(suppresses) {
            return Some(plain);
        }
        self.spaced(id, Some(place))
    }

    /// A value behind its properties.
    fn spaced_node(&mut self, id: NodeId, place: Option<&SchemaPlace>) -> Option<String> {
        let value = self.spaced(id, place)?;
        Some(self.with_properties(id, &value))
    }

    /// A value with one space between its parts, its keys sorted where there is a place.
    fn spaced(&mut self, id: NodeId, place: Option<&SchemaPlace>) -> Option<String> {
        let tree = self.tree;
        let node = tree.node(id);
        let source = tree.file().slice(node.span);
        Some(match &node.kind {
            Kind::Map(entries) => {
                let order = place.and_then(|place| self.flow_order(id, entries, place));
                let parts: Option<Vec<String>> = order
                    .unwrap_or_else(|| entries.clone())
                    .iter()
                    .map(|entry| self.spaced_entry(*entry, place))
                    .collect();
                let parts = parts?.join(", ");
                if source.starts_with('{') {
                    format!("{{{parts}}}")
                } else {
                    parts
                }
            }
            Kind::Seq(items) => {
                let place = place.map(SchemaPlace::item);
                let parts: Option<Vec<String>> = items
                    .iter()
                    .map(|item| self.spaced_node(*item, place.as_ref()))
                    .collect();
                format!("[{}]", parts?.join(", "))
            }
            Kind::Broken => return None,
            Kind::Null | Kind::Scalar(_) | Kind::Alias(_) => source.to_owned(),
        })
    }

    fn spaced_entry(&mut self, entry: Entry, place: Option<&SchemaPlace>) -> Option<String> {
        let tree = self.tree;
        let key = self.spaced_node(entry.key, None)?;
        let place = place.map(|place| place.key(tree.key_text(entry.key).unwrap_or("")));
        let value = self.spaced_node(entry.value, place.as_ref())?;
        let end = tree.span(entry.key).end as usize;
        let rest = self.lines.slice(end..self.lines.range(self.lines.of(end)).end);
        if !rest.trim_start_matches(BLANKS).starts_with(':') {
            return value.is_empty().then_some(key);
        }
        // Not every reader takes a comma or a bracket directly behind the colon.
        (!value.is_empty()).then(|| format!("{key}{} {value}", self.colon(entry.key)))
    }

    fn flow_order(&mut self, id: NodeId, entries: &[Entry], place: &SchemaPlace) -> Option<Vec<Entry>> {
        let span = self.tree.span(id);
        if self.has_fixed(span.start as usize, span.end as usize) {
            return None;
        }
        let names = entries.iter().map(|entry| self.tree.key_text(entry.key));
        let order = sorted(names, &place.keys())?;
        self.sorted.push(id);
        Some(
            order
                .into_iter()
                .filter_map(|index| entries.get(index).copied())
                .collect(),
        )
    }
}

/// A text without blanks, and without the commas after the last values.
fn bare(text: &str) -> String {
    let bare: String = text.chars().filter(|c| !matches!(c, ' ' | '\t')).collect();
    bare.replace(",]", "]").replace(",}", "}")
}
