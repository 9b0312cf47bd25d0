//! The order of the keys in a mapping: that of the fields of its type.

use super::shape::{GROUPS, SCHEMA};
use serde_json::Value;

/// Alternatives are at most three deep; a type that referred to itself would not end otherwise.
const MAX_DEPTH: usize = 8;

/// A place in the configuration, with what the types of the model say about the value there.
#[derive(Clone, Default)]
pub(crate) struct SchemaPlace(Vec<&'static Value>);

impl SchemaPlace {
    /// The whole document.
    pub fn root() -> SchemaPlace {
        SchemaPlace::of([&*SCHEMA])
    }

    /// The keys of a mapping at this place, in the order of the model. Empty where the keys are the user's own names, and in
    /// sections that are passed through.
    pub fn keys(&self) -> Vec<&'static str> {
        let mut keys = Vec::new();
        for (name, _) in self.0.iter().filter_map(|schema| properties(schema)).flatten() {
            if !keys.contains(&name.as_str()) {
                keys.push(name.as_str());
            }
        }
        keys
    }

    /// The same place where it is known to have some keys: of its forms those that have all of them.
    pub fn with(self, present: &[String]) -> SchemaPlace {
        let has = |schema: &'static Value, key: &String| {
            properties(schema).is_some_and(|keys| keys.contains_key(key))
        };
        let is_known = |key: &&String| self.0.iter().any(|schema| has(schema, key));
        let known: Vec<&String> = present.iter().filter(is_known).collect();
        let fits = |schema: &&&'static Value| known.iter().all(|key| has(schema, key));
        let fitting: Vec<&'static Value> = self.0.iter().filter(fits).copied().collect();
        match fitting.is_empty() {
            true => self,
            false => SchemaPlace(fitting),
        }
    }

    /// The place of the value of a key.
    pub fn key(&self, name: &str) -> SchemaPlace {
        SchemaPlace::of(self.0.iter().filter_map(|schema| {
            let property = properties(schema).and_then(|properties| properties.get(name));
            property.or_else(|| schema.get("additionalProperties"))
        }))
    }

    /// What the value of a key can be, in words: "text", or "a list, or text".
    pub fn types(&self, name: &str) -> Option<String> {
        let (_, property) = self.property(name)?;
        let mut found = Vec::new();
        types(property, 0, &mut found);
        (!found.is_empty()).then(|| found.join(", or "))
    }

    /// What a key at this place means, and the words that it takes, in Markdown. `None` for names of the user's own.
    pub fn describe(&self, name: &str) -> Option<String> {
        let (mapping, property) = self.property(name)?;
        // A form of one key, such as `{env: NAME}`, is described as a whole.
        let described = property["description"]
            .as_str()
            .or(mapping["description"].as_str());
        let mut text = described?.to_owned();
        let mut words = words(property, 0);
        words.retain(|(word, _)| !matches!(*word, "true" | "false"));
        if !words.is_empty() {
            text.push_str("\n\nOne of:\n");
        }
        for (word, meaning) in words {
            let meaning = meaning.map_or(String::new(), |meaning| format!(": {meaning}"));
            text.push_str(&format!("\n- `{word}`{meaning}"));
        }
        Some(text)
    }

    /// The words that the value of a key takes, where it takes no others, each with what it means.
    pub fn words(&self, name: &str) -> Vec<(&'static str, Option<&'static str>)> {
        match self.property(name) {
            Some((_, property)) => words(property, 0),
            None => Vec::new(),
        }
    }

    /// The words that the items of a list take, which is the value of a key.
    pub fn item_words(&self, name: &str) -> Vec<(&'static str, Option<&'static str>)> {
        let lists = self.key(name).0.into_iter();
        let mut found: Vec<_> = lists
            .filter_map(|schema| schema.get("items"))
            .flat_map(|items| words(items, 0))
            .collect();
        found.dedup();
        found
    }

    /// The schema of a mapping that has a key, and that of the key's value.
    fn property(&self, name: &str) -> Option<(&'static Value, &'static Value)> {
        let mut mappings = self.0.iter();
        mappings.find_map(|schema| Some((*schema, properties(schema)?.get(name)?)))
    }

    /// The keys that cannot be set beside a key at this place.
    pub fn others_of(&self, name: &str) -> impl Iterator<Item = &'static str> {
        let here = self.keys();
        let groups = GROUPS.iter().filter(move |group| {
            group.members.contains(&name) && group.members.iter().all(|member| here.contains(member))
        });
        let name = name.to_owned();
        let others = groups.flat_map(|group| group.members.iter().copied());
        others.filter(move |member| *member != name)
    }

    /// The keys that a mapping at this place needs, where it has one form only.
    pub fn required(&self) -> Vec<&'static str> {
        let mut mappings = self.0.iter().filter(|schema| properties(schema).is_some());
        let (Some(only), None) = (mappings.next(), mappings.next()) else {
            return Vec::new();
        };
        let required = only["required"].as_array().into_iter().flatten();
        required.filter_map(Value::as_str).collect()
    }

    /// Whether the value of a key can be left to Terraform by `${…}`.
    pub fn is_bindable(&self, name: &str) -> bool {
        let to_it = |schema: &Value| schema["$ref"] == "#/$defs/Bindable";
        self.property(name).is_some_and(|(_, property)| {
            let mut alternatives = property["anyOf"].as_array().into_iter().flatten();
            to_it(property) || alternatives.any(to_it)
        })
    }

    /// Whether the value of a key can be a text, a number or a boolean.
    pub fn takes_scalar(&self, name: &str) -> bool {
        self.property(name)
            .is_some_and(|(_, property)| is_scalar(property, 0))
    }

    /// Whether a value here is a list.
    pub fn is_list(&self) -> bool {
        self.0.iter().any(|schema| schema.get("items").is_some())
    }

    /// Whether a value here is a mapping.
    pub fn is_map(&self) -> bool {
        let has_keys = |schema: &&Value| {
            schema
                .get("additionalProperties")
                .is_some_and(|more| *more != false)
        };
        !self.keys().is_empty() || self.0.iter().any(has_keys)
    }

    /// The place of the items of a list.
    pub fn item(&self) -> SchemaPlace {
        SchemaPlace::of(self.0.iter().filter_map(|schema| schema.get("items")))
    }

    fn of(schemas: impl IntoIterator<Item = &'static Value>) -> SchemaPlace {
        let mut place = SchemaPlace::default();
        for schema in schemas {
            place.add(schema, 0);
        }
        place
    }

    /// Adds a schema with its alternatives.
    fn add(&mut self, schema: &'static Value, depth: usize) {
        if depth > MAX_DEPTH || !schema.is_object() {
            return;
        }
        if ["properties", "additionalProperties", "items"]
            .iter()
            .any(|key| schema.get(key).is_some())
        {
            self.0.push(schema);
        }
        if let Some(definition) = definition(schema) {
            self.add(definition, depth + 1);
        }
        for key in ["anyOf", "oneOf", "allOf"] {
            for alternative in schema[key].as_array().into_iter().flatten() {
                self.add(alternative, depth + 1);
            }
        }
    }
}

