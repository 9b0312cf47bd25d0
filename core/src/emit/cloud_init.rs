//! cloud-init user-data: what turns a fresh machine into a node.
//!
//! Upstream's demands and the trials behind the order of things are in reference/k3s-cloud-init.md: sshd is moved in
//! `bootcmd` by writing a drop-in (never restarting it there), the role is given to the install script by name, and nothing
//! waits for the API, since systemd retries for ever.

use super::data::{Data, entry, map, map_of, opt, seq};
use super::document::{Document, DocumentKind};
use super::k3s::Standing;
use super::machine::{File, Machine, SCRIPT, SSHD_DROP_IN, sshd_settings};
use super::written::Written;
use super::yaml;
use crate::model::Provider;
use crate::origin::Origin;
use crate::plan::Plan;
use crate::text::Text;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The user-data of every kind of machine, in their order. Each is made of what machines share: the beginning, one section for
/// each file, and the end.
pub(crate) fn documents(plan: &Plan, machines: &[Machine<'_>]) -> Vec<Document> {
    let mut beginnings: BTreeMap<Standing, Arc<Written>> = BTreeMap::new();
    let end = Arc::new(yaml::write_one(&end(plan)));
    let document = |machine: &Machine<'_>| {
        let beginning = match machine.set.named {
            true => Arc::new(beginning(plan, machine)),
            false => Arc::clone(
                beginnings
                    .entry(machine.standing)
                    .or_insert_with(|| Arc::new(beginning(plan, machine))),
            ),
        };
        let mut sections = vec![beginning];
        sections.extend(machine.files.iter().map(|file| section(file)));
        sections.push(Arc::clone(&end));
        Document {
            origin: Some(machine.set.origin.clone()),
            ..Document::of_sections(
                DocumentKind::UserData(machine.set.role),
                format!("cloud-init/{}.yaml", machine.name),
                sections,
            )
        }
    };
    machines.iter().map(document).collect()
}

const CLOUD_CONFIG: yaml::Style = yaml::Style {
    quote_all_strings: false,
    first_line: Some("#cloud-config"),
};

/// Everything up to the list of files.
fn beginning(plan: &Plan, machine: &Machine<'_>) -> Written {
    let data = map_of([
        opt("hostname", machine.set.named.then(|| machine.set.name.clone())),
        entry("timezone", plan.host.timezone.as_str()),
        entry("users", users(plan)),
        entry("package_update", true),
        entry("packages", seq(machine.packages.iter().map(String::as_str))),
        entry("bootcmd", seq([bootcmd(plan.host.ssh_port)])),
    ])
    .commented(format!(
        "Made by gkc for {} of {}: do not edit, build again.",
        machine.what(),
        plan.name
    ));
    let mut written = yaml::write(&[data], CLOUD_CONFIG);
    written.append(Written::of(Text::lit("write_files:\n"), None));
    written
}

/// A file as an item of that list.
fn section(file: &File) -> Arc<Written> {
    let written = || Arc::new(yaml::write_item(&item(file), LIST_INDENT));
    Arc::clone(file.user_data.get_or_init(written))
}

/// How far the items of a list at the top level stand from the margin.
const LIST_INDENT: usize = 2;

/// Everything after the list of files.
fn end(plan: &Plan) -> Data {
    let reboot = plan.provider == Provider::RaspberryPi;
    map_of([
        entry("runcmd", seq([seq([SCRIPT])])),
        opt("power_state", reboot.then(power_state)),
    ])
}

fn users(plan: &Plan) -> Data {
    let mut users = vec![Data::from("default")];
    if !plan.host.authorized_keys.is_empty() {
        users.push(map_of([
            entry("name", plan.host.ssh_user.as_str()),
            entry("groups", seq(["sudo"])),
            entry("shell", "/bin/bash"),
            entry("sudo", "ALL=(ALL) NOPASSWD:ALL"),
            entry("lock_passwd", true),
            entry(
                "ssh_authorized_keys",
                seq(plan.host.authorized_keys.iter().map(String::as_str)),
            ),
        ]));
    }
    seq(users).with_origin(Origin::Default("ssh.user"))
}

/// Before sshd starts, at every boot, without waiting for anything: the drop-in is replaced, and `daemon-reload` has
/// Ubuntu's generator for `ssh.socket` read it. Restarting ssh here would hang the boot for ever, and so might `ssh_pwauth`,
/// which has cloud-init restart it; so passwords are turned off here too.
fn bootcmd(port: u16) -> Data {
    let settings = sshd_settings(port).replace('\n', "\\n");
    let script = format!(
        "mkdir -p /etc/ssh/sshd_config.d && printf '{settings}' >{SSHD_DROP_IN} && systemctl daemon-reload"
    );
    seq(["sh".to_owned(), "-c".to_owned(), script]).with_origin(Origin::Default("ssh.port"))
}

/// A Raspberry Pi needs one more start before it has the memory cgroup.
fn power_state() -> Data {
    map([
        ("mode", Data::from("reboot")),
        ("message", Data::from("gkc: starting with the memory cgroup")),
        ("condition", Data::from("test -e /run/gkc-reboot")),
    ])
}

fn item(file: &File) -> Data {
    let mut data = map([
        ("path", Data::from(file.path.as_str())),
        ("permissions", Data::from(file.mode.as_str())),
    ]);
    if file.base64 {
        data.insert("encoding", "b64");
        data.insert("content", file.content.clone().base64());
    } else {
        data.insert("content", file.content.clone());
    }
    if let Some(owner) = &file.owner {
        data.insert("owner", owner.as_str());
        // Users of the file's owner may be made later than files are written (a bad owner ends all the rest).
        if owner != "root:root" {
            data.insert("defer", true);
        }
    }
    match &file.origin {
        Some(origin) => data.with_origin(origin.clone()),
        None => data,
    }
}
