//! See [`RULE`].

use crate::model::Config;
use crate::rules::public::{bare_domain, defaults_matter};
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// A public installation has no login configured.
    ///
    /// ## Why
    ///
    /// Without an auth provider, Gitpod asks its first visitor to set one up and makes that visitor the admin. On a public domain
    /// that may be anyone.
    ///
    /// Source: Gitpod's documentation of 2021, "OAuth integration": the first access guides the first user.
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
    "no-auth-provider-on-public", Warning, since "0.1.0", fix None, suppressible, Reads::Model(check), for Gitpod
}

fn check(config: &Config, report: &mut Report<'_>) {
    let span = match config.auth_providers.spanned() {
        Some(list) if list.value.is_empty() => list.span,
        None if config.auth_providers.is_missing() => report.anchor(),
        _ => return,
    };
    if !defaults_matter(config, "authProviders", report) {
        return;
    }
    let domain = bare_domain(config.domain.text().unwrap_or_default());
    report.push(
        report
            .found(
                span,
                format!("no auth provider: the first visitor of `{domain}` becomes the admin"),
            )
            .help(
                "add your Git host to `authProviders`, with the client ID and secret of an OAuth application",
            ),
    );
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
#       ^^^^^^^^^^^^^^^ warning[no-auth-provider-on-public]: no auth provider: the first visitor of `gitpod.acme.dev` becomes the admin
#       ^^^^^^^^^^^^^^^ warning[no-authorized-keys]: no SSH key can log in to the machines
#       ^^^^^^^^^^^^^^^ warning[signups-open]: anyone on the internet may sign up at `gitpod.acme.dev`
",
        );
        check(
            r"
authProviders: []
#              ^^ warning[no-auth-provider-on-public]: no auth provider: the first visitor of `gitpod.acme.dev` becomes the admin
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
authProviders: {}
#              ^^ error[wrong-type]: expected a list, found a mapping
",
        );
        check(
            "authProviders: [{id: a, type: GitHub, host: github.com, clientId: b, clientSecret: {env: C}}]\n",
        );
    }
}
