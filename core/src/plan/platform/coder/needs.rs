//! What Coder needs of the cluster.

use super::reached::reached;
use super::{Coder, Database};
use crate::facts::coder::{CODER, HTTP_PORTS, LABELS, LONGEST_DOMAIN, MACHINE, POSTGRES};
use crate::facts::releases::{CERT_MANAGER, Product, RCLONE};
use crate::model::Config;
use crate::plan::Certificate;
use crate::plan::needs::{MachineNeed, Needs, Port, Reach, ServedName};
use crate::plan::shown;
use crate::tokens::hidden;

pub(in crate::plan::platform) fn needs(config: &Config, coder: &Coder) -> Needs {
    let product = config.platform().title();
    let (least, good) = MACHINE;
    let [http, https] = HTTP_PORTS;
    let port = |port, rule| Port {
        port,
        whose: product,
        reach: Reach::Clients(rule),
    };
    let names = config.domain.text().map(served).unwrap_or_default();
    let keys = 1..=coder.token_keys.len();
    Needs {
        product,
        reserved_labels: &[],
        longest_domain: Some(LONGEST_DOMAIN),
        ports: vec![port(http, "http"), port(https, "https")],
        trusted_registry: None,
        workloads: &LABELS,
        machine: Some(MachineNeed { least, good }),
        only_amd64: false,
        tolerated_taints: &[],
        replaces: &[],
        state: state(coder),
        ranges: Vec::new(),
        encryption_keys: keys
            .map(|number| ("token".to_owned(), u32::try_from(number).unwrap_or(u32::MAX)))
            .collect(),
        issuer: Some(coder.certificate.issuer()),
        // Traefik docs, "TLS": its default certificate.
        without_certificate: "Traefik answers with a certificate of its own, which no browser trusts",
        products: products(coder),
        chosen: coder
            .version
            .iter()
            .map(|version| (CODER.name, version.clone()))
            .collect(),
        reached: reached(config, coder, &names),
        names,
        one_way: one_way(coder),
    }
}

/// The names of an installation: both are in its certificate too.
fn served(domain: &str) -> Vec<ServedName> {
    let names = [
        (domain.to_owned(), "Coder itself"),
        (format!("*.{domain}"), "apps in workspaces"),
    ];
    names
        .into_iter()
        .map(|(name, why)| ServedName { name, why })
        .collect()
}

/// What it keeps in the cluster.
fn state(coder: &Coder) -> Vec<&'static str> {
    match coder.database {
        Database::InCluster { .. } => vec!["the database"],
        Database::External(_) => Vec::new(),
    }
}

/// What is installed for it.
fn products(coder: &Coder) -> Vec<&'static Product> {
    let mut products = vec![&CERT_MANAGER, &CODER];
    if let Certificate::Acme { dns01, .. } = &coder.certificate {
        products.extend(dns01.webhook().map(|webhook| webhook.chart.product));
    }
    if matches!(coder.database, Database::InCluster { .. }) {
        products.push(&POSTGRES);
    }
    if coder.database_backup.is_some() {
        products.push(&RCLONE);
    }
    products
}

/// Words of what a running installation cannot change, for the index of the tree.
pub const LOGIN_ISSUER: &str = "loginIssuer";
/// See [`LOGIN_ISSUER`].
pub const DATABASE: &str = "database";

/// Accounts belong to an issuer, and everything is in the database.
fn one_way(coder: &Coder) -> Vec<(&'static str, String)> {
    let database = match &coder.database {
        Database::InCluster { .. } => "in the cluster".to_owned(),
        Database::External(external) => format!("{}/{}", shown(&external.host), external.name),
    };
    let issuer = coder.login.oidc.as_ref();
    let issuer = issuer.map(|oidc| (LOGIN_ISSUER, oidc.issuer_url.clone()));
    let all = [(DATABASE, database)].into_iter().chain(issuer);
    // The index is no file of secrets.
    all.map(|(what, text)| (what, hidden(&text).into_owned()))
        .collect()
}
