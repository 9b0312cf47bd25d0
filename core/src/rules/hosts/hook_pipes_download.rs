//! See [`RULE`].

use super::shell::{Command, place};
use crate::model::Config;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// A command runs a download without checking it.
    ///
    /// ## Why
    ///
    /// The shell runs each line as it arrives. A dropped connection leaves the script half done, an error page is executed as a
    /// script, and each machine may get something else, an autoscaled one even a year from now. A downloaded file can be checked
    /// against a checksum first.
    ///
    /// Source: curl(1), `--fail`.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// cloudInit: {beforeK3s: [curl -fsSL https://tools.acme.dev/install.sh | sh]}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// cloudInit:
    ///   beforeK3s:
    ///     - |
    ///       curl -fsSLo /run/install.sh https://tools.acme.dev/install.sh
    ///       echo 'b5bb9d8014a0f9b1d61e21e796d78dccdf1352f23cd32812f4850b878ae4944c  /run/install.sh' | sha256sum -c
    ///       sh /run/install.sh
    /// ```
    "hook-pipes-download", Warning, since "0.1.0", fix None, suppressible, Reads::Model(check)
}

fn check(_: &Config, report: &mut Report<'_>) {
    for hook in report.hooks() {
        let all = hook.commands();
        let piped = all
            .windows(2)
            .find(|pair| downloads(&pair[0]) && runs_input(&pair[1]));
        let Some([download, shell]) = piped else { continue };
        let finding = report
            .found(
                place(report, hook, download),
                format!(
                    "`{}` runs the unchecked output of `{}`",
                    shell.words.join(" "),
                    download.words[0]
                ),
            )
            .help("download it to a file with `curl -fsSLo`, check its checksum, then run it");
        report.push(finding.note("a partial download or an error page is executed too"));
    }
}

fn downloads(command: &Command<'_>) -> bool {
    command.piped && (command.runs(&["curl"]) || command.runs(&["wget"]))
}

/// A shell or interpreter that reads its program from standard input.
fn runs_input(command: &Command<'_>) -> bool {
    const SHELLS: [&str; 8] = [
        "sh", "bash", "dash", "zsh", "python3", "python", "perl", "/bin/sh",
    ];
    command
        .words
        .first()
        .is_some_and(|program| SHELLS.contains(program))
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn downloads_piped_to_a_shell() {
        check(
            r"
cloudInit:
  beforeK3s:
    - curl https://get.acme.dev | INSTALL=1 sudo bash -s - server
#     ^^^^ warning[hook-pipes-download]: `bash -s - server` runs the unchecked output of `curl`
    - wget -qO- https://get.acme.dev|sh
#     ^^^^ warning[hook-pipes-download]: `sh` runs the unchecked output of `wget`
    - curl -fsSL https://get.acme.dev | tar -xz
    - curl -fsSLo /run/x https://get.acme.dev || sh /root/cure.sh
    - 'curl -fsSL https://get.acme.dev | sha256sum'
",
        );
    }
}
