//! The server's variables, in the order of what they are about (coder/coder docs/reference/cli/server.md).

use super::secrets::{self, SERVER, git_key};
use crate::emit::data::Data;
use crate::emit::kubernetes::{secret_variable, variable};
use crate::emit::secrets::proxy_variables;
use crate::plan::platform::coder::{Coder, GitProvider, Github, Oidc};
use crate::plan::{Plan, list};

/// Every variable is a quoted text or a key of a secret: Kubernetes takes nothing else.
pub(super) fn env(plan: &Plan, coder: &Coder, domain: &str) -> Vec<Data> {
    let mut env = Env(Vec::new());
    access(&mut env, plan, coder, domain);
    sign_ups(&mut env, coder);
    if let Some(oidc) = &coder.login.oidc {
        self::oidc(&mut env, oidc, coder);
    }
    if let Some(github) = &coder.login.github {
        self::github(&mut env, github, coder);
    }
    for (number, provider) in coder.git.iter().enumerate() {
        git(&mut env, number, provider);
    }
    operations(&mut env, plan, coder);
    for (name, value) in &coder.env {
        env.text(name, value.as_str());
    }
    for (name, _) in &coder.secret_env {
        env.secret(name, &secrets::env_key(name));
    }
    env.0
}

struct Env(Vec<Data>);

impl Env {
    fn text(&mut self, name: &str, value: impl Into<Data>) {
        self.0.push(variable(name, value));
    }

    fn flag(&mut self, name: &str, value: bool) {
        self.text(name, if value { "true" } else { "false" });
    }

    fn opt(&mut self, name: &str, value: Option<&String>) {
        if let Some(value) = value {
            self.text(name, value.as_str());
        }
    }

    fn list(&mut self, name: &str, values: &[String], between: &str) {
        if !values.is_empty() {
            self.text(name, values.join(between));
        }
    }

    fn secret(&mut self, name: &str, key: &str) {
        self.0.push(secret_variable(name, SERVER, key));
    }
}

fn access(env: &mut Env, plan: &Plan, coder: &Coder, domain: &str) {
    env.text("CODER_ACCESS_URL", format!("https://{domain}"));
    env.text("CODER_WILDCARD_ACCESS_URL", format!("*.{domain}"));
    env.flag("CODER_DISABLE_PATH_APPS", !coder.path_apps);
    env.secret("CODER_PG_CONNECTION_URL", secrets::URL);
    // Traefik is a pod: only what comes from there says who a client is (coder/coder #26204).
    env.text("CODER_PROXY_TRUSTED_HEADERS", "X-Forwarded-For");
    env.text("CODER_PROXY_TRUSTED_ORIGINS", list(&plan.networks.pods));
}

/// Without these two, anyone with an account at GitHub logs in by an application of Coder's makers (coder/coder #16662).
fn sign_ups(env: &mut Env, coder: &Coder) {
    env.flag("CODER_OAUTH2_GITHUB_DEFAULT_PROVIDER_ENABLE", false);
    env.flag("CODER_EXTERNAL_AUTH_GITHUB_DEFAULT_PROVIDER_ENABLE", false);
    if coder.login.disable_password {
        env.flag("CODER_DISABLE_PASSWORD_AUTH", true);
    }
}

fn oidc(env: &mut Env, oidc: &Oidc, coder: &Coder) {
    env.text("CODER_OIDC_ISSUER_URL", oidc.issuer_url.as_str());
    env.text("CODER_OIDC_CLIENT_ID", oidc.client_id.as_str());
    env.secret("CODER_OIDC_CLIENT_SECRET", secrets::OIDC);
    env.flag("CODER_OIDC_ALLOW_SIGNUPS", coder.signups.oidc);
    env.list("CODER_OIDC_EMAIL_DOMAIN", &coder.signups.domains, ",");
    env.list("CODER_OIDC_SCOPES", &oidc.scopes, ",");
    env.opt("CODER_OIDC_EMAIL_FIELD", oidc.email_field.as_ref());
    env.opt("CODER_OIDC_USERNAME_FIELD", oidc.username_field.as_ref());
    env.opt("CODER_OIDC_GROUP_FIELD", oidc.group_field.as_ref());
    env.list("CODER_OIDC_ALLOWED_GROUPS", &oidc.allowed_groups, ",");
    if oidc.ignore_email_verified {
        env.flag("CODER_OIDC_IGNORE_EMAIL_VERIFIED", true);
    }
    env.opt("CODER_OIDC_SIGN_IN_TEXT", oidc.sign_in_text.as_ref());
}

