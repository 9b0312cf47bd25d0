//! See [`RULE`].

use crate::model::Config;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// A passlist entry has a wildcard.
    ///
    /// ## Why
    ///
    /// Gitpod compares the end of a mail address with `@` plus the entry, literally. The Installer rejects a `*`. An entry does not
    /// admit its subdomains either.
    ///
    /// Source: gitpod-io/gitpod `components/server/src/user/user-service.ts:69-76`,
    /// `install/installer/pkg/config/v1/validation.go` (`block_new_users_passlist`).
    ///
    /// ## Example
    ///
    /// ```yaml
    /// domain_passlist: ["*.acme.dev"]
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// domain_passlist: [acme.dev, eu.acme.dev]
    /// ```
    "passlist-wildcard", Error, since "0.1.0", fix None, always, Reads::Model(check), for Gitpod
}

fn check(config: &Config, report: &mut Report<'_>) {
    let Some(list) = config.passlist() else { return };
    for entry in list.value.iter().filter_map(|entry| entry.spanned()) {
        // `passlist-not-domain` covers what is invalid even without the wildcard.
        if !entry.value.contains('*') || entry.value.contains(['@', ' ', ',', ';', '/']) {
            continue;
        }
        let bare = entry.value.trim_start_matches(['*', '.']);
        let help = match bare {
            "" => "remove the passlist and `blockNewUsers` to let anyone sign up".to_owned(),
            _ => format!("use `{bare}`, and list every subdomain with mail addresses separately"),
        };
        report.push(
            report
                .found(
                    entry.span,
                    format!(
                        "mail domain `{}` has a `*`, which Gitpod takes literally",
                        entry.value
                    ),
                )
                .help(help)
                .note("the Installer rejects the entry"),
        );
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn wildcards() {
        check(
            r#"
domain_passlist: [acme.dev, "*.acme.dev", '*']
#                           ^^^^^^^^^^^^ error[passlist-wildcard]: mail domain `*.acme.dev` has a `*`, which Gitpod takes literally
#                                         ^^^ error[passlist-wildcard]: mail domain `*` has a `*`, which Gitpod takes literally
"#,
        );
        check("domain_passlist: [acme.dev, eu.acme.dev]\n");
    }
}
