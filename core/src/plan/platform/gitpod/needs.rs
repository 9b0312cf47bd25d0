//! What Gitpod needs of the cluster.

use super::reached::reached;
use super::{Database, Gitpod, Registry, Storage};
use crate::facts::gitpod::machines::{self, REGISTRY_LABEL, REGISTRY_WITH_OWN_CA};
use crate::facts::gitpod::{
    HTTP_PORTS, LABELS, MACHINE, MYSQL, PROXY_INTERNAL_PORTS, PROXY_NAMES, SSH_GATEWAY_PORT,
    TOLERATED_TAINTS, TRUST_MANAGER, longest_domain,
};
use crate::facts::releases::{self, CERT_MANAGER, Product, RCLONE};
use crate::model::{Config, Field};
use crate::plan::Certificate;
use crate::plan::needs::{InnerRange, MachineNeed, Needs, Port, Reach, ServedName};
use crate::tokens::hidden;

pub(in crate::plan::platform) fn needs(config: &Config, gitpod: &Gitpod) -> Needs {
    let product = config.platform().title();
    let (least, good) = MACHINE;
    let names = config.domain.text().map(|domain| served(domain, gitpod));
    let names = names.unwrap_or_default();
    let keys = gitpod.database.encryption_keys().iter();
    Needs {
        product,
        reserved_labels: &PROXY_NAMES,
        longest_domain: Some(longest_domain(gitpod.workspaces_label().len())),
        ports: ports(gitpod, product),
        trusted_registry: trusted_registry(config, gitpod),
        workloads: &LABELS,
        machine: Some(MachineNeed { least, good }),
        only_amd64: true,
        tolerated_taints: &TOLERATED_TAINTS,
        // Its own proxy answers on 80 and 443, which traefik would take (k3s#1969).
        replaces: &["traefik"],
        state: state(gitpod),
        ranges: vec![workspaces(config, gitpod)],
        encryption_keys: keys
            // The index is no file of secrets.
            .map(|key| (hidden(&key.name).into_owned(), key.version))
            .collect(),
        issuer: Some(gitpod.certificate.issuer()),
        without_certificate: "Gitpod's proxy does not start",
        products: products(gitpod),
        chosen: Vec::new(),
        reached: reached(config, gitpod, &names),
        names,
        one_way: Vec::new(),
    }
}

/// The names of an installation: all three are in its certificate too.
fn served(domain: &str, gitpod: &Gitpod) -> Vec<ServedName> {
    let names = [
        (domain.to_owned(), "Gitpod itself"),
        (format!("*.{domain}"), "its services"),
        (format!("*.{}.{domain}", gitpod.workspaces_label()), "workspaces"),
    ];
    names
        .into_iter()
        .map(|(name, why)| ServedName { name, why })
        .collect()
}

fn ports(gitpod: &Gitpod, product: &'static str) -> Vec<Port> {
    let port = |port, reach| Port {
        port,
        whose: product,
        reach,
    };
    let [http, https] = HTTP_PORTS;
    let mut ports = vec![
        port(http, Reach::Clients("http")),
        port(https, Reach::Clients("https")),
    ];
    if gitpod.ssh_gateway.is_some() {
        ports.push(Port {
            whose: "the workspace gateway",
            ..port(SSH_GATEWAY_PORT, Reach::Clients("workspace-ssh"))
        });
    }
    let machines = machines::ports(gitpod.release);
    ports.push(port(machines.registry, Reach::Cluster));
    ports.extend(machines.daemon.map(|daemon| port(daemon, Reach::Cluster)));
    ports.extend(PROXY_INTERNAL_PORTS.map(|internal| port(internal, Reach::Nobody)));
    ports
}

/// registry-facade, where its pods tell machines whom to trust. A public certificate needs no such thing.
fn trusted_registry(config: &Config, gitpod: &Gitpod) -> Option<String> {
    let private = gitpod.custom_ca.is_some() || gitpod.certificate == Certificate::SelfSigned;
    let domain = config.domain.text()?;
    (gitpod.release >= REGISTRY_WITH_OWN_CA || private).then(|| {
        let port = machines::ports(gitpod.release).registry;
        format!("{REGISTRY_LABEL}.{domain}:{port}")
    })
}

/// The parts that keep their data in the cluster.
fn state(gitpod: &Gitpod) -> Vec<&'static str> {
    let all = [
        ("the database", gitpod.database == Database::InCluster),
        ("the registry", gitpod.registry == Registry::InCluster),
        ("the storage", gitpod.storage == Storage::InCluster),
    ];
    let inside = all.into_iter().filter(|(_, inside)| *inside);
    inside.map(|(what, _)| what).collect()
}

/// What is installed for it.
fn products(gitpod: &Gitpod) -> Vec<&'static Product> {
    let mut products = vec![&CERT_MANAGER];
    if gitpod.release >= TRUST_MANAGER {
        products.push(&releases::TRUST_MANAGER);
    }
    if let Certificate::Acme { dns01, .. } = &gitpod.certificate {
        products.extend(dns01.webhook().map(|webhook| webhook.chart.product));
    }
    if gitpod.database_backup.is_some() {
        products.extend([&MYSQL, &RCLONE]);
    }
    products
}

/// The network inside each workspace.
fn workspaces(config: &Config, gitpod: &Gitpod) -> InnerRange {
    InnerRange {
        what: "workspaces",
        net: gitpod.workspace.cidr,
        span: config.workspace_range().and_then(Field::span),
        near: config.gitpod.spanned().map(|gitpod| gitpod.key),
    }
}
