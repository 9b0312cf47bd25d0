//! See [`RULE`].

use crate::model::Config;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// Every device of the tailnet may administer the machines.
    ///
    /// ## Why
    ///
    /// `*` is every device, those of other tailnets that were shared into it included. `admins` reach the Kubernetes API and SSH.
    ///
    /// Source: Tailscale docs, "Policy file", "Sources".
    ///
    /// ## Example
    ///
    /// ```yaml
    /// tailscale: {use: access, admins: ["*"]}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// tailscale: {use: access, groups: {"group:admins": [ada@acme.dev]}, admins: ["group:admins"]}
    /// ```
    "tailscale-admins-everyone", Warning, since "0.1.0", fix None, suppressible, Reads::Model(check), silences crate::tailnet::findings::ssh::SSH_SRC_INVALID
}

fn check(config: &Config, report: &mut Report<'_>) {
    let Some(tailscale) = config.tailscale.get() else {
        return;
    };
    for admin in tailscale.admins.items().filter(|admin| admin.value == "*") {
        let finding = report.found(
            admin.span,
            "every device of the tailnet may administer the machines",
        );
        let finding =
            finding.help("use `group:admins`, with the people under `groups`, or `autogroup:admin`");
        report.push(finding.note("devices that were shared into the tailnet are among them"));
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn a_star() {
        check(
            r#"
tailscale: {use: access, authKey: {env: K}, admins: ["*"]}
^^^^^^^^^ info[tailscale-accept-dns]: machines use the tailnet's DNS, so all lookups in the cluster go through it
#                                                    ^^^ warning[tailscale-admins-everyone]: every device of the tailnet may administer the machines
"#,
        );
    }
}
