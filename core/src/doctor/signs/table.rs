//! The words, as data.

use super::{Sign, Variant, last, over, sign};
use crate::doctor::cause::Cause;
use crate::doctor::cause::{
    ACCESS_URL_LOOPBACK, BRIDGE_NETFILTER, CERTIFICATE_EXPIRED, CERTIFICATE_NAME, CERTIFICATE_UNTRUSTED,
    CGROUP_MEMORY, CHALLENGE_DNS_BLOCKED, CHALLENGE_ELSEWHERE, CLOCK, CNI_PLUGIN_MISSING, CONNTRACK_FULL,
    CONNTRACK_LIMIT, CONTAINERD_PATH, COREDNS_NODE_HOSTS, DATABASE_PASSWORD, DATASTORE_FULL, DISK_FULL,
    EGRESS_BLOCKED, ETCD_FULL, ETCD_MEMBER, ETCD_SLOW_DISK, FLANNEL_DOWN, FORWARD_DROP, HAIRPIN,
    HOST_PROGRAM_MISSING, IMAGE_ARCHITECTURE, INOTIFY_FULL, IP_FAMILY_MISMATCH, IP_FORWARD, JOIN_TOKEN,
    KERNEL_MODULE, KUBELET_PORT_BLOCKED, MTU, NEIGHBOUR_TABLE_FULL, NO_DEFAULT_ROUTE, NO_NAMESERVERS,
    NO_PROXY, NODE_LABEL_RESERVED, NODE_NAME, NODE_PASSWORD, POD_NOT_READY, POD_RANGE_FULL,
    POD_RANGE_MISSING, POLICY_ROUTING, PORT_TAKEN, PROXY_PROTOCOL, RANCHER_CA_CHECKSUM, REGISTRY_CERTIFICATE,
    REGISTRY_HTTP, REGISTRY_LIMIT, REGISTRY_LOGIN, REJECT_RULES, REVERSE_PATH_FILTER, SEARCH_DOT,
    SERVER_FLAGS_DIFFER, SERVER_REFUSES, SERVER_SILENT, SERVER_UNREACHABLE, SERVICE_ACCOUNT_FORBIDDEN,
    SERVICE_RANGE_CHANGED, SNAPSHOTTER_UNUSABLE, STALE_BRIDGE, STORAGE_CLASS_MISSING, TAILNET_AUTH_KEY,
    TAILNET_LOGIN, TAILNET_POLICY, TAILNET_RELAY, TAILNET_ROUTES, UNDECIDED, URL_FAILS, VOLUME_ELSEWHERE,
    WEBHOOK_CERTIFICATE, WEBHOOK_UNREACHABLE, WEBSOCKET_REFUSED, WRONG_INTERFACE,
};
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
const CHALLENGES: &[&Cause] = &[&HAIRPIN, &CHALLENGE_ELSEWHERE, &CHALLENGE_DNS_BLOCKED];

/// Causes that are over when Terraform has made what it was to make.
const APPLIED: &[&Cause] = &[&SERVICE_ACCOUNT_FORBIDDEN, &UNDECIDED];
/// Causes that keep k3s from starting, and are over when a server runs. An agent counts as started before it has joined.
const STARTS: &[&Cause] = &[
    &CGROUP_MEMORY,
    &DATABASE_PASSWORD,
    &ETCD_FULL,
    &ETCD_MEMBER,
    &IP_FAMILY_MISMATCH,
    &JOIN_TOKEN,
    &NO_DEFAULT_ROUTE,
    &NODE_LABEL_RESERVED,
    &NODE_NAME,
    &POLICY_ROUTING,
    &SERVER_FLAGS_DIFFER,
    &SNAPSHOTTER_UNUSABLE,
    &TAILNET_AUTH_KEY,
    &UNDECIDED,
];

