//! A policy as types: every section that the documentation names, each value with the place it stands at.
//!
//! Nothing is checked here beyond the shape of fields, and nothing is looked up: the values are the strings that the
//! author wrote. `validate` says what is wrong with them.

mod fields;
mod read;
mod sections;
#[cfg(test)]
mod tests;

pub(super) use read::doubt_fixes;
pub use read::read;
pub(crate) use read::read_with_tree;

use super::hujson::Value;
use super::model::Attributes;
use crate::source::Span;

/// A string of the policy and where it stands, quotes included.
#[derive(Clone, PartialEq, Debug)]
#[non_exhaustive]
pub struct Text {
    /// The string, escapes resolved.
    pub value: String,
    /// Where it stands.
    pub span: Span,
}

impl Text {
    /// The string without white space around it, which is how the control plane reads selectors.
    pub fn trimmed(&self) -> &str {
        self.value.trim()
    }

    /// The place of a part of the string, given as bytes of [`Text::value`].
    pub fn part(&self, part: std::ops::Range<usize>) -> Span {
        super::hujson::part_of(self.span, &self.value, part)
    }
}

/// A list of strings; `span` is the whole list, or none where the field is absent.
#[derive(Clone, PartialEq, Debug, Default)]
#[non_exhaustive]
pub struct List {
    /// Where the list stands.
    pub span: Option<Span>,
    /// What it holds.
    pub items: Vec<Text>,
}

/// A named list of strings: a group, a tag's owners, a route's approvers.
#[derive(Clone, PartialEq, Debug)]
#[non_exhaustive]
pub struct Entry {
    /// The name.
    pub name: Text,
    /// The list.
    pub list: List,
}

/// A whole policy.
#[derive(Clone, PartialEq, Debug, Default)]
#[non_exhaustive]
pub struct Policy {
    /// The outermost object.
    pub span: Option<Span>,
    /// Access rules of the old kind; none where the section is absent, which differs from empty.
    pub acls: Option<Vec<Acl>>,
    /// Access rules of the new kind; none where the section is absent.
    pub grants: Option<Vec<Grant>>,
    /// Groups of people.
    pub groups: Vec<Entry>,
    /// Names for addresses: name and address.
    pub hosts: Vec<(Text, Text)>,
    /// Tags and who may give them.
    pub tag_owners: Vec<Entry>,
    /// Who approves which routes.
    pub auto_approvers: AutoApprovers,
    /// SSH rules.
    pub ssh: Vec<Ssh>,
    /// Attributes of devices.
    pub node_attrs: Vec<NodeAttr>,
    /// Named device conditions.
    pub postures: Vec<Entry>,
    /// Conditions for rules that name none.
    pub default_src_posture: List,
    /// Named address sets.
    pub ipsets: Vec<Entry>,
    /// Tests of access.
    pub tests: Vec<Test>,
    /// Tests of SSH.
    pub ssh_tests: Vec<SshTest>,
}

impl Policy {
    /// True where neither `acls` nor `grants` exists, so that everybody reaches everything.
    pub fn allows_all(&self) -> bool {
        self.acls.is_none() && self.grants.is_none()
    }
}

/// A rule of `acls`.
#[derive(Clone, PartialEq, Debug)]
#[non_exhaustive]
pub struct Acl {
    /// The whole rule.
    pub span: Span,
    /// `accept`.
    pub action: Option<Text>,
    /// Sources.
    pub src: List,
    /// Protocol.
    pub proto: Option<Text>,
    /// Destinations with ports.
    pub dst: List,
    /// Conditions that the source device must meet.
    pub src_posture: List,
}

/// A rule of `grants`.
#[derive(Clone, PartialEq, Debug)]
#[non_exhaustive]
pub struct Grant {
    /// The whole rule.
    pub span: Span,
    /// Sources.
    pub src: List,
    /// Destinations.
    pub dst: List,
    /// Protocols and ports.
    pub ip: List,
    /// Names of application capabilities.
    pub app: Vec<Text>,
    /// Tags of the routers to go through.
    pub via: List,
    /// Conditions that the source device must meet.
    pub src_posture: List,
}

/// The section `autoApprovers`.
#[derive(Clone, PartialEq, Debug, Default)]
#[non_exhaustive]
pub struct AutoApprovers {
    /// Prefixes and who approves routes within them.
    pub routes: Vec<Entry>,
    /// Who approves exit nodes.
    pub exit_node: List,
    /// Services and who approves their hosts.
    pub services: Vec<Entry>,
}

/// A rule of `ssh`.
#[derive(Clone, PartialEq, Debug)]
#[non_exhaustive]
pub struct Ssh {
    /// The whole rule.
    pub span: Span,
    /// `accept` or `check`.
    pub action: Option<Text>,
    /// Sources.
    pub src: List,
    /// Destinations.
    pub dst: List,
    /// Login names.
    pub users: List,
    /// How long a check holds.
    pub check_period: Option<Text>,
    /// Environment variables that pass.
    pub accept_env: List,
    /// Conditions that the source device must meet.
    pub src_posture: List,
    /// Where sessions are recorded.
    pub recorder: List,
}

/// An entry of `nodeAttrs`.
#[derive(Clone, PartialEq, Debug)]
#[non_exhaustive]
pub struct NodeAttr {
    /// The whole entry.
    pub span: Span,
    /// Devices.
    pub target: List,
    /// Attributes.
    pub attr: List,
    /// Names of application capabilities.
    pub app: Vec<Text>,
    /// Address pools.
    pub ip_pool: List,
}

/// An entry of `tests`.
#[derive(Clone, PartialEq, Debug)]
#[non_exhaustive]
pub struct Test {
    /// The whole entry.
    pub span: Span,
    /// The source.
    pub src: Option<Text>,
    /// What the source's device is taken to have.
    pub posture: Attributes,
    /// Protocol.
    pub proto: Option<Text>,
    /// Destinations that must be reached.
    pub accept: List,
    /// Destinations that must not be reached.
    pub deny: List,
}

/// An entry of `sshTests`.
#[derive(Clone, PartialEq, Debug)]
#[non_exhaustive]
pub struct SshTest {
    /// The whole entry.
    pub span: Span,
    /// The source.
    pub src: Option<Text>,
    /// What the source's device is taken to have.
    pub posture: Attributes,
    /// Destinations.
    pub dst: List,
    /// Logins that must be let in.
    pub accept: List,
    /// Logins that must be let in after a check.
    pub check: List,
    /// Logins that must not be let in.
    pub deny: List,
}

/// The span of the text of `value`, for callers that hold no tree.
pub(super) fn text_of(value: &Value) -> Option<Text> {
    match &value.kind {
        super::hujson::Kind::String(s) => Some(Text {
            value: s.clone(),
            span: value.span,
        }),
        _ => None,
    }
}
