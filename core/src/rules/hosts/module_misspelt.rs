//! See [`RULE`].

use super::shell::place_of_word;
use crate::facts::hosts::MODULES;
use crate::model::Config;
use crate::rules::contents::{lines, place_in};
use crate::rules::{Reads, Report, declare_rule};
use crate::source::Span;

declare_rule! {
    /// A kernel module looks misspelt.
    ///
    /// ## Why
    ///
    /// `modprobe` fails for a module that is not there, and the hook with it. In `/etc/modules-load.d` the name is passed over at boot.
    ///
    /// Source: modprobe(8), modules-load.d(5).
    ///
    /// ## Example
    ///
    /// ```yaml
    /// cloudInit: {beforeK3s: [modprobe wiregaurd]}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// cloudInit: {beforeK3s: [modprobe wireguard]}
    /// ```
    "module-misspelt", Warning, since "0.1.0", fix None, suppressible, Reads::Model(check)
}

/// The folder of modules that are loaded at boot.
const LOADED: &str = "/etc/modules-load.d/";

fn check(config: &Config, report: &mut Report<'_>) {
    for hook in report.hooks() {
        let text = hook.item.with(hook.text());
        for command in hook
            .commands()
            .iter()
            .filter(|command| command.runs(&["modprobe"]))
        {
            let options = command.words.iter().skip(1).filter(|word| word.starts_with('-'));
            let several = options
                .clone()
                .any(|option| option.starts_with("-a") || *option == "--all");
            let names: Vec<&str> = command
                .words
                .iter()
                .skip(1)
                .copied()
                .filter(|word| !word.starts_with(['-', '>', '2', '$']) && !word.contains('='))
                .collect();
            for name in &names {
                let at = place_of_word(report, &text, command, name);
                misspelt(
                    name,
                    at,
                    "the hook stops there, and with it the machine's setup",
                    report,
                );
            }
            // Without `-a`, further words are parameters of the first.
            let second = names.get(1).filter(|name| !several && is_module(name));
            if let Some(second) = second {
                let at = place_of_word(report, &text, command, second);
                let finding = report.found(at, format!("`{second}` is a parameter here, not a module"));
                report.push(
                    finding
                        .help("use `modprobe -a` for several modules")
                        .note("it is not loaded"),
                );
            }
        }
    }
    for (_, content) in config.files().filter(|(path, _)| path.value.starts_with(LOADED)) {
        for (at, line) in lines(content.value).take(MOST_LINES) {
            let name = line.trim();
            if !name.is_empty() && !name.starts_with(['#', ';']) {
                let span = place_in(report, &content, at, name);
                if let Some((first, rest)) = name.split_once(char::is_whitespace) {
                    let finding =
                        report.found(span, format!("expected one module on the line, found `{name}`"));
                    let rest = rest.trim_start().trim_start_matches("-a ");
                    let better = if first == "modprobe" { rest } else { first };
                    report.push(
                        finding
                            .help(format!(
                                "use `{better}`; its parameters belong in `/etc/modprobe.d`"
                            ))
                            .note("it is not loaded at boot"),
                    );
                    continue;
                }
                misspelt(name, span, "it is not loaded at boot", report);
            }
        }
    }
}

/// Nobody loads more modules than that at boot; each is looked for in all of the text.
const MOST_LINES: usize = 1000;

/// The kernel takes `-` for `_`.
fn is_module(name: &str) -> bool {
    MODULES.contains(&name.replace('-', "_").as_str())
}

fn misspelt(name: &str, at: Span, note: &str, report: &mut Report<'_>) {
    /// A letter more or less of a shorter name is another module.
    const SHORTEST: usize = 5;
    let plain = name.replace('-', "_");
    if plain.len() < SHORTEST || is_module(name) {
        return;
    }
    let mut known = MODULES.iter();
    let Some(near) = known.find(|known| strsim::damerau_levenshtein(&plain, known) == 1) else {
        return;
    };
    let finding = report.found(at, format!("unknown kernel module `{name}`"));
    report.push(finding.help(format!("did you mean `{near}`?")).note(note));
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn modules_that_are_not_there() {
        check(
            r#"
cloudInit:
  files:
    - path: /etc/modules-load.d/k3s.conf
      content: |
        br_netfiler
#       ^^^^^^^^^^^ warning[module-misspelt]: unknown kernel module `br_netfiler`
        overlay
        nf-conntrack
  beforeK3s:
    - modprobe wiregaurd
#              ^^^^^^^^^ warning[module-misspelt]: unknown kernel module `wiregaurd`
    - modprobe ip_vs ip_vs_rr
#                    ^^^^^^^^ warning[module-misspelt]: `ip_vs_rr` is a parameter here, not a module
    - modprobe -a ip_vs ip_vs_wrr
    - modprobe our_driver speed=10
"#,
        );
    }
}
