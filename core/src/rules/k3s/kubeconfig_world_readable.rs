//! See [`RULE`].

use super::passthrough::of_servers;
use crate::diagnostic::Fix;
use crate::model::Config;
use crate::rules::edit::double_quoted;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// Everybody on a server may read the key to the whole cluster.
    ///
    /// ## Why
    ///
    /// `/etc/rancher/k3s/k3s.yaml` holds a certificate of the group `system:masters`, to which Kubernetes refuses nothing. With a
    /// mode that lets others read it, any process of any user on the machine is the cluster's administrator. For people, `write-
    /// kubeconfig-group` with the mode `0640` does it.
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

/// What others than the owner and the group may do.
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
                format!("with the mode `{text}` every user of a server is the cluster's administrator"),
            )
            .help(format!(
                "write `\"{PRIVATE}\"`, or `\"0640\"` with `write-kubeconfig-group`"
            ))
            .note("the file holds a certificate to which Kubernetes refuses nothing");
        let fix = Fix::risky(
            format!("write `\"{PRIVATE}\"`"),
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
    fn what_others_may_read() {
        check(
            r#"
k3s: {serverConfig: {write-kubeconfig-mode: "0644"}}
#                                           ^^^^^^ warning[kubeconfig-world-readable]: With the mode `0644` every user of a server is the cluster's administrator
"#,
        );
        check(
            r#"
k3s: {serverConfig: {write-kubeconfig-mode: "666"}}
#                                           ^^^^^ warning[kubeconfig-world-readable]: With the mode `666` every user of a server is the cluster's administrator
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
    fn the_default_is_written() {
        check_fix(
            "kubeconfig-world-readable",
            r#"k3s: {serverConfig: {write-kubeconfig-mode: '0777'}}
"#,
            r#"k3s: {serverConfig: {write-kubeconfig-mode: "0600"}}
"#,
        );
    }
}
