//! The command line.

mod acl;

pub use acl::{Acl, AclCheck, AclMerge, AclQuery, AclTest};

use camino::Utf8PathBuf;
use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};
use gkc_core::diagnostic::Severity;
use gkc_core::emit::Consumer;

/// Compiles and checks gitpod-k3s.yaml: one file to a whole deployment of Gitpod on k3s.
#[derive(Debug, Parser)]
#[command(name = "gkc", version, max_term_width = 100)]
#[command(
    after_help = "Example:\n  gkc check gitpod-k3s.yaml\n\nExit codes: 0 clean, 1 findings, 2 usage or I/O error"
)]
pub struct Args {
    #[command(subcommand)]
    pub command: Command,
    /// When to colour what people read.
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto)]
    pub color: Color,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Color {
    Auto,
    Always,
    Never,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Report everything that is wrong with configurations; write nothing.
    #[command(after_help = "Example:\n  gkc check --diff gitpod-k3s.yaml")]
    Check(Check),
    /// Compile a configuration into a tree of artifacts.
    #[command(after_help = "Example:\n  gkc build --generate-secrets gitpod-k3s.yaml")]
    Build(Build),
    /// Print a rule's page.
    #[command(after_help = "Example:\n  gkc explain passlist-uppercase")]
    Explain(Explain),
    /// List all rules.
    #[command(after_help = "Example:\n  gkc rules --format json")]
    Rules(Rules),
    /// Print the JSON Schema of the configuration.
    #[command(after_help = "Example:\n  gkc schema")]
    Schema(Schema),
    /// Print the resolved plan: every default, no secret.
    #[command(after_help = "Example:\n  gkc plan --format json gitpod-k3s.yaml")]
    Plan(Plan),
    /// Make secrets up, or list those that are needed.
    #[command(subcommand, after_help = "Example:\n  gkc secrets list gitpod-k3s.yaml")]
    Secrets(Secrets),
    /// Name the cause behind a cluster's DNS or network report.
    #[command(
        after_help = "Example:\n  gkc doctor golden/doctor/healthy/report.txt\n\nExit codes: 0 nothing wrong found, 1 a cause is named, 2 usage or I/O error, or no report"
    )]
    Doctor(Doctor),
    /// The Tailscale policy engine on its own: check, merge, query, test.
    #[command(subcommand, after_help = "Example:\n  gkc acl check tailnet.hujson")]
    Acl(Acl),
}

#[derive(Debug, ClapArgs)]
pub struct Check {
    /// Configurations; `-` is standard input. Default: gitpod-k3s.yaml here or in the nearest folder above.
    pub files: Vec<Utf8PathBuf>,
    /// What to print: for people on standard error, or JSON on standard output.
    #[arg(long, value_enum, default_value_t = CheckFormat::Human)]
    pub format: CheckFormat,
    /// Apply the fixes that keep the meaning.
    #[arg(long)]
    pub fix: bool,
    /// With --fix or --diff: the other fixes too.
    #[arg(long)]
    pub unsafe_fixes: bool,
    /// Print what --fix would change, and write nothing.
    #[arg(long)]
    pub diff: bool,
    /// The least severity that fails the run.
    #[arg(long, value_enum, default_value_t = FailOn::Error)]
    pub fail_on: FailOn,
    /// The most findings to print for people.
    #[arg(long, value_name = "N")]
    pub max_diagnostics: Option<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CheckFormat {
    Human,
    Json,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FailOn {
    Info,
    Warning,
    Error,
}

impl From<FailOn> for Severity {
    fn from(fail_on: FailOn) -> Severity {
        match fail_on {
            FailOn::Info => Severity::Info,
            FailOn::Warning => Severity::Warning,
            FailOn::Error => Severity::Error,
        }
    }
}

#[derive(Debug, ClapArgs)]
pub struct Build {
    /// The configuration; `-` is standard input. Default: gitpod-k3s.yaml here or in the nearest folder above.
    pub file: Option<Utf8PathBuf>,
    /// Where to write. Default: `build` beside the configuration.
    #[arg(long, value_name = "DIR")]
    pub out: Option<Utf8PathBuf>,
    /// Write nothing; exit 1 and show what differs where the tree is stale.
    #[arg(long)]
    pub check: bool,
    /// Build one consumer's part, with the secrets that it needs.
    #[arg(long, value_enum, value_name = "CONSUMER")]
    pub only: Option<Only>,
    /// Run `gkc secrets generate` first.
    #[arg(long, conflicts_with = "check")]
    pub generate_secrets: bool,
    /// `late` turns every `{env}` secret into a sensitive Terraform variable.
    #[arg(long, value_enum, value_name = "WHEN", default_value_t = SecretsWhen::Now)]
    pub secrets: SecretsWhen,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Only {
    CloudInit,
    Machines,
    K3s,
    Secrets,
    Gitpod,
    Tailscale,
    Terraform,
}

impl From<Only> for Consumer {
    fn from(only: Only) -> Consumer {
        match only {
            Only::CloudInit => Consumer::CloudInit,
            Only::Machines => Consumer::Machines,
            Only::K3s => Consumer::K3s,
            Only::Secrets => Consumer::Secrets,
            Only::Gitpod => Consumer::Gitpod,
            Only::Tailscale => Consumer::Tailscale,
            Only::Terraform => Consumer::Terraform,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SecretsWhen {
    Now,
    Late,
}

#[derive(Debug, ClapArgs)]
pub struct Explain {
    /// The rule's name.
    pub rule: String,
}

#[derive(Debug, ClapArgs)]
pub struct Rules {
    /// What to print.
    #[arg(long, value_enum, default_value_t = TextFormat::Text)]
    pub format: TextFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TextFormat {
    Text,
    Json,
}

#[derive(Debug, ClapArgs)]
pub struct Schema {
    /// Which schema: `config` (the default).
    #[arg(value_parser = ["config"], default_value = "config")]
    pub name: String,
}

#[derive(Debug, ClapArgs)]
pub struct Plan {
    /// The configuration; `-` is standard input. Default: gitpod-k3s.yaml here or in the nearest folder above.
    pub file: Option<Utf8PathBuf>,
    /// What to print.
    #[arg(long, value_enum, default_value_t = PlanFormat::Ron)]
    pub format: PlanFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum PlanFormat {
    Ron,
    Json,
}

#[derive(Debug, ClapArgs)]
pub struct Doctor {
    /// What the probe wrote (probe/README.md), what `kubectl get … -o json` printed, logs, or all of them in one file or
    /// several; `-` is standard input.
    #[arg(required = true)]
    pub reports: Vec<Utf8PathBuf>,
    /// What to print: for people on standard error, or JSON on standard output.
    #[arg(long, value_enum, default_value_t = CheckFormat::Human)]
    pub format: CheckFormat,
}

#[derive(Debug, Subcommand)]
pub enum Secrets {
    /// Write a strong random value for each secret that is missing and can be made up; never change one.
    #[command(after_help = "Example:\n  gkc secrets generate gitpod-k3s.yaml")]
    Generate(SecretsFile),
    /// Say which secrets are needed and where each comes from, never a value.
    #[command(after_help = "Example:\n  gkc secrets list gitpod-k3s.yaml")]
    List(SecretsFile),
}

#[derive(Debug, ClapArgs)]
pub struct SecretsFile {
    /// The configuration. Default: gitpod-k3s.yaml here or in the nearest folder above.
    pub file: Option<Utf8PathBuf>,
}
