//! See [`RULE`].

use crate::model::Config;
use crate::plan::{Built, KeyId, OneWay, Plan};
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// An encryption key of the database was removed.
    ///
    /// ## Why
    ///
    /// Tokens and environment variables in the database are encrypted with a key that has a name and a version. Without it they cannot
    /// be decrypted: logins fail and variables are lost. New keys are added beside the old ones, and become `primary`.
    ///
    /// Source: gitpod-io/gitpod `components/gitpod-db/src/encryption`.
    ///
    /// ## Example
    ///
    /// With a tree that was built with version 1 of `general`:
    ///
    /// ```yaml
    /// database:
    ///   external:
    ///     host: db.acme.dev
    ///     username: gitpod
    ///     password: {env: DATABASE_PASSWORD}
    ///     encryptionKeys: [{name: general, version: 2, primary: true, material: {env: GITPOD_ENCRYPTION_KEY_2}}]
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// database:
    ///   external:
    ///     host: db.acme.dev
    ///     username: gitpod
    ///     password: {env: DATABASE_PASSWORD}
    ///     encryptionKeys:
    ///       - {name: general, version: 1, primary: false, material: {env: GITPOD_ENCRYPTION_KEY}}
    ///       - {name: general, version: 2, primary: true, material: {env: GITPOD_ENCRYPTION_KEY_2}}
    /// ```
    "db-encryption-key-removed", Error, since "0.1.0", fix None, suppressible, Reads::Built(check), for Gitpod
}

fn check(config: &Config, plan: &Plan, built: &Built, report: &mut Report<'_>) {
    let now = OneWay::of(plan).encryption_keys;
    let mut removed = built
        .one_way
        .encryption_keys
        .iter()
        .filter(|key| !now.contains(key));
    let Some(KeyId { name, version }) = removed.next() else {
        return;
    };
    let at = config.database.span().unwrap_or_else(|| report.anchor());
    report.push(
        report
            .found(
                at,
                format!("encryption key `{name}` version {version} was removed"),
            )
            .help("add it again, with `primary: false` beside a newer one")
            .note("what it encrypted in the database cannot be decrypted without it"),
    );
}

#[cfg(test)]
mod tests {
    use crate::testing::check_after;

    #[test]
    fn old_keys_stay() {
        let before = "database: {external: {host: db.acme.dev, username: gitpod, password: {env: DATABASE_PASSWORD}, \\
                      encryptionKeys: [{name: general, version: 1, primary: true, material: {env: KEY_1}}]}}\n";
        check_after(
            r"
database: {external: {host: db.acme.dev, username: gitpod, password: {env: DATABASE_PASSWORD}, encryptionKeys: [{name: general, version: 2, primary: true, material: {env: KEY_2}}]}}
#         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[db-encryption-key-removed]: encryption key `general` version 1 was removed
",
            before,
        );
    }
}
