//! Causes that lines of logs are a sign of.

use super::{Case, Told, list};
use crate::corefile::address;
use crate::diagnostic::Severity;
use crate::doctor::cause::{
    CERTIFICATE_NAME, CERTIFICATE_UNTRUSTED, CHECKSUM_OFFLOAD, CLOCK, CONNTRACK_FULL, CONTAINERD_PATH, Cause,
    EGRESS_BLOCKED, FLANNEL_DOWN, FORWARD_DROP, HAIRPIN, HOST_FIREWALL, HOST_PROGRAM_MISSING,
    IMAGE_ARCHITECTURE, IP_FORWARD, KERNEL_MODULE, MTU, NO_DEFAULT_ROUTE, NO_PROXY, POD_NOT_READY,
    POD_RANGE_MISSING, PORT_TAKEN, REJECT_RULES, SEARCH_WILDCARD, SERVER_SILENT, SERVER_UNREACHABLE,
    TAILNET_AUTH_KEY, TAILNET_LOGIN, TAILNET_ROUTES, WEBHOOK_CERTIFICATE, WEBHOOK_UNREACHABLE,
    WRONG_INTERFACE,
};
use crate::doctor::facts::Event;
use crate::doctor::signs::{LAST_RESORT, Sign};
use crate::doctor::ways::{ACROSS, API, DNS, FAR, HOST, OUTSIDE, SERVICE, Ways};
use crate::source::Span;
use std::collections::BTreeMap;
use std::net::IpAddr;

/// Causes that programs name by themselves.
pub fn signs(case: &mut Case<'_>) {
    tell(case, |sign| {
        !sign.hint
            && sign.cause != Some(&LAST_RESORT)
            && !LATE.iter().any(|(late, ..)| Some(*late) == sign.cause)
    });
}

/// What ends a service, where nothing says why.
pub fn ended(case: &mut Case<'_>) {
    let known = case.found.iter().any(|found| found.severity == Severity::Error);
    if known {
        return;
    }
    let before = case.found.len();
    tell(case, |sign| sign.cause == Some(&LAST_RESORT));
    // A line that grew old is no reason to look further than at what was found.
    let old = case
        .found
        .get(before)
        .is_some_and(|found| found.severity != Severity::Error);
    if before > 0 && old {
        case.found.truncate(before);
    }
}

/// What programs say of something that other causes lead to: the cause, the ways, and the causes that explain it.
const LATE: [(&Cause, Ways, &[&Cause]); 8] = [
    (&CERTIFICATE_UNTRUSTED, 0, &[&CERTIFICATE_NAME, &SEARCH_WILDCARD]),
    (&EGRESS_BLOCKED, 0, &[&CLOCK, &CONNTRACK_FULL, &IP_FORWARD]),
    (
        &FLANNEL_DOWN,
        0,
        &[
            &KERNEL_MODULE,
            &POD_RANGE_MISSING,
            &NO_DEFAULT_ROUTE,
            &WRONG_INTERFACE,
            &SERVER_UNREACHABLE,
        ],
    ),
    (&HAIRPIN, SERVICE | OUTSIDE, &[&SEARCH_WILDCARD]),
    (
        &MTU,
        ACROSS | OUTSIDE,
        &[&CLOCK, &CONNTRACK_FULL, &CHECKSUM_OFFLOAD],
    ),
    (&POD_NOT_READY, SERVICE, &[&PORT_TAKEN]),
    (&SERVER_SILENT, OUTSIDE, &[&CONNTRACK_FULL]),
    (
        &WEBHOOK_UNREACHABLE,
        ACROSS | HOST | FAR | SERVICE | API,
        &[
            &NO_PROXY,
            &WEBHOOK_CERTIFICATE,
            &REJECT_RULES,
            &HOST_FIREWALL,
            &FLANNEL_DOWN,
        ],
    ),
];

/// Causes that programs name, where nothing explains why.
pub fn late(case: &mut Case<'_>) {
    for (late, ways, causes) in LATE {
        if case.broken & ways == 0 && !causes.iter().any(|cause| case.has(cause)) {
            tell(case, |sign| !sign.hint && sign.cause == Some(late));
        }
    }
}

