//! What a configuration amounts to at a place: defaults that are in force, and what follows from a value.

use super::outline::{Id, Outline, Shape, Step, shown};
use crate::Analysis;
use crate::facts::k3s::{NODE_MASKS, key as k3s_key};
use crate::facts::k3s_keys::ValueType;
use crate::facts::{cron, machine_types};
use crate::inputs::Inputs;
use crate::model::Signups;
use crate::plan::{Count, Datastore, Install, NodeSet, Plan, Role};
use crate::source::SourceFile;
use ipnet::IpNet;

/// How many of the next snapshots are told.
const SNAPSHOTS: usize = 3;

/// The defaults that are in force in a mapping: the keys that it does not have, each with what it amounts to.
pub(super) fn defaults(
    file: &SourceFile,
    outline: &Outline,
    plan: &Plan,
    id: Id,
) -> Vec<(&'static str, String)> {
    let is_map = outline.node(id).is_some_and(|node| node.shape == Shape::Map);
    let path = shown(&outline.path(file, id));
    let mut known = match path.as_str() {
        _ if !is_map => Vec::new(),
        "cluster" => vec![
            ("name", plan.name.clone()),
            ("provider", plan.provider.as_str().to_owned()),
            ("size", plan.size.as_str().to_owned()),
            ("os", plan.os.as_str().to_owned()),
        ],
        "cluster.network" => networks(plan),
        "cluster.servers" => plan.servers().next().map_or(Vec::new(), of_set),
        "cluster.pools[]" => {
            let name = outline.get(file, id, "name");
            let name = name.and_then(|name| outline.text(file, name));
            let set = plan.agents().find(|set| Some(set.name.as_str()) == name);
            set.map_or(Vec::new(), of_set)
        }
        "k3s" => vec![version(plan), datastore(plan)]
            .into_iter()
            .flatten()
            .collect(),
        "ssh" => vec![
            ("port", plan.host.ssh_port.to_string()),
            ("user", plan.host.ssh_user.clone()),
        ],
        _ => Vec::new(),
    };
    let is_there = |key: &str| outline.get(file, id, key).is_some();
    let chosen = |key: &str| match key {
        "version" => is_there("channel"),
        "count" => is_there("autoscale"),
        // What is merged in is not known here by its keys.
        _ => false,
    };
    let merges = outline.children(id).any(|child| outline.is_merged(child));
    known.retain(|(key, _)| !merges && !is_there(key) && !chosen(key));
    known
}

fn of_set(set: &NodeSet) -> Vec<(&'static str, String)> {
    let count = match set.count {
        Count::Fixed(count) => count.to_string(),
        Count::Autoscaled { min, max } => format!("{min} to {max}"),
    };
    let machine_type = set.machine_type.clone().map(|name| ("machineType", name));
    [("count", count)].into_iter().chain(machine_type).collect()
}

