//! See [`RULE`].

use crate::model::Config;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// An entry of the passlist has a wildcard.
    ///
    /// ## Why
    ///
    /// Gitpod compares the end of a mail address with `@` and the entry, letter by letter: a `*` stands for itself. The
    /// Installer refuses the entry. A domain does not let in the addresses of its subdomains either.
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
    "passlist-wildcard", Error, since "0.1.0", fix None, always, Reads::Model(check)
}

fn check(config: &Config, report: &mut Report<'_>) {
    let Some(list) = config.passlist() else { return };
    for entry in list.value.iter().filter_map(|entry| entry.spanned()) {
        // What is no domain even without the wildcard has a rule of its own.
        if !entry.value.contains('*') || entry.value.contains(['@', ' ', ',', ';', '/']) {
            continue;
        }
        let bare = entry.value.trim_start_matches(['*', '.']);
        let help = match bare {
            "" => "leave the passlist and `blockNewUsers` out to let everybody sign up".to_owned(),
            _ => format!("write `{bare}`, and every subdomain with mail addresses as an entry of its own"),
        };
        report.push(
            report
                .found(
                    entry.span,
                    format!("`{}` has a `*`, which is no wildcard to Gitpod", entry.value),
                )
                .help(help)
                .note("the Installer refuses the entry; Gitpod would compare it letter by letter"),
        );
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn wildcards_are_pointed_at() {
        check(
            r#"
domain_passlist: [acme.dev, "*.acme.dev", '*']
#                           ^^^^^^^^^^^^ error[passlist-wildcard]: `*.acme.dev` has a `*`, which is no wildcard to Gitpod
#                                         ^^^ error[passlist-wildcard]: `*` has a `*`, which is no wildcard to Gitpod
"#,
        );
        check("domain_passlist: [acme.dev, eu.acme.dev]\n");
    }
}
