//! The same steps as a script for each kind of machine: for machines that are there already, where nobody reads user-data.

use super::document::{Document, DocumentKind};
use super::machine::{File, Machine, SCRIPT, SSHD_DROP_IN, sshd_settings};
use super::shell;
use super::written::Written;
use crate::model::Provider;
use crate::origin::Origin;
use crate::plan::Plan;
use crate::text::Text;
use std::rc::Rc;
use std::sync::Arc;

/// The script of every kind of machine. Machines share the lines in which they are equal.
pub(crate) fn documents(plan: &Plan, machines: &[Machine<'_>]) -> Vec<Document> {
    let functions = Arc::new(Written::of(
        Text::lit(include_str!("scripts/standalone.sh")),
        None,
    ));
    let login = Arc::new(login(plan));
    let end = Arc::new(end(plan));
    // The packages are the plan's: all machines get the same.
    let packages = machines
        .first()
        .map(|machine| Arc::new(install(&machine.packages)));
    let document = |machine: &Machine<'_>| {
        // As cloud-init does it: files, packages (which may need a proxy's settings), then files of users that packages make.
        let (early, late): (Vec<&Rc<File>>, Vec<&Rc<File>>) =
            machine.files.iter().partition(|file| is_root_s(file));
        let mut sections = vec![Arc::new(head(plan, machine)), Arc::clone(&functions)];
        sections.extend(machine.set.named.then(|| Arc::new(hostname(&machine.set.name))));
        sections.push(Arc::clone(&login));
        sections.extend(early.into_iter().map(|file| put(file)));
        sections.extend(packages.clone());
        sections.extend(late.into_iter().map(|file| put(file)));
        sections.push(Arc::clone(&end));
        Document {
            origin: Some(machine.set.origin.clone()),
            ..Document::of_sections(
                DocumentKind::MachineScript,
                format!("machines/{}.sh", machine.name),
                sections,
            )
        }
    };
    machines.iter().map(document).collect()
}

/// What the script is, and how it is used.
fn head(plan: &Plan, machine: &Machine<'_>) -> Written {
    let text = format!(
        "#!/bin/sh\nset -eu\n# Makes the machine that it is run on {} of {}. Made by gkc: do not edit, build again.\n# usage: sudo sh {}.sh\n# Run again, it puts changed files in place; k3s reads them at its next restart.\n",
        machine.what(),
        plan.name,
        machine.name
    );
    Written::of(Text::lit(text), None)
}

/// A command on a line of its own.
fn line(words: &[Text], origin: Option<&Origin>) -> Written {
    let mut line = shell::command(words);
    line.push_str("\n");
    Written::of(line, origin.cloned())
}

fn words(words: &[&str]) -> Vec<Text> {
    words.iter().map(|word| Text::lit(*word)).collect()
}

fn hostname(name: &str) -> Written {
    line(&words(&["hostnamectl", "set-hostname", name]), None)
}

/// The time zone, and who may log in.
fn login(plan: &Plan) -> Written {
    let host = &plan.host;
    let mut written = line(&words(&["timedatectl", "set-timezone", &host.timezone]), None);
    if !host.authorized_keys.is_empty() {
        let keys = host.authorized_keys.join("\n");
        written.append(line(&words(&["login", &host.ssh_user, &keys]), None));
    }
    written
}

fn install(packages: &[String]) -> Written {
    let packages = packages.iter().map(String::as_str);
    let all: Vec<&str> = std::iter::once("packages").chain(packages).collect();
    line(&words(&all), None)
}

/// What comes once everything is in place.
fn end(plan: &Plan) -> Written {
    let settings = sshd_settings(plan.host.ssh_port);
    let mut written = line(
        &words(&["move_sshd", SSHD_DROP_IN, &settings]),
        Some(&Origin::Default("ssh.port")),
    );
    written.append(line(&words(&[SCRIPT]), None));
    if plan.provider == Provider::RaspberryPi {
        written.append(line(&words(&["say_restart"]), None));
    }
    written
}

fn is_root_s(file: &File) -> bool {
    file.owner.as_deref().is_none_or(|owner| owner == "root:root")
}

/// The line that puts a file in place.
fn put(file: &File) -> Arc<Written> {
    let written = || Arc::new(line(&put_words(file), file.origin.as_ref()));
    Arc::clone(file.script_line.get_or_init(written))
}

fn put_words(file: &File) -> [Text; 5] {
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
