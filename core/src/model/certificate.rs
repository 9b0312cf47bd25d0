//! `certificate`: where the TLS certificate comes from.

use super::field::Field;
use super::secrets::SecretSource;
use schemars::JsonSchema;
use serde::Deserialize;

/// Where the TLS certificate comes from: one of `acme`, `provided`, `selfSigned`.
#[derive(Debug, Clone, PartialEq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Certificate {
    /// An ACME authority such as Let's Encrypt.
    pub acme: Field<Acme>,
    /// A certificate that you bring.
    pub provided: Field<KeyPair>,
    /// A certificate that the cluster signs itself. Default: `true` where nothing else is chosen.
    pub self_signed: Field<bool>,
    /// A further CA, as PEM, that Gitpod and workspaces trust.
    pub custom_ca: Field<SecretSource>,
}

/// An ACME authority. A wildcard certificate needs the DNS-01 challenge.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Acme {
    /// The mail address of the account at the authority; Let's Encrypt itself has sent no reminders since June 2025.
    #[serde(default)]
    pub email: Field<String>,
    /// Which of Let's Encrypt's servers. Default: `production`.
    #[serde(default)]
    pub server: Field<AcmeServer>,
    /// How the authority is shown that the domain is yours.
    pub dns01: Field<Dns01>,
}

/// Let's Encrypt's servers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum AcmeServer {
    /// Certificates that browsers trust; five of the same names a week.
    Production,
    /// Certificates that browsers do not trust, without that limit.
    Staging,
}

/// The DNS provider of the domain: one of them.
#[derive(Debug, Clone, PartialEq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Dns01 {
    /// Cloudflare.
    pub cloudflare: Field<Cloudflare>,
    /// AWS Route 53.
    pub route53: Field<Route53>,
    /// Google Cloud DNS.
    #[serde(rename = "cloudDNS")]
    pub cloud_dns: Field<CloudDns>,
    /// Azure DNS.
    #[serde(rename = "azureDNS")]
    pub azure_dns: Field<AzureDns>,
    /// DigitalOcean.
    pub digitalocean: Field<DigitalOcean>,
    /// Hetzner DNS, in the Cloud console.
    pub hetzner: Field<HetznerDns>,
    /// Scaleway Domains and DNS.
    pub scaleway: Field<ScalewayDns>,
    /// Any server that takes dynamic updates (RFC 2136).
    pub rfc2136: Field<Rfc2136>,
}

/// Cloudflare as DNS provider.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Cloudflare {
    /// An API token (not the global key) that may edit the zone.
    pub api_token: Field<SecretSource>,
}

/// AWS Route 53 as DNS provider.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Route53 {
    /// The AWS region.
    pub region: Field<String>,
    /// The access key's ID.
    pub access_key_id: Field<SecretSource>,
    /// The access key's secret.
    pub secret_access_key: Field<SecretSource>,
    /// The zone's ID, where the key may not list zones.
    #[serde(default)]
    pub hosted_zone_id: Field<String>,
}

/// Google Cloud DNS as DNS provider.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CloudDns {
    /// The Google Cloud project.
    pub project: Field<String>,
    /// The key of a service account, as JSON.
    pub service_account: Field<SecretSource>,
}

/// Azure DNS as DNS provider.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AzureDns {
    /// The subscription that the zone is in.
    #[serde(rename = "subscriptionID")]
    pub subscription_id: Field<String>,
    /// The tenant of the service principal.
    #[serde(rename = "tenantID")]
    pub tenant_id: Field<String>,
    /// The service principal's client ID.
    #[serde(rename = "clientID")]
    pub client_id: Field<String>,
    /// The service principal's secret.
    pub client_secret: Field<SecretSource>,
    /// The resource group that the zone is in.
    pub resource_group: Field<String>,
    /// The zone's name.
    pub hosted_zone: Field<String>,
}

/// DigitalOcean as DNS provider.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DigitalOcean {
    /// An API token that may write.
    pub token: Field<SecretSource>,
}

/// Hetzner as DNS provider.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct HetznerDns {
    /// An API token of the Cloud project that the zone is in, for reading and writing.
    pub api_token: Field<SecretSource>,
}

/// Scaleway as DNS provider.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ScalewayDns {
    /// The access key of an API key that may edit the zone.
    pub access_key: Field<SecretSource>,
    /// The API key's secret.
    pub secret_key: Field<SecretSource>,
}

/// A DNS server that takes dynamic updates.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Rfc2136 {
    /// The server's address, with its port where that is not 53.
    pub nameserver: Field<String>,
    /// The name of the TSIG key.
    pub tsig_key_name: Field<String>,
    /// The TSIG key, base64.
    pub tsig_secret: Field<SecretSource>,
    /// The TSIG algorithm. Default: `HMACSHA256`.
    #[serde(default)]
    pub tsig_algorithm: Field<String>,
}

/// A certificate with its key, both PEM.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct KeyPair {
    /// The certificate with its chain.
    pub cert: Field<SecretSource>,
    /// The private key.
    pub key: Field<SecretSource>,
}
