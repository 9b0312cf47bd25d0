//! See [`RULE`].

use crate::facts::go::duration;
use crate::model::Config;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// A workspace's timeout is longer than its lifetime, or than the one that extends it.
    ///
    /// ## Why
    ///
    /// A workspace is stopped when `maxLifetime` is over, used or not, so a longer timeout never comes: what was meant to be a rule for idle
    /// workspaces does nothing.
    ///
    /// Source: gitpod-io/gitpod `components/ws-manager-mk2/controllers/timeout_controller.go`.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// gitpod: {workspace: {maxLifetime: 24h, timeout: 48h}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// gitpod: {workspace: {maxLifetime: 48h, timeout: 24h}}
    /// ```
    "timeout-exceeds-lifetime", Warning, since "0.1.0", fix None, suppressible, Reads::Model(check), for Gitpod
}

fn check(config: &Config, report: &mut Report<'_>) {
    let Some(workspace) = config.gitpod.get().and_then(|gitpod| gitpod.workspace.get()) else {
        return;
    };
    if let (Some(normal), Some(extended)) =
        (workspace.timeout.spanned(), workspace.timeout_extended.spanned())
        && let (Some(seconds), Some(longer)) = (duration(&normal.value), duration(&extended.value))
        && longer < seconds
    {
        let message = format!(
            "extended timeout `{}` is shorter than the timeout `{}`",
            extended.value, normal.value
        );
        let finding = report
            .found(extended.span, message)
            .and(normal.span, "timeout set here");
        report.push(finding.help(format!("use more than `{}`", normal.value)));
    }
    let Some(lifetime) = workspace.max_lifetime.spanned() else {
        return;
    };
    let Some(most) = duration(&lifetime.value) else {
        return;
    };
    for timeout in [
        &workspace.timeout,
        &workspace.timeout_extended,
        &workspace.timeout_after_close,
    ] {
        let Some(timeout) = timeout.spanned() else {
            continue;
        };
        if duration(&timeout.value).is_some_and(|seconds| seconds > most) {
            let message = format!(
                "timeout `{}` is longer than the lifetime `{}`",
                timeout.value, lifetime.value
            );
            let finding = report
                .found(timeout.span, message)
                .and(lifetime.span, "lifetime set here")
                .help("use a shorter timeout, or a longer `maxLifetime`");
            report.push(
                finding
                    .note("the workspace is stopped when its lifetime is over, so the timeout never comes"),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn timeouts_that_never_come() {
        check(
            r"
gitpod: {workspace: {maxLifetime: 24h, timeout: 25h, timeoutExtended: 48h, timeoutAfterClose: 24h}, repository: registry.acme.dev/gitpod}
#                                               ^^^ warning[timeout-exceeds-lifetime]: timeout `25h` is longer than the lifetime `24h`
#                                                                     ^^^ warning[timeout-exceeds-lifetime]: timeout `48h` is longer than the lifetime `24h`
",
        );
        check(
            r"
gitpod: {workspace: {timeout: 2h, timeoutExtended: 30m}, repository: registry.acme.dev/gitpod}
#                                                  ^^^ warning[timeout-exceeds-lifetime]: extended timeout `30m` is shorter than the timeout `2h`
",
        );
    }
}
