//! The modules of the core and of the command are layers: each uses only those before it. ARCHITECTURE.md shows them as a picture.

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
    "diagnostic",
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
const COMMAND: &[&str] = &["exit", "args", "workspace", "render", "commands", "main"];

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
    let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or("");
    let code: Vec<&str> = code
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
            false if name != "tests" && path.extension().is_some_and(|ending| ending == "rs") => {
                files.push(path)
            }
            _ => {}
        }
    }
    files.sort();
    files
}
