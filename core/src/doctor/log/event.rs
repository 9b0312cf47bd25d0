//! What else logs say about networks: CoreDNS, the kernel, k3s.

use super::any_of;
use crate::corefile::address;
use crate::doctor::context::machine;
use crate::doctor::facts::{Event, Outcome, Proto};
use ipnet::IpNet;
use std::net::IpAddr;
use std::ops::Range;

type Found = Option<(Range<usize>, Event)>;

/// Words, and what reads lines that have one of them.
type Reader = (&'static [&'static str], fn(&str) -> Found);

/// What knows a kind of line, and words of which each line of that kind has one; none where any line may be of it. The first one that
/// knows a line is right.
pub const READERS: [Reader; 22] = [
    (&["plugin", "Corefile", "dns", "coredns"], corefile),
    (&["plugin"], looped),
    (&["plugin"], upstream),
    (&["dial"], api),
    (&["IN"], dropped),
    (&["resolv"], k3s),
    (&["iptables"], iptables),
    (&["avc"], selinux),
    (&["allocated"], taken),
    (&[], hosts),
    (&["cksum"], checksum),
    (&["valid"], certificate),
    (&["PROXY", "proxy"], proxy),
    (&["tailscale0"], route),
    (&["UP", "inet", "inet6"], own),
    (&["FORWARD", "FWD"], forwarded),
    (&["cpu"], insert_failed),
    (&["space"], no_space),
    (&["LoadBalancer"], balancer),
    (&["assigned"], assigned),
    (&["image"], image),
    // Filesystems that `df` lists need not have a name that is known.
    (&["100", "99", "98", "97", "96", "95"], used),
];

/// What a line with those words says, and which part of it says that.
pub fn of(text: &str, said: &[&str]) -> Found {
    let readers = READERS.iter();
    let mut may_know = readers.filter(|(words, _)| words.is_empty() || any_of(words, said));
    may_know.find_map(|(_, read)| read(text))
}

/// Rules that let packets of pods through a FORWARD chain: flannel's, kube-router's, or somebody's own.
fn forwarded(text: &str) -> Found {
    let rule = text.trim();
    let chain = rule.strip_prefix("-A ")?;
    let known = chain.starts_with("FLANNEL-FWD ") || chain.starts_with("KUBE-ROUTER-FORWARD ");
    let own = chain.starts_with("FORWARD ")
        && POD_SIDES.iter().any(|side| chain.contains(side))
        && !chain.contains("docker0");
    ((known || own) && rule.ends_with("-j ACCEPT")).then(|| (0..text.trim_end().len(), Event::Forwarded))
}

/// How rules for pods begin: by a private range, or by the bridge.
const POD_SIDES: [&str; 3] = ["-s 10.", "-i cni0", "-s 172.16.0.0/12"];

/// A line of `conntrack -S`.
fn insert_failed(text: &str) -> Found {
    let rest = text.trim_start();
    rest.starts_with("cpu=").then_some(())?;
    let word = rest
        .split_whitespace()
        .find(|word| word.starts_with("insert_failed="))?;
    let count = word.strip_prefix("insert_failed=")?.parse().ok()?;
    let start = text.find(word)?;
    Some((start..start + word.len(), Event::InsertFailed { count }))
}

/// `write /var/lib/x: no space left on device`; limits of inotify are reported with the same words.
fn no_space(text: &str) -> Found {
    const WORDS: &str = "o space left on device";
    let found = text.find(WORDS)?;
    let (start, end) = (found.checked_sub(1)?, found + WORDS.len());
    let before = text.get(..start).filter(|_| !text.contains("notify"))?;
    let word = before.trim_end_matches([':', ' ']).rsplit(' ').next()?;
    let path = word.trim_matches(['"', '\'', '\\', '\u{2018}', '\u{2019}']);
    let path = path.starts_with('/').then_some(path);
    let from = path.and_then(|path| text.rfind(path)).unwrap_or(start);
    let event = Event::NoSpace {
        path: path.map(str::to_owned),
        machine: machine(text).map(str::to_owned),
    };
    Some((from.min(start)..end, event))
}

