//! See [`RULE`].

use crate::model::{Config, Field};
use crate::plan::Plan;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// Nobody can log in to the machines.
    ///
    /// ## Why
    ///
    /// cloud-init makes a user without a password. Without a public key, and without Tailscale SSH, nobody can look at a machine on
    /// which k3s did not start. Some providers add a key of their own; then hide this finding with a comment.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// ssh: {authorizedKeys: []}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// ssh: {authorizedKeys: ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ7aXk3qP1oW2c5bq8r0b6wQm3mXw1n1g8fYk0yq2v9Z ops@acme.dev"]}
    /// ```
    "no-authorized-keys", Warning, since "0.1.0", fix None, suppressible, Reads::Plan(check)
}

fn check(config: &Config, plan: &Plan, report: &mut Report<'_>) {
    let over_tailnet = plan.tailnet.as_ref().is_some_and(|tailnet| tailnet.ssh.is_some());
    if over_tailnet || report.is_damaged() || matches!(config.ssh, Field::Bad) {
        return;
    }
    let keys = config.ssh.get().map(|ssh| &ssh.authorized_keys);
    let span = match keys.and_then(|keys| keys.spanned()) {
        Some(list) if list.value.is_empty() => list.span,
        Some(_) => return,
        None if keys.is_some_and(|keys| keys.is_written()) => return,
        None => config.ssh.spanned().map_or(report.anchor(), |ssh| ssh.key),
    };
    report.push(
        report
            .found(span, "no SSH key may log in to the machines")
            .help("add yours: `ssh: {authorizedKeys: [\"ssh-ed25519 … you@acme.dev\"]}`")
            .note("a machine on which something fails at its first start cannot be looked at"),
    );
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn machines_without_a_key_are_told_at_what_is_written() {
        check(
            "no-authorized-keys",
            "domain: gitpod.acme.dev\n#       ^^^^^^^^^^^^^^^ warning: No SSH key may log in to the machines\n",
        );
        check(
            "no-authorized-keys",
            "ssh: {port: 2244}\n#^^ warning: No SSH key\n",
        );
        check(
            "no-authorized-keys",
            "ssh: {authorizedKeys: []}\n#                     ^^ warning: No SSH key\n",
        );
        for clean in [
            "ssh: {authorizedKeys: [ssh-ed25519 AAAA x]}\n",
            "ssh: {authorizedKeys: x}\n",
            "ssh: x\n",
            "tailscale: {ssh: {enabled: true}}\n",
        ] {
            check("no-authorized-keys", clean);
        }
    }
}
