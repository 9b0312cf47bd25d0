//! Look-ups that failed, in the words of those who asked.

use super::any_of;
use crate::corefile::address;
use crate::doctor::facts::{Class, Lookup, Outcome, Server};
use crate::doctor::phrases::Phrases;
use crate::source::{FileId, Span};
use std::net::IpAddr;
use std::ops::Range;

/// What stands before a name that was not found, what ends the name, and what that says where nothing more is said.
const BEFORE: [(&str, Outcome); 19] = [
    ("getaddrinfo ENOTFOUND ", Outcome::NxDomain),
    ("getaddrinfo EAI_AGAIN ", Outcome::Unresolved),
    ("Could not resolve hostname ", Outcome::Unresolved),
    ("Could not resolve host: ", Outcome::Unresolved),
    ("Could not resolve host ", Outcome::Unresolved),
    ("Couldn't resolve host ", Outcome::Unresolved),
    ("Could not resolve '", Outcome::Unresolved),
    ("Temporary failure resolving '", Outcome::Unresolved),
    ("could not translate host name ", Outcome::Unresolved),
    ("Unknown MySQL server host ", Outcome::Unresolved),
    ("unable to resolve host address ", Outcome::Unresolved),
    ("server can't find ", Outcome::Unresolved),
    ("can't resolve '", Outcome::Unresolved),
    ("bad address '", Outcome::Unresolved),
    ("bad address: '", Outcome::Unresolved),
    ("UnknownHostException: ", Outcome::Unresolved),
    ("Failed to resolve '", Outcome::Unresolved),
    ("Resolving timed out after ", Outcome::Timeout),
    ("ping: ", Outcome::Unresolved),
];

/// What resolvers say, and what it means. Of several in a line the first of this list counts.
const SAID: [(&str, Outcome); 21] = [
    ("no such host", Outcome::NxDomain),
    ("NXDOMAIN", Outcome::NxDomain),
    ("SERVFAIL", Outcome::ServFail),
    ("server misbehaving", Outcome::ServFail),
    ("no answer from DNS server", Outcome::NoData),
    // glibc and musl say this both where the name does not exist and where it has no address.
    ("Name or service not known", Outcome::NxDomain),
    ("Name does not resolve", Outcome::NxDomain),
    ("nodename nor servname provided", Outcome::NxDomain),
    ("No address associated with hostname", Outcome::NoData),
    ("connection refused", Outcome::Refused),
    ("REFUSED", Outcome::Refused),
    ("network is unreachable", Outcome::Unreachable),
    ("no route to host", Outcome::Unreachable),
    ("host is unreachable", Outcome::Unreachable),
    ("i/o timeout", Outcome::Timeout),
    ("context deadline exceeded", Outcome::Timeout),
    ("operation was canceled", Outcome::Timeout),
    ("timed out", Outcome::Timeout),
    ("Temporary failure in name resolution", Outcome::Unresolved),
    ("Try again", Outcome::Unresolved),
    ("(-3)", Outcome::Unresolved),
];

