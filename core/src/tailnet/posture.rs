//! Postures: conditions on the device that connects.
//!
//! A posture holds where all its assertions hold. A rule with `srcPosture` wants one of its postures, any other rule one of
//! `defaultSrcPosture` (tailscale.com, "Device posture management": the default is not additive). An attribute that a device does not have
//! fails every assertion but `NOT SET`, `!=` and `NOT IN` included. Destinations have no posture.

use std::cmp::Ordering;

use super::model::{Attribute, Attributes};
use super::policy::{List, Policy, Text};

/// Whether a device meets a condition.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// It does.
    Meets,
    /// That cannot be said: of an attribute that is not known, or of an assertion that is not understood.
    Unknown,
    /// It does not.
    Fails,
}

/// The postures that a rule wants one of; none where it takes every device.
pub fn wanted<'p>(policy: &'p Policy, own: &'p List) -> &'p [Text] {
    match own.items.as_slice() {
        [] => &policy.default_src_posture.items,
        own => own,
    }
}

/// Decides a list of postures for a device, with the assertion that decides against it. `missing` is what an attribute says that
/// the device is not known to have.
pub fn decide<'p>(
    policy: &'p Policy,
    wanted: &[Text],
    device: &Attributes,
    missing: Verdict,
) -> (Verdict, Option<&'p Text>) {
    if wanted.is_empty() {
        return (Verdict::Meets, None);
    }
    // Of several postures, the one that the device gets furthest in was meant for it.
    let mut best: Option<(Verdict, usize, Option<&'p Text>)> = None;
    for name in wanted {
        let Some(posture) = policy.postures.iter().find(|p| p.name.value == name.trimmed()) else {
            continue;
        };
        let mut verdict = Verdict::Meets;
        let (mut met, mut against) = (0, None);
        for assertion in &posture.list.items {
            match holds(&assertion.value, device, missing) {
                Verdict::Meets => met += 1,
                Verdict::Fails if verdict != Verdict::Fails => {
                    (verdict, against) = (Verdict::Fails, Some(assertion))
                }
                Verdict::Unknown if verdict == Verdict::Meets => {
                    (verdict, against) = (Verdict::Unknown, Some(assertion));
                }
                _ => {}
            }
        }
        let rank = |verdict| match verdict {
            Verdict::Meets => 2,
            Verdict::Unknown => 1,
            Verdict::Fails => 0,
        };
        if best.is_none_or(|(known, most, _)| (rank(verdict), met) > (rank(known), most)) {
            best = Some((verdict, met, against));
        }
    }
    best.map_or((Verdict::Unknown, None), |(verdict, _, against)| {
        (verdict, against)
    })
}

/// Decides one assertion, such as `node:tsVersion >= '1.60'`.
fn holds(assertion: &str, device: &Attributes, missing: Verdict) -> Verdict {
    let text = assertion.trim();
    let end = text
        .find(|c: char| c.is_whitespace() || "=!<>".contains(c))
        .unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    let rest = rest.trim();
    let value = device.get(name);
    let says = |yes: bool| if yes { Verdict::Meets } else { Verdict::Fails };
    let words: Vec<String> = rest.split_whitespace().map(str::to_ascii_uppercase).collect();
    match words.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["IS", "SET"] => return value.map_or(missing, |_| Verdict::Meets),
        ["NOT", "SET"] => {
            return match (value, missing) {
                (Some(_), _) => Verdict::Fails,
                (None, Verdict::Unknown) => Verdict::Unknown,
                (None, _) => Verdict::Meets,
            };
        }
        _ => {}
    }
    let Some(value) = value else { return missing };
    if rest.is_empty() {
        return says(*value == Attribute::Bool(true));
    }
    if let Some(list) = words.first().filter(|word| *word == "IN").and(rest.get(2..)) {
        return members(list).map_or(Verdict::Unknown, |known| {
            says(known.iter().any(|k| same(name, value, k)))
        });
    }
    if let [not, is_in, ..] = words.as_slice()
        && not == "NOT"
        && is_in.starts_with("IN")
    {
        let list = rest.get(3..).map(str::trim_start).and_then(|rest| rest.get(2..));
        let known = list.and_then(members);
        return known.map_or(Verdict::Unknown, |known| {
            says(!known.iter().any(|k| same(name, value, k)))
        });
    }
    let operator = ["==", "!=", ">=", "<=", ">", "<"]
        .into_iter()
        .find(|op| rest.starts_with(op));
    let Some((operator, wanted)) = operator.and_then(|op| Some((op, literal(rest.get(op.len()..)?)?))) else {
        return Verdict::Unknown;
    };
    let order = || compare(value, &wanted);
    match operator {
        "==" => says(same(name, value, &wanted)),
        "!=" => says(!same(name, value, &wanted)),
        operator => order().map_or(Verdict::Unknown, |order| {
            says(match operator {
                ">=" => order != Ordering::Less,
                "<=" => order != Ordering::Greater,
                ">" => order == Ordering::Greater,
                _ => order == Ordering::Less,
            })
        }),
    }
}

