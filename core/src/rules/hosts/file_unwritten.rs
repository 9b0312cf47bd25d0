//! See [`RULE`].

use super::paths::{Read, Reader, is_slip, reads, with_folders};
use crate::model::Config;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// Nothing writes a file that k3s reads.
    ///
    /// ## Why
    ///
    /// A flag or a registry names a file that neither `cloudInit.files` nor a command in `cloudInit.beforeK3s` makes. Where the image of the
    /// machines does not have it either, the API server or the kubelet does not start, and pulls fail.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// k3s: {serverConfig: {kube-apiserver-arg: [audit-policy-file=/etc/k3s/audit.yaml]}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// k3s: {serverConfig: {kube-apiserver-arg: [audit-policy-file=/etc/k3s/audit.yaml]}}
    /// cloudInit:
    ///   files: [{path: /etc/k3s/audit.yaml, content: {file: audit.yaml}}]
    /// ```
    "file-unwritten", Warning, since "0.1.0", fix None, suppressible, Reads::Model(check)
}

/// Folders where the system or k3s has files of its own.
const OTHERS: [&str; 12] = [
    "/dev/",
    "/etc/containerd/",
    "/etc/rancher/k3s/config.yaml",
    "/etc/rancher/k3s/k3s.yaml",
    "/etc/rancher/k3s/registries.yaml",
    "/etc/rancher/node/",
    "/etc/ssl/certs/",
    "/proc/",
    "/run/",
    "/sys/",
    "/usr/share/",
    "/var/",
];

/// Files that every machine has.
const KNOWN: [&str; 2] = ["/etc/resolv.conf", "/etc/ssl/ca-bundle.pem"];

fn check(config: &Config, report: &mut Report<'_>) {
    if report.is_damaged() {
        return;
    }
    let written: Vec<&str> = config.file_paths().map(|path| path.value.as_str()).collect();
    let hooks: Vec<&str> = config.hooks().map(|hook| hook.value.0.as_str()).collect();
    let there = with_folders(written.iter().copied());
    let reads = reads(config, report).into_iter();
    let needed = reads.filter(|read| read.of == Reader::Start && read.path.starts_with('/'));
    for Read { path, at, .. } in needed {
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        // A command may make it: by its path, or by that of its folder.
        let is_made = || {
            let makes =
                |hook: &&str| hook.contains(path.as_str()) || !folder.is_empty() && hook.contains(folder);
            hooks.iter().any(makes)
        };
        let is_others = KNOWN.contains(&path.as_str()) || OTHERS.iter().any(|other| path.starts_with(other));
        // `path-misspelt` says what is near.
        let is_near = || written.iter().any(|known| is_slip(&path, known));
        if is_others || there.contains(path.as_str()) || is_made() || is_near() {
            continue;
        }
        let finding = report
            .found(at, format!("nothing writes `{path}`"))
            .help("add it to `cloudInit.files`");
        report.push(
            finding.note("k3s does not start without it, unless the image of the machines has the file"),
        );
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn what_nobody_writes() {
        check(
            r#"
k3s:
  serverConfig:
    kube-apiserver-arg: [audit-policy-file=/etc/k3s/audit.yaml, audit-log-path=/srv/audit.log]
#                        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[file-unwritten]: nothing writes `/etc/k3s/audit.yaml`
  agentConfig: {resolv-conf: /run/systemd/resolve/resolv.conf}
"#,
        );
        check(
            r#"
k3s: {serverConfig: {kube-apiserver-arg: [audit-policy-file=/etc/k3s/audit.yaml]}}
cloudInit: {beforeK3s: ["install -D -m 600 /root/policy /etc/k3s/audit.yaml"]}
"#,
        );
    }
}
