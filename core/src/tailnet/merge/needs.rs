//! What a cluster needs of a tailnet's policy, as plain data.

use serde::{Deserialize, Serialize};

use crate::tailnet::policy::{Acl, Entry, Grant, List, Policy, Ssh, SshTest, Test, Text};

/// Fragments to be merged into a policy. Sections keep their order here in the text.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Needs {
    /// Groups with their members; members are added to a group that exists.
    pub groups: Vec<(String, Vec<String>)>,
    /// Names for addresses.
    pub hosts: Vec<(String, String)>,
    /// Tags with their owners; a tag that exists keeps the owners it has.
    pub tag_owners: Vec<(String, Vec<String>)>,
    /// Prefixes with their approvers; approvers are added to a prefix that exists.
    pub routes: Vec<(String, Vec<String>)>,
    /// Rules of the old kind.
    pub acls: Vec<AclNeed>,
    /// Rules of the new kind.
    pub grants: Vec<GrantNeed>,
    /// SSH rules.
    pub ssh: Vec<SshNeed>,
    /// Tests.
    pub tests: Vec<TestNeed>,
    /// SSH tests.
    pub ssh_tests: Vec<SshTestNeed>,
}

/// A rule of `acls`.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct AclNeed {
    /// Why it is there; a comment in the text.
    #[serde(skip_serializing)]
    pub why: Option<String>,
    /// Always `accept`; the only action there is.
    pub action: Accept,
    /// Sources.
    pub src: Vec<String>,
    /// Protocol.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proto: Option<String>,
    /// Destinations with ports.
    pub dst: Vec<String>,
}

/// The one action of access rules.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Accept {
    /// Admit.
    #[default]
    Accept,
}

/// A rule of `grants`.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct GrantNeed {
    /// Why it is there; a comment in the text.
    #[serde(skip_serializing)]
    pub why: Option<String>,
    /// Sources.
    pub src: Vec<String>,
    /// Destinations.
    pub dst: Vec<String>,
    /// Protocols and ports.
    pub ip: Vec<String>,
}

/// A rule of `ssh`.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SshNeed {
    /// Why it is there; a comment in the text.
    #[serde(skip_serializing)]
    pub why: Option<String>,
    /// `accept` or `check`.
    pub action: String,
    /// Sources.
    pub src: Vec<String>,
    /// Destinations.
    pub dst: Vec<String>,
    /// Login names.
    pub users: Vec<String>,
    /// How long a check holds.
    #[serde(rename = "checkPeriod", skip_serializing_if = "Option::is_none")]
    pub check_period: Option<String>,
}

/// An entry of `tests`.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct TestNeed {
    /// The source.
    pub src: String,
    /// Protocol.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proto: Option<String>,
    /// Must be reached.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub accept: Vec<String>,
    /// Must not be reached.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub deny: Vec<String>,
}

/// An entry of `sshTests`.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SshTestNeed {
    /// The source.
    pub src: String,
    /// Destinations.
    pub dst: Vec<String>,
    /// Must be let in.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub accept: Vec<String>,
    /// Must be checked.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub check: Vec<String>,
    /// Must be kept out.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub deny: Vec<String>,
}

impl Needs {
    /// The same as a policy says it: what a fragment file holds. Sections that a merge does not touch are left out.
    pub fn from_policy(policy: &Policy) -> Needs {
        let named = |entries: &[Entry]| {
            entries
                .iter()
                .map(|e| (e.name.value.clone(), strings(&e.list)))
                .collect()
        };
        Needs {
            groups: named(&policy.groups),
            hosts: policy
                .hosts
                .iter()
                .map(|(n, a)| (n.value.clone(), a.value.clone()))
                .collect(),
            tag_owners: named(&policy.tag_owners),
            routes: named(&policy.auto_approvers.routes),
            acls: policy.acls.iter().flatten().map(acl).collect(),
            grants: policy.grants.iter().flatten().map(grant).collect(),
            ssh: policy.ssh.iter().map(ssh).collect(),
            tests: policy.tests.iter().map(test).collect(),
            ssh_tests: policy.ssh_tests.iter().map(ssh_test).collect(),
        }
    }

    /// True where there is a rule that admits something.
    pub fn has_rules(&self) -> bool {
        !self.acls.is_empty() || !self.grants.is_empty()
    }
}

fn strings(list: &List) -> Vec<String> {
    list.items.iter().map(|t| t.value.clone()).collect()
}

fn string(text: &Option<Text>) -> Option<String> {
    text.as_ref().map(|t| t.value.clone())
}

fn acl(rule: &Acl) -> AclNeed {
    AclNeed {
        why: None,
        action: Accept::Accept,
        src: strings(&rule.src),
        proto: string(&rule.proto),
        dst: strings(&rule.dst),
    }
}

fn grant(rule: &Grant) -> GrantNeed {
    GrantNeed {
        why: None,
        src: strings(&rule.src),
        dst: strings(&rule.dst),
        ip: strings(&rule.ip),
    }
}

fn ssh(rule: &Ssh) -> SshNeed {
    SshNeed {
        why: None,
        action: string(&rule.action).unwrap_or_default(),
        src: strings(&rule.src),
        dst: strings(&rule.dst),
        users: strings(&rule.users),
        check_period: string(&rule.check_period),
    }
}

fn test(entry: &Test) -> TestNeed {
    TestNeed {
        src: string(&entry.src).unwrap_or_default(),
        proto: string(&entry.proto),
        accept: strings(&entry.accept),
        deny: strings(&entry.deny),
    }
}

fn ssh_test(entry: &SshTest) -> SshTestNeed {
    SshTestNeed {
        src: string(&entry.src).unwrap_or_default(),
        dst: strings(&entry.dst),
        accept: strings(&entry.accept),
        check: strings(&entry.check),
        deny: strings(&entry.deny),
    }
}
