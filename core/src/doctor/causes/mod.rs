//! From facts to causes: what is plain comes before what has to be concluded, and the specific before the general.
//!
//! A cause is a row of `table`: what it breaks, which line of a log is a sign of it, what to do. `lines` finds causes by their
//! signs, `paths` by what was measured on one node; what takes more than that is a function. All of them end in `Case::push`,
//! which holds a cause against the measurements: what they rule out is not said, and what they show to do no harm is a warning.
//! What an earlier cause explains, a later one does not report again.

mod coredns;
mod firewall;
mod lines;
mod machine;
mod measures;
mod names;
mod outside;
mod overlap;
mod overlay;
mod paths;
mod pods;
mod policy;
mod resolver;
mod rest;
mod search;
mod tables;
mod urls;

use super::cause::Cause;
use super::facts::{Class, Event, Facts, Lookup, Machine, Net, Outcome, Seen, Server};
use super::matrix::Matrix;
use super::ways::{REST, Ways};
use crate::diagnostic::{Diagnostic, Severity};
use crate::source::Span;
use crate::words::and;
use measures::Measured;
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

/// How many places of a report are shown for one cause: three convince, thirty hide what they say.
const MAX_EVIDENCE: usize = 4;

/// Lines that are so many days older than the newest one tell of another time.
const OLD: i32 = 7;

/// How many names a sentence lists.
const MAX_NAMED: usize = 3;

/// A report on its way to its causes.
pub struct Case<'a> {
    facts: &'a Facts,
    matrix: Matrix,
    /// Addresses of the cluster's DNS, as far as they are known.
    dns: BTreeSet<IpAddr>,
    /// Nodes that CoreDNS runs on.
    dns_nodes: BTreeSet<String>,
    /// Names that were not found, with how, once each.
    failed: Vec<Failed<'a>>,
    found: Vec<Diagnostic>,
    /// What was measured on each node, and altogether.
    nodes: BTreeMap<String, Measured>,
    measured: Measured,
    /// Whether what is said now is not more than possible.
    doubtful: bool,
    /// What the causes that were found break.
    broken: Ways,
    /// Whether it is known why the cluster's DNS does not answer.
    unreachable: bool,
    /// Whether it is known why names outside of the cluster are not found.
    outside: bool,
    /// Names whose failure is explained.
    explained: BTreeSet<String>,
}

/// A name that was not found.
pub struct Failed<'a> {
    /// The name.
    pub name: &'a str,
    /// Everything that was said of it, the worst first.
    pub lookups: Vec<&'a Lookup>,
}

impl Failed<'_> {
    /// Whether any look-up ended that way.
    pub fn ended(&self, outcome: Outcome) -> bool {
        self.lookups.iter().any(|lookup| lookup.outcome == outcome)
    }
}

/// The causes behind what a report says, and whether a probe checked everything and all its checks passed.
pub fn find(facts: &Facts) -> (Vec<Diagnostic>, bool) {
    let mut case = Case::of(facts);
    for look in [
        overlap::overlap,
        overlap::duplicate,
        overlap::taken_by_tailnet,
        pods::foreign,
        machine::machine,
        lines::signs,
        machine::clock,
        coredns::out_of_memory,
        coredns::custom,
        coredns::address_taken,
        firewall::selinux,
        firewall::host_firewall,
        paths::rejected,
        firewall::iptables,
        paths::paths,
        tables::tables,
        resolver::cluster_dns,
        coredns::down,
        policy::policy,
        overlay::not_flannels,
        firewall::forward,
        overlay::wrong_interface,
        overlay::between_nodes,
        overlay::to_service,
        firewall::pods_cut_off,
        search::wildcard,
        search::dot,
        resolver::resolver,
        lines::late,
        names::hosts_file,
        names::missing,
        pods::waiting,
        outside::outside,
        urls::urls,
        paths::api,
        lines::unmeasured,
        rest::unreachable,
        paths::loss,
        rest::race,
        lines::hints,
        overlap::wide,
        pods::crashing,
        lines::ended,
        rest::undecided,
    ] {
        look(&mut case);
    }
    paths::unexplained(&mut case);
    let all_ended = facts.probes.values().all(|(ended, _)| *ended);
    let passed = all_ended && case.measured.works != 0 && case.measured.fails == 0;
    (case.found, passed)
}

