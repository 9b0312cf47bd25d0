//! Lines of logs: what programs write when a name or a packet does not get there.
//!
//! Programs say it in the words of their resolver, of which there are few: Go's, glibc's, musl's, curl's, Node's and Java's.
//! Nothing here knows a program by its name but CoreDNS, whose own errors say more than others'.

mod event;
mod lookup;

use super::context::{Context, MONTHS, day, is_time, machine};
use super::facts::{Event, Facts, Resolv, Seen};
use super::json::Json;
use super::platforms;
use super::signs::{self, Words};
use crate::corefile::address;
use crate::source::{SourceFile, Span};
use std::ops::Range;

/// Members of a log record that hold what happened; others hold names and places.
const MESSAGES: [&str; 8] = [
    "msg",
    "message",
    "error",
    "err",
    "log",
    "reason",
    "stacktrace",
    "errorVerbose",
];

/// A line longer than this is not a line of a log, and only its beginning is read.
const MAX_LINE: usize = 16 * 1024;

/// After so many pieces that stand in a string otherwise than they read, the whole string is shown: reading stays linear.
const MAX_MISSES: usize = 8;

/// The words of all readers of `event` and `lookup`.
static SPEAKING: Words = Words::new(&[
    "plugin",
    "Corefile",
    "dns",
    "coredns",
    "dial",
    "IN",
    "resolv",
    "iptables",
    "avc",
    "allocated",
    "cksum",
    "valid",
    "PROXY",
    "proxy",
    "lookup",
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
    "servers",
    "communications",
    "resolution",
    "known",
    "tailscale0",
    "UP",
    "inet",
    "inet6",
    "FORWARD",
    "FWD",
    "cpu",
    "space",
    "LoadBalancer",
    "assigned",
    "image",
    "100",
    "99",
    "98",
    "97",
    "96",
    "95",
]);

fn any_of(words: &[&str], said: &[&str]) -> bool {
    words.iter().any(|word| said.contains(word))
}

/// What glibc takes of a list of search domains.
const MAX_DOMAINS: usize = 32;

/// Reads one line.
pub fn line(file: &SourceFile, place: Range<usize>, context: &Context, facts: &mut Facts) {
    let text = file.text().get(place.clone()).unwrap_or_default();
    let text = cut(text);
    let at = |piece: Range<usize>| file.span(place.start + piece.start..place.start + piece.end);
    let found = scan(text, &at, context, facts);
    let prefixed = context.pod.is_some() || context.time.is_some();
    if found || prefixed || is_log(text) || is_output(text) {
        facts.log_lines += 1;
        let day = context.time.as_deref().and_then(day).or_else(|| day(text));
        if let Some(day) = day {
            facts.reaches(day);
        }
    }
}

/// Reads a line that is itself a JSON object.
pub fn record(root: &Json, file: &SourceFile, context: &Context, facts: &mut Facts) {
    let mut known = false;
    for (key, value) in root.members() {
        if MESSAGES.contains(&key.as_str()) {
            known = true;
            quoted(value, file, context, facts);
        }
    }
    facts.log_lines += usize::from(known);
}

/// Reads a log that stands in a string of JSON.
pub fn quoted(json: &Json, file: &SourceFile, context: &Context, facts: &mut Facts) {
    let Some(text) = json.text() else {
        return;
    };
    let raw = file.text().get(json.place.clone()).unwrap_or_default();
    // Pieces of interest hold nothing that JSON escapes, so they stand in the file as they are. Strings are searched from
    // where the last one was found, so that a long one is read once.
    let searched = std::cell::Cell::new(0);
    let misses = std::cell::Cell::new(0);
    for line in text.lines() {
        let line = cut(line);
        let at = |piece: Range<usize>| {
            let words = line.get(piece).unwrap_or_default();
            let from = searched.get();
            let rest = raw
                .get(from..)
                .filter(|_| misses.get() < MAX_MISSES && !words.is_empty());
            match rest.and_then(|rest| rest.find(words)) {
                Some(found) => {
                    let start = from + found;
                    searched.set(start);
                    file.span(json.place.start + start..json.place.start + start + words.len())
                }
                None => {
                    misses.set(misses.get() + 1);
                    file.span(json.place.clone())
                }
            }
        };
        scan(line, &at, context, facts);
    }
}