/// `web  proxy  LoadBalancer  10.43.0.9  <pending>  80:30591/TCP,443:31711/TCP  41m`, with or without the namespace.
fn balancer(text: &str) -> Found {
    let words: Vec<&str> = text.split_whitespace().collect();
    let kind = words.iter().position(|word| *word == "LoadBalancer")?;
    let name = match words.get(..kind)? {
        [name] => (*name).to_owned(),
        [namespace, name] => format!("{namespace}/{name}"),
        _ => return None,
    };
    let listed = words
        .get(kind + 1..)?
        .iter()
        .find(|word| word.contains('/') && word.contains(':'))?;
    let port = |word: &str| {
        let (port, rest) = word.split_once(':')?;
        let (_, protocol) = rest.split_once('/')?;
        port.parse::<u16>().ok()?;
        Some(format!("{protocol} {port}"))
    };
    let ports = listed.split(',').filter_map(port).collect();
    let start = text.len() - text.trim_start().len();
    Some((start..text.trim_end().len(), Event::Balancer { name, ports }))
}

/// `Successfully assigned NAMESPACE/POD to NODE`.
fn assigned(text: &str) -> Found {
    const BEFORE: &str = "Successfully assigned ";
    let start = text.find(BEFORE)?;
    let rest = text.get(start + BEFORE.len()..)?;
    let node = rest.split_once(" to ")?.1.split([' ', '"', '\\']).next()?;
    let node = node.to_owned();
    Some((start..text.trim_end().len(), Event::Assigned { node }))
}

/// `Container image "IMAGE" already present on machine`, `Pulling image "IMAGE"`, `Successfully pulled image "IMAGE"`.
fn image(text: &str) -> Found {
    let (before, rest) = text.split_once("image \"")?;
    let known = ["Container ", "Pulling ", "pulled "];
    known.iter().any(|word| before.ends_with(word)).then_some(())?;
    let image = rest.split('"').next()?.to_owned();
    Some((
        before.len()..before.len() + "image ".len(),
        Event::Image { image },
    ))
}

/// A line of `df`: `tmpfs  395M  395M  0  100%  /run`.
fn used(text: &str) -> Found {
    let words: Vec<&str> = text.split_whitespace().take(DF_COLUMNS + 1).collect();
    let [_, size, _, _, percent, path] = words.as_slice() else {
        return None;
    };
    let used = percent.strip_suffix('%')?.parse().ok()?;
    let sized = size.starts_with(|c: char| c.is_ascii_digit());
    let written = *path == "/" || WRITTEN.iter().any(|mount| path.starts_with(mount));
    (sized && written && !path.starts_with("/run/user")).then(|| {
        let path = (*path).to_owned();
        let node = None;
        (0..text.trim_end().len(), Event::Disk { path, used, node })
    })
}

/// Where k3s and the machine write; images that are mounted as they are have no room by nature.
const WRITTEN: [&str; 4] = ["/run", "/var", "/tmp", "/dev/shm"];

/// Filesystem, size, used, available, percent, place.
const DF_COLUMNS: usize = 6;

/// `192.168.1.0/24 dev tailscale0`: a route into the tailnet.
fn route(text: &str) -> Found {
    let (net, rest) = text.trim().split_once(" dev tailscale")?;
    rest.starts_with(|c: char| c.is_ascii_digit()).then_some(())?;
    let net: IpNet = net.parse().ok()?;
    Some((0..text.trim_end().len(), Event::TailnetRoute { net: net.trunc() }))
}

