//! The sections that define names: groups, hosts, tags, address sets, postures.

use std::collections::BTreeMap;

use super::Check;
use super::selectors::Usage;
use crate::facts::tailscale::tag_fault;
use crate::tailnet::findings::access::RULE_WITHOUT_EFFECT;
use crate::tailnet::policy::{Entry, Text};
use crate::tailnet::reason::ReasonClass as R;
use crate::tailnet::selector::{Autogroup, Selector};

pub(super) fn check(check: &mut Check<'_>) {
    let policy = check.policy;
    policy.groups.iter().for_each(|g| group(check, g));
    policy
        .hosts
        .iter()
        .for_each(|(name, address)| host(check, name, address));
    policy.tag_owners.iter().for_each(|t| tag(check, t));
    policy.ipsets.iter().for_each(|s| ipset(check, s));
    ipset_cycles(check);
    ipset_sizes(check);
    for posture in &policy.postures {
        named(check, &posture.name, "posture:", R::BadSelector);
        posture
            .list
            .items
            .iter()
            .for_each(|condition| posture_condition(check, condition));
    }
    postures(check, &policy.default_src_posture.items);
}

/// Reports a name without its prefix.
fn named<'a>(check: &mut Check<'a>, name: &'a Text, prefix: &str, class: R) -> bool {
    let rest = name.value.strip_prefix(prefix);
    if rest.is_some_and(|rest| !rest.is_empty()) {
        return true;
    }
    let bare = name.value.rsplit(':').next().unwrap_or("").trim();
    let message = format!("invalid name `{}`: expected `{prefix}` and a name", name.value);
    let plain = bare
        .chars()
        .all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.'));
    let help = match plain && !bare.is_empty() {
        true => format!("use `{prefix}{bare}`"),
        false => format!("use a name such as `{prefix}platform`"),
    };
    check.error(class, name.span, message, help);
    check.misnamed.push(&name.value);
    false
}

/// Checks the names of `srcPosture` lists.
pub(super) fn postures(check: &mut Check<'_>, names: &[Text]) {
    for name in names {
        if !check.postures.contains(name.trimmed()) {
            let message = format!("unknown posture `{}`", name.value);
            let help = format!("add `\"{}\": []` to `postures`", name.value);
            check.error(R::BadSelector, name.span, message, help);
        }
    }
}

/// Checks a condition of a posture: an attribute, an operator and what it is compared with.
///
/// Source: Tailscale docs, "Device posture management", "Posture conditions" and "Device posture attributes".
fn posture_condition(check: &mut Check<'_>, condition: &Text) {
    const OPERATORS: [&str; 10] = [
        "==", "!=", ">=", "<=", ">", "<", "IN", "NOT IN", "IS SET", "NOT SET",
    ];
    const OF_DEVICES: [&str; 6] = [
        "node:os",
        "node:osVersion",
        "node:tsAutoUpdate",
        "node:tsReleaseTrack",
        "node:tsStateEncrypted",
        "node:tsVersion",
    ];
    let text = condition.trimmed();
    let (attribute, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    let rest = rest.trim_start();
    // Behind a word there is a blank, behind a sign not always.
    let is_operator = |operator: &str| {
        let value = rest.strip_prefix(operator);
        value.is_some_and(|value| {
            !value.starts_with(|c: char| c == '=' || c == '>' || c.is_ascii_alphabetic())
        })
    };
    if !OPERATORS.iter().any(|operator| is_operator(operator)) {
        let operator = rest.split_whitespace().next().unwrap_or_default();
        let message = match operator.is_empty() {
            true => format!("missing operator in the condition `{text}`"),
            false => format!("unknown operator `{operator}` in the condition `{text}`"),
        };
        let help = format!("use one of `{}`", OPERATORS.join("`, `"));
        let at = match (operator, condition.value.find(rest)) {
            ("", _) | (_, None) => condition.span,
            (operator, Some(at)) => condition.part(at..at + operator.len()),
        };
        return check.error(R::BadSelector, at, message, help);
    }
    // What an attribute is compared with is a text in quotes, a number or a list of them.
    if let Some(list) = rest
        .split_once('[')
        .and_then(|(_, list)| list.split_once(']'))
        .map(|(list, _)| list)
    {
        let bare = list.split(',').map(str::trim).find(|item| {
            item.starts_with(|c: char| c.is_ascii_alphabetic()) && !["true", "false"].contains(item)
        });
        if let Some(bare) = bare {
            let message = format!("`{bare}` in the condition `{text}` is not in quotes");
            let at = condition.value.find(bare).unwrap_or(0);
            let at = condition.part(at..at + bare.len());
            return check.error(R::BadSelector, at, message, format!("use `'{bare}'`"));
        }
    }
    if attribute.starts_with("node:") && !OF_DEVICES.contains(&attribute) {
        let message = format!("unknown attribute `{attribute}`: no device has it");
        let help = match crate::words::nearest(attribute, OF_DEVICES) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("use one of `{}`", OF_DEVICES.join("`, `")),
        };
        let at = condition.value.find(attribute).unwrap_or(0);
        check.warn(
            &RULE_WITHOUT_EFFECT,
            condition.part(at..at + attribute.len()),
            message,
            help,
        );
    }
}

