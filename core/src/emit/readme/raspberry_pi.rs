//! How a Raspberry Pi starts with its user-data.
//!
//! Sources: the README on the boot partition of Ubuntu's image; raspberrypi.com, "Cloud-init on Raspberry Pi OS" (images from
//! 2025-10-02 on, made from Debian 13). Raspberry Pi OS made from Debian 12 has no cloud-init.

use super::Tree;
use crate::emit::page::{Steps, ssh};
use crate::facts::hosts;
use crate::model::Os;

/// The step that starts the machines.
pub(super) fn step(steps: &mut Steps<'_>, tree: &Tree<'_>) {
    let os = tree.plan.os;
    match (hosts::host(os).family, os) {
        ("ubuntu", _) => by_user_data(
            steps,
            tree,
            &format!("Ubuntu Server {} for Raspberry Pi", version(os)),
            "system-boot",
        ),
        (_, Os::Debian12) => by_script(steps, tree),
        _ => by_user_data(
            steps,
            tree,
            "Raspberry Pi OS Lite (64-bit), an image of 2025-10-02 or later",
            "bootfs",
        ),
    }
    steps.line("The first start adds `cgroup_memory=1 cgroup_enable=memory` to `cmdline.txt`, without which k3s does not start.");
    steps.line("Afterwards this prints `memory`:");
    steps.command(&format!(
        "{} grep -wo memory /sys/fs/cgroup/cgroup.controllers",
        ssh(tree.plan, "SERVER")
    ));
}

fn version(os: Os) -> &'static str {
    os.as_str().trim_start_matches("ubuntu-")
}

fn by_user_data(steps: &mut Steps<'_>, tree: &Tree<'_>, image: &str, partition: &str) {
    steps.step(format!("Write a card for each Raspberry Pi: {image}."));
    steps.line("Apply no customization in Raspberry Pi Imager: it would write its own `user-data`.");
    steps.line(format!(
        "Then replace `user-data` on the card's first partition, `{partition}`, and leave `meta-data` there as it is. `BOOT` is where that \
         partition is mounted:"
    ));
    let machines = tree.machines.iter();
    let copies: Vec<String> = machines
        .map(|machine| format!("cp {} BOOT/user-data", machine.user_data_path()))
        .collect();
    steps.command(&format!("{}\nsync", copies.join("\n")));
    steps.line("Start the first server first. cloud-init reads `user-data` on a card's first start only: to change it, write the card again.");
}

fn by_script(steps: &mut Steps<'_>, tree: &Tree<'_>) {
    steps.step(
        "Write a card for each Raspberry Pi: Raspberry Pi OS Lite (64-bit) made from Debian 12 (\"Legacy\").",
    );
    steps.line(
        "It has no cloud-init, so it ignores user-data; with `cluster.os: debian-13` or Ubuntu, the card is all that a machine needs.",
    );
    steps.line("In Raspberry Pi Imager's customization, add a user and enable SSH. Then run each machine's script as root, the first server first:");
    let scripts = tree.machines.iter().map(|machine| {
        let address = machine.set.address.as_deref().unwrap_or("ADDRESS");
        format!(
            "scp machines/{}.sh USER@{address}:gkc.sh && ssh -t USER@{address} 'sudo sh gkc.sh; rm gkc.sh'",
            machine.name
        )
    });
    let scripts: Vec<String> = scripts.collect();
    steps.command(&scripts.join("\n"));
    steps.line("Restart the machine when the script says so.");
}
