//! See [`RULE`].

use crate::diagnostic::Applicability;
use crate::model::Config;
use crate::rules::image_names::{mistake, parts};
use crate::rules::{Reads, Report, declare_rule, edit};

declare_rule! {
    /// The name of an image is invalid.
    ///
    /// ## Why
    ///
    /// A name is `host/path:tag` or `host/path@sha256:DIGEST`, with a lower-case path and without a scheme. Kubernetes takes any text, and
    /// the pod stays in `InvalidImageName`.
    ///
    /// Source: distribution/reference, its grammar; Kubernetes docs, "Images".
    ///
    /// ## Example
    ///
    /// ```yaml
    /// platform: coder
    /// coder: {workspaces: {image: "docker://registry.acme.dev/Workspaces/java:21"}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// platform: coder
    /// coder: {workspaces: {image: "registry.acme.dev/workspaces/java:21"}}
    /// ```
    "image-invalid", Error, since "0.1.0", fix Unsafe, always, Reads::Model(check)
}

fn check(config: &Config, report: &mut Report<'_>) {
    for (image, has_tag) in config.images() {
        let text = image.value.as_str();
        let Some(why) = mistake(text, has_tag) else {
            continue;
        };
        let finding = report.found(image.span, format!("invalid image `{text}`: {why}"));
        let better = cleaned(text, has_tag);
        report.push(match mistake(&better, has_tag) {
            None => {
                let fix = edit::write(report, image.span, &better, Applicability::Unsafe);
                edit::attach(finding.help(format!("use `{better}`")), fix)
            }
            Some(_) => {
                finding.help("use a host, a lower-case path and a tag: `registry.acme.dev/ide/java:21`")
            }
        });
    }
}

/// Without what does not belong there.
fn cleaned(text: &str, has_tag: bool) -> String {
    let text = text.split_once("://").map_or(text, |(_, rest)| rest);
    let (name, ..) = parts(text);
    let behind = if has_tag { &text[name.len()..] } else { "" };
    format!("{}{behind}", name.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, check_fix};

    #[test]
    fn every_image_of_the_configuration() {
        check(
            r#"
platform: coder
coder: {image: "ghcr.io/coder/coder:v2.34.1", workspaces: {image: Ubuntu}}
#              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[image-invalid]: invalid image `ghcr.io/coder/coder:v2.34.1`: contains the tag `v2.34.1`, which gkc adds
#                                                                 ^^^^^^ error[image-invalid]: invalid image `Ubuntu`: contains upper-case letters
"#,
        );
        check(
            r#"
gitpod: {repository: registry.acme.dev/gitpod, workspace: {image: "gitpod/workspace full"}}
#                                                                 ^^^^^^^^^^^^^^^^^^^^^^^ error[image-invalid]: invalid image `gitpod/workspace full`: contains a space
"#,
        );
        let with = |image: &str| format!("platform: coder\ncoder: {{image: \"{image}\"}}\n");
        check_fix(
            "image-invalid",
            &with("https://registry.acme.dev/Coder:v1"),
            &with("registry.acme.dev/coder"),
        );
    }
}
