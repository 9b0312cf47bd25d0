//! The words, as data.

use super::{Sign, Variant, last, over, sign};
use crate::doctor::platforms;

/// What ends the host of a URL.
const HOST: &str = "/:\"\\ )'";
/// What ends the host and port of a registry.
const REGISTRY: &str = "/\"\\ )'";
/// How services end that somebody stopped.
const STOPPED: &[&str] = &["status=0/", "status=15/TERM", "status=143"];
/// What ends a word.
const WORD: &str = " \"\\,;)'";

/// What ends the host and port of a URL.
const WORD_OF_URL: &str = "/\"\\ )'";
/// Causes that are over when a certificate is there.
const CHALLENGES: &[&str] = &["hairpin", "challenge-elsewhere", "challenge-dns-blocked"];

/// Causes that are over when Terraform has made what it was to make.
const APPLIED: &[&str] = &["service-account-forbidden", "undecided"];
/// Causes that keep k3s from starting, and are over when a server runs. An agent counts as started before it has joined.
const STARTS: &[&str] = &[
    "cgroup-memory",
    "database-password",
    "etcd-full",
    "etcd-member",
    "ip-family-mismatch",
    "join-token",
    "no-default-route",
    "node-label-reserved",
    "node-name",
    "policy-routing",
    "server-flags-differ",
    "snapshotter-unusable",
    "tailnet-auth-key",
    "undecided",
];

/// Causes that are over when a machine is ready.
const READY: &[&str] = &[
    "flannel-down",
    "ip-family-mismatch",
    "join-token",
    "no-default-route",
    "node-label-reserved",
    "node-name",
    "node-password",
    "policy-routing",
    "server-flags-differ",
    "server-unreachable",
    "snapshotter-unusable",
    "undecided",
];

static DRIFT: Variant = Variant {
    message: "the clocks of {a machine} and another server differ by {too much}",
    fix: "timedatectl; date -u   # on every server: which one is wrong?\ntimedatectl set-ntp true; chronyc makestep || systemctl restart systemd-timesyncd   # there; allow UDP 123",
    why: "etcd compares the clocks of its members; leases, tokens and certificates are valid by the clock",
    key: "",
};

static BOOTSTRAP: Variant = Variant {
    message: "{a machine} has another server token than the one that the datastore was encrypted with",
    fix: "cat /var/lib/rancher/k3s/server/token   # on a server that works, or in a backup: set it as `token` in /etc/rancher/k3s/config.yaml on this one, without printing it in a report\nsystemctl restart k3s\nwhere no server and no backup has it: the datastore cannot be read; give k3s an empty one",
    why: "servers with an external datastore keep their CA and keys in it, encrypted with the server token",
    key: "",
};

static DATASTORE_PASSWORD: Variant = Variant {
    message: "k3s does not start on {a machine}: its datastore rejects the password of user {that connects}",
    fix: "grep -c datastore-endpoint /etc/rancher/k3s/config.yaml   # on every server: the same user and password; characters such as `@`, `/` and `#` of a PostgreSQL password must be percent-encoded there\nPostgreSQL: ALTER USER \"{NAME}\" PASSWORD 'PASSWORD'; MySQL: ALTER USER '{NAME}'@'%' IDENTIFIED BY 'PASSWORD';   # or give k3s the password that the database has\nsystemctl restart k3s",
    why: "the API server keeps its state in that database, and k3s ends when it cannot log in",
    key: "k3s: {datastore: {endpoint: {env: K3S_DATASTORE_ENDPOINT}}}",
};

static MYSQL_PASSWORD: Variant = Variant {
    message: "the database rejects the password of user {that connects}",
    fix: "kubectl get secrets -A | grep -iE 'mysql|database'   # the password that the program uses: compare it with the database's\nALTER USER '{NAME}'@'%' IDENTIFIED BY 'PASSWORD';   # in MySQL, or give the program the password that the database has\nselect user, host from mysql.user;   # the user must be allowed to come from the pods' or machines' addresses",
    why: "the database was reached, so names and the network work; MySQL says the same where a user may not come from an address",
    key: "database: {external: {password: {env: DATABASE_PASSWORD}}}",
};

static SLOW_SQL: Variant = Variant {
    message: "the database of k3s on {a machine} is too slow: a query took {seconds}",
    fix: "journalctl -u k3s | grep -c 'Slow SQL'; ls -lh /var/lib/rancher/k3s/server/db   # on each server: how often, and how large is state.db?\nSQLite: move /var/lib/rancher/k3s/server/db to an SSD, away from images and SD cards; several servers and large clusters require etcd or a database server\na database server: look at its disk and processor, and at the latency to it",
    why: "k3s asks the database for every change; when answers take seconds, controllers lose their leadership, and k3s exits and restarts",
    key: "",
};

static CLOUD_SETUP: Variant = Variant {
    message: "k3s does not start on {a machine}: nm-cloud-setup is enabled",
    fix: "systemctl disable --now nm-cloud-setup.service nm-cloud-setup.timer; reboot   # its rules of routing stay until then",
    why: "k3s's unit refuses to start beside nm-cloud-setup, whose rules of routing send pods' packets elsewhere",
    key: "",
};

