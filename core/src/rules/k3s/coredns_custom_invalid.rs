//! See [`RULE`].

use super::manifests::{Manifest, manifests};
use crate::corefile::{mistake, to_loopback};
use crate::model::Config;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// CoreDNS would not take what `coredns-custom` adds.
    ///
    /// ## Why
    ///
    /// CoreDNS reads keys that end in `.server`, whole blocks with a zone of their own, and in `.override`, lines for the block that
    /// is there, which takes each plugin once. With a mistake it stops at its next start, and no name is found in the cluster. A `forward` to
    /// loopback asks CoreDNS itself: in its pod, loopback is the pod. That cure is often tried and never works.
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
                            format!("`{key}` forwards to `{to}`, which is CoreDNS itself: this cures nothing"),
                        )
                        .help("forward to an address that pods reach, or give k3s a `resolv-conf` with the real name servers")
                        .note("CoreDNS meets its own questions again and stops")
                } else if let Some(wrong) = mistake(key, text) {
                    report
                        .found(file.content.span, wrong)
                        .help("write whole blocks, `zone:53 { … }`, under a key that ends in `.server`")
                        .note(
                            "CoreDNS does not read it, or stops at its next start, and then no name is found",
                        )
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
    fn what_coredns_refuses_or_passes_over() {
        for (data, message) in [
            (
                r#""a.override": "forward . 127.0.0.1""#,
                Some("`a.override` forwards to `127.0.0.1`, which is CoreDNS itself: this cures nothing"),
            ),
            (
                r#""a.conf": "forward . 10.2.0.53""#,
                Some("CoreDNS reads no key `a.conf`, only `*.server` and `*.override`"),
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
