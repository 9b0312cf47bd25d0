//! See [`RULE`].

use super::keys::{NEW_KEY, known};
use crate::facts::gitpod::leaked::ENCRYPTION_KEYS;
use crate::model::Config;
use crate::plan::Plan;
use crate::rules::secret::{secret_known_example, secret_literal};
use crate::rules::{Reads, Report, declare_rule};
use crate::secrets::Store;

declare_rule! {
    /// A database encryption key is publicly known.
    ///
    /// ## Why
    ///
    /// The Installer's documentation says "use default value as above if unsure", and scripts copied that key. With it, anyone who
    /// gets a backup of the database can read every Git token in it. Set a new key before the first login. On a running
    /// installation add the new key as primary next to the old one, which is still needed to decrypt.
    ///
    /// Source: gitpod-io/gitpod `install/installer/docs/overview.md`, `pkg/components/database/incluster/secret.go`,
    /// `components/gitpod-db/src/config.ts`; gitpod-eks-guide `setup.sh`.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// database:
    ///   external:
    ///     host: db.acme.dev
    ///     username: gitpod
    ///     password: {env: DB_PASSWORD}
    ///     encryptionKeys: [{material: 4uGh1q8y2DYryJwrVMHs0kWXJlqvHWWt/KJuNi04edI=}]
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// database:
    ///   external:
    ///     host: db.acme.dev
    ///     username: gitpod
    ///     password: {env: DB_PASSWORD}
    ///     encryptionKeys: [{material: {env: GITPOD_ENCRYPTION_KEY}}]
    /// ```
    "db-encryption-key-public-default", Error, since "0.1.0", fix None, suppressible, Reads::Secrets(check), for Gitpod,
    silences secret_known_example::RULE.rule, secret_literal::RULE.rule
}

fn check(_: &Config, plan: &Plan, store: &Store, report: &mut Report<'_>) {
    for (need, value) in known(plan, store) {
        let text = value.expose_text().map(str::trim).unwrap_or_default();
        if !ENCRYPTION_KEYS.contains(&text) {
            continue;
        }
        let message = format!(
            "the encryption key in `{}` is published in Gitpod's documentation or source",
            need.name
        );
        report.push(
            report
                .found(need.span, message)
                .help(NEW_KEY)
                .note("anyone with a backup of the database can read every token in it; on a running installation, add the new key as primary and keep this one"),
        );
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{TestInputs, check_given};

    #[test]
    fn known_keys_from_any_source() {
        let inputs = TestInputs {
            vars: vec![("KEY", "5vRrp0H4oRgdkPnX1qQcS54Q0xggr6iyho42IQ1rO+c=")],
            files: vec![("key", "4uGh1q8y2DYryJwrVMHs0kWXJlqvHWWt/KJuNi04edI=\n")],
            ..Default::default()
        };
        check_given(
            r"
database:
  external:
    host: db.acme.dev
    username: gitpod
    password: {env: P}
    encryptionKeys:
      - {version: 1, material: {env: KEY}}
#                              ^^^^^^^^^^ error[db-encryption-key-public-default]: the encryption key in `database.external.encryptionKeys.0.material` is published in Gitpod's documentation or source
      - {version: 2, material: {file: key}}
#                              ^^^^^^^^^^^ error[db-encryption-key-public-default]: the encryption key in `database.external.encryptionKeys.1.material` is published in Gitpod's documentation or source
#                              ^^^^^^^^^^^ info[secret-trailing-newline]: trailing newline of `key` is not part of the secret
      - {version: 3, material: 4uGh1q8y2DYryJwrVMHs0kWXJlqvHWWt/KJuNi04edI=}
#                              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[db-encryption-key-public-default]: the encryption key in `database.external.encryptionKeys.2.material` is published in Gitpod's documentation or source
#                              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[secret-reused]: `database.external.encryptionKeys.2.material` reuses the secret `database.external.encryptionKeys.1.material`
      - {version: 4, primary: true, material: {env: OTHER}}
",
            &inputs,
        );
    }
}