fn group<'a>(check: &mut Check<'a>, group: &'a Entry) {
    named(check, &group.name, "group:", R::BadGroupName);
    for member in &group.list.items {
        match Selector::parse(&member.value) {
            Selector::User(login) if is_no_login(&login) => {
                let message = format!("invalid group member `{}`: expected a login", member.value);
                let help = "use one login for each member, such as `ada@corp.example`";
                check.error(R::GroupBadMember, member.span, message, help);
            }
            Selector::User(login) => check.login(&login, member.span),
            Selector::Group(inner) => {
                let message = format!("nested group `{inner}`");
                check.error(
                    R::GroupNested,
                    member.span,
                    message,
                    "replace it with its members",
                );
            }
            Selector::Domain(_) if check.control.is_headscale() => check.warn_of_one_login(member.span),
            Selector::Domain(domain) => check.domain(&domain, member.span),
            _ => {
                let message = format!("invalid group member `{}`: expected a login", member.value);
                check.error(
                    R::GroupBadMember,
                    member.span,
                    message,
                    "use logins, such as `ada@corp.example`",
                );
            }
        }
    }
}

/// Whether a text with an `@` cannot be a login: it has a wildcard, or several logins in one text.
fn is_no_login(login: &str) -> bool {
    login.starts_with("*@") || login.contains([',', ';']) || login.contains(char::is_whitespace)
}

fn host<'a>(check: &mut Check<'a>, name: &'a Text, address: &Text) {
    let fault = match Selector::parse(&name.value) {
        Selector::Host(_) => None,
        Selector::User(_) => Some("a name with `@` is a login"),
        Selector::Ip(_) | Selector::Net(_) => Some("it is an address"),
        Selector::Invalid(_) => Some("contains `:` or `/`"),
        _ => Some("it is another kind of selector"),
    };
    if let Some(why) = fault {
        let message = format!("invalid host name `{}`: {why}", name.value);
        check.error(R::BadHostName, name.span, message, "use letters, digits and `-`");
        check.misnamed.push(&name.value);
    }
    match Selector::parse(&address.value) {
        Selector::Ip(_) => {}
        selector @ Selector::Net(_) => {
            check.defined(&selector, address.trimmed(), address.span);
        }
        _ => {
            let message = format!(
                "invalid address `{}`: expected an address or a prefix",
                address.value
            );
            check.error(
                R::BadSelector,
                address.span,
                message,
                "use an address such as `10.0.0.1` or a prefix such as `10.0.0.0/24`",
            );
        }
    }
}

fn tag<'a>(check: &mut Check<'a>, tag: &'a Entry) {
    if let Some(why) = tag_fault(&tag.name.value) {
        let message = format!("invalid tag name `{}`: {why}", tag.name.value);
        let help = "use `tag:` and a letter, then letters, digits or `-`";
        check.error(R::BadTagName, tag.name.span, message, help);
        check.misnamed.push(&tag.name.value);
    }
    for owner in &tag.list.items {
        check.selector(Usage::Owner, owner);
    }
}

fn ipset<'a>(check: &mut Check<'a>, set: &'a Entry) {
    named(check, &set.name, "ipset:", R::BadSelector);
    for member in &set.list.items {
        match ipset_member(&member.value) {
            Ok(Member::Range(..)) => {}
            Ok(Member::Selector(_, selector)) => {
                let written = member.trimmed();
                check.defined(&selector, written, member.span);
            }
            Err(why) => {
                let message = format!("invalid member `{}` of an IP set: {why}", member.value);
                let help = "use an address, a prefix, a range, `host:name`, `ipset:name` or `autogroup:internet`, after `add ` or `remove `";
                check.error(R::IpsetBadMember, member.span, message, help);
            }
        }
    }
}

/// A member of an address set; the flag says that it is taken away.
#[derive(Clone, PartialEq, Debug)]
pub(in crate::tailnet) enum Member {
    /// `a-b`.
    Range(bool, std::net::IpAddr, std::net::IpAddr),
    /// Anything else that a set may hold.
    Selector(bool, Selector),
}

