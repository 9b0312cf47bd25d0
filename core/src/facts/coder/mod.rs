//! What Coder's chart and server need, and what differs between their releases.
//!
//! Source: coder/coder at da3c46b55711 (2.31 to 2.32), with the newer files that each item names, and renders of the chart of 2.32 to
//! 2.35 with Helm 3.22.

pub mod env;
pub mod values;

use super::charts::Chart;
use super::releases::{Line, Product, day, release};
use super::workloads::Workload;

/// The chart and the server, which have one version. 2.34 is an extended support release: it gets fixes of security problems for a year,
/// while other releases get theirs for three months (coder/coder docs/reference/releases.md at 2eb4b9900874). Of the releases that are
/// known here, it is the only one that is supported when this is read: 2.37, the newest of them, ended with 2.40.
pub static CODER: Product = Product {
    name: "coder",
    what: "the platform: its chart and its server",
    lines: &[Line {
        version: "2.34.10",
        released: None,
        first: Some(day(2026, 6, 2)),
        kubernetes: None,
        ends: Some(day(2027, 6, 1)),
    }],
    follows_kubernetes: false,
    source: "coder/coder docs/reference/releases.md",
    read: day(2026, 11, 29),
};

/// The minor release that something came with; absent where no release lacks it.
pub type Since = Option<(u32, u32)>;

/// The first two numbers of a version.
pub fn minor(version: &str) -> Option<(u32, u32)> {
    let mut numbers = version.split('.').map(|part| part.parse::<u32>().ok());
    Some((numbers.next()??, numbers.next()??))
}

/// The chart (coder/coder docs/install/kubernetes.md).
pub const CHART: Chart = Chart {
    name: "coder",
    repo: "https://helm.coder.com/v2",
    product: &CODER,
    namespace: NAMESPACE,
};

/// The namespace that it is installed in.
pub const NAMESPACE: &str = "coder";

/// The Service of the server (helm/coder/templates/service.yaml).
pub const SERVICE: &str = "coder";

/// The service account that the chart makes, and that templates act with (helm/coder/values.yaml, `serviceAccount.name`).
pub const SERVICE_ACCOUNT: &str = "coder";

/// The server's image, whose tags are versions with a `v` in front (helm/coder/values.yaml, helm/libcoder/templates/_helpers.tpl).
pub const IMAGE: &str = "ghcr.io/coder/coder";

/// The server's port in its pod, and that of its metrics (helm/coder/templates/_coder.tpl).
pub const SERVER_PORT: u16 = 8080;
/// See [`SERVER_PORT`].
pub const METRICS_PORT: u16 = 2112;

/// The server's address within the cluster: agents that use it need neither DNS records nor a certificate (docs/admin/networking/index.md).
pub const INNER_URL: &str = "http://coder.coder.svc.cluster.local";

/// PostgreSQL 17: the server needs 13 or newer (docs/admin/setup/index.md at 00a49947f9), of which 13 is out of support and 14 leaves it in
/// 2026-11.
pub static POSTGRES: Product = Product {
    name: "postgres",
    what: "the platform's database",
    lines: &[release("17.11", day(2026, 9, 19))],
    follows_kubernetes: false,
    source: "docker-library/repo-info repos/postgres/remote/17.11-trixie.md at 0b63eeca29bd",
    read: day(2026, 11, 29),
};

/// Where its image is.
pub const POSTGRES_IMAGE: &str = "docker.io/library/postgres";
/// Its releases, with the rest of their tags and the digests of their indexes, which have images for amd64 and arm64.
pub const POSTGRES_DIGESTS: [(&str, &str); 1] = [(
    "17.11",
    "-trixie@sha256:f4c66b820c6f974249089d3d16d86a3698eae11e8746eb6644b2271031e91232",
)];
/// The user and group that it runs as in that image: Debian's, not Alpine's (the same file, `useradd`).
pub const POSTGRES_USER: u32 = 999;
/// Where its data is (the same file, `PGDATA`): up to 17; newer images have another folder.
pub const POSTGRES_DATA: &str = "/var/lib/postgresql/data";
/// Its Service.
pub const POSTGRES_SERVICE: &str = "postgres";
/// Its port.
pub const POSTGRES_PORT: u16 = 5432;

/// What this platform installs beside the cluster's own.
pub static PRODUCTS: [&Product; 2] = [&CODER, &POSTGRES];

/// The ports that k3s's Traefik takes on every machine.
pub const HTTP_PORTS: [u16; 2] = [80, 443];

/// CPUs and GB of memory of a machine: the server's limits are 2 CPUs and 4 GiB, PostgreSQL and workspaces come on top.
pub const MACHINE: ((u32, u32), (u32, u32)) = ((2, 4), (4, 8));

/// Labels of the machines that the server and its database run on, and of those for workspaces.
pub const CONTROL_LABEL: &str = "gkc.dev/control";
/// See [`CONTROL_LABEL`].
pub const WORKSPACES_LABEL: &str = "gkc.dev/workspaces";
/// The labels of each workload.
pub const LABELS: [(Workload, &[&str]); 2] = [
    (Workload::Control, &[CONTROL_LABEL]),
    (Workload::Workspaces, &[WORKSPACES_LABEL]),
];

/// The most Git providers and servers without a Premium license (enterprise/coderd/license/license.go).
pub const UNLICENSED_PROVIDERS: usize = 1;
/// The most Git providers at all: the server sorts `CODER_EXTERNAL_AUTH_<N>_…` as texts, so `10` comes before `2`
/// (coder/coder cli/server.go, `ReadExternalAuthProvidersFromEnv`).
pub const MOST_PROVIDERS: usize = 10;

/// The longest ID of a Git provider, and those that are paths of the server's own (coderd/httpapi/name.go, `NameValid`).
pub const LONGEST_PROVIDER_ID: usize = 32;
/// See [`LONGEST_PROVIDER_ID`].
pub const RESERVED_PROVIDER_IDS: [&str; 2] = ["new", "create"];

/// The image of workspaces that upstream's own template has (examples/templates/kubernetes/main.tf).
pub const WORKSPACE_IMAGE: &str = "docker.io/codercom/enterprise-base:ubuntu";

/// The providers of the first template, with what it accepts of them (registry.terraform.io).
pub const PROVIDERS: [(&str, &str); 2] = [("coder/coder", "~> 2.13"), ("hashicorp/kubernetes", "~> 2.38")];

/// The longest domain: the host of an app is `<port or app>--<agent>--<workspace>--<user>.<domain>`, whose first label has at most 63 bytes
/// (coderd/workspaceapps/appurl).
pub const LONGEST_DOMAIN: usize = super::dns::LONGEST_NAME - 63 - 1;

/// The volumes that gkc adds to the server's pod: the database's CA, and Terraform's settings without outside access.
pub const MADE_VOLUMES: [&str; 2] = ["database-ca", "coder-terraform"];
