//! See [`RULE`].

use crate::model::Config;
use crate::plan::Plan;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// The kernel may not load a module that k3s needs.
    ///
    /// ## Why
    ///
    /// Guides for hardening forbid modules that no server of files or mail misses, `overlay` among them. containerd mounts every image with
    /// it, and pods reach other machines through `vxlan`: without them no pod starts, or none is heard.
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

/// Modules that are asked for by their name, which a blacklist lets pass.
const BY_NAME: [&str; 3] = ["br_netfilter", "nf_conntrack", "overlay"];
/// Modules that the kernel asks for itself, by an alias.
const BY_ALIAS: [&str; 2] = ["nf_tables", "veth"];

fn check(config: &Config, plan: &Plan, report: &mut Report<'_>) {
    let by_alias: Vec<&str> = BY_ALIAS.into_iter().chain(between_machines(plan)).collect();
    let files = config.files();
    for (_, content) in files.filter(|(path, _)| path.value.starts_with("/etc/modprobe.d/")) {
        for line in content.value.0.lines() {
            let Some(module) = blocked(line, &by_alias) else {
                continue;
            };
            let finding = report
                .found(
                    content.span,
                    format!("the kernel may not load `{module}`, which k3s needs"),
                )
                .help(format!("leave the line `{}` out", line.trim()));
            report.push(finding.note("no pod starts there, or none is reached from other machines"));
        }
    }
}

/// The module that carries what pods on one machine send to those on another.
fn between_machines(plan: &Plan) -> Option<&'static str> {
    if plan.tailnet.as_ref().is_some_and(|tailnet| tailnet.carries_pods) {
        return None;
    }
    match plan.k3s.flannel_backend() {
        "vxlan" => Some("vxlan"),
        "wireguard-native" => Some("wireguard"),
        _ => None,
    }
}

/// The module that a line of modprobe's keeps from those who need it.
fn blocked<'m>(line: &str, by_alias: &[&'m str]) -> Option<&'m str> {
    let mut words = line.split_whitespace();
    let (verb, module) = (words.next()?, words.next()?);
    // To modprobe the two are one.
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
    fn what_a_line_keeps_from_whom() {
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
#              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[module-blocked]: The kernel may not load `overlay`, which k3s needs
    - {path: /etc/notes, content: "install overlay /bin/false"}
    - {path: /etc/modprobe.d/vpn.conf, content: "blacklist wireguard"}
"#,
        );
        check(
            r#"
k3s: {serverConfig: {flannel-backend: wireguard-native}}
cloudInit: {files: [{path: /etc/modprobe.d/vpn.conf, content: "blacklist wireguard\nblacklist vxlan"}]}
#                                                             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[module-blocked]: The kernel may not load `wireguard`, which k3s needs
"#,
        );
    }
}
