//! See [`RULE`].

use super::manifests::{Manifest, manifests};
use crate::corefile::{mistakes, to_loopback};
use crate::diagnostic::Severity;
use crate::facts::coredns::OVERRIDES_FIRST;
use crate::model::Config;
use crate::plan::Plan;
use crate::rules::contents::place_in;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// `coredns-custom` is not valid for CoreDNS.
    ///
    /// ## Why
    ///
    /// CoreDNS reads keys that end in `.server` (whole server blocks) and `.override` (lines for k3s's own block `.:53`). With an
    /// unknown plugin, a second `cache`, `errors`, `hosts`, `loop`, `prometheus` or `ready` in a block, or a second block of a zone and
    /// port, it exits on its next start, and no name resolves in the cluster. Other plugins may be repeated: a `forward . ADDRESS` in an
    /// override replaces k3s's own. Before v1.31.14, v1.32.10, v1.33.6 and v1.34.2, k3s imported overrides behind its own `forward`,
    /// which takes every name, so that theirs had no effect; `k3s.version` decides. A `forward` to loopback points at CoreDNS itself,
    /// because loopback in its pod is the pod. It is a popular workaround that never works.
    ///
    /// Source: k3s docs, "Networking Services", "CoreDNS"; k3s#4397, #4854, #7639, #12979; coredns/coredns `plugin/*/setup.go` at v1.14.7;
    /// CoreDNS#2087.
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
    "coredns-custom-invalid", Error, since "0.1.0", fix None, suppressible, Reads::Plan(check)
}

fn check(config: &Config, plan: &Plan, report: &mut Report<'_>) {
    let overrides_first = plan
        .k3s
        .install
        .version()
        .map(|version| version.has(&OVERRIDES_FIRST));
    for file in manifests(config) {
        for object in file.objects.iter().flatten() {
            let Manifest::Object { kind, name, data, .. } = object else {
                continue;
            };
            if kind.as_deref() != Some("ConfigMap") || name.as_deref() != Some("coredns-custom") {
                continue;
            }
            let parts: Vec<(&str, &str)> = data
                .iter()
                .map(|(key, text)| (key.as_str(), text.as_str()))
                .collect();
            for ((key, text), mistake) in parts.iter().zip(mistakes(&parts, overrides_first)) {
                let at = file.content.value.find(key).unwrap_or_default();
                let span = place_in(report, &file.content, at, key);
                let finding = if let Some(to) = to_loopback(text) {
                    report
                        .found(
                            span,
                            format!("`{key}` forwards to `{to}`, which is CoreDNS itself"),
                        )
                        .help("forward to an address that pods can reach, or set k3s's `resolv-conf` to a file with the real name servers")
                        .note("CoreDNS detects the loop and exits")
                } else if let Some(wrong) = mistake {
                    let mut finding = report.found(span, wrong.message).help(wrong.help);
                    if wrong.stops {
                        finding = finding.note("CoreDNS exits on its next start, and then no name resolves");
                    } else {
                        finding.severity = Severity::Warning;
                    }
                    finding
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
            (r#""a.override": "forward . 10.2.0.53""#, None),
            (r#""a.override": "forward corp.dev 10.2.0.53""#, None),
            (
                r#""a.override": "errors""#,
                Some("duplicate `errors` for the block `.:53` in `a.override`"),
            ),
        ] {
            let map = r#"{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "coredns-custom"}, "data": "#;
            let path = "/var/lib/rancher/k3s/server/manifests/dns.yaml";
            let text = format!("cloudInit: {{files: [{{path: {path}, content: '{map}{{{data}}}}}'}}]}}\n");
            let (_, found) = findings(&text, &TestInputs::default());
            let found = found.iter().find(|d| d.rule == "coredns-custom-invalid");
            assert_eq!(found.map(|d| d.message.as_str()), message, "{text}");
        }
    }

    /// k3s-io/k3s#12979.
    #[test]
    fn a_forward_had_no_effect_before_k3s_imported_overrides_first() {
        let path = "/var/lib/rancher/k3s/server/manifests/dns.yaml";
        let map = r#"{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "coredns-custom"}, "data": {"default.override": "forward mydomain.tld 10.0.0.1"}}"#;
        for (version, hit) in [
            ("v1.33.5+k3s1", true),
            ("v1.33.6+k3s1", false),
            ("v1.34.1+k3s1", true),
            ("v1.35.0+k3s1", false),
        ] {
            let text = format!(
                "k3s: {{version: {version}}}\ncloudInit: {{files: [{{path: {path}, content: '{map}'}}]}}\n"
            );
            let (_, found) = findings(&text, &TestInputs::default());
            let found = found.iter().find(|d| d.rule == "coredns-custom-invalid");
            let said = found.is_some_and(|d| d.message.ends_with("k3s's own `forward` comes before it"));
            assert_eq!(said, hit, "{version}: {found:?}");
        }
    }
}
