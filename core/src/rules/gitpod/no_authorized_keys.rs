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
            r"
apiVersion: gitpod-k3s/v1
domain: gitpod.acme.dev
#       ^^^^^^^^^^^^^^^ warning[certificate-self-signed]: The cluster itself signs the certificate of `gitpod.acme.dev`, which no browser trusts
#       ^^^^^^^^^^^^^^^ warning[images-not-public]: No `gitpod.repository` is given, and the default, `eu.gcr.io/gitpod-dev-artifact/build`, is no longer public
#       ^^^^^^^^^^^^^^^ warning[no-auth-provider-on-public]: The first visitor of `gitpod.acme.dev` sets up the login and becomes the admin
#       ^^^^^^^^^^^^^^^ warning[no-authorized-keys]: No SSH key may log in to the machines
#       ^^^^^^^^^^^^^^^ warning[signups-open]: Everybody on the internet may sign up at `gitpod.acme.dev`
",
        );
        check(
            r"
ssh: {port: 2244}
^^^ warning[no-authorized-keys]: No SSH key may log in to the machines
",
        );
        check(
            r"
ssh: {authorizedKeys: []}
#                     ^^ warning[no-authorized-keys]: No SSH key may log in to the machines
",
        );
        check(
            r"
ssh: {authorizedKeys: [ssh-ed25519 AAAA x]}
#                      ^^^^^^^^^^^^^^^^^^ error[authorized-key-invalid]: This is no public key that sshd could read
",
        );
        check(
            r"
ssh: {authorizedKeys: x}
#                     ^ error[wrong-type]: Expected a list, found `x`
",
        );
        check(
            r"
ssh: x
#    ^ error[wrong-type]: Expected a mapping, found `x`
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