/// `['a', 'b']`.
fn members(text: &str) -> Option<Vec<Attribute>> {
    let inner = text.trim().strip_prefix('[')?.strip_suffix(']')?;
    let items = inner.split(',').map(str::trim).filter(|item| !item.is_empty());
    items.map(literal).collect()
}

/// A string in quotes, a number, `true` or `false`.
fn literal(text: &str) -> Option<Attribute> {
    let text = text.trim();
    let quoted = ['\'', '"']
        .into_iter()
        .find_map(|quote| text.strip_prefix(quote)?.strip_suffix(quote));
    match (quoted, text) {
        (Some(inner), _) => Some(inner.into()),
        (None, "true") => Some(Attribute::Bool(true)),
        (None, "false") => Some(Attribute::Bool(false)),
        (None, number) => number.parse().ok().map(Attribute::Number),
    }
}

fn same(name: &str, value: &Attribute, wanted: &Attribute) -> bool {
    let versions = name.ends_with("Version");
    match compare(value, wanted) {
        Some(order) if versions => order == Ordering::Equal,
        _ => value == wanted,
    }
}

/// The order of two numbers or two versions.
fn compare(a: &Attribute, b: &Attribute) -> Option<Ordering> {
    match (a, b) {
        (Attribute::Text(a), Attribute::Text(b)) => Some(version(a)?.cmp(&version(b)?)),
        (Attribute::Number(a), Attribute::Number(b)) => a.partial_cmp(b),
        _ => None,
    }
}

/// `1.84.0` as numbers, without zeros at the end; what comes after the numbers is the build.
fn version(text: &str) -> Option<Vec<u64>> {
    let numbers = text.split(['-', '+']).next()?;
    let mut parts: Vec<u64> = numbers
        .split('.')
        .map(|part| part.parse().ok())
        .collect::<Option<_>>()?;
    while parts.last() == Some(&0) {
        parts.pop();
    }
    Some(parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn device() -> Attributes {
        let pairs = [
            ("node:os", Attribute::from("linux")),
            ("node:tsVersion", Attribute::from("1.98.9")),
            ("node:tsAutoUpdate", Attribute::Bool(false)),
            ("custom:score", Attribute::Number(7.0)),
        ];
        pairs
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect()
    }

    #[test]
    fn assertions_hold_or_not() {
        for yes in [
            "node:os == 'linux'",
            "node:os != 'macos'",
            "node:os=='linux'",
            "node:tsVersion >= '1.84'",
            "node:tsVersion < '1.100'",
            "node:tsVersion == '1.98.9'",
            "node:os IN ['macos', 'linux']",
            "node:os NOT IN ['windows']",
            "node:os IS SET",
            "node:osVersion NOT SET",
            "node:tsAutoUpdate == false",
            "custom:score > 6.5",
        ] {
            assert_eq!(holds(yes, &device(), Verdict::Fails), Verdict::Meets, "{yes}");
        }
        for no in [
            "node:os == 'macos'",
            "node:tsVersion >= '1.100'",
            "node:tsVersion > '1.98.9'",
            "node:os NOT IN ['linux']",
            "node:tsAutoUpdate",
            "node:osVersion != '1'",
            "node:osVersion NOT IN ['1']",
            "node:osVersion IS SET",
            "node:os NOT SET",
            "custom:score <= 6",
        ] {
            assert_eq!(holds(no, &device(), Verdict::Fails), Verdict::Fails, "{no}");
        }
        for unclear in ["node:os ~ 'linux'", "node:os >= 'linux'", "node:os IN 'linux'"] {
            assert_eq!(
                holds(unclear, &device(), Verdict::Fails),
                Verdict::Unknown,
                "{unclear}"
            );
        }
        for unknown in [
            "node:osVersion >= '6'",
            "node:osVersion NOT SET",
            "custom:tier == 'prod'",
        ] {
            assert_eq!(
                holds(unknown, &device(), Verdict::Unknown),
                Verdict::Unknown,
                "{unknown}"
            );
        }
    }
}
