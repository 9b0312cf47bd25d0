//! Host names: what surrounds them, and what is wrong with them.

use crate::words::and;
use std::net::IpAddr;

/// A host as it is written, split from what is not part of its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Written<'t> {
    /// What precedes `://`.
    pub scheme: Option<&'t str>,
    /// User and password before an `@`, in a URL.
    pub userinfo: Option<&'t str>,
    /// The name.
    pub host: &'t str,
    /// What follows the last `:`.
    pub port: Option<&'t str>,
    /// Path, query and fragment.
    pub path: &'t str,
}

/// Takes a URL, a `host:port` or a plain host apart.
pub(super) fn dissect(text: &str) -> Written<'_> {
    let (scheme, rest) = match text.trim_start().split_once("://") {
        Some((scheme, rest)) if is_scheme(scheme) => (Some(scheme), rest),
        _ => match text.strip_prefix("//") {
            Some(rest) => (Some(""), rest),
            None => (None, text),
        },
    };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let (userinfo, authority) = match authority.rsplit_once('@') {
        Some((user, host)) if scheme.is_some() => (Some(user), host),
        _ => (None, authority),
    };
    let (host, port) = split_port(authority);
    Written {
        scheme,
        userinfo,
        host,
        port,
        path,
    }
}

impl<'t> Written<'t> {
    /// The port, where it is none from 1 to 65535.
    pub fn wrong_port(&self) -> Option<&'t str> {
        self.port.filter(|port| !matches!(port.parse::<u16>(), Ok(1..)))
    }

    /// True for a name alone.
    pub fn is_bare(&self) -> bool {
        self.scheme.is_none() && self.userinfo.is_none() && self.port.is_none() && self.path.is_empty()
    }

    /// Whether it is a URL of a service without TLS, which is not the same service with TLS.
    pub fn is_plain_http(&self) -> bool {
        self.scheme
            .is_some_and(|scheme| scheme.eq_ignore_ascii_case("http"))
    }

    /// What surrounds the name, in words.
    pub fn extras(&self) -> String {
        let mut extras = Vec::new();
        if self.scheme.is_some() {
            extras.push("a scheme");
        }
        if self.userinfo.is_some() {
            extras.push("a user");
        }
        if self.port.is_some() {
            extras.push("a port");
        }
        if !matches!(self.path, "" | "/") {
            extras.push("a path");
        }
        if extras.is_empty() {
            extras.push("a slash");
        }
        and(&extras)
    }
}

fn is_scheme(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'))
}

/// `host:port`; an IPv6 address has many colons and no port unless it is in brackets.
fn split_port(authority: &str) -> (&str, Option<&str>) {
    match authority.rsplit_once(':') {
        Some((host, port))
            if port.bytes().all(|b| b.is_ascii_digit()) && (!host.contains(':') || host.ends_with(']')) =>
        {
            (host, Some(port))
        }
        _ => (authority, None),
    }
}

/// Why a text is not a fully qualified host name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Flaw {
    /// Nothing is written.
    Empty,
    /// It is an address.
    Address,
    /// It has a `*`.
    Wildcard,
    /// It has letters beyond ASCII.
    Unicode,
    /// It has a character that no name may have.
    Character(char),
    /// Two dots, or one in front.
    EmptyLabel,
    /// A part is longer than DNS allows.
    LongLabel(usize),
    /// A part begins or ends with a hyphen.
    Hyphen(String),
    /// It has one part only.
    SingleLabel,
    /// The last label is rejected by upstream's check.
    Tld(String),
}

/// The longest part of a name (RFC 1035).
const LABEL: usize = 63;

/// The first thing that is wrong with `name`, by the expression that installers use (`fqdn` of
/// go-playground/validator) and by DNS. A dot at the end is another matter.
pub(super) fn flaw(name: &str) -> Option<Flaw> {
    let name = name.strip_suffix('.').unwrap_or(name);
    if name.trim().is_empty() {
        return Some(Flaw::Empty);
    }
    if address(name).is_some() {
        return Some(Flaw::Address);
    }
    if name.contains('*') {
        return Some(Flaw::Wildcard);
    }
    if !name.is_ascii() {
        return Some(Flaw::Unicode);
    }
    let wrong = |c: &char| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '.');
    if let Some(c) = name.chars().find(wrong) {
        return Some(Flaw::Character(c));
    }
    for label in name.split('.') {
        if label.is_empty() {
            return Some(Flaw::EmptyLabel);
        }
        if label.len() > LABEL {
            return Some(Flaw::LongLabel(label.len()));
        }
        if label.starts_with('-') || label.ends_with('-') {
            return Some(Flaw::Hyphen(label.to_owned()));
        }
    }
    let Some((_, tld)) = name.rsplit_once('.') else {
        return Some(Flaw::SingleLabel);
    };
    let alphabetic = tld.starts_with(|c: char| c.is_ascii_alphabetic());
    (!alphabetic || tld.contains('-')).then(|| Flaw::Tld(tld.to_owned()))
}