static ISCSI: Variant = Variant {
    message: "open-iscsi, which Longhorn requires, is missing on {a machine}",
    fix: "apt install open-iscsi; systemctl enable --now iscsid   # on every machine; RHEL: dnf install iscsi-initiator-utils",
    why: "Longhorn's volumes are attached by iscsiadm of the machine; no container image provides it",
    key: "cloudInit: {packages: [open-iscsi]}",
};

static MOUNT: Variant = Variant {
    message: "the program that mounts a network filesystem is missing on {a machine}",
    fix: "apt install nfs-common   # NFS, and Longhorn's shared volumes; CIFS: cifs-utils; RHEL: dnf install nfs-utils; on every machine\nkubectl get events -A | grep FailedMount   # the kubelet tries again within two minutes",
    why: "the kubelet calls mount of the machine, which needs a helper for each kind of network filesystem",
    key: "cloudInit: {packages: [nfs-common]}",
};

static APPARMOR: Variant = Variant {
    message: "apparmor_parser is missing on {a machine}",
    fix: "apt install apparmor; systemctl restart k3s || systemctl restart k3s-agent   # on every machine",
    why: "the kernel has AppArmor on, so containerd loads a profile for each container with that program",
    key: "cloudInit: {packages: [apparmor]}",
};

static IMAGE_BUILDER: Variant = Variant {
    message: platforms::IMAGE_BUILDER_MESSAGE,
    fix: platforms::IMAGE_BUILDER_FIX,
    why: "the image builder pulls by itself and does not read registries.yaml of the machines; all workspaces share the limit of one address",
    key: "",
};

