//! Approvals and SSH sessions, one rule at a time.

use gkc_core::tailnet::addr::Prefix;
use gkc_core::tailnet::model::Device;
use gkc_core::tailnet::policy::List;

use super::{Naive, in_prefix, is_default};

impl Naive<'_> {
    /// Whether an advertised route comes into force.
    pub fn approves(&self, id: usize, route: Prefix) -> bool {
        let node = &self.tailnet.nodes[id];
        let lets = |list: &List| {
            list.items
                .iter()
                .any(|a| self.is_device(&a.value, node) == Some(true))
        };
        if is_default(&route) {
            return lets(&self.policy.auto_approvers.exit_node);
        }
        self.policy.auto_approvers.routes.iter().any(|entry| {
            let outer: Prefix = entry.name.value.parse().unwrap();
            outer.bits <= route.bits && in_prefix(outer, route.addr) && lets(&entry.list)
        })
    }

    /// `accept`, `check` or `deny`: each rule is asked, and a check outdoes everything.
    pub fn ssh(&self, src: usize, dst: usize, login: &str) -> &'static str {
        let (from, to) = (&self.tailnet.nodes[src], &self.tailnet.nodes[dst]);
        let owner = |n: &Device| if n.tags.is_empty() { n.user.clone() } else { None };
        let mut verdict = "deny";
        for rule in &self.policy.ssh {
            let by = rule
                .src
                .items
                .iter()
                .any(|s| self.is_device(&s.value, from) == Some(true));
            let at = rule.dst.items.iter().any(|d| match d.value.as_str() {
                "autogroup:self" => owner(from).is_some() && owner(from) == owner(to),
                login if login.contains('@') => {
                    owner(to).as_deref() == Some(login) && owner(from) == owner(to)
                }
                tag => self.is_device(tag, to) == Some(true),
            });
            let user = rule.users.items.iter().any(|u| match u.value.as_str() {
                "autogroup:nonroot" => login != "root",
                u if u.starts_with("localpart:*") => owner(from) == Some(format!("{login}{}", &u[11..])),
                u => u == login,
            });
            if by && at && user {
                match rule.action.as_ref().unwrap().value.as_str() {
                    "check" => return "check",
                    _ => verdict = "accept",
                }
            }
        }
        verdict
    }
}
