//! See [`RULE`].

use super::keys::public_key;
use crate::model::Config;
use crate::rules::{Reads, Report, declare_rule};
use ssh_key::Algorithm;

declare_rule! {
    /// A key that may log in is no public key.
    ///
    /// ## Why
    ///
    /// sshd skips a line of `authorized_keys` that it cannot read, without a word to the one who tries to log in. Such lines are
    /// paths, addresses of lists of keys, keys that were cut off while they were copied, and keys of a kind that sshd no longer
    /// takes.
    ///
    /// Source: sshd(8), "AUTHORIZED_KEYS FILE FORMAT"; OpenSSH 7.0 and 9.8 release notes on DSA.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// ssh: {authorizedKeys: ["https://github.com/ada.keys"]}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// ssh: {authorizedKeys: ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOJZc0pTqQ0g3G3QxZCq0v4b0hBq2v9yE5n8w3m1kKXY ada@acme.dev"]}
    /// ```
    "authorized-key-invalid", Error, since "0.1.0", fix None, always, Reads::Model(check)
}

fn check(config: &Config, report: &mut Report<'_>) {
    for key in config
        .ssh
        .get()
        .into_iter()
        .flat_map(|ssh| ssh.authorized_keys.items())
    {
        let text = key.value.trim();
        // A private key is another rule's, and is shown by no finding.
        if text.contains("PRIVATE KEY") {
            continue;
        }
        let one_line = text.lines().count() == 1;
        let (message, help) = match public_key(text) {
            Some(key) if key.algorithm() == Algorithm::Dsa => (
                "sshd takes no DSA keys any more",
                "make a new one with `ssh-keygen -t ed25519`, and write its `.pub` file's line",
            ),
            Some(_) if one_line => continue,
            _ if text.contains("://") => (
                "this is an address, not a public key",
                "write the keys themselves, each as an item",
            ),
            _ if text.starts_with(['~', '/', '.']) || text.ends_with(".pub") => (
                "this is a file's name, not a public key",
                "write the line that stands in the file",
            ),
            _ if text.starts_with("gh:") || text.starts_with("lp:") => (
                "this is an account's name, not a public key",
                "write the keys themselves, each as an item",
            ),
            _ if !one_line => ("these are several lines", "write each key as an item of its own"),
            _ => (
                "this is no public key that sshd could read",
                "write the whole line of the `.pub` file, such as `ssh-ed25519 AAAA… you@acme.dev`",
            ),
        };
        report.push(
            report
                .found(key.span, message)
                .help(help)
                .note("sshd skips the line, and its owner cannot log in"),
        );
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn what_sshd_would_skip() {
        check(
            r#"
ssh:
  authorizedKeys:
    - https://github.com/ada.keys
#     ^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[authorized-key-invalid]: This is an address, not a public key
    - ~/.ssh/id_ed25519.pub
#     ^^^^^^^^^^^^^^^^^^^^^ error[authorized-key-invalid]: This is a file's name, not a public key
    - gh:ada
#     ^^^^^^ error[authorized-key-invalid]: This is an account's name, not a public key
    - ssh-ed25519 AAAAC3Nza ada
#     ^^^^^^^^^^^^^^^^^^^^^^^^^ error[authorized-key-invalid]: This is no public key that sshd could read
    - AAAAC3NzaC1lZDI1NTE5AAAAIOJZc0pTqQ0g3G3QxZCq0v4b0hBq2v9yE5n8w3m1kKXY
#     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[authorized-key-invalid]: This is no public key that sshd could read
    - ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOJZc0pTqQ0g3G3QxZCq0v4b0hBq2v9yE5n8w3m1kKXY ada
    - 'no-pty,command="a b",from="10.0.0.0/8" ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOJZc0pTqQ0g3G3QxZCq0v4b0hBq2v9yE5n8w3m1kKXY'
#     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[authorized-key-weak]: The same key stands in the list twice
"#,
        );
    }
}
