//! See [`RULE`].

use super::registries::{dialled, hosts_of, login_of, logins, registries};
use crate::model::{Config, RegistryAccess, Spanned};
use crate::rules::hostname::dissect;
use crate::rules::{Reads, Report, declare_rule};
use crate::words::nearest;
use std::collections::{BTreeMap, BTreeSet};

declare_rule! {
    /// The settings of a registry are not those of the endpoint that is asked.
    ///
    /// ## Why
    ///
    /// `configs` are found by the host of an endpoint, with the port if the endpoint has one. A login under the name of a registry that has a
    /// mirror is only sent to that registry itself, once the mirror has failed: the mirror is asked without any.
    ///
    /// Source: k3s docs, "Private Registry Configuration"; k3s-io/k3s `pkg/agent/containerd/config.go`, #11185, #12326.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// k3s:
    ///   registries:
    ///     mirrors: {ghcr.io: {endpoint: ["https://mirror.acme.dev"]}}
    ///     configs: {ghcr.io: {auth: {username: puller, password: {env: MIRROR_PASSWORD}}}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// k3s:
    ///   registries:
    ///     mirrors: {ghcr.io: {endpoint: ["https://mirror.acme.dev"]}}
    ///     configs: {mirror.acme.dev: {auth: {username: puller, password: {env: MIRROR_PASSWORD}}}}
    /// ```
    "registry-login-unused", Warning, since "0.1.0", fix None, suppressible, Reads::Model(check)
}

fn check(config: &Config, report: &mut Report<'_>) {
    let Some(registries) = registries(config) else {
        return;
    };
    let mirrors = registries.mirrors.entries();
    let mirrors: BTreeMap<&str, Vec<String>> = crate::sorted::map(
        mirrors.map(|(name, mirror)| (name.value.as_str(), hosts_of(&mirror.value).collect())),
    );
    let asked: BTreeSet<&str> = crate::sorted::set(mirrors.values().flatten().map(String::as_str));
    let logins = logins(registries);
    // By name alone, so that a port that is missing or another one is told from another host.
    let by_name: BTreeMap<&str, &str> =
        crate::sorted::map(asked.iter().map(|host| (dissect(host).host, *host)));
    for (name, access) in registries.configs.entries() {
        let key = name.value.as_str();
        // What is no host, or another name of one, is an error of its own.
        let written = dissect(key);
        let is_host = written.scheme.is_none() && written.path.is_empty() && dialled(key) == key;
        if asked.contains(key) || !is_host {
            continue;
        }
        match mirrors.get(key) {
            Some(hosts) => at_its_mirror(name, &access.value, hosts, &logins, report),
            None => {
                let finding = report.found(name.span, format!("no endpoint is at `{key}`"));
                let finding = finding.note("settings are found by host and port");
                // Images of other registries may be pulled without a mirror.
                let near = || nearest(key, asked.iter().copied().filter(|host| !logins.contains(host)));
                if let Some(host) = by_name.get(dissect(key).host) {
                    report.push(finding.help(format!("use `{host}`")));
                } else if let Some(host) = near() {
                    report.push(finding.help(format!("did you mean `{host}`?")));
                }
            }
        }
    }
}

fn at_its_mirror(
    name: &Spanned<String>,
    access: &RegistryAccess,
    hosts: &[String],
    logins: &BTreeSet<&str>,
    report: &mut Report<'_>,
) {
    let Some(mirror) = hosts.first() else { return };
    if login_of(access).is_none() || hosts.iter().any(|host| logins.contains(host.as_str())) {
        return;
    }
    let message = format!("login for `{}` is not used at its mirror", name.value);
    let finding = report.found(name.span, message).help(format!("use `{mirror}`"));
    report.push(finding.note(
        "a login is only sent to the host that it is for, and this one is asked after the mirror has failed",
    ));
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn settings_are_found_by_the_host_of_an_endpoint() {
        check(
            r#"
k3s:
  registries:
    mirrors:
      icr.io: {endpoint: ["https://docker-na.artifactory.acme.dev"]}
      ghcr.io: {endpoint: ["https://mirror.acme.dev:5000", "https://ghcr.io"]}
      quay.io: {endpoint: [quay.acme.dev]}
      gcr.io: {}
    configs:
      icr.io: {auth: {username: puller, password: {env: HUB_PW}}}
#     ^^^^^^ warning[registry-login-unused]: login for `icr.io` is not used at its mirror
      mirror.acme.dev: {auth: {username: puller, password: {env: HUB_PW}}}
#     ^^^^^^^^^^^^^^^ warning[registry-login-unused]: no endpoint is at `mirror.acme.dev`
      ghcr.io: {auth: {username: puller, password: {env: HUB_PW}}}
      quay.io: {auth: {username: puller, password: {env: HUB_PW}}}
      quay.acme.dev: {auth: {username: puller, password: {env: HUB_PW}}}
      gcr.io: {auth: {username: puller, password: {env: HUB_PW}}}
      acme.azurecr.io: {auth: {identity_token: {env: HUB_PW}}}
"#,
        );
    }
}