/// The words alone.
const fn words<const N: usize>(of: &[(&'static str, Outcome); N]) -> Phrases<N> {
    let mut words = [""; N];
    let mut at = 0;
    while at < N {
        words[at] = of[at].0;
        at += 1;
    }
    Phrases::new(words)
}

static WORDS_BEFORE: Phrases<19> = words(&BEFORE);
static WORDS_SAID: Phrases<21> = words(&SAID);

type Found = Option<(Range<usize>, Lookup)>;

/// Words, and what reads lines that have one of them.
type Reader = (&'static [&'static str], fn(&str) -> Found);

/// What knows a kind of line, and words of which each line of that kind has one. The first one that knows a line is right.
pub const READERS: [Reader; 4] = [
    (&["lookup"], go),
    (&["IN"], query),
    (
        &[
            "getaddrinfo",
            "resolve",
            "resolving",
            "Resolving",
            "translate",
            "Unknown",
            "find",
            "bad",
            "UnknownHostException",
            "ping",
        ],
        worded,
    ),
    (
        &["servers", "communications", "resolution", "known", "lookup"],
        nobody,
    ),
];

/// The look-up that a line with those words tells of, and which part of it tells that.
pub fn of(text: &str, said: &[&str]) -> Found {
    let mut may_know = READERS.iter().filter(|(words, _)| any_of(words, said));
    may_know.find_map(|(_, read)| read(text))
}

fn failed(name: &str, outcome: Outcome) -> Lookup {
    Lookup {
        at: Span::new(FileId::CONFIG, 0, 0),
        node: None,
        net: None,
        pod: None,
        source: None,
        server: Server::Unknown,
        address: None,
        proto: None,
        name: name.trim_end_matches('.').to_owned(),
        class: Class::User,
        outcome,
        probed: false,
    }
}

fn said(text: &str) -> Option<Outcome> {
    said_at(text).map(|(outcome, _)| outcome)
}

/// The same, and where those words end.
fn said_at(text: &str) -> Option<(Outcome, usize)> {
    let (index, at) = WORDS_SAID.first(text)?;
    let (words, outcome) = SAID.get(index)?;
    Some((*outcome, at + words.len()))
}

/// Whether a word can be a host's name.
fn is_name(word: &str) -> bool {
    let fine = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_');
    !word.is_empty()
        && word.len() <= 254
        && word.bytes().all(fine)
        && word.parse::<IpAddr>().is_err()
        && word.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_')
}

/// `lookup NAME on SERVER:53: WORDS`, `lookup NAME: WORDS`.
fn go(text: &str) -> Found {
    text.match_indices("lookup ").find_map(|(at, word)| {
        let rest = text.get(at + word.len()..)?;
        let end = rest.find([' ', ':'])?;
        let (name, tail) = rest.split_at_checked(end)?;
        if !is_name(name) {
            return None;
        }
        let (server, tail) = match tail.strip_prefix(" on ") {
            Some(tail) => {
                let end = tail.find(": ")?;
                let (server, words) = tail.split_at_checked(end)?;
                (server.rsplit_once(':').and_then(|(host, _)| address(host)), words)
            }
            None => (None, tail.strip_prefix(": ").map(|_| tail)?),
        };
        let (outcome, words) = said_at(tail)?;
        let mut lookup = failed(name, outcome);
        lookup.address = server;
        lookup.source = source(tail);
        let length = text.len() - at - tail.len() + words;
        Some((at..at + length, lookup))
    })
}

/// The address before `->` in `read udp ADDRESS:PORT->SERVER:53`.
pub(super) fn source(text: &str) -> Option<IpAddr> {
    let (before, _) = text.split_once("->")?;
    let word = before.rsplit(' ').next()?;
    address(word.rsplit_once(':')?.0)
}

/// The log of CoreDNS's own `log` plugin: `10.42.0.9:4123 - 1234 "A IN NAME. udp 60 false 512" NXDOMAIN …`.
fn query(text: &str) -> Found {
    let open = text.find(" IN ").filter(|_| text.contains("\" "))?;
    let quote = text.get(..open)?.rfind('"')?;
    let kind = text.get(quote + 1..open)?;
    if !matches!(kind, "A" | "AAAA") {
        return None;
    }
    let (asked, answer) = text.get(open + " IN ".len()..)?.split_once("\" ")?;
    let name = asked.split(' ').next()?.trim_end_matches('.');
    let outcome = match answer.split(' ').next()? {
        "NOERROR" => Outcome::Answered,
        "SERVFAIL" => Outcome::ServFail,
        "NXDOMAIN" => Outcome::NxDomain,
        _ => return None,
    };
    // Every name is tried with each search domain first, so an NXDOMAIN means something only for the name of a Service: one
    // label, a namespace, `svc`. Whatever is found under one of the tries takes the others back.
    let labels: Vec<&str> = name.split('.').collect();
    let service = labels.get(2) == Some(&"svc");
    if outcome == Outcome::NxDomain && !service {
        return None;
    }
    if !is_name(name) {
        return None;
    }
    let mut lookup = failed(name, outcome);
    lookup.source = text.get(..quote).and_then(|before| {
        before
            .split_whitespace()
            .find_map(|word| address(word.rsplit_once(':')?.0))
    });
    Some((quote..text.len(), lookup))
}

/// What curl, glibc, musl, Node, Java and those who use them write.
fn worded(text: &str) -> Found {
    let places = WORDS_BEFORE.places(text);
    BEFORE
        .iter()
        .zip(places)
        .find_map(|((before, otherwise), start)| {
            let start = start?;
            let rest = text.get(start + before.len()..)?;
            if *before == "Resolving timed out after " {
                return Some((start..text.len(), failed("", Outcome::Timeout)));
            }
            let rest = rest.trim_start_matches(['"', '\'', '\u{2018}', '`', '\\', ':', ' ']);
            let length = rest
                .find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_')))
                .unwrap_or(rest.len());
            let (name, tail) = rest.split_at_checked(length)?;
            if !is_name(name.trim_end_matches('.')) {
                return None;
            }
            let outcome = said(tail);
            // `ping: x: …` says all kinds of things.
            if *before == "ping: " && (outcome.is_none() || !tail.starts_with(": ")) {
                return None;
            }
            let outcome = match outcome {
                None if tail.contains("(-2)") => Outcome::NxDomain,
                None => *otherwise,
                Some(outcome) => outcome,
            };
            let end = text.len() - tail.len();
            Some((start..end, failed(name, outcome)))
        })
}

/// What names no name.
fn nobody(text: &str) -> Found {
    let words = [
        (
            "connection timed out; no servers could be reached",
            Outcome::Timeout,
        ),
        ("communications error to ", Outcome::Timeout),
        ("Temporary failure in name resolution", Outcome::Unresolved),
        ("Name or service not known", Outcome::NxDomain),
        ("failed to lookup address information", Outcome::Unresolved),
    ];
    let (start, words, mut outcome) = words
        .iter()
        .find_map(|(words, outcome)| Some((text.find(words)?, *words, *outcome)))?;
    if outcome == Outcome::Unresolved {
        outcome = said(text).unwrap_or(outcome);
    }
    if words == "communications error to " {
        outcome = said(text)?;
    }
    // Python says it after the host that it wanted.
    let host = text
        .find("host='")
        .and_then(|at| text.get(at + "host='".len()..)?.split('\'').next());
    let named = host.filter(|host| is_name(host)).unwrap_or_default();
    Some((start..start + words.len(), failed(named, outcome)))
}

#[cfg(test)]
mod tests {
    use super::super::SPEAKING;
    use super::*;

    #[track_caller]
    fn says(text: &str) -> (String, Outcome, Option<IpAddr>) {
        let (piece, lookup) = of(text, &SPEAKING.of(text)).unwrap_or_else(|| panic!("nothing in {text}"));
        assert!(text.get(piece).is_some(), "{text}");
        (lookup.name, lookup.outcome, lookup.address)
    }

    #[test]
    fn every_resolver_has_its_own_words() {
        use Outcome::*;
        for (text, name, outcome) in [
            (
                "dial tcp: lookup kotsadm-postgres on 10.43.0.10:53: no such host",
                "kotsadm-postgres",
                NxDomain,
            ),
            (
                "lookup db.x.svc on [fd43::a]:53: server misbehaving",
                "db.x.svc",
                ServFail,
            ),
            ("lookup a.b: i/o timeout", "a.b", Timeout),
            (
                "lookup a on 10.43.0.10:53: read udp 10.42.1.7:33333->10.43.0.10:53: i/o timeout",
                "a",
                Timeout,
            ),
            (
                "lookup a on 10.43.0.10:53: read udp 10.42.1.7:33333->10.43.0.10:53: read: connection refused",
                "a",
                Refused,
            ),
            (
                "lookup a on 10.43.0.10:53: dial udp 10.43.0.10:53: connect: network is unreachable",
                "a",
                Unreachable,
            ),
            (
                "ERROR: https://r.example.org/ping is not accessible (Could not resolve host: r.example.org)",
                "r.example.org",
                Unresolved,
            ),
            (
                "could not translate host name \"pg\" to address: Name or service not known",
                "pg",
                NxDomain,
            ),
            (
                "could not translate host name \"pg\" to address: Temporary failure in name resolution",
                "pg",
                Unresolved,
            ),
            ("Error: getaddrinfo ENOTFOUND db", "db", NxDomain),
            ("Error: getaddrinfo EAI_AGAIN db db:3306", "db", Unresolved),
            (
                "java.net.UnknownHostException: kafka: Name or service not known",
                "kafka",
                NxDomain,
            ),
            (
                "** server can't find kubernetes.default: NXDOMAIN",
                "kubernetes.default",
                NxDomain,
            ),
            (
                "ERROR 2005 (HY000): Unknown MySQL server host 'mysql' (-2)",
                "mysql",
                NxDomain,
            ),
            ("wget: bad address 'x.y'", "x.y", Unresolved),
            (
                "ssh: Could not resolve hostname git.x: Temporary failure in name resolution",
                "git.x",
                Unresolved,
            ),
            (
                ";; connection timed out; no servers could be reached",
                "",
                Timeout,
            ),
            (
                "curl: (28) Resolving timed out after 5000 milliseconds",
                "",
                Timeout,
            ),
        ] {
            let (found, how, _) = says(text);
            assert_eq!((found.as_str(), how), (name, outcome), "{text}");
        }
    }

    #[test]
    fn go_says_whom_it_asked_and_from_where() {
        let text = "lookup a on 10.43.0.10:53: read udp 10.42.1.7:33333->10.43.0.10:53: i/o timeout";
        let (_, lookup) = of(text, &SPEAKING.of(text)).unwrap();
        assert_eq!(lookup.address, "10.43.0.10".parse().ok());
        assert_eq!(lookup.source, "10.42.1.7".parse().ok());
    }

    #[test]
    fn search_domains_that_were_tried_in_vain_say_nothing() {
        let line = |name: &str, code: &str| {
            let text = format!(
                "[INFO] 10.42.0.9:4123 - 1 \"A IN {name}. udp 60 false 512\" {code} qr,aa,rd 153 0.0001s"
            );
            of(&text, &SPEAKING.of(&text))
        };
        assert!(line("example.org.default.svc.cluster.local", "NXDOMAIN").is_none());
        assert!(line("db.default.svc.cluster.local", "NXDOMAIN").is_some());
        assert!(line("db.svc.cluster.local", "NXDOMAIN").is_none());
    }

    #[test]
    fn other_lines_say_nothing() {
        for text in [
            "looking up nothing",
            "lookup table: rebuilt",
            "dial tcp 10.0.0.1:5432: connect: connection refused",
            "ping: sent 3 packets",
            "[INFO] 10.42.0.9:4123 - 1 \"HINFO IN 123.456. udp 60 false 512\" NXDOMAIN qr,rd,ra 131 0.01s",
        ] {
            assert!(of(text, &SPEAKING.of(text)).is_none(), "{text}");
        }
    }
}
