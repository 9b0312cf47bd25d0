//! The arguments in `…-arg` keys: what their programs reject, and what they will.

use super::argument_values;
use crate::facts::go;
use crate::facts::k3s_flags::{
    ADMISSION_PLUGINS, ETCD_GATES, FLAGS_DEPRECATED, FLAGS_GONE, Flag, FlagKind, GATES_GONE, MINORS, Program,
};
use crate::words::nearest;
use std::net::IpAddr;

/// What is wrong with an argument.
pub(super) struct Mistake {
    /// The message.
    pub why: String,
    /// What to do.
    pub help: String,
    /// Whether the program ignores the argument, rather than exit.
    pub is_ignored: bool,
}

/// The minor version without PodSecurityPolicy (Kubernetes CHANGELOG-1.25.md).
const POLICIES_GONE: u32 = 25;

/// What is wrong with an argument in a minor version, or in any if that is unknown.
pub(super) fn mistake(program: &Program, text: &str, minor: Option<u32>) -> Option<Mistake> {
    let exits = |(why, help)| Mistake {
        why,
        help,
        is_ignored: false,
    };
    let skipped = |(why, help)| Mistake {
        why,
        help,
        is_ignored: !program.is_strict(),
    };
    let (name, value) = parts(text);
    if name.is_empty() || name.contains(char::is_whitespace) || name.starts_with('-') {
        let help = "use `name=value`, without leading dashes".to_owned();
        return Some(skipped((format!("invalid argument `{text}`"), help)));
    }
    if let Some(absent) = absent(program, name, minor) {
        return Some(skipped(absent));
    }
    if value.is_none() && !program.is_strict() {
        let help = format!("use `{name}=value`");
        return Some(skipped((format!("missing value in `{text}`"), help)));
    }
    let flag = program.flag(name);
    let wrong = flag.and_then(|flag| wrong_value(program, flag, text, value.unwrap_or("true")));
    wrong
        .or_else(|| wrong_plugin(name, value?, minor))
        .or_else(|| wrong_gate(program, name, value?, minor))
        .map(exits)
}

/// Why a program that an argument is for will not take it any more, and what to do.
pub(super) fn outdated(program: &Program, text: &str, minor: Option<u32>) -> Option<(String, String)> {
    let (name, _) = parts(text);
    let flag = program.flag(name)?;
    let message = format!("{} argument `{}` is deprecated", program.name, flag.name);
    let help = successor(program, flag.name);
    let Some(last) = flag.last else {
        let is_deprecated = FLAGS_DEPRECATED.iter().any(|(of, known, since, _)| {
            *of == program.name && *known == flag.name && minor.is_none_or(|minor| minor >= *since)
        });
        return is_deprecated.then_some((message, help));
    };
    // etcd's new names came with the second minor version of the table.
    let has_successor = program.is_strict() || minor.is_none_or(|minor| minor > *MINORS.start());
    let release = release(program, last + 1);
    has_successor.then(|| (format!("{message}, and removed in {release}"), help))
}

/// A minor version, as its users name it.
fn release(program: &Program, minor: u32) -> String {
    let product = if program.is_strict() { "Kubernetes" } else { "k3s" };
    format!("{product} v1.{minor}")
}

/// What to do about an argument that is deprecated or removed.
fn successor(program: &Program, name: &str) -> String {
    let known = FLAGS_DEPRECATED
        .iter()
        .find(|(of, known, ..)| *of == program.name && *known == name);
    if let Some((.., help)) = known {
        return (*help).to_owned();
    }
    let gate = ETCD_GATES.iter().find(|(of, _)| *of == name);
    if let Some((_, gate)) = gate.filter(|_| !program.is_strict()) {
        return format!("use `feature-gates={gate}=true`");
    }
    let plain = name
        .strip_prefix("experimental-")
        .and_then(|plain| program.flag(plain));
    match plain {
        Some(plain) => format!("use `{}`", plain.name),
        None => "remove it".to_owned(),
    }
}

/// The name of an argument, and its value.
pub(super) fn parts(text: &str) -> (&str, Option<&str>) {
    let (name, value) = match text.split_once('=') {
        Some((name, value)) => (name, Some(value)),
        None => (text, None),
    };
    // k3s appends to its own value with `+=`, and prepends with `-=`.
    let name = name.strip_prefix("--").unwrap_or(name);
    (name.trim_end_matches(['+', '-']), value)
}