/// `eth0  UP  192.168.1.103/24`, or `inet 192.168.1.103/24 …`: an address of the machine.
fn own(text: &str) -> Found {
    let mut words = text.split_whitespace();
    let net: IpNet = match (words.next()?, words.next()?) {
        ("inet" | "inet6", net) => net.parse().ok()?,
        (device, "UP") if !device.starts_with("tailscale") => words.next()?.parse().ok()?,
        _ => return None,
    };
    let start = text.len() - text.trim_start().len();
    Some((start..text.trim_end().len(), Event::OwnAddress { net }))
}

/// What CoreDNS says when it refuses its configuration.
const REFUSALS: [&str; 7] = [
    "can only be used once per Server Block",
    "Error during parsing",
    "it is already defined",
    "Unknown directive",
    "Corefile changed but reload failed",
    "Could not import",
    "Wrong argument count or unexpected line ending",
];

fn corefile(text: &str) -> Found {
    let coredns = text.contains("plugin/")
        || text.contains("Corefile")
        || text.contains("cannot serve dns://")
        || text.contains("/etc/coredns/");
    // Most lines of CoreDNS are about names.
    if !coredns || text.contains("plugin/errors: ") {
        return None;
    }
    let (start, words) = REFUSALS
        .iter()
        .find_map(|words| Some((text.find(words)?, *words)))?;
    if words == "it is already defined" && !text.contains("cannot serve") {
        return None;
    }
    // All of the line is worth reading, but for what a log puts in front.
    let from = ["plugin/", "/etc/coredns/", "Corefile", "cannot serve"]
        .iter()
        .filter_map(|word| text.find(word))
        .min()
        .unwrap_or(start)
        .min(start);
    let said = text.get(from..)?.trim_end();
    let end = from + said.len();
    Some((
        from..end,
        Event::Corefile {
            words: said.trim_end_matches(['"', '\\']).to_owned(),
        },
    ))
}

fn looped(text: &str) -> Found {
    // Since 1.5, and before.
    let start = text
        .find("plugin/loop: Loop")
        .or_else(|| text.find("plugin/loop: Forwarding loop detected"))?;
    let words = text.get(start..)?;
    let zone = words
        .split("zone ")
        .nth(1)
        .or_else(|| words.split(" in ").nth(1))?;
    let zone = zone
        .trim_start_matches(['\\', '"'])
        .split(['"', '\\', ','])
        .next()?;
    let end = text
        .get(start..)?
        .find(", see")
        .map_or(text.len(), |at| start + at);
    Some((
        start..end,
        Event::Loop {
            zone: zone.to_owned(),
        },
    ))
}

/// `[ERROR] plugin/errors: 2 NAME. A: read udp POD:PORT->SERVER:53: i/o timeout`.
fn upstream(text: &str) -> Found {
    let start = text.find("plugin/errors: ")?;
    let rest = text.get(start + "plugin/errors: ".len()..)?;
    let mut words = rest.split(' ');
    let name = words.nth(1)?.trim_end_matches('.').to_owned();
    // The plugin `loop` asks once when CoreDNS starts, often before the network is up; nobody waits for that answer.
    if words.next() == Some("HINFO:") {
        return None;
    }
    let outcome = if rest.contains("i/o timeout") {
        Outcome::Timeout
    } else if rest.contains("connection refused") {
        Outcome::Refused
    } else if [
        "unreachable",
        "no route to host",
        "cannot assign requested address",
    ]
    .iter()
    .any(|words| rest.contains(words))
    {
        Outcome::Unreachable
    } else {
        return None;
    };
    let server = match rest.split_once("->") {
        Some((_, server)) => server,
        None => rest
            .split_once("dial udp ")
            .or_else(|| rest.split_once("dial tcp "))
            .map(|(_, server)| server)?,
    };
    let server = server.split(": ").next()?;
    let server = address(server.rsplit_once(':')?.0)?;
    Some((
        start..text.len(),
        Event::Upstream {
            server,
            name,
            outcome,
            pod: None,
        },
    ))
}

