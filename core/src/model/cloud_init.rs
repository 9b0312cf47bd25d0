//! `cloudInit`: what else cloud-init does on every machine.

use super::bindable::Verbatim;
use super::field::Field;
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
    /// The file's content.
    pub content: Field<Verbatim>,
    /// The file's mode as four octal digits in quotes. Default: `"0644"`.
    #[serde(default)]
    pub mode: Field<String>,
    /// The file's owner, `user:group`. Default: `root:root`.
    #[serde(default)]
    pub owner: Field<String>,
}
