//! See [`RULE`].

use crate::diagnostic::Severity;
use crate::model::Config;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// The user that people log in as cannot be made.
    ///
    /// ## Why
    ///
    /// cloud-init makes the user with `useradd`, which takes lower-case names of at most 32 characters. It goes on without the user
    /// where that is refused, and nobody can log in. It leaves a user that is there already as it is: those of the system have
    /// no shell. `root` is there already, and a warning: who did what is not to be told then,
    /// and cloud-init closes root's login to the keys that the provider hands over.
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

/// The longest name that `useradd` takes.
const LONGEST: usize = 32;

fn check(config: &Config, report: &mut Report<'_>) {
    let Some(user) = config.ssh.get().and_then(|ssh| ssh.user.spanned()) else {
        return;
    };
    let name = user.value.as_str();
    if name == "root" {
        let mut finding = report
            .found(user.span, "everybody would log in as `root`")
            .help("choose a name, or leave `user` out: the user may do everything with `sudo`")
            .note(
                "who did what is not to be told, and cloud-init closes root's login to the provider's keys",
            );
        finding.severity = Severity::Warning;
        report.push(finding);
        return;
    }
    if SYSTEM.contains(&name) {
        let finding = report
            .found(user.span, format!("`{name}` is a user of the system's own"))
            .help("choose another name, or leave `user` out");
        report.push(finding.note("it has no shell, and cloud-init leaves it as it is: nobody can log in"));
        return;
    }
    let inner = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_' || b == b'-';
    let first = name.starts_with(|c: char| c.is_ascii_lowercase() || c == '_');
    if first && name.bytes().all(inner) && name.len() <= LONGEST {
        return;
    }
    let finding = report
        .found(
            user.span,
            format!("`{name}` is no name that a user of the machines can have"),
        )
        .help(format!(
            "write lower-case letters, digits, `-` and `_`, a letter first and {LONGEST} at most"
        ));
    report.push(finding.note("`useradd` refuses it, and nobody can log in"));
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn names_and_root() {
        check(
            r"
ssh: {user: Ada, authorizedKeys: [ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOJZc0pTqQ0g3G3QxZCq0v4b0hBq2v9yE5n8w3m1kKXY ada@acme.dev]}
#           ^^^ error[ssh-user-invalid]: `Ada` is no name that a user of the machines can have
",
        );
        check(
            r"
ssh: {user: ada@acme.dev, authorizedKeys: [ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOJZc0pTqQ0g3G3QxZCq0v4b0hBq2v9yE5n8w3m1kKXY ada@acme.dev]}
#           ^^^^^^^^^^^^ error[ssh-user-invalid]: `ada@acme.dev` is no name that a user of the machines can have
",
        );
        check(
            r"
ssh: {user: root, authorizedKeys: [ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOJZc0pTqQ0g3G3QxZCq0v4b0hBq2v9yE5n8w3m1kKXY ada@acme.dev]}
#           ^^^^ warning[ssh-user-invalid]: Everybody would log in as `root`
",
        );
        check(
            r"
ssh: {user: daemon, authorizedKeys: [ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOJZc0pTqQ0g3G3QxZCq0v4b0hBq2v9yE5n8w3m1kKXY ada@acme.dev]}
#           ^^^^^^ error[ssh-user-invalid]: `daemon` is a user of the system's own
",
        );
        check(
            r"
ssh: {user: ada_l-1, authorizedKeys: [ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOJZc0pTqQ0g3G3QxZCq0v4b0hBq2v9yE5n8w3m1kKXY ada@acme.dev]}
",
        );
    }
}
