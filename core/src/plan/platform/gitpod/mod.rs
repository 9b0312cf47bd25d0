//! The Gitpod installation.

mod database;
mod needs;
mod reached;

pub use database::{CloudSql, Database, EncryptionKey, ExternalDatabase};
pub(super) use needs::needs;

use super::Platform;
use super::backup::{Backup, backup};
use super::secrets::{UserSecret, user_secrets};
use crate::facts::gitpod::{
    ADMIN_LINK, NAMED_WORKSPACES, NO_FIRST_ADMIN, Release, SHORT_CALLBACK, WORKSPACE_CIDR,
};
use crate::facts::go;
use crate::model::{self, Config, LogLevel, Raw, Spanned};
use crate::plan::bucket::{S3, bucket};
use crate::plan::certificate::{Certificate, certificate};
use crate::plan::k3s::secret_field;
use crate::plan::network::range;
use crate::plan::values::{Generate, Names, SecretNeed};
use crate::plan::{Passed, Plan};
use crate::source::Span;
use crate::text::Text;
use database::database;
use ipnet::IpNet;
use serde::Serialize;

impl Gitpod {
    /// Leaves the admin's link out where nobody asked for one and it has no token or no expiry.
    pub(super) fn leave_out<'a>(&mut self, mut unresolved: impl Iterator<Item = &'a SecretNeed>) {
        if unresolved.any(|need| need.is_optional && need.name.starts_with(ADMIN_LINK_KEY)) {
            self.admin_link = None;
        }
    }

    /// The label below the domain whose names workspaces have (gitpod-io/gitpod 56c249128f, 2022-05-27).
    pub fn workspaces_label(&self) -> String {
        match self.shortname.as_str() {
            "" | "default" => "ws".to_owned(),
            _ if self.release < NAMED_WORKSPACES => "ws".to_owned(),
            name => format!("ws-{name}"),
        }
    }
}

impl Plan {
    /// The Gitpod installation, where that is what runs on the cluster.
    pub fn gitpod(&self) -> Option<&Gitpod> {
        match &self.platform {
            Platform::Gitpod(gitpod) => Some(gitpod),
            _ => None,
        }
    }
}

/// The Gitpod installation.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Gitpod {
    /// The Installer release that is aimed at.
    pub release: Release,
    /// Where its images are; absent: the Installer's default.
    pub repository: Option<String>,
    /// Secrets that images are pulled with.
    pub image_pull_secrets: Vec<String>,
    /// The region that the installation says it is in.
    pub region: String,
    /// Its short name.
    pub shortname: String,
    /// How much the components log.
    pub log_level: &'static str,
    /// What workspaces may use.
    pub workspace: Workspace,
    /// The registry of editor extensions.
    pub open_vsx_url: String,
    /// Where components send traces.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tracing: Option<Tracing>,
    /// Raw Installer config, merged last.
    pub config_patch: Option<ConfigPatch>,
    /// Whether only people of the passlist may sign up.
    pub block_new_users: bool,
    /// Mail domains whose people may sign up all the same.
    pub passlist: Vec<String>,
    /// Where people log in.
    pub auth_providers: Vec<AuthProvider>,
    /// Where the TLS certificate comes from.
    pub certificate: Certificate,
    /// A further CA that is trusted.
    pub custom_ca: Option<Text>,
    /// The database.
    pub database: Database,
    /// Copies of the database in the cluster.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub database_backup: Option<Backup>,
    /// The registry for workspace images.
    pub registry: Registry,
    /// Registries that workspace images may come from.
    pub allowed_base_images: Vec<String>,
    /// The object storage for workspace backups.
    pub storage: Storage,
    /// How many bytes each user may store; absent: the Installer's default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub blob_quota: Option<i64>,
    /// SSH into workspaces.
    pub ssh_gateway: Option<SshGateway>,
    /// The link that the first admin logs in with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub admin_link: Option<AdminLink>,
    /// Further secrets in its namespace.
    pub secrets: Vec<UserSecret>,
}