/// Causes that are over when a machine is ready.
const READY: &[&Cause] = &[
    &FLANNEL_DOWN,
    &IP_FAMILY_MISMATCH,
    &JOIN_TOKEN,
    &NO_DEFAULT_ROUTE,
    &NODE_LABEL_RESERVED,
    &NODE_NAME,
    &NODE_PASSWORD,
    &POLICY_ROUTING,
    &SERVER_FLAGS_DIFFER,
    &SERVER_UNREACHABLE,
    &SNAPSHOTTER_UNUSABLE,
    &UNDECIDED,
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
    sign("conntrack", &CONNTRACK_FULL, &["conntrack: table full"]),
    sign(
        "permission",
        &CONNTRACK_LIMIT,
        &["nf_conntrack_max", "permission denied"],
    ),
    sign("table", &NEIGHBOUR_TABLE_FULL, &["neighbor table overflow"]),
    sign("table", &NEIGHBOUR_TABLE_FULL, &["neighbour table overflow"]),
    sign("unexpected", &BRIDGE_NETFILTER, &["reply from unexpected source"]).about("expected ", "#,"),
    sign("bridge", &BRIDGE_NETFILTER, &["bridge-nf-call-iptables = 0"]),
    sign(
        "bridge",
        &BRIDGE_NETFILTER,
        &["bridge-nf-call-iptables: No such file"],
    ),
    sign(
        "bridge",
        &BRIDGE_NETFILTER,
        &["bridge-nf-call-iptables does not exist"],
    ),
    sign(
        "bridge",
        &BRIDGE_NETFILTER,
        &["bridge-nf-call-iptables", "no such file or directory"],
    ),
    sign(
        "bridge",
        &BRIDGE_NETFILTER,
        &["bridge-nf-call-iptables is disabled"],
    ),
    sign(
        "netfilter",
        &BRIDGE_NETFILTER,
        &["Failed to load kernel module br_netfilter"],
    )
    .hint(),
    sign(
        "netfilter",
        &BRIDGE_NETFILTER,
        &["br_netfilter not found in directory"],
    )
    .hint(),
    sign("forward", &IP_FORWARD, &["ip_forward = 0"]),
    sign("forward", &IP_FORWARD, &["ip_forward contents are not set to 1"]),
    sign("forward", &IP_FORWARD, &["net.ipv4.ip_forward=0"]),
    sign("forwarding", &IP_FORWARD, &["IPv4 forwarding is disabled"]),
    sign("forwarding", &IP_FORWARD, &["IP forwarding is disabled"]),
    sign("martian", &REVERSE_PATH_FILTER, &["martian source 10.", "dev"]).about("dev ", WORD),
    sign("module", &KERNEL_MODULE, &["Unable to load kernel module vxlan"]),
    sign(
        "flannel",
        &KERNEL_MODULE,
        &["flannel exited: operation not supported"],
    ),
    sign(
        "registering",
        &KERNEL_MODULE,
        &["registering network: operation not supported"],
    ),
    sign(
        "Registering",
        &KERNEL_MODULE,
        &["Registering network: operation not supported"],
    ),
    sign(
        "register",
        &KERNEL_MODULE,
        &["failed to register", "operation not supported"],
    ),
    sign(
        "RTNETLINK",
        &KERNEL_MODULE,
        &["RTNETLINK answers: Operation not supported"],
    ),
    sign(
        "vxlan",
        &KERNEL_MODULE,
        &["vxlan device", "operation not supported"],
    ),
    sign("load", &KERNEL_MODULE, &["Couldn't load match"]),
    sign("load", &KERNEL_MODULE, &["Couldn't load target"]),
    sign("device", &KERNEL_MODULE, &["Unknown device type"]),
    sign(
        "wireguard",
        &KERNEL_MODULE,
        &["wireguard", "operation not supported"],
    ),
    sign(
        "wireguard",
        &KERNEL_MODULE,
        &["wireguard", "not found in directory"],
    ),
    sign("Module", &KERNEL_MODULE, &["Module ", " not found in directory"])
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
    sign("initialize", &KERNEL_MODULE, &["can't initialize ip", "table"]).about("table `", "'"),
    sign("insmod", &KERNEL_MODULE, &["do you need to insmod"]),
    sign("missing", &KERNEL_MODULE, &["missing kernel module"]),
    sign("CONFIG", &KERNEL_MODULE, &["CONFIG_VXLAN: missing"]),
    sign("CONFIG", &KERNEL_MODULE, &["CONFIG_BRIDGE_NETFILTER: missing"]),
    sign("chain", &KERNEL_MODULE, &["No chain/target/match by that name"]).hint(),
    sign("memory", &CGROUP_MEMORY, &["failed to find memory cgroup"]),
    sign("cpuset", &CGROUP_MEMORY, &["failed to find cpuset cgroup"]),
    // Disks, and what is stored on them.
    sign("NodeHasDiskPressure", &DISK_FULL, &["NodeHasDiskPressure"]).about("Node ", " "),
    sign("resource", &DISK_FULL, &["low on resource: ephemeral-storage"]),
    sign("reclaim", &DISK_FULL, &["ttempting to reclaim ephemeral-storage"]),
    sign(
        "garbage",
        &DISK_FULL,
        &["ailed to garbage collect required amount of images"],
    ),
    sign("fdatasync", &ETCD_SLOW_DISK, &["slow fdatasync"]).about("took\":\"", "\""),
    sign(
        "overloaded",
        &ETCD_SLOW_DISK,
        &["leader is overloaded likely from slow disk"],
    ),
    // k3s's database, where it is not etcd. A healthy one is slow now and then.
    sign("SQL", &ETCD_SLOW_DISK, &["Slow SQL", "total time: "])
        .about("total time: ", ")")
        .says(&SLOW_SQL)
        .leads(),
    sign("locked", &ETCD_SLOW_DISK, &["database is locked"])
        .says(&SLOW_SQL)
        .often(),
    sign("leaderelection", &ETCD_SLOW_DISK, &["leaderelection lost"]).follows(),
    sign(
        "snapshotter",
        &SNAPSHOTTER_UNUSABLE,
        &["snapshotter cannot be enabled for"],
    ),
    sign(
        "NodeHosts",
        &COREDNS_NODE_HOSTS,
        &["references non-existent config key: NodeHosts"],
    ),
    sign(
        "rootfs",
        &SNAPSHOTTER_UNUSABLE,
        &["failed to mount rootfs component", "overlay", "invalid argument"],
    ),
    sign(
        "rootfs",
        &SNAPSHOTTER_UNUSABLE,
        &[
            "failed to mount rootfs component",
            "overlay",
            "operation not permitted",
        ],
    ),
    sign("type", &SNAPSHOTTER_UNUSABLE, &["does not support d_type"]),
    sign(
        "storageclass",
        &STORAGE_CLASS_MISSING,
        &["storageclass.storage.k8s.io ", "not found"],
    )
    .about("k8s.io ", WORD),
    sign("storage", &STORAGE_CLASS_MISSING, &["no storage class is set"]),
    sign(
        "hostPath",
        &CONTAINERD_PATH,
        &["hostPath type check failed: ", "containerd"],
    )
    .about("check failed: ", WORD),
    sign("mvcc", &ETCD_FULL, &["mvcc: database space exceeded"]),
    sign("NOSPACE", &ETCD_FULL, &["alarm:NOSPACE"]),
    sign("member", &ETCD_MEMBER, &["not a member of the etcd cluster"]).about("expect: ", WORD),
    sign("many", &INOTIFY_FULL, &["notify", "too many open files"]),
    sign("exec", &IMAGE_ARCHITECTURE, &["exec format error"]),
    sign(
        "iscsi",
        &HOST_PROGRAM_MISSING,
        &["make sure you have iscsiadm/open-iscsi installed"],
    )
    .says(&ISCSI),
    sign(
        "helper",
        &HOST_PROGRAM_MISSING,
        &["you might need a /sbin/mount.", "helper program"],
    )
    .says(&MOUNT),
    sign(
        "parser",
        &HOST_PROGRAM_MISSING,
        &["apparmor_parser", "executable file not found"],
    )
    .says(&APPARMOR),
    sign(
        "register",
        &NODE_NAME,
        &["Unable to register node", "is invalid: metadata.name"],
    )
    .about("register node \"", "\""),
    sign(
        "slots",
        &DATASTORE_FULL,
        &["remaining connection slots are reserved"],
    ),
    sign("clients", &DATASTORE_FULL, &["too many clients already"]),
    sign(
        "connections",
        &DATASTORE_FULL,
        &["Error 1040", "Too many connections"],
    ),
    // Sizes of packets.
    sign("Frag", &MTU, &["Frag needed and DF set"]).about("mtu = ", ")"),
    sign("frag", &MTU, &["frag needed and DF set"]).about("mtu = ", ")"),
    sign("too", &MTU, &["essage too long", "mtu"]).about("mtu=", WORD),
    sign("need", &MTU, &["need to frag (mtu"]).about("(mtu ", ")"),
    sign("TLS", &MTU, &["TLS handshake timeout"])
        .without(&["Unable to connect to the server", ":6443", ":6444", "127.0.0.1"])
        .about("https://", HOST),
    sign("SSL", &MTU, &["SSL_ERROR_SYSCALL in connection to"])
        .about("connection to ", HOST)
        .hint(),
    sign("SSL", &MTU, &["SSL connection timeout"]).hint(),
    // Clocks and certificates.
    sign(
        "current",
        &CLOCK,
        &[
            "certificate has expired or is not yet valid: current time",
            "is before",
        ],
    )
    .about("current time ", WORD),
    sign("certificate", &CLOCK, &["certificate is not yet valid"]),
    sign("clock", &CLOCK, &["clock difference", "too high"]).says(&DRIFT),
    sign("clock", &CLOCK, &["high clock drift"])
        .about("clock-drift\":\"", "\"")
        .says(&DRIFT),
    sign("skew", &CLOCK, &["lock skew detected"]),
    sign("issued", &CLOCK, &["oken used before issued"]),
    sign("NTP", &CLOCK, &["NTP synchronized: no"]).hint(),
    sign("synchronized", &CLOCK, &["System clock synchronized: no"]).hint(),
    sign(
        "certificate",
        &CERTIFICATE_EXPIRED,
        &["certificate has expired or is not yet valid", "is after"],
    )
    .about("https://", HOST),
    sign("certificate", &CERTIFICATE_EXPIRED, &["certificate has expired"])
        .without(&["is before"])
        .about("https://", HOST),
    sign(
        "certificate",
        &CERTIFICATE_EXPIRED,
        &["client certificate", "expired"],
    )
    .without(&["is before"]),
    sign(
        "calling",
        &WEBHOOK_CERTIFICATE,
        &["failed calling webhook", "x509"],
    )
    .about("webhook \"", "\""),
    sign(
        "calling",
        &WEBHOOK_CERTIFICATE,
        &["failed calling webhook", "x509"],
    )
    .about("webhook \\\"", "\\"),
    sign("token", &JOIN_TOKEN, &["token CA hash does not match"]),
    sign("encrypted", &JOIN_TOKEN, &["encrypted with different token"]).says(&BOOTSTRAP),
    sign(
        "mismatched",
        &SERVER_FLAGS_DIFFER,
        &["ritical configuration mismatched: "],
    )
    .about("mismatched: ", "\"\\"),
    sign(
        "mismatch",
        &SERVER_FLAGS_DIFFER,
        &["critical configuration value mismatch"],
    ),
    sign(
        "labels",
        &NODE_LABEL_RESERVED,
        &["labels specified with --node-labels: ["],
    )
    .about("--node-labels: [", " ]"),
    sign(
        "version",
        &IP_FAMILY_MISMATCH,
        &["must share the same IP version"],
    ),
    sign(
        "checksum",
        &RANCHER_CA_CHECKSUM,
        &["cacerts checksum", "does not match"],
    ),
    sign(
        "CATTLE",
        &RANCHER_CA_CHECKSUM,
        &["CATTLE_CA_CHECKSUM is set but there is no CA certificate"],
    )
    .about("://", HOST),
    sign(
        "correct",
        &RANCHER_CA_CHECKSUM,
        &["Please check if the correct certificate is configured at"],
    )
    .about("://", HOST),
    sign(
        "kine",
        &DATABASE_PASSWORD,
        &["building kine: ", "password authentication failed for user"],
    )
    .about("for user ", WORD)
    .says(&DATASTORE_PASSWORD),
    sign(
        "kine",
        &DATABASE_PASSWORD,
        &["building kine: ", "Access denied for user '"],
    )
    .about("for user ", WORD)
    .says(&DATASTORE_PASSWORD),
    sign(
        "password",
        &DATABASE_PASSWORD,
        &["password authentication failed for user"],
    )
    .about("for user ", WORD),
    sign("denied", &DATABASE_PASSWORD, &["Access denied for user '"])
        .about("for user ", WORD)
        .says(&MYSQL_PASSWORD),
    sign("token", &JOIN_TOKEN, &["failed to normalize", "token"]),
    sign(
        "valid",
        &CERTIFICATE_NAME,
        &["x509: certificate is valid for ", ", not "],
    )
    .about(", not ", WORD),
    sign(
        "IP",
        &CERTIFICATE_NAME,
        &["because it doesn't contain any IP SANs"],
    )
    .about("for ", WORD),
    sign("CERT", &CERTIFICATE_NAME, &["CN=TRAEFIK DEFAULT CERT"]),
    sign(
        "Fake",
        &CERTIFICATE_NAME,
        &["Kubernetes Ingress Controller Fake Certificate"],
    ),
    sign("PROXY", &PROXY_PROTOCOL, &["while reading PROXY protocol"]),
    sign("pull", &REGISTRY_CERTIFICATE, &["pull", "x509: "]).about("https://", REGISTRY),
    sign(
        "request",
        &REGISTRY_CERTIFICATE,
        &["failed to do request", "x509: "],
    )
    .about("https://", REGISTRY),
    sign(
        "resolve",
        &REGISTRY_CERTIFICATE,
        &["failed to resolve reference", "x509: "],
    )
    .about("https://", REGISTRY),
    sign(
        "gave",
        &REGISTRY_HTTP,
        &["server gave HTTP response to HTTPS client"],
    )
    .about("https://", REGISTRY),
    sign(
        "x509",
        &CERTIFICATE_UNTRUSTED,
        &["x509: certificate signed by unknown authority"],
    )
    .without(&["127.0.0.1", "remote error"])
    .about("https://", HOST),
    sign(
        "SSL",
        &CERTIFICATE_UNTRUSTED,
        &["SSL certificate problem: ", "certificate"],
    )
    .without(&["expired", "not yet valid"])
    .about("https://", HOST),
    sign("verify", &CERTIFICATE_UNTRUSTED, &["certificate verify failed"]).about("host='", "'"),
    // Registries.
    sign(
        "toomanyrequests",
        &REGISTRY_LIMIT,
        &["cannot resolve image", "toomanyrequests"],
    )
    .says(&IMAGE_BUILDER),
    sign("toomanyrequests", &REGISTRY_LIMIT, &["toomanyrequests"]).about("image \"", "\""),
    sign("Too", &REGISTRY_LIMIT, &["429 Too Many Requests"]).about("https://", HOST),
    sign("pull", &REGISTRY_LOGIN, &["pull access denied"]).about("image \"", "\""),
    sign("authorize", &REGISTRY_LOGIN, &["failed to authorize"])
        .without(&["dial tcp", "lookup "])
        .about("image \"", "\""),
    sign(
        "status",
        &REGISTRY_LOGIN,
        &["unexpected status", "401 Unauthorized"],
    )
    .about("https://", HOST),
    sign("status", &REGISTRY_LOGIN, &["unexpected status", "403 Forbidden"]).about("https://", HOST),
    // Proxies; before webhooks, as the path through a proxy is the more specific reason.
    sign("proxyconnect", &NO_PROXY, &["proxyconnect tcp"]).about("proxyconnect tcp: dial tcp", ": "),
    sign("calling", &NO_PROXY, &["failed calling webhook", "Forbidden"]).about("webhook \"", "\""),
    sign(
        "calling",
        &NO_PROXY,
        &["failed calling webhook", "Service Unavailable"],
    )
    .about("webhook \"", "\""),
    sign("calling", &NO_PROXY, &["failed calling webhook", "Bad Gateway"]).about("webhook \"", "\""),
    sign("calling", &NO_PROXY, &["failed calling webhook", "Proxy Auth"]).about("webhook \"", "\""),
    sign(
        "missing",
        &NO_PROXY,
        &["failing or missing response from", "Forbidden"],
    )
    .about("https://", HOST),
    sign(
        "missing",
        &NO_PROXY,
        &["failing or missing response from", "Service Unavailable"],
    )
    .about("https://", HOST),
    sign(
        "missing",
        &NO_PROXY,
        &["failing or missing response from", "Bad Gateway"],
    )
    .about("https://", HOST),
    sign(
        "missing",
        &NO_PROXY,
        &["failing or missing response from", "bad status from"],
    )
    .about("https://", HOST),
    sign("Proxy", &NO_PROXY, &["Proxy Authentication Required"]).about("https://", HOST),
    sign(
        "endpoints",
        &POD_NOT_READY,
        &["no endpoints available for service"],
    )
    .about("service \"", "\""),
    sign(
        "calling",
        &WEBHOOK_UNREACHABLE,
        &["failed calling webhook", "context deadline exceeded"],
    )
    .about("webhook \"", "\""),
    sign(
        "calling",
        &WEBHOOK_UNREACHABLE,
        &["failed calling webhook", "timeout"],
    )
    .about("webhook \"", "\""),
    sign(
        "calling",
        &WEBHOOK_UNREACHABLE,
        &["failed calling webhook", "no route to host"],
    )
    .about("webhook \"", "\""),
    sign(
        "calling",
        &WEBHOOK_UNREACHABLE,
        &["failed calling webhook", "connection refused"],
    )
    .about("webhook \"", "\""),
    sign(
        "calling",
        &WEBHOOK_UNREACHABLE,
        &["failed calling webhook", "timed out"],
    )
    .about("webhook \"", "\""),
    // Said a few times whenever k3s starts, until metrics-server is ready.
    sign(
        "missing",
        &WEBHOOK_UNREACHABLE,
        &["failing or missing response from"],
    )
    .about("https://", HOST)
    .often(),
    // Joining.
    sign("password", &NODE_PASSWORD, &["ode password rejected"]),
    sign("password", &NODE_PASSWORD, &["nable to verify password for node"]).about("for node ", WORD),
    sign("hash", &NODE_PASSWORD, &["unable to verify hash for node"]).about("for node '", "'"),
    sign(
        "CA",
        &SERVER_UNREACHABLE,
        &["failed to get CA certs", ": dial tcp"],
    )
    .without(&["127.0.0.1"])
    .about("dial tcp ", " "),
    sign(
        "CA",
        &SERVER_UNREACHABLE,
        &["failed to get CA certs", "context deadline exceeded"],
    )
    .without(&["127.0.0.1"])
    .about("https://", "/"),
    sign(
        "CA",
        &SERVER_UNREACHABLE,
        &["failed to get CA certs", "Client.Timeout"],
    )
    .without(&["127.0.0.1"])
    .about("https://", "/"),
    sign("default", &NO_DEFAULT_ROUTE, &["unable to find default route"]),
    sign(
        "default",
        &NO_DEFAULT_ROUTE,
        &["unable to select an IP from default routes"],
    ),
    sign("default", &NO_DEFAULT_ROUTE, &["no default routes found"]),
    sign(
        "interface",
        &WRONG_INTERFACE,
        &["find", "interface", "no such network interface"],
    ),
    sign("interface", &WRONG_INTERFACE, &["ould not find valid interface"]),
    // Addresses and ports.
    sign("range", &SERVICE_RANGE_CHANGED, &["not in the valid range"]).about("failed to allocate IP ", ":"),
    sign(
        "CIDR",
        &SERVICE_RANGE_CHANGED,
        &["is not within the service CIDR"],
    )
    .about("cluster IP ", " "),
    sign("free", &PORT_TAKEN, &["didn't have free ports"]),
    sign("use", &PORT_TAKEN, &["bind: address already in use"]).about("listen tcp ", " "),
    sign("already", &PORT_TAKEN, &["ddress already in use", "bind"]),
    sign("IP", &STALE_BRIDGE, &["already has an IP address different from"]).about("different from ", WORD),
    sign(
        "addresses",
        &POD_RANGE_FULL,
        &["no IP addresses available in range set"],
    )
    .about("range set: ", WORD),
    sign("cidr", &POD_RANGE_MISSING, &["pod cidr not assigned"]).about("node \"", "\""),
    sign("CIDRNotAvailable", &POD_RANGE_MISSING, &["CIDRNotAvailable"]),
    sign(
        "plugin",
        &CNI_PLUGIN_MISSING,
        &["failed to find plugin \"", "in path"],
    )
    .about("plugin \"", "\""),
    sign(
        "plugin",
        &CNI_PLUGIN_MISSING,
        &["failed to find plugin \\\"", "in path"],
    )
    .about("plugin \\\"", "\\"),
    sign(
        "subnet",
        &FLANNEL_DOWN,
        &["/run/flannel/subnet.env: no such file"],
    ),
    sign("cni", &FLANNEL_DOWN, &["cni plugin not initialized"]).hint(),
    // Filters.
    sign(
        "Oracle",
        &REJECT_RULES,
        &["See the Oracle-Provided Images section"],
    )
    .hint(),
    sign(
        "REJECT",
        &REJECT_RULES,
        &["REJECT", "reject-with icmp-host-prohibited"],
    ),
    sign("j", &REJECT_RULES, &["-j REJECT --reject-with icmp"]).without(&["KUBE-"]),
    sign("10250", &REJECT_RULES, &[":10250", "no route to host"]).about("dial tcp ", ":"),
    sign(
        "10250",
        &KUBELET_PORT_BLOCKED,
        &["dial tcp ", ":10250: i/o timeout"],
    )
    .about("dial tcp ", ":"),
    sign(
        "10250",
        &KUBELET_PORT_BLOCKED,
        &[":10250", "context deadline exceeded"],
    )
    .about("https://", ":"),
    sign("FORWARD", &FORWARD_DROP, &["-P FORWARD DROP"]).hint(),
    sign("FORWARD", &FORWARD_DROP, &[":FORWARD DROP ["]).hint(),
    sign("FORWARD", &FORWARD_DROP, &["Chain FORWARD (policy DROP"]).hint(),
    sign("hook", &FORWARD_DROP, &["hook forward", "policy drop"]).hint(),
    // k3s asks for nm-cloud-setup whenever it starts, and ends there if it is enabled.
    sign("cloud", &POLICY_ROUTING, &["is-enabled --quiet nm-cloud-setup"]).leads(),
    over(
        "cloud",
        &[&POLICY_ROUTING],
        &["Failed to get unit file state for nm-cloud-setup"],
    ),
    sign(
        "Control",
        &POLICY_ROUTING,
        &[
            "systemd[",
            "]: k3s",
            "Control process exited, code=exited, status=1",
        ],
    )
    .follows()
    .says(&CLOUD_SETUP),
    sign("cloud", &POLICY_ROUTING, &["nm-cloud-setup"])
        .without(&["inactive", "not be found"])
        .hint(),
    sign("lookup", &POLICY_ROUTING, &["lookup 304"]).hint(),
    sign(
        "probe",
        &POLICY_ROUTING,
        &["eadiness probe failed", "context deadline exceeded"],
    )
    .about("://", HOST)
    .hint(),
    sign(
        "probe",
        &POLICY_ROUTING,
        &["iveness probe failed", "context deadline exceeded"],
    )
    .about("://", HOST)
    .hint(),
    // The tailnet.
    sign(
        "peers",
        &TAILNET_ROUTES,
        &["peers are advertising routes but --accept-routes is false"],
    )
    .hint(),
    sign("associated", &TAILNET_ROUTES, &["no associated peer node"]).about("(", ")"),
    sign("rules", &TAILNET_POLICY, &["Drop: ", "no rules matched"]),
    sign("via", &TAILNET_RELAY, &["via DERP("])
        .about("DERP(", ")")
        .hint(),
    sign("direct", &TAILNET_RELAY, &["direct connection not established"]),
    sign("invalid", &TAILNET_AUTH_KEY, &["backend error: invalid key"]),
    sign("invalid", &TAILNET_AUTH_KEY, &["http 400: invalid key"]),
    sign("invalid", &TAILNET_AUTH_KEY, &["login error was: invalid key"]),
    sign("invalid", &TAILNET_AUTH_KEY, &["Received error: invalid key"]),
    sign("authkey", &TAILNET_AUTH_KEY, &["authkey expired"]),
    sign("authkey", &TAILNET_AUTH_KEY, &["authkey already used"]),
    sign("AuthKey", &TAILNET_AUTH_KEY, &["AuthKey not found"]),
    sign("Logged", &TAILNET_LOGIN, &["Logged out."]),
    sign("key", &TAILNET_LOGIN, &["node key has expired"]),
    sign("key", &TAILNET_LOGIN, &["node key expired"]),
    sign("key", &TAILNET_LOGIN, &["node key [", "] has expired"]),
    sign("NeedsLogin", &TAILNET_LOGIN, &["NeedsLogin"])
        .without(&["-> Running"])
        .hint(),
    // What is left of resolvers.
    sign("nameservers", &NO_NAMESERVERS, &["no nameservers found"]),
    // Connections of programs, when nothing above is the reason.
    sign(
        "oidc",
        &SERVER_SILENT,
        &["oidc provider: ", "dial tcp ", "i/o timeout"],
    )
    .without(&["lookup "])
    .about("://", HOST),
    sign(
        "oidc",
        &SERVER_REFUSES,
        &["oidc provider: ", "dial tcp ", "connection refused"],
    )
    .about("://", HOST),
    sign(
        "openid",
        &SERVER_SILENT,
        &[".well-known/openid-configuration", "dial tcp ", "i/o timeout"],
    )
    .without(&["lookup "])
    .about("://", HOST),
    sign(
        "openid",
        &SERVER_SILENT,
        &[".well-known/openid-configuration", "context deadline exceeded"],
    )
    .without(&["lookup "])
    .about("://", HOST),
    sign(
        "openid",
        &SERVER_REFUSES,
        &[".well-known/openid-configuration", "connection refused"],
    )
    .about("://", HOST),
    // A workspace's start script.
    sign(
        "bin",
        &ACCESS_URL_LOOPBACK,
        &["://127.0.0.1", platforms::AGENT_DOWNLOAD],
    )
    .about("://", WORD_OF_URL),
    sign(
        "bin",
        &ACCESS_URL_LOOPBACK,
        &["://localhost", platforms::AGENT_DOWNLOAD],
    )
    .about("://", WORD_OF_URL),
    sign("connect", &SERVER_REFUSES, &["curl: (7) Failed to connect to "])
        .without(&["127.0.0.1", "localhost"])
        .about("connect to ", WORD),
    sign("connect", &SERVER_SILENT, &["curl: (28) Failed to connect to "])
        .without(&["127.0.0.1", "localhost"])
        .about("connect to ", WORD),
    sign(
        "forbidden",
        &SERVICE_ACCOUNT_FORBIDDEN,
        &["is forbidden: User ", "system:serviceaccount:", " cannot create "],
    )
    .about("system:serviceaccount:", WORD),
    // Said once or twice where a program starts before its Role is there.
    sign(
        "forbidden",
        &SERVICE_ACCOUNT_FORBIDDEN,
        &["is forbidden: User ", "system:serviceaccount:", " cannot "],
    )
    .about("system:serviceaccount:", WORD)
    .often(),
    sign("check", &HAIRPIN, &["self check", "http"])
        .without(&["lookup ", "wrong status code", "no such host"])
        .about("://", HOST),
    sign("accessible", &SERVER_REFUSES, &["is not accessible (", "refused"]).about("://", HOST),
    sign("accessible", &SERVER_SILENT, &["is not accessible (", "imed out"])
        .without(&["Resolving timed out", "resolve host"])
        .about("://", HOST),
    sign("accessible", &SERVER_SILENT, &["is not accessible (", "imeout"])
        .without(&["Resolving", "resolve host"])
        .about("://", HOST),
    sign(
        "accessible",
        &SERVER_REFUSES,
        &["is not accessible (", "returned error"],
    )
    .about("://", HOST),
    sign(
        "request",
        &EGRESS_BLOCKED,
        &["failed to do request", "dial tcp ", "i/o timeout"],
    )
    .without(&["lookup "])
    .about("https://", HOST),
    sign(
        "request",
        &EGRESS_BLOCKED,
        &["failed to do request", "dial tcp ", "timed out"],
    )
    .without(&["lookup "])
    .about("https://", HOST),
    sign(
        "request",
        &EGRESS_BLOCKED,
        &["failed to do request", "dial tcp ", "connect: "],
    )
    .without(&["lookup "])
    .about("https://", HOST),
    sign(
        "propagation",
        &CHALLENGE_DNS_BLOCKED,
        &["propagation check failed", "->", ":53: i/o timeout"],
    )
    .about("->", ":"),
    sign(
        "propagation",
        &CHALLENGE_DNS_BLOCKED,
        &["propagation check failed", ":53: i/o timeout"],
    )
    .about("dial tcp ", ":"),
    sign(
        "propagation",
        &CHALLENGE_DNS_BLOCKED,
        &["propagation check failed", ":53: connect: "],
    )
    .about("dial tcp ", ":"),
    sign(
        "propagation",
        &CHALLENGE_DNS_BLOCKED,
        &["DNS-01 challenge propagation", ":53: i/o timeout"],
    )
    .about("dial tcp ", ":"),
    sign(
        "propagation",
        &CHALLENGE_DNS_BLOCKED,
        &["DNS-01 challenge propagation", ":53: connect: "],
    )
    .about("dial tcp ", ":"),
    sign(
        "challenge",
        &CHALLENGE_ELSEWHERE,
        &["Waiting for HTTP-01 challenge propagation: wrong status code"],
    ),
    sign(
        "propagation",
        &CHALLENGE_ELSEWHERE,
        &["propagation check failed", "wrong status code"],
    )
    .about("dnsName=\"", "\""),
    // A proxy without a backend answers so, too; what coderd itself says is JSON.
    sign(
        "workspaceagents",
        &WEBSOCKET_REFUSED,
        &["/workspaceagents/me/", "unexpected non-JSON response"],
    )
    .without(&["status code 50"])
    .about("://", HOST),
    sign(
        "426",
        &WEBSOCKET_REFUSED,
        &["unexpected status code 426", "unexpected non-JSON response"],
    ),
    sign(
        "workspaceagents",
        &URL_FAILS,
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
        &WEBSOCKET_REFUSED,
        &["handshake request must be at least HTTP/1.1"],
    ),
    sign(
        "WebSocket",
        &WEBSOCKET_REFUSED,
        &["WebSocket protocol violation: "],
    ),
    sign(
        "websocket",
        &WEBSOCKET_REFUSED,
        &["websocket: the client is not using the websocket protocol"],
    ),
    sign(
        "handshake",
        &WEBSOCKET_REFUSED,
        &["expected handshake response status code 101 but got 200"],
    ),
    sign(
        "handshake",
        &WEBSOCKET_REFUSED,
        &["expected handshake response status code 101 but got 400"],
    ),
    sign(
        "handshake",
        &WEBSOCKET_REFUSED,
        &["expected handshake response status code 101 but got 426"],
    ),
    sign(
        "WebSocket",
        &WEBSOCKET_REFUSED,
        &["Error during WebSocket handshake: Unexpected response code: "],
    ),
    sign("DNS", &SEARCH_DOT, &["DNS lookup error"]).hint(),
    sign(
        "affinity",
        &VOLUME_ELSEWHERE,
        &["had volume node affinity conflict"],
    ),
    // What ended.
    over(
        "pulled",
        &[
            &REGISTRY_LIMIT,
            &REGISTRY_LOGIN,
            &REGISTRY_CERTIFICATE,
            &REGISTRY_HTTP,
            &EGRESS_BLOCKED,
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
    over("flannel", &[&FLANNEL_DOWN], &["Wrote flannel subnet file"]),
    over("Started", STARTS, &["systemd[", "Started k3s.service"]),
    over("running", STARTS, &["k3s is up and running"]),
    over(
        "Observed",
        &[&COREDNS_NODE_HOSTS],
        &["Observed pod startup duration", "kube-system/coredns-"],
    ),
    over(
        "container",
        &[&COREDNS_NODE_HOSTS],
        &["Started container coredns"],
    ),
    over("Kine", &[&DATABASE_PASSWORD], &["Kine available at"]),
    over(
        "exec",
        &[
            &ACCESS_URL_LOOPBACK,
            &CERTIFICATE_UNTRUSTED,
            &SERVER_REFUSES,
            &SERVER_SILENT,
        ],
        &[platforms::AGENT_STARTS],
    ),
    over(
        "Running",
        &[&TAILNET_AUTH_KEY, &TAILNET_LOGIN, &UNDECIDED],
        &["Switching ipn state ", "-> Running"],
    ),
    over(
        "Connecting",
        &[&UNDECIDED],
        &["Connecting to proxy", "/v3/connect"],
    ),
    over("apply", APPLIED, &["apply successful"]),
    over("complete", APPLIED, &["Apply complete!"]),
    over(
        "provisioned",
        &[&STORAGE_CLASS_MISSING],
        &["uccessfully provisioned volume"],
    ),
    over(
        "connected",
        &[&WEBSOCKET_REFUSED, &URL_FAILS],
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
