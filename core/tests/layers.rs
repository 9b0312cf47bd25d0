//! The modules of the core and of the command are layers: each uses only those before it. ARCHITECTURE.md shows them as a picture.
//! Within a folder no two modules need each other. And what belongs to one platform stands in its folders: elsewhere none is named.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test says what went wrong by panicking"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The core, from the bottom up.
const CORE: &[&str] = &[
    "sorted",
    "source",
    "text",
    "words",
    "tokens",
    "origin",
    "product",
    "diagnostic",
    "date",
    "inputs",
    "facts",
    "releases",
    "corefile",
    "syntax",
    "model",
    "plan",
    "tailnet",
    "acl",
    "flows",
    "plan_view",
    "emit",
    "artifact",
    "secrets",
    "verify",
    "rules",
    "doctor",
    "lib",
    "editor",
    "testing",
];

/// The command, from the bottom up.
const COMMAND: &[&str] = &[
    "tree",
    "exit",
    "selection",
    "args",
    "workspace",
    "render",
    "lsp",
    "commands",
    "main",
];

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

/// Uses that close a circle, each with the folder that it is in, and why it stays.
const CIRCLES: &[(&str, &str, &str)] = &[];

#[test]
fn no_modules_of_a_folder_use_each_other_in_a_circle() {
    let mut wrong = Vec::new();
    for folder in ["core/src", "cli/src"] {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"))
            .parent()
            .unwrap()
            .join(folder);
        let read = |file: PathBuf| {
            (
                file.strip_prefix(&root).unwrap().to_owned(),
                std::fs::read_to_string(&file).unwrap(),
            )
        };
        let files: Vec<_> = sources(&root).into_iter().map(read).collect();
        let mut uses = siblings(&files);
        for (at, from, to) in CIRCLES.iter().filter(|(at, ..)| at.starts_with(folder)) {
            let below = at[folder.len()..].trim_start_matches('/');
            let uses = uses.entry(below.to_owned()).or_default();
            let closes = behind(uses, to).contains(*from);
            if !closes || !uses.entry((*from).to_owned()).or_default().remove(*to) {
                wrong.push(format!("{at}: {from} using {to} closes no circle any more"));
            }
        }
        let found = circles(&uses).into_iter();
        wrong.extend(found.map(|found| format!("{folder}/{found}")));
    }
    assert_eq!(wrong, [""; 0]);
}

#[test]
fn a_circle_is_found() {
    let found = |files: &[(&str, &str)]| {
        let file = |(path, text): &(&str, &str)| (PathBuf::from(path), (*text).to_owned());
        circles(&siblings(&files.iter().map(file).collect::<Vec<_>>()))
    };
    let circle = ["a: b and c use each other in a circle"];
    let with_b = |b: &str| {
        found(&[
            ("a/mod.rs", "mod b;\nmod c;\n"),
            ("a/b.rs", b),
            ("a/c.rs", "use super::b;\n"),
        ])
    };
    assert_eq!(with_b("use super::c::D;\n"), circle);
    assert_eq!(with_b("use super::{E, c::{D, F}};\n"), circle);
    assert_eq!(with_b("fn f() {\n    crate::a::c::d();\n}\n"), circle);
    // What the folder itself has, and what only tests use.
    assert_eq!(with_b("use super::D;\nuse crate::a::E;\n"), [""; 0]);
    assert_eq!(
        with_b("#[cfg(test)]\nmod tests {\n    use super::super::c;\n}\n"),
        [""; 0]
    );
    assert_eq!(with_b("//! See [`super::c`].\n"), [""; 0]);
    // By way of a third, from the depth of a folder, and through what the folder gives on.
    assert_eq!(
        found(&[
            ("a/b/d.rs", "use super::super::c::E;\n"),
            ("a/c.rs", "use super::f;\n"),
            ("a/f.rs", "use crate::a::b::d::G;\n")
        ]),
        ["a: b and c and f use each other in a circle"]
    );
    assert_eq!(
        found(&[
            ("a/mod.rs", "pub use c::D;\n"),
            ("a/b.rs", "use super::D;\n"),
            ("a/c.rs", "use super::b;\n")
        ]),
        circle
    );
}

