//! `gkc.toml`: what holds for all configurations of a folder.

use super::glob::Glob;
use super::{Levels, set};
use gkc_core::source::{FileId, SourceFile};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// What a `gkc.toml` says. Paths are those from its folder.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Project {
    files: Vec<Glob>,
    exclude: Vec<Glob>,
    rules: Levels,
    overrides: Vec<Override>,
}

/// Severities for some of the configurations.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Override {
    files: Vec<Glob>,
    rules: Levels,
}

impl Project {
    /// Reads the file, or says what is wrong with it, a line for each.
    pub fn read(text: &str) -> Result<Project, Vec<String>> {
        let mut reader = Reader {
            file: SourceFile::new(FileId::CONFIG, "gkc.toml", text),
            wrong: Vec::new(),
        };
        let project = match DeTable::parse(text) {
            Ok(table) => reader.project(table.get_ref()),
            Err(error) => {
                let at = error.span().map_or(0, |span| span.start);
                reader.wrong(at, error.message());
                Project::default()
            }
        };
        if reader.wrong.is_empty() {
            return Ok(project);
        }
        // Keys come in the order of their names.
        reader.wrong.sort();
        let lines = reader.wrong.into_iter();
        Err(lines.map(|(line, what)| format!("line {line}: {what}")).collect())
    }

    /// The severities for the configuration at a path: of the overrides that match, later ones override earlier ones.
    pub fn levels(&self, path: &str) -> Levels {
        let mut levels = self.rules.clone();
        for over in self.overrides.iter().filter(|over| matches(&over.files, path)) {
            levels.extend(&over.rules);
        }
        levels
    }

    /// Whether a file of a folder that is checked is a configuration by its path; `None` if `files` does not say.
    pub fn lists(&self, path: &str) -> Option<bool> {
        (!self.files.is_empty()).then(|| matches(&self.files, path))
    }

    /// Whether a file or a folder is left out when its folder is checked.
    pub fn excludes(&self, path: &str) -> bool {
        matches(&self.exclude, path)
    }
}

fn matches(globs: &[Glob], path: &str) -> bool {
    globs.iter().any(|glob| glob.matches(path))
}

/// Collects what is wrong.
struct Reader {
    file: SourceFile,
    /// With the lines.
    wrong: Vec<(u32, String)>,
}

type Key<'t> = Spanned<std::borrow::Cow<'t, str>>;

impl Reader {
    fn wrong(&mut self, at: usize, what: &str) {
        let line = self.file.position(u32::try_from(at).unwrap_or(u32::MAX)).line;
        self.wrong.push((line, what.to_owned()));
    }

