//! The script that makes a machine a node: what depends on the plan as variables, then those of the parts in `scripts/` that are needed.

use super::k3s::Standing;
use super::shell;
use super::{guard, platform};
use crate::facts::{self, hosts};
use crate::model::Provider;
use crate::plan::{Address, Datastore, Install, Interface, NodeSet, Plan, Tailnet};
use crate::text::Text;
use ipnet::IpNet;

/// The script that is run once: what depends on the plan as variables, then the parts that are needed. `address` is the machine's
/// own, where the plan knows it.
pub(super) fn script(plan: &Plan, set: &NodeSet, standing: Standing, address: Option<&str>) -> Text {
    let tailnet = plan.tailnet.as_ref();
    let over_tailnet = plan.is_over_tailnet();
    let mut script =
        Text::lit("#!/bin/sh\n# Joins this machine to the cluster. cloud-init runs it once.\nset -eu\n");
    for (name, value) in variables(plan, set, standing, address) {
        script.append(&shell::assign(name, &value));
        script.push_str("\n");
    }
    let mut parts = vec![include_str!("scripts/common.sh")];
    if plan.proxy.is_some() {
        parts.push(include_str!("scripts/proxy.sh"));
    }
    parts.push(include_str!("scripts/clock.sh"));
    if plan.k3s.mirror_ca().is_some() {
        parts.push(include_str!("scripts/mirror_ca.sh"));
    }
    if plan.networks.nodes.iter().any(|range| range.addr().is_ipv6()) {
        parts.push(include_str!("scripts/routers.sh"));
    }
    parts.push(include_str!("scripts/host.sh"));
    if guard::is_needed(plan) {
        parts.push(include_str!("scripts/guard.sh"));
    }
    if plan.provider == Provider::RaspberryPi {
        parts.push(include_str!("scripts/pi.sh"));
    }
    if set.runs_workspaces() {
        parts.extend(platform::workspace_script(plan));
    }
    if !over_tailnet {
        parts.push(match plan.networks.interface {
            Interface::Auto => include_str!("scripts/address.sh"),
            Interface::Named(_) => include_str!("scripts/interface.sh"),
        });
        if plan.networks.dual_stack() {
            parts.push(include_str!("scripts/address_ipv6.sh"));
        }
        parts.push(include_str!("scripts/address_file.sh"));
    }
    if let Some(identity) = identity(plan) {
        parts.extend([identity, include_str!("scripts/provider_id.sh")]);
    }
    if tailnet.is_some() {
        parts.push(include_str!("scripts/tailscale.sh"));
    }
    push_parts(&mut script, &parts);
    if let Some(tailnet) = tailnet {
        push_parts(&mut script, &[include_str!("scripts/tailscale_up.sh")]);
        script.append(&tailscale_up(tailnet));
        if over_tailnet {
            push_parts(&mut script, &[include_str!("scripts/address_tailnet.sh")]);
        }
    }
    if !plan.host.before_k3s.is_empty() {
        script.push_str("begin 'before-k3s'\n/usr/local/lib/gkc/before-k3s.sh\n");
    }
    if trusted_registry(plan, set).is_some() {
        push_parts(&mut script, &[include_str!("scripts/registry.sh")]);
    }
    if founds(plan, standing) {
        push_parts(&mut script, &[include_str!("scripts/found.sh")]);
    }
    let k3s = match plan.k3s.airgap {
        Some(_) => include_str!("scripts/k3s_airgap.sh"),
        None => include_str!("scripts/k3s.sh"),
    };
    push_parts(&mut script, &[k3s, include_str!("scripts/start.sh")]);
    if !plan.host.after_k3s.is_empty() {
        script.push_str("begin 'after-k3s'\n/usr/local/lib/gkc/after-k3s.sh\n");
    }
    script.push_str("say 'finished'\n");
    script
}

/// How a machine learns its identity at the provider, where a controller of the provider has to know it. On Azure and Google Cloud the
/// cluster autoscaler stops at the first node without one, and a node keeps what it registered with; so every machine has one there, for
/// the day on which an autoscaler comes (kubernetes/autoscaler `gce_cloud_provider.go`, GceRefFromProviderId; `azure_cache.go`,
/// FindForInstance). On Hetzner the autoscaler passes nodes over that it does not know, but the controller beside it looks for a
/// node without one by its name, and deletes it where no server is called like that (hcloud-cloud-controller-manager
/// `instances.go`, lookupServer): a node has none until k3s has initialized it, and names are a matter of who made the machine.
fn identity(plan: &Plan) -> Option<&'static str> {
    match plan.provider {
        Provider::Hetzner if plan.autoscaler.is_some() => {
            Some(include_str!("scripts/provider_id_hetzner.sh"))
        }
        Provider::Azure => Some(include_str!("scripts/provider_id_azure.sh")),
        Provider::Gcp => Some(include_str!("scripts/provider_id_gcp.sh")),
        Provider::Hetzner | Provider::Scaleway | Provider::Generic | Provider::RaspberryPi => None,
    }
}

/// Whether the machine founds the cluster, unless that is there already.
fn founds(plan: &Plan, standing: Standing) -> bool {
    standing == Standing::First && plan.k3s.datastore == Datastore::Etcd
}

fn push_parts(script: &mut Text, parts: &[&str]) {
    for part in parts {
        script.push_str(part);
    }
}

fn tailscale_up(tailnet: &Tailnet) -> Text {
    let mut words: Vec<Text> = ["retry", "5", "10", "join_tailnet"]
        .into_iter()
        .map(Text::lit)
        .collect();
    if let Some(url) = &tailnet.control_server_url {
        words.push(Text::lit(format!("--login-server={url}")));
    }
    words.extend(extra_args(tailnet).into_iter().map(Text::lit));
    let mut line = shell::command(&words);
    line.push_str("\n");
    line
}

