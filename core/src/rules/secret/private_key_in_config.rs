//! See [`RULE`].

use crate::model::Config;
use crate::rules::{Reads, Report, declare_rule};
use crate::source::Span;

declare_rule! {
    /// The configuration contains a private key.
    ///
    /// ## Why
    ///
    /// The configuration is committed with the rest of a project. A private key in it, whether in a file for the machines, in a
    /// command or in a comment, is exposed to everyone with access from the first commit on, and deleting the line removes it
    /// neither from history nor from copies. gkc's own keys accept `{file: path}` or `{env: NAME}`.
    ///
    /// Source: RFC 7468.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// cloudInit: {files: [{path: /opt/key, content: "-----BEGIN PRIVATE KEY-----", mode: "0600"}]}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// cloudInit: {beforeK3s: ["install -m 600 /dev/null /opt/key"]}
    /// ```
    "private-key-in-config", Error, since "0.1.0", fix None, suppressible, Reads::Model(check), silences crate::diagnostic::stages::INVALID_VALUE
}

const BEGIN: &str = "-----BEGIN ";
const END: &str = "PRIVATE KEY-----";

fn check(_: &Config, report: &mut Report<'_>) {
    for span in found(report.file.text(), report.file.id()) {
        // A value that is refused because of it is one mistake with it.
        let refused = |value: &Span| value.contains(span);
        let span = report.refused_values().find(refused).unwrap_or(span);
        let finding = report
            .found(span, "private key in the configuration")
            .help("move it to a file that is not committed, and create a new key");
        report.push(finding.note("anyone who can read this file or its history has the key"));
    }
}

/// The lines that private keys start with. Spans do not include the keys themselves.
fn found(text: &str, file: crate::source::FileId) -> Vec<Span> {
    let begins = text.match_indices(BEGIN);
    let header = |(at, _): (usize, &str)| {
        let line = text.get(at..)?.lines().next()?;
        let label = &line[BEGIN.len()..];
        let end = label.find(END)?;
        let kind = label[..end].bytes().all(|b| b.is_ascii_uppercase() || b == b' ');
        kind.then(|| Span::new(file, at, at + BEGIN.len() + end + END.len()))
    };
    begins.filter_map(header).collect()
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn in_values_and_comments() {
        check(
            r"
ssh:
  workspaceGateway:
    hostKey: |
      -----BEGIN OPENSSH PRIVATE KEY-----
#     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[private-key-in-config]: private key in the configuration
      b3BlbnNz
      -----END OPENSSH PRIVATE KEY-----
  authorizedKeys: [ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOJZc0pTqQ0g3G3QxZCq0v4b0hBq2v9yE5n8w3m1kKXY ada@acme.dev]
",
        );
        check(
            r#"
cloudInit: {beforeK3s: ["grep -q 'BEGIN PRIVATE KEY' /opt/key"]}
"#,
        );
        check(
            r"
ssh: {authorizedKeys: []} # -----BEGIN PUBLIC KEY-----
#                     ^^ warning[no-authorized-keys]: no SSH key can log in to the machines
",
        );
    }
}
