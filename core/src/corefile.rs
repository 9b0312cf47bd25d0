//! What people add to CoreDNS's configuration by the ConfigMap `coredns-custom`, as far as it can be judged without CoreDNS: in a report
//! of a cluster, and in a manifest before there is one.

use std::collections::BTreeSet;
use std::net::IpAddr;

use crate::facts::coredns as facts;
use crate::words::nearest;

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

/// What is wrong with a key of coredns-custom.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Mistake {
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub help: String,
    /// Whether CoreDNS stops, or only does not do what is written.
    pub stops: bool,
}

impl Mistake {
    fn stops(message: String, help: impl Into<String>) -> Option<Mistake> {
        Some(Mistake {
            message,
            help: help.into(),
            stops: true,
        })
    }

    fn ignored(message: String, help: impl Into<String>) -> Option<Mistake> {
        Some(Mistake {
            message,
            help: help.into(),
            stops: false,
        })
    }
}

const WHOLE_BLOCK: &str = "put whole blocks, `zone:53 { … }`, under a key that ends in `.server`";

/// What is wrong with each key of coredns-custom, in their order. `overrides_first` says whether k3s imports overrides before its own
/// `forward`; where that is not known, they are not judged by it.
pub(crate) fn mistakes(parts: &[(&str, &str)], overrides_first: Option<bool>) -> Vec<Option<Mistake>> {
    // CoreDNS reads the files in the order of their names.
    let mut order: Vec<usize> = (0..parts.len()).collect();
    crate::sorted::sort_by_key(&mut order, |at| parts[*at].0);
    let mut reader = Reader {
        keys: parts.iter().map(|(key, _)| *key).collect(),
        zones: crate::sorted::set([(".".to_owned(), "dns://53".to_owned())]),
        own: facts::OWN.iter().map(|name| (*name).to_owned()).collect(),
        overrides_first,
    };
    let mut found = vec![None; parts.len()];
    for at in order {
        let (key, text) = parts[at];
        found[at] = reader.read(key, text);
    }
    found
}

struct Reader<'t> {
    keys: BTreeSet<&'t str>,
    /// Zones with transport and port that have a block.
    zones: BTreeSet<(String, String)>,
    /// The plugins of `.:53` so far.
    own: BTreeSet<String>,
    overrides_first: Option<bool>,
}

