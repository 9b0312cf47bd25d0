//! What Gitpod adds to a tree.

mod backup;
mod guide;
pub(super) mod host;
mod installer;
mod isolation;
mod manifests;
mod overrides;
mod secrets;

use super::certificates::Order;
use super::parts::{Output, Parts};
use crate::emit::DocumentKind;
pub(crate) use crate::facts::gitpod::NAMESPACE;
use crate::facts::gitpod::{Release, TRUST_MANAGER};
use crate::model::Platform;
use crate::plan::Plan;
use crate::plan::platform::gitpod::Gitpod;

/// The secret with its TLS certificate.
const HTTPS_CERTIFICATES: &str = "https-certificates";
/// The secret with the CA of a self-signed certificate, and its Certificate. Installers before 2023.03 make a Certificate of the name that
/// KOTS gave it, with another specification.
fn own_ca(release: Release) -> &'static str {
    match release >= TRUST_MANAGER {
        true => "ca-issuer-ca",
        false => "gkc-site-ca",
    }
}

/// The module's output with the Installer's config.
pub(super) const OUTPUT: Output = Output {
    name: "gitpod_config",
    kind: DocumentKind::PlatformConfig(Platform::Gitpod),
    description: "The Gitpod Installer's config; null without Gitpod",
};

/// Everything that it adds; nothing without a domain, which is an error of the configuration.
pub(super) fn parts(plan: &Plan, gitpod: &Gitpod) -> Parts {
    let Some(domain) = &plan.domain else {
        return Parts::default();
    };
    let order = order(plan, gitpod);
    Parts {
        secrets: secrets::secrets(plan, gitpod, &order),
        manifests: manifests::manifests(plan, gitpod, &order),
        prepare: manifests::prepare(),
        apply: manifests::apply(gitpod, &order),
        documents: installer::documents(plan, gitpod, domain),
        guide: guide::guide(plan, gitpod, domain, &order),
        ignored: &[installer::SEED],
    }
}

/// The certificate that it serves with.
fn order<'p>(plan: &'p Plan, gitpod: &'p Gitpod) -> Order<'p> {
    Order {
        certificate: &gitpod.certificate,
        prefix: "gitpod",
        namespace: NAMESPACE,
        secret: HTTPS_CERTIFICATES,
        labels: &[("app", "gitpod")],
        names: &plan.needs.names,
        own_ca: own_ca(gitpod.release),
        // Every pod mounts a bundle that trust-manager makes.
        bundles: gitpod.release >= TRUST_MANAGER,
    }
}

/// Where the CA is read that Gitpod is told to trust.
pub(crate) fn ca_namespace(plan: &Plan, gitpod: &Gitpod) -> &'static str {
    order(plan, gitpod).ca_namespace()
}
