//! Which ports services may get on every machine.

use super::passthrough::{flag, of_servers};
use crate::model::{Config, Raw, Spanned};
use std::ops::RangeInclusive;

const KEY: &str = "service-node-port-range";

/// The ranges that the configuration sets, each with its place and whether it is the whole value.
pub(in crate::rules) fn written(config: &Config) -> impl Iterator<Item = ((&str, &Spanned<Raw>), bool)> {
    let key = of_servers(config, KEY).and_then(|passed| Some((passed.text()?, passed.value)));
    let argument = flag(config, "kube-apiserver-arg", KEY);
    let key = key.map(|key| (key, true));
    key.into_iter().chain(argument.map(|argument| (argument, false)))
}

/// Whether the configuration says which ports services may get.
pub(in crate::rules) fn sets_node_ports(config: &Config) -> bool {
    written(config).next().is_some()
}

/// A range as Kubernetes writes it: `a-b`, `a+size`, `a`.
pub(in crate::rules) fn node_ports(text: &str) -> Option<RangeInclusive<u16>> {
    if let Some((first, size)) = text.split_once('+') {
        let first: u16 = first.trim().parse().ok()?;
        return Some(first..=first.checked_add(size.trim().parse().ok()?)?);
    }
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    Some(first.trim().parse().ok()?..=last.trim().parse().ok()?)
}