/// Causes that healthy clusters show signs of, too, where nobody measured what they break: they count where logs say that it failed.
pub fn unmeasured(case: &mut Case<'_>) {
    let lost = case.facts.probes.is_empty() && !case.unreachable && case.dns_is_lost();
    if lost {
        tell(case, |sign| sign.hint && breaks(sign) & SERVICE != 0);
    }
}

/// Causes that healthy clusters show signs of, too: they count where something fails that nothing else explains.
pub fn hints(case: &mut Case<'_>) {
    let unexplained = case.measured.dead() & !case.broken;
    tell(case, |sign| sign.hint && breaks(sign) & unexplained != 0);
    // Somebody who hands over a line or two asks what they mean.
    let few = case.facts.lines <= FEW;
    if few && case.found.is_empty() {
        case.doubtful = true;
        tell(case, |sign| sign.hint);
        case.doubtful = false;
    }
}

/// So few lines were picked by somebody.
const FEW: usize = 3;

fn breaks(sign: &Sign) -> Ways {
    sign.cause.map_or(0, |cause| cause.breaks)
}

/// A line that is a sign of a cause.
struct Shown<'a> {
    at: Span,
    sign: &'static Sign,
    about: Option<&'a str>,
    machine: Option<&'a str>,
}

/// So often a program says what is over soon.
const OFTEN: usize = 3;

/// What follows a line comes within so many bytes.
const NEAR: u32 = 4096;

/// Whether a cause is told by signs that are none of a start.
fn is_enough(case: &Case<'_>, signs: &[Shown<'_>]) -> bool {
    let counted = || signs.iter().filter(|shown| !shown.sign.leads);
    counted().any(|shown| !shown.sign.often)
        || counted().count() >= OFTEN
        || counted().next().is_some() && (case.facts.lines <= FEW || through_proxy(case))
}

/// A name that lines are about, or that of all names.
type Named<'a> = Option<Option<&'a str>>;

/// The last line that says that a cause is over, by the cause, and by what and which machine it is about.
type Ends<'a> = BTreeMap<(&'static Cause, Named<'a>, Named<'a>), usize>;

/// Notes a line that says that causes are over.
fn end<'a>(ends: &mut Ends<'a>, at: usize, sign: &Sign, about: Option<&'a str>, machine: Option<&'a str>) {
    for ended in sign.ends {
        for about in [Some(about), None] {
            ends.insert((ended, about, Some(machine)), at);
        }
    }
}

/// Whether a line came before one that says that its cause is over. What is about another name or machine goes on.
fn is_over(
    ends: &Ends<'_>,
    at: usize,
    cause: &'static Cause,
    about: Option<&str>,
    machine: Option<&str>,
) -> bool {
    let abouts = by_name(about).into_iter();
    let mut keys = abouts.flat_map(|about| by_machine(machine).map(|machine| (cause, about, machine)));
    keys.any(|key| ends.get(&key).is_some_and(|end| at < *end))
}

/// What ends a line about that name, or about none that is known.
fn by_name(name: Option<&str>) -> [Named<'_>; 2] {
    match name {
        Some(_) => [Some(name), Some(None)],
        None => [None, None],
    }
}

/// What ends a line of that machine. Of what kubectl prints nobody knows whether it is older than a machine's journal.
fn by_machine(machine: Option<&str>) -> [Named<'_>; 2] {
    [Some(machine), Some(None)]
}

fn tell(case: &mut Case<'_>, counts: impl Fn(&Sign) -> bool) {
    let seen = case.seen(|event| match event {
        Event::Sign { sign, about, machine } => Some((*sign, about.as_deref(), machine.as_deref())),
        _ => None,
    });
    let mut ends = Ends::new();
    for (number, (_, (sign, about, machine))) in seen.iter().enumerate() {
        end(&mut ends, number, sign, *about, *machine);
    }
    let forwarded = is_forwarded(case);
    let mut by_cause: BTreeMap<&Cause, Vec<Shown<'_>>> = BTreeMap::new();
    let mut order: Vec<&'static Cause> = Vec::new();
    let mut before: Option<(&Cause, Span)> = None;
    for (number, (at, (sign, about, machine))) in seen.into_iter().enumerate() {
        let Some(cause) = sign.cause else {
            before = None;
            continue;
        };
        let is_next = |(other, end): (&Cause, Span)| {
            other == cause && end.file == at.file && at.start.saturating_sub(end.end) < NEAR
        };
        let alone = sign.follows && !before.is_some_and(is_next);
        before = (!alone).then_some((cause, at));
        let foreign =
            *cause == FORWARD_DROP && forwarded || *cause == TAILNET_ROUTES && is_foreign(case, about);
        if !counts(sign) || alone || foreign || is_over(&ends, number, cause, about, machine) {
            continue;
        }
        let signs = by_cause.entry(cause).or_default();
        if signs.is_empty() {
            order.push(cause);
        }
        signs.push(Shown {
            at,
            sign,
            about,
            machine,
        });
    }
    for cause in order {
        let explained = EXPLAINED
            .iter()
            .any(|(other, by)| *other == cause && by_cause.contains_key(by));
        if let Some(signs) = by_cause
            .get(cause)
            .filter(|signs| !explained && is_enough(case, signs))
        {
            told(case, cause, signs);
        }
    }
}

