//! See [`RULE`].

use super::sshd::{Line, files};
use crate::facts::sshd::{KEYWORDS, Takes, is_time};
use crate::model::Config;
use crate::rules::contents::{MOST_FAULTS, place_in};
use crate::rules::{Reads, Report, declare_rule};
use crate::words::{nearest, or, quoted};

declare_rule! {
    /// sshd does not start with a line of its configuration.
    ///
    /// ## Why
    ///
    /// sshd exits on a keyword or a value that it does not know. Nobody gets into the machine over SSH any more, once it is started again.
    ///
    /// Source: sshd_config(5); OpenSSH `servconf.c`.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// cloudInit: {files: [{path: /etc/ssh/sshd_config.d/20-acme.conf, content: PasswordAuthentification no}]}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// cloudInit: {files: [{path: /etc/ssh/sshd_config.d/20-acme.conf, content: PasswordAuthentication no}]}
    /// ```
    "sshd-file-invalid", Error, since "0.1.0", fix None, suppressible, Reads::Model(check)
}

fn check(config: &Config, report: &mut Report<'_>) {
    for content in files(config) {
        let faults = super::sshd::lines(content.value).filter_map(|line| fault(&line));
        for (at, part, message, help) in faults.take(MOST_FAULTS) {
            let finding = report.found(place_in(report, &content, at, part), message);
            report.push(
                finding
                    .help(help)
                    .note("sshd exits, and SSH to the machine fails"),
            );
        }
    }
}

type Fault<'l> = (usize, &'l str, String, String);

fn fault<'l>(line: &Line<'l>) -> Option<Fault<'l>> {
    let known = KEYWORDS
        .iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(line.keyword));
    let Some((keyword, takes)) = known else {
        let help = match nearest(line.keyword, KEYWORDS.iter().map(|(known, _)| *known)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "remove it".to_owned(),
        };
        return Some((
            line.at,
            line.keyword,
            format!("sshd has no keyword `{}`", line.keyword),
            help,
        ));
    };
    let value = line.value;
    if value.is_empty() {
        let message = format!("`{keyword}` has no value");
        return Some((line.at, line.keyword, message, format!("write `{keyword} VALUE`")));
    }
    let is_in = |words: &[&str]| words.iter().any(|word| word.eq_ignore_ascii_case(value));
    let (fits, help) = match takes {
        Takes::Switch => (is_in(&["yes", "no"]), "use `yes` or `no`".to_owned()),
        Takes::Words(words) => (
            is_in(words),
            format!("use {}", or(&quoted(words.iter().copied()))),
        ),
        Takes::Number => (value.parse::<u32>().is_ok(), "use a whole number".to_owned()),
        Takes::Time => (
            is_time(value) || value.eq_ignore_ascii_case("none"),
            "use seconds, or a time such as `2m` or `1h30m`".to_owned(),
        ),
        Takes::Port => (
            value.parse::<u16>().is_ok_and(|port| port > 0),
            "use a number from 1 to 65535".to_owned(),
        ),
        Takes::Other => return None,
    };
    (!fits).then(|| {
        (
            line.value_at,
            value,
            format!("invalid value `{value}` for `{keyword}`"),
            help,
        )
    })
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn lines_that_sshd_exits_on() {
        check(
            r#"
cloudInit:
  files:
    - path: /etc/ssh/sshd_config.d/20-acme.conf
      content: |
        # Keys only.
        PasswordAuthentification no
#       ^^^^^^^^^^^^^^^^^^^^^^^^ error[sshd-file-invalid]: sshd has no keyword `PasswordAuthentification`
        KbdInteractiveAuthentication off
#                                    ^^^ error[sshd-file-invalid]: invalid value `off` for `KbdInteractiveAuthentication`
        permitrootlogin=Prohibit-Password
        PermitRootLogin keys-only
#                       ^^^^^^^^^ error[sshd-file-invalid]: invalid value `keys-only` for `PermitRootLogin`
        MaxAuthTries four
#                    ^^^^ error[sshd-file-invalid]: invalid value `four` for `MaxAuthTries`
        ClientAliveInterval 120sec
#                           ^^^^^^ error[sshd-file-invalid]: invalid value `120sec` for `ClientAliveInterval`
        LoginGraceTime 1m30s
        X11Forwarding
#       ^^^^^^^^^^^^^ error[sshd-file-invalid]: `X11Forwarding` has no value
        AcceptEnv LANG LC_*
        Match User backup
          ForceCommand "internal-sftp -u 0077" # no shell
          AllowTcpForwarding no # neither
    - {path: /etc/ssh/sshd_config.d/README, content: what this is for}
#            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[extra-file-unread]: nothing reads `/etc/ssh/sshd_config.d/README`: in that folder only files that end in `.conf` count
"#,
        );
    }
}
