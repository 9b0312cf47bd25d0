//! A node as a JSON value.

use serde_json::{Map, Number, Value};

use super::events::Style;
use super::scalar;
use super::tree::{Kind, NodeId, Scalar, Tag, Tree};

impl Tree<'_> {
    /// The value of a node as YAML 1.2's core schema resolves it, aliases followed and merge keys folded in. What
    /// JSON cannot say becomes text: `.inf`, and keys that are no scalars. Something broken is null.
    pub fn to_json(&self, id: NodeId) -> Value {
        // Calls itself at most `MAX_DEPTH` deep, aliases included; the builder sees to that.
        let node = self.node(self.resolve(id));
        match &node.kind {
            Kind::Null | Kind::Broken | Kind::Alias(_) => Value::Null,
            Kind::Scalar(scalar) => scalar_to_json(scalar, node.tag.as_ref()),
            Kind::Seq(items) => items.iter().map(|item| self.to_json(*item)).collect(),
            Kind::Map(_) => {
                let mut map = Map::new();
                for entry in self.entries(id).iter() {
                    map.insert(self.json_key(entry.key), self.to_json(entry.value));
                }
                Value::Object(map)
            }
        }
    }

    fn json_key(&self, key: NodeId) -> String {
        match self.key_text(key) {
            Some(text) => text.to_owned(),
            None => self.to_json(key).to_string(),
        }
    }
}

fn scalar_to_json(scalar: &Scalar<'_>, tag: Option<&Tag<'_>>) -> Value {
    let text = || Value::String(scalar.text.clone().into_owned());
    let Some(tag) = tag else {
        return if scalar.style == Style::Plain {
            resolved(scalar)
        } else {
            text()
        };
    };
    match tag.core {
        Some("str") | None => text(),
        // A quoted text with a tag for a number is that number.
        Some(_) => resolved(&Scalar {
            text: scalar.text.clone(),
            style: Style::Plain,
        }),
    }
}

fn resolved(scalar: &Scalar<'_>) -> Value {
    if scalar::is_null(scalar) {
        return Value::Null;
    }
    if let Some(bool) = scalar::as_bool(scalar) {
        return Value::Bool(bool);
    }
    let int = scalar::as_int(scalar);
    if let Some(int) = int.and_then(|int| i64::try_from(int).ok()) {
        return int.into();
    }
    if let Some(int) = int.and_then(|int| u64::try_from(int).ok()) {
        return int.into();
    }
    let float = scalar::as_float(scalar).and_then(Number::from_f64);
    match float {
        Some(float) => Value::Number(float),
        None => Value::String(scalar.text.clone().into_owned()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::source::{FileId, SourceFile};
    use crate::syntax::tests::parse_clean;

    #[test]
    fn values_resolve_by_style_and_tag() {
        let text =
            "a: 1\nb: '1'\nc: !!str 1\nd: !!int \"7\"\ne: no\nf: 0x10\ng: 1.5\nh:\ni: [~, true]\nj: .inf\n";
        let file = SourceFile::new(FileId::CONFIG, "x", text);
        let tree = parse_clean(&file);
        assert_eq!(
            tree.to_json(tree.root().unwrap()),
            json!({"a": 1, "b": "1", "c": "1", "d": 7, "e": "no", "f": 16, "g": 1.5, "h": null,
                   "i": [null, true], "j": ".inf"})
        );
    }
}