/// The link that the first admin logs in with.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AdminLink {
    /// Its last part.
    pub token: Text,
    /// When it expires, in seconds since 1970.
    pub expiry: Text,
}

/// Raw Installer config.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(transparent)]
pub struct ConfigPatch {
    /// The data.
    pub value: Passed,
    /// The same as it is written.
    #[serde(skip)]
    pub written: Spanned<Raw>,
}

/// What workspaces may use.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Workspace {
    /// What one starts with where its project names no image; absent: the Installer's default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
    /// How long one may run.
    pub max_lifetime: String,
    /// How long one may idle.
    pub timeout: Option<String>,
    /// How long one may idle whose user asked for more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeout_extended: Option<String>,
    /// How long one may idle after its editor was closed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeout_after_close: Option<String>,
    /// What one reserves.
    pub requests: Requests,
    /// What one may use at most; absent: as much as there is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limits: Option<Limits>,
    /// The network inside each.
    pub cidr: IpNet,
}

/// What a workspace reserves.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Requests {
    /// CPUs.
    pub cpu: String,
    /// Memory.
    pub memory: String,
}

/// What a workspace may use at most.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Limits {
    /// CPUs.
    pub cpu: Option<String>,
    /// Memory.
    pub memory: Option<String>,
}

/// Where components send traces.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Tracing {
    /// The collector.
    pub to: Collector,
    /// The secret with the collector's user and password.
    pub secret: Option<String>,
}

/// What takes traces.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub enum Collector {
    /// A URL.
    Endpoint(String),
    /// The host of a Jaeger agent.
    Agent(String),
}

/// An OAuth application of a Git host.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AuthProvider {
    /// Its name.
    pub id: String,
    /// The Installer's word for the kind of host.
    pub kind: &'static str,
    /// The Git host.
    pub host: String,
    /// The application's client ID.
    pub client_id: String,
    /// The application's secret.
    pub client_secret: Text,
    /// Where the Git host sends people back to; it must be entered there too.
    pub callback_url: String,
    /// Where people change what it may do.
    pub settings_url: Option<String>,
}

/// The registry for workspace images.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub enum Registry {
    /// In the cluster.
    InCluster,
    /// Elsewhere.
    External {
        /// Host and path.
        url: Text,
        /// How to log in.
        login: RegistryLogin,
    },
    /// In the cluster, with its data in a bucket.
    S3(S3),
}

/// How to log in to a registry.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub enum RegistryLogin {
    /// With these.
    Password {
        /// The user.
        username: Text,
        /// The user's password.
        password: Text,
    },
    /// With Docker's own configuration.
    DockerConfig(Text),
}

/// The object storage for workspace backups.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub enum Storage {
    /// In the cluster.
    InCluster,
    /// In an S3 bucket.
    S3(S3),
    /// In Google Cloud Storage.
    Gcs {
        /// The project.
        project: Text,
        /// The key of a service account.
        service_account: Text,
    },
}

/// SSH into workspaces.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SshGateway {
    /// The gateway's private host key.
    pub host_key: Text,
}

