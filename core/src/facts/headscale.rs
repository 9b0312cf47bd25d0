//! What Headscale takes in a policy, where it differs from Tailscale's own control server.
//!
//! Sources: juanfont/headscale `hscontrol/policy/v2/types.go`, `policy.go` and `test.go` at f20f1f12 (July 2026), and the same files at the
//! tags v0.26.0 to v0.29.2. The releases are the first ones of their kind in those files; `0.26` stands for that release and all before it.

/// The newest release, whose policy is meant where no release is named.
pub const RELEASE: &str = "0.29";

/// A place of a policy where autogroups differ.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AutogroupUse {
    /// `src` of `acls` and `grants`.
    Source,
    /// `dst` of `acls` and `grants`.
    Destination,
    /// `src` of `ssh`.
    SshSource,
    /// `dst` of `ssh`.
    SshDestination,
    /// The owner of a tag.
    Owner,
    /// Who approves a route.
    Approver,
    /// `target` of `nodeAttrs`.
    Target,
    /// An end of a test.
    TestEnd,
}

/// The autogroups of each place, with the first release that takes them there (`autogroupFor…`, `parseOwner`, `parseAutoApprover`).
pub const AUTOGROUPS: [(AutogroupUse, &[(&str, &str)]); 8] = [
    (
        AutogroupUse::Source,
        &[
            ("autogroup:member", "0.27"),
            ("autogroup:tagged", "0.27"),
            ("autogroup:danger-all", "0.29"),
        ],
    ),
    (
        AutogroupUse::Destination,
        &[
            ("autogroup:internet", "0.26"),
            ("autogroup:member", "0.27"),
            ("autogroup:tagged", "0.27"),
            ("autogroup:self", "0.27"),
        ],
    ),
    (
        AutogroupUse::SshSource,
        &[("autogroup:member", "0.27"), ("autogroup:tagged", "0.27")],
    ),
    (
        AutogroupUse::SshDestination,
        &[
            ("autogroup:member", "0.27"),
            ("autogroup:tagged", "0.27"),
            ("autogroup:self", "0.27"),
        ],
    ),
    (AutogroupUse::Owner, &[]),
    (AutogroupUse::Approver, &[]),
    (
        AutogroupUse::Target,
        &[("autogroup:member", "0.29"), ("autogroup:tagged", "0.29")],
    ),
    (
        AutogroupUse::TestEnd,
        &[("autogroup:member", "0.29"), ("autogroup:tagged", "0.29")],
    ),
];

/// The fields of each part of a policy, with the first release that has them. An unknown one costs the whole policy
/// (`policyJSONOpts`, RejectUnknownMembers).
pub const FIELDS: [(&str, &[(&str, &str)]); 8] = [
    (
        "a policy",
        &[
            ("acls", "0.26"),
            ("autoApprovers", "0.26"),
            ("grants", "0.29"),
            ("groups", "0.26"),
            ("hosts", "0.26"),
            ("nodeAttrs", "0.29"),
            ("randomizeClientPort", "0.29"),
            ("ssh", "0.26"),
            ("sshTests", "0.29"),
            ("tagOwners", "0.26"),
            ("tests", "0.29"),
        ],
    ),
    (
        "a rule of `acls`",
        &[
            ("action", "0.26"),
            ("dst", "0.26"),
            ("proto", "0.26"),
            ("src", "0.26"),
        ],
    ),
    (
        "a rule of `grants`",
        &[
            ("app", "0.29"),
            ("dst", "0.29"),
            ("ip", "0.29"),
            ("src", "0.29"),
            ("via", "0.29"),
        ],
    ),
    (
        "a rule of `ssh`",
        &[
            ("acceptEnv", "0.29"),
            ("action", "0.26"),
            ("checkPeriod", "0.26"),
            ("dst", "0.26"),
            ("src", "0.26"),
            ("users", "0.26"),
        ],
    ),
    // `ipPool` is read and then refused: "requires the IP allocator" (juanfont/headscale#2912).
    ("an entry of `nodeAttrs`", &[("attr", "0.29"), ("target", "0.29")]),
    ("`autoApprovers`", &[("exitNode", "0.26"), ("routes", "0.26")]),
    (
        "an entry of `tests`",
        &[
            ("accept", "0.29"),
            ("deny", "0.29"),
            ("proto", "0.29"),
            ("src", "0.29"),
        ],
    ),
    (
        "an entry of `sshTests`",
        &[
            ("accept", "0.29"),
            ("check", "0.29"),
            ("deny", "0.29"),
            ("dst", "0.29"),
            ("src", "0.29"),
        ],
    ),
];

/// Old names of fields, which it does not have, with the names that it has.
pub const OLD_FIELDS: [(&str, &str); 4] = [
    ("users", "src"),
    ("ports", "dst"),
    ("user", "src"),
    ("allow", "accept"),
];

/// Fields of a rule of `acls` that start like this are notes of headscale-admin's, and not read (`ACL.UnmarshalJSON`).
pub const NOTE_PREFIX: char = '#';

/// Names of protocols (`Protocol.validate`). Others are taken by number.
pub const PROTO_NAMES: [&str; 14] = [
    "icmp",
    "igmp",
    "ipv4",
    "ip-in-ip",
    "tcp",
    "egp",
    "igp",
    "udp",
    "gre",
    "esp",
    "ah",
    "ipv6-icmp",
    "sctp",
    "fc",
];

/// The protocols of a test (`validateTests`).
pub const TEST_PROTOS: [u8; 3] = [6, 17, 132];

/// Attributes of devices that it refuses (`nodeAttrUnsupportedCaps`), each with the issue about it.
pub const ATTRIBUTES_REFUSED: [(&str, &str); 1] = [("funnel", "juanfont/headscale#2527")];

/// The fields whose strings it trims (`AliasEnc`, `SSHAction`, `SSHUser`); a blank in any other costs the whole policy or names
/// something else.
pub const TRIMMED: [(&str, &[&str]); 5] = [
    ("a rule of `acls`", &["src"]),
    ("a rule of `grants`", &["dst", "src"]),
    ("a rule of `ssh`", &["action", "dst", "src", "users"]),
    ("an entry of `nodeAttrs`", &["target"]),
    (
        "an entry of `sshTests`",
        &["accept", "check", "deny", "dst", "src"],
    ),
];

/// What a table says of a key.
fn row<'t, K: PartialEq, V: ?Sized>(table: &'t [(K, &'t V)], key: &K) -> Option<&'t V> {
    table.iter().find(|(known, _)| known == key).map(|(_, row)| *row)
}

/// The autogroups that a place takes.
pub fn autogroups(place: AutogroupUse) -> impl Iterator<Item = &'static str> {
    row(&AUTOGROUPS, &place)
        .into_iter()
        .flatten()
        .map(|(name, _)| *name)
}

/// The first release that has a field; none where no release has it.
pub fn field_since(part: &str, field: &str) -> Option<&'static str> {
    let fields = row(&FIELDS, &part)?;
    fields
        .iter()
        .find(|(name, _)| *name == field)
        .map(|(_, since)| *since)
}

/// Whether blanks around the strings of a field do not count.
pub fn trims(part: &str, field: &str) -> bool {
    row(&TRIMMED, &part).is_some_and(|fields| fields.contains(&field))
}
