//! See [`RULE`].

use crate::model::{Config, rename};
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// The passlist is spelled `domainPasslist`.
    ///
    /// ## Why
    ///
    /// Both spellings mean the same; documentation and examples use `domain_passlist`.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// domainPasslist: [acme.dev]
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// domain_passlist: [acme.dev]
    /// ```
    "passlist-alias", Warning, since "0.1.0", fix Safe, suppressible, Reads::Model(check), for Gitpod, tagged Deprecated
}

fn check(config: &Config, report: &mut Report<'_>) {
    // Together with the other spelling it is `conflicting-keys`.
    let Some(alias) = config
        .domain_passlist_alias
        .spanned()
        .filter(|_| config.domain_passlist.is_missing())
    else {
        return;
    };
    let finding = report.found(alias.key, "alias `domainPasslist` of `domain_passlist`");
    report.push(
        finding
            .help("rename it to `domain_passlist`")
            .fix(rename(alias.key, "domain_passlist")),
    );
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, check_fix};

    #[test]
    fn the_alias_is_renamed() {
        check(
            r"
domainPasslist: [acme.dev]
^^^^^^^^^^^^^^ warning[passlist-alias]: alias `domainPasslist` of `domain_passlist`
",
        );
        check("domain_passlist: [acme.dev]\n");
        check(
            r"
domain_passlist: [acme.dev]
^^^^^^^^^^^^^^^ error[conflicting-keys]: `domain_passlist` and `domainPasslist` conflict with each other
domainPasslist: [acme.dev]
",
        );
        check_fix(
            "passlist-alias",
            "apiVersion: gitpod-k3s/v1\n\"domainPasslist\": [acme.dev]\n",
            "apiVersion: gitpod-k3s/v1\ndomain_passlist: [acme.dev]\n",
        );
    }
}
