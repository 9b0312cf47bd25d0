//! See [`RULE`].

use super::extra_file_unread::passed_over;
use super::paths::{Read, is_slip, reads, with_folders};
use crate::model::Config;
use crate::rules::{Reads, Report, declare_rule};
use crate::source::Span;

declare_rule! {
    /// A path is nearly that of a file of `cloudInit`.
    ///
    /// ## Why
    ///
    /// `cloudInit.files` puts a file onto the machines, and a command, a flag of k3s or a registry reads it. A letter less, `.yml` for
    /// `.yaml`, or another folder, and it is not there.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// cloudInit:
    ///   files: [{path: /etc/sysctl.d/90-kubelet.conf, content: "vm.swappiness = 10"}]
    ///   beforeK3s: [sysctl -p /etc/sysctl.d/90-kublet.conf]
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// cloudInit:
    ///   files: [{path: /etc/sysctl.d/90-kubelet.conf, content: "vm.swappiness = 10"}]
    ///   beforeK3s: [sysctl -p /etc/sysctl.d/90-kubelet.conf]
    /// ```
    "path-misspelt", Warning, since "0.1.0", fix None, suppressible, Reads::Model(check)
}

/// So many paths that nothing writes are compared with all that are written: each comparison costs, and nobody's commands and units read
/// as many.
const MOST_COMPARED: usize = 200;

fn check(config: &Config, report: &mut Report<'_>) {
    // Another rule says which names nothing reads.
    let paths = config
        .file_paths()
        .filter(|path| passed_over(&path.value).is_none());
    let mut written: Vec<(&str, Span)> = paths.map(|path| (path.value.as_str(), path.span)).collect();
    written.extend(made(report));
    if written.is_empty() {
        return;
    }
    let there = with_folders(written.iter().map(|(path, _)| *path));
    let reads = reads(config, report);
    let missing = reads.iter().filter(|read| !there.contains(read.path.as_str()));
    for Read { path, at, .. } in missing.take(MOST_COMPARED) {
        let Some((known, there)) = written.iter().find(|(known, _)| is_slip(path, known)) else {
            continue;
        };
        let finding = report
            .found(*at, format!("nothing writes `{path}`"))
            .and(*there, "this file is written");
        report.push(finding.help(format!("did you mean `{known}`?")));
    }
}

/// Programs of one's own that commands download, each with the place of the command's item.
fn made<'a>(report: &Report<'a>) -> Vec<(&'a str, Span)> {
    let mut found = Vec::new();
    for hook in report.hooks() {
        for command in hook.commands() {
            let outputs = command.words.windows(2).filter_map(|pair| match pair {
                ["-o" | "--output" | "-O" | "--output-document", path] => Some(*path),
                _ => None,
            });
            let fetches = command.runs(&["curl"]) || command.runs(&["wget"]);
            found.extend(
                outputs
                    .filter(|path| fetches && path.starts_with('/'))
                    .map(|path| (path, hook.item.span)),
            );
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn near_to_files_that_are_written() {
        check(
            r#"
k3s: {serverConfig: {kube-apiserver-arg: [admission-control-config-file=/etc/rancher/k3s/psa.yml]}}
#                                         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[path-misspelt]: nothing writes `/etc/rancher/k3s/psa.yml`
cloudInit:
  files:
    - {path: /etc/rancher/k3s/psa.yaml, content: "a: b"}
    - {path: /etc/sysctl.d/90-kubelet.conf, content: "vm.swappiness = 10"}
  beforeK3s:
    - sysctl -p /etc/sysctl.d/90-kublet.conf
#               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[path-misspelt]: nothing writes `/etc/sysctl.d/90-kublet.conf`
    - sysctl -p /etc/sysctl.d/91-kubelet.conf
#               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[path-misspelt]: nothing writes `/etc/sysctl.d/91-kubelet.conf`
    - curl -fsSLo /dev/null https://acme.dev && curl -fsSL -o /usr/local/bin/node_exporter https://acme.dev/a
    - chmod 0755 /usr/local/bin/node-exporter
#                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[path-misspelt]: nothing writes `/usr/local/bin/node-exporter`
    - cat /etc/kubelet-sysctl.conf /etc/sysctl.d/90-other.conf
    - sysctl -p /etc/sysctl.d/90-kubelet.conf
    - ls /etc/sysctl.d
"#,
        );
    }
}
