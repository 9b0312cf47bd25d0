//! The shape of the configuration as the schema of its types tells it: which keys a mapping has, which it needs, and where else
//! a key of that name belongs. The decoder and the published schema read the same facts from here.

use super::Config;
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// Keys of one mapping of which at most one may be chosen. A key is chosen where it is neither null nor `false`.
pub(crate) struct Group {
    /// Name of the model type.
    pub of: &'static str,
    /// The alternatives.
    pub members: &'static [&'static str],
    /// Whether one has to be chosen.
    pub required: bool,
    /// The alternative that holds by default, and that `false` turns off: then another has to be chosen.
    pub switch: Option<&'static str>,
}

const fn group(of: &'static str, members: &'static [&'static str], required: bool) -> Group {
    Group {
        of,
        members,
        required,
        switch: None,
    }
}

/// Every group of alternatives in the language.
pub(crate) static GROUPS: &[Group] = &[
    group("Config", &["domain_passlist", "domainPasslist"], false),
    Group {
        of: "Certificate",
        members: &["acme", "provided", "selfSigned"],
        required: false,
        switch: Some("selfSigned"),
    },
    group(
        "Dns01",
        &[
            "cloudflare",
            "route53",
            "cloudDNS",
            "azureDNS",
            "digitalocean",
            "hetzner",
            "scaleway",
            "rfc2136",
        ],
        true,
    ),
    Group {
        of: "Database",
        members: &["inCluster", "external", "cloudSql"],
        required: false,
        switch: Some("inCluster"),
    },
    Group {
        of: "Registry",
        members: &["inCluster", "external", "s3"],
        required: false,
        switch: Some("inCluster"),
    },
    group("Database", &["backup", "external"], false),
    group("Database", &["backup", "cloudSql"], false),
    group("ExternalRegistry", &["password", "dockerConfig"], true),
    Group {
        of: "Storage",
        members: &["inCluster", "s3", "gcs"],
        required: false,
        switch: Some("inCluster"),
    },
    group("Tracing", &["endpoint", "agentHost"], true),
    group("Cluster", &["servers", "nodes"], false),
    group("Cluster", &["pools", "nodes"], false),
    group("Pool", &["count", "autoscale"], false),
    group("Autoscaler", &["hetzner", "azure", "gcp"], true),
    group("K3s", &["version", "channel"], false),
    group("Expectation", &["from", "only"], true),
    group("Expectation", &["allow", "deny", "may"], true),
];

/// `(type, key, other)`: where `key` is written, `other` has to be.
pub(crate) static NEEDS: &[(&str, &str, &str)] = &[
    ("ExternalRegistry", "password", "username"),
    ("ExternalRegistry", "username", "password"),
    ("Expectation", "allow", "from"),
    ("Expectation", "deny", "from"),
    ("Expectation", "may", "only"),
];

/// The keys that a mapping requires, by the name of its type, in the order of names. The types say the same, but only in a schema
/// that is too slow to make for every file; a test holds the two against each other.
pub(crate) static REQUIRED: &[(&str, &[&str])] = &[
    ("Acme", &["dns01"]),
    ("Airgap", &["url"]),
    ("AuthKeys", &["server", "agent"]),
    (
        "AuthProvider",
        &["id", "type", "host", "clientId", "clientSecret"],
    ),
    ("Autoscale", &["min", "max"]),
    ("AzureAutoscaler", &["subscription", "resourceGroup"]),
    (
        "AzureDns",
        &[
            "subscriptionID",
            "tenantID",
            "clientID",
            "clientSecret",
            "resourceGroup",
            "hostedZone",
        ],
    ),
    ("CloudDns", &["project", "serviceAccount"]),
    (
        "CloudSql",
        &["instance", "serviceAccount", "username", "password"],
    ),
    ("Cloudflare", &["apiToken"]),
    ("Config", &["apiVersion"]),
    ("DatabaseBackup", &["s3"]),
    ("DigitalOcean", &["token"]),
    ("EncryptionKey", &["material"]),
    ("ExternalDatabase", &["host", "username", "password"]),
    ("ExternalDatastore", &["endpoint"]),
    ("ExternalRegistry", &["url"]),
    ("ExtraFile", &["path", "content"]),
    ("GcpAutoscaler", &["project", "zones"]),
    ("Gcs", &["project", "serviceAccount"]),
    ("GithubLogin", &["clientId", "clientSecret"]),
    ("HetznerAutoscaler", &["token", "network", "firewall"]),
    ("HetznerDns", &["apiToken"]),
    ("Ipv6", &["nodes"]),
    ("KeyPair", &["cert", "key"]),
    ("Node", &["name", "role"]),
    ("Oidc", &["issuerUrl", "clientId", "clientSecret"]),
    ("Pool", &["name"]),
    ("Proxy", &["http"]),
    ("Rfc2136", &["nameserver", "tsigKeyName", "tsigSecret"]),
    ("Route53", &["region", "accessKeyId", "secretAccessKey"]),
    (
        "S3Bucket",
        &["endpoint", "region", "bucket", "accessKeyId", "secretAccessKey"],
    ),
    ("ScalewayDns", &["accessKey", "secretKey"]),
    ("SnapshotS3", &["bucket", "accessKey", "secretKey"]),
    ("TagsByRole", &["server", "agent"]),
];

/// The keys that a mapping of this type requires.
pub(crate) fn required(of: &str) -> &'static [&'static str] {
    match REQUIRED.binary_search_by_key(&of, |(name, _)| name) {
        Ok(index) => REQUIRED[index].1,
        Err(_) => &[],
    }
}

