//! See [`RULE`].

use crate::diagnostic::Sink;
use crate::facts::k3s::MANIFESTS;
use crate::facts::objects::{CLOSED, KINDS, KUBELET_FOLDER, KUBELET_VERSION, SCHEDULER_VERSION};
use crate::model::{Config, Raw, Spanned};
use crate::rules::contents::{MOST_FAULTS, first_error, is_object, place_in};
use crate::rules::pods::{Fault, faults};
use crate::rules::{Reads, Report, declare_rule};
use crate::source::{FileId, SourceFile, Span};
use crate::syntax;
use crate::words::{nearest, or, quoted};

declare_rule! {
    /// A Kubernetes object in a file has a key or a value that its reader does not know.
    ///
    /// ## Why
    ///
    /// k3s applies the manifests in its folder and only logs what the API server refuses. The API server itself exits if its audit policy or
    /// its admission configuration has such a value: the machine never becomes a node.
    ///
    /// Source: Kubernetes docs, "Auditing" and "Pod Security Admission"; k3s docs, "Helm"; helm-controller `types.go`.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// cloudInit:
    ///   files:
    ///     - path: /etc/rancher/k3s/audit.yaml
    ///       content: |
    ///         apiVersion: audit.k8s.io/v1
    ///         kind: Policy
    ///         rules: [{level: Meta}]
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// cloudInit:
    ///   files:
    ///     - path: /etc/rancher/k3s/audit.yaml
    ///       content: |
    ///         apiVersion: audit.k8s.io/v1
    ///         kind: Policy
    ///         rules: [{level: Metadata}]
    /// ```
    "object-invalid", Error, since "0.1.0", fix None, suppressible, Reads::Model(check),
        silences super::manifest_invalid::RULE.rule
}

fn check(config: &Config, report: &mut Report<'_>) {
    let is_yaml = |path: &str| {
        path.starts_with(KUBELET_FOLDER) || [".yaml", ".yml"].iter().any(|end| path.ends_with(end))
    };
    for (path, content) in config.files() {
        if !is_yaml(&path.value) || !is_object(content.value) {
            continue;
        }
        let file = SourceFile::new(FileId::CONFIG, path.value.as_str(), content.value);
        let mut sink = Sink::new();
        let tree = syntax::parse_stream(&file, &mut sink);
        if sink.has_errors() {
            // Of manifests, another rule says it.
            let error = first_error(&content, sink, report);
            if let Some((at, message)) = error.filter(|_| !path.value.starts_with(MANIFESTS)) {
                let finding = report.found(at, message);
                report.push(finding.help(format!("correct `{}`", path.value)));
            }
            continue;
        }
        for root in tree.roots() {
            let value = Raw::of(&tree, *root);
            let group = value
                .value
                .text("apiVersion")
                .map_or("", |version| group(version.value));
            let note = match path.value.starts_with(MANIFESTS) {
                true => "k3s only logs the error, and the object is missing or without the setting",
                false if group == self::group(KUBELET_VERSION) => "the kubelet exits on it, or ignores it",
                false if group == self::group(SCHEDULER_VERSION) => {
                    "the scheduler exits on it, and k3s with it"
                }
                false => "the API server exits, and with it k3s",
            };
            let faults = object(&value).into_iter().take(MOST_FAULTS);
            for Fault { at, message, help } in faults {
                let finding = report.found(place(&content, at, report), message).help(help);
                report.push(finding.note(note));
            }
        }
    }
}

/// The place in the configuration of a place in a file's content, or all of it where that is spelt differently.
fn place(content: &Spanned<&str>, at: Span, report: &Report<'_>) -> Span {
    let range = at.start as usize..at.end as usize;
    let part = content.value.get(range.clone()).unwrap_or_default();
    place_in(report, content, range.start, part)
}

fn object(value: &Spanned<Raw>) -> Vec<Fault> {
    let (Some(version), Some(kind)) = (value.value.text("apiVersion"), value.value.text("kind")) else {
        return Vec::new();
    };
    let fault = |at: Span, message: String, help: String| vec![Fault { at, message, help }];
    let of_kind = || KINDS.iter().filter(|known| known.name == kind.value);
    if let Some(known) = of_kind().find(|known| known.version == version.value) {
        let mut found = faults("object", value, &known.shape);
        found.extend(name_of_overrides(value, kind.value));
        found.extend(schedulers(value, kind.value));
        return found;
    }
    if let Some((_, kinds)) = CLOSED.iter().find(|(known, _)| *known == version.value)
        && !kinds.contains(&kind.value)
        && !kind.value.ends_with("List")
    {
        let help = match nearest(kind.value, kinds.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("use {}", or(&quoted(kinds.iter().copied()))),
        };
        return fault(
            kind.span,
            format!("`{}` has no kind `{}`", version.value, kind.value),
            help,
        );
    }
    match of_kind().next() {
        Some(known) if may_be_meant(known, version.value) => fault(
            version.span,
            format!("`{}` has no kind `{}`", version.value, kind.value),
            format!("use `{}`", known.version),
        ),
        _ => Vec::new(),
    }
}

/// The scheduler that pods ask for where they name none.
const DEFAULT_SCHEDULER: &str = "default-scheduler";

