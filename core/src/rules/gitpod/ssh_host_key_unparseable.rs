//! See [`RULE`].

use crate::model::Config;
use crate::plan::Plan;
use crate::rules::{Reads, Report, declare_rule};
use crate::secrets::Store;

declare_rule! {
    /// The workspace gateway cannot read its host key.
    ///
    /// ## Why
    ///
    /// The gateway reads an unencrypted private key. With a public key, a key with a passphrase or anything else, ws-proxy exits on
    /// startup: no workspace opens, by SSH or in the browser.
    ///
    /// Source: gitpod-io/gitpod `install/installer/pkg/config/v1/validation.go`, `components/ws-proxy/pkg/sshproxy`.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// ssh: {workspaceGateway: {hostKey: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOJZc0pTqQ0g3G3QxZCq0v4b0hBq2v9yE5n8w3m1kKXY"}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// ssh: {workspaceGateway: {hostKey: {env: GITPOD_SSH_HOST_KEY}}}
    /// ```
    "ssh-host-key-unparseable", Error, since "0.1.0", fix None, always, Reads::Secrets(check), for Gitpod
}

const HOST_KEY: &str = "ssh.workspaceGateway.hostKey";

fn check(_: &Config, plan: &Plan, store: &Store, report: &mut Report<'_>) {
    let need = plan.secrets.iter().find(|need| need.name == HOST_KEY);
    let (Some(need), Some(value)) = (need, store.get(HOST_KEY)) else {
        return;
    };
    let text = value.expose_text().unwrap_or("").trim_start();
    let openssh = text.contains("-----BEGIN OPENSSH PRIVATE KEY-----");
    let encrypted = match openssh {
        true => ssh_key::PrivateKey::from_openssh(text).is_ok_and(|key| key.is_encrypted()),
        false => text.contains("ENCRYPTED"),
    };
    let what = match () {
        () if encrypted => "encrypted with a passphrase",
        () if text.contains("PRIVATE KEY-----") => return,
        () if ["ssh-", "ecdsa-", "sk-"]
            .iter()
            .any(|kind| text.starts_with(kind))
            || text.contains("PUBLIC KEY") =>
        {
            "a public key"
        }
        () => "not a private key",
    };
    let finding = report
        .found(need.span, format!("invalid host key in `{HOST_KEY}`: {what}"))
        .help("create a key with `ssh-keygen -t ed25519 -N '' -f gateway` or `gkc secrets generate`");
    report.push(finding.note("ws-proxy exits on startup, and no workspace opens"));
}

#[cfg(test)]
mod tests {
    use crate::testing::{TestInputs, check_given};

    #[test]
    fn public_and_encrypted_keys() {
        let inputs = TestInputs {
            files: vec![
                (
                    "a",
                    "-----BEGIN OPENSSH PRIVATE KEY-----\nnobody can tell\n-----END OPENSSH PRIVATE KEY-----\n",
                ),
                ("b", "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n"),
                ("c", "ssh-ed25519 AAAA x"),
                ("d", "a password"),
            ],
            ..Default::default()
        };
        check_given(
            r"
ssh: {workspaceGateway: {hostKey: {file: a}}, authorizedKeys: [ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOJZc0pTqQ0g3G3QxZCq0v4b0hBq2v9yE5n8w3m1kKXY ada@acme.dev]}
",
            &inputs,
        );
        check_given(
            r"
ssh: {workspaceGateway: {hostKey: {file: b}}, authorizedKeys: [ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOJZc0pTqQ0g3G3QxZCq0v4b0hBq2v9yE5n8w3m1kKXY ada@acme.dev]}
#                                 ^^^^^^^^^ error[ssh-host-key-unparseable]: invalid host key in `ssh.workspaceGateway.hostKey`: encrypted with a passphrase
",
            &inputs,
        );
        check_given(
            r"
ssh: {workspaceGateway: {hostKey: {file: c}}, authorizedKeys: [ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOJZc0pTqQ0g3G3QxZCq0v4b0hBq2v9yE5n8w3m1kKXY ada@acme.dev]}
#                                 ^^^^^^^^^ error[ssh-host-key-unparseable]: invalid host key in `ssh.workspaceGateway.hostKey`: a public key
",
            &inputs,
        );
        check_given(
            r"
ssh: {workspaceGateway: {hostKey: {file: d}}, authorizedKeys: [ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOJZc0pTqQ0g3G3QxZCq0v4b0hBq2v9yE5n8w3m1kKXY ada@acme.dev]}
#                                 ^^^^^^^^^ error[ssh-host-key-unparseable]: invalid host key in `ssh.workspaceGateway.hostKey`: not a private key
",
            &inputs,
        );
    }
}