/// Texts of which the decoder says nothing where they are empty: without a domain there is more to say, and a rule says it; an empty short
/// name means the same as none.
pub(super) const MAY_BE_EMPTY: [&str; 2] = ["domain", "shortname"];

/// One mapping type of the model.
pub(super) struct StructShape {
    /// The keys that have to be written.
    pub required: Vec<String>,
    /// The keys that are text, and mean nothing without any.
    pub texts: Vec<String>,
    /// What each key means, first sentence.
    docs: BTreeMap<String, String>,
}

/// All mapping types, and the places where each key may stand.
pub(crate) struct Shape {
    structs: BTreeMap<String, StructShape>,
    homes: BTreeMap<String, Vec<String>>,
    /// How many mappings deep the first secret is in what a type holds.
    secrets: BTreeMap<String, usize>,
}

/// What the types alone say. It takes a millisecond to make: only findings and editors ask for it.
pub(super) static SCHEMA: LazyLock<Value> = LazyLock::new(raw_schema);

static SHAPE: LazyLock<Shape> = LazyLock::new(|| Shape::from_schema(&SCHEMA));

impl Shape {
    /// The shape of the language. It takes a millisecond to make: only what has found a mistake asks for it.
    pub fn get() -> &'static Shape {
        &SHAPE
    }

    /// What a key of a mapping type means, in a sentence without its full stop; empty where it has no words.
    pub fn doc(&self, of: &str, key: &str) -> &str {
        let shape = self.structs.get(of);
        shape
            .and_then(|shape| shape.docs.get(key))
            .map_or("", String::as_str)
    }

    /// Whether a required key of a mapping type is text, and so means nothing without any.
    pub fn is_text(&self, of: &str, key: &str) -> bool {
        let shape = self.structs.get(of);
        shape.is_some_and(|shape| shape.texts.iter().any(|text| text == key))
    }

    /// Whether a mapping type holds a secret, at any depth.
    pub fn holds_secrets(&self, of: &str) -> bool {
        self.secrets.contains_key(of)
    }

    /// The same, but no deeper than in the mappings that are its values.
    pub fn is_for_secrets(&self, of: &str) -> bool {
        self.secrets.get(of).is_some_and(|depth| *depth <= 1)
    }

    /// Dotted paths of the mappings that have a key spelt `key`, but for case, `-` and `_`.
    pub fn homes(&self, key: &str) -> &[String] {
        self.homes.get(&folded(key)).map_or(&[], Vec::as_slice)
    }

    fn from_schema(schema: &Value) -> Shape {
        let mut structs = BTreeMap::new();
        structs.insert("Config".to_owned(), struct_shape(schema));
        for (name, definition) in schema["$defs"].as_object().into_iter().flatten() {
            if definition.get("properties").is_some() {
                structs.insert(name.clone(), struct_shape(definition));
            }
        }
        let mut homes = BTreeMap::new();
        walk(schema, schema, &mut Vec::new(), &mut homes);
        Shape {
            structs,
            homes,
            secrets: secrets(schema),
        }
    }
}

/// A key without what people get wrong about it: case, `-` and `_`.
pub(crate) fn folded(key: &str) -> String {
    key.chars()
        .filter(|c| !matches!(c, '-' | '_'))
        .flat_map(char::to_lowercase)
        .collect()
}

