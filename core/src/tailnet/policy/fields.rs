//! Reads one object field by field: what is asked for by name is taken, and what is left over is unknown.

use super::{Entry, List, Text, text_of};
use crate::diagnostic::{Diagnostic, Fix, Severity};
use crate::facts::headscale;
use crate::source::Span;
use crate::tailnet::control::Control;
use crate::tailnet::findings::control::CONTROL_UNSUPPORTED;
use crate::tailnet::findings::syntax::{FIELD_CASE, SURROUNDING_BLANK};
use crate::tailnet::hujson::{Kind, Member, Object, Value};
use crate::tailnet::model::{Attribute, Attributes};
use crate::tailnet::reason::ReasonClass;
use crate::words::{nearest, quoted};

/// Where findings of the shape go.
pub(super) type Findings = Vec<Diagnostic>;

/// The fields of one object that nobody asked for yet.
pub(super) struct Fields<'a> {
    /// What the object is, for messages: "a rule of `acls`".
    what: &'static str,
    /// The control server that the policy is for.
    control: Control,
    members: Vec<Option<&'a Member>>,
    known: Vec<&'static str>,
}

impl<'a> Fields<'a> {
    pub(super) fn new(what: &'static str, control: Control, object: &'a Object) -> Fields<'a> {
        Fields {
            what,
            control,
            members: object.members.iter().map(Some).collect(),
            known: Vec::new(),
        }
    }

    /// The control server that the policy is for.
    pub(super) fn control(&self) -> Control {
        self.control
    }

    /// Takes the field of that name. The control plane does not look at case, so a field in other case is taken
    /// too, with a warning; a second one is an error. `null` counts as absent, and so does a field that the control server
    /// does not have.
    pub(super) fn take(&mut self, name: &'static str, found: &mut Findings) -> Option<&'a Value> {
        let supported = !self.control.is_headscale() || headscale::field_since(self.what, name).is_some();
        if supported {
            self.known.push(name);
        }
        let mut taken: Option<&'a Member> = None;
        let same = |slot: &&Option<&Member>| slot.is_some_and(|member| member.key.eq_ignore_ascii_case(name));
        let alone = self.members.iter().filter(same).count() == 1;
        for slot in &mut self.members {
            let Some(member) = *slot else { continue };
            if !member.key.eq_ignore_ascii_case(name) {
                continue;
            }
            *slot = None;
            if !supported {
                found.push(unsupported(self.what, member));
                continue;
            }
            match taken {
                None => taken = Some(member),
                // Equal spelling was reported as a duplicate by the reader of HuJSON.
                Some(first) if first.key == member.key => {}
                Some(first) => found.push(
                    ReasonClass::Syntax
                        .error(
                            member.key_span,
                            format!(
                                "duplicate field: `{}` and `{}` are the same",
                                first.key, member.key
                            ),
                        )
                        .and(first.key_span, "first defined here")
                        .help("merge their values into one of them"),
                ),
            }
            if member.key != name {
                let message = format!("field `{}` is spelled `{name}` in the documentation", member.key);
                let finding = FIELD_CASE
                    .at(member.key_span, message)
                    .help(format!("use `{name}`"));
                let fix = Fix::safe(format!("use `{name}`"), member.key_span, format!("\"{name}\""));
                // Beside another spelling of the field it would only make a duplicate.
                found.push(if alone { finding.fix(fix) } else { finding });
            }
        }
        taken.map(|m| &m.value).filter(|v| v.kind != Kind::Null)
    }

    /// The attributes of a device: strings, numbers and booleans.
    pub(super) fn attributes(&mut self, name: &'static str, found: &mut Findings) -> Attributes {
        let mut attributes = Attributes::new();
        for member in self.object(name, found).map_or(&[][..], |o| &o.members) {
            let value = match &member.value.kind {
                Kind::String(text) => Some(text.as_str().into()),
                Kind::Bool(yes) => Some(Attribute::Bool(*yes)),
                Kind::Number(number) => number.parse().ok().map(Attribute::Number),
                _ => {
                    wrong_type(
                        &member.key,
                        "a string, a number or a boolean",
                        &member.value,
                        found,
                    );
                    continue;
                }
            };
            attributes.extend(value.map(|value| (member.key.clone(), value)));
        }
        attributes
    }

    pub(super) fn text(&mut self, name: &'static str, found: &mut Findings) -> Option<Text> {
        let value = self.take(name, found)?;
        let text = text_of(value);
        match &text {
            Some(text) => blanks(self.severity_of_blanks(name), text, found),
            None => wrong_type(name, "a string", value, found),
        }
        text
    }

    pub(super) fn list(&mut self, name: &'static str, found: &mut Findings) -> List {
        let list = self
            .take(name, found)
            .map_or_else(List::default, |value| read_list(name, value, found));
        let severity = self.severity_of_blanks(name);
        list.items.iter().for_each(|text| blanks(severity, text, found));
        list
    }

    /// Headscale does not trim all strings. What Tailscale's own server does not trim is not known, so there it is a warning.
    fn severity_of_blanks(&self, field: &str) -> Severity {
        match self.control {
            Control::Headscale if !headscale::trims(self.what, field) => Severity::Error,
            _ => Severity::Warning,
        }
    }

    pub(super) fn flag(&mut self, name: &'static str, found: &mut Findings) {
        if let Some(value) = self.take(name, found)
            && !matches!(value.kind, Kind::Bool(_))
        {
            wrong_type(name, "true or false", value, found);
        }
    }

    pub(super) fn array(&mut self, name: &'static str, found: &mut Findings) -> Option<&'a [Value]> {
        let value = self.take(name, found)?;
        match &value.kind {
            Kind::Array(array) => Some(&array.items),
            _ => {
                wrong_type(name, "a list", value, found);
                None
            }
        }
    }

    pub(super) fn object(&mut self, name: &'static str, found: &mut Findings) -> Option<&'a Object> {
        let value = self.take(name, found)?;
        as_object(name, value, found)
    }

    /// The members of an object whose values are lists of strings.
    pub(super) fn entries(&mut self, name: &'static str, found: &mut Findings) -> Vec<Entry> {
        let Some(object) = self.object(name, found) else {
            return Vec::new();
        };
        let entries: Vec<Entry> = object
            .members
            .iter()
            .map(|m| Entry {
                name: key_text(m),
                list: match m.value.kind {
                    Kind::Null => List {
                        span: Some(m.value.span),
                        items: Vec::new(),
                    },
                    _ => read_list(&m.key, &m.value, found),
                },
            })
            .collect();
        let severity = self.severity_of_blanks(name);
        for entry in &entries {
            // A blank before the prefix, in a tag or in a route is an invalid name of its own.
            if ["group:", "ipset:", "posture:"]
                .iter()
                .any(|kind| entry.name.value.starts_with(kind))
            {
                blanks(Severity::Error, &entry.name, found);
            }
            entry
                .list
                .items
                .iter()
                .for_each(|text| blanks(severity, text, found));
        }
        entries
    }

    /// The names of `hosts` and their addresses.
    pub(super) fn texts(&mut self, name: &'static str, found: &mut Findings) -> Vec<(Text, Text)> {
        let mut texts = Vec::new();
        for member in self.object(name, found).map_or(&[][..], |o| &o.members) {
            match text_of(&member.value) {
                Some(text) => {
                    let key = key_text(member);
                    blanks(Severity::Error, &key, found);
                    blanks(self.severity_of_blanks(name), &text, found);
                    texts.push((key, text));
                }
                None => wrong_type(&member.key, "an address as a string", &member.value, found),
            }
        }
        texts
    }

    /// The keys of an object whose values are not looked into.
    pub(super) fn keys(&mut self, name: &'static str, found: &mut Findings) -> Vec<Text> {
        let object = self.object(name, found);
        object.map_or_else(Vec::new, |o| o.members.iter().map(key_text).collect())
    }

    /// Reports the fields that nobody asked for.
    pub(super) fn finish(self, found: &mut Findings) {
        let notes = self.control.is_headscale() && self.what == "a rule of `acls`";
        for member in self.members.into_iter().flatten() {
            if notes && member.key.starts_with(headscale::NOTE_PREFIX) {
                continue;
            }
            let mut error = ReasonClass::UnknownField.error(
                member.key_span,
                format!("unknown field in {}: `{}`", self.what, member.key),
            );
            error = match nearest(&member.key, self.known.iter().copied()) {
                Some(name) => error.help(format!("did you mean `{name}`?")).fix(Fix::risky(
                    format!("use `{name}`"),
                    member.key_span,
                    format!("\"{name}\""),
                )),
                None => error.help(format!(
                    "valid fields are {}",
                    quoted(self.known.iter().copied()).join(", ")
                )),
            };
            found.push(error);
        }
    }
}

/// A field of Tailscale's that Headscale does not have.
fn unsupported(what: &str, member: &Member) -> Diagnostic {
    let message = format!("Headscale does not support `{}` in {what}", member.key);
    let renamed = headscale::OLD_FIELDS.iter().find(|(old, _)| *old == member.key);
    CONTROL_UNSUPPORTED
        .at(member.key_span, message)
        .help(renamed.map_or("remove it".to_owned(), |(_, name)| format!("use `{name}`")))
        .note(format!(
            "Headscale {} refuses a policy with an unknown field",
            headscale::RELEASE
        ))
}

/// Reports white space before or behind a word. An empty string is reported by who reads it.
fn blanks(severity: Severity, text: &Text, found: &mut Findings) {
    let word = text.trimmed();
    if word.len() == text.value.len() || word.is_empty() {
        return;
    }
    let side = match (text.value.starts_with(word), text.value.ends_with(word)) {
        (true, _) => "a trailing space",
        (_, true) => "a leading space",
        _ => "spaces around it",
    };
    let mut finding = SURROUNDING_BLANK
        .at(text.span, format!("`{}` has {side}", text.value))
        .help(format!("use `{word}`"));
    finding.severity = severity;
    // Where the string has escapes, the word alone does not say how to write it.
    if text.span.range().len() == text.value.len() + 2 && !word.contains(['"', '\\']) {
        finding = finding.fix(Fix::safe(
            format!("use `{word}`"),
            text.span,
            format!("\"{word}\""),
        ));
    }
    found.push(finding);
}

pub(super) fn key_text(member: &Member) -> Text {
    Text {
        value: member.key.clone(),
        span: member.key_span,
    }
}

pub(super) fn as_object<'a>(name: &str, value: &'a Value, found: &mut Findings) -> Option<&'a Object> {
    match &value.kind {
        Kind::Object(object) => Some(object),
        _ => {
            wrong_type(name, "an object", value, found);
            None
        }
    }
}

