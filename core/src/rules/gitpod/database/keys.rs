//! The database's encryption keys, as they are written and as they are known.

use crate::model::{Config, EncryptionKey, Field, Spanned};
use crate::plan::{Generate, Plan, SecretNeed};
use crate::secrets::Store;
use crate::text::SecretBytes;
use base64::Engine;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig, general_purpose};

/// The length of a key: AES-256.
pub(super) const KEY_BYTES: usize = 32;

/// How to create a key.
pub(super) const NEW_KEY: &str = "create a key with `openssl rand -base64 32` or `gkc secrets generate`";

/// The list of keys of the database in use.
pub(super) fn written(config: &Config) -> Option<&Spanned<Vec<Field<EncryptionKey>>>> {
    let database = config.database.get()?;
    match (database.external.get(), database.cloud_sql.get()) {
        (Some(external), _) => external.encryption_keys.spanned(),
        (None, Some(cloud)) => cloud.encryption_keys.spanned(),
        (None, None) => None,
    }
}

/// The keys whose values are known now.
pub(super) fn known<'p>(
    plan: &'p Plan,
    store: &'p Store,
) -> impl Iterator<Item = (&'p SecretNeed, &'p SecretBytes)> {
    plan.secrets
        .iter()
        .filter(|need| is_material(need))
        .filter_map(|need| store.get(&need.name).map(|value| (need, value)))
}

/// Whether a secret is a database encryption key.
fn is_material(need: &SecretNeed) -> bool {
    need.generate == Some(Generate::EncryptionKey)
}

/// How a key is encoded.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Coding {
    /// Standard base64, as Go's `base64.StdEncoding` reads it, of that many bytes.
    Standard(usize),
    /// URL-safe base64.
    UrlSafe,
    /// Unpadded base64.
    Unpadded,
    /// Base64 with spaces or line breaks in it.
    Blanks,
    /// Not base64.
    Other,
}

/// How `value` is encoded. No part of it is kept.
pub(super) fn coding(value: &SecretBytes) -> Coding {
    let bytes = value.expose();
    // Go skips `\r` and `\n` within base64 too, but Node's lenient reader is not the one to rely on.
    if bytes.iter().any(u8::is_ascii_whitespace) {
        return Coding::Blanks;
    }
    let decoded = |engine: &GeneralPurpose| engine.decode(bytes).map(zeroize::Zeroizing::new).ok();
    if let Some(decoded) = decoded(&general_purpose::STANDARD) {
        return Coding::Standard(decoded.len());
    }
    let lenient = GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true);
    if decoded(&GeneralPurpose::new(&alphabet::STANDARD, lenient)).is_some() {
        return Coding::Unpadded;
    }
    match decoded(&GeneralPurpose::new(&alphabet::URL_SAFE, lenient)) {
        Some(_) => Coding::UrlSafe,
        None => Coding::Other,
    }
}

/// Whether a value is all hexadecimal digits, which is also valid base64.
pub(super) fn is_hex(value: &SecretBytes) -> bool {
    value.expose().iter().all(u8::is_ascii_hexdigit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codings() {
        let coding = |text: &str| coding(&SecretBytes::from(text));
        assert_eq!(
            coding("4uGh1q8y2DYryJwrVMHs0kWXJlqvHWWt/KJuNi04edI="),
            Coding::Standard(32)
        );
        assert_eq!(
            coding("4uGh1q8y2DYryJwrVMHs0kWXJlqvHWWt/KJuNi04edI"),
            Coding::Unpadded
        );
        assert_eq!(
            coding("4uGh1q8y2DYryJwrVMHs0kWXJlqvHWWt_KJuNi04edI="),
            Coding::UrlSafe
        );
        assert_eq!(
            coding("4uGh1q8y2DYryJwrVMHs0kWXJlqvHWWt_KJuNi04edI"),
            Coding::UrlSafe
        );
        assert_eq!(coding("4uGh1q8y 2DYr"), Coding::Blanks);
        assert_eq!(coding("grüße"), Coding::Other);
    }
}
