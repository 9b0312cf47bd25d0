//! See [`RULE`].

use super::shell::{Hook, place_of, read, read_as, report_open_brackets};
use crate::diagnostic::Severity;
use crate::model::Config;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// A hook has a shell syntax error.
    ///
    /// ## Why
    ///
    /// The commands of a list form one script, item after item. An unclosed quote or `if` swallows what follows. The shell exits
    /// there on every machine, after it has run everything before it. An operator at the end of an item, such as `&&`, ties the next item
    /// to it.
    ///
    /// Source: POSIX, "Shell Command Language", "Shell Grammar"; dash(1).
    ///
    /// ## Example
    ///
    /// ```yaml
    /// cloudInit: {beforeK3s: ["if test -e /dev/sdb; then mkfs.ext4 /dev/sdb"]}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// cloudInit: {beforeK3s: ["if test -e /dev/sdb; then mkfs.ext4 /dev/sdb; fi"]}
    /// ```
    "hook-syntax", Error, since "0.1.0", fix None, suppressible, Reads::Model(check)
}

fn check(_: &Config, report: &mut Report<'_>) {
    let hooks = report.hooks();
    let (before, after) = hooks.split_at(hooks.partition_point(|hook| hook.is_early));
    check_script(
        before,
        "the script exits there, and the machine never becomes a node",
        report,
    );
    check_script(
        after,
        "the script exits there, and the machine reports that its setup failed",
        report,
    );
}

fn check_script(hooks: &[Hook<'_>], note: &str, report: &mut Report<'_>) {
    let mut script = String::new();
    let mut starts = Vec::new();
    for hook in hooks {
        starts.push(script.len());
        script.push_str(hook.text());
        script.push('\n');
    }
    let Some(fault) = read(&script).fault else {
        for hook in hooks {
            check_end(hook, report);
            let text = hook.item.with(hook.text());
            report_open_brackets(&text, hook.commands(), note, report);
            let inner = hook
                .commands()
                .iter()
                .filter_map(|command| command.inner(text.value));
            for (at, script, dialect) in inner {
                if let Some(fault) = read_as(script, dialect).fault {
                    let span = place_of(report, hook.item, at + fault.at, &fault.token);
                    let message = format!("shell syntax error: `{}` {}", fault.token, fault.why);
                    let finding = report.found(span, message);
                    report.push(
                        finding
                            .help("fix the script in quotes")
                            .note("the shell that it is given to runs nothing of it"),
                    );
                }
            }
        }
        return;
    };
    let place = starts
        .partition_point(|start| *start <= fault.at)
        .saturating_sub(1);
    let (Some(hook), Some(start)) = (hooks.get(place), starts.get(place)) else {
        return;
    };
    let span = place_of(report, hook.item, fault.at - start, &fault.token);
    let finding = report
        .found(
            span,
            format!("shell syntax error: `{}` {}", fault.token, fault.why),
        )
        .help("fix the syntax; the items of this list run as one `sh` script");
    report.push(finding.note(note));
}

/// Reports an item without a command, or with an operator at its end, which ties the next item to it.
fn check_end(hook: &Hook<'_>, report: &mut Report<'_>) {
    let text = hook.text();
    if text.trim().is_empty() {
        let mut finding = report.found(hook.item.span, "empty command").help("remove it");
        finding.severity = Severity::Warning;
        report.push(finding);
        return;
    }
    let Some(fault) = hook
        .script
        .fault
        .as_ref()
        .filter(|fault| matches!(fault.token.as_str(), "&&" | "||" | "|"))
    else {
        return;
    };
    if text
        .get(fault.at..)
        .is_some_and(|rest| rest.trim() == fault.token)
    {
        let span = place_of(report, hook.item, fault.at, &fault.token);
        let finding = report
            .found(span, format!("`{}` at the end of a command", fault.token))
            .help(format!(
                "remove `{}`, or put the next command into the same item",
                fault.token
            ));
        report.push(
            finding.note("it continues with the next item of the list, whose fate then depends on this one"),
        );
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn syntax_errors() {
        check(
            r#"
cloudInit:
  beforeK3s:
    - echo "if"; if true; then
#                ^^ error[hook-syntax]: shell syntax error: `if` is not closed with `fi`
    - echo x
  afterK3s:
    - |
      echo a
      echo "it's" 'b
#                 ^ error[hook-syntax]: shell syntax error: `'` is not closed
"#,
        );
        check(
            r#"
cloudInit:
  beforeK3s: ["if true; then # nothing yet", fi]
#                                            ^^ error[hook-syntax]: shell syntax error: `fi` is preceded by no command
  afterK3s: [cat <<< x]
#                ^^^ error[hook-syntax]: shell syntax error: `<<<` is bash syntax, but this runs in `sh`
"#,
        );
    }

    #[test]
    fn scripts_in_quotes() {
        check(
            r#"
cloudInit:
  beforeK3s:
    - timeout 60 sh -c 'until getent hosts mirror; sleep 2; done'
#                                                           ^^^^ error[hook-syntax]: shell syntax error: `done` comes before `do`
    - bash -c '[[ -d /sys ]] && nics=(/sys/class/net/*)'
    - if [! -e /swapfile ]; then true; fi
#        ^^ error[hook-syntax]: `[!` has no space after `[`
    - sh -ec "for x in $LIST; do echo $x"
"#,
        );
    }

    #[test]
    fn one_script_of_several_items() {
        check(
            r#"
cloudInit:
  beforeK3s:
    - if test -e /dev/sdb; then
    - echo 'a disk'
    - fi
    - |
      cat >/etc/x <<'EOF'
      if (this is no script
      EOF
"#,
        );
    }

    #[test]
    fn operators_without_what_they_are_for() {
        check(
            r#"
cloudInit:
  beforeK3s:
    - systemctl enable --now auditd &&
#                                   ^^ error[hook-syntax]: `&&` at the end of a command
    - ""
#     ^^ warning[hook-syntax]: empty command
    - mkdir -p /mnt/assets
  afterK3s:
    - mkdir -p /mnt/assets >
#                          ^ error[hook-syntax]: shell syntax error: `>` has no target
    - "true"
"#,
        );
    }
}
