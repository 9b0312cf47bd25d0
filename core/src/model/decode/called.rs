//! What keys are called elsewhere: in k3s, in other tools, in a tailnet's policy.

use crate::facts::k3s_keys::KEYS;
use crate::model::managed_key;

/// Keys of k3s and other tools that people bring along, folded, and what they are called here. Those of platforms stand in their folders.
pub(super) const CALLED_HERE: &[(&str, &str)] = &[
    ("managers", "cluster.servers"),
    ("masters", "cluster.servers"),
    ("workers", "cluster.pools"),
    ("agents", "cluster.pools"),
    ("nodepools", "cluster.pools"),
    ("nodes", "cluster.nodes"),
    ("vpnauth", "tailscale.authKey"),
    ("clustercidr", "cluster.network.pods"),
    ("servicecidr", "cluster.network.services"),
    ("clusterdns", "cluster.network.dns"),
    ("tlssan", "cluster.api.sans"),
    ("joinkey", "tailscale.authKey"),
];

/// Keys that mean nothing in mappings of that type, and what is meant. `registries.yaml` was long documented with a `token`, which its reader
/// does not know (k3s-io/docs#589).
pub(super) const CALLED_IN: &[(&str, &str, &str)] = &[
    (
        "RegistryAuth",
        "token",
        "use `password` for an access token, with its `username`, or `identity_token` for a refresh token",
    ),
    ("Pool", "minsize", AUTOSCALE),
    ("Pool", "maxsize", AUTOSCALE),
    ("Pool", "mincount", AUTOSCALE),
    ("Pool", "maxcount", AUTOSCALE),
    ("Pool", "min", AUTOSCALE),
    ("Pool", "max", AUTOSCALE),
    ("Pool", "autoscaling", AUTOSCALE),
    (
        "Certificate",
        "kind",
        "use `acme`, `provided: {cert: …, key: …}` or `selfSigned: true`",
    ),
    (
        "Certificate",
        "issuer",
        "use `acme: {email: …, dns01: …}`: gkc makes the issuer",
    ),
    (
        "AuthProvider",
        "oauth",
        "use its keys in the provider itself: `clientId`, `clientSecret`",
    ),
    ("Config", "token", "use `k3s.token`"),
];

/// The size of a pool that changes has a mapping of its own.
const AUTOSCALE: &str = "use `autoscale: {min: …, max: …}` in place of `count`";

/// Mappings in which people paste flags of k3s.
const TAKE_FLAGS: [&str; 4] = ["Config", "K3s", "Cluster", "Servers"];

/// What to write for a flag or a key of k3s, `--kubelet-arg` or `kubelet-arg`.
pub(super) fn flag_of_k3s(of: &str, text: &str) -> Option<String> {
    let bare = text.trim_start_matches('-');
    let key = KEYS
        .iter()
        .find(|key| key.key == bare)
        .filter(|_| TAKE_FLAGS.contains(&of) && (bare.contains('-') || of == "K3s"))?;
    Some(match managed_key(key.key) {
        Some(here) => format!("use `{here}`, which sets k3s's `{bare}`"),
        None if key.roles.contains(&"server") => format!("move it to `k3s.serverConfig: {{{bare}: …}}`"),
        None => format!("move it to `k3s.agentConfig: {{{bare}: …}}`"),
    })
}

