//! See [`RULE`].

use crate::diagnostic::Sink;
use crate::facts::k3s::MANIFESTS;
use crate::model::{Config, Spanned};
use crate::rules::contents::{first_error, is_object, place_in};
use crate::rules::{Reads, Report, declare_rule};
use crate::source::{FileId, SourceFile, Span};
use crate::syntax;

declare_rule! {
    /// A file is not what the end of its name says.
    ///
    /// ## Why
    ///
    /// Whoever reads the file fails on it, on every machine: Docker with a comma too much in `daemon.json`, netplan with a tab.
    ///
    /// Source: RFC 8259; YAML 1.2.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// cloudInit: {files: [{path: /etc/docker/daemon.json, content: '{"mtu": 1410,}'}]}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// cloudInit: {files: [{path: /etc/docker/daemon.json, content: '{"mtu": 1410}'}]}
    /// ```
    "file-unparsable", Error, since "0.1.0", fix None, suppressible, Reads::Model(check)
}

fn check(config: &Config, report: &mut Report<'_>) {
    for (path, content) in config.files() {
        // Templates, and Kubernetes' objects, of which other rules say more.
        let is_template = ["{{", "{%"].iter().any(|mark| content.value.contains(mark));
        if is_template
            || content.value.trim().is_empty()
            || path.value.starts_with(MANIFESTS)
            || is_object(content.value)
        {
            continue;
        }
        let fault = if path.value.ends_with(".json") {
            json(&content, report)
        } else if path.value.ends_with(".yaml") || path.value.ends_with(".yml") {
            yaml(&path.value, &content, report)
        } else {
            continue;
        };
        if let Some((at, message)) = fault {
            let finding = report.found(at, message);
            report.push(
                finding
                    .help(format!("correct `{}`", path.value))
                    .note("its reader fails on it"),
            );
        }
    }
}

fn json(content: &Spanned<&str>, report: &Report<'_>) -> Option<(Span, String)> {
    let error = serde_json::from_str::<serde_json::Value>(content.value).err()?;
    let text = content.value;
    let start = text
        .split_inclusive('\n')
        .take(error.line().saturating_sub(1))
        .map(str::len)
        .sum::<usize>();
    // The parser stands behind the character that it does not expect; a comma too much is before it.
    let mut at = (start + error.column().saturating_sub(1)).min(text.len());
    let before = text.get(..at).unwrap_or_default().trim_end();
    if before.ends_with(',') && text.get(at..).is_some_and(|rest| rest.starts_with(['}', ']'])) {
        at = before.len() - 1;
    }
    let part: String = text.get(at..)?.chars().take(1).collect();
    let what = match part.as_str() {
        "" => "it breaks off".to_owned(),
        "," => "`,` before the end".to_owned(),
        part => format!("unexpected `{part}`"),
    };
    Some((
        place_in(report, content, at, &part),
        format!("invalid JSON: {what}"),
    ))
}

fn yaml(path: &str, content: &Spanned<&str>, report: &Report<'_>) -> Option<(Span, String)> {
    let file = SourceFile::new(FileId::CONFIG, path, content.value);
    let mut sink = Sink::new();
    syntax::parse_stream(&file, &mut sink);
    first_error(content, sink, report)
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn files_that_their_readers_refuse() {
        check(
            r#"
cloudInit:
  files:
    - path: /etc/docker/daemon.json
      content: |
        {"mtu": 1410, "log-driver": "journald",}
#                                             ^ error[file-unparsable]: invalid JSON: `,` before the end
    - path: /etc/netplan/60-nic.yaml
      content: |
        network:
          version: 2
          ethernets: {eth1: {mtu: 1400}
#                    ^ error[file-unparsable]: invalid YAML: unclosed `{`
    - {path: /etc/cni.json, content: '{{ .Config }}'}
    - {path: /etc/acme.json, content: '{"a": [1, 2]}'}
"#,
        );
    }
}
