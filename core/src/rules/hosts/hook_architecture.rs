//! See [`RULE`].

use super::shell::place_of_word;
use crate::facts::providers::Provider;
use crate::model::Config;
use crate::plan::Plan;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// A hook downloads a program for another architecture.
    ///
    /// ## Why
    ///
    /// Raspberry Pis are arm64. A program for amd64 is downloaded without an error and fails with `Exec format error` when it is first run.
    ///
    /// Source: raspberrypi.com documentation, "Processors"; execve(2), `ENOEXEC`.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// platform: none
    /// cluster: {provider: raspberry-pi, nodes: [{name: pi-1, role: server, address: 192.168.1.11}], network: {nodes: 192.168.1.0/24}}
    /// cloudInit: {afterK3s: [curl -fsSLo /usr/local/bin/yq https://mirror.acme.dev/yq_linux_amd64]}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// platform: none
    /// cluster: {provider: raspberry-pi, nodes: [{name: pi-1, role: server, address: 192.168.1.11}], network: {nodes: 192.168.1.0/24}}
    /// cloudInit: {afterK3s: [curl -fsSLo /usr/local/bin/yq https://mirror.acme.dev/yq_linux_arm64]}
    /// ```
    "hook-architecture", Warning, since "0.1.0", fix None, suppressible, Reads::Plan(check)
}

/// What names of files call the architecture of Raspberry Pis not.
const OTHERS: [(&str, &str); 3] = [("amd64", "arm64"), ("x86_64", "aarch64"), ("x86-64", "aarch64")];

fn check(_: &Config, plan: &Plan, report: &mut Report<'_>) {
    if plan.provider != Provider::RaspberryPi {
        return;
    }
    for hook in report.hooks() {
        let text = hook.item.with(hook.text());
        // A hook may ask for the architecture itself.
        if text.value.contains("uname") || text.value.contains("dpkg --print-architecture") {
            continue;
        }
        for command in hook.commands() {
            if !command.runs(&["curl"]) && !command.runs(&["wget"]) {
                continue;
            }
            for word in command.words.iter().filter(|word| word.contains("://")) {
                let Some((other, own)) = OTHERS.iter().find(|(other, _)| word.contains(other)) else {
                    continue;
                };
                let finding = report.found(
                    place_of_word(report, &text, command, word),
                    format!("a file for {other}, but Raspberry Pis are {own}"),
                );
                report.push(
                    finding
                        .help(format!("use the file for {own}"))
                        .note("the program fails with `Exec format error`"),
                );
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn programs_for_others() {
        check(
            r"
platform: none
cluster: {provider: raspberry-pi, nodes: [{name: pi-1, role: server, address: 192.168.1.11}], network: {nodes: 192.168.1.0/24}}
cloudInit:
  afterK3s:
    - curl -fsSLo /usr/local/bin/yq https://mirror.acme.dev/yq_linux_amd64
#                                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[hook-architecture]: a file for amd64, but Raspberry Pis are arm64
    - curl -fsSLo /usr/local/bin/jq https://mirror.acme.dev/jq_linux_arm64
    - wget https://mirror.acme.dev/$(uname -m)/x86_64/a
",
        );
    }
}
