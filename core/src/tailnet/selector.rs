//! What a policy's strings stand for: selectors, destinations with ports, protocols. No look-up happens here.

use std::net::IpAddr;

use super::addr::Prefix;
use super::ranges::Ranges;
use crate::facts::tailscale as facts;

/// The devices or addresses that a string of a policy stands for.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Selector {
    /// `*`.
    Any,
    /// A login.
    User(String),
    /// `user:*@domain`; holds the domain.
    Domain(String),
    /// `group:x`, prefix kept.
    Group(String),
    /// `tag:x`, prefix kept.
    Tag(String),
    /// `autogroup:x`.
    Autogroup(Autogroup),
    /// An autogroup that does not exist, prefix kept.
    UnknownAutogroup(String),
    /// A single address.
    Ip(IpAddr),
    /// An address range in prefix form, host bits as written.
    Net(Prefix),
    /// A name of `hosts`.
    Host(String),
    /// `ipset:x`, prefix kept.
    IpSet(String),
    /// `svc:x`, prefix kept.
    Service(String),
    /// None of these; says why.
    Invalid(String),
}

/// The autogroups.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Autogroup {
    /// Everybody's own devices.
    Member,
    /// The devices of people with this role.
    Role(String),
    /// Every tagged device.
    Tagged,
    /// The devices of the person who connects.
    SelfDevices,
    /// The internet, through an exit node.
    Internet,
    /// Every address, in the tailnet or not.
    DangerAll,
    /// People whom a device was shared with.
    Shared,
    /// SSH logins other than root.
    NonRoot,
}

impl Selector {
    /// Reads a selector; white space around it does not count, as in the control plane.
    pub fn parse(text: &str) -> Selector {
        let text = text.trim();
        if text == "*" {
            return Selector::Any;
        }
        if text.is_empty() {
            return Selector::Invalid("empty selector".to_owned());
        }
        if let Some((kind, rest)) = text.split_once(':')
            && let Some(selector) = Selector::prefixed(kind, rest, text)
        {
            return selector;
        }
        if text.contains('@') {
            return Selector::User(text.to_owned());
        }
        let bare = text
            .strip_prefix('[')
            .and_then(|t| t.strip_suffix(']'))
            .unwrap_or(text);
        if let Ok(addr) = bare.parse() {
            return Selector::Ip(addr);
        }
        if text.contains('/') {
            return match text.parse() {
                Ok(prefix) => Selector::Net(prefix),
                Err(why) => Selector::Invalid(why),
            };
        }
        if text.contains(':') {
            return Selector::Invalid("unexpected `:` in a name".to_owned());
        }
        Selector::Host(text.to_owned())
    }

    fn prefixed(kind: &str, rest: &str, text: &str) -> Option<Selector> {
        Some(match kind {
            "tag" => Selector::Tag(text.to_owned()),
            "group" => Selector::Group(text.to_owned()),
            "ipset" => Selector::IpSet(text.to_owned()),
            "svc" => Selector::Service(text.to_owned()),
            "autogroup" => match Autogroup::parse(rest) {
                Some(group) => Selector::Autogroup(group),
                None => Selector::UnknownAutogroup(text.to_owned()),
            },
            "user" => match rest.strip_prefix("*@") {
                Some(domain) if !domain.is_empty() => Selector::Domain(domain.to_owned()),
                _ => Selector::Invalid("expected `user:*@domain`".to_owned()),
            },
            _ => return None,
        })
    }

    /// True for selectors that stand for people: logins, groups, roles.
    pub fn is_people(&self) -> bool {
        matches!(
            self,
            Selector::User(_)
                | Selector::Domain(_)
                | Selector::Group(_)
                | Selector::Autogroup(Autogroup::Member | Autogroup::Role(_))
        )
    }
}

impl std::fmt::Display for Autogroup {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let name = match self {
            Autogroup::Member => "member",
            Autogroup::Role(role) => role,
            Autogroup::Tagged => "tagged",
            Autogroup::SelfDevices => "self",
            Autogroup::Internet => "internet",
            Autogroup::DangerAll => "danger-all",
            Autogroup::Shared => "shared",
            Autogroup::NonRoot => "nonroot",
        };
        write!(f, "autogroup:{name}")
    }
}

impl Autogroup {
    /// Reads the part after `autogroup:`. `members` is the old name of `member`.
    pub fn parse(name: &str) -> Option<Autogroup> {
        Some(match name {
            "member" | "members" => Autogroup::Member,
            "tagged" => Autogroup::Tagged,
            "self" => Autogroup::SelfDevices,
            "internet" => Autogroup::Internet,
            "danger-all" => Autogroup::DangerAll,
            "shared" => Autogroup::Shared,
            "nonroot" => Autogroup::NonRoot,
            role if facts::ROLES.contains(&role) => Autogroup::Role(role.to_owned()),
            _ => return None,
        })
    }
}

/// Names of all autogroups, for suggestions.
pub fn autogroup_names() -> Vec<String> {
    let own = ["member", "tagged", "self", "internet", "danger-all", "shared"];
    own.iter()
        .chain(facts::ROLES.iter())
        .map(|name| format!("autogroup:{name}"))
        .collect()
}

