//! See [`RULE`].

use super::passthrough::named;
use crate::facts::k3s::KERNEL_DEFAULTS;
use crate::model::Config;
use crate::rules::sysctl::line_in;
use crate::rules::sysctl::settings;
use crate::rules::{Reads, Report, declare_rule};
use crate::source::Span;

declare_rule! {
    /// The kubelet requires kernel settings that are not set.
    ///
    /// ## Why
    ///
    /// With `protect-kernel-defaults` the kubelet exits if a kernel setting differs from what it expects. No supported operating
    /// system boots with those values, so k3s restarts forever. A file under `/etc/sysctl.d` in `cloudInit.files` is applied before
    /// k3s starts.
    ///
    /// Source: k3s docs, "CIS Hardening Guide", "Ensure `protect-kernel-defaults` is set".
    ///
    /// ## Example
    ///
    /// ```yaml
    /// k3s: {serverConfig: {protect-kernel-defaults: true}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// k3s: {serverConfig: {protect-kernel-defaults: true}}
    /// cloudInit:
    ///   files:
    ///     - path: /etc/sysctl.d/91-kubelet.conf
    ///       content: |
    ///         vm.overcommit_memory = 1
    ///         kernel.panic = 10
    ///         kernel.panic_on_oops = 1
    /// ```
    "kernel-defaults-unset", Error, since "0.1.0", fix None, suppressible, Reads::Model(check)
}

fn check(config: &Config, report: &mut Report<'_>) {
    let protected: Vec<Span> = named(config, "protect-kernel-defaults")
        .filter(|passed| passed.is_on())
        .map(|passed| passed.value.span)
        .collect();
    let Some(first) = protected.first() else {
        return;
    };
    for (key, value) in KERNEL_DEFAULTS {
        let of_key = || settings(config).filter(|setting| setting.key == key);
        if of_key().any(|setting| setting.value == value) {
            continue;
        }
        if let Some(other) = of_key().next() {
            let at = line_in(other.at, other.line, report);
            let finding = report
                .found(at, format!("the kubelet expects `{key} = {value}`"))
                .and(*first, "checked because of this")
                .help(format!("set it to {value}, or remove `protect-kernel-defaults`"));
            report.push(finding.note(NOTE));
        }
    }
    let missing: Vec<String> = KERNEL_DEFAULTS
        .iter()
        .filter(|(key, _)| !is_set(config, key))
        .map(|(key, value)| format!("`{key} = {value}`"))
        .collect();
    if missing.is_empty() {
        return;
    }
    for on in protected {
        let finding = report
            .found(on, format!("missing kernel settings: {}", missing.join(", ")))
            .help("add a file under `/etc/sysctl.d` to `cloudInit.files`, or remove the key")
            .note(NOTE);
        report.push(finding);
    }
}

const NOTE: &str = "the kubelet exits without them, and k3s with it, on every start";

/// Whether an extra file sets it, to whatever value, or a command may.
fn is_set(config: &Config, key: &str) -> bool {
    let cloud_init = config.cloud_init.get().into_iter();
    settings(config).any(|setting| setting.key == key)
        || cloud_init
            .flat_map(|cloud_init| cloud_init.before_k3s.items())
            .any(|command| command.value.0.contains("sysctl"))
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn a_file_or_a_command_sets_them() {
        check(
            r"
k3s: {agentConfig: {protect-kernel-defaults: true}}
#                                            ^^^^ error[kernel-defaults-unset]: missing kernel settings: `vm.overcommit_memory = 1`, `kernel.panic = 10`, `kernel.panic_on_oops = 1`
",
        );
        check(
            r#"
k3s: {serverConfig: {protect-kernel-defaults: true}}
#                                             ^^^^ error[kernel-defaults-unset]: missing kernel settings: `kernel.panic_on_oops = 1`
cloudInit: {files: [{path: /etc/sysctl.d/9.conf, content: "vm.overcommit_memory=1\nkernel/panic=10\n"}]}
"#,
        );
        check(
            r#"
k3s: {serverConfig: {protect-kernel-defaults: true}}
cloudInit: {beforeK3s: [sysctl -w kernel.panic=10]}
"#,
        );
        check(
            r#"
k3s: {serverConfig: {protect-kernel-defaults: false}}
"#,
        );
    }
}
