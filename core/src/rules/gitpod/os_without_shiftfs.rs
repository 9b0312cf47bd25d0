//! See [`RULE`].

use crate::diagnostic::{Diagnostic, Severity};
use crate::facts::gitpod::{Release, SHIFTFS_ONLY};
use crate::facts::hosts::{host, starts_with_shiftfs};
use crate::model::{Config, Os, Provider};
use crate::plan::Plan;
use crate::rules::{Reads, Report, declare_rule};
use crate::source::Span;

declare_rule! {
    /// The operating system's kernel has no shiftfs, which this Gitpod release requires.
    ///
    /// ## Why
    ///
    /// ws-daemon mounts every workspace's files with shiftfs, and since August 2023 by no other means: without that kernel module, it fails
    /// with "cannot mount shiftfs mark" and no workspace starts. The module is only in Ubuntu's kernels before 6.5. Earlier releases can use
    /// FUSE, and gkc configures it where there is no shiftfs.
    ///
    /// Ubuntu 22.04 has kernel 5.15, but the images of Azure and Google Cloud come with 6.8, which is an info: run `modprobe shiftfs` on a
    /// machine to find out.
    ///
    /// Suppress this rule if you install the module yourself.
    ///
    /// Source: gitpod-io/gitpod 64994160d9 (2023-08-18), `components/ws-daemon/pkg/iws/iws.go`; Ubuntu bug 2038522.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// cluster: {os: ubuntu-24.04}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// cluster: {os: ubuntu-22.04}
    /// ```
    "os-without-shiftfs", Error, since "0.1.0", fix None, suppressible, Reads::Plan(check), for Gitpod
}

const MODULE: &str = "shiftfs";

fn check(config: &Config, plan: &Plan, report: &mut Report<'_>) {
    let Some(gitpod) = plan.gitpod() else { return };
    // Nothing of Gitpod runs on a Raspberry Pi, which is said already.
    if plan.provider == Provider::RaspberryPi {
        return;
    }
    let starts = starts_with_shiftfs(plan.os, plan.provider);
    if starts || gitpod.release < SHIFTFS_ONLY || brings_module(config) {
        return;
    }
    let cluster = config.cluster.get();
    let release = config.gitpod.get().and_then(|gitpod| gitpod.release.spanned());
    let os = cluster.and_then(|cluster| cluster.os.span());
    let at = os
        .or(release.map(|release| release.span))
        .or(cluster.and_then(|cluster| cluster.provider.span()))
        .unwrap_or_else(|| report.anchor());
    if host(plan.os).shiftfs {
        report.push(newer_kernel(gitpod.release, plan, at, report));
        return;
    }
    let message = format!(
        "Gitpod {} requires shiftfs, which {} does not have",
        gitpod.release,
        plan.os.label()
    );
    let mut finding = report.found(at, message);
    if let (Some(_), Some(release)) = (os, release) {
        finding = finding.and(release.span, "release set here");
    }
    let better = Os::Ubuntu2204.as_str();
    let help = match gitpod.release {
        Release::Main => format!("use `os: {better}`, or a release before {SHIFTFS_ONLY}"),
        Release::Dated { .. } => format!("use `os: {better}`"),
    };
    report.push(
        finding
            .help(help)
            .note("ws-daemon cannot mount the files of a workspace, and none starts"),
    );
}

/// The system has the module, but not in the kernel that the provider's images start with.
fn newer_kernel(release: Release, plan: &Plan, at: Span, report: &Report<'_>) -> Diagnostic {
    let message = format!(
        "Gitpod {release} requires shiftfs, which {}'s images of {} may not have",
        plan.provider.label(),
        plan.os.label()
    );
    let mut finding = report.found(at, message);
    finding.severity = Severity::Info;
    finding
        .help("run `modprobe shiftfs` on a machine; if that fails, install a kernel before 6.5 with `cloudInit`, or use images that have one")
        .note("without it, ws-daemon cannot mount the files of a workspace, and none starts")
}

/// Whether packages, files or commands of the configuration install the module.
fn brings_module(config: &Config) -> bool {
    let Some(cloud_init) = config.cloud_init.get() else {
        return false;
    };
    let packages = cloud_init.packages.items().map(|package| package.value.as_str());
    let commands = cloud_init
        .before_k3s
        .items()
        .map(|command| command.value.0.as_str());
    let files = config.files().map(|(_, content)| content.value);
    packages
        .chain(commands)
        .chain(files)
        .any(|text| text.contains(MODULE))
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn kernels_without_it() {
        check(
            r"
cluster: {os: debian-12}
#             ^^^^^^^^^ error[os-without-shiftfs]: Gitpod main requires shiftfs, which Debian 12 does not have
",
        );
        check(
            r"
cluster: {provider: azure, os: ubuntu-22.04}
#                   ^^^^^ error[api-unreachable]: the Kubernetes API and SSH cannot be reached from outside the node network
#                              ^^^^^^^^^^^^ info[os-without-shiftfs]: Gitpod main requires shiftfs, which Azure's images of Ubuntu 22.04 may not have
",
        );
        check(
            r"
cluster: {provider: gcp}
#                   ^^^ error[api-unreachable]: the Kubernetes API and SSH cannot be reached from outside the node network
#                   ^^^ info[os-without-shiftfs]: Gitpod main requires shiftfs, which Google Cloud's images of Ubuntu 22.04 may not have
",
        );
        check(
            r"
cluster: {os: ubuntu-24.04}
cloudInit: {packages: [shiftfs-dkms]}
",
        );
    }
}