pub(super) fn struct_shape(definition: &Value) -> StructShape {
    let properties = definition["properties"].as_object();
    let names = |value: &Value| -> Vec<String> {
        value
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|n| n.as_str().map(str::to_owned))
            .collect()
    };
    let doc = |property: &Value| {
        let text = property["description"].as_str().unwrap_or("").replace('\n', " ");
        text.split(". ")
            .next()
            .unwrap_or("")
            .trim_end_matches('.')
            .to_owned()
    };
    let required = names(&definition["required"]);
    let is_text = |property: &Value| {
        // What is handed on as it is may be empty: it is marked.
        let plain = property["type"] == "string"
            && property.get("enum").is_none()
            && property.get("$comment").is_none();
        plain || property["$ref"] == "#/$defs/Bindable"
    };
    StructShape {
        texts: properties
            .into_iter()
            .flatten()
            .filter(|(_, property)| is_text(property))
            .map(|(name, _)| name.clone())
            .collect(),
        required,
        docs: crate::sorted::map(
            properties
                .into_iter()
                .flatten()
                .map(|(name, p)| (name.clone(), doc(p))),
        ),
    }
}

/// How many mappings deep the first secret is in what each type holds; those that hold none are absent.
fn secrets(schema: &Value) -> BTreeMap<String, usize> {
    let definitions = || schema["$defs"].as_object().into_iter().flatten();
    let mut depths: BTreeMap<String, usize> = BTreeMap::from([("SecretSource".to_owned(), 0)]);
    // A type is at most as deep as there are types.
    for _ in definitions() {
        for (name, definition) in definitions() {
            let depth = refs(definition).into_iter().filter_map(|used| {
                let is_mapping = schema["$defs"][used].get("properties").is_some();
                Some(depths.get(used)? + usize::from(is_mapping))
            });
            if let Some(depth) = depth.min()
                && depths.get(name).is_none_or(|known| depth < *known)
            {
                depths.insert(name.clone(), depth);
            }
        }
    }
    depths
}

/// The names of the types that a part of a schema speaks of.
fn refs(schema: &Value) -> Vec<&str> {
    match schema {
        Value::Object(parts) => {
            let own = parts.get("$ref").and_then(Value::as_str);
            let own = own.and_then(|own| own.strip_prefix("#/$defs/"));
            own.into_iter().chain(parts.values().flat_map(refs)).collect()
        }
        Value::Array(parts) => parts.iter().flat_map(refs).collect(),
        _ => Vec::new(),
    }
}

/// Visits every property reachable from `schema` and notes under which dotted path it may stand.
fn walk(root: &Value, schema: &Value, path: &mut Vec<String>, homes: &mut BTreeMap<String, Vec<String>>) {
    /// The language is at most this deep; a type that held itself would not end otherwise.
    const MAX_DEPTH: usize = 8;
    if path.len() > MAX_DEPTH {
        return;
    }
    if let Some(name) = schema["$ref"].as_str().and_then(|r| r.strip_prefix("#/$defs/")) {
        walk(root, &root["$defs"][name], path, homes);
    }
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        let places = homes.entry(folded(name)).or_default();
        let place = path.join(".");
        if !places.contains(&place) {
            places.push(place);
        }
        path.push(name.clone());
        walk(root, property, path, homes);
        path.pop();
    }
    for key in ["anyOf", "oneOf", "allOf"] {
        for alternative in schema[key].as_array().into_iter().flatten() {
            walk(root, alternative, path, homes);
        }
    }
    for key in ["items", "additionalProperties"] {
        if schema[key].is_object() {
            walk(root, &schema[key], path, homes);
        }
    }
}

fn raw_schema() -> Value {
    let mut settings = schemars::generate::SchemaSettings::draft2020_12();
    settings.inline_subschemas = false;
    settings
        .into_generator()
        .into_root_schema_for::<Config>()
        .to_value()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn required_keys_are_those_of_the_types() {
        let of_types: Vec<(&str, Vec<&str>)> = Shape::get()
            .structs
            .iter()
            .map(|(name, shape)| (name.as_str(), shape.required.iter().map(String::as_str).collect()))
            .filter(|(_, required): &(&str, Vec<&str>)| !required.is_empty())
            .collect();
        let listed: Vec<(&str, Vec<&str>)> = REQUIRED
            .iter()
            .map(|(name, keys)| (*name, keys.to_vec()))
            .collect();
        assert_eq!(listed, of_types);
    }
}