impl<'a> Case<'a> {
    fn of(facts: &'a Facts) -> Case<'a> {
        let mut dns: BTreeSet<IpAddr> = BTreeSet::new();
        for name in ["kube-dns", "coredns", "rke2-coredns-rke2-coredns"] {
            let key = ("kube-system".to_owned(), name.to_owned());
            let addresses = facts
                .services
                .get(&key)
                .map(|service| service.addresses.as_slice());
            dns.extend(addresses.unwrap_or_default().iter().map(|(address, _)| *address));
        }
        let asked = facts
            .lookups
            .iter()
            .filter(|lookup| lookup.server == Server::Service);
        dns.extend(asked.filter_map(|lookup| lookup.address));
        let of_pods = facts.resolvs.iter().filter(|resolv| resolv.net == Some(Net::Pod));
        if dns.is_empty() {
            dns.extend(
                of_pods.flat_map(|resolv| resolv.nameservers.iter().copied().filter(|ip| is_tenth(*ip))),
            );
        }
        let mut dns_nodes: BTreeSet<String> = BTreeSet::new();
        for lookup in &facts.lookups {
            if let Server::CoreDns(Some(node)) = &lookup.server {
                dns_nodes.insert(node.clone());
            }
        }
        dns_nodes.extend(
            facts
                .pods
                .iter()
                .filter(|pod| pod.is_dns())
                .filter_map(|pod| pod.node.clone()),
        );
        let mut case = Case {
            matrix: Matrix::of(facts),
            nodes: BTreeMap::new(),
            measured: Measured::default(),
            doubtful: false,
            broken: 0,
            dns,
            dns_nodes,
            failed: failed(facts),
            found: Vec::new(),
            unreachable: false,
            outside: false,
            explained: BTreeSet::new(),
            facts,
        };
        case.nodes = measures::by_node(&case);
        case.measured = measures::altogether(&case.nodes);
        case
    }

    /// Whether all of some ways that were tried work, and any was tried.
    fn is_whole(&self, ways: Ways) -> bool {
        let all = &self.measured;
        ways & REST == 0 && ways & all.works != 0 && ways & all.fails == 0
    }

    /// Whether all lines that a cause is told by are from long before the end of the report.
    fn is_old(&self, evidence: &[(Span, String)]) -> bool {
        let Some(newest) = self.facts.newest else {
            return false;
        };
        let old = |at: &Span| {
            let day = self.facts.days.get(&(at.file, at.start));
            day.is_some_and(|day| day.before(newest) > OLD)
        };
        !evidence.is_empty() && evidence.iter().all(|(at, _)| old(at))
    }

    /// Whether a cause was found.
    fn has(&self, cause: &Cause) -> bool {
        self.found.iter().any(|found| *found.rule == cause.rule)
    }

    /// Whether an address is one of the cluster's DNS, as far as anybody can tell.
    fn is_dns(&self, address: IpAddr) -> bool {
        match self.dns.is_empty() {
            true => is_tenth(address),
            false => self.dns.contains(&address),
        }
    }

    /// What logs say, of one kind.
    fn seen<T>(&self, pick: impl Fn(&'a Event) -> Option<T>) -> Vec<(Span, T)> {
        let facts = self.facts;
        facts
            .seen
            .iter()
            .filter_map(|Seen { at, event }| Some((*at, pick(event)?)))
            .collect()
    }

    /// The places of signs of a cause.
    fn signs_of(&self, cause: &Cause) -> Vec<Span> {
        let signs = self.seen(|event| match event {
            Event::Sign { sign, .. } if sign.cause == Some(cause) => Some(()),
            _ => None,
        });
        signs.into_iter().map(|(at, ())| at).collect()
    }

    /// Whether anything says that the cluster's DNS did not answer.
    fn dns_is_lost(&self) -> bool {
        let probed = self
            .matrix
            .dns
            .values()
            .any(|dns| dns.service.udp.lost + dns.service.tcp.lost > 0);
        probed || self.lost().next().is_some()
    }

    /// Look-ups in logs that the cluster's DNS did not answer.
    fn lost(&self) -> impl Iterator<Item = &'a Lookup> {
        self.facts.lookups.iter().filter(|lookup| {
            !lookup.probed
                && lookup.outcome.is_lost()
                && lookup.address.is_none_or(|address| self.is_dns(address))
        })
    }

    /// Looks at whether names outside of the cluster are found while those inside are.
    fn outside_lookups(&self) -> impl Iterator<Item = &'a Lookup> {
        self.facts.lookups.iter().filter(|lookup| {
            lookup.probed
                && lookup.class == Class::External
                && matches!(lookup.server, Server::Service | Server::CoreDns(_))
        })
    }

