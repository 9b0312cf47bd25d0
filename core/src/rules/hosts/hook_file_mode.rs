//! See [`RULE`].

use super::shell::{Command, place_of_word};
use crate::diagnostic::Severity;
use crate::model::Config;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// A command sets a file mode that does not exist, or opens the kubeconfig to everyone.
    ///
    /// ## Why
    ///
    /// File modes are octal: `chmod 0790` fails, and the script ends there. `/etc/rancher/k3s/k3s.yaml` contains a certificate that may do
    /// anything in the cluster: whoever can read it is its administrator.
    ///
    /// Source: POSIX, "chmod"; k3s docs, "Cluster Access".
    ///
    /// ## Example
    ///
    /// ```yaml
    /// cloudInit: {afterK3s: [chmod 644 /etc/rancher/k3s/k3s.yaml]}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// cloudInit: {afterK3s: [chmod 600 /etc/rancher/k3s/k3s.yaml]}
    /// ```
    "hook-file-mode", Error, since "0.1.0", fix None, suppressible, Reads::Model(check)
}

/// k3s' kubeconfig, and where people copy it to.
const KUBECONFIGS: [&str; 2] = ["/etc/rancher/k3s/k3s.yaml", "/root/.kube/config"];

/// The bits of everybody but the owner and the group.
const OTHERS: u32 = 0o007;

fn check(_: &Config, report: &mut Report<'_>) {
    for hook in report.hooks() {
        let script = hook.item.with(hook.text());
        for command in hook.commands() {
            let Some(mode) = mode(command) else { continue };
            let span = place_of_word(report, &script, command, mode);
            let is_number = !mode.is_empty() && mode.bytes().all(|b| b.is_ascii_digit());
            let bits = u32::from_str_radix(mode, 8);
            if is_number && bits.is_err() {
                let finding = report.found(span, format!("invalid file mode `{mode}`"));
                let finding = finding.help("use octal digits, 0 to 7, such as `0640`");
                report.push(finding.note("the command fails, and the script ends there"));
                continue;
            }
            let opens = match bits {
                Ok(bits) => bits & OTHERS != 0,
                Err(_) => matches!(mode, "+r" | "a+r" | "o+r" | "a+rw" | "o+rw"),
            };
            if opens && command.has(&KUBECONFIGS) {
                let mut finding = report.found(
                    span,
                    format!("file mode `{mode}` makes every user of a server a cluster administrator"),
                );
                finding.severity = Severity::Warning;
                let finding = finding.help("use `600`, or `640` with a group");
                report.push(
                    finding.note("the file contains a certificate that may do anything in the cluster"),
                );
            }
        }
    }
}

/// The mode that a command gives files.
fn mode<'c>(command: &Command<'c>) -> Option<&'c str> {
    let after = |flag: &str| {
        let at = command.words.iter().position(|word| *word == flag)?;
        command.words.get(at + 1).copied()
    };
    match *command.words.first()? {
        "chmod" => command
            .words
            .iter()
            .skip(1)
            .find(|word| !word.starts_with('-'))
            .copied(),
        "install" | "mkdir" => after("-m"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn modes_of_commands() {
        check(
            r#"
cloudInit:
  beforeK3s:
    - install -d -m 0790 /srv/data
#                   ^^^^ error[hook-file-mode]: invalid file mode `0790`
    - mkdir -m 700 /srv/a && chmod -R u+rwX,go-w /srv/a
  afterK3s:
    - chmod 644 /etc/rancher/k3s/k3s.yaml
#           ^^^ warning[hook-file-mode]: file mode `644` makes every user of a server a cluster administrator
    - chmod 640 /etc/rancher/k3s/k3s.yaml
"#,
        );
    }
}
