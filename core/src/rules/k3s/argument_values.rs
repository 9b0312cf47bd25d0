//! Values of arguments that have a syntax of their own: words, reservations, thresholds.

use crate::facts::go::{duration, is_quantity};
use crate::facts::k3s::{API_PORT, KUBELET_PORT};
use crate::facts::k3s_flags::{
    BOUNDS, ETCD_ELECTION, ETCD_HEARTBEAT, ETCD_HEARTBEATS, EVICTION_SIGNALS, IMAGE_GC_HIGH, IMAGE_GC_LOW,
    POD_SYSCTLS, Program, RESERVABLE, WORDS,
};
use crate::words::{nearest, or, quoted};
use std::collections::BTreeSet;

/// Seconds from one report of a kubelet to the next (Kubernetes docs, "kubelet", `--node-status-update-frequency`).
const KUBELET_REPORTS: f64 = 10.0;

/// The message, and what to do.
type Wrong = (String, String);

/// Looks at arguments together: the place of one that contradicts another, and what is wrong.
pub(super) type Together = fn(&[(&str, &str)]) -> Option<(usize, Wrong)>;

/// What is wrong with the value of an argument by itself.
pub(super) fn wrong(program: &Program, name: &str, value: &str) -> Option<Wrong> {
    let value = unquoted(value);
    if value.is_empty() {
        return None;
    }
    if let Some((.., many, words)) = WORDS
        .iter()
        .find(|(of, flag, ..)| *of == program.name && *flag == name)
    {
        return wrong_word(name, value, *many, words)
            .or_else(|| of_api_server(name, value).filter(|_| program.name == "kube-apiserver"));
    }
    if let Some(bound) = BOUNDS
        .iter()
        .find(|(of, flag, ..)| *of == program.name && *flag == name)
    {
        let (_, _, least, most, example) = *bound;
        let number = value.parse().ok().or_else(|| duration(value))?;
        let (below, above): (bool, bool) = (number < least, number > most);
        return (below || above).then(|| {
            let bound = if below { "small" } else { "large" };
            (
                format!("`{name}` of {value} is too {bound}"),
                format!("use a value such as `{name}={example}`"),
            )
        });
    }
    if name == "service-node-port-range" {
        return ports(name, value);
    }
    if program.name == "etcd" && name == "auto-compaction-retention" {
        let fits = value.parse::<u64>().is_ok() || duration(value).is_some();
        return (!fits).then(|| {
            (
                format!("invalid `{name}`: `{value}` is neither a number of hours nor a duration"),
                format!("use `{name}=8h`"),
            )
        });
    }
    if program.name == "kube-apiserver" && name == "oidc-issuer-url" && !value.starts_with("https://") {
        let help = match value.strip_prefix("http://") {
            Some(rest) => format!("use `{name}=https://{rest}`"),
            None => format!("use a URL, as in `{name}=https://id.acme.dev`"),
        };
        return Some((
            format!("`{name}` requires an `https://` URL, found `{value}`"),
            help,
        ));
    }
    if program.name == "kube-apiserver" {
        return of_api_server(name, value);
    }
    if program.name == "kube-proxy" && name.ends_with("-bind-address") {
        return taken(name, value);
    }
    if program.name == "kube-controller-manager" && name == "node-monitor-grace-period" {
        return duration(value)
            .filter(|period| *period < KUBELET_REPORTS)
            .map(|_| {
                (
                    format!("`{name}` of {value} is shorter than the time between two reports of a kubelet"),
                    format!("use several times 10s, as in `{name}=40s`"),
                )
            });
    }
    if program.name != "kubelet" {
        return None;
    }
    match name {
        "system-reserved" | "kube-reserved" => pairs(name, value, '=', "cpu=500m,memory=1Gi", reserved),
        "eviction-hard" | "eviction-soft" => pairs(
            name,
            value,
            '<',
            "memory.available<500Mi,nodefs.available<10%",
            threshold,
        ),
        "cpu-manager-policy-options" => pairs(name, value, '=', "full-pcpus-only=true", switch),
        "topology-manager-policy-options" => pairs(name, value, '=', "prefer-closest-numa-nodes=true", any),
        "allowed-unsafe-sysctls" => {
            let mut items = value.split(',').map(str::trim);
            items.find(|item| !is_of_pods(item)).map(|item| {
                (
                    format!("pods have no `{item}` of their own"),
                    "remove it, and set it in `/etc/sysctl.d` for the whole machine".to_owned(),
                )
            })
        }
        "eviction-minimum-reclaim" => pairs(name, value, '=', "nodefs.available=1Gi", threshold),
        "eviction-soft-grace-period" => pairs(name, value, '=', "memory.available=90s", grace),
        "container-log-max-files" if value.parse::<i64>().is_ok_and(|files| files < 2) => Some((
            format!("`{name}` of {value} is out of range (2 or more)"),
            format!("use at least 2, as in `{name}=5`"),
        )),
        "container-log-max-size" if !is_quantity(value) => Some((
            format!("invalid quantity `{value}` in `{name}`"),
            format!("use a quantity, as in `{name}=10Mi`"),
        )),
        _ if name == IMAGE_GC_HIGH.0 || name == IMAGE_GC_LOW.0 => {
            let percent: i64 = value.parse().ok()?;
            (!(0..=100).contains(&percent)).then(|| {
                (
                    format!("`{name}` of {percent} is out of range (0-100)"),
                    format!("use a percentage of the disk, as in `{name}=80`"),
                )
            })
        }
        _ => None,
    }
}