/// An argument that the program does not have.
fn absent(program: &Program, name: &str, minor: Option<u32>) -> Option<(String, String)> {
    let removed = |since: u32, help: String| {
        let release = release(program, since);
        let message = format!("{} argument `{name}` was removed in {release}", program.name);
        Some((message, help))
    };
    let gone = FLAGS_GONE.iter().find(|(key, flag, since)| {
        program.keys.contains(key) && *flag == name && minor.is_none_or(|minor| minor >= *since)
    });
    if let Some((.., since)) = gone {
        return removed(*since, "remove it".to_owned());
    }
    let is_in = |flag: &Flag| minor.is_none_or(|minor| flag.is_in(minor));
    match program.flag(name) {
        Some(flag) if is_in(&flag) => None,
        Some(Flag { last: Some(last), .. }) if minor.is_some_and(|minor| minor > last) => {
            removed(last + 1, successor(program, name))
        }
        Some(flag) => {
            let since = flag.since?;
            let release = release(program, since);
            Some((
                format!("{} argument `{name}` requires {release}", program.name),
                format!("raise `k3s.version` to at least v1.{since}, or remove the argument"),
            ))
        }
        // What older and newer versions have is not known.
        None if minor.is_some_and(|minor| !MINORS.contains(&minor)) => None,
        None => {
            let known = program.flags().filter(is_in).map(|flag| flag.name);
            let help = match nearest(name, known) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "remove it".to_owned(),
            };
            Some((format!("unknown {} argument `{name}`", program.name), help))
        }
    }
}

fn wrong_value(program: &Program, flag: Flag, text: &str, value: &str) -> Option<(String, String)> {
    let name = flag.name;
    let (fits, wanted, example) = match flag.kind {
        FlagKind::Bool => (is_bool(program, value), "`true` or `false`", "true"),
        FlagKind::Int => (is_int(value), "an integer", "50"),
        FlagKind::Float => (value.parse::<f64>().is_ok(), "a number", "0.5"),
        FlagKind::Duration => (go::duration(value).is_some(), "a duration", "5m"),
        FlagKind::Address => (is_address(value), "an IP address", "10.0.0.1"),
        FlagKind::Text => return argument_values::wrong(program, name, value),
    };
    if fits {
        return argument_values::wrong(program, name, value);
    }
    Some((
        format!("expected {wanted} in `{text}`"),
        format!("use {wanted}, as in `{name}={example}`"),
    ))
}

/// What Go's `strconv.ParseBool` reads; k3s itself reads those of etcd.
fn is_bool(program: &Program, value: &str) -> bool {
    match program.is_strict() {
        true => matches!(
            value,
            "1" | "t" | "T" | "true" | "True" | "TRUE" | "0" | "f" | "F" | "false" | "False" | "FALSE"
        ),
        false => ["true", "false"]
            .iter()
            .any(|word| value.eq_ignore_ascii_case(word)),
    }
}

/// What Go's `strconv.ParseInt` reads in base 0.
fn is_int(value: &str) -> bool {
    let digits = value.strip_prefix(['-', '+']).unwrap_or(value);
    let other_base = ["0x", "0X", "0o", "0O", "0b", "0B"]
        .iter()
        .find_map(|prefix| digits.strip_prefix(prefix));
    match other_base {
        Some(rest) => !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_hexdigit() || b == b'_'),
        None => digits.replace('_', "").parse::<u64>().is_ok(),
    }
}

fn is_address(value: &str) -> bool {
    let value = value.trim();
    value.is_empty() || value.parse::<IpAddr>().is_ok()
}

fn wrong_plugin(name: &str, value: &str, minor: Option<u32>) -> Option<(String, String)> {
    let plugins = ["enable-admission-plugins", "disable-admission-plugins"];
    if plugins.contains(&name) {
        let items = value.split(',').map(str::trim);
        let mut items = items.filter(|item| !ADMISSION_PLUGINS.contains(item));
        // A later release may have others.
        let near = items.find_map(|item| Some((item, nearest(item, ADMISSION_PLUGINS)?)));
        if let Some((item, near)) = near {
            return Some((
                format!("unknown admission plugin `{item}`"),
                format!("did you mean `{near}`?"),
            ));
        }
    }
    let policies = name == "enable-admission-plugins"
        && minor.is_none_or(|minor| minor >= POLICIES_GONE)
        && value.split(',').any(|plugin| plugin == "PodSecurityPolicy");
    policies.then(|| {
        (
            format!("`PodSecurityPolicy` was removed in Kubernetes v1.{POLICIES_GONE}"),
            "remove it, and use the namespace label `pod-security.kubernetes.io/enforce`".to_owned(),
        )
    })
}

fn wrong_gate(program: &Program, name: &str, value: &str, minor: Option<u32>) -> Option<(String, String)> {
    if name != "feature-gates" || !program.is_strict() {
        return None;
    }
    let items = value.split(',').map(str::trim).filter(|item| !item.is_empty());
    for item in items {
        let Some((gate, _)) = item.split_once('=').filter(|(_, on)| is_bool(program, on)) else {
            return Some((
                format!("invalid feature gate `{item}`"),
                "use `NAME=true` or `NAME=false`".to_owned(),
            ));
        };
        // The name of a component may be in front.
        let gate = gate.rsplit(':').next().unwrap_or(gate);
        let gone = GATES_GONE
            .iter()
            .find(|(known, since)| *known == gate && minor.is_some_and(|minor| minor >= *since));
        if let Some((_, since)) = gone {
            return Some((
                format!("feature gate `{gate}` was removed in Kubernetes v1.{since}"),
                "remove it".to_owned(),
            ));
        }
    }
    None
}
