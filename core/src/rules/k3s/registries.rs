//! Registries, as containerd asks them.

use crate::model::{Config, Mirror, Registries, RegistryAccess};
use crate::rules::hostname::dissect;
use crate::source::Span;
use std::collections::BTreeSet;

/// What is written of registries.
pub(super) fn registries(config: &Config) -> Option<&Registries> {
    config.k3s.get()?.registries.get()
}

/// The host that is asked for images of a registry: Docker Hub's is not in their names (containerd `core/remotes/docker/registry.go`,
/// `DefaultHost`).
pub(super) fn dialled(registry: &str) -> &str {
    match registry {
        "docker.io" | "index.docker.io" => "registry-1.docker.io",
        _ => registry,
    }
}

/// The login of an endpoint, where it has one: the place of its key.
pub(super) fn login_of(access: &RegistryAccess) -> Option<Span> {
    let auth = access.auth.get()?;
    let secrets = [&auth.password, &auth.auth, &auth.identity_token];
    let any = auth.username.is_written() || secrets.into_iter().any(|secret| secret.is_written());
    access.auth.spanned().filter(|_| any).map(|auth| auth.key)
}

/// The keys of `configs` that have a login.
pub(super) fn logins(registries: &Registries) -> BTreeSet<&str> {
    let with_login = registries
        .configs
        .entries()
        .filter(|(_, access)| login_of(&access.value).is_some());
    crate::sorted::set(with_login.map(|(name, _)| name.value.as_str()))
}

/// The host of an endpoint, with its port if that is written: what `configs` are looked up by.
pub(super) fn host_of(endpoint: &str) -> String {
    let written = dissect(endpoint);
    let port = written.port.map(|port| format!(":{port}")).unwrap_or_default();
    dialled(&format!("{}{port}", written.host)).to_owned()
}

/// The hosts of a mirror's endpoints.
pub(super) fn hosts_of(mirror: &Mirror) -> impl Iterator<Item = String> {
    mirror.endpoint.items().map(|endpoint| host_of(&endpoint.value))
}