fn of_api_server(name: &str, value: &str) -> Option<Wrong> {
    match name {
        "authorization-mode" if !value.split(',').any(|mode| mode.trim() == "Node") => Some((
            format!("`{name}` lacks `Node`"),
            format!("use `{name}=Node,{value}`; without it kubelets may read nothing"),
        )),
        "audit-log-path" if value.ends_with('/') => Some((
            format!("`{name}` is the folder `{value}`"),
            format!("use the path of a file, as in `{name}={value}audit.log`"),
        )),
        "oidc-required-claim" => pairs(name, value, '=', "department=it", any),
        _ => None,
    }
}

/// An address with a port that k3s itself uses.
fn taken(name: &str, value: &str) -> Option<Wrong> {
    let port: u16 = value.rsplit_once(':')?.1.parse().ok()?;
    [KUBELET_PORT, API_PORT].contains(&port).then(|| {
        (
            format!("port {port} in `{name}` is taken"),
            "use another port, or remove the argument".to_owned(),
        )
    })
}

/// Whether each pod has such settings for itself.
fn is_of_pods(setting: &str) -> bool {
    let setting = setting.trim_end_matches('*').replace('/', ".");
    setting.is_empty()
        || POD_SYSCTLS.iter().any(|known| match known.strip_suffix('*') {
            Some(beginning) => setting.starts_with(beginning),
            None => setting == *known,
        })
}

fn any(_: &str, _: &str) -> Option<String> {
    None
}

fn switch(option: &str, on: &str) -> Option<String> {
    let fits = ["true", "false", "1", "0"].contains(&on.to_lowercase().as_str());
    (!fits).then(|| format!("`{option}` requires `true` or `false`, found `{on}`"))
}

/// Of the API server's arguments, by their places: the one that lacks another.
pub(super) fn contradiction_of_api_server(arguments: &[(&str, &str)]) -> Option<(usize, Wrong)> {
    let issuer = arguments
        .iter()
        .rposition(|(flag, _)| *flag == "oidc-issuer-url")?;
    let has_client = arguments.iter().any(|(flag, _)| flag.starts_with("oidc-client"));
    (!has_client).then(|| {
        (
            issuer,
            (
                "`oidc-issuer-url` requires `oidc-client-id`".to_owned(),
                "add `oidc-client-id=…`, the client that the tokens are for".to_owned(),
            ),
        )
    })
}

