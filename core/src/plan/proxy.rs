//! What machines and pods reach the outside through.

use super::k3s::K3s;
use super::machines::Role;
use super::network::{Api, Networks};
use super::tailnet::Tailnet;
use super::values::Names;
use crate::facts::k3s::CLUSTER_DOMAIN;
use crate::facts::providers;
use crate::facts::tailscale::TAILNET_RANGES;
use crate::model::{Config, Field, Provider, SecretSource};
use crate::text::Text;
use serde::Serialize;

/// What machines and pods reach the outside through.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Proxy {
    /// For `http` URLs.
    pub http: Text,
    /// For `https` URLs.
    pub https: Text,
    /// What is reached directly, with commas in between.
    pub no_proxy: Text,
}

pub(super) fn proxy(
    config: &Config,
    provider: Provider,
    networks: &Networks,
    api: &Api,
    k3s: &K3s,
    tailnet: Option<&Tailnet>,
    names: &mut Names,
) -> Option<Proxy> {
    let proxy = config.proxy.get()?;
    let mut url =
        |name: &str, field: &Field<SecretSource>| field.spanned().map(|value| names.secret(name, value));
    let http = url("proxy.http", &proxy.http)?;
    let https = url("proxy.https", &proxy.https);
    let mut direct = ["localhost", "127.0.0.0/8", "::1", ".svc"]
        .map(Text::lit)
        .to_vec();
    let own = k3s.passed_text(Role::Server, "cluster-domain");
    let domains = [CLUSTER_DOMAIN].into_iter().chain(own);
    direct.extend(domains.map(|domain| Text::lit(format!(".{domain}"))));
    let ranges = [&networks.nodes, &networks.pods, &networks.services];
    direct.extend(
        ranges
            .into_iter()
            .flatten()
            .map(|range| Text::lit(range.to_string())),
    );
    direct.extend(
        providers::facts(provider)
            .metadata
            .iter()
            .map(|address| Text::lit(address.to_string())),
    );
    if tailnet.is_some() {
        direct.extend(TAILNET_RANGES.map(Text::lit));
    }
    direct.push(api.host.clone());
    // A platform's components talk to each other under its domain.
    if let Some(domain) = config.domain.text() {
        direct.extend([Text::lit(domain), Text::lit(format!(".{domain}"))]);
    }
    direct.extend(proxy.no_proxy.items().map(|host| Text::lit(host.value.trim())));
    Some(Proxy {
        https: https.unwrap_or_else(|| http.clone()),
        http,
        no_proxy: Text::join(&direct, ","),
    })
}
