//! `secrets`: further secrets in the Gitpod namespace.

use super::value::{Entries, SecretSource};

/// Name of the secret, then its keys, then their values.
pub type SecretMap = Entries<Entries<SecretSource>>;
