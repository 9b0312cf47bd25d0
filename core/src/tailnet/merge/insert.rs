//! Where own entries go, and what they look like there.

use crate::tailnet::findings::merge::MERGE_CONFLICT;
use serde::Serialize;

use super::markers::{BEGIN, END, NOTICE};
use super::needs::Needs;
use crate::diagnostic::Diagnostic;
use crate::source::{FileId, Span};
use crate::tailnet::addr::Prefix;
use crate::tailnet::hujson::{Document, Kind, Member, Object, Value};
use crate::tailnet::selector::Selector;

/// A text to put in at a place of the author's text.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Insertion {
    /// Before which byte.
    pub(super) at: usize,
    /// What.
    pub(super) text: String,
}

/// One own entry, as a line without indentation.
type Line = String;

/// Works out everything that has to be put in, in the order of the text.
///
/// # Errors
/// Contradictions between the text and the needs.
pub(super) fn insertions(
    text: &str,
    file: FileId,
    document: &Document,
    needs: &Needs,
) -> Result<Vec<Insertion>, Vec<Diagnostic>> {
    let Some((root, object)) = document.root.as_ref().and_then(object_of) else {
        let span = Span::new(file, 0, text.len());
        return Err(vec![MERGE_CONFLICT.at(span, "expected an object as the policy")]);
    };
    let mut plan = Plan {
        text,
        newline: if text.contains("\r\n") { "\r\n" } else { "\n" },
        unit: indentation(text, object),
        new_sections: Vec::new(),
        out: Vec::new(),
        faults: Vec::new(),
    };
    plan.keyed(object, "groups", &needs.groups, Existing::Extend);
    plan.hosts(object, &needs.hosts);
    plan.keyed(object, "tagOwners", &needs.tag_owners, Existing::Keep);
    plan.approvers(object, &needs.routes);
    plan.listed(
        object,
        "acls",
        needs.acls.iter().map(|r| (r.why.as_deref(), one_line(r))),
    );
    plan.listed(
        object,
        "grants",
        needs.grants.iter().map(|r| (r.why.as_deref(), one_line(r))),
    );
    plan.listed(
        object,
        "ssh",
        needs.ssh.iter().map(|r| (r.why.as_deref(), one_line(r))),
    );
    plan.listed(object, "tests", needs.tests.iter().map(|t| (None, one_line(t))));
    plan.listed(
        object,
        "sshTests",
        needs.ssh_tests.iter().map(|t| (None, one_line(t))),
    );
    let sections = std::mem::take(&mut plan.new_sections);
    plan.block(root.span.start as usize + 1, sections);
    crate::sorted::sort_by_key(&mut plan.out, |i| i.at);
    if plan.faults.is_empty() {
        Ok(plan.out)
    } else {
        Err(plan.faults)
    }
}

/// What happens to an entry that the author has under the same name.
#[derive(Clone, Copy, PartialEq)]
enum Existing {
    Keep,
    Extend,
}

struct Plan<'a> {
    text: &'a str,
    newline: &'static str,
    unit: String,
    new_sections: Vec<Line>,
    out: Vec<Insertion>,
    faults: Vec<Diagnostic>,
}

impl<'a> Plan<'a> {
    fn conflict(&mut self, span: Span, message: String, help: String) {
        self.faults.push(MERGE_CONFLICT.at(span, message).help(help));
    }

