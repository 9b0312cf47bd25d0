//! See [`RULE`].

use crate::model::Config;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// A secret or one of its keys has an invalid name.
    ///
    /// ## Why
    ///
    /// A secret's name has at most 253 lower-case letters, digits, hyphens and dots, and starts and ends with a letter or digit.
    /// Its keys have letters, digits, hyphens, underscores and dots. The API server rejects anything else, together with the whole
    /// manifest.
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
            let finding = report.found(name.span, format!("invalid secret name `{}`", name.value));
            report.push(finding.help("use lower-case letters, digits and hyphens, starting with a letter"));
        }
        for (key, _) in keys.value.iter().filter(|(key, _)| !is_data_key(&key.value)) {
            let finding = report.found(key.span, format!("invalid secret key `{}`", key.value));
            report.push(finding.help("use letters, digits, hyphens, underscores and dots"));
        }
    }
}

pub(in crate::rules) fn is_subdomain(name: &str) -> bool {
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
    fn names_that_kubernetes_rejects() {
        check(
            r#"
secrets:
  My_Secret: {a.b_C-1: {env: A}, "a b": {env: B}}
# ^^^^^^^^^ error[secret-name-invalid]: invalid secret name `My_Secret`
#                                ^^^^^ error[secret-name-invalid]: invalid secret key `a b`
  fine.secret-1: {.dockerconfigjson: {env: C}}
#                                    ^^^^^^^^ error[secret-wrong-kind]: wrong kind of secret in `secrets.fine.secret-1..dockerconfigjson`: not a Docker configuration with `auths`
  -x: {'..': {env: D}}
# ^^ error[secret-name-invalid]: invalid secret name `-x`
#      ^^^^ error[secret-name-invalid]: invalid secret key `..`
"#,
        );
    }
}
