//! See [`RULE`].

use crate::diagnostic::Fix;
use crate::model::Config;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// Kubernetes keeps the cluster's secrets in plain text.
    ///
    /// ## Why
    ///
    /// The database's password, the OAuth applications' and the certificate's key lie readable in etcd, in each of its snapshots
    /// and in the bucket that those are copied to. Turning it on later is not a matter of the key alone: k3s takes it when a
    /// cluster is founded.
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
            "the cluster's secrets are kept in plain text, in every snapshot too",
        )
        .help("write `true`, or leave the key out")
        .note("k3s takes it when a cluster is founded, so it is no small matter later")
        .fix(Fix::risky("write `true`", off.span, "true"));
    report.push(finding);
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, check_fix};

    #[test]
    fn only_where_it_is_turned_off() {
        check(
            r"
k3s: {secretsEncryption: false}
#                        ^^^^^ warning[secrets-encryption-off]: The cluster's secrets are kept in plain text, in every snapshot too
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
    fn it_is_turned_on() {
        check_fix(
            "secrets-encryption-off",
            r#"k3s: {secretsEncryption: false}
"#,
            r#"k3s: {secretsEncryption: true}
"#,
        );
    }
}
