//! What an expression's value looks like, as far as it can be told without values: enough to know whether `each.value.machine_type`
//! is there.

use serde_json::Value;
use std::collections::BTreeMap;

#[derive(Debug, Clone, PartialEq)]
pub enum Shape {
    /// Anything: a resource, or what no rule here follows.
    Any,
    Null,
    Scalar,
    /// Known keys, each with its own shape.
    Object(BTreeMap<String, Shape>),
    /// Unknown keys, values of one shape.
    Map(Box<Shape>),
    List(Box<Shape>),
}

impl Shape {
    pub fn list(of: Shape) -> Shape {
        Shape::List(Box::new(of))
    }

    pub fn map(of: Shape) -> Shape {
        Shape::Map(Box::new(of))
    }

    /// The shape of an output's value in Terraform's JSON syntax, where strings are templates.
    pub fn of(value: &Value) -> Shape {
        match value {
            Value::Null => Shape::Null,
            Value::Object(entries) => {
                Shape::Object(entries.iter().map(|(k, v)| (k.clone(), Shape::of(v))).collect())
            }
            Value::Array(items) => Shape::list(items.iter().map(Shape::of).fold(Shape::Null, Shape::or)),
            _ => Shape::Scalar,
        }
    }

    /// What can be relied on where it is either.
    pub fn or(self, other: Shape) -> Shape {
        match (self, other) {
            (Shape::Null, shape) | (shape, Shape::Null) => shape,
            (Shape::Scalar, Shape::Scalar) => Shape::Scalar,
            (Shape::Object(left), Shape::Object(mut right)) => Shape::Object(
                left.into_iter()
                    .filter_map(|(key, shape)| right.remove(&key).map(|other| (key, shape.or(other))))
                    .collect(),
            ),
            (Shape::Map(left), Shape::Map(right)) => Shape::map(left.or(*right)),
            (Shape::List(left), Shape::List(right)) => Shape::list(left.or(*right)),
            _ => Shape::Any,
        }
    }

    /// What `merge` makes of both.
    pub fn merged(self, over: Shape) -> Shape {
        match (self, over) {
            (Shape::Null, shape) | (shape, Shape::Null) => shape,
            (Shape::Object(mut left), Shape::Object(right)) => {
                left.extend(right);
                Shape::Object(left)
            }
            (left, right) => Shape::map(left.element().or(right.element())),
        }
    }

    /// What one goes through in a `for`.
    pub fn element(&self) -> Shape {
        match self {
            Shape::Object(entries) => entries.values().cloned().fold(Shape::Null, Shape::or),
            Shape::Map(of) | Shape::List(of) => (**of).clone(),
            Shape::Any | Shape::Null | Shape::Scalar => Shape::Any,
        }
    }

    /// What stands under a key; `None` where nothing does.
    pub fn under(&self, key: &str) -> Option<Shape> {
        match self {
            Shape::Any => Some(Shape::Any),
            Shape::Object(entries) => entries.get(key).cloned(),
            Shape::Map(of) => Some((**of).clone()),
            Shape::Null | Shape::Scalar | Shape::List(_) => None,
        }
    }
}
