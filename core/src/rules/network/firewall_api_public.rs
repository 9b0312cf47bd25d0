//! See [`RULE`].

use super::is_everybody;
use crate::model::Config;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// The Kubernetes API is open to the whole internet.
    ///
    /// ## Why
    ///
    /// Anyone who reaches port 6443 can try leaked tokens and every vulnerability of the API server. The machines need no entry
    /// here: they use the node network.
    ///
    /// Source: k3s docs, "CIS Hardening Guide"; Kubernetes docs, "Securing a Cluster".
    ///
    /// ## Example
    ///
    /// ```yaml
    /// cluster: {firewall: {api: [0.0.0.0/0]}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// cluster: {firewall: {api: [203.0.113.0/24]}}
    /// ```
    "firewall-api-public", Warning, since "0.1.0", fix None, suppressible, Reads::Model(check)
}

fn check(config: &Config, report: &mut Report<'_>) {
    let firewall = config.cluster.get().and_then(|cluster| cluster.firewall.get());
    let sources = firewall.into_iter().flat_map(|firewall| firewall.api.items());
    for range in sources.filter(|range| is_everybody(&range.value)) {
        let message = format!("`{}` opens the Kubernetes API to the whole internet", range.value);
        let finding = report
            .found(range.span, message)
            .help("use your own range, such as `203.0.113.0/24`, or reach the API through `tailscale`");
        report.push(finding.note("anyone can then use a leaked token or an API server vulnerability"));
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn both_families_and_nothing_narrower() {
        check(
            r#"
cluster: {firewall: {ssh: [0.0.0.0/0], api: [0.0.0.0/0, "::/0", 10.0.0.0/8]}}
#                                            ^^^^^^^^^ warning[firewall-api-public]: `0.0.0.0/0` opens the Kubernetes API to the whole internet
#                                                       ^^^^^^ warning[firewall-api-public]: `::/0` opens the Kubernetes API to the whole internet
"#,
        );
    }
}