/// A range of ports, the lower one first.
fn ports(name: &str, value: &str) -> Option<Wrong> {
    let range = value.split_once('-').or_else(|| value.split_once('+'));
    let ends = range.and_then(|(first, last)| Some((first.parse::<u16>().ok()?, last.parse::<u16>().ok()?)));
    let why = match ends {
        Some((first, last)) if value.contains('-') && first > last => "the lower port comes first",
        Some(_) => return None,
        None => "expected two ports",
    };
    Some((
        format!("invalid `{name}`: {why}"),
        format!("use `{name}=30000-32767`"),
    ))
}

/// Of etcd's arguments, by their places: the one that contradicts another.
pub(super) fn contradiction_of_etcd(arguments: &[(&str, &str)]) -> Option<(usize, Wrong)> {
    let last = |name: &str| arguments.iter().rposition(|(flag, _)| *flag == name);
    let (heartbeat, election) = (last(ETCD_HEARTBEAT.0), last(ETCD_ELECTION.0));
    let number = |at: Option<usize>, otherwise: i64| match at {
        Some(at) => arguments.get(at)?.1.parse().ok(),
        None => Some(otherwise),
    };
    let beats: i64 = number(heartbeat, ETCD_HEARTBEAT.1)?;
    let waits: i64 = number(election, ETCD_ELECTION.1)?;
    let at = election
        .or(heartbeat)
        .filter(|_| waits < beats.saturating_mul(ETCD_HEARTBEATS))?;
    let message = format!(
        "`{}` of {waits} ms is less than {ETCD_HEARTBEATS} times `{}`, {beats} ms",
        ETCD_ELECTION.0, ETCD_HEARTBEAT.0
    );
    let help = format!("use `{}={}`", ETCD_ELECTION.0, beats.saturating_mul(10));
    Some((at, (message, help)))
}

/// Of the kubelet's arguments, by their places: the one that contradicts another, or lacks one.
pub(super) fn contradiction<'t>(arguments: &[(&'t str, &'t str)]) -> Option<(usize, Wrong)> {
    let last = |name: &str| arguments.iter().rposition(|(flag, _)| *flag == name);
    let percent = |at: Option<usize>| {
        arguments
            .get(at?)?
            .1
            .parse::<i64>()
            .ok()
            .filter(|percent| (0..=100).contains(percent))
    };
    let (high, low) = (last(IMAGE_GC_HIGH.0), last(IMAGE_GC_LOW.0));
    if let Some(at) = low.or(high) {
        let readable = |at: Option<usize>| at.is_none() || percent(at).is_some();
        let most = percent(high).unwrap_or(IMAGE_GC_HIGH.1);
        let least = percent(low).unwrap_or(IMAGE_GC_LOW.1);
        if least >= most && readable(high) && readable(low) {
            let message = format!(
                "`{}` {least} is not below `{}` {most}",
                IMAGE_GC_LOW.0, IMAGE_GC_HIGH.0
            );
            let other = match (low, high) {
                (Some(_), None) => format!("use less than {most}, the default of `{}`", IMAGE_GC_HIGH.0),
                (None, Some(_)) => format!("use more than {least}, the default of `{}`", IMAGE_GC_LOW.0),
                _ => format!("use less than {most}"),
            };
            return Some((at, (message, other)));
        }
    }
    // A misspelt flag was meant for one of them.
    let reserves = |(flag, value): &(&str, &str)| {
        flag.contains("reserve") && (value.contains("cpu=") || flag.contains("cpus"))
    };
    let static_cpus = arguments
        .iter()
        .rposition(|(flag, value)| *flag == "cpu-manager-policy" && unquoted(value) == "static");
    if let Some(at) = static_cpus.filter(|_| !arguments.iter().any(reserves)) {
        let message = "`cpu-manager-policy=static` requires reserved CPUs".to_owned();
        return Some((
            at,
            (
                message,
                "add `cpu=500m` to `kube-reserved`, or `reserved-cpus`".to_owned(),
            ),
        ));
    }
    let pinned = arguments
        .iter()
        .rposition(|(flag, value)| *flag == "memory-manager-policy" && unquoted(value) == "Static");
    // A misspelt flag was meant for it.
    if let Some(at) = pinned.filter(|_| !arguments.iter().any(|(flag, _)| flag.starts_with("reserved-mem"))) {
        let message = "`memory-manager-policy=Static` requires `reserved-memory`".to_owned();
        return Some((
            at,
            (
                message,
                "add `reserved-memory=0:memory=1Gi`, as much as is reserved elsewhere".to_owned(),
            ),
        ));
    }
    let mut grace = BTreeSet::new();
    for (flag, value) in arguments {
        if *flag == "eviction-soft-grace-period" {
            // What cannot be read was said.
            for item in unquoted(value).split(',') {
                grace.insert(item.split_once('=')?.0.trim());
            }
        }
    }
    for (at, (_, value)) in arguments
        .iter()
        .enumerate()
        .filter(|(_, (flag, _))| *flag == "eviction-soft")
    {
        for item in unquoted(value).split(',').filter(|item| !item.trim().is_empty()) {
            let signal = item.split_once('<')?.0.trim();
            if EVICTION_SIGNALS.contains(&signal) && !grace.contains(signal) {
                let message = format!("missing grace period for the soft eviction at `{signal}`");
                return Some((
                    at,
                    (message, format!("add `eviction-soft-grace-period={signal}=90s`")),
                ));
            }
        }
    }
    None
}

