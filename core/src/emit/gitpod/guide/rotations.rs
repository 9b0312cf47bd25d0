//! How Gitpod's secrets are rotated.

use super::steps::INSTALL;
use crate::emit::backup;
use crate::emit::gitpod::NAMESPACE;
use crate::emit::gitpod::secrets::CUSTOM_CA;
use crate::emit::parts::Rotation;

/// By the names of the plan's secrets; the first that fits counts.
pub(super) fn rotations() -> Vec<Rotation> {
    let restart = format!("kubectl -n {NAMESPACE} rollout restart");
    let applied = |secrets: &'static str, kinds: &str| {
        Rotation::new(secrets, format!("`./k3s/apply.sh`, then `{restart} {kinds}`."))
    };
    let keys = "never change a key: add one with a higher `version` and `primary: true`, and keep the old ones, which the data needs. Then";
    let keys = format!("{keys} `./k3s/apply.sh` and `{restart} deployment`.");
    vec![
        Rotation::new("database.external.encryptionKeys.", keys.clone()),
        Rotation::new("database.cloudSql.encryptionKeys.", keys),
        Rotation::new(
            "database.backup.",
            format!(
                "`./k3s/apply.sh`; the next run of the cron job uses the secret `{}`.",
                backup::SECRET
            ),
        ),
        Rotation::new(
            "database.external.password",
            format!("set it at the database, then at once `./k3s/apply.sh` and `{restart} deployment`."),
        ),
        Rotation::new(
            "database.cloudSql.password",
            format!("set it at the database, then at once `./k3s/apply.sh` and `{restart} deployment`."),
        ),
        applied("database.", "deployment"),
        applied("authProviders.", "deployment server"),
        applied("storage.", "deployment,daemonset"),
        applied("registry.", "deployment,daemonset"),
        applied("certificate.provided.", "deployment proxy ws-proxy"),
        Rotation::new(
            "certificate.customCa",
            format!("`./k3s/apply.sh` (secret `{CUSTOM_CA}`), then `{restart} deployment,daemonset`."),
        ),
        Rotation::new(
            "ssh.workspaceGateway.hostKey",
            format!(
                "`./k3s/apply.sh`, then `{restart} deployment ws-proxy`; SSH clients warn of the new key."
            ),
        ),
        Rotation::new(
            "gitpod.adminLink.",
            "`./k3s/apply.sh`; the server reads the secret at each login.",
        ),
        applied("proxy.", "deployment,daemonset,statefulset"),
        applied("secrets.", "deployment,daemonset"),
        Rotation::new("gitpod.configPatch", format!("`{INSTALL}`.")),
    ]
}
