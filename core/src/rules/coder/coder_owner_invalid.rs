//! See [`RULE`].
use crate::facts::coder::LONGEST_PROVIDER_ID;
use crate::model::Config;
use crate::rules::hostname::is_mail_address;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// The first user cannot be made like this.
    ///
    /// ## Why
    ///
    /// The server takes a mail address, and a name of letters, digits and single hyphens, at most 32.
    ///
    /// Source: coder/coder `coderd/httpapi/name.go`, `cli/server_createadminuser.go`.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// platform: coder
    /// coder: {owner: {email: ada, username: ada}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// platform: coder
    /// coder: {owner: {email: ada@acme.dev, username: ada}}
    /// ```
    "coder-owner-invalid", Error, since "0.1.0", fix None, always, Reads::Model(check), for Coder
}

fn check(config: &Config, report: &mut Report<'_>) {
    let Some(owner) = config.coder.get().and_then(|coder| coder.owner.get()) else {
        return;
    };
    if let Some(email) = owner
        .email
        .spanned()
        .filter(|email| !is_mail_address(&email.value))
    {
        let finding = report.found(email.span, format!("invalid mail address `{}`", email.value));
        report.push(finding.help("use an address such as `ada@acme.dev`"));
    }
    let valid = |name: &str| {
        name.len() <= LONGEST_PROVIDER_ID
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
            && !name.starts_with('-')
            && !name.ends_with('-')
            && !name.contains("--")
    };
    if let Some(name) = owner.username.spanned().filter(|name| !valid(&name.value)) {
        let finding = report.found(name.span, format!("invalid user name `{}`", name.value));
        report.push(finding.help("use letters, digits and single hyphens, such as `ada`"));
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn users_that_the_server_refuses() {
        check(
            r"
platform: coder
coder: {owner: {email: ada, username: ada.lovelace}}
#                      ^^^ error[coder-owner-invalid]: invalid mail address `ada`
#                                     ^^^^^^^^^^^^ error[coder-owner-invalid]: invalid user name `ada.lovelace`
",
        );
    }
}