pub(super) fn gitpod(config: &Config, anchor: Span, names: &mut Names) -> Gitpod {
    let missing = Default::default();
    let gitpod = config.gitpod.get().unwrap_or(&missing);
    let storage = storage(config, names);
    let signups = config.signups();
    let passlist = config
        .passlist()
        .into_iter()
        .flat_map(|list| &list.value)
        .filter_map(|e| e.get().cloned());
    let release = gitpod
        .release
        .text()
        .and_then(Release::parse)
        .unwrap_or(Release::Main);
    Gitpod {
        release,
        repository: gitpod
            .repository
            .text()
            .map(|r| r.trim_end_matches('/').to_owned()),
        image_pull_secrets: gitpod
            .image_pull_secrets
            .items()
            .map(|s| s.value.clone())
            .collect(),
        region: gitpod
            .region
            .get()
            .cloned()
            .unwrap_or_else(|| default_region(config, &storage)),
        shortname: gitpod
            .shortname
            .get()
            .cloned()
            .unwrap_or_else(|| "default".into()),
        log_level: gitpod.log_level.copied_or(LogLevel::Info).as_str(),
        workspace: workspace(gitpod),
        open_vsx_url: gitpod
            .open_vsx_url
            .get()
            .cloned()
            .unwrap_or_else(|| "https://open-vsx.org".into()),
        tracing: tracing(gitpod),
        config_patch: gitpod.config_patch.spanned().map(|patch| ConfigPatch {
            value: Passed::new("gitpod.configPatch", patch, names),
            written: patch.clone(),
        }),
        block_new_users: signups.blocked,
        passlist: passlist.collect(),
        auth_providers: auth_providers(config, names, release),
        certificate: certificate(config, names),
        custom_ca: config
            .certificate
            .get()
            .and_then(|c| c.custom_ca.spanned())
            .map(|ca| names.secret("certificate.customCa", ca)),
        database: database(config, names),
        database_backup: backup(config, "gitpod-database", names),
        registry: registry(config, names),
        allowed_base_images: config
            .registry
            .get()
            .into_iter()
            .flat_map(|r| r.allowed_base_images.items())
            .map(|host| host.value.clone())
            .collect(),
        storage,
        blob_quota: blob_quota(config),
        ssh_gateway: ssh_gateway(config, names),
        admin_link: admin_link(config, anchor, names, release),
        secrets: user_secrets("secrets", &config.secrets, names),
    }
}

/// The link where it is asked for, and where there is no other way in.
fn admin_link(config: &Config, anchor: Span, names: &mut Names, release: Release) -> Option<AdminLink> {
    let written = config.gitpod.get().and_then(|gitpod| gitpod.admin_link.spanned());
    let is_needed = release >= NO_FIRST_ADMIN && config.auth_providers.items().next().is_none();
    if release < ADMIN_LINK || written.is_none() && !is_needed {
        return None;
    }
    let missing = model::AdminLink::default();
    let link = written.map_or(&missing, |written| &written.value);
    let anchor = written.map_or(anchor, |written| written.key);
    let (of_token, of_expiry) = (
        format!("{ADMIN_LINK_KEY}.token"),
        format!("{ADMIN_LINK_KEY}.expiry"),
    );
    let token = ("GITPOD_ADMIN_TOKEN", Some(Generate::Token));
    let expiry = ("GITPOD_ADMIN_EXPIRY", Some(Generate::LinkExpiry));
    let link = AdminLink {
        token: names.secret_or(&of_token, &link.token, token, anchor),
        expiry: names.secret_or(&of_expiry, &link.expiry, expiry, anchor),
    };
    if written.is_none() {
        names.optional(&of_token);
        names.optional(&of_expiry);
    }
    Some(link)
}

/// The path of the section with the link.
const ADMIN_LINK_KEY: &str = "gitpod.adminLink";

fn default_region(config: &Config, storage: &Storage) -> String {
    match storage {
        Storage::S3(s3) => s3.region.clone(),
        Storage::Gcs { .. } => {
            let gcs = config.storage.get().and_then(|s| s.gcs.get());
            gcs.and_then(|gcs| gcs.region.get().cloned())
                .unwrap_or_else(|| "local".into())
        }
        Storage::InCluster => "local".into(),
    }
}

fn workspace(gitpod: &model::Gitpod) -> Workspace {
    let missing = Default::default();
    let written = gitpod.workspace.get().unwrap_or(&missing);
    let requests = written.requests.get();
    let limits = written.limits.get().map(|limits| Limits {
        cpu: limits.cpu.get().cloned(),
        memory: limits.memory.get().cloned(),
    });
    Workspace {
        image: written.image.get().cloned(),
        max_lifetime: written
            .max_lifetime
            .get()
            .cloned()
            .unwrap_or_else(|| "36h".into()),
        timeout: written.timeout.get().cloned(),
        timeout_extended: written.timeout_extended.get().cloned(),
        timeout_after_close: written.timeout_after_close.get().cloned(),
        requests: Requests {
            cpu: requests
                .and_then(|r| r.cpu.get().cloned())
                .unwrap_or_else(|| "1".into()),
            memory: requests
                .and_then(|r| r.memory.get().cloned())
                .unwrap_or_else(|| "2Gi".into()),
        },
        limits: limits.filter(|limits| limits.cpu.is_some() || limits.memory.is_some()),
        cidr: range(&written.cidr, WORKSPACE_CIDR),
    }
}

