//! `gkc secrets generate` and `gkc secrets list`

use super::{check_loaded, findings_of, print, say};
use crate::args::Secrets;
use crate::exit::{Failure, Status};
use crate::render::human::{self, Manner};
use crate::workspace::{Workspace, find, line_of, load, today};
use gkc_core::artifact::Consumer;
use gkc_core::inputs::Inputs;
use gkc_core::{Options, Plan, SecretNeed, SecretSource, generate_secret};
use std::collections::BTreeMap;

pub fn run(args: &Secrets, color: bool) -> Result<Status, Failure> {
    let file = match args {
        Secrets::Generate(file) | Secrets::List(file) => find(file.file.as_deref())?,
    };
    let loaded = load(&file)?;
    let workspace = Workspace::of(&file)?.on(today(None)?);
    let checked = check_loaded(&loaded, &workspace, Options::default());
    let whole = checked.as_ref().ok();
    let planned = whole.and_then(|checked| Some((checked, checked.analysis.plan()?)));
    let Some((whole, plan)) = planned else {
        let findings = findings_of(&loaded, &checked);
        say(&human::report(&[&findings], &Manner::all(color)));
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

/// Fills what is missing and can be made up; returns the variables that were filled, by this run or another at the same time.
pub fn generate(plan: Plan<'_>, workspace: &Workspace) -> Result<Vec<String>, Failure> {
    let mut filled: Vec<String> = Vec::new();
    let mut others: Vec<String> = Vec::new();
    workspace.secrets.update(|now| {
        let mut lines = String::new();
        for need in plan.secrets() {
            let (SecretSource::Env(name), Some(kind)) = (&need.source, need.generate) else {
                continue;
            };
            if workspace.var(name).is_some() || filled.contains(name) {
                continue;
            }
            if now.get(name).is_some() {
                others.push(name.clone());
                continue;
            }
            let value = generate_secret(kind, workspace)
                .map_err(|error| Failure::new(format!("cannot generate `{name}`: {}", error.0)))?;
            lines.push_str(&line_of(name, &value));
            filled.push(name.clone());
        }
        Ok(lines)
    })?;
    match filled.is_empty() {
        true => say("gkc: no missing secrets to generate\n"),
        false => {
            let path = workspace.secrets.path();
            say(&format!("gkc: wrote {} to {path}\n", filled.join(", ")));
            say("gkc: back up that file: the encryption key and the server token cannot be recovered\n");
        }
    }
    filled.extend(others);
    Ok(filled)
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
        let used = match names.as_slice() {
            // Nobody asked for what it belongs to.
            [] => "optional, not used while it is not set".to_owned(),
            names => format!("for {}", names.join(", ")),
        };
        print(&format!(
            "{:width$}  {}{generated}; {used}\n",
            need.name,
            source(need, workspace),
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
