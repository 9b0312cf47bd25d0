//! See [`RULE`].

use crate::diagnostic::Severity;
use crate::model::Config;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// The SSH user cannot be created.
    ///
    /// ## Why
    ///
    /// cloud-init creates the user with `useradd`, which accepts lower-case names of at most 32 characters. If that fails,
    /// cloud-init continues without the user, and nobody can log in. It leaves an existing user unchanged, and system users have no
    /// shell. `root` exists too, but is a warning: logins are then not attributable, and cloud-init restricts root's login to the
    /// provider's keys.
    ///
    /// Source: shadow `lib/chkname.c`, as Debian configures it; cloud-init docs, "SSH", `disable_root`, and
    /// `cloudinit/distros/__init__.py`, add_user; Debian's package base-passwd.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// ssh: {user: Ada Lovelace}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// ssh: {user: ada}
    /// ```
    "ssh-user-invalid", Error, since "0.1.0", fix None, suppressible, Reads::Model(check)
}

/// Users that every Debian and Ubuntu has before cloud-init runs (base-passwd `passwd.master`; systemd's and OpenSSH's packages).
const SYSTEM: [&str; 22] = [
    "_apt",
    "backup",
    "bin",
    "daemon",
    "games",
    "irc",
    "list",
    "lp",
    "mail",
    "man",
    "messagebus",
    "news",
    "nobody",
    "proxy",
    "sshd",
    "sync",
    "sys",
    "systemd-network",
    "systemd-resolve",
    "systemd-timesync",
    "uucp",
    "www-data",
];

/// The longest name that `useradd` accepts.
const LONGEST: usize = 32;

fn check(config: &Config, report: &mut Report<'_>) {
    let Some(user) = config.ssh.get().and_then(|ssh| ssh.user.spanned()) else {
        return;
    };
    let name = user.value.as_str();
    if name == "root" {
        let mut finding = report
            .found(user.span, "everyone logs in as `root`")
            .help("use another name, or remove `user`: the default user may run everything with `sudo`")
            .note(
                "logins are not attributable, and cloud-init restricts root's login to the provider's keys",
            );
        finding.severity = Severity::Warning;
        report.push(finding);
        return;
    }
    if SYSTEM.contains(&name) {
        let finding = report
            .found(user.span, format!("`{name}` is a system user"))
            .help("use another name, or remove `user`");
        report.push(
            finding
                .note("system users have no shell, and cloud-init leaves them unchanged: nobody can log in"),
        );
        return;
    }
    let inner = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_' || b == b'-';
    let first = name.starts_with(|c: char| c.is_ascii_lowercase() || c == '_');
    if first && name.bytes().all(inner) && name.len() <= LONGEST {
        return;
    }
    let finding = report
        .found(user.span, format!("invalid user name `{name}`"))
        .help(format!(
            "use at most {LONGEST} lower-case letters, digits, `-` and `_`, starting with a letter"
        ));
    report.push(finding.note("`useradd` rejects it, and nobody can log in"));
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn invalid_names_and_root() {
        check(
            r"
ssh: {user: Ada, authorizedKeys: [ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOJZc0pTqQ0g3G3QxZCq0v4b0hBq2v9yE5n8w3m1kKXY ada@acme.dev]}
#           ^^^ error[ssh-user-invalid]: invalid user name `Ada`
",
        );
        check(
            r"
ssh: {user: ada@acme.dev, authorizedKeys: [ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOJZc0pTqQ0g3G3QxZCq0v4b0hBq2v9yE5n8w3m1kKXY ada@acme.dev]}
#           ^^^^^^^^^^^^ error[ssh-user-invalid]: invalid user name `ada@acme.dev`
",
        );
        check(
            r"
ssh: {user: root, authorizedKeys: [ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOJZc0pTqQ0g3G3QxZCq0v4b0hBq2v9yE5n8w3m1kKXY ada@acme.dev]}
#           ^^^^ warning[ssh-user-invalid]: everyone logs in as `root`
",
        );
        check(
            r"
ssh: {user: daemon, authorizedKeys: [ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOJZc0pTqQ0g3G3QxZCq0v4b0hBq2v9yE5n8w3m1kKXY ada@acme.dev]}
#           ^^^^^^ error[ssh-user-invalid]: `daemon` is a system user
",
        );
        check(
            r"
ssh: {user: ada_l-1, authorizedKeys: [ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOJZc0pTqQ0g3G3QxZCq0v4b0hBq2v9yE5n8w3m1kKXY ada@acme.dev]}
",
        );
    }
}
