//! Causes that lines of logs are a sign of.

use super::measures::{ACROSS, API, DNS, FAR, HOST, OUTSIDE, SERVICE, Ways};
use super::{Case, Told, cause_of};
use crate::doctor::facts::Event;
use crate::doctor::signs::Sign;
use crate::source::Span;
use std::collections::BTreeMap;

/// Causes that programs name by themselves.
pub fn signs(case: &mut Case<'_>) {
    tell(case, |sign| {
        !sign.hint && !LATE.iter().any(|(late, ..)| *late == sign.cause)
    });
}

/// What programs say of something that other causes lead to: the cause, the ways, and the causes that explain it.
const LATE: [(&str, Ways, &[&str]); 8] = [
    (
        "certificate-untrusted",
        0,
        &["certificate-name", "search-wildcard"],
    ),
    ("egress-blocked", 0, &["clock", "conntrack-full", "ip-forward"]),
    (
        "flannel-down",
        0,
        &[
            "kernel-module",
            "pod-range-missing",
            "no-default-route",
            "wrong-interface",
            "server-unreachable",
        ],
    ),
    ("hairpin", SERVICE | OUTSIDE, &["search-wildcard"]),
    (
        "mtu",
        ACROSS | OUTSIDE,
        &["clock", "conntrack-full", "checksum-offload"],
    ),
    ("pod-not-ready", SERVICE, &["port-taken"]),
    ("server-silent", OUTSIDE, &["conntrack-full"]),
    (
        "webhook-unreachable",
        ACROSS | HOST | FAR | SERVICE | API,
        &[
            "no-proxy",
            "webhook-certificate",
            "reject-rules",
            "host-firewall",
            "flannel-down",
        ],
    ),
];

/// Causes that programs name, where nothing explains why.
pub fn late(case: &mut Case<'_>) {
    for (late, ways, causes) in LATE {
        if case.broken & ways == 0 && !causes.iter().any(|cause| case.has(cause)) {
            tell(case, |sign| !sign.hint && sign.cause == late);
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
    cause_of(sign.cause).map_or(0, |cause| cause.breaks)
}

/// Where lines say it, whether they count only together, and what they are about.
type Signs<'a> = Vec<(Span, bool, Option<&'a str>)>;

/// So often a program says what is over soon.
const OFTEN: usize = 3;

/// Whether a cause is told by signs that are none of a start.
fn is_enough(case: &Case<'_>, signs: &Signs<'_>) -> bool {
    signs.len() >= OFTEN
        || case.facts.lines <= FEW
        || through_proxy(case)
        || signs.iter().any(|(_, often, _)| !often)
}

fn tell(case: &mut Case<'_>, counts: impl Fn(&Sign) -> bool) {
    let seen = case.seen(|event| match event {
        Event::Sign { sign, about } => Some((*sign, about.as_deref())),
        _ => None,
    });
    // Of causes that are over: the last line that says so, of each name and of all.
    let mut last: BTreeMap<(&str, Option<&str>), usize> = BTreeMap::new();
    let mut last_of_any: BTreeMap<&str, usize> = BTreeMap::new();
    for (at, (_, (sign, about))) in seen.iter().enumerate() {
        for ended in sign.ends {
            last.insert((ended, *about), at);
            last_of_any.insert(ended, at);
        }
    }
    let is_over = |at: usize, cause: &str, about: Option<&str>| {
        let end = match about {
            // What is about another image or name goes on.
            Some(_) => last.get(&(cause, about)).max(last.get(&(cause, None))),
            None => last_of_any.get(cause),
        };
        end.is_some_and(|end| at < *end)
    };
    let forwarded = is_forwarded(case);
    let mut by_cause: BTreeMap<&str, Signs<'_>> = BTreeMap::new();
    let mut order: Vec<&str> = Vec::new();
    for (number, (at, (sign, about))) in seen.into_iter().enumerate() {
        let cause = sign.cause;
        if !counts(sign) || is_over(number, cause, about) || cause == "forward-drop" && forwarded {
            continue;
        }
        let signs = by_cause.entry(cause).or_default();
        if signs.is_empty() {
            order.push(cause);
        }
        signs.push((at, sign.often, about));
    }
    for name in order {
        if let Some(signs) = by_cause.get(name).filter(|signs| is_enough(case, signs)) {
            told(case, name, signs);
        }
    }
}

fn told(case: &mut Case<'_>, name: &str, signs: &Signs<'_>) {
    let name = if name == "webhook-unreachable" && through_proxy(case) {
        "no-proxy"
    } else {
        name
    };
    let Some(cause) = cause_of(name).filter(|_| !case.has(name)) else {
        return;
    };
    // What the wildcard record explains is no certificate's fault.
    if name == "certificate-name" && super::search::wild(case).is_some() {
        return;
    }
    let about = signs.iter().find_map(|(.., about)| *about);
    let told = Told::new(fill(cause.message, about))
        .all(
            signs
                .iter()
                .map(|(at, _, about)| (*at, about.map_or_else(String::new, |about| format!("`{about}`")))),
        )
        .fix(filled(cause.fix, about))
        .why(cause.why);
    match case.doubtful {
        true => case.warning(name, told),
        false => case.error(name, told),
    }
    let broken = case.broken & cause.breaks;
    case.unreachable |= broken & SERVICE != 0;
    case.outside |= broken & DNS == DNS;
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

/// Commands with the name that they are about, and the port of HTTPS where the name has none.
pub fn filled(fix: &str, about: Option<&str>) -> String {
    let name = about.unwrap_or("NAME");
    let is_port = |port: &str| port.bytes().all(|b| b.is_ascii_digit());
    let server = match name.rsplit_once(':').is_some_and(|(_, port)| is_port(port)) {
        true => name.to_owned(),
        false => format!("{name}:443"),
    };
    fix.replace("{NAME:443}", &server).replace("{NAME}", name)
}

/// A message with what it is about, or with its own words for that.
pub fn fill(message: &str, about: Option<&str>) -> String {
    let Some((before, rest)) = message.split_once('{') else {
        return message.to_owned();
    };
    let (general, after) = rest.split_once('}').unwrap_or((rest, ""));
    match about {
        Some(about) => format!("{before}`{}`{after}", about.replace('`', "'")),
        None => format!("{before}{general}{after}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_name_what_they_are_about() {
        let message = "registry {a registry} speaks HTTP";
        assert_eq!(
            fill(message, Some("r.example")),
            "registry `r.example` speaks HTTP"
        );
        assert_eq!(fill(message, None), "registry a registry speaks HTTP");
        assert_eq!(fill("plain", Some("x")), "plain");
    }
}
