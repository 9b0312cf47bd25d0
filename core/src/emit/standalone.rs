//! The same steps as a script for each kind of machine: for machines that are there already, where nobody reads user-data.

use super::artifact::{Consumer, Document, SCRIPT as EXECUTABLE};
use super::machine::{File, Machine, SCRIPT, SSHD_DROP_IN, sshd_settings};
use super::shell;
use super::text::Text;
use super::written::Written;
use crate::model::Provider;
use crate::origin::Origin;
use crate::plan::Plan;

/// The script of every kind of machine.
pub(crate) fn documents(plan: &Plan, machines: &[Machine<'_>]) -> Vec<Document> {
    let document = |machine: &Machine<'_>| Document {
        path: format!("machines/{}.sh", machine.name),
        written: script(plan, machine),
        mode: EXECUTABLE,
        consumer: Consumer::Machines,
    };
    machines.iter().map(document).collect()
}

fn script(plan: &Plan, machine: &Machine<'_>) -> Written {
    let lit = |text: &str| Text::lit(text);
    let host = &plan.host;
    let head = format!(
        "#!/bin/sh\nset -eu\n# Makes the machine that it is run on {} of {}. Made by gkc: do not edit, build again.\n# usage: sudo sh {}.sh\n# Run again, it puts changed files in place; k3s reads them at its next restart.\n",
        machine.what(),
        plan.name,
        machine.name
    );
    let mut script = Written::of(lit(&(head + include_str!("scripts/standalone.sh"))), None);
    let mut line = |words: &[Text], origin: Option<&Origin>| {
        let mut line = shell::command(words);
        line.push_str("\n");
        let origin = origin.unwrap_or(&machine.set.origin).clone();
        script.append(Written::of(line, Some(origin)));
    };
    if machine.set.named {
        line(
            &[lit("hostnamectl"), lit("set-hostname"), lit(&machine.set.name)],
            None,
        );
    }
    line(
        &[lit("timedatectl"), lit("set-timezone"), lit(&host.timezone)],
        None,
    );
    if !host.authorized_keys.is_empty() {
        let keys = host.authorized_keys.join("\n");
        line(&[lit("login"), lit(&host.ssh_user), lit(&keys)], None);
    }
    // As cloud-init does it: files, packages (which may need a proxy's settings), then files of users that packages make.
    let (early, late): (Vec<&File>, Vec<&File>) = machine.files.iter().partition(|file| is_root_s(file));
    for file in early {
        line(&put(file), file.origin.as_ref());
    }
    let packages = machine.packages.iter().map(|package| lit(package));
    let packages: Vec<Text> = std::iter::once(lit("packages")).chain(packages).collect();
    line(&packages, None);
    for file in late {
        line(&put(file), file.origin.as_ref());
    }
    let settings = sshd_settings(host.ssh_port);
    line(
        &[lit("move_sshd"), lit(SSHD_DROP_IN), lit(&settings)],
        Some(&Origin::Default("ssh.port")),
    );
    line(&[lit(SCRIPT)], None);
    if plan.provider == Provider::RaspberryPi {
        line(&[lit("say_restart")], None);
    }
    script
}

fn is_root_s(file: &File) -> bool {
    file.owner.as_deref().is_none_or(|owner| owner == "root:root")
}

fn put(file: &File) -> [Text; 5] {
    let owner = file.owner.as_deref().unwrap_or("root:root");
    // Quoting by Terraform would take line breaks away, so what is late travels in base64, as bytes do.
    let (verb, content) = match file.base64 || file.content.has_hole() {
        true => ("put_base64", file.content.clone().base64()),
        false => ("put", file.content.clone()),
    };
    [
        Text::lit(verb),
        Text::lit(file.path.as_str()),
        Text::lit(file.mode.as_str()),
        Text::lit(owner),
        content,
    ]
}
