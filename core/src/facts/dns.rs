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
const LONGEST_NAME: usize = 253;

/// The longest host that a workspace's port is served at, up to the domain: five digits, a hyphen, the workspace's ID, `.ws.`.
/// An ID is at most 41 characters: a word of 15, an animal of 13 in place of a second word, eleven random ones, two hyphens
/// (gitpod-io/gitpod `components/gitpod-protocol/src/util/generate-workspace-id.ts`).
const WORKSPACE_HOST: usize = "65535-".len() + 41 + ".ws.".len();

/// The longest domain under which every workspace's port still has a name.
pub const LONGEST_DOMAIN: usize = LONGEST_NAME - WORKSPACE_HOST;