/// What each module of a folder uses of those beside it, by folder.
type Uses = BTreeMap<String, BTreeMap<String, BTreeSet<String>>>;

/// What modules use of those beside them, by the paths and texts of all files.
fn siblings(files: &[(PathBuf, String)]) -> Uses {
    let modules: BTreeSet<Vec<String>> = files
        .iter()
        .flat_map(|(path, _)| {
            let module = path_of(path);
            (0..=module.len()).map(move |len| module[..len].to_vec())
        })
        .collect();
    // What a module gives on from those below it, with where that is.
    let mut given: BTreeMap<Vec<String>, Vec<String>> = BTreeMap::new();
    for (path, text) in files {
        let module = path_of(path);
        for used in reexports(text) {
            let at = [&module[..], &used].concat();
            if let Some(name) = used.last().filter(|_| modules.contains(&at[..=module.len()])) {
                given.insert([&module[..], std::slice::from_ref(name)].concat(), at);
            }
        }
    }
    let mut uses = Uses::new();
    for (path, text) in files {
        let module = path_of(path);
        for mut used in named_by(&module, text) {
            while let Some(at) = (1..=used.len()).find_map(|len| {
                given
                    .get(&used[..len])
                    .filter(|_| !modules.contains(&used[..len]))
            }) {
                used.clone_from(at);
            }
            let shared = module.iter().zip(&used).take_while(|(a, b)| a == b).count();
            let (Some(from), Some(to)) = (module.get(shared), used.get(shared)) else {
                continue;
            };
            if modules.contains(&used[..=shared]) {
                let folder = uses.entry(module[..shared].join("/")).or_default();
                folder.entry(from.clone()).or_default().insert(to.clone());
            }
        }
    }
    uses
}

/// The modules of each folder that use each other in a circle.
fn circles(uses: &Uses) -> Vec<String> {
    let mut found = Vec::new();
    for (folder, uses) in uses {
        let mut told = BTreeSet::new();
        for module in uses
            .keys()
            .filter(|module| behind(uses, module).contains(*module))
        {
            let circle: Vec<_> = behind(uses, module)
                .into_iter()
                .filter(|other| behind(uses, other).contains(module))
                .collect();
            if told.insert(circle.clone()) {
                found.push(format!(
                    "{folder}: {} use each other in a circle",
                    circle.join(" and ")
                ));
            }
        }
    }
    found
}

/// All that a module uses, and what that uses.
fn behind(uses: &BTreeMap<String, BTreeSet<String>>, module: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut pending = vec![module];
    while let Some(next) = pending.pop() {
        for used in uses.get(next).into_iter().flatten() {
            if found.insert(used.clone()) {
                pending.push(used);
            }
        }
    }
    found
}

/// The path of the module that a file is, below that of its crate.
fn path_of(file: &Path) -> Vec<String> {
    let parts = file.with_extension("");
    let mut parts: Vec<String> = parts
        .iter()
        .map(|part| part.to_str().unwrap().to_owned())
        .collect();
    if parts
        .last()
        .is_some_and(|last| matches!(last.as_str(), "mod" | "lib" | "main"))
    {
        parts.pop();
    }
    parts
}

/// The paths in the code of a module that begin with `crate`, `super` or `self`, each from the root of the crate.
fn named_by(module: &[String], text: &str) -> Vec<Vec<String>> {
    let code = without_comments(text);
    let mut found = Vec::new();
    for start in ["crate::", "super::", "self::"] {
        for (at, _) in code.match_indices(start) {
            if code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':') {
                continue;
            }
            let mut paths = Vec::new();
            branches(&code[at..], &mut Vec::new(), &mut paths);
            for path in paths {
                let ups = path.iter().take_while(|part| *part == "super").count();
                let above = match path[0].as_str() {
                    "crate" => &[],
                    _ => &module[..module.len().saturating_sub(ups)],
                };
                found.push([above, &path[ups.max(usize::from(path[0] != "super"))..]].concat());
            }
        }
    }
    found
}