/// The words that a schema takes, where it takes no others, each with what it means.
fn words(schema: &'static Value, depth: usize) -> Vec<(&'static str, Option<&'static str>)> {
    if depth > MAX_DEPTH {
        return Vec::new();
    }
    let mut found: Vec<_> = schema["const"]
        .as_str()
        .map(|word| (word, schema["description"].as_str()))
        .into_iter()
        .collect();
    let types = &schema["type"];
    if types == "boolean"
        || types
            .as_array()
            .is_some_and(|types| types.contains(&"boolean".into()))
    {
        found.extend([("true", None), ("false", None)]);
    }
    let listed = schema["enum"].as_array().into_iter().flatten();
    found.extend(listed.filter_map(|word| Some((word.as_str()?, None))));
    if let Some(definition) = definition(schema) {
        found.extend(words(definition, depth + 1));
    }
    for key in ["anyOf", "oneOf"] {
        let alternatives = schema[key].as_array().into_iter().flatten();
        found.extend(alternatives.flat_map(|alternative| words(alternative, depth + 1)));
    }
    found
}

/// What a schema takes, in words, each once.
fn types(schema: &'static Value, depth: usize, found: &mut Vec<&'static str>) {
    let one = schema["type"].as_str();
    let several = schema["type"].as_array().into_iter().flatten();
    let words = one.into_iter().chain(several.filter_map(Value::as_str));
    let words = words.filter_map(|word| match word {
        _ if schema.get("enum").is_some() || schema.get("const").is_some() => Some("a word"),
        "string" => Some("text"),
        "integer" => Some("a whole number"),
        "number" => Some("a number"),
        "boolean" => Some("`true` or `false`"),
        "array" => Some("a list"),
        "object" => Some("a mapping"),
        _ => None,
    });
    for word in words {
        if !found.contains(&word) {
            found.push(word);
        }
    }
    if depth > MAX_DEPTH {
        return;
    }
    let inner = definition(schema).into_iter();
    let alternatives = ["anyOf", "oneOf"]
        .iter()
        .flat_map(|key| schema[*key].as_array().into_iter().flatten());
    inner
        .chain(alternatives)
        .for_each(|schema| types(schema, depth + 1, found));
}

