//! `certificate`: where the TLS certificate comes from.

use super::field::Field;
use super::secrets::SecretSource;
use schemars::JsonSchema;
use serde::Deserialize;

/// Where the TLS certificate comes from: one of `acme`, `provided`, `selfSigned`.
#[derive(Debug, Clone, PartialEq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Certificate {
    /// An ACME certificate authority, such as Let's Encrypt.
    pub acme: Field<Acme>,
    /// Your own certificate.
    pub provided: Field<KeyPair>,
    /// A self-signed certificate. Default: `true` if nothing else is set.
    pub self_signed: Field<bool>,
    /// An additional CA certificate in PEM format that the platform and its workspaces trust.
    pub custom_ca: Field<SecretSource>,
}

/// An ACME certificate authority. Wildcard certificates require the DNS-01 challenge.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Acme {
    /// The email address of the ACME account. Let's Encrypt has not sent expiration notices since June 2025.
    #[serde(default)]
    pub email: Field<String>,
    /// The Let's Encrypt environment. Default: `production`.
    #[serde(default)]
    pub server: Field<AcmeServer>,
    /// The DNS provider that solves the DNS-01 challenge.
    pub dns01: Field<Dns01>,
    /// Name servers that cert-manager asks whether a record is there: `address:port`, or the URL of DNS over HTTPS. Default: those of Google
    /// and Cloudflare on port 53; with `proxy`, over HTTPS.
    #[serde(default)]
    pub nameservers: Field<Vec<Field<String>>>,
}

/// Let's Encrypt environments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum AcmeServer {
    /// Trusted by browsers. Limited to five certificates a week for the same names.
    Production,
    /// Not trusted by browsers, without that limit.
    Staging,
}

/// The domain's DNS provider: exactly one.
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
    /// Hetzner DNS in Hetzner Console.
    pub hetzner: Field<HetznerDns>,
    /// Scaleway Domains and DNS.
    pub scaleway: Field<ScalewayDns>,
    /// Any DNS server that accepts dynamic updates (RFC 2136).
    pub rfc2136: Field<Rfc2136>,
}

/// Cloudflare as DNS provider.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Cloudflare {
    /// An API token (not the global API key) with permission to edit the zone.
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
    /// The zone's ID. Required if the key has no permission to list zones.
    #[serde(default)]
    pub hosted_zone_id: Field<String>,
}

/// Google Cloud DNS as DNS provider.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CloudDns {
    /// The Google Cloud project.
    #[schemars(extend("not" = {"pattern": "://"}))]
    pub project: Field<String>,
    /// A service account key in JSON format.
    pub service_account: Field<SecretSource>,
}

/// Azure DNS as DNS provider.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AzureDns {
    /// The subscription that contains the zone.
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
    /// The resource group that contains the zone.
    #[schemars(extend("not" = {"pattern": "://"}))]
    pub resource_group: Field<String>,
    /// The zone's name.
    pub hosted_zone: Field<String>,
}

/// DigitalOcean as DNS provider.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DigitalOcean {
    /// An API token with write permission.
    pub token: Field<SecretSource>,
}

/// Hetzner as DNS provider.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct HetznerDns {
    /// A read and write API token of the Hetzner Cloud project that contains the zone.
    pub api_token: Field<SecretSource>,
}

/// Scaleway as DNS provider.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ScalewayDns {
    /// The access key of an API key with permission to edit the zone.
    pub access_key: Field<SecretSource>,
    /// The API key's secret.
    pub secret_key: Field<SecretSource>,
}

/// A DNS server that accepts dynamic updates.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Rfc2136 {
    /// The server's address, with the port unless it is 53.
    pub nameserver: Field<String>,
    /// The name of the TSIG key.
    pub tsig_key_name: Field<String>,
    /// The TSIG key, in base64.
    pub tsig_secret: Field<SecretSource>,
    /// The TSIG algorithm. Default: `HMACSHA256`.
    #[serde(default)]
    pub tsig_algorithm: Field<String>,
}

/// A certificate and its private key in PEM format.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct KeyPair {
    /// The certificate chain, starting with the server's certificate.
    pub cert: Field<SecretSource>,
    /// The private key.
    pub key: Field<SecretSource>,
}
