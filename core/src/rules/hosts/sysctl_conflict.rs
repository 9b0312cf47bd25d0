//! See [`RULE`].

use super::shell::place;
use crate::facts::hosts::{SYSCTL, SYSCTL_FILE};
use crate::model::Config;
use crate::plan::Plan;
use crate::rules::sysctl::line_in;
use crate::rules::sysctl::settings;
use crate::rules::{Reads, Report, declare_rule};
use crate::source::Span;

declare_rule! {
    /// A kernel setting breaks pods or workspaces.
    ///
    /// ## Why
    ///
    /// Hardening guides disable forwarding and user namespaces. A node forwards its pods' traffic, every workspace runs in its own
    /// user namespaces, and both watch many files. The last setting read wins; gkc's are in `90-gkc.conf`.
    ///
    /// Source: k3s docs, "Requirements"; sysctl.d(5); user_namespaces(7).
    ///
    /// ## Example
    ///
    /// ```yaml
    /// cloudInit: {files: [{path: /etc/sysctl.d/99-cis.conf, content: "user.max_user_namespaces = 0"}]}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// cloudInit: {files: [{path: /etc/sysctl.d/99-cis.conf, content: "kernel.kptr_restrict = 2"}]}
    /// ```
    "sysctl-conflict", Error, since "0.1.0", fix None, suppressible, Reads::Plan(check)
}

/// Settings with their minimum, and who needs them.
const NEEDED: [(&str, u64, NeededBy); 9] = [
    ("fs.inotify.max_user_instances", 1024, NeededBy::Workspaces),
    ("fs.inotify.max_user_watches", 524_288, NeededBy::Workspaces),
    ("kernel.unprivileged_userns_clone", 1, NeededBy::Workspaces),
    ("net.bridge.bridge-nf-call-iptables", 1, NeededBy::Pods),
    ("net.ipv4.conf.all.forwarding", 1, NeededBy::Pods),
    ("net.ipv4.conf.default.forwarding", 1, NeededBy::Pods),
    ("net.ipv4.ip_forward", 1, NeededBy::Pods),
    ("user.max_net_namespaces", 1024, NeededBy::Pods),
    ("user.max_user_namespaces", 1024, NeededBy::Workspaces),
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum NeededBy {
    Pods,
    Workspaces,
}

fn check(config: &Config, plan: &Plan, report: &mut Report<'_>) {
    for setting in settings(config) {
        let key = setting.key.trim_start();
        // gkc's settings override files that are read earlier; sysctl.conf is read last.
        let before = setting.path.starts_with("/etc/sysctl.d/") && setting.path < SYSCTL_FILE;
        if !(before && SYSCTL.iter().any(|(own, _)| *own == key)) {
            let at = |report: &Report<'_>| line_in(setting.at, setting.line, report);
            judge(&at, key, setting.value, plan, report);
        }
    }
    for hook in report.hooks() {
        for command in hook.commands() {
            if !command.runs(&["sysctl"]) {
                continue;
            }
            for (key, value) in command.words.iter().filter_map(|word| word.split_once('=')) {
                judge(
                    &|report| place(report, hook, command),
                    &key.replace('/', "."),
                    value.trim_matches(['"', '\'']),
                    plan,
                    report,
                );
            }
        }
    }
}

/// Reports a setting that breaks something. Its place is only looked for then.
fn judge(at: &dyn Fn(&Report<'_>) -> Span, key: &str, value: &str, plan: &Plan, report: &mut Report<'_>) {
    let needed = NEEDED.iter().find(|(known, ..)| *known == key);
    let (Some((_, least, needed_by)), Ok(number)) = (needed, value.parse::<u64>()) else {
        return;
    };
    if number >= *least || *needed_by == NeededBy::Workspaces && plan.platform.is_none() {
        return;
    }
    let (who, note) = match needed_by {
        NeededBy::Pods => (
            "pods",
            "pods cannot reach pods on other machines, or the internet",
        ),
        NeededBy::Workspaces => (
            "workspaces",
            "workspaces do not start there, or fail with too many open files",
        ),
    };
    let finding = report
        .found(at(report), format!("`{key} = {number}` breaks {who}"))
        .help(format!("remove it, or set it to {least} or more"));
    report.push(finding.note(note));
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn settings_of_hardening_guides() {
        check(
            r#"
cloudInit:
  files:
    - path: /etc/sysctl.d/99-cis.conf
      content: "net/ipv4/ip_forward = 0"
#               ^^^^^^^^^^^^^^^^^^^^^^^ error[sysctl-conflict]: `net.ipv4.ip_forward = 0` breaks pods
    - {path: /etc/sysctl.d/10-early.conf, content: "net.ipv4.ip_forward = 0"}
    - {path: /etc/sysctl.d/99-more.conf, content: "user.max_user_namespaces = 65536\n# user.max_user_namespaces = 0"}
  beforeK3s: [sysctl -w kernel.unprivileged_userns_clone=0]
#             ^^^^^^ error[sysctl-conflict]: `kernel.unprivileged_userns_clone = 0` breaks workspaces
"#,
        );
        check(
            r"
platform: none
cloudInit: {beforeK3s: [sysctl -w user.max_user_namespaces=0]}
cluster: {api: {host: k3s.acme.dev}}
",
        );
    }
}
