//! Tailscale: keys and tags.

/// What every key of Tailscale's begins with: auth keys, OAuth client secrets, API tokens (Tailscale docs, "Key prefixes").
pub const KEY_PREFIX: &str = "tskey-";

/// Characters that end a value of k3s's `vpn-auth`, which is split at them without quoting (k3s-io/k3s `pkg/vpn/vpn.go`).
pub const VPN_AUTH_SEPARATORS: [char; 2] = [',', '='];

/// What is wrong with a tag: `tag:`, a letter, then letters, digits and `-` (tailscale/tailscale `tailcfg.CheckTag`).
pub fn tag_mistake(tag: &str) -> Option<&'static str> {
    let Some(name) = tag.strip_prefix("tag:") else {
        return Some("it does not begin with `tag:`");
    };
    let allowed = |c: char| c.is_ascii_alphanumeric() || c == '-';
    if name.is_empty() {
        Some("it has no name after `tag:`")
    } else if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
        Some("its name has to begin with a letter")
    } else if !name.chars().all(allowed) {
        Some("only letters, digits and `-` are allowed")
    } else if name.chars().any(|c| c.is_ascii_uppercase()) {
        // `tailcfg.ParseHostPortRange` lowers whole destinations, so the tag of a rule is not the tag of its owner.
        Some("rules are read in small letters, and would not find it")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_have_a_grammar() {
        for good in ["tag:k3s", "tag:k3s-server", "tag:a1", "tag:a-"] {
            assert_eq!(tag_mistake(good), None, "{good}");
        }
        for wrong in [
            "k3s",
            "tag:",
            "tag:1a",
            "tag:rpi_nodes",
            "tag:a.b",
            "Tag:a",
            "tag:K3s",
            "tag:größe",
        ] {
            assert!(tag_mistake(wrong).is_some(), "{wrong}");
        }
    }
}