/// A scheduler whose name is meant to be the default.
fn schedulers(value: &Spanned<Raw>, kind: &str) -> Option<Fault> {
    let profiles = value
        .value
        .get("profiles")
        .filter(|_| kind == "KubeSchedulerConfiguration")?;
    let Raw::List(profiles) = &profiles.value else {
        return None;
    };
    let names = profiles
        .iter()
        .filter_map(|profile| profile.value.text("schedulerName"));
    let mut near = names.filter(|name| name.value != DEFAULT_SCHEDULER);
    let near = near.find(|name| nearest(name.value, [DEFAULT_SCHEDULER]).is_some())?;
    Some(Fault {
        at: near.span,
        message: format!("no pod uses the scheduler `{}`", near.value),
        help: format!("did you mean `{DEFAULT_SCHEDULER}`?"),
    })
}

/// Whether a kind of another version is the known one. A name that several groups have, such as Policy or Service, may be another's; only
/// Kubernetes' own groups do not share them.
fn may_be_meant(known: &crate::facts::objects::Kind, version: &str) -> bool {
    let (ours, theirs) = (group(known.version), group(version));
    let is_own = |group: &str| !group.contains('.') || group.ends_with(".k8s.io");
    match is_own(ours) && known.name != "Policy" {
        true => is_own(theirs),
        false => known.name != "Policy" || ours == theirs,
    }
}

/// The group of a version: `batch` of `batch/v1`.
fn group(version: &str) -> &str {
    version.split_once('/').map_or("", |(group, _)| group)
}

/// Additions for CoreDNS under a name, or in a namespace, where it does not look.
fn name_of_overrides(value: &Spanned<Raw>, kind: &str) -> Option<Fault> {
    const NAME: &str = "coredns-custom";
    const NAMESPACE: &str = "kube-system";
    let data = value.value.get("data").filter(|_| kind == "ConfigMap")?;
    let Raw::Map(entries) = &data.value else {
        return None;
    };
    let ends = |name: &str| name.ends_with(".override") || name.ends_with(".server");
    if !entries.iter().any(|(name, _)| ends(&name.value)) {
        return None;
    }
    let metadata = value.value.get("metadata")?;
    let name = metadata.value.text("name")?;
    let namespace = metadata.value.text("namespace");
    let (at, found, wanted) = match namespace {
        _ if name.value != NAME => (name.span, name.value, NAME),
        Some(namespace) if namespace.value != NAMESPACE => (namespace.span, namespace.value, NAMESPACE),
        Some(_) => return None,
        None => (name.span, "default", NAMESPACE),
    };
    Some(Fault {
        at,
        message: format!("CoreDNS does not read this ConfigMap: it is not `{wanted}`, but `{found}`"),
        help: format!("use the name `{NAME}` and the namespace `{NAMESPACE}`"),
    })
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn objects_of_k3s_and_of_the_api_server() {
        check(
            r#"
k3s: {serverConfig: {kube-apiserver-arg: [audit-policy-file=/etc/rancher/k3s/audit.yaml]}}
cloudInit:
  files:
    - path: /etc/rancher/k3s/audit.yaml
      content: |
        apiVersion: audit.k8s.io/v1
        kind: Policy
        omitStages: [RequestRecieved]
#                    ^^^^^^^^^^^^^^^ error[object-invalid]: invalid value `RequestRecieved` for `omitStages`
        rules:
          - level: Meta
#                  ^^^^ error[object-invalid]: invalid value `Meta` for `level`
            resource: [{group: ""}]
#           ^^^^^^^^ error[object-invalid]: unknown key `resource`
    - path: /etc/rancher/k3s/psa.yaml
      content: |
        apiVersion: apiserver.config.k8s.io/v1
        kind: AdmissionConfiguration
        plugins:
          - name: PodSecurity
            configuration:
              apiVersion: pod-security.admission.config.k8s.io/v2
#                         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[object-invalid]: invalid value `pod-security.admission.config.k8s.io/v2` for `apiVersion`
              kind: PodSecurityConfiguration
              defaults: {enforce: default, warn: restricted}
#                                 ^^^^^^^ error[object-invalid]: invalid value `default` for `enforce`
    - path: /var/lib/rancher/k3s/server/manifests/ingress.yaml
      content: |
        apiVersion: helm.cattle.io/v1
        kind: HelmRelease
#             ^^^^^^^^^^^ error[object-invalid]: `helm.cattle.io/v1` has no kind `HelmRelease`
        metadata: {name: a, namespace: kube-system}
        ---
        apiVersion: helm.k3s.io/v1
#                   ^^^^^^^^^^^^^^ error[object-invalid]: `helm.k3s.io/v1` has no kind `HelmChart`
        kind: HelmChart
        metadata: {name: a, namespace: kube-system}
        ---
        apiVersion: helm.cattle.io/v1
        kind: HelmChart
        metadata: {name: ingress, namespace: Kube-System}
#                                            ^^^^^^^^^^^ error[object-invalid]: `namespace` requires lower-case letters, digits, `-` and `.`, found `Kube-System`
        spec:
          targetNameSpace: ingress
#         ^^^^^^^^^^^^^^^ error[object-invalid]: unknown key `targetNameSpace`
          createNamespace: sure
#                          ^^^^ error[object-invalid]: `createNamespace` requires `true` or `false`
          valuesContent: "a: b"
    - path: /var/lib/rancher/k3s/server/manifests/dns.yaml
      content: |
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: coredns-custom, namespace: default}
#                                                   ^^^^^^^ error[object-invalid]: CoreDNS does not read this ConfigMap: it is not `kube-system`, but `default`
        data:
          acme.server: "acme.dev:53 {\n  forward . 10.0.0.53\n}\n"
    - path: /var/lib/rancher/k3s/server/manifests/policy.yaml
      content: |
        apiVersion: policy.example.org/v1
        kind: Policy
        metadata: {name: a}
        spec: {level: Meta}
"#,
        );
    }
}