    /// Reports a cause of what was seen to fail.
    fn error(&mut self, cause: &'static Cause, told: Told) {
        self.push(cause, Severity::Error, told);
    }

    /// Reports what has not done harm yet, as far as the report tells.
    fn warning(&mut self, cause: &'static Cause, told: Told) {
        self.push(cause, Severity::Warning, told);
    }

    fn push(&mut self, cause: &'static Cause, severity: Severity, told: Told) {
        let Some((at, label)) = told.evidence.first().cloned() else {
            return;
        };
        // A line that grew old counts only where what it breaks is broken now.
        let unmeasured = cause.breaks & REST != 0 && !self.facts.probes.is_empty();
        let old = !unmeasured && self.is_old(&told.evidence) && cause.breaks & self.measured.fails == 0;
        if self.is_whole(cause.needs) || old && self.is_whole(cause.breaks) {
            return;
        }
        let severity = match old || self.is_whole(cause.breaks) {
            true => severity.min(Severity::Warning),
            false => severity,
        };
        if severity == Severity::Error {
            self.broken |= cause.breaks;
        }
        let mut diagnostic = cause.rule.at(at, told.message);
        diagnostic.severity = severity;
        if !label.is_empty() {
            diagnostic = diagnostic.with_label(label);
        }
        let mut shown = vec![at];
        for (span, words) in told.evidence.into_iter().skip(1) {
            if shown.len() < MAX_EVIDENCE && !shown.contains(&span) {
                shown.push(span);
                let words = if words.is_empty() {
                    "also here".to_owned()
                } else {
                    words
                };
                diagnostic = diagnostic.and(span, words);
            }
        }
        let mut help = told.fix;
        let key = told.key.or(cause.key.map(str::to_owned));
        if let Some(key) = key.filter(|key| !key.is_empty()) {
            help.push_str(&format!("\nin gitpod-k3s.yaml: `{key}`"));
        }
        let mut note = told.why;
        if !cause.sources.is_empty() {
            note.push_str(&format!(" ({})", cause.sources));
        }
        self.found.push(diagnostic.help(help).note(note));
    }
}

/// What is told of a cause.
#[derive(Default)]
struct Told {
    message: String,
    /// Places of the report and what to see there, the best first.
    evidence: Vec<(Span, String)>,
    /// What to type.
    fix: String,
    why: String,
    /// Another key than the cause's own; empty where none prevents this.
    key: Option<String>,
}

impl Told {
    fn new(message: impl Into<String>) -> Told {
        Told {
            message: message.into(),
            ..Told::default()
        }
    }

