//! See [`RULE`].

use crate::diagnostic::Applicability;
use crate::model::Config;
use crate::rules::image_name::{mistake, parts};
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
    use crate::rules::image_name::mistake;
    use crate::testing::{check, check_fix};

    #[test]
    fn names_of_images() {
        let digest = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
        for good in [
            "codercom/enterprise-base:ubuntu",
            "localhost:5000/x",
            "ubuntu",
            "registry.acme.dev:5000/a/b_c/d--e:v1.2-x",
            &format!("ghcr.io/acme/dev:1@sha256:{digest}"),
        ] {
            assert_eq!(mistake(good, true), None, "{good}");
        }
        for (bad, why) in [
            ("docker://x.dev/y", "contains a scheme"),
            ("x.dev/a b", "contains a space"),
            ("x.dev/y:1:latest", "contains two tags"),
            ("x.dev/y:", "invalid tag ``"),
            ("x.dev/y:-1", "invalid tag `-1`"),
            (
                "x.dev/y@sha256:9f86d081",
                "digest without `sha256:` and its 64 digits",
            ),
            ("x.dev/Y:1", "contains upper-case letters"),
            ("x.dev//y", "contains an empty part"),
            ("x.dev/-y", "invalid part `-y`"),
            ("x_y.dev/y", "contains `_`"),
        ] {
            assert_eq!(mistake(bad, true).as_deref(), Some(why), "{bad}");
        }
        assert_eq!(mistake("x.dev/y", false), None);
        assert_eq!(mistake("x.dev:5000/y", false), None);
    }

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
