//! How Gitpod's secrets are rotated.

use super::steps::INSTALL;
use crate::emit::backup;
use crate::emit::gitpod::NAMESPACE;
use crate::emit::gitpod::secrets::CUSTOM_CA;
use crate::emit::parts::Rotation;

/// By the names of the plan's secrets; the first that fits counts.
pub(super) fn rotations() -> Vec<Rotation> {
    let restart = format!("kubectl -n {NAMESPACE} rollout restart");
    let rotation = |secrets: &'static str, then: String| Rotation { secrets, then };
    let applied = |secrets: &'static str, kinds: &str| {
        rotation(secrets, format!("`./k3s/apply.sh`, then `{restart} {kinds}`."))
    };
    let keys = "never change a key: add one with a higher `version` and `primary: true`, and keep the old ones, which the data needs. Then";
    let keys = format!("{keys} `./k3s/apply.sh` and `{restart} deployment`.");
    vec![
        rotation("database.external.encryptionKeys.", keys.clone()),
        rotation("database.cloudSql.encryptionKeys.", keys),
        rotation(
            "database.backup.",
            format!(
                "`./k3s/apply.sh`; the next run of the cron job uses the secret `{}`.",
                backup::SECRET
            ),
        ),
        rotation(
            "database.external.password",
            format!("set it at the database, then at once `./k3s/apply.sh` and `{restart} deployment`."),
        ),
        rotation(
            "database.cloudSql.password",
            format!("set it at the database, then at once `./k3s/apply.sh` and `{restart} deployment`."),
        ),
        applied("database.", "deployment"),
        applied("authProviders.", "deployment server"),
        applied("storage.", "deployment,daemonset"),
        applied("registry.", "deployment,daemonset"),
        applied("certificate.provided.", "deployment proxy ws-proxy"),
        rotation(
            "certificate.customCa",
            format!("`./k3s/apply.sh` (secret `{CUSTOM_CA}`), then `{restart} deployment,daemonset`."),
        ),
        rotation(
            "ssh.workspaceGateway.hostKey",
            format!(
                "`./k3s/apply.sh`, then `{restart} deployment ws-proxy`; SSH clients warn of the new key."
            ),
        ),
        rotation(
            "gitpod.adminLink.",
            "`./k3s/apply.sh`; the server reads the secret at each login.".to_owned(),
        ),
        applied("proxy.", "deployment,daemonset,statefulset"),
        applied("secrets.", "deployment,daemonset"),
        rotation("gitpod.configPatch", format!("`{INSTALL}`.")),
    ]
}
