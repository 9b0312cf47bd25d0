//! See [`RULE`].

use crate::diagnostic::Applicability;
use crate::model::Config;
use crate::rules::hostname::{Flaw, dissect, flaw};
use crate::rules::{Reads, Report, declare_rule, edit};

declare_rule! {
    /// No image can be named after this repository.
    ///
    /// ## Why
    ///
    /// The Installer puts the names and tags of Gitpod's images behind it, and stops at what is no name of an image: it has a host, small
    /// letters, and neither a scheme nor a tag.
    ///
    /// Source: gitpod-io/gitpod `install/installer/pkg/common/common.go`, `ImageName`; distribution/reference, its grammar.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// gitpod: {repository: "https://registry.acme.dev/Gitpod"}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// gitpod: {repository: registry.acme.dev/gitpod}
    /// ```
    "repository-invalid", Error, since "0.1.0", fix Unsafe, always, Reads::Model(check)
}

fn check(config: &Config, report: &mut Report<'_>) {
    let gitpod = config.gitpod.get();
    let Some(repository) = gitpod.and_then(|gitpod| gitpod.repository.spanned()) else {
        return;
    };
    let text = repository.value.as_str();
    let Some(why) = mistake(text) else { return };
    let finding = report
        .found(
            repository.span,
            format!("no image can be named after `{text}`: it {why}"),
        )
        .note("the Installer stops at the first image");
    let better = cleaned(text);
    report.push(if mistake(&better).is_none() {
        let fix = edit::write(report, repository.span, &better, Applicability::Unsafe);
        edit::attach(finding.help(format!("write `{better}`")), fix)
    } else {
        finding.help("write a host and a path of small letters, such as `registry.acme.dev/gitpod`")
    });
}

fn mistake(text: &str) -> Option<String> {
    let written = dissect(text);
    if written.scheme.is_some() {
        return Some("has a scheme".to_owned());
    }
    match flaw(written.host) {
        None | Some(Flaw::Address | Flaw::SingleLabel | Flaw::Tld(_)) => {}
        Some(flaw) => return Some(flaw.clause()),
    }
    if let Some(tag) = written
        .path
        .rsplit('/')
        .next()
        .and_then(|last| last.split_once([':', '@']))
    {
        return Some(format!("has the tag `{}`, which each image brings", tag.1));
    }
    if written.path.ends_with('/') {
        return Some("ends in a slash".to_owned());
    }
    if written.path.bytes().any(|b| b.is_ascii_uppercase()) {
        return Some("has capital letters, and names of images have none".to_owned());
    }
    let part = |part: &str| {
        let edge = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
        part.starts_with(edge) && part.ends_with(edge) && part.chars().all(|c| edge(c) || "-_.".contains(c))
    };
    let parts = written.path.strip_prefix('/').unwrap_or_default();
    let odd = !parts.is_empty() && !parts.split('/').all(part);
    odd.then(|| "has a path that no image has".to_owned())
}

/// Without what has no place there.
fn cleaned(text: &str) -> String {
    let written = dissect(text);
    let port = written.port.map(|port| format!(":{port}")).unwrap_or_default();
    let path = written.path.trim_end_matches('/');
    let (folder, last) = path.rsplit_once('/').unwrap_or(("", ""));
    let last = last.split([':', '@']).next().unwrap_or_default();
    let path = match path.is_empty() {
        true => String::new(),
        false => format!("{folder}/{last}").to_ascii_lowercase(),
    };
    format!("{}{port}{path}", written.host)
}

#[cfg(test)]
mod tests {
    use super::{cleaned, mistake};
    use crate::testing::{check, check_fix};

    #[test]
    fn names_of_images_have_a_grammar() {
        for (text, why) in [
            ("https://registry.acme.dev/gitpod", "has a scheme"),
            ("registry.acme.dev/gitpod:latest", "has the tag `latest`"),
            ("registry.acme.dev/gitpod/", "ends in a slash"),
            ("registry.acme.dev/Gitpod", "has capital letters"),
            ("registry.acme.dev/-gitpod", "has a path that no image has"),
            ("my registry/gitpod", "has a blank in it"),
        ] {
            assert!(
                mistake(text).is_some_and(|found| found.starts_with(why)),
                "{text}"
            );
        }
        for text in [
            "registry.acme.dev/gitpod",
            "registry.acme.dev:5000/a/b_c.d",
            "acme.azurecr.io",
            "10.0.0.9:5000/gitpod",
            "localhost:5000/x",
        ] {
            assert_eq!(mistake(text), None, "{text}");
        }
        assert_eq!(
            cleaned("https://Registry.acme.dev:5000/A/b:1/"),
            "Registry.acme.dev:5000/a/b"
        );
    }

    #[test]
    fn it_is_pointed_at_and_mended() {
        check(
            r#"
gitpod: {repository: "https://registry.acme.dev/gitpod"}
#                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[repository-invalid]: No image can be named after `https://registry.acme.dev/gitpod`: it has a scheme
"#,
        );
        check_fix(
            "repository-invalid",
            "gitpod: {repository: \"https://registry.acme.dev/Gitpod:v1\"}\n",
            "gitpod: {repository: \"registry.acme.dev/gitpod\"}\n",
        );
    }
}
