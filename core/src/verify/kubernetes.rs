//! Built-in objects, decoded into Kubernetes' own types, which must know every field.

use k8s_openapi::api::apps::v1::{Deployment, StatefulSet};
use k8s_openapi::api::batch::v1::{CronJob, Job};
use k8s_openapi::api::core::v1::{ConfigMap, Namespace, ResourceQuota, Secret, Service, ServiceAccount};
use k8s_openapi::api::networking::v1::{Ingress, NetworkPolicy};
use k8s_openapi::api::rbac::v1::{ClusterRole, ClusterRoleBinding, Role, RoleBinding};
use serde::de::value::BorrowedStrDeserializer;
use serde::de::{self, DeserializeOwned, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use std::fmt;
use std::iter::Enumerate;

/// Whether an object of a built-in kind decodes strictly.
pub(super) fn built_in(version: &str, kind: &str, object: &Value) -> Result<(), String> {
    match (version, kind) {
        ("apps/v1", "Deployment") => decode::<Deployment>(object),
        ("apps/v1", "StatefulSet") => decode::<StatefulSet>(object),
        ("batch/v1", "CronJob") => decode::<CronJob>(object),
        ("batch/v1", "Job") => decode::<Job>(object),
        ("v1", "ConfigMap") => decode::<ConfigMap>(object),
        ("v1", "Namespace") => decode::<Namespace>(object),
        ("v1", "ResourceQuota") => decode::<ResourceQuota>(object),
        ("v1", "Secret") => decode::<Secret>(object),
        ("v1", "Service") => decode::<Service>(object),
        ("v1", "ServiceAccount") => decode::<ServiceAccount>(object),
        ("networking.k8s.io/v1", "Ingress") => decode::<Ingress>(object),
        ("networking.k8s.io/v1", "NetworkPolicy") => decode::<NetworkPolicy>(object),
        ("rbac.authorization.k8s.io/v1", "ClusterRole") => decode::<ClusterRole>(object),
        ("rbac.authorization.k8s.io/v1", "ClusterRoleBinding") => decode::<ClusterRoleBinding>(object),
        ("rbac.authorization.k8s.io/v1", "Role") => decode::<Role>(object),
        ("rbac.authorization.k8s.io/v1", "RoleBinding") => decode::<RoleBinding>(object),
        _ => Err(format!("unknown kind {version} {kind}")),
    }
}

fn decode<T: DeserializeOwned>(object: &Value) -> Result<(), String> {
    match T::deserialize(Strict(object)) {
        Ok(_) => Ok(()),
        Err(Error::Unknown(path)) => Err(format!("unknown field `{path}`")),
        // It may quote a value, and the value may be a secret.
        Err(Error::Unfit) => Err("a value has the wrong type".to_owned()),
    }
}

/// Why an object is not of its type.
#[derive(Debug)]
enum Error {
    /// The type has no such field: its path, each part after a `/`.
    Unknown(String),
    /// A value is not what its field takes.
    Unfit,
}

impl Error {
    /// The same, where it is seen from the mapping or list around it.
    fn below(self, part: impl fmt::Display) -> Error {
        match self {
            Error::Unknown(path) => Error::Unknown(format!("/{part}{path}")),
            Error::Unfit => Error::Unfit,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?}")
    }
}

impl std::error::Error for Error {}

impl de::Error for Error {
    fn custom<T: fmt::Display>(_: T) -> Error {
        Error::Unfit
    }
}

/// A value that has to be known as a whole: what a type would ignore is an error, unless there is nothing in it.
struct Strict<'a>(&'a Value);

impl<'a> Deserializer<'a> for Strict<'a> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Value::Null => visitor.visit_unit(),
            Value::Bool(value) => visitor.visit_bool(*value),
            Value::Number(value) => match (value.as_i64(), value.as_f64()) {
                (Some(value), _) => visitor.visit_i64(value),
                (None, Some(value)) => visitor.visit_f64(value),
                (None, None) => Err(Error::Unfit),
            },
            Value::String(text) => visitor.visit_borrowed_str(text),
            Value::Array(items) => visitor.visit_seq(Items(items.iter().enumerate())),
            Value::Object(fields) => visitor.visit_map(Fields {
                fields: fields.iter(),
                value: None,
            }),
        }
    }

    fn deserialize_option<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Value::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'a>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_ignored_any<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, Error> {
        match is_empty(self.0) {
            true => visitor.visit_unit(),
            false => Err(Error::Unknown(String::new())),
        }
    }

    serde::forward_to_deserialize_any! {
        <W: Visitor<'a>> bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map struct enum identifier
    }
}

struct Items<'a>(Enumerate<std::slice::Iter<'a, Value>>);

impl<'a> SeqAccess<'a> for Items<'a> {
    type Error = Error;

    fn next_element_seed<S: DeserializeSeed<'a>>(&mut self, seed: S) -> Result<Option<S::Value>, Error> {
        let Some((i, item)) = self.0.next() else {
            return Ok(None);
        };
        let read = seed.deserialize(Strict(item));
        read.map(Some).map_err(|error| error.below(i))
    }
}

struct Fields<'a> {
    fields: serde_json::map::Iter<'a>,
    value: Option<(&'a str, &'a Value)>,
}

impl<'a> MapAccess<'a> for Fields<'a> {
    type Error = Error;

    fn next_key_seed<S: DeserializeSeed<'a>>(&mut self, seed: S) -> Result<Option<S::Value>, Error> {
        let Some((key, value)) = self.fields.next() else {
            return Ok(None);
        };
        self.value = Some((key, value));
        seed.deserialize(BorrowedStrDeserializer::new(key)).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'a>>(&mut self, seed: S) -> Result<S::Value, Error> {
        let Some((key, value)) = self.value.take() else {
            return Err(Error::Unfit);
        };
        seed.deserialize(Strict(value)).map_err(|error| error.below(key))
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Object(map) => map.is_empty(),
        Value::Array(list) => list.is_empty(),
        Value::Null => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_unknown_field_and_a_wrong_type_are_found() {
        let secret = |extra: Value| {
            let mut object = json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "a"}, "data": {"k": "dg=="}});
            object
                .as_object_mut()
                .unwrap()
                .extend(extra.as_object().unwrap().clone());
            built_in("v1", "Secret", &object)
        };
        assert_eq!(secret(json!({})), Ok(()));
        assert_eq!(
            secret(json!({"dta": {"a": "b"}})),
            Err("unknown field `/dta`".into())
        );
        assert_eq!(
            secret(
                json!({"metadata": {"name": "a", "ownerReferences": [{"apiVersion": "v1", "kind": "Pod", "name": "p", "uid": "u", "owner": true}]}})
            ),
            Err("unknown field `/metadata/ownerReferences/0/owner`".into())
        );
        assert_eq!(secret(json!({"dta": {}})), Ok(()));
        assert!(secret(json!({"data": {"k": 5}})).is_err());
        assert!(secret(json!({"data": {"k": "not base64!"}})).is_err());
    }
}
