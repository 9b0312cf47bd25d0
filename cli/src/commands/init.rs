//! `gkc init`

mod answers;
mod gitpod;
mod platform;
mod questions;
mod text;

use super::{say, secrets};
use crate::args::Init;
use crate::exit::{Failure, Status};
use crate::workspace::{NAMES, Workspace, create, read_text, today};
use answers::Answers;
use camino::{Utf8Path, Utf8PathBuf};
use gkc_core::diagnostic::{Diagnostic, Rule, Severity};
use gkc_core::editor::format;
use gkc_core::source::{FileId, SourceFile};
use std::collections::BTreeMap;
use std::io::IsTerminal;

/// The schema beside the configuration, which its first line names.
const SCHEMA: &str = "gitpod-k3s.schema.json";

/// A public key is a line.
const MAX_KEY_BYTES: u64 = 64 * 1024;

pub fn run(args: &Init) -> Result<Status, Failure> {
    let folder = args.dir.clone().unwrap_or_default();
    let at = |name: &str| folder.join(name);
    for name in NAMES.into_iter().chain([SCHEMA]) {
        if at(name).symlink_metadata().is_ok() {
            return Err(Failure::new(format!(
                "`{}` exists and is not overwritten",
                at(name)
            )));
        }
    }
    let answers = answers(args)?;
    let config = at(NAMES[0]);
    let text = clean(&config, &answers)?;
    create(&at(SCHEMA), gkc_core::json_schema().as_bytes())?;
    create(&config, text.as_bytes())?;
    say(&format!("gkc: wrote {config} and {}\n", at(SCHEMA)));
    say(&format!(
        "next: edit {config}, then run `gkc check {config}` and `gkc build {config}`\n"
    ));
    Ok(Status::Clean)
}

/// What is known from the options, else asked for, where somebody can answer.
fn answers(args: &Init) -> Result<Answers, Failure> {
    let mut answers = Answers {
        platform: args.platform,
        domain: args.domain.clone().unwrap_or_default(),
        provider: args.provider.clone(),
        size: args.size.clone(),
        tailscale: args.tailscale,
        email: args.email.clone(),
        key: None,
        registry: args.registry.clone(),
    };
    let mut key = args.ssh_key.clone();
    if args.domain.is_none() {
        if !std::io::stdin().is_terminal() {
            return Err(Failure::new(
                "missing --domain, such as `gkc init --domain dev.acme.dev`",
            ));
        }
        let mut input = std::io::stdin().lock();
        key = questions::ask(&mut input, &mut |text| say(text), &mut answers)
            .map_err(|error| Failure::file("read", "standard input", &error))?
            .or(key);
    }
    if let Some(path) = key {
        answers.key = Some(public_key(&path)?);
    }
    Ok(answers)
}

fn public_key(path: &Utf8Path) -> Result<String, Failure> {
    let text = read_text(path, MAX_KEY_BYTES).map_err(|error| Failure::file("read", path, &error))?;
    let text = text.ok_or_else(|| Failure::new(format!("cannot read `{path}`: no such file")))?;
    // Never a word of it: it may be the private one.
    match text.trim().lines().count() == 1 && !text.contains("PRIVATE KEY") {
        true => Ok(text.trim().to_owned()),
        false => Err(Failure::new(format!(
            "`{path}` is not a public key of SSH: expected one line; public keys end in `.pub`"
        ))),
    }
}

/// The text of a configuration without errors and warnings. What has to be decided later is suppressed by a comment that says so.
fn clean(config: &Utf8PathBuf, answers: &Answers) -> Result<String, Failure> {
    let draft = text::config(SCHEMA, answers, &BTreeMap::new());
    let surroundings = || Ok::<_, Failure>(Workspace::of(config)?.on(today(None)?));
    let workspace = surroundings()?;
    let first = check(&draft, &workspace);
    refuse(&first.diagnostics)?;
    if let Some(folder) = config.parent().filter(|folder| !folder.as_str().is_empty()) {
        gkc_tree::make_folders(folder).map_err(|error| Failure::file("create", folder, &error))?;
    }
    if let Some(plan) = first.analysis.plan() {
        // That also keeps the file out of the repository.
        secrets::generate(plan, &workspace)?;
    }
    let found = check(&draft, &surroundings()?).diagnostics;
    refuse(&found)?;
    let later = found.iter().filter(|found| found.severity == Severity::Warning);
    let later: BTreeMap<&Rule, &str> = later.map(|found| (found.rule, found.message.as_str())).collect();
    let text = text::config(SCHEMA, answers, &later);
    Ok(format(&SourceFile::new(FileId::CONFIG, NAMES[0], text.as_str())).unwrap_or(text))
}

fn check(text: &str, workspace: &Workspace) -> gkc_core::Checked {
    gkc_core::check(&SourceFile::new(FileId::CONFIG, NAMES[0], text), workspace)
}

/// An error comes from an answer that does not fit.
fn refuse(found: &[Diagnostic]) -> Result<(), Failure> {
    let Some(error) = found.iter().find(|found| found.severity == Severity::Error) else {
        return Ok(());
    };
    let more = error.label.iter().chain(&error.help);
    let more: String = more.map(|more| format!("; {more}")).collect();
    Err(Failure::new(format!(
        "nothing was written: {}{more}",
        error.message
    )))
}
