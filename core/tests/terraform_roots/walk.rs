//! Goes through every expression of a root: what it refers to, and whether what it looks for in a value is there.

use crate::providers::Providers;
use crate::root::{Content, MODULE, Root};
use crate::shape::Shape;
use hcl_edit::expr::{Expression, ForExpr, FuncCall, Object, ObjectKey, Traversal, TraversalOperator};
use hcl_edit::structure::{Body, Structure};
use hcl_edit::template::Element;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// A reference: where it leads, and whether it decides how many there are of something (`for_each`, `count`).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reference {
    pub to: String,
    pub decides_keys: bool,
}

/// What each address refers to. The module's variables and outputs are addresses of their own (`module.gkc.var.x`,
/// `module.gkc.x`), as they are in Terraform's graph.
#[derive(Default)]
pub struct Walked {
    pub references: BTreeMap<String, BTreeSet<Reference>>,
    pub problems: Vec<String>,
}

impl Walked {
    /// Everything that an address depends on in the end.
    pub fn closure<'w>(&'w self, from: &'w str) -> BTreeSet<&'w str> {
        let mut seen = BTreeSet::new();
        let mut pending = vec![from];
        while let Some(address) = pending.pop() {
            for reference in self.references.get(address).into_iter().flatten() {
                if seen.insert(reference.to.as_str()) {
                    pending.push(&reference.to);
                }
            }
        }
        seen
    }
}

/// Functions that the roots use, with whether they give a plain value. Others are problems until they are added here.
const FUNCTIONS: [(&str, bool); 27] = [
    ("base64decode", true),
    ("base64encode", true),
    ("cidrhost", true),
    ("cidrsubnet", true),
    ("coalesce", false),
    ("contains", true),
    ("distinct", false),
    ("floor", true),
    ("format", true),
    ("join", true),
    ("keys", false),
    ("length", true),
    ("merge", false),
    ("one", false),
    ("range", false),
    ("regexall", false),
    ("replace", true),
    ("split", false),
    ("title", true),
    ("tonumber", true),
    ("toset", false),
    ("tostring", true),
    ("trimprefix", true),
    ("trimsuffix", true),
    ("try", false),
    ("values", false),
    ("yamlencode", true),
];

/// The walk of a root that calls the module `main` (`main.tf.json`).
pub fn walk(root: &Root, main: &Value, providers: &Providers) -> Walked {
    let mut walker = Walker {
        root,
        main,
        providers,
        at: String::new(),
        keys: false,
        scope: Vec::new(),
        open: Vec::new(),
        walked: Walked::default(),
    };
    for (address, content) in &root.items {
        walker.at.clone_from(address);
        match content {
            Content::Value(value) => {
                walker.shape(value);
            }
            // Types are no expressions, and providers are named where no reference is.
            Content::Block(block) if ["variable", "terraform"].contains(&block.ident.as_str()) => {}
            Content::Block(block) if block.ident.as_str() == "module" => {
                for argument in block.body.attributes() {
                    walker.at = format!("{address}.var.{}", argument.key.as_str());
                    walker.shape(&argument.value);
                }
            }
            Content::Block(block) => walker.body(&block.body),
        }
    }
    for (name, output) in main["output"].as_object().into_iter().flatten() {
        let text = output["value"].to_string();
        let used = variables(main).filter(|variable| {
            text.match_indices(&format!("var.{variable}")).any(|(at, found)| {
                !text[at + found.len()..].starts_with(|c: char| c.is_alphanumeric() || c == '_')
            })
        });
        let references = used
            .map(|variable| Reference {
                to: format!("module.{MODULE}.var.{variable}"),
                decides_keys: false,
            })
            .collect();
        walker
            .walked
            .references
            .insert(format!("module.{MODULE}.{name}"), references);
    }
    walker.walked
}

/// The variables of the module.
pub fn variables(main: &Value) -> impl Iterator<Item = &str> {
    main["variable"]
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, _)| name.as_str())
}

struct Walker<'r> {
    root: &'r Root,
    main: &'r Value,
    providers: &'r Providers,
    at: String,
    keys: bool,
    scope: Vec<(String, Shape)>,
    /// Locals that are being looked into, so that one that needs itself ends.
    open: Vec<String>,
    walked: Walked,
}

