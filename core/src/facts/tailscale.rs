//! Facts about Tailscale, as of November 2026.
//!
//! Sources, by the marks used below: CAP = captures of the control plane that headscale keeps (April and May 2026);
//! SRC = tailscale/tailscale de9ec7ee (August 2026); DOC = the pages "Policy file", "Grants" and "Targets and
//! selectors" of tailscale.com (January to April 2026).

/// Highest port number there is.
pub const PORT_MAX: u16 = 65535;

/// IANA numbers of the protocols that a rule without `proto` admits: TCP, UDP, ICMP, ICMPv6 (CAP).
pub const DEFAULT_PROTOS: [u8; 4] = [1, 6, 17, 58];

/// Protocols that have ports in a rule: TCP, UDP, SCTP (DOC).
pub const PROTOS_WITH_PORTS: [u8; 3] = [6, 17, 132];

/// ICMP for IPv4.
pub const PROTO_ICMP: u8 = 1;
/// TCP.
pub const PROTO_TCP: u8 = 6;
/// UDP.
pub const PROTO_UDP: u8 = 17;
/// ICMP for IPv6.
pub const PROTO_ICMP6: u8 = 58;
/// Tailscale's own message protocol, which every node accepts (SRC wgengine/filter).
pub const PROTO_TSMP: u8 = 99;
/// SCTP.
pub const PROTO_SCTP: u8 = 132;

/// Protocol names a policy may use, in lower case (SRC types/ipproto; `fc` from CAP).
pub const PROTO_NAMES: [(&str, u8); 19] = [
    ("icmp", 1),
    ("icmpv4", 1),
    ("icmpv6", 58),
    ("ipv6-icmp", 58),
    ("igmp", 2),
    ("ipv4", 4),
    ("ip-in-ip", 4),
    ("tcp", 6),
    ("egp", 8),
    ("igp", 9),
    ("udp", 17),
    ("dccp", 33),
    ("gre", 47),
    ("esp", 50),
    ("ah", 51),
    ("tsmp", 99),
    ("sctp", 132),
    ("fc", 133),
    ("ipv6", 41),
];

/// Autogroups that stand for people by their role in the tailnet (DOC). `member` stands for everybody.
pub const ROLES: [&str; 6] = [
    "admin",
    "owner",
    "it-admin",
    "network-admin",
    "billing-admin",
    "auditor",
];

/// Addresses that `*` as a source stands for, next to the approved subnet routes (CAP routes-a1, h1..h4).
pub const TAILNET_RANGES: [&str; 2] = ["100.64.0.0/10", "fd7a:115c:a1e0::/48"];

/// Carved out of [`TAILNET_RANGES`]: used by ChromeOS virtual machines (CAP).
pub const TAILNET_RANGES_EXCEPT: [&str; 1] = ["100.115.92.0/23"];

/// What `autogroup:internet` covers (CAP routes-b11, b16, b17).
pub const INTERNET: [&str; 2] = ["0.0.0.0/0", "2000::/3"];

/// Carved out of [`INTERNET`] (CAP).
pub const INTERNET_EXCEPT: [&str; 5] = [
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "100.64.0.0/10",
    "169.254.0.0/16",
];

/// What a node that offers the default route still does not forward to (SRC ipn/ipnlocal, removeFromDefaultRoute).
pub const NOT_THROUGH_EXIT_NODE: [&str; 9] = [
    "192.168.0.0/16",
    "172.16.0.0/12",
    "10.0.0.0/8",
    "169.254.0.0/16",
    "224.0.0.0/4",
    "100.64.0.0/10",
    "fe80::/10",
    "ff00::/8",
    "fd7a:115c:a1e0::/48",
];

/// Destinations that a node's packet filter drops before it looks at a rule: multicast and link-local
/// (SRC wgengine/filter, `pre`).
pub const NEVER_DELIVERED: [&str; 4] = ["224.0.0.0/4", "ff00::/8", "169.254.0.0/16", "fe80::/10"];

/// Address ranges that `nodeAttrs.ipPool` must not touch (CAP: MagicDNS; DOC: the others).
pub const RESERVED_IN_POOL: [&str; 3] = ["100.100.100.0/24", "100.100.0.0/24", "100.115.92.0/23"];

/// Application capabilities in the domain `tailscale.com` that a grant may give (CAP; the last three are documented
/// by Tailscale's own servers golink, setec and tsidp, and were not captured).
pub const OWN_CAPS_ALLOWED: [&str; 7] = [
    "tailscale.com/cap/drive",
    "tailscale.com/cap/relay",
    "tailscale.com/cap/webui",
    "tailscale.com/cap/kubernetes",
    "tailscale.com/cap/golink",
    "tailscale.com/cap/secrets",
    "tailscale.com/cap/tsidp",
];