/// `Get "https://10.43.0.1:443/…": dial tcp 10.43.0.1:443: i/o timeout`.
fn api(text: &str) -> Found {
    let start = text.find("dial tcp ")?;
    let rest = text.get(start + "dial tcp ".len()..)?;
    let (end, words) = rest.split_once(": ")?;
    // With a source address it is `A:p->B:443`.
    let end = end.rsplit("->").next()?;
    let (host, port) = end.rsplit_once(':')?;
    let server = address(host)?;
    // The service address of the API is the first of its range; other machines with port 443 are none of our business.
    let asked = ["/api", "/version", "/openapi", "/healthz"]
        .iter()
        .any(|path| text.contains(path));
    if port != "443"
        || !text.contains("https://")
        || !asked
        || !is_first(server)
        || text.contains("calling webhook")
    {
        return None;
    }
    let outcome = if words.contains("i/o timeout") {
        Outcome::Timeout
    } else if words.contains("no route to host") || words.contains("unreachable") {
        Outcome::Unreachable
    } else if words.contains("connection refused") {
        Outcome::Refused
    } else {
        return None;
    };
    Some((start..text.len(), Event::Api { server, outcome }))
}

/// Whether an address can be the first of a private range.
fn is_first(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => v4.is_private() && v4.octets().get(3) == Some(&1),
        IpAddr::V6(v6) => {
            v6.segments().get(7) == Some(&1)
                && v6
                    .segments()
                    .first()
                    .is_some_and(|first| first & 0xfe00 == 0xfc00)
        }
    }
}

/// A line that the kernel writes for a packet filter: `[UFW BLOCK] IN=cni0 OUT= … DPT=53`.
fn dropped(text: &str) -> Found {
    let from = text.find("IN=")?;
    let before = text.get(..from)?;
    let tool = if before.contains("UFW BLOCK") {
        "ufw"
    } else if ["REJECT", "DROP", "DENY", "BLOCK"]
        .iter()
        .any(|word| before.contains(word))
    {
        "firewalld"
    } else {
        return None;
    };
    let field = |key: &str| {
        let words = text.get(from..)?.split_whitespace();
        words.filter_map(|word| word.strip_prefix(key)).next()
    };
    let proto = match field("PROTO=") {
        Some("UDP") => Some(Proto::Udp),
        Some("TCP") => Some(Proto::Tcp),
        Some(_) => Some(Proto::Icmp),
        None => None,
    };
    let start = before.rfind('[').filter(|_| tool == "ufw").unwrap_or(from);
    Some((
        start..text.trim_end().len(),
        Event::Dropped {
            tool,
            input: field("IN=").unwrap_or_default().to_owned(),
            port: field("DPT=").and_then(|port| port.parse().ok()),
            proto,
        },
    ))
}

fn k3s(text: &str) -> Found {
    let start = text.find("resolv.conf includes loopback")?;
    let start = text.get(..start)?.rfind("Host").unwrap_or(start);
    Some((
        start..text.trim_end().trim_end_matches('"').len(),
        Event::PublicResolver,
    ))
}

fn iptables(text: &str) -> Found {
    let start = text.find("iptables")?;
    let mixed = [
        "legacy tables present",
        "is incompatible, use 'nft' tool",
        "use 'nft' tool",
        // `k3s check-config`
        "should be older than v1.8.0",
    ];
    let failed = text.contains("(nf_tables)")
        && ["RULE_", "CHAIN_", "failed", "Couldn't"]
            .iter()
            .any(|word| text.contains(word));
    if !failed && !mixed.iter().any(|words| text.contains(words)) {
        return None;
    }
    let words = text.get(start..)?.trim_end().to_owned();
    Some((start..start + words.len(), Event::Iptables { words }))
}

/// Programs that make networks for pods; denials for others are not about networks.
const NETWORK_PROGRAMS: [&str; 12] = [
    "coredns",
    "flannel",
    "iptables",
    "ip6tables",
    "iptables-restore",
    "xtables-nft-mul",
    "bridge",
    "host-local",
    "portmap",
    "k3s",
    "k3s-server",
    "k3s-agent",
];

