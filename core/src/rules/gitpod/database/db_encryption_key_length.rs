//! See [`RULE`].

use super::keys::{Coding, KEY_BYTES, NEW_KEY, coding, is_hex, known};
use crate::model::Config;
use crate::plan::Plan;
use crate::rules::{Reads, Report, declare_rule};
use crate::secrets::Store;

declare_rule! {
    /// A database encryption key is not 32 bytes long.
    ///
    /// ## Why
    ///
    /// Gitpod encrypts with AES-256, which requires 32 bytes. With a key of another length Gitpod starts, but the first login fails
    /// with "Invalid key length".
    ///
    /// Source: gitpod-io/gitpod issue #2448, `components/gitpod-protocol/src/encryption/`; run against Node.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// database:
    ///   external:
    ///     host: db.acme.dev
    ///     username: gitpod
    ///     password: {env: DB_PASSWORD}
    ///     encryptionKeys: [{material: c2l4dGVlbiBieXRlcyAhIQ==}]
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
    "db-encryption-key-length", Error, since "0.1.0", fix None, always, Reads::Secrets(check), for Gitpod
}

fn check(_: &Config, plan: &Plan, store: &Store, report: &mut Report<'_>) {
    for (need, value) in known(plan, store) {
        let Coding::Standard(len) = coding(value) else {
            continue;
        };
        if len == KEY_BYTES {
            continue;
        }
        let message = format!(
            "expected an encryption key of {KEY_BYTES} bytes in `{}`, found {len}",
            need.name
        );
        let finding = report.found(need.span, message);
        let finding = if is_hex(value) {
            finding.help(format!(
                "the key looks like hexadecimal, but base64 is expected: {NEW_KEY}"
            ))
        } else {
            finding.help(NEW_KEY)
        };
        report.push(finding.note("Gitpod starts, but the first login fails with \"Invalid key length\""));
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{TestInputs, check_given};

    const GOOD: &str = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";

    #[test]
    fn the_length_is_named_without_the_key() {
        let inputs = TestInputs {
            vars: vec![
                ("GOOD", GOOD),
                ("SHORT", "c2l4dGVlbiBieXRlcyAhIQ=="),
                ("ODD", "***"),
            ],
            files: vec![(
                "hex",
                "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff\n",
            )],
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
      - material: {env: SHORT}
#                 ^^^^^^^^^^^^ error[db-encryption-key-length]: expected an encryption key of 32 bytes in `database.external.encryptionKeys.0.material`, found 16
",
            &inputs,
        );
        check_given(
            r"
database:
  external:
    host: db.acme.dev
    username: gitpod
    password: {env: P}
    encryptionKeys:
      - material: {file: hex}
#                 ^^^^^^^^^^^ error[db-encryption-key-length]: expected an encryption key of 32 bytes in `database.external.encryptionKeys.0.material`, found 48
#                 ^^^^^^^^^^^ info[secret-trailing-newline]: trailing newline of `hex` is not part of the secret
",
            &inputs,
        );
        check_given(
            r"
database:
  external:
    host: db.acme.dev
    username: gitpod
    password: {env: P}
    encryptionKeys:
      - material: {env: GOOD}
",
            &inputs,
        );
        check_given(
            r"
database:
  external:
    host: db.acme.dev
    username: gitpod
    password: {env: P}
    encryptionKeys:
      - material: {env: UNSET}
#                 ^^^^^^^^^^^^ info[secret-unresolved]: missing value for secret `database.external.encryptionKeys.0.material`: variable `UNSET` is not set
",
            &inputs,
        );
        check_given(
            r"
database:
  external:
    host: db.acme.dev
    username: gitpod
    password: {env: P}
    encryptionKeys:
      - material: {terraform: random_bytes.key.base64}
",
            &inputs,
        );
        check_given(
            r"
database:
  external:
    host: db.acme.dev
    username: gitpod
    password: {env: P}
    encryptionKeys:
      - material: {env: ODD}
#                 ^^^^^^^^^^ error[db-encryption-key-alphabet]: expected standard base64 in `database.external.encryptionKeys.0.material`, found another encoding
",
            &inputs,
        );
    }

    #[test]
    fn the_default_key_is_flagged_at_its_parent() {
        let inputs = TestInputs {
            vars: vec![("GITPOD_ENCRYPTION_KEY", "AAAA")],
            ..Default::default()
        };
        check_given(
            r"
database:
  external: {host: db.acme.dev, username: gitpod, password: {env: P}}
# ^^^^^^^^ error[db-encryption-key-length]: expected an encryption key of 32 bytes in `database.external.encryptionKeys.0.material`, found 3
",
            &inputs,
        );
    }
}
