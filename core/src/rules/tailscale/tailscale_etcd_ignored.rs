//! See [`RULE`].

use crate::model::Config;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// `tailscale.etcd` has no effect.
    ///
    /// ## Why
    ///
    /// With `use: pods`, etcd of several servers runs at the tailnet's addresses, and the policy admits it. With `use: access` it runs in
    /// the node network.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// tailscale: {use: pods, etcd: true, admins: [ada@acme.dev]}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// tailscale: {use: pods, admins: [ada@acme.dev]}
    /// ```
    "tailscale-etcd-ignored", Info, since "0.1.0", fix None, suppressible, Reads::Model(check), tagged Deprecated
}

fn check(config: &Config, report: &mut Report<'_>) {
    let tailscale = config.tailscale.get();
    if let Some(etcd) = tailscale.and_then(|tailscale| tailscale.etcd.spanned()) {
        let finding = report
            .found(etcd.key, "`etcd` has no effect")
            .help("remove it")
            .note("etcd of several servers uses the tailnet with `use: pods`, and the node network with `use: access`");
        report.push(finding);
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn whatever_it_says() {
        check(
            r#"
tailscale: {etcd: false, admins: ["autogroup:admin"], extraArgs: [--accept-dns=false]}
#           ^^^^ info[tailscale-etcd-ignored]: `etcd` has no effect
"#,
        );
    }
}
