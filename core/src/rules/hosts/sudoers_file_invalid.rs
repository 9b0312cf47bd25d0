//! See [`RULE`].

use crate::model::Config;
use crate::rules::contents::{MOST_FAULTS, lines, place_in};
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// sudo refuses a line in `/etc/sudoers.d`.
    ///
    /// ## Why
    ///
    /// A tag such as `NOPASSWD` ends in a colon, and a command is an absolute path or a name in capitals. sudo reports a syntax error for
    /// everything else, and the rule does not hold; older releases refuse to run at all.
    ///
    /// Source: sudoers(5), "User specification" and "SUDOERS FILE FORMAT".
    ///
    /// ## Example
    ///
    /// ```yaml
    /// cloudInit: {files: [{path: /etc/sudoers.d/20-acme, mode: "0440", content: ada ALL=(ALL) NOPASSWD ALL}]}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// cloudInit: {files: [{path: /etc/sudoers.d/20-acme, mode: "0440", content: "ada ALL=(ALL) NOPASSWD: ALL"}]}
    /// ```
    "sudoers-file-invalid", Error, since "0.1.0", fix None, suppressible, Reads::Model(check)
}

/// Tags of commands (sudoers(5), "Tag_Spec").
const TAGS: [&str; 14] = [
    "EXEC",
    "NOEXEC",
    "FOLLOW",
    "NOFOLLOW",
    "INTERCEPT",
    "NOINTERCEPT",
    "LOG_INPUT",
    "NOLOG_INPUT",
    "LOG_OUTPUT",
    "NOLOG_OUTPUT",
    "MAIL",
    "PASSWD",
    "NOPASSWD",
    "SETENV",
];

fn check(config: &Config, report: &mut Report<'_>) {
    let files = config
        .files()
        .filter(|(path, _)| path.value == "/etc/sudoers" || path.value.starts_with("/etc/sudoers.d/"));
    for (_, content) in files {
        let faults = lines(content.value).filter_map(|(at, line)| Some((at, line, fault(line)?)));
        for (at, line, (part, message, help)) in faults.take(MOST_FAULTS) {
            let from = part.as_ptr() as usize - line.as_ptr() as usize;
            let finding = report.found(place_in(report, &content, at + from, part), message);
            report.push(
                finding
                    .help(help)
                    .note("sudo reports a syntax error and ignores the rule"),
            );
        }
    }
}

/// The part of a line that is wrong, and what to write.
fn fault(line: &str) -> Option<(&str, String, String)> {
    const OTHERS: [&str; 6] = [
        "Defaults",
        "@include",
        "#include",
        "User_Alias",
        "Runas_Alias",
        "Host_Alias",
    ];
    let trimmed = line.trim();
    let is_other = OTHERS.iter().any(|start| trimmed.starts_with(start));
    // What goes on in the next line is not read here.
    if trimmed.is_empty() || trimmed.starts_with('#') || is_other || trimmed.ends_with('\\') {
        return None;
    }
    let (left, right) = trimmed.split_once('=')?;
    // An alias of commands has no users in front.
    let commands = match left.starts_with("Cmnd_Alias") || left.starts_with("Cmd_Alias") {
        true => right,
        false => behind_user(right),
    };
    for item in commands.split(", ").flat_map(|item| item.split(",/").take(1)) {
        let mut rest = item.trim();
        while let Some((tag, behind)) = rest.split_once(':').filter(|(tag, _)| TAGS.contains(&tag.trim())) {
            let _ = tag;
            rest = behind.trim_start();
        }
        let word = rest.split_whitespace().next()?;
        if TAGS.contains(&word) {
            return Some((
                word,
                format!("the tag `{word}` lacks its colon"),
                format!("use `{word}:`"),
            ));
        }
        let command = word.trim_start_matches('!');
        let is_alias = command
            .bytes()
            .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_');
        if command.is_empty()
            || command.starts_with(['/', '^', '%'])
            || is_alias
            || ["sudoedit", "list"].contains(&command)
            || command.contains([':', '='])
        {
            continue;
        }
        return Some((
            command,
            format!("`{command}` is not an absolute path"),
            format!("use the whole path, as in `/usr/bin/{command}`"),
        ));
    }
    None
}

/// What follows the users that commands run as: `(root:adm)`.
fn behind_user(text: &str) -> &str {
    let text = text.trim_start();
    match text.strip_prefix('(') {
        Some(rest) => rest.split_once(')').map_or("", |(_, behind)| behind.trim_start()),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn lines_that_sudo_refuses() {
        check(
            r#"
cloudInit:
  files:
    - path: /etc/sudoers.d/20-acme
      mode: "0440"
      content: |
        # ops
        Defaults:ada !requiretty
        ada ALL=(ALL) NOPASSWD ALL
#                     ^^^^^^^^ error[sudoers-file-invalid]: the tag `NOPASSWD` lacks its colon
        ada ALL=(ALL) NOPASSWD: systemctl restart k3s
#                               ^^^^^^^^^ error[sudoers-file-invalid]: `systemctl` is not an absolute path
        ada ALL=(root) NOPASSWD: /usr/bin/journalctl, reboot
#                                                     ^^^^^^ error[sudoers-file-invalid]: `reboot` is not an absolute path
        Cmnd_Alias K3S = /usr/bin/systemctl restart k3s, /usr/bin/systemctl status k3s
        %adm ALL=(ALL:ALL) NOPASSWD: SETENV: K3S, !/usr/bin/su
        ada ALL = NOPASSWD: sudoedit /etc/hosts
        ada ALL=(ALL:ALL) ALL
"#,
        );
    }
}
