//! Every cause that is named, with the key that prevents it and where upstream tells of it.
//!
//! Issues are k3s-io/k3s's unless they say otherwise; CoreDNS's are coredns/coredns's.

use super::ways::*;
use crate::diagnostic::{FixClass, Rule, Severity, Voice};
use crate::doctor::platforms;
use std::cmp::Ordering;

/// A cause.
#[derive(Debug)]
pub struct Cause {
    /// Its rule; the page says in a few words what it is.
    pub rule: Rule,
    /// What to write into the configuration so that it does not come back.
    pub key: Option<&'static str>,
    /// Where upstream tells of it.
    pub sources: &'static str,
    /// The ways that may fail with it: where all of them were measured and work, it does no harm.
    pub(super) breaks: Ways,
    /// The ways of which one fails with it for certain: where all of them were measured and work, it is not the cause.
    pub(super) needs: Ways,
    /// What is said where a line of a log is a sign of it: `{…}` is what the line is about, or these words. Empty where code says
    /// it.
    pub(super) message: &'static str,
    /// What to type; `{NAME}` is what the line is about.
    pub(super) fix: &'static str,
    /// Why it breaks what it breaks.
    pub(super) why: &'static str,
}

/// A cause is told apart by its name.
impl PartialEq for Cause {
    fn eq(&self, other: &Cause) -> bool {
        self.rule.name == other.rule.name
    }
}

impl Eq for Cause {}

