//! The Coder installation.

mod database;
mod login;
mod needs;
mod reached;
mod workspaces;

pub use database::{DATABASE_NAME, Database, ExternalDatabase};
pub use login::{GitProvider, Github, Login, Oidc, Signups};
pub(super) use needs::needs;
pub use needs::{DATABASE, LOGIN_ISSUER};
pub use workspaces::{Amounts, Workspaces};

use super::Platform;
use super::backup::{Backup, backup};
use super::secrets::{UserSecret, user_secrets};
use crate::facts::coder::{CODER, IMAGE};
use crate::model::{self, Config, Entries, Field, License, Raw, Size, Spanned};
use crate::plan::certificate::{Certificate, certificate};
use crate::plan::k3s::secret_field;
use crate::plan::values::{Generate, Names};
use crate::plan::{Passed, Plan};
use crate::source::Span;
use crate::text::Text;
use serde::Serialize;

/// The Coder installation.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Coder {
    /// The version that the configuration names.
    #[serde(skip)]
    pub version: Option<String>,
    /// The server's image, without its tag.
    pub image: String,
    /// Secrets that it is pulled with.
    pub image_pull_secrets: Vec<String>,
    /// Whether there is a Premium license.
    pub is_licensed: bool,
    /// How many servers there are.
    pub replicas: u32,
    /// What a server reserves, and what it may use.
    pub requests: Amounts,
    /// See [`Coder::requests`].
    pub limits: Amounts,
    /// How many workspaces each server builds at once.
    pub provisioner_daemons: u32,
    /// Who may sign up.
    pub signups: Signups,
    /// How people log in.
    pub login: Login,
    /// The first user.
    pub owner: Owner,
    /// Git hosts that workspaces use.
    pub git: Vec<GitProvider>,
    /// Where the TLS certificate comes from.
    pub certificate: Certificate,
    /// A further CA that the server trusts.
    pub custom_ca: Option<Text>,
    /// PostgreSQL.
    pub database: Database,
    /// Copies of PostgreSQL in the cluster.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub database_backup: Option<Backup>,
    /// The keys that users' tokens are encrypted with, the one for new tokens first.
    pub token_keys: Vec<Text>,
    /// The login to the registry of images.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub registry: Option<Registry>,
    /// Where workspaces run.
    pub workspaces: Workspaces,
    /// Whether apps are served below a path.
    pub path_apps: bool,
    /// Whether usage data is sent.
    pub telemetry: bool,
    /// Whether there are metrics.
    pub metrics: bool,
    /// Whether there is no world outside: nothing there is asked for.
    pub is_isolated: bool,
    /// Whether clients connect to workspaces directly.
    pub direct_connections: bool,
    /// STUN servers; absent: the server's own list.
    pub stun: Option<Vec<String>>,
    /// Further variables.
    pub env: Vec<(String, String)>,
    /// Further variables with secret values.
    pub secret_env: Vec<(String, Text)>,
    /// Values of the chart, merged last.
    pub values_patch: Option<ValuesPatch>,
    /// Further secrets in its namespace.
    pub secrets: Vec<UserSecret>,
}

/// The first user.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Owner {
    /// The mail address.
    pub email: String,
    /// The name.
    pub username: String,
    /// The password.
    pub password: Text,
}

/// The login to a registry.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub enum Registry {
    /// By a password.
    Password {
        /// Host and path.
        url: Text,
        /// The user.
        username: Text,
        /// The user's password.
        password: Text,
    },
    /// By Docker's own configuration.
    DockerConfig(Text),
}

/// Values of the chart.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(transparent)]
pub struct ValuesPatch {
    /// The data.
    pub value: Passed,
    /// The same as it is written.
    #[serde(skip)]
    pub written: Spanned<Raw>,
}

impl Plan {
    /// The Coder installation, where that is what runs on the cluster.
    pub fn coder(&self) -> Option<&Coder> {
        match &self.platform {
            Platform::Coder(coder) => Some(coder),
            _ => None,
        }
    }

    /// The version of the chart and the server.
    pub fn coder_version(&self) -> &str {
        self.releases.of(&CODER)
    }
}

impl Coder {
    /// Whether agents in workspaces use the server's address within the cluster: its certificate is one that only the cluster signed, and
    /// agents trust no others than those of their image (coder/coder issues #5818, #14500).
    pub fn agents_stay_inside(&self) -> bool {
        self.certificate == Certificate::SelfSigned || self.custom_ca.is_some()
    }
}

/// How many workspaces a server builds at once: the server's own default, and for many teams.
const DAEMONS: (u32, u32) = (3, 10);
/// How many servers many teams have: one may fail while another is updated.
const LARGE_REPLICAS: u32 = 3;

