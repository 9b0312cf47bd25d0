//! The classes of reasons for which a policy is rejected, and the rule name that each is reported under.

use super::findings::{access, approvers, claims, definitions, selectors, ssh, syntax};
use crate::diagnostic::{Diagnostic, Rule};
use crate::source::Span;

/// Why a policy is rejected: what the control plane would refuse to save.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum ReasonClass {
    /// Not HuJSON, or not the type that the field takes.
    Syntax,
    /// A field that no section of a policy has.
    UnknownField,
    /// A tag that `tagOwners` does not define.
    UndefinedTag,
    /// A group that `groups` does not define.
    UndefinedGroup,
    /// A name that `hosts` does not define.
    UndefinedHost,
    /// A set that `ipsets` does not define.
    UndefinedIpset,
    /// An autogroup that does not exist.
    UnknownAutogroup,
    /// `autogroup:self` as a source.
    AutogroupSelfSrc,
    /// `autogroup:self` as a destination of a source that is no person.
    AutogroupSelfBadSrc,
    /// `autogroup:internet` as a source.
    AutogroupInternetSrc,
    /// `autogroup:danger-all` as a destination.
    DangerAllDst,
    /// A default route as a destination.
    DefaultRouteDst,
    /// A selector of a kind that is not allowed here.
    BadSelector,
    /// An action other than `accept`.
    BadAction,
    /// A destination without a port part.
    BadDst,
    /// A port that is none.
    BadPort,
    /// A protocol that is none.
    BadProto,
    /// Ports for a protocol that has none.
    PortsOnPortlessProto,
    /// A prefix with bits set beyond its length.
    CidrHostBits,
    /// A tag name that is not allowed.
    BadTagName,
    /// A group name that is not allowed.
    BadGroupName,
    /// A host name that is not allowed.
    BadHostName,
    /// A group within a group.
    GroupNested,
    /// A group member that is no login.
    GroupBadMember,
    /// A grant that gives nothing.
    GrantEmpty,
    /// An application capability towards the internet.
    GrantAppInternet,
    /// A capability name that is not allowed.
    BadCapName,
    /// A capability name that Tailscale keeps for itself.
    ReservedCapName,
    /// A `via` that is no tag.
    ViaNotTag,
    /// An approver that cannot approve.
    BadApprover,
    /// A route that is no prefix.
    BadRoutePrefix,
    /// A member that an IP set cannot hold.
    IpsetBadMember,
    /// An IP set that contains itself.
    IpsetCycle,
    /// A domain that does not belong to the tailnet.
    DomainNotInTailnet,
    /// An SSH rule without an action.
    SshActionMissing,
    /// An SSH rule with an action that does not exist.
    SshActionInvalid,
    /// An SSH rule without users.
    SshUsersMissing,
    /// An SSH user name that is not allowed.
    SshUserInvalid,
    /// A source that an SSH rule cannot have.
    SshSrcInvalid,
    /// A destination that an SSH rule cannot have.
    SshDstInvalid,
    /// A source and a destination that an SSH rule cannot combine.
    SshSrcDstCombination,
    /// A check period that is no duration.
    SshCheckperiodSyntax,
    /// A check period that is too long or negative.
    SshCheckperiodRange,
    /// An empty name of an environment variable.
    SshAcceptenvEmpty,
    /// A test of `tests` that fails or cannot be read.
    TestsFailed,
    /// A test of `sshTests` that fails or cannot be read.
    SshTestsFailed,
    /// A destination that an SSH test cannot have.
    SshtestsBadDst,
}

