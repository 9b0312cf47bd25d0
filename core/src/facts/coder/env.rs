//! The server's variables: what each holds, the releases that have it, and which of them gkc writes itself.
//!
//! Source: coder/coder cli/testdata/coder_server_--help.golden at 01cb99946088, and at da3c46b55711 for what came after it; the variables that
//! the chart sets are from helm/coder/templates/_coder.tpl.

use super::Since;

/// A variable.
#[derive(Debug, Clone, Copy)]
pub struct Variable {
    /// Its name.
    pub name: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// The first release without it.
    pub gone: Since,
}

/// What a variable holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Any text.
    Text,
    /// `true` or `false`.
    Flag,
    /// A whole number.
    Whole,
    /// A duration of Go's.
    Duration,
    /// A host and a port.
    Endpoint,
    /// An address of the web.
    Url,
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// A cron expression, with a time zone before it or not.
    Schedule,
    /// A mail address, with a name before it or not.
    Mail,
    /// A text that nobody else may know.
    Secret,
}

const fn variable(name: &'static str, kind: Kind) -> Variable {
    Variable {
        name,
        kind,
        gone: None,
    }
}

use Kind::{Duration, Endpoint, Flag, Mail, OneOf, Schedule, Secret, Text, Url, Whole};

/// The variables that the configuration may set, by their names.
pub static VARIABLES: &[Variable] = &[
    variable("CODER_AGENT_FALLBACK_TROUBLESHOOTING_URL", Url),
    variable("CODER_AGENT_STATS_REFRESH_INTERVAL", Duration),
    variable("CODER_AI_GATEWAY_ENABLED", Flag),
    variable("CODER_ALLOW_CUSTOM_QUIET_HOURS", Flag),
    variable("CODER_ALLOW_WORKSPACE_RENAMES", Flag),
    variable("CODER_API_RATE_LIMIT", Whole),
    variable("CODER_AUTOBUILD_POLL_INTERVAL", Duration),
    variable("CODER_BROWSER_ONLY", Flag),
    variable("CODER_CACHE_DIRECTORY", Text),
    variable("CODER_CLI_UPGRADE_MESSAGE", Text),
    variable("CODER_CONFIG_PATH", Text),
    variable("CODER_DANGEROUS_ALLOW_PATH_APP_SHARING", Flag),
    variable("CODER_DANGEROUS_ALLOW_PATH_APP_SITE_OWNER_ACCESS", Flag),
    variable("CODER_DANGEROUS_OIDC_SKIP_ISSUER_CHECKS", Flag),
    variable("CODER_DEFAULT_TOKEN_LIFETIME", Duration),
    variable("CODER_DERP_CONFIG_PATH", Text),
    variable("CODER_DERP_CONFIG_URL", Url),
    variable("CODER_DERP_FORCE_WEBSOCKETS", Flag),
    variable("CODER_DERP_SERVER_ENABLE", Flag),
    variable("CODER_DERP_SERVER_REGION_NAME", Text),
    variable("CODER_DISABLE_OWNER_WORKSPACE_ACCESS", Flag),
    variable("CODER_DISABLE_SESSION_EXPIRY_REFRESH", Flag),
    variable("CODER_DISABLE_WORKSPACE_SHARING", Flag),
    variable("CODER_DOCS_URL", Url),
    variable("CODER_EMAIL_AUTH_IDENTITY", Text),
    variable("CODER_EMAIL_AUTH_PASSWORD", Secret),
    variable("CODER_EMAIL_AUTH_PASSWORD_FILE", Text),
    variable("CODER_EMAIL_AUTH_USERNAME", Text),
    variable("CODER_EMAIL_FORCE_TLS", Flag),
    variable("CODER_EMAIL_FROM", Mail),
    variable("CODER_EMAIL_HELLO", Text),
    variable("CODER_EMAIL_SMARTHOST", Endpoint),
    variable("CODER_EMAIL_TLS_CACERTFILE", Text),
    variable("CODER_EMAIL_TLS_CERTFILE", Text),
    variable("CODER_EMAIL_TLS_CERTKEYFILE", Text),
    variable("CODER_EMAIL_TLS_SERVERNAME", Text),
    variable("CODER_EMAIL_TLS_SKIPVERIFY", Flag),
    variable("CODER_EMAIL_TLS_STARTTLS", Flag),
    variable("CODER_ENABLE_TERRAFORM_DEBUG_MODE", Flag),
    variable("CODER_EXPERIMENTS", Text),
    variable("CODER_HEALTH_CHECK_REFRESH", Duration),
    variable("CODER_HEALTH_CHECK_THRESHOLD_DATABASE", Duration),
    variable("CODER_HIDE_AI_TASKS", Flag),
    variable("CODER_HOST_PREFIX_COOKIE", Flag),
    variable("CODER_LOGGING_HUMAN", Text),
    variable("CODER_LOGGING_JSON", Text),
    variable("CODER_LOGGING_STACKDRIVER", Text),
    variable("CODER_LOG_FILTER", Text),
    variable("CODER_MAX_ADMIN_TOKEN_LIFETIME", Duration),
    variable("CODER_MAX_TOKEN_LIFETIME", Duration),
    variable("CODER_METRICS_CACHE_REFRESH_INTERVAL", Duration),
    variable("CODER_NOTIFICATIONS_DISPATCH_TIMEOUT", Duration),
    variable("CODER_NOTIFICATIONS_ENABLED", Flag),
    variable("CODER_NOTIFICATIONS_MAX_SEND_ATTEMPTS", Whole),
    variable("CODER_NOTIFICATIONS_METHOD", Text),
    variable("CODER_NOTIFICATIONS_WEBHOOK_ENDPOINT", Text),
    variable("CODER_OIDC_AUTH_URL_PARAMS", Text),
    variable("CODER_OIDC_CLIENT_CERT_FILE", Text),
    variable("CODER_OIDC_CLIENT_KEY_FILE", Text),
    variable("CODER_OIDC_GROUP_AUTO_CREATE", Flag),
    variable("CODER_OIDC_GROUP_MAPPING", Text),
    variable("CODER_OIDC_GROUP_REGEX_FILTER", Text),
    variable("CODER_OIDC_ICON_URL", Url),
    variable("CODER_OIDC_IGNORE_USERINFO", Flag),
    variable("CODER_OIDC_NAME_FIELD", Text),
    variable("CODER_OIDC_REDIRECT_URL", Url),
    variable("CODER_OIDC_SIGNUPS_DISABLED_TEXT", Text),
    variable("CODER_OIDC_USER_ROLE_DEFAULT", Text),
    variable("CODER_OIDC_USER_ROLE_FIELD", Text),
    variable("CODER_OIDC_USER_ROLE_MAPPING", Text),
    variable("CODER_PG_CONN_MAX_IDLE", Text),
    variable("CODER_PG_CONN_MAX_OPEN", Whole),
    variable("CODER_PPROF_ADDRESS", Endpoint),
    variable("CODER_PPROF_ENABLE", Flag),
    variable("CODER_PROMETHEUS_AGGREGATE_AGENT_STATS_BY", Text),
    variable("CODER_PROMETHEUS_COLLECT_AGENT_STATS", Flag),
    variable("CODER_PROMETHEUS_COLLECT_DB_METRICS", Flag),
    variable("CODER_PROVISIONER_DAEMON_POLL_INTERVAL", Duration),
    variable("CODER_PROVISIONER_DAEMON_POLL_JITTER", Duration),
    variable("CODER_PROVISIONER_FORCE_CANCEL_INTERVAL", Duration),
    variable("CODER_PROXY_HEALTH_INTERVAL", Duration),
    variable("CODER_QUIET_HOURS_DEFAULT_SCHEDULE", Schedule),
    variable("CODER_SAMESITE_AUTH_COOKIE", Text),
    variable("CODER_SCIM_AUTH_HEADER", Secret),
    variable("CODER_SECURE_AUTH_COOKIE", Flag),
    variable("CODER_SESSION_DURATION", Duration),
    variable("CODER_SSH_CONFIG_OPTIONS", Text),
    Variable {
        gone: Some((2, 36)),
        ..variable("CODER_SSH_HOSTNAME_PREFIX", Text)
    },
    variable(
        "CODER_SSH_KEYGEN_ALGORITHM",
        OneOf(&["ed25519", "ecdsa", "rsa4096"]),
    ),
    variable("CODER_STRICT_TRANSPORT_SECURITY", Whole),
    variable("CODER_STRICT_TRANSPORT_SECURITY_OPTIONS", Text),
    variable("CODER_SUPPORT_LINKS", Text),
    variable("CODER_SWAGGER_ENABLE", Flag),
    variable("CODER_TERMS_OF_SERVICE_URL", Url),
    variable("CODER_TRACE_DATADOG", Flag),
    variable("CODER_TRACE_ENABLE", Flag),
    variable("CODER_TRACE_HONEYCOMB_API_KEY", Secret),
    variable("CODER_TRACE_LOGS", Flag),
    variable("CODER_UPDATE_CHECK", Flag),
    variable("CODER_VERBOSE", Flag),
    variable("CODER_WEB_TERMINAL_RENDERER", Text),
    variable("CODER_WORKSPACE_HOSTNAME_SUFFIX", Text),
];

