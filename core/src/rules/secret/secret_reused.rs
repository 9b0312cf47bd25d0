//! See [`RULE`].

use crate::diagnostic::Diagnostic;
use crate::model::Config;
use crate::plan::{Generate, Plan, SecretNeed, SecretSource};
use crate::rules::{Reads, Report, declare_rule};
use crate::secrets::Store;
use std::collections::BTreeMap;

declare_rule! {
    /// Two secrets that should differ are the same.
    ///
    /// ## Why
    ///
    /// Anyone who learns one has the other. It matters most for the two k3s tokens: agents, whose user-data others may be able to
    /// read, get their own token so that they never hold the servers' one, which makes its holder a cluster administrator. Reusing
    /// the value of an encryption key makes its rotation ineffective.
    ///
    /// Source: k3s docs, "k3s token", "Agent".
    ///
    /// ## Example
    ///
    /// ```yaml
    /// k3s: {token: {env: K3S_TOKEN}, agentToken: {env: K3S_TOKEN}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// k3s: {token: {env: K3S_TOKEN}, agentToken: {env: K3S_AGENT_TOKEN}}
    /// ```
    "secret-reused", Warning, since "0.1.0", fix None, suppressible, Reads::Secrets(check)
}

/// An access key's ID and its secret, as the keys have them.
const PAIRS: [(&str, &str); 2] = [("accessKeyId", "secretAccessKey"), ("accessKey", "secretKey")];

fn check(_: &Config, plan: &Plan, store: &Store, report: &mut Report<'_>) {
    pairs(plan, report);
    let mut own: Vec<&SecretNeed> = plan
        .secrets
        .iter()
        .filter(|need| should_be_its_own(need))
        .collect();
    // The one that is written later repeats the other.
    crate::sorted::sort_by_key(&mut own, |need| (need.span.start, &need.name));
    let mut by_source: BTreeMap<&SecretSource, usize> = BTreeMap::new();
    let mut by_value: BTreeMap<&[u8], usize> = BTreeMap::new();
    for (i, need) in own.iter().enumerate() {
        let of_one_source =
            (need.source != SecretSource::Literal).then(|| *by_source.entry(&need.source).or_insert(i));
        let of_one_value = store
            .get(&need.name)
            .map(|value| *by_value.entry(value.expose()).or_insert(i));
        let first = of_one_source.into_iter().chain(of_one_value).min();
        let Some(other) = first.filter(|first| *first < i).and_then(|first| own.get(first)) else {
            continue;
        };
        let help = match need.generate {
            Some(_) => "use a separate variable, and run `gkc secrets generate`",
            None => "create a new secret for one of the two",
        };
        let finding = report
            .found(
                need.span,
                format!("`{}` reuses the secret `{}`", need.name, other.name),
            )
            .and(other.span, "same secret")
            .help(help);
        report.push(finding.note("anyone who learns one has the other"));
    }
}

/// An ID and a secret that come from one place: one finding, wherever an anchor repeats them.
fn pairs(plan: &Plan, report: &mut Report<'_>) {
    let mut by_source: BTreeMap<&SecretSource, Diagnostic> = BTreeMap::new();
    for secret in plan
        .secrets
        .iter()
        .filter(|need| need.source != SecretSource::Literal)
    {
        let id = PAIRS.iter().find_map(|(id, key)| {
            let path = secret.name.strip_suffix(key).filter(|path| path.ends_with('.'))?;
            let name = format!("{path}{id}");
            plan.secrets.iter().find(|need| need.name == name)
        });
        let Some(id) = id.filter(|id| id.source == secret.source) else {
            continue;
        };
        let (first, second) = match id.span < secret.span {
            true => (id, secret),
            false => (secret, id),
        };
        if let Some(said) = by_source.remove(&secret.source) {
            by_source.insert(&secret.source, said.and(second.span, "here as well"));
            continue;
        }
        let message = format!("`{}` has the source of `{}`", second.name, first.name);
        let finding = report.found(second.span, message).and(first.span, "same source");
        let finding = finding.help("use another variable or file");
        let finding = finding.note("an access key's ID and its secret are two values");
        by_source.insert(&secret.source, finding);
    }
    by_source.into_values().for_each(|finding| report.push(finding));
}

/// Access keys and service accounts may serve two purposes; a mirror's password is its registry's.
fn should_be_its_own(need: &SecretNeed) -> bool {
    let name = need.name.as_str();
    // Who joins with it gets its tags, which differ.
    let joins = name.starts_with("tailscale.authKey.");
    let generated = matches!(need.generate, Some(Generate::Token | Generate::EncryptionKey));
    let password = name.starts_with("database.") || name.starts_with("registry.external");
    joins || generated || password && name.ends_with(".password") || name.ends_with(".clientSecret")
}

#[cfg(test)]
mod tests {
    use crate::testing::{TestInputs, check, check_given};

    #[test]
    fn the_same_source_or_value() {
        check(
            r"
k3s: {token: {env: T}, agentToken: {env: T}}
#                                  ^^^^^^^^ warning[secret-reused]: `k3s.agentToken` reuses the secret `k3s.token`
",
        );
        check(
            r"
k3s: {snapshots: {s3: {bucket: acme, endpoint: s3.acme.dev, accessKey: {env: K}, secretKey: {env: K}}}}
#                                                                                           ^^^^^^^^ warning[secret-reused]: `k3s.snapshots.s3.secretKey` has the source of `k3s.snapshots.s3.accessKey`
",
        );
        let inputs = TestInputs {
            vars: vec![("A", "the-same"), ("B", "the-same"), ("C", "another")],
            ..Default::default()
        };
        check_given(
            r"
database: {external: {host: db.acme.dev, username: g, password: {env: A}}}
registry: {external: {url: r.acme.dev, username: r, password: {env: C}}}
",
            &inputs,
        );
        check_given(
            r"
database: {external: {host: db.acme.dev, username: g, password: {env: A}}}
registry: {external: {url: r.acme.dev, username: r, password: {env: B}}}
#                                                             ^^^^^^^^ warning[secret-reused]: `registry.external.password` reuses the secret `database.external.password`
",
            &inputs,
        );
    }
}
