//! See [`RULE`].

use crate::model::{Config, Spanned};
use crate::rules::{Reads, Report, declare_rule};
use std::collections::{BTreeMap, BTreeSet};

declare_rule! {
    /// A mail address in the configuration is in a subdomain of a passlist entry, which does not admit it.
    ///
    /// ## Why
    ///
    /// Gitpod compares the whole part after the `@` with each entry: `acme.dev` admits `ada@acme.dev` but not `ada@eu.acme.dev`.
    /// gkc checks the addresses in the configuration: tailnet users and the ACME contact.
    ///
    /// Source: gitpod-io/gitpod `components/server/src/user/user-service.ts`.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// domain_passlist: [acme.dev]
    /// tailscale: {admins: [ada@eu.acme.dev]}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// domain_passlist: [acme.dev, eu.acme.dev]
    /// tailscale: {admins: [ada@eu.acme.dev]}
    /// ```
    "passlist-subdomain-not-implied", Info, since "0.1.0", fix None, suppressible, Reads::Model(check), for Gitpod
}

fn check(config: &Config, report: &mut Report<'_>) {
    let Some(list) = config.passlist() else { return };
    let mut entries: BTreeMap<String, &Spanned<String>> = BTreeMap::new();
    for entry in list.value.iter().filter_map(|entry| entry.spanned()) {
        entries.entry(entry.value.to_lowercase()).or_insert(entry);
    }
    let mut told: BTreeSet<String> = BTreeSet::new();
    for address in addresses(config) {
        let Some((_, domain)) = address.value.rsplit_once('@') else {
            continue;
        };
        let domain = domain.to_lowercase();
        if entries.contains_key(&domain) || told.contains(&domain) {
            continue;
        }
        let above = domain
            .match_indices('.')
            .filter_map(|(dot, _)| entries.get(&domain[dot + 1..]));
        let Some(entry) = above.min_by_key(|entry| entry.span) else {
            continue;
        };
        let finding = report
            .found(
                entry.span,
                format!("`{}` does not admit addresses in `{domain}`", entry.value),
            )
            .and(address.span, "address in a subdomain")
            .help(format!("add `{domain}` if its people should sign up"));
        report.push(finding.note("Gitpod compares the whole part after the `@` with the entry"));
        told.insert(domain);
    }
}

/// The mail addresses in the configuration.
fn addresses(config: &Config) -> impl Iterator<Item = &Spanned<String>> {
    let tailscale = config.tailscale.get();
    let admins = tailscale
        .into_iter()
        .flat_map(|tailscale| tailscale.admins.items());
    let groups = tailscale
        .into_iter()
        .flat_map(|tailscale| tailscale.groups.entries());
    let members = groups.flat_map(|(_, group)| group.value.iter().filter_map(|member| member.spanned()));
    let acme = config
        .certificate
        .get()
        .and_then(|certificate| certificate.acme.get());
    admins
        .chain(members)
        .chain(acme.and_then(|acme| acme.email.spanned()))
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn an_address_below_an_entry() {
        check(
            r"
domain_passlist: [acme.dev]
#                 ^^^^^^^^ info[passlist-subdomain-not-implied]: `acme.dev` does not admit addresses in `eu.acme.dev`
tailscale: {admins: [ada@eu.acme.dev, bo@EU.acme.dev], extraArgs: [--accept-dns=false, --snat-subnet-routes=false]}
",
        );
        check(
            r"
domain_passlist: [acme.dev, eu.acme.dev]
tailscale: {admins: [ada@eu.acme.dev, bo@acme.dev, cy@other.org], extraArgs: [--accept-dns=false, --snat-subnet-routes=false]}
",
        );
    }
}