/// The beginning of a line.
fn cut(text: &str) -> &str {
    match text.len() > MAX_LINE {
        false => text,
        true => {
            let end = (0..=MAX_LINE).rev().find(|end| text.is_char_boundary(*end));
            text.get(..end.unwrap_or(0)).unwrap_or_default()
        }
    }
}

/// Finds what a line says; returns whether it says anything.
fn scan(text: &str, at: &dyn Fn(Range<usize>) -> Span, context: &Context, facts: &mut Facts) -> bool {
    let mut places = Vec::new();
    let said = SPEAKING.of(text);
    if let Some((piece, mut event)) = event::of(text, &said) {
        let at = at(piece);
        match &mut event {
            Event::Upstream { pod, .. } => pod.clone_from(&context.pod),
            Event::NoSpace { machine, .. } if machine.is_none() => machine.clone_from(&context.machine),
            _ => {}
        }
        places.push(at);
        facts.seen.push(Seen { at, event });
    }
    if let Some((piece, mut lookup)) = lookup::of(text, &said) {
        lookup.at = at(piece);
        lookup.pod = context.pod.clone();
        places.push(lookup.at);
        facts.lookups.push(lookup);
    }
    if text.starts_with("+ curl ") || text.starts_with("+ wget ") {
        facts.fetched = url_host(text).map(str::to_owned);
    }
    if let Some((piece, sign, about)) = signs::of(text) {
        let at = at(piece);
        // What curl says of a URL that the shell printed before.
        let about = about.or_else(|| facts.fetched.clone().filter(|_| text.starts_with("curl: (")));
        places.push(at);
        facts.seen.push(Seen {
            at,
            event: Event::Sign {
                sign,
                about,
                machine: context
                    .machine
                    .clone()
                    .or_else(|| machine(text).map(str::to_owned)),
            },
        });
    }
    if let Some(domains) = text
        .strip_prefix("search ")
        .or_else(|| text.strip_prefix("domain "))
    {
        let fine = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ' ');
        if domains.chars().all(fine) {
            if domains.split_whitespace().any(|domain| domain == ".") {
                facts.roots.push(at(0..text.len()));
            }
            let domains = domains.split_whitespace().filter(|domain| domain.contains('.'));
            facts
                .searched
                .extend(domains.take(MAX_DOMAINS).map(str::to_owned));
        }
    }
    let mut found = !places.is_empty();
    let day = context.time.as_deref().and_then(day).or_else(|| day(text));
    if let Some(day) = day {
        facts
            .days
            .extend(places.iter().map(|at| ((at.file, at.start), day)));
    }
    if let Some((piece, mut resolv)) = resolv(text) {
        resolv.at = at(piece);
        facts.resolvs.push(resolv);
        found = true;
    }
    found
}

/// A line of a resolv.conf, or one that quotes a whole one, as Rancher's agent does.
fn resolv(text: &str) -> Option<(Range<usize>, Resolv)> {
    let start = match text.strip_prefix("nameserver") {
        Some(_) => 0,
        None => text
            .find("resolv.conf: nameserver ")
            .map(|at| at + "resolv.conf: ".len())?,
    };
    let words: Vec<&str> = text.get(start..)?.split_whitespace().collect();
    let mut resolv = Resolv {
        at: Span::new(crate::source::FileId::CONFIG, 0, 0),
        node: None,
        net: (start > 0).then_some(super::facts::Net::Pod),
        path: "/etc/resolv.conf".to_owned(),
        nameservers: Vec::new(),
        search: Vec::new(),
    };
    let mut section = "";
    for word in words {
        match (section, word) {
            (_, "nameserver" | "search" | "options" | "domain") => section = word,
            ("nameserver", word) => resolv.nameservers.push(address(word)?),
            ("search" | "domain", word) => resolv.search.push(word.to_owned()),
            _ => {}
        }
    }
    (!resolv.nameservers.is_empty()).then_some((start..text.len(), resolv))
}