/// All of them. What is more specific comes first.
pub static SIGNS: &[Sign] = &[
    // The kernel of a machine.
    sign("conntrack", "conntrack-full", &["conntrack: table full"]),
    sign(
        "permission",
        "conntrack-limit",
        &["nf_conntrack_max", "permission denied"],
    ),
    sign("table", "neighbour-table-full", &["neighbor table overflow"]),
    sign("table", "neighbour-table-full", &["neighbour table overflow"]),
    sign(
        "unexpected",
        "bridge-netfilter",
        &["reply from unexpected source"],
    )
    .about("expected ", "#,"),
    sign("bridge", "bridge-netfilter", &["bridge-nf-call-iptables = 0"]),
    sign(
        "bridge",
        "bridge-netfilter",
        &["bridge-nf-call-iptables: No such file"],
    ),
    sign(
        "bridge",
        "bridge-netfilter",
        &["bridge-nf-call-iptables does not exist"],
    ),
    sign(
        "bridge",
        "bridge-netfilter",
        &["bridge-nf-call-iptables", "no such file or directory"],
    ),
    sign(
        "bridge",
        "bridge-netfilter",
        &["bridge-nf-call-iptables is disabled"],
    ),
    sign(
        "netfilter",
        "bridge-netfilter",
        &["Failed to load kernel module br_netfilter"],
    )
    .hint(),
    sign(
        "netfilter",
        "bridge-netfilter",
        &["br_netfilter not found in directory"],
    )
    .hint(),
    sign("forward", "ip-forward", &["ip_forward = 0"]),
    sign("forward", "ip-forward", &["ip_forward contents are not set to 1"]),
    sign("forward", "ip-forward", &["net.ipv4.ip_forward=0"]),
    sign("forwarding", "ip-forward", &["IPv4 forwarding is disabled"]),
    sign("forwarding", "ip-forward", &["IP forwarding is disabled"]),
    sign("martian", "reverse-path-filter", &["martian source 10.", "dev"]).about("dev ", WORD),
    sign("module", "kernel-module", &["Unable to load kernel module vxlan"]),
    sign(
        "flannel",
        "kernel-module",
        &["flannel exited: operation not supported"],
    ),
    sign(
        "registering",
        "kernel-module",
        &["registering network: operation not supported"],
    ),
    sign(
        "Registering",
        "kernel-module",
        &["Registering network: operation not supported"],
    ),
    sign(
        "register",
        "kernel-module",
        &["failed to register", "operation not supported"],
    ),
    sign(
        "RTNETLINK",
        "kernel-module",
        &["RTNETLINK answers: Operation not supported"],
    ),
    sign(
        "vxlan",
        "kernel-module",
        &["vxlan device", "operation not supported"],
    ),
    sign("load", "kernel-module", &["Couldn't load match"]),
    sign("load", "kernel-module", &["Couldn't load target"]),
    sign("device", "kernel-module", &["Unknown device type"]),
    sign(
        "wireguard",
        "kernel-module",
        &["wireguard", "operation not supported"],
    ),
    sign(
        "wireguard",
        "kernel-module",
        &["wireguard", "not found in directory"],
    ),
    sign("Module", "kernel-module", &["Module ", " not found in directory"])
        .without(&[
            "configs not found",
            "br_netfilter",
            "overlay not",
            "nf_conntrack_ipv",
            "rbd",
            "ip_vs",
            "aufs",
        ])
        .about("Module ", WORD),
    sign("initialize", "kernel-module", &["can't initialize ip", "table"]).about("table `", "'"),
    sign("insmod", "kernel-module", &["do you need to insmod"]),
    sign("missing", "kernel-module", &["missing kernel module"]),
    sign("CONFIG", "kernel-module", &["CONFIG_VXLAN: missing"]),
    sign("CONFIG", "kernel-module", &["CONFIG_BRIDGE_NETFILTER: missing"]),
    sign("chain", "kernel-module", &["No chain/target/match by that name"]).hint(),
    sign("memory", "cgroup-memory", &["failed to find memory cgroup"]),
    sign("cpuset", "cgroup-memory", &["failed to find cpuset cgroup"]),
    // Disks, and what is stored on them.
    sign("NodeHasDiskPressure", "disk-full", &["NodeHasDiskPressure"]).about("Node ", " "),
    sign("resource", "disk-full", &["low on resource: ephemeral-storage"]),
    sign(
        "reclaim",
        "disk-full",
        &["ttempting to reclaim ephemeral-storage"],
    ),
    sign(
        "garbage",
        "disk-full",
        &["ailed to garbage collect required amount of images"],
    ),
    sign("fdatasync", "etcd-slow-disk", &["slow fdatasync"]).about("took\":\"", "\""),
    sign(
        "overloaded",
        "etcd-slow-disk",
        &["leader is overloaded likely from slow disk"],
    ),
    // k3s's database, where it is not etcd. A healthy one is slow now and then.
    sign("SQL", "etcd-slow-disk", &["Slow SQL", "total time: "])
        .about("total time: ", ")")
        .says(&SLOW_SQL)
        .leads(),
    sign("locked", "etcd-slow-disk", &["database is locked"])
        .says(&SLOW_SQL)
        .often(),
    sign("leaderelection", "etcd-slow-disk", &["leaderelection lost"]).follows(),
    sign(
        "snapshotter",
        "snapshotter-unusable",
        &["snapshotter cannot be enabled for"],
    ),
    sign(
        "NodeHosts",
        "coredns-node-hosts",
        &["references non-existent config key: NodeHosts"],
    ),
    sign(
        "rootfs",
        "snapshotter-unusable",
        &["failed to mount rootfs component", "overlay", "invalid argument"],
    ),
    sign(
        "rootfs",
        "snapshotter-unusable",
        &[
            "failed to mount rootfs component",
            "overlay",
            "operation not permitted",
        ],
    ),
    sign("type", "snapshotter-unusable", &["does not support d_type"]),
    sign(
        "storageclass",
        "storage-class-missing",
        &["storageclass.storage.k8s.io ", "not found"],
    )
    .about("k8s.io ", WORD),
    sign("storage", "storage-class-missing", &["no storage class is set"]),
    sign(
        "hostPath",
        "containerd-path",
        &["hostPath type check failed: ", "containerd"],
    )
    .about("check failed: ", WORD),
    sign("mvcc", "etcd-full", &["mvcc: database space exceeded"]),
    sign("NOSPACE", "etcd-full", &["alarm:NOSPACE"]),
    sign("member", "etcd-member", &["not a member of the etcd cluster"]).about("expect: ", WORD),
    sign("many", "inotify-full", &["notify", "too many open files"]),
    sign("exec", "image-architecture", &["exec format error"]),
    sign(
        "iscsi",
        "host-program-missing",
        &["make sure you have iscsiadm/open-iscsi installed"],
    )
    .says(&ISCSI),
    sign(
        "helper",
        "host-program-missing",
        &["you might need a /sbin/mount.", "helper program"],
    )
    .says(&MOUNT),
    sign(
        "parser",
        "host-program-missing",
        &["apparmor_parser", "executable file not found"],
    )
    .says(&APPARMOR),
    sign(
        "register",
        "node-name",
        &["Unable to register node", "is invalid: metadata.name"],
    )
    .about("register node \"", "\""),
    sign(
        "slots",
        "datastore-full",
        &["remaining connection slots are reserved"],
    ),
    sign("clients", "datastore-full", &["too many clients already"]),
    sign(
        "connections",
        "datastore-full",
        &["Error 1040", "Too many connections"],
    ),
    // Sizes of packets.
    sign("Frag", "mtu", &["Frag needed and DF set"]).about("mtu = ", ")"),
    sign("frag", "mtu", &["frag needed and DF set"]).about("mtu = ", ")"),
    sign("too", "mtu", &["essage too long", "mtu"]).about("mtu=", WORD),
    sign("need", "mtu", &["need to frag (mtu"]).about("(mtu ", ")"),
    sign("TLS", "mtu", &["TLS handshake timeout"])
        .without(&["Unable to connect to the server", ":6443", ":6444", "127.0.0.1"])
        .about("https://", HOST),
    sign("SSL", "mtu", &["SSL_ERROR_SYSCALL in connection to"])
        .about("connection to ", HOST)
        .hint(),
    sign("SSL", "mtu", &["SSL connection timeout"]).hint(),
    // Clocks and certificates.
    sign(
        "current",
        "clock",
        &[
            "certificate has expired or is not yet valid: current time",
            "is before",
        ],
    )
    .about("current time ", WORD),
    sign("certificate", "clock", &["certificate is not yet valid"]),
    sign("clock", "clock", &["clock difference", "too high"]).says(&DRIFT),
    sign("clock", "clock", &["high clock drift"])
        .about("clock-drift\":\"", "\"")
        .says(&DRIFT),
    sign("skew", "clock", &["lock skew detected"]),
    sign("issued", "clock", &["oken used before issued"]),
    sign("NTP", "clock", &["NTP synchronized: no"]).hint(),
    sign("synchronized", "clock", &["System clock synchronized: no"]).hint(),
    sign(
        "certificate",
        "certificate-expired",
        &["certificate has expired or is not yet valid", "is after"],
    )
    .about("https://", HOST),
    sign("certificate", "certificate-expired", &["certificate has expired"])
        .without(&["is before"])
        .about("https://", HOST),
    sign(
        "certificate",
        "certificate-expired",
        &["client certificate", "expired"],
    )
    .without(&["is before"]),
    sign(
        "calling",
        "webhook-certificate",
        &["failed calling webhook", "x509"],
    )
    .about("webhook \"", "\""),
    sign(
        "calling",
        "webhook-certificate",
        &["failed calling webhook", "x509"],
    )
    .about("webhook \\\"", "\\"),
    sign("token", "join-token", &["token CA hash does not match"]),
    sign("encrypted", "join-token", &["encrypted with different token"]).says(&BOOTSTRAP),
    sign(
        "mismatched",
        "server-flags-differ",
        &["ritical configuration mismatched: "],
    )
    .about("mismatched: ", "\"\\"),
    sign(
        "mismatch",
        "server-flags-differ",
        &["critical configuration value mismatch"],
    ),
    sign(
        "labels",
        "node-label-reserved",
        &["labels specified with --node-labels: ["],
    )
    .about("--node-labels: [", " ]"),
    sign(
        "version",
        "ip-family-mismatch",
        &["must share the same IP version"],
    ),
    sign(
        "checksum",
        "rancher-ca-checksum",
        &["cacerts checksum", "does not match"],
    ),
    sign(
        "CATTLE",
        "rancher-ca-checksum",
        &["CATTLE_CA_CHECKSUM is set but there is no CA certificate"],
    )
    .about("://", HOST),
    sign(
        "correct",
        "rancher-ca-checksum",
        &["Please check if the correct certificate is configured at"],
    )
    .about("://", HOST),
    sign(
        "kine",
        "database-password",
        &["building kine: ", "password authentication failed for user"],
    )
    .about("for user ", WORD)
    .says(&DATASTORE_PASSWORD),
    sign(
        "kine",
        "database-password",
        &["building kine: ", "Access denied for user '"],
    )
    .about("for user ", WORD)
    .says(&DATASTORE_PASSWORD),
    sign(
        "password",
        "database-password",
        &["password authentication failed for user"],
    )
    .about("for user ", WORD),
    sign("denied", "database-password", &["Access denied for user '"])
        .about("for user ", WORD)
        .says(&MYSQL_PASSWORD),
    sign("token", "join-token", &["failed to normalize", "token"]),
    sign(
        "valid",
        "certificate-name",
        &["x509: certificate is valid for ", ", not "],
    )
    .about(", not ", WORD),
    sign(
        "IP",
        "certificate-name",
        &["because it doesn't contain any IP SANs"],
    )
    .about("for ", WORD),
    sign("CERT", "certificate-name", &["CN=TRAEFIK DEFAULT CERT"]),
    sign(
        "Fake",
        "certificate-name",
        &["Kubernetes Ingress Controller Fake Certificate"],
    ),
    sign("PROXY", "proxy-protocol", &["while reading PROXY protocol"]),
    sign("pull", "registry-certificate", &["pull", "x509: "]).about("https://", REGISTRY),
    sign(
        "request",
        "registry-certificate",
        &["failed to do request", "x509: "],
    )
    .about("https://", REGISTRY),
    sign(
        "resolve",
        "registry-certificate",
        &["failed to resolve reference", "x509: "],
    )
    .about("https://", REGISTRY),
    sign(
        "gave",
        "registry-http",
        &["server gave HTTP response to HTTPS client"],
    )
    .about("https://", REGISTRY),
    sign(
        "x509",
        "certificate-untrusted",
        &["x509: certificate signed by unknown authority"],
    )
    .without(&["127.0.0.1", "remote error"])
    .about("https://", HOST),
    sign(
        "SSL",
        "certificate-untrusted",
        &["SSL certificate problem: ", "certificate"],
    )
    .without(&["expired", "not yet valid"])
    .about("https://", HOST),
    sign("verify", "certificate-untrusted", &["certificate verify failed"]).about("host='", "'"),
    // Registries.
    sign(
        "toomanyrequests",
        "registry-limit",
        &["cannot resolve image", "toomanyrequests"],
    )
    .says(&IMAGE_BUILDER),
    sign("toomanyrequests", "registry-limit", &["toomanyrequests"]).about("image \"", "\""),
    sign("Too", "registry-limit", &["429 Too Many Requests"]).about("https://", HOST),
    sign("pull", "registry-login", &["pull access denied"]).about("image \"", "\""),
    sign("authorize", "registry-login", &["failed to authorize"])
        .without(&["dial tcp", "lookup "])
        .about("image \"", "\""),
    sign(
        "status",
        "registry-login",
        &["unexpected status", "401 Unauthorized"],
    )
    .about("https://", HOST),
    sign(
        "status",
        "registry-login",
        &["unexpected status", "403 Forbidden"],
    )
    .about("https://", HOST),
    // Proxies; before webhooks, as the path through a proxy is the more specific reason.
    sign("proxyconnect", "no-proxy", &["proxyconnect tcp"]).about("proxyconnect tcp: dial tcp", ": "),
    sign("calling", "no-proxy", &["failed calling webhook", "Forbidden"]).about("webhook \"", "\""),
    sign(
        "calling",
        "no-proxy",
        &["failed calling webhook", "Service Unavailable"],
    )
    .about("webhook \"", "\""),
    sign("calling", "no-proxy", &["failed calling webhook", "Bad Gateway"]).about("webhook \"", "\""),
    sign("calling", "no-proxy", &["failed calling webhook", "Proxy Auth"]).about("webhook \"", "\""),
    sign(
        "missing",
        "no-proxy",
        &["failing or missing response from", "Forbidden"],
    )
    .about("https://", HOST),
    sign(
        "missing",
        "no-proxy",
        &["failing or missing response from", "Service Unavailable"],
    )
    .about("https://", HOST),
    sign(
        "missing",
        "no-proxy",
        &["failing or missing response from", "Bad Gateway"],
    )
    .about("https://", HOST),
    sign(
        "missing",
        "no-proxy",
        &["failing or missing response from", "bad status from"],
    )
    .about("https://", HOST),
    sign("Proxy", "no-proxy", &["Proxy Authentication Required"]).about("https://", HOST),
    sign(
        "endpoints",
        "pod-not-ready",
        &["no endpoints available for service"],
    )
    .about("service \"", "\""),
    sign(
        "calling",
        "webhook-unreachable",
        &["failed calling webhook", "context deadline exceeded"],
    )
    .about("webhook \"", "\""),
    sign(
        "calling",
        "webhook-unreachable",
        &["failed calling webhook", "timeout"],
    )
    .about("webhook \"", "\""),
    sign(
        "calling",
        "webhook-unreachable",
        &["failed calling webhook", "no route to host"],
    )
    .about("webhook \"", "\""),
    sign(
        "calling",
        "webhook-unreachable",
        &["failed calling webhook", "connection refused"],
    )
    .about("webhook \"", "\""),
    sign(
        "calling",
        "webhook-unreachable",
        &["failed calling webhook", "timed out"],
    )
    .about("webhook \"", "\""),
    // Said a few times whenever k3s starts, until metrics-server is ready.
    sign(
        "missing",
        "webhook-unreachable",
        &["failing or missing response from"],
    )
    .about("https://", HOST)
    .often(),
    // Joining.
    sign("password", "node-password", &["ode password rejected"]),
    sign(
        "password",
        "node-password",
        &["nable to verify password for node"],
    )
    .about("for node ", WORD),
    sign("hash", "node-password", &["unable to verify hash for node"]).about("for node '", "'"),
    sign(
        "CA",
        "server-unreachable",
        &["failed to get CA certs", ": dial tcp"],
    )
    .without(&["127.0.0.1"])
    .about("dial tcp ", " "),
    sign(
        "CA",
        "server-unreachable",
        &["failed to get CA certs", "context deadline exceeded"],
    )
    .without(&["127.0.0.1"])
    .about("https://", "/"),
    sign(
        "CA",
        "server-unreachable",
        &["failed to get CA certs", "Client.Timeout"],
    )
    .without(&["127.0.0.1"])
    .about("https://", "/"),
    sign("default", "no-default-route", &["unable to find default route"]),
    sign(
        "default",
        "no-default-route",
        &["unable to select an IP from default routes"],
    ),
    sign("default", "no-default-route", &["no default routes found"]),
    sign(
        "interface",
        "wrong-interface",
        &["find", "interface", "no such network interface"],
    ),
    sign("interface", "wrong-interface", &["ould not find valid interface"]),
    // Addresses and ports.
    sign("range", "service-range-changed", &["not in the valid range"]).about("failed to allocate IP ", ":"),
    sign(
        "CIDR",
        "service-range-changed",
        &["is not within the service CIDR"],
    )
    .about("cluster IP ", " "),
    sign("free", "port-taken", &["didn't have free ports"]),
    sign("use", "port-taken", &["bind: address already in use"]).about("listen tcp ", " "),
    sign("already", "port-taken", &["ddress already in use", "bind"]),
    sign(
        "IP",
        "stale-bridge",
        &["already has an IP address different from"],
    )
    .about("different from ", WORD),
    sign(
        "addresses",
        "pod-range-full",
        &["no IP addresses available in range set"],
    )
    .about("range set: ", WORD),
    sign("cidr", "pod-range-missing", &["pod cidr not assigned"]).about("node \"", "\""),
    sign("CIDRNotAvailable", "pod-range-missing", &["CIDRNotAvailable"]),
    sign(
        "plugin",
        "cni-plugin-missing",
        &["failed to find plugin \"", "in path"],
    )
    .about("plugin \"", "\""),
    sign(
        "plugin",
        "cni-plugin-missing",
        &["failed to find plugin \\\"", "in path"],
    )
    .about("plugin \\\"", "\\"),
    sign(
        "subnet",
        "flannel-down",
        &["/run/flannel/subnet.env: no such file"],
    ),
    sign("cni", "flannel-down", &["cni plugin not initialized"]).hint(),
    // Filters.
    sign(
        "Oracle",
        "reject-rules",
        &["See the Oracle-Provided Images section"],
    )
    .hint(),
    sign(
        "REJECT",
        "reject-rules",
        &["REJECT", "reject-with icmp-host-prohibited"],
    ),
    sign("j", "reject-rules", &["-j REJECT --reject-with icmp"]).without(&["KUBE-"]),
    sign("10250", "reject-rules", &[":10250", "no route to host"]).about("dial tcp ", ":"),
    sign(
        "10250",
        "kubelet-port-blocked",
        &["dial tcp ", ":10250: i/o timeout"],
    )
    .about("dial tcp ", ":"),
    sign(
        "10250",
        "kubelet-port-blocked",
        &[":10250", "context deadline exceeded"],
    )
    .about("https://", ":"),
    sign("FORWARD", "forward-drop", &["-P FORWARD DROP"]).hint(),
    sign("FORWARD", "forward-drop", &[":FORWARD DROP ["]).hint(),
    sign("FORWARD", "forward-drop", &["Chain FORWARD (policy DROP"]).hint(),
    sign("hook", "forward-drop", &["hook forward", "policy drop"]).hint(),
    // k3s asks for nm-cloud-setup whenever it starts, and ends there if it is enabled.
    sign("cloud", "policy-routing", &["is-enabled --quiet nm-cloud-setup"]).leads(),
    over(
        "cloud",
        &["policy-routing"],
        &["Failed to get unit file state for nm-cloud-setup"],
    ),
    sign(
        "Control",
        "policy-routing",
        &[
            "systemd[",
            "]: k3s",
            "Control process exited, code=exited, status=1",
        ],
    )
    .follows()
    .says(&CLOUD_SETUP),
    sign("cloud", "policy-routing", &["nm-cloud-setup"])
        .without(&["inactive", "not be found"])
        .hint(),
    sign("lookup", "policy-routing", &["lookup 304"]).hint(),
    sign(
        "probe",
        "policy-routing",
        &["eadiness probe failed", "context deadline exceeded"],
    )
    .about("://", HOST)
    .hint(),
    sign(
        "probe",
        "policy-routing",
        &["iveness probe failed", "context deadline exceeded"],
    )
    .about("://", HOST)
    .hint(),
    // The tailnet.
    sign(
        "peers",
        "tailnet-routes",
        &["peers are advertising routes but --accept-routes is false"],
    )
    .hint(),
    sign("associated", "tailnet-routes", &["no associated peer node"]).about("(", ")"),
    sign("rules", "tailnet-policy", &["Drop: ", "no rules matched"]),
    sign("via", "tailnet-relay", &["via DERP("])
        .about("DERP(", ")")
        .hint(),
    sign("direct", "tailnet-relay", &["direct connection not established"]),
    sign("invalid", "tailnet-auth-key", &["backend error: invalid key"]),
    sign("invalid", "tailnet-auth-key", &["http 400: invalid key"]),
    sign("invalid", "tailnet-auth-key", &["login error was: invalid key"]),
    sign("invalid", "tailnet-auth-key", &["Received error: invalid key"]),
    sign("authkey", "tailnet-auth-key", &["authkey expired"]),
    sign("authkey", "tailnet-auth-key", &["authkey already used"]),
    sign("AuthKey", "tailnet-auth-key", &["AuthKey not found"]),
    sign("Logged", "tailnet-login", &["Logged out."]),
    sign("key", "tailnet-login", &["node key has expired"]),
    sign("key", "tailnet-login", &["node key expired"]),
    sign("key", "tailnet-login", &["node key [", "] has expired"]),
    sign("NeedsLogin", "tailnet-login", &["NeedsLogin"])
        .without(&["-> Running"])
        .hint(),
    // What is left of resolvers.
    sign("nameservers", "no-nameservers", &["no nameservers found"]),
    // Connections of programs, when nothing above is the reason.
    sign(
        "oidc",
        "server-silent",
        &["oidc provider: ", "dial tcp ", "i/o timeout"],
    )
    .without(&["lookup "])
    .about("://", HOST),
    sign(
        "oidc",
        "server-refuses",
        &["oidc provider: ", "dial tcp ", "connection refused"],
    )
    .about("://", HOST),
    sign(
        "openid",
        "server-silent",
        &[".well-known/openid-configuration", "dial tcp ", "i/o timeout"],
    )
    .without(&["lookup "])
    .about("://", HOST),
    sign(
        "openid",
        "server-silent",
        &[".well-known/openid-configuration", "context deadline exceeded"],
    )
    .without(&["lookup "])
    .about("://", HOST),
    sign(
        "openid",
        "server-refuses",
        &[".well-known/openid-configuration", "connection refused"],
    )
    .about("://", HOST),
    // A workspace's start script.
    sign(
        "bin",
        "access-url-loopback",
        &["://127.0.0.1", platforms::AGENT_DOWNLOAD],
    )
    .about("://", WORD_OF_URL),
    sign(
        "bin",
        "access-url-loopback",
        &["://localhost", platforms::AGENT_DOWNLOAD],
    )
    .about("://", WORD_OF_URL),
    sign("connect", "server-refuses", &["curl: (7) Failed to connect to "])
        .without(&["127.0.0.1", "localhost"])
        .about("connect to ", WORD),
    sign("connect", "server-silent", &["curl: (28) Failed to connect to "])
        .without(&["127.0.0.1", "localhost"])
        .about("connect to ", WORD),
    sign(
        "forbidden",
        "service-account-forbidden",
        &["is forbidden: User ", "system:serviceaccount:", " cannot create "],
    )
    .about("system:serviceaccount:", WORD),
    // Said once or twice where a program starts before its Role is there.
    sign(
        "forbidden",
        "service-account-forbidden",
        &["is forbidden: User ", "system:serviceaccount:", " cannot "],
    )
    .about("system:serviceaccount:", WORD)
    .often(),
    sign("check", "hairpin", &["self check", "http"])
        .without(&["lookup ", "wrong status code", "no such host"])
        .about("://", HOST),
    sign(
        "accessible",
        "server-refuses",
        &["is not accessible (", "refused"],
    )
    .about("://", HOST),
    sign(
        "accessible",
        "server-silent",
        &["is not accessible (", "imed out"],
    )
    .without(&["Resolving timed out", "resolve host"])
    .about("://", HOST),
    sign("accessible", "server-silent", &["is not accessible (", "imeout"])
        .without(&["Resolving", "resolve host"])
        .about("://", HOST),
    sign(
        "accessible",
        "server-refuses",
        &["is not accessible (", "returned error"],
    )
    .about("://", HOST),
    sign(
        "request",
        "egress-blocked",
        &["failed to do request", "dial tcp ", "i/o timeout"],
    )
    .without(&["lookup "])
    .about("https://", HOST),
    sign(
        "request",
        "egress-blocked",
        &["failed to do request", "dial tcp ", "timed out"],
    )
    .without(&["lookup "])
    .about("https://", HOST),
    sign(
        "request",
        "egress-blocked",
        &["failed to do request", "dial tcp ", "connect: "],
    )
    .without(&["lookup "])
    .about("https://", HOST),
    sign(
        "propagation",
        "challenge-dns-blocked",
        &["propagation check failed", "->", ":53: i/o timeout"],
    )
    .about("->", ":"),
    sign(
        "propagation",
        "challenge-dns-blocked",
        &["propagation check failed", ":53: i/o timeout"],
    )
    .about("dial tcp ", ":"),
    sign(
        "propagation",
        "challenge-dns-blocked",
        &["propagation check failed", ":53: connect: "],
    )
    .about("dial tcp ", ":"),
    sign(
        "propagation",
        "challenge-dns-blocked",
        &["DNS-01 challenge propagation", ":53: i/o timeout"],
    )
    .about("dial tcp ", ":"),
    sign(
        "propagation",
        "challenge-dns-blocked",
        &["DNS-01 challenge propagation", ":53: connect: "],
    )
    .about("dial tcp ", ":"),
    sign(
        "challenge",
        "challenge-elsewhere",
        &["Waiting for HTTP-01 challenge propagation: wrong status code"],
    ),
    sign(
        "propagation",
        "challenge-elsewhere",
        &["propagation check failed", "wrong status code"],
    )
    .about("dnsName=\"", "\""),
    // A proxy without a backend answers so, too; what coderd itself says is JSON.
    sign(
        "workspaceagents",
        "websocket-refused",
        &["/workspaceagents/me/", "unexpected non-JSON response"],
    )
    .without(&["status code 50"])
    .about("://", HOST),
    sign(
        "426",
        "websocket-refused",
        &["unexpected status code 426", "unexpected non-JSON response"],
    ),
    sign(
        "workspaceagents",
        "url-fails",
        &[
            "/workspaceagents/me/",
            "unexpected status code 50",
            "unexpected non-JSON response",
        ],
    )
    .about("GET ", "?\" :")
    .often(),
    sign(
        "handshake",
        "websocket-refused",
        &["handshake request must be at least HTTP/1.1"],
    ),
    sign(
        "WebSocket",
        "websocket-refused",
        &["WebSocket protocol violation: "],
    ),
    sign(
        "websocket",
        "websocket-refused",
        &["websocket: the client is not using the websocket protocol"],
    ),
    sign(
        "handshake",
        "websocket-refused",
        &["expected handshake response status code 101 but got 200"],
    ),
    sign(
        "handshake",
        "websocket-refused",
        &["expected handshake response status code 101 but got 400"],
    ),
    sign(
        "handshake",
        "websocket-refused",
        &["expected handshake response status code 101 but got 426"],
    ),
    sign(
        "WebSocket",
        "websocket-refused",
        &["Error during WebSocket handshake: Unexpected response code: "],
    ),
    sign("DNS", "search-dot", &["DNS lookup error"]).hint(),
    sign(
        "affinity",
        "volume-elsewhere",
        &["had volume node affinity conflict"],
    ),
    // What ended.
    over(
        "pulled",
        &[
            "registry-limit",
            "registry-login",
            "registry-certificate",
            "registry-http",
            "egress-blocked",
        ],
        &["uccessfully pulled image"],
    ),
    over("issued", CHALLENGES, &["ertificate issued"]),
    over("successfully", CHALLENGES, &["has been successfully issued"]),
    // cert-manager from 1.16 on, and before.
    over(
        "Certificate",
        CHALLENGES,
        &[
            "Found status change for Certificate condition",
            "condition=\"Ready\"",
            " status=\"True\"",
        ],
    ),
    over(
        "Certificate",
        CHALLENGES,
        &[
            "Found status change for Certificate ",
            "condition \"Ready\"",
            "-> \"True\"",
        ],
    ),
    over("ready", READY, &["node status as it just became ready"]),
    over("NodeReady", READY, &["status is now: NodeReady"]),
    over("flannel", &["flannel-down"], &["Wrote flannel subnet file"]),
    over("Started", STARTS, &["systemd[", "Started k3s.service"]),
    over("running", STARTS, &["k3s is up and running"]),
    over(
        "Observed",
        &["coredns-node-hosts"],
        &["Observed pod startup duration", "kube-system/coredns-"],
    ),
    over(
        "container",
        &["coredns-node-hosts"],
        &["Started container coredns"],
    ),
    over("Kine", &["database-password"], &["Kine available at"]),
    over(
        "exec",
        &[
            "access-url-loopback",
            "certificate-untrusted",
            "server-refuses",
            "server-silent",
        ],
        &[platforms::AGENT_STARTS],
    ),
    over(
        "Running",
        &["tailnet-auth-key", "tailnet-login", "undecided"],
        &["Switching ipn state ", "-> Running"],
    ),
    over(
        "Connecting",
        &["undecided"],
        &["Connecting to proxy", "/v3/connect"],
    ),
    over("apply", APPLIED, &["apply successful"]),
    over("complete", APPLIED, &["Apply complete!"]),
    over(
        "provisioned",
        &["storage-class-missing"],
        &["uccessfully provisioned volume"],
    ),
    over(
        "connected",
        &["websocket-refused", "url-fails"],
        &["connected to coderd"],
    ),
    // What ends a service, for whatever reason: after all that is known.
    last("fatal", &["level=fatal msg="]).about("msg=", ""),
    last("fatal", &["\"level\":\"fatal\""]).about("\"msg\":", ""),
    last("fatal", &["\\\"level\\\":\\\"fatal\\\""]).about("\\\"msg\\\":", ""),
    last("FATA", &["FATA["]).begins().about("] ", ""),
    last("FATAL", &["[FATAL] "]).about("[FATAL] ", ""),
    last("panic", &["panic: "]).begins().about("panic: ", ""),
    last("exited", &["systemd[", "]: k3s", "process exited, code="])
        .without(STOPPED)
        .about("]: ", ""),
    last("exited", &["systemd[", "]: rke2", "process exited, code="])
        .without(STOPPED)
        .about("]: ", ""),
    last("exited", &["systemd[", "]: tailscaled", "process exited, code="])
        .without(STOPPED)
        .about("]: ", ""),
    last("exited", &["systemd[", "]: containerd", "process exited, code="])
        .without(STOPPED)
        .about("]: ", ""),
    last("result", &["systemd[", "]: k3s", "Failed with result '"]).about("]: ", ""),
    last("result", &["systemd[", "]: rke2", "Failed with result '"]).about("]: ", ""),
    last("result", &["systemd[", "]: tailscaled", "Failed with result '"]).about("]: ", ""),
    last("result", &["systemd[", "]: containerd", "Failed with result '"]).about("]: ", ""),
    // Rancher's agent; other programs begin lines so where nothing is wrong with the cluster.
    last("INFO", &["INFO: "]).begins().leads(),
    last("ERROR", &["ERROR: "])
        .begins()
        .follows()
        .about("ERROR: ", ""),
    // A platform, and Terraform that it runs.
    last("Encountered", &[platforms::SERVER_ENDS]),
    last("error", &["error: "])
        .begins()
        .follows()
        .about("error: ", ""),
    last("failed", &["runner: apply failed"]),
    last("failed", &["runner: plan failed"]),
    last("Error", &["Error: "])
        .begins()
        .follows()
        .about("Error: ", ""),
    last("Error", &["\u{2502} Error: "]).begins().about("Error: ", ""),
];
