//! What Gitpod reaches, and is reached at.

use super::{Database, Gitpod, Registry, Storage};
use crate::facts::gitpod::{NAMESPACE, OWN_REGISTRY_LABEL, SERVICES};
use crate::model::Config;
use crate::plan::needs::ServedName;
use crate::plan::reached::Reached;

pub(super) fn reached(config: &Config, gitpod: &Gitpod, served: &[ServedName]) -> Reached {
    let mut reached = Reached::default();
    for service in SERVICES {
        reached.service(service, NAMESPACE);
    }
    reached.served(served.iter().map(|served| served.name.as_str()));
    if let Database::External(external) = &gitpod.database {
        reached.host(&external.host);
    }
    // The CA of a certificate that browsers do not trust is not in the probe's image; it may have signed other certificates too.
    let is_trusted = gitpod.certificate.is_public() && gitpod.custom_ca.is_none();
    if let Registry::External { url, .. } = &gitpod.registry {
        reached.registry(url, is_trusted);
    }
    if let Registry::S3(s3) = &gitpod.registry {
        reached.host(&s3.endpoint);
    }
    if let Storage::S3(s3) = &gitpod.storage {
        reached.host(&s3.endpoint);
    }
    let providers = gitpod.auth_providers.iter().map(|provider| &provider.host);
    for host in providers.chain(&gitpod.repository) {
        reached.host_of(host);
    }
    if let Some(domain) = config.domain.text() {
        reached.url(format!("https://{domain}/"), is_trusted);
        if !matches!(gitpod.registry, Registry::External { .. }) {
            reached.url(format!("https://{OWN_REGISTRY_LABEL}.{domain}/v2/"), is_trusted);
        }
    }
    reached
}
