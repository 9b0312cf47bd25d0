//! See [`RULE`].

use crate::diagnostic::{Diagnostic, Fix, Severity};
use crate::model::{Config, SecretSource, ShortOrMap};
use crate::rules::edit::double_quoted;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// A file's mode is invalid or lets anyone change the file.
    ///
    /// ## Why
    ///
    /// cloud-init reads the mode as octal digits and replaces an invalid one with its default, which makes a file for root readable
    /// by everyone. A world-writable file is a warning: any process on the machine can then change what root reads or runs.
    ///
    /// Source: cloud-init docs, "Write Files"; canonical/cloud-init `cloudinit/config/cc_write_files.py`, `decode_perms`.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// cloudInit: {files: [{path: /opt/a, content: a, mode: "0900"}]}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// cloudInit: {files: [{path: /opt/a, content: a, mode: "0600"}]}
    /// ```
    "extra-file-mode", Error, since "0.1.0", fix Unsafe, suppressible, Reads::Model(check)
}

/// The largest mode: three digits, and one for set-user-ID and the like.
const LARGEST: u32 = 0o7777;
/// What others may change.
const OTHERS_WRITE: u32 = 0o002;
/// The bit that lets others read a file, and all bits for others.
const OTHERS_READ: u32 = 0o004;
const OTHERS_ANY: u32 = 0o007;

fn check(config: &Config, report: &mut Report<'_>) {
    for file in config.extra_files() {
        let Some(mode) = file.mode.spanned() else {
            continue;
        };
        let text = mode.value.as_str();
        // `064` is a digit short of `0640`.
        let long = text.len() > 3 || text.len() == 3 && !text.starts_with('0');
        let octal = long && text.bytes().all(|b| (b'0'..=b'7').contains(&b));
        let bits = u32::from_str_radix(text, 8)
            .ok()
            .filter(|bits| octal && *bits <= LARGEST);
        let Some(bits) = bits else {
            let finding = report
                .found(mode.span, format!("invalid file mode `{text}`"))
                .help("use four octal digits in quotes, such as `\"0600\"`");
            report.push(finding.note("cloud-init uses its default mode, which lets everyone read the file"));
            continue;
        };
        let is_secret = matches!(file.content.get(), Some(ShortOrMap::Map(SecretSource::Env(_))));
        let (lost, what, note) = match bits {
            _ if bits & OTHERS_WRITE != 0 => (
                OTHERS_WRITE,
                "change the file",
                Some("any process on the machine can change what root reads or runs"),
            ),
            _ if is_secret && bits & OTHERS_READ != 0 => (OTHERS_ANY, "read the secret in the file", None),
            _ => continue,
        };
        let tighter = double_quoted(&format!("{:04o}", bits & !lost));
        let finding = report.found(mode.span, format!("file mode `{text}` lets anyone {what}"));
        report.push(Diagnostic {
            severity: Severity::Warning,
            note: note.map(str::to_owned),
            ..finding.help(format!("use `{tighter}`")).fix(Fix::risky(
                format!("use `{tighter}`"),
                mode.span,
                tighter,
            ))
        });
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, check_fix};

    #[test]
    fn secrets_that_anyone_reads() {
        check(
            r#"
cloudInit:
  files:
    - {path: /etc/acme/license, content: {env: LICENSE}, mode: "0644"}
#                                                              ^^^^^^ warning[extra-file-mode]: file mode `0644` lets anyone read the secret in the file
    - {path: /etc/acme/key, content: {env: LICENSE_KEY}, mode: "0640"}
"#,
        );
    }

    #[test]
    fn invalid_and_world_writable() {
        check(
            r#"
cloudInit:
  files:
    - {path: /a, content: a, mode: "0900"}
#                                  ^^^^^^ error[extra-file-mode]: invalid file mode `0900`
    - {path: /f, content: a, mode: "064"}
#                                  ^^^^^ error[extra-file-mode]: invalid file mode `064`
    - {path: /b, content: a, mode: rw-r--r--}
#                                  ^^^^^^^^^ error[extra-file-mode]: invalid file mode `rw-r--r--`
    - {path: /c, content: a, mode: "0777"}
#                                  ^^^^^^ warning[extra-file-mode]: file mode `0777` lets anyone change the file
    - {path: /d, content: a, mode: "0755"}
    - {path: /e, content: a, mode: "600"}
"#,
        );
    }

    #[test]
    fn the_fix_removes_write_access() {
        check_fix(
            "extra-file-mode",
            r#"cloudInit: {files: [{path: /a, content: a, mode: '0666'}]}
"#,
            r#"cloudInit: {files: [{path: /a, content: a, mode: "0664"}]}
"#,
        );
    }
}
