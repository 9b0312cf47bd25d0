//! Changes that would replace or stop machines, all of them in one run: Terraform must ignore them. `machines.json` has what the providers
//! do to a machine for which argument, from their sources, since no published schema says so.

use crate::root::Root;
use hcl_edit::expr::{Expression, TraversalOperator};
use hcl_edit::structure::{Body, Structure};
use serde_json::Value;

/// Arguments that only Terraform itself reads.
const META: [&str; 4] = ["count", "depends_on", "for_each", "lifecycle"];

pub fn problems(root: &Root) -> Vec<String> {
    let known: Value = serde_json::from_str(include_str!("machines.json")).unwrap();
    let mut problems = Vec::new();
    for (address, kind, body) in root.resources() {
        let machine = &known["resources"][kind];
        if machine.is_object() {
            changes(address, body, machine, &mut problems);
        }
        let group = &known["groups"][kind];
        if group.is_object() {
            left_alone(root, address, group, &mut problems);
        }
    }
    problems
}

fn has(list: &Value, path: &str) -> bool {
    list.as_array().into_iter().flatten().any(|known| known == path)
}

fn changes(address: &str, body: &Body, machine: &Value, problems: &mut Vec<String>) {
    let lifecycle = body.get_blocks("lifecycle").next().map(|block| &block.body);
    if machine["new_first"] == true {
        let first = lifecycle.and_then(|lifecycle| lifecycle.get_attribute("create_before_destroy"));
        if first.is_none_or(|first| first.value.as_bool() != Some(true)) {
            problems.push(format!("{address} is deleted before its successor is created"));
        }
        return;
    }
    let ignored: Vec<String> = lifecycle
        .and_then(|lifecycle| lifecycle.get_attribute("ignore_changes"))
        .and_then(|ignored| ignored.value.as_array())
        .into_iter()
        .flat_map(|ignored| ignored.iter())
        .filter_map(path)
        .collect();
    let is_ignored = |path: &str| {
        ignored.iter().any(|known| {
            path == known
                || path
                    .strip_prefix(known.as_str())
                    .is_some_and(|rest| rest.starts_with('.'))
        })
    };
    for kept in machine["keeps"].as_array().into_iter().flatten() {
        let kept = kept.as_str().unwrap();
        if !ignored.iter().any(|known| kept.starts_with(known.as_str())) {
            problems.push(format!("{address} changes when its {kept} does"));
        }
    }
    let mut paths = Vec::new();
    arguments(body, "", &mut paths);
    for path in paths {
        if has(&machine["own"], &path) || is_ignored(&path) {
            continue;
        }
        if has(&machine["replaces"], &path) {
            problems.push(format!("{address} is replaced when its {path} changes"));
        } else if has(&machine["stops"], &path) {
            problems.push(format!("{address} is stopped when its {path} changes"));
        }
    }
}

/// The arguments that are set, with those of blocks.
fn arguments(body: &Body, within: &str, paths: &mut Vec<String>) {
    for structure in body.iter() {
        let (name, inner) = match structure {
            Structure::Attribute(attribute) => (attribute.key.as_str(), None),
            Structure::Block(block) if block.has_ident("dynamic") => {
                let content = block.body.get_blocks("content").next();
                (block.labels.first().map_or("", |label| label.as_str()), content)
            }
            Structure::Block(block) => (block.ident.as_str(), Some(block)),
        };
        if within.is_empty() && META.contains(&name) {
            continue;
        }
        let path = format!("{within}{name}");
        paths.push(path.clone());
        if let Some(inner) = inner {
            arguments(&inner.body, &format!("{path}."), paths);
        }
    }
}

/// `boot_disk[0].initialize_params` as `boot_disk.initialize_params`; of a mapping, only an entry: `metadata["user-data"]`.
fn path(expression: &Expression) -> Option<String> {
    match expression {
        Expression::Variable(name) => Some(name.as_str().to_owned()),
        Expression::Traversal(traversal) => {
            let mut path = path(&traversal.expr)?;
            for operator in &traversal.operators {
                match operator.value() {
                    TraversalOperator::GetAttr(name) => path = format!("{path}.{}", name.as_str()),
                    TraversalOperator::Index(Expression::String(key)) => {
                        path = format!("{path}[{}]", key.as_str())
                    }
                    _ => {}
                }
            }
            Some(path)
        }
        _ => None,
    }
}

/// The provider's own block turns off what it would otherwise do to the running machines of a group.
fn left_alone(root: &Root, address: &str, group: &Value, problems: &mut Vec<String>) {
    let provider = group["provider"].as_str().unwrap();
    let mut body = root.block(&format!("provider.{provider}"));
    for name in group["block"].as_array().unwrap() {
        let name = name.as_str().unwrap();
        body = body.and_then(|body| Some(&body.get_blocks(name).next()?.body));
    }
    for (argument, value) in group["must_be"].as_object().unwrap() {
        let written = body.and_then(|body| body.get_attribute(argument)?.value.as_bool());
        if written != value.as_bool() {
            problems.push(format!(
                "{address} changes its running machines, unless {provider}'s {argument} is {value}"
            ));
        }
    }
}
