//! The secrets file beside a configuration: lines `NAME=value`, the value bare or a JSON string so that PEM fits. What readers of
//! `.env` files read in different ways is an error.

use super::files::{fresh_name, read_regular, read_text, replace, target};
use crate::exit::Failure;
use crate::say;
use camino::{Utf8Path, Utf8PathBuf};
use gkc_core::inputs::SecretBytes;
use std::collections::BTreeMap;
use std::fs;
use std::io::Write;

/// The secrets file. No `Debug`: it holds secrets.
#[derive(Default)]
pub struct SecretsFile {
    path: Utf8PathBuf,
    /// The whole text.
    text: Option<SecretBytes>,
    values: BTreeMap<String, SecretBytes>,
}

/// The most bytes of a secrets file: some hundred certificates.
pub const MAX_SECRETS_BYTES: u64 = 1024 * 1024;

/// The mode of a file that only its owner may read.
const OWNER_ONLY: u32 = 0o600;

impl SecretsFile {
    /// Reads the file; one that is not there is empty.
    pub fn read(path: Utf8PathBuf) -> Result<SecretsFile, Failure> {
        let text =
            read_text(&path, MAX_SECRETS_BYTES).map_err(|error| Failure::file("read", &path, &error))?;
        let text = text.unwrap_or_default();
        let values =
            parse(&text).map_err(|(line, why)| Failure::new(format!("`{path}`, line {line}: {why}")))?;
        let text = Some(SecretBytes::new(text.into_bytes()));
        Ok(SecretsFile { path, text, values })
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

    /// Adds the lines that `make` returns of the file as it is now. One run does so at a time, and the file is kept out of Git first,
    /// so that no secret is ever there for Git to see.
    pub fn update(&self, make: impl FnOnce(&SecretsFile) -> Result<String, Failure>) -> Result<(), Failure> {
        let failed = |error: std::io::Error| Failure::file("write", &self.path, &error);
        // Several links may lead to it.
        let path = target(&self.path).map_err(failed)?;
        let _lock = gkc_tree::lock(folder_of(&path), |folder| {
            say(&format!("gkc: waiting for another gkc process in `{folder}`\n"));
        });
        let now = SecretsFile::read(self.path.clone())?;
        let lines = make(&now)?;
        if lines.is_empty() {
            return Ok(());
        }
        ignore(&path)?;
        let old = now.text.as_ref().map_or(&b""[..], SecretBytes::expose);
        let gap: &[u8] = if old.is_empty() || old.ends_with(b"\n") {
            b""
        } else {
            b"\n"
        };
        let text = SecretBytes::new([old, gap, lines.as_bytes()].concat());
        replace(&path, text.expose(), Some(OWNER_ONLY)).map_err(failed)
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

fn folder_of(path: &Utf8Path) -> &Utf8Path {
    let folder = path.parent().filter(|folder| !folder.as_str().is_empty());
    folder.unwrap_or(Utf8Path::new("."))
}

/// Keeps the secrets file out of Git.
fn ignore(path: &Utf8Path) -> Result<(), Failure> {
    let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else {
        return Ok(());
    };
    let file = folder.join(".gitignore");
    let failed = |error: std::io::Error| Failure::file("write", &file, &error);
    let old = match read_regular(&file, MAX_SECRETS_BYTES) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Vec::new(),
        read => read.map_err(failed)?,
    };
    let old = String::from_utf8_lossy(&old);
    let lines: Vec<&str> = old
        .lines()
        .map(|line| line.trim().trim_start_matches('/'))
        .collect();
    // The name that it has while it is written too.
    let missing: Vec<String> = [name.to_owned(), fresh_name(path)]
        .into_iter()
        .filter(|name| !lines.contains(&name.as_str()))
        .filter(|name| !(name.ends_with(".secrets.env") && lines.contains(&"*.secrets.env")))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let gap = if old.is_empty() || old.ends_with('\n') {
        ""
    } else {
        "\n"
    };
    let new: String = missing.iter().map(|name| format!("/{name}\n")).collect();
    let mut git = fs::OpenOptions::new()
        .append(true)
        .create(true)
        .open(&file)
        .map_err(failed)?;
    git.write_all(format!("{gap}{new}").as_bytes()).map_err(failed)
}

const NO_LINE: &str = "expected `NAME=value` with a bare value or a JSON string";
/// A shell would take them away, and others that read such files do.
const QUOTES: &str =
    "single quotes would be part of the value: remove them, or use a JSON string in double quotes";

/// npm's dotenv ends a bare value at each `#`, python-dotenv at one behind a blank, systemd and Docker at none.
const COMMENT: &str = "other readers of such files end a bare value at `#`: put it in double quotes";
/// No process can have such a variable.
const NUL: &str = "NUL byte: remove it";
const TWICE: &str = "set to another value in a line above: remove one of them";

/// Whether a line can set a variable of that name, as `{env: …}` takes it.
fn is_name(name: &str) -> bool {
    let good = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
    !name.is_empty() && name.bytes().all(good) && !name.starts_with(|c: char| c.is_ascii_digit())
}

/// The lines of the file, which CR alone ends as well: for python-dotenv, npm's dotenv and systemd.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    let lines = text.split('\n');
    lines.flat_map(|line| line.strip_suffix('\r').unwrap_or(line).split('\r'))
}

/// The name and the value of a line as they are written; `None` for a line that sets nothing. `export` is for shells.
fn split(line: &str) -> Option<Result<(&str, &str), &'static str>> {
    let line = line.trim_start_matches('\u{feff}').trim();
    if line.is_empty() || line.starts_with('#') {
        return None;
    }
    let Some((name, value)) = line.split_once('=') else {
        return Some(Err(NO_LINE));
    };
    let name = name.trim();
    let exported = name
        .strip_prefix("export")
        .filter(|rest| rest.starts_with(char::is_whitespace));
    let name = exported.map_or(name, str::trim_start);
    Some(match is_name(name) {
        true => Ok((name, value.trim())),
        false => Err(NO_LINE),
    })
}

