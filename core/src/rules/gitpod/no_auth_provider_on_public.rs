//! See [`RULE`].

use crate::facts::gitpod::NO_FIRST_ADMIN;
use crate::model::Config;
use crate::plan::Plan;
use crate::rules::public::{bare_domain, defaults_matter};
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// A public installation has no login configured.
    ///
    /// ## Why
    ///
    /// Without an auth provider, releases before 2023.05 ask their first visitor to set one up and make that visitor the admin. On a public
    /// domain that may be anyone. Newer ones let nobody in but by the admin's link, `gitpod.adminLink`, until the admin has added a provider.
    ///
    /// Source: Gitpod's documentation of 2021, "OAuth integration"; gitpod-io/gitpod 5bd95a774a and 0965bc98a8 (2023-05-04), c8c4c3bda9
    /// (2023-05-25).
    ///
    /// ## Example
    ///
    /// ```yaml
    /// authProviders: []
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// authProviders:
    ///   - {id: GitHub, type: GitHub, host: github.com, clientId: Iv1.0123456789abcdef, clientSecret: {env: GITHUB_CLIENT_SECRET}}
    /// ```
    "no-auth-provider-on-public", Warning, since "0.1.0", fix None, suppressible, Reads::Plan(check), for Gitpod
}

fn check(config: &Config, plan: &Plan, report: &mut Report<'_>) {
    let span = match config.auth_providers.spanned() {
        Some(list) if list.value.is_empty() => list.span,
        None if config.auth_providers.is_missing() => {
            report.empty("authProviders").unwrap_or(report.anchor())
        }
        _ => return,
    };
    if !defaults_matter(config, "authProviders", report) {
        return;
    }
    let domain = bare_domain(config.domain.text().unwrap_or_default());
    let Some(gitpod) = plan.gitpod() else { return };
    const ADD: &str =
        "add your Git host to `authProviders`, with the client ID and secret of an OAuth application";
    let (message, help) = match (&gitpod.admin_link, gitpod.release < NO_FIRST_ADMIN) {
        (_, true) => (
            format!("no auth provider: the first visitor of `{domain}` becomes the admin"),
            ADD,
        ),
        (Some(_), false) => (
            format!("no auth provider: only the admin can log in to `{domain}`, by a link"),
            ADD,
        ),
        (None, false) => (
            format!("no auth provider and no link for the admin: nobody can log in to `{domain}`"),
            "add your Git host to `authProviders`, or run `gkc secrets generate` for a link",
        ),
    };
    report.push(report.found(span, message).help(help));
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn a_public_installation_without_a_login() {
        check(
            r"
apiVersion: gitpod-k3s/v1
domain: gitpod.acme.dev
#       ^^^^^^^^^^^^^^^ warning[certificate-self-signed]: self-signed certificate for `gitpod.acme.dev`, which browsers do not trust
#       ^^^^^^^^^^^^^^^ warning[images-not-public]: missing `gitpod.repository`: the default, `eu.gcr.io/gitpod-dev-artifact/build`, is no longer public
#       ^^^^^^^^^^^^^^^ warning[no-auth-provider-on-public]: no auth provider: only the admin can log in to `gitpod.acme.dev`, by a link
#       ^^^^^^^^^^^^^^^ warning[no-authorized-keys]: no SSH key can log in to the machines
#       ^^^^^^^^^^^^^^^ warning[signups-open]: anyone on the internet may sign up at `gitpod.acme.dev`
",
        );
        check(
            r"
domain: gitpod.acme.dev
authProviders: []
#              ^^ warning[no-auth-provider-on-public]: no auth provider: only the admin can log in to `gitpod.acme.dev`, by a link
",
        );
        check(
            r"
authProviders: []
domain: gitpod.internal
#       ^^^^^^^^^^^^^^^ warning[domain-not-public]: private domain `gitpod.internal`: no public DNS for `.internal`
",
        );
        check(
            r"
domain: gitpod.acme.dev
authProviders: {}
#              ^^ error[wrong-type]: expected a list, found a mapping
",
        );
        check(
            "authProviders: [{id: a, type: GitHub, host: github.com, clientId: b, clientSecret: {env: C}}]\n",
        );
    }
}
