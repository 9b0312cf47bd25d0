//! What names of clusters, pools and machines have to be.

/// The longest label of a host name.
const LABEL: usize = 63;

/// The cluster's name, the pool's and a number make a node's name, so neither may fill it.
const PART: usize = 40;

/// What is wrong with a name; `whole` where it is all of the node's name, which may have dots.
pub(super) fn mistake(name: &str, whole: bool) -> Option<&'static str> {
    let inner = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || (whole && c == '.');
    let edge = |c: Option<char>| c.is_some_and(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
    let most = if whole { LABEL } else { PART };
    if name.is_empty() {
        Some("empty")
    } else if name.chars().any(|c| c.is_ascii_uppercase()) {
        Some("contains upper-case letters")
    } else if !name.chars().all(inner) {
        Some("only lower-case letters, digits and `-` are allowed")
    } else if !name
        .split('.')
        .all(|label| edge(label.chars().next()) && edge(label.chars().next_back()))
    {
        Some("must start and end with a letter or digit")
    } else if name.len() > most {
        Some(if whole {
            "longer than 63 characters"
        } else {
            "longer than 40 characters"
        })
    } else {
        None
    }
}
