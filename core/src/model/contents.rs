//! Secrets in texts of several lines that are handed on as they are: manifests, and files with `name: value` or `name=value` on their lines.

use super::secret_names::names_a_variable;
use std::iter::Peekable;
use std::str::Lines;

/// Whether a text has one.
pub(super) fn has_secrets(text: &str) -> bool {
    text.contains('\n') && !secrets(text).is_empty()
}

/// The values on the lines of a text whose names tell them as secrets, those that follow the name of a variable that does, and all that
/// a Secret of Kubernetes holds.
pub(super) fn secrets(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    if !text.contains([':', '=']) {
        return found;
    }
    for document in text.split("\n---") {
        let mut lines = document.lines().peekable();
        let is_secret = document.lines().any(|line| line.trim() == "kind: Secret");
        let mut names_one = false;
        let mut value_before = None;
        while let Some(line) = lines.next() {
            let Some((name, value)) = pair(line) else {
                (names_one, value_before) = (false, None);
                continue;
            };
            if is_secret && matches!(name, "data" | "stringData") && value.is_empty() {
                found.extend(below(&mut lines, indent(line)).flat_map(values));
                continue;
            }
            match name {
                "name" => {
                    names_one = names_a_variable(unquoted(value));
                    found.extend(value_before.take().filter(|_| names_one));
                }
                "value" => {
                    found.extend(Some(value).filter(|_| names_one));
                    (names_one, value_before) = (false, Some(value));
                }
                _ if names_a_variable(name) => {
                    found.push(value);
                    // A block is one with all its lines.
                    if value.starts_with(['|', '>']) {
                        found.extend(below(&mut lines, indent(line)).map(str::trim));
                    }
                }
                _ => {}
            }
        }
    }
    found
        .into_iter()
        .map(unquoted)
        .filter(|value| is_value(value))
        .collect()
}

/// `name: value` or `name=value`, which may be the item of a list.
fn pair(line: &str) -> Option<(&str, &str)> {
    let line = line.trim().trim_start_matches("- ").trim_start();
    let (name, rest) = line.split_at_checked(line.find([':', '='])?)?;
    let value = rest.get(1..)?;
    let name = unquoted(name.trim_end());
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    let is_pair = rest.starts_with('=') || value.is_empty() || value.starts_with([' ', '\t']);
    (is_pair && !name.is_empty() && name.chars().all(is_name)).then(|| (name, value.trim()))
}

/// The lines that are deeper than one before them.
fn below<'t>(lines: &mut Peekable<Lines<'t>>, than: usize) -> impl Iterator<Item = &'t str> {
    std::iter::from_fn(move || lines.next_if(|line| line.trim().is_empty() || indent(line) > than))
}

/// What a line of a Secret has: its value, or itself where it is one of a block.
fn values(line: &str) -> [&str; 2] {
    let value = pair(line).map_or("", |(_, value)| value);
    [value, if value.is_empty() { line.trim() } else { "" }]
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

fn unquoted(text: &str) -> &str {
    let inner = |quote| text.strip_prefix(quote)?.strip_suffix(quote);
    inner('"').or_else(|| inner('\'')).unwrap_or(text)
}

/// Whether a value can be a secret: it is no variable, path, placeholder, switch, number or block, nor a mapping or a list.
fn is_value(text: &str) -> bool {
    !text.is_empty()
        && !text.starts_with(['$', '/', '<', '{', '[', '*', '&', '|', '>', '#', '%'])
        && !matches!(text, "true" | "false" | "yes" | "no" | "null" | "~")
}

#[cfg(test)]
mod tests {
    use super::secrets;

    #[test]
    fn values_whose_names_tell_them() {
        let env = "spec:\n  env:\n    - name: SMTP_PASSWORD\n      value: sesame\n    - value: \"open\"\n      name: A_TOKEN\n    - name: A\n      value: b\n";
        assert_eq!(secrets(env), ["sesame", "open"]);
        assert_eq!(secrets("[client]\nuser=ada\npassword = sesame\n"), ["sesame"]);
        assert_eq!(
            secrets("a: b\napi-token: 'sesame'\nprivate_key: |\n  open\n  up\nc: d\n"),
            ["sesame", "open", "up"]
        );
        let object = "kind: Secret\nmetadata:\n  name: x\nstringData:\n  a: sesame\n  b: |\n    open\ntype: Opaque\n---\nkind: ConfigMap\ndata:\n  a: b\n";
        assert_eq!(secrets(object), ["sesame", "open"]);
    }

    #[test]
    fn what_only_names_a_secret() {
        for text in [
            "env:\n  - name: A_TOKEN\n    valueFrom:\n      secretKeyRef:\n        name: a\n        key: password\n",
            "tokenPath: /run/token\nsecretName: a\nimagePullSecrets:\n  - name: a\n",
            "tolerations:\n  - key: node-role\n    value: control\n",
            "TOKEN=$(cat /run/token)\nPASSWORD=\"$1\"\n",
            "automountServiceAccountToken: false\n",
            "# a secret: not here\nsshKey: ssh-ed25519 AAAA\npublicKey: abcdefgh\n",
            "name: A_TOKEN\nother: x\n\nvalue: x\n",
            "kind: Secret\nmetadata:\n  name: a\ndata: {}\n",
        ] {
            assert_eq!(secrets(text), [""; 0], "{text}");
        }
    }
}
