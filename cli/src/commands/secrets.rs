//! `gkc secrets generate` and `gkc secrets list`

use super::{check_loaded, findings_of, print, say};
use crate::args::Secrets;
use crate::exit::{Failure, Status};
use crate::render::human;
use crate::workspace::{Workspace, find, line_of, load};
use camino::Utf8Path;
use gkc_core::artifact::Consumer;
use gkc_core::inputs::Inputs;
use gkc_core::{Options, Plan, SecretNeed, SecretSource, generate_secret};
use std::collections::BTreeMap;
use std::fs;
use std::io::{Read, Write};

pub fn run(args: &Secrets, color: bool) -> Result<Status, Failure> {
    let file = match args {
        Secrets::Generate(file) | Secrets::List(file) => find(file.file.as_deref())?,
    };
    let loaded = load(&file)?;
    let workspace = Workspace::of(&file)?;
    let checked = check_loaded(&loaded, &workspace, Options::default());
    let whole = checked.as_ref().ok();
    let planned = whole.and_then(|checked| Some((checked, checked.analysis.plan()?)));
    let Some((whole, plan)) = planned else {
        say(&human::render(&findings_of(&loaded, &checked), color, usize::MAX));
        return Ok(Status::Findings);
    };
    match args {
        Secrets::Generate(_) => {
            generate(plan, &workspace)?;
        }
        Secrets::List(_) => list(plan, &whole.consumers(), &workspace)?,
    }
    Ok(Status::Clean)
}

/// Fills what is missing and can be made up; returns the variables that were filled.
pub fn generate(plan: Plan<'_>, workspace: &Workspace) -> Result<Vec<String>, Failure> {
    let mut filled: Vec<String> = Vec::new();
    let mut lines = String::new();
    for need in plan.secrets() {
        let (SecretSource::Env(name), Some(kind)) = (&need.source, need.generate) else {
            continue;
        };
        if workspace.var(name).is_some() || filled.contains(name) {
            continue;
        }
        let value = generate_secret(kind, workspace)
            .map_err(|error| Failure::new(format!("cannot generate `{name}`: {}", error.0)))?;
        lines.push_str(&line_of(name, &value));
        filled.push(name.clone());
    }
    let path = workspace.secrets.path();
    if filled.is_empty() {
        say("gkc: no missing secrets to generate\n");
        return Ok(filled);
    }
    // First, so that no secret is ever there for Git to see.
    ignore(path)?;
    append(path, &lines)?;
    say(&format!("gkc: wrote {} to {path}\n", filled.join(", ")));
    say("gkc: back up that file: the encryption key and the server token cannot be recovered\n");
    Ok(filled)
}

/// Adds lines to the secrets file, which nobody else may read.
fn append(path: &Utf8Path, lines: &str) -> Result<(), Failure> {
    let failed = |error: std::io::Error| Failure::file("write", path, &error);
    let old = match fs::read_to_string(path) {
        Ok(old) => old,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(failed(error)),
    };
    let gap = if old.is_empty() || old.ends_with('\n') {
        ""
    } else {
        "\n"
    };
    // Through a symbolic link to the file that is meant.
    let path = &path.canonicalize_utf8().unwrap_or_else(|_| path.to_owned());
    let folder = path
        .parent()
        .filter(|p| !p.as_str().is_empty())
        .unwrap_or(Utf8Path::new("."));
    // A temporary file is private from the start, and a crash leaves the old file.
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
    file.write_all(format!("{old}{gap}{lines}").as_bytes())
        .map_err(failed)?;
    file.as_file().sync_all().map_err(failed)?;
    file.persist(path).map_err(|error| failed(error.error))?;
    Ok(())
}

/// Keeps the secrets file out of Git.
fn ignore(path: &Utf8Path) -> Result<(), Failure> {
    let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else {
        return Ok(());
    };
    let file = folder.join(".gitignore");
    let failed = |error: std::io::Error| Failure::file("write", &file, &error);
    let mut git = fs::OpenOptions::new()
        .read(true)
        .append(true)
        .create(true)
        .open(&file)
        .map_err(failed)?;
    let mut old = Vec::new();
    git.read_to_end(&mut old).map_err(failed)?;
    let text = String::from_utf8_lossy(&old);
    let covered = |line: &str| {
        let line = line.trim().trim_start_matches('/');
        line == name || line == "*.secrets.env"
    };
    if text.lines().any(covered) {
        return Ok(());
    }
    let gap = if text.is_empty() || text.ends_with('\n') {
        ""
    } else {
        "\n"
    };
    git.write_all(format!("{gap}/{name}\n").as_bytes())
        .map_err(failed)
}

fn list(
    plan: Plan<'_>,
    consumers: &BTreeMap<String, Vec<Consumer>>,
    workspace: &Workspace,
) -> Result<(), Failure> {
    let width = plan
        .secrets()
        .iter()
        .map(|need| need.name.len())
        .max()
        .unwrap_or(0);
    for need in plan.secrets() {
        let generated = if need.generate.is_some() {
            ", can be generated"
        } else {
            ""
        };
        let names = consumers
            .get(&need.name)
            .into_iter()
            .flatten()
            .map(|consumer| consumer.as_str());
        let names: Vec<&str> = names.collect();
        print(&format!(
            "{:width$}  {}{generated}; for {}\n",
            need.name,
            source(need, workspace),
            names.join(", ")
        ))?;
    }
    Ok(())
}

/// Where a value comes from and whether it is there.
fn source(need: &SecretNeed, workspace: &Workspace) -> String {
    match &need.source {
        SecretSource::Env(name) => match (workspace.var(name), workspace.secrets.get(name)) {
            (None, _) => format!("variable {name}: not set"),
            (Some(_), Some(_)) if std::env::var_os(name).is_none_or(|value| value.is_empty()) => {
                format!("variable {name}: set in {}", workspace.secrets.path())
            }
            (Some(_), _) => format!("variable {name}: set"),
        },
        SecretSource::File(path) => match workspace.read(path) {
            Ok(_) => format!("file {path}"),
            Err(error) => format!("file {path}: {}", error.0),
        },
        SecretSource::Terraform(variable) => format!("Terraform variable {variable}"),
        SecretSource::Literal => "literal in the configuration".into(),
    }
}
