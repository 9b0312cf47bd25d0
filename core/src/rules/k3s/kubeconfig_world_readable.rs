//! See [`RULE`].

use super::passthrough::of_servers;
use crate::diagnostic::Fix;
use crate::model::Config;
use crate::rules::edit::double_quoted;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// The admin kubeconfig is readable by every user of a server.
    ///
    /// ## Why
    ///
    /// `/etc/rancher/k3s/k3s.yaml` contains a certificate of the group `system:masters`, which may do anything in the cluster. With
    /// a mode that lets others read it, any process of any user on the machine is cluster administrator. To give people access, use
    /// `write-kubeconfig-group` with the mode `0640`.
    ///
    /// Source: k3s docs, "Cluster Access"; k3s docs, "k3s server", `--write-kubeconfig-mode`.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// k3s: {serverConfig: {write-kubeconfig-mode: "0644"}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// k3s: {serverConfig: {write-kubeconfig-mode: "0600"}}
    /// ```
    "kubeconfig-world-readable", Warning, since "0.1.0", fix Unsafe, suppressible, Reads::Model(check)
}

/// The permissions of others.
const OTHERS: u32 = 0o007;
const PRIVATE: &str = "0600";

fn check(config: &Config, report: &mut Report<'_>) {
    let Some(mode) = of_servers(config, "write-kubeconfig-mode") else {
        return;
    };
    let Some(text) = mode.text() else { return };
    let bits = u32::from_str_radix(text.strip_prefix("0o").unwrap_or(text), 8);
    if bits.is_ok_and(|bits| bits & OTHERS != 0) {
        let finding = report
            .found(
                mode.value.span,
                format!("kubeconfig mode `{text}` makes every user of a server a cluster administrator"),
            )
            .help(format!(
                "use `\"{PRIVATE}\"`, or `\"0640\"` with `write-kubeconfig-group`"
            ))
            .note("the file contains a certificate that may do anything in the cluster");
        let fix = Fix::risky(
            format!("use `\"{PRIVATE}\"`"),
            mode.value.span,
            double_quoted(PRIVATE),
        );
        report.push(finding.fix(fix));
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, check_fix};

    #[test]
    fn readable_by_others() {
        check(
            r#"
k3s: {serverConfig: {write-kubeconfig-mode: "0644"}}
#                                           ^^^^^^ warning[kubeconfig-world-readable]: kubeconfig mode `0644` makes every user of a server a cluster administrator
"#,
        );
        check(
            r#"
k3s: {serverConfig: {write-kubeconfig-mode: "666"}}
#                                           ^^^^^ warning[kubeconfig-world-readable]: kubeconfig mode `666` makes every user of a server a cluster administrator
"#,
        );
        check(
            r#"
k3s: {serverConfig: {write-kubeconfig-mode: "0640", write-kubeconfig-group: admin}}
"#,
        );
        check(
            r#"
k3s: {serverConfig: {write-kubeconfig-mode: "0600"}}
"#,
        );
    }

    #[test]
    fn the_fix_writes_the_default() {
        check_fix(
            "kubeconfig-world-readable",
            r#"k3s: {serverConfig: {write-kubeconfig-mode: '0777'}}
"#,
            r#"k3s: {serverConfig: {write-kubeconfig-mode: "0600"}}
"#,
        );
    }
}
