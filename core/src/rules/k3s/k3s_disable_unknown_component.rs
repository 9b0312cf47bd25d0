//! See [`RULE`].

use crate::diagnostic::Applicability;
use crate::facts::k3s::{self, COMPONENTS};
use crate::model::{Config};
use crate::words::nearest;
use crate::rules::{Reads, Report, declare_rule, edit};

declare_rule! {
    /// `disable` names a component that k3s does not bring along.
    ///
    /// ## Why
    ///
    /// k3s takes any name and says nothing, so a misspelt one leaves the component running. What is built in rather than deployed, such
    /// as kube-proxy or the network policy controller, has a key of its own. It is a warning because a manifest of your own can be
    /// named as well.
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
    for name in named.filter(|name| !COMPONENTS.contains(&name.value.as_str())) {
        let message = format!("k3s brings no component `{}` along", name.value);
        let finding = report
            .found(name.span, message)
            .note("k3s takes any name and says nothing; what was meant keeps running");
        let own_key = format!("disable-{}", name.value);
        if k3s::key(&own_key).is_some() {
            report.push(finding.help(format!("write `serverConfig: {{{own_key}: true}}`")));
            continue;
        }
        let Some(near) = nearest(&name.value, COMPONENTS) else {
            let known: Vec<String> = COMPONENTS.iter().map(|c| format!("`{c}`")).collect();
            report.push(finding.help(format!("known are {}", known.join(", "))));
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
    fn names_of_nothing() {
        check(
            r"
k3s: {disable: [traefik, treafik, kube-proxy, mine]}
#                        ^^^^^^^ warning[k3s-disable-unknown-component]: K3s brings no component `treafik` along
#                                 ^^^^^^^^^^ warning[k3s-disable-unknown-component]: K3s brings no component `kube-proxy` along
#                                             ^^^^ warning[k3s-disable-unknown-component]: K3s brings no component `mine` along
",
        );
    }

    #[test]
    fn a_slip_is_mended() {
        check_fix(
            "k3s-disable-unknown-component",
            "k3s: {disable: [\"metric-server\"]}\n",
            "k3s: {disable: [\"metrics-server\"]}\n",
        );
    }
}