impl PartialOrd for Cause {
    fn partial_cmp(&self, other: &Cause) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Cause {
    fn cmp(&self, other: &Cause) -> Ordering {
        self.rule.name.cmp(other.rule.name)
    }
}

/// A rule of the doctor's: its report is not the configuration, so there is nothing to fix or to suppress in it.
pub(super) const fn rule(name: &'static str, severity: Severity, docs: &'static str) -> Rule {
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

/// What most rows leave out: code says what they mean.
const BARE: Cause = Cause {
    rule: rule("", Severity::Error, ""),
    key: None,
    sources: "",
    breaks: 0,
    needs: 0,
    message: "",
    fix: "",
    why: "",
};

/// All of them, in the order of their names.
pub static CAUSES: &[&Cause] = &[
    &ACCESS_URL_LOOPBACK,
    &API_NOT_REACHED,
    &BRIDGE_NETFILTER,
    &CERTIFICATE_EXPIRED,
    &CERTIFICATE_NAME,
    &CERTIFICATE_UNTRUSTED,
    &CGROUP_MEMORY,
    &CHALLENGE_DNS_BLOCKED,
    &CHALLENGE_ELSEWHERE,
    &CHECKSUM_OFFLOAD,
    &CIDR_OVERLAP,
    &CLOCK,
    &CLUSTER_DNS,
    &CLUSTER_DOMAIN,
    &CNI_PLUGIN_MISSING,
    &CONNTRACK_FULL,
    &CONNTRACK_LIMIT,
    &CONNTRACK_RACE,
    &CONTAINERD_PATH,
    &COREDNS_CUSTOM,
    &COREDNS_DOWN,
    &COREDNS_MEMORY,
    &COREDNS_NODE_HOSTS,
    &DATABASE_PASSWORD,
    &DATASTORE_FULL,
    &DISK_FULL,
    &DNS_ADDRESS_TAKEN,
    &DNS_BYPASSED,
    &DNS_UNREACHABLE,
    &DUPLICATE_POD_RANGE,
    &EGRESS_BLOCKED,
    &ETCD_FULL,
    &ETCD_MEMBER,
    &ETCD_SLOW_DISK,
    &FLANNEL_DOWN,
    &FOREIGN_CNI,
    &FORWARD_DROP,
    &FORWARD_TO_LOOPBACK,
    &HAIRPIN,
    &HOST_FIREWALL,
    &HOST_PROGRAM_MISSING,
    &HOSTS_FILE,
    &IMAGE_ARCHITECTURE,
    &INOTIFY_FULL,
    &IP_FAMILY_MISMATCH,
    &IP_FORWARD,
    &IPTABLES_MIX,
    &IPV6_NAMESERVERS,
    &JOIN_TOKEN,
    &KERNEL_MODULE,
    &KUBELET_PORT_BLOCKED,
    &LOOPBACK_RESOLVER,
    &MAGICDNS,
    &MTU,
    &NAME_UNRESOLVED,
    &NEIGHBOUR_TABLE_FULL,
    &NETWORK_POLICY,
    &NO_DEFAULT_ROUTE,
    &NO_NAMESERVERS,
    &NO_PROXY,
    &NODE_LABEL_RESERVED,
    &NODE_LOCAL_DNS,
    &NODE_NAME,
    &NODE_PASSWORD,
    &OVERLAY_BLOCKED,
    &PACKET_LOSS,
    &POD_NOT_READY,
    &POD_RANGE_FULL,
    &POD_RANGE_MISSING,
    &PODS_NOT_ROUTED,
    &POLICY_ROUTING,
    &PORT_TAKEN,
    &PROXY_PROTOCOL,
    &RANCHER_CA_CHECKSUM,
    &REGISTRY_CERTIFICATE,
    &REGISTRY_HTTP,
    &REGISTRY_LIMIT,
    &REGISTRY_LOGIN,
    &REJECT_RULES,
    &REVERSE_PATH_FILTER,
    &SEARCH_DOT,
    &SEARCH_WILDCARD,
    &SELINUX_DENIAL,
    &SERVER_FLAGS_DIFFER,
    &SERVER_REFUSES,
    &SERVER_SILENT,
    &SERVER_UNREACHABLE,
    &SERVICE_ACCOUNT_FORBIDDEN,
    &SERVICE_MISSING,
    &SERVICE_RANGE_CHANGED,
    &SERVICE_RULES,
    &SNAPSHOTTER_UNUSABLE,
    &SPLIT_HORIZON,
    &STALE_BRIDGE,
    &STORAGE_CLASS_MISSING,
    &TAILNET_AUTH_KEY,
    &TAILNET_LOGIN,
    &TAILNET_POLICY,
    &TAILNET_RELAY,
    &TAILNET_ROUTES,
    &UNDECIDED,
    &UPSTREAM_UNREACHABLE,
    &URL_FAILS,
    &VOLUME_ELSEWHERE,
    &WEBHOOK_CERTIFICATE,
    &WEBHOOK_UNREACHABLE,
    &WEBSOCKET_REFUSED,
    &WRONG_INTERFACE,
];

pub(super) static ACCESS_URL_LOOPBACK: Cause = Cause {
    rule: rule("access-url-loopback", Severity::Error, platforms::ACCESS_URL),
    key: Some(platforms::ACCESS_URL_KEY),
    sources: platforms::ACCESS_URL_SOURCES,
    breaks: REST,
    message: platforms::ACCESS_URL_MESSAGE,
    fix: platforms::ACCESS_URL_FIX,
    why: "the start script of a workspace downloads the agent from the access URL, and in its pod 127.0.0.1 is the pod",
    ..BARE
};

pub(super) static API_NOT_REACHED: Cause = Cause {
    rule: rule(
        "api-not-reached",
        Severity::Error,
        "pods do not reach the Kubernetes API",
    ),
    sources: "k3s docs, \"k3s server\" (advertise-address, node-external-ip)",
    breaks: API | REST,
    needs: API,
    ..BARE
};

pub(super) static BRIDGE_NETFILTER: Cause = Cause {
    rule: rule(
        "bridge-netfilter",
        Severity::Error,
        "bridged packets bypass the rules for service addresses",
    ),
    sources: "nixpkgs #98766; Kubernetes docs, \"Debug Services\" (br_netfilter)",
    breaks: SERVICE | API,
    needs: SERVICE,
    message: "br_netfilter is off: answers of {a service address} come from the pod's own address",
    fix: "sysctl net.bridge.bridge-nf-call-iptables   # 0 or missing: this is it; 1: look at `iptables -t nat -S KUBE-SERVICES` instead\nmodprobe br_netfilter; echo br_netfilter > /etc/modules-load.d/k3s.conf; sysctl -w net.bridge.bridge-nf-call-iptables=1   # on every machine, as root",
    why: "packets between pods of one machine cross a bridge; without br_netfilter the answer is not translated back, and the pod drops it",
    ..BARE
};

pub(super) static CERTIFICATE_EXPIRED: Cause = Cause {
    rule: rule(
        "certificate-expired",
        Severity::Error,
        "a certificate has expired",
    ),
    sources: "k3s docs, \"k3s certificate\"",
    breaks: REST,
    message: "the certificate of {a server} has expired",
    fix: "date; openssl s_client -connect '{NAME:443}' </dev/null 2>/dev/null | openssl x509 -noout -dates   # is the clock right, and when did it expire?\nfor k3s's own (127.0.0.1, 10.43.0.1, :6443): systemctl restart k3s   # renews those that expire within 90 days; then the agents\nfor others: kubectl get certificates -A; kubectl describe challenges -A   # by cert-manager: READY must be True; otherwise renew it where it is issued",
    why: "certificates are valid for a limited time: k3s renews its own only when it restarts, and cert-manager renews those of the platform",
    ..BARE
};

pub(super) static CERTIFICATE_NAME: Cause = Cause {
    rule: rule(
        "certificate-name",
        Severity::Error,
        "a certificate is for other names",
    ),
    sources: "k3s docs, \"k3s server\" (tls-san)",
    breaks: REST,
    message: "{a server} shows a certificate for other names",
    fix: "getent hosts '{NAME}'   # from a pod and from a machine: does it lead to the right server?\nif it does and is a k3s server: add it as `tls-san` in /etc/rancher/k3s/config.yaml; systemctl restart k3s",
    why: "either the name resolves to another server (a router, a wildcard record, an ingress without its certificate), or the certificate lacks the name",
    ..BARE
};

pub(super) static CERTIFICATE_UNTRUSTED: Cause = Cause {
    rule: rule(
        "certificate-untrusted",
        Severity::Error,
        "a program does not trust a certificate",
    ),
    sources: "Rancher docs, \"Custom CA Certificates\"",
    breaks: REST,
    message: "the certificate of {a server} is signed by an unknown authority",
    fix: "openssl s_client -connect '{NAME:443}' -showcerts </dev/null | grep -E ' [si]:'   # who signed it? a company proxy or an internal CA\nadd that CA where the program that reports it runs: to its image (a workspace's: in the image of its template), or as a mounted file; or send the whole chain from the server",
    why: "the CA is not in the trust store of the program, or the server does not send the intermediate certificate",
    ..BARE
};

pub(super) static CGROUP_MEMORY: Cause = Cause {
    rule: rule(
        "cgroup-memory",
        Severity::Error,
        "the kernel has no memory cgroup",
    ),
    sources: "k3s docs, \"Requirements\" (Raspberry Pi)",
    breaks: REST,
    message: "k3s does not start: the kernel has no memory cgroup",
    fix: "append ` cgroup_memory=1 cgroup_enable=memory` to the line in /boot/firmware/cmdline.txt (older: /boot/cmdline.txt); reboot\ngrep memory /sys/fs/cgroup/cgroup.controllers /proc/cgroups   # must be there",
    why: "Raspberry Pi OS turns it off, and the kubelet requires it",
    ..BARE
};

pub(super) static CHALLENGE_DNS_BLOCKED: Cause = Cause {
    rule: rule(
        "challenge-dns-blocked",
        Severity::Error,
        "cert-manager cannot ask the name servers of the challenge's zone",
    ),
    key: Some("certificate: {acme: {nameservers: [ADDRESS:53]}}"),
    sources: "cert-manager docs, \"DNS01\" (setting nameservers for DNS01 self check); cert-manager #3272, #4624, #2337",
    breaks: REST,
    message: "cert-manager does not reach name server {of the domain} on port 53 to check the challenge's record",
    fix: "dig +tcp SOA . @{NAME}   # on a machine: no answer, so port 53 to the Internet is closed\nlet cert-manager ask a name server that it reaches, with its arguments `--dns01-recursive-nameservers-only` and `--dns01-recursive-nameservers=ADDRESS:53` (in its chart: extraArgs); behind a proxy, a URL of DNS over HTTPS\nor allow UDP and TCP 53 from the machines to the Internet",
    why: "before Let's Encrypt is asked, cert-manager asks the authoritative name servers of the domain itself, not those in resolv.conf",
    ..BARE
};

pub(super) static CHALLENGE_ELSEWHERE: Cause = Cause {
    rule: rule(
        "challenge-elsewhere",
        Severity::Error,
        "cert-manager's own check of a challenge is answered by another server",
    ),
    sources: "cert-manager docs, \"Troubleshooting Problems with ACME\"; cert-manager #4941",
    breaks: REST,
    message: "the challenge for {a name} is answered by something else than cert-manager's solver: another server, or the ingress without the solver's route",
    fix: "kubectl run -it --rm t --image=busybox --restart=Never -- nslookup '{NAME}'; kubectl get svc -A | grep LoadBalancer   # the address must be the ingress's: another one is a record of an internal DNS (split DNS), which has to name the ingress too\nkubectl get ingress -A   # the solver's, cm-acme-http-solver-…, must have an address: none means that no ingress controller serves its class",
    why: "before Let's Encrypt is asked, cert-manager fetches the challenge itself, from inside, by the name servers that pods have",
    ..BARE
};

pub(super) static CHECKSUM_OFFLOAD: Cause = Cause {
    rule: rule(
        "checksum-offload",
        Severity::Error,
        "a network card corrupts the checksums of encapsulated packets",
    ),
    key: Some("k3s: {serverConfig: {flannel-backend: wireguard-native}}"),
    sources: "k3s #2013, #5013, #11727, #6664; flannel #1279",
    breaks: ACROSS | HOST_SERVICE | DNS | API,
    ..BARE
};

pub(super) static CIDR_OVERLAP: Cause = Cause {
    rule: rule(
        "cidr-overlap",
        Severity::Error,
        "the pod or service range overlaps another network",
    ),
    key: Some("cluster: {network: {pods: …, services: …}}"),
    sources: "k3s #588, #3451, #4627; tailscale #1381",
    breaks: ACROSS | FAR | DNS | API | RESOLVER | HOSTS,
    ..BARE
};

pub(super) static CLOCK: Cause = Cause {
    rule: rule("clock", Severity::Error, "a machine's clock is wrong"),
    sources: "etcd docs, \"FAQ\"; RFC 5280",
    breaks: REST,
    message: "the clock of {a machine} is wrong: it says {another time}",
    fix: "timedatectl; date -u   # on every machine: compare\ntimedatectl set-ntp true; chronyc makestep || systemctl restart systemd-timesyncd   # allow UDP 123\nsystemctl restart k3s || systemctl restart k3s-agent",
    why: "certificates are valid from a moment that the machine has not reached yet, so TLS fails with everyone",
    ..BARE
};

pub(super) static CLUSTER_DNS: Cause = Cause {
    rule: rule(
        "cluster-dns",
        Severity::Error,
        "pods use another address than the cluster DNS has",
    ),
    sources: "k3s docs, \"k3s server\" (cluster-dns)",
    breaks: DNS | REST,
    ..BARE
};

pub(super) static CLUSTER_DOMAIN: Cause = Cause {
    rule: rule(
        "cluster-domain",
        Severity::Error,
        "pods look up names under the wrong cluster domain",
    ),
    sources: "bitnami/charts #13657",
    breaks: NAMES | REST,
    ..BARE
};

pub(super) static CNI_PLUGIN_MISSING: Cause = Cause {
    rule: rule("cni-plugin-missing", Severity::Error, "a CNI plugin is missing"),
    sources: "k3s docs, \"Networking\"",
    breaks: REST,
    message: "CNI plugin {flannel} is not in the folder where containerd looks",
    fix: "ls /var/lib/rancher/k3s/data/current/bin /opt/cni/bin; grep -rs bin_dir /var/lib/rancher/k3s/agent/etc/containerd /etc/containerd   # does bin_dir name the first?\nsystemctl restart k3s || systemctl restart k3s-agent",
    why: "no pod gets a network until containerd finds the plugin; a containerd or CNI installed beside k3s's own is the usual reason",
    ..BARE
};

pub(super) static CONNTRACK_FULL: Cause = Cause {
    rule: rule(
        "conntrack-full",
        Severity::Error,
        "the connection-tracking table is full",
    ),
    sources: "kubernetes #71261",
    breaks: ACROSS | LOCAL | HOST | FAR | HOSTS | DNS | HOST_SERVICE | API | RESOLVER,
    message: "the connection-tracking table of {a machine} is full: the kernel drops new connections at random",
    fix: "sysctl -w net.netfilter.nf_conntrack_max=524288; echo 'net.netfilter.nf_conntrack_max = 524288' > /etc/sysctl.d/90-conntrack.conf   # on that machine\nsysctl net.netfilter.nf_conntrack_count net.netfilter.nf_conntrack_max   # the first must stay well below the second\nconntrack -L 2>/dev/null | awk '{ print $4 }' | sort | uniq -c | sort -n | tail   # which pods fill it",
    why: "every connection and every DNS query takes an entry; established connections go on, new ones are lost",
    ..BARE
};

pub(super) static CONNTRACK_LIMIT: Cause = Cause {
    rule: rule(
        "conntrack-limit",
        Severity::Error,
        "the limit of the connection-tracking table cannot be set",
    ),
    sources: "k3s #3338; k3d #607",
    breaks: REST,
    message: "kube-proxy is not allowed to set the connection-tracking limit, and exits",
    fix: "uname -r; sysctl net.netfilter.nf_conntrack_max   # since kernel 5.12.2 only the machine itself sets it, no container\nin a container (k3d, LXC): k3s server --kube-proxy-arg=conntrack-max-per-core=0   # or a newer k3d, which does so itself",
    why: "kube-proxy raises that setting when it starts, which a container is not allowed to do; without kube-proxy the node never becomes ready",
    ..BARE
};

pub(super) static CONNTRACK_RACE: Cause = Cause {
    rule: rule(
        "conntrack-race",
        Severity::Warning,
        "the kernel drops one of two DNS queries that a pod sends at once",
    ),
    sources: "Kubernetes #56903; weave #3287; Kubernetes docs, \"Using NodeLocal DNSCache\"",
    breaks: REST,
    fix: "conntrack -S | grep -o 'insert_failed=[0-9]*'   # while a name takes 5 seconds: the numbers grow\nin pods with glibc: `dnsConfig: {options: [{name: single-request-reopen}]}`; for all pods: node-local-dns, which asks CoreDNS over TCP\na kernel from 5.0 on, which has most of the repair",
    why: "glibc and musl ask for A and AAAA from one socket at the same time; both packets are translated at once, the second entry cannot be inserted, and its packet is dropped until the resolver asks again after 5 seconds",
    ..BARE
};

pub(super) static CONTAINERD_PATH: Cause = Cause {
    rule: rule(
        "containerd-path",
        Severity::Error,
        "a pod looks for containerd where k3s does not have it",
    ),
    sources: platforms::CONTAINERD_SOURCES,
    breaks: REST,
    message: "a pod mounts {a folder of containerd} from the machine, but k3s has containerd in /run/k3s/containerd",
    fix: platforms::CONTAINERD_FIX,
    why: "k3s runs its own containerd in its own folders; a folder that the kubelet does not find keeps the pod in ContainerCreating",
    ..BARE
};

pub(super) static COREDNS_CUSTOM: Cause = Cause {
    rule: rule(
        "coredns-custom",
        Severity::Error,
        "CoreDNS rejects the configuration in coredns-custom",
    ),
    sources: "k3s #4397, #4854, #7639, #12979; CoreDNS #3350, #5127",
    breaks: DNS | HOST_SERVICE | REST,
    ..BARE
};

pub(super) static COREDNS_DOWN: Cause = Cause {
    rule: rule("coredns-down", Severity::Error, "CoreDNS is not running"),
    sources: "k3s docs, \"Packaged Components\"",
    breaks: DNS | HOST_SERVICE,
    ..BARE
};

pub(super) static COREDNS_MEMORY: Cause = Cause {
    rule: rule(
        "coredns-memory",
        Severity::Error,
        "CoreDNS is killed for the memory that it takes",
    ),
    sources: "CoreDNS docs, \"Scaling CoreDNS in Kubernetes Clusters\"",
    breaks: DNS | HOST_SERVICE | REST,
    ..BARE
};

pub(super) static COREDNS_NODE_HOSTS: Cause = Cause {
    rule: rule(
        "coredns-node-hosts",
        Severity::Error,
        "CoreDNS's ConfigMap lacks NodeHosts",
    ),
    sources: "k3s #9274, #1328; k3d #1009",
    breaks: DNS | HOST_SERVICE,
    message: "CoreDNS cannot start: its ConfigMap lacks the key NodeHosts",
    fix: "kubectl get nodes; journalctl -u k3s | grep -iE 'nodehosts|configmap' | tail   # on a server: does it run, and what keeps it from writing the key?\nsystemctl restart k3s   # on a server: it writes the key with a line for each node\nkubectl -n kube-system patch configmap coredns --type merge -p '{\"data\":{\"NodeHosts\":\"\"}}'   # where it does not come back: CoreDNS starts, and k3s fills it",
    why: "a controller of the k3s server writes that key; it is lost when another tool applies CoreDNS's manifest, such as Helm, Argo CD or kubectl",
    ..BARE
};

pub(super) static DATABASE_PASSWORD: Cause = Cause {
    rule: rule(
        "database-password",
        Severity::Error,
        "a database rejects a user's password",
    ),
    key: Some(platforms::DATABASE_KEY),
    sources: "PostgreSQL docs, \"Password Authentication\"; MySQL docs, \"Troubleshooting Problems Connecting to MySQL\"; bitnami/charts #2061",
    breaks: REST,
    message: "the database rejects the password of user {that connects}",
    fix: "kubectl get secrets -A | grep -iE 'db|database|postgres|mysql'   # the password that the program uses: compare it with the database's\nPostgreSQL: ALTER USER \"{NAME}\" PASSWORD 'PASSWORD'; MySQL: ALTER USER '{NAME}'@'%' IDENTIFIED BY 'PASSWORD';   # or give the program the password that the database has\nkubectl get pvc -A   # a database on the volume of an earlier installation keeps the password of that installation",
    why: "the database was reached, so names and the network work; a new Secret does not change the password in a database that exists",
    ..BARE
};

pub(super) static DATASTORE_FULL: Cause = Cause {
    rule: rule(
        "datastore-full",
        Severity::Error,
        "the datastore takes no more connections",
    ),
    sources: "PostgreSQL docs, \"Connections and Authentication\" (max_connections); k3s docs, \"Cluster Datastore\"",
    breaks: REST,
    message: "the k3s datastore has run out of connections",
    fix: "psql \"$DATASTORE\" -c 'show max_connections' -c 'select usename, count(*) from pg_stat_activity group by 1'   # who holds them? (MySQL: show processlist)\nraise max_connections, or give k3s a database server of its own; k3s servers open up to `datastore-max-open-conns` each\nsystemctl restart k3s   # on the servers, one after the other",
    why: "the API server keeps its state in that database; when it cannot connect, nothing in the cluster can be read or changed",
    ..BARE
};

pub(super) static DISK_FULL: Cause = Cause {
    rule: rule("disk-full", Severity::Error, "a machine's disk is full"),
    sources: "Kubernetes docs, \"Node-pressure Eviction\"; k3s #4327; containerd #8972",
    breaks: REST,
    message: "the disk of {a machine} is full: the kubelet evicts pods and starts no new ones",
    fix: "df -h / /var/lib/rancher /var/lib/kubelet; du -xsh /var/lib/rancher/k3s/agent/containerd /var/log /var/lib/kubelet/pods 2>/dev/null   # on that machine: what fills it?\nk3s crictl rmi --prune; journalctl --vacuum-size=500M   # frees images that no pod uses, and old logs\nkubectl describe nodes | grep -A9 Conditions   # once k3s runs: DiskPressure must become False within five minutes",
    why: "from 85 % on the kubelet deletes images, and where that does not help it taints the node and evicts pods",
    ..BARE
};

pub(super) static DNS_ADDRESS_TAKEN: Cause = Cause {
    rule: rule(
        "dns-address-taken",
        Severity::Error,
        "another Service uses the address of the cluster DNS",
    ),
    key: Some("cluster: {network: {services: …/16}}"),
    sources: "k3s #10611",
    breaks: DNS | HOST_SERVICE,
    ..BARE
};

pub(super) static DNS_BYPASSED: Cause = Cause {
    rule: rule(
        "dns-bypassed",
        Severity::Error,
        "a pod uses a name server that does not resolve Services",
    ),
    sources: "k3s #5627; Kubernetes docs, \"Pod's DNS Policy\"",
    breaks: REST,
    ..BARE
};

pub(super) static DNS_UNREACHABLE: Cause = Cause {
    rule: rule(
        "dns-unreachable",
        Severity::Error,
        "the cluster DNS does not answer",
    ),
    sources: "Kubernetes docs, \"Debugging DNS Resolution\"",
    breaks: DNS | HOST_SERVICE,
    ..BARE
};

pub(super) static DUPLICATE_POD_RANGE: Cause = Cause {
    rule: rule(
        "duplicate-pod-range",
        Severity::Error,
        "two machines have the same pod range",
    ),
    sources: "flannel #1549",
    breaks: ACROSS | FAR | DNS | API | HOST_SERVICE,
    ..BARE
};

pub(super) static EGRESS_BLOCKED: Cause = Cause {
    rule: rule(
        "egress-blocked",
        Severity::Error,
        "machines do not reach the Internet",
    ),
    key: Some("proxy: {http: URL, noProxy: […]}"),
    sources: "k3s docs, \"Requirements\" (outbound)",
    breaks: REST,
    message: "the machine resolves {a name outside} but cannot connect to it",
    fix: "curl -v --max-time 10 'https://{NAME}/'   # on the machine named in the event\nallow outbound TCP 443 from the machines, or set a proxy",
    why: "the name resolves, so DNS works; a firewall, a missing NAT gateway or a proxy is between the machine and the Internet",
    ..BARE
};

pub(super) static ETCD_FULL: Cause = Cause {
    rule: rule("etcd-full", Severity::Error, "etcd's database is full"),
    sources: "etcd docs, \"Maintenance\" (space quota)",
    breaks: REST,
    message: "etcd's database on {a machine} has reached its quota, and takes no more writes",
    fix: "in /etc/rancher/k3s/config.yaml on every server: `etcd-arg: [quota-backend-bytes=8589934592]`; systemctl restart k3s   # first: at its quota k3s does not start, and etcdctl has nothing to connect to\netcdctl endpoint status -w json; etcdctl compact REVISION; etcdctl defrag --cluster; etcdctl alarm disarm   # REVISION is in the first; with --cacert, --cert and --key of /var/lib/rancher/k3s/server/tls/etcd\nkubectl get events -A | wc -l   # what fills it: thousands of events, large ConfigMaps or Helm releases; then the quota may become smaller again",
    why: "etcd keeps every version of an object until compaction, and frees the space only when it is defragmented",
    ..BARE
};

pub(super) static ETCD_MEMBER: Cause = Cause {
    rule: rule(
        "etcd-member",
        Severity::Error,
        "a server is not a member of the etcd cluster",
    ),
    sources: "k3s docs, \"High Availability Embedded etcd\"; k3s #2830",
    breaks: REST,
    message: "{a machine} is not a member of the etcd cluster: its address has changed, or it was removed: it expects {another address}",
    fix: "ip -brief address; journalctl -u k3s | grep -o 'expect: [^ ]*' | tail -1   # is that the address that the member list has?\ngive the server its old address back, or set `node-ip` to one that stays; then: systemctl restart k3s\nmv /var/lib/rancher/k3s/server/db /root/k3s-db; systemctl restart k3s   # only where a majority of the servers still runs, such as 2 of 3: it joins again as a new member\nwithout a majority (one or two servers): k3s server --cluster-reset on one that has the data; then the line above on the other one",
    why: "etcd members know each other by the addresses they joined with; a machine that gets a new one from DHCP is no longer a member",
    ..BARE
};

pub(super) static ETCD_SLOW_DISK: Cause = Cause {
    rule: rule("etcd-slow-disk", Severity::Error, "etcd's disk is too slow"),
    sources: "etcd docs, \"Hardware recommendations\" (Disks); k3s docs, \"Requirements\" (Disks)",
    breaks: REST,
    message: "the disk under etcd is too slow: one write took {seconds}",
    fix: "journalctl -u k3s | grep -cE 'slow fdatasync|took too long'   # on each server: how often?\nfio --rw=write --ioengine=sync --fdatasync=1 --directory=/var/lib/rancher/k3s/server/db --size=22m --bs=2300 --name=etcd   # the 99th percentile of fdatasync must be below 10 ms; then remove the file\nmove /var/lib/rancher/k3s/server/db to an SSD, and away from what else writes to that disk (images, other virtual machines, an SD card)",
    why: "etcd writes every change to disk before it answers; meanwhile leases expire, controllers lose their leadership, and k3s restarts",
    ..BARE
};

pub(super) static FLANNEL_DOWN: Cause = Cause {
    rule: rule(
        "flannel-down",
        Severity::Error,
        "flannel does not run on a machine",
    ),
    sources: "k3s docs, \"Networking\"",
    breaks: ACROSS | DNS | API | LOCAL,
    message: "flannel has not set up the pod network on {a machine}",
    fix: "journalctl -u k3s -u k3s-agent | grep -iE 'flannel|fatal' | tail   # on that machine: pass it to gkc doctor; it names the reason\nip -brief link show flannel.1; cat /run/flannel/subnet.env   # both must exist",
    why: "without its subnet file no pod of the machine gets an address; k3s writes it as soon as flannel starts",
    ..BARE
};

pub(super) static FOREIGN_CNI: Cause = Cause {
    rule: rule(
        "foreign-cni",
        Severity::Error,
        "pods have addresses that are not of their machine's range",
    ),
    sources: "kubernetes #92842; k3s docs, \"Networking\"",
    breaks: ACROSS | LOCAL | DNS | API | REST,
    ..BARE
};

pub(super) static FORWARD_DROP: Cause = Cause {
    rule: rule(
        "forward-drop",
        Severity::Error,
        "the machine's FORWARD chain drops what no rule accepts",
    ),
    sources: "Docker docs, \"Packet filtering and firewalls\"",
    breaks: ACROSS | OUTSIDE | DNS | API | LOCAL,
    message: "the FORWARD chain of {a machine} has the policy DROP, and pods cannot connect",
    fix: "iptables -S FORWARD   # `-P FORWARD DROP`: this is it\niptables -P FORWARD ACCEPT   # until the next boot; where Docker is installed, it sets DROP at every start: {\"ip-forward-no-drop\": true} in /etc/docker/daemon.json\nnft list ruleset | grep -E 'hook forward'   # `policy drop` in a table of your own: accept 10.42.0.0/16 there",
    why: "Docker and nftables rule sets drop forwarded packets by default, and pod traffic is forwarded",
    ..BARE
};

pub(super) static FORWARD_TO_LOOPBACK: Cause = Cause {
    rule: rule(
        "forward-to-loopback",
        Severity::Error,
        "coredns-custom forwards to CoreDNS itself",
    ),
    key: Some("k3s: {serverConfig: {resolv-conf: FILE}, agentConfig: {resolv-conf: FILE}}"),
    sources: "CoreDNS #2087; CoreDNS docs, \"loop\"",
    breaks: DNS,
    ..BARE
};

pub(super) static HAIRPIN: Cause = Cause {
    rule: rule(
        "hairpin",
        Severity::Error,
        "pods do not reach the platform's own public address",
    ),
    sources: "cert-manager #4748",
    breaks: REST,
    message: "{the platform's own name} resolves to a public address that cannot be reached from inside",
    fix: "curl -sv --max-time 5 'http://{NAME}/' >/dev/null   # from a machine of the cluster, then from outside: only the second answers\nlet the router send such packets back in (hairpin NAT, NAT loopback), or give the name its inside address in your own DNS (split DNS), or in coredns-custom:\nkubectl apply -f - <<'E'\n{apiVersion: v1, kind: ConfigMap, metadata: {name: coredns-custom, namespace: kube-system}, data: {own.server: \"{NAME}:53 {\\n  hosts {\\n    INSIDE-ADDRESS {NAME}\\n  }\\n}\\n\"}}\nE",
    why: "the router translates its public address for packets from outside only",
    ..BARE
};

pub(super) static HOST_FIREWALL: Cause = Cause {
    rule: rule(
        "host-firewall",
        Severity::Error,
        "a packet filter on the machines drops pod traffic",
    ),
    key: Some("cluster: {firewall: …}"),
    sources: "k3s #1280, #6240, #6939, #8785, #6171, #9594",
    breaks: ACROSS | LOCAL | HOST | FAR | DNS | API | HOSTS,
    ..BARE
};

pub(super) static HOST_PROGRAM_MISSING: Cause = Cause {
    rule: rule(
        "host-program-missing",
        Severity::Error,
        "a program is missing on the machine",
    ),
    key: Some("cloudInit: {packages: [open-iscsi, nfs-common]}"),
    sources: "Kubernetes docs, \"Volumes\"; Longhorn docs, \"Installation Requirements\"; k3s docs, \"Known Issues\"",
    breaks: REST,
    message: "a program is missing on {a machine}",
    fix: "apt install open-iscsi nfs-common apparmor   # Longhorn, NFS volumes, AppArmor; RHEL: dnf install iscsi-initiator-utils nfs-utils\nsystemctl enable --now iscsid   # for Longhorn",
    why: "the kubelet and containerd run these programs on the machine itself; no container image provides them",
    ..BARE
};

pub(super) static HOSTS_FILE: Cause = Cause {
    rule: rule(
        "hosts-file",
        Severity::Error,
        "the name is only in the machine's /etc/hosts, which pods do not read",
    ),
    sources: "Kubernetes docs, \"Adding entries to Pod /etc/hosts\"; CoreDNS docs, \"hosts\"",
    breaks: NAMES | REST,
    ..BARE
};

pub(super) static IMAGE_ARCHITECTURE: Cause = Cause {
    rule: rule(
        "image-architecture",
        Severity::Error,
        "an image is for another processor",
    ),
    sources: "Kubernetes docs, \"Multi-platform images\"",
    breaks: REST,
    message: "{an image} was built for another CPU architecture than {a machine} has",
    fix: "uname -m; kubectl get nodes -L kubernetes.io/arch   # compare with the image's: docker buildx imagetools inspect {NAME}\nuse an image for that architecture, or keep the pods off that machine: nodeSelector: {kubernetes.io/arch: amd64}",
    why: "arm64 machines cannot run amd64 binaries, and vice versa",
    ..BARE
};

pub(super) static INOTIFY_FULL: Cause = Cause {
    rule: rule("inotify-full", Severity::Error, "the limit of inotify is used up"),
    sources: "kind docs, \"Known Issues\" (too many open files)",
    breaks: REST,
    message: "{a machine} has run out of inotify watches or instances",
    fix: "sysctl fs.inotify.max_user_instances fs.inotify.max_user_watches   # 128 and 8192 are too few for a node\nprintf 'fs.inotify.max_user_instances = 8192\\nfs.inotify.max_user_watches = 524288\\n' > /etc/sysctl.d/90-inotify.conf; sysctl --system   # on every machine",
    why: "the kubelet, containerd and every program that follows logs share the limit of one user, root",
    ..BARE
};

pub(super) static IP_FAMILY_MISMATCH: Cause = Cause {
    rule: rule(
        "ip-family-mismatch",
        Severity::Error,
        "ranges and addresses of k3s are of different IP families",
    ),
    key: Some("cluster: {network: {ipv6: {nodes: …}}}"),
    sources: "k3s docs, \"Basic Network Options\" (dual-stack); k3s #5781, #5918, #11735",
    breaks: REST,
    message: "k3s does not start on {a machine}: cluster-cidr, service-cidr and node-ip have different IP families",
    fix: "ip -brief address   # does the machine have an IPv6 address that stays?\nin /etc/rancher/k3s/config.yaml on every machine: `node-ip: ITS-IPV4-ADDRESS,ITS-IPV6-ADDRESS`; or, for IPv4 only, one IPv4 range each in `cluster-cidr` and `service-cidr`\nsystemctl restart k3s || systemctl restart k3s-agent",
    why: "in a dual-stack cluster every machine needs an address of both families, and both ranges too; k3s often finds the IPv4 address alone",
    ..BARE
};

pub(super) static IP_FORWARD: Cause = Cause {
    rule: rule(
        "ip-forward",
        Severity::Error,
        "a machine does not forward packets",
    ),
    sources: "Kubernetes docs, \"Container Runtimes\" (IPv4 forwarding)",
    breaks: ACROSS | OUTSIDE | DNS | API | FAR,
    needs: OUTSIDE | ACROSS,
    message: "net.ipv4.ip_forward is 0: {a machine} does not forward packets of pods",
    fix: "sysctl net.ipv4.ip_forward; iptables -S FORWARD | head -1   # 0: this is it; 1 and DROP: forward-drop\nsysctl -w net.ipv4.ip_forward=1; echo 'net.ipv4.ip_forward = 1' > /etc/sysctl.d/90-k3s.conf   # on every machine\ngrep -rs ip_forward /etc/sysctl.conf /etc/sysctl.d /usr/lib/sysctl.d   # a hardening file that sets it to 0 wins at the next boot: remove that line",
    why: "pods of one machine reach each other over the bridge; everything else is forwarded by the kernel",
    ..BARE
};

pub(super) static IPTABLES_MIX: Cause = Cause {
    rule: rule(
        "iptables-mix",
        Severity::Error,
        "iptables-legacy and nf_tables rules are mixed",
    ),
    key: Some("k3s: {serverConfig: {prefer-bundled-bin: true}, agentConfig: {prefer-bundled-bin: true}}"),
    sources: "k3s docs, \"Known Issues\"; k3s #3117",
    breaks: SERVICE | HOST_SERVICE | API,
    ..BARE
};

pub(super) static IPV6_NAMESERVERS: Cause = Cause {
    rule: rule(
        "ipv6-nameservers",
        Severity::Error,
        "the machines' name servers have IPv6 addresses, and pods have none",
    ),
    key: Some("k3s: {serverConfig: {resolv-conf: FILE}, agentConfig: {resolv-conf: FILE}}"),
    sources: "k3s #1826; kubernetes #58180",
    breaks: OUTSIDE,
    needs: OUTSIDE,
    ..BARE
};

pub(super) static JOIN_TOKEN: Cause = Cause {
    rule: rule("join-token", Severity::Error, "the token does not fit the server"),
    sources: "k3s docs, \"k3s token\"",
    breaks: REST,
    message: "the token of {a machine} is of another cluster",
    fix: "cat /var/lib/rancher/k3s/server/node-token   # on the first server; set it as `token` on this machine, without printing it in a report\nsystemctl restart k3s || systemctl restart k3s-agent",
    why: "the token contains a hash of the cluster's CA; a server that was installed again has a new CA",
    ..BARE
};

pub(super) static KERNEL_MODULE: Cause = Cause {
    rule: rule("kernel-module", Severity::Error, "a kernel module is missing"),
    sources: "k3s #4234, #3852; flannel #1502",
    breaks: ACROSS | SERVICE | DNS | API,
    message: "the kernel has no module for the pod network: {vxlan, wireguard or iptables}",
    fix: "modprobe vxlan br_netfilter wireguard iptable_nat xt_comment   # names the missing one\nUbuntu on a Raspberry Pi: apt install linux-modules-extra-raspi; cloud images: apt install linux-modules-extra-$(uname -r); after an update of the kernel: reboot\nsystemctl restart k3s || systemctl restart k3s-agent",
    why: "flannel makes a vxlan (or wireguard) interface, and kube-proxy makes iptables rules; the kernel refuses both without the module",
    ..BARE
};

pub(super) static KUBELET_PORT_BLOCKED: Cause = Cause {
    rule: rule(
        "kubelet-port-blocked",
        Severity::Error,
        "TCP 10250 of a machine is not reachable",
    ),
    key: Some("cluster: {firewall: …}"),
    sources: "k3s docs, \"Requirements\" (inbound rules)",
    breaks: REST,
    message: "nothing gets through to the kubelet at {another machine}, port 10250",
    fix: "nc -zvw 3 '{NAME}' 10250   # from another machine\nallow TCP 10250 between all machines, in the provider's firewall and on the machines",
    why: "metrics-server, `kubectl logs` and `kubectl exec` connect to port 10250 of every machine",
    ..BARE
};

pub(super) static LOOPBACK_RESOLVER: Cause = Cause {
    rule: rule(
        "loopback-resolver",
        Severity::Error,
        "pods cannot use the machine's name servers",
    ),
    key: Some("k3s: {serverConfig: {resolv-conf: FILE}, agentConfig: {resolv-conf: FILE}}"),
    sources: "k3s #4087, #5627; CoreDNS #2087",
    breaks: OUTSIDE | NAMES | REST,
    ..BARE
};

pub(super) static MAGICDNS: Cause = Cause {
    rule: rule(
        "magicdns",
        Severity::Error,
        "CoreDNS forwards to the tailnet's resolver",
    ),
    key: Some("tailscale: {extraArgs: [--accept-dns=false]}"),
    sources: "tailscale #1003, #6651, #1381; k3s #4088",
    breaks: OUTSIDE | NAMES | REST,
    ..BARE
};

pub(super) static MTU: Cause = Cause {
    rule: rule("mtu", Severity::Error, "large packets are lost on the way"),
    sources: "RFC 2923; flannel docs, \"Troubleshooting\"",
    breaks: LARGE | API | REST,
    needs: LARGE,
    message: "large packets are lost: the MTU of pods is larger than the path allows",
    fix: "ping -M do -s {SIZE} -c 2 ADDRESS-OF-A-POD-ON-ANOTHER-MACHINE   # from a pod: fails, and works with -s 1200: this is it\nip -d link show flannel.1 | grep mtu; ip link | grep mtu   # flannel.1 must be 50 bytes below the smallest interface between the machines\nset that MTU on the machines' interface (a VPN or cloud network often has 1450, 1420 or 1280), delete flannel.1, then: systemctl restart k3s || systemctl restart k3s-agent",
    why: "small packets such as DNS answers and handshakes pass, and the first large one (a certificate, a page) never arrives",
    ..BARE
};

pub(super) static NAME_UNRESOLVED: Cause = Cause {
    rule: rule(
        "name-unresolved",
        Severity::Error,
        "a name outside the cluster does not resolve",
    ),
    sources: "rancher #24311, #16454, #41105",
    breaks: NAMES | REST,
    ..BARE
};

pub(super) static NEIGHBOUR_TABLE_FULL: Cause = Cause {
    rule: rule(
        "neighbour-table-full",
        Severity::Error,
        "the kernel's neighbour table overflows",
    ),
    sources: "Linux docs, ip-sysctl (gc_thresh3)",
    breaks: ACROSS | LOCAL | HOST | FAR | HOSTS | DNS | HOST_SERVICE | API,
    message: "the neighbour (ARP) table of {a machine} overflows",
    fix: "sysctl -w net.ipv4.neigh.default.gc_thresh1=4096 net.ipv4.neigh.default.gc_thresh2=8192 net.ipv4.neigh.default.gc_thresh3=16384   # and in /etc/sysctl.d\nip neigh | wc -l   # must stay below gc_thresh3",
    why: "every pod and machine takes an entry; addresses without one cannot be reached",
    ..BARE
};

pub(super) static NETWORK_POLICY: Cause = Cause {
    rule: rule(
        "network-policy",
        Severity::Error,
        "a NetworkPolicy blocks the cluster DNS",
    ),
    sources: "k3s docs, \"CIS Hardening Guide\", \"NetworkPolicies\"",
    breaks: DNS | LOCAL | ACROSS | REST,
    ..BARE
};

pub(super) static NO_DEFAULT_ROUTE: Cause = Cause {
    rule: rule(
        "no-default-route",
        Severity::Error,
        "a machine has no default route",
    ),
    sources: "k3s docs, \"Air-Gap Install\" (default route)",
    breaks: REST,
    message: "k3s does not start: the machine has no default route",
    fix: "ip route show default   # empty: this is it\nip route add default via GATEWAY   # permanently in the network configuration; without a gateway, a dummy interface serves (k3s docs, \"Air-Gap Install\")",
    why: "k3s and flannel take the machine's address and interface from the default route",
    ..BARE
};

pub(super) static NO_NAMESERVERS: Cause = Cause {
    rule: rule(
        "no-nameservers",
        Severity::Error,
        "a machine names no name server",
    ),
    key: Some("k3s: {serverConfig: {resolv-conf: FILE}, agentConfig: {resolv-conf: FILE}}"),
    sources: "CoreDNS docs, \"forward\"",
    breaks: DNS,
    message: "CoreDNS does not start: the machine's resolv.conf names no server",
    fix: "cat /etc/resolv.conf /run/systemd/resolve/resolv.conf   # on the machine of CoreDNS\necho 'nameserver ADDRESS-OF-YOUR-RESOLVER' > /etc/rancher/k3s/resolv.conf; echo 'resolv-conf: /etc/rancher/k3s/resolv.conf' >> /etc/rancher/k3s/config.yaml; systemctl restart k3s || systemctl restart k3s-agent",
    why: "CoreDNS forwards to the machine's name servers and refuses an empty list",
    ..BARE
};

pub(super) static NO_PROXY: Cause = Cause {
    rule: rule(
        "no-proxy",
        Severity::Error,
        "traffic inside the cluster goes through the proxy",
    ),
    key: Some("proxy: {http: URL, noProxy: […]}"),
    sources: "k3s docs, \"Configuring an HTTP proxy\"",
    breaks: REST,
    message: "k3s sends traffic for the cluster itself through a proxy, which rejects it: {an address inside}",
    fix: "grep -h NO_PROXY /etc/systemd/system/k3s*.service.env /etc/default/k3s* 2>/dev/null   # on servers\nadd to NO_PROXY there: 127.0.0.0/8,10.42.0.0/16,10.43.0.0/16,THE-MACHINES'-RANGE,.svc,.cluster.local; then: systemctl restart k3s || systemctl restart k3s-agent",
    why: "the API server inherits HTTPS_PROXY and uses it for webhooks and API services, whose addresses no proxy can reach",
    ..BARE
};

pub(super) static NODE_LABEL_RESERVED: Cause = Cause {
    rule: rule(
        "node-label-reserved",
        Severity::Error,
        "a node label has a reserved name",
    ),
    key: Some("cluster: {servers: {labels: {role.example.com/NAME: \"true\"}}}"),
    sources: "Kubernetes docs, \"kubelet\" (node-labels), \"Using Node Authorization\" (NodeRestriction)",
    breaks: REST,
    message: "k3s does not start on {a machine}: {a label} is a reserved node label",
    fix: "in /etc/rancher/k3s/config.yaml: remove it from `node-label`, or use a name outside of kubernetes.io and k8s.io, such as role.example.com/NAME; systemctl restart k3s || systemctl restart k3s-agent\nkubectl label node {MACHINE} {NAME}=true   # an administrator may set it after the machine has joined",
    why: "machines must not give themselves labels in kubernetes.io or k8s.io, except below node.kubernetes.io and kubelet.kubernetes.io and a few others, as they could attract any pod",
    ..BARE
};

pub(super) static NODE_LOCAL_DNS: Cause = Cause {
    rule: rule(
        "node-local-dns",
        Severity::Error,
        "pods use node-local-dns, which does not answer",
    ),
    sources: "Kubernetes docs, \"Using NodeLocal DNSCache\"",
    breaks: DNS | REST,
    ..BARE
};

pub(super) static NODE_NAME: Cause = Cause {
    rule: rule(
        "node-name",
        Severity::Error,
        "a machine's name is none that Kubernetes takes",
    ),
    sources: "Kubernetes docs, \"Object Names and IDs\"",
    breaks: REST,
    message: "{a name} is not a valid node name",
    fix: "hostnamectl set-hostname NAME   # lower-case letters, digits, `-` and `.`; or `node-name: NAME` in /etc/rancher/k3s/config.yaml\nsystemctl restart k3s || systemctl restart k3s-agent",
    why: "k3s registers the machine under its host name, and the API server rejects underscores and capital letters",
    ..BARE
};

pub(super) static NODE_PASSWORD: Cause = Cause {
    rule: rule(
        "node-password",
        Severity::Error,
        "a machine has another password than the cluster knows",
    ),
    sources: "k3s docs, \"Architecture\" (agent node registration)",
    breaks: REST,
    message: "the server rejects the node password of {a machine}",
    fix: "kubectl -n kube-system delete secret {MACHINE}.node-password.k3s; kubectl delete node {MACHINE}   # if the machine was reinstalled; it then joins again\nhostname   # two machines with one name: set `node-name` or `with-node-id: true` on one of them",
    why: "a machine that was reinstalled, or a second one with the same name, has a new /etc/rancher/node/password",
    ..BARE
};

pub(super) static OVERLAY_BLOCKED: Cause = Cause {
    rule: rule(
        "overlay-blocked",
        Severity::Error,
        "the network between the machines drops pod traffic",
    ),
    key: Some("cluster: {network: {nodes: …}}"),
    sources: "k3s #2241, #2768, #5349, #9102, #2935, #1266; rke2 #6307",
    breaks: ACROSS | FAR | DNS | API,
    needs: ACROSS,
    ..BARE
};

pub(super) static PACKET_LOSS: Cause = Cause {
    rule: rule("packet-loss", Severity::Error, "some answers are lost"),
    sources: "",
    breaks: ACROSS | LOCAL | HOST | FAR | HOSTS | DNS | HOST_SERVICE | API | RESOLVER,
    ..BARE
};

pub(super) static POD_NOT_READY: Cause = Cause {
    rule: rule(
        "pod-not-ready",
        Severity::Error,
        "the pods of a Service do not run",
    ),
    sources: "Kubernetes docs, \"Debug Services\"",
    breaks: NAMES | REST,
    message: "Service {a Service} has no ready pods",
    fix: "kubectl get endpointslices -A | grep '{NAME}'; kubectl get pods -A | grep '{NAME}'   # which pod is behind it, and why it is not ready",
    why: "the API server calls the Service and finds no pod behind it",
    ..BARE
};

pub(super) static POD_RANGE_FULL: Cause = Cause {
    rule: rule(
        "pod-range-full",
        Severity::Error,
        "a machine has no free addresses for pods",
    ),
    sources: "kubernetes #57280; containernetworking/plugins docs, \"host-local\"",
    breaks: REST,
    message: "machine has no free pod addresses in {its range}",
    fix: "ls /var/lib/cni/networks/cbr0 | wc -l; crictl pods -q | wc -l   # many more of the first: addresses of dead pods\nreboot the machine to release them; more than 250 pods require a larger `node-cidr-mask-size`",
    why: "host-local keeps a file for each address, which stays when containerd was killed",
    ..BARE
};

pub(super) static POD_RANGE_MISSING: Cause = Cause {
    rule: rule("pod-range-missing", Severity::Error, "a machine has no pod range"),
    key: Some("cluster: {network: {pods: …, services: …}}"),
    sources: "k3s docs, \"k3s server\" (cluster-cidr)",
    breaks: ACROSS | DNS | API,
    message: "node {a machine} has no pod range",
    fix: "kubectl get nodes -o custom-columns='N:.metadata.name,P:.spec.podCIDR'\nin a full `cluster-cidr` a /24 for each machine no longer fits: remove nodes that no longer exist; a larger range requires a new cluster",
    why: "flannel waits until the controller manager assigns a range",
    ..BARE
};

pub(super) static PODS_NOT_ROUTED: Cause = Cause {
    rule: rule(
        "pods-not-routed",
        Severity::Error,
        "the network drops packets with pods' addresses",
    ),
    sources: "AWS docs, \"Source/destination checking\"; Calico docs, \"Overlay networking\"",
    breaks: ACROSS | DNS | API | FAR,
    needs: ACROSS,
    ..BARE
};

pub(super) static POLICY_ROUTING: Cause = Cause {
    rule: rule(
        "policy-routing",
        Severity::Error,
        "the machine's own rules send pod traffic elsewhere",
    ),
    sources: "k3s docs, \"Requirements\" (nm-cloud-setup); tailscale #1227",
    breaks: HOST | FAR | ACROSS | API | DNS | HOST_SERVICE,
    needs: HOST | FAR,
    message: "the machine does not reach its own pods: policy routing sends the packets elsewhere",
    fix: "ip rule; ip route get ADDRESS-OF-A-POD-HERE   # must say `dev cni0`; of a pod elsewhere: `dev flannel.1`\nsystemctl disable --now nm-cloud-setup.service nm-cloud-setup.timer; reboot   # if rules with priority 30200 or 30400 are there\ntailscale set --accept-routes=false   # if `ip route show table 52` has the pod range or the machines' range",
    why: "rules before the main table match first; pods reach each other over the bridge, but nothing from the machine arrives",
    ..BARE
};

pub(super) static PORT_TAKEN: Cause = Cause {
    rule: rule(
        "port-taken",
        Severity::Error,
        "a port that a pod or k3s needs is in use",
    ),
    sources: "k3s docs, \"Networking Services\" (ServiceLB)",
    breaks: REST,
    message: "a port is already in use: {on every node}",
    fix: "kubectl get svc -A | grep LoadBalancer; kubectl get pods -A | grep -E 'svclb|Pending'   # two Services with one port?\nss -lntp | grep -E ':(80|443|6443|53) '   # on the machine: nginx, apache or another ingress?\nstop what holds the port, or give one of the Services another port",
    why: "ServiceLB opens the ports of every LoadBalancer Service on the nodes; a port can be taken only once",
    ..BARE
};

pub(super) static PROXY_PROTOCOL: Cause = Cause {
    rule: rule(
        "proxy-protocol",
        Severity::Error,
        "an ingress expects the PROXY protocol from clients that do not send it",
    ),
    sources: "kubernetes #66607; Hetzner Cloud Controller Manager docs, \"Load Balancers\"",
    breaks: REST,
    message: "the ingress expects the PROXY protocol, and a client connects without it",
    fix: "kubectl get svc -A | grep LoadBalancer   # kube-proxy short-circuits the load balancer's IP: pods go straight to the ingress\nset the annotation `load-balancer.hetzner.cloud/hostname` (other providers: their hostname annotation) on that Service, or switch the PROXY protocol off on both sides\ncurl -v https://NAME/   # from a pod: must answer",
    why: "the load balancer adds the header to outside traffic; kube-proxy sends traffic from inside the cluster straight to the ingress, which rejects it",
    ..BARE
};

pub(super) static RANCHER_CA_CHECKSUM: Cause = Cause {
    rule: rule(
        "rancher-ca-checksum",
        Severity::Error,
        "Rancher's CA is not the one that its agent expects",
    ),
    sources: "Rancher docs, \"Updating the Rancher Certificate\"; rancher #13244, #36632, #49384",
    breaks: REST,
    message: "the agent expects another CA than {the Rancher server} has",
    fix: "curl -sk https://{NAME}/v3/settings/cacerts | jq -r .value > cacert; sha256sum cacert   # must be the agent's CATTLE_CA_CHECKSUM. Is that address the right Rancher?\nrun the registration command again that Rancher shows for this cluster; or: kubectl -n cattle-system set env deployment/cattle-cluster-agent CATTLE_CA_CHECKSUM=THAT-CHECKSUM   # empty where Rancher has a public certificate and no `cacerts`",
    why: "the registration command contains the checksum of Rancher's CA; a new certificate or a new installation of Rancher has another one",
    ..BARE
};

pub(super) static REGISTRY_CERTIFICATE: Cause = Cause {
    rule: rule(
        "registry-certificate",
        Severity::Error,
        "the machine does not trust a registry's certificate",
    ),
    key: Some("certificate: {customCa: …}"),
    sources: "k3s docs, \"Private Registry Configuration\"; awx-on-k3s #13",
    breaks: REST,
    message: "the machine does not trust the certificate of registry {a registry}",
    fix: "openssl s_client -connect '{NAME:443}' -showcerts </dev/null | grep -E ' [si]:'   # signed by whom? a company's proxy, or an internal CA\nin /etc/rancher/k3s/registries.yaml on every machine: configs: {\"{NAME}\": {tls: {ca_file: /etc/ssl/certs/YOUR-CA.pem}}}; systemctl restart k3s || systemctl restart k3s-agent\nfor a proxy that opens TLS: add its CA to the machine's store: update-ca-certificates (Debian, Ubuntu) or update-ca-trust (RHEL)",
    why: "containerd pulls images on the machine and checks against the machine's store and registries.yaml, not against what pods trust",
    ..BARE
};

pub(super) static REGISTRY_HTTP: Cause = Cause {
    rule: rule("registry-http", Severity::Error, "a registry speaks HTTP"),
    sources: "k3s docs, \"Private Registry Configuration\"",
    breaks: REST,
    message: "registry {a registry} speaks HTTP, but containerd connects with HTTPS",
    fix: "in /etc/rancher/k3s/registries.yaml on every machine: mirrors: {\"{NAME}\": {endpoint: [\"http://{NAME}\"]}}; systemctl restart k3s || systemctl restart k3s-agent",
    why: "containerd uses HTTPS unless registries.yaml names an http endpoint",
    ..BARE
};

pub(super) static REGISTRY_LIMIT: Cause = Cause {
    rule: rule("registry-limit", Severity::Error, "a registry limits pulls"),
    sources: "Docker docs, \"Docker Hub usage and limits\"",
    breaks: REST,
    message: "the registry limits pulls: {too many requests}",
    fix: "log in: configs: {\"docker.io\": {auth: {…}}} in /etc/rancher/k3s/registries.yaml, or add a mirror there; systemctl restart k3s || systemctl restart k3s-agent",
    why: "machines behind one address share its limit; the network works",
    ..BARE
};

pub(super) static REGISTRY_LOGIN: Cause = Cause {
    rule: rule("registry-login", Severity::Error, "a registry rejects the login"),
    sources: "Kubernetes docs, \"Pull an Image from a Private Registry\"",
    breaks: REST,
    message: "the registry rejects the pull of {an image}: login missing or not allowed",
    fix: "kubectl get pod -A -o jsonpath='{.items[*].spec.imagePullSecrets}' | tr ' ' '\\n' | sort | uniq -c   # is the secret named, and in that namespace?\ncheck the image's name: registries also answer so for one that does not exist",
    why: "the registry was reached, so DNS and network work",
    ..BARE
};

pub(super) static REJECT_RULES: Cause = Cause {
    rule: rule(
        "reject-rules",
        Severity::Error,
        "a REJECT rule on the machine answers pods with `no route to host`",
    ),
    sources: "k3s #977, #2046",
    breaks: ACROSS | LOCAL | HOST | FAR | HOSTS | DNS | API | HOST_SERVICE,
    message: "a REJECT rule on {a machine} rejects pod traffic",
    fix: "iptables -S | grep -n REJECT   # `-A INPUT -j REJECT` and `-A FORWARD -j REJECT --reject-with icmp-host-prohibited`: this is it\niptables -I INPUT 1 -s 10.42.0.0/16 -j ACCEPT; iptables -I INPUT 1 -s THE-MACHINES'-RANGE -j ACCEPT; iptables -D FORWARD -j REJECT --reject-with icmp-host-prohibited   # on every machine, at once: lets pods and machines in; the REJECT of INPUT stays, since without it every port that the cloud lets through is open\nthe same in /etc/iptables/rules.v4, by hand   # for the next boot; `netfilter-persistent save` would write the rules of kube-proxy and flannel there, too",
    why: "images of some clouds (Oracle's above all) reject everything but SSH with icmp-host-prohibited, which programs report as `no route to host`",
    ..BARE
};

pub(super) static REVERSE_PATH_FILTER: Cause = Cause {
    rule: rule(
        "reverse-path-filter",
        Severity::Error,
        "the kernel drops packets by their source address",
    ),
    sources: "Linux docs, ip-sysctl (rp_filter)",
    breaks: ACROSS | FAR | HOST | DNS | API | HOSTS,
    needs: ACROSS | FAR | HOST | SERVICE,
    message: "the kernel drops packets that come in by another interface than it would answer by: {a device}",
    fix: "sysctl -a 2>/dev/null | grep '\\.rp_filter'; sysctl -w net.ipv4.conf.all.rp_filter=2   # 2: loose; and in /etc/sysctl.d",
    why: "strict reverse-path filtering drops packets from a second network card or a tunnel",
    ..BARE
};

pub(super) static SEARCH_DOT: Cause = Cause {
    rule: rule(
        "search-dot",
        Severity::Error,
        "pods with musl cannot use the search list",
    ),
    key: Some("k3s: {serverConfig: {resolv-conf: FILE}, agentConfig: {resolv-conf: FILE}}"),
    sources: "k3s #6132; kubernetes #112157",
    breaks: REST,
    ..BARE
};

pub(super) static SEARCH_WILDCARD: Cause = Cause {
    rule: rule(
        "search-wildcard",
        Severity::Error,
        "a search domain has a wildcard record",
    ),
    key: Some("k3s: {serverConfig: {resolv-conf: FILE}, agentConfig: {resolv-conf: FILE}}"),
    sources: "k3s #2801",
    breaks: REST,
    ..BARE
};

pub(super) static SELINUX_DENIAL: Cause = Cause {
    rule: rule("selinux-denial", Severity::Error, "SELinux blocks pod networking"),
    sources: "k3s #485; k3s docs, \"SELinux Support\"",
    breaks: REST,
    ..BARE
};

pub(super) static SERVER_FLAGS_DIFFER: Cause = Cause {
    rule: rule(
        "server-flags-differ",
        Severity::Error,
        "servers were started with different flags",
    ),
    key: Some("k3s: {serverConfig: {KEY: VALUE}}"),
    sources: "k3s docs, \"High Availability Embedded etcd\"; k3s #12745, #4768, #6448",
    breaks: REST,
    message: "k3s does not start on {a machine}: its flags differ from those of the other servers: {critical flags}",
    fix: "journalctl -u k3s | grep -i mismatched   # on {MACHINE}: which flags\nkubectl get nodes -o yaml | grep k3s.io/node-args   # with which flags the others were started\nset the same in /etc/rancher/k3s/config.yaml of all servers; systemctl restart k3s",
    why: "flags that concern the whole cluster must be the same on all servers, such as the ranges, `flannel-backend`, `disable` and `secrets-encryption`; a server with others is not let in",
    ..BARE
};

pub(super) static SERVER_REFUSES: Cause = Cause {
    rule: rule(
        "server-refuses",
        Severity::Error,
        "an address refuses connections",
    ),
    sources: "rancher #16454",
    breaks: REST,
    message: "{the server} resolves, but refuses the connection",
    fix: "kubectl run -it --rm gkc-ask --image=registry.k8s.io/e2e-test-images/agnhost:2.53 --restart=Never -- sh -c 'dig +short {NAME}; curl -vk --max-time 5 https://{NAME}/'   # is that the right address, and does its server run?\nss -lntp | grep ':443 '   # on the machine with that address",
    why: "the name resolves to an address where nothing listens: the server is down, or the record points to another machine",
    ..BARE
};

pub(super) static SERVER_SILENT: Cause = Cause {
    rule: rule("server-silent", Severity::Error, "an address does not answer"),
    sources: "rancher #16454",
    breaks: REST,
    message: "{the server} resolves, but does not answer",
    fix: "kubectl run -it --rm gkc-ask --image=registry.k8s.io/e2e-test-images/agnhost:2.53 --restart=Never -- sh -c 'dig +short {NAME}; curl -vk --max-time 5 https://{NAME}/'   # a public address of your own router: hairpin NAT\nallow TCP 443 from the machines to that address",
    why: "DNS works; a firewall between the machines and that address drops the packets, or the router does not send them back in",
    ..BARE
};

pub(super) static SERVER_UNREACHABLE: Cause = Cause {
    rule: rule(
        "server-unreachable",
        Severity::Error,
        "a machine does not reach the server",
    ),
    key: Some("cluster: {firewall: …}"),
    sources: "k3s docs, \"Requirements\" (inbound rules)",
    breaks: REST,
    message: "the machine does not reach the k3s server at {its address}",
    fix: "curl -vk --max-time 5 'https://{NAME}/cacerts'   # on the agent: `refused`: k3s does not run there; no answer: a firewall\nallow TCP 6443 (and 2379-2380 between servers) between all machines; check `server:` in /etc/rancher/k3s/config.yaml",
    why: "an agent fetches the cluster's CA from port 6443 of the server before it does anything else",
    ..BARE
};

pub(super) static SERVICE_ACCOUNT_FORBIDDEN: Cause = Cause {
    rule: rule(
        "service-account-forbidden",
        Severity::Error,
        "a service account lacks permissions",
    ),
    key: Some(platforms::NAMESPACE_KEY),
    sources: platforms::NAMESPACE_SOURCES,
    breaks: REST,
    message: "service account {of a pod} lacks a permission: a Role or RoleBinding is missing",
    fix: platforms::NAMESPACE_FIX,
    why: "a Role is valid in its own namespace only; another namespace requires a Role and a RoleBinding of its own there",
    ..BARE
};

pub(super) static SERVICE_MISSING: Cause = Cause {
    rule: rule("service-missing", Severity::Error, "the Service does not exist"),
    sources: "Kubernetes docs, \"DNS for Services and Pods\"",
    breaks: NAMES | REST,
    ..BARE
};

pub(super) static SERVICE_RANGE_CHANGED: Cause = Cause {
    rule: rule(
        "service-range-changed",
        Severity::Error,
        "the service range was changed",
    ),
    key: Some("cluster: {network: {pods: …, services: …}}"),
    sources: "k3s docs, \"k3s server\" (service-cidr)",
    breaks: SERVICE | HOST_SERVICE | DNS | API | REST,
    message: "{an address} is not in the service range that the API server was started with",
    fix: "ps ax | grep -o 'service-cidr[= ][^ ]*'; kubectl get services -A | head   # compare\nset the old `service-cidr` on every server and restart k3s; another range requires a new cluster (or all Services made again)",
    why: "Services keep the addresses of the old range, and the API server rejects them; servers with different values fight",
    ..BARE
};

pub(super) static SERVICE_RULES: Cause = Cause {
    rule: rule(
        "service-rules",
        Severity::Error,
        "the rules for service addresses are missing or broken",
    ),
    key: Some("k3s: {serverConfig: {prefer-bundled-bin: true}, agentConfig: {prefer-bundled-bin: true}}"),
    sources: "Kubernetes docs, \"Debug Services\" (kube-proxy); k3s docs, \"Known Issues\"",
    breaks: SERVICE | HOST_SERVICE | API,
    needs: SERVICE,
    fix: "iptables-save | grep -c KUBE-SVC; iptables-legacy-save | grep -c KUBE-SVC   # on that machine: 0 for both, or rules in both, and this is it\njournalctl -u k3s -u k3s-agent | grep -iE 'proxier|iptables' | tail   # why kube-proxy does not write them: pass it to gkc doctor\nin /etc/rancher/k3s/config.yaml: `prefer-bundled-bin: true`, and no `disable-kube-proxy`; then reboot to remove old rules",
    why: "kube-proxy translates service addresses into those of pods by rules on every machine; the pods themselves can be reached",
    ..BARE
};

pub(super) static SNAPSHOTTER_UNUSABLE: Cause = Cause {
    rule: rule(
        "snapshotter-unusable",
        Severity::Error,
        "containerd's snapshotter does not work on the filesystem",
    ),
    key: Some("k3s: {serverConfig: {snapshotter: native}, agentConfig: {snapshotter: native}}"),
    sources: "k3s #3266, #12673, #2755, #495; containerd docs, \"Snapshotters\"",
    breaks: REST,
    message: "containerd cannot use overlayfs on the filesystem of /var/lib/rancher on {a machine}",
    fix: "findmnt -T /var/lib/rancher   # zfs, nfs, or overlay (in a container): this is it; xfs requires ftype=1, which only a new filesystem has\nput /var/lib/rancher on ext4 or XFS: a disk or volume of its own\nor in /etc/rancher/k3s/config.yaml on that machine: `snapshotter: native` (works everywhere, takes more room), `zfs` (on ZFS) or `fuse-overlayfs`; systemctl restart k3s || systemctl restart k3s-agent",
    why: "overlayfs requires a local filesystem that it can put layers on, and the permission to mount; network filesystems, older ZFS and unprivileged containers lack that",
    ..BARE
};

pub(super) static SPLIT_HORIZON: Cause = Cause {
    rule: rule(
        "split-horizon",
        Severity::Error,
        "pods and machines get different answers for a name",
    ),
    key: Some("k3s: {serverConfig: {resolv-conf: FILE}, agentConfig: {resolv-conf: FILE}}"),
    sources: "Kubernetes docs, \"Customizing DNS Service\"",
    breaks: NAMES | REST,
    ..BARE
};

pub(super) static STALE_BRIDGE: Cause = Cause {
    rule: rule(
        "stale-bridge",
        Severity::Error,
        "cni0 has an address of an earlier installation",
    ),
    sources: "kubernetes #39557",
    breaks: REST,
    message: "the bridge cni0 has an address of an earlier pod range, not {the machine's}",
    fix: "ip link delete cni0; ip link delete flannel.1; systemctl restart k3s || systemctl restart k3s-agent   # on that machine; or reboot it",
    why: "the bridge stays when a machine leaves one cluster and joins another with a new range; no pod starts until it is deleted",
    ..BARE
};

pub(super) static STORAGE_CLASS_MISSING: Cause = Cause {
    rule: rule(
        "storage-class-missing",
        Severity::Error,
        "a storage class does not exist",
    ),
    key: Some(platforms::STORAGE_CLASS_KEY),
    sources: "Kubernetes docs, \"Storage Classes\"; kubernetes/website #30912",
    breaks: REST,
    message: "storage class {of a volume claim} does not exist, so its volume is never created",
    fix: "kubectl get storageclass; kubectl get pvc -A | grep Pending   # which exist, which is the default, and who asks for another?\ninstall what provides it (Longhorn, an NFS provisioner; k3s's own local-path unless `local-storage` is disabled), or let the claim name another: delete the claim and create it again\na claim for a volume made by hand: kubectl describe pv   # size, access modes and class must fit",
    why: "the scheduler waits for the claim, and nothing provides volumes of that class",
    ..BARE
};

pub(super) static TAILNET_AUTH_KEY: Cause = Cause {
    rule: rule(
        "tailnet-auth-key",
        Severity::Error,
        "the tailnet rejects an auth key",
    ),
    key: Some("tailscale: {authKey: {env: TS_AUTHKEY}}"),
    sources: "Tailscale docs, \"Auth keys\"; k3s #10729; tailscale #9715, #1728; headscale #1780",
    breaks: ACROSS | HOSTS | FAR | DNS | API | HOST_SERVICE | REST,
    message: "the tailnet rejects the auth key of {a machine}",
    fix: "create a new key in the admin console: reusable, and with the machines' tag (Headscale: headscale preauthkeys create --reusable --user USER)\nset it as `joinKey` in `vpn-auth` in /etc/rancher/k3s/config.yaml, or: tailscale up --auth-key=KEY   # on that machine\nsystemctl restart k3s || systemctl restart k3s-agent; tailscale status",
    why: "auth keys expire after at most 90 days, and one that is not reusable works once; k3s logs in with `vpn-auth` again at every start",
    ..BARE
};

pub(super) static TAILNET_LOGIN: Cause = Cause {
    rule: rule(
        "tailnet-login",
        Severity::Error,
        "a machine is logged out of the tailnet",
    ),
    sources: "Tailscale docs, \"Key expiry\"",
    breaks: ACROSS | HOSTS | FAR | DNS | API | HOST_SERVICE | REST,
    message: "{a machine} is logged out of the tailnet",
    fix: "tailscale status; tailscale up   # on that machine; then disable key expiry for it, or use a tagged auth key",
    why: "keys of untagged machines expire, by default after 180 days; then no packet goes through the tailnet",
    ..BARE
};

pub(super) static TAILNET_POLICY: Cause = Cause {
    rule: rule(
        "tailnet-policy",
        Severity::Error,
        "the tailnet's policy drops packets of the cluster",
    ),
    key: Some("tailscale: {use: pods}"),
    sources: "Tailscale docs, \"Access controls\"",
    breaks: ACROSS | FAR | DNS | API | REST,
    message: "the tailnet's policy drops packets between machines",
    fix: "gkc acl query POLICY --from MACHINE --to OTHER:PORT   # which rule is missing\nallow the pod and service ranges, as sources too, and the machines' ports in the policy (`gkc build` writes the rules)",
    why: "tailscaled logs `no rules matched` for packets that arrive and that no rule accepts",
    ..BARE
};

pub(super) static TAILNET_RELAY: Cause = Cause {
    rule: rule(
        "tailnet-relay",
        Severity::Error,
        "machines reach each other only through a relay",
    ),
    key: Some("tailscale: {use: pods}"),
    sources: "Tailscale docs, \"Connection types\"",
    breaks: REST,
    message: "machines reach each other only through relay {DERP}",
    fix: "tailscale netcheck; tailscale ping OTHER-MACHINE   # `via DERP` after ten tries: no direct path\nallow UDP 41641 to the machines from each other",
    why: "a DERP relay is slow and shared; flannel's packets are lost or late under load",
    ..BARE
};

pub(super) static TAILNET_ROUTES: Cause = Cause {
    rule: rule(
        "tailnet-routes",
        Severity::Error,
        "a route of the tailnet is not accepted or not approved",
    ),
    key: Some("tailscale: {use: pods}"),
    sources: "Tailscale docs, \"Subnet routers\"",
    breaks: ACROSS | FAR | DNS | API,
    needs: ACROSS,
    message: "a machine has no route through the tailnet for {the pods of other machines}",
    fix: "tailscale status; tailscale debug prefs | grep -E 'RouteAll|AdvertiseRoutes'   # RouteAll must be true where pod ranges are routed by the tailnet\ntailscale set --accept-routes=true; approve the machines' routes in the admin console, or with `autoApprovers` in the policy",
    why: "pod ranges go through the tailnet only if the owner advertises them, the tailnet approves them and the others accept them",
};

pub static UNDECIDED: Cause = Cause {
    rule: rule("undecided", Severity::Error, "the report does not show the cause"),
    sources: "",
    breaks: REST,
    message: "a service ended with an error whose cause is not known: {the line is shown here}",
    fix: "journalctl -u k3s -u k3s-agent -u tailscaled -n 500 --no-pager >> REPORT; kubectl logs -n NAMESPACE POD --previous >> REPORT   # the lines before it often name the cause\ngkc doctor REPORT   # or search for the words shown above in the issues of the program that wrote them",
    why: "gkc does not know these words, and no other line of the report names a cause",
    ..BARE
};

pub(super) static UPSTREAM_UNREACHABLE: Cause = Cause {
    rule: rule(
        "upstream-unreachable",
        Severity::Error,
        "CoreDNS gets no answer from its upstream name servers",
    ),
    key: Some("k3s: {serverConfig: {resolv-conf: FILE}, agentConfig: {resolv-conf: FILE}}"),
    sources: "k3s #5627; rancher #16454",
    breaks: OUTSIDE | RESOLVER,
    needs: OUTSIDE,
    ..BARE
};

pub(super) static URL_FAILS: Cause = Cause {
    rule: rule(
        "url-fails",
        Severity::Error,
        "a URL of the platform answers with an error",
    ),
    sources: "Kubernetes docs, \"Debug Services\"; Traefik docs, \"Kubernetes IngressRoute\"",
    breaks: REST,
    message: "{a URL} answers with an error: what is in front of the platform does not reach it",
    fix: "curl -sv -o /dev/null --max-time 5 '{NAME}'   # which server answers, and with which status\nkubectl get ingress,ingressroute -A; kubectl get endpointslices -A   # 404: no route has that host name; 502, 503, 504: no ready pod behind the route\nkubectl get pods -A | grep -vE 'Running|Completed'   # a pod of the platform that does not run",
    why: "the address answers, so names and the network work; the proxy has no route for the name, or no ready pod to send requests to",
    ..BARE
};

pub(super) static VOLUME_ELSEWHERE: Cause = Cause {
    rule: rule(
        "volume-elsewhere",
        Severity::Error,
        "a pod waits for a volume of another machine",
    ),
    sources: "Kubernetes docs, \"Volumes\", local; local-path-provisioner #31",
    breaks: REST,
    message: "a pod waits for a volume that is on another machine than the ones it may run on",
    fix: "kubectl get pv -o custom-columns='VOLUME:.metadata.name,CLAIM:.spec.claimRef.name,ON:.spec.nodeAffinity.required.nodeSelectorTerms[*].matchExpressions[*].values'; kubectl get nodes   # is that machine there, ready, and may the pod run on it (nodeSelector, taints)?\nlet the pod run there; or, for a machine that will not come back: delete the pod and its claim, and restore the data from a backup into a new one",
    why: "volumes of `local-path`, and local ones, are folders of one machine, and follow no pod",
    ..BARE
};

pub(super) static WEBHOOK_CERTIFICATE: Cause = Cause {
    rule: rule(
        "webhook-certificate",
        Severity::Error,
        "the API server does not trust a webhook's certificate",
    ),
    sources: "Kubernetes docs, \"Dynamic Admission Control\"",
    breaks: REST,
    message: "the API server does not trust the certificate of webhook {a webhook}",
    fix: "kubectl get validatingwebhookconfigurations,mutatingwebhookconfigurations   # caBundle of that webhook; cert-manager's cainjector or the chart's job writes it\ninstall its chart again, or delete the configuration of a webhook whose program was removed",
    why: "the CA in the webhook's configuration is not the one that signed its certificate",
    ..BARE
};

pub(super) static WEBHOOK_UNREACHABLE: Cause = Cause {
    rule: rule(
        "webhook-unreachable",
        Severity::Error,
        "the API server does not reach a webhook or API service",
    ),
    sources: "Kubernetes docs, \"Debug Services\"; k3s docs, \"Requirements\"",
    breaks: REST,
    message: "the API server does not reach {a webhook} in the cluster",
    fix: "kubectl get endpointslices -A | grep -i webhook; kubectl get apiservices | grep False   # is a pod ready, and on which node\ncurl -vk --max-time 5 https://ADDRESS-OF-THAT-POD:PORT/   # on the server: no answer means that the server does not reach pods of that node (overlay-blocked, policy-routing)",
    why: "the API server runs on the machine and connects to pods through the pod network, or through a proxy if one is set (`no-proxy`)",
    ..BARE
};

pub(super) static WEBSOCKET_REFUSED: Cause = Cause {
    rule: rule(
        "websocket-refused",
        Severity::Error,
        "a reverse proxy does not pass WebSockets on",
    ),
    sources: "nginx docs, \"WebSocket proxying\"; RFC 6455, section 4.1",
    breaks: REST,
    message: "a server refuses WebSockets: the reverse proxy in front of it passes them on as ordinary requests, or as HTTP/1.0",
    fix: "curl -sv --http1.1 --max-time 5 -H 'Connection: Upgrade' -H 'Upgrade: websocket' -H 'Sec-WebSocket-Version: 13' -H 'Sec-WebSocket-Key: Z2tjLXByb2JlLWtleQ==' 'https://{NAME}/PATH' -o /dev/null   # 101 through the proxy: it passes them on\nin nginx: proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection \"upgrade\"; proxy_read_timeout 1d;\nin other reverse proxies and load balancers: turn WebSockets on, and set an idle timeout of hours",
    why: "a WebSocket begins as a request of HTTP/1.1 with `Upgrade`, and nginx speaks HTTP/1.0 to what is behind it and drops that header unless it is told otherwise",
    ..BARE
};

pub(super) static WRONG_INTERFACE: Cause = Cause {
    rule: rule(
        "wrong-interface",
        Severity::Error,
        "flannel uses the wrong interface or address",
    ),
    key: Some("cluster: {network: {interface: NAME}}"),
    sources: "k3s #12056, #11476, #1365, #1824",
    breaks: ACROSS | FAR | DNS | API | HOST_SERVICE,
    message: "k3s finds no interface for flannel",
    fix: "ip -brief address   # names of interfaces; then in /etc/rancher/k3s/config.yaml: `flannel-iface: NAME`; systemctl restart k3s || systemctl restart k3s-agent",
    why: "`flannel-iface` names an interface that this machine does not have",
    ..BARE
};

/// The cause of that name.
pub fn cause_of(name: &str) -> Option<&'static Cause> {
    CAUSES.iter().copied().find(|cause| cause.rule.name == name)
}
