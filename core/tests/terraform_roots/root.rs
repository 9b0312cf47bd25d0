//! A root module as it is written: what it declares, by address.

use hcl_edit::expr::Expression;
use hcl_edit::structure::{Block, Body};
use std::collections::BTreeMap;

/// The only module that a root calls.
pub const MODULE: &str = "gkc";

/// What is written at an address.
pub enum Content {
    Block(Block),
    Value(Expression),
}

/// Addresses: `var.x`, `local.x`, `output.x`, `provider.x`, `data.type.x`, `type.x`, `module.x`, `terraform`.
pub struct Root {
    pub items: BTreeMap<String, Content>,
}

impl Root {
    pub fn parse(text: &str) -> Result<Root, String> {
        let body: Body = text
            .parse()
            .map_err(|error: hcl_edit::parser::Error| error.to_string())?;
        let mut items = BTreeMap::new();
        let mut add = |address: String, content: Content| match items.insert(address.clone(), content) {
            Some(_) => Err(format!("{address} is declared twice")),
            None => Ok(()),
        };
        for block in body.blocks() {
            let labels: Vec<&str> = block.labels.iter().map(|label| label.as_str()).collect();
            let address = match (block.ident.as_str(), labels.as_slice()) {
                ("locals", []) => {
                    for local in block.body.attributes() {
                        add(
                            format!("local.{}", local.key.as_str()),
                            Content::Value(local.value.clone()),
                        )?;
                    }
                    continue;
                }
                ("resource", [kind, name]) => format!("{kind}.{name}"),
                ("data", [kind, name]) => format!("data.{kind}.{name}"),
                ("variable", [name]) => format!("var.{name}"),
                (word @ ("output" | "provider" | "module"), [name]) => format!("{word}.{name}"),
                ("terraform", []) => "terraform".to_owned(),
                // What a resource was called before: it changes nothing else.
                ("moved", []) => continue,
                (word, _) => return Err(format!("there is no block `{word}` with {} labels", labels.len())),
            };
            add(address, Content::Block(block.clone()))?;
        }
        Ok(Root { items })
    }

    pub fn block(&self, address: &str) -> Option<&Body> {
        match self.items.get(address) {
            Some(Content::Block(block)) => Some(&block.body),
            _ => None,
        }
    }

    /// Resources with their type, by address.
    pub fn resources(&self) -> impl Iterator<Item = (&str, &str, &Body)> {
        self.items.iter().filter_map(|(address, content)| match content {
            Content::Block(block) if block.ident.as_str() == "resource" => {
                Some((address.as_str(), block.labels.first()?.as_str(), &block.body))
            }
            _ => None,
        })
    }
}
