//! Secrets as other tools write them: a shell's variable, a template, the address of a vault. gkc replaces none of these, so the text itself
//! would be the secret.

use super::bindable;
use std::ops::Range;

/// What a text refers to that stands where a secret belongs.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Reference<'t> {
    /// A variable, by its name; `certain` where the text can mean nothing else.
    Variable { name: &'t str, certain: bool },
    /// A file, by its path.
    File(&'t str),
    /// A Terraform expression.
    Expression(&'t str),
    /// Something that a tool would replace, and what it is called.
    Tool(&'static str),
}

/// How the references of tools begin, with what they are called. 1Password CLI docs, "Secret references"; Ansible docs, "Encrypting content
/// with Ansible Vault"; SOPS docs; vals, "Supported Backends"; bank-vaults docs.
pub(super) const TOOLS: [(&str, &str); 17] = [
    ("op://", "a 1Password reference"),
    ("vault:", "a Vault reference"),
    ("vault://", "a Vault reference"),
    ("ref+", "a vals reference"),
    ("secretref+", "a vals reference"),
    ("ENC[", "a value that SOPS encrypted"),
    ("$ANSIBLE_VAULT;", "a value that Ansible Vault encrypted"),
    ("arn:aws:secretsmanager:", "the name of a secret at AWS"),
    ("bao:", "an OpenBao reference"),
    ("sops:", "a SOPS reference"),
    ("bws://", "a Bitwarden reference"),
    ("doppler://", "a Doppler reference"),
    ("infisical://", "an Infisical reference"),
    ("keyvault:", "the address of a secret at Azure"),
    ("secret://", "the address of a secret"),
    ("awssm://", "the address of a secret at AWS"),
    ("gcpsm://", "the address of a secret at Google"),
];

/// How files are written instead of `{file: path}`.
const FILES: [&str; 2] = ["file://", "file:"];

/// How names of variables are written instead of `{env: NAME}`.
const VARIABLES: [&str; 5] = ["$env:", "env://", "env:", "env.", "os.environ/"];

/// The keys that say where a secret is.
pub(super) const SOURCES: [&str; 3] = ["env", "file", "terraform"];

/// Whether a key with a text says where a value is. Labels have `env: prod`, so a variable is one in capitals only.
pub(super) fn is_source(key: &str, text: &str) -> bool {
    match key {
        "env" => !text.contains(|c: char| c.is_lowercase()),
        key => SOURCES.contains(&key),
    }
}

/// What a text where a secret belongs refers to; none for a secret.
pub(super) fn reference(text: &str) -> Option<Reference<'_>> {
    let text = text.trim();
    if let Some((_, what)) = TOOLS.iter().find(|(begins, _)| text.starts_with(begins)) {
        return Some(Reference::Tool(what));
    }
    let after = |begins: &[&str]| begins.iter().find_map(|begins| text.strip_prefix(begins));
    if let Some(name) = after(&VARIABLES).filter(|name| is_variable(name)) {
        return Some(Reference::Variable { name, certain: true });
    }
    if let Some(path) = after(&FILES).filter(|path| !path.is_empty() && !path.contains(char::is_whitespace)) {
        return Some(Reference::File(path));
    }
    // GitHub's workflows write a `$` before it.
    let template = text.strip_prefix('$').unwrap_or(text);
    if let Some(inner) = template
        .strip_prefix("{{")
        .and_then(|rest| rest.strip_suffix("}}"))
    {
        return Some(match in_template(inner) {
            Some(name) => Reference::Variable { name, certain: true },
            None => Reference::Tool("a template"),
        });
    }
    if let Some(name) = braced(text) {
        return Some(Reference::Variable { name, certain: true });
    }
    if let Some(expression) = bindable::sole_expression(text) {
        return Some(Reference::Expression(expression));
    }
    let parts = |text: &str| text.split('.').all(is_variable);
    if ["var.", "local.", "module.", "data."]
        .iter()
        .any(|begins| text.starts_with(begins))
        && parts(text)
    {
        return Some(Reference::Expression(text));
    }
    if text.starts_with("$(") && text.ends_with(')') {
        return Some(Reference::Tool("the output of a command"));
    }
    let name = text.strip_prefix('$').filter(|name| is_shell_name(name))?;
    Some(Reference::Variable { name, certain: false })
}

/// The name in `${NAME}`, also with a default behind it or `env` before it.
fn braced(text: &str) -> Option<&str> {
    let inner = text.strip_prefix("${")?.strip_suffix('}')?.trim();
    let inner = inner
        .strip_prefix("env:")
        .or(inner.strip_prefix("env."))
        .unwrap_or(inner);
    let end = inner.find([':', '-', '?']).unwrap_or(inner.len());
    inner.get(..end).filter(|name| is_variable(name))
}

/// The variable in a template: `env.NAME`, `.Env.NAME`, `env "NAME"`, `lookup('env', 'NAME')`, `secrets.NAME`, `NAME`.
fn in_template(inner: &str) -> Option<&str> {
    let words = inner.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    let is_name = |word: &&str| is_variable(word) && !word.contains(|c: char| c.is_ascii_lowercase());
    words.filter(is_name).find(|word| word.len() > 1)
}

/// Whether a shell can set a variable of that name.
pub(super) fn is_variable(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// The same as a pattern for a schema.
pub(super) const VARIABLE: &str = "^[A-Za-z_][A-Za-z0-9_]*$";

/// Whether what follows a `$` is a variable rather than a part of a password: words in capitals, or several words.
fn is_shell_name(name: &str) -> bool {
    let capitals = name.len() > 1 && !name.contains(|c: char| c.is_ascii_lowercase());
    is_variable(name) && (capitals || name.trim_matches('_').contains('_'))
}

/// The patterns of texts that [`reference`] takes for one, for a schema.
pub(super) fn patterns() -> Vec<String> {
    let escaped = |text: &str| text.replace('$', "\\$").replace('[', "\\[").replace('+', "\\+");
    let tools: Vec<String> = TOOLS.iter().map(|(begins, _)| escaped(begins)).collect();
    vec![
        format!("^\\s*({})", tools.join("|")),
        "^\\s*(\\$env:|env://|env:|env\\.|os\\.environ/)[A-Za-z_][A-Za-z0-9_]*\\s*$".to_owned(),
        "^\\s*file:\\S+\\s*$".to_owned(),
        "^\\s*(var|local|module|data)(\\.[A-Za-z_][A-Za-z0-9_]*)+\\s*$".to_owned(),
        "^\\s*\\$?\\{\\{[\\s\\S]*\\}\\}\\s*$".to_owned(),
        "^\\s*\\$\\([\\s\\S]*\\)\\s*$".to_owned(),
        "^\\s*\\$([A-Z_][A-Z0-9_]+|[A-Za-z]+[A-Za-z0-9]*_[A-Za-z0-9_]*[A-Za-z0-9])\\s*$".to_owned(),
    ]
}

/// The name in a text that should be the name of a variable, and where it is: without the `$` and the braces of a shell.
pub(super) fn name_in(text: &str) -> Option<Range<usize>> {
    let name = braced(text)
        .or_else(|| text.strip_prefix('$'))
        .or_else(|| VARIABLES.iter().find_map(|begins| text.strip_prefix(begins)))
        .or_else(|| text.strip_prefix("env."))
        .or_else(|| in_template(text.strip_prefix("{{")?.strip_suffix("}}")?))
        .map(str::trim)
        .filter(|name| is_variable(name))?;
    let start = text.find(name)?;
    Some(start..start + name.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_of_shells_templates_and_vaults() {
        let variable = |name, certain| Some(Reference::Variable { name, certain });
        for text in [
            "${DB_PASSWORD}",
            "${DB_PASSWORD:-changeme}",
            "${env:DB_PASSWORD}",
            "{{ env.DB_PASSWORD }}",
            "${{ secrets.DB_PASSWORD }}",
            "{{ .Env.DB_PASSWORD }}",
            "{{env \"DB_PASSWORD\"}}",
            "{{ lookup('env', 'DB_PASSWORD') }}",
            "env:DB_PASSWORD",
            "$env:DB_PASSWORD",
        ] {
            assert_eq!(reference(text), variable("DB_PASSWORD", true), "{text}");
        }
        assert_eq!(reference("$DB_PASSWORD"), variable("DB_PASSWORD", false));
        assert_eq!(reference("$db_password"), variable("db_password", false));
        assert_eq!(reference("file:///etc/key"), Some(Reference::File("/etc/key")));
        assert_eq!(reference("var.db"), Some(Reference::Expression("var.db")));
        assert_eq!(
            reference("${var.db_password}"),
            Some(Reference::Expression("var.db_password"))
        );
        for text in [
            "op://a/b/c",
            "ref+vault://a#/b",
            "ENC[AES256_GCM,data:x]",
            "{{ a }}",
            "$(pass db)",
        ] {
            assert!(matches!(reference(text), Some(Reference::Tool(_))), "{text}");
        }
    }

    #[test]
    fn passwords_are_no_references() {
        for text in [
            "$ecret", "pa$$word", "$9.99", "a{{b}}", "vaulted", "${", "$_", "$A", "$a-b",
        ] {
            assert_eq!(reference(text), None, "{text}");
        }
    }

    #[test]
    fn names_in_the_syntax_of_a_shell() {
        for text in ["$A_B", "${A_B}", "env.A_B", "{{ A_B }}"] {
            assert_eq!(name_in(text).and_then(|at| text.get(at)), Some("A_B"), "{text}");
        }
        assert_eq!((name_in("A-B"), name_in("$1")), (None, None));
    }
}