/// Causes that only follow from another whose signs are there, too.
const EXPLAINED: [(&Cause, &Cause); 1] = [(&TAILNET_LOGIN, &TAILNET_AUTH_KEY)];

/// Whether a packet was for something that no route to pods is about: a device of the tailnet itself, or what is neither a pod, a
/// Service nor a machine.
fn is_foreign(case: &Case<'_>, about: Option<&str>) -> bool {
    let target = about.and_then(|about| about.split("=> ").nth(1));
    let Some(target) = target.and_then(|target| address(target.rsplit_once(':')?.0)) else {
        return false;
    };
    let machines = || case.facts.machines.values();
    let pods = machines().flat_map(|machine| machine.pods.iter().chain(&machine.cluster_cidrs));
    let services = machines().flat_map(|machine| &machine.service_cidrs);
    let mut inside = pods.chain(services).map(|(net, _)| net).peekable();
    let own = machines().any(|machine| super::addresses(machine).any(|ip| ip == target));
    let unknown = inside.peek().is_none();
    is_tailnet(target) || !own && !unknown && !inside.any(|net| net.contains(&target))
}

/// Whether a tailnet gives such addresses to its devices (Tailscale docs, "About 100.x.y.z addresses").
fn is_tailnet(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => matches!(v4.octets(), [100, 64..=127, ..]),
        IpAddr::V6(v6) => v6.segments().starts_with(&[0xfd7a, 0x115c, 0xa1e0]),
    }
}

fn told(case: &mut Case<'_>, cause: &'static Cause, signs: &[Shown<'_>]) {
    let cause = match *cause == WEBHOOK_UNREACHABLE && through_proxy(case) {
        true => &NO_PROXY,
        false => cause,
    };
    // What the wildcard record explains is no certificate's fault.
    if case.has(cause) || *cause == CERTIFICATE_NAME && super::search::wild(case).is_some() {
        return;
    }
    // What leads to it is shown behind it, and not for a line that is shown as it is.
    let leads = signs
        .iter()
        .filter(|shown| shown.sign.leads && *cause != LAST_RESORT);
    let counted = signs.iter().filter(|shown| !shown.sign.leads);
    let signs: Vec<&Shown<'_>> = counted.chain(leads).collect();
    let variant = signs.iter().find_map(|shown| shown.sign.says);
    let words = variant.map_or((cause.message, cause.fix, cause.why), |variant| {
        (variant.message, variant.fix, variant.why)
    });
    let about = signs.iter().find_map(|shown| shown.about);
    // The only image of a report is the one that does not run.
    let about = about.or_else(|| {
        only(case, |event| match event {
            Event::Image { image } if *cause == IMAGE_ARCHITECTURE => Some(image),
            _ => None,
        })
    });
    let mut machines: Vec<&str> = signs.iter().filter_map(|shown| shown.machine).collect();
    if machines.is_empty() && OF_PODS.contains(&cause) {
        machines.extend(only(case, |event| match event {
            Event::Assigned { node } => Some(node),
            _ => None,
        }));
    }
    // The message has all the words of a line that is told as it is.
    let about_line = |about: &&str| *cause != LAST_RESORT && !about.is_empty();
    let label = |shown: &Shown<'_>| match shown.about.filter(about_line) {
        Some(about) => format!("`{about}`"),
        None if shown.sign.leads => "before that".to_owned(),
        None => String::new(),
    };
    let mut told = Told::new(fill(words.0, about, &machines))
        .all(signs.iter().map(|shown| (shown.at, label(shown))))
        .fix(filled(words.1, about, machines.first().copied()))
        .why(words.2);
    if let Some(variant) = variant {
        told = told.key(variant.key);
    }
    match case.doubtful {
        true => case.warning(cause, told),
        false => case.error(cause, told),
    }
    let broken = case.broken & cause.breaks;
    case.unreachable |= broken & SERVICE != 0;
    case.outside |= broken & DNS == DNS;
}