impl Reader<'_> {
    fn read(&mut self, key: &str, text: &str) -> Option<Mistake> {
        let lines = lines(text);
        if !key.ends_with(".server") && !key.ends_with(".override") {
            // Files of zones stand beside, and are named by a `file` plugin.
            let is_config = lines.iter().any(|line| {
                line.last().is_some_and(|word| word == "{")
                    || ["forward", "hosts"].contains(&line[0].as_str())
            });
            let message = format!("CoreDNS ignores the key `{key}`: expected `*.server` or `*.override`");
            return is_config
                .then(|| Mistake::ignored(message, WHOLE_BLOCK))
                .flatten();
        }
        let count = |brace: &str| lines.iter().flatten().filter(|word| *word == brace).count();
        let (open, close) = (count("{"), count("}"));
        if open != close {
            let message = format!("unbalanced braces in `{key}`: {open} opened, {close} closed");
            return Mistake::stops(message, "close every block with `}` on a line of its own");
        }
        match key.ends_with(".server") {
            true => self.server(key, &lines),
            false => self.lines_of_own(key, &lines),
        }
    }

    /// Whole server blocks.
    fn server(&mut self, key: &str, lines: &[Vec<String>]) -> Option<Mistake> {
        let mut rest = lines;
        while let Some((head, body)) = rest.split_first() {
            let Some((_, zones)) = head.split_last().filter(|(last, _)| *last == "{") else {
                let message = format!("`{key}` does not start with a server block `zone:53 {{`");
                return Mistake::stops(message, WHOLE_BLOCK);
            };
            let end = end_of_block(body);
            let (block, after) = body.split_at(end);
            rest = after.get(1..).unwrap_or_default();
            if zones.first().is_some_and(|zone| zone.starts_with('(')) {
                continue;
            }
            let names = |plugin: &str| block_lines(block).any(|line| line[0] == plugin);
            // A block that answers some clients only, or at other addresses, may share its zone.
            let shares = names("view") || names("bind");
            for zone in zones
                .iter()
                .map(|zone| zone.trim_end_matches(','))
                .filter(|zone| !zone.is_empty())
            {
                if !self.zones.insert(normal(zone)) && !shares {
                    let message = format!("duplicate server block `{zone}` in `{key}`");
                    let help = match normal(zone).0 == "." {
                        true => "put the lines for all names under a key that ends in `.override`",
                        false => "merge the blocks of the zone into one",
                    };
                    return Mistake::stops(message, help);
                }
            }
            let mut seen = BTreeSet::new();
            for line in block_lines(block) {
                let name = line[0].as_str();
                if let Some(unknown) = self.unknown(key, line) {
                    return Some(unknown);
                }
                if !seen.insert(name) && facts::ONCE.contains(&name) {
                    let message = format!(
                        "duplicate `{name}` for the block `{}` in `{key}`",
                        zones.join(" ")
                    );
                    return Mistake::stops(message, format!("use `{name}` once in a block"));
                }
            }
        }
        None
    }

    /// Lines for k3s's own block.
    fn lines_of_own(&mut self, key: &str, lines: &[Vec<String>]) -> Option<Mistake> {
        for line in block_lines(lines) {
            let name = line[0].as_str();
            let is_block = line.last().is_some_and(|word| word == "{") && name.contains([':', '.']);
            if is_block {
                let message = format!("server block in `{key}`, expected in a key `*.server`");
                return Mistake::stops(message, WHOLE_BLOCK);
            }
            if let Some(unknown) = self.unknown(key, line) {
                return Some(unknown);
            }
            if !self.own.insert(name.to_owned()) && facts::ONCE.contains(&name) {
                let message = format!("duplicate `{name}` for the block `.:53` in `{key}`");
                let help = "remove it: k3s's own block has one; for your own zone, use a block `zone:53 { … }` under a key that ends in `.server`";
                return Mistake::stops(message, help);
            }
            if name == "forward" && self.overrides_first == Some(false) {
                let message =
                    format!("`forward` in `{key}` has no effect: k3s's own `forward` comes before it");
                let zone = line.get(1).map_or(".", String::as_str);
                let to = line.get(2).map_or("ADDRESS", String::as_str);
                let help = match zone {
                    "." => "use a newer release of k3s, or set k3s's `resolv-conf` to a file with your name servers".to_owned(),
                    zone => format!("use `{zone}:53 {{ forward . {to} }}` over several lines, under a key that ends in `.server`"),
                };
                return Mistake::ignored(message, help);
            }
        }
        None
    }

    /// A word that is no plugin, or a file that is not there.
    fn unknown(&self, key: &str, line: &[String]) -> Option<Mistake> {
        let name = line[0].as_str();
        if !facts::PLUGINS.contains(&name) {
            let help = match nearest(name, facts::PLUGINS) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "remove it, or use a plugin of CoreDNS".to_owned(),
            };
            return Mistake::stops(format!("unknown plugin `{name}` in `{key}`"), help);
        }
        let path = line.get(1).filter(|_| name == "import")?;
        let file = path.strip_prefix(facts::CUSTOM)?;
        let missing = !file.contains('*') && !self.keys.contains(file);
        missing
            .then(|| {
                let message = format!("`{key}` imports `{path}`, which does not exist");
                Mistake::stops(message, format!("add the key `{file}`, or remove the line"))
            })
            .flatten()
    }
}