/// The host of a URL.
pub fn url_host(text: &str) -> Option<&str> {
    let (_, rest) = text.split_once("://")?;
    let authority = rest.split(['/', '?', '#', '"', '\'', ' ', '\\', ')']).next()?;
    let host = authority.rsplit('@').next()?;
    let host = match host.strip_prefix('[') {
        Some(inner) => inner.split(']').next()?,
        None => host.split(':').next()?,
    };
    (!host.is_empty()).then_some(host)
}

/// Whether a line has the shape of a log's, so that a report without any trouble is still known for one.
fn is_log(text: &str) -> bool {
    let trimmed = text.trim_start();
    let first = trimmed.split_whitespace().next().unwrap_or_default();
    let bracketed = [
        "[INFO]",
        "[ERROR]",
        "[WARNING]",
        "[WARN]",
        "[FATAL]",
        "[PANIC]",
        "[DEBUG]",
        "[TRACE]",
    ]
    .iter()
    .any(|level| first.starts_with(level));
    let worded = [
        "INFO:",
        "ERROR:",
        "WARN:",
        "WARNING:",
        "FATAL:",
        "DEBUG:",
        "time=",
        "level=",
        "ts=",
        "panic:",
        "goroutine",
        "nameserver",
        // Programs of Go, where a terminal reads along.
        "DEBU[",
        "INFO[",
        "WARN[",
        "ERRO[",
        "FATA[",
    ]
    .iter()
    .any(|word| first.starts_with(word));
    bracketed
        || worded
        || is_klog(first)
        || is_time(first)
        || is_dated(trimmed)
        || trimmed.starts_with("CoreDNS-")
        || (first.starts_with(".:") && trimmed.len() < 16)
}

/// Whether a line is the command or output of a shell or of `kubectl`, or begins as programs of the platform do.
fn is_output(text: &str) -> bool {
    let text = text.trim_start_matches(['\u{2502}', '\u{2551}', ' ']);
    let described = DESCRIBED.iter().any(|key| {
        let value = text.strip_prefix(key).and_then(|rest| rest.strip_prefix(':'));
        value.is_some_and(|value| value.starts_with("    ") || value.trim().is_empty())
    });
    let traced = text.strip_prefix("+ ").and_then(|rest| rest.split(' ').next());
    let traced = traced.is_some_and(|word| word.contains('=') || TRACED.contains(&word));
    described || traced || BEGINNINGS.iter().any(|words| text.starts_with(words)) || is_header(text)
}

/// Keys with which `kubectl describe` begins its parts; prose has no column of spaces behind them.
const DESCRIBED: [&str; 6] = [
    "Name",
    "Namespace",
    "Events",
    "Conditions",
    "Containers",
    "Controlled By",
];

/// Commands of scripts whose shell prints what it runs.
const TRACED: [&str; 12] = [
    "cd", "chmod", "command", "curl", "echo", "exec", "export", "mktemp", "set", "sleep", "trap", "wget",
];

/// How other lines begin.
const BEGINNINGS: [&str; 10] = [
    "$ kubectl ",
    "# kubectl ",
    "$ sudo ",
    "$ journalctl ",
    "curl: (",
    "wget: ",
    platforms::SERVER_STARTS,
    "Started HTTP listener at ",
    "Encountered an error running ",
    "Error from server",
];

/// Whether a line is the first one of a table of `kubectl get`: names of columns in capitals.
fn is_header(text: &str) -> bool {
    let first = ["NAME ", "NAMESPACE ", "LAST SEEN "];
    let capital = |b: u8| b.is_ascii_uppercase() || matches!(b, b' ' | b'(' | b')' | b'-' | b'/');
    first.iter().any(|word| text.starts_with(word))
        && text.contains("  ")
        && text.trim_end().bytes().all(capital)
}

