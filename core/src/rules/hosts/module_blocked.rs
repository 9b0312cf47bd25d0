//! See [`RULE`].

use crate::model::Config;
use crate::plan::Plan;
use crate::rules::sysctl::line_in;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// A kernel module that k3s needs is blocked.
    ///
    /// ## Why
    ///
    /// Hardening guides blacklist modules that file or mail servers do not need, `overlay` among them. containerd mounts every
    /// image with it, and pods reach other machines through `vxlan`: without them pods do not start, or cannot be reached.
    ///
    /// Source: k3s-io/k3s `pkg/agent/syssetup/setup.go`; modprobe.d(5), "install" and "blacklist"; CIS Ubuntu Linux 24.04 Benchmark,
    /// "Ensure overlayfs kernel module is not available".
    ///
    /// ## Example
    ///
    /// ```yaml
    /// cloudInit: {files: [{path: /etc/modprobe.d/cis.conf, content: "install overlay /bin/false"}]}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// cloudInit: {files: [{path: /etc/modprobe.d/cis.conf, content: "install udf /bin/false"}]}
    /// ```
    "module-blocked", Error, since "0.1.0", fix None, suppressible, Reads::Plan(check)
}

/// Modules that are loaded by name, which a blacklist does not block.
const BY_NAME: [&str; 3] = ["br_netfilter", "nf_conntrack", "overlay"];
/// Modules that the kernel loads itself, by alias.
const BY_ALIAS: [&str; 2] = ["nf_tables", "veth"];

fn check(config: &Config, plan: &Plan, report: &mut Report<'_>) {
    let by_alias: Vec<&str> = BY_ALIAS.into_iter().chain(between_machines(plan)).collect();
    let files = config.files();
    for (_, content) in files.filter(|(path, _)| path.value.starts_with("/etc/modprobe.d/")) {
        for line in content.value.lines() {
            let Some(module) = blocked(line, &by_alias) else {
                continue;
            };
            let finding = report
                .found(
                    line_in(content.span, line.trim(), report),
                    format!("kernel module `{module}` is blocked, but k3s requires it"),
                )
                .help(format!("remove the line `{}`", line.trim()));
            report.push(finding.note("pods do not start there, or cannot be reached from other machines"));
        }
    }
}

/// The module that carries traffic between pods on different machines.
fn between_machines(plan: &Plan) -> Option<&'static str> {
    match plan.k3s.flannel_backend() {
        "vxlan" => Some("vxlan"),
        "wireguard-native" => Some("wireguard"),
        _ => None,
    }
}

/// The module that a line of a modprobe file blocks.
fn blocked<'m>(line: &str, by_alias: &[&'m str]) -> Option<&'m str> {
    let mut words = line.split_whitespace();
    let (verb, module) = (words.next()?, words.next()?);
    // modprobe treats both as the same.
    let module = module.replace('-', "_");
    let find = |names: &[&'m str]| names.iter().copied().find(|name| *name == module);
    match verb {
        "install" if matches!(words.next()?.rsplit('/').next()?, "true" | "false" | ":") => {
            find(&BY_NAME).or_else(|| find(by_alias))
        }
        "blacklist" => find(by_alias),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn lines_that_block_a_module() {
        let blocked = |line| super::blocked(line, &["vxlan"]);
        assert_eq!(
            blocked("  install br-netfilter /bin/true # CIS"),
            Some("br_netfilter")
        );
        assert_eq!(blocked("install vxlan /usr/bin/false"), Some("vxlan"));
        assert_eq!(blocked("blacklist vxlan"), Some("vxlan"));
        assert_eq!(
            blocked("blacklist overlay"),
            None,
            "modprobe loads it by its name"
        );
        assert_eq!(
            blocked("install overlay /sbin/modprobe --ignore-install overlay"),
            None
        );
        assert_eq!(blocked("# install overlay /bin/false"), None);
        assert_eq!(blocked("options nf_conntrack hashsize=1"), None);
    }

    #[test]
    fn files_of_modprobe() {
        check(
            r#"
cloudInit:
  files:
    - path: /etc/modprobe.d/cis.conf
      content: "install overlay /bin/false"
#               ^^^^^^^^^^^^^^^^^^^^^^^^^^ error[module-blocked]: kernel module `overlay` is blocked, but k3s requires it
    - {path: /etc/notes, content: "install overlay /bin/false"}
    - {path: /etc/modprobe.d/vpn.conf, content: "blacklist wireguard"}
"#,
        );
        check(
            r#"
k3s: {serverConfig: {flannel-backend: wireguard-native}}
cloudInit: {files: [{path: /etc/modprobe.d/vpn.conf, content: "blacklist wireguard\nblacklist vxlan"}]}
#                                                              ^^^^^^^^^^^^^^^^^^^ error[module-blocked]: kernel module `wireguard` is blocked, but k3s requires it
"#,
        );
    }
}
