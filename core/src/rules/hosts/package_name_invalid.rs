//! See [`RULE`].

use crate::model::{Config, Spanned};
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// A package name is invalid for apt.
    ///
    /// ## Why
    ///
    /// cloud-init passes all names to one `apt-get install`. With one invalid name it installs none of them, including those gkc
    /// needs.
    ///
    /// Source: Debian Policy, section 5.6.1; cloud-init docs, "Package Update Upgrade Install".
    ///
    /// ## Example
    ///
    /// ```yaml
    /// cloudInit: {packages: ["htop vim"]}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// cloudInit: {packages: [htop, vim]}
    /// ```
    "package-name-invalid", Error, since "0.1.0", fix None, always, Reads::Model(check)
}

const NOTE: &str = "`apt-get install` installs all packages or none, so not even curl is installed";

/// Names that packages have on other distributions, and here (packages.debian.org).
const FOREIGN: [(&str, &str); 29] = [
    ("audit", "auditd"),
    ("aws-cli", "awscli"),
    ("bind-utils", "bind9-dnsutils"),
    ("cronie", "cron"),
    ("device-mapper-multipath", "multipath-tools"),
    ("gcc-c++", "g++"),
    ("glibc-langpack-en", "locales"),
    ("httpd", "apache2"),
    ("httpd-tools", "apache2-utils"),
    ("iproute", "iproute2"),
    ("iputils", "iputils-ping"),
    ("iscsi-initiator-utils", "open-iscsi"),
    ("kernel-devel", "linux-headers-generic"),
    ("linux-header-generic", "linux-headers-generic"),
    ("libselinux-utils", "selinux-utils"),
    ("mariadb", "mariadb-client"),
    ("net-snmp", "snmpd"),
    ("nfs-utils", "nfs-common"),
    ("nmap-ncat", "netcat-openbsd"),
    ("openssl-devel", "libssl-dev"),
    ("postgresql-devel", "libpq-dev"),
    ("procps-ng", "procps"),
    ("policycoreutils-python-utils", "policycoreutils"),
    ("python3-devel", "python3-dev"),
    ("pyyaml", "python3-yaml"),
    ("redhat-lsb-core", "lsb-release"),
    ("unattended-upgrade", "unattended-upgrades"),
    ("vim-enhanced", "vim"),
    ("xfsprogs-devel", "xfslibs-dev"),
];

fn check(config: &Config, report: &mut Report<'_>) {
    let packages = config.packages();
    for package in packages {
        if let Some((_, here)) = FOREIGN.iter().find(|(name, _)| *name == package.value) {
            let finding = report
                .found(
                    package.span,
                    format!("Debian and Ubuntu have no package `{}`", package.value),
                )
                .help(format!("use `{here}`"));
            report.push(finding.note(NOTE));
            continue;
        }
        if is_package(&package.value) {
            elsewhere(config, package, report);
            continue;
        }
        let help = match package
            .value
            .split([' ', ','])
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
        {
            parts if parts.len() > 1 && parts.iter().all(|part| is_package(part)) => {
                format!("list each separately: `{}`", parts.join("`, `"))
            }
            _ if is_package(&package.value.to_lowercase()) => {
                format!("use `{}`", package.value.to_lowercase())
            }
            _ => "use a name from `apt-cache search`, optionally followed by `=VERSION`".to_owned(),
        };
        let finding = report
            .found(package.span, format!("invalid package name `{}`", package.value))
            .help(help);
        report.push(finding.note(NOTE));
    }
}

/// Packages of their makers' own repositories (the makers' installation pages; packages.debian.org and packages.ubuntu.com do not have them).
const OF_OTHERS: [&str; 19] = [
    "azure-cli",
    "cloudflared",
    "consul",
    "containerd.io",
    "docker-buildx-plugin",
    "docker-ce",
    "docker-ce-cli",
    "docker-compose-plugin",
    "gitlab-runner",
    "google-cloud-cli",
    "grafana",
    "helm",
    "kubeadm",
    "kubectl",
    "kubelet",
    "nomad",
    "packer",
    "terraform",
    "vault",
];

/// Packages that one of the two systems has, and the other's name of it.
const OF_UBUNTU: [(&str, &str); 2] = [
    ("linux-headers-generic", "linux-headers-amd64"),
    ("linux-image-generic", "linux-image-amd64"),
];

/// A package that only another repository, or the other system, has.
fn elsewhere(config: &Config, package: &Spanned<String>, report: &mut Report<'_>) {
    let name = package.value.split(['=', '/', ':']).next().unwrap_or_default();
    let os = config.cluster.get().and_then(|cluster| cluster.os.get());
    let adds = config.files().any(|(path, content)| {
        path.value.starts_with("/etc/apt/sources.list") || content.value.contains("sources.list")
    }) || config
        .hooks()
        .any(|hook| hook.value.0.contains("sources.list") || hook.value.0.contains("add-apt-repository"));
    let (message, help) = if OF_OTHERS.contains(&name) && !adds {
        (
            format!("Debian and Ubuntu have no package `{name}`"),
            match name {
                "kubectl" => "remove it: k3s brings `kubectl`".to_owned(),
                _ => "add its maker's repository in `/etc/apt/sources.list.d`, or remove it".to_owned(),
            },
        )
    } else if let Some((_, debian)) = OF_UBUNTU.iter().find(|(ubuntu, _)| *ubuntu == name)
        && os.is_some_and(|os| os.as_str().starts_with("debian"))
    {
        (
            format!("Debian has no package `{name}`"),
            format!("use `{debian}`"),
        )
    } else {
        return;
    };
    report.push(report.found(package.span, message).help(help).note(NOTE));
}

/// `name`, `name=version`, `name/suite`, `name:architecture`.
fn is_package(text: &str) -> bool {
    let end = text.find(['=', '/', ':']).unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    let inner = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"+-.".contains(&b);
    let version = |b: u8| b.is_ascii_alphanumeric() || b"+-.:~=/*".contains(&b);
    name.len() > 1
        && name.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit())
        && name.bytes().all(inner)
        && rest.bytes().all(version)
        && !rest.starts_with("==")
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn names_that_apt_rejects() {
        check(
            r"
cloudInit: {packages: [htop vim, Git, -y, $(id), nfs-common, g++, linux-image-generic=5.15*, 'libc6:i386']}
#                      ^^^^^^^^ error[package-name-invalid]: invalid package name `htop vim`
#                                ^^^ error[package-name-invalid]: invalid package name `Git`
#                                     ^^ error[package-name-invalid]: invalid package name `-y`
#                                         ^^^^^ error[package-name-invalid]: invalid package name `$(id)`
",
        );
    }
}
