//! What Kubernetes accepts in labels and taints.

/// A label's value, or its key after the prefix.
pub(super) fn is_name(text: &str) -> bool {
    let edge = |b: Option<&u8>| b.is_some_and(u8::is_ascii_alphanumeric);
    let inner = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
    let bytes = text.as_bytes();
    bytes.len() <= 63 && edge(bytes.first()) && edge(bytes.last()) && bytes.iter().all(inner)
}

/// A label's prefix.
pub(super) fn is_dns_name(text: &str) -> bool {
    let inner = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let label = |l: &str| !l.is_empty() && l.chars().all(inner) && !l.starts_with('-') && !l.ends_with('-');
    text.len() <= 253 && text.split('.').all(label)
}