/// The text in double quotes that a value is, with nothing but a comment behind it.
fn quoted(value: &str) -> Option<String> {
    let mut texts = serde_json::Deserializer::from_str(value).into_iter::<String>();
    let text = texts.next()?.ok()?;
    let rest = value.get(texts.byte_offset()..)?;
    let is_comment = rest.starts_with(char::is_whitespace) && rest.trim_start().starts_with('#');
    (rest.is_empty() || is_comment).then_some(text)
}

/// The values, or the first line that is wrong, with what is.
fn parse(text: &str) -> Result<BTreeMap<String, SecretBytes>, (usize, &'static str)> {
    let mut values: BTreeMap<String, SecretBytes> = BTreeMap::new();
    for (line, number) in lines(text).zip(1..) {
        let Some(split) = split(line) else { continue };
        let wrong = |why| (number, why);
        let (name, value) = split.map_err(wrong)?;
        if value.contains('\0') {
            return Err(wrong(NUL));
        }
        if value.len() > 1 && value.starts_with('\'') && value.ends_with('\'') {
            return Err(wrong(QUOTES));
        }
        let value = match value.starts_with('"') {
            true => quoted(value).ok_or_else(|| wrong(NO_LINE))?,
            false if value.contains('#') => return Err(wrong(COMMENT)),
            false => value.to_owned(),
        };
        let value = SecretBytes::new(value.into_bytes());
        let before = values.insert(name.to_owned(), value.clone());
        if before.is_some_and(|before| before.expose() != value.expose()) {
            return Err(wrong(TWICE));
        }
    }
    Ok(values)
}

/// The line (from 0) and the column of a variable's name in a secrets file's text.
pub fn place_of(name: &str, text: &str) -> Option<(usize, usize)> {
    let column = |line: &str| match split(line)? {
        Ok((key, _)) if key == name => Some(key.as_ptr().addr() - line.as_ptr().addr()),
        _ => None,
    };
    let mut lines = lines(text).enumerate();
    lines.find_map(|(at, line)| Some((at, column(line)?)))
}