/// Longest `checkPeriod` of an SSH rule, in seconds: 168 h (CAP).
pub const CHECK_PERIOD_MAX_SECONDS: f64 = 168.0 * 3600.0;

/// How the names end that only the tailnet's own DNS knows (Tailscale docs, "MagicDNS").
pub const MAGIC_DNS: &str = ".ts.net";

/// The name and the value of an argument: a switch alone is on. Go's flags have one dash or two.
pub fn flag(argument: &str) -> (&str, &str) {
    let (flag, value) = argument.split_once('=').unwrap_or((argument, "true"));
    (flag.trim_start_matches('-'), value)
}

/// Whether the value of a switch among the arguments turns it off, as Go's `strconv.ParseBool` reads it.
pub fn is_off(value: &str) -> bool {
    matches!(value, "0" | "f" | "F" | "false" | "FALSE" | "False")
}

/// The port that Tailscale SSH answers at (SRC ssh/tailssh).
pub const SSH_PORT: u16 = 22;

/// Shortest documented `checkPeriod`, in seconds; the control plane accepts shorter ones (DOC, CAP).
pub const CHECK_PERIOD_MIN_SECONDS: f64 = 60.0;

/// What stands for a domain in the logins of people without one, and so needs no association with the tailnet in
/// `user:*@domain` (CAP ssh-b5, ssh-d10 for `passkey`; `github` by DOC).
pub const DOMAINS_OF_PROVIDERS: [&str; 2] = ["passkey", "github"];

/// The URLs of Tailscale's own control server (SRC ipn/prefs.go, IsLoginServerSynonym). Any other is a Headscale server's.
pub const CONTROL_URLS: [&str; 2] = [
    "https://controlplane.tailscale.com",
    "https://login.tailscale.com",
];

/// What every key of Tailscale's begins with: auth keys, OAuth client secrets, API tokens (Tailscale docs, "Key prefixes").
pub use crate::tokens::TAILSCALE as KEY_PREFIX;

/// The MTU of tailscaled's interface, in bytes (SRC net/tstun, DefaultTUNMTU).
pub const INTERFACE_MTU: u32 = 1280;

/// What is wrong with a tag's name: `tag:`, a letter, then letters, digits and `-` (tailscale/tailscale `tailcfg.CheckTag`).
pub fn tag_fault(name: &str) -> Option<&'static str> {
    let Some(rest) = name.strip_prefix("tag:") else {
        return Some("expected `tag:` at the start");
    };
    if !rest.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return Some("expected a letter after `tag:`");
    }
    if !rest.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') {
        return Some("expected only letters, digits and `-`");
    }
    None
}

/// The same for a tag that is to have rules.
pub fn tag_mistake(tag: &str) -> Option<&'static str> {
    let capitals = tag.bytes().any(|b| b.is_ascii_uppercase());
    // `tailcfg.ParseHostPortRange` lowers whole destinations, so the tag of a rule is not the tag of its owner.
    tag_fault(tag).or(capitals.then_some("rules are lower-cased and would not match it"))
}

/// The flags of `tailscale up` on Linux, and whether each takes a value (tailscale/tailscale `cmd/tailscale/cli/up.go` at 0002b411, where
/// the list is said to be frozen since October 2024: new settings belong to `tailscale set`).
pub const UP_FLAGS: [(&str, bool); 34] = [
    ("accept-dns", false),
    ("accept-risk", true),
    ("accept-routes", false),
    ("advertise-connector", false),
    ("advertise-exit-node", false),
    ("advertise-routes", true),
    ("advertise-tags", true),
    ("audience", true),
    ("auth-key", true),
    ("authkey", true),
    ("client-id", true),
    ("client-secret", true),
    ("exit-node", true),
    ("exit-node-allow-lan-access", false),
    ("force-reauth", false),
    ("host-routes", false),
    ("hostname", true),
    ("id-token", true),
    ("json", false),
    ("linux-bypass-mark", true),
    ("linux-fwmark-mask", true),
    ("linux-subnet-route-mark", true),
    ("login-server", true),
    ("netfilter-mode", true),
    ("operator", true),
    ("qr", false),
    ("qr-format", true),
    ("report-posture", false),
    ("reset", false),
    ("shields-up", false),
    ("snat-subnet-routes", false),
    ("ssh", false),
    ("stateful-filtering", false),
    ("timeout", true),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_have_a_grammar() {
        for good in ["tag:k3s", "tag:k3s-server", "tag:a1", "tag:a-"] {
            assert_eq!(tag_mistake(good), None, "{good}");
        }
        for wrong in [
            "k3s",
            "tag:",
            "tag:1a",
            "tag:rpi_nodes",
            "tag:a.b",
            "Tag:a",
            "tag:K3s",
            "tag:größe",
        ] {
            assert!(tag_mistake(wrong).is_some(), "{wrong}");
        }
    }
}
