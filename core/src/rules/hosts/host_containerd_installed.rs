//! See [`RULE`].

use crate::facts::hosts::BRINGS_CONTAINERD;
use crate::model::Config;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// A second containerd is installed beside k3s's own.
    ///
    /// ## Why
    ///
    /// k3s brings a containerd and uses no other. A second one, Docker's too, has images, a network and rules for the firewall of
    /// its own: it takes disk and memory, and Docker sets the policy of forwarded packets to drop.
    ///
    /// Source: k3s docs, "k3s agent", "Agent Runtime"; Docker docs, "Packet filtering and firewalls"; gitpod-io/gitpod#9444.
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
    let packages = config
        .cloud_init
        .get()
        .into_iter()
        .flat_map(|cloud_init| cloud_init.packages.items());
    for package in packages.filter(|package| BRINGS_CONTAINERD.contains(&package.value.as_str())) {
        let finding = report
            .found(
                package.span,
                format!("`{}` brings a second containerd beside k3s's", package.value),
            )
            .help("leave it out: k3s brings its own and uses no other");
        report.push(finding.note("Docker's has the kernel drop what it does not forward itself"));
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
#                      ^^^^^^^^^ info[host-containerd-installed]: `docker.io` brings a second containerd beside k3s's
#                                      ^^^^^^^^^^ info[host-containerd-installed]: `containerd` brings a second containerd beside k3s's
",
        );
    }
}
