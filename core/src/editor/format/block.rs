//! Mappings and sequences with an entry per line.

use super::flow::Shift;
use super::frame::{Frame, Head};
use super::lines::BLANKS;
use super::sort::sorted;
use super::trivia::{self, Trivia};
use super::{Layout, Result};
use crate::model::SchemaPlace;
use crate::syntax::{Entry, Kind, NodeId, Style};

/// An entry on its way to its place.
struct Piece<'t> {
    name: Option<&'t str>,
    lead: Vec<Trivia<'t>>,
    body: Vec<String>,
}

impl<'t> Layout<'t> {
    /// Writes a block with what is before its first entry and at its end.
    pub(super) fn block(
        &mut self,
        id: NodeId,
        frame: Frame,
        lead: Vec<Trivia<'t>>,
        tail: Vec<Trivia<'t>>,
    ) -> Result<Vec<String>> {
        let tree = self.tree;
        let (mut pieces, rest) = match &tree.node(id).kind {
            Kind::Map(entries) => self.mapping(id, entries, &frame, lead, tail)?,
            Kind::Seq(items) => self.sequence(id, items, &frame, lead, tail)?,
            _ => return Ok(Vec::new()),
        };
        if let Kind::Map(_) = &tree.node(id).kind {
            pieces = self.sort(id, pieces, &frame);
        }
        let mut out = Vec::new();
        for (index, piece) in pieces.into_iter().enumerate() {
            let lead = if index == 0 {
                trivia::without_first_blanks(piece.lead)
            } else {
                piece.lead
            };
            out.extend(trivia::write(&lead, frame.indent));
            out.extend(piece.body);
        }
        out.extend(trivia::write(&rest, frame.indent));
        Ok(out)
    }

    fn mapping(
        &mut self,
        id: NodeId,
        entries: &[Entry],
        frame: &Frame,
        mut lead: Vec<Trivia<'t>>,
        tail: Vec<Trivia<'t>>,
    ) -> Result<(Vec<Piece<'t>>, Vec<Trivia<'t>>)> {
        let tree = self.tree;
        let column = self.lines.column(self.start(id));
        let mut tail = Some(tail);
        let mut pieces = Vec::new();
        for (index, entry) in entries.iter().enumerate() {
            let at = self.check_key(*entry, index == 0)?;
            let gap = match entries.get(index + 1) {
                Some(next) => {
                    let next = self.lines.of(self.start(next.key));
                    self.lines.trivia(self.end(entry.value) + 1..next)?
                }
                None => tail.take().unwrap_or_default(),
            };
            let (own, next) = self.split(entry.value, gap, column);
            let key = self.with_properties(entry.key, tree.file().slice(tree.span(entry.key)));
            let head = Head {
                text: format!("{}{key}{}", " ".repeat(frame.indent), self.colon(entry.key)),
                line: self.lines.of(at),
                column,
                indent: frame.indent,
                item: false,
            };
            let name = tree.key_text(entry.key);
            let place = frame.place.key(name.unwrap_or(""));
            let body = self.value(head, entry.value, place, own)?;
            let lead = std::mem::replace(&mut lead, next);
            pieces.push(Piece { name, lead, body });
        }
        Ok((pieces, lead))
    }

    fn sequence(
        &mut self,
        id: NodeId,
        items: &[NodeId],
        frame: &Frame,
        mut lead: Vec<Trivia<'t>>,
        tail: Vec<Trivia<'t>>,
    ) -> Result<(Vec<Piece<'t>>, Vec<Trivia<'t>>)> {
        let dashes = self.dashes.remove(&id).unwrap_or_default();
        let place = frame.place.item();
        let mut tail = Some(tail);
        let mut pieces = Vec::new();
        for (index, (item, dash)) in items.iter().zip(&dashes).enumerate() {
            let column = self.lines.column(*dash);
            let gap = match dashes.get(index + 1) {
                Some(next) => self.lines.trivia(self.end(*item) + 1..self.lines.of(*next))?,
                None => tail.take().unwrap_or_default(),
            };
            let (own, next) = self.split(*item, gap, column);
            let head = Head {
                text: format!("{}-", " ".repeat(frame.indent)),
                line: self.lines.of(*dash),
                column,
                indent: frame.indent,
                item: true,
            };
            let body = self.value(head, *item, place.clone(), own)?;
            let lead = std::mem::replace(&mut lead, next);
            let name = None;
            pieces.push(Piece { name, lead, body });
        }
        Ok((pieces, lead))
    }

