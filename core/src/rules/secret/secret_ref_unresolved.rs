//! See [`RULE`].

use crate::diagnostic::Applicability;
use crate::model::{Config};
use crate::words::nearest;
use crate::rules::public::is_gitpod;
use crate::rules::{Reads, Report, declare_rule, edit};
use std::collections::BTreeMap;

declare_rule! {
    /// Images are to be pulled with a secret that is nowhere made.
    ///
    /// ## Why
    ///
    /// gkc makes the secrets under `secrets` and its own. A name that is none of them leaves every pod of Gitpod waiting with
    /// `ImagePullBackOff`, unless somebody makes the secret by hand.
    ///
    /// Source: gitpod-io/gitpod `install/installer/pkg/cluster/checks.go` (`CheckSecret`).
    ///
    /// ## Example
    ///
    /// ```yaml
    /// gitpod: {repository: registry.acme.dev/gitpod, imagePullSecrets: [pull]}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// gitpod: {repository: registry.acme.dev/gitpod, imagePullSecrets: [pull]}
    /// secrets:
    ///   pull: {.dockerconfigjson: {file: pull.json}}
    /// ```
    "secret-ref-unresolved", Error, since "0.1.0", fix Unsafe, suppressible, Reads::Model(check)
}

/// The key of a secret that images can be pulled with.
const DOCKER_CONFIG: &str = ".dockerconfigjson";

fn check(config: &Config, report: &mut Report<'_>) {
    let unreadable = config.secrets.is_written() && config.secrets.get().is_none();
    if !is_gitpod(config) || unreadable || report.is_damaged() {
        return;
    }
    let Some(gitpod) = config.gitpod.get() else { return };
    let known = config.secrets.get().into_iter().flat_map(|secrets| &secrets.0);
    let known: BTreeMap<&str, _> = known.map(|(key, keys)| (key.value.as_str(), (key, keys))).collect();
    for reference in gitpod.image_pull_secrets.items() {
        let name = reference.value.as_str();
        let Some((key, keys)) = known.get(name) else {
            let finding = report.found(reference.span, format!("no secret `{name}` is made"));
            let finding = finding.note("every pod waits with `ImagePullBackOff`");
            let near = nearest(name, known.keys().copied());
            report.push(match near {
                Some(near) => {
                    let fix = edit::write(report, reference.span, near, Applicability::Unsafe);
                    edit::attach(finding.help(format!("did you mean `{near}`?")), fix)
                }
                None => finding.help(format!(
                    "add `secrets: {{{name}: {{{DOCKER_CONFIG}: {{file: pull.json}}}}}}`"
                )),
            });
            continue;
        };
        let Some(keys) = keys.get() else { continue };
        if keys.0.iter().any(|(key, _)| key.value == DOCKER_CONFIG) {
            continue;
        }
        let message =
            format!("images cannot be pulled with the secret `{name}`: it has no `{DOCKER_CONFIG}`");
        report.push(
            report
                .found(reference.span, message)
                .and(key.span, "the secret is made here")
                .help(format!(
                    "give it one key, `{DOCKER_CONFIG}`, with a `config.json` of Docker"
                ))
                .note("the kubelet takes secrets of the type `kubernetes.io/dockerconfigjson` only"),
        );
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, check_fix};

    #[test]
    fn names_of_nothing_are_pointed_at() {
        check(
            r"
gitpod: {imagePullSecrets: [pull, puls, other], repository: registry.acme.dev/gitpod}
#                                 ^^^^ error[secret-ref-unresolved]: No secret `puls` is made
#                                       ^^^^^ error[secret-ref-unresolved]: Images cannot be pulled with the secret `other`: it has no `.dockerconfigjson`
secrets: {pull: {.dockerconfigjson: {env: A}}, other: {password: {env: B}}}
",
        );
        check(
            r"
gitpod: {imagePullSecrets: [pull], repository: registry.acme.dev/gitpod}
secrets: [x]
#        ^^^ error[wrong-type]: Expected a mapping, found a list
",
        );
    }

    #[test]
    fn a_slip_is_put_right() {
        check_fix(
            "secret-ref-unresolved",
            "gitpod: {imagePullSecrets: ['puls']}\nsecrets: {pull: {.dockerconfigjson: {env: A}}}\n",
            "gitpod: {imagePullSecrets: ['pull']}\nsecrets: {pull: {.dockerconfigjson: {env: A}}}\n",
        );
    }
}