impl Walker<'_> {
    fn problem(&mut self, text: String) {
        let text = format!("{}: {text}", self.at);
        if !self.walked.problems.contains(&text) {
            self.walked.problems.push(text);
        }
    }

    fn refer(&mut self, to: String) {
        let reference = Reference {
            to,
            decides_keys: self.keys,
        };
        self.walked
            .references
            .entry(self.at.clone())
            .or_default()
            .insert(reference);
    }

    fn within(&mut self, names: Vec<(String, Shape)>, work: impl FnOnce(&mut Self)) {
        let depth = self.scope.len();
        self.scope.extend(names);
        work(self);
        self.scope.truncate(depth);
    }

    fn body(&mut self, body: &Body) {
        let mut names = Vec::new();
        for word in ["for_each", "count"] {
            let Some(attribute) = body.get_attribute(word) else {
                continue;
            };
            self.keys = true;
            let over = self.shape(&attribute.value);
            self.keys = false;
            let (name, entries) = match word {
                "count" => ("count", vec![("index", Shape::Scalar)]),
                _ => ("each", vec![("key", Shape::Scalar), ("value", over.element())]),
            };
            names.push((name.to_owned(), object(entries)));
        }
        self.within(names, |walker| {
            for structure in body.iter() {
                match structure {
                    Structure::Attribute(attribute)
                        if ["for_each", "count"].contains(&attribute.key.as_str()) => {}
                    // Names attributes of the resource itself.
                    Structure::Attribute(attribute) if attribute.has_key("ignore_changes") => {}
                    Structure::Attribute(attribute) => {
                        walker.shape(&attribute.value);
                    }
                    Structure::Block(block) if block.has_ident("dynamic") => walker.dynamic(block),
                    Structure::Block(block) => walker.body(&block.body),
                }
            }
        });
    }

    /// `dynamic "rule" { for_each = …  content { … } }`: a block for each, named by the label.
    fn dynamic(&mut self, block: &hcl_edit::structure::Block) {
        let Some(over) = block.body.get_attribute("for_each") else {
            return self.problem("a dynamic block has no for_each".into());
        };
        self.keys = true;
        let element = self.shape(&over.value).element();
        self.keys = false;
        let label = block.labels.first().map_or("", |label| label.as_str()).to_owned();
        let iterator = object(vec![("key", Shape::Scalar), ("value", element)]);
        self.within(vec![(label, iterator)], |walker| {
            for content in block.body.get_blocks("content") {
                walker.body(&content.body);
            }
        });
    }

    fn shape(&mut self, expression: &Expression) -> Shape {
        match expression {
            Expression::Null(_) => Shape::Null,
            Expression::Bool(_) | Expression::Number(_) | Expression::String(_) => Shape::Scalar,
            Expression::Array(items) => {
                let shapes: Vec<Shape> = items.iter().map(|item| self.shape(item)).collect();
                Shape::list(shapes.into_iter().fold(Shape::Null, Shape::or))
            }
            Expression::Object(entries) => self.object(entries),
            Expression::StringTemplate(template) => self.template(template.iter()),
            Expression::HeredocTemplate(heredoc) => self.template(heredoc.template.iter()),
            Expression::Parenthesis(inner) => self.shape(inner.inner()),
            Expression::Variable(name) => self.named(name.as_str(), &[]),
            Expression::Conditional(choice) => {
                self.shape(&choice.cond_expr);
                let yes = self.shape(&choice.true_expr);
                yes.or(self.shape(&choice.false_expr))
            }
            Expression::FuncCall(call) => self.call(call),
            Expression::Traversal(traversal) => self.traversal(traversal),
            Expression::UnaryOp(operation) => {
                self.shape(&operation.expr);
                Shape::Scalar
            }
            Expression::BinaryOp(operation) => {
                self.shape(&operation.lhs_expr);
                self.shape(&operation.rhs_expr);
                Shape::Scalar
            }
            Expression::ForExpr(each) => self.each(each),
        }
    }

    fn template<'e>(&mut self, elements: impl Iterator<Item = &'e Element>) -> Shape {
        for element in elements {
            match element {
                Element::Literal(_) => {}
                Element::Interpolation(hole) => {
                    self.shape(&hole.expr);
                }
                Element::Directive(_) => self.problem("a template has directives".into()),
            }
        }
        Shape::Scalar
    }

    fn object(&mut self, entries: &Object) -> Shape {
        let mut known = Some(BTreeMap::new());
        let mut every = Shape::Null;
        for (key, value) in entries.iter() {
            let shape = self.shape(value.expr());
            every = every.or(shape.clone());
            let name = match key {
                ObjectKey::Ident(name) => Some(name.as_str().to_owned()),
                ObjectKey::Expression(Expression::String(name)) => Some(name.as_str().to_owned()),
                ObjectKey::Expression(key) => {
                    self.shape(key);
                    None
                }
            };
            match (name, &mut known) {
                (Some(name), Some(known)) => drop(known.insert(name, shape)),
                _ => known = None,
            }
        }
        known.map_or_else(|| Shape::map(every), Shape::Object)
    }

    fn each(&mut self, each: &ForExpr) -> Shape {
        let over = self.shape(&each.intro.collection_expr);
        let mut names = vec![(each.intro.value_var.as_str().to_owned(), over.element())];
        if let Some(key) = &each.intro.key_var {
            names.push((key.as_str().to_owned(), Shape::Scalar));
        }
        let mut made = Shape::Any;
        self.within(names, |walker| {
            if let Some(condition) = &each.cond {
                walker.shape(&condition.expr);
            }
            let value = walker.shape(&each.value_expr);
            made = match &each.key_expr {
                Some(key) => {
                    walker.shape(key);
                    Shape::map(value)
                }
                None => Shape::list(value),
            };
        });
        made
    }

    fn call(&mut self, call: &FuncCall) -> Shape {
        let name = call.name.name.as_str();
        let mut given: Vec<Shape> = call.args.iter().map(|argument| self.shape(argument)).collect();
        if call.args.expand_final()
            && let Some(last) = given.pop()
        {
            given.push(last.element());
        }
        let Some((_, plain)) = FUNCTIONS.iter().find(|(known, _)| *known == name) else {
            self.problem(format!("there is no function `{name}`"));
            return Shape::Any;
        };
        let first = given.first().cloned().unwrap_or(Shape::Any);
        match name {
            _ if *plain => Shape::Scalar,
            "merge" => given.into_iter().fold(Shape::Null, Shape::merged),
            "coalesce" | "try" => given.into_iter().fold(Shape::Null, Shape::or),
            "range" | "keys" => Shape::list(Shape::Scalar),
            "values" => Shape::list(first.element()),
            "toset" | "distinct" => first,
            "one" => first.element(),
            _ => Shape::Any,
        }
    }

    fn traversal(&mut self, traversal: &Traversal) -> Shape {
        let operators: Vec<&TraversalOperator> =
            traversal.operators.iter().map(|operator| &**operator).collect();
        match &traversal.expr {
            Expression::Variable(name) => self.named(name.as_str(), &operators),
            other => {
                let shape = self.shape(other);
                self.follow(shape, "the expression", &operators)
            }
        }
    }

    /// What a name stands for, with what follows it.
    fn named(&mut self, name: &str, operators: &[&TraversalOperator]) -> Shape {
        if let Some((_, shape)) = self.scope.iter().rev().find(|(known, _)| known == name) {
            let shape = shape.clone();
            return self.follow(shape, name, operators);
        }
        let attribute = |at: usize| match operators.get(at) {
            Some(TraversalOperator::GetAttr(name)) => name.as_str(),
            _ => "",
        };
        let (first, second) = (attribute(0), attribute(1));
        match name {
            "path" | "terraform" | "self" => Shape::Any,
            "var" => {
                self.declared(format!("var.{first}"));
                Shape::Any
            }
            "local" => {
                let address = format!("local.{first}");
                let shape = self.local(&address);
                self.follow(shape, &address, &operators[1.min(operators.len())..])
            }
            "module" => {
                let address = format!("module.{first}.{second}");
                let value = &self.main["output"][second];
                if first != MODULE || value.is_null() {
                    self.problem(format!("{address} is no output of the module"));
                    return Shape::Any;
                }
                let shape = Shape::of(&value["value"]);
                self.refer(address.clone());
                self.follow(shape, &address, &operators[2.min(operators.len())..])
            }
            "data" => {
                self.declared(format!("data.{first}.{second}"));
                Shape::Any
            }
            "each" | "count" => {
                self.problem(format!("`{name}` stands for nothing here"));
                Shape::Any
            }
            _ => {
                let address = format!("{name}.{first}");
                self.declared(address.clone());
                let one = self.providers.shape(name);
                let shape = match self.root.block(&address) {
                    Some(body) if body.has_attribute("for_each") => Shape::map(one),
                    Some(body) if body.has_attribute("count") => Shape::list(one),
                    Some(_) => one,
                    None => Shape::Any,
                };
                self.follow(shape, &address, &operators[1.min(operators.len())..])
            }
        }
    }

    fn declared(&mut self, address: String) {
        if self.root.items.contains_key(&address) {
            self.refer(address);
        } else {
            self.problem(format!("{address} is not declared"));
        }
    }

    fn local(&mut self, address: &str) -> Shape {
        self.declared(address.to_owned());
        let Some(Content::Value(value)) = self.root.items.get(address) else {
            return Shape::Any;
        };
        if self.open.iter().any(|open| open == address) {
            return Shape::Any;
        }
        // Its own references are its own.
        let (at, keys, scope) = (self.at.clone(), self.keys, std::mem::take(&mut self.scope));
        self.open.push(address.to_owned());
        self.at = address.to_owned();
        self.keys = false;
        let shape = self.shape(value);
        self.open.pop();
        (self.at, self.keys, self.scope) = (at, keys, scope);
        shape
    }

    fn indices(&mut self, operators: &[&TraversalOperator]) {
        for operator in operators {
            if let TraversalOperator::Index(index) = operator {
                self.shape(index);
            }
        }
    }

    fn follow(&mut self, mut shape: Shape, what: &str, operators: &[&TraversalOperator]) -> Shape {
        self.indices(operators);
        for operator in operators {
            let key = match operator {
                TraversalOperator::GetAttr(name) => name.as_str(),
                TraversalOperator::Index(Expression::String(name)) => name.as_str(),
                TraversalOperator::Index(_) => {
                    shape = shape.element();
                    continue;
                }
                _ => return Shape::Any,
            };
            match shape.under(key) {
                Some(under) => shape = under,
                None => {
                    self.problem(format!("there is no `{key}` in {what}"));
                    return Shape::Any;
                }
            }
        }
        shape
    }
}

fn object(entries: Vec<(&str, Shape)>) -> Shape {
    Shape::Object(
        entries
            .into_iter()
            .map(|(name, shape)| (name.to_owned(), shape))
            .collect(),
    )
}
