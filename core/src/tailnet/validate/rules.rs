//! The sections `acls` and `grants`.

use super::Check;
use super::names::postures;
use super::selectors::Usage;
use crate::diagnostic::Severity;
use crate::facts::{headscale, tailscale as facts};
use crate::source::Span;
use crate::tailnet::findings::access::RULE_WITHOUT_EFFECT;
use crate::tailnet::findings::selectors::DEFAULT_ROUTE_DST;
use crate::tailnet::policy::{Acl, Grant, Text};
use crate::tailnet::reason::ReasonClass as R;
use crate::tailnet::selector::{self, Autogroup, Selector};

const SELF: Selector = Selector::Autogroup(Autogroup::SelfDevices);

pub(super) fn check(check: &mut Check<'_>) {
    let policy = check.policy;
    policy.acls.iter().flatten().for_each(|rule| acl(check, rule));
    policy.grants.iter().flatten().for_each(|rule| grant(check, rule));
}

fn acl(check: &mut Check<'_>, rule: &Acl) {
    match &rule.action {
        Some(action) if action.trimmed() == "accept" => {}
        Some(action) => {
            let message = format!("unknown action `{}` in an access rule", action.value);
            let help = "use `accept`; everything else is denied by default";
            check.error(R::BadAction, action.span, message, help);
        }
        None => check.error(
            R::BadAction,
            rule.span,
            "missing `action` in a rule",
            "add `\"action\": \"accept\"`",
        ),
    }
    let sources: Vec<Selector> = rule
        .src
        .items
        .iter()
        .map(|s| check.selector(Usage::AclSrc, s))
        .collect();
    let proto = rule.proto.as_ref().filter(|p| !p.trimmed().is_empty());
    let number = proto.and_then(|p| protocol(check, p.trimmed(), p.span));
    let mut to_self = None;
    for dst in &rule.dst.items {
        let selector = acl_dst(check, dst, number);
        if selector == Some(SELF) && to_self.is_none() {
            to_self = Some(dst);
        }
    }
    self_needs_people(check, to_self, &rule.src.items, &sources, true);
    empty_rule(
        check,
        rule.span,
        rule.src.items.is_empty(),
        rule.dst.items.is_empty(),
    );
    postures(check, &rule.src_posture.items);
}

/// The selector of an access rule's destination; none where it cannot be told from the ports.
fn acl_dst(check: &mut Check<'_>, dst: &Text, proto: Option<u8>) -> Option<Selector> {
    let Some((host, ports)) = selector::split_host_port(&dst.value) else {
        let message = format!("missing ports in `{}`", dst.value);
        check.error(
            R::BadDst,
            dst.span,
            message,
            format!("use `{}:*`, or add ports after a colon", dst.value),
        );
        return None;
    };
    let port_at = host.len() + 1;
    let bare = ["tag", "group", "autogroup", "ipset", "svc", "user"].contains(&host.trim());
    match selector::parse_ports(ports) {
        Ok(found) => {
            let portless = proto.is_some_and(|p| !facts::PROTOS_WITH_PORTS.contains(&p));
            if portless && found != selector::all_ports() {
                no_ports(
                    check,
                    proto.unwrap_or(0),
                    ports,
                    dst.part(port_at..dst.value.len()),
                );
            }
        }
        Err(error) => {
            let at = dst.part(port_at + error.at.start..port_at + error.at.end);
            let wrong = ports.get(error.at).unwrap_or(ports);
            let help = if bare {
                format!("use `{}:*`, or add ports after a second colon", dst.value)
            } else {
                format!("use `{host}:22`, `{host}:80-90,443` or `{host}:*`")
            };
            check.error(R::BadPort, at, format!("`{wrong}` {}", error.why), help);
        }
    }
    if bare {
        return None;
    }
    let selector = Selector::parse(host);
    let span = dst.part(0..host.len());
    if check.placed(Usage::AclDst, &selector, host.trim(), span)
        && matches!(&selector, Selector::Net(p) if p.is_default_route())
    {
        let message = format!("`{host}` does not match the internet or all addresses");
        let mut finding = DEFAULT_ROUTE_DST.at(span, message);
        finding.severity = Severity::Warning;
        check
            .found
            .push(finding.help("use `*` for all addresses, or `autogroup:internet` for exit nodes"));
    }
    Some(selector)
}

