//! See [`RULE`].

use crate::diagnostic::Fix;
use crate::model::Config;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// Kubernetes stores the cluster's secrets in plain text.
    ///
    /// ## Why
    ///
    /// The database password, OAuth secrets and the certificate's key are readable in etcd, in each snapshot and in the bucket with
    /// the snapshots. k3s enables encryption when it creates a cluster; enabling it later takes more than this key.
    ///
    /// Source: k3s docs, "Secrets Encryption".
    ///
    /// ## Example
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
    "secrets-encryption-off", Warning, since "0.1.0", fix Unsafe, suppressible, Reads::Model(check)
}

fn check(config: &Config, report: &mut Report<'_>) {
    let written = config.k3s.get().and_then(|k3s| k3s.secrets_encryption.spanned());
    let Some(off) = written.filter(|on| !on.value) else {
        return;
    };
    let finding = report
        .found(
            off.span,
            "secrets are stored in plain text, in every snapshot too",
        )
        .help("set it to `true`, or remove the key")
        .note("k3s enables encryption when it creates a cluster, and enabling it later takes more than this key")
        .fix(Fix::risky("set it to `true`", off.span, "true"));
    report.push(finding);
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, check_fix};

    #[test]
    fn only_if_disabled() {
        check(
            r"
k3s: {secretsEncryption: false}
#                        ^^^^^ warning[secrets-encryption-off]: secrets are stored in plain text, in every snapshot too
",
        );
        check(
            r#"
k3s: {secretsEncryption: true}
"#,
        );
        check(
            r#"
k3s: {}
"#,
        );
    }

    #[test]
    fn the_fix_enables_it() {
        check_fix(
            "secrets-encryption-off",
            r#"k3s: {secretsEncryption: false}
"#,
            r#"k3s: {secretsEncryption: true}
"#,
        );
    }
}
