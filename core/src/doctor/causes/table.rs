//! Every cause that is named, with the key that prevents it and where upstream tells of it.
//!
//! Issues are k3s-io/k3s's unless they say otherwise; CoreDNS's are coredns/coredns's.

/// A cause.
#[derive(Debug, PartialEq, Eq)]
pub struct Cause {
    /// Its name.
    pub name: &'static str,
    /// What it is, in a few words.
    pub title: &'static str,
    /// What to write into the configuration so that it does not come back.
    pub key: Option<&'static str>,
    /// Where upstream tells of it.
    pub sources: &'static str,
}

const fn cause(
    name: &'static str,
    title: &'static str,
    key: Option<&'static str>,
    sources: &'static str,
) -> Cause {
    Cause {
        name,
        title,
        key,
        sources,
    }
}

/// All of them, in the order of their names.
pub const CAUSES: &[Cause] = &[
    cause(
        "checksum-offload",
        "a network card spoils the checksums of encapsulated packets",
        Some("k3s: {serverConfig: {flannel-backend: wireguard-native}}"),
        "k3s #2013, #5013, #11727, #6664; flannel #1279",
    ),
    cause(
        "cidr-overlap",
        "pods or services have addresses that something else has too",
        Some("cluster: {network: {pods: …, services: …}}"),
        "k3s #588, #3451, #4627; tailscale #1381",
    ),
    cause(
        "cluster-domain",
        "pods look names up under another domain than the cluster's",
        None,
        "bitnami/charts #13657",
    ),
    cause(
        "coredns-custom",
        "CoreDNS refuses what coredns-custom adds to its configuration",
        None,
        "k3s #4397, #4854, #7639, #12979; CoreDNS #3350, #5127",
    ),
    cause(
        "coredns-down",
        "no CoreDNS runs",
        None,
        "k3s docs, \"Packaged Components\"",
    ),
    cause(
        "dns-address-taken",
        "another Service has the address of the cluster's DNS",
        Some("cluster: {network: {services: …/16}}"),
        "k3s #10611",
    ),
    cause(
        "dns-bypassed",
        "a pod asks a name server that knows nothing of Services",
        None,
        "k3s #5627; Kubernetes docs, \"Pod's DNS Policy\"",
    ),
    cause(
        "dns-unreachable",
        "the cluster's DNS does not answer",
        None,
        "Kubernetes docs, \"Debugging DNS Resolution\"",
    ),
    cause(
        "forward-to-loopback",
        "coredns-custom forwards to CoreDNS itself, which cures nothing",
        Some("k3s: {serverConfig: {resolv-conf: FILE}, agentConfig: {resolv-conf: FILE}}"),
        "CoreDNS #2087; CoreDNS docs, \"loop\"",
    ),
    cause(
        "host-firewall",
        "a packet filter on the machines drops what pods send",
        Some("cluster: {firewall: …}"),
        "k3s #1280, #6240, #6939, #8785, #6171",
    ),
    cause(
        "hosts-file",
        "the machine's /etc/hosts has the name, which cures nothing",
        None,
        "Kubernetes docs, \"Adding entries to Pod /etc/hosts\"; CoreDNS docs, \"hosts\"",
    ),
    cause(
        "iptables-mix",
        "two kinds of iptables write rules that do not know of each other",
        Some("k3s: {serverConfig: {prefer-bundled-bin: true}, agentConfig: {prefer-bundled-bin: true}}"),
        "k3s docs, \"Known Issues\"; k3s #3117",
    ),
    cause(
        "loopback-resolver",
        "pods cannot ask the name servers that the machine asks",
        Some("k3s: {serverConfig: {resolv-conf: FILE}, agentConfig: {resolv-conf: FILE}}"),
        "k3s #4087, #5627; CoreDNS #2087",
    ),
    cause(
        "magicdns",
        "CoreDNS asks the tailnet's resolver",
        Some("tailscale: {extraArgs: [--accept-dns=false]}"),
        "tailscale #1003, #6651, #1381; k3s #4088",
    ),
    cause(
        "name-unresolved",
        "a name outside of the cluster is not found",
        None,
        "rancher #24311, #16454, #41105",
    ),
    cause(
        "network-policy",
        "a NetworkPolicy keeps pods from the cluster's DNS",
        None,
        "k3s docs, \"CIS Hardening Guide\", \"NetworkPolicies\"",
    ),
    cause(
        "overlay-blocked",
        "the network between the machines drops the packets of pods",
        Some("cluster: {network: {nodes: …}}"),
        "k3s #2241, #2768, #5349, #9102, #2935, #1266; rke2 #6307",
    ),
    cause(
        "pod-not-ready",
        "what a Service stands for does not run",
        None,
        "Kubernetes docs, \"Debug Services\"",
    ),
    cause(
        "selinux-denial",
        "SELinux denies what pod networks need",
        None,
        "k3s #485; k3s docs, \"SELinux Support\"",
    ),
    cause(
        "service-missing",
        "there is no Service of that name",
        None,
        "Kubernetes docs, \"DNS for Services and Pods\"",
    ),
    cause(
        "undecided",
        "something is wrong that the report does not explain",
        None,
        "",
    ),
    cause(
        "upstream-unreachable",
        "CoreDNS gets no answer from the name servers that it asks",
        Some("k3s: {serverConfig: {resolv-conf: FILE}, agentConfig: {resolv-conf: FILE}}"),
        "k3s #5627; rancher #16454",
    ),
    cause(
        "wrong-interface",
        "flannel sends packets to addresses that the machines do not share",
        Some("cluster: {network: {interface: NAME}}"),
        "k3s #12056, #11476, #1365, #1824",
    ),
];

/// The cause of that name.
pub fn cause_of(name: &str) -> Option<&'static Cause> {
    CAUSES.iter().find(|cause| cause.name == name)
}
