//! See [`RULE`].

use crate::diagnostic::Applicability;
use crate::model::{Config, Entries, Field, Gitpod, SecretSource, Spanned};
use crate::rules::hostname::is_object_name;
use crate::rules::public::has_platform;
use crate::rules::{Reads, Report, declare_rule, edit};
use crate::words::nearest;
use std::collections::BTreeMap;

declare_rule! {
    /// An image pull secret or the secret for traces is not defined.
    ///
    /// ## Why
    ///
    /// gkc creates the secrets under `secrets` and its own. With any other name every Gitpod pod fails with `ImagePullBackOff`, or with
    /// `CreateContainerConfigError` for `gitpod.tracing`, unless the secret is created by hand.
    ///
    /// Source: gitpod-io/gitpod `install/installer/pkg/cluster/checks.go` (`CheckSecret`), `pkg/common/common.go` (`tracingEnv`).
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
    "secret-ref-unresolved", Error, since "0.1.0", fix Unsafe, suppressible, Reads::Model(check), for Gitpod
}

/// The key of an image pull secret.
const DOCKER_CONFIG: &str = ".dockerconfigjson";

/// The keys of the secret for traces.
const TRACING: [&str; 2] = ["JAEGER_USER", "JAEGER_PASSWORD"];

fn check(config: &Config, report: &mut Report<'_>) {
    let unreadable = config.secrets.is_written() && config.secrets.get().is_none();
    if !has_platform(config) || unreadable || report.is_damaged() {
        return;
    }
    let Some(gitpod) = config.gitpod.get() else { return };
    let known = config.secrets.get().into_iter().flat_map(|secrets| &secrets.0);
    let known: BTreeMap<&str, _> =
        crate::sorted::map(known.map(|(key, keys)| (key.value.as_str(), (key, keys))));
    tracing(gitpod, &known, report);
    for reference in gitpod.image_pull_secrets.items() {
        let name = reference.value.as_str();
        let Some((key, keys)) = known.get(name) else {
            let add = format!("add `secrets: {{{name}: {{{DOCKER_CONFIG}: {{file: pull.json}}}}}}`");
            unknown(
                reference,
                &known,
                "every pod fails with `ImagePullBackOff`",
                add,
                report,
            );
            continue;
        };
        let Some(keys) = keys.get() else { continue };
        if keys.0.iter().any(|(key, _)| key.value == DOCKER_CONFIG) {
            continue;
        }
        if let Some((near, _)) = keys.0.iter().find(|(key, _)| is_near(&key.value, DOCKER_CONFIG)) {
            misspelt(near, DOCKER_CONFIG, reference, report);
            continue;
        }
        let message = format!("secret `{name}` cannot pull images: missing `{DOCKER_CONFIG}`");
        report.push(
            report
                .found(reference.span, message)
                .and(key.span, "secret defined here")
                .help(format!(
                    "give it a single key, `{DOCKER_CONFIG}`, with a Docker `config.json`"
                ))
                .note("the kubelet accepts only secrets of the type `kubernetes.io/dockerconfigjson`"),
        );
    }
}

/// Whether a key seems to mean another.
fn is_near(key: &str, wanted: &str) -> bool {
    let plain = |text: &str| text.trim_matches('.').replace(['-', '_', '.'], "").to_lowercase();
    let (key, wanted) = (plain(key), plain(wanted));
    key == wanted || nearest(&key, [wanted.as_str()]).is_some()
}

/// Reports a key of a secret that seems to mean the one that is needed.
fn misspelt(key: &Spanned<String>, wanted: &str, reference: &Spanned<String>, report: &mut Report<'_>) {
    let message = format!("unknown key `{}` in secret `{}`", key.value, reference.value);
    let finding = report
        .found(key.span, message)
        .and(reference.span, "secret used here")
        .help(format!("did you mean `{wanted}`?"));
    let fix = edit::write(report, key.span, wanted, Applicability::Unsafe);
    report.push(edit::attach(finding, fix));
}

type Known<'c> = BTreeMap<&'c str, (&'c Spanned<String>, &'c Field<Entries<SecretSource>>)>;

fn unknown(
    reference: &Spanned<String>,
    known: &Known<'_>,
    note: &'static str,
    add: String,
    report: &mut Report<'_>,
) {
    // One whose name is invalid may be meant.
    if known.keys().any(|name| !is_object_name(name)) {
        return;
    }
    let name = reference.value.as_str();
    let finding = report.found(reference.span, format!("unknown secret `{name}`"));
    let finding = finding.note(note);
    report.push(match nearest(name, known.keys().copied()) {
        Some(near) => {
            let fix = edit::write(report, reference.span, near, Applicability::Unsafe);
            edit::attach(finding.help(format!("did you mean `{near}`?")), fix)
        }
        None => finding.help(add),
    });
}

