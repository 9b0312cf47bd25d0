//! The section `sshTests`: who must be let in, checked or kept out, by the `ssh` section alone.

use super::expand::DeviceId;
use super::model::Device;
use super::policy::{List, SshTest, Text};
use super::reach::Engine;
use super::reason::ReasonClass as R;
use super::selector::{Autogroup, Selector};
use super::ssh::{self, SshVerdict};
use crate::diagnostic::Diagnostic;
use crate::source::Span;

fn ssh_devices(engine: &Engine<'_>, selector: &Selector) -> Vec<DeviceId> {
    let world = engine.world();
    world
        .devices(selector)
        .unwrap_or_else(|| world.owners_within(&world.addresses(selector)))
}

pub(super) fn run(engine: &Engine<'_>, test: &SshTest, found: &mut Vec<Diagnostic>) {
    let Some(src) = &test.src else { return };
    let sources = ssh_devices(engine, &Selector::parse(&src.value));
    if sources.is_empty() {
        let message = format!("`{}` matches no device", src.trimmed());
        found.push(
            R::SshTestsFailed
                .error(src.span, message)
                .help("use a source that has devices"),
        );
        return;
    }
    for dst in &test.dst.items {
        for (list, wanted) in [
            (&test.accept, Wanted::In),
            (&test.check, Wanted::Checked),
            (&test.deny, Wanted::Out),
        ] {
            check_logins(engine, test, &sources, dst, list, wanted, found);
        }
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Wanted {
    In,
    Checked,
    Out,
}

fn check_logins(
    engine: &Engine<'_>,
    test: &SshTest,
    sources: &[DeviceId],
    dst: &Text,
    logins: &List,
    wanted: Wanted,
    found: &mut Vec<Diagnostic>,
) {
    let world = engine.world();
    let Some(src) = &test.src else { return };
    let selector = Selector::parse(&dst.value);
    for login in &logins.items {
        for from in sources {
            let destinations = if selector == Selector::Autogroup(Autogroup::SelfDevices) {
                let owner = world.tailnet.nodes.get(*from).and_then(Device::owner);
                owner.map_or(&[][..], |o| world.devices_of(o)).to_vec()
            } else {
                ssh_devices(engine, &selector)
            };
            if destinations.is_empty() {
                let message = format!("`{}` matches no device", dst.trimmed());
                found.push(
                    R::SshTestsFailed
                        .error(dst.span, message)
                        .help("use a destination that has devices"),
                );
                return;
            }
            let wrong = destinations.iter().find_map(|to| {
                let (verdict, rule) = ssh::decide(world, *from, *to, login.trimmed(), Some(&test.posture));
                let right = match wanted {
                    Wanted::In => verdict != SshVerdict::Deny,
                    Wanted::Checked => verdict == SshVerdict::Check,
                    Wanted::Out => verdict == SshVerdict::Deny,
                };
                (!right).then_some((verdict, rule))
            });
            if let Some((verdict, rule)) = wrong {
                found.push(ssh_failure(src, dst, login, wanted, verdict, rule));
                break;
            }
        }
    }
}

fn ssh_failure(
    src: &Text,
    dst: &Text,
    login: &Text,
    wanted: Wanted,
    verdict: SshVerdict,
    rule: Option<Span>,
) -> Diagnostic {
    let wish = match wanted {
        Wanted::In => "must be accepted",
        Wanted::Checked => "must be checked",
        Wanted::Out => "must be denied",
    };
    let is = match verdict {
        SshVerdict::Accept => "is accepted",
        SshVerdict::Check => "is accepted after a check",
        SshVerdict::Deny => "is denied",
    };
    let message = format!(
        "`{}` from `{}` {wish} on `{}`, but {is}",
        login.trimmed(),
        src.trimmed(),
        dst.trimmed()
    );
    let error = R::SshTestsFailed
        .error(login.span, message)
        .help("change the rule or the test");
    match rule {
        Some(span) => error.and(span, "this rule"),
        None => error,
    }
}
