//! The classes of reasons for which a policy is rejected, and the rule name that each is reported under.

use crate::diagnostic::Diagnostic;
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
const ALL: [(ReasonClass, &str); 47] = [
    (ReasonClass::Syntax, "tailscale-policy-syntax"),
    (ReasonClass::UnknownField, "tailscale-unknown-field"),
    (ReasonClass::UndefinedTag, "tailscale-undefined-tag"),
    (ReasonClass::UndefinedGroup, "tailscale-undefined-group"),
    (ReasonClass::UndefinedHost, "tailscale-undefined-host"),
    (ReasonClass::UndefinedIpset, "tailscale-undefined-ipset"),
    (ReasonClass::UnknownAutogroup, "tailscale-unknown-autogroup"),
    (ReasonClass::AutogroupSelfSrc, "tailscale-autogroup-self-src"),
    (
        ReasonClass::AutogroupSelfBadSrc,
        "tailscale-autogroup-self-bad-src",
    ),
    (
        ReasonClass::AutogroupInternetSrc,
        "tailscale-autogroup-internet-src",
    ),
    (ReasonClass::DangerAllDst, "tailscale-danger-all-dst"),
    (ReasonClass::DefaultRouteDst, "tailscale-default-route-dst"),
    (ReasonClass::BadSelector, "tailscale-bad-selector"),
    (ReasonClass::BadAction, "tailscale-bad-action"),
    (ReasonClass::BadDst, "tailscale-bad-dst"),
    (ReasonClass::BadPort, "tailscale-bad-port"),
    (ReasonClass::BadProto, "tailscale-bad-proto"),
    (
        ReasonClass::PortsOnPortlessProto,
        "tailscale-ports-on-portless-proto",
    ),
    (ReasonClass::CidrHostBits, "tailscale-cidr-host-bits"),
    (ReasonClass::BadTagName, "tailscale-bad-tag-name"),
    (ReasonClass::BadGroupName, "tailscale-bad-group-name"),
    (ReasonClass::BadHostName, "tailscale-bad-host-name"),
    (ReasonClass::GroupNested, "tailscale-group-nested"),
    (ReasonClass::GroupBadMember, "tailscale-group-bad-member"),
    (ReasonClass::GrantEmpty, "tailscale-grant-empty"),
    (ReasonClass::GrantAppInternet, "tailscale-grant-app-internet"),
    (ReasonClass::BadCapName, "tailscale-bad-cap-name"),
    (ReasonClass::ReservedCapName, "tailscale-reserved-cap-name"),
    (ReasonClass::ViaNotTag, "tailscale-via-not-tag"),
    (ReasonClass::BadApprover, "tailscale-bad-approver"),
    (ReasonClass::BadRoutePrefix, "tailscale-bad-route-prefix"),
    (ReasonClass::IpsetBadMember, "tailscale-ipset-bad-member"),
    (ReasonClass::IpsetCycle, "tailscale-ipset-cycle"),
    (ReasonClass::DomainNotInTailnet, "tailscale-domain-not-in-tailnet"),
    (ReasonClass::SshActionMissing, "tailscale-ssh-action-missing"),
    (ReasonClass::SshActionInvalid, "tailscale-ssh-action-invalid"),
    (ReasonClass::SshUsersMissing, "tailscale-ssh-users-missing"),
    (ReasonClass::SshUserInvalid, "tailscale-ssh-user-invalid"),
    (ReasonClass::SshSrcInvalid, "tailscale-ssh-src-invalid"),
    (ReasonClass::SshDstInvalid, "tailscale-ssh-dst-invalid"),
    (
        ReasonClass::SshSrcDstCombination,
        "tailscale-ssh-src-dst-combination",
    ),
    (
        ReasonClass::SshCheckperiodSyntax,
        "tailscale-ssh-checkperiod-syntax",
    ),
    (
        ReasonClass::SshCheckperiodRange,
        "tailscale-ssh-checkperiod-range",
    ),
    (ReasonClass::SshAcceptenvEmpty, "tailscale-ssh-acceptenv-empty"),
    (ReasonClass::TestsFailed, "tailscale-tests-failed"),
    (ReasonClass::SshTestsFailed, "tailscale-ssh-tests-failed"),
    (ReasonClass::SshtestsBadDst, "tailscale-sshtests-bad-dst"),
];

impl ReasonClass {
    /// The class's name, as in the vectors: `undefined-tag`.
    pub fn as_str(self) -> &'static str {
        match self {
            ReasonClass::Syntax => "syntax",
            other => other.rule().strip_prefix("tailscale-").unwrap_or("syntax"),
        }
    }

    /// The rule that findings of this class are reported under.
    pub fn rule(self) -> &'static str {
        ALL.get(self as usize)
            .map_or("tailscale-policy-syntax", |(_, rule)| rule)
    }

    /// Every class with its rule, for those who list rules.
    pub fn all() -> &'static [(ReasonClass, &'static str)] {
        &ALL
    }

    /// The class that a rule reports, where the rule is one of these.
    pub fn of_rule(rule: &str) -> Option<ReasonClass> {
        ALL.iter()
            .find(|(_, name)| *name == rule)
            .map(|(class, _)| *class)
    }

    /// An error of this class.
    pub fn error(self, span: Span, message: impl Into<String>) -> Diagnostic {
        Diagnostic::error(self.rule(), span, shortened(message.into()))
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
