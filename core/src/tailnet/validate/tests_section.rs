//! The shape of `tests` and `sshTests`; whether they pass is decided elsewhere.

use super::Check;
use super::names::is_wide;
use super::selectors::Usage;
use crate::facts::headscale::{self, AutogroupUse};
use crate::facts::tailscale as facts;
use crate::source::Span;
use crate::tailnet::policy::{SshTest, Test, Text};
use crate::tailnet::reason::ReasonClass as R;
use crate::tailnet::selector::{self, Autogroup, Selector};

pub(super) fn check(check: &mut Check<'_>) {
    let policy = check.policy;
    policy.tests.iter().for_each(|t| test(check, t));
    policy.ssh_tests.iter().for_each(|t| ssh_test(check, t));
}

fn test(check: &mut Check<'_>, test: &Test) {
    match test.src.as_ref().filter(|s| !s.trimmed().is_empty()) {
        None => {
            let span = test.src.as_ref().map_or(test.span, |s| s.span);
            check.error(
                R::TestsFailed,
                span,
                "missing `src` in a test",
                "add one login, group, tag, host or address",
            );
        }
        Some(src) => {
            let selector = Selector::parse(&src.value);
            named(check, Usage::TestSrc, &selector, src, src.span, src.trimmed());
        }
    }
    if test.accept.items.is_empty() && test.deny.items.is_empty() {
        let help = "add `\"accept\": [\"tag:x:443\"]` or `deny`";
        check.error(
            R::TestsFailed,
            test.span,
            "missing `accept` or `deny` in a test",
            help,
        );
    }
    let proto = test.proto.as_ref().filter(|p| !p.trimmed().is_empty());
    let number = proto.and_then(|p| selector::parse_proto(&p.value));
    if let Some(proto) = proto
        && number.is_none()
    {
        let message = format!("unknown protocol `{}`", proto.value);
        check.error(
            R::TestsFailed,
            proto.span,
            message,
            "use `tcp`, `udp`, `icmp` or a number",
        );
    }
    if let (Some(proto), Some(number)) = (proto, number)
        && check.control.is_headscale()
        && !headscale::TEST_PROTOS.contains(&number)
    {
        let what = format!("the protocol `{}` in a test", proto.trimmed());
        check.unsupported(proto.span, what, "use `tcp`, `udp` or `sctp`");
    }
    let portless = number.is_some_and(|p| !facts::PROTOS_WITH_PORTS.contains(&p));
    for dst in test.accept.items.iter().chain(&test.deny.items) {
        test_dst(check, dst, portless);
    }
}

/// What a selector can begin with.
const PREFIXES: [&str; 6] = ["tag", "group", "autogroup", "ipset", "svc", "user"];

fn test_dst(check: &mut Check<'_>, dst: &Text, portless: bool) {
    // The colon of `tag:db` is no port's.
    let parts = selector::split_host_port(&dst.value).filter(|(host, _)| !PREFIXES.contains(&host.trim()));
    let Some((host, port)) = parts else {
        let message = format!("missing port in `{}`", dst.value);
        let port = if portless { 0 } else { 443 };
        return check.error(
            R::TestsFailed,
            dst.span,
            message,
            format!("use `{}:{port}`", dst.value),
        );
    };
    let digits = !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit());
    let number = port.parse::<u16>().ok().filter(|_| digits);
    let fits = number.is_some_and(|n| (n == 0) == portless);
    if !fits {
        let span = dst.part(host.len() + 1..dst.value.len());
        let (message, help) = if portless {
            (
                format!("unexpected port `{port}`: the protocol has no ports"),
                "use `0` as the port",
            )
        } else {
            (
                format!("invalid port `{port}` in a test"),
                "use one number from 1 to 65535; tests do not support lists, ranges or `*`",
            )
        };
        check.error(R::TestsFailed, span, message, help);
    }
    let selector = Selector::parse(host);
    let span = dst.part(0..host.len());
    if let Selector::Host(name) = &selector
        && let Some(address) = check
            .hosts
            .get(name.as_str())
            .copied()
            .filter(|a| is_wide(&a.value))
    {
        let message = format!(
            "`{name}` is the prefix `{}`, but a test requires a single host",
            address.value
        );
        check.found.push(
            R::TestsFailed
                .error(span, message)
                .and(address.span, "defined here")
                .help("add a host with one address of the prefix, and use it in the test"),
        );
        return;
    }
    named(check, Usage::TestDst, &selector, dst, span, host.trim());
}

/// Checks a selector of a test: every fault is a failed test to the control plane, unknown people included.
fn named(check: &mut Check<'_>, usage: Usage, selector: &Selector, text: &Text, span: Span, written: &str) {
    let before = check.found.len();
    check.placed(usage, selector, written, span);
    for finding in check.found.get_mut(before..).unwrap_or_default() {
        if R::of_rule(finding.rule).is_some() {
            finding.rule = R::TestsFailed.rule();
        }
    }
    if let Selector::User(login) = selector {
        unknown_person(
            check,
            login,
            R::TestsFailed,
            text.part(0..written.len().min(text.value.len())),
        );
    }
}

