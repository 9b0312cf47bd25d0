//! See [`RULE`].

use crate::diagnostic::Applicability;
use crate::facts::k3s::{DEFAULT_VERSION, OLDEST_MINOR, Version};
use crate::facts::releases::{K3S, K3S_FIXES};
use crate::model::Config;
use crate::plan::{Install, Plan};
use crate::rules::{Reads, Report, declare_rule, edit};

declare_rule! {
    /// The k3s version lacks the fix of a vulnerability that matters on shared machines.
    ///
    /// ## Why
    ///
    /// Users run their own programs in containers on these machines. A program that leaves its container takes over the machine with all other
    /// workspaces on it, and the credentials of the node.
    ///
    /// Source: k3s release notes; each finding names the advisory.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// k3s: {version: v1.37.0+k3s1}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// k3s: {version: v1.36.5+k3s1}
    /// ```
    "k3s-version-vulnerable", Warning, since "0.1.0", fix Unsafe, suppressible, Reads::Plan(check)
}

fn check(config: &Config, plan: &Plan, report: &mut Report<'_>) {
    let Install::Version(version) = &plan.k3s.install else {
        return;
    };
    let Some(fixed) = K3S_FIXES.iter().find(|fixed| fixed.is_in(version)) else {
        return;
    };
    // Too old for anything else that is said here.
    if !version.at_least(OLDEST_MINOR, 0) {
        return;
    }
    let k3s = config.k3s.get();
    let written = k3s.and_then(|k3s| k3s.version.span());
    let at = written.unwrap_or_else(|| report.anchor());
    let patched = K3S.line(version.minor).map(|line| line.version);
    let patched = patched.filter(|patch| Version::parse(patch).is_some_and(|patch| !fixed.is_in(&patch)));
    let patched = patched.unwrap_or(DEFAULT_VERSION);
    let finding = report
        .found(at, format!("k3s {version} lacks the fix of {}", fixed.id))
        .help(format!("use `{patched}`"))
        .note(fixed.what);
    let fix = written.and_then(|_| edit::write(report, at, patched, Applicability::Unsafe));
    report.push(edit::attach(finding, fix));
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn patches_of_every_minor_release() {
        check(
            r"
k3s: {version: v1.34.1+k3s1}
#              ^^^^^^^^^^^^ warning[k3s-version-vulnerable]: k3s v1.34.1+k3s1 lacks the fix of CVE-2025-31133
",
        );
        check(
            r"
k3s: {version: v1.30.14+k3s2}
#              ^^^^^^^^^^^^^ warning[k3s-version-vulnerable]: k3s v1.30.14+k3s2 lacks the fix of CVE-2025-31133
",
        );
        check("k3s: {version: v1.34.2+k3s1}\n");
        check("k3s: {version: v1.35.0+k3s1}\n");
    }
}