fn github(env: &mut Env, github: &Github, coder: &Coder) {
    env.text("CODER_OAUTH2_GITHUB_CLIENT_ID", github.client_id.as_str());
    env.secret("CODER_OAUTH2_GITHUB_CLIENT_SECRET", secrets::GITHUB);
    env.flag("CODER_OAUTH2_GITHUB_ALLOW_SIGNUPS", coder.signups.github);
    env.list("CODER_OAUTH2_GITHUB_ALLOWED_ORGS", &github.allowed_orgs, ",");
    env.list("CODER_OAUTH2_GITHUB_ALLOWED_TEAMS", &github.allowed_teams, ",");
    if github.allow_everyone {
        env.flag("CODER_OAUTH2_GITHUB_ALLOW_EVERYONE", true);
    }
    env.opt(
        "CODER_OAUTH2_GITHUB_ENTERPRISE_BASE_URL",
        github.enterprise_url.as_ref(),
    );
}

/// A Git host. The server knows the public one of each kind; of another it derives what it needs from the first URL, but at GitHub Enterprise
/// (coder/coder coderd/externalauth, docs/admin/external-auth).
fn git(env: &mut Env, number: usize, provider: &GitProvider) {
    let name = |key: &str| format!("CODER_EXTERNAL_AUTH_{number}_{key}");
    env.text(&name("ID"), provider.id.as_str());
    env.text(&name("TYPE"), provider.kind);
    env.text(&name("CLIENT_ID"), provider.client_id.as_str());
    env.secret(&name("CLIENT_SECRET"), &git_key(number));
    let Some(host) = &provider.host else {
        return;
    };
    let url = |path: &str| format!("https://{host}{path}");
    match provider.kind {
        "github" => {
            env.text(&name("AUTH_URL"), url("/login/oauth/authorize"));
            env.text(&name("TOKEN_URL"), url("/login/oauth/access_token"));
            env.text(&name("VALIDATE_URL"), url("/api/v3/user"));
            env.text(&name("API_BASE_URL"), url("/api/v3"));
            env.text(&name("REGEX"), host.replace('.', "\\."));
        }
        "bitbucket-server" => env.text(&name("AUTH_URL"), url("/rest/oauth2/latest/authorize")),
        _ => env.text(&name("AUTH_URL"), url("/oauth/authorize")),
    }
}

fn operations(env: &mut Env, plan: &Plan, coder: &Coder) {
    env.text("CODER_PROVISIONER_DAEMONS", coder.provisioner_daemons.to_string());
    env.flag("CODER_TELEMETRY_ENABLE", coder.telemetry);
    if !coder.direct_connections {
        env.flag("CODER_BLOCK_DIRECT", true);
    }
    match coder.stun.as_deref() {
        Some([]) => env.text("CODER_DERP_SERVER_STUN_ADDRESSES", "disable"),
        Some(stun) => env.list("CODER_DERP_SERVER_STUN_ADDRESSES", stun, ","),
        None => {}
    }
    if coder.is_isolated {
        env.flag("CODER_UPDATE_CHECK", false);
        env.flag("CODER_AI_GATEWAY_ENABLED", false);
        env.text("TF_CLI_CONFIG_FILE", super::template::PROVIDERS_FILE);
    }
    if coder.metrics {
        // As a literal: the chart opens the port only then.
        env.flag("CODER_PROMETHEUS_ENABLE", true);
    }
    if !coder.token_keys.is_empty() {
        env.secret("CODER_EXTERNAL_TOKEN_ENCRYPTION_KEYS", secrets::TOKEN_KEYS);
    }
    if plan.proxy.is_some() {
        env.secret("HTTP_PROXY", secrets::HTTP_PROXY);
    }
    for (name, key) in proxy_variables(plan) {
        env.secret(name, key);
    }
}
