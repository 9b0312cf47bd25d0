//! See [`RULE`].

use crate::model::Config;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// The name of a secret, or of one of its keys, is none that Kubernetes takes.
    ///
    /// ## Why
    ///
    /// A secret's name has small letters, digits, hyphens and dots, at most 253, and begins and ends with a letter or digit. Its keys
    /// have letters, digits, hyphens, underscores and dots. The API server refuses anything else, and with it the whole manifest.
    ///
    /// Source: RFC 1123, k8s.io/apimachinery `pkg/util/validation` (`IsDNS1123Subdomain`, `IsConfigMapKey`).
    ///
    /// ## Example
    ///
    /// ```yaml
    /// secrets:
    ///   My_Pull_Secret: {.dockerconfigjson: {file: pull.json}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// secrets:
    ///   my-pull-secret: {.dockerconfigjson: {file: pull.json}}
    /// ```
    "secret-name-invalid", Error, since "0.1.0", fix None, always, Reads::Model(check)
}

/// The longest name, and the longest key, of a secret.
const LONGEST: usize = 253;

fn check(config: &Config, report: &mut Report<'_>) {
    for (name, keys) in config.secrets.entries() {
        if !is_subdomain(&name.value) {
            let finding = report.found(
                name.span,
                format!("`{}` is no name that a Kubernetes secret can have", name.value),
            );
            report.push(finding.help("write small letters, digits and hyphens, and begin with a letter"));
        }
        for (key, _) in keys.value.iter().filter(|(key, _)| !is_data_key(&key.value)) {
            let finding = report.found(
                key.span,
                format!("`{}` is no key that a Kubernetes secret can have", key.value),
            );
            report.push(finding.help("write letters, digits, hyphens, underscores and dots"));
        }
    }
}

fn is_subdomain(name: &str) -> bool {
    let label = |label: &str| {
        let inner = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        !label.is_empty() && label.bytes().all(inner) && !label.starts_with('-') && !label.ends_with('-')
    };
    name.len() <= LONGEST && name.split('.').all(label)
}

fn is_data_key(key: &str) -> bool {
    let allowed = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
    !key.is_empty()
        && key.len() <= LONGEST
        && key.bytes().all(allowed)
        && key != "."
        && !key.starts_with("..")
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn names_that_kubernetes_refuses_are_pointed_at() {
        check(
            r#"
secrets:
  My_Secret: {a.b_C-1: {env: A}, "a b": {env: B}}
# ^^^^^^^^^ error[secret-name-invalid]: `My_Secret` is no name that a Kubernetes secret can have
#                                ^^^^^ error[secret-name-invalid]: `a b` is no key that a Kubernetes secret can have
  fine.secret-1: {.dockerconfigjson: {env: C}}
  -x: {'..': {env: D}}
# ^^ error[secret-name-invalid]: `-x` is no name that a Kubernetes secret can have
#      ^^^^ error[secret-name-invalid]: `..` is no key that a Kubernetes secret can have
"#,
        );
    }
}
