//! See [`RULE`].

use super::manifests::{Manifest, manifests};
use crate::corefile::{mistake, to_loopback};
use crate::model::Config;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// `coredns-custom` is not valid for CoreDNS.
    ///
    /// ## Why
    ///
    /// CoreDNS reads keys that end in `.server` (whole server blocks) and `.override` (lines for the existing block, which may
    /// contain each plugin once). With a mistake it exits on its next start, and no name resolves in the cluster. A `forward` to
    /// loopback points at CoreDNS itself, because loopback in its pod is the pod. It is a popular workaround that never works.
    ///
    /// Source: k3s docs, "Networking Services", "CoreDNS"; k3s#4397, #4854, #7639; CoreDNS#2087.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// cloudInit:
    ///   files:
    ///     - path: /var/lib/rancher/k3s/server/manifests/coredns-custom.yaml
    ///       content: |
    ///         apiVersion: v1
    ///         kind: ConfigMap
    ///         metadata: {name: coredns-custom, namespace: kube-system}
    ///         data:
    ///           corp.server: |
    ///             corp.acme.dev:53 {
    ///               forward . 127.0.0.53
    ///             }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// cloudInit:
    ///   files:
    ///     - path: /var/lib/rancher/k3s/server/manifests/coredns-custom.yaml
    ///       content: |
    ///         apiVersion: v1
    ///         kind: ConfigMap
    ///         metadata: {name: coredns-custom, namespace: kube-system}
    ///         data:
    ///           corp.server: |
    ///             corp.acme.dev:53 {
    ///               forward . 10.2.0.53
    ///             }
    /// ```
    "coredns-custom-invalid", Error, since "0.1.0", fix None, suppressible, Reads::Model(check)
}

fn check(config: &Config, report: &mut Report<'_>) {
    for file in manifests(config) {
        for object in file.objects.iter().flatten() {
            let Manifest::Object { kind, name, data, .. } = object else {
                continue;
            };
            if kind.as_deref() != Some("ConfigMap") || name.as_deref() != Some("coredns-custom") {
                continue;
            }
            for (key, text) in data {
                let finding = if let Some(to) = to_loopback(text) {
                    report
                        .found(
                            file.content.span,
                            format!("`{key}` forwards to `{to}`, which is CoreDNS itself"),
                        )
                        .help("forward to an address that pods can reach, or set k3s's `resolv-conf` to a file with the real name servers")
                        .note("CoreDNS detects the loop and exits")
                } else if let Some(wrong) = mistake(key, text) {
                    report
                        .found(file.content.span, wrong)
                        .help("put whole blocks, `zone:53 { … }`, under a key that ends in `.server`")
                        .note("CoreDNS ignores it, or exits on its next start, and then no name resolves")
                } else {
                    continue;
                };
                report.push(finding);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{TestInputs, findings};

    #[test]
    fn what_coredns_rejects_or_ignores() {
        for (data, message) in [
            (
                r#""a.override": "forward . 127.0.0.1""#,
                Some("`a.override` forwards to `127.0.0.1`, which is CoreDNS itself"),
            ),
            (
                r#""a.conf": "forward . 10.2.0.53""#,
                Some("CoreDNS ignores the key `a.conf`: expected `*.server` or `*.override`"),
            ),
            (r#""a.server": "corp.dev:53 {\n forward . 10.2.0.53\n}\n""#, None),
        ] {
            let map = r#"{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "coredns-custom"}, "data": "#;
            let path = "/var/lib/rancher/k3s/server/manifests/dns.yaml";
            let text = format!("cloudInit: {{files: [{{path: {path}, content: '{map}{{{data}}}}}'}}]}}\n");
            let (_, found) = findings(&text, &TestInputs::default());
            let found = found.iter().find(|d| d.rule == "coredns-custom-invalid");
            assert_eq!(found.map(|d| d.message.as_str()), message, "{text}");
        }
    }
}
