//! See [`RULE`].

use crate::facts::tailscale::MAGIC_DNS;
use crate::model::Config;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// Machines register at a name that only the tailnet's DNS knows.
    ///
    /// ## Why
    ///
    /// Only MagicDNS answers names under `ts.net`. A machine that has not joined yet cannot resolve it, nor one that does not use
    /// the tailnet's DNS (`--accept-dns=false`), nor kubectl outside the tailnet.
    ///
    /// Source: Tailscale docs, "MagicDNS".
    ///
    /// ## Example
    ///
    /// ```yaml
    /// cluster: {api: {host: k3s-1.tail1234.ts.net}}
    /// tailscale: {admins: [ada@acme.dev]}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// cluster: {api: {host: k3s.acme.dev}}
    /// tailscale: {admins: [ada@acme.dev]}
    /// ```
    "tailscale-magicdns-api-host", Warning, since "0.1.0", fix None, suppressible, Reads::Model(check), spoils policy
}

fn check(config: &Config, report: &mut Report<'_>) {
    let api = config.cluster.get().and_then(|cluster| cluster.api.get());
    let Some(host) = api.and_then(|api| api.host.spanned()) else {
        return;
    };
    let Some(name) = host.value.as_known().filter(|name| is_magic(name)) else {
        return;
    };
    let finding = report
        .found(
            host.span,
            format!("API host `{name}` resolves only in the tailnet"),
        )
        .help("use an address or a name in public DNS")
        .note("machines register at it, but cannot resolve it before they join or with `--accept-dns=false`");
    report.push(finding);
}

fn is_magic(name: &str) -> bool {
    name.trim_end_matches('.')
        .to_ascii_lowercase()
        .ends_with(MAGIC_DNS)
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn magicdns_names() {
        check(
            r"
cluster: {api: {host: k3s-1.tail1234.ts.net}}
#                     ^^^^^^^^^^^^^^^^^^^^^ warning[tailscale-magicdns-api-host]: API host `k3s-1.tail1234.ts.net` resolves only in the tailnet
",
        );
        check("cluster: {api: {host: k3s.acme.dev}}\n");
    }
}