/// Every class with its rule name, in the order of the enum.
static ALL: [(ReasonClass, &Rule); 47] = [
    (ReasonClass::Syntax, &syntax::POLICY_SYNTAX),
    (ReasonClass::UnknownField, &syntax::UNKNOWN_FIELD),
    (ReasonClass::UndefinedTag, &selectors::UNDEFINED_TAG),
    (ReasonClass::UndefinedGroup, &selectors::UNDEFINED_GROUP),
    (ReasonClass::UndefinedHost, &selectors::UNDEFINED_HOST),
    (ReasonClass::UndefinedIpset, &selectors::UNDEFINED_IPSET),
    (ReasonClass::UnknownAutogroup, &selectors::UNKNOWN_AUTOGROUP),
    (ReasonClass::AutogroupSelfSrc, &selectors::AUTOGROUP_SELF_SRC),
    (
        ReasonClass::AutogroupSelfBadSrc,
        &selectors::AUTOGROUP_SELF_BAD_SRC,
    ),
    (
        ReasonClass::AutogroupInternetSrc,
        &selectors::AUTOGROUP_INTERNET_SRC,
    ),
    (ReasonClass::DangerAllDst, &selectors::DANGER_ALL_DST),
    (ReasonClass::DefaultRouteDst, &selectors::DEFAULT_ROUTE_DST),
    (ReasonClass::BadSelector, &selectors::BAD_SELECTOR),
    (ReasonClass::BadAction, &access::BAD_ACTION),
    (ReasonClass::BadDst, &access::BAD_DST),
    (ReasonClass::BadPort, &access::BAD_PORT),
    (ReasonClass::BadProto, &access::BAD_PROTO),
    (
        ReasonClass::PortsOnPortlessProto,
        &access::PORTS_ON_PORTLESS_PROTO,
    ),
    (ReasonClass::CidrHostBits, &selectors::CIDR_HOST_BITS),
    (ReasonClass::BadTagName, &definitions::BAD_TAG_NAME),
    (ReasonClass::BadGroupName, &definitions::BAD_GROUP_NAME),
    (ReasonClass::BadHostName, &definitions::BAD_HOST_NAME),
    (ReasonClass::GroupNested, &definitions::GROUP_NESTED),
    (ReasonClass::GroupBadMember, &definitions::GROUP_BAD_MEMBER),
    (ReasonClass::GrantEmpty, &access::GRANT_EMPTY),
    (ReasonClass::GrantAppInternet, &access::GRANT_APP_INTERNET),
    (ReasonClass::BadCapName, &access::BAD_CAP_NAME),
    (ReasonClass::ReservedCapName, &access::RESERVED_CAP_NAME),
    (ReasonClass::ViaNotTag, &access::VIA_NOT_TAG),
    (ReasonClass::BadApprover, &approvers::BAD_APPROVER),
    (ReasonClass::BadRoutePrefix, &approvers::BAD_ROUTE_PREFIX),
    (ReasonClass::IpsetBadMember, &definitions::IPSET_BAD_MEMBER),
    (ReasonClass::IpsetCycle, &definitions::IPSET_CYCLE),
    (ReasonClass::DomainNotInTailnet, &selectors::DOMAIN_NOT_IN_TAILNET),
    (ReasonClass::SshActionMissing, &ssh::SSH_ACTION_MISSING),
    (ReasonClass::SshActionInvalid, &ssh::SSH_ACTION_INVALID),
    (ReasonClass::SshUsersMissing, &ssh::SSH_USERS_MISSING),
    (ReasonClass::SshUserInvalid, &ssh::SSH_USER_INVALID),
    (ReasonClass::SshSrcInvalid, &ssh::SSH_SRC_INVALID),
    (ReasonClass::SshDstInvalid, &ssh::SSH_DST_INVALID),
    (ReasonClass::SshSrcDstCombination, &ssh::SSH_SRC_DST_COMBINATION),
    (ReasonClass::SshCheckperiodSyntax, &ssh::SSH_CHECKPERIOD_SYNTAX),
    (ReasonClass::SshCheckperiodRange, &ssh::SSH_CHECKPERIOD_RANGE),
    (ReasonClass::SshAcceptenvEmpty, &ssh::SSH_ACCEPTENV_EMPTY),
    (ReasonClass::TestsFailed, &claims::TESTS_FAILED),
    (ReasonClass::SshTestsFailed, &claims::SSH_TESTS_FAILED),
    (ReasonClass::SshtestsBadDst, &claims::SSHTESTS_BAD_DST),
];

impl ReasonClass {
    /// The class's name, as in the vectors: `undefined-tag`.
    pub fn as_str(self) -> &'static str {
        match self {
            ReasonClass::Syntax => "syntax",
            other => other.rule().name.strip_prefix("tailscale-").unwrap_or("syntax"),
        }
    }

    /// The rule that findings of this class are reported under.
    pub fn rule(self) -> &'static Rule {
        ALL.get(self as usize)
            .map_or(&syntax::POLICY_SYNTAX, |(_, rule)| rule)
    }

    /// The class that a rule reports, where the rule is one of these.
    pub fn of_rule(rule: &Rule) -> Option<ReasonClass> {
        let of = |(class, known): &(ReasonClass, &Rule)| (*known == rule).then_some(*class);
        ALL.iter().find_map(of)
    }

    /// An error of this class.
    pub fn error(self, span: Span, message: impl Into<String>) -> Diagnostic {
        self.rule().at(span, shortened(message.into()))
    }
}

/// The longest message; a value that a message quotes may be as long as the file.
const MAX_MESSAGE_CHARS: usize = 240;

fn shortened(message: String) -> String {
    if message.chars().count() <= MAX_MESSAGE_CHARS {
        return message;
    }
    let end = MAX_MESSAGE_CHARS / 2;
    let start: String = message.chars().take(end).collect();
    let back: Vec<char> = message.chars().rev().take(end - 1).collect();
    let back: String = back.into_iter().rev().collect();
    format!("{start}\u{2026}{back}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_follows_the_enum() {
        for (i, (class, rule)) in ALL.iter().enumerate() {
            assert_eq!(*class as usize, i);
            assert_eq!(ReasonClass::of_rule(rule), Some(*class));
        }
        assert_eq!(ReasonClass::Syntax.as_str(), "syntax");
        assert_eq!(ReasonClass::SshtestsBadDst.as_str(), "sshtests-bad-dst");
    }
}
