//! See [`RULE`].

use crate::diagnostic::{Applicability, Edit, Fix};
use crate::model::Config;
use crate::rules::{Reads, Report, declare_rule};
use crate::source::Span;

declare_rule! {
    /// An unquoted string means something else to other YAML readers.
    ///
    /// ## Why
    ///
    /// gkc reads it as the string that the key expects. Editors with a schema, and tools that read YAML 1.1, see a boolean in `no`,
    /// a number in `2022.10` (and write it back as 2022.1), an octal number in `0644`. Quotes remove the ambiguity.
    ///
    /// Source: YAML 1.2.2, "Core Schema"; YAML 1.1, the types `bool`, `int` and `float`.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// cluster: {name: no}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// cluster: {name: "no"}
    /// ```
    "yaml-ambiguous-scalar", Warning, since "0.1.0", fix Safe, suppressible, Reads::Model(check), heard Last
}

fn check(_: &Config, report: &mut Report<'_>) {
    let mut findings = Vec::new();
    // An aliased scalar is reported where it is defined.
    let is_alias = |span| report.text(span).starts_with('*');
    for scalar in report.ambiguous().iter().filter(|scalar| !is_alias(scalar.span)) {
        // A secret has no text here and is not shown.
        let message = match scalar.text.is_empty() {
            true => format!("this string is {} to {}", scalar.seen_as, scalar.reader),
            false => format!("`{}` is {} to {}", scalar.text, scalar.seen_as, scalar.reader),
        };
        if let Some(number) = &scalar.number {
            let title = format!("use `{number}`");
            let finding = report.found(scalar.span, message).help(title.clone());
            findings.push(finding.fix(Fix::safe(title, scalar.span, number)));
            continue;
        }
        let Some(quote) = quote(report.text(scalar.span)) else {
            findings.push(report.found(scalar.span, message).help("add quotes"));
            continue;
        };
        let help = match scalar.text.is_empty() {
            true => "add quotes".to_owned(),
            false => format!("use `{quote}{}{quote}`", scalar.text),
        };
        // The edits contain only the quotes, so that the fix of a secret does not show it.
        let at = |start: u32| Edit {
            span: Span {
                start,
                end: start,
                ..scalar.span
            },
            text: quote.to_string(),
        };
        let fix = Fix {
            title: "add quotes".to_owned(),
            applicability: Applicability::Safe,
            edits: vec![at(scalar.span.start), at(scalar.span.end)],
        };
        findings.push(report.found(scalar.span, message).help(help).fix(fix));
    }
    for finding in findings {
        report.push(finding);
    }
}

/// The quotes in which `text` keeps its meaning.
fn quote(text: &str) -> Option<char> {
    match text {
        _ if text.contains('\n') => None,
        _ if !text.contains(['"', '\\']) => Some('"'),
        _ if !text.contains('\'') => Some('\''),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{TestInputs, check, check_fix, findings};

    #[test]
    fn words_and_numbers_where_a_string_is_expected() {
        check(
            r#"
gitpod: {release: 2022.10, shortname: no, region: "yes", repository: registry.acme.dev/gitpod}
#                 ^^^^^^^ info[workspaces-not-isolated]: Gitpod 2022.10 lets workspaces connect to the machines and the Kubernetes API
#                 ^^^^^^^ warning[yaml-ambiguous-scalar]: `2022.10` is a number to a schema
#                                     ^^ warning[yaml-ambiguous-scalar]: `no` is a boolean to YAML 1.1
cluster: {servers: {labels: {acme.dev/x: true, acme.dev/y: 12:30}}}
#                                        ^^^^ warning[yaml-ambiguous-scalar]: `true` is a boolean to a schema
#                                                          ^^^^^ error[label-value-invalid]: invalid label value `12:30`
"#,
        );
    }

    #[test]
    fn secrets_are_not_shown() {
        let text = "k3s: {token: 31337}\n";
        let (_, found) = findings(text, &TestInputs::default());
        let finding = found.iter().find(|d| d.rule == "yaml-ambiguous-scalar").unwrap();
        assert!(!format!("{finding:?}").contains("31337"));
    }

    #[test]
    fn an_alias_is_unchanged() {
        check_fix(
            "yaml-ambiguous-scalar",
            "gitpod: {shortname: &a no, region: *a}\n",
            "gitpod: {shortname: &a \"no\", region: *a}\n",
        );
    }

    #[test]
    fn the_fix_adds_quotes() {
        check_fix(
            "yaml-ambiguous-scalar",
            "gitpod: {release: 2022.10, shortname: no}\n",
            "gitpod: {release: \"2022.10\", shortname: \"no\"}\n",
        );
    }
}