/// Reads `add T`, `remove T` or `T`.
///
/// # Errors
/// Why the text is none of these, in words.
pub(in crate::tailnet) fn ipset_member(text: &str) -> Result<Member, &'static str> {
    let text = text.trim();
    let (remove, target) = match text.split_once(char::is_whitespace) {
        Some(("add", rest)) => (false, rest.trim()),
        Some(("remove", rest)) => (true, rest.trim()),
        Some(_) => return Err("expected `add` or `remove` before it"),
        None => (false, text),
    };
    if let Some(name) = target.strip_prefix("host:") {
        return Ok(Member::Selector(remove, Selector::Host(name.to_owned())));
    }
    if let Some((low, high)) = target.split_once('-')
        && let (Ok(low), Ok(high)) = (low.trim().parse(), high.trim().parse())
    {
        let (low, high): (std::net::IpAddr, std::net::IpAddr) = (low, high);
        if low.is_ipv6() != high.is_ipv6() || low > high {
            return Err("the range ends before it starts");
        }
        return Ok(Member::Range(remove, low, high));
    }
    match Selector::parse(target) {
        selector @ (Selector::Ip(_) | Selector::Net(_) | Selector::IpSet(_)) => {
            Ok(Member::Selector(remove, selector))
        }
        selector @ Selector::Autogroup(Autogroup::Internet) => Ok(Member::Selector(remove, selector)),
        Selector::Host(_) => Err("a name from `hosts` requires the prefix `host:`"),
        Selector::Tag(_) | Selector::User(_) | Selector::Group(_) => {
            Err("an IP set cannot contain devices or users")
        }
        _ => Err("not an address"),
    }
}

/// Reports each set from which a way through other sets leads back to it, at the member that closes the circle.
fn ipset_cycles(check: &mut Check<'_>) {
    let sets = &check.policy.ipsets;
    let index: BTreeMap<&str, usize> =
        crate::sorted::map(sets.iter().enumerate().map(|(i, s)| (s.name.value.as_str(), i)));
    // 0 = not seen, 1 = on the way, 2 = done. The way is kept by hand: sets may be chained as deep as the file is long.
    let mut state = vec![0u8; sets.len()];
    for start in 0..sets.len() {
        let mut way: Vec<(usize, usize)> = vec![(start, 0)];
        while let Some((at, next)) = way.pop() {
            state[at] = state[at].max(1);
            let Some(member) = sets[at].list.items.get(next).filter(|_| state[at] < 2) else {
                state[at] = 2;
                continue;
            };
            way.push((at, next + 1));
            let Ok(Member::Selector(_, Selector::IpSet(name))) = ipset_member(&member.value) else {
                continue;
            };
            match index.get(name.as_str()).map(|to| (*to, state[*to])) {
                Some((to, 0)) => way.push((to, 0)),
                Some((to, 1)) => {
                    let message = format!("`{name}` contains itself");
                    let error = R::IpsetCycle
                        .error(member.span, message)
                        .and(sets[to].name.span, "defined here")
                        .help("remove one set from the other, or list its addresses");
                    check.found.push(error);
                }
                _ => {}
            }
        }
    }
}

/// How many ranges all address sets may hold together, those of the sets within them counted each time.
pub(in crate::tailnet) const MAX_IPSET_RANGES: usize = 1_000_000;

/// Sets within sets can add up to far more than the file is long.
fn ipset_sizes(check: &mut Check<'_>) {
    let sets = &check.policy.ipsets;
    let index: BTreeMap<&str, usize> =
        crate::sorted::map(sets.iter().enumerate().map(|(i, s)| (s.name.value.as_str(), i)));
    let mut sizes: Vec<Option<usize>> = vec![None; sets.len()];
    for start in 0..sets.len() {
        let mut way = vec![(start, false)];
        while let Some((at, ready)) = way.pop() {
            let inner = sets[at]
                .list
                .items
                .iter()
                .filter_map(|m| match ipset_member(&m.value) {
                    Ok(Member::Selector(_, Selector::IpSet(name))) => index.get(name.as_str()).copied(),
                    _ => None,
                });
            if ready {
                let nested = inner
                    .map(|i| sizes[i].unwrap_or(0))
                    .fold(0, usize::saturating_add);
                sizes[at] = Some(sets[at].list.items.len().saturating_add(nested));
            } else if sizes[at].is_none() {
                sizes[at] = Some(0);
                way.push((at, true));
                way.extend(inner.map(|i| (i, false)));
            }
        }
    }
    let mut total = 0usize;
    for (set, size) in sets.iter().zip(sizes) {
        total = total.saturating_add(size.unwrap_or(0));
        if total > MAX_IPSET_RANGES {
            let message = format!(
                "IP sets up to `{}` contain more than {MAX_IPSET_RANGES} ranges",
                set.name.value
            );
            check.error(
                R::IpsetBadMember,
                set.name.span,
                message,
                "list fewer addresses, or nest fewer sets",
            );
            return;
        }
    }
}

/// True where an alias stands for more than one address.
pub(super) fn is_wide(address: &str) -> bool {
    matches!(Selector::parse(address), Selector::Net(prefix) if prefix.low() != prefix.high())
}
