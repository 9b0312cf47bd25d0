//! See [`RULE`].

use crate::model::Config;
use crate::rules::hostname::dissect;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// `openVsxUrl` is Microsoft's marketplace, or an address below the registry's own.
    ///
    /// ## Why
    ///
    /// Gitpod adds `/vscode/gallery`, `/vscode/item` and `/api` to the URL. Microsoft's marketplace answers at neither, and its terms are for
    /// Microsoft's own products only.
    ///
    /// Source: gitpod-io/gitpod `components/ide-proxy/conf/Caddyfile`, `components/supervisor`; Visual Studio Marketplace terms of use.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// gitpod: {repository: registry.acme.dev/gitpod, openVsxUrl: https://open-vsx.org/api}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// gitpod: {repository: registry.acme.dev/gitpod, openVsxUrl: https://open-vsx.org}
    /// ```
    "open-vsx-unlikely", Error, since "0.1.0", fix None, suppressible, Reads::Model(check), for Gitpod
}

/// Hosts of Microsoft's marketplace.
const OTHERS: [&str; 2] = ["gallery.vsassets.io", "marketplace.visualstudio.com"];

/// What Gitpod adds itself.
const ADDED: [&str; 3] = ["/api", "/vscode/gallery", "/vscode/item"];

fn check(config: &Config, report: &mut Report<'_>) {
    let gitpod = config.gitpod.get();
    let Some(url) = gitpod.and_then(|gitpod| gitpod.open_vsx_url.spanned()) else {
        return;
    };
    let text = url.value.trim_end_matches('/');
    let (message, help) = if OTHERS.contains(&dissect(text).host) {
        (
            format!("`{}` is not an Open VSX registry", url.value),
            "use `https://open-vsx.org`, or a registry of your own".to_owned(),
        )
    } else if let Some(base) = ADDED.iter().find_map(|added| text.strip_suffix(added)) {
        (
            format!("`{}` is an address below the registry's", url.value),
            format!("use `{base}`"),
        )
    } else {
        return;
    };
    report.push(
        report
            .found(url.span, message)
            .help(help)
            .note("no extension can be installed"),
    );
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn addresses_that_are_no_registry() {
        for (url, is_right) in [
            ("https://marketplace.visualstudio.com", false),
            ("https://open-vsx.org/vscode/gallery/", false),
            ("https://vsx.acme.dev/registry", true),
        ] {
            let text = format!("gitpod: {{repository: registry.acme.dev/gitpod, openVsxUrl: {url}}}\n");
            let (_, found) = crate::testing::findings(&text, &crate::testing::TestInputs::default());
            let is_found = found.iter().any(|found| found.rule.name == "open-vsx-unlikely");
            assert_eq!(is_found, !is_right, "{url}");
        }
        check(
            r"
gitpod: {repository: registry.acme.dev/gitpod, openVsxUrl: https://open-vsx.org/api}
#                                                          ^^^^^^^^^^^^^^^^^^^^^^^^ error[open-vsx-unlikely]: `https://open-vsx.org/api` is an address below the registry's
",
        );
    }
}
