//! The command line.

mod acl;

pub use acl::{Acl, AclCheck, AclMerge, AclQuery, AclTest};

use camino::Utf8PathBuf;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use gkc_core::artifact::{Consumer, Platform};
use gkc_core::date::Date;
use gkc_core::diagnostic::Severity;

/// Check gitpod-k3s.yaml and compile it into a development platform on k3s.
#[derive(Debug, Parser)]
#[command(name = "gkc", version, max_term_width = 100)]
#[command(
    after_help = "Example:\n  gkc check gitpod-k3s.yaml\n\nExit codes: 0 no findings, 1 findings, 2 usage or I/O error"
)]
pub struct Args {
    #[command(subcommand)]
    pub command: Command,
    /// When to use colors in human-readable output.
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
    /// Write a first configuration, with comments, generated secrets and the schema for editors. Overwrites nothing.
    #[command(after_help = "Example:\n  gkc init deploy --domain dev.acme.dev")]
    Init(Init),
    /// Check configurations and report all findings.
    #[command(after_help = "Example:\n  gkc check --diff gitpod-k3s.yaml")]
    Check(Check),
    /// Format configurations in place. Comments and data do not change.
    #[command(
        after_help = "Example:\n  gkc fmt gitpod-k3s.yaml\n\nExit codes: 0 formatted, 1 not formatted, 2 usage or I/O error"
    )]
    Fmt(Fmt),
    /// Compile a configuration into a directory of artifacts.
    #[command(after_help = "Example:\n  gkc build --generate-secrets gitpod-k3s.yaml")]
    Build(Build),
    /// Explain a rule.
    #[command(after_help = "Example:\n  gkc explain passlist-uppercase")]
    Explain(Explain),
    /// List all rules.
    #[command(after_help = "Example:\n  gkc rules --format json")]
    Rules(Rules),
    /// Print a script that completes commands and options in a shell.
    #[command(after_help = "Example:\n  gkc completions bash")]
    Completions(Completions),
    /// Print a page of the manual, for `man -l -`.
    #[command(after_help = "Example:\n  gkc man check")]
    Man(Man),
    /// List the releases that gkc installs, with their dates and sources.
    #[command(
        after_help = "Example:\n  gkc facts\n\nExit codes: 0 listed, 1 with --old if any is old, 2 usage or I/O error"
    )]
    Facts(Facts),
    /// Print the JSON Schema of the configuration.
    #[command(after_help = "Example:\n  gkc schema")]
    Schema(Schema),
    /// Print the resolved plan, with all defaults and without secrets.
    #[command(after_help = "Example:\n  gkc plan --format json gitpod-k3s.yaml")]
    Plan(Plan),
    /// Generate missing secrets, or list the required ones.
    #[command(subcommand, after_help = "Example:\n  gkc secrets list gitpod-k3s.yaml")]
    Secrets(Secrets),
    /// Print the network probe, whose report `gkc doctor` reads.
    #[command(
        after_help = "Example:\n  gkc probe --config gitpod-k3s.yaml\n\n`gkc probe | kubectl apply -f -` runs it on every node of a cluster. For a machine whose k3s does not start or join: `gkc probe --machine | ssh HOST sudo sh > REPORT`.\n\nExit codes: 0 printed, 1 the configuration has errors, 2 usage or I/O error"
    )]
    Probe(Probe),
    /// Diagnose DNS and network problems of a cluster from a report.
    #[command(
        after_help = "Example:\n  gkc doctor golden/doctor/healthy/report.txt\n\nExit codes: 0 no known cause found, 1 problems found, 2 usage or I/O error, or no report"
    )]
    Doctor(Doctor),
    /// Run the language server for editors on standard input and output.
    #[command(
        after_help = "Example:\n  gkc lsp </dev/null\n\nExit codes: 0 after `shutdown` and `exit`, 1 if the client left without them"
    )]
    Lsp(Lsp),
    /// Check, merge, query and test Tailscale policies.
    #[command(subcommand, after_help = "Example:\n  gkc acl check tailnet.hujson")]
    Acl(Acl),
}

#[derive(Debug, ClapArgs)]
pub struct Lsp {
    /// Accepted and ignored: standard input and output are all that there is.
    #[arg(long, hide = true)]
    pub stdio: bool,
}