/// The same of a host that need not be in the public DNS: an address, a single label and any top-level domain are right.
pub(super) fn host_flaw(host: &str) -> Option<Flaw> {
    flaw(host).filter(|flaw| !matches!(flaw, Flaw::Address | Flaw::SingleLabel | Flaw::Tld(_)))
}

/// Whether a text is a mail address as <https://html.spec.whatwg.org/multipage/forms.html#valid-e-mail-address> has it, in a domain of
/// at least two parts. Not validator's function: it alone would link an engine of regular expressions.
pub(super) fn is_mail_address(text: &str) -> bool {
    let within = |byte: u8| byte.is_ascii_alphanumeric() || b".!#$%&'*+/=?^_`{|}~-".contains(&byte);
    text.rsplit_once('@').is_some_and(|(user, domain)| {
        (1..=MAIL_USER).contains(&user.len())
            && user.bytes().all(within)
            && !domain.ends_with('.')
            && flaw(domain).is_none()
    })
}

/// The longest part before the `@` (RFC 5321, section 4.5.3.1.1).
const MAIL_USER: usize = 64;

impl Flaw {
    /// What goes after the name in a message: "invalid domain `x`: contains a wildcard".
    pub fn clause(&self) -> String {
        match self {
            Flaw::Empty => "empty".to_owned(),
            Flaw::Address => "an IP address, not a name".to_owned(),
            Flaw::Wildcard => "contains a wildcard".to_owned(),
            Flaw::Unicode => "contains letters outside ASCII".to_owned(),
            Flaw::Character(c) if c.is_whitespace() => "contains a space".to_owned(),
            Flaw::Character(c) if c.is_control() => "contains a control character".to_owned(),
            Flaw::Character(c) => format!("contains `{c}`"),
            Flaw::EmptyLabel => "contains an empty label".to_owned(),
            Flaw::LongLabel(len) => format!("label of {len} characters is longer than {LABEL}"),
            Flaw::Hyphen(label) => format!("label `{label}` starts or ends with a hyphen"),
            Flaw::SingleLabel => "not fully qualified".to_owned(),
            Flaw::Tld(tld) => format!("the installer rejects the top-level domain `{tld}`"),
        }
    }
}

/// What is wrong with the URL of a web service, for the end of a message.
pub(super) fn url_flaw(text: &str) -> Option<String> {
    let written = dissect(text);
    match written.scheme {
        None | Some("") => return Some("missing `https://`".to_owned()),
        Some("https" | "http") => {}
        Some(scheme) => return Some(format!("unknown scheme `{scheme}`")),
    }
    if matches!(written.host, "http" | "https") && written.path.starts_with("//") {
        return Some("contains two schemes".to_owned());
    }
    if text.contains(char::is_whitespace) {
        return Some("contains a space".to_owned());
    }
    if let Some(port) = written.wrong_port() {
        return Some(format!("port `{port}` is out of range (1-65535)"));
    }
    host_flaw(written.host).map(|flaw| format!("host {}", flaw.clause()))
}

/// The longest name of an object in Kubernetes, in bytes.
pub(super) const OBJECT_NAME: usize = 253;

/// Whether Kubernetes takes a text as the name of an object (RFC 1123, of one or more labels).
pub(super) fn is_object_name(text: &str) -> bool {
    let inner = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    let label = |label: &str| {
        !label.is_empty() && label.bytes().all(inner) && !label.starts_with('-') && !label.ends_with('-')
    };
    text.len() <= OBJECT_NAME && text.split('.').all(label)
}

/// Whether a text is one label of such a name, of at most so many bytes.
pub(super) fn is_label(text: &str, most: usize) -> bool {
    text.len() <= most && !text.contains('.') && is_object_name(text)
}

/// The address that a host is, in brackets or not.
pub(super) fn address(host: &str) -> Option<IpAddr> {
    host.trim_start_matches('[').trim_end_matches(']').parse().ok()
}

