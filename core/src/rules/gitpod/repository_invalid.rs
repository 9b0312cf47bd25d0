//! See [`RULE`].

use crate::diagnostic::Applicability;
use crate::model::Config;
use crate::rules::hostname::{dissect, host_flaw};
use crate::rules::image_names::is_part;
use crate::rules::{Reads, Report, declare_rule, edit};

declare_rule! {
    /// The image repository is not a valid image name prefix.
    ///
    /// ## Why
    ///
    /// The Installer appends the names and tags of Gitpod's images to it and exits if the result is not a valid image name: a host
    /// and a lower-case path, without scheme or tag.
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
    "repository-invalid", Error, since "0.1.0", fix Unsafe, always, Reads::Model(check), for Gitpod
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
            format!("invalid image repository `{text}`: {why}"),
        )
        .note("the Installer exits on the first image");
    let better = cleaned(text);
    report.push(if mistake(&better).is_none() {
        let fix = edit::write(report, repository.span, &better, Applicability::Unsafe);
        edit::attach(finding.help(format!("use `{better}`")), fix)
    } else {
        finding.help("use a host and a lower-case path, such as `registry.acme.dev/gitpod`")
    });
}

/// What is wrong with a repository of Google's Artifact Registry: `LOCATION-docker.pkg.dev/PROJECT/REPOSITORY` (cloud.google.com, "Repository
/// and image names").
fn artifact_registry(host: &str, path: &str) -> Option<String> {
    let location = host.strip_suffix("-docker.pkg.dev")?;
    if location == "eu" {
        return Some("Google has no location `eu`, but `europe`".to_owned());
    }
    let parts = path.split('/').filter(|part| !part.is_empty()).count();
    (parts < 2).then(|| "it lacks the repository behind the project".to_owned())
}

fn mistake(text: &str) -> Option<String> {
    let written = dissect(text);
    if written.scheme.is_some() {
        return Some("contains a scheme".to_owned());
    }
    if let Some(flaw) = host_flaw(written.host) {
        return Some(flaw.clause());
    }
    if let Some(port) = written.wrong_port() {
        return Some(format!("port `{port}` is out of range (1-65535)"));
    }
    if let Some(why) = artifact_registry(written.host, written.path) {
        return Some(why);
    }
    if let Some(tag) = written
        .path
        .rsplit('/')
        .next()
        .and_then(|last| last.split_once([':', '@']))
    {
        return Some(format!(
            "contains the tag `{}`, which each image adds itself",
            tag.1
        ));
    }
    if written.path.ends_with('/') {
        return Some("ends in a slash".to_owned());
    }
    if written.path.bytes().any(|b| b.is_ascii_uppercase()) {
        return Some("contains upper-case letters".to_owned());
    }
    let parts = written.path.strip_prefix('/').unwrap_or_default();
    let odd = !parts.is_empty() && !parts.split('/').all(is_part);
    odd.then(|| "invalid path".to_owned())
}

/// Without the parts that do not belong there.
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
    fn invalid_names() {
        for (text, why) in [
            ("https://registry.acme.dev/gitpod", "contains a scheme"),
            ("registry.acme.dev/gitpod:latest", "contains the tag `latest`"),
            ("registry.acme.dev/gitpod/", "ends in a slash"),
            ("registry.acme.dev/Gitpod", "contains upper-case letters"),
            ("registry.acme.dev/-gitpod", "invalid path"),
            ("my registry/gitpod", "contains a space"),
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
    fn it_is_flagged_and_fixed() {
        check(
            r#"
gitpod: {repository: "https://registry.acme.dev/gitpod"}
#                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[repository-invalid]: invalid image repository `https://registry.acme.dev/gitpod`: contains a scheme
"#,
        );
        check_fix(
            "repository-invalid",
            "gitpod: {repository: \"https://registry.acme.dev/Gitpod:v1\"}\n",
            "gitpod: {repository: \"registry.acme.dev/gitpod\"}\n",
        );
    }
}
