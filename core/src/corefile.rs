//! What people add to CoreDNS's configuration by the ConfigMap `coredns-custom`, as far as it can be judged without CoreDNS: in a report
//! of a cluster, and in a manifest before there is one.

use std::net::IpAddr;

/// Plugins that k3s's own server block has, of which CoreDNS takes one each (k3s manifests/coredns.yaml).
const TAKEN: [&str; 5] = ["kubernetes", "hosts", "cache", "loop", "reload"];

/// An address, in brackets or not, with a zone or not.
pub(crate) fn address(text: &str) -> Option<IpAddr> {
    let bare = text.trim_start_matches('[').trim_end_matches(']');
    let bare = bare.split('%').next().unwrap_or(bare);
    bare.parse().ok()
}

/// The loopback address that a Corefile forwards to.
pub(crate) fn to_loopback(text: &str) -> Option<IpAddr> {
    text.lines()
        .map(|line| line.split('#').next().unwrap_or_default())
        .filter_map(|line| line.split_once("forward "))
        .filter(|(before, _)| before.trim().is_empty() || before.trim_end().ends_with(['{', ';']))
        .flat_map(|(_, rest)| rest.split_whitespace().skip(1))
        .map(|word| word.trim_start_matches("dns://").trim_start_matches("tls://"))
        .filter_map(|word| address(word).or_else(|| address(word.rsplit_once(':')?.0)))
        .find(IpAddr::is_loopback)
}

/// What is wrong with a key of coredns-custom and the text under it.
pub(crate) fn mistake(key: &str, text: &str) -> Option<String> {
    let lines = || {
        text.lines()
            .map(|line| line.split('#').next().unwrap_or_default().trim())
            .filter(|line| !line.is_empty())
    };
    if !key.ends_with(".server") && !key.ends_with(".override") {
        // Files of zones stand beside, and are named by a `file` plugin.
        let is_config = lines()
            .any(|line| line.ends_with('{') || line.starts_with("forward ") || line.starts_with("hosts"));
        return is_config
            .then(|| format!("CoreDNS ignores the key `{key}`: expected `*.server` or `*.override`"));
    }
    let (open, close) = (text.matches('{').count(), text.matches('}').count());
    if open != close {
        return Some(format!(
            "unbalanced braces in `{key}`: {open} opened, {close} closed"
        ));
    }
    if key.ends_with(".server") {
        let bare = lines().next().is_some_and(|line| !line.ends_with('{'));
        let root = lines().any(|line| matches!(line, ".:53 {" | ". {" | ".:53{"));
        return match (bare, root) {
            (true, _) => Some(format!("`{key}` does not start with a server block `zone:53 {{`")),
            (_, true) => Some(format!("duplicate server block `.:53` in `{key}`")),
            _ => None,
        };
    }
    let mut depth = 0_usize;
    for line in lines() {
        let first = line.split_whitespace().next().unwrap_or_default();
        if depth == 0 && (TAKEN.contains(&first) || line.starts_with("forward . ")) {
            return Some(format!("duplicate `{first}` for the block `.:53` in `{key}`"));
        }
        if depth == 0 && line.contains(":53 {") {
            return Some(format!("server block in `{key}`, expected in a key `*.server`"));
        }
        depth = (depth + line.matches('{').count()).saturating_sub(line.matches('}').count());
    }
    None
}
