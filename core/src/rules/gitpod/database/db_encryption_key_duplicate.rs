//! See [`RULE`].

use super::keys;
use crate::model::Config;
use crate::rules::{Reads, Report, declare_rule};
use crate::source::Span;
use std::collections::BTreeMap;

declare_rule! {
    /// Two database encryption keys have the same name and version.
    ///
    /// ## Why
    ///
    /// Gitpod looks the key of a stored secret up by name and version and takes the first match. The second key is never used to
    /// decrypt, so what it encrypted cannot be read.
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
    "db-encryption-key-duplicate", Error, since "0.1.0", fix None, always, Reads::Model(check), for Gitpod, doubles key
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
        let message = format!("duplicate encryption key `{}` version {}", id.0, id.1);
        report.push(
            report
                .found(span, message)
                .and(*first, "first defined here")
                .help("give each new key a higher `version`, and keep the old keys unchanged")
                .note(
                    "Gitpod decrypts with the first match, so what the second key encrypted cannot be read",
                ),
        );
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn the_second_of_a_name_and_version_is_flagged() {
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
#                                ^ error[db-encryption-key-duplicate]: duplicate encryption key `general` version 1
      - {name: other, material: {env: C}}
      - {version: 2, material: {env: D}}
      - {version: x, material: {env: E}}
#                 ^ error[wrong-type]: expected an integer of at least 0, found `x`
",
        );
    }
}
