//! Secrets in command lines and lists of arguments: tokens, and the values of flags that take a secret.

use super::shape::folded;
use crate::tokens::token;

/// How the names of flags with a secret end, without dashes.
const FLAGS: [&str; 9] = [
    "password",
    "secret",
    "token",
    "authkey",
    "joinkey",
    "apikey",
    "accesskey",
    "secretkey",
    "privatekey",
];

/// Finds secrets in command lines and lists of arguments, item by item: a flag may be one item and its value the next.
#[derive(Default)]
pub(crate) struct Words {
    value_is_next: bool,
}

impl Words {
    /// The secrets in the next item, without what surrounds them.
    pub fn secrets<'t>(&mut self, item: &'t str) -> Vec<&'t str> {
        // Nearly every text has none, and this is asked of each.
        if !self.value_is_next && !has_flag(item) && token(item).is_none() {
            return Vec::new();
        }
        let mut found = Vec::new();
        let quote = |c: char| matches!(c, '"' | '\'' | '`');
        let words = item.split(|c: char| c.is_whitespace() || quote(c));
        for word in words.filter(|word| !word.is_empty()) {
            if std::mem::take(&mut self.value_is_next) && is_value(word) {
                found.push(word);
                continue;
            }
            for part in word.split(',') {
                self.part(part, &mut found);
            }
            // `NAME="value"`: the value is the next word.
            let end = word.as_ptr().addr() + word.len() - item.as_ptr().addr();
            let is_quoted = || item.get(end..).is_some_and(|rest| rest.starts_with(quote));
            let names_one = |name: &str| is_secret(name) || is_variable(name);
            self.value_is_next |= word.strip_suffix('=').is_some_and(names_one) && is_quoted();
        }
        found
    }

    /// One of the parts that `vpn-auth` has, or a flag of its own.
    fn part<'t>(&mut self, part: &'t str, found: &mut Vec<&'t str>) {
        if let Some(token) = token(part) {
            return found.push(token);
        }
        match part.split_once('=') {
            Some((name, value)) if (is_secret(name) || is_variable(name)) && is_value(value) => {
                // Of a command, not of the value.
                found.push(value.trim_end_matches(';'));
            }
            Some((_, rest)) if rest.contains('=') => self.part(rest, found),
            Some(_) => {}
            None => self.value_is_next = part.starts_with('-') && is_secret(part),
        }
    }
}

/// Whether a text may have a flag or a `name=value`.
fn has_flag(text: &str) -> bool {
    let bytes = text.as_bytes();
    let begins = |at: usize| at == 0 || !bytes[at - 1].is_ascii_alphanumeric();
    let goes_on = |at: usize| bytes.get(at + 1).is_some_and(|next| !next.is_ascii_whitespace());
    let mut bytes = bytes.iter().enumerate();
    bytes.any(|(at, byte)| *byte == b'=' || *byte == b'-' && begins(at) && goes_on(at))
}

/// Whether a flag takes a secret, or `joinKey=` of k3s's `vpn-auth` does.
fn is_secret(flag: &str) -> bool {
    if !flag.starts_with('-') && !flag.eq_ignore_ascii_case("joinkey") {
        return false;
    }
    let name = folded(flag);
    FLAGS.iter().any(|end| name.ends_with(end))
}

/// Whether a variable of an environment has a secret by its name: `K3S_TOKEN`, `SMTP_PASS`, `ENCRYPTION_KEY`.
pub(super) fn is_variable(name: &str) -> bool {
    const ENDS: [&str; 9] = [
        "TOKEN",
        "PASSWORD",
        "PASSWD",
        "SECRET",
        "CREDENTIALS",
        "APIKEY",
        "_KEY",
        "_PASS",
        "_PWD",
    ];
    // Keys that anybody may see, and such as only sort and find.
    const OPEN: [&str; 7] = [
        "PUBLIC_KEY",
        "PUB_KEY",
        "SSH_KEY",
        "HOST_KEY",
        "CACHE_KEY",
        "PRIMARY_KEY",
        "SORT_KEY",
    ];
    let is_name = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_';
    let ends = |ends: &[&str]| ends.iter().any(|end| name.ends_with(end));
    name.bytes().all(is_name) && ends(&ENDS) && !ends(&OPEN)
}

/// Whether the value of such a flag can be a secret: it is no variable, file, placeholder or switch.
fn is_value(text: &str) -> bool {
    !text.is_empty()
        && !text.starts_with(['-', '$', '/', '<', '{', '[', '*'])
        && !text.starts_with("file:")
        && !matches!(text, "true" | "false")
}

/// Whether a text that should be the name of a variable looks like a random value: hexadecimal, base64, or letters of both cases with digits
/// and without a separator.
pub(super) fn is_random(name: &str) -> bool {
    const SHORTEST: usize = 16;
    let any = |is: fn(&char) -> bool| name.chars().any(|c| is(&c));
    let all = |is: fn(char) -> bool| name.chars().all(is);
    name.len() >= SHORTEST
        && any(char::is_ascii_digit)
        && (all(|c| c.is_ascii_hexdigit())
            || all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '='))
                && any(char::is_ascii_lowercase)
                && any(char::is_ascii_uppercase))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(items: &[&'static str]) -> Vec<&'static str> {
        let mut words = Words::default();
        items.iter().flat_map(|item| words.secrets(item)).collect()
    }

    #[test]
    fn values_of_flags_and_tokens() {
        assert_eq!(found(&["--auth-key=sesame"]), ["sesame"]);
        assert_eq!(found(&["--ssh", "--authkey", "sesame", "--reset"]), ["sesame"]);
        assert_eq!(found(&["tskey-auth-kX-1"]), ["tskey-auth-kX-1"]);
        assert_eq!(found(&["up --auth-key 'se,same' --ssh"]), ["se,same"]);
        assert_eq!(
            found(&["name=tailscale,joinKey=sesame,extraArgs=--auth-key=open"]),
            ["sesame", "open"]
        );
    }

    #[test]
    fn values_of_variables() {
        assert_eq!(found(&["export K3S_TOKEN=sesame; x"]), ["sesame"]);
        assert_eq!(
            found(&["A=1 SMTP_PASS='sesame' ENCRYPTION_KEY=\"open\" x"]),
            ["sesame", "open"]
        );
        assert_eq!(found(&["curl --token=\"sesame\" -x"]), ["sesame"]);
        for item in [
            "K3S_TOKEN=$(cat /run/token)",
            "K3S_TOKEN=\"$TOKEN\"",
            "K3S_TOKEN=\"${K3S_TOKEN:?}\"",
            "K3S_TOKEN_FILE=/etc/token",
            "SSH_PUBLIC_KEY=AAAAC3Nz",
            "K3S_TOKEN= x",
            "USE_TOKEN=true",
        ] {
            assert!(found(&[item]).is_empty(), "{item}");
        }
    }

    #[test]
    fn what_only_names_a_secret() {
        for item in [
            "--auth-key=file:/etc/key",
            "--token=$K3S_TOKEN",
            "--token-ttl=1h",
            "--token-file=/etc/token",
            "--authentication-token=true",
            "--token",
            "starts with tskey-",
            "token=x",
        ] {
            assert!(found(&[item]).is_empty(), "{item}");
        }
    }

    #[test]
    fn names_of_variables() {
        for name in [
            "K3S_TOKEN",
            "my_password_2",
            "Sha256Password",
            "DATABASE2PASSWORD3X",
        ] {
            assert!(!is_random(name), "{name}");
        }
        assert!(is_random("6f2d8a51c3e94b07") && is_random("kX9v2Lq8Zt4Rw7Bn1Ym="));
    }
}
