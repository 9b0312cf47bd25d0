//! See [`RULE`].

use super::shell::place;
use crate::model::Config;
use crate::plan::Plan;
use crate::rules::{Reads, Report, declare_rule};
use crate::words::and;

declare_rule! {
    /// A firewall on the machines drops traffic between pods.
    ///
    /// ## Why
    ///
    /// firewalld and ufw drop traffic on interfaces they do not know, such as the pods' one, so the cluster's DNS answers on some
    /// machines and not on others. k3s recommends disabling them. They work with rules for the API, the pod range and the service
    /// range; gkc trusts a rule for the pod range in the hooks.
    ///
    /// Source: k3s docs, "Requirements", "Operating Systems"; k3s-io/k3s#1280, #6240, #8785.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// cloudInit: {packages: [firewalld]}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// cloudInit: {packages: [fail2ban]}
    /// ```
    "host-firewall-blocks-pods", Warning, since "0.1.0", fix None, suppressible, Reads::Plan(check)
}

fn check(config: &Config, plan: &Plan, report: &mut Report<'_>) {
    let Some(cloud_init) = config.cloud_init.get() else {
        return;
    };
    let hooks = report.hooks();
    let ranges = [plan.networks.pods.as_slice(), &plan.networks.services].concat();
    let ranges: Vec<String> = ranges.iter().map(ToString::to_string).collect();
    let Some(pods) = ranges.first() else { return };
    if hooks.iter().any(|hook| hook.text().contains(pods)) {
        return;
    }
    let package = cloud_init
        .packages
        .items()
        .find(|package| package.value == "firewalld");
    let enabled = hooks.iter().find_map(|hook| {
        let command = hook.commands().iter().find(|command| {
            let ufw = command.runs(&["ufw"]) && command.has(&["enable"]);
            ufw || command.runs(&["systemctl"])
                && command.has(&["firewalld", "firewalld.service"])
                && command.has(&["enable", "start"])
        })?;
        Some(place(report, hook, command))
    });
    let Some(at) = package.map(|package| package.span).or(enabled) else {
        return;
    };
    let finding = report
        .found(at, "this firewall drops traffic between pods")
        .help(format!(
            "remove it, or allow {}, as in `ufw allow from {pods}`",
            and(&ranges
                .iter()
                .map(|range| format!("`{range}`"))
                .collect::<Vec<_>>())
        ));
    report.push(finding.note("the cluster's DNS then answers on some machines and not on others"));
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn a_rule_for_pods_is_trusted() {
        check(
            r"
cloudInit: {packages: [htop, firewalld]}
#                            ^^^^^^^^^ warning[host-firewall-blocks-pods]: this firewall drops traffic between pods
",
        );
        check(
            r"
cloudInit: {beforeK3s: [ufw --force enable]}
#                       ^^^ warning[host-firewall-blocks-pods]: this firewall drops traffic between pods
",
        );
        check(
            r#"
cloudInit: {beforeK3s: [ufw allow from 10.42.0.0/16, ufw --force enable]}
"#,
        );
        check(
            r#"
cloudInit: {packages: [ufw], beforeK3s: [ufw disable]}
"#,
        );
    }
}
