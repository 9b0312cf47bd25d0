//! See [`RULE`].

use crate::diagnostic::Applicability;
use crate::facts::k3s::{DEFAULT_VERSION, OLDEST_MINOR, Version};
use crate::model::Config;
use crate::rules::{Reads, Report, declare_rule, edit};

declare_rule! {
    /// The k3s version is too old for gkc's configuration.
    ///
    /// ## Why
    ///
    /// gkc writes parts of k3s's configuration to `config.yaml.d`, which k3s reads since v1.21. An older version ignores them and
    /// starts a separate cluster on every server, with its own addresses.
    ///
    /// Source: k3s docs, "Configuration Options".
    ///
    /// ## Example
    ///
    /// ```yaml
    /// k3s: {version: v1.20.15+k3s1}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// k3s: {version: v1.36.5+k3s1}
    /// ```
    "k3s-version-too-old", Error, since "0.1.0", fix Unsafe, always, Reads::Model(check), silences super::registry_trust_lost::RULE.rule
}

fn check(config: &Config, report: &mut Report<'_>) {
    let k3s = config.k3s.get();
    let Some(written) = k3s.and_then(|k3s| k3s.version.spanned()) else {
        return;
    };
    let Some(version) = Version::parse(&written.value).filter(|version| !version.at_least(OLDEST_MINOR, 0))
    else {
        return;
    };
    let finding = report
        .found(
            written.span,
            format!("k3s {version} is too old for gkc's configuration"),
        )
        .help(format!(
            "use v1.{OLDEST_MINOR} or later, such as `{DEFAULT_VERSION}`"
        ))
        .note("it does not read `config.yaml.d`, so every server starts a cluster of its own");
    let fix = edit::write(report, written.span, DEFAULT_VERSION, Applicability::Unsafe);
    report.push(edit::attach(finding, fix));
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn the_first_supported_version() {
        check(
            r"
k3s: {version: v1.20.15+k3s1}
#              ^^^^^^^^^^^^^ error[k3s-version-too-old]: k3s v1.20.15+k3s1 is too old for gkc's configuration
",
        );
        check(
            r"
k3s: {version: v1.21.0+k3s1}
#              ^^^^^^^^^^^^ warning[k3s-version-vulnerable]: k3s v1.21.0+k3s1 lacks the fix of CVE-2025-31133
#              ^^^^^^^^^^^^ error[registry-trust-lost]: k3s v1.21.0+k3s1 does not keep containerd's settings for `reg.gitpod.acme.dev:31750`
",
        );
        check(
            r"
k3s: {channel: stable}
#              ^^^^^^ warning[k3s-version-unpinned]: channel `stable` does not pin a version
",
        );
    }
}
