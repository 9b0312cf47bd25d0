//! See [`RULE`].
use crate::facts::coder::env::{Kind, find};
use crate::model::Config;
use crate::rules::{Reads, Report, declare_rule};
use crate::words::variable_of;

declare_rule! {
    /// A secret is among the variables in plain text, or where templates see it.
    ///
    /// ## Why
    ///
    /// `coder.env` is written to manifests in plain text. Variables without `CODER_` in front are given to the Terraform of every template, so whoever
    /// writes a template can read them.
    ///
    /// Source: coder/coder `provisioner/terraform/safeenv.go`.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// platform: coder
    /// coder: {env: {CODER_EMAIL_AUTH_PASSWORD: hunter2-hunter2}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// platform: coder
    /// coder: {secretEnv: {CODER_EMAIL_AUTH_PASSWORD: {env: MAIL_PASSWORD}}}
    /// ```
    "coder-env-secret", Error, since "0.1.0", fix None, suppressible, Reads::Model(check), for Coder
}

/// Variables with passwords of other programs, which templates would inherit (PostgreSQL docs, "Environment Variables"; AWS docs).
const INHERITED: [&str; 4] = [
    "PGPASSWORD",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "ARM_CLIENT_SECRET",
];

fn check(config: &Config, report: &mut Report<'_>) {
    let Some(coder) = config.coder.get() else { return };
    for (name, _) in coder.env.entries() {
        let text = name.value.as_str();
        let secret = find(text).is_some_and(|variable| variable.kind == Kind::Secret);
        if secret || INHERITED.contains(&text) {
            let message = format!("secret `{text}` in plain text");
            let finding = report.found(name.span, message);
            report.push(finding.help(format!(
                "use `coder.secretEnv: {{{text}: {{env: {}}}}}`",
                variable_of(text)
            )));
        }
    }
    for (name, _) in coder.secret_env.entries() {
        if INHERITED.contains(&name.value.as_str()) {
            let message = format!("templates can read `{}`", name.value);
            report.push(
                report
                    .found(name.span, message)
                    .help("remove it, and give the secret to the template that needs it")
                    .note(
                        "the Terraform of every template inherits variables that do not begin with `CODER_`",
                    ),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn secrets_in_the_open() {
        check(
            r"
platform: coder
coder:
  env: {CODER_EMAIL_AUTH_PASSWORD: hunter2, PGPASSWORD: hunter2, CODER_EMAIL_FROM: a@acme.dev}
#       ^^^^^^^^^^^^^^^^^^^^^^^^^ error[coder-env-secret]: secret `CODER_EMAIL_AUTH_PASSWORD` in plain text
#                                           ^^^^^^^^^^ error[coder-env-secret]: secret `PGPASSWORD` in plain text
  secretEnv: {PGPASSWORD: {env: P}}
#             ^^^^^^^^^^ error[coder-env-secret]: templates can read `PGPASSWORD`
",
        );
    }
}
