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
    /// where that is refused, and nobody can log in. `root` is there already, and a warning: who did what is not to be told then,
    /// and cloud-init closes root's login to the keys that the provider hands over.
    ///
    /// Source: shadow `lib/chkname.c`, as Debian configures it; cloud-init docs, "SSH", `disable_root`.
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
            "ssh-user-invalid",
            r#"
ssh: {user: Ada}
#           ^^^ error: `Ada` is no name that a user of the machines can have
"#,
        );
        check(
            "ssh-user-invalid",
            r#"
ssh: {user: ada@acme.dev}
#           ^^^^^^^^^^^^ error: `ada@acme.dev` is no name
"#,
        );
        check(
            "ssh-user-invalid",
            r#"
ssh: {user: root}
#           ^^^^ warning: Everybody would log in as `root`
"#,
        );
        check(
            "ssh-user-invalid",
            r#"
ssh: {user: ada_l-1}
"#,
        );
    }
}