/// `I0102 15:04:05.000000`.
fn is_klog(word: &str) -> bool {
    let mut bytes = word.bytes();
    matches!(bytes.next(), Some(b'I' | b'W' | b'E' | b'F'))
        && word.len() == 5
        && bytes.all(|b| b.is_ascii_digit())
}

/// `2006/01/02 15:04:05`, `2006-01-02 15:04:05`, `Jan  2 15:04:05`, `[  12.345678]`, `[2006-01-02T…]`.
fn is_dated(text: &str) -> bool {
    let bytes = text.as_bytes();
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let is = |at: usize, wanted: &[u8]| bytes.get(at).is_some_and(|b| wanted.contains(b));
    let numeric = (0..4).all(digit)
        && is(4, b"/-")
        && digit(5)
        && digit(6)
        && is(7, b"/-")
        && digit(11)
        && is(13, b":");
    let month = MONTHS.iter().any(|month| text.starts_with(month));
    let syslog = month && is(3, b" ") && digit(5) && is(9, b":") && is(12, b":");
    let bracket = text.strip_prefix('[').is_some_and(|rest| {
        let stamp = rest.trim_start();
        stamp.starts_with(|c: char| c.is_ascii_digit()) && stamp.contains(']')
    });
    numeric || syslog || bracket
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_all_readers_are_looked_for() {
        let words = event::READERS.iter().flat_map(|(words, _)| *words);
        let words = words.chain(lookup::READERS.iter().flat_map(|(words, _)| *words));
        for word in words {
            assert_eq!(SPEAKING.of(word), [*word]);
        }
    }

    #[test]
    fn logs_are_known_by_their_shape() {
        for log in [
            "[INFO] plugin/reload: Running configuration SHA512 = 591cf328cccc12b",
            ".:53",
            "CoreDNS-1.10.1",
            "I0501 10:00:00.000000       1 main.go:205] Using interface",
            "time=\"2026-05-01T10:00:00Z\" level=info msg=x",
            "2026-05-01T10:00:00.000Z hello",
            "2026/05/01 10:00:00 hello",
            "May  1 10:00:00 node kernel: hello",
            "[ 1234.567890] hello",
        ] {
            assert!(is_log(log), "{log}");
        }
        for other in [
            "",
            "hello world",
            "lorem ipsum dolor: sit amet",
            "<html>",
            "apiVersion: v1",
            "I am here",
        ] {
            assert!(!is_log(other), "{other}");
        }
    }

    #[test]
    fn output_of_commands_is_known_by_its_shape() {
        for output in [
            "Name:                 coredns-1",
            "Events:",
            "NAMESPACE   LAST SEEN   TYPE      REASON        OBJECT                    MESSAGE",
            "NAME     STATUS   ROLES   AGE   VERSION",
            "$ kubectl get nodes",
            "+ BINARY_URL=https://coder.acme.dev/bin/coder-linux-amd64",
            "+ curl -fsSL https://coder.acme.dev",
            "Started HTTP listener at http://0.0.0.0:8080",
        ] {
            assert!(is_output(output), "{output}");
        }
        for other in [
            "Name: Ann",
            "+ item",
            "NAME OF THE GAME",
            "Dear all,",
            "Name",
            "<p>Events:</p>",
        ] {
            assert!(!is_output(other), "{other}");
        }
    }

    #[test]
    fn hosts_are_cut_out_of_urls() {
        let host = |url| url_host(url);
        assert_eq!(host("postgres://u:p@db.x:5432/y"), Some("db.x"));
        assert_eq!(host("https://[fd00::1]:443/"), Some("fd00::1"));
        assert_eq!(host("https://rancher.example.org"), Some("rancher.example.org"));
        assert_eq!(host("no url"), None);
    }
}
