//! The modules of the core and of the command are layers: each uses only those before it. ARCHITECTURE.md shows them as a picture.
//! And what belongs to one platform stands in its folders: elsewhere none is named.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test says what went wrong by panicking"
)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The core, from the bottom up.
const CORE: &[&str] = &[
    "source",
    "text",
    "words",
    "origin",
    "product",
    "diagnostic",
    "date",
    "inputs",
    "facts",
    "corefile",
    "syntax",
    "model",
    "plan",
    "tailnet",
    "acl",
    "emit",
    "secrets",
    "verify",
    "rules",
    "doctor",
    "lib",
    "testing",
];

/// The command, from the bottom up.
const COMMAND: &[&str] = &["tree", "exit", "args", "workspace", "render", "commands", "main"];

#[test]
fn each_module_uses_only_those_below_it() {
    for (folder, layers) in [("core/src", CORE), ("cli/src", COMMAND)] {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"))
            .parent()
            .unwrap()
            .join(folder);
        let mut wrong = Vec::new();
        let mut modules = BTreeSet::new();
        for file in sources(&root) {
            let path = file.strip_prefix(&root).unwrap();
            let module = module_of(path);
            let place = place(layers, &module).unwrap_or_else(|| panic!("{folder}: {module} is in no layer"));
            let text = std::fs::read_to_string(&file).unwrap();
            for used in uses(&text, layers) {
                if self::place(layers, used).unwrap() > place {
                    wrong.push(format!(
                        "{folder}/{}: {module} uses {used}, which is above it",
                        path.display()
                    ));
                }
            }
            modules.insert(module);
        }
        assert_eq!(wrong, [""; 0]);
        let missing: Vec<_> = layers.iter().filter(|layer| !modules.contains(**layer)).collect();
        assert!(missing.is_empty(), "{folder} has no {missing:?}");
    }
}

#[test]
fn a_use_of_what_is_above_is_found() {
    assert_eq!(uses("use crate::plan::Plan;\n", CORE), ["plan"]);
    assert_eq!(
        uses("use crate::{emit, model::Config};\n", CORE),
        ["emit", "model"]
    );
    assert_eq!(uses("    let a = crate::rules::run(b);\n", CORE), ["rules"]);
    assert_eq!(
        uses(
            "/// [`crate::emit::render`]\n#[cfg(test)]\nmod tests {\n    use crate::emit;\n",
            CORE
        ),
        [""; 0]
    );
}

/// Each platform, as its folders are called.
const PLATFORMS: &[&str] = &["gitpod", "coder"];

/// Where platforms are told apart: the enum and its key in the language, one switch a stage, and the names that the product had
/// before there was a second one.
const SEAMS: &[&str] = &[
    "core/src/emit/platform.rs",
    "core/src/facts/platforms.rs",
    "core/src/model/mod.rs",
    "core/src/model/platform.rs",
    "core/src/plan/platform/mod.rs",
    "core/src/product.rs",
    "core/src/rules/registry.rs",
    "core/src/verify/platform.rs",
];

/// The product's own names: the version of the language, the configuration and the secrets beside it, what it says of itself, and the
/// user that it makes.
const PRODUCT: &[&str] = &["gitpod-k3s", "deployment of Gitpod on k3s", "Default: `gitpod`."];

#[test]
fn no_platform_is_named_outside_its_folders() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut wrong = Vec::new();
    for folder in ["core/src", "cli/src"] {
        for file in sources(&root.join(folder)) {
            let path = file.strip_prefix(root).unwrap();
            let text = std::fs::read_to_string(&file).unwrap();
            for (number, platform) in named(path, &text) {
                wrong.push(format!("{}:{number} names {platform}", path.display()));
            }
        }
    }
    assert_eq!(wrong, [""; 0]);
}

#[test]
fn a_platform_that_is_named_elsewhere_is_found() {
    let found = |path: &str, text: &str| named(Path::new(path), text);
    let k3s = "core/src/plan/k3s.rs";
    assert_eq!(found(k3s, "a\nif plan.is_gitpod() {\n"), [(2, "gitpod")]);
    assert_eq!(found(k3s, "/// For Coder's pods.\n"), [(1, "coder")]);
    assert_eq!(found(k3s, "/// The decoder of `gitpod-k3s.yaml`.\n"), []);
    assert_eq!(found(k3s, "mod gitpod;\n"), []);
    assert_eq!(found("core/src/plan/platform/gitpod/mod.rs", "Gitpod"), []);
    assert_eq!(found("core/src/model/platform.rs", "Gitpod"), []);
    assert_eq!(found(k3s, "#[cfg(test)]\nmod tests {\n    gitpod\n"), []);
}

/// The lines that name a platform where none may be named, each with the platform.
fn named(path: &Path, text: &str) -> Vec<(usize, &'static str)> {
    let of = |platform: &&&str| !path.iter().any(|part| part == **platform);
    if SEAMS.iter().any(|seam| Path::new(seam) == path) || path.ends_with("testing.rs") {
        return Vec::new();
    }
    let mut found = Vec::new();
    for (index, line) in code(text).lines().enumerate() {
        let line = PRODUCT
            .iter()
            .fold(line.to_owned(), |line, name| line.replace(name, ""));
        let line = line.to_lowercase();
        let declares = |platform: &str| line.trim_end().ends_with(&format!("mod {platform};"));
        // `decoder` is no Coder.
        let words = || line.split(|c: char| !c.is_ascii_alphanumeric());
        let names = |platform: &str| {
            words().any(|word| word == platform) || platform == "gitpod" && line.contains(platform)
        };
        for platform in PLATFORMS.iter().filter(of) {
            if names(platform) && !declares(platform) {
                found.push((index + 1, *platform));
            }
        }
    }
    found
}

/// A file without its tests.
fn code(text: &str) -> &str {
    text.split("#[cfg(test)]\nmod tests {").next().unwrap_or("")
}

fn place(layers: &[&str], module: &str) -> Option<usize> {
    layers.iter().position(|layer| *layer == module)
}

/// The first part of a path, without the ending of a file.
fn module_of(path: &Path) -> String {
    let first = path.iter().next().unwrap().to_str().unwrap();
    first.strip_suffix(".rs").unwrap_or(first).to_owned()
}

/// The modules that a file names by `crate::`, in order, comments and tests apart.
fn uses<'l>(text: &str, layers: &[&'l str]) -> Vec<&'l str> {
    let code: Vec<&str> = code(text)
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .collect();
    let code = code.join("\n");
    let mut found = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        // `crate::a::B`, or `crate::{a, b::C}`.
        let names: Vec<&str> = match rest.strip_prefix('{') {
            Some(group) => group.split('}').next().unwrap_or("").split(',').collect(),
            None => vec![rest],
        };
        for name in names {
            let end = |c: char| !(c.is_ascii_alphanumeric() || c == '_');
            let name = name.trim().split(end).next().unwrap_or("");
            found.extend(layers.iter().find(|layer| **layer == name));
        }
    }
    found
}

/// The source files below a folder; files and folders of tests apart.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        match path.is_dir() {
            true if name != "tests" => files.extend(sources(&path)),
            false
                if name != "tests"
                    && path
                        .extension()
                        .is_some_and(|ending| ending == "rs" || ending == "sh") =>
            {
                files.push(path)
            }
            _ => {}
        }
    }
    files.sort();
    files
}
