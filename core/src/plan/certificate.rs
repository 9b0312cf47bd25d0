//! Where the TLS certificate comes from.

use super::k3s::secret_field;
use super::values::Names;
use crate::facts::charts::{
    DNS01_NAMESERVERS, DNS01_NAMESERVERS_HTTPS, HETZNER_WEBHOOK, SCALEWAY_WEBHOOK, Webhook,
};
use crate::model::{self, Config, Field};
use crate::text::Text;
use serde::Serialize;

/// Where the TLS certificate comes from.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub enum Certificate {
    /// The cluster signs it.
    SelfSigned,
    /// The user brings it.
    Provided {
        /// The certificate with its chain.
        cert: Text,
        /// The private key.
        key: Text,
    },
    /// An ACME authority signs it.
    Acme {
        /// Who is told before it expires.
        email: Option<String>,
        /// Whether browsers trust it.
        production: bool,
        /// How the domain is proven.
        dns01: Dns01,
        /// The name servers that are asked whether it is.
        nameservers: Vec<String>,
    },
}

/// A DNS provider for the DNS-01 challenge.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub enum Dns01 {
    Cloudflare {
        api_token: Text,
    },
    Route53 {
        region: String,
        access_key_id: Text,
        secret_access_key: Text,
        hosted_zone_id: Option<String>,
    },
    CloudDns {
        project: String,
        service_account: Text,
    },
    AzureDns {
        subscription: String,
        tenant: String,
        client: String,
        client_secret: Text,
        resource_group: String,
        zone: String,
    },
    DigitalOcean {
        token: Text,
    },
    Hetzner {
        api_token: Text,
    },
    Scaleway {
        access_key: Text,
        secret_key: Text,
    },
    Rfc2136 {
        nameserver: String,
        tsig_key_name: String,
        tsig_secret: Text,
        tsig_algorithm: String,
    },
}

impl Certificate {
    /// Whether programs trust it that know no CA of the user's.
    pub fn is_public(&self) -> bool {
        match self {
            Certificate::SelfSigned => false,
            Certificate::Provided { .. } => true,
            Certificate::Acme { production, .. } => *production,
        }
    }

    /// Who signs it, in a word that stays.
    pub fn issuer(&self) -> &'static str {
        match self {
            Certificate::SelfSigned => "selfSigned",
            Certificate::Provided { .. } => "provided",
            Certificate::Acme { production: true, .. } => "acme",
            Certificate::Acme { .. } => "acme staging",
        }
    }
}

impl Dns01 {
    /// The chart that solves it, where cert-manager cannot by itself.
    pub fn webhook(&self) -> Option<&'static Webhook> {
        match self {
            Dns01::Hetzner { .. } => Some(&HETZNER_WEBHOOK),
            Dns01::Scaleway { .. } => Some(&SCALEWAY_WEBHOOK),
            _ => None,
        }
    }
}

pub(super) fn certificate(config: &Config, names: &mut Names) -> Certificate {
    let Some(certificate) = config.certificate.get() else {
        return Certificate::SelfSigned;
    };
    if let Some(pair) = certificate.provided.get() {
        return Certificate::Provided {
            cert: secret_field(names, "certificate.provided.cert", &pair.cert),
            key: secret_field(names, "certificate.provided.key", &pair.key),
        };
    }
    let Some(acme) = certificate.acme.get() else {
        return Certificate::SelfSigned;
    };
    let Some(dns01) = acme.dns01.get().and_then(|dns01| dns_provider(dns01, names)) else {
        return Certificate::SelfSigned;
    };
    Certificate::Acme {
        email: acme.email.get().cloned(),
        production: acme.server.copied_or(model::AcmeServer::Production) == model::AcmeServer::Production,
        dns01,
        nameservers: nameservers(config, acme),
    }
}

/// Those that are written. A proxy carries HTTPS only, which cert-manager uses for name servers that are given as URLs.
fn nameservers(config: &Config, acme: &model::Acme) -> Vec<String> {
    let written = acme.nameservers.items().map(|server| server.value.clone());
    let written: Vec<String> = written.collect();
    let defaults = match config.proxy.is_written() {
        true => DNS01_NAMESERVERS_HTTPS,
        false => DNS01_NAMESERVERS,
    };
    match written.is_empty() {
        true => defaults.map(str::to_owned).to_vec(),
        false => written,
    }
}

fn dns_provider(dns01: &model::Dns01, names: &mut Names) -> Option<Dns01> {
    let mut secret = |name: &str, field: &Field<model::SecretSource>| {
        secret_field(names, &format!("certificate.acme.dns01.{name}"), field)
    };
    let text = |field: &Field<String>| field.get().cloned().unwrap_or_default();
    if let Some(dns) = dns01.cloudflare.get() {
        return Some(Dns01::Cloudflare {
            api_token: secret("cloudflare.apiToken", &dns.api_token),
        });
    }
    if let Some(dns) = dns01.route53.get() {
        return Some(Dns01::Route53 {
            region: text(&dns.region),
            access_key_id: secret("route53.accessKeyId", &dns.access_key_id),
            secret_access_key: secret("route53.secretAccessKey", &dns.secret_access_key),
            hosted_zone_id: dns.hosted_zone_id.get().cloned(),
        });
    }
    if let Some(dns) = dns01.cloud_dns.get() {
        let service_account = secret("cloudDNS.serviceAccount", &dns.service_account);
        return Some(Dns01::CloudDns {
            project: text(&dns.project),
            service_account,
        });
    }
    if let Some(dns) = dns01.azure_dns.get() {
        return Some(Dns01::AzureDns {
            subscription: text(&dns.subscription_id),
            tenant: text(&dns.tenant_id),
            client: text(&dns.client_id),
            client_secret: secret("azureDNS.clientSecret", &dns.client_secret),
            resource_group: text(&dns.resource_group),
            zone: text(&dns.hosted_zone),
        });
    }
    if let Some(dns) = dns01.digitalocean.get() {
        return Some(Dns01::DigitalOcean {
            token: secret("digitalocean.token", &dns.token),
        });
    }
    if let Some(dns) = dns01.hetzner.get() {
        return Some(Dns01::Hetzner {
            api_token: secret("hetzner.apiToken", &dns.api_token),
        });
    }
    if let Some(dns) = dns01.scaleway.get() {
        return Some(Dns01::Scaleway {
            access_key: secret("scaleway.accessKey", &dns.access_key),
            secret_key: secret("scaleway.secretKey", &dns.secret_key),
        });
    }
    dns01.rfc2136.get().map(|dns| Dns01::Rfc2136 {
        nameserver: text(&dns.nameserver),
        tsig_key_name: text(&dns.tsig_key_name),
        tsig_secret: secret("rfc2136.tsigSecret", &dns.tsig_secret),
        tsig_algorithm: dns
            .tsig_algorithm
            .get()
            .cloned()
            .unwrap_or_else(|| "HMACSHA256".into()),
    })
}
