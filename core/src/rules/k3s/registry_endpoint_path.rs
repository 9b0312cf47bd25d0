//! See [`RULE`].

use super::registries::{host_of, logins, registries};
use crate::model::{Config, Mirror, Spanned};
use crate::rules::hostname::dissect;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// A project or folder of a mirror is given as the path of an endpoint.
    ///
    /// ## Why
    ///
    /// k3s takes a path for the root of the registry's API, in place of `/v2`. Registries with projects, such as Harbor, have one API for all of
    /// them, and answer with a web page elsewhere. Below `/v2/` images are found, but the login is asked for the image without its project,
    /// and refused.
    ///
    /// A path that ends in `/v2` is the API's, for registries with one API for each repository.
    ///
    /// Source: k3s-io/k3s `pkg/agent/containerd/config.go`, #5502, #12736.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// k3s:
    ///   registries:
    ///     mirrors: {docker.io: {endpoint: ["https://harbor.acme.dev/dockerhub/"]}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// k3s:
    ///   registries:
    ///     mirrors: {docker.io: {endpoint: ["https://harbor.acme.dev"], rewrite: {"(.*)": dockerhub/$1}}}
    /// ```
    "registry-endpoint-path", Warning, since "0.1.0", fix None, suppressible, Reads::Model(check)
}

fn check(config: &Config, report: &mut Report<'_>) {
    let Some(registries) = registries(config) else {
        return;
    };
    let logins = logins(registries);
    for (_, mirror) in registries.mirrors.entries() {
        for endpoint in mirror.value.endpoint.items() {
            let path = dissect(&endpoint.value).path.trim_matches('/');
            let why = match path.strip_prefix("v2/") {
                _ if path.is_empty() || path == "v2" || path.ends_with("/v2") => continue,
                Some(_) if !logins.contains(host_of(&endpoint.value).as_str()) => continue,
                Some(_) => "the login is asked for images without the project, and refused",
                None => "k3s takes the path for the root of the registry's API, in place of `/v2`",
            };
            let project = path.strip_prefix("v2/").unwrap_or(path);
            let finding = report
                .found(
                    endpoint.span,
                    format!("project `{project}` in the path of an endpoint"),
                )
                .help(help(endpoint, project, &mirror.value));
            report.push(finding.note(why));
        }
    }
}

fn help(endpoint: &Spanned<String>, project: &str, mirror: &Mirror) -> String {
    let scheme = dissect(&endpoint.value).scheme.unwrap_or("https");
    let host = host_of(&endpoint.value);
    match mirror.rewrite.is_written() {
        false => format!("use `{scheme}://{host}` with `rewrite: {{\"(.*)\": \"{project}/$1\"}}`"),
        true => {
            format!("use `{scheme}://{host}`, and `{project}/` in front of the replacements in `rewrite`")
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn a_project_is_no_api() {
        check(
            r#"
k3s:
  registries:
    mirrors:
      docker.io: {endpoint: ["https://harbor.acme.dev/dockerhub/"]}
#                            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[registry-endpoint-path]: project `dockerhub` in the path of an endpoint
      ghcr.io: {endpoint: ["https://harbor.acme.dev/v2/ghcr", "https://mirror.acme.dev/v2/ghcr"]}
#                          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[registry-endpoint-path]: project `ghcr` in the path of an endpoint
      quay.io: {endpoint: ["https://nexus.acme.dev/repository/quay/v2/", "https://mirror.acme.dev/v2", "http://mirror.acme.dev/"]}
    configs:
      harbor.acme.dev: {auth: {username: puller, password: {env: HUB_PW}}}
"#,
        );
    }
}