/// Why ports cannot be read, with the part of the text that is wrong.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PortError {
    /// Byte range within the text that was read.
    pub at: std::ops::Range<usize>,
    /// What is wrong with it, to follow the quoted part.
    pub why: &'static str,
}

/// Every port.
pub fn all_ports() -> Ranges {
    Ranges::from_range(0, u128::from(facts::PORT_MAX))
}

/// Reads `*`, `22`, `8000-8100` or a list of the last two.
///
/// # Errors
/// [`PortError`] for the first part that is no port.
pub fn parse_ports(text: &str) -> Result<Ranges, PortError> {
    // White space around the whole string does not count; within it the control plane reads no number.
    let text = text.trim_end();
    if text == "*" {
        return Ok(all_ports());
    }
    let mut found = Vec::new();
    let mut from = 0;
    for part in text.split(',') {
        let at = from..from + part.len();
        from = at.end + 1;
        let fail = |why| PortError { at: at.clone(), why };
        let (low, high) = part.split_once('-').unwrap_or((part, part));
        let (low, high) = (parse_port(low).map_err(fail)?, parse_port(high).map_err(fail)?);
        if low > high {
            return Err(fail("ends before it starts"));
        }
        found.push((u128::from(low), u128::from(high)));
    }
    Ok(Ranges::from_intervals(found))
}

fn parse_port(text: &str) -> Result<u16, &'static str> {
    if text.is_empty() || !text.bytes().all(|b| b.is_ascii_digit()) {
        return Err("is not a port number");
    }
    match text.parse::<u16>() {
        Ok(0) => Err("is out of range (1-65535); `*` means all ports"),
        Ok(port) => Ok(port),
        Err(_) => Err("is out of range (1-65535)"),
    }
}

/// Splits `host:ports` at the last colon, brackets around an IPv6 address kept.
pub fn split_host_port(text: &str) -> Option<(&str, &str)> {
    text.rsplit_once(':')
}

/// Reads a protocol's name or number; none where there is no such protocol.
pub fn parse_proto(text: &str) -> Option<u8> {
    let text = text.trim();
    if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) {
        return text.parse().ok();
    }
    let lower = text.to_ascii_lowercase();
    facts::PROTO_NAMES
        .iter()
        .find(|(name, _)| *name == lower)
        .map(|(_, number)| *number)
}

/// The name of a protocol for messages: `tcp`, `proto 89`.
pub fn proto_name(proto: u8) -> String {
    let known = facts::PROTO_NAMES.iter().find(|(_, number)| *number == proto);
    known.map_or_else(|| format!("proto {proto}"), |(name, _)| (*name).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn selectors_are_told_apart() {
        use Selector as S;
        let cases = [
            ("*", S::Any),
            (" tag:a ", S::Tag("tag:a".into())),
            ("ada@corp.example", S::User("ada@corp.example".into())),
            ("user:*@corp.example", S::Domain("corp.example".into())),
            ("group:a@corp.example", S::Group("group:a@corp.example".into())),
            (
                "autogroup:it-admin",
                S::Autogroup(Autogroup::Role("it-admin".into())),
            ),
            ("autogroup:nobody", S::UnknownAutogroup("autogroup:nobody".into())),
            ("100.64.0.1", S::Ip("100.64.0.1".parse().unwrap())),
            ("[fd7a::1]", S::Ip("fd7a::1".parse().unwrap())),
            ("10.0.0.0/8", S::Net("10.0.0.0/8".parse().unwrap())),
            ("server", S::Host("server".into())),
            ("ipset:a", S::IpSet("ipset:a".into())),
            ("svc:web", S::Service("svc:web".into())),
        ];
        for (text, expected) in cases {
            assert_eq!(S::parse(text), expected, "{text}");
        }
        for bad in ["", " ", "user:ada@x", "10.0.0.0/33", "a:b"] {
            assert!(matches!(S::parse(bad), S::Invalid(_)), "{bad}");
        }
    }

    #[test]
    fn ports_are_read_strictly() {
        assert_eq!(parse_ports("22,80-90").unwrap().intervals(), [(22, 22), (80, 90)]);
        assert_eq!(parse_ports("*").unwrap(), all_ports());
        for bad in [
            "", "0", "70000", "9-8", "ssh", "22,", "-1", "*,22", "1-", "+1", "22, 80", " 22",
        ] {
            assert!(parse_ports(bad).is_err(), "{bad}");
        }
        assert_eq!(parse_ports("22 ").unwrap().intervals(), [(22, 22)]);
        assert_eq!(parse_ports("22,70000").unwrap_err().at, 3..8);
    }

    #[test]
    fn protocols_by_name_and_number() {
        assert_eq!(parse_proto("TCP"), Some(6));
        assert_eq!(parse_proto("255"), Some(255));
        for bad in ["256", "", "tcpp", "-1", "+6"] {
            assert_eq!(parse_proto(bad), None, "{bad}");
        }
    }
}