/// Whether a schema takes a text, a number or a boolean.
fn is_scalar(schema: &'static Value, depth: usize) -> bool {
    let is_one = |word: &Value| matches!(word.as_str(), Some("string" | "integer" | "number" | "boolean"));
    let types = &schema["type"];
    let typed = is_one(types) || types.as_array().into_iter().flatten().any(is_one);
    let inner = |schema| depth < MAX_DEPTH && is_scalar(schema, depth + 1);
    let alternatives = ["anyOf", "oneOf"]
        .iter()
        .flat_map(|key| schema[*key].as_array().into_iter().flatten());
    typed
        || schema.get("enum").is_some()
        || schema.get("const").is_some()
        || definition(schema).is_some_and(inner)
        || alternatives.into_iter().any(inner)
}

/// The definition that a schema refers to.
fn definition(schema: &Value) -> Option<&'static Value> {
    let name = schema["$ref"].as_str()?.strip_prefix("#/$defs/")?;
    SCHEMA["$defs"].get(name)
}

fn properties(schema: &'static Value) -> Option<&'static serde_json::Map<String, Value>> {
    schema.get("properties")?.as_object()
}

#[cfg(test)]
mod tests {
    use super::SchemaPlace;

    #[test]
    fn keys_are_in_the_order_of_the_types() {
        let root = SchemaPlace::root();
        assert_eq!(root.keys()[..3], ["apiVersion", "domain", "platform"]);
        assert_eq!(
            root.key("cluster").key("pools").item().key("autoscale").keys(),
            ["min", "max"]
        );
        assert_eq!(root.key("blockNewUsers").keys(), ["enabled", "passlist"]);
        assert_eq!(
            root.key("tailscale").key("authKey").keys(),
            ["env", "file", "terraform", "server", "agent"]
        );
    }

    #[test]
    fn types_in_words() {
        let root = SchemaPlace::root();
        let types = |place: &SchemaPlace, name: &str| place.types(name).unwrap();
        assert_eq!(types(&root, "domain"), "text");
        assert_eq!(types(&root, "domain_passlist"), "a list");
        assert_eq!(types(&root, "blockNewUsers"), "`true` or `false`, or a mapping");
        assert_eq!(types(&root, "platform"), "a word");
        assert_eq!(types(&root.key("ssh"), "port"), "a whole number");
        assert_eq!(types(&root.key("k3s"), "token"), "a mapping, or text");
        assert_eq!(
            types(&root.key("cluster").key("api"), "host"),
            "text, or a mapping"
        );
    }

    #[test]
    fn names_of_the_user_and_passed_through_sections_have_no_order() {
        let root = SchemaPlace::root();
        assert!(root.key("secrets").keys().is_empty());
        assert!(root.key("cluster").key("servers").key("labels").keys().is_empty());
        assert!(
            root.key("k3s")
                .key("serverConfig")
                .key("kubelet-arg")
                .keys()
                .is_empty()
        );
        assert!(
            root.key("gitpod")
                .key("configPatch")
                .key("workspace")
                .keys()
                .is_empty()
        );
        assert!(root.key("unknown").keys().is_empty());
        // What the user's own names hold has one.
        assert_eq!(
            root.key("k3s").key("registries").key("mirrors").key("any").keys(),
            ["endpoint", "rewrite"]
        );
    }
}