fn selinux(text: &str) -> Found {
    let start = text.find("avc:").filter(|_| text.contains("denied"))?;
    let program = text.split("comm=\"").nth(1)?.split('"').next()?;
    let container = text.contains(":container_t:")
        || text.contains(":container_runtime_t:")
        || text.contains(":container_share_t:")
        || text.contains(":container_var_lib_t:");
    if !container && !NETWORK_PROGRAMS.contains(&program) {
        return None;
    }
    Some((
        start..text.trim_end().len(),
        Event::Selinux {
            program: program.to_owned(),
        },
    ))
}

/// `failed to allocate IP 10.43.0.10: provided IP is already allocated`.
fn taken(text: &str) -> Found {
    let end = text.find("provided IP is already allocated")?;
    let start = text
        .find("failed to allocate IP ")
        .or_else(|| text.find("Invalid value"))?;
    let words = text.get(start..end)?;
    let address = words
        .split(|c: char| !(c.is_ascii_hexdigit() || c == '.' || c == ':'))
        .find_map(|word| word.trim_end_matches(':').parse().ok())?;
    Some((
        start..end + "provided IP is already allocated".len(),
        Event::AddressTaken { address },
    ))
}

/// A line of a hosts file: an address and names, and nothing else.
fn hosts(text: &str) -> Found {
    let text = text.split('#').next()?;
    let mut words = text.split_whitespace();
    let address: IpAddr = words.next()?.parse().ok()?;
    let names: Vec<String> = words.map(str::to_owned).collect();
    let is_name = |name: &String| {
        name.starts_with(|c: char| c.is_ascii_alphanumeric())
            && name.bytes().any(|b| b.is_ascii_alphabetic())
            && name
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-'))
    };
    if names.is_empty() || names.len() > MAX_ALIASES || !names.iter().all(is_name) {
        return None;
    }
    let node = None;
    Some((0..text.trim_end().len(), Event::Hosts { address, names, node }))
}

/// More words behind an address are a sentence.
const MAX_ALIASES: usize = 8;

fn checksum(text: &str) -> Found {
    let start = text.find("bad udp cksum")?;
    Some((start..start + "bad udp cksum".len(), Event::BadChecksum))
}

/// `x509: certificate is valid for NAME, NAME, not NAME`.
fn certificate(text: &str) -> Found {
    const BEFORE: &str = "certificate is valid for ";
    let start = text.find(BEFORE)?;
    let rest = text.get(start + BEFORE.len()..)?;
    let (names, asked) = rest.split_once(", not ")?;
    let asked = asked.split([' ', '"', '\\', ',', ')']).next()?;
    let end = start + BEFORE.len() + names.len() + ", not ".len() + asked.len();
    Some((
        start..end,
        Event::OtherCertificate {
            names: names.split(", ").map(str::to_owned).collect(),
            asked: asked.trim_end_matches('.').to_owned(),
        },
    ))
}

/// A line of k3s's environment file, or of what `env` prints.
fn proxy(text: &str) -> Found {
    let (key, value) = text.trim().split_once('=')?;
    let key = key.rsplit(' ').next()?.to_ascii_uppercase();
    let key = key.strip_prefix("CONTAINERD_").unwrap_or(&key);
    let event = match key {
        "HTTP_PROXY" | "HTTPS_PROXY" if !value.is_empty() => Event::Proxy,
        "NO_PROXY" => Event::NoProxy {
            inside: [".svc", "10.43", "10.0.0.0/8"]
                .iter()
                .any(|range| value.contains(range)),
        },
        _ => return None,
    };
    // The value may hold a password.
    let start = text.len() - text.trim_start().len();
    Some((start..start + text.trim_start().find('=')?, event))
}

#[cfg(test)]
mod tests {
    use super::super::SPEAKING;
    use super::*;

    fn event(text: &str) -> Option<Event> {
        let (piece, event) = of(text, &SPEAKING.of(text))?;
        assert!(text.get(piece).is_some(), "{text}");
        Some(event)
    }

