//! Paths as texts: no link is followed, as editors do not either.

use camino::{Utf8Component, Utf8Path, Utf8PathBuf};

/// A path without `.` and `..`: one file has one path, however it is named.
pub fn plain(path: &Utf8Path) -> Utf8PathBuf {
    let mut plain = Utf8PathBuf::new();
    for component in path.components() {
        match component {
            Utf8Component::CurDir => {}
            Utf8Component::ParentDir if plain.file_name().is_some() => {
                plain.pop();
            }
            other => plain.push(other),
        }
    }
    plain
}

/// A path from the root, without `.` and `..`. It stays relative where the current folder has no name that is text.
pub fn absolute(path: &Utf8Path) -> Utf8PathBuf {
    let here = std::env::current_dir().ok();
    let here = here.and_then(|here| Utf8PathBuf::from_path_buf(here).ok());
    plain(&here.unwrap_or_default().join(path))
}

/// A path as it is written in a file of `folder`, with slashes. Both are from the root.
pub fn relative(path: &Utf8Path, folder: &Utf8Path) -> String {
    let shared = path
        .components()
        .zip(folder.components())
        .take_while(|(a, b)| a == b)
        .count();
    let up = folder.components().skip(shared).map(|_| "..");
    let down = path.components().skip(shared).map(|component| component.as_str());
    up.chain(down).collect::<Vec<_>>().join("/")
}

/// The variables in which CI systems name the folder of the repository: GitHub Actions and GitLab CI.
const REPOSITORY: [&str; 2] = ["GITHUB_WORKSPACE", "CI_PROJECT_DIR"];

/// A path from the root of the repository that CI has checked out, by which its pages find the file. As it is named anywhere else.
pub fn in_repository(path: &str) -> String {
    let full = absolute(Utf8Path::new(path));
    let roots = REPOSITORY.into_iter().filter_map(|name| std::env::var(name).ok());
    let mut below = roots.filter_map(|root| {
        let below = full.strip_prefix(plain(Utf8Path::new(&root))).ok()?;
        Some(below.as_str().replace('\\', "/"))
    });
    let named = || path.strip_prefix("./").unwrap_or(path).to_owned();
    match path {
        "<stdin>" => path.to_owned(),
        _ => below
            .next()
            .filter(|below| !below.is_empty())
            .unwrap_or_else(named),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_written_from_a_folder() {
        for (path, folder, wanted) in [
            ("/a/b.yaml", "/a", "b.yaml"),
            ("/a/b/c.yaml", "/a", "b/c.yaml"),
            ("/a/b.yaml", "/a/c/d", "../../b.yaml"),
            ("/ab/c", "/a", "../ab/c"),
        ] {
            assert_eq!(relative(Utf8Path::new(path), Utf8Path::new(folder)), wanted);
        }
        assert_eq!(plain(Utf8Path::new("/a/./b/../c")), "/a/c");
    }
}