/// Whether a host is loopback: each machine, and each pod, reaches itself there (RFC 1122, section 3.2.1.3; RFC 6761, section 6.3).
pub(super) fn is_loopback(host: &str) -> bool {
    let name = host.trim_end_matches('.').to_ascii_lowercase();
    address(&name).is_some_and(|address| address.is_loopback())
        || name == "localhost"
        || name.ends_with(".localhost")
}

/// Why a name is not in the public DNS; none where it may be.
pub(super) fn private_suffix(name: &str) -> Option<&str> {
    let name = name.trim_end_matches('.');
    let reserved = crate::facts::dns::PRIVATE.iter().find_map(|suffix| {
        let at = name.len().checked_sub(suffix.len())?;
        let tail = name.get(at..)?;
        let whole = at == 0 || name.as_bytes().get(at - 1) == Some(&b'.');
        (whole && tail.eq_ignore_ascii_case(suffix)).then_some(tail)
    });
    let unknown = || {
        let lower = name.to_ascii_lowercase();
        let known = crate::facts::public_suffix::is_known(&lower);
        let tld = name.rsplit('.').next().unwrap_or(name);
        (!known).then_some(tld)
    };
    reserved.or_else(unknown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_surrounds_a_name_is_taken_off() {
        let host = |text| dissect(text).host;
        assert_eq!(host("https://gitpod.acme.dev:443/x?y"), "gitpod.acme.dev");
        assert_eq!(host("mysql://root:pw@db.acme.dev:3306/gitpod"), "db.acme.dev");
        assert_eq!(host("db.acme.dev:3306"), "db.acme.dev");
        assert_eq!(host("2001:db8::1"), "2001:db8::1");
        assert_eq!(host("[2001:db8::1]:443"), "[2001:db8::1]");
        assert_eq!(host("//acme.dev"), "acme.dev");
        assert!(dissect("gitpod.acme.dev").is_bare() && dissect("user@acme.dev").is_bare());
        assert!(dissect("a:b").is_bare());
        assert_eq!(dissect("https://a.b:1/c").extras(), "a scheme, a port and a path");
        assert_eq!(dissect("a.b/").extras(), "a slash");
    }

    #[test]
    fn names_are_judged_as_upstream_does() {
        for fine in [
            "gitpod.acme.dev",
            "a.b",
            "xn--mnchen-3ya.de",
            "1.acme.dev",
            "GITPOD.acme.dev.",
            "a.b2",
        ] {
            assert_eq!(flaw(fine), None, "{fine}");
        }
        assert_eq!(flaw(" "), Some(Flaw::Empty));
        assert_eq!(flaw("192.0.2.1"), Some(Flaw::Address));
        assert_eq!(flaw("[::1]"), Some(Flaw::Address));
        assert_eq!(flaw("*.acme.dev"), Some(Flaw::Wildcard));
        assert_eq!(flaw("münchen.de"), Some(Flaw::Unicode));
        assert_eq!(flaw("git_pod.acme.dev"), Some(Flaw::Character('_')));
        assert_eq!(flaw("gitpod..dev"), Some(Flaw::EmptyLabel));
        assert_eq!(flaw("gitpod"), Some(Flaw::SingleLabel));
        assert_eq!(flaw("acme.xn--p1ai"), Some(Flaw::Tld("xn--p1ai".into())));
        assert_eq!(flaw("acme.123"), Some(Flaw::Tld("123".into())));
        assert_eq!(flaw("-a.dev"), Some(Flaw::Hyphen("-a".into())));
        assert_eq!(
            flaw(&format!("{}.dev", "a".repeat(64))),
            Some(Flaw::LongLabel(64))
        );
    }

    #[test]
    fn loopback_has_names_and_addresses() {
        for host in ["localhost", "db.LOCALHOST.", "127.0.0.53", "::1", "[::1]"] {
            assert!(is_loopback(host), "{host}");
        }
        for host in ["localhost.acme.dev", "0.0.0.0", "10.0.0.1", "local"] {
            assert!(!is_loopback(host), "{host}");
        }
    }

    #[test]
    fn private_names_are_those_that_no_registry_has() {
        assert_eq!(private_suffix("gitpod.acme.dev"), None);
        assert_eq!(private_suffix("gitpod.acme.co.uk"), None);
        assert_eq!(private_suffix("gitpod.LAN"), Some("LAN"));
        assert_eq!(private_suffix("gitpod.home.arpa"), Some("home.arpa"));
        assert_eq!(private_suffix("gitpod.acmecorp"), Some("acmecorp"));
    }
}