/// The paths of what a module takes from its own modules, by `use a::B` or `use self::a::B`.
fn reexports(text: &str) -> Vec<Vec<String>> {
    let code = without_comments(text);
    let mut found = Vec::new();
    for (at, begin) in code.match_indices("use ") {
        let line = code[..at].rsplit('\n').next().unwrap();
        if line.is_empty() || line.starts_with("pub") {
            let rest = &code[at + begin.len()..];
            branches(
                rest.strip_prefix("self::").unwrap_or(rest),
                &mut Vec::new(),
                &mut found,
            );
        }
    }
    found
}

/// What a path leads to, several where it ends in a group: `a::{b, c::D}`. Returns what comes after it.
fn branches<'t>(text: &'t str, path: &mut Vec<String>, found: &mut Vec<Vec<String>>) -> &'t str {
    let text = text.trim_start();
    if let Some(mut rest) = text.strip_prefix('{') {
        while let Some(next) = rest
            .trim_start_matches(|c: char| c == ',' || c.is_whitespace())
            .get(..)
        {
            if next.is_empty() || next.starts_with('}') {
                return next.get(1..).unwrap_or("");
            }
            let after = branches(next, &mut path.clone(), found);
            // `b as c`, `*`.
            rest = &after[after.find([',', '}']).unwrap_or(after.len())..];
        }
        return rest;
    }
    let end = text
        .find(|c: char| !(c.is_alphanumeric() || c == '_'))
        .unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    if !name.is_empty() && name != "self" || path.is_empty() {
        path.push(name.to_owned());
    }
    match rest.strip_prefix("::") {
        Some(rest) if !name.is_empty() => branches(rest, path, found),
        _ => {
            found.push(path.clone());
            rest
        }
    }
}

/// Each platform, as its folders are called.
const PLATFORMS: &[&str] = &["gitpod", "coder"];

/// Where platforms are told apart: the enum and its key in the language, one switch a stage, and the names that the product had
/// before there was a second one.
const SEAMS: &[&str] = &[
    "cli/src/commands/init/platform.rs",
    "core/src/doctor/platforms/mod.rs",
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
const PRODUCT: &[&str] = &["gitpod-k3s", "Default: `gitpod`."];

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
    let page = "/// ```yaml\n/// platform: coder\n/// ```\n/// as Coder does\n";
    assert_eq!(found(k3s, page), [(4, "coder")]);
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
    let mut in_example = false;
    for (index, line) in code(text).lines().enumerate() {
        // An example in a page is a configuration, and that has a platform.
        in_example ^= line.trim_start().starts_with("/// ```");
        if in_example {
            continue;
        }
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

/// The same without comments on lines of their own.
fn without_comments(text: &str) -> String {
    let lines: Vec<&str> = code(text)
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .collect();
    lines.join("\n")
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
    let code = without_comments(text);
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
        if is_test(&path) {
            continue;
        }
        if path.is_dir() {
            files.extend(sources(&path));
        } else if path
            .extension()
            .is_some_and(|ending| ending == "rs" || ending == "sh")
        {
            files.push(path);
        }
    }
    files.sort();
    files
}

/// Whether a file or a folder is called `tests`, and is there for tests alone.
fn is_test(path: &Path) -> bool {
    let folder = path.parent().unwrap();
    let declared = [
        folder.join("mod.rs"),
        folder.join("lib.rs"),
        folder.join("main.rs"),
        folder.with_extension("rs"),
    ]
    .iter()
    .filter_map(|file| std::fs::read_to_string(file).ok())
    .any(|text| {
        text.contains("#[cfg(test)]\nmod tests;") || text.contains("#[cfg(test)]\npub(crate) mod tests;")
    });
    path.file_stem().is_some_and(|name| name == "tests") && declared
}
