//! The section `ssh`.

use crate::tailnet::findings::access::RULE_WITHOUT_EFFECT;
use crate::tailnet::findings::ssh::SSH_CHECK_FROM_TAG;
use crate::tailnet::findings::ssh::SSH_CHECKPERIOD_SHORT;
use crate::tailnet::findings::ssh::SSH_CHECKPERIOD_UNUSED;
use crate::tailnet::findings::ssh::SSH_ROLE_SOURCE;
use crate::tailnet::findings::ssh::SSH_USER_LITERAL;
use std::collections::BTreeSet;

use super::Check;
use super::names::postures;
use crate::diagnostic::Severity;
use crate::facts::headscale::AutogroupUse;
use crate::facts::{go, tailscale as facts};
use crate::tailnet::policy::{Ssh, Text};
use crate::tailnet::reason::ReasonClass as R;
use crate::tailnet::selector::{Autogroup, Selector};

pub(super) fn check(check: &mut Check<'_>) {
    let policy = check.policy;
    policy.ssh.iter().for_each(|rule| ssh(check, rule));
}

fn ssh(check: &mut Check<'_>, rule: &Ssh) {
    action(check, rule);
    let sources: Vec<Option<Selector>> = rule.src.items.iter().map(|s| source(check, s)).collect();
    let mut seen: BTreeSet<Selector> = BTreeSet::new();
    for dst in &rule.dst.items {
        if let Some(selector) = destination(check, dst)
            && seen.insert(selector.clone())
        {
            combination(check, rule, &sources, dst, &selector);
        }
    }
    if seen.iter().any(is_tagged) && rule.action.as_ref().is_some_and(|a| a.trimmed() == "check") {
        warn_check_from_tags(check, rule, &sources);
    }
    users(check, rule);
    period(check, rule);
    for variable in &rule.accept_env.items {
        if variable.value.is_empty() {
            let message = "empty name of an environment variable";
            check.error(
                R::SshAcceptenvEmpty,
                variable.span,
                message,
                "use the name of a variable, or remove the entry",
            );
        }
    }
    let (no_src, no_dst) = (rule.src.items.is_empty(), rule.dst.items.is_empty());
    if no_src || no_dst {
        let what = if no_src { "src" } else { "dst" };
        let message = format!("missing `{what}`: the SSH rule allows no sessions");
        check.warn(
            &RULE_WITHOUT_EFFECT,
            rule.span,
            message,
            format!("add `{what}`, or remove the rule"),
        );
    }
    postures(check, &rule.src_posture.items);
}

fn action(check: &mut Check<'_>, rule: &Ssh) {
    match rule.action.as_ref().map(|a| (a, a.trimmed())) {
        Some((_, "accept" | "check")) => {}
        None => check.error(
            R::SshActionMissing,
            rule.span,
            "missing `action` in an SSH rule",
            "add `\"action\": \"accept\"`, or `check` to require a recent login",
        ),
        Some((action, "")) => check.error(
            R::SshActionMissing,
            action.span,
            "empty `action`",
            "use `accept`, or `check` to require a recent login",
        ),
        Some((action, written)) => check.error(
            R::SshActionInvalid,
            action.span,
            format!("unknown action `{written}` in an SSH rule"),
            "use `accept` or `check`, in lower case; everything else is denied by default",
        ),
    }
}

fn source(check: &mut Check<'_>, text: &Text) -> Option<Selector> {
    let selector = Selector::parse(&text.value);
    let fine = match &selector {
        Selector::User(_) | Selector::Domain(_) | Selector::Group(_) | Selector::Tag(_) => true,
        Selector::Autogroup(Autogroup::Member | Autogroup::Tagged) | Selector::UnknownAutogroup(_) => true,
        Selector::Autogroup(Autogroup::Role(_)) if check.control.is_headscale() => true,
        Selector::Autogroup(Autogroup::Role(_)) => {
            let message = format!("`{}` is not a documented source for SSH rules", text.trimmed());
            check.warn(
                &SSH_ROLE_SOURCE,
                text.span,
                message,
                "use a group, or `autogroup:member`",
            );
            true
        }
        _ => false,
    };
    if !fine {
        let message = format!("`{}` is not allowed as the source of an SSH rule", text.value);
        let help = "use logins, groups, tags, `autogroup:member` or `autogroup:tagged`";
        check.error(R::SshSrcInvalid, text.span, message, help);
        return None;
    }
    let words = "as a source";
    if check.control.is_headscale()
        && !check.placed_in_headscale(AutogroupUse::SshSource, words, &selector, text.span)
    {
        return None;
    }
    check
        .defined(&selector, text.trimmed(), text.span)
        .then_some(selector)
}

