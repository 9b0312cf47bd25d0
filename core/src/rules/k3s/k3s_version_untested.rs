//! See [`RULE`].

use crate::diagnostic::Diagnostic;
use crate::facts::k3s::DEFAULT_VERSION;
use crate::facts::releases::{K3S, Product};
use crate::model::Config;
use crate::plan::{Plan, Release};
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// Something that is installed was made for older releases of Kubernetes.
    ///
    /// ## Why
    ///
    /// Parts of the cluster follow Kubernetes' API, and their makers name the releases that they test with. With a newer one, what they use may
    /// have been removed: the cluster autoscaler of another minor release may lack rights that it needs, and then adds no machines.
    ///
    /// Source: cert-manager docs, "Supported Releases"; kubernetes/autoscaler `cluster-autoscaler/README.md`, "Releases".
    ///
    /// ## Example
    ///
    /// ```yaml
    /// k3s: {version: v1.37.1+k3s1}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// k3s: {version: v1.36.5+k3s1}
    /// ```
    "k3s-version-untested", Warning, since "0.1.0", fix None, suppressible, Reads::Plan(check)
}

/// How many minor releases may have come out since the facts were read: about a year and a half.
const AHEAD: u32 = 4;

/// A version that nobody has released, or not yet.
fn unreleased(config: &Config, plan: &Plan, report: &Report<'_>) -> Option<Diagnostic> {
    let written = config.k3s.get()?.version.spanned()?;
    let version = plan.k3s.install.version()?;
    let newest = K3S
        .lines
        .iter()
        .filter_map(|line| Some(line.kubernetes?.1))
        .max()?;
    let message = if version.minor > newest + AHEAD {
        format!(
            "unknown Kubernetes 1.{}: the newest known is 1.{newest}",
            version.minor
        )
    } else if !version.pre.is_empty() {
        format!("`{}` is a pre-release", written.value)
    } else {
        return None;
    };
    Some(
        report
            .found(written.span, message)
            .help(format!("use `{DEFAULT_VERSION}`")),
    )
}

fn check(config: &Config, plan: &Plan, report: &mut Report<'_>) {
    if let Some(finding) = unreleased(config, plan, report) {
        report.push(finding);
        return;
    }
    let minor = plan.kubernetes_minor();
    let untested: Vec<(String, &'static Product)> = plan
        .releases
        .iter()
        .filter_map(|Release { product, version }| {
            let line = product.line_of(version)?;
            let (first, last) = line.kubernetes.filter(|(_, last)| *last < minor)?;
            let tested = match first == last {
                true => format!("{} {version} is made for Kubernetes 1.{first}", product.name),
                false => format!(
                    "{} {version} is made for Kubernetes 1.{first} to 1.{last}",
                    product.name
                ),
            };
            Some((tested, *product))
        })
        .collect();
    let Some((first, _)) = untested.first() else {
        return;
    };
    let k3s = config.k3s.get();
    let written = k3s.and_then(|k3s| k3s.version.span().or(k3s.channel.span()));
    let finding = report.found(
        written.unwrap_or_else(|| report.anchor()),
        format!("{first}, not 1.{minor}"),
    );
    // What the tree keeps may have a newer release that fits.
    let newer = untested
        .iter()
        .any(|(_, product)| product.made_for(minor).is_some());
    let mut finding = match newer {
        true => finding.help("run `gkc build --update` to install newer releases"),
        false => finding.help(format!("use `{DEFAULT_VERSION}`")),
    };
    if let Some((_, more)) = untested.split_first().filter(|(_, more)| !more.is_empty()) {
        let more: Vec<&str> = more.iter().map(|(tested, _)| tested.as_str()).collect();
        finding = finding.note(more.join("; "));
    }
    report.push(finding);
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn what_is_newer_and_older_than_the_parts() {
        check(
            r"
k3s: {version: v1.37.1+k3s1}
#              ^^^^^^^^^^^^ warning[k3s-version-untested]: cert-manager v1.21.2 is made for Kubernetes 1.33 to 1.36, not 1.37
",
        );
        check("k3s: {version: v1.36.5+k3s1}\n");
    }
}