fn no_ports(check: &mut Check<'_>, proto: u8, ports: &str, span: Span) {
    let name = selector::proto_name(proto);
    let message = format!("protocol `{name}` has no ports, but `{ports}` is set");
    check.error(R::PortsOnPortlessProto, span, message, "use `*` for the ports");
}

fn protocol(check: &mut Check<'_>, name: &str, span: Span) -> Option<u8> {
    let number = selector::parse_proto(name);
    if let Some(number) = number
        && check.control.is_headscale()
    {
        headscale_protocol(check, name, number, span);
    }
    if number.is_none() {
        let names: Vec<&str> = facts::PROTO_NAMES.iter().map(|(n, _)| *n).collect();
        let help = format!("use one of {}, or a number up to 255", names.join(", "));
        check.error(R::BadProto, span, format!("unknown protocol `{name}`"), help);
    }
    number
}

/// Headscale knows fewer names, and reads those of grants as they are written.
fn headscale_protocol(check: &mut Check<'_>, name: &str, number: u8, span: Span) {
    let digits = name.starts_with(|c: char| c.is_ascii_digit());
    let lower = name.to_ascii_lowercase();
    if digits && name.starts_with('0') {
        let help = if number == 0 {
            "use a name, or a number up to 255".to_owned()
        } else {
            format!("use `{number}`")
        };
        check.unsupported(span, format!("the protocol number `{name}`"), help);
    } else if !digits && !headscale::PROTO_NAMES.contains(&lower.as_str()) {
        check.unsupported(
            span,
            format!("the protocol name `{name}`"),
            format!("use its number, `{number}`"),
        );
    } else if !digits && lower != name {
        check.unsupported(
            span,
            format!("capitals in the protocol `{name}`"),
            format!("use `{lower}`"),
        );
    }
}

/// `autogroup:self` stands for the devices of the person who connects, so only people may be the source. Access
/// rules also take `*`; grants do not.
fn self_needs_people(
    check: &mut Check<'_>,
    to_self: Option<&Text>,
    texts: &[Text],
    sources: &[Selector],
    any_is_fine: bool,
) {
    let Some(at) = to_self else { return };
    for (text, source) in texts.iter().zip(sources) {
        let fine = source.is_people()
            || (any_is_fine && *source == Selector::Any)
            // Reported already, with its own class.
            || matches!(source, Selector::Invalid(_) | Selector::UnknownAutogroup(_))
            || *source == SELF;
        if !fine {
            let message = format!(
                "`autogroup:self` does not work with the source `{}`, which is not a user",
                text.trimmed()
            );
            check.found.push(
                R::AutogroupSelfBadSrc
                    .error(text.span, message)
                    .and(at.span, "destination here")
                    .help("use users as the source: a login, a group or `autogroup:member`"),
            );
        }
    }
}

/// The control plane accepts rules without sources or destinations; they do nothing.
fn empty_rule(check: &mut Check<'_>, span: Span, no_src: bool, no_dst: bool) {
    if no_src || no_dst {
        let what = if no_src { "src" } else { "dst" };
        check.warn(
            &RULE_WITHOUT_EFFECT,
            span,
            format!("missing `{what}`: the rule allows nothing"),
            format!("add `{what}`, or remove the rule"),
        );
    }
}

