//! See [`RULE`].

use crate::facts::k3s::{DEFAULT_VERSION, KEEPS_REGISTRIES, Version};
use crate::model::{Config, Registries};
use crate::plan::{Install, Plan};
use crate::rules::{Reads, Report, declare_rule};
use crate::source::Span;

declare_rule! {
    /// k3s removes the setting by which containerd trusts the platform's own registry.
    ///
    /// ## Why
    ///
    /// The images of workspaces come from a registry in the cluster, whose certificate is signed by a CA of the cluster. Its pods write that CA to
    /// `/etc/containerd/certs.d` on each machine, and user-data links that folder into k3s's own, which containerd reads at each pull. Before
    /// v1.28.14, v1.29.9, v1.30.5 and v1.31.1, k3s removes such links at each start. Every version removes the link of a registry that
    /// `registries.mirrors` or `registries.configs` names, and writes its own settings in place of it. Without the CA, containerd rejects the
    /// certificate with "x509: certificate signed by unknown authority".
    ///
    /// Source: k3s-io/k3s#10787, `pkg/agent/containerd/config.go`, `cleanContainerdHosts`; k3s docs, "Private Registry Configuration".
    ///
    /// ## Example
    ///
    /// ```yaml
    /// k3s: {version: v1.30.4+k3s1}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// k3s: {version: v1.36.5+k3s1}
    /// ```
    "registry-trust-lost", Error, since "0.1.0", fix None, suppressible, Reads::Plan(check)
}

fn check(config: &Config, plan: &Plan, report: &mut Report<'_>) {
    let Some(registry) = &plan.needs.trusted_registry else {
        return;
    };
    let k3s = config.k3s.get();
    let why = "containerd rejects that registry's certificate, and pulls no image from it";
    if let Some(version) = removes(&plan.k3s.install) {
        let written = k3s.and_then(|k3s| k3s.version.span());
        let message = format!("k3s {version} does not keep containerd's settings for `{registry}`");
        let finding = report.found(written.unwrap_or_else(|| report.anchor()), message);
        report.push(
            finding
                .help(format!("use `{}` or newer", keeps(version)))
                .note(why),
        );
    }
    let Some(registries) = k3s.and_then(|k3s| k3s.registries.get()) else {
        return;
    };
    if let [entry, further @ ..] = entries(registries, registry).as_slice() {
        let message = format!("this entry replaces the CA that containerd trusts for `{registry}`");
        let finding = report.found(*entry, message);
        let finding = further
            .iter()
            .fold(finding, |finding, span| finding.and(*span, "so does this one"));
        let help = format!(
            "remove it, or set `tls: {{ca_file: \"/etc/containerd/certs.d/{registry}/ca.crt\"}}` for it under `configs`"
        );
        report.push(finding.help(help).note(why));
    }
}

/// The version that is installed, if it removes what it did not write.
fn removes(install: &Install) -> Option<&Version> {
    match install {
        Install::Version(version) if !version.has(&KEEPS_REGISTRIES) => Some(version),
        Install::Version(_) | Install::Channel(_) => None,
    }
}

/// The first release that does not, of the same minor version if there is one.
fn keeps(version: &Version) -> String {
    let mut patches = KEEPS_REGISTRIES.iter();
    match patches.find(|(minor, _)| *minor == version.minor) {
        Some((minor, patch)) => format!("v1.{minor}.{patch}+k3s1"),
        None => DEFAULT_VERSION.to_owned(),
    }
}