/// CPUs and memory that a server reserves and may use. The chart's own default, 2 CPUs and 4 GiB for both, leaves a small machine no room
/// (coder/coder #16844); the largest is upstream's for a thousand users (docs/install/plan/sizing/1k-users.md).
fn amounts(size: Size) -> (Amounts, Amounts) {
    let of = |cpu: &str, memory: &str| Amounts {
        cpu: cpu.to_owned(),
        memory: memory.to_owned(),
    };
    match size {
        Size::Small => (of("500m", "1Gi"), of("2", "4Gi")),
        Size::Medium => (of("2", "4Gi"), of("2", "4Gi")),
        Size::Large => (of("2", "8Gi"), of("2", "8Gi")),
    }
}

pub(super) fn coder(config: &Config, anchor: Span, names: &mut Names) -> Coder {
    let missing = Default::default();
    let coder = config.coder.get().unwrap_or(&missing);
    let near = config.coder.spanned().map_or(anchor, |coder| coder.key);
    let size = config
        .cluster
        .get()
        .map_or(Size::Small, |cluster| cluster.size.copied_or(Size::Small));
    let (requests, limits) = amounts(size);
    let is_licensed = coder.license.copied_or(License::None) == License::Premium;
    let large = size == Size::Large;
    let is_isolated = config.k3s.get().is_some_and(|k3s| k3s.airgap.is_written());
    let stun = coder.stun.is_written().then(|| texts(&coder.stun));
    Coder {
        version: coder.version.get().cloned(),
        image: coder.image.text().unwrap_or(IMAGE).to_owned(),
        image_pull_secrets: texts(&coder.image_pull_secrets),
        is_licensed,
        replicas: coder.replicas.copied_or(match is_licensed && large {
            true => LARGE_REPLICAS,
            false => 1,
        }),
        requests,
        limits,
        provisioner_daemons: coder
            .provisioner_daemons
            .copied_or(if large { DAEMONS.1 } else { DAEMONS.0 }),
        signups: login::signups(config),
        login: login::login(coder.login.get(), names),
        owner: owner(config, coder, near, names),
        git: login::git_providers(config, names),
        certificate: certificate(config, names),
        custom_ca: config
            .certificate
            .get()
            .and_then(|certificate| certificate.custom_ca.spanned())
            .map(|ca| names.secret("certificate.customCa", ca)),
        database: database::database(config, coder, near, names),
        database_backup: backup(config, "coder-database", names),
        token_keys: database::token_keys(config, names),
        registry: registry(config, names),
        workspaces: workspaces::workspaces(coder, names),
        path_apps: coder.path_apps.copied_or(false),
        telemetry: coder.telemetry.copied_or(false),
        metrics: coder.metrics.copied_or(false),
        is_isolated,
        direct_connections: coder.direct_connections.copied_or(!is_isolated),
        stun: stun.or(is_isolated.then(Vec::new)),
        env: coder
            .env
            .entries()
            .map(|(name, value)| (name.value.clone(), value.value.clone()))
            .collect(),
        secret_env: secret_env(&coder.secret_env, names),
        values_patch: coder.values_patch.spanned().map(|patch| ValuesPatch {
            value: Passed::new("coder.valuesPatch", patch, names),
            written: patch.clone(),
        }),
        secrets: user_secrets("secrets", &config.secrets, names),
    }
}

fn texts(field: &Field<Vec<Field<String>>>) -> Vec<String> {
    field.items().map(|item| item.value.clone()).collect()
}

fn secret_env(field: &Field<Entries<model::SecretSource>>, names: &mut Names) -> Vec<(String, Text)> {
    let mut variables = Vec::new();
    for (name, value) in field.entries() {
        let path = format!("coder.secretEnv.{}", name.value);
        variables.push((name.value.clone(), names.secret(&path, value)));
    }
    variables
}

fn owner(config: &Config, coder: &model::Coder, near: Span, names: &mut Names) -> Owner {
    let missing = model::Owner::default();
    let owner = coder.owner.get().unwrap_or(&missing);
    let near = coder.owner.spanned().map_or(near, |owner| owner.key);
    let domain = config.domain.text().unwrap_or("localhost");
    let password = ("CODER_OWNER_PASSWORD", Some(Generate::Token));
    Owner {
        email: owner
            .email
            .get()
            .cloned()
            .unwrap_or_else(|| format!("admin@{domain}")),
        username: owner.username.get().cloned().unwrap_or_else(|| "admin".into()),
        password: names.secret_or("coder.owner.password", &owner.password, password, near),
    }
}

fn registry(config: &Config, names: &mut Names) -> Option<Registry> {
    let external = config.registry.get()?.external.get()?;
    if let Some(config) = external.docker_config.spanned() {
        let config = names.secret("registry.external.dockerConfig", config);
        return Some(Registry::DockerConfig(config));
    }
    external.password.spanned()?;
    Some(Registry::Password {
        url: names.bindable_or(&external.url, ""),
        username: names.bindable_or(&external.username, ""),
        password: secret_field(names, "registry.external.password", &external.password),
    })
}
