//! Patterns of paths: `*` and `?` within a name, `**` for any folders.

/// A pattern of the paths below a folder. Without a slash it is one of names, in any folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Glob(Vec<String>);

/// The most characters of a pattern, and so a bound on the work of each comparison.
const MAX_LENGTH: usize = 1024;

impl Glob {
    /// Reads a pattern. Characters that have a meaning in other tools are refused instead of taken for themselves.
    pub fn new(pattern: &str) -> Result<Glob, String> {
        if pattern.is_empty() {
            return Err("empty pattern".to_owned());
        }
        if pattern.len() > MAX_LENGTH {
            return Err(format!("pattern is longer than {MAX_LENGTH} bytes"));
        }
        if let Some(character) = pattern.chars().find(|c| "[]{}!\\".contains(*c)) {
            return Err(format!(
                "unsupported `{character}` in the pattern `{pattern}`: use `*`, `?` and `**`"
            ));
        }
        let relative = pattern.strip_prefix("./").unwrap_or(pattern);
        if relative.starts_with('/') || relative.split('/').any(|part| part == "..") {
            return Err(format!(
                "pattern `{pattern}` is outside the folder of this file: paths are relative to it"
            ));
        }
        let mut parts: Vec<String> = relative.split('/').map(str::to_owned).collect();
        if parts.len() == 1 {
            parts.insert(0, "**".to_owned());
        }
        // `folder/` means what is in it.
        if let Some(last) = parts.last_mut().filter(|last| last.is_empty()) {
            *last = "**".to_owned();
        }
        Ok(Glob(parts))
    }

    /// Whether a path from the folder of the pattern matches.
    pub fn matches(&self, path: &str) -> bool {
        let parts: Vec<&str> = path.split('/').collect();
        let pattern: Vec<&str> = self.0.iter().map(String::as_str).collect();
        matches(
            &pattern,
            &parts,
            |part| *part == "**",
            |part, name| {
                let (part, name): (Vec<char>, Vec<char>) = (part.chars().collect(), name.chars().collect());
                matches(&part, &name, |c| *c == '*', |c, of| *c == '?' || c == of)
            },
        )
    }
}

/// Whether items match a pattern in which some items stand for any number of them: the last of those is the only one to try again.
fn matches<T>(
    pattern: &[T],
    items: &[T],
    is_any: impl Fn(&T) -> bool,
    is_one: impl Fn(&T, &T) -> bool,
) -> bool {
    let (mut at, mut item) = (0, 0);
    let mut again: Option<(usize, usize)> = None;
    while item < items.len() {
        match pattern.get(at) {
            Some(any) if is_any(any) => {
                again = Some((at, item));
                at += 1;
            }
            Some(one) if is_one(one, &items[item]) => {
                at += 1;
                item += 1;
            }
            _ => match &mut again {
                Some((any, from)) => {
                    *from += 1;
                    (at, item) = (*any + 1, *from);
                }
                None => return false,
            },
        }
    }
    pattern[at..].iter().all(is_any)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_match() {
        for (pattern, yes, no) in [
            ("*.yaml", &["a.yaml", "b/c.yaml"][..], &["a.yml", "a.yaml/b"][..]),
            (
                "./a/*.yaml",
                &["a/b.yaml"],
                &["b.yaml", "a/b/c.yaml", "x/a/b.yaml"],
            ),
            ("a/**", &["a/b", "a/b/c"], &["b/a", "ab/c"]),
            ("a/", &["a/b", "a/b/c"], &["b"]),
            ("**/b/*", &["b/c", "a/b/c", "a/a/b/c"], &["b", "b/c/d"]),
            ("a/**/z", &["a/z", "a/b/z", "a/b/c/z", "a/z/z"], &["z", "a/z/y"]),
            (
                "prod-?.yaml",
                &["prod-1.yaml", "x/prod-é.yaml"],
                &["prod-.yaml", "prod-12.yaml"],
            ),
            ("*a*b", &["aab", "xaxb", "abab"], &["aba"]),
        ] {
            let glob = Glob::new(pattern).unwrap();
            for path in yes {
                assert!(glob.matches(path), "{pattern} {path}");
            }
            for path in no {
                assert!(!glob.matches(path), "{pattern} {path}");
            }
        }
    }

    #[test]
    fn a_pattern_costs_little_whatever_it_is() {
        let glob = Glob::new(&"*a".repeat(500)).unwrap();
        assert!(!glob.matches(&"a".repeat(4096).replace("aaaa", "aaab")));
        let glob = Glob::new(&format!("{}z", "**/a/".repeat(200))).unwrap();
        assert!(!glob.matches(&"a/".repeat(2048)));
    }

    #[test]
    fn what_other_tools_take_is_refused() {
        for pattern in ["", "[ab].yaml", "!a", "{a,b}", "a\\b", "/etc/*", "../a", "a/../b"] {
            assert!(Glob::new(pattern).is_err(), "{pattern}");
        }
    }
}
