//! See [`RULE`].

use super::manifests::{Manifest, manifests};
use crate::model::Config;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// k3s would not apply a manifest.
    ///
    /// ## Why
    ///
    /// What lies in k3s's folder of manifests is applied at every start. It takes files that end in `.yaml`, `.yml` or `.json`, and in them
    /// objects with `apiVersion`, `kind` and a name. Anything else is a line in a server's log, and the object is not there.
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
                    format!("k3s does not look at `{}`", file.path.value),
                )
                .help("let its name end in `.yaml`");
            report.push(finding.note("it applies `.yaml`, `.yml` and `.json` in this folder"));
            continue;
        }
        let why = match &file.objects {
            Err(line) => format!("line {line} of it is no YAML"),
            Ok(objects) => match objects.iter().find_map(lacks) {
                Some(lacks) => lacks,
                None => continue,
            },
        };
        let finding = report.found(
            file.content.span,
            format!("k3s would not apply this manifest: {why}"),
        );
        report.push(
            finding
                .help("write objects of Kubernetes, each with `apiVersion`, `kind` and `metadata.name`")
                .note("it says so in the log of a server, and what is meant is not there"),
        );
    }
}

/// What an object lacks, for a message.
fn lacks(object: &Manifest) -> Option<String> {
    let what = match object {
        Manifest::Scalar => return Some("it holds no object".to_owned()),
        Manifest::Object {
            api_version: false, ..
        } => "apiVersion",
        Manifest::Object { kind: None, .. } => "kind",
        // A list has the names in its items.
        Manifest::Object { kind: Some(kind), .. } if kind.ends_with("List") => return None,
        Manifest::Object { name: None, .. } => "metadata.name",
        Manifest::Object { .. } => return None,
    };
    Some(format!("an object in it has no `{what}`"))
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn what_k3s_passes_over() {
        check(
            r#"
cloudInit:
  files:
    - path: /var/lib/rancher/k3s/server/manifests/a.yaml
      content: "apiVersion: v1\nkind: Namespace\nmetadata: {nam: x}\n"
#              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[manifest-invalid]: K3s would not apply this manifest: an object in it has no `metadata.name`
    - path: /var/lib/rancher/k3s/server/manifests/b.yaml
      content: "a: b: c"
#              ^^^^^^^^^ error[manifest-invalid]: K3s would not apply this manifest: line 1 of it is no YAML
    - path: /var/lib/rancher/k3s/server/manifests/c.txt
#           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[manifest-invalid]: K3s does not look at `/var/lib/rancher/k3s/server/manifests/c.txt`
      content: ""
    - path: /var/lib/rancher/k3s/server/manifests/d.yaml
      content: "---\napiVersion: v1\nkind: Namespace\nmetadata: {name: x}\n---\n"
    - path: /etc/e.yaml
      content: "a: b: c"
"#,
        );
    }
}
