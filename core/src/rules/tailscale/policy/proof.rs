//! Pages of findings about what is proven of the resulting policy.

use crate::rules::stages::stage_rule;

stage_rule! {
    /// A claim of `tailscale.expect` does not hold.
    ///
    /// ## Why
    ///
    /// Claims are decided for all addresses and ports on the policy that is written, over a tailnet made from the plan: its
    /// machines with their pod ranges, a device for everybody who is named, and a member in no group. A claim about
    /// `autogroup:member` leaves out the `admins`, who are let in by name.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// tailscale:
    ///   admins: [ada@acme.dev]
    ///   expect: [{from: ada@acme.dev, to: servers, deny: "tcp:6443"}]
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// tailscale:
    ///   admins: [ada@acme.dev]
    ///   expect: [{from: "autogroup:member", to: servers, deny: "tcp:6443"}]
    /// ```
    EXPECT_FAILS, "tailscale-expect-fails", Error, fix Unsafe
}

stage_rule! {
    /// A claim of `tailscale.expect` names somebody or something that has no address.
    ///
    /// ## Why
    ///
    /// A claim about nobody always holds, so it would never be noticed that a name is misspelt.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// tailscale:
    ///   admins: [ada@acme.dev]
    ///   expect: [{from: "tag:ci", to: servers, deny: "tcp:6443"}]
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// tailscale:
    ///   admins: [ada@acme.dev]
    ///   expect: [{from: "autogroup:member", to: servers, deny: "tcp:6443"}]
    /// ```
    EXPECT_VACUOUS, "tailscale-expect-vacuous", Warning, fix Unsafe
}

stage_rule! {
    /// The policy lets others than the admins reach the cluster from within the tailnet.
    ///
    /// ## Why
    ///
    /// Nobody but the machines and the `admins` needs the Kubernetes API, kubelets, etcd or pods. The rule that Tailscale
    /// begins with, from everybody to everything, opens them to every member. A rule that names the tags of the cluster is
    /// taken to mean it, and is only mentioned. A claim under `tailscale.expect` that allows it says that it is meant.
    EXPOSED, "tailscale-exposed", Warning, fix None
}

stage_rule! {
    /// The policy does not admit what the cluster needs.
    ///
    /// ## Why
    ///
    /// Machines would not join, or pods of different machines not reach each other. What is written fresh always admits it;
    /// what is merged does unless the policy that it is merged into stands against it.
    FLOW_DENIED, "tailscale-flow-denied", Error, fix None
}
