//! A root that Terraform itself can plan and apply without any provider: each resource becomes a `terraform_data` that holds its
//! arguments, and gives what the provider would give as made-up values. So the graph, the functions, the keys of every `for_each`,
//! what is sensitive and the calls of the module are judged by Terraform. What a provider thinks of its arguments is not.

use crate::root::{Content, Root};
use hcl_edit::expr::{Expression, Traversal, TraversalOperator};
use hcl_edit::structure::{Body, Structure};
use hcl_edit::visit_mut::{VisitMut, visit_expr_mut};
use hcl_edit::{Decorate, Decorated, Ident};
use std::collections::BTreeSet;
use std::fmt::Write;

/// What a provider gives. Some of it is decoded from base64 by roots.
pub const MADE_UP: &str = "bWFkZSB1cA==";

/// Attributes that are lists of objects, each with what roots read of one.
const LISTS: [(&str, &str); 1] = [("server_ca_cert", "cert")];

/// The root's files as one, for Terraform. `gives` names what a resource type gives to others.
pub fn root(text: &str, gives: impl Fn(&str) -> Vec<String>) -> String {
    let declared = Root::parse(text).unwrap();
    let mut renamed = Renamed {
        resources: declared
            .resources()
            .map(|(address, _, _)| address.to_owned())
            .collect(),
    };
    let mut out = String::new();
    for (address, content) in &declared.items {
        match content {
            Content::Value(value) => {
                let name = address.trim_start_matches("local.");
                let _ = writeln!(out, "locals {{\n{name} = ({}\n)\n}}", renamed.text(value));
            }
            Content::Block(block) => match block.ident.as_str() {
                "resource" => {
                    let given = gives(block.labels[0].as_str());
                    out.push_str(&renamed.resource(address, &block.body, &given));
                }
                "provider" | "terraform" => {}
                _ => {
                    let mut block = block.clone();
                    renamed.visit_block_mut(&mut block);
                    let body = Body::builder().block(block).build();
                    out.push_str(&body.to_string());
                }
            },
        }
    }
    out
}

struct Renamed {
    resources: BTreeSet<String>,
}

fn stand_in(address: &str) -> String {
    address.replace('.', "__")
}

impl Renamed {
    fn text(&mut self, expression: &Expression) -> String {
        let mut expression = expression.clone();
        self.visit_expr_mut(&mut expression);
        expression.to_string()
    }

    fn resource(&mut self, address: &str, body: &Body, gives: &[String]) -> String {
        let name = stand_in(address);
        let mut out = format!("resource \"terraform_data\" \"{name}\" {{\n");
        for word in ["for_each", "count"] {
            if let Some(attribute) = body.get_attribute(word) {
                let _ = writeln!(out, "{word} = {}", self.text(&attribute.value));
            }
        }
        if let Some(waits) = body.get_attribute("depends_on").and_then(|a| a.value.as_array()) {
            let waits: Vec<String> = waits
                .iter()
                .map(|on| format!("terraform_data.{}", stand_in(on.to_string().trim())))
                .collect();
            let _ = writeln!(out, "depends_on = [{}]", waits.join(", "));
        }
        for lifecycle in body.get_blocks("lifecycle") {
            for condition in lifecycle.body.get_blocks("precondition") {
                let mut condition = condition.clone();
                self.visit_block_mut(&mut condition);
                let _ = writeln!(
                    out,
                    "lifecycle {{\n{}}}",
                    Body::builder().block(condition).build()
                );
            }
        }
        let _ = writeln!(out, "input = {}\n}}", self.object(body, gives));
        let local = match (body.has_attribute("for_each"), body.has_attribute("count")) {
            (true, _) => format!("{{ for key, one in terraform_data.{name} : key => one.output }}"),
            (_, true) => format!("terraform_data.{name}[*].output"),
            _ => format!("terraform_data.{name}.output"),
        };
        let _ = writeln!(out, "locals {{\n{name} = {local}\n}}");
        out
    }

    /// Arguments and blocks as an object, blocks as lists of objects.
    fn object(&mut self, body: &Body, gives: &[String]) -> String {
        let mut out = String::from("{\n");
        let mut given: Vec<(&str, Vec<String>)> = Vec::new();
        for structure in body.iter() {
            let (name, value) = match structure {
                Structure::Attribute(attribute) => (attribute.key.as_str(), self.text(&attribute.value)),
                Structure::Block(block) if block.has_ident("dynamic") => {
                    let label = block.labels[0].as_str();
                    let over = self.text(&block.body.get_attribute("for_each").unwrap().value);
                    let content = self.object(&block.body.get_blocks("content").next().unwrap().body, &[]);
                    let pairs = format!("[for key, value in {over} : {{ key = key, value = value }}]");
                    (label, format!("[for {label} in {pairs} : {content}]"))
                }
                Structure::Block(block) => (
                    block.ident.as_str(),
                    format!("[{}]", self.object(&block.body, &[])),
                ),
            };
            if ["for_each", "count", "depends_on", "lifecycle"].contains(&name) {
                continue;
            }
            match given.iter_mut().find(|(known, _)| *known == name) {
                Some((_, values)) => values.push(value),
                None => given.push((name, vec![value])),
            }
        }
        for (name, values) in &given {
            let _ = match values.as_slice() {
                [value] => writeln!(out, "{name} = ({value}\n)"),
                // Blocks of one name, some of them dynamic.
                several => writeln!(out, "{name} = concat({}\n)", several.join("\n, ")),
            };
        }
        for name in gives
            .iter()
            .filter(|name| given.iter().all(|(known, _)| known != name))
        {
            let _ = match LISTS.iter().find(|(list, _)| list == name) {
                Some((_, inner)) => writeln!(out, "{name} = [{{ {inner} = \"{MADE_UP}\" }}]"),
                None => writeln!(out, "{name} = \"{MADE_UP}\""),
            };
        }
        out.push('}');
        out
    }
}

impl VisitMut for Renamed {
    /// `type.name` becomes `local.type__name`.
    fn visit_expr_mut(&mut self, expression: &mut Expression) {
        visit_expr_mut(self, expression);
        let Expression::Traversal(traversal) = expression else {
            return;
        };
        let (Expression::Variable(kind), Some(first)) = (&traversal.expr, traversal.operators.first()) else {
            return;
        };
        let TraversalOperator::GetAttr(name) = first.value() else {
            return;
        };
        let address = format!("{}.{}", kind.as_str(), name.as_str());
        if !self.resources.contains(&address) {
            return;
        }
        let mut operators: Vec<Decorated<TraversalOperator>> = traversal.operators.clone();
        operators[0] = Decorated::new(TraversalOperator::GetAttr(Decorated::new(Ident::new(stand_in(
            &address,
        )))));
        let decor = std::mem::take(traversal.decor_mut());
        *expression = Traversal::new(Ident::new("local"), operators).into();
        *expression.decor_mut() = decor;
    }
}
