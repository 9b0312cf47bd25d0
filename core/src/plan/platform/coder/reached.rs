//! What Coder reaches, and is reached at.

use super::{Coder, Database, Registry};
use crate::facts::coder::{NAMESPACE, POSTGRES_SERVICE, SERVICE};
use crate::model::Config;
use crate::plan::needs::ServedName;
use crate::plan::reached::Reached;

/// Paths that the server answers to everybody: that it runs, and which release it is (coder/coder coderd/coderd.go).
const PATHS: [&str; 2] = ["healthz", "api/v2/buildinfo"];

pub(super) fn reached(config: &Config, coder: &Coder, served: &[ServedName]) -> Reached {
    let mut reached = Reached::default();
    reached.service(SERVICE, NAMESPACE);
    match &coder.database {
        Database::InCluster { .. } => reached.service(POSTGRES_SERVICE, NAMESPACE),
        Database::External(external) => reached.host(&external.host),
    }
    reached.served(served.iter().map(|served| served.name.as_str()));
    // The CA of a certificate that browsers do not trust is not in the probe's image; it may have signed other certificates too.
    let is_trusted = coder.certificate.is_public() && coder.custom_ca.is_none();
    if let Some(Registry::Password { url, .. }) = &coder.registry {
        reached.registry(url, is_trusted);
    }
    if let Some(oidc) = &coder.login.oidc {
        reached.host_of(&oidc.issuer_url);
    }
    let enterprise = coder.login.github.iter().map(|github| &github.enterprise_url);
    let git = coder.git.iter().map(|provider| &provider.host);
    for host in enterprise.chain(git).flatten() {
        reached.host_of(host);
    }
    if let Some(domain) = config.domain.text() {
        for path in PATHS {
            reached.url(format!("https://{domain}/{path}"), is_trusted);
        }
    }
    reached
}
