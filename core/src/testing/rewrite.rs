//! Rewrites fixtures in their source files.

use std::collections::BTreeMap;
use std::ops::Range;
use std::panic::Location;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// The files that this run has changed: each as it was when it was compiled, and what replaces which of its bytes.
static CHANGED: Mutex<BTreeMap<PathBuf, Source>> = Mutex::new(BTreeMap::new());

struct Source {
    compiled: String,
    literals: BTreeMap<usize, (Range<usize>, String)>,
}

/// Replaces the literal that is the first argument of the call at `caller`; nothing where that is another expression.
pub(super) fn fixture(caller: &Location<'_>, fixture: &str) -> Option<()> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("..")
        .join(caller.file());
    let mut changed = CHANGED.lock().unwrap_or_else(PoisonError::into_inner);
    let source = match changed.get_mut(&path) {
        Some(source) => source,
        None => {
            let compiled = std::fs::read_to_string(&path).ok()?;
            changed.entry(path.clone()).or_insert(Source {
                compiled,
                literals: BTreeMap::new(),
            })
        }
    };
    let literal = argument(&source.compiled, caller.line(), caller.column())?;
    source.literals.insert(literal.start, (literal, written(fixture)));
    let mut text = source.compiled.clone();
    for (range, literal) in source.literals.values().rev() {
        text.replace_range(range.clone(), literal);
    }
    std::fs::write(&path, text).ok()
}

/// A raw string that has `fixture` on lines of its own.
fn written(fixture: &str) -> String {
    let longest = (0..8).find(|count| !fixture.contains(&format!("\"{}", "#".repeat(*count))));
    let hashes = "#".repeat(longest.unwrap_or(8));
    format!("r{hashes}\"\n{fixture}\n\"{hashes}")
}

/// Where the string literal is that comes first in the parentheses of the call at `line` and `column`.
fn argument(source: &str, line: u32, column: u32) -> Option<Range<usize>> {
    let before: usize = source
        .split_inclusive('\n')
        .take(line as usize - 1)
        .map(str::len)
        .sum();
    let call = before + column as usize - 1;
    let open = call + source.get(call..)?.find('(')? + 1;
    let rest = source.get(open..)?;
    let start = open + rest.len() - rest.trim_start().len();
    let literal = source.get(start..)?;
    let (body, close) = match literal.strip_prefix('r') {
        Some(raw) => {
            let hashes = raw.len() - raw.trim_start_matches('#').len();
            (
                raw.get(hashes..)?.strip_prefix('"')?,
                format!("\"{}", "#".repeat(hashes)),
            )
        }
        None => (literal.strip_prefix('"')?, "\"".to_owned()),
    };
    let escapes = !literal.starts_with('r');
    let mut end = source.len() - body.len();
    let mut characters = body.chars();
    while !characters.as_str().starts_with(&close) {
        end += characters.next()?.len_utf8();
        if escapes && source[..end].ends_with('\\') {
            end += characters.next()?.len_utf8();
        }
    }
    Some(start..end + close.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(source: &str) -> Option<&str> {
        let call = source.find("check").unwrap();
        let line = source[..call].lines().count().max(1);
        let column = call - source[..call].rfind('\n').map_or(0, |at| at + 1) + 1;
        let range = argument(source, line as u32, column as u32)?;
        source.get(range)
    }

    #[test]
    fn the_literal_is_found_whole() {
        assert_eq!(
            found("  check(r#\"\na: \"b\"\n\"#);"),
            Some("r#\"\na: \"b\"\n\"#")
        );
        assert_eq!(found("check(\n  \"a: \\\"b\\\\\", &x)"), Some("\"a: \\\"b\\\\\""));
        assert_eq!(found("check(&text);"), None);
    }

    #[test]
    fn a_literal_has_as_many_hashes_as_it_needs() {
        assert_eq!(written("a: b"), "r\"\na: b\n\"");
        assert_eq!(written("a: \"#b\""), "r##\"\na: \"#b\"\n\"##");
    }
}
