//! The secrets file beside a configuration: lines `NAME=value`, the value bare or a JSON string so that PEM fits.

use crate::exit::Failure;
use camino::{Utf8Path, Utf8PathBuf};
use gkc_core::inputs::SecretBytes;
use std::collections::BTreeMap;
use std::fs;
use std::io::{Read, Write};

/// The secrets file. No `Debug`: it holds secrets.
#[derive(Default)]
pub struct SecretsFile {
    path: Utf8PathBuf,
    values: BTreeMap<String, SecretBytes>,
}

impl SecretsFile {
    /// Reads the file; one that is not there is empty.
    pub fn read(path: Utf8PathBuf) -> Result<SecretsFile, Failure> {
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(Failure::file("read", &path, &error)),
        };
        let values =
            parse(&text).map_err(|(line, why)| Failure::new(format!("`{path}`, line {line}: {why}")))?;
        Ok(SecretsFile { path, values })
    }

    /// Where it is.
    pub fn path(&self) -> &Utf8Path {
        &self.path
    }

    /// The value of a variable; `None` where it is absent or empty.
    pub fn get(&self, name: &str) -> Option<SecretBytes> {
        self.values
            .get(name)
            .filter(|value| !value.expose().is_empty())
            .cloned()
    }

    /// The names of the variables.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.values.keys().map(String::as_str)
    }

    /// Adds lines to the file, and keeps it out of Git first, so that no secret is ever there for Git to see.
    pub fn add(&self, lines: &str) -> Result<(), Failure> {
        ignore(&self.path)?;
        append(&self.path, lines)
    }

    /// Whether other users of the machine may read it.
    pub fn is_open(&self) -> bool {
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            fs::metadata(&self.path).is_ok_and(|meta| meta.permissions().mode() & 0o077 != 0)
        }
        #[cfg(not(unix))]
        false
    }
}

/// Adds lines to the secrets file, which nobody else may read.
fn append(path: &Utf8Path, lines: &str) -> Result<(), Failure> {
    let failed = |error: std::io::Error| Failure::file("write", path, &error);
    let old = match fs::read_to_string(path) {
        Ok(old) => old,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(failed(error)),
    };
    let gap = if old.is_empty() || old.ends_with('\n') {
        ""
    } else {
        "\n"
    };
    let path = &target(path).map_err(failed)?;
    let folder = path
        .parent()
        .filter(|p| !p.as_str().is_empty())
        .unwrap_or(Utf8Path::new("."));
    // A temporary file is private from the start, and a crash leaves the old file.
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
    file.write_all(format!("{old}{gap}{lines}").as_bytes())
        .map_err(failed)?;
    file.as_file().sync_all().map_err(failed)?;
    file.persist(path).map_err(|error| failed(error.error))?;
    Ok(())
}

/// As many symbolic links as Linux follows.
const MAX_LINKS: usize = 40;

/// The file that a path means, through symbolic links, also where it does not exist yet: a link is never replaced by a file.
fn target(path: &Utf8Path) -> std::io::Result<Utf8PathBuf> {
    let mut path = path.to_owned();
    for _ in 0..MAX_LINKS {
        match path.read_link_utf8() {
            // A path in a link is relative to its folder.
            Ok(to) => path = path.parent().unwrap_or(Utf8Path::new("")).join(to),
            Err(_) => return Ok(path),
        }
    }
    Err(std::io::Error::other("too many symbolic links"))
}

/// Keeps the secrets file out of Git.
fn ignore(path: &Utf8Path) -> Result<(), Failure> {
    let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else {
        return Ok(());
    };
    let file = folder.join(".gitignore");
    let failed = |error: std::io::Error| Failure::file("write", &file, &error);
    let mut git = fs::OpenOptions::new()
        .read(true)
        .append(true)
        .create(true)
        .open(&file)
        .map_err(failed)?;
    let mut old = Vec::new();
    git.read_to_end(&mut old).map_err(failed)?;
    let text = String::from_utf8_lossy(&old);
    let covered = |line: &str| {
        let line = line.trim().trim_start_matches('/');
        line == name || line == "*.secrets.env"
    };
    if text.lines().any(covered) {
        return Ok(());
    }
    let gap = if text.is_empty() || text.ends_with('\n') {
        ""
    } else {
        "\n"
    };
    git.write_all(format!("{gap}/{name}\n").as_bytes())
        .map_err(failed)
}

