//! Every cause that is named, with the key that prevents it and where upstream tells of it.
//!
//! Issues are k3s-io/k3s's unless they say otherwise; CoreDNS's are coredns/coredns's.

use crate::diagnostic::{FixClass, Rule, Severity, Voice};

/// A cause.
#[derive(Debug, PartialEq, Eq)]
pub struct Cause {
    /// Its rule; the page says in a few words what it is.
    pub rule: Rule,
    /// What to write into the configuration so that it does not come back.
    pub key: Option<&'static str>,
    /// Where upstream tells of it.
    pub sources: &'static str,
}

/// A rule of the doctor's: its report is not the configuration, so there is nothing to fix or to suppress in it.
pub(in crate::doctor) const fn rule(name: &'static str, severity: Severity, docs: &'static str) -> Rule {
    Rule {
        name,
        formerly: &[],
        severity,
        since: "0.1.0",
        fix: FixClass::None,
        suppressible: false,
        loses_text: false,
        spoils_policy: false,
        doubles: false,
        voice: Voice::Equal,
        tag: None,
        silences: &[],
        docs,
    }
}

const fn cause(
    name: &'static str,
    title: &'static str,
    key: Option<&'static str>,
    sources: &'static str,
) -> Cause {
    Cause {
        rule: rule(name, Severity::Error, title),
        key,
        sources,
    }
}

/// All of them, in the order of their names.
pub static CAUSES: &[Cause] = &[
    cause(
        "checksum-offload",
        "a network card corrupts the checksums of encapsulated packets",
        Some("k3s: {serverConfig: {flannel-backend: wireguard-native}}"),
        "k3s #2013, #5013, #11727, #6664; flannel #1279",
    ),
    cause(
        "cidr-overlap",
        "the pod or service range overlaps another network",
        Some("cluster: {network: {pods: …, services: …}}"),
        "k3s #588, #3451, #4627; tailscale #1381",
    ),
    cause(
        "cluster-domain",
        "pods look up names under the wrong cluster domain",
        None,
        "bitnami/charts #13657",
    ),
    cause(
        "coredns-custom",
        "CoreDNS rejects the configuration in coredns-custom",
        None,
        "k3s #4397, #4854, #7639, #12979; CoreDNS #3350, #5127",
    ),
    cause(
        "coredns-down",
        "CoreDNS is not running",
        None,
        "k3s docs, \"Packaged Components\"",
    ),
    cause(
        "dns-address-taken",
        "another Service uses the address of the cluster DNS",
        Some("cluster: {network: {services: …/16}}"),
        "k3s #10611",
    ),
    cause(
        "dns-bypassed",
        "a pod uses a name server that does not resolve Services",
        None,
        "k3s #5627; Kubernetes docs, \"Pod's DNS Policy\"",
    ),
    cause(
        "dns-unreachable",
        "the cluster DNS does not answer",
        None,
        "Kubernetes docs, \"Debugging DNS Resolution\"",
    ),
    cause(
        "forward-to-loopback",
        "coredns-custom forwards to CoreDNS itself",
        Some("k3s: {serverConfig: {resolv-conf: FILE}, agentConfig: {resolv-conf: FILE}}"),
        "CoreDNS #2087; CoreDNS docs, \"loop\"",
    ),
    cause(
        "host-firewall",
        "a packet filter on the machines drops pod traffic",
        Some("cluster: {firewall: …}"),
        "k3s #1280, #6240, #6939, #8785, #6171, #9594",
    ),
    cause(
        "hosts-file",
        "the name is only in the machine's /etc/hosts, which pods do not read",
        None,
        "Kubernetes docs, \"Adding entries to Pod /etc/hosts\"; CoreDNS docs, \"hosts\"",
    ),
    cause(
        "iptables-mix",
        "iptables-legacy and nf_tables rules are mixed",
        Some("k3s: {serverConfig: {prefer-bundled-bin: true}, agentConfig: {prefer-bundled-bin: true}}"),
        "k3s docs, \"Known Issues\"; k3s #3117",
    ),
    cause(
        "loopback-resolver",
        "pods cannot use the machine's name servers",
        Some("k3s: {serverConfig: {resolv-conf: FILE}, agentConfig: {resolv-conf: FILE}}"),
        "k3s #4087, #5627; CoreDNS #2087",
    ),
    cause(
        "magicdns",
        "CoreDNS forwards to the tailnet's resolver",
        Some("tailscale: {extraArgs: [--accept-dns=false]}"),
        "tailscale #1003, #6651, #1381; k3s #4088",
    ),
    cause(
        "name-unresolved",
        "a name outside the cluster does not resolve",
        None,
        "rancher #24311, #16454, #41105",
    ),
    cause(
        "network-policy",
        "a NetworkPolicy blocks the cluster DNS",
        None,
        "k3s docs, \"CIS Hardening Guide\", \"NetworkPolicies\"",
    ),
    cause(
        "overlay-blocked",
        "the network between the machines drops pod traffic",
        Some("cluster: {network: {nodes: …}}"),
        "k3s #2241, #2768, #5349, #9102, #2935, #1266; rke2 #6307",
    ),
    cause(
        "pod-not-ready",
        "the pods of a Service do not run",
        None,
        "Kubernetes docs, \"Debug Services\"",
    ),
    cause(
        "selinux-denial",
        "SELinux blocks pod networking",
        None,
        "k3s #485; k3s docs, \"SELinux Support\"",
    ),
    cause(
        "service-missing",
        "the Service does not exist",
        None,
        "Kubernetes docs, \"DNS for Services and Pods\"",
    ),
    cause("undecided", "the report does not show the cause", None, ""),
    cause(
        "upstream-unreachable",
        "CoreDNS gets no answer from its upstream name servers",
        Some("k3s: {serverConfig: {resolv-conf: FILE}, agentConfig: {resolv-conf: FILE}}"),
        "k3s #5627; rancher #16454",
    ),
    cause(
        "wrong-interface",
        "flannel uses the wrong interface or address",
        Some("cluster: {network: {interface: NAME}}"),
        "k3s #12056, #11476, #1365, #1824",
    ),
];

/// The cause of that name.
pub fn cause_of(name: &str) -> Option<&'static Cause> {
    CAUSES.iter().find(|cause| cause.rule.name == name)
}