/// A line of the file.
pub fn line_of(name: &str, value: &SecretBytes) -> String {
    let text = value.expose_text().unwrap_or("");
    let bare = !text.is_empty()
        && text
            .bytes()
            .all(|b| b.is_ascii_graphic() && !matches!(b, b'"' | b'\'' | b'#'));
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

    #[test]
    fn what_other_readers_take_is_read_or_said() {
        let text = "\u{feff}export A=1\r\n  # a comment\r\n export  B = \"x # y\"\r\nA=1\nC=d\n";
        let read = parse(text).unwrap();
        let value = |name: &str| read.get(name).and_then(|value| value.expose_text());
        assert_eq!(
            [value("A"), value("B"), value("C")],
            [Some("1"), Some("x # y"), Some("d")]
        );
        assert_eq!(place_of("B", text), Some((2, 9)));
        assert!(matches!(parse("A=1 # one\n"), Err((1, COMMENT))));
        assert!(matches!(parse("A=1\nB=1\nA=2\n"), Err((3, TWICE))));
        assert!(matches!(parse("A-B=1\n"), Err((1, NO_LINE))));
    }

    #[test]
    fn a_wrong_line_is_named_by_its_number() {
        assert!(matches!(parse("A=1\n\n# x\nnonsense\n"), Err((4, NO_LINE))));
        assert!(matches!(parse("1A=1\n"), Err((1, NO_LINE))));
        assert!(matches!(parse("A=\"open\n"), Err((1, NO_LINE))));
    }

    /// As python-dotenv 1.2 and npm's dotenv 18 read them; where those differ, it is said.
    #[test]
    fn lines_as_dotenv_readers_take_them() {
        let values = |text: &str| -> Vec<(String, String)> {
            let read = parse(text).unwrap_or_else(|(_, why)| panic!("{text:?}: {why}"));
            let text = |value: &SecretBytes| value.expose_text().unwrap().to_owned();
            read.iter()
                .map(|(name, value)| (name.clone(), text(value)))
                .collect()
        };
        let pairs = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
            let own = |(a, b): &(&str, &str)| ((*a).to_owned(), (*b).to_owned());
            pairs.iter().map(own).collect()
        };
        assert_eq!(values("A=1\rB=2\r"), pairs(&[("A", "1"), ("B", "2")]));
        assert_eq!(values("A=1\r\n\r\nB=2\r\n"), pairs(&[("A", "1"), ("B", "2")]));
        assert_eq!(
            values("export\tA=1\nexport \t B = 2\n"),
            pairs(&[("A", "1"), ("B", "2")])
        );
        assert_eq!(values("exported=1\n"), pairs(&[("exported", "1")]));
        assert_eq!(values("A=\"x # y\" # z\n"), pairs(&[("A", "x # y")]));
        assert_eq!(values("A=\"x\"\t# z\n"), pairs(&[("A", "x")]));
        for text in [
            "A=1\t# c\n",
            "A=1 # c\n",
            "A=1#c\n",
            "A=#c\n",
            "A= # c\n",
            "A=1\u{a0}# c\n",
        ] {
            assert!(matches!(parse(text), Err((1, COMMENT))), "{text:?}");
        }
        assert!(matches!(parse("A=1\rB=\0\n"), Err((2, NUL))));
        assert!(matches!(parse("A=\"x\"# z\n"), Err((1, NO_LINE))));
        assert_eq!(place_of("B", "A=1\rB=2\r"), Some((1, 0)));
    }

    #[test]
    fn quotes_of_a_shell_are_not_taken_for_a_part_of_the_value() {
        assert!(matches!(parse("A=1\nB='x'\n"), Err((2, QUOTES))));
        assert!(parse("A=it's\nB='\n").is_ok());
    }
}
