//! See [`RULE`].

use crate::model::Config;
use crate::plan::Plan;
use crate::rules::{Reads, Report, declare_rule};
use crate::secrets::Store;

declare_rule! {
    /// The database's password has blanks in it.
    ///
    /// ## Why
    ///
    /// The job that prepares the database hands the password to `mysql` without quotes, so the shell takes what follows a blank for
    /// another argument and the login fails.
    ///
    /// Source: gitpod-io/gitpod `install/installer/pkg/components/database/init/job.go:88` (`-p$DB_PASSWORD`).
    ///
    /// ## Example
    ///
    /// ```yaml
    /// database:
    ///   external:
    ///     host: db.acme.dev
    ///     username: gitpod
    ///     password: correct horse battery
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
    /// ```
    "db-password-shell-unsafe", Error, since "0.1.0", fix None, always, Reads::Secrets(check)
}

const PASSWORDS: [&str; 2] = ["database.external.password", "database.cloudSql.password"];

fn check(_: &Config, plan: &Plan, store: &Store, report: &mut Report<'_>) {
    for need in plan
        .secrets
        .iter()
        .filter(|need| PASSWORDS.contains(&need.name.as_str()))
    {
        let value = store.get(&need.name);
        if !value.is_some_and(|value| value.expose().iter().any(u8::is_ascii_whitespace)) {
            continue;
        }
        let finding = report.found(
            need.span,
            format!("the password in `{}` has blanks or line breaks in it", need.name),
        );
        report.push(
            finding
                .help("give the database's user a password of letters and digits")
                .note("the job that prepares the database hands it to a shell without quotes, so the login fails"),
        );
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{TestInputs, check_given};

    #[test]
    fn blanks_are_told_and_the_password_is_not() {
        let inputs = TestInputs {
            vars: vec![("BLANK", "correct horse"), ("FINE", "correct-horse")],
            ..Default::default()
        };
        check_given(
            r"
database:
  external:
    host: db.acme.dev
    username: gitpod
    password: {env: BLANK}
#             ^^^^^^^^^^^^ error[db-password-shell-unsafe]: The password in `database.external.password` has blanks or line breaks in it
",
            &inputs,
        );
        check_given(
            r"
database:
  external:
    host: db.acme.dev
    username: gitpod
    password: {env: FINE}
",
            &inputs,
        );
        check_given(
            r"
database:
  external:
    host: db.acme.dev
    username: gitpod
    password: {env: UNSET}
#             ^^^^^^^^^^^^ info[secret-unresolved]: The variable `UNSET` is not set, so `database.external.password` has no value
",
            &inputs,
        );
    }
}