/// Variables that gkc or the chart writes, and what to do instead. What ends in `*` stands for all that begin so. Of two of one name, the
/// next upgrade fails (coder/coder #21087).
pub static OWNED: &[(&str, &str)] = &[
    ("CODER_ACCESS_URL", "use `domain`"),
    ("CODER_WILDCARD_ACCESS_URL", "use `domain`"),
    (
        "CODER_REDIRECT_TO_ACCESS_URL",
        "remove it: Traefik redirects, and the server behind it would redirect for ever",
    ),
    ("CODER_PG_CONNECTION_URL", "use `database`"),
    ("CODER_PG_AUTH", "use `database`"),
    ("CODER_HTTP_ADDRESS", "remove it: the chart sets it"),
    ("CODER_TLS_*", "use `certificate`: Traefik has the certificate"),
    ("KUBE_POD_IP", "remove it: the chart sets it"),
    ("CODER_DERP_SERVER_RELAY_URL", "remove it: the chart sets it"),
    ("CODER_CLUSTER_HOST", "remove it: the chart sets it"),
    (
        "CODER_PROVISIONER_DAEMON_PSK",
        "use `coder.valuesPatch: {provisionerDaemon: {pskSecretName: …}}`",
    ),
    ("CODER_PROMETHEUS_ADDRESS", "remove it: the chart sets it"),
    ("CODER_PROMETHEUS_ENABLE", "use `coder.metrics`"),
    ("CODER_TELEMETRY_ENABLE", "use `coder.telemetry`"),
    ("CODER_DISABLE_PATH_APPS", "use `coder.pathApps`"),
    ("CODER_DISABLE_PASSWORD_AUTH", "use `coder.login.disablePassword`"),
    ("CODER_OIDC_ISSUER_URL", "use `coder.login.oidc`"),
    ("CODER_OIDC_CLIENT_ID", "use `coder.login.oidc`"),
    ("CODER_OIDC_CLIENT_SECRET", "use `coder.login.oidc`"),
    ("CODER_OIDC_ALLOW_SIGNUPS", "use `blockNewUsers`"),
    ("CODER_OIDC_EMAIL_DOMAIN", "use `domain_passlist`"),
    ("CODER_OIDC_SCOPES", "use `coder.login.oidc`"),
    ("CODER_OIDC_EMAIL_FIELD", "use `coder.login.oidc`"),
    ("CODER_OIDC_USERNAME_FIELD", "use `coder.login.oidc`"),
    ("CODER_OIDC_GROUP_FIELD", "use `coder.login.oidc`"),
    ("CODER_OIDC_ALLOWED_GROUPS", "use `coder.login.oidc`"),
    ("CODER_OIDC_IGNORE_EMAIL_VERIFIED", "use `coder.login.oidc`"),
    ("CODER_OIDC_SIGN_IN_TEXT", "use `coder.login.oidc`"),
    ("CODER_OAUTH2_GITHUB_*", "use `coder.login.github`"),
    ("CODER_EXTERNAL_AUTH_*", "use `authProviders`"),
    ("CODER_GITAUTH_*", "use `authProviders`"),
    (
        "CODER_PROXY_TRUSTED_*",
        "remove it: gkc sets it from `cluster.network`",
    ),
    ("CODER_PROVISIONER_DAEMONS", "use `coder.provisionerDaemons`"),
    ("CODER_BLOCK_DIRECT", "use `coder.directConnections`"),
    ("CODER_DERP_SERVER_STUN_ADDRESSES", "use `coder.stun`"),
    (
        "CODER_EXTERNAL_TOKEN_ENCRYPTION_KEYS",
        "use `database.external.encryptionKeys`",
    ),
    (
        "CODER_FIRST_USER_*",
        "use `coder.owner`: the server does not read it",
    ),
    ("HTTP_PROXY", "use `proxy`"),
    ("HTTPS_PROXY", "use `proxy`"),
    ("NO_PROXY", "use `proxy.noProxy`"),
    ("TF_CLI_CONFIG_FILE", "use `k3s.airgap`"),
];

/// What to do instead of a variable that gkc or the chart writes.
pub fn owned(name: &str) -> Option<&'static str> {
    let is_it = |known: &str| match known.strip_suffix('*') {
        Some(begins) => name.starts_with(begins),
        None => known == name,
    };
    let known = OWNED.iter().find(|(known, _)| is_it(known));
    known.map(|(_, instead)| *instead)
}

/// The facts about a variable.
pub fn find(name: &str) -> Option<&'static Variable> {
    VARIABLES.iter().find(|variable| variable.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_are_listed_once_and_no_other_is_gkcs() {
        assert!(VARIABLES.is_sorted_by(|a, b| a.name < b.name));
        for variable in VARIABLES {
            assert_eq!(owned(variable.name), None, "{}", variable.name);
        }
        assert!(owned("CODER_EXTERNAL_AUTH_0_ID").is_some() && owned("CODER_TLS_ENABLE").is_some());
    }
}
