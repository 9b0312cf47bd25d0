//! Databases, registries and object stores that others run, told by their host names.
//!
//! Sources: gitpod-io/gitpod issues #12012 (TLS), #10215 (Docker Hub), #10214; the providers'
//! own documents for the host names.

/// Endings of MySQL hosts that refuse connections without TLS, and whose they are.
pub const TLS_ONLY_DATABASES: [(&str, &str); 2] = [
    (".mysql.database.azure.com", "Azure Database for MySQL"),
    (".db.ondigitalocean.com", "DigitalOcean Managed MySQL"),
];

/// The names of Docker Hub. An image reference without a host means it too.
pub const DOCKER_HUB: [&str; 6] = [
    "docker.io",
    "index.docker.io",
    "registry-1.docker.io",
    "registry.docker.io",
    "registry.hub.docker.com",
    "hub.docker.com",
];

/// Whether a registry's host is an Amazon ECR: `<account>.dkr.ecr.<region>.amazonaws.com`, `.com.cn` in China.
pub fn is_ecr(host: &str) -> bool {
    host.contains(".dkr.ecr.") && (host.ends_with(".amazonaws.com") || host.ends_with(".amazonaws.com.cn"))
}

/// Whether an S3 endpoint is Amazon's own.
pub fn is_aws(endpoint: &str) -> bool {
    ["amazonaws.com", "amazonaws.com.cn"]
        .iter()
        .any(|own| endpoint == *own || endpoint.ends_with(&format!(".{own}")))
}

/// Where the images come from that workspaces start with unless a project names another (`workspace.workspaceImage`).
pub const DEFAULT_IMAGES: &str = "docker.io";

/// Whether a registry's host is Google Artifact Registry's: `<region>-docker.pkg.dev`.
pub fn is_gar(host: &str) -> bool {
    host.ends_with("-docker.pkg.dev")
}

/// Amazon S3's endpoint without a region, and the one region that it serves.
pub const AWS_GLOBAL_ENDPOINT: &str = "s3.amazonaws.com";
/// See [`AWS_GLOBAL_ENDPOINT`].
pub const AWS_GLOBAL_REGION: &str = "us-east-1";

/// What hosts of Azure's MySQL end in, whichever kind of server it is.
pub const AZURE_MYSQL: &str = ".mysql.database.azure.com";
/// Terraform's resource of the kind whose users have the server's name behind an `@`
/// (learn.microsoft.com, "Azure Database for MySQL - Single Server").
pub const AZURE_SINGLE: &str = "azurerm_mysql_server.";
/// Terraform's resource of the kind whose users have not.
pub const AZURE_FLEXIBLE: &str = "azurerm_mysql_flexible_server.";
