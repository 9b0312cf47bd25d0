//! The names of a policy: keys of the sections that give them, and strings that begin with one.

use super::{Name, NameKind};
use crate::source::{SourceFile, Span};
use crate::tailnet::hujson::{self, Kind, Value, part_of};
use std::collections::BTreeSet;

/// The sections of a policy whose keys are names.
const SECTIONS: [(&str, NameKind); 5] = [
    ("groups", NameKind::Group),
    ("hosts", NameKind::Host),
    ("ipsets", NameKind::IpSet),
    ("postures", NameKind::Posture),
    ("tagOwners", NameKind::Tag),
];

/// The names of a policy.
pub(super) fn in_policy(file: &SourceFile) -> Vec<Name> {
    let (document, _) = hujson::parse(file);
    let Some(Kind::Object(root)) = document.root.map(|root| root.kind) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for member in &root.members {
        let section = SECTIONS.iter().find(|(section, _)| *section == member.key);
        if let (Some((_, kind)), Kind::Object(object)) = (section, &member.value.kind) {
            for given in &object.members {
                let span = part_of(given.key_span, &given.key, 0..given.key.len());
                add(*kind, &given.key, span, true, &mut found);
            }
        }
    }
    let hosts: BTreeSet<String> = crate::sorted::set(
        found
            .iter()
            .filter(|name| name.kind == NameKind::Host)
            .map(|name| name.text.clone()),
    );
    for member in &root.members {
        let gives = SECTIONS.iter().any(|(section, _)| *section == member.key);
        match &member.value.kind {
            Kind::Object(object) if gives => {
                for given in &object.members {
                    uses(&given.value, &hosts, &mut found);
                }
            }
            _ => uses(&member.value, &hosts, &mut found),
        }
    }
    found
}

/// Names with escapes are left out: what they span is not what they are.
fn add(kind: NameKind, text: &str, span: Span, is_given: bool, found: &mut Vec<Name>) {
    if span.range().len() == text.len() {
        found.push(Name {
            kind,
            text: text.to_owned(),
            span,
            is_given,
            scope: 0,
        });
    }
}

/// Names in a value of a policy.
fn uses(value: &Value, hosts: &BTreeSet<String>, found: &mut Vec<Name>) {
    match &value.kind {
        Kind::String(text) => used(text, value.span, hosts, found),
        Kind::Array(array) => array.items.iter().for_each(|item| uses(item, hosts, found)),
        Kind::Object(object) => {
            for member in &object.members {
                used(&member.key, member.key_span, hosts, found);
                uses(&member.value, hosts, found);
            }
        }
        _ => {}
    }
}

/// The name that a string of a policy begins with: ports can follow it, and `add host:` or `remove host:` precede it in a
/// set of addresses.
fn used(text: &str, span: Span, hosts: &BTreeSet<String>, found: &mut Vec<Name>) {
    let mut start = text.len() - text.trim_start().len();
    for word in ["add ", "remove ", "host:"] {
        start += text
            .get(start..)
            .filter(|rest| rest.starts_with(word))
            .map_or(0, |_| word.len());
    }
    let Some(rest) = text.get(start..) else { return };
    let (kind, prefix) = match NameKind::by_prefix(rest) {
        Some(kind) => (kind, kind.prefix().len()),
        None => (NameKind::Host, 0),
    };
    let behind = rest.get(prefix..).unwrap_or("");
    let end = behind.find([':', ' ', '/', '@']).unwrap_or(behind.len());
    let Some(name) = rest.get(..prefix + end) else {
        return;
    };
    // An address range or a login is no host, whatever it begins with.
    let goes_on = behind.get(end..).is_some_and(|rest| rest.starts_with(['/', '@']));
    if kind == NameKind::Host && (goes_on || !hosts.contains(name)) {
        return;
    }
    add(
        kind,
        name,
        part_of(span, text, start..start + name.len()),
        false,
        found,
    );
}