/// The secret that every component reads a user and a password from.
fn tracing(gitpod: &Gitpod, known: &Known<'_>, report: &mut Report<'_>) {
    let Some(reference) = gitpod
        .tracing
        .get()
        .and_then(|tracing| tracing.secret_name.spanned())
    else {
        return;
    };
    let name = reference.value.as_str();
    let [user, password] = TRACING;
    let note = "every pod fails with `CreateContainerConfigError`";
    let Some((key, keys)) = known.get(name) else {
        let add = format!(
            "add `secrets: {{{name}: {{{user}: {{env: {user}}}, {password}: {{env: {password}}}}}}}`"
        );
        unknown(reference, known, note, add, report);
        return;
    };
    let Some(keys) = keys.get() else { return };
    let lacks = |wanted: &str| keys.0.iter().all(|(key, _)| key.value != wanted);
    let Some(missing) = TRACING.into_iter().find(|wanted| lacks(wanted)) else {
        return;
    };
    if let Some((near, _)) = keys
        .0
        .iter()
        .find(|(key, _)| !TRACING.contains(&key.value.as_str()) && is_near(&key.value, missing))
    {
        misspelt(near, missing, reference, report);
        return;
    }
    let message = format!("secret `{name}` has no login for traces: missing `{missing}`");
    let finding = report.found(reference.span, message);
    let finding = finding.and(key.span, "secret defined here");
    report.push(
        finding
            .help(format!("give it the keys `{user}` and `{password}`"))
            .note(note),
    );
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, check_fix};

    #[test]
    fn unknown_names() {
        check(
            r"
gitpod: {imagePullSecrets: [pull, puls, other], repository: registry.acme.dev/gitpod}
#                                 ^^^^ error[secret-ref-unresolved]: unknown secret `puls`
#                                       ^^^^^ error[secret-ref-unresolved]: secret `other` cannot pull images: missing `.dockerconfigjson`
secrets: {pull: {.dockerconfigjson: {env: A}}, other: {password: {env: B}}}
#                                   ^^^^^^^^ error[secret-wrong-kind]: wrong kind of secret in `secrets.pull..dockerconfigjson`: not a Docker configuration with `auths`
",
        );
        check(
            r"
gitpod: {imagePullSecrets: [pull], repository: registry.acme.dev/gitpod}
secrets: [x]
#        ^^^ error[wrong-type]: expected a mapping, found a list
",
        );
    }

    #[test]
    fn the_secret_for_traces() {
        check(
            r"
gitpod: {tracing: {endpoint: https://traces.acme.dev, secretName: jaegr}, repository: registry.acme.dev/gitpod}
#                                                                 ^^^^^ error[secret-ref-unresolved]: unknown secret `jaegr`
secrets: {jaeger: {JAEGER_USER: {env: A}, JAEGER_PASSWORD: {env: B}}}
",
        );
        check(
            r"
gitpod: {tracing: {agentHost: jaeger.acme.dev, secretName: jaeger}, repository: registry.acme.dev/gitpod}
#                                                          ^^^^^^ error[secret-ref-unresolved]: secret `jaeger` has no login for traces: missing `JAEGER_PASSWORD`
secrets: {jaeger: {JAEGER_USER: {env: A}}}
",
        );
    }

    #[test]
    fn a_typo_is_fixed() {
        check_fix(
            "secret-ref-unresolved",
            "gitpod: {imagePullSecrets: ['puls']}\nsecrets: {pull: {.dockerconfigjson: {env: A}}}\n",
            "gitpod: {imagePullSecrets: ['pull']}\nsecrets: {pull: {.dockerconfigjson: {env: A}}}\n",
        );
    }

    #[test]
    fn a_key_that_means_the_one_that_is_needed() {
        check(
            r"
gitpod: {imagePullSecrets: [pull], repository: registry.acme.dev/gitpod}
secrets: {pull: {dockerconfigjson: {file: pull.json}}}
#                ^^^^^^^^^^^^^^^^ error[secret-ref-unresolved]: unknown key `dockerconfigjson` in secret `pull`
#                                  ^^^^^^^^^^^^^^^^^ info[secret-unresolved]: missing value for secret `secrets.pull.dockerconfigjson`: cannot read file `pull.json`: no such file
",
        );
    }
}