/// A value without the quotes that k3s takes off it.
fn unquoted(value: &str) -> &str {
    let value = value.trim();
    let inner = |quote: char| {
        value
            .strip_prefix(quote)
            .and_then(|inner| inner.strip_suffix(quote))
    };
    inner('"').or_else(|| inner('\'')).unwrap_or(value)
}

fn wrong_word(name: &str, value: &str, many: bool, words: &[&str]) -> Option<Wrong> {
    let mut items: Vec<&str> = match many {
        true => value.split(',').map(str::trim).collect(),
        false => vec![value],
    };
    items.retain(|item| !item.is_empty() && !words.contains(item));
    let wrong = items.first()?;
    let help = match nearest(wrong, words.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("use {}", or(&quoted(words.iter().copied()))),
    };
    Some((format!("unknown value `{wrong}` for `{name}`"), help))
}

/// What is wrong with a list of pairs; `judge` looks at the two parts of each.
fn pairs(
    name: &str,
    value: &str,
    between: char,
    example: &str,
    judge: fn(&str, &str) -> Option<String>,
) -> Option<Wrong> {
    value
        .split(',')
        .map(str::trim)
        .filter(|item| !item.is_empty())
        .find_map(|item| {
            let why = match item.split_once(between) {
                Some((key, value)) => judge(key.trim(), value.trim())?,
                None => format!("expected `{between}` in `{item}`"),
            };
            Some((
                format!("invalid `{name}`: {why}"),
                format!("use the form `{name}={example}`"),
            ))
        })
}

fn reserved(resource: &str, amount: &str) -> Option<String> {
    if !RESERVABLE.contains(&resource) {
        return Some(format!("unknown resource `{resource}`"));
    }
    let fits = is_quantity(amount) && !amount.starts_with('-');
    (!fits).then(|| format!("invalid quantity `{amount}`"))
}

fn threshold(signal: &str, amount: &str) -> Option<String> {
    if let Some(unknown) = unknown_signal(signal) {
        return Some(unknown);
    }
    match amount.strip_suffix('%') {
        Some(percent) => match percent.parse::<f64>() {
            Ok(percent) if (0.0..=100.0).contains(&percent) => None,
            _ => Some(format!("`{amount}` is out of range (0%-100%)")),
        },
        None => {
            (!is_quantity(amount) || amount.starts_with('-')).then(|| format!("invalid quantity `{amount}`"))
        }
    }
}

fn grace(signal: &str, period: &str) -> Option<String> {
    unknown_signal(signal).or_else(|| {
        let fits = duration(period).is_some_and(|seconds| seconds >= 0.0);
        (!fits).then(|| format!("invalid duration `{period}`"))
    })
}

fn unknown_signal(signal: &str) -> Option<String> {
    (!EVICTION_SIGNALS.contains(&signal)).then(|| match nearest(signal, EVICTION_SIGNALS) {
        Some(near) => format!("unknown signal `{signal}`, did you mean `{near}`?"),
        None => format!("unknown signal `{signal}`"),
    })
}
