//! See [`RULE`].

use super::shell::place;
use crate::model::Config;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// A command flushes the machine's packet filter.
    ///
    /// ## Why
    ///
    /// The packet filter contains the rules with which k3s reaches services, and those that keep pods from the provider's metadata
    /// service, where the machine's join token can be read. `iptables -F` flushes those of k3s, and `nftables.service` all of them: the
    /// default ruleset of Debian and Ubuntu starts with a flush, on every boot.
    ///
    /// Source: nft(8), "flush ruleset"; Debian package nftables, `/etc/nftables.conf`; k3s-io/k3s#8785.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// cloudInit: {beforeK3s: [nft flush ruleset]}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// cloudInit: {beforeK3s: [nft delete table inet acme]}
    /// ```
    "packet-filter-flushed", Warning, since "0.1.0", fix None, suppressible, Reads::Model(check)
}

fn check(_: &Config, report: &mut Report<'_>) {
    for hook in report.hooks() {
        for command in hook.commands() {
            let service = command.runs(&["systemctl"])
                && command.has(&["nftables", "nftables.service"])
                && command.has(&["enable", "start", "restart", "reload"]);
            if !service && !command.runs(&["nft", "flush", "ruleset"]) && !flushes(&command.words) {
                continue;
            }
            let words = command.words.join(" ");
            let at = place(report, hook, command);
            let finding = report
                .found(at, format!("`{words}` flushes the rules of k3s and gkc"))
                .help("keep your rules in your own table, and replace only that");
            report.push(finding.note(
                "services are unreachable until k3s restores its rules, and pods may read the machine's join token",
            ));
        }
    }
}

/// Whether `iptables` flushes all chains, or one that is not the user's own.
fn flushes(words: &[&str]) -> bool {
    const PROGRAMS: [&str; 2] = ["iptables", "ip6tables"];
    const BUILT_IN: [&str; 5] = ["INPUT", "FORWARD", "OUTPUT", "PREROUTING", "POSTROUTING"];
    let program = words
        .first()
        .and_then(|word| word.rsplit('/').next())
        .unwrap_or("");
    let program = program.trim_end_matches("-nft").trim_end_matches("-legacy");
    let flush = words.iter().position(|word| matches!(*word, "-F" | "--flush"));
    let chain = flush.and_then(|at| words.get(at + 1));
    PROGRAMS.contains(&program)
        && flush.is_some()
        && chain.is_none_or(|chain| chain.starts_with('-') || BUILT_IN.contains(chain))
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn the_command_and_the_service() {
        check(
            r"
cloudInit:
  beforeK3s: [nft flush ruleset, nft flush table inet acme, apt-get install -y nftables]
#             ^^^ warning[packet-filter-flushed]: `nft flush ruleset` flushes the rules of k3s and gkc
  afterK3s: [systemctl enable --now nftables, systemctl disable nftables]
#            ^^^^^^^^^ warning[packet-filter-flushed]: `systemctl enable --now nftables` flushes the rules of k3s and gkc
",
        );
    }

    #[test]
    fn chains_that_are_not_ones_own() {
        check(
            r#"
cloudInit:
  afterK3s: ["iptables -F", "ip6tables --flush INPUT", "iptables -t nat -F", "iptables -F ACME"]
#             ^^^^^^^^ warning[packet-filter-flushed]: `iptables -F` flushes the rules of k3s and gkc
#                            ^^^^^^^^^ warning[packet-filter-flushed]: `ip6tables --flush INPUT` flushes the rules of k3s and gkc
#                                                       ^^^^^^^^ warning[packet-filter-flushed]: `iptables -t nat -F` flushes the rules of k3s and gkc
"#,
        );
    }
}
