//! See [`RULE`].

use crate::model::Config;
use crate::rules::sysctl::{line_in, lines};
use crate::rules::{Reads, Report, declare_rule};
use crate::source::Span;

declare_rule! {
    /// A line of a file of kernel settings sets nothing.
    ///
    /// ## Why
    ///
    /// Such files have one `key = value` on a line; systemd reports others in its journal and skips them. A block with `>` makes one line
    /// of all.
    ///
    /// Source: sysctl.d(5).
    ///
    /// ## Example
    ///
    /// ```yaml
    /// cloudInit: {files: [{path: /etc/sysctl.d/99-inotify.conf, content: "fs.inotify.max_user_watches: 1048576"}]}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// cloudInit: {files: [{path: /etc/sysctl.d/99-inotify.conf, content: "fs.inotify.max_user_watches = 1048576"}]}
    /// ```
    "sysctl-invalid", Error, since "0.1.0", fix None, suppressible, Reads::Model(check)
}

fn check(config: &Config, report: &mut Report<'_>) {
    for (content, line) in lines(config) {
        let at = line_in(content, line, report);
        let (key, value) = match line.split_once('=') {
            Some((key, value)) => (key.trim(), value.trim()),
            // A key with `-` alone is an exception from a pattern.
            None if line.starts_with('-') => continue,
            None => {
                let (key, value) = line.split_once([':', ' ']).unwrap_or((line, "VALUE"));
                let finding = report.found(at, format!("`{line}` sets nothing: no `=`"));
                report.push(finding.help(format!("use `{} = {}`", key.trim(), value.trim())));
                continue;
            }
        };
        if value.contains('=') {
            let folded = report
                .text(content)
                .starts_with('>')
                .then(|| Span::new(content.file, content.start as usize, content.start as usize + 1));
            let finding = report.found(
                folded.unwrap_or(at),
                format!("more than one setting on the line of `{key}`"),
            );
            report.push(finding.help(
                "write each on a line of its own; a block with `|` keeps its lines, one with `>` joins them",
            ));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn lines_that_set_nothing() {
        check(
            r#"
cloudInit:
  files:
    - path: /etc/sysctl.d/99-a.conf
      content: |
        # fine
        vm.swappiness: 10
#       ^^^^^^^^^^^^^^^^^ error[sysctl-invalid]: `vm.swappiness: 10` sets nothing: no `=`
        -net.ipv4.conf.eth0.rp_filter
        vm.max_map_count = 262144
    - path: /etc/sysctl.d/99-b.conf
      content: "vm.swappiness=10 vm.max_map_count=262144"
#               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[sysctl-invalid]: more than one setting on the line of `vm.swappiness`
"#,
        );
    }
}