    /// Splits what follows an entry. Below a block scalar nothing may be indented: it would become a part of it.
    fn split(
        &self,
        value: NodeId,
        gap: Vec<Trivia<'t>>,
        column: usize,
    ) -> (Vec<Trivia<'t>>, Vec<Trivia<'t>>) {
        if self.is_block_scalar(value) {
            return (Vec::new(), gap);
        }
        let sequence = matches!(self.tree.node(value).kind, Kind::Seq(_)) && self.is_block(value);
        let items = sequence && self.lines.column(self.start(value)) == column;
        trivia::split(gap, column, items)
    }

    fn is_block_scalar(&self, id: NodeId) -> bool {
        match &self.tree.node(id).kind {
            Kind::Scalar(scalar) => matches!(scalar.style, Style::Literal | Style::Folded),
            _ => false,
        }
    }

    /// Refuses keys of other forms than `key:`, and returns where the colon is.
    fn check_key(&self, entry: Entry, first: bool) -> Result<usize> {
        let span = self.tree.span(entry.key);
        let simple = match &self.tree.node(entry.key).kind {
            Kind::Scalar(_) | Kind::Null => !span.is_empty() && self.lines.parts(span).len() == 1,
            Kind::Alias(_) => true,
            _ => false,
        };
        let start = self.start(entry.key);
        let before = self.lines.before(start);
        let allowed = |c: char| c == ' ' || (first && matches!(c, '-' | '\t'));
        let end = span.end as usize;
        let rest = self.lines.slice(end..self.lines.range(self.lines.of(end)).end);
        let blanks = rest.len() - rest.trim_start_matches(BLANKS).len();
        let same_line = self.lines.of(start) == self.lines.of(end);
        if !simple
            || !same_line
            || !before.chars().all(allowed)
            || !rest.trim_start_matches(BLANKS).starts_with(':')
        {
            return Err(self.unsupported(span, "a key that is not a single value on one line"));
        }
        Ok(end + blanks)
    }

