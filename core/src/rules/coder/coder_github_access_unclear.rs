//! See [`RULE`].
use crate::model::{Config, Spanned};
use crate::rules::{Reads, Report, declare_rule};
use std::collections::BTreeSet;

declare_rule! {
    /// Which GitHub accounts may log in is not clear.
    ///
    /// ## Why
    ///
    /// The server does not start with neither organizations nor everyone, nor with both. Organizations are a list without spaces, and a team is
    /// `organization/team` of an organization in that list.
    ///
    /// Source: coder/coder issues #6127, #6573; `cli/server.go`.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// platform: coder
    /// coder: {login: {github: {clientId: Iv1.a, clientSecret: {env: S}}}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// platform: coder
    /// coder: {login: {github: {clientId: Iv1.a, clientSecret: {env: S}, allowedOrgs: [acme]}}}
    /// ```
    "coder-github-access-unclear", Error, since "0.1.0", fix None, always, Reads::Model(check), for Coder
}

fn check(config: &Config, report: &mut Report<'_>) {
    let login = config.coder.get().and_then(|coder| coder.login.get());
    let Some(github) = login.and_then(|login| login.github.spanned()) else {
        return;
    };
    let (key, github) = (github.key, &github.value);
    let everyone = github.allow_everyone.spanned().filter(|everyone| everyone.value);
    let orgs: Vec<&Spanned<String>> = github.allowed_orgs.items().collect();
    let teams = github.allowed_teams.is_written();
    match (everyone, orgs.is_empty() && !github.allowed_orgs.is_written()) {
        (Some(everyone), listed) if !listed || teams => {
            let finding = report.found(
                everyone.key,
                "`allowEveryone` conflicts with the allowed organizations and teams",
            );
            report.push(finding.help("remove `allowEveryone`, or the lists"));
        }
        (None, true)
            if !github.allow_everyone.is_written() || github.allow_everyone.get() == Some(&false) =>
        {
            let finding = report.found(key, "missing `allowedOrgs` in `coder.login.github`");
            report.push(finding.help("add `allowedOrgs: [acme]`, or `allowEveryone: true`"));
        }
        _ => {}
    }
    let is_wrong = |org: &Spanned<String>| {
        org.value
            .contains(|c: char| c.is_whitespace() || matches!(c, ',' | '/'))
    };
    for org in &orgs {
        if is_wrong(org) {
            let message = format!("invalid organization `{}`", org.value);
            report.push(
                report
                    .found(org.span, message)
                    .help("list each organization separately: `[acme, acme-labs]`"),
            );
        }
    }
    let known: BTreeSet<String> = crate::sorted::set(orgs.iter().map(|org| org.value.to_lowercase()));
    let listed = github.allowed_orgs.get();
    let unclear = listed.map_or(github.allowed_orgs.is_written(), |orgs| {
        orgs.iter().any(|org| org.spanned().is_none_or(is_wrong))
    });
    for team in github.allowed_teams.items() {
        let org = team.value.split_once('/').map(|(org, _)| org);
        let (message, help) = match org {
            None => (
                format!("invalid team `{}`: missing the organization", team.value),
                "use `organization/team`",
            ),
            // It may be one that cannot be read.
            Some(_) if unclear => continue,
            Some(org) if !known.contains(&org.to_lowercase()) => (
                format!("organization `{org}` of this team is not in `allowedOrgs`"),
                "add it to `allowedOrgs`",
            ),
            Some(_) => continue,
        };
        report.push(report.found(team.span, message).help(help));
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn who_may_log_in() {
        for login in ["", ", allowEveryone: false"] {
            let text = format!(
                "platform: coder\nblockNewUsers: true\ncoder: {{login: {{github: {{clientId: a, clientSecret: {{env: S}}{login}}}}}}}\n"
            );
            let (_, found) = crate::testing::findings(&text, &Default::default());
            assert!(
                found
                    .iter()
                    .any(|found| found.rule == "coder-github-access-unclear"),
                "{text}"
            );
        }
        check(
            r"
platform: coder
blockNewUsers: true
coder:
  login:
    github: {clientId: a, clientSecret: {env: S}, allowEveryone: true, allowedOrgs: [acme labs, acme], allowedTeams: [dev, other/dev, acme/dev]}
#                                                 ^^^^^^^^^^^^^ error[coder-github-access-unclear]: `allowEveryone` conflicts with the allowed organizations and teams
#                                                                                    ^^^^^^^^^ error[coder-github-access-unclear]: invalid organization `acme labs`
#                                                                                                                     ^^^ error[coder-github-access-unclear]: invalid team `dev`: missing the organization
",
        );
    }
}
