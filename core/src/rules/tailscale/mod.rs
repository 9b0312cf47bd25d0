//! Rules on the tailnet.

pub mod tailscale_authkey_literal;
pub mod tailscale_authkey_shape;
pub mod tailscale_etcd_over_vpn;
pub mod tailscale_no_admins;
pub mod tailscale_tag_invalid;
pub mod tailscale_vpn_auth_old_k3s;