/// Keys that other tools have for what a mapping here has, folded, with the key here: a mistake with one reading.
pub(super) const MEANT_IN: &[(&str, &str, &str)] = &[
    ("AuthProvider", "kind", "type"),
    ("AuthProvider", "provider", "type"),
    ("AuthProvider", "name", "id"),
    ("AuthProvider", "url", "host"),
    ("AuthProvider", "hostname", "host"),
    ("AuthProvider", "secret", "clientSecret"),
    ("Acme", "mail", "email"),
    ("AuthKeys", "servers", "server"),
    ("AuthKeys", "agents", "agent"),
    ("Autoscale", "mincount", "min"),
    ("Autoscale", "minsize", "min"),
    ("Autoscale", "minimum", "min"),
    ("Autoscale", "maxcount", "max"),
    ("Autoscale", "maxsize", "max"),
    ("Autoscale", "maximum", "max"),
    ("AzureAutoscaler", "subscriptionid", "subscription"),
    ("Cloudflare", "token", "apiToken"),
    ("Config", "kind", "platform"),
    ("Config", "product", "platform"),
    ("Expectation", "src", "from"),
    ("Expectation", "source", "from"),
    ("Expectation", "dst", "to"),
    ("Expectation", "destination", "to"),
    ("HetznerAutoscaler", "apitoken", "token"),
    ("HetznerDns", "token", "apiToken"),
    ("KeyPair", "certificate", "cert"),
    ("KeyPair", "crt", "cert"),
    ("KeyPair", "tls.crt", "cert"),
    ("KeyPair", "privatekey", "key"),
    ("KeyPair", "tls.key", "key"),
    ("Cluster", "region", "location"),
    ("Cluster", "zone", "location"),
    ("Cluster", "cloud", "provider"),
    ("Cluster", "managers", "servers"),
    ("Cluster", "masters", "servers"),
    ("Cluster", "controlplane", "servers"),
    ("Cluster", "agents", "pools"),
    ("Cluster", "workers", "pools"),
    ("Cluster", "nodepools", "pools"),
    ("ExternalDatabase", "hostname", "host"),
    ("ExternalDatabase", "server", "host"),
    ("ExternalDatabase", "user", "username"),
    ("ExternalDatabase", "pass", "password"),
    ("Airgap", "ca", "caCert"),
    ("ExternalDatabase", "ca", "caCert"),
    ("ExternalRegistry", "host", "url"),
    ("ExternalRegistry", "server", "url"),
    ("ExternalRegistry", "user", "username"),
    ("Node", "hostname", "name"),
    ("Node", "ip", "address"),
    ("Node", "host", "address"),
    ("Pool", "replicas", "count"),
    ("Pool", "size", "count"),
    ("Pool", "instances", "count"),
    ("Pool", "instancetype", "machineType"),
    ("Pool", "vmsize", "machineType"),
    ("Pool", "servertype", "machineType"),
    ("Pool", "type", "machineType"),
    ("Pool", "nodelabels", "labels"),
    ("Pool", "nodetaints", "taints"),
    ("Servers", "replicas", "count"),
    ("Servers", "instances", "count"),
    ("Servers", "instancetype", "machineType"),
    ("Servers", "vmsize", "machineType"),
    ("Servers", "servertype", "machineType"),
    ("Servers", "type", "machineType"),
    ("S3Bucket", "accesskey", "accessKeyId"),
    ("S3Bucket", "secretkey", "secretAccessKey"),
    ("S3Bucket", "bucketname", "bucket"),
    ("S3Bucket", "url", "endpoint"),
    ("SnapshotS3", "accesskeyid", "accessKey"),
    ("SnapshotS3", "secretaccesskey", "secretKey"),
    ("SnapshotS3", "bucketname", "bucket"),
    ("SnapshotS3", "url", "endpoint"),
    ("Snapshots", "cron", "schedule"),
    ("Snapshots", "keep", "retention"),
    ("RegistryAuth", "user", "username"),
    ("RegistryAuth", "login", "username"),
    ("RegistryAuth", "pass", "password"),
    ("Ssh", "keys", "authorizedKeys"),
    ("Ssh", "authorizedkey", "authorizedKeys"),
    ("Ssh", "sshauthorizedkeys", "authorizedKeys"),
    ("Ssh", "sshkeys", "authorizedKeys"),
    ("Ssh", "publickeys", "authorizedKeys"),
    ("Tailscale", "mode", "use"),
    ("Tailscale", "key", "authKey"),
    ("CloudInit", "runcmd", "afterK3s"),
    ("CloudInit", "writefiles", "files"),
    ("CloudInit", "bootcmd", "beforeK3s"),
];

/// Sections of a tailnet's policy, which gkc reads as Tailscale does and so from a file of its own.
pub(super) const POLICY_SECTIONS: [&str; 6] = [
    "acls",
    "autoapprovers",
    "grants",
    "nodeattrs",
    "tagowners",
    "tests",
];
