//! Names that the public DNS does not have, and how long a name may get.
//!
//! Sources: RFC 6761 and RFC 6762 (`test`, `localhost`, `invalid`, `local`), RFC 8375 (`home.arpa`), ICANN's reservation of
//! `internal` (2024-07), its refusal of `corp`, `home` and `mail` (2018-02); `lan`, `intranet` and `private` are RFC 6762's
//! appendix G. What else is unknown to the Public Suffix List is taken for private as well.

/// Endings of names that nobody can own in the public DNS.
pub const PRIVATE: [&str; 12] = [
    "local",
    "internal",
    "lan",
    "home.arpa",
    "test",
    "localhost",
    "invalid",
    "intranet",
    "private",
    "corp",
    "home",
    "localdomain",
];

/// The longest name (RFC 1035, 255 octets with length bytes and root).
pub const LONGEST_NAME: usize = 253;
