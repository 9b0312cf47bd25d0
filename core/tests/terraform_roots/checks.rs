//! What must hold between a root and the module that it calls. Each check says what is wrong, in words.

use crate::demands;
use crate::machines;
use crate::providers::Providers;
use crate::root::{MODULE, Root};
use crate::walk::{Walked, variables, walk};
use hcl_edit::expr::Expression;
use hcl_edit::structure::Body;
use serde_json::Value;
use std::collections::BTreeSet;

/// Where the module is built, seen from the root.
const SOURCE: &str = "./build/terraform";

/// Outputs that make machines and what is around them: each must be used by a resource. Null ones need not.
const USED_BY_RESOURCES: [&str; 8] = [
    "cloud_init_server_init",
    "cloud_init_server_join",
    "cloud_init_pools",
    "servers",
    "pools",
    "firewall_rules",
    "ingress_ports",
    "dns_records",
];

/// Everything that is wrong with a root. `main` is the module's `main.tf.json`, `example` its `module.tf.example`.
pub fn problems(text: &str, main: &Value, example: &str) -> Vec<String> {
    let root = match Root::parse(text) {
        Ok(root) => root,
        Err(error) => return vec![error],
    };
    let providers = Providers::load();
    let walked = walk(&root, main, &providers);
    let mut problems = walked.problems.clone();
    problems.extend(call(&root, main, example));
    problems.extend(cycles(&walked));
    problems.extend(pins(&root));
    problems.extend(providers.problems(&root));
    problems.extend(sensitive(&root, main, &walked));
    problems.extend(unused(&root, main, &walked));
    problems.extend(machines::problems(&root));
    problems.extend(demands::problems(&root));
    problems
}

fn string(body: &Body, key: &str) -> Option<String> {
    match &body.get_attribute(key)?.value {
        Expression::String(text) => Some(text.as_str().to_owned()),
        _ => None,
    }
}

/// The call binds every variable, no other, each to the expression that the configuration names.
fn call(root: &Root, main: &Value, example: &str) -> Vec<String> {
    let mut problems = Vec::new();
    let Some(body) = root.block(&format!("module.{MODULE}")) else {
        return vec![format!("no module {MODULE} is called")];
    };
    let shown = Root::parse(example).unwrap();
    let mut modules = shown
        .items
        .keys()
        .filter(|address| address.starts_with("module."));
    let shown = shown.block(modules.next().unwrap()).unwrap();
    let written = |body: &Body, key: &str| {
        body.get_attribute(key)
            .map(|a| a.value.to_string().trim().to_owned())
    };
    if string(body, "source").as_deref() != Some(SOURCE) {
        problems.push(format!("the module's source is not {SOURCE}"));
    }
    let known: BTreeSet<&str> = variables(main).collect();
    for variable in &known {
        match written(body, variable) {
            None => problems.push(format!("the module's variable {variable} is not bound")),
            bound if bound != written(shown, variable) => {
                problems.push(format!(
                    "the module's variable {variable} is bound to something else than the configuration names"
                ));
            }
            _ => {}
        }
    }
    for argument in body.attributes().map(|a| a.key.as_str()) {
        if argument != "source" && !known.contains(argument) {
            problems.push(format!("the module has no variable {argument}"));
        }
    }
    problems
}

fn cycles(walked: &Walked) -> Vec<String> {
    walked
        .references
        .keys()
        .filter(|address| walked.closure(address).contains(address.as_str()))
        .map(|address| format!("{address} needs itself in the end"))
        .collect()
}

/// Every provider has a source and a version, and every resource a provider.
fn pins(root: &Root) -> Vec<String> {
    let mut problems = Vec::new();
    let terraform = root.block("terraform");
    if terraform.is_none_or(|body| string(body, "required_version").is_none()) {
        problems.push("no version of Terraform is asked for".into());
    }
    let providers = terraform.and_then(|body| body.get_blocks("required_providers").next());
    let mut pinned = BTreeSet::new();
    for provider in providers.into_iter().flat_map(|block| block.body.attributes()) {
        let name = provider.key.as_str();
        pinned.insert(name);
        let text = provider.value.to_string();
        for key in ["source", "version"] {
            if !text.contains(&format!("{key} ")) {
                problems.push(format!("provider {name} has no {key}"));
            }
        }
    }
    for (address, kind, _) in root.resources() {
        let provider = kind.split('_').next().unwrap_or(kind);
        if !pinned.contains(provider) {
            problems.push(format!("{address} has no provider among required_providers"));
        }
    }
    problems
}

/// Sensitive values must not decide how many there are of something, nor leave by an output that is not sensitive.
fn sensitive(root: &Root, main: &Value, walked: &Walked) -> Vec<String> {
    let mut problems = Vec::new();
    let secret: BTreeSet<String> = main["output"]
        .as_object()
        .into_iter()
        .flatten()
        .filter(|(_, output)| output["sensitive"] == true)
        .map(|(name, _)| format!("module.{MODULE}.{name}"))
        .collect();
    for (from, references) in &walked.references {
        for reference in references.iter().filter(|r| r.decides_keys) {
            // What a local is made of counts as what it is.
            let mut behind = vec![reference.to.as_str()];
            while let Some(to) = behind.pop() {
                if secret.contains(to) {
                    problems.push(format!(
                        "{from} is made once for each of {to}, which is sensitive"
                    ));
                } else if to.starts_with("local.") {
                    behind.extend(
                        walked
                            .references
                            .get(to)
                            .into_iter()
                            .flatten()
                            .map(|r| r.to.as_str()),
                    );
                }
            }
        }
        let hidden = root
            .block(from)
            .and_then(|body| body.get_attribute("sensitive"))
            .is_some();
        if from.starts_with("output.") && !hidden && references.iter().any(|r| secret.contains(&r.to)) {
            problems.push(format!("{from} shows something sensitive"));
        }
    }
    problems
}

/// Nothing that the module gives for machines, firewall and DNS is left lying.
fn unused(root: &Root, main: &Value, walked: &Walked) -> Vec<String> {
    let used: BTreeSet<&str> = root
        .resources()
        .flat_map(|(address, _, _)| walked.closure(address))
        .collect();
    USED_BY_RESOURCES
        .iter()
        .filter(|name| !main["output"][**name]["value"].is_null())
        .filter(|name| !used.contains(format!("module.{MODULE}.{name}").as_str()))
        .map(|name| format!("no resource uses the module's {name}"))
        .collect()
}
