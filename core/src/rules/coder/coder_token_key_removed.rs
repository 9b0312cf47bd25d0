//! See [`RULE`].
use crate::model::Config;
use crate::plan::{Built, Plan};
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// There are fewer token encryption keys than the tree was built with.
    ///
    /// ## Why
    ///
    /// Users' tokens at Git hosts and identity providers are encrypted in the database. The server does not start while it finds one that none of its keys
    /// decrypts. `coder server dbcrypt rotate` encrypts them with the first key, after which an old one can go.
    ///
    /// Source: coder/coder `docs/admin/security/database-encryption.md`, `enterprise/dbcrypt`.
    ///
    /// ## Example
    ///
    /// With a tree that was built with a key:
    ///
    /// ```yaml
    /// platform: coder
    /// database: {external: {host: db.acme.dev, username: coder, password: {env: P}}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// platform: coder
    /// coder: {license: premium}
    /// database:
    ///   external: {host: db.acme.dev, username: coder, password: {env: P}, encryptionKeys: [{material: {env: TOKEN_KEY}}]}
    /// ```
    "coder-token-key-removed", Error, since "0.1.0", fix None, suppressible, Reads::Built(check), for Coder
}

fn check(config: &Config, plan: &Plan, built: &Built, report: &mut Report<'_>) {
    let (before, now) = (
        built.one_way.encryption_keys.len(),
        plan.needs.encryption_keys.len(),
    );
    if now >= before {
        return;
    }
    let at = config.database.span().unwrap_or_else(|| report.anchor());
    report.push(
        report
            .found(at, format!("{now} token encryption keys, but the last build had {before}"))
            .help("add the old keys again, or rotate first: `coder server dbcrypt rotate`, or `decrypt` for none")
            .note("the server does not start while a token in the database needs a key that it does not have"),
    );
}

#[cfg(test)]
mod tests {
    use crate::testing::check_after;

    #[test]
    fn keys_stay_until_nothing_needs_them() {
        check_after(
            r"
platform: coder
database: {external: {host: db.acme.dev, username: coder, password: {env: P}}}
#         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[coder-token-key-removed]: 0 token encryption keys, but the last build had 1
",
            "platform: coder\ncoder: {license: premium}\ndatabase: {external: {host: db.acme.dev, username: coder, password: {env: P}, encryptionKeys: [{material: {env: K}}]}}\n",
        );
    }
}
