//! CoreDNS as k3s runs it: its plugins, and k3s's own Corefile.
//!
//! Sources: coredns/coredns `plugin.cfg` and `plugin/*/setup.go` at v1.12.0 to v1.14.7 (k3s 1.33 to 1.37 ship releases between these);
//! k3s-io/k3s `manifests/coredns.yaml`; k3s-io/docs, release notes.

/// The words that start a line of a server block: plugins, and the two that the reader of Corefiles knows itself.
pub const PLUGINS: [&str; 61] = [
    "acl",
    "any",
    "auto",
    "autopath",
    "azure",
    "bind",
    "bufsize",
    "cache",
    "cancel",
    "chaos",
    "clouddns",
    "debug",
    "dns64",
    "dnssec",
    "dnstap",
    "erratic",
    "errors",
    "etcd",
    "file",
    "forward",
    "geoip",
    "grpc",
    "grpc_server",
    "header",
    "health",
    "hosts",
    "https",
    "https3",
    "import",
    "k8s_external",
    "kubernetes",
    "loadbalance",
    "local",
    "log",
    "loop",
    "metadata",
    "minimal",
    "multisocket",
    "nomad",
    "nsid",
    "on",
    "pprof",
    "prometheus",
    "proxyproto",
    "quic",
    "ready",
    "reload",
    "rewrite",
    "root",
    "route53",
    "secondary",
    "shed",
    "sign",
    "template",
    "timeouts",
    "tls",
    "trace",
    "transfer",
    "tsig",
    "view",
    "whoami",
];

/// Plugins that a server block may have once (`plugin.ErrOnce`; `forward` is not one of them since v1.9.4). A second one stops CoreDNS.
pub const ONCE: [&str; 14] = [
    "cache",
    "dnssec",
    "errors",
    "grpc",
    "hosts",
    "kubernetes",
    "loop",
    "nsid",
    "pprof",
    "prometheus",
    "ready",
    "shed",
    "tsig",
    "view",
];

/// The plugins of k3s's own block `.:53`, which overrides are imported into.
pub const OWN: [&str; 10] = [
    "errors",
    "health",
    "ready",
    "kubernetes",
    "hosts",
    "prometheus",
    "cache",
    "loop",
    "reload",
    "loadbalance",
];

/// The first releases of k3s that import overrides before their own `forward . /etc/resolv.conf`, as `(minor, patch)`: "Fix: default forward
/// after override imports" (k3s-io/k3s#12979, November 2025). Before, theirs comes first and takes every name.
pub const OVERRIDES_FIRST: [(u32, u32); 4] = [(31, 14), (32, 10), (33, 6), (34, 2)];

/// The folder that `coredns-custom` is mounted at.
pub const CUSTOM: &str = "/etc/coredns/custom/";

/// The transports that a zone may name, with their default ports (`plugin/pkg/transport`).
pub const TRANSPORTS: [(&str, &str); 6] = [
    ("dns://", "53"),
    ("tls://", "853"),
    ("quic://", "853"),
    ("grpc://", "443"),
    ("https://", "443"),
    ("https3://", "443"),
];
