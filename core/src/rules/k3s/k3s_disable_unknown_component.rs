//! See [`RULE`].

use crate::diagnostic::Applicability;
use crate::facts::k3s::{self, COMPONENTS};
use crate::model::Config;
use crate::rules::{Reads, Report, declare_rule, edit};
use crate::words::nearest;

declare_rule! {
    /// `disable` names an unknown component of k3s.
    ///
    /// ## Why
    ///
    /// k3s silently accepts any name, so a typo leaves the component running. Built-in parts, such as kube-proxy and the network
    /// policy controller, have their own keys. This is a warning because your own manifests can be disabled by name too.
    ///
    /// Source: k3s docs, "Managing Packaged Components"; k3s-io/k3s `pkg/deploy/controller.go`.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// k3s: {disable: [kube-proxy]}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// k3s: {serverConfig: {disable-kube-proxy: true}}
    /// ```
    "k3s-disable-unknown-component", Warning, since "0.1.0", fix Unsafe, suppressible, Reads::Model(check)
}

fn check(config: &Config, report: &mut Report<'_>) {
    let named = config.k3s.get().into_iter().flat_map(|k3s| k3s.disable.items());
    for name in named.filter(|name| COMPONENTS.iter().all(|(known, _)| *known != name.value)) {
        let message = format!("unknown k3s component `{}`", name.value);
        let finding = report
            .found(name.span, message)
            .note("k3s silently accepts any name, and the component keeps running");
        let own_key = format!("disable-{}", name.value);
        if k3s::key(&own_key).is_some() {
            report.push(finding.help(format!("use `serverConfig: {{{own_key}: true}}`")));
            continue;
        }
        let Some(near) = nearest(&name.value, COMPONENTS.iter().map(|(known, _)| *known)) else {
            let known: Vec<String> = COMPONENTS.iter().map(|(known, _)| format!("`{known}`")).collect();
            report.push(finding.help(format!("use one of {}", known.join(", "))));
            continue;
        };
        let finding = finding.help(format!("did you mean `{near}`?"));
        let fix = edit::write(report, name.span, near, Applicability::Unsafe);
        report.push(edit::attach(finding, fix));
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, check_fix};

    #[test]
    fn unknown_names() {
        check(
            r"
k3s: {disable: [traefik, treafik, kube-proxy, mine]}
#                        ^^^^^^^ warning[k3s-disable-unknown-component]: unknown k3s component `treafik`
#                                 ^^^^^^^^^^ warning[k3s-disable-unknown-component]: unknown k3s component `kube-proxy`
#                                             ^^^^ warning[k3s-disable-unknown-component]: unknown k3s component `mine`
",
        );
    }

    #[test]
    fn a_typo_is_fixed() {
        check_fix(
            "k3s-disable-unknown-component",
            "k3s: {disable: [\"metric-server\"]}\n",
            "k3s: {disable: [\"metrics-server\"]}\n",
        );
    }
}
