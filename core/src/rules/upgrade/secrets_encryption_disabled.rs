//! See [`RULE`].

use crate::model::Config;
use crate::plan::{Built, Plan};
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// Encryption of Kubernetes secrets was turned off in the configuration of a cluster that has it.
    ///
    /// ## Why
    ///
    /// Stored secrets stay encrypted. Servers that start without the setting still find their keys, but k3s refuses to serve secrets that it
    /// cannot decrypt if they are removed. Encryption is turned off by a command, which rewrites every secret.
    ///
    /// Source: k3s docs, "k3s secrets-encrypt".
    ///
    /// ## Example
    ///
    /// With a tree that was built with encryption:
    ///
    /// ```yaml
    /// k3s: {secretsEncryption: false}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// k3s: {secretsEncryption: true}
    /// ```
    "secrets-encryption-disabled", Error, since "0.1.0", fix None, suppressible, Reads::Built(check), silences super::super::k3s::secrets_encryption_off::RULE.rule
}

fn check(config: &Config, plan: &Plan, built: &Built, report: &mut Report<'_>) {
    if !built.one_way.secrets_encryption || plan.k3s.secrets_encryption {
        return;
    }
    let k3s = config.k3s.get();
    let at = k3s
        .and_then(|k3s| k3s.secrets_encryption.span())
        .unwrap_or_else(|| report.anchor());
    report.push(
        report
            .found(at, "encryption of Kubernetes secrets cannot be disabled by configuration alone")
            .help("keep `true`, or run `k3s secrets-encrypt disable` and `k3s secrets-encrypt reencrypt --force --skip` first")
            .note("the cluster was built with it, and stored secrets stay encrypted"),
    );
}

#[cfg(test)]
mod tests {
    use crate::testing::check_after;

    #[test]
    fn stored_secrets_stay_encrypted() {
        check_after(
            r"
k3s: {secretsEncryption: false}
#                        ^^^^^ error[secrets-encryption-disabled]: encryption of Kubernetes secrets cannot be disabled by configuration alone
",
            "",
        );
    }
}
