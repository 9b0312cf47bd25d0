//! See [`RULE`].

use crate::facts::gitpod::machines::registry_node_port;
use crate::facts::k3s::NODE_PORTS;
use crate::model::Config;
use crate::plan::Plan;
use crate::rules::k3s::node_ports::{node_ports, written};
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// The NodePort range does not include the port of Gitpod's registry.
    ///
    /// ## Why
    ///
    /// From 2023.03 to 2024.04, the registry that workspace images are pulled from is a Service with a fixed port on every machine. The API server
    /// refuses it if the port is outside its range, and no workspace can pull its image.
    ///
    /// Source: gitpod-io/gitpod 329e56580e (2023-02-24), c6f0571cc3 (2024-05-14), `install/installer/pkg/components/registry-facade`.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// gitpod: {release: "2023.03", repository: registry.acme.dev/gitpod}
    /// k3s: {serverConfig: {service-node-port-range: 30000-31000}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// gitpod: {release: "2023.03", repository: registry.acme.dev/gitpod}
    /// k3s: {serverConfig: {service-node-port-range: 30000-32767}}
    /// ```
    "registry-node-port-excluded", Error, since "0.1.0", fix None, suppressible, Reads::Plan(check), for Gitpod
}

fn check(config: &Config, plan: &Plan, report: &mut Report<'_>) {
    let Some(gitpod) = plan.gitpod() else { return };
    let Some(port) = registry_node_port(gitpod.release) else {
        return;
    };
    for ((text, value), _) in written(config) {
        if node_ports(text).is_none_or(|range| range.contains(&port)) {
            continue;
        }
        let message = format!("port range `{text}` does not include {port}, the port of Gitpod's registry");
        let finding = report.found(value.span, message);
        let finding = finding.help(format!(
            "use `{NODE_PORTS}`, the default, or another range with {port}"
        ));
        report.push(finding.note("the API server refuses the Service, and no workspace can pull its image"));
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn only_in_releases_with_such_a_service() {
        check(
            r#"
gitpod: {release: "2023.03", repository: registry.acme.dev/gitpod}
k3s: {serverConfig: {service-node-port-range: 30000-31000}}
#                                             ^^^^^^^^^^^ error[registry-node-port-excluded]: port range `30000-31000` does not include 31750, the port of Gitpod's registry
"#,
        );
        check(
            r"
k3s: {serverConfig: {service-node-port-range: 30000-31000}}
",
        );
    }
}