/// Causes that a pod meets on the machine that it was given to.
const OF_PODS: [&Cause; 4] = [
    &CONTAINERD_PATH,
    &FLANNEL_DOWN,
    &HOST_PROGRAM_MISSING,
    &IMAGE_ARCHITECTURE,
];

/// What all events of a kind name, where they name one thing.
fn only<'a>(case: &Case<'a>, name: impl Fn(&'a Event) -> Option<&'a String>) -> Option<&'a str> {
    let named = case.seen(name);
    let (_, first) = named.first()?;
    named
        .iter()
        .all(|(_, other)| other == first)
        .then_some(first.as_str())
}

/// Whether a rule of a FORWARD chain accepts what pods send, whatever the chain's policy is.
pub fn is_forwarded(case: &Case<'_>) -> bool {
    case.facts.seen.iter().any(|seen| seen.event == Event::Forwarded)
}

/// Whether k3s has a proxy and sends the cluster's own traffic through it.
fn through_proxy(case: &Case<'_>) -> bool {
    let proxy = case.seen(|event| matches!(event, Event::Proxy).then_some(()));
    let exempt = case.seen(|event| matches!(event, Event::NoProxy { inside: true }).then_some(()));
    !proxy.is_empty() && exempt.is_empty()
}

/// Commands with the name and the machine that they are about, and the port of HTTPS where the name has none.
pub fn filled(fix: &str, about: Option<&str>, machine: Option<&str>) -> String {
    let name = about.unwrap_or("NAME");
    let is_port = |port: &str| port.bytes().all(|b| b.is_ascii_digit());
    let server = match name.rsplit_once(':').is_some_and(|(_, port)| is_port(port)) {
        true => name.to_owned(),
        false => format!("{name}:443"),
    };
    fix.replace("{NAME:443}", &server)
        .replace("{NAME}", name)
        .replace("{MACHINE}", machine.or(about).unwrap_or("MACHINE"))
        .replace("{SIZE}", FLANNELS_SIZE)
}

/// The largest echo that fits into flannel's packets in an Ethernet of 1500 bytes, where the report has no size that was lost.
const FLANNELS_SIZE: &str = "1422";

/// The words for machines that a report does not name.
const MACHINE: &str = "a machine";

/// A message with what it is about and the machines that say so, or with its own words for them. Where a message is about a machine
/// alone, that may be what the line is about.
pub fn fill(message: &str, about: Option<&str>, machines: &[&str]) -> String {
    let alone = message.matches('{').count() == 1;
    let mut filled = String::new();
    let mut rest = message;
    while let Some((before, (general, after))) = rest
        .split_once('{')
        .and_then(|(before, rest)| Some((before, rest.split_once('}')?)))
    {
        filled.push_str(before);
        match about.filter(|_| alone || general != MACHINE) {
            Some(about) => filled.push_str(&format!("`{}`", about.replace('`', "'"))),
            None if general == MACHINE && !machines.is_empty() => filled.push_str(&list(machines)),
            None => filled.push_str(general),
        }
        rest = after;
    }
    filled + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_name_what_they_are_about() {
        let message = "registry {a registry} speaks HTTP";
        assert_eq!(
            fill(message, Some("r.example"), &["m"]),
            "registry `r.example` speaks HTTP"
        );
        assert_eq!(fill(message, None, &[]), "registry a registry speaks HTTP");
        assert_eq!(fill("plain", Some("x"), &[]), "plain");
        let message = "{a machine} says {a time}";
        assert_eq!(
            fill(message, Some("noon"), &["m", "n"]),
            "`m` and `n` says `noon`"
        );
        assert_eq!(fill("on {a machine}", Some("m"), &["n"]), "on `m`");
    }
}
