//! Secrets: the forms that one is written in, and `secrets`, further ones in the platform's namespace.

use super::bindable::expression_schema;
use super::field::{Field, Spanned};
use super::references::{VARIABLE, is_source, is_variable, patterns};
use super::value::Entries;
use crate::diagnostic::Sink;
use crate::diagnostic::stages::WRONG_TYPE;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use std::borrow::Cow;
use std::fmt;

/// The enum name under which the decoder picks the form of a secret.
pub(super) const SECRET: &str = "$gkc::Secret";

/// A secret value as it stands in the configuration: where it comes from, or the value itself.
///
/// Its `Debug` says where it comes from and leaves a literal out, which must not reach a log.
#[derive(Deserialize, Clone, PartialEq)]
#[serde(rename = "$gkc::Secret", rename_all = "camelCase")]
pub enum SecretSource {
    /// Plain text in the configuration.
    Literal(String),
    /// A variable: the environment first, then the secrets file beside the configuration.
    Env(Spanned<String>),
    /// The bytes of a file, relative to the configuration.
    File(Spanned<String>),
    /// Known only to Terraform.
    Terraform(Spanned<String>),
}

impl fmt::Debug for SecretSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SecretSource::Literal(_) => f.write_str("Literal(..)"),
            SecretSource::Env(name) => write!(f, "Env({})", name.value),
            SecretSource::File(path) => write!(f, "File({})", path.value),
            SecretSource::Terraform(expression) => write!(f, "Terraform({})", expression.value),
        }
    }
}

impl JsonSchema for SecretSource {
    fn schema_name() -> Cow<'static, str> {
        "SecretSource".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let form = |key: &str, text: &str| {
            let value = match key {
                "terraform" => expression_schema(),
                "file" => json_schema!({ "type": "string", "pattern": "^[^~$]" }),
                "env" => json_schema!({ "type": "string", "pattern": VARIABLE }),
                _ => json_schema!({ "type": "string", "minLength": 1 }),
            };
            json_schema!({
                "type": "object", "description": text, "required": [key], "additionalProperties": false,
                "properties": { key: value }
            })
        };
        json_schema!({
            "description": "A secret: where its value comes from, or the value itself, which gkc warns about.",
            "anyOf": [
                form("env", "The name of a variable, looked up in the environment and then in the secrets file next to the configuration."),
                form("file", "The path of a file with the value, relative to the configuration."),
                form("terraform", "A Terraform expression. gkc never sees its value."),
                {
                    "type": "string", "description": "The value itself. Prefer one of the other forms.",
                    // References of other tools, which gkc does not replace.
                    "allOf": patterns().iter().map(|of_tools| json_schema!({ "not": { "pattern": of_tools } })).collect::<Vec<_>>()
                }
            ]
        })
    }
}

/// Name of the secret, then its keys, then their values.
pub type SecretMap = Entries<Entries<SecretSource>>;

/// Reports a secret that is written as one value: `pull: {env: PULL}` would be a Secret with the text `PULL` under the key `env`.
pub(super) fn check(secrets: &mut Field<SecretMap>, sink: &mut Sink) {
    let Field::Present(secrets) = secrets else {
        return;
    };
    for (name, keys) in &mut secrets.value.0 {
        let [(key, value)] = keys.get().map_or(&[][..], |keys| keys.0.as_slice()) else {
            continue;
        };
        let Some(SecretSource::Literal(text)) = value.get() else {
            continue;
        };
        let named = key.value != "env" || is_variable(text);
        let Some(span) = keys.span().filter(|_| named && is_source(&key.value, text)) else {
            continue;
        };
        let message = format!("secret `{}` is a single value, but it needs keys", name.value);
        let help = format!(
            "put the value under a key of the Secret: `{}: {{password: {{{}: …}}}}`",
            name.value, key.value
        );
        sink.push(WRONG_TYPE.at(span, message).help(help));
        *keys = Field::Bad;
    }
}
