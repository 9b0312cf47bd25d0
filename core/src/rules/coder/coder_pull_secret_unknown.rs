//! See [`RULE`].
use crate::model::Config;
use crate::rules::hostname::is_object_name;
use crate::rules::{Reads, Report, declare_rule};
use std::collections::BTreeMap;

declare_rule! {
    /// A pull secret is not among `secrets`.
    ///
    /// ## Why
    ///
    /// The server's pod waits with `ImagePullBackOff` for a secret that nobody makes.
    ///
    /// Source: Kubernetes docs, "Pull an Image from a Private Registry".
    ///
    /// ## Example
    ///
    /// ```yaml
    /// platform: coder
    /// coder: {imagePullSecrets: [acr-pull]}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// platform: coder
    /// coder: {imagePullSecrets: [acr-pull]}
    /// secrets: {acr-pull: {.dockerconfigjson: {env: PULL_CONFIG}}}
    /// ```
    "coder-pull-secret-unknown", Error, since "0.1.0", fix None, always, Reads::Model(check), for Coder
}

fn check(config: &Config, report: &mut Report<'_>) {
    let Some(coder) = config.coder.get() else { return };
    if config.secrets.is_written() && config.secrets.get().is_none() || report.is_damaged() {
        return;
    }
    let secrets = config.secrets.get().into_iter().flat_map(|secrets| &secrets.0);
    let secrets: BTreeMap<&str, _> =
        crate::sorted::map(secrets.map(|(key, keys)| (key.value.as_str(), keys)));
    for name in coder.image_pull_secrets.items() {
        let known = secrets.get(name.value.as_str());
        let (message, help) = match known {
            // One whose name is invalid may be meant.
            None if secrets.keys().any(|name| !is_object_name(name)) => continue,
            None => (
                format!("unknown secret `{}`", name.value),
                format!(
                    "add `secrets: {{{}: {{{DOCKER_CONFIG}: {{file: pull.json}}}}}}`",
                    name.value
                ),
            ),
            Some(keys)
                if keys
                    .get()
                    .is_some_and(|keys| keys.0.iter().all(|(key, _)| key.value != DOCKER_CONFIG)) =>
            {
                (
                    format!(
                        "secret `{}` cannot pull images: missing `{DOCKER_CONFIG}`",
                        name.value
                    ),
                    format!("give it a single key, `{DOCKER_CONFIG}`, with a Docker `config.json`"),
                )
            }
            Some(_) => continue,
        };
        report.push(report.found(name.span, message).help(help));
    }
}

/// The key of a secret that images are pulled with.
const DOCKER_CONFIG: &str = ".dockerconfigjson";

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn secrets_that_nobody_makes() {
        check(
            r"
platform: coder
coder: {imagePullSecrets: [nobody, wrong]}
#                          ^^^^^^ error[coder-pull-secret-unknown]: unknown secret `nobody`
#                                  ^^^^^ error[coder-pull-secret-unknown]: secret `wrong` cannot pull images: missing `.dockerconfigjson`
secrets: {wrong: {key: {env: A}}}
",
        );
    }
}