    /// The author's section; none where there is none. A section that is `null` cannot be inserted into.
    fn section<'d>(&mut self, object: &'d Object, name: &str) -> Option<&'d Value> {
        let member = object.members.iter().find(|m| m.key.eq_ignore_ascii_case(name))?;
        if member.value.kind == Kind::Null {
            let message = format!("cannot merge into `{name}`: it is null");
            self.conflict(
                member.value.span,
                message,
                "use an empty section, or remove the key".to_owned(),
            );
        }
        Some(&member.value)
    }

    fn listed<'n>(
        &mut self,
        object: &Object,
        name: &str,
        entries: impl Iterator<Item = (Option<&'n str>, String)>,
    ) {
        let mut lines: Vec<Line> = Vec::new();
        for (why, json) in entries {
            lines.extend(why.map(comment));
            lines.push(format!("{json},"));
        }
        self.place(object, name, lines, '[');
    }

    /// Puts lines into a section, or keeps them for a new one.
    fn place(&mut self, object: &Object, name: &str, lines: Vec<Line>, bracket: char) {
        if lines.is_empty() {
            return;
        }
        match self.section(object, name) {
            Some(section) => self.block(section.span.start as usize + 1, lines),
            None => {
                let lines = self.new_section(name, lines, bracket);
                self.new_sections.extend(lines);
            }
        }
    }

    fn new_section(&self, name: &str, lines: Vec<Line>, bracket: char) -> Vec<Line> {
        let close = if bracket == '[' { "]" } else { "}" };
        let mut out = vec![format!("\"{name}\": {bracket}")];
        out.extend(lines.into_iter().map(|line| format!("{}{line}", self.unit)));
        out.push(format!("{close},"));
        out
    }

    fn keyed(&mut self, object: &Object, name: &str, entries: &[(String, Vec<String>)], existing: Existing) {
        let section = self.section(object, name).and_then(object_of);
        let lines = self.entries(section.map(|(_, o)| o), entries, existing);
        self.place(object, name, lines, '{');
    }

    /// Lines for the entries that the author does not have; what an entry of the author lacks is put into its list.
    fn entries(
        &mut self,
        section: Option<&Object>,
        entries: &[(String, Vec<String>)],
        existing: Existing,
    ) -> Vec<Line> {
        let mut lines = Vec::new();
        for (key, values) in entries {
            match section.and_then(|o| o.members.iter().find(|m| same_key(&m.key, key))) {
                None => lines.push(format!("{}: {},", one_line(key), one_line(values))),
                Some(member) if existing == Existing::Extend => self.extend(member, values),
                Some(_) => {}
            }
        }
        lines
    }

    fn extend(&mut self, member: &Member, values: &[String]) {
        let Kind::Array(array) = &member.value.kind else {
            let message = format!("cannot merge into `{}`: expected a list", member.key);
            return self.conflict(member.value.span, message, "use `[]`".to_owned());
        };
        let has = |value: &str| {
            array
                .items
                .iter()
                .any(|i| matches!(&i.kind, Kind::String(s) if s.trim() == value))
        };
        let missing: Vec<String> = values
            .iter()
            .filter(|v| !has(v))
            .map(|v| format!("{},", one_line(v)))
            .collect();
        if !missing.is_empty() {
            self.out.push(Insertion {
                at: member.value.span.start as usize + 1,
                text: format!("/* {BEGIN} */ {} /* {END} */", missing.join(" ")),
            });
        }
    }

    fn hosts(&mut self, object: &Object, hosts: &[(String, String)]) {
        let section = self.section(object, "hosts").and_then(object_of);
        let mut lines = Vec::new();
        for (name, address) in hosts {
            match section.and_then(|(_, o)| o.get(name)) {
                None => lines.push(format!("{}: {},", one_line(name), one_line(address))),
                Some(member) if is_address(&member.value, address) => {}
                Some(member) => {
                    let message = format!(
                        "host `{name}` conflicts with the cluster, which requires it to be `{address}`"
                    );
                    self.conflict(
                        member.value.span,
                        message,
                        "rename this host, here and where it is used".to_owned(),
                    );
                }
            }
        }
        self.place(object, "hosts", lines, '{');
    }

    fn approvers(&mut self, object: &Object, routes: &[(String, Vec<String>)]) {
        if routes.is_empty() {
            return;
        }
        let Some((_, section)) = self.section(object, "autoApprovers").and_then(object_of) else {
            let lines = self.entries(None, routes, Existing::Extend);
            let inner = self.new_section("routes", lines, '{');
            let outer = self.new_section("autoApprovers", inner, '{');
            if !object
                .members
                .iter()
                .any(|m| m.key.eq_ignore_ascii_case("autoApprovers"))
            {
                self.new_sections.extend(outer);
            }
            return;
        };
        let present = self
            .section(section, "routes")
            .and_then(object_of)
            .map(|(_, o)| o);
        let lines = self.entries(present, routes, Existing::Extend);
        if lines.is_empty() {
            return;
        }
        match section
            .members
            .iter()
            .find(|m| m.key.eq_ignore_ascii_case("routes"))
        {
            Some(member) => self.block(member.value.span.start as usize + 1, lines),
            None => {
                let inner = self.new_section("routes", lines, '{');
                let outer = object
                    .members
                    .iter()
                    .find(|m| m.key.eq_ignore_ascii_case("autoApprovers"));
                outer
                    .into_iter()
                    .for_each(|m| self.block(m.value.span.start as usize + 1, inner.clone()));
            }
        }
    }

    /// Lines between markers, right behind an opening bracket. Where the author's text goes on in the same line the
    /// markers are `/* */`, since a `//` would swallow it.
    fn block(&mut self, at: usize, lines: Vec<Line>) {
        if lines.is_empty() {
            return;
        }
        let rest = self.text.get(at..).unwrap_or("");
        let own_line = rest.starts_with('\n') || rest.starts_with("\r\n");
        let (begin, end) = if own_line {
            (format!("// {BEGIN}{NOTICE}"), format!("// {END}"))
        } else {
            (format!("/* {BEGIN}{NOTICE} */"), format!("/* {END} */"))
        };
        let indent = format!("{}{}", line_indent(self.text, at), self.unit);
        let mut text = String::new();
        for line in std::iter::once(begin).chain(lines).chain([end]) {
            text.push_str(self.newline);
            text.push_str(&indent);
            text.push_str(&line);
        }
        self.out.push(Insertion { at, text });
    }
}

