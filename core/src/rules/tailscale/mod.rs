//! Rules on the tailnet.

pub mod tailscale_accept_dns;
pub mod tailscale_admins_everyone;
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
