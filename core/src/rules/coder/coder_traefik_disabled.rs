//! See [`RULE`].

use crate::model::Config;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// Traefik is disabled, and Coder is reached through it.
    ///
    /// ## Why
    ///
    /// The Ingress is for k3s's own Traefik, which has ports 80 and 443 on every machine. Without it nothing answers there.
    ///
    /// Source: k3s docs, "Networking Services".
    ///
    /// ## Example
    ///
    /// ```yaml
    /// platform: coder
    /// k3s: {disable: [traefik]}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// platform: coder
    /// k3s: {disable: [metrics-server]}
    /// ```
    "coder-traefik-disabled", Error, since "0.1.0", fix None, suppressible, Reads::Model(check), for Coder
}

/// The component's name (k3s docs, "Managing Packaged Components").
const TRAEFIK: &str = "traefik";

fn check(config: &Config, report: &mut Report<'_>) {
    let disabled = config.k3s.get().into_iter().flat_map(|k3s| k3s.disable.items());
    for component in disabled.filter(|component| component.value == TRAEFIK) {
        let finding = report.found(component.span, "Coder needs `traefik`");
        report.push(finding.help("remove it").note("Coder is reached through it"));
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn the_way_in() {
        check(
            r"
platform: coder
k3s: {disable: [traefik, metrics-server]}
#               ^^^^^^^ error[coder-traefik-disabled]: Coder needs `traefik`
",
        );
    }
}
