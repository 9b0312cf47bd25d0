//! See [`RULE`].

use super::keys::{is_ecdsa, public_key};
use crate::diagnostic::Diagnostic;
use crate::model::{Config, Spanned};
use crate::rules::{Reads, Report, declare_rule};
use crate::source::Span;
use ssh_key::Algorithm;

declare_rule! {
    /// An SSH key is not a public key.
    ///
    /// ## Why
    ///
    /// sshd silently skips lines of `authorized_keys` that it cannot read, so whoever tries to log in gets no reason. Common cases
    /// are paths, URLs of key lists, keys truncated while copying, and key types sshd no longer supports.
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
    let keys = config
        .ssh
        .get()
        .into_iter()
        .flat_map(|ssh| ssh.authorized_keys.items());
    let mut before = "";
    for key in keys {
        let text = key.value.trim();
        // The rest of one that a comma cut in two.
        let half = std::mem::replace(&mut before, text);
        if text.starts_with("AAAA") && public_key(&format!("{half} {text}")).is_some() {
            continue;
        }
        // `private-key-in-config` covers private keys, and no finding shows them.
        if text.contains("PRIVATE KEY") {
            continue;
        }
        let one_line = text.lines().count() == 1;
        let (message, help) = match public_key(text) {
            Some(key) if key.algorithm() == Algorithm::Dsa => (
                "sshd no longer supports DSA keys",
                "create a key with `ssh-keygen -t ed25519`, and use the line in its `.pub` file",
            ),
            Some(_) if one_line => continue,
            None if one_line && is_ecdsa(text) => continue,
            _ if text.contains("://") => (
                "expected a public key, found a URL",
                "list the keys themselves, one per item",
            ),
            _ if text.starts_with(['~', '/', '.']) || text.ends_with(".pub") => (
                "expected a public key, found a file name",
                "use the line in that file",
            ),
            _ if text.starts_with("gh:") || text.starts_with("lp:") => (
                "expected a public key, found an account name",
                "list the keys themselves, one per item",
            ),
            _ if !one_line => (
                "expected one public key, found several lines",
                "list one key per item",
            ),
            _ if !text.is_empty() && Algorithm::new(text).is_ok() => (
                "expected a public key, found its type alone",
                "use the whole line of the `.pub` file, without a comma",
            ),
            _ => {
                if let Some(finding) = wrong_type(key, text, report) {
                    report.push(finding.note(NOTE));
                    continue;
                }
                (
                    "invalid SSH public key",
                    "use the whole line of the `.pub` file, such as `ssh-ed25519 AAAA… you@acme.dev`",
                )
            }
        };
        report.push(report.found(key.span, message).help(help).note(NOTE));
    }
}

const NOTE: &str = "sshd skips the line, and its owner cannot log in";

/// The finding on the first word, where it is no type at all and the key would be valid with its own there.
fn wrong_type(key: &Spanned<String>, text: &str, report: &Report<'_>) -> Option<Diagnostic> {
    let (word, rest) = text.split_once(' ').filter(|(word, _)| !TYPES.contains(word))?;
    let own = TYPES
        .into_iter()
        .find(|own| public_key(&format!("{own} {rest}")).is_some())?;
    let written = report.text(key.span);
    let start = key.span.start as usize + written.find(word)?;
    let span = Span::new(key.span.file, start, start + word.len());
    let finding = report.found(span, format!("`{word}` is not the type of this key"));
    Some(finding.help(format!("use `{own}`")))
}

/// Types of keys that people have.
const TYPES: [&str; 4] = [
    "ssh-ed25519",
    "ssh-rsa",
    "ecdsa-sha2-nistp256",
    "sk-ssh-ed25519@openssh.com",
];

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn lines_that_sshd_skips() {
        check(
            r#"
ssh:
  authorizedKeys:
    - https://github.com/ada.keys
#     ^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[authorized-key-invalid]: expected a public key, found a URL
    - ~/.ssh/id_ed25519.pub
#     ^^^^^^^^^^^^^^^^^^^^^ error[authorized-key-invalid]: expected a public key, found a file name
    - gh:ada
#     ^^^^^^ error[authorized-key-invalid]: expected a public key, found an account name
    - ssh-ed25519 AAAAC3Nza ada
#     ^^^^^^^^^^^^^^^^^^^^^^^^^ error[authorized-key-invalid]: invalid SSH public key
    - ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABB ada
#     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[authorized-key-invalid]: invalid SSH public key
    - AAAAC3NzaC1lZDI1NTE5AAAAIOJZc0pTqQ0g3G3QxZCq0v4b0hBq2v9yE5n8w3m1kKXY
#     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[authorized-key-invalid]: invalid SSH public key
    - ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOJZc0pTqQ0g3G3QxZCq0v4b0hBq2v9yE5n8w3m1kKXY ada
    - 'no-pty,command="a b",from="10.0.0.0/8" ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOJZc0pTqQ0g3G3QxZCq0v4b0hBq2v9yE5n8w3m1kKXY'
#     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[authorized-key-weak]: duplicate SSH key
"#,
        );
    }
}
