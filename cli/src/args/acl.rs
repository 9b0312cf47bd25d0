//! The arguments of `gkc acl`.

use super::{CheckFormat, FailOn};
use camino::Utf8PathBuf;
use clap::{Args as ClapArgs, Subcommand};

#[derive(Debug, Subcommand)]
pub enum Acl {
    /// Report everything that is wrong with a policy.
    #[command(after_help = "Example:\n  gkc acl check tailnet.hujson")]
    Check(AclCheck),
    /// Merge a fragment into a policy, or take out what was merged; every other byte stays.
    #[command(after_help = "Example:\n  gkc acl merge tailnet.hujson --from build/tailscale/policy.hujson")]
    Merge(AclMerge),
    /// Say whether a connection gets through, and the chain that decides it.
    #[command(
        after_help = "Example:\n  gkc acl query tailnet.hujson --tailnet tailnet.json --from laptop --to server:6443\n\nExit codes: 0 allowed, 1 denied, 2 usage or I/O error"
    )]
    Query(AclQuery),
    /// Run suites of vectors.
    #[command(after_help = "Example:\n  gkc acl test golden/tailscale/vectors/claim.json")]
    Test(AclTest),
}

#[derive(Debug, ClapArgs)]
pub struct AclCheck {
    /// The policy, HuJSON; `-` is standard input.
    pub policy: Utf8PathBuf,
    /// The tailnet's people and devices, JSON: the policy's own tests run against it.
    #[arg(long, value_name = "FILE")]
    pub tailnet: Option<Utf8PathBuf>,
    /// What to print: for people on standard error, or JSON on standard output.
    #[arg(long, value_enum, default_value_t = CheckFormat::Human)]
    pub format: CheckFormat,
    /// The least severity that fails the run.
    #[arg(long, value_enum, default_value_t = FailOn::Error)]
    pub fail_on: FailOn,
}

#[derive(Debug, ClapArgs)]
pub struct AclMerge {
    /// The policy, HuJSON; `-` is standard input.
    pub policy: Utf8PathBuf,
    /// A policy with what is to be merged in; it replaces what an earlier run put there.
    #[arg(
        long,
        value_name = "FILE",
        required_unless_present = "remove",
        conflicts_with = "remove"
    )]
    pub from: Option<Utf8PathBuf>,
    /// Take out what earlier runs put in.
    #[arg(long)]
    pub remove: bool,
    /// Write the policy in place instead of printing it.
    #[arg(long)]
    pub write: bool,
}

#[derive(Debug, ClapArgs)]
pub struct AclQuery {
    /// The policy, HuJSON; `-` is standard input.
    pub policy: Utf8PathBuf,
    /// The tailnet's people and devices, JSON.
    #[arg(long, value_name = "FILE")]
    pub tailnet: Utf8PathBuf,
    /// Who connects: a device's name, an address, or a selector as policies write them. All of it must get through.
    #[arg(long, value_name = "END")]
    pub from: String,
    /// To whom, with a port, a range or a list of ports behind a colon; without: all ports.
    #[arg(long, value_name = "END[:PORT]")]
    pub to: String,
    /// The protocol, by name or number.
    #[arg(long, value_name = "PROTOCOL", default_value = "tcp")]
    pub proto: String,
}

#[derive(Debug, ClapArgs)]
pub struct AclTest {
    /// Suites, JSON in the format `gkc-tailscale-vectors/1`.
    #[arg(required = true)]
    pub suites: Vec<Utf8PathBuf>,
}