    fn at(mut self, span: Span, words: impl Into<String>) -> Told {
        self.evidence.push((span, words.into()));
        self
    }

    fn all(mut self, evidence: impl IntoIterator<Item = (Span, String)>) -> Told {
        self.evidence.extend(evidence);
        self
    }

    fn fix(mut self, fix: impl Into<String>) -> Told {
        self.fix = fix.into();
        self
    }

    fn why(mut self, why: impl Into<String>) -> Told {
        self.why = why.into();
        self
    }

    fn key(mut self, key: impl Into<String>) -> Told {
        self.key = Some(key.into());
        self
    }
}

/// Names that were not found. One that was found by the same kind of question counts as found.
fn failed(facts: &Facts) -> Vec<Failed<'_>> {
    let mut by_name: BTreeMap<&str, Vec<&Lookup>> = BTreeMap::new();
    let mut answered: BTreeSet<&str> = BTreeSet::new();
    for lookup in &facts.lookups {
        let asked_cluster = lookup.server != Server::Resolver;
        let of_names = !lookup.probed || lookup.class == Class::User;
        if !asked_cluster || !of_names {
            continue;
        }
        // CoreDNS's log has whole names, others what they asked for.
        let label = lookup.name.split('.').next().unwrap_or_default();
        match lookup.outcome {
            Outcome::Answered if !lookup.probed => {
                answered.insert(label);
            }
            Outcome::Answered => {}
            _ => by_name.entry(&lookup.name).or_default().push(lookup),
        }
    }
    let is_found = |name: &str| answered.contains(name.split('.').next().unwrap_or_default());
    by_name
        .into_iter()
        .filter(|(name, _)| !is_found(name))
        .map(|(name, mut lookups)| {
            crate::sorted::sort_by_key(&mut lookups, |lookup| {
                (lookup.outcome, lookup.at.file, lookup.at.start)
            });
            Failed { name, lookups }
        })
        .collect()
}

/// Whether an address is the tenth of a range, which Kubernetes gives to DNS.
fn is_tenth(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => v4.octets().get(3) == Some(&10) && (v4.is_private() || v4.is_link_local()),
        IpAddr::V6(v6) => v6.segments().get(7) == Some(&10),
    }
}

/// The tailnet's own resolver (Tailscale docs, "MagicDNS").
fn is_magic(address: IpAddr) -> bool {
    let v4 = IpAddr::from([100, 100, 100, 100]);
    let v6 = IpAddr::from([0xfd7a, 0x115c, 0xa1e0, 0, 0, 0, 0, 0x53]);
    address == v4 || address == v6
}

/// "`a`, `b` and 3 more".
fn list<T: AsRef<str>>(names: impl IntoIterator<Item = T>) -> String {
    let names: BTreeSet<String> =
        crate::sorted::set(names.into_iter().map(|name| format!("`{}`", name.as_ref())));
    let more = names.len().saturating_sub(MAX_NAMED);
    let shown: Vec<String> = names.into_iter().take(MAX_NAMED).collect();
    match (shown.as_slice(), more) {
        (shown, more) if more > 0 => format!("{} and {more} more", shown.join(", ")),
        (shown, _) => and(shown),
    }
}

/// A node, or a word for one that is not known.
fn on(node: Option<&String>) -> String {
    node.map_or_else(|| "a machine".to_owned(), |node| format!("`{node}`"))
}

/// A machine's addresses, all of them.
fn addresses(machine: &Machine) -> impl Iterator<Item = IpAddr> {
    machine.internal.iter().chain(&machine.external).copied()
}

/// What keeps the scheduler from finding a node: its first sentence, as the second is about preemption.
fn scheduler(words: &str) -> String {
    let first = words.split(". ").next().unwrap_or(words);
    first.trim_end_matches('.').chars().take(MAX_WORDS).collect()
}

/// What a sentence quotes of others' words.
const MAX_WORDS: usize = 200;