/// The words of each line that has some, without comments. Quotes hold words together.
fn lines(text: &str) -> Vec<Vec<String>> {
    let words = |line: &str| {
        let mut words: Vec<String> = Vec::new();
        let mut quoted = false;
        let mut fresh = true;
        for c in line.chars() {
            match c {
                '"' => quoted = !quoted,
                '#' if !quoted && fresh => break,
                c if c.is_whitespace() && !quoted => fresh = true,
                c => {
                    if fresh {
                        words.push(String::new());
                    }
                    if let Some(word) = words.last_mut() {
                        word.push(c);
                    }
                    fresh = false;
                }
            }
        }
        // `zone{` opens a block too.
        let glued = words
            .last_mut()
            .filter(|word| word.len() > 1 && word.ends_with('{') && !word.ends_with("{{"));
        if let Some(word) = glued {
            word.pop();
            words.push("{".to_owned());
        }
        words
    };
    text.lines()
        .map(words)
        .filter(|words| !words.is_empty())
        .collect()
}

/// Where the block that these lines are in ends.
fn end_of_block(lines: &[Vec<String>]) -> usize {
    let mut depth = 1_usize;
    for (at, line) in lines.iter().enumerate() {
        for word in line {
            match word.as_str() {
                "{" => depth += 1,
                "}" => depth = depth.saturating_sub(1),
                _ => {}
            }
        }
        if depth == 0 {
            return at;
        }
    }
    lines.len()
}

/// The lines that start a plugin: those outside the plugins' own blocks.
fn block_lines(lines: &[Vec<String>]) -> impl Iterator<Item = &Vec<String>> {
    let mut depth = 0_usize;
    lines.iter().filter(move |line| {
        let outside = depth == 0 && line[0] != "}";
        for word in *line {
            match word.as_str() {
                "{" => depth += 1,
                "}" => depth = depth.saturating_sub(1),
                _ => {}
            }
        }
        outside
    })
}

/// A zone as CoreDNS compares it, with its transport and port.
fn normal(zone: &str) -> (String, String) {
    let transport = facts::TRANSPORTS
        .into_iter()
        .find(|(scheme, _)| zone.starts_with(scheme));
    let (scheme, default) = transport.unwrap_or(facts::TRANSPORTS[0]);
    let bare = zone.strip_prefix(scheme).unwrap_or(zone);
    let with_port = bare
        .rsplit_once(':')
        .filter(|(_, port)| port.bytes().all(|b| b.is_ascii_digit()));
    let (name, port) = with_port.unwrap_or((bare, default));
    let name = name.trim_end_matches('.').to_lowercase();
    (format!("{name}."), format!("{scheme}{port}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(parts: &[(&str, &str)], first: Option<bool>) -> Vec<String> {
        let found = mistakes(parts, first).into_iter().flatten();
        found.map(|mistake| mistake.message).collect()
    }

    /// Each was given to CoreDNS, by `.ci/judges/coredns`: the ones in `stops` end it, the others do not.
    #[test]
    fn what_coredns_takes_and_refuses() {
        let cases: serde_json::Value =
            serde_json::from_str(include_str!("../../golden/coredns/cases.json")).unwrap();
        for case in ["stops", "runs"]
            .iter()
            .flat_map(|kind| cases[kind].as_array().unwrap())
        {
            let parts = case["parts"].as_object().unwrap();
            let parts: Vec<(&str, &str)> = parts
                .iter()
                .map(|(key, text)| (key.as_str(), text.as_str().unwrap()))
                .collect();
            let says: Vec<&str> = case
                .get("says")
                .and_then(|says| says.as_str())
                .into_iter()
                .collect();
            assert_eq!(found(&parts, Some(true)), says, "{parts:?}");
        }
    }

    #[test]
    fn a_forward_is_judged_by_the_release_of_k3s() {
        let parts = [("default.override", "forward mydomain.tld 10.0.0.1")];
        let old = mistakes(&parts, Some(false)).remove(0).unwrap();
        assert_eq!(
            old.message,
            "`forward` in `default.override` has no effect: k3s's own `forward` comes before it"
        );
        assert!(
            old.help
                .starts_with("use `mydomain.tld:53 { forward . 10.0.0.1 }`"),
            "{}",
            old.help
        );
        assert!(!old.stops);
        assert_eq!(mistakes(&parts, Some(true)), [None]);
        assert_eq!(mistakes(&parts, None), [None]);
    }
}
