//! See [`RULE`].

use crate::diagnostic::Severity;
use crate::facts::providers::firewall_is_ours;
use crate::model::{Config, Field};
use crate::plan::Plan;
use crate::rules::{Reads, Report, declare_rule};
use crate::source::Span;

declare_rule! {
    /// The Kubernetes API cannot be reached from outside the node network.
    ///
    /// ## Why
    ///
    /// The provider's firewall admits only the sources in `cluster.firewall`, and none by default. Without a source for the API or
    /// SSH, and without a tailnet, the cluster starts but nobody can install anything on it or inspect it. With SSH alone `kubectl`
    /// still works from a server, so that is reported as an info.
    ///
    /// With the providers `generic` and `raspberry-pi` you run the firewall yourself, so this rule does not apply.
    ///
    /// Source: k3s docs, "Requirements", inbound rules.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// cluster: {provider: hetzner}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// cluster: {provider: hetzner, firewall: {ssh: [203.0.113.0/24], api: [203.0.113.0/24]}}
    /// ```
    "api-unreachable", Error, since "0.1.0", fix None, suppressible, Reads::Plan(check)
}

fn check(config: &Config, plan: &Plan, report: &mut Report<'_>) {
    let Some(cluster) = config.cluster.spanned() else {
        return;
    };
    if !firewall_is_ours(plan.provider) || config.tailscale.is_written() {
        return;
    }
    let firewall = &cluster.value.firewall;
    let open = |field: Option<&Field<Vec<Field<String>>>>| {
        field.is_some_and(|field| {
            matches!(field, Field::Bad) || field.get().is_some_and(|list| !list.is_empty())
        })
    };
    let written = firewall.get();
    if matches!(firewall, Field::Bad) || open(written.map(|firewall| &firewall.api)) {
        return;
    }
    let api = written.and_then(|firewall| firewall.api.span());
    let provider = cluster.value.provider.span();
    let at: Span = api.or(provider).unwrap_or(cluster.key);
    let ssh = open(written.map(|firewall| &firewall.ssh));
    let message = match ssh {
        true => "the Kubernetes API can be reached only from the machines themselves",
        false => "the Kubernetes API and SSH cannot be reached from outside the node network",
    };
    let mut finding = report
        .found(at, message)
        .help("add your range to `cluster.firewall.api`, such as `[203.0.113.0/24]`, or join a tailnet with `tailscale`")
        .note("the provider's firewall allows only the sources in `cluster.firewall`");
    if ssh {
        finding.severity = Severity::Info;
    }
    report.push(finding);
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn a_closed_firewall() {
        check(
            r"
cluster: {provider: hetzner}
#                   ^^^^^^^ error[api-unreachable]: the Kubernetes API and SSH cannot be reached from outside the node network
",
        );
        check(
            r"
cluster:
  provider: azure
#           ^^^^^ info[os-without-shiftfs]: Gitpod main requires shiftfs, which Azure's images of Ubuntu 22.04 may not have
  firewall: {api: []}
#                 ^^ error[api-unreachable]: the Kubernetes API and SSH cannot be reached from outside the node network
",
        );
    }

    #[test]
    fn ssh_alone_is_an_info() {
        check(
            r"
cluster: {provider: gcp, firewall: {ssh: [203.0.113.0/24]}}
#                   ^^^ info[api-unreachable]: the Kubernetes API can be reached only from the machines themselves
#                   ^^^ info[os-without-shiftfs]: Gitpod main requires shiftfs, which Google Cloud's images of Ubuntu 22.04 may not have
",
        );
    }

    #[test]
    fn a_source_a_tailnet_or_a_firewall_of_your_own() {
        check(
            r"
domain: gitpod.acme.dev
",
        );
        check(
            r"
cluster: {size: medium}
#               ^^^^^^ info[storage-incluster-production]: the in-cluster storage keeps workspaces on the disk of one machine, and this size is for production
",
        );
        check(
            r"
cluster: {provider: raspberry-pi}
#                   ^^^^^^^^^^^^ error[arch-not-amd64]: Gitpod does not run on Raspberry Pis
",
        );
        check("cluster: {provider: hetzner, firewall: {api: [203.0.113.0/24]}}\n");
        check(
            r#"
cluster: {provider: hetzner}
tailscale: {admins: ["autogroup:admin"], extraArgs: [--accept-dns=false, --snat-subnet-routes=false]}
"#,
        );
    }
}
