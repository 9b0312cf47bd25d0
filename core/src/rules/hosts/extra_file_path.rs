//! See [`RULE`].

use crate::diagnostic::Severity;
use crate::model::Config;
use crate::plan::Plan;
use crate::rules::{Reads, Report, declare_rule};
use crate::source::Span;
use std::collections::BTreeMap;

declare_rule! {
    /// A file has a path that does not work.
    ///
    /// ## Why
    ///
    /// cloud-init writes files as root to absolute paths in order, so the later of two with the same path wins. gkc writes its own
    /// files, and replacing one would break the node. Files in `/tmp` and `/run` may be deleted before anything reads them, which
    /// is a warning.
    ///
    /// Source: cloud-init docs, "Write Files"; systemd docs, systemd-tmpfiles(8).
    ///
    /// ## Example
    ///
    /// ```yaml
    /// cloudInit: {files: [{path: etc/motd, content: hello}]}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// cloudInit: {files: [{path: /etc/motd, content: hello}]}
    /// ```
    "extra-file-path", Error, since "0.1.0", fix None, suppressible, Reads::Plan(check)
}

/// What gkc writes to a machine; a trailing slash marks a folder.
const OWN: [&str; 16] = [
    "/etc/gkc/",
    "/etc/modules-load.d/gkc.conf",
    "/etc/rancher/k3s/config.yaml",
    "/etc/rancher/k3s/config.yaml.d/10-node.yaml",
    "/etc/rancher/k3s/config.yaml.d/20-address.yaml",
    "/etc/rancher/k3s/config.yaml.d/30-cluster.yaml",
    "/etc/rancher/k3s/config.yaml.d/30-provider.yaml",
    "/etc/rancher/k3s/datastore-ca.pem",
    "/etc/ssh/sshd_config.d/10-gkc.conf",
    "/etc/sysctl.d/90-gkc.conf",
    "/etc/systemd/system/gkc-guard.service",
    "/etc/systemd/system/k3s-agent.service.d/10-gkc.conf",
    "/etc/systemd/system/k3s.service.d/10-gkc.conf",
    "/etc/systemd/system/tailscaled.service.d/10-gkc.conf",
    "/usr/local/lib/gkc/",
    "/usr/local/sbin/gkc-node",
];
const REGISTRIES: &str = "/etc/rancher/k3s/registries.yaml";

fn is_own(path: &str, plan: &Plan) -> bool {
    let registries = !plan.k3s.mirrors.is_empty() || !plan.k3s.registries.is_empty();
    OWN.iter()
        .any(|own| path == *own || own.ends_with('/') && path.starts_with(own))
        || path.starts_with("/var/lib/gkc/")
        || path == REGISTRIES && registries
}

fn check(config: &Config, plan: &Plan, report: &mut Report<'_>) {
    let mut seen: BTreeMap<&str, Span> = BTreeMap::new();
    for path in config.file_paths() {
        let text = path.value.as_str();
        let earlier = seen.get(text).copied();
        seen.entry(text).or_insert(path.span);
        let found = |message: String| report.found(path.span, message);
        let finding = if !text.starts_with('/') {
            found(format!("path `{text}` is not absolute"))
                .help(format!("use `/{}`", text.trim_start_matches("./")))
        } else if text.ends_with('/') || text.split('/').any(|part| part == "..") {
            found(format!("path `{text}` does not name a file")).help("use the full path of a file")
        } else if is_own(text, plan) {
            found(format!("path `{text}` belongs to gkc")).help(match text {
                REGISTRIES => "use `k3s.registries`",
                _ => "use another path; k3s reads all of `/etc/rancher/k3s/config.yaml.d`, and systemd all of its folders",
            })
        } else if let Some(earlier) = earlier {
            found(format!("duplicate path `{text}`"))
                .and(earlier, "first written here")
                .help("remove one")
        } else if ["/tmp/", "/run/", "/var/run/"]
            .iter()
            .any(|gone| text.starts_with(gone))
        {
            let mut finding = found(format!("`{text}` may be deleted before anything reads it"))
                .help("use a permanent path, such as one under `/opt` or `/usr/local`")
                .note("the folder is emptied on each boot");
            finding.severity = Severity::Warning;
            finding
        } else {
            continue;
        };
        report.push(finding);
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn paths_that_do_not_work() {
        check(
            r"
cloudInit:
  files:
    - {path: etc/motd, content: a}
#            ^^^^^^^^ error[extra-file-path]: path `etc/motd` is not absolute
    - {path: /etc/motd, content: a}
    - {path: /etc/motd, content: b}
#            ^^^^^^^^^ error[extra-file-path]: duplicate path `/etc/motd`
    - {path: /etc/rancher/k3s/config.yaml, content: b}
#            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[extra-file-path]: path `/etc/rancher/k3s/config.yaml` belongs to gkc
    - {path: /usr/local/lib/gkc/before-k3s.sh, content: b}
#            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[extra-file-path]: path `/usr/local/lib/gkc/before-k3s.sh` belongs to gkc
    - {path: /opt/, content: b}
#            ^^^^^ error[extra-file-path]: path `/opt/` does not name a file
    - {path: /tmp/x, content: b}
#            ^^^^^^ warning[extra-file-path]: `/tmp/x` may be deleted before anything reads it
    - {path: /etc/rancher/k3s/registries.yaml, content: b}
    - {path: /etc/rancher/k3s/config.yaml.d/50-mine.yaml, content: b}
",
        );
    }

    #[test]
    fn all_files_of_gkc() {
        let text = crate::testing::complete(
            "cluster: {size: medium}\ntailscale: {admins: [ada@acme.dev]}\ncloudInit: {beforeK3s: [a], afterK3s: [b]}\n\
             k3s: {datastore: {endpoint: {env: E}, caCert: {env: C}}, registries: {mirrors: {docker.io: {endpoint: [https://m.acme.dev]}}}}\n",
        );
        let file = crate::source::SourceFile::new(crate::source::FileId::CONFIG, "gitpod-k3s.yaml", text);
        let inputs = crate::testing::TestInputs::default();
        let checked = crate::check_with(&file, &inputs, crate::Options::default());
        let plan = checked.analysis.plan_data().unwrap();
        let mut paths = Vec::new();
        for artifact in checked.preview() {
            if artifact.path.starts_with("cloud-init/") && artifact.path.ends_with(".yaml") {
                let data: serde_json::Value = serde_yaml::from_slice(&artifact.bytes).unwrap();
                let files = data["write_files"].as_array().unwrap().clone();
                paths.extend(files.iter().map(|file| file["path"].as_str().unwrap().to_owned()));
            }
        }
        assert!(paths.len() > 10);
        for path in paths {
            assert!(super::is_own(&path, plan), "{path}");
        }
    }
}
