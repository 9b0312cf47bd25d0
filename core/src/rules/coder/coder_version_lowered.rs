//! See [`RULE`].
use crate::facts::coder::CODER;
use crate::model::Config;
use crate::plan::{Built, Plan};
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// The server's version is lower than the one that the tree was built with.
    ///
    /// ## Why
    ///
    /// The server migrates its database when it starts, forward only. An older one stops with `no migration found for version`. The way back is the copy
    /// of the database that was made before the upgrade.
    ///
    /// Source: coder/coder issues #6723, #10446.
    ///
    /// ## Example
    ///
    /// With a tree that was built with 2.36.5:
    ///
    /// ```yaml
    /// platform: coder
    /// coder: {version: 2.34.10}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// platform: coder
    /// coder: {version: 2.36.5}
    /// ```
    "coder-version-lowered", Error, since "0.1.0", fix None, suppressible, Reads::Built(check), for Coder
}

fn check(config: &Config, plan: &Plan, built: &Built, report: &mut Report<'_>) {
    let Some(before) = built.resolved.releases.get(CODER.name) else {
        return;
    };
    let now = plan.coder_version();
    let numbers =
        |version: &str| -> Vec<u32> { version.split('.').filter_map(|part| part.parse().ok()).collect() };
    if numbers(now) >= numbers(before) {
        return;
    }
    let written = config.coder.get().and_then(|coder| coder.version.span());
    let at = written.unwrap_or_else(|| report.anchor());
    report.push(
        report
            .found(at, format!("Coder {now} is older than {before}, which was built"))
            .help(format!(
                "use `{before}` or newer, or restore a copy of the database from before the upgrade"
            ))
            .note("the database is migrated forward only, and an older server does not start on it"),
    );
}

#[cfg(test)]
mod tests {
    use crate::testing::check_after;

    #[test]
    fn servers_go_forward_only() {
        check_after(
            r"
platform: coder
coder: {version: 2.34.10}
#                ^^^^^^^ error[coder-version-lowered]: Coder 2.34.10 is older than 2.36.5, which was built
",
            "platform: coder\ncoder: {version: 2.36.5}\n",
        );
        check_after("platform: coder\n", "platform: coder\n");
    }
}