/// The entries for a registry, unless one of them says whom to trust.
fn entries(registries: &Registries, registry: &str) -> Vec<Span> {
    let configs = || {
        registries
            .configs
            .entries()
            .filter(|(name, _)| name.value == registry)
    };
    let trusts = configs().any(|(_, access)| {
        let tls = access.value.tls.get();
        tls.is_some_and(|tls| tls.ca_file.is_written() || tls.insecure_skip_verify.get() == Some(&true))
    });
    if trusts {
        return Vec::new();
    }
    let mirrors = registries
        .mirrors
        .entries()
        .filter(|(name, _)| name.value == registry);
    let mirrors = mirrors.map(|(name, _)| name.span);
    mirrors.chain(configs().map(|(name, _)| name.span)).collect()
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn versions_that_remove_it() {
        check(
            r"
k3s: {version: v1.30.4+k3s1}
#              ^^^^^^^^^^^^ warning[k3s-version-vulnerable]: k3s v1.30.4+k3s1 lacks the fix of CVE-2025-31133
#              ^^^^^^^^^^^^ error[registry-trust-lost]: k3s v1.30.4+k3s1 does not keep containerd's settings for `reg.gitpod.acme.dev:31750`
",
        );
        check(
            r"
k3s: {version: v1.27.16+k3s1}
#              ^^^^^^^^^^^^^ warning[k3s-version-vulnerable]: k3s v1.27.16+k3s1 lacks the fix of CVE-2025-31133
#              ^^^^^^^^^^^^^ error[registry-trust-lost]: k3s v1.27.16+k3s1 does not keep containerd's settings for `reg.gitpod.acme.dev:31750`
",
        );
        check(
            r"
k3s: {version: v1.30.5+k3s1}
#              ^^^^^^^^^^^^ warning[k3s-version-vulnerable]: k3s v1.30.5+k3s1 lacks the fix of CVE-2025-31133
",
        );
        check(
            r"
platform: none
k3s: {version: v1.30.4+k3s1}
#              ^^^^^^^^^^^^ warning[k3s-version-vulnerable]: k3s v1.30.4+k3s1 lacks the fix of CVE-2025-31133
cluster: {api: {host: a.b}}
",
        );
    }

    #[test]
    fn a_certificate_that_needs_no_trust() {
        check(
            r#"
gitpod: {release: "2022.11.2", repository: registry.acme.dev/gitpod}
#                 ^^^^^^^^^^^ info[workspaces-not-isolated]: Gitpod 2022.11.2 lets workspaces connect to the machines and the Kubernetes API
k3s: {version: v1.30.4+k3s1}
#              ^^^^^^^^^^^^ warning[k3s-version-vulnerable]: k3s v1.30.4+k3s1 lacks the fix of CVE-2025-31133
certificate: {acme: {email: ops@acme.dev, dns01: {cloudflare: {apiToken: {env: TOKEN}}}}}
"#,
        );
        check(
            r#"
gitpod: {release: "2022.11.2", repository: registry.acme.dev/gitpod}
#                 ^^^^^^^^^^^ info[workspaces-not-isolated]: Gitpod 2022.11.2 lets workspaces connect to the machines and the Kubernetes API
k3s: {version: v1.30.4+k3s1}
#              ^^^^^^^^^^^^ warning[k3s-version-vulnerable]: k3s v1.30.4+k3s1 lacks the fix of CVE-2025-31133
#              ^^^^^^^^^^^^ error[registry-trust-lost]: k3s v1.30.4+k3s1 does not keep containerd's settings for `reg.gitpod.acme.dev:20000`
certificate: {selfSigned: true}
#                         ^^^^ warning[certificate-self-signed]: self-signed certificate for `gitpod.acme.dev`, which browsers do not trust
"#,
        );
    }

    #[test]
    fn entries_of_the_same_name() {
        check(
            r#"
k3s:
  registries:
    mirrors:
      "*": {endpoint: ["https://mirror.acme.dev"]}
      "reg.gitpod.acme.dev:31750": {endpoint: ["https://mirror.acme.dev"]}
#     ^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[registry-trust-lost]: this entry replaces the CA that containerd trusts for `reg.gitpod.acme.dev:31750`
    configs:
      "reg.gitpod.acme.dev:31750": {auth: {identity_token: {env: T}}}
#     ^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[registry-login-unused]: login for `reg.gitpod.acme.dev:31750` is not used at its mirror
"#,
        );
        check(
            r#"
k3s:
  registries:
    mirrors: {"reg.gitpod.acme.dev:20000": {endpoint: ["https://mirror.acme.dev"]}}
    configs:
      "reg.gitpod.acme.dev:31750": {tls: {ca_file: /etc/containerd/certs.d/reg.gitpod.acme.dev:31750/ca.crt}}
"#,
        );
    }
}