    fn project(&mut self, table: &DeTable<'_>) -> Project {
        let mut project = Project::default();
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "files" => project.files = self.globs(value),
                "exclude" => project.exclude = self.globs(value),
                "rules" => project.rules = self.levels(value),
                "overrides" => project.overrides = self.overrides(value),
                _ => self.unknown(key, "`files`, `exclude`, `rules` and `overrides`"),
            }
        }
        project
    }

    fn unknown(&mut self, key: &Key<'_>, known: &str) {
        let what = format!("unknown key `{}`: the keys are {known}", key.get_ref());
        self.wrong(key.span().start, &what);
    }

    fn overrides(&mut self, value: &Spanned<DeValue<'_>>) -> Vec<Override> {
        let Some(list) = value.get_ref().as_array() else {
            self.wrong(value.span().start, "expected a list of tables, `[[overrides]]`");
            return Vec::new();
        };
        list.iter().map(|item| self.one_override(item)).collect()
    }

    fn one_override(&mut self, value: &Spanned<DeValue<'_>>) -> Override {
        let mut over = Override::default();
        let Some(table) = value.get_ref().as_table() else {
            self.wrong(value.span().start, "expected a table with `files` and `rules`");
            return over;
        };
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "files" => over.files = self.globs(value),
                "rules" => over.rules = self.levels(value),
                _ => self.unknown(key, "`files` and `rules`"),
            }
        }
        for required in ["files", "rules"] {
            if !table.contains_key(required) {
                self.wrong(
                    value.span().start,
                    &format!("missing `{required}` in `overrides`"),
                );
            }
        }
        over
    }

    fn globs(&mut self, value: &Spanned<DeValue<'_>>) -> Vec<Glob> {
        let Some(list) = value.get_ref().as_array() else {
            self.wrong(value.span().start, "expected a list of patterns");
            return Vec::new();
        };
        let mut globs = Vec::new();
        for item in list {
            let read = item.get_ref().as_str().map(Glob::new);
            match read.unwrap_or_else(|| Err("expected a pattern in quotes".to_owned())) {
                Ok(glob) => globs.push(glob),
                Err(why) => self.wrong(item.span().start, &why),
            }
        }
        globs
    }

    fn levels(&mut self, value: &Spanned<DeValue<'_>>) -> Levels {
        let mut levels = Levels::new();
        let Some(table) = value.get_ref().as_table() else {
            self.wrong(value.span().start, "expected a table of rules and severities");
            return levels;
        };
        for (key, value) in table {
            let word = value.get_ref().as_str().unwrap_or_default();
            if let Err(why) = set(&mut levels, key.get_ref(), word) {
                self.wrong(key.span().start, &why);
            }
        }
        levels
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use gkc_core::diagnostic::Severity;

    #[test]
    fn later_overrides_override_earlier_ones() {
        let project = Project::read(
            r#"
files = ["clusters/*.yaml"]
exclude = ["clusters/old.yaml", "vendor/**"]

[rules]
signups-open = "off"
no-authorized-keys = "error"

[[overrides]]
files = ["clusters/**"]
rules = { signups-open = "info" }

[[overrides]]
files = ["prod.yaml"]
rules = { signups-open = "error" }
"#,
        )
        .unwrap();
        let of = |path: &str| project.levels(path)["signups-open"];
        assert_eq!(of("gitpod-k3s.yaml"), None);
        assert_eq!(of("clusters/dev.yaml"), Some(Severity::Info));
        assert_eq!(of("clusters/prod.yaml"), Some(Severity::Error));
        assert_eq!(project.levels("a")["no-authorized-keys"], Some(Severity::Error));
        assert_eq!(project.lists("clusters/a.yaml"), Some(true));
        assert_eq!(project.lists("a.yaml"), Some(false));
        assert!(project.excludes("vendor/a/b.yaml") && !project.excludes("clusters/a.yaml"));
        assert_eq!(Project::default().lists("a.yaml"), None);
    }

    #[test]
    fn all_that_is_wrong_is_said_with_its_line() {
        let wrong = Project::read(
            "colour = 1\nexclude = 'a'\nfiles = [1, '/a']\n[rules]\nsignups-opn = 'off'\nsyntax = 'off'\n\
             no-authorized-keys = 'loud'\n[[overrides]]\nfiles = ['a']\nrule = {}\n",
        );
        assert_eq!(
            wrong.unwrap_err(),
            [
                "line 1: unknown key `colour`: the keys are `files`, `exclude`, `rules` and `overrides`",
                "line 2: expected a list of patterns",
                "line 3: expected a pattern in quotes",
                "line 3: pattern `/a` is outside the folder of this file: paths are relative to it",
                "line 5: unknown rule `signups-opn`; did you mean `signups-open`?",
                "line 6: `syntax` is always an error, since its findings break the deployment",
                "line 7: `no-authorized-keys`: expected `off`, `info`, `warning` or `error`",
                "line 8: missing `rules` in `overrides`",
                "line 10: unknown key `rule`: the keys are `files` and `rules`",
            ]
        );
        assert_eq!(Project::read("a = [\n").unwrap_err().len(), 1);
        assert_eq!(Project::read(""), Ok(Project::default()));
    }
}
