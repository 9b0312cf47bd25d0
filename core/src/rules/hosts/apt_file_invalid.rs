//! See [`RULE`].

use crate::model::Config;
use crate::rules::contents::{MOST_FAULTS, lines, place_in};
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// apt refuses a line of its configuration.
    ///
    /// ## Why
    ///
    /// Each setting ends in a semicolon. Where one is missing, `apt-get` stops with a syntax error, and no package can be installed: not those
    /// of the configuration, and none of later updates.
    ///
    /// Source: apt.conf(5).
    ///
    /// ## Example
    ///
    /// ```yaml
    /// cloudInit: {files: [{path: /etc/apt/apt.conf.d/60acme, content: 'Acquire::Retries "3"'}]}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// cloudInit: {files: [{path: /etc/apt/apt.conf.d/60acme, content: 'Acquire::Retries "3";'}]}
    /// ```
    "apt-file-invalid", Error, since "0.1.0", fix None, suppressible, Reads::Model(check)
}

fn check(config: &Config, report: &mut Report<'_>) {
    let files = config.files().filter(|(path, _)| {
        path.value == "/etc/apt/apt.conf" || path.value.starts_with("/etc/apt/apt.conf.d/")
    });
    for (_, content) in files {
        let mut in_comment = false;
        let faults = lines(content.value).filter_map(|(at, line)| {
            let text = line.trim();
            let was_comment = in_comment;
            in_comment = match (text.rfind("/*"), text.rfind("*/")) {
                (Some(opens), Some(closes)) => opens > closes,
                (Some(_), None) => true,
                (None, Some(_)) => false,
                (None, None) => was_comment,
            };
            if was_comment || in_comment || text.contains("*/") {
                return None;
            }
            fault(text).map(|(part, message, help)| {
                let from = part.as_ptr() as usize - line.as_ptr() as usize;
                (at + from, part, message, help)
            })
        });
        let faults: Vec<_> = faults.take(MOST_FAULTS).collect();
        for (at, part, message, help) in faults {
            let finding = report.found(place_in(report, &content, at, part), message);
            report.push(finding.help(help).note("`apt-get` stops with a syntax error"));
        }
    }
}

fn fault(text: &str) -> Option<(&str, &'static str, String)> {
    // `#` begins a comment, and `#include` and `#clear` settings without a value.
    let code = match text
        .find("//")
        .filter(|at| text[..*at].matches('"').count().is_multiple_of(2))
    {
        Some(comment) => text[..comment].trim_end(),
        None => text,
    };
    if code.is_empty() || code.starts_with('#') {
        return None;
    }
    if !code.matches('"').count().is_multiple_of(2) {
        let quote = code.rfind('"')?;
        let part = &code[quote..];
        return Some((
            part,
            "a quote is not closed",
            format!("use `{}\";`", part.trim_end_matches(';')),
        ));
    }
    if code.ends_with([';', '{', '}']) {
        return None;
    }
    // A value may stand on the next line.
    let start = code.rfind(char::is_whitespace)? + 1;
    let value = &code[start..];
    value.ends_with('"').then(|| {
        let quoted = code.find('"').unwrap_or(start);
        (
            &code[quoted..],
            "a setting ends without `;`",
            format!("use `{};`", &code[quoted..]),
        )
    })
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn settings_without_their_end() {
        check(
            r#"
cloudInit:
  files:
    - path: /etc/apt/apt.conf.d/60acme
      content: |
        // updates
        Unattended-Upgrade::Mail "ops@acme.dev"
#                                ^^^^^^^^^^^^^^ error[apt-file-invalid]: a setting ends without `;`
        Unattended-Upgrade::Automatic-Reboot "false";
        Acquire::http::Proxy "http://proxy.acme.dev:3128";
        APT::Periodic::Enable "1;
#                             ^^^ error[apt-file-invalid]: a quote is not closed
        Unattended-Upgrade::Origins-Pattern {
          "origin=Debian";
        };
        /* off
        Acquire::Retries "3"
        */
        #clear APT::Periodic
        Dpkg::Options { "--force-confdef"; }
"#,
        );
    }
}
