//! See [`RULE`].

use crate::model::Config;
use crate::plan::Plan;
use crate::rules::{Reads, Report, declare_rule};
use crate::secrets::Store;

declare_rule! {
    /// The database password has whitespace in it.
    ///
    /// ## Why
    ///
    /// The job that initializes the database passes the password to `mysql` without quotes. The shell splits it at whitespace, and
    /// the login fails.
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
    "db-password-shell-unsafe", Error, since "0.1.0", fix None, always, Reads::Secrets(check), for Gitpod
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
            format!("the password in `{}` has spaces or line breaks", need.name),
        );
        report.push(
            finding
                .help("change the database user's password to letters and digits")
                .note("the job that initializes the database passes it to a shell without quotes, so the login fails"),
        );
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{TestInputs, check_given};

    #[test]
    fn whitespace_is_named_without_the_password() {
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
#             ^^^^^^^^^^^^ error[db-password-shell-unsafe]: the password in `database.external.password` has spaces or line breaks
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
#             ^^^^^^^^^^^^ info[secret-unresolved]: missing value for secret `database.external.password`: variable `UNSET` is not set
",
            &inputs,
        );
    }
}
