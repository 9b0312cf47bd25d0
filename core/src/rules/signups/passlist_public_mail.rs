//! See [`RULE`].

use crate::facts::mail::is_public;
use crate::model::Config;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// The passlist lets a mail provider in where anybody can have an address.
    ///
    /// ## Why
    ///
    /// Blocking new users keeps nobody out if everybody can make an address at a domain of the list in a minute.
    ///
    /// Source: the list of providers in `core/src/facts/mail.rs`.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// domain_passlist: [gmail.com]
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// domain_passlist: [acme.dev]
    /// ```
    "passlist-public-mail", Error, since "0.1.0", fix None, suppressible, Reads::Model(check)
}

fn check(config: &Config, report: &mut Report<'_>) {
    let Some(list) = config.passlist() else { return };
    for entry in list.value.iter().filter_map(|entry| entry.spanned()) {
        let domain = entry.value.trim().trim_start_matches('@').trim_end_matches('.');
        if !is_public(domain) {
            continue;
        }
        let message = format!("anybody can have an address at `{domain}`, so this lets everybody sign up");
        report.push(
            report
                .found(entry.span, message)
                .help("leave it out, and invite people without a company address one by one"),
        );
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn providers_that_take_everybody_are_pointed_at() {
        check(
            r#"
domain_passlist: [acme.dev, "Gmail.com", eu.gmail.com, proton.me]
#                           ^^^^^^^^^^^ error[passlist-public-mail]: Anybody can have an address at `Gmail.com`, so this lets everybody sign up
#                           ^^^^^^^^^^^ error[passlist-uppercase]: `Gmail.com` has capital letters, so it matches nobody's mail address
#                                                      ^^^^^^^^^ error[passlist-public-mail]: Anybody can have an address at `proton.me`, so this lets everybody sign up
"#,
        );
        check("domain_passlist: [acme.dev, notgmail.com]\n");
    }
}
