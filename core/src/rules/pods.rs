//! Parts of pods in values and templates, held against what Kubernetes reads.

use crate::facts::cron;
use crate::facts::go::{compare_quantities, duration, is_quantity};
use crate::facts::objects::SINGULAR_RESOURCES;
use crate::facts::pods::{Field, Shape};
use crate::model::{Raw, Spanned};
use crate::rules::image_names::mistake as image_fault;
use crate::source::Span;
use crate::words::{nearest, or, quoted};
use ipnet::IpNet;
use std::cmp::Ordering;
use std::net::IpAddr;

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
        (Shape::Between(least, most), Raw::Int(number)) if !(*least..=*most).contains(number) => {
            fault(
                format!("`{key}` must be between {least} and {most}, found {number}"),
                "use a number in that range",
            );
        }
        (Shape::Whole(_) | Shape::Between(..), Raw::Int(_)) => {}
        (Shape::PortOrName, Raw::Int(number)) => {
            if !PORTS.contains(number) {
                fault(
                    format!("port {number} is out of range (1-65535)"),
                    "use the number or the name of a port",
                );
            }
        }
        (Shape::PortOrName, Raw::Text(text)) => {
            if let Some(why) = port_fault(text) {
                fault(
                    format!("invalid port `{text}`: {why}"),
                    "use the number or the name of a port",
                );
            }
        }
        (Shape::Quantity, Raw::Int(_) | Raw::Float(_)) => {}
        (Shape::Quantity, Raw::Text(text)) => {
            if !is_quantity(text) {
                fault(
                    format!("invalid quantity `{text}` for `{key}`"),
                    "use a quantity such as `500m` or `2Gi`",
                );
            }
        }
        (Shape::Amounts, Raw::Map(entries)) => {
            for (name, value) in entries {
                hold(&name.value, value, &Shape::Quantity, found);
            }
        }
        (Shape::Schedule, Raw::Text(text)) => {
            // The controller reads no time zone here.
            if let Some(why) = cron::mistake(text) {
                fault(
                    format!("invalid cron expression `{text}`: {why}"),
                    "write minute, hour, day, month and weekday",
                );
            }
        }
        (Shape::Duration, Raw::Text(text)) => {
            if duration(text).is_none() {
                fault(
                    format!("invalid duration `{text}` for `{key}`"),
                    "use a number with a unit, such as `30s` or `5m`",
                );
            }
        }
        (Shape::Duration, _) => fault(
            format!("`{key}` requires a duration with its unit"),
            "use a number with a unit, such as `30s` or `5m`",
        ),
        (Shape::Range, Raw::Text(text)) => {
            if text.parse::<IpNet>().is_err() {
                let help = match text.parse::<IpAddr>() {
                    Ok(IpAddr::V4(_)) => format!("use `{text}/32`"),
                    Ok(IpAddr::V6(_)) => format!("use `{text}/128`"),
                    Err(_) => "use an address and the length of its prefix, as in `10.0.0.0/8`".to_owned(),
                };
                fault(format!("invalid range `{text}` for `{key}`"), &help);
            }
        }
        (Shape::Image, Raw::Text(text)) => {
            if let Some(why) = image_fault(text, true) {
                fault(
                    format!("invalid image `{text}`: {why}"),
                    "use an image such as `ghcr.io/acme/app:1.4`",
                );
            }
        }
        (Shape::Group, Raw::Text(text)) => {
            let help = match text.as_str() {
                "core" | "v1" | "core/v1" => "use `\"\"`".to_owned(),
                _ => match text.split_once('/') {
                    Some((group, _)) => format!("use `{group}`"),
                    None => return,
                },
            };
            fault(format!("the API has no group `{text}`"), &help);
        }
        (Shape::Resource, Raw::Text(text)) => {
            let (resource, sub) = text.split_once('/').unwrap_or((text, ""));
            let lower = resource.to_lowercase();
            let plural = SINGULAR_RESOURCES
                .iter()
                .find(|(singular, plural)| *singular == lower || *plural == lower && lower != resource);
            if let Some((_, plural)) = plural {
                let slash = if sub.is_empty() { "" } else { "/" };
                fault(
                    format!("the API has no resource `{text}`"),
                    &format!("use `{plural}{slash}{sub}`"),
                );
            }
        }
        (Shape::PolicyVersion, Raw::Text(text)) => {
            let minor = text
                .strip_prefix("v1.")
                .and_then(|minor| minor.parse::<u32>().ok());
            if text != "latest" && minor.is_none() {
                fault(
                    format!("invalid version `{text}` for `{key}`"),
                    "use `latest`, or a minor version such as `v1.36`",
                );
            }
        }
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
        (Shape::Devices(of), Raw::Map(entries)) => {
            for (name, value) in entries {
                hold(&name.value, value, of, found);
            }
        }
        (Shape::Object(fields), Raw::Map(entries)) => object(entries, fields, found),
        (
            Shape::Name
            | Shape::Text
            | Shape::Words(_)
            | Shape::Schedule
            | Shape::Range
            | Shape::Image
            | Shape::Group
            | Shape::Resource
            | Shape::PolicyVersion,
            _,
        ) => fault(format!("`{key}` requires a string"), "put it in quotes"),
        (Shape::Flag, _) => fault(
            format!("`{key}` requires `true` or `false`"),
            "write it without quotes",
        ),
        (Shape::PortOrName | Shape::Quantity, _) => fault(
            format!("`{key}` requires a number or a string"),
            "write it on one line",
        ),
        (Shape::Whole(_) | Shape::Between(..), _) => fault(
            format!("`{key}` requires a whole number"),
            "write it without quotes",
        ),
        (Shape::List(_), _) => fault(format!("`{key}` requires a list"), "use `[…]`"),
        (Shape::Texts | Shape::Amounts | Shape::Devices(_) | Shape::Object(_), _) => {
            fault(format!("`{key}` requires a mapping"), "use `{…}`")
        }
    }
}