fn networks(plan: &Plan) -> Vec<(&'static str, String)> {
    let first = |key, ranges: &[IpNet]| ranges.first().map(|range| (key, range.to_string()));
    let networks = &plan.networks;
    let dns = networks.dns.first().map(|dns| ("dns", dns.to_string()));
    [
        first("nodes", &networks.nodes),
        first("pods", &networks.pods),
        first("services", &networks.services),
        dns,
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn version(plan: &Plan) -> Option<(&'static str, String)> {
    match &plan.k3s.install {
        Install::Version(version) => Some(("version", version.to_string())),
        Install::Channel(_) => None,
    }
}

fn datastore(plan: &Plan) -> Option<(&'static str, String)> {
    let word = match plan.k3s.datastore {
        Datastore::Etcd => "etcd",
        Datastore::Sqlite => "sqlite",
        Datastore::External { .. } => return None,
    };
    Some(("datastore", word.to_owned()))
}

/// What follows from the value of a key or of an item, in Markdown. It repeats no value of a secret.
pub(super) fn follows(
    file: &SourceFile,
    outline: &Outline,
    analysis: &Analysis,
    inputs: &dyn Inputs,
    id: Id,
) -> Option<String> {
    let plan = &analysis.planned.as_ref()?.plan;
    let path = outline.path(file, id);
    let place = shown(&path);
    let text = outline.text(file, id);
    if let Some(words) = passthrough(plan, &path) {
        return Some(words);
    }
    match (place.as_str(), text?) {
        ("domain", _) => served(plan),
        ("domain_passlist[]" | "domainPasslist[]" | "blockNewUsers.passlist[]", domain) => {
            signs_up(analysis, domain)
        }
        ("cluster.servers.count", _) => quorum(plan),
        ("cluster.nodes[].role", "server") => quorum(plan),
        ("cluster.servers.machineType" | "cluster.pools[].machineType", name) => machine(plan, name),
        ("k3s.snapshots.schedule", schedule) => snapshots(schedule, inputs),
        (place, text) if place.ends_with(".env") => variable(analysis, inputs, text),
        (place, text) if place.starts_with("cluster.network.") => {
            range_words(text.parse().ok()?, place == "cluster.network.pods")
        }
        (_, text) if text.contains('/') => range_words(text.parse().ok()?, false),
        _ => None,
    }
}

/// What an address range holds; with `pods`, for how many nodes that is enough.
pub(super) fn range_words(range: IpNet, pods: bool) -> Option<String> {
    let bits = u32::from(range.max_prefix_len() - range.prefix_len());
    let addresses = match 1_u128.checked_shl(bits).filter(|_| bits <= 32) {
        Some(1) => "1 address".to_owned(),
        Some(count) => format!("{} addresses", grouped(count)),
        None => format!("2^{bits} addresses"),
    };
    let mask = match range {
        IpNet::V4(_) => NODE_MASKS.0,
        IpNet::V6(_) => NODE_MASKS.1,
    };
    let nodes = mask
        .checked_sub(range.prefix_len())
        .filter(|bits| pods && *bits < 32)
        .map(|bits| match 1_u128 << bits {
            1 => format!(": a /{mask} for 1 node"),
            nodes => format!(": a /{mask} for each of {} nodes", grouped(nodes)),
        });
    Some(addresses + nodes.as_deref().unwrap_or(""))
}

/// A number with commas between thousands.
pub fn grouped(number: u128) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

fn served(plan: &Plan) -> Option<String> {
    let names = plan.needs.names.iter();
    let names: Vec<String> = names
        .map(|served| format!("\n- `{}`: {}", served.name, served.why))
        .collect();
    (!names.is_empty()).then(|| format!("DNS records and the certificate cover:\n{}", names.concat()))
}

fn signs_up(analysis: &Analysis, domain: &str) -> Option<String> {
    let Signups { blocked, .. } = analysis.model.config.as_ref()?.signups();
    Some(match blocked {
        true => format!(
            "New users sign up only if their email address is at one of these domains, such as `ada@{domain}`."
        ),
        false => "Every new user can sign up: `blockNewUsers` is `false`.".to_owned(),
    })
}

/// How many servers etcd can lose. It needs a majority of its members (etcd.io, "FAQ").
fn quorum(plan: &Plan) -> Option<String> {
    if !matches!(plan.k3s.datastore, Datastore::Etcd) {
        return None;
    }
    let servers = plan.servers().map(|set| set.count.least()).sum::<u32>();
    let spare = servers.checked_sub(1)? / 2;
    Some(match (servers, spare) {
        (1, _) => "etcd with 1 server: losing it stops the control plane.".to_owned(),
        (_, 0) => format!("etcd with {servers} servers: losing one stops the control plane."),
        _ => format!("etcd with {servers} servers survives the loss of {spare}."),
    })
}

/// CPUs and memory of a machine type in words.
pub(super) fn machine(plan: &Plan, name: &str) -> Option<String> {
    let size = machine_types::size_of(plan.provider, name)?;
    let arm = match machine_types::is_arm(plan.provider, name) {
        true => ", Arm",
        false => "",
    };
    Some(format!("{} CPUs, {} GB of memory{arm}.", size.cpus, size.memory))
}

fn snapshots(schedule: &str, inputs: &dyn Inputs) -> Option<String> {
    // The day is known, but not the time in the servers' zone: some of today's are over.
    let next = cron::next(schedule, inputs.today()?.tomorrow()?, SNAPSHOTS);
    let times = next
        .iter()
        .map(|(day, hour, minute)| format!("\n- {day} {hour:02}:{minute:02}"));
    let times: Vec<String> = times.collect();
    (!times.is_empty()).then(|| {
        format!(
            "Snapshots from tomorrow on, in the servers' time zone:\n{}",
            times.concat()
        )
    })
}

/// Whether a variable has a value, and nothing of the value.
fn variable(analysis: &Analysis, inputs: &dyn Inputs, name: &str) -> Option<String> {
    let needs = &analysis.planned.as_ref()?.plan.secrets;
    let is_secret = needs
        .iter()
        .any(|need| matches!(&need.source, crate::plan::SecretSource::Env(known) if known == name));
    if !is_secret {
        return None;
    }
    Some(match inputs.var(name) {
        Some(_) => format!("`{name}` is set."),
        None => format!("`{name}` is not set, neither in the environment nor in the secrets file."),
    })
}

/// What a key of `serverConfig` or `agentConfig` is to k3s.
fn passthrough(plan: &Plan, path: &[Step]) -> Option<String> {
    let [Step::Key(k3s), Step::Key(section), Step::Key(name), ..] = path else {
        return None;
    };
    let role = role_of(k3s, section)?;
    let key = k3s_key(name)?;
    let kind = match key.kind {
        ValueType::Bool => "`true` or `false`",
        ValueType::Int => "a whole number",
        ValueType::Text => "text",
        ValueType::List => "a list",
        ValueType::Duration => "a duration, such as `5m`",
    };
    let version = plan.k3s.install.version()?;
    let mut words = format!("The flag `--{}` of `k3s {role}`: {kind}.", key.key);
    if !key.words.is_empty() {
        words.push_str(&format!(" One of {}.", key.words.join(", ")));
    }
    if !key.roles.contains(&role) {
        words.push_str(&format!(" `k3s {role}` does not know it."));
    }
    if !key.since.is_empty() && !version.has(key.since) {
        words.push_str(&format!(" {version} does not know it yet."));
    }
    let replaced = key.replaced.as_ref();
    if let Some(replaced) = replaced.filter(|replaced| version.has(replaced.since)) {
        words.push_str(&format!(" Deprecated: use `{}`.", replaced.by));
    }
    Some(words)
}

/// The role whose configuration of k3s a section is.
pub(super) fn role_of(k3s: &str, section: &str) -> Option<&'static str> {
    match (k3s, section) {
        ("k3s", "serverConfig") => Some("server"),
        ("k3s", "agentConfig") => Some("agent"),
        _ => None,
    }
}

/// The set of machines that a node of the outline stands for: the servers, a pool, or a named machine.
pub(super) fn set_at<'p>(
    file: &SourceFile,
    outline: &Outline,
    plan: &'p Plan,
    id: Id,
) -> Option<&'p NodeSet> {
    let path = shown(&outline.path(file, id));
    if path == "cluster.servers" {
        return plan
            .nodes
            .iter()
            .find(|set| set.role == Role::Server && !set.named);
    }
    if !matches!(path.as_str(), "cluster.pools[]" | "cluster.nodes[]") {
        return None;
    }
    let name = outline.text(file, outline.get(file, id, "name")?)?;
    let in_nodes = path.starts_with("cluster.nodes");
    plan.nodes
        .iter()
        .find(|set| set.name == name && set.named == in_nodes)
}