fn grant(check: &mut Check<'_>, rule: &Grant) {
    let sources: Vec<Selector> = rule
        .src
        .items
        .iter()
        .map(|s| check.selector(Usage::GrantSrc, s))
        .collect();
    let mut to_self = None;
    for dst in &rule.dst.items {
        let selector = check.selector(Usage::GrantDst, dst);
        if selector == SELF && to_self.is_none() {
            to_self = Some(dst);
        }
        if !rule.app.is_empty() && selector == Selector::Autogroup(Autogroup::Internet) {
            check.error(
                R::GrantAppInternet,
                dst.span,
                "`app` is not supported in a grant to `autogroup:internet`",
                "use a separate grant for the internet, with `ip` only",
            );
        }
    }
    self_needs_people(check, to_self, &rule.src.items, &sources, false);
    if rule.ip.items.is_empty() && rule.app.is_empty() {
        check.error(
            R::GrantEmpty,
            rule.ip.span.unwrap_or(rule.span),
            "missing `ip` or `app` in a grant",
            "add `\"ip\": [\"tcp:443\"]`, or `[\"*\"]` for all traffic",
        );
    }
    rule.ip.items.iter().for_each(|ip| grant_ip(check, ip));
    rule.app.iter().for_each(|name| capability(check, name));
    rule.via.items.iter().for_each(|via| route_via(check, via));
    empty_rule(
        check,
        rule.span,
        rule.src.items.is_empty(),
        rule.dst.items.is_empty(),
    );
    postures(check, &rule.src_posture.items);
}

fn grant_ip(check: &mut Check<'_>, ip: &Text) {
    let text = ip.value.as_str();
    if text.trim() == "*" {
        return;
    }
    let (proto, ports, at) = match text.split_once(':') {
        Some((proto, ports)) => (Some(proto), ports, proto.len() + 1),
        None => (None, text, 0),
    };
    let number = proto.and_then(|p| protocol(check, p.trim(), ip.part(0..p.len())));
    match selector::parse_ports(ports) {
        Ok(found) => {
            let portless = number.is_some_and(|p| !facts::PROTOS_WITH_PORTS.contains(&p));
            if portless && found != selector::all_ports() {
                no_ports(check, number.unwrap_or(0), ports, ip.part(at..text.len()));
            }
        }
        Err(error) => {
            let wrong = ports.get(error.at.clone()).unwrap_or(ports).to_owned();
            let span = ip.part(at + error.at.start..at + error.at.end);
            let help = if proto.is_none() && selector::parse_proto(&wrong).is_some() {
                format!("use `{wrong}:*`")
            } else {
                "use `22`, `tcp:80-90`, `icmp:*` or `*`".to_owned()
            };
            check.error(R::BadPort, span, format!("`{wrong}` {}", error.why), help);
        }
    }
}

fn capability(check: &mut Check<'_>, name: &Text) {
    let parts = name.value.split_once('/');
    let domain_like = |d: &str| {
        !d.is_empty()
            && d.bytes()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_'))
    };
    let Some((domain, _)) = parts.filter(|(d, path)| domain_like(d) && !path.is_empty()) else {
        let message = format!("invalid capability name `{}`", name.value);
        check.error(R::BadCapName, name.span, message, "use `your.domain/path`");
        return;
    };
    let own = domain == "tailscale.com" || domain.ends_with(".tailscale.com");
    if own && !facts::OWN_CAPS_ALLOWED.contains(&name.value.as_str()) {
        let message = format!("capability `{}` is reserved by Tailscale", name.value);
        let help = format!(
            "use your own domain, or one of {}",
            facts::OWN_CAPS_ALLOWED.join(", ")
        );
        check.error(R::ReservedCapName, name.span, message, help);
    }
}

fn route_via(check: &mut Check<'_>, via: &Text) {
    let selector = Selector::parse(&via.value);
    if let Selector::Tag(_) = selector {
        check.defined(&selector, via.trimmed(), via.span);
    } else {
        let message = format!("invalid `via` entry `{}`: expected a tag", via.value);
        check.error(
            R::ViaNotTag,
            via.span,
            message,
            "use the tag of the subnet routers",
        );
    }
}
