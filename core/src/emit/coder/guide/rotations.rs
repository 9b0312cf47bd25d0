//! How Coder's secrets are rotated.

use crate::emit::backup;
use crate::emit::coder::database::NAME;
use crate::emit::parts::Rotation;
use crate::facts::coder::NAMESPACE;

/// By the names of the plan's secrets; the first that fits counts. `apply.sh` restarts the server.
pub(super) fn rotations() -> Vec<Rotation> {
    let applied = |secrets| Rotation::new(secrets, "`./k3s/apply.sh`, which restarts the server.");
    vec![
        Rotation::new(
            "coder.owner.password",
            "change the password in the user's account settings. The Secret, which `./k3s/apply.sh` brings up to date, is only read when the first user is made.",
        ),
        Rotation::new(
            "coder.databasePassword",
            format!(
                "PostgreSQL reads it only when its volume is empty: `kubectl -n {NAMESPACE} exec -it {NAME}-0 -- psql --username=coder --command='\\password'`, then at once `./k3s/apply.sh`."
            ),
        ),
        Rotation::new(
            "database.external.encryptionKeys.",
            "add the new key with `primary: true` and keep the old ones, then `./k3s/apply.sh`. `coder server dbcrypt rotate` encrypts all tokens anew; an old key can go after that.",
        ),
        Rotation::new(
            "database.external.password",
            "set it at the database, then at once `./k3s/apply.sh`.",
        ),
        Rotation::new(
            "database.backup.",
            format!(
                "`./k3s/apply.sh`; the next run of the cron job uses the secret `{}`.",
                backup::SECRET
            ),
        ),
        applied("database."),
        applied("authProviders."),
        Rotation::new(
            "coder.workspaces.secrets.",
            "`./k3s/apply.sh`; a workspace takes it when it starts the next time.",
        ),
        applied("coder."),
        applied("registry."),
        applied("proxy."),
        Rotation::new(
            "certificate.provided.",
            "`./k3s/apply.sh`; Traefik takes it at once.",
        ),
        applied("certificate.customCa"),
        applied("secrets."),
    ]
}
