//! Pages of findings about what is proven of the resulting policy.

use crate::diagnostic::declare_stage;

declare_stage! {
    /// A claim in `tailscale.expect` does not hold.
    ///
    /// ## Why
    ///
    /// gkc checks claims for all addresses and ports against the resulting policy, over a tailnet built from the plan: its machines
    /// with the routes in `extraArgs`, a device for each person named, and a member without groups. A claim about `autogroup:member`
    /// excludes the `admins`, who are admitted by name.
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
    EXPECT_FAILS, "tailscale-expect-fails", Error, fix Unsafe, spoils policy
}

declare_stage! {
    /// A claim in `tailscale.expect` names a selector that matches nothing.
    ///
    /// ## Why
    ///
    /// A claim about nothing always holds, so a misspelled name would go unnoticed.
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
    EXPECT_VACUOUS, "tailscale-expect-vacuous", Warning, fix Unsafe, spoils policy
}

declare_stage! {
    /// The policy lets others than the admins reach the cluster from the tailnet.
    ///
    /// ## Why
    ///
    /// Only the machines and the `admins` need the Kubernetes API, kubelets, etcd or pods. Tailscale's default rule, from everyone
    /// to everything, opens them to every member. A rule that names the cluster's tags is assumed to be intended and reported as an
    /// info. A claim in `tailscale.expect` that allows the access suppresses the finding.
    EXPOSED, "tailscale-exposed", Warning, fix None, spoils policy
}

declare_stage! {
    /// The cluster's machines do not meet the tailnet's default posture.
    ///
    /// ## Why
    ///
    /// `defaultSrcPosture` of the tailnet's policy covers every rule without a `srcPosture` of its own, those that gkc merges in
    /// included. Machines that do not meet one of its postures are cut off from each other. A machine has `node:os`, `node:tsVersion`,
    /// `node:tsReleaseTrack` and `node:tsAutoUpdate`; an attribute that a device does not have fails every comparison
    /// (tailscale.com, "Device posture management"). Where gkc does not know an attribute, this is a warning.
    POSTURE_FAILS, "tailscale-posture-fails", Error, fix None, spoils policy
}

declare_stage! {
    /// The policy denies traffic that the cluster needs.
    ///
    /// ## Why
    ///
    /// Machines would not join, or pods on different machines could not reach each other. A new policy always admits this traffic;
    /// a merged one does unless the policy it is merged into denies it. `gkc plan --flows` lists every connection.
    FLOW_DENIED, "tailscale-flow-denied", Error, fix None, spoils policy
}