fn unknown_person(check: &mut Check<'_>, login: &str, class: R, span: Span) {
    let Some(tailnet) = check.tailnet.filter(|t| !t.users.is_empty()) else {
        return;
    };
    if !tailnet.users.iter().any(|u| u.login == login) {
        let message = format!("unknown user `{login}`");
        check.error(
            class,
            span,
            message,
            "use a user who has joined the tailnet; the control plane fails tests with other users",
        );
    }
}

fn ssh_test(check: &mut Check<'_>, test: &SshTest) {
    match test.src.as_ref().filter(|s| !s.trimmed().is_empty()) {
        None => {
            let span = test.src.as_ref().map_or(test.span, |s| s.span);
            check.error(
                R::SshTestsFailed,
                span,
                "missing `src` in an SSH test",
                "add one login, group, tag or host",
            );
        }
        Some(src) => ssh_test_src(check, src),
    }
    if test.dst.items.is_empty() {
        let span = test.dst.span.unwrap_or(test.span);
        check.error(
            R::SshTestsFailed,
            span,
            "missing `dst` in an SSH test",
            "add a tag or a device",
        );
    }
    test.dst.items.iter().for_each(|dst| ssh_test_dst(check, dst));
    let users = [&test.accept, &test.check, &test.deny];
    if users.iter().all(|l| l.items.is_empty()) {
        let help = "add `accept`, `check` or `deny` with login names";
        check.error(
            R::SshTestsFailed,
            test.span,
            "missing `accept`, `check` or `deny` in an SSH test",
            help,
        );
    }
    let let_in = || test.accept.items.iter().chain(&test.check.items);
    for user in &test.deny.items {
        let same = |other: &&Text| !user.trimmed().is_empty() && other.trimmed() == user.trimmed();
        if let Some(other) = let_in().find(same) {
            let message = format!("one SSH test both accepts and denies `{}`", user.value);
            check.found.push(
                R::SshTestsFailed
                    .error(user.span, message)
                    .and(other.span, "accepted here")
                    .help("keep one of the two: the test fails whatever the policy says"),
            );
        }
    }
    for user in users.iter().flat_map(|l| &l.items) {
        if user.trimmed().is_empty() {
            check.error(
                R::SshTestsFailed,
                user.span,
                "empty login name",
                "add a login name",
            );
        }
    }
}

fn ssh_test_src(check: &mut Check<'_>, src: &Text) {
    let selector = Selector::parse(&src.value);
    let before = check.found.len();
    let fine = !matches!(
        selector,
        Selector::Any
            | Selector::Net(_)
            | Selector::Invalid(_)
            | Selector::IpSet(_)
            | Selector::Service(_)
            | Selector::Autogroup(
                Autogroup::SelfDevices | Autogroup::Internet | Autogroup::DangerAll | Autogroup::NonRoot
            )
    );
    let words = "as the source of an SSH test";
    if fine
        && check.control.is_headscale()
        && !check.placed_in_headscale(AutogroupUse::TestEnd, words, &selector, src.span)
    {
        return;
    }
    if fine {
        check.defined(&selector, src.trimmed(), src.span);
        if let Selector::User(login) = &selector {
            unknown_person(check, login, R::SshTestsFailed, src.span);
        }
    } else {
        let message = format!("`{}` is not allowed as the source of an SSH test", src.value);
        check.error(
            R::SshTestsFailed,
            src.span,
            message,
            "add one login, group, tag or host",
        );
    }
    for finding in check.found.get_mut(before..).unwrap_or_default() {
        if R::of_rule(finding.rule).is_some() {
            finding.rule = R::SshTestsFailed.rule();
        }
    }
}

fn ssh_test_dst(check: &mut Check<'_>, dst: &Text) {
    let selector = Selector::parse(&dst.value);
    let help = "use a tag, a login, `autogroup:self` or one address";
    let wide = match &selector {
        Selector::Host(name) => check.hosts.get(name.as_str()).is_some_and(|a| is_wide(&a.value)),
        Selector::Any
        | Selector::Net(_)
        | Selector::IpSet(_)
        | Selector::Service(_)
        | Selector::Invalid(_) => true,
        Selector::Autogroup(group) => matches!(
            group,
            Autogroup::Internet | Autogroup::DangerAll | Autogroup::Shared | Autogroup::NonRoot
        ),
        _ => false,
    };
    if wide {
        let message = format!("`{}` is not allowed as the destination of an SSH test", dst.value);
        return check.error(R::SshtestsBadDst, dst.span, message, help);
    }
    if let Selector::Ip(std::net::IpAddr::V6(address)) = selector {
        // The control plane takes it for well-formed and then fails the test (CAP sshtest-malformed-dst-bare-ipv6).
        let message =
            format!("IPv6 address `{address}` in an SSH test: the control plane finds no device for it");
        return check.error(
            R::SshTestsFailed,
            dst.span,
            message,
            "use the device's IPv4 address or tag",
        );
    }
    let before = check.found.len();
    check.defined(&selector, dst.trimmed(), dst.span);
    for finding in check.found.get_mut(before..).unwrap_or_default() {
        if R::of_rule(finding.rule).is_some() {
            finding.rule = R::SshtestsBadDst.rule();
        }
    }
}
