//! See [`RULE`].

use super::keys::{Coding, NEW_KEY, coding, known};
use crate::model::Config;
use crate::plan::Plan;
use crate::rules::{Reads, Report, declare_rule};
use crate::secrets::Store;

declare_rule! {
    /// A database encryption key is not standard base64.
    ///
    /// ## Why
    ///
    /// Two programs read the key. The server, in Node, accepts URL-safe and unpadded base64; the public API server, in Go, accepts
    /// only standard base64 and crashes on anything else.
    ///
    /// Source: gitpod-io/gitpod `components/gitpod-db/go/encryption.go` (`base64.StdEncoding`); run against Node.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// database:
    ///   external:
    ///     host: db.acme.dev
    ///     username: gitpod
    ///     password: {env: DB_PASSWORD}
    ///     encryptionKeys: [{material: this-is_no-base64-of-the-standard-alphabet_}]
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
    "db-encryption-key-alphabet", Error, since "0.1.0", fix None, always, Reads::Secrets(check), for Gitpod
}

fn check(_: &Config, plan: &Plan, store: &Store, report: &mut Report<'_>) {
    for (need, value) in known(plan, store) {
        let (what, help) = match coding(value) {
            Coding::Standard(_) => continue,
            Coding::UrlSafe => (
                "URL-safe base64",
                "replace `-` with `+` and `_` with `/`, and pad it with `=` to a multiple of four characters",
            ),
            Coding::Unpadded => (
                "unpadded base64",
                "pad it with `=` to a multiple of four characters",
            ),
            Coding::Blanks => ("spaces or line breaks", "write it as one word"),
            Coding::Other => ("another encoding", NEW_KEY),
        };
        report.push(
            report
                .found(
                    need.span,
                    format!("expected standard base64 in `{}`, found {what}", need.name),
                )
                .help(help)
                .note("Gitpod's public API server accepts only standard base64 and crashes on anything else"),
        );
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{TestInputs, check_given};

    #[test]
    fn the_encoding_is_named_without_the_key() {
        let inputs = TestInputs {
            vars: vec![
                ("URL", "4uGh1q8y2DYryJwrVMHs0kWXJlqvHWWt_KJuNi04ed-="),
                ("BARE", "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE"),
                ("BLANK", "MDEyMzQ1Njc4OTAx MjM0NTY3ODkwMTIzNDU2Nzg5MDE="),
                ("ODD", "not a key"),
                ("GOOD", "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="),
            ],
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
      - {primary: true, material: {env: URL}}
#                                 ^^^^^^^^^^ error[db-encryption-key-alphabet]: expected standard base64 in `database.external.encryptionKeys.0.material`, found URL-safe base64
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
      - {primary: true, material: {env: BARE}}
#                                 ^^^^^^^^^^^ error[db-encryption-key-alphabet]: expected standard base64 in `database.external.encryptionKeys.0.material`, found unpadded base64
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
      - {primary: true, material: {env: BLANK}}
#                                 ^^^^^^^^^^^^ error[db-encryption-key-alphabet]: expected standard base64 in `database.external.encryptionKeys.0.material`, found spaces or line breaks
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
      - {primary: true, material: {env: ODD}}
#                                 ^^^^^^^^^^ error[db-encryption-key-alphabet]: expected standard base64 in `database.external.encryptionKeys.0.material`, found spaces or line breaks
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
      - {primary: true, material: {env: GOOD}}
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
      - {primary: true, material: {env: UNSET}}
#                                 ^^^^^^^^^^^^ info[secret-unresolved]: missing value for secret `database.external.encryptionKeys.0.material`: variable `UNSET` is not set
",
            &inputs,
        );
    }
}
