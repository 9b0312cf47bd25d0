//! Rules on the tailnet.

pub mod tailscale_accept_dns;
pub mod tailscale_argument_managed;
pub mod tailscale_argument_unknown;
pub mod tailscale_authkey_ephemeral;
pub mod tailscale_authkey_literal;
pub mod tailscale_control_url_invalid;
pub mod tailscale_dual_stack;
pub mod tailscale_etcd_ignored;
pub mod tailscale_etcd_over_vpn;
pub mod tailscale_key_expiry;
pub mod tailscale_magicdns_api_host;
pub mod tailscale_no_admins;
pub mod tailscale_shared_tag;
pub mod tailscale_tag_invalid;

use crate::model::Config;
use crate::plan::{Plan, Tailnet};
use crate::source::Span;

/// Whether pods reach each other over the tailnet.
pub(super) fn carries_pods(plan: &Plan) -> bool {
    plan.tailnet.as_ref().is_some_and(|tailnet| tailnet.carries_pods)
}

/// The tailnet whose `extraArgs` do not set a flag, and the place of the finding.
fn without<'p>(config: &Config, plan: &'p Plan, flag: &str) -> Option<(&'p Tailnet, Span)> {
    let (written, tailnet) = (config.tailscale.spanned()?, plan.tailnet.as_ref()?);
    let at = written
        .value
        .extra_args
        .spanned()
        .map_or(written.key, |args| args.key);
    let open = !tailnet.extra_args.iter().any(|arg| arg.starts_with(flag));
    open.then_some((tailnet, at))
}