fn destination(check: &mut Check<'_>, text: &Text) -> Option<Selector> {
    let selector = Selector::parse(&text.value);
    // Headscale takes the devices of all people, Tailscale's own server does not.
    let members = check.control.is_headscale() && selector == Selector::Autogroup(Autogroup::Member);
    let fine = members
        || matches!(
            &selector,
            Selector::User(_)
                | Selector::Domain(_)
                | Selector::Tag(_)
                | Selector::UnknownAutogroup(_)
                | Selector::Autogroup(Autogroup::SelfDevices | Autogroup::Tagged)
        );
    if !fine {
        let message = format!(
            "`{}` is not allowed as the destination of an SSH rule",
            text.value
        );
        let help = "use tags, `autogroup:self`, `autogroup:tagged`, or the login of the source";
        check.error(R::SshDstInvalid, text.span, message, help);
        return None;
    }
    let words = "as a destination";
    if check.control.is_headscale()
        && !check.placed_in_headscale(AutogroupUse::SshDestination, words, &selector, text.span)
    {
        return None;
    }
    check
        .defined(&selector, text.trimmed(), text.span)
        .then_some(selector)
}

/// People reach their own and tagged devices, tagged devices only tagged ones.
fn combination(check: &mut Check<'_>, rule: &Ssh, sources: &[Option<Selector>], dst: &Text, to: &Selector) {
    if is_tagged(to) {
        return;
    }
    for (text, from) in rule.src.items.iter().zip(sources) {
        let Some(from) = from else { continue };
        let fine = match to {
            Selector::Autogroup(Autogroup::SelfDevices | Autogroup::Member) => from.is_people(),
            _ => from == to,
        };
        if !fine {
            let message = format!(
                "`{}` cannot open SSH sessions on `{}`",
                text.trimmed(),
                dst.trimmed()
            );
            let help = if is_tagged(from) {
                "use a tag as the destination: tagged devices reach only tagged devices"
            } else {
                "use `autogroup:self` or a tag as the destination: users reach only their own and tagged devices"
            };
            check.found.push(
                R::SshSrcDstCombination
                    .error(dst.span, message)
                    .and(text.span, "source here")
                    .help(help),
            );
            return;
        }
    }
}

fn is_tagged(selector: &Selector) -> bool {
    matches!(
        selector,
        Selector::Tag(_) | Selector::Autogroup(Autogroup::Tagged)
    )
}

fn warn_check_from_tags(check: &mut Check<'_>, rule: &Ssh, sources: &[Option<Selector>]) {
    for (text, from) in rule.src.items.iter().zip(sources) {
        if from.as_ref().is_some_and(is_tagged) {
            let message = format!(
                "`check` does not work with the source `{}`, which is not a user",
                text.trimmed()
            );
            check.warn(
                &SSH_CHECK_FROM_TAG,
                text.span,
                message,
                "use `accept` for tagged sources",
            );
        }
    }
}

fn users(check: &mut Check<'_>, rule: &Ssh) {
    if rule.users.items.is_empty() {
        check.error(
            R::SshUsersMissing,
            rule.users.span.unwrap_or(rule.span),
            "missing `users` in an SSH rule",
            "add `\"users\": [\"autogroup:nonroot\"]`, and `root` if required",
        );
    }
    for user in &rule.users.items {
        let name = user.trimmed();
        if name.is_empty() || name == "*" {
            let message = format!("invalid login name `{}`", user.value);
            let help = "use `autogroup:nonroot` for all users except root, and add `root` if required";
            check.error(R::SshUserInvalid, user.span, message, help);
        } else if let Some(domain) = name.strip_prefix("localpart:*@") {
            check.domain(domain, user.span);
        } else if name != "autogroup:nonroot" && name.contains(':') {
            let message = format!("`{name}` is used as a literal login name, which no machine has");
            let help = "use login names, `autogroup:nonroot` or `localpart:*@domain`";
            check.warn(&SSH_USER_LITERAL, user.span, message, help);
        }
    }
}

fn period(check: &mut Check<'_>, rule: &Ssh) {
    let Some(text) = rule.check_period.as_ref().filter(|t| !t.trimmed().is_empty()) else {
        return;
    };
    let written = text.trimmed();
    if rule.action.as_ref().is_some_and(|a| a.trimmed() == "accept") {
        let message = format!("check period `{written}` has no effect without the action `check`");
        let mut finding = SSH_CHECKPERIOD_UNUSED
            .at(text.span, message)
            .help("use the action `check`, or remove `checkPeriod`");
        if check.control.is_headscale() {
            finding.severity = Severity::Error;
            finding = finding.note("Headscale refuses the whole policy");
        }
        check.found.push(finding);
    }
    if written == "always" {
        return;
    }
    let Some(seconds) = go::duration(written) else {
        let message = format!("invalid duration `{written}`");
        return check.error(
            R::SshCheckperiodSyntax,
            text.span,
            message,
            "use `12h`, `30m` or `always`",
        );
    };
    if seconds > facts::CHECK_PERIOD_MAX_SECONDS {
        let message = format!("check period `{written}` is out of range (1m-168h)");
        check.error(R::SshCheckperiodRange, text.span, message, "use `168h` or less");
    } else if seconds < 0.0 {
        let message = format!("negative check period `{written}`");
        check.error(
            R::SshCheckperiodRange,
            text.span,
            message,
            "use `12h`, or `always` to check each time",
        );
    } else if seconds < facts::CHECK_PERIOD_MIN_SECONDS {
        let message = format!("check period `{written}` is shorter than the documented minimum of 1m");
        check.warn(
            &SSH_CHECKPERIOD_SHORT,
            text.span,
            message,
            "use `1m` or more, or `always`",
        );
    }
}
