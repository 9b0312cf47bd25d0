//! The external registry, as its rules read it.

use crate::model::{Bindable, Config, Spanned};
use crate::rules::masked::Masked;

/// Its URL, and the same with a placeholder for each part that only Terraform knows.
pub(in crate::rules) fn url(config: &Config) -> Option<(&Spanned<Bindable>, Masked<'_>)> {
    let url = config.registry.get()?.external.get()?.url.spanned()?;
    Some((url, Masked::new(&url.value)?))
}