fn tracing(gitpod: &model::Gitpod) -> Option<Tracing> {
    let written = gitpod.tracing.get()?;
    let endpoint = written.endpoint.get().cloned().map(Collector::Endpoint);
    let agent = written.agent_host.get().cloned().map(Collector::Agent);
    Some(Tracing {
        to: endpoint.or(agent)?,
        secret: written.secret_name.get().cloned(),
    })
}

/// A quota that cannot be read is reported by a rule.
fn blob_quota(config: &Config) -> Option<i64> {
    let quota = config.storage.get()?.blob_quota.get()?;
    go::whole_quantity(quota)
}

fn auth_providers(config: &Config, names: &mut Names, release: Release) -> Vec<AuthProvider> {
    let mut providers = Vec::new();
    let domain = config.domain.text().unwrap_or("");
    for provider in config.auth_providers.items().map(|p| &p.value) {
        let id = provider.id.get().cloned().unwrap_or_default();
        let name = format!("authProviders.{id}.clientSecret");
        let host = provider.host.get().cloned().unwrap_or_default();
        let callback_url = match release >= SHORT_CALLBACK {
            true => format!("https://{domain}/auth/callback"),
            false => format!("https://{domain}/auth/{host}/callback"),
        };
        providers.push(AuthProvider {
            callback_url,
            kind: provider.kind.get().map_or("", |kind| kind.as_str()),
            host,
            client_id: provider.client_id.get().cloned().unwrap_or_default(),
            client_secret: secret_field(names, &name, &provider.client_secret),
            settings_url: provider.settings_url.get().cloned(),
            id,
        });
    }
    providers
}

fn registry(config: &Config, names: &mut Names) -> Registry {
    let Some(registry) = config.registry.get() else {
        return Registry::InCluster;
    };
    if let Some(external) = registry.external.get() {
        let url = names.bindable_or(&external.url, "");
        let login = match external.docker_config.spanned() {
            Some(config) => {
                RegistryLogin::DockerConfig(names.secret("registry.external.dockerConfig", config))
            }
            None => RegistryLogin::Password {
                username: names.bindable_or(&external.username, ""),
                password: secret_field(names, "registry.external.password", &external.password),
            },
        };
        return Registry::External { url, login };
    }
    let Some(s3) = registry.s3.get() else {
        return Registry::InCluster;
    };
    Registry::S3(bucket("registry.s3", s3, names))
}

fn storage(config: &Config, names: &mut Names) -> Storage {
    let Some(storage) = config.storage.get() else {
        return Storage::InCluster;
    };
    if let Some(s3) = storage.s3.get() {
        return Storage::S3(bucket("storage.s3", s3, names));
    }
    match storage.gcs.get() {
        Some(gcs) => Storage::Gcs {
            project: names.bindable_or(&gcs.project, ""),
            service_account: secret_field(names, "storage.gcs.serviceAccount", &gcs.service_account),
        },
        None => Storage::InCluster,
    }
}

fn ssh_gateway(config: &Config, names: &mut Names) -> Option<SshGateway> {
    let gateway = config.ssh.get()?.workspace_gateway.spanned()?;
    let default = ("GITPOD_SSH_HOST_KEY", Some(Generate::SshHostKey));
    let name = "ssh.workspaceGateway.hostKey";
    Some(SshGateway {
        host_key: names.secret_or(name, &gateway.value.host_key, default, gateway.key),
    })
}