pub(super) fn wrong_type(name: &str, wanted: &str, value: &Value, found: &mut Findings) {
    let quoted = if name.contains(' ') {
        name.to_owned()
    } else {
        format!("`{name}`")
    };
    let message = format!("{quoted}: expected {wanted}, found {}", value.kind_name());
    let mut error = ReasonClass::Syntax.error(value.span, message);
    error = if wanted == "a list" && matches!(value.kind, Kind::String(_)) {
        error.help("put the string in brackets: `[\"…\"]`")
    } else {
        error.help(format!("use {wanted}"))
    };
    found.push(error);
}

pub(super) fn read_list(name: &str, value: &Value, found: &mut Findings) -> List {
    let Kind::Array(array) = &value.kind else {
        wrong_type(name, "a list", value, found);
        return List {
            span: Some(value.span),
            items: Vec::new(),
        };
    };
    let mut items = Vec::with_capacity(array.items.len());
    for item in &array.items {
        match text_of(item) {
            Some(text) => items.push(text),
            None => wrong_type(name, "strings", item, found),
        }
    }
    List {
        span: Some(value.span),
        items,
    }
}

/// A span inside the file for findings about something that is not there.
pub(super) fn start_of(span: Span) -> Span {
    Span::new(span.file, span.start as usize, span.start as usize + 1)
}
