//! See [`RULE`].

use crate::facts::placeholders::is_word;
use crate::model::Config;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// A value is a placeholder from a document or a template.
    ///
    /// ## Why
    ///
    /// `<your-client-id>`, `CHANGEME`, `xxx` and the like are what examples have where a value of one's own belongs. Nothing upstream checks
    /// them: the first login, backup or pull fails.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// authProviders:
    ///   - {id: GitHub, type: GitHub, host: github.com, clientId: <your-client-id>, clientSecret: {env: GITHUB_CLIENT_SECRET}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// authProviders:
    ///   - {id: GitHub, type: GitHub, host: github.com, clientId: Iv1.0123456789abcdef, clientSecret: {env: GITHUB_CLIENT_SECRET}}
    /// ```
    "placeholder-left", Error, since "0.1.0", fix None, suppressible, Reads::Model(check), heard First
}

fn check(config: &Config, report: &mut Report<'_>) {
    // A domain and secrets have rules of their own, which know more words.
    let domain = config.domain.span();
    let is_another = |span| {
        Some(span) == domain
            || report.sensitive().contains(&span) && is_word(report.text(span).trim_matches(['"', '\'']))
    };
    let left: Vec<_> = report
        .placeholders()
        .iter()
        .copied()
        .filter(|span| !is_another(*span))
        .collect();
    for span in left {
        let finding = report.found(span, "placeholder was not replaced");
        report.push(finding.help("replace it with a value of your own"));
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn what_documents_print() {
        check(
            r"
gitpod: {shortname: CHANGEME, repository: registry.acme.dev/<path>, imagePullSecrets: [xxx]}
#                   ^^^^^^^^ error[placeholder-left]: placeholder was not replaced
#                                         ^^^^^^^^^^^^^^^^^^^^^^^^ error[placeholder-left]: placeholder was not replaced
#                                                                                      ^^^ error[placeholder-left]: placeholder was not replaced
k3s: {serverConfig: {node-name: <name>}}
#                    ^^^^^^^^^ error[k3s-key-managed]: `node-name` is managed by gkc
#                               ^^^^^^ error[placeholder-left]: placeholder was not replaced
cloudInit: {afterK3s: [cat <in >out]}
",
        );
    }
}
