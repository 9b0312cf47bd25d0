//! What a first configuration is made from.

use gkc_core::artifact::Platform;

/// What the configuration is made from.
#[derive(Debug, Default)]
pub struct Answers {
    /// What runs on the cluster.
    pub platform: Option<Platform>,
    /// Its host name.
    pub domain: String,
    /// Who provides the machines.
    pub provider: String,
    /// How large it is.
    pub size: String,
    /// Whether machines and admins are in a tailnet.
    pub tailscale: bool,
    /// Who the certificate authority and the tailnet know.
    pub email: Option<String>,
    /// The SSH key that logs in to the machines.
    pub key: Option<String>,
    /// Where the platform's images are.
    pub registry: Option<String>,
}

impl Answers {
    /// The mail address, or a likely one.
    pub fn email(&self) -> String {
        let likely = || format!("ops@{}", self.organization());
        self.email.clone().unwrap_or_else(likely)
    }

    /// The domain without its first name: `acme.dev` of `dev.acme.dev`.
    pub fn organization(&self) -> &str {
        match self.domain.split_once('.') {
            Some((_, rest)) if rest.contains('.') => rest,
            _ => &self.domain,
        }
    }

    /// Clouds have firewalls of their own, which admit nobody who is not named.
    pub fn has_firewall(&self) -> bool {
        !matches!(self.provider.as_str(), "generic" | "raspberry-pi")
    }
}

/// A text as YAML: plain if that is safe, else in quotes.
pub fn scalar(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-._/@".contains(c);
    let starts = text.starts_with(|c: char| c.is_ascii_alphabetic());
    match starts && text.chars().all(is_plain) {
        true => text.to_owned(),
        false => quoted(text),
    }
}

/// A string of JSON is one of YAML.
pub fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
