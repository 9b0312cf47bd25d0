//! What providers know, as far as it can be had here: `providers.json`, made by `.ci/judges/provider-table`.

use crate::root::Root;
use crate::shape::Shape;
use hcl_edit::structure::{Body, Structure};
use serde_json::Value;
use std::collections::BTreeMap;

/// What Terraform itself takes in every resource.
const META: [&str; 6] = [
    "count",
    "depends_on",
    "for_each",
    "lifecycle",
    "provider",
    "dynamic",
];

pub struct Providers(Value);

impl Providers {
    pub fn load() -> Providers {
        Providers(serde_json::from_str(include_str!("providers.json")).unwrap())
    }

    /// The release of each provider, by name.
    pub fn versions(&self) -> BTreeMap<String, String> {
        let whole = names(&self.0["sources"]);
        let parts = whole.filter_map(|text| text.split_once('/')?.1.split_once(' '));
        parts
            .map(|(name, version)| (name.to_owned(), version.to_owned()))
            .collect()
    }

    fn resource(&self, kind: &str) -> Option<&Value> {
        self.0["resources"].get(kind)
    }

    /// What a resource of that type gives to others, by name.
    pub fn gives(&self, kind: &str) -> Vec<String> {
        let lists = self.resource(kind).into_iter().flat_map(|resource| {
            ["required", "optional", "computed"]
                .into_iter()
                .flat_map(|list| names(&resource[list]))
        });
        lists.map(str::to_owned).collect()
    }

    /// The same as a shape.
    pub fn shape(&self, kind: &str) -> Shape {
        match self.resource(kind) {
            Some(_) => Shape::Object(
                self.gives(kind)
                    .into_iter()
                    .map(|name| (name, Shape::Any))
                    .collect(),
            ),
            None => Shape::Any,
        }
    }

    /// Arguments that a resource does not take, and those that it lacks.
    pub fn problems(&self, root: &Root) -> Vec<String> {
        let mut problems = Vec::new();
        for (address, kind, body) in root.resources() {
            match self.resource(kind) {
                Some(known) => arguments(address, body, known, &mut problems),
                None => problems.push(format!("{address}: no provider that is known has {kind}")),
            }
        }
        problems
    }
}

fn names(list: &Value) -> impl Iterator<Item = &str> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str)
}

fn arguments(place: &str, body: &Body, known: &Value, problems: &mut Vec<String>) {
    let takes = |name: &str| {
        ["required", "optional"]
            .iter()
            .any(|list| names(&known[list]).any(|n| n == name))
    };
    let mut given = Vec::new();
    for structure in body.iter() {
        let (name, inner) = match structure {
            Structure::Attribute(attribute) => (attribute.key.as_str(), None),
            Structure::Block(block) if block.has_ident("dynamic") => {
                let content = block
                    .body
                    .get_blocks("content")
                    .next()
                    .map(|content| &content.body);
                (block.labels.first().map_or("", |label| label.as_str()), content)
            }
            Structure::Block(block) => (block.ident.as_str(), Some(&block.body)),
        };
        if META.contains(&name) {
            continue;
        }
        given.push(name);
        if !takes(name) {
            problems.push(format!("{place} takes no `{name}`"));
        } else if let Some(inner) = inner {
            match known["blocks"].get(name) {
                Some(block) => arguments(&format!("{place}, {name}"), inner, block, problems),
                None => problems.push(format!("{place}: `{name}` is no block")),
            }
        } else if known["blocks"].get(name).is_some() {
            problems.push(format!("{place}: `{name}` is a block"));
        }
    }
    for name in names(&known["required"]).filter(|name| !given.contains(name)) {
        problems.push(format!("{place} lacks `{name}`"));
    }
}
