//! See [`RULE`].

use super::shell::{commands, place_of};
use crate::model::{Config, Raw, RegistryTls};
use crate::rules::k3s::passthrough::passed;
use crate::rules::{Reads, Report, declare_rule};
use crate::source::Span;

declare_rule! {
    /// A path is nearly that of a file of `cloudInit`.
    ///
    /// ## Why
    ///
    /// `cloudInit.files` puts a file onto the machines, and a command, a flag of k3s or a registry reads it. A letter less, or `.yml` for
    /// `.yaml`, and it is not there.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// cloudInit:
    ///   files: [{path: /etc/sysctl.d/90-kubelet.conf, content: "vm.swappiness = 10"}]
    ///   beforeK3s: [sysctl -p /etc/sysctl.d/90-kublet.conf]
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// cloudInit:
    ///   files: [{path: /etc/sysctl.d/90-kubelet.conf, content: "vm.swappiness = 10"}]
    ///   beforeK3s: [sysctl -p /etc/sysctl.d/90-kubelet.conf]
    /// ```
    "path-misspelt", Warning, since "0.1.0", fix None, suppressible, Reads::Model(check)
}

/// A path that something reads, and where it is written.
struct Read {
    path: String,
    at: Span,
}

fn check(config: &Config, report: &mut Report<'_>) {
    let paths = config.file_paths();
    let written: Vec<(&str, Span)> = paths.map(|path| (path.value.as_str(), path.span)).collect();
    if written.is_empty() {
        return;
    }
    for Read { path, at } in reads(config, report) {
        let is_there = |known: &str| {
            let below = known.strip_prefix(path.as_str());
            below.is_some_and(|below| below.is_empty() || below.starts_with('/'))
        };
        if written.iter().any(|(known, _)| is_there(known)) {
            continue;
        }
        let Some((known, there)) = written.iter().find(|(known, _)| is_slip(&path, known)) else {
            continue;
        };
        let finding = report
            .found(at, format!("nothing writes `{path}`"))
            .and(*there, "this file is written");
        report.push(finding.help(format!("did you mean `{known}`?")));
    }
}

/// Whether one letter was lost, added, changed or exchanged, or the end of the name is another. Numbers tell files apart.
fn is_slip(path: &str, known: &str) -> bool {
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let other_end = stem(path).is_some_and(|stem_of_path| stem(known) == Some(stem_of_path));
    digits(path) == digits(known) && (other_end || strsim::damerau_levenshtein(path, known) == 1)
}

/// A path without the end of its name.
fn stem(path: &str) -> Option<&str> {
    let (stem, _) = path.rsplit_once('.').filter(|(_, end)| !end.contains('/'))?;
    Some(stem)
}

/// Every path in a hook, an argument of a component, and the files of registries.
fn reads(config: &Config, report: &Report<'_>) -> Vec<Read> {
    let mut found = Vec::new();
    for item in config.hooks() {
        let script = &item.value.0;
        let all = commands(script);
        let words = all
            .iter()
            .flat_map(|command| command.words.iter().skip(1).map(|word| (command.at, *word)));
        for (from, word) in words {
            let path = word.trim_matches(['"', '\'']);
            let makes = format!("> {path}");
            if !path.starts_with('/') || script.contains(&makes) {
                continue;
            }
            let Some(at) = script.get(from..).and_then(|rest| rest.find(path)) else {
                continue;
            };
            found.push(Read {
                path: path.to_owned(),
                at: place_of(report, item, from + at, path),
            });
        }
    }
    for passed in passed(config) {
        let arguments = passed
            .arguments()
            .map(|(text, value)| (text.split_once('=').map_or("", |(_, path)| path), value.span));
        let whole = match &passed.value.value {
            Raw::Text(text) => Some((text.as_str(), passed.value.span)),
            _ => None,
        };
        let paths = arguments.chain(whole).filter(|(path, _)| path.starts_with('/'));
        found.extend(paths.map(|(path, at)| Read {
            path: path.to_owned(),
            at,
        }));
    }
    let registries = config.k3s.get().and_then(|k3s| k3s.registries.get());
    let configs = registries
        .into_iter()
        .flat_map(|registries| registries.configs.entries());
    let tls = configs.filter_map(|(_, access)| access.value.tls.get());
    let files = tls.flat_map(RegistryTls::files);
    found.extend(files.map(|file| Read {
        path: file.value.clone(),
        at: file.span,
    }));
    found
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn near_to_files_that_are_written() {
        check(
            r#"
k3s: {serverConfig: {kube-apiserver-arg: [admission-control-config-file=/etc/rancher/k3s/psa.yml]}}
#                                         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[path-misspelt]: nothing writes `/etc/rancher/k3s/psa.yml`
cloudInit:
  files:
    - {path: /etc/rancher/k3s/psa.yaml, content: "a: b"}
    - {path: /etc/sysctl.d/90-kubelet.conf, content: "vm.swappiness = 10"}
  beforeK3s:
    - sysctl -p /etc/sysctl.d/90-kublet.conf
#               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[path-misspelt]: nothing writes `/etc/sysctl.d/90-kublet.conf`
    - sysctl -p /etc/sysctl.d/91-kubelet.conf
    - sysctl -p /etc/sysctl.d/90-kubelet.conf
    - ls /etc/sysctl.d
"#,
        );
    }
}
