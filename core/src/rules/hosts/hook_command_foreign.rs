//! See [`RULE`].

use super::shell::place;
use crate::facts::hosts::FOREIGN_COMMANDS;
use crate::model::Config;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// A hook runs a program that Debian and Ubuntu do not have, or that nothing installs.
    ///
    /// ## Why
    ///
    /// The program of another distribution, or one that comes from its maker's own repository, is not on the machine. The hook stops there, and
    /// the machine's setup with it. k3s brings containerd, `crictl`, `ctr` and `kubectl`, but neither Docker nor Helm.
    ///
    /// Source: packages.debian.org; k3s docs, "Cluster Access" and "Helm"; the hooks run with `set -eu`, docs/artifacts.md.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// cloudInit: {beforeK3s: [yum install -y nfs-utils]}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// cloudInit: {packages: [nfs-common]}
    /// ```
    "hook-command-foreign", Error, since "0.1.0", fix None, suppressible, Reads::Model(check)
}

fn check(config: &Config, report: &mut Report<'_>) {
    for hook in report.hooks() {
        for command in hook.commands() {
            let Some(name) = command.words.first() else {
                continue;
            };
            let Some((_, help)) = FOREIGN_COMMANDS.iter().find(|(known, _)| known == name) else {
                continue;
            };
            // The hook may look for it first, or get it by another command.
            if hook.text().matches(name).count() > 1 || is_brought(config, hook.text(), name) {
                continue;
            }
            let finding = report.found(place(report, hook, command), format!("no machine has `{name}`"));
            report.push(
                finding
                    .help(*help)
                    .note("the hook stops there, and with it the machine's setup"),
            );
        }
    }
}

/// Whether a package, a file or another hook may bring the program.
fn is_brought(config: &Config, hook: &str, name: &str) -> bool {
    let packages = config.packages();
    let mut packages = packages.map(|package| package.value.as_str());
    let mut files = config.files();
    let gets = |text: &str| {
        text.contains(name)
            && ["install", "curl", "wget", "cp ", "ln ", "snap"]
                .iter()
                .any(|how| text.contains(how))
    };
    let mut others = config.hooks().map(|other| other.value.0.as_str());
    packages.any(|package| package.contains(name))
        || files.any(|(path, content)| path.value.ends_with(&format!("/{name}")) || gets(content.value))
        || others.any(|other| other != hook && gets(other))
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn programs_that_no_machine_has() {
        check(
            r#"
cloudInit:
  beforeK3s:
    - dnf install -y jq
#     ^^^ error[hook-command-foreign]: no machine has `dnf`
    - setenforce 0
#     ^^^^^^^^^^ error[hook-command-foreign]: no machine has `setenforce`
    - if command -v firewall-cmd; then firewall-cmd --reload; fi
  afterK3s:
    - docker pull busybox
#     ^^^^^^ error[hook-command-foreign]: no machine has `docker`
    - apt-get install -y rpm
    - rpm -qa
"#,
        );
        check(
            r#"
cloudInit:
  packages: [docker.io]
#            ^^^^^^^^^ info[host-containerd-installed]: package `docker.io` installs a second containerd
  beforeK3s:
    - curl -fsSLo /tmp/helm.tgz https://mirror.acme.dev/helm-v4.0.0-linux-amd64.tar.gz
  afterK3s:
    - docker pull busybox
    - helm version
"#,
        );
    }
}