#[derive(Debug, ClapArgs)]
pub struct Init {
    /// The directory to write to, which is created if necessary. Default: this one.
    pub dir: Option<Utf8PathBuf>,
    /// The host name of the installation. On a terminal, gkc asks for it and for all other options that are missing.
    #[arg(long)]
    pub domain: Option<String>,
    /// What runs on the cluster. Default: the first of these.
    #[arg(long, value_parser = platforms())]
    pub platform: Option<Platform>,
    /// Who provides the machines: generic, hetzner, azure, gcp, scaleway or raspberry-pi.
    #[arg(long, default_value = "generic")]
    pub provider: String,
    /// How large the cluster is: small, medium or large.
    #[arg(long, default_value = "small")]
    pub size: String,
    /// Reach the machines over Tailscale.
    #[arg(long)]
    pub tailscale: bool,
    /// The mail address of an admin. Default: ops@ and the domain of the organization.
    #[arg(long, value_name = "MAIL")]
    pub email: Option<String>,
    /// A file with the public SSH key that logs in to the machines.
    #[arg(long, value_name = "FILE")]
    pub ssh_key: Option<Utf8PathBuf>,
    /// The registry with copies of the platform's images.
    #[arg(long, value_name = "REPOSITORY")]
    pub registry: Option<String>,
}

#[derive(Debug, ClapArgs)]
pub struct Check {
    /// Configurations, directories with configurations in them, or `-` for standard input. Default: gitpod-k3s.yaml in this or the
    /// nearest parent directory.
    pub files: Vec<Utf8PathBuf>,
    /// The output format: human-readable on standard error, any other on standard output.
    #[arg(long, value_enum, default_value_t = CheckFormat::Human)]
    pub format: CheckFormat,
    /// Report only these rules, and the errors that break the deployment. Overrides gkc.toml.
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    pub select: Vec<String>,
    /// Do not report these rules. Overrides --select and gkc.toml.
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    pub ignore: Vec<String>,
    /// Report only findings that are not in this file. If it does not exist, all findings are reported and written to it.
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<Utf8PathBuf>,
    /// Write all findings to the file of --baseline, in place of those in it.
    #[arg(long, requires = "baseline")]
    pub update_baseline: bool,
    /// Apply safe fixes, which do not change the meaning.
    #[arg(long)]
    pub fix: bool,
    /// Include unsafe fixes with --fix or --diff.
    #[arg(long)]
    pub unsafe_fixes: bool,
    /// Print the changes of --fix as a diff without writing them.
    #[arg(long)]
    pub diff: bool,
    /// The lowest severity that makes the command fail.
    #[arg(long, value_enum, default_value_t = FailOn::Error)]
    pub fail_on: FailOn,
    /// The maximum number of findings to print in human-readable output; the most severe are kept.
    #[arg(long, value_name = "N")]
    pub max_diagnostics: Option<usize>,
    /// Print each info in full instead of one line per rule.
    #[arg(long)]
    pub infos: bool,
    /// Print only findings that make the command fail, and no summary.
    #[arg(long, short)]
    pub quiet: bool,
    /// The date to check against. Default: that of SOURCE_DATE_EPOCH, else today's, in UTC.
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub today: Option<Date>,
}

