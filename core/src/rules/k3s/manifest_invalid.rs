//! See [`RULE`].

use super::manifests::{Manifest, manifests};
use crate::model::Config;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// k3s does not apply a manifest.
    ///
    /// ## Why
    ///
    /// k3s applies the files in its manifests folder on every start. It reads files that end in `.yaml`, `.yml` or `.json`, with
    /// objects that have `apiVersion`, `kind` and a name. Anything else is only a line in a server's log.
    ///
    /// Source: k3s docs, "Packaged Components", "Auto-Deploying Manifests (AddOns)"; k3s-io/k3s `pkg/deploy/controller.go`.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// cloudInit:
    ///   files:
    ///     - path: /var/lib/rancher/k3s/server/manifests/team.yaml
    ///       content: |
    ///         kind: Namespace
    ///         metadata: {name: team}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// cloudInit:
    ///   files:
    ///     - path: /var/lib/rancher/k3s/server/manifests/team.yaml
    ///       content: |
    ///         apiVersion: v1
    ///         kind: Namespace
    ///         metadata: {name: team}
    /// ```
    "manifest-invalid", Error, since "0.1.0", fix None, suppressible, Reads::Model(check)
}

fn check(config: &Config, report: &mut Report<'_>) {
    for file in manifests(config) {
        let known = [".yaml", ".yml", ".json"]
            .iter()
            .any(|end| file.path.value.ends_with(end));
        if !known {
            let finding = report
                .found(
                    file.path.span,
                    format!("k3s ignores the manifest `{}`", file.path.value),
                )
                .help("rename it to end in `.yaml`");
            report.push(finding.note("k3s reads `.yaml`, `.yml` and `.json` files in this folder"));
            continue;
        }
        let why = match &file.objects {
            Err(line) => format!("invalid YAML in line {line}"),
            Ok(objects) => match objects.iter().find_map(lacks) {
                Some(lacks) => lacks,
                None => continue,
            },
        };
        let finding = report.found(file.content.span, format!("invalid manifest: {why}"));
        report.push(
            finding
                .help("write Kubernetes objects, each with `apiVersion`, `kind` and `metadata.name`")
                .note("k3s only logs the error, and the objects are missing"),
        );
    }
}

/// What an object is missing, for a message.
fn lacks(object: &Manifest) -> Option<String> {
    let what = match object {
        Manifest::Scalar => return Some("no Kubernetes object".to_owned()),
        Manifest::Object {
            api_version: false, ..
        } => "apiVersion",
        Manifest::Object { kind: None, .. } => "kind",
        // A list has the names in its items.
        Manifest::Object { kind: Some(kind), .. } if kind.ends_with("List") => return None,
        Manifest::Object { name: None, .. } => "metadata.name",
        Manifest::Object { .. } => return None,
    };
    Some(format!("an object is missing `{what}`"))
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn what_k3s_ignores() {
        check(
            r#"
cloudInit:
  files:
    - path: /var/lib/rancher/k3s/server/manifests/a.yaml
      content: "apiVersion: v1\nkind: Namespace\nmetadata: {labels: {}}\n"
#              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[manifest-invalid]: invalid manifest: an object is missing `metadata.name`
    - path: /var/lib/rancher/k3s/server/manifests/b.yaml
      content: "a: b: c"
#              ^^^^^^^^^ error[manifest-invalid]: invalid manifest: invalid YAML in line 1
    - path: /var/lib/rancher/k3s/server/manifests/c.txt
#           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[manifest-invalid]: k3s ignores the manifest `/var/lib/rancher/k3s/server/manifests/c.txt`
      content: ""
    - path: /var/lib/rancher/k3s/server/manifests/d.yaml
      content: "---\napiVersion: v1\nkind: Namespace\nmetadata: {name: x}\n---\n"
    - path: /etc/e.txt
      content: "a: b: c"
"#,
        );
    }
}