    #[test]
    fn coredns_says_what_it_refuses() {
        for text in [
            "plugin/forward: this plugin can only be used once per Server Block",
            "/etc/coredns/Corefile:23 - Error during parsing: Unknown directive 'fowrard'",
            "cannot serve dns://.:53 - it is already defined",
            "[ERROR] plugin/reload: Corefile changed but reload failed: starting with listener file descriptors: plugin/hosts: this plugin can only be used once per Server Block",
        ] {
            assert!(matches!(event(text), Some(Event::Corefile { .. })), "{text}");
        }
        let harmless = "[WARNING] No files matching import glob pattern: /etc/coredns/custom/*.server";
        assert_eq!(event(harmless), None);
    }

    #[test]
    fn coredns_says_whom_it_asks_in_vain() {
        let text =
            "[ERROR] plugin/errors: 2 example.org. A: read udp 10.42.0.5:47711->192.0.2.1:53: i/o timeout";
        let Some(Event::Upstream {
            server,
            name,
            outcome,
            pod: None,
        }) = event(text)
        else {
            panic!("nothing");
        };
        assert_eq!(
            (server.to_string().as_str(), name.as_str(), outcome),
            ("192.0.2.1", "example.org", Outcome::Timeout)
        );
        let own = "[ERROR] plugin/errors: 2 1.2. HINFO: read udp 10.42.0.5:41011->192.0.2.1:53: i/o timeout";
        assert_eq!(event(own), None);
        let six = "[ERROR] plugin/errors: 2 example.org. AAAA: read udp [fd42::5]:47711->[2001:db8::1]:53: i/o timeout";
        assert!(matches!(
            event(six),
            Some(Event::Upstream {
                server: IpAddr::V6(_),
                ..
            })
        ));
    }

    #[test]
    fn a_loop_is_a_loop() {
        let text = "[FATAL] plugin/loop: Loop (127.0.0.1:34536 -> :53) detected for zone \".\", see https://coredns.io/plugins/loop#troubleshooting. Query: \"HINFO 1.2.\"";
        assert_eq!(event(text), Some(Event::Loop { zone: ".".into() }));
    }

    #[test]
    fn dropped_packets_say_where_they_came_in() {
        let text = "[ 5143.0] [UFW BLOCK] IN=cni0 OUT= MAC=aa SRC=10.42.0.7 DST=10.0.0.4 LEN=64 TTL=64 PROTO=UDP SPT=4 DPT=53 LEN=44";
        let Some(Event::Dropped {
            tool,
            input,
            port,
            proto,
        }) = event(text)
        else {
            panic!("nothing");
        };
        assert_eq!(
            (tool, input.as_str(), port, proto),
            ("ufw", "cni0", Some(53), Some(Proto::Udp))
        );
    }

    #[test]
    fn what_cannot_be_written_has_a_path() {
        for (text, known) in [
            ("mkdir /run/k3s/x: no space left on device", Some("/run/k3s/x")),
            (
                "mkdir: cannot create directory \u{2018}/var/tmp/y\u{2019}: No space left on device",
                Some("/var/tmp/y"),
            ),
            ("could not extend file \"base/1\": No space left on device", None),
        ] {
            let Some(Event::NoSpace { path, .. }) = event(text) else {
                panic!("{text}");
            };
            assert_eq!(path.as_deref(), known, "{text}");
        }
        assert_eq!(event("inotify_add_watch: no space left on device"), None);
    }

    #[test]
    fn an_address_with_names_is_a_line_of_a_hosts_file() {
        assert!(matches!(
            event("10.0.0.5 kotsadm-postgres pg # ours"),
            Some(Event::Hosts { .. })
        ));
        for text in ["10.0.0.5 - - [01/May/2026]", "10.0.0.5", "10.0.0.5 GET / 200"] {
            assert_eq!(event(text), None, "{text}");
        }
    }
}
