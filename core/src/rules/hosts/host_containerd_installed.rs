//! See [`RULE`].

use crate::facts::hosts::BRINGS_CONTAINERD;
use crate::model::Config;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// A package installs a second containerd next to k3s's own.
    ///
    /// ## Why
    ///
    /// k3s includes containerd and uses no other. A second one, Docker's included, has its own images, network and firewall rules:
    /// it takes disk and memory, and Docker sets the policy for forwarded packets to drop.
    ///
    /// Source: k3s docs, "k3s agent", "Agent Runtime"; Docker docs, "Packet filtering and firewalls".
    ///
    /// ## Example
    ///
    /// ```yaml
    /// cloudInit: {packages: [docker.io]}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// cloudInit: {packages: [open-iscsi]}
    /// ```
    "host-containerd-installed", Info, since "0.1.0", fix None, suppressible, Reads::Model(check)
}

fn check(config: &Config, report: &mut Report<'_>) {
    let packages = config.packages();
    for package in packages.filter(|package| BRINGS_CONTAINERD.contains(&package.value.as_str())) {
        let finding = report
            .found(
                package.span,
                format!("package `{}` installs a second containerd", package.value),
            )
            .help("remove it: k3s includes containerd and uses no other");
        report.push(finding.note("Docker also makes the kernel drop forwarded packets that are not its own"));
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn docker_in_any_package() {
        check(
            r"
cloudInit: {packages: [docker.io, git, containerd]}
#                      ^^^^^^^^^ info[host-containerd-installed]: package `docker.io` installs a second containerd
#                                      ^^^^^^^^^^ info[host-containerd-installed]: package `containerd` installs a second containerd
",
        );
    }
}
