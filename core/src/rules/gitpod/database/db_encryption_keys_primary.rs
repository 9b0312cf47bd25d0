//! See [`RULE`].

use super::keys;
use crate::diagnostic::Diagnostic;
use crate::model::{Config, EncryptionKey, Field, Spanned};
use crate::rules::{Reads, Report, declare_rule};
use crate::source::Span;

declare_rule! {
    /// The number of primary database encryption keys is not one.
    ///
    /// ## Why
    ///
    /// New secrets are encrypted with the primary key; the others decrypt old ones. With none or several, Gitpod's server exits on
    /// startup with "Invalid key config!". With an empty list it falls back to a publicly known key.
    ///
    /// Source: gitpod-io/gitpod `components/gitpod-protocol/src/encryption/key-provider.ts:38-44`,
    /// `components/gitpod-db/go/encryption.go`, `components/gitpod-db/src/config.ts`.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// database:
    ///   external:
    ///     host: db.acme.dev
    ///     username: gitpod
    ///     password: {env: DB_PASSWORD}
    ///     encryptionKeys:
    ///       - {version: 1, primary: true, material: {env: KEY_1}}
    ///       - {version: 2, primary: true, material: {env: KEY_2}}
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
    ///     encryptionKeys:
    ///       - {version: 1, material: {env: KEY_1}}
    ///       - {version: 2, primary: true, material: {env: KEY_2}}
    /// ```
    "db-encryption-keys-primary", Error, since "0.1.0", fix None, always, Reads::Model(check), for Gitpod
}

const NOTE: &str = "Gitpod's server exits on startup with \"Invalid key config!\"";

fn check(config: &Config, report: &mut Report<'_>) {
    let Some(list) = keys::written(config) else { return };
    if list.value.is_empty() {
        let finding = report.found(
            list.span,
            "`encryptionKeys` is empty, but one primary key is required",
        );
        report.push(
            finding
                .help("remove `encryptionKeys` to use the key in `GITPOD_ENCRYPTION_KEY`")
                .note("Gitpod falls back to a publicly known key"),
        );
        return;
    }
    let unreadable = |key: &Field<_>| matches!(key, Field::Bad | Field::Missing);
    if list.value.iter().any(unreadable) {
        return;
    }
    let items: Vec<_> = list.value.iter().filter_map(Field::spanned).collect();
    if items.iter().any(|key| matches!(key.value.primary, Field::Bad)) {
        return;
    }
    if let Some(finding) = judge(list.key, &items, report) {
        report.push(finding.note(NOTE));
    }
}

fn judge(list: Span, items: &[&Spanned<EncryptionKey>], report: &Report<'_>) -> Option<Diagnostic> {
    let alone = items.len() == 1;
    let primaries: Vec<Span> = items
        .iter()
        .filter(|key| key.value.primary.copied_or(alone))
        .map(|key| key.value.primary.span().unwrap_or(key.span))
        .collect();
    match primaries.as_slice() {
        [_] => None,
        [] => {
            let only = items.first().filter(|_| alone);
            let span = only.and_then(|key| key.value.primary.span()).unwrap_or(list);
            let finding = report.found(span, "missing primary encryption key");
            Some(finding.help("add `primary: true` to the key that encrypts new secrets"))
        }
        [first, second, more @ ..] => {
            let count = primaries.len();
            let message = format!("expected one primary encryption key, found {count}");
            let mut finding = report.found(*second, message);
            for other in std::iter::once(first).chain(more) {
                finding = finding.and(*other, "also primary");
            }
            Some(finding.help("keep `primary: true` only on the newest key"))
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn none_and_several() {
        check(
            r"
database:
  external:
    host: db.acme.dev
    username: gitpod
    password: {env: P}
    encryptionKeys:
#   ^^^^^^^^^^^^^^ error[db-encryption-keys-primary]: missing primary encryption key
      - {version: 1, material: {env: A}}
      - {version: 2, material: {env: B}}
",
        );
        check(
            r"
database:
  external:
    host: db.acme.dev
    username: gitpod
    password: {env: P}
    encryptionKeys:
      - {version: 1, primary: true, material: {env: A}}
      - {version: 2, primary: true, material: {env: B}}
#                             ^^^^ error[db-encryption-keys-primary]: expected one primary encryption key, found 2
",
        );
        check(
            r"
database:
  external:
    host: db.acme.dev
    username: gitpod
    password: {env: P}
    encryptionKeys: [{primary: false, material: {env: A}}]
#                              ^^^^^ error[db-encryption-keys-primary]: missing primary encryption key
",
        );
        check(
            r"
database:
  external:
    host: db.acme.dev
    username: gitpod
    password: {env: P}
    encryptionKeys: []
#                   ^^ error[db-encryption-keys-primary]: `encryptionKeys` is empty, but one primary key is required
",
        );
    }

    #[test]
    fn one_primary_key_and_a_single_key_are_fine() {
        check(
            r"
database:
  external:
    host: db.acme.dev
    username: gitpod
    password: {env: P}
",
        );
        check(
            r"
database:
  external:
    host: db.acme.dev
    username: gitpod
    password: {env: P}
    encryptionKeys: [{material: {env: A}}]
",
        );
        check(
            r"
database:
  external:
    host: db.acme.dev
    username: gitpod
    password: {env: P}
    encryptionKeys: [{primary: x, material: {env: A}}]
#                              ^ error[wrong-type]: expected `true` or `false`, found `x`
",
        );
        check(
            r"
database: {cloudSql: {instance: 'a:b:c', serviceAccount: {terraform: s.key}, username: gitpod, password: {env: P}, encryptionKeys: [{primary: true, material: {env: A}}]}}
",
        );
    }
}
