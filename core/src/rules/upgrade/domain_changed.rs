//! See [`RULE`].

use crate::model::Config;
use crate::plan::{Built, Plan};
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// The domain is not the one that the cluster was built with.
    ///
    /// ## Why
    ///
    /// Links, OAuth applications, certificates and the addresses of running workspaces contain the domain. Git hosts refuse logins until
    /// each OAuth application has the new callback URL, and running workspaces are lost.
    ///
    /// Source: docs of GitHub and GitLab, "Authorization callback URL".
    ///
    /// ## Example
    ///
    /// With a tree that was built for `ide.acme.dev`:
    ///
    /// ```yaml
    /// domain: dev.acme.dev
    /// cluster: {name: acme}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// domain: ide.acme.dev
    /// cluster: {name: acme}
    /// ```
    "domain-changed", Warning, since "0.1.0", fix None, suppressible, Reads::Built(check)
}

fn check(config: &Config, _: &Plan, built: &Built, report: &mut Report<'_>) {
    let (Some(before), Some(now)) = (&built.one_way.domain, config.domain.spanned()) else {
        return;
    };
    if *before == now.value {
        return;
    }
    report.push(
        report
            .found(now.span, format!("domain changed from `{before}`"))
            .help("stop all workspaces, then change DNS records and the callback URLs of OAuth applications with it")
            .note("logins fail until each OAuth application has the new callback URL, and links to workspaces stop working"),
    );
}

#[cfg(test)]
mod tests {
    use crate::testing::check_after;

    #[test]
    fn a_cluster_is_known_by_its_name_too() {
        check_after(
            r"
domain: dev.acme.dev
#       ^^^^^^^^^^^^ warning[domain-changed]: domain changed from `gitpod.acme.dev`
cluster: {name: acme}
",
            "cluster: {name: acme}\n",
        );
        // Neither the name nor the domain is the same: another cluster.
        check_after("domain: b.acme.dev\n", "domain: a.acme.dev\n");
    }
}
