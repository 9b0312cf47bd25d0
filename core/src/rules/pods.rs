//! Parts of pods in values and templates, held against what Kubernetes reads.

use crate::facts::pods::{Field, Shape};
use crate::model::{Raw, Spanned};
use crate::source::Span;
use crate::words::{nearest, or, quoted};

/// What is wrong with a part of a pod.
pub(crate) struct Fault {
    /// Its place.
    pub at: Span,
    /// What is wrong.
    pub message: String,
    /// What to write.
    pub help: String,
}

/// Everything that is wrong with the value of a key.
pub(crate) fn faults(key: &str, value: &Spanned<Raw>, shape: &Shape) -> Vec<Fault> {
    let mut found = Vec::new();
    hold(key, value, shape, &mut found);
    found
}

fn hold(key: &str, value: &Spanned<Raw>, shape: &Shape, found: &mut Vec<Fault>) {
    let mut fault = |message: String, help: &str| {
        found.push(Fault {
            at: value.span,
            message,
            help: help.to_owned(),
        });
    };
    match (shape, &value.value) {
        (Shape::Any, _) | (_, Raw::Null | Raw::Reference(_)) => {}
        (Shape::Words(words), Raw::Text(text)) if !words.contains(&text.as_str()) => {
            let help = match nearest(text, words.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("use {}", or(&quoted(words.iter().copied()))),
            };
            fault(format!("invalid value `{text}` for `{key}`"), &help);
        }
        (Shape::Name, Raw::Text(text)) if !is_name(text) => fault(
            format!("`{key}` requires lower-case letters, digits, `-` and `.`, found `{text}`"),
            "use a name such as `kube-system`",
        ),
        (Shape::Name | Shape::Text | Shape::Words(_), Raw::Text(_)) | (Shape::Flag, Raw::Bool(_)) => {}
        (Shape::Whole(least), Raw::Int(number)) if number < least => {
            fault(
                format!("`{key}` must be at least {least}, found {number}"),
                "use a larger number",
            );
        }
        (Shape::Whole(_), Raw::Int(_)) => {}
        (Shape::Texts, Raw::Map(entries)) => {
            for (name, value) in entries {
                hold(&name.value, value, &Shape::Text, found);
            }
        }
        (Shape::List(of), Raw::List(items)) => {
            for item in items {
                hold(key, item, of, found);
            }
        }
        (Shape::Object(fields), Raw::Map(entries)) => object(entries, fields, found),
        (Shape::Name | Shape::Text | Shape::Words(_), _) => {
            fault(format!("`{key}` requires a string"), "put it in quotes")
        }
        (Shape::Flag, _) => fault(
            format!("`{key}` requires `true` or `false`"),
            "write it without quotes",
        ),
        (Shape::Whole(_), _) => fault(
            format!("`{key}` requires a whole number"),
            "write it without quotes",
        ),
        (Shape::List(_), _) => fault(format!("`{key}` requires a list"), "use `[…]`"),
        (Shape::Texts | Shape::Object(_), _) => fault(format!("`{key}` requires a mapping"), "use `{…}`"),
    }
}

/// Whether an object may have that name.
fn is_name(text: &str) -> bool {
    let fine = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'.');
    !text.is_empty() && text.bytes().all(fine)
}

fn object(entries: &[(Spanned<String>, Spanned<Raw>)], fields: &'static [Field], found: &mut Vec<Fault>) {
    for (name, value) in entries {
        if let Some((_, shape)) = fields.iter().find(|(known, _)| *known == name.value) {
            hold(&name.value, value, shape, found);
        } else if let Some(near) = nearest(&name.value, fields.iter().map(|(known, _)| *known)) {
            // A later release may have other keys.
            found.push(Fault {
                at: name.span,
                message: format!("unknown key `{}`", name.value),
                help: format!("did you mean `{near}`?"),
            });
        }
    }
    // The one case that the API server refuses for two keys together.
    let text = |wanted: &str| {
        let entry = entries.iter().find(|(name, _)| name.value == wanted);
        entry.and_then(|(_, value)| match &value.value {
            Raw::Text(text) => Some((text.as_str(), value.span)),
            _ => None,
        })
    };
    let tolerates = fields.iter().any(|(known, _)| *known == "tolerationSeconds");
    if tolerates && let (Some(("Exists", at)), Some((_, _))) = (text("operator"), text("value")) {
        found.push(Fault {
            at,
            message: "`Exists` excludes a `value`".to_owned(),
            help: "use `Equal`, or remove `value`".to_owned(),
        });
    }
}
