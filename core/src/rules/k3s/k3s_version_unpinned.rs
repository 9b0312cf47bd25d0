//! See [`RULE`].

use crate::diagnostic::{Applicability, Edit, Fix};
use crate::facts::k3s::DEFAULT_VERSION;
use crate::model::{Channel, Config};
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// The k3s version is a channel.
    ///
    /// ## Why
    ///
    /// A machine installs whatever the channel has on the day it first boots. A node that an autoscaler adds three months later is
    /// newer than the servers, which Kubernetes does not support. A channel also requires `update.k3s.io` to answer.
    ///
    /// Source: k3s docs, "Manual Upgrades"; Kubernetes docs, "Version Skew Policy".
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
    /// k3s: {version: v1.36.5+k3s1}
    /// ```
    "k3s-version-unpinned", Warning, since "0.1.0", fix Unsafe, suppressible, Reads::Model(check)
}

fn check(config: &Config, report: &mut Report<'_>) {
    let k3s = config.k3s.get();
    // Both at once are `conflicting-keys`.
    if k3s.is_some_and(|k3s| k3s.version.is_written()) {
        return;
    }
    let Some(channel) = k3s.and_then(|k3s| k3s.channel.spanned()) else {
        return;
    };
    let word = match channel.value {
        Channel::Stable => "stable",
        Channel::Latest => "latest",
    };
    let finding = report
        .found(channel.span, format!("channel `{word}` does not pin a version"))
        .help(format!("use `version: {DEFAULT_VERSION}` in place of `channel`"))
        .note("machines added later get a newer k3s than the servers, which Kubernetes does not support");
    let edit = |span, text: &str| Edit {
        span,
        text: text.to_owned(),
    };
    let fix = Fix {
        title: format!("use `version: {DEFAULT_VERSION}`"),
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
    fn a_channel_is_flagged_and_replaced() {
        check(
            r"
k3s: {channel: latest}
#              ^^^^^^ warning[k3s-version-unpinned]: channel `latest` does not pin a version
",
        );
        let after = format!("k3s: {{version: {DEFAULT_VERSION}}}\n");
        check_fix("k3s-version-unpinned", "k3s: {channel: stable}\n", &after);
        check(&after);
    }
}
