//! See [`RULE`].
use super::variables;
use crate::diagnostic::Applicability;
use crate::facts::coder::env::{VARIABLES, find, owned};
use crate::model::Config;
use crate::plan::Plan;
use crate::rules::{Reads, Report, declare_rule, edit};
use crate::words::nearest;

declare_rule! {
    /// The server does not know a variable.
    ///
    /// ## Why
    ///
    /// The server ignores variables that it does not know. Names without `CODER_` are not its own: templates inherit them.
    ///
    /// Source: coder/coder `docs/reference/cli/server.md`.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// platform: coder
    /// coder: {env: {CODER_UPDATE_CHEK: "false"}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// platform: coder
    /// coder: {env: {CODER_UPDATE_CHECK: "false"}}
    /// ```
    "coder-env-unknown", Warning, since "0.1.0", fix Unsafe, suppressible, Reads::Plan(check), for Coder
}

/// How the names of the server's own variables begin.
const PREFIX: &str = "CODER_";

fn check(config: &Config, plan: &Plan, report: &mut Report<'_>) {
    for (name, _) in variables(config) {
        let text = name.value.as_str();
        let start = text.get(..PREFIX.len());
        let is_coders = start.is_some_and(|start| start.eq_ignore_ascii_case(PREFIX));
        if !is_coders || owned(text).is_some() {
            continue;
        }
        let Some(variable) = find(text) else {
            let finding = report.found(name.span, format!("unknown variable `{text}`"));
            let known = VARIABLES.iter().map(|variable| variable.name);
            report.push(match nearest(text, known) {
                Some(near) => {
                    let fix = edit::write(report, name.span, near, Applicability::Unsafe);
                    edit::attach(finding.help(format!("did you mean `{near}`?")), fix)
                }
                None => finding.help("check the name in Coder's server reference"),
            });
            continue;
        };
        let version = plan.coder_version();
        if let Some((major, minor)) = variable
            .gone
            .filter(|gone| crate::facts::coder::minor(version) >= Some(*gone))
        {
            let message = format!("variable `{text}` was removed in {major}.{minor}");
            report.push(report.found(name.span, message).help("remove it"));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn variables_of_nobody() {
        check(
            r"
platform: coder
coder:
  version: 2.36.5
  env: {CODER_UPDATE_CHEK: 'false', CODER_NOTHING_OF_THE_KIND: x, CODER_SSH_HOSTNAME_PREFIX: x., MINE: x}
#       ^^^^^^^^^^^^^^^^^ warning[coder-env-unknown]: unknown variable `CODER_UPDATE_CHEK`
#                                   ^^^^^^^^^^^^^^^^^^^^^^^^^ warning[coder-env-unknown]: unknown variable `CODER_NOTHING_OF_THE_KIND`
#                                                                 ^^^^^^^^^^^^^^^^^^^^^^^^^ warning[coder-env-unknown]: variable `CODER_SSH_HOSTNAME_PREFIX` was removed in 2.36
",
        );
    }
}
