//! See [`RULE`].

use crate::model::Config;
use crate::rules::hostname::dissect;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// The database's host takes no writes.
    ///
    /// ## Why
    ///
    /// A managed cluster has a name for its writer and one for its readers. The platform writes from its first start on.
    ///
    /// Source: Amazon Aurora docs, "Types of Aurora endpoints"; PostgreSQL operators' docs (CloudNativePG, "Services"; Zalando, "Master and replica services").
    ///
    /// ## Example
    ///
    /// ```yaml
    /// database: {external: {host: acme.cluster-ro-c9akl2example.eu-central-1.rds.amazonaws.com, username: gitpod, password: {env: P}}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// database: {external: {host: acme.cluster-c9akl2example.eu-central-1.rds.amazonaws.com, username: gitpod, password: {env: P}}}
    /// ```
    "db-read-only", Error, since "0.1.0", fix None, suppressible, Reads::Model(check)
}

fn check(config: &Config, report: &mut Report<'_>) {
    let external = config.external_database();
    let Some(host) = external.and_then(|external| external.host.spanned()) else {
        return;
    };
    let Some(name) = host
        .value
        .as_known()
        .map(|text| dissect(text).host.to_ascii_lowercase())
    else {
        return;
    };
    let writer = if name.contains(".cluster-ro-") && name.contains(".rds.amazonaws.com") {
        name.replacen(".cluster-ro-", ".cluster-", 1)
    } else if let Some((service, rest)) = name.split_once('.').filter(|(_, rest)| rest.contains("svc")) {
        // CloudNativePG's `-ro` and `-r`, Zalando's `-repl`.
        let Some((cluster, end)) = service
            .rsplit_once('-')
            .filter(|(_, end)| ["ro", "r", "repl"].contains(end))
        else {
            return;
        };
        let end = if end == "repl" { "" } else { "-rw" };
        format!("{cluster}{end}.{rest}")
    } else {
        return;
    };
    let finding = report.found(
        host.span,
        format!("`{name}` leads to replicas, which take no writes"),
    );
    report.push(finding.help(format!("use `{writer}`")));
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn readers() {
        check(
            r"
database: {external: {host: acme.cluster-ro-x.eu-central-1.rds.amazonaws.com, username: gitpod, password: {env: P}}}
#                           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[db-read-only]: `acme.cluster-ro-x.eu-central-1.rds.amazonaws.com` leads to replicas, which take no writes
",
        );
        check(
            "database: {external: {host: acme.cluster-x.eu-central-1.rds.amazonaws.com, username: gitpod, password: {env: P}}}\n",
        );
    }
}
