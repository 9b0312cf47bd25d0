//! See [`RULE`].

use crate::model::Config;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// A file's owner is not `user:group`.
    ///
    /// ## Why
    ///
    /// cloud-init looks both up by name, so numeric IDs do not work. It stops at a file whose owner it does not find, and writes
    /// none of the files after it.
    ///
    /// Source: cloud-init `cloudinit/util.py`, `chownbyname`; shadow, useradd(8), for what a name is.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// cloudInit: {files: [{path: /etc/tool.conf, content: "", owner: "1000:1000"}]}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// cloudInit: {files: [{path: /etc/tool.conf, content: "", owner: ada:ada}]}
    /// ```
    "extra-file-owner", Error, since "0.1.0", fix None, always, Reads::Model(check)
}

fn check(config: &Config, report: &mut Report<'_>) {
    for owner in config.extra_files().filter_map(|file| file.owner.spanned()) {
        let (user, group) = owner.value.split_once(':').unwrap_or((&owner.value, "root"));
        if is_name(user) && is_name(group) {
            if let Some((_, here)) = FOREIGN_GROUPS.iter().find(|(name, _)| *name == group) {
                let finding = report.found(owner.span, format!("Debian and Ubuntu have no group `{group}`"));
                report.push(
                    finding
                        .help(format!("use `{user}:{here}`"))
                        .note("cloud-init stops there, and the files after it are not written"),
                );
            }
            continue;
        }
        let finding = report
            .found(owner.span, format!("invalid file owner `{}`", owner.value))
            .help("use names, as in `root:root`");
        report.push(finding.note("cloud-init stops there, and the files after it are not written"));
    }
}

/// Groups of other systems, and what they are called here (Debian's base-passwd).
const FOREIGN_GROUPS: [(&str, &str); 3] = [("nobody", "nogroup"), ("wheel", "root"), ("apache", "www-data")];

/// What useradd and groupadd accept, which is less than the kernel does.
fn is_name(text: &str) -> bool {
    let inner = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_' || b == b'-';
    let first = text.starts_with(|c: char| c.is_ascii_lowercase() || c == '_');
    first && text.len() <= 32 && text.bytes().all(inner)
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn invalid_names() {
        check(
            r#"
cloudInit:
  files:
    - {path: /a, content: "", owner: "1000:1000"}
#                                    ^^^^^^^^^^^ error[extra-file-owner]: invalid file owner `1000:1000`
    - {path: /b, content: "", owner: "root;root"}
#                                    ^^^^^^^^^^^ error[extra-file-owner]: invalid file owner `root;root`
    - {path: /c, content: "", owner: "root:"}
#                                    ^^^^^^^ error[extra-file-owner]: invalid file owner `root:`
    - {path: /g, content: "", owner: "root:wheel"}
#                                    ^^^^^^^^^^^^ error[extra-file-owner]: Debian and Ubuntu have no group `wheel`
    - {path: /d, content: "", owner: root}
    - {path: /e, content: "", owner: "www-data:www-data"}
"#,
        );
    }
}
