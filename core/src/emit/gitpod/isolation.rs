//! What workspaces may connect to: not the machines, the metadata service or the tailnet.
//!
//! Policies add up, and the Installer's own `workspace-default` lets workspaces go to every IPv4 address but the metadata service's
//! (gitpod-io/gitpod `pkg/components/workspace/networkpolicy.go`), so ours alone keeps them from nothing else. Where the release has
//! `experimental.overrides`, its list takes the place of the Installer's, and both policies say the same.

use super::NAMESPACE;
use crate::emit::data::{Data, map, seq};
use crate::emit::isolation;
use crate::emit::kubernetes::metadata;
use crate::plan::Plan;

/// The policy that is ours.
pub(super) const POLICY: &str = "gkc-workspaces";
/// The Installer's own.
pub(super) const INSTALLERS_POLICY: &str = "workspace-default";

/// The policy that is there before the Installer's is.
pub(super) fn policy(plan: &Plan) -> Data {
    let spec = map([
        (
            "podSelector",
            map([("matchLabels", map([("component", Data::from("workspace"))]))]),
        ),
        ("policyTypes", seq(["Egress"])),
        ("egress", egress(plan)),
    ]);
    map([
        ("apiVersion", Data::from("networking.k8s.io/v1")),
        ("kind", Data::from("NetworkPolicy")),
        ("metadata", metadata(POLICY, Some(NAMESPACE))),
        ("spec", spec),
    ])
    .commented(format!(
        "Blocks workspaces from the metadata service{} the machines, unless another policy allows it.",
        if plan.tailnet.is_some() {
            ", the tailnet and"
        } else {
            " and"
        }
    ))
}

/// What workspaces may connect to.
pub(super) fn egress(plan: &Plan) -> Data {
    let proxy = isolation::pods(&[("app", "gitpod"), ("component", "proxy")]);
    let proxy = map([("to", seq([map([("podSelector", proxy)])]))]);
    isolation::egress(plan, vec![proxy])
}
