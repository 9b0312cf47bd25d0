//! See [`RULE`].

use super::shell::{Command, place_of_word, read};
use crate::model::{Config, Spanned};
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// A command overwrites a file of the system with one line.
    ///
    /// ## Why
    ///
    /// `>` empties the file first, `>>` adds to it. `/etc/fstab` with a single line mounts neither the root file system nor swap at the next
    /// boot, and `/etc/passwd` with one knows no user.
    ///
    /// Source: fstab(5), passwd(5), hosts(5); POSIX, "Redirecting Output".
    ///
    /// ## Example
    ///
    /// ```yaml
    /// cloudInit: {beforeK3s: ["echo '/dev/sdb /data ext4 defaults,nofail 0 2' > /etc/fstab"]}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// cloudInit: {beforeK3s: ["echo '/dev/sdb /data ext4 defaults,nofail 0 2' >> /etc/fstab"]}
    /// ```
    "hook-overwrites", Error, since "0.1.0", fix None, suppressible, Reads::Model(check)
}

/// Files of which one line is never all.
const WHOLE: [&str; 8] = [
    "/etc/fstab",
    "/etc/group",
    "/etc/hosts",
    "/etc/login.defs",
    "/etc/passwd",
    "/etc/shadow",
    "/etc/ssh/sshd_config",
    "/etc/sudoers",
];

fn check(config: &Config, report: &mut Report<'_>) {
    for hook in report.hooks() {
        let text = hook.item.with(hook.text());
        for command in hook.commands() {
            judge(&text, command, report);
        }
    }
    let scripts = config.files().filter(|(_, content)| {
        let first = content.value.lines().next().unwrap_or_default();
        first.starts_with("#!") && first.ends_with("sh")
    });
    for (_, content) in scripts {
        for command in read(content.value).commands {
            judge(&content, &command, report);
        }
    }
}

fn judge(text: &Spanned<&str>, command: &Command<'_>, report: &mut Report<'_>) {
    if !command.runs(&["echo"]) && !command.runs(&["printf"]) {
        return;
    }
    let mut words = command.words.iter().peekable();
    while let Some(word) = words.next() {
        let target = match word.strip_prefix('>') {
            Some("") => words.peek().map(|next| **next),
            Some(rest) if !rest.starts_with(['>', '&']) => Some(rest),
            _ => None,
        };
        let target = target.map(|target| target.trim_matches(['"', '\'']));
        let Some(path) = target.filter(|target| WHOLE.contains(target)) else {
            continue;
        };
        let finding = report.found(
            place_of_word(report, text, command, path),
            format!("`>` overwrites `{path}`"),
        );
        report.push(
            finding
                .help(format!("use `>> {path}`"))
                .note("the file is emptied first; what the machine needs of it is missing at the next boot"),
        );
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn files_that_are_emptied() {
        check(
            r#"
cloudInit:
  files:
    - path: /usr/local/sbin/disk
      mode: "0755"
      content: |
        #!/bin/sh
        grep -q ' /data ' /etc/fstab || echo "/dev/sdb /data xfs defaults 0 2" > /etc/fstab
#                                                                                ^^^^^^^^^^ error[hook-overwrites]: `>` overwrites `/etc/fstab`
        echo "10.0.0.2 db" >> /etc/hosts
  beforeK3s:
    - echo '10.0.0.2 db' >/etc/hosts
#                         ^^^^^^^^^^ error[hook-overwrites]: `>` overwrites `/etc/hosts`
    - echo 1 > /proc/sys/vm/swappiness
    - |
      cat > /etc/hosts <<END
      127.0.0.1 localhost
      END
"#,
        );
    }
}
