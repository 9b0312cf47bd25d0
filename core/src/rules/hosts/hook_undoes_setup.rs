//! See [`RULE`].

use super::shell::{Command, place};
use crate::model::Config;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// A hook takes back what the machine's setup does.
    ///
    /// ## Why
    ///
    /// Every machine runs the same hooks. One host name for all makes them one node; k3s's own installer starts a second time with other
    /// settings; a stopped Tailscale or k3s leaves the machine out of the cluster; and what is removed below `/var/lib/rancher` once k3s runs
    /// is the state of the cluster. `tailscale up` refuses to run without all the arguments that the machine was set up with.
    ///
    /// Source: k3s docs, "Configuration Options" and "Uninstalling k3s"; k3s-io/k3s #6054; tailscale.com/kb/1241, "tailscale up".
    ///
    /// ## Example
    ///
    /// ```yaml
    /// cloudInit: {beforeK3s: [hostnamectl set-hostname worker]}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// cluster: {pools: [{name: worker}]}
    /// ```
    "hook-undoes-setup", Error, since "0.1.0", fix None, suppressible, Reads::Model(check),
        silences super::hook_pipes_download::RULE.rule
}

/// Units that each machine needs, of those that a configuration may have.
const UNITS: [&str; 3] = ["k3s", "k3s-agent", "tailscaled"];

/// What `systemctl` ends with these, for good or for now.
const ENDS: [&str; 4] = ["disable", "mask", "stop", "kill"];

/// Scripts that k3s installs to remove itself.
const REMOVERS: [&str; 3] = ["k3s-agent-uninstall.sh", "k3s-killall.sh", "k3s-uninstall.sh"];

/// The state of k3s and of its nodes.
const STATE: [&str; 8] = [
    "/etc/rancher",
    "/etc/rancher/k3s",
    "/var/lib/kubelet",
    "/var/lib/rancher",
    "/var/lib/rancher/k3s",
    "/var/lib/rancher/k3s/agent",
    "/var/lib/rancher/k3s/server",
    "/var/lib/rancher/k3s/server/db",
];

fn check(config: &Config, report: &mut Report<'_>) {
    let has_tailnet = config.tailscale.get().is_some();
    for hook in report.hooks() {
        for command in hook.commands() {
            let Some((message, help)) = fault(command, has_tailnet, !hook.is_early) else {
                continue;
            };
            let finding = report.found(place(report, hook, command), message);
            report.push(
                finding
                    .help(help)
                    .note("hooks run on every machine, also on those that come later"),
            );
        }
    }
}

fn fault(command: &Command<'_>, has_tailnet: bool, is_after: bool) -> Option<(String, &'static str)> {
    let shown = || command.words.join(" ");
    let plain = |word: &str| word.rsplit('/').next().unwrap_or(word).to_owned();
    let program = plain(command.words.first()?);
    let names = |word: &str| !word.contains(['$', '`']) && !word.starts_with('-');
    let renames = match program.as_str() {
        "hostnamectl" => command
            .words
            .get(1)
            .filter(|word| ["set-hostname", "hostname"].contains(word))
            .and_then(|_| command.words.get(2)),
        "hostname" => command.words.get(1),
        _ => None,
    };
    if renames.is_some_and(|name| names(name)) {
        return Some((
            format!("`{}` gives all machines one name", shown()),
            "remove it: nodes are named after their pools, or in `cluster.nodes`",
        ));
    }
    if program == "systemctl" && command.has(&ENDS) {
        let unit = |word: &str| {
            let bare = word.trim_end_matches(".service");
            UNITS.contains(&bare) && (has_tailnet || bare != "tailscaled")
        };
        if command.words.iter().any(|word| unit(word)) {
            return Some((
                format!("`{}` takes the machine out of the cluster", shown()),
                "remove it",
            ));
        }
    }
    if program == "tailscale" && has_tailnet {
        let verb = command.words.get(1)?;
        return match *verb {
            "up" => Some((
                "`tailscale up` is run by gkc".to_owned(),
                "use `tailscale.extraArgs` for further arguments",
            )),
            "down" | "logout" => Some((
                format!("`tailscale {verb}` takes the machine out of the tailnet"),
                "remove it",
            )),
            _ => None,
        };
    }
    if REMOVERS.contains(&program.as_str()) {
        return Some((format!("`{program}` removes k3s"), "remove it"));
    }
    if ["curl", "wget"].contains(&program.as_str()) && command.piped {
        let installer = |word: &str| {
            word.trim_matches(['"', '\''])
                .trim_end_matches('/')
                .ends_with("//get.k3s.io")
        };
        if command.words.iter().any(|word| installer(word)) {
            return Some((
                "k3s is installed a second time, with other settings".to_owned(),
                "remove it, and use the keys below `k3s`",
            ));
        }
    }
    let is_deep = command
        .words
        .iter()
        .any(|word| word.starts_with('-') && word.contains(['r', 'R']));
    if program == "rm" && is_deep && is_after {
        let state = |word: &&str| {
            let bare = word.trim_matches(['"', '\'']).trim_end_matches(['/', '*']);
            STATE.contains(&bare)
        };
        let folder = command.words.iter().find(|word| state(word))?;
        return Some((
            format!("`{folder}` is the state of k3s, which runs by then"),
            "remove the command",
        ));
    }
    None
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn what_hooks_take_back() {
        check(
            r#"
tailscale: {use: access, authKey: {env: T}, admins: [ada@acme.dev]}
^^^^^^^^^ info[tailscale-accept-dns]: machines use the tailnet's DNS, so all lookups in the cluster go through it
cloudInit:
  beforeK3s:
    - rm -rf /var/lib/rancher/k3s
    - hostnamectl set-hostname worker
#     ^^^^^^^^^^^ error[hook-undoes-setup]: `hostnamectl set-hostname worker` gives all machines one name
    - hostnamectl set-hostname "$(cat /etc/machine-id)"
    - curl -sfL https://get.k3s.io | INSTALL_K3S_EXEC=agent sh -
#     ^^^^ error[hook-undoes-setup]: k3s is installed a second time, with other settings
  afterK3s:
    - systemctl disable --now tailscaled
#     ^^^^^^^^^ error[hook-undoes-setup]: `systemctl disable --now tailscaled` takes the machine out of the cluster
    - systemctl stop k3s.service
#     ^^^^^^^^^ error[hook-undoes-setup]: `systemctl stop k3s.service` takes the machine out of the cluster
    - tailscale up --ssh
#     ^^^^^^^^^ error[hook-undoes-setup]: `tailscale up` is run by gkc
    - tailscale status
    - rm -rf /var/lib/rancher/k3s/
#     ^^ error[hook-undoes-setup]: `/var/lib/rancher/k3s/` is the state of k3s, which runs by then
    - rm -rf /var/lib/rancher/k3s/agent/images
    - k3s-killall.sh
#     ^^^^^^^^^^^^^^ error[hook-undoes-setup]: `k3s-killall.sh` removes k3s
"#,
        );
    }
}
