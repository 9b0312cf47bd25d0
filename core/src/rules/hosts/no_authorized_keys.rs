//! See [`RULE`].

use crate::model::{Config, Field};
use crate::plan::Plan;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// Nobody can log in to the machines.
    ///
    /// ## Why
    ///
    /// cloud-init creates a user without a password. Without a public key and without Tailscale SSH, nobody can inspect a machine
    /// on which k3s failed to start. Some providers add a key of their own; in that case suppress this finding with a comment.
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
            .found(span, "no SSH key can log in to the machines")
            .help("add your key: `ssh: {authorizedKeys: [\"ssh-ed25519 … you@acme.dev\"]}`")
            .note("a machine that fails during its first boot cannot be inspected"),
    );
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn machines_without_a_key() {
        check(
            r"
apiVersion: gitpod-k3s/v1
domain: gitpod.acme.dev
#       ^^^^^^^^^^^^^^^ warning[certificate-self-signed]: self-signed certificate for `gitpod.acme.dev`, which browsers do not trust
#       ^^^^^^^^^^^^^^^ warning[images-not-public]: missing `gitpod.repository`: the default, `eu.gcr.io/gitpod-dev-artifact/build`, is no longer public
#       ^^^^^^^^^^^^^^^ warning[no-auth-provider-on-public]: no auth provider: only the admin can log in to `gitpod.acme.dev`, by a link
#       ^^^^^^^^^^^^^^^ warning[no-authorized-keys]: no SSH key can log in to the machines
#       ^^^^^^^^^^^^^^^ warning[signups-open]: anyone on the internet may sign up at `gitpod.acme.dev`
",
        );
        check(
            r"
ssh: {port: 2244}
^^^ warning[no-authorized-keys]: no SSH key can log in to the machines
",
        );
        check(
            r"
ssh: {authorizedKeys: []}
#                     ^^ warning[no-authorized-keys]: no SSH key can log in to the machines
",
        );
        check(
            r"
ssh: {authorizedKeys: [ssh-ed25519 AAAA x]}
#                      ^^^^^^^^^^^^^^^^^^ error[authorized-key-invalid]: invalid SSH public key
",
        );
        check(
            r"
ssh: {authorizedKeys: x}
#                     ^ error[wrong-type]: expected a list, found `x`
",
        );
        check(
            r"
ssh: x
#    ^ error[wrong-type]: expected a mapping, found a value
",
        );
        check(
            r#"
ssh: {}
tailscale: {ssh: {enabled: true}, admins: ["autogroup:admin"], extraArgs: [--accept-dns=false, --snat-subnet-routes=false]}
"#,
        );
    }
}
