//! Secrets that the configuration adds to a namespace.

use crate::model::{Field, SecretMap};
use crate::plan::values::Names;
use crate::source::Span;
use crate::text::Text;
use serde::Serialize;

/// A secret of the user's own.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct UserSecret {
    /// Its name.
    pub name: String,
    /// Its keys and values.
    pub data: Vec<(String, Text)>,
    /// Where it is written.
    #[serde(skip)]
    pub span: Span,
}

/// The secrets below a key of the configuration.
pub(super) fn user_secrets(path: &str, field: &Field<SecretMap>, names: &mut Names) -> Vec<UserSecret> {
    let mut secrets = Vec::new();
    for (name, keys) in field.entries() {
        let mut data = Vec::new();
        for (key, value) in keys.value.iter() {
            let path = format!("{path}.{}.{}", name.value, key.value);
            data.push((key.value.clone(), names.secret(&path, value)));
        }
        secrets.push(UserSecret {
            name: name.value.clone(),
            data,
            span: name.span,
        });
    }
    secrets
}