fn object_of(value: &Value) -> Option<(&Value, &Object)> {
    match &value.kind {
        Kind::Object(object) => Some((value, object)),
        _ => None,
    }
}

/// Routes are the same whatever their spelling, as `::/0` and `0::/0`.
fn same_key(a: &str, b: &str) -> bool {
    a == b || matches!((a.parse::<Prefix>(), b.parse::<Prefix>()), (Ok(a), Ok(b)) if a == b)
}

fn is_address(value: &Value, address: &str) -> bool {
    matches!(&value.kind, Kind::String(text) if Selector::parse(text) == Selector::parse(address))
}

/// A reason as a comment in one line.
fn comment(why: &str) -> Line {
    let words: Vec<&str> = why.split_whitespace().collect();
    format!("// {}", words.join(" "))
}

/// JSON in one line with a space behind each colon and comma.
pub fn one_line(value: &impl Serialize) -> String {
    let mut out = Vec::new();
    let mut serializer = serde_json::Serializer::with_formatter(&mut out, Spaced);
    match value.serialize(&mut serializer) {
        Ok(()) => String::from_utf8(out).unwrap_or_default(),
        Err(_) => String::new(),
    }
}

struct Spaced;

impl serde_json::ser::Formatter for Spaced {
    fn begin_array_value<W: ?Sized + std::io::Write>(
        &mut self,
        w: &mut W,
        first: bool,
    ) -> std::io::Result<()> {
        if first { Ok(()) } else { w.write_all(b", ") }
    }

    fn begin_object_key<W: ?Sized + std::io::Write>(
        &mut self,
        w: &mut W,
        first: bool,
    ) -> std::io::Result<()> {
        if first { Ok(()) } else { w.write_all(b", ") }
    }

    fn begin_object_value<W: ?Sized + std::io::Write>(&mut self, w: &mut W) -> std::io::Result<()> {
        w.write_all(b": ")
    }
}

/// The white space that one level of the author's text is indented by.
fn indentation(text: &str, root: &Object) -> String {
    let first = root
        .members
        .first()
        .map(|m| line_indent(text, m.key_span.start as usize));
    match first {
        Some(indent) if !indent.is_empty() => indent.to_owned(),
        _ => "\t".to_owned(),
    }
}

/// The white space at the beginning of the line that holds a byte.
fn line_indent(text: &str, at: usize) -> &str {
    let start = text.get(..at).and_then(|t| t.rfind('\n')).map_or(0, |n| n + 1);
    let line = text.get(start..at).unwrap_or("");
    let length = line.len() - line.trim_start_matches([' ', '\t']).len();
    line.get(..length).unwrap_or("")
}
