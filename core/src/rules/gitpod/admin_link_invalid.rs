//! See [`RULE`].

use crate::facts::gitpod::ADMIN_LINK;
use crate::model::Config;
use crate::plan::Plan;
use crate::rules::{Reads, Report, declare_rule};
use crate::secrets::Store;

/// The shortest token that nobody guesses: as long as Gitpod's own tools make it.
const SHORTEST_TOKEN: usize = 20;

declare_rule! {
    /// The admin's link cannot work.
    ///
    /// ## Why
    ///
    /// The token is the last part of the link's path, so it can only contain what a URL can, and it is all that keeps others from becoming the
    /// admin. The expiry is a number of seconds since 1970 in a JSON file; with anything else the server sends every visitor of the link to an
    /// error page. Releases before 2023.03 have no such link.
    ///
    /// Source: gitpod-io/gitpod `components/server/src/user/user-controller.ts`; 9110a66b46 (2023-03-09).
    ///
    /// ## Example
    ///
    /// ```yaml
    /// gitpod: {release: "2022.11.3", adminLink: {}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// gitpod: {release: main, adminLink: {}}
    /// ```
    "admin-link-invalid", Error, since "0.1.0", fix None, always, Reads::Secrets(check), for Gitpod
}

fn check(config: &Config, plan: &Plan, store: &Store, report: &mut Report<'_>) {
    let Some(gitpod) = plan.gitpod() else { return };
    let written = config.gitpod.get().and_then(|gitpod| gitpod.admin_link.spanned());
    if let Some(written) = written.filter(|_| gitpod.release < ADMIN_LINK) {
        let finding = report.found(
            written.key,
            format!("Gitpod {} has no link for the admin", gitpod.release),
        );
        report.push(finding.help("remove the key: the first visitor of this release becomes the admin"));
    }
    for need in &plan.secrets {
        let value = store.get(&need.name).map(|value| value.expose());
        let Some(value) = value.filter(|value| !value.is_empty()) else {
            continue;
        };
        let (message, help) = match need.name.as_str() {
            "gitpod.adminLink.token" if !value.iter().all(|byte| is_unreserved(*byte)) => (
                "the token of the admin's link contains characters that a URL cannot",
                "remove it from the secrets, and run `gkc secrets generate`",
            ),
            "gitpod.adminLink.token" if value.len() < SHORTEST_TOKEN => (
                "the token of the admin's link is short enough to be guessed",
                "remove it from the secrets, and run `gkc secrets generate`",
            ),
            "gitpod.adminLink.expiry" if !is_number(value) => (
                "the expiry of the admin's link is not a number of seconds since 1970",
                "remove it from the secrets, and run `gkc secrets generate`, or write what `date -d 'next week' +%s` prints",
            ),
            _ => continue,
        };
        let finding = report.found(need.span, message);
        report.push(finding.help(help));
    }
}

/// Whether an address holds the character as it is (RFC 3986, section 2.3).
fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~".contains(&byte)
}

/// Whether JSON takes it for a whole number, without a zero in front.
fn is_number(value: &[u8]) -> bool {
    value.iter().all(u8::is_ascii_digit) && value.first() != Some(&b'0')
}

#[cfg(test)]
mod tests {
    use crate::testing::{TestInputs, check, check_given};

    #[test]
    fn what_the_server_would_not_take() {
        let inputs = TestInputs {
            vars: vec![
                ("SHORT", "abc123"),
                ("PATH", "aaaaaaaaaaaaaaaaaaaaaaaa/b"),
                ("DAY", "2027-01-01"),
            ],
            ..Default::default()
        };
        check_given(
            r"
gitpod: {repository: registry.acme.dev/gitpod, adminLink: {token: {env: SHORT}, expiry: {env: DAY}}}
#                                                                 ^^^^^^^^^^^^ error[admin-link-invalid]: the token of the admin's link is short enough to be guessed
#                                                                                       ^^^^^^^^^^ error[admin-link-invalid]: the expiry of the admin's link is not a number of seconds since 1970
",
            &inputs,
        );
        check_given(
            r"
gitpod: {repository: registry.acme.dev/gitpod, adminLink: {token: {env: PATH}}}
#                                                                 ^^^^^^^^^^^ error[admin-link-invalid]: the token of the admin's link contains characters that a URL cannot
",
            &inputs,
        );
    }

    #[test]
    fn releases_without_a_link() {
        check(
            r#"
gitpod: {release: "2023.02", repository: registry.acme.dev/gitpod, adminLink: {}}
#                                                                  ^^^^^^^^^ error[admin-link-invalid]: Gitpod 2023.02 has no link for the admin
"#,
        );
    }
}
