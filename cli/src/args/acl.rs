//! The arguments of `gkc acl`.

use super::{FailOn, ReportFormat};
use camino::Utf8PathBuf;
use clap::{Args as ClapArgs, Subcommand, ValueEnum};
use gkc_core::tailnet::control::Control;

#[derive(Debug, Subcommand)]
pub enum Acl {
    /// Check a policy and report all findings.
    #[command(after_help = "Example:\n  gkc acl check tailnet.hujson")]
    Check(AclCheck),
    /// Merge a fragment into a policy, or remove a merged one. The rest of the policy does not change.
    #[command(after_help = "Example:\n  gkc acl merge tailnet.hujson --from build/tailscale/policy.hujson")]
    Merge(AclMerge),
    /// Show whether a connection is allowed, and the rules that decide it.
    #[command(
        after_help = "Example:\n  gkc acl query tailnet.hujson --tailnet tailnet.json --from laptop --to server:6443\n\nExit codes: 0 allowed, 1 denied, 2 usage or I/O error"
    )]
    Query(AclQuery),
    /// Run suites of test vectors.
    #[command(after_help = "Example:\n  gkc acl test golden/tailscale/vectors/claim.json")]
    Test(AclTest),
}

/// The control server that a policy is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ControlServer {
    Tailscale,
    Headscale,
}

impl From<ControlServer> for Control {
    fn from(server: ControlServer) -> Control {
        match server {
            ControlServer::Tailscale => Control::Tailscale,
            ControlServer::Headscale => Control::Headscale,
        }
    }
}

#[derive(Debug, ClapArgs)]
pub struct AclCheck {
    /// The policy in HuJSON, or `-` for standard input.
    pub policy: Utf8PathBuf,
    /// The tailnet's users and devices in JSON. The policy's own tests run against it.
    #[arg(long, value_name = "FILE")]
    pub tailnet: Option<Utf8PathBuf>,
    /// The control server that the policy is for.
    #[arg(long, value_enum, default_value_t = ControlServer::Tailscale)]
    pub control: ControlServer,
    /// The output format: human-readable on standard error, or JSON on standard output.
    #[arg(long, value_enum, default_value_t = ReportFormat::Human)]
    pub format: ReportFormat,
    /// The lowest severity that makes the command fail.
    #[arg(long, value_enum, default_value_t = FailOn::Error)]
    pub fail_on: FailOn,
}

#[derive(Debug, ClapArgs)]
pub struct AclMerge {
    /// The policy in HuJSON, or `-` for standard input.
    pub policy: Utf8PathBuf,
    /// The fragment to merge. It replaces a fragment merged earlier.
    #[arg(
        long,
        value_name = "FILE",
        required_unless_present = "remove",
        conflicts_with = "remove"
    )]
    pub from: Option<Utf8PathBuf>,
    /// Remove the fragment merged earlier.
    #[arg(long)]
    pub remove: bool,
    /// The control server that the policy is for.
    #[arg(long, value_enum, default_value_t = ControlServer::Tailscale)]
    pub control: ControlServer,
    /// Write the policy in place instead of printing it.
    #[arg(long)]
    pub write: bool,
}

#[derive(Debug, ClapArgs)]
pub struct AclQuery {
    /// The policy in HuJSON, or `-` for standard input.
    pub policy: Utf8PathBuf,
    /// The tailnet's users and devices in JSON.
    #[arg(long, value_name = "FILE")]
    pub tailnet: Utf8PathBuf,
    /// The control server that the policy is for.
    #[arg(long, value_enum, default_value_t = ControlServer::Tailscale)]
    pub control: ControlServer,
    /// The source: a device name, an address or a policy selector. Every source it matches must be allowed.
    #[arg(long, value_name = "END")]
    pub from: String,
    /// The destination, with an optional port, port range or list of ports after a colon. Default: all ports.
    #[arg(long, value_name = "END[:PORT]")]
    pub to: String,
    /// The protocol, by name or number.
    #[arg(long, value_name = "PROTOCOL", default_value = "tcp")]
    pub proto: String,
}

#[derive(Debug, ClapArgs)]
pub struct AclTest {
    /// Suites in the JSON format `gkc-tailscale-vectors/1`.
    #[arg(required = true)]
    pub suites: Vec<Utf8PathBuf>,
}
