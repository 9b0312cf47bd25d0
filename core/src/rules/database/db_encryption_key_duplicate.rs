//! See [`RULE`].

use super::keys;
use crate::model::Config;
use crate::rules::{Reads, Report, declare_rule};
use crate::source::Span;
use std::collections::BTreeMap;

declare_rule! {
    /// Two of the database's encryption keys have the same name and version.
    ///
    /// ## Why
    ///
    /// Gitpod finds the key of a stored secret by name and version and takes the first that fits. The second is never used, so
    /// what it encrypted cannot be read.
    ///
    /// Source: gitpod-io/gitpod `components/gitpod-protocol/src/encryption/key-provider.ts` (`getKeyFor`).
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
    ///       - {version: 1, material: {env: KEY_1}}
    ///       - {version: 1, primary: true, material: {env: KEY_2}}
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
    "db-encryption-key-duplicate", Error, since "0.1.0", fix None, always, Reads::Model(check)
}

fn check(config: &Config, report: &mut Report<'_>) {
    let Some(list) = keys::written(config) else { return };
    let mut seen: BTreeMap<(&str, u32), Span> = BTreeMap::new();
    for key in list.value.iter().filter_map(|key| key.spanned()) {
        let parts = (&key.value.name, &key.value.version);
        if parts.0.is_written() && parts.0.get().is_none() || parts.1.is_written() && parts.1.get().is_none()
        {
            continue;
        }
        let id = (parts.0.text().unwrap_or("general"), parts.1.copied_or(1));
        let span = parts.1.span().or(parts.0.span()).unwrap_or(key.span);
        let Some(first) = seen.get(&id) else {
            seen.insert(id, span);
            continue;
        };
        let message = format!("there is a key `{}` of version {} already", id.0, id.1);
        report.push(
            report
                .found(span, message)
                .and(*first, "the first one is here")
                .help("raise `version` at every new key, and keep the old ones as they are")
                .note("Gitpod takes the first that fits, so what the second encrypted cannot be read"),
        );
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn the_second_of_a_name_and_version_is_pointed_at() {
        check(
            r"
database:
  external:
    host: db.acme.dev
    username: gitpod
    password: {env: P}
    encryptionKeys:
      - {material: {env: A}}
      - {name: general, version: 1, primary: true, material: {env: B}}
#                                ^ error[db-encryption-key-duplicate]: There is a key `general` of version 1 already
      - {name: other, material: {env: C}}
      - {version: 2, material: {env: D}}
      - {version: x, material: {env: E}}
#                 ^ error[wrong-type]: Expected a whole number that is not negative, found `x`
",
        );
    }
}
