//! See [`RULE`].

use crate::diagnostic::{Applicability, Edit, Fix};
use crate::facts::k3s::DEFAULT_VERSION;
use crate::model::{Channel, Config};
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// A channel is named instead of a version.
    ///
    /// ## Why
    ///
    /// A machine installs what the channel has on the day it starts. A node that an autoscaler adds in three months gets another version
    /// than the servers, and one that is newer than they are is not supported. A channel also needs `update.k3s.io` to answer.
    ///
    /// Source: k3s docs, "Manual Upgrades"; Kubernetes docs, "Version Skew Policy"; mrsimonemms/gitpod-self-hosted `k3s.tf`.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// k3s: {channel: stable}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// k3s: {version: v1.33.4+k3s1}
    /// ```
    "k3s-version-unpinned", Warning, since "0.1.0", fix Unsafe, suppressible, Reads::Model(check)
}

fn check(config: &Config, report: &mut Report<'_>) {
    let k3s = config.k3s.get();
    let Some(channel) = k3s.and_then(|k3s| k3s.channel.spanned()) else {
        return;
    };
    let word = match channel.value {
        Channel::Stable => "stable",
        Channel::Latest => "latest",
    };
    let finding = report
        .found(
            channel.span,
            format!("`{word}` is another version on another day"),
        )
        .help(format!("write `version: {DEFAULT_VERSION}` instead of `channel`"))
        .note("machines that are added later get a newer k3s than the servers run, which is not supported");
    if k3s.is_some_and(|k3s| k3s.version.is_written()) {
        report.push(finding);
        return;
    }
    let edit = |span, text: &str| Edit {
        span,
        text: text.to_owned(),
    };
    let fix = Fix {
        title: format!("write `version: {DEFAULT_VERSION}`"),
        applicability: Applicability::Unsafe,
        edits: vec![edit(channel.key, "version"), edit(channel.span, DEFAULT_VERSION)],
    };
    report.push(finding.fix(fix));
}

#[cfg(test)]
mod tests {
    use crate::facts::k3s::DEFAULT_VERSION;
    use crate::testing::{check, check_fix};

    #[test]
    fn a_channel_is_pointed_at_and_replaced() {
        check(
            r"
k3s: {channel: latest}
#              ^^^^^^ warning[k3s-version-unpinned]: `latest` is another version on another day
",
        );
        let after = format!("k3s: {{version: {DEFAULT_VERSION}}}\n");
        check_fix("k3s-version-unpinned", "k3s: {channel: stable}\n", &after);
        check(&after);
    }
}