#[derive(Debug, ClapArgs)]
pub struct Fmt {
    /// Configurations, or `-` to format standard input to standard output. Default: gitpod-k3s.yaml in this or the nearest parent
    /// directory.
    pub files: Vec<Utf8PathBuf>,
    /// Write nothing; list the files that are not formatted, and exit with 1 if there are any.
    #[arg(long)]
    pub check: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CheckFormat {
    Human,
    Concise,
    Json,
    Sarif,
    Github,
    Gitlab,
    Junit,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ReportFormat {
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
    /// The configuration, or `-` for standard input. Default: gitpod-k3s.yaml in this or the nearest parent directory.
    pub file: Option<Utf8PathBuf>,
    /// The output directory. Default: `build` next to the configuration.
    #[arg(long, value_name = "DIR")]
    pub out: Option<Utf8PathBuf>,
    /// Write nothing; print the differences and exit with 1 if the output directory is out of date.
    #[arg(long)]
    pub check: bool,
    /// Build only the part for one consumer, with the secrets it requires.
    #[arg(long, value_parser = consumers(), value_name = "CONSUMER")]
    pub only: Option<Consumer>,
    /// Install the releases of this gkc where the configuration names none, instead of those that the output directory was built
    /// with. k3s moves on by one minor release at a time.
    #[arg(long)]
    pub update: bool,
    /// Run `gkc secrets generate` first.
    #[arg(long, conflicts_with = "check")]
    pub generate_secrets: bool,
    /// When to resolve secrets: `late` turns every `{env}` secret into a sensitive Terraform variable.
    #[arg(long, value_enum, value_name = "WHEN", default_value_t = SecretsWhen::Now)]
    pub secrets: SecretsWhen,
    /// The date to check against. Default: that of SOURCE_DATE_EPOCH, else today's, in UTC. Only secrets that `--generate-secrets` makes depend on it.
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub today: Option<Date>,
}

/// Reads the word of a consumer.
fn consumers() -> impl TypedValueParser<Value = Consumer> {
    let words = Consumer::named().map(Consumer::as_str);
    PossibleValuesParser::new(words).try_map(|word| {
        let named = Consumer::named().find(|consumer| consumer.as_str() == word);
        named.ok_or("unknown consumer")
    })
}

/// Reads the word of a platform.
fn platforms() -> impl TypedValueParser<Value = Platform> {
    PossibleValuesParser::new(Platform::ALL.map(Platform::as_str)).try_map(|word| {
        let named = Platform::ALL
            .into_iter()
            .find(|platform| platform.as_str() == word);
        named.ok_or("unknown platform")
    })
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SecretsWhen {
    Now,
    Late,
}

#[derive(Debug, ClapArgs)]
pub struct Facts {
    /// List only what was looked up six months ago or earlier, and defaults that are out of support; exit with 1 if there are any.
    #[arg(long)]
    pub old: bool,
    /// The output format.
    #[arg(long, value_enum, default_value_t = TextFormat::Text)]
    pub format: TextFormat,
    /// The date to compare with. Default: that of SOURCE_DATE_EPOCH, else today's, in UTC.
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub today: Option<Date>,
}

#[derive(Debug, ClapArgs)]
pub struct Explain {
    /// The rule's name.
    pub rule: String,
}

#[derive(Debug, ClapArgs)]
pub struct Rules {
    /// The output format: text, JSON, or a table in Markdown.
    #[arg(long, value_enum, default_value_t = RulesFormat::Text)]
    pub format: RulesFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RulesFormat {
    Text,
    Json,
    Md,
}

#[derive(Debug, ClapArgs)]
pub struct Completions {
    /// The shell.
    #[arg(value_enum)]
    pub shell: Shell,
}

#[derive(Debug, ClapArgs)]
pub struct Man {
    /// The command whose page is printed, such as `acl query`. Default: the page of gkc itself.
    pub command: Vec<String>,
    /// Write the pages of all commands to this directory.
    #[arg(long, value_name = "DIR", conflicts_with = "command")]
    pub out: Option<Utf8PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TextFormat {
    Text,
    Json,
}

#[derive(Debug, ClapArgs)]
pub struct Schema {
    /// The schema to print.
    #[arg(value_parser = ["config"], default_value = "config")]
    pub name: String,
}

#[derive(Debug, ClapArgs)]
pub struct Plan {
    /// The configuration, or `-` for standard input. Default: gitpod-k3s.yaml in this or the nearest parent directory.
    pub file: Option<Utf8PathBuf>,
    /// The output format.
    #[arg(long, value_enum, default_value_t = PlanFormat::Ron)]
    pub format: PlanFormat,
    /// List every connection that the cluster needs, and what stops it: a table, or JSON with `--format json`.
    #[arg(long)]
    pub flows: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum PlanFormat {
    Ron,
    Json,
}

#[derive(Debug, ClapArgs)]
pub struct Probe {
    /// The cluster's configuration, or `-` for standard input: the probe also tries the names and URLs that its platform needs.
    #[arg(long, value_name = "FILE")]
    pub config: Option<Utf8PathBuf>,
    /// Print a shell script for one machine instead, to be run there as root. It changes nothing, and its report has no passwords or
    /// tokens.
    #[arg(long, conflicts_with = "config")]
    pub machine: bool,
}

#[derive(Debug, ClapArgs)]
pub struct Doctor {
    /// The output of the probe (`gkc probe`) or of `kubectl get … -o json`, or logs, in one or more files; `-` is
    /// standard input.
    #[arg(required = true)]
    pub reports: Vec<Utf8PathBuf>,
    /// The cluster's configuration: findings show the key in it that caused them, or where it belongs.
    #[arg(long, value_name = "FILE")]
    pub config: Option<Utf8PathBuf>,
    /// The output format: human-readable on standard error, or JSON on standard output.
    #[arg(long, value_enum, default_value_t = ReportFormat::Human)]
    pub format: ReportFormat,
}

#[derive(Debug, Subcommand)]
pub enum Secrets {
    /// Generate a random value for each missing secret that can be generated. Existing values never change.
    #[command(after_help = "Example:\n  gkc secrets generate gitpod-k3s.yaml")]
    Generate(SecretsFile),
    /// List the required secrets and their sources, without values.
    #[command(after_help = "Example:\n  gkc secrets list gitpod-k3s.yaml")]
    List(SecretsFile),
}

#[derive(Debug, ClapArgs)]
pub struct SecretsFile {
    /// The configuration. Default: gitpod-k3s.yaml in this or the nearest parent directory.
    pub file: Option<Utf8PathBuf>,
}
