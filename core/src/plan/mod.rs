//! Stage 3: the model to a [`Plan`]: machines, networks, flows, secrets, records. It knows no output format.
//!
//! Every default is decided here and nowhere later, so `gkc plan` shows all that a deployment will be. Values that only
//! Terraform knows, and secrets, are named in it and never held.

mod autoscaler;
mod bucket;
mod build;
mod built;
mod certificate;
mod flow;
mod flows;
mod k3s;
mod machines;
mod needs;
mod network;
mod passed;
pub mod platform;
mod previous;
mod proxy;
mod reached;
mod releases;
mod tailnet;
mod values;

pub use autoscaler::{Autoscaler, share};
pub use bucket::S3;
pub use build::{Planned, Wishes, build};
pub use certificate::{Certificate, Dns01};
pub use flow::{FirewallRule, Flow, FlowKind, Party, Peer, Protocol, port_words};
pub use k3s::{
    Airgap, Datastore, Install, K3s, Mirror, Passthrough, RegistryAccess, SnapshotBucket, Snapshots,
};
pub use machines::{Count, NodeSet, Role};
pub use needs::{MachineNeed, Needs, ServedName};
pub use network::{Address, Api, DnsRecord, Gateway, Interface, Networks, RecordTarget, list, parse_cidr};
pub use passed::Passed;
pub use platform::Platform;
pub use previous::{Built, KeyId, OneWay};
pub use proxy::Proxy;
pub use reached::{Reach, Reached};
pub use releases::{Release, Releases, next_step};
pub use tailnet::{AUTH_KEY, AUTH_KEY_VARIABLE, AuthKeys, Claimed, Expected, OwnPolicy, Tailnet, TailnetSsh};
pub use values::{Generate, LateVariable, Literals, SecretNeed, SecretSource, shown};

use crate::model::{Os, Provider, Size};
use crate::origin::Origin;
use crate::text::Text;
use serde::Serialize;

/// A whole deployment, resolved.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Plan {
    /// The cluster's name.
    pub name: String,
    /// The host name that the platform answers at.
    pub domain: Option<String>,
    /// Who provides the machines.
    pub provider: Provider,
    /// The provider's location.
    pub location: Option<String>,
    /// The size that defaults were taken from.
    pub size: Size,
    /// The machines' operating system.
    pub os: Os,
    /// Address ranges.
    pub networks: Networks,
    /// Where the Kubernetes API answers.
    pub api: Api,
    /// The machines: servers first, then agents.
    pub nodes: Vec<NodeSet>,
    /// What makes the machines of autoscaled pools.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub autoscaler: Option<Autoscaler>,
    /// The Kubernetes distribution.
    pub k3s: K3s,
    /// What is installed beside it, each by its release.
    pub releases: Releases,
    /// What runs on it.
    pub platform: Platform,
    /// What that needs of the cluster. Nodes, k3s, firewall and DNS records have it too, each in its own words.
    #[serde(skip)]
    pub needs: Needs,
    /// The tailnet.
    pub tailnet: Option<Tailnet>,
    /// What machines and pods reach the outside through.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proxy: Option<Proxy>,
    /// What every machine gets beside that.
    pub host: Host,
    /// Connections that have to work.
    pub flows: Vec<Flow>,
    /// What a firewall in front of the machines has to let in.
    pub firewall: Vec<FirewallRule>,
    /// DNS records to make.
    pub dns: Vec<DnsRecord>,
    /// Every secret that is needed, by name.
    pub secrets: Vec<SecretNeed>,
    /// Values that only Terraform knows, by variable name.
    pub late: Vec<LateVariable>,
}

/// What every machine gets: logins, packages, files, hooks.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Host {
    /// sshd's port.
    pub ssh_port: u16,
    /// The user that people log in as.
    pub ssh_user: String,
    /// Public keys of that user.
    pub authorized_keys: Vec<String>,
    /// The time zone.
    pub timezone: String,
    /// Packages that the configuration adds.
    pub packages: Vec<String>,
    /// Files that the configuration adds.
    pub files: Vec<HostFile>,
    /// Shell commands before k3s is installed.
    pub before_k3s: Vec<String>,
    /// Shell commands after k3s is installed.
    pub after_k3s: Vec<String>,
    /// Where the user's part comes from.
    #[serde(skip)]
    pub origin: Option<Origin>,
}

/// A file that the configuration adds to every machine.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct HostFile {
    /// Where.
    pub path: String,
    /// What is in it.
    pub content: Text,
    /// Its mode, octal.
    pub mode: String,
    /// Its owner, `user:group`.
    pub owner: String,
}

impl Plan {
    /// The server sets, in order.
    pub fn servers(&self) -> impl Iterator<Item = &NodeSet> {
        self.nodes.iter().filter(|set| set.role == Role::Server)
    }

    /// The agent sets, in order.
    pub fn agents(&self) -> impl Iterator<Item = &NodeSet> {
        self.nodes.iter().filter(|set| set.role == Role::Agent)
    }

    /// The provider's name for a pool's group. On Hetzner it is the value of a label, by which the autoscaler finds its machines in the whole
    /// project: those of another cluster must not have it (kubernetes/autoscaler `cloudprovider/hetzner/hetzner_servers_cache.go`).
    pub fn group_name(&self, pool: &NodeSet) -> String {
        format!("{}-{}", self.name, pool.name)
    }

    /// Whether machines, and so their pods, reach each other over the tailnet.
    pub fn is_over_tailnet(&self) -> bool {
        self.tailnet.as_ref().is_some_and(|tailnet| tailnet.carries_pods)
    }

    /// How many servers there are.
    pub fn server_count(&self) -> u32 {
        self.servers().map(|set| set.count.least()).sum()
    }

    /// The minor release of Kubernetes 1 that runs; of a channel, the one that this gkc would install.
    pub fn kubernetes_minor(&self) -> u32 {
        self.k3s.install.version().map_or(0, |version| version.minor)
    }

    /// The URL that machines register at.
    pub fn api_url(&self) -> Text {
        let mut url = Text::lit("https://");
        url.append(&self.api.host);
        url.push_str(&format!(":{}", crate::facts::k3s::API_PORT));
        url
    }

    /// The plan in Rusty Object Notation, with secrets and late values named.
    ///
    /// # Errors
    /// Never for a plan that was built here; the writer's error is handed on all the same.
    pub fn to_ron(&self) -> Result<String, ron::Error> {
        let style = ron::ser::PrettyConfig::new()
            .struct_names(true)
            .indentor("  ".to_owned());
        let mut text = ron::ser::to_string_pretty(self.writable(), style)?;
        text.push('\n');
        Ok(text)
    }

    /// The same for every format: code for each would be a quarter of a megabyte.
    pub fn writable(&self) -> &dyn erased_serde::Serialize {
        self
    }
}