/// The folder of a release on a mirror: `+` is a space to some web servers.
fn version_in_url(install: &Install) -> String {
    install
        .version()
        .map(|version| version.to_string().replace('+', "%2B"))
        .unwrap_or_default()
}

fn variables(
    plan: &Plan,
    set: &NodeSet,
    standing: Standing,
    address: Option<&str>,
) -> Vec<(&'static str, Text)> {
    let providers = facts::providers::facts(plan.provider);
    let host = hosts::host(plan.os);
    let release = match &plan.k3s.install {
        Install::Version(version) => format!("INSTALL_K3S_VERSION={version}"),
        Install::Channel(channel) => format!("INSTALL_K3S_CHANNEL={channel}"),
    };
    let source = match &plan.k3s.airgap {
        None => [
            ("k3s_release", release),
            ("installer", facts::k3s::INSTALL_SCRIPT_URL.to_owned()),
        ],
        Some(mirror) => [
            (
                "mirror",
                format!("{}/{}", mirror.url, version_in_url(&plan.k3s.install)),
            ),
            ("sums_sha256", mirror.checksum.clone().unwrap_or_default()),
        ],
    };
    let mut variables = vec![
        ("role", Text::lit(set.role.as_str())),
        ("unit", Text::lit(set.role.unit())),
    ];
    variables.extend(source.map(|(name, value)| (name, Text::lit(value))));
    variables.extend([
        ("installer_sha256", Text::lit(facts::k3s::INSTALL_SCRIPT_SHA256)),
        ("modules", Text::lit(modules(plan, set).join(" "))),
    ]);
    if !plan.is_over_tailnet() {
        let mut ranges = plan.networks.nodes.iter().map(IpNet::to_string);
        let first = ranges.next();
        match &plan.networks.interface {
            Interface::Auto => {
                let network = address.map(str::to_owned).or(first).unwrap_or_default();
                variables.push(("node_network", Text::lit(network)));
                let required = providers.late_network || address.is_some() || plan.networks.dual_stack();
                let required = if required { "yes" } else { "no" };
                variables.push(("network_required", Text::lit(required)));
            }
            Interface::Named(name) => variables.push(("interface", Text::lit(name.clone()))),
        }
        variables.extend(ranges.map(|range| ("node_network_ipv6", Text::lit(range))));
        // Five minutes for a network that is attached after the machine starts.
        variables.push((
            "network_tries",
            Text::lit(if providers.late_network { "60" } else { "6" }),
        ));
    }
    if let Some(tailnet) = &plan.tailnet {
        variables.push(("tailscale_tags", Text::lit(tailnet.tags_of(set.role).join(","))));
        let archive = match plan.k3s.airgap {
            Some(_) => String::new(),
            None => format!("{}/{}", hosts::TAILSCALE_ARCHIVE, host.family),
        };
        variables.push(("archive", Text::lit(archive)));
        variables.push(("codename", Text::lit(host.codename)));
        variables.push((
            "tailscale_version",
            Text::lit(plan.releases.of(&facts::releases::TAILSCALE)),
        ));
    }
    let founds = founds(plan, standing);
    if founds {
        variables.push(("api_hosts", api_hosts(plan, address)));
        // A machine that has just joined a tailnet does not reach the others at once.
        let tries = if plan.api.at == Address::Tailnet {
            "12"
        } else {
            "3"
        };
        variables.push(("api_tries", Text::lit(tries)));
    }
    let registry = trusted_registry(plan, set);
    if founds || plan.k3s.airgap.is_some() || registry.is_some() {
        variables.push(("data_dir", Text::lit(plan.k3s.data_dir(set.role))));
    }
    if let Some(registry) = registry {
        variables.push(("registry", Text::lit(registry)));
        variables.push(("registries", Text::lit(facts::k3s::REGISTRIES)));
    }
    variables
}

/// Where a running cluster may answer to the machine with this address: at the API's address, and at the other servers that the
/// plan knows, one after the other.
fn api_hosts(plan: &Plan, own: Option<&str>) -> Text {
    let servers = plan.servers().filter_map(|set| set.address.as_deref());
    let others = servers
        .filter(|server| Some(*server) != own)
        .map(Text::bindable)
        .filter(|server| *server != plan.api.host);
    let hosts: Vec<Text> = std::iter::once(plan.api.host.clone()).chain(others).collect();
    Text::join(&hosts, " ")
}

/// The platform's own registry, where the machines of a set pull from it and are told whom to trust.
fn trusted_registry<'p>(plan: &'p Plan, set: &NodeSet) -> Option<&'p str> {
    let registry = plan.needs.trusted_registry.as_deref();
    registry.filter(|_| set.runs_workspaces())
}

/// The kernel modules that such a machine loads.
pub(super) fn modules(plan: &Plan, set: &NodeSet) -> Vec<&'static str> {
    let mut modules = vec!["br_netfilter", "overlay"];
    if set.runs_workspaces() {
        modules.extend(platform::workspace_modules(plan));
    }
    modules
}

/// The arguments of `tailscale up` that the configuration asks for. Tags come from the key that a machine joins with.
pub(super) fn extra_args(tailnet: &Tailnet) -> Vec<String> {
    let mut args = tailnet.extra_args.clone();
    if tailnet.ssh.is_some() && !args.iter().any(|arg| arg.starts_with("--ssh")) {
        args.insert(0, "--ssh".into());
    }
    args
}
