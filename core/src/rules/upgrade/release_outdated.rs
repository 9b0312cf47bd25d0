//! See [`RULE`].

use crate::model::Config;
use crate::plan::{Built, Plan, next_step};
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// The tree keeps releases that are older than those this gkc installs.
    ///
    /// ## Why
    ///
    /// A newer gkc does not change a running cluster by itself: what the configuration leaves open stays as it was built. `gkc build --update`
    /// moves on to the newer releases, k3s by one minor release at a time. Read their release notes first.
    ///
    /// Source: <https://kubernetes.io/releases/version-skew-policy/>.
    ///
    /// ## Example
    ///
    /// With a tree that was built with `v1.35.9+k3s1`:
    ///
    /// ```yaml
    /// k3s: {}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// k3s: {version: v1.35.9+k3s1}
    /// ```
    "release-outdated", Info, since "0.1.0", fix None, suppressible, Reads::Built(check)
}

fn check(config: &Config, plan: &Plan, built: &Built, report: &mut Report<'_>) {
    let mut newer = Vec::new();
    let k3s = config.k3s.get();
    let chosen = k3s.is_some_and(|k3s| k3s.version.is_written() || k3s.channel.is_written());
    if let (false, Some((before, now))) = (chosen, super::versions(plan, built))
        && before == now
        && let Some(next) = next_step(&now).filter(|next| *next != now.to_string())
    {
        newer.push(format!("k3s {now} ({next} is available)"));
    }
    for release in plan.releases.iter() {
        let line = release.product.line(plan.kubernetes_minor());
        if let Some(line) = line.filter(|line| line.version != release.version) {
            newer.push(format!(
                "{} {} ({})",
                release.product.name, release.version, line.version
            ));
        }
    }
    if newer.is_empty() {
        return;
    }
    report.push(
        report
            .found(
                report.anchor(),
                format!("the cluster keeps older releases: {}", newer.join(", ")),
            )
            .help("run `gkc build --update` to move on to the newer ones")
            .note("what the configuration leaves open stays as it was built"),
    );
}

#[cfg(test)]
mod tests {
    use crate::testing::check_after;

    #[test]
    fn a_newer_gkc_says_what_is_newer() {
        check_after(
            r"
domain: gitpod.acme.dev
#       ^^^^^^^^^^^^^^^ info[release-outdated]: the cluster keeps older releases: k3s v1.34.4+k3s1 (v1.35.9+k3s1 is available)
domain_passlist: [acme.dev]
",
            "k3s: {version: v1.34.4+k3s1}\n",
        );
    }
}
