//! See [`RULE`].

use super::keys::{Coding, NEW_KEY, coding, known};
use crate::model::Config;
use crate::plan::Plan;
use crate::rules::{Reads, Report, declare_rule};
use crate::secrets::Store;

declare_rule! {
    /// A database encryption key is not in standard base64.
    ///
    /// ## Why
    ///
    /// Two programs read the key. The server, in Node, takes base64 for URLs and without `=` at its end; the public API server, in
    /// Go, takes the standard form only and crashes.
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
    "db-encryption-key-alphabet", Error, since "0.1.0", fix None, always, Reads::Secrets(check)
}

fn check(_: &Config, plan: &Plan, store: &Store, report: &mut Report<'_>) {
    for (need, value) in known(plan, store) {
        let (what, help) = match coding(value) {
            Coding::Standard(_) => continue,
            Coding::UrlSafe => (
                "is in base64 for URLs",
                "write `+` for `-`, `/` for `_`, and `=` at the end to a multiple of four",
            ),
            Coding::Unpadded => (
                "lacks the `=` at its end",
                "add `=` up to a multiple of four characters",
            ),
            Coding::Blanks => ("has blanks or line breaks in it", "write it in one piece"),
            Coding::Other => ("is no base64", NEW_KEY),
        };
        report.push(
            report
                .found(need.span, format!("the key in `{}` {what}", need.name))
                .help(help)
                .note("Gitpod's server takes more forms, but its public API server takes standard base64 only and crashes"),
        );
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{TestInputs, check_given};

    #[test]
    fn the_form_is_told_and_the_key_is_not() {
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
#                                 ^^^^^^^^^^ error[db-encryption-key-alphabet]: The key in `database.external.encryptionKeys.0.material` is in base64 for URLs
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
#                                 ^^^^^^^^^^^ error[db-encryption-key-alphabet]: The key in `database.external.encryptionKeys.0.material` lacks the `=` at its end
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
#                                 ^^^^^^^^^^^^ error[db-encryption-key-alphabet]: The key in `database.external.encryptionKeys.0.material` has blanks or line breaks in it
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
#                                 ^^^^^^^^^^ error[db-encryption-key-alphabet]: The key in `database.external.encryptionKeys.0.material` has blanks or line breaks in it
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
#                                 ^^^^^^^^^^^^ info[secret-unresolved]: The variable `UNSET` is not set, so `database.external.encryptionKeys.0.material` has no value
",
            &inputs,
        );
    }
}
