//! See [`RULE`].
use super::variables;
use crate::diagnostic::Fix;
use crate::facts::coder::env::owned;
use crate::model::Config;
use crate::rules::{Reads, Report, declare_rule, edit};

declare_rule! {
    /// A variable of the server is one that gkc or the chart writes.
    ///
    /// ## Why
    ///
    /// A variable that is given twice is rendered twice. The server takes the last, and the next upgrade of the chart fails.
    ///
    /// Source: coder/coder issue #21087; `helm/coder/templates/_coder.tpl`.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// platform: coder
    /// coder: {env: {CODER_ACCESS_URL: https://coder.acme.dev}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// platform: coder
    /// coder: {env: {CODER_UPDATE_CHECK: "false"}}
    /// ```
    "coder-env-managed", Error, since "0.1.0", fix Unsafe, always, Reads::Model(check), for Coder
}

fn check(config: &Config, report: &mut Report<'_>) {
    for (name, value) in variables(config) {
        let Some(instead) = owned(&name.value) else {
            continue;
        };
        let extent = edit::entry(report, name.span, value);
        let finding = report
            .found(name.span, format!("variable `{}` is managed by gkc", name.value))
            .help(instead)
            .fix(Fix::risky(format!("remove `{}`", name.value), extent, ""));
        report.push(finding.note("a variable that is given twice breaks the next upgrade of the chart"));
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn variables_of_gkc() {
        check(
            r"
platform: coder
coder:
  env: {CODER_ACCESS_URL: https://x.acme.dev, CODER_UPDATE_CHECK: 'false'}
#       ^^^^^^^^^^^^^^^^ error[coder-env-managed]: variable `CODER_ACCESS_URL` is managed by gkc
  secretEnv: {CODER_PG_CONNECTION_URL: {env: URL}}
#             ^^^^^^^^^^^^^^^^^^^^^^^ error[coder-env-managed]: variable `CODER_PG_CONNECTION_URL` is managed by gkc
",
        );
    }
}
