//! Texts and trees that are likely to go wrong, and what they stand for.

use std::collections::BTreeMap;

use gkc_core::emit::data::{Data, Kind, map, seq};
use gkc_core::emit::filled::{Rendered, render};
use gkc_core::emit::render::{RenderError, json_string, shell_word};
use gkc_core::text::{Hole, Late, Part, SecretId, Text};
use gkc_core::text::{SecretValue, Values};
use proptest::prelude::*;
use unicode_normalization::UnicodeNormalization;

use crate::awkward::AWKWARD;

/// One awkward string, several in a row, or anything.
pub fn string() -> BoxedStrategy<String> {
    let awkward = prop::sample::select(AWKWARD);
    prop_oneof![
        4 => awkward.clone().prop_map(str::to_owned),
        3 => prop::collection::vec(awkward, 2..5).prop_map(|all| all.concat()),
        2 => prop::collection::vec(any::<char>(), 0..8).prop_map(String::from_iter),
        2 => prop::collection::vec(prop::sample::select("ab0 \n\t:#-'\"\\${}%é".chars().collect::<Vec<_>>()), 0..12)
            .prop_map(String::from_iter),
    ]
    .boxed()
}

/// A string that may stand wherever a value may: nothing that rendering refuses.
pub fn value() -> BoxedStrategy<String> {
    string().prop_map(|text| tame(&text)).boxed()
}

/// Without what rendering refuses.
pub fn tame(text: &str) -> String {
    let kept = text.chars().filter(|c| {
        !matches!(
            c,
            '\0' | '\r' | '\u{7f}'
                ..='\u{9f}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}' | '\u{2028}' | '\u{2029}'
        )
    });
    kept.nfc().collect()
}

/// The variables and secrets that [`text`] names.
pub const NAMES: [&str; 3] = ["v0", "v1", "v2"];

/// A text with holes within holes.
pub fn text() -> BoxedStrategy<Text> {
    let leaf = prop_oneof![
        3 => value().prop_map(Text::lit),
        1 => value().prop_map(Text::bindable),
        2 => prop::sample::select(&NAMES).prop_map(|name| Text::late(name, false)),
        1 => prop::sample::select(&NAMES).prop_map(Text::secret),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 1..4).prop_map(|all| Text::concat(&all)),
            inner.clone().prop_map(Text::json),
            inner.clone().prop_map(Text::base64),
            inner.clone().prop_map(Text::sha512),
            inner.clone().prop_map(Text::url),
            inner.prop_map(Text::shell),
        ]
    })
    .boxed()
}

/// A tree whose strings come from `text`.
pub fn tree(text: BoxedStrategy<Text>) -> BoxedStrategy<Data> {
    let leaf = prop_oneof![
        8 => text.prop_map(Data::from),
        1 => any::<bool>().prop_map(Data::from),
        1 => any::<i64>().prop_map(Data::from),
        1 => (-1000i32..1000).prop_map(|n| Data::new(Kind::Number(serde_json::Number::from_f64(f64::from(n) + 0.5).unwrap()))),
        1 => Just(gkc_core::emit::data::null()),
    ];
    let node = leaf.prop_recursive(4, 24, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(seq),
            prop::collection::btree_map(string(), inner, 0..5).prop_map(map),
        ]
    });
    (node, prop::option::weighted(0.2, string()))
        .prop_map(|(mut node, comment)| {
            comment_some(&mut node, comment.as_deref());
            node
        })
        .boxed()
}

fn comment_some(node: &mut Data, comment: Option<&str>) {
    node.comment = comment.map(str::to_owned);
    match &mut node.kind {
        Kind::Map(entries) => entries
            .iter_mut()
            .step_by(2)
            .for_each(|(_, child)| comment_some(child, comment)),
        Kind::Seq(items) => items
            .iter_mut()
            .step_by(2)
            .for_each(|child| comment_some(child, comment)),
        _ => {}
    }
}

/// What each name stands for, and whether the renderer may know it.
pub struct Known {
    pub values: BTreeMap<String, String>,
    pub late: bool,
    pub secrets_late: bool,
}

impl Known {
    pub fn new(values: &[String], late: bool) -> Known {
        let values = NAMES
            .iter()
            .zip(values)
            .map(|(name, value)| ((*name).to_owned(), value.clone()))
            .collect();
        Known {
            values,
            late,
            secrets_late: late,
        }
    }
}

impl Values for Known {
    fn secret(&self, id: &SecretId) -> Option<SecretValue> {
        if self.secrets_late {
            return Some(SecretValue::Late(Late {
                variable: id.0.clone(),
                sensitive: true,
            }));
        }
        self.values
            .get(&id.0)
            .map(|value| SecretValue::Bytes(value.clone().into_bytes()))
    }

    fn late(&self, late: &Late) -> Option<String> {
        if self.late {
            None
        } else {
            self.values.get(&late.variable).cloned()
        }
    }
}

/// Three values, as a strategy.
pub fn values() -> BoxedStrategy<Vec<String>> {
    prop::collection::vec(value(), NAMES.len()).boxed()
}

/// The rendered bytes as text.
pub fn rendered(text: &Text, values: &dyn Values) -> Result<String, RenderError> {
    let Rendered { bytes, .. } = render(text, values)?;
    Ok(String::from_utf8(bytes).unwrap())
}

/// What a text stands for, worked out apart from the renderer.
pub fn meaning(text: &Text, known: &Known) -> String {
    let parts = text.parts().iter().map(|part| match part {
        Part::Lit(text) | Part::Bound(text) => text.clone(),
        Part::Hole(Hole::Late(late)) => known.values[&late.variable].clone(),
        Part::Hole(Hole::Secret(id)) => known.values[&id.0].clone(),
        Part::Hole(Hole::Json(inner)) => json_string(&meaning(inner, known)),
        Part::Hole(Hole::Shell(inner)) => shell_word(&meaning(inner, known)),
        Part::Hole(Hole::Sha512(inner)) => {
            use sha2::{Digest, Sha512};
            let digest = Sha512::digest(meaning(inner, known));
            digest.iter().map(|byte| format!("{byte:02x}")).collect()
        }
        Part::Hole(Hole::Url(inner)) => {
            use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
            const KEPT: &AsciiSet = &NON_ALPHANUMERIC
                .remove(b'-')
                .remove(b'_')
                .remove(b'.')
                .remove(b'~');
            utf8_percent_encode(&meaning(inner, known), KEPT).to_string()
        }
        Part::Hole(Hole::Base64(inner)) => {
            use base64::Engine;
            base64::engine::general_purpose::STANDARD.encode(meaning(inner, known))
        }
    });
    let all: String = parts.collect();
    if text.has_hole() && text.parts().len() > 1 {
        all.nfc().collect()
    } else {
        all
    }
}

/// What a tree stands for.
pub fn data(node: &Data, known: &Known) -> serde_json::Value {
    match &node.kind {
        Kind::Null => serde_json::Value::Null,
        Kind::Bool(value) => (*value).into(),
        Kind::Int(value) => (*value).into(),
        Kind::Number(value) => value.clone().into(),
        Kind::Text(text) => meaning(text, known).into(),
        Kind::Seq(items) => items.iter().map(|item| data(item, known)).collect(),
        Kind::Map(entries) => {
            serde_json::Value::Object(entries.iter().map(|(k, v)| (k.clone(), data(v, known))).collect())
        }
    }
}
