//! See [`RULE`].

use super::units::is_unit;
use crate::facts::k3s::MANIFESTS;
use crate::model::Config;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// A file has a name that the program of its folder passes over.
    ///
    /// ## Why
    ///
    /// Programs that read a folder of snippets choose files by name: `/etc/sysctl.d` by `.conf`, `/etc/apt/sources.list.d` by `.list` and
    /// `.sources`. cron and sudo pass over names with a dot. Nothing reports it; the settings are not there.
    ///
    /// Source: sysctl.d(5), modules-load.d(5), modprobe.d(5), sources.list(5), apt.conf(5), cron(8) of Debian, run-parts(8), sudoers(5),
    /// sshd_config(5), systemd.unit(5), udev(7), netplan(5).
    ///
    /// ## Example
    ///
    /// ```yaml
    /// cloudInit: {files: [{path: /etc/sysctl.d/99-inotify, content: "fs.inotify.max_user_watches = 1048576"}]}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// cloudInit: {files: [{path: /etc/sysctl.d/99-inotify.conf, content: "fs.inotify.max_user_watches = 1048576"}]}
    /// ```
    "extra-file-unread", Warning, since "0.1.0", fix None, suppressible, Reads::Model(check)
}

/// Folders, and the ends of names that are read there.
const ENDS: [(&str, &[&str]); 23] = [
    ("/etc/apt/apt.conf.d/", &[".conf", ""]),
    ("/etc/apt/preferences.d/", &[".pref", ""]),
    ("/etc/apt/sources.list.d/", &[".list", ".sources"]),
    ("/etc/audit/rules.d/", &[".rules"]),
    ("/etc/chrony/conf.d/", &[".conf"]),
    ("/etc/chrony/sources.d/", &[".sources"]),
    ("/etc/cloud/cloud.cfg.d/", &[".cfg"]),
    ("/etc/modprobe.d/", &[".conf"]),
    ("/etc/modules-load.d/", &[".conf"]),
    ("/etc/netplan/", &[".yaml"]),
    ("/etc/profile.d/", &[".sh"]),
    ("/etc/rancher/k3s/config.yaml.d/", &[".yaml", ".yml"]),
    ("/etc/rsyslog.d/", &[".conf"]),
    ("/etc/security/limits.d/", &[".conf"]),
    ("/etc/ssh/sshd_config.d/", &[".conf"]),
    ("/etc/sysctl.d/", &[".conf"]),
    ("/etc/systemd/journald.conf.d/", &[".conf"]),
    ("/etc/systemd/logind.conf.d/", &[".conf"]),
    ("/etc/systemd/resolved.conf.d/", &[".conf"]),
    ("/etc/systemd/timesyncd.conf.d/", &[".conf"]),
    ("/etc/tmpfiles.d/", &[".conf"]),
    ("/etc/udev/rules.d/", &[".rules"]),
    ("/usr/local/share/ca-certificates/", &[".crt"]),
];

/// Folders where names with a dot are passed over.
const WITHOUT_DOT: [&str; 6] = [
    "/etc/cron.d/",
    "/etc/cron.daily/",
    "/etc/cron.hourly/",
    "/etc/cron.monthly/",
    "/etc/cron.weekly/",
    "/etc/sudoers.d/",
];

fn check(config: &Config, report: &mut Report<'_>) {
    for path in config.file_paths() {
        let Some((why, help)) = passed_over(&path.value) else {
            continue;
        };
        let finding = report.found(
            path.span,
            format!("nothing reads `{}`: in that folder {why} count", path.value),
        );
        report.push(finding.help(help));
    }
}

/// What counts in the folder of a file that nothing reads there, and what to write.
pub(super) fn passed_over(path: &str) -> Option<(String, String)> {
    let (folder, name) = path.rsplit_once('/').filter(|(_, name)| !name.is_empty())?;
    let is = |known: &&str| known.trim_end_matches('/') == folder;
    if let Some((known, ends)) = ENDS.iter().find(|(known, _)| is(known)) {
        // Without a dot, where that is an end of its own.
        let fits = |end: &&str| {
            if end.is_empty() {
                !name.contains('.')
            } else {
                name.ends_with(end)
            }
        };
        let end = ends.first().filter(|_| !ends.iter().any(fits))?;
        let stem = name.split('.').next().unwrap_or(name);
        return Some((
            format!("only files that end in `{end}`"),
            format!("use `{known}{stem}{end}`"),
        ));
    }
    if let Some(known) = WITHOUT_DOT.iter().find(|known| is(known)) {
        if !name.contains('.') && !name.ends_with('~') {
            return None;
        }
        let plain = name.trim_end_matches('~').replace('.', "-");
        return Some((
            "only files without a dot in the name".to_owned(),
            format!("use `{known}{plain}`"),
        ));
    }
    let manifests = folder.starts_with("/var/lib/rancher/") && folder.ends_with("/manifests");
    if manifests && folder != MANIFESTS.trim_end_matches('/') {
        return Some(("no files".to_owned(), format!("use `{MANIFESTS}{name}`")));
    }
    drop_in(folder, name).map(|help| ("only drop-ins of units".to_owned(), help))
}

/// What to write for a path that looks like that of a drop-in of a unit: the folder is the unit's name with `.d`, the file ends in `.conf`.
fn drop_in(folder: &str, name: &str) -> Option<String> {
    let unit = folder.strip_prefix("/etc/systemd/system/")?.strip_suffix(".d")?;
    match (is_unit(unit), name.ends_with(".conf")) {
        (true, true) => None,
        (true, false) => Some(format!("use `{folder}/{name}.conf`")),
        (false, _) => Some(format!("use `/etc/systemd/system/{unit}.service.d/{name}`")),
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn names_that_programs_pass_over() {
        check(
            r##"
cloudInit:
  files:
    - {path: /etc/sysctl.d/99-a, content: a = 1}
#            ^^^^^^^^^^^^^^^^^^ warning[extra-file-unread]: nothing reads `/etc/sysctl.d/99-a`: in that folder only files that end in `.conf` count
    - {path: /etc/cron.d/prune.logs, content: "#"}
#            ^^^^^^^^^^^^^^^^^^^^^^ warning[extra-file-unread]: nothing reads `/etc/cron.d/prune.logs`: in that folder only files without a dot in the name count
    - {path: /etc/cron.d/prune-logs, content: "#"}
    - {path: /etc/sysctl.d/99-b.conf, content: a = 1}
    - {path: /etc/systemd/system/k3s.service.d/limits, content: "[Service]"}
#            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[extra-file-unread]: nothing reads `/etc/systemd/system/k3s.service.d/limits`: in that folder only drop-ins of units count
    - {path: /etc/systemd/system/k3s.d/limits.conf, content: "[Service]"}
#            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[extra-file-unread]: nothing reads `/etc/systemd/system/k3s.d/limits.conf`: in that folder only drop-ins of units count
    - {path: /var/lib/rancher/k3s/manifests/class.yaml, content: "a: b"}
#            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[extra-file-unread]: nothing reads `/var/lib/rancher/k3s/manifests/class.yaml`: in that folder no files count
    - {path: /etc/apt/apt.conf.d/99proxy, content: a}
    - {path: /etc/apt/sources.list.d/x.sources, content: a}
    - {path: /etc/sysctl.d/old/99-c, content: a}
#                                             ^ error[sysctl-invalid]: `a` sets nothing: no `=`
"##,
        );
    }
}
