//! `cloudInit`: what else cloud-init does on every machine.

use super::bindable::Verbatim;
use super::field::{Field, Spanned};
use super::secrets::SecretSource;
use super::value::ShortOrMap;
use schemars::JsonSchema;
use serde::Deserialize;

/// Additional cloud-init configuration for every machine.
#[derive(Debug, Clone, PartialEq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct CloudInit {
    /// Additional packages.
    pub packages: Field<Vec<Field<String>>>,
    /// Additional files.
    pub files: Field<Vec<Field<ExtraFile>>>,
    /// Shell commands that run before k3s is installed.
    pub before_k3s: Field<Vec<Field<Verbatim>>>,
    /// Shell commands that run after k3s is installed.
    pub after_k3s: Field<Vec<Field<Verbatim>>>,
    /// The machines' time zone. Default: `UTC`.
    pub timezone: Field<String>,
}

/// A file that cloud-init writes.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ExtraFile {
    /// The absolute path.
    pub path: Field<String>,
    /// The file's content, or where it is: `{env: NAME}`, `{file: path}` or `{terraform: expression}`.
    pub content: Field<ShortOrMap<Verbatim, SecretSource>>,
    /// The file's mode as four octal digits in quotes. Default: `"0644"`, or `"0600"` where its content is elsewhere.
    #[serde(default)]
    pub mode: Field<String>,
    /// The file's owner, `user:group`. Default: `root:root`.
    #[serde(default)]
    pub owner: Field<String>,
}

impl ExtraFile {
    /// The content with its place, where it is written here.
    pub fn text(&self) -> Option<Spanned<&str>> {
        let content = self.content.spanned()?;
        match &content.value {
            ShortOrMap::Short(text) => Some(content.with(&text.0)),
            ShortOrMap::Map(_) => None,
        }
    }
}