const NO_LINE: &str = "expected `NAME=value` with a bare value or a JSON string";
/// A shell would take them away, and others that read such files do.
const QUOTES: &str =
    "single quotes would be part of the value: remove them, or use a JSON string in double quotes";

/// The values, or the first line that is wrong, with what is.
fn parse(text: &str) -> Result<BTreeMap<String, SecretBytes>, (usize, &'static str)> {
    let mut values = BTreeMap::new();
    for (i, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let (name, value) = line.split_once('=').ok_or((i + 1, NO_LINE))?;
        let (name, value) = (name.trim(), value.trim());
        let good = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
        if name.is_empty() || !name.bytes().all(good) || name.starts_with(|c: char| c.is_ascii_digit()) {
            return Err((i + 1, NO_LINE));
        }
        if value.len() > 1 && value.starts_with('\'') && value.ends_with('\'') {
            return Err((i + 1, QUOTES));
        }
        let value = match value.starts_with('"') {
            true => serde_json::from_str::<String>(value).map_err(|_| (i + 1, NO_LINE))?,
            false => value.to_owned(),
        };
        values.insert(name.to_owned(), SecretBytes::new(value.into_bytes()));
    }
    Ok(values)
}

/// The line (from 0) and the column of a variable's name in a secrets file's text.
pub fn place_of(name: &str, text: &str) -> Option<(usize, usize)> {
    let is_it = |line: &str| line.split_once('=').is_some_and(|(key, _)| key.trim() == name);
    // The last one counts.
    let (at, line) = text.lines().enumerate().filter(|(_, line)| is_it(line)).last()?;
    Some((at, line.len() - line.trim_start().len()))
}

/// A line of the file.
pub fn line_of(name: &str, value: &SecretBytes) -> String {
    let text = value.expose_text().unwrap_or("");
    let bare = !text.is_empty()
        && text
            .bytes()
            .all(|b| b.is_ascii_graphic() && b != b'"' && b != b'\'');
    match bare {
        true => format!("{name}={text}\n"),
        false => format!("{name}={}\n", serde_json::Value::from(text)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_survives_a_line() {
        for value in [
            "bare",
            "a b",
            "-----BEGIN-----\nline\n",
            "\"quoted\"",
            "ü",
            "a=b#c",
            "'quoted'",
            "",
        ] {
            let line = line_of("NAME", &SecretBytes::from(value));
            let read = parse(&line).unwrap();
            assert_eq!(
                read.get("NAME")
                    .and_then(|v| v.expose_text().map(str::to_owned))
                    .as_deref(),
                Some(value)
            );
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_link_stays_one() {
        use std::os::unix::fs::symlink;
        let folder = tempfile::tempdir().unwrap();
        let folder = Utf8Path::from_path(folder.path()).unwrap();
        let at = |name: &str| folder.join(name);
        symlink("two", at("one")).unwrap();
        symlink(at("real"), at("two")).unwrap();
        append(&at("one"), "A=1\n").unwrap();
        append(&at("one"), "B=2\n").unwrap();
        assert_eq!(fs::read_to_string(at("real")).unwrap(), "A=1\nB=2\n");
        assert!(at("one").is_symlink() && at("two").is_symlink());
        symlink("nowhere/file", at("lost")).unwrap();
        assert!(append(&at("lost"), "A=1\n").is_err() && at("lost").is_symlink());
        symlink("loop", at("loop")).unwrap();
        assert!(append(&at("loop"), "A=1\n").is_err());
    }

    #[test]
    fn a_wrong_line_is_named_by_its_number() {
        assert!(matches!(parse("A=1\n\n# x\nnonsense\n"), Err((4, NO_LINE))));
        assert!(matches!(parse("1A=1\n"), Err((1, NO_LINE))));
        assert!(matches!(parse("A=\"open\n"), Err((1, NO_LINE))));
    }

    #[test]
    fn quotes_of_a_shell_are_not_taken_for_a_part_of_the_value() {
        assert!(matches!(parse("A=1\nB='x'\n"), Err((2, QUOTES))));
        assert!(parse("A=it's\nB='\n").is_ok());
    }
}