/// The numbers of ports.
const PORTS: std::ops::RangeInclusive<i64> = 1..=65_535;

/// The most characters of a port's name (RFC 6335).
const PORT_NAME: usize = 15;

/// What is wrong with the name of a port.
fn port_fault(text: &str) -> Option<&'static str> {
    let fine = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    if text.is_empty() || text.bytes().all(|b| b.is_ascii_digit()) {
        return Some("a number is written without quotes");
    }
    (text.len() > PORT_NAME || !text.bytes().all(fine) || !text.bytes().any(|b| b.is_ascii_lowercase()))
        .then_some("a name has up to 15 lower-case letters, digits and `-`")
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
        } else if let Some(near) = nearest(&name.value, fields.iter().map(|(known, _)| *known))
            .or_else(|| in_other_case(&name.value, fields))
        {
            // A later release may have other keys.
            found.push(Fault {
                at: name.span,
                message: format!("unknown key `{}`", name.value),
                help: format!("did you mean `{near}`?"),
            });
        }
    }
    together(entries, fields, found);
    // What the API server refuses for two keys together.
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

/// The key that is meant by another way to write its words: `shutdown-grace-period`, `shutdown_grace_period`.
fn in_other_case(written: &str, fields: &'static [Field]) -> Option<&'static str> {
    let plain = |name: &str| name.replace(['-', '_'], "").to_lowercase();
    let written = plain(written);
    let mut known = fields.iter().map(|(known, _)| *known);
    known.find(|known| plain(known) == written)
}

/// Amounts and ranges that contradict each other.
fn together(entries: &[(Spanned<String>, Spanned<Raw>)], fields: &'static [Field], found: &mut Vec<Fault>) {
    let has = |wanted: &str| fields.iter().any(|(known, _)| *known == wanted);
    let get = |wanted: &str| {
        let entry = entries.iter().find(|(name, _)| name.value == wanted);
        entry.map(|(_, value)| value)
    };
    let amount = |value: &Raw| match value {
        Raw::Text(text) => Some(text.clone()),
        Raw::Int(number) => Some(number.to_string()),
        Raw::Float(number) => Some(number.to_string()),
        _ => None,
    };
    if has("requests")
        && has("limits")
        && let (Some(Raw::Map(requests)), Some(limits)) = (get("requests").map(|r| &r.value), get("limits"))
    {
        for (name, request) in requests {
            let limit = limits.value.get(&name.value);
            let (Some(asked), Some(most)) = (
                amount(&request.value),
                limit.and_then(|limit| amount(&limit.value)),
            ) else {
                continue;
            };
            if compare_quantities(&asked, &most) == Some(Ordering::Greater) {
                found.push(Fault {
                    at: request.span,
                    message: format!("the request of `{asked}` exceeds the limit of `{most}`"),
                    help: "raise the limit, or request less".to_owned(),
                });
            }
        }
    }
    if has("except")
        && let (Some(Raw::Text(whole)), Some(Raw::List(parts))) = (
            get("cidr").map(|cidr| &cidr.value),
            get("except").map(|parts| &parts.value),
        )
        && let Ok(net) = whole.parse::<IpNet>()
    {
        for part in parts {
            let Raw::Text(text) = &part.value else { continue };
            let outside = text.parse::<IpNet>().is_ok_and(|part| !net.contains(&part));
            if outside {
                found.push(Fault {
                    at: part.span,
                    message: format!("`{text}` is not in the range `{whole}`"),
                    help: "except only what the range contains".to_owned(),
                });
            }
        }
    }
    // A subject of a binding.
    if has("apiGroup")
        && has("namespace")
        && let Some(kind) = get("kind")
        && kind.value == Raw::Text("ServiceAccount".to_owned())
        && get("namespace").is_none()
    {
        found.push(Fault {
            at: kind.span,
            message: "a `ServiceAccount` requires a `namespace`".to_owned(),
            help: "add the namespace that it is in".to_owned(),
        });
    }
    let time = |key: &str| match get(key).map(|value| (&value.value, value.span)) {
        Some((Raw::Text(text), at)) => Some((duration(text)?, text.as_str(), at)),
        _ => None,
    };
    if has(SHUTDOWN)
        && let (Some((all, whole, _)), Some((critical, part, at))) = (time(SHUTDOWN), time(SHUTDOWN_CRITICAL))
        && critical > all
    {
        found.push(Fault {
            at,
            message: format!("`{SHUTDOWN_CRITICAL}` of {part} exceeds `{SHUTDOWN}`, {whole}"),
            help: "give critical pods a part of the whole time".to_owned(),
        });
    }
}

/// The time that a machine waits for its pods, and the part of it that critical ones have for themselves (Kubernetes
/// `pkg/kubelet/apis/config/validation/validation.go`).
const SHUTDOWN: &str = "shutdownGracePeriod";
const SHUTDOWN_CRITICAL: &str = "shutdownGracePeriodCriticalPods";
