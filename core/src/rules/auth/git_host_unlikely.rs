//! See [`RULE`].

use crate::diagnostic::{Applicability, Severity};
use crate::facts::networks::PUBLIC_HOSTS;
use crate::model::{Config, Spanned};
use crate::rules::hostname::dissect;
use crate::rules::{Reads, Report, declare_rule, edit};

declare_rule! {
    /// A Git provider has a host that its users do not log in at.
    ///
    /// ## Why
    ///
    /// The host is where people are sent to log in, and what the addresses of their repositories begin with. Public providers answer
    /// programs at another name, and a settings page on another host is that of another installation.
    ///
    /// Source: GitHub REST API docs, "Getting started"; Bitbucket Cloud REST API docs.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// authProviders: [{id: GitHub, type: GitHub, host: api.github.com, clientId: Iv1.0123456789abcdef, clientSecret: {env: S}}]
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// authProviders: [{id: GitHub, type: GitHub, host: github.com, clientId: Iv1.0123456789abcdef, clientSecret: {env: S}}]
    /// ```
    "git-host-unlikely", Error, since "0.1.0", fix Unsafe, suppressible, Reads::Model(check)
}

/// Names at which programs are answered, raw files or packages are served, and the name that people log in at.
const PROGRAMS: [(&str, &str); 9] = [
    ("api.bitbucket.org", "bitbucket.org"),
    ("api.github.com", "github.com"),
    ("bitbucket.com", "bitbucket.org"),
    ("gist.github.com", "github.com"),
    ("github.io", "github.com"),
    ("raw.githubusercontent.com", "github.com"),
    ("registry.gitlab.com", "gitlab.com"),
    ("www.github.com", "github.com"),
    ("www.gitlab.com", "gitlab.com"),
];

/// Ends of names that nobody can register, next to ones that many have (IANA, root zone).
const SLIPS: [(&str, &str); 8] = [
    (".con", ".com"),
    (".cmo", ".com"),
    (".comm", ".com"),
    (".ocm", ".com"),
    (".ogr", ".org"),
    (".orgg", ".org"),
    (".nte", ".net"),
    (".ner", ".net"),
];

fn check(config: &Config, report: &mut Report<'_>) {
    for provider in config.auth_providers.items() {
        let Some(host) = provider.value.host.spanned() else {
            continue;
        };
        let written = dissect(&host.value);
        // URLs and single words have findings of their own.
        if written.scheme.is_some() || !written.path.is_empty() || !written.host.contains('.') {
            continue;
        }
        let name = written.host.to_ascii_lowercase();
        let known = PROGRAMS
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, people)| (*people).to_owned());
        let slip = SLIPS
            .iter()
            .find_map(|(slip, end)| Some(format!("{}{end}", name.strip_suffix(slip)?)));
        if let Some(better) = &known {
            push(host, format!("users do not log in at `{name}`"), better, report);
            continue;
        }
        if let Some(better) = &slip {
            let end = name.rsplit('.').next().unwrap_or_default();
            push(host, format!("no top-level domain `{end}`"), better, report);
            continue;
        }
        let settings = provider.value.settings_url.spanned();
        let Some(settings) = settings.filter(|url| {
            PUBLIC_HOSTS.contains(&dissect(&url.value).host) && dissect(&url.value).host != name
        }) else {
            continue;
        };
        let message = format!(
            "the settings page is at `{}`, the provider at `{name}`",
            dissect(&settings.value).host
        );
        let mut finding = report
            .found(settings.span, message)
            .and(host.span, "provider set here");
        finding.severity = Severity::Warning;
        report.push(finding.help(format!("use the page of `{name}`")));
    }
}

fn push(host: &Spanned<String>, message: String, better: &str, report: &mut Report<'_>) {
    let finding = report.found(host.span, message).help(format!("use `{better}`"));
    let fix = edit::write(report, host.span, better, Applicability::Unsafe);
    report.push(edit::attach(finding, fix));
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn hosts_of_programs_and_of_nobody() {
        check(
            r"
authProviders:
  - {id: GitHub, type: GitHub, host: api.github.com, clientId: x, clientSecret: {env: A}}
#                                    ^^^^^^^^^^^^^^ error[git-host-unlikely]: users do not log in at `api.github.com`
  - {id: GitLab, type: GitLab, host: gitlab.con, clientId: x, clientSecret: {env: B}}
#                                    ^^^^^^^^^^ error[git-host-unlikely]: no top-level domain `con`
  - id: Ours
    type: GitLab
    host: gitlab.acme.dev
    settingsUrl: https://gitlab.com/-/profile/applications
#                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[git-host-unlikely]: the settings page is at `gitlab.com`, the provider at `gitlab.acme.dev`
    clientId: x
    clientSecret: {env: C}
",
        );
    }
}
