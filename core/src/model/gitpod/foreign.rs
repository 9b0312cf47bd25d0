//! Keys of the Installer and of KOTS that people bring along.

/// Such a key, folded, and what it is called here.
pub const CALLED_HERE: &[(&str, &str)] = &[
    ("containerregistry", "registry"),
    ("objectstorage", "storage"),
    ("cloudsql", "database.cloudSql"),
    ("passlist", "domain_passlist"),
    ("openvsx", "gitpod.openVsxUrl"),
    ("sshgatewayhostkey", "ssh.workspaceGateway.hostKey"),
    ("customcacert", "certificate.customCa"),
];

/// Keys of the Installer in the mappings of that type, folded, and what to do.
pub const CALLED_IN: &[(&str, &str, &str)] = &[
    (
        "ExternalDatabase",
        "certificate",
        "use `host`, `port`, `username` and `password`: gkc makes the Installer's secret of them",
    ),
    (
        "ExternalRegistry",
        "certificate",
        "use `username` and `password`: gkc makes the Installer's secret of them",
    ),
    (
        "S3Bucket",
        "credentials",
        "use `accessKeyId` and `secretAccessKey`: gkc makes the Installer's secret of them",
    ),
    (
        "Certificate",
        "name",
        "use `provided: {cert: {file: …}, key: {file: …}}` in place of the Installer's secret",
    ),
    (
        "AuthProvider",
        "callbackurl",
        "remove it: Gitpod derives it from the domain and the host",
    ),
    ("Config", "metadata", "use `gitpod.region` and `gitpod.shortname`"),
    ("Config", "kind", "use `gitpod.kind`, or remove it"),
    (
        "Config",
        "version",
        "use `gitpod.release` for Gitpod, or `k3s.version` for k3s",
    ),
    (
        "Config",
        "experimental",
        "use `gitpod.configPatch: {experimental: …}`",
    ),
    (
        "Config",
        "components",
        "use `gitpod.configPatch: {components: …}`",
    ),
    (
        "Config",
        "customization",
        "use `gitpod.configPatch: {customization: …}`",
    ),
    (
        "Config",
        "observability",
        "use `gitpod.tracing` and `gitpod.logLevel`, or `gitpod.configPatch`",
    ),
    (
        "Config",
        "disabledefinitelygp",
        "use `gitpod.configPatch: {disableDefinitelyGp: …}`",
    ),
    (
        "Config",
        "dropimagerepo",
        "use `gitpod.configPatch: {dropImageRepo: …}`",
    ),
    (
        "Config",
        "jaegeroperator",
        "use `gitpod.configPatch: {jaegerOperator: …}`",
    ),
];
