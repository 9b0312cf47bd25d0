//! See [`RULE`].

use super::keys::public_key;
use crate::model::{Config, Spanned};
use crate::rules::{Reads, Report, declare_rule, edit};
use ssh_key::public::KeyData;
use std::collections::BTreeMap;

declare_rule! {
    /// An SSH key is too short or duplicated.
    ///
    /// ## Why
    ///
    /// An RSA key of less than 2048 bits can be broken with widely available means, and newer OpenSSH versions can be built to
    /// reject it. A duplicate key still admits its owner after one copy is removed.
    ///
    /// Source: NIST SP 800-57; OpenSSH 9.1 release notes, `RequiredRSASize`.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// ssh:
    ///   authorizedKeys:
    ///     - ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOJZc0pTqQ0g3G3QxZCq0v4b0hBq2v9yE5n8w3m1kKXY ada
    ///     - ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOJZc0pTqQ0g3G3QxZCq0v4b0hBq2v9yE5n8w3m1kKXY ada again
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// ssh:
    ///   authorizedKeys:
    ///     - ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOJZc0pTqQ0g3G3QxZCq0v4b0hBq2v9yE5n8w3m1kKXY ada
    /// ```
    "authorized-key-weak", Warning, since "0.1.0", fix Safe, suppressible, Reads::Model(check)
}

/// The fewest bits of an RSA key.
const RSA_BITS: usize = 2048;

fn check(config: &Config, report: &mut Report<'_>) {
    let keys = config
        .ssh
        .get()
        .into_iter()
        .flat_map(|ssh| ssh.authorized_keys.items());
    let mut seen: BTreeMap<KeyData, &Spanned<String>> = BTreeMap::new();
    let mut before: Option<&Spanned<String>> = None;
    for key in keys {
        let previous = before.replace(key);
        let Some(public) = public_key(&key.value) else {
            continue;
        };
        let data = public.key_data().clone();
        let bits = data
            .rsa()
            .and_then(|rsa| rsa.n.as_positive_bytes())
            .map(|n| n.len() * 8);
        if let Some(bits) = bits.filter(|bits| *bits < RSA_BITS) {
            let finding = report
                .found(key.span, format!("RSA key of {bits} bits is too short"))
                .help("create a new key with `ssh-keygen -t ed25519`");
            report.push(finding.note(
                "the private key can be computed from the public one, and newer sshd versions reject it",
            ));
        }
        if let Some(first) = seen.get(&data) {
            let finding = report
                .found(key.span, "duplicate SSH key")
                .and(first.span, "first listed here")
                .help("remove one")
                .note("the owner can still log in after one copy is removed");
            let same = first.value.trim() == key.value.trim();
            let fix = previous.filter(|_| same).and_then(|previous| {
                edit::remove_item(report, "remove the duplicate".to_owned(), previous.span, key.span)
            });
            report.push(edit::attach(finding, fix));
            continue;
        }
        seen.insert(data, key);
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, check_fix};

    #[test]
    fn the_same_key_twice() {
        check(
            r"
ssh:
  authorizedKeys:
    - ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOJZc0pTqQ0g3G3QxZCq0v4b0hBq2v9yE5n8w3m1kKXY ada
    - ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOJZc0pTqQ0g3G3QxZCq0v4b0hBq2v9yE5n8w3m1kKXY again
#     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[authorized-key-weak]: duplicate SSH key
",
        );
        check(
            r"
ssh:
  authorizedKeys:
    - ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQCkrSKCjnoNZgJ6SDa9kbkE2mjBOFxKAD/sBGPAhXnx5OhLLa3+4ZrtVulc52SMTuqKa+5lMc/JlZzk2Zgh6iydTWm420gLtpkJKgAiCTwLm3ulK/beEyYbj+0rpGw5L+nA8LzGcJmzlcqptVo2FWNzRY0XPQaNiQtYWRQ5+HGXHw== old
#     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[authorized-key-weak]: RSA key of 1024 bits is too short
",
        );
    }

    #[test]
    fn the_fix_removes_the_second() {
        check_fix(
            "authorized-key-weak",
            r#"ssh:
  authorizedKeys:
    - ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOJZc0pTqQ0g3G3QxZCq0v4b0hBq2v9yE5n8w3m1kKXY ada
    - ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOJZc0pTqQ0g3G3QxZCq0v4b0hBq2v9yE5n8w3m1kKXY ada
"#,
            r#"ssh:
  authorizedKeys:
    - ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOJZc0pTqQ0g3G3QxZCq0v4b0hBq2v9yE5n8w3m1kKXY ada
"#,
        );
    }
}