    /// The colon after a key; it could belong to the name of an alias.
    pub(super) fn colon(&self, key: NodeId) -> &'static str {
        match self.tree.node(key).kind {
            Kind::Alias(_) => " :",
            _ => ":",
        }
    }

    /// A text behind the anchor and the tag of a node.
    pub(super) fn with_properties(&self, id: NodeId, text: &str) -> String {
        let properties = self.properties(id);
        let mut parts: Vec<&str> = properties
            .iter()
            .map(|span| self.tree.file().slice(*span))
            .collect();
        if !text.is_empty() {
            parts.push(text);
        }
        parts.join(" ")
    }

    /// The comment at the end of a line, with the space before it.
    pub(super) fn comment(&self, line: usize) -> String {
        let comment = self.lines.comment_after(line);
        comment.map_or(String::new(), |comment| format!(" {comment}"))
    }

    /// Writes a value behind its key or dash, with the comments that belong to it below.
    fn value(
        &mut self,
        mut head: Head,
        id: NodeId,
        place: SchemaPlace,
        tail: Vec<Trivia<'t>>,
    ) -> Result<Vec<String>> {
        if self.is_block(id) {
            return self.nested(head, id, place, tail);
        }
        let properties = self.with_properties(id, "");
        if !properties.is_empty() {
            head.text = format!("{} {properties}", head.text);
        }
        let line = self.line_of_value(&head, id)?;
        let between = self.lines.trivia(head.line + 1..line)?;
        let mut out = if self.is_absent(id) {
            vec![format!("{}{}", head.text, self.comment(head.line))]
        } else if self.is_block_scalar(id) {
            let span = self.tree.span(id);
            let comment = line != head.line && self.lines.comment_after(head.line).is_some();
            if comment || between.iter().any(Trivia::is_comment) {
                return Err(self.unsupported(span, "a comment between a key and its block scalar"));
            }
            self.block_scalar(&head, span)
        } else if line == head.line {
            self.lines_of(&head, id, false, &place)
        } else {
            let mut out = vec![format!("{}{}", head.text, self.comment(head.line))];
            let between = trivia::trimmed(trivia::without_first_blanks(between));
            out.extend(trivia::write(&between, head.indent + 2));
            out.extend(self.lines_of(&head, id, true, &place));
            out
        };
        out.extend(trivia::write(&tail, head.indent + 2));
        Ok(out)
    }

    /// The line that a value begins on. Its anchor and its tag are there too, or on the line before the comments.
    fn line_of_value(&self, head: &Head, id: NodeId) -> Result<usize> {
        let span = self.tree.span(id);
        let line = if self.is_absent(id) {
            head.line
        } else {
            self.lines.of(span.start as usize)
        };
        let properties = self.properties(id);
        let mut lines = properties.iter().map(|own| self.lines.of(own.start as usize));
        if lines.any(|own| own != head.line && own != line) {
            return Err(self.unsupported(span, "a tag or an anchor on a line of its own"));
        }
        Ok(line)
    }

    /// The lines of a value that is no block, behind its head or below it.
    fn lines_of(&mut self, head: &Head, id: NodeId, below: bool, place: &SchemaPlace) -> Vec<String> {
        let span = self.tree.span(id);
        let mut lines = if matches!(self.tree.node(id).kind, Kind::Map(_) | Kind::Seq(_)) {
            let column = self.lines.column(self.start(id));
            let shift = Shift {
                from: if below { column } else { head.column },
                to: if below { head.indent + 2 } else { head.indent },
                column: head.column,
                indent: head.indent,
            };
            self.flow(id, shift, place)
        } else {
            self.folded(span, head.indent + 2)
        };
        if let Some(first) = lines.first_mut() {
            let before = if below {
                " ".repeat(head.indent + 2)
            } else {
                format!("{} ", head.text)
            };
            first.insert_str(0, &before);
        }
        if let Some(last) = lines.last_mut() {
            last.push_str(&self.comment(self.end(id)));
        }
        lines
    }

    /// Writes a block below its key, or behind its dash.
    fn nested(
        &mut self,
        head: Head,
        id: NodeId,
        place: SchemaPlace,
        tail: Vec<Trivia<'t>>,
    ) -> Result<Vec<String>> {
        let line = self.lines.of(self.start(id));
        let properties = self.with_properties(id, "");
        let inline = line == head.line;
        if inline && (!head.item || !properties.is_empty()) {
            let span = self.tree.span(id);
            return Err(self.unsupported(span, "a block on the line of its tag or anchor"));
        }
        let lead = trivia::without_first_blanks(self.lines.trivia(head.line + 1..line)?);
        let comment = if inline {
            String::new()
        } else {
            self.comment(head.line)
        };
        let bare = properties.is_empty() && comment.is_empty() && !lead.iter().any(Trivia::is_comment);
        let joins = head.item && bare;
        let frame = Frame {
            indent: head.indent + 2,
            place,
            item: head.item,
        };
        let mut body = self.block(id, frame, lead, tail)?;
        if joins {
            if let Some(first) = body.first_mut() {
                *first = format!("{} {}", head.text, first.trim_start_matches(' '));
            }
            return Ok(body);
        }
        let properties = if properties.is_empty() {
            properties
        } else {
            format!(" {properties}")
        };
        body.insert(0, format!("{}{properties}{comment}", head.text));
        Ok(body)
    }

    fn sort(&mut self, id: NodeId, pieces: Vec<Piece<'t>>, frame: &Frame) -> Vec<Piece<'t>> {
        if self.has_fixed(self.start(id), self.tree.span(id).end as usize) {
            return pieces;
        }
        let names = pieces.iter().map(|piece| piece.name);
        let Some(order) = sorted(names, &frame.place.keys()) else {
            return pieces;
        };
        // A comment between a dash and the first key would be alone below the dash, or cover the whole item.
        let has_comment = |piece: &Piece<'_>| piece.lead.iter().any(Trivia::is_comment);
        let ends = [Some(0), order.first().copied()];
        let mut ends = ends.into_iter().flatten().filter_map(|index| pieces.get(index));
        if frame.item && ends.any(has_comment) {
            return pieces;
        }
        self.sorted.push(id);
        let mut pieces: Vec<Option<Piece<'t>>> = pieces.into_iter().map(Some).collect();
        let order = order.into_iter();
        order.filter_map(|index| pieces.get_mut(index)?.take()).collect()
    }
}
