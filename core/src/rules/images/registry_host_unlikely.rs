//! See [`RULE`].

use super::external;
use crate::facts::registries::MEANT;
use crate::model::Config;
use crate::rules::hostname::dissect;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// A registry's host is the provider's web page, or has another ending.
    ///
    /// ## Why
    ///
    /// Images are pulled from hosts of their own: Azure's end in `azurecr.io`, GitHub's is `ghcr.io`.
    ///
    /// Source: Microsoft docs, "Azure Container Registry"; GitHub docs, "Working with the Container registry"; GitLab docs, "Container registry".
    ///
    /// ## Example
    ///
    /// ```yaml
    /// registry: {external: {url: acme.azurecr.com, username: acme, password: {env: P}}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// registry: {external: {url: acme.azurecr.io, username: acme, password: {env: P}}}
    /// ```
    "registry-host-unlikely", Error, since "0.1.0", fix None, suppressible, Reads::Model(check)
}

fn check(config: &Config, report: &mut Report<'_>) {
    let Some((url, known)) = external::url(config) else {
        return;
    };
    let host = dissect(&known.text).host.to_ascii_lowercase();
    let better = MEANT.iter().find_map(|(end, meant)| {
        let before = host.strip_suffix(end)?;
        (before.is_empty() || before.ends_with('.') && meant.ends_with("cr.io") | meant.ends_with("pkg.dev"))
            .then(|| format!("{before}{meant}"))
    });
    let Some(better) = better else { return };
    let finding = report.found(url.span, format!("`{host}` is not a registry host"));
    report.push(finding.help(format!("use `{better}`")));
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn pages_and_other_endings() {
        check(
            r"
registry: {external: {url: acme.azurecr.com, username: acme, password: {env: P}}}
#                          ^^^^^^^^^^^^^^^^ error[registry-host-unlikely]: `acme.azurecr.com` is not a registry host
",
        );
        check("registry: {external: {url: acme.azurecr.io, username: acme, password: {env: P}}}\n");
    }
}
