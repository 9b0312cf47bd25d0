//! See [`RULE`].
use crate::facts::coder::MADE_VOLUMES;
use crate::model::{Config, Raw};
use crate::rules::{Reads, Report, declare_rule};
use crate::words::nearest;
use std::collections::BTreeSet;

declare_rule! {
    /// The server mounts a volume, or a secret, that there is none of.
    ///
    /// ## Why
    ///
    /// The API server refuses a pod that mounts a volume it does not list, and a pod waits with `ContainerCreating` for a secret that nobody
    /// makes. One that is `optional` it starts without.
    ///
    /// Source: Kubernetes docs, "Volumes" and "Secrets"; Kubernetes `pkg/apis/core/validation/validation.go`, `ValidateVolumeMounts`.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// platform: coder
    /// coder:
    ///   valuesPatch:
    ///     coder:
    ///       volumes: [{name: fonts, configMap: {name: coder-fonts, optional: true}}]
    ///       volumeMounts: [{name: font, mountPath: /fonts}]
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// platform: coder
    /// coder:
    ///   valuesPatch:
    ///     coder:
    ///       volumes: [{name: fonts, configMap: {name: coder-fonts, optional: true}}]
    ///       volumeMounts: [{name: fonts, mountPath: /fonts}]
    /// ```
    "coder-volume-unknown", Error, since "0.1.0", fix None, suppressible, Reads::Model(check), for Coder
}

/// Of so many names a misspelt one is compared with each.
const MOST_COMPARED: usize = 100;

fn check(config: &Config, report: &mut Report<'_>) {
    let patch = config.coder.get().and_then(|coder| coder.values_patch.spanned());
    let Some(server) = patch.and_then(|patch| patch.value.get("coder")) else {
        return;
    };
    let volumes = server.value.items("volumes");
    let names = volumes.iter().filter_map(|volume| volume.value.text("name"));
    let names: BTreeSet<&str> = crate::sorted::set(names.map(|name| name.value));
    for mount in server.value.items("volumeMounts") {
        let Some(name) = mount.value.text("name") else {
            continue;
        };
        if names.contains(name.value) || MADE_VOLUMES.contains(&name.value) {
            continue;
        }
        let finding = report.found(name.span, format!("unknown volume `{}`", name.value));
        let help = match nearest(name.value, names.iter().copied().take(MOST_COMPARED)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("add `{{name: {}, …}}` to `volumes`", name.value),
        };
        report.push(finding.help(help).note("the API server refuses the server's pod"));
    }
    if config.secrets.is_written() && config.secrets.get().is_none() || report.is_damaged() {
        return;
    }
    let secrets = config.secrets.get().into_iter().flat_map(|secrets| &secrets.0);
    let secrets: BTreeSet<&str> = crate::sorted::set(secrets.map(|(name, _)| name.value.as_str()));
    for volume in volumes {
        let Some(source) = volume.value.get("secret") else {
            continue;
        };
        let Some(name) = source.value.text("secretName") else {
            continue;
        };
        let optional = source.value.get("optional").map(|optional| &optional.value) == Some(&Raw::Bool(true));
        // One with another name may be made by hand.
        let Some(near) = nearest(name.value, secrets.iter().copied().take(MOST_COMPARED)) else {
            continue;
        };
        if optional || secrets.contains(name.value) {
            continue;
        }
        let finding = report.found(name.span, format!("unknown secret `{}`", name.value));
        report.push(
            finding
                .help(format!("did you mean `{near}`?"))
                .note("the server's pod waits for it with `ContainerCreating`"),
        );
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn volumes_that_nobody_makes() {
        check(
            r"
platform: coder
secrets: {coder-scim: {token: {env: SCIM}}}
coder:
  valuesPatch:
    coder:
      volumes:
        - {name: branding, configMap: {name: made-by-hand}}
        - {name: scim, secret: {secretName: codr-scim}}
#                                           ^^^^^^^^^ error[coder-volume-unknown]: unknown secret `codr-scim`
        - {name: other, secret: {secretName: coder-scin, optional: true}}
        - {name: known, secret: {secretName: coder-scim}}
        - {name: foreign, secret: {secretName: made-by-hand}}
      volumeMounts:
        - {name: branding, mountPath: /branding}
        - {name: scims, mountPath: /scim}
#                ^^^^^ error[coder-volume-unknown]: unknown volume `scims`
        - {name: data, mountPath: /data}
#                ^^^^ error[coder-volume-unknown]: unknown volume `data`
",
        );
    }
}
