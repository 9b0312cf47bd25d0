//! See [`RULE`].

use crate::model::Config;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// Machines are to register at a name that only the tailnet knows.
    ///
    /// ## Why
    ///
    /// A name under `ts.net` is answered by MagicDNS alone. A machine that has not joined yet does not find it, and neither does one that
    /// does not take the tailnet's DNS (`--accept-dns=false`), nor whoever uses kubectl from elsewhere.
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
    "tailscale-magicdns-api-host", Warning, since "0.1.0", fix None, suppressible, Reads::Model(check)
}

/// What every name of MagicDNS ends in.
const MAGIC_DNS: &str = ".ts.net";

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
            format!("`{name}` is known to the tailnet's DNS only, and machines register there"),
        )
        .help("write an address, or a name of public DNS")
        .note("a machine that has not joined yet, or that has `--accept-dns=false`, cannot resolve it");
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
    fn names_of_the_tailnet() {
        check(
            r"
cluster: {api: {host: k3s-1.tail1234.ts.net}}
#                     ^^^^^^^^^^^^^^^^^^^^^ warning[tailscale-magicdns-api-host]: `k3s-1.tail1234.ts.net` is known to the tailnet's DNS only, and machines register there
",
        );
        check("cluster: {api: {host: k3s.acme.dev}}\n");
    }
}
