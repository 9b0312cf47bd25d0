//! What upstream demands, as dated data: each table says where its facts come from and which releases they hold for.
//!
//! Rules and emitters read these tables; a literal of upstream's in a rule is a bug.

pub mod autoscaler;
pub mod charts;
pub mod cron;
pub mod dns;
pub mod gitpod;
pub mod go;
pub mod hosts;
pub mod k3s;
pub mod k3s_flags;
pub mod k3s_keys;
pub mod leaked;
pub mod machine_types;
pub mod mail;
pub mod networks;
pub mod platforms;
pub mod providers;
pub mod public_suffix;
pub mod tailscale;
pub mod timezones;
pub mod workloads;
