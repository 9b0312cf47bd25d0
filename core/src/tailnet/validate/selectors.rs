//! Which selector may stand where, and whether the name it uses is defined.

use super::Check;
use crate::diagnostic::Fix;
use crate::facts::headscale::{self, AutogroupUse};
use crate::facts::tailscale as facts;
use crate::facts::tailscale::tag_fault;
use crate::source::Span;
use crate::tailnet::findings::access::RULE_WITHOUT_EFFECT;
use crate::tailnet::findings::syntax::OLD_NAME;
use crate::tailnet::policy::Text;
use crate::tailnet::reason::ReasonClass as R;
use crate::tailnet::selector::{Autogroup, Selector, autogroup_names};
use crate::words::nearest;

/// What a selector is used as.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Usage {
    AclSrc,
    AclDst,
    GrantSrc,
    GrantDst,
    Owner,
    Approver,
    Target,
    TestSrc,
    TestDst,
}

impl Usage {
    /// The row of Headscale's table.
    fn place(self) -> AutogroupUse {
        match self {
            Usage::AclSrc | Usage::GrantSrc => AutogroupUse::Source,
            Usage::AclDst | Usage::GrantDst => AutogroupUse::Destination,
            Usage::Owner => AutogroupUse::Owner,
            Usage::Approver => AutogroupUse::Approver,
            Usage::Target => AutogroupUse::Target,
            Usage::TestSrc | Usage::TestDst => AutogroupUse::TestEnd,
        }
    }

    fn words(self) -> &'static str {
        match self {
            Usage::AclSrc | Usage::GrantSrc => "as a source",
            Usage::AclDst | Usage::GrantDst => "as a destination",
            Usage::Owner => "as the owner of a tag",
            Usage::Approver => "as an approver",
            Usage::Target => "as a target",
            Usage::TestSrc => "as the source of a test",
            Usage::TestDst => "as the destination of a test",
        }
    }
}

impl<'a> Check<'a> {
    /// Checks a selector that fills a whole string.
    pub(super) fn selector(&mut self, usage: Usage, text: &Text) -> Selector {
        let selector = Selector::parse(&text.value);
        self.placed(usage, &selector, text.trimmed(), text.span);
        selector
    }

    /// Checks that a selector may be used so and that its names exist; says so at most once.
    pub(super) fn placed(&mut self, usage: Usage, selector: &Selector, written: &str, span: Span) -> bool {
        if let Some((class, help)) = forbidden(usage, selector) {
            let words = usage.words();
            let message = if written.is_empty() {
                format!("empty string {words}")
            } else {
                format!("`{written}` is not allowed {words}")
            };
            self.error(class, span, message, help);
            return false;
        }
        if self.control.is_headscale()
            && !self.placed_in_headscale(usage.place(), usage.words(), selector, span)
        {
            return false;
        }
        self.defined(selector, written, span)
    }

    /// Checks that Headscale takes a selector in its place, where Tailscale's own server does. Positions that are wrong for
    /// both are reported before.
    pub(super) fn placed_in_headscale(
        &mut self,
        place: AutogroupUse,
        words: &str,
        selector: &Selector,
        span: Span,
    ) -> bool {
        let (written, help) = match selector {
            Selector::Autogroup(group) => {
                let written = group.to_string();
                if headscale::autogroups(place).any(|name| name == written) {
                    return true;
                }
                let known: Vec<String> = headscale::autogroups(place)
                    .map(|name| format!("`{name}`"))
                    .collect();
                (
                    written,
                    match known.as_slice() {
                        [] => "use a login or a group".to_owned(),
                        known => format!("use a login, a group or one of {}", known.join(", ")),
                    },
                )
            }
            Selector::IpSet(name) => (
                name.clone(),
                "use the addresses, or a name from `hosts`".to_owned(),
            ),
            Selector::Service(name) => (name.clone(), "use the devices that host the service".to_owned()),
            Selector::Domain(_) => {
                self.warn_of_one_login(span);
                return true;
            }
            Selector::Group(name) if name.contains('@') => {
                self.warn_of_one_login(span);
                return true;
            }
            _ => return true,
        };
        self.unsupported(span, format!("`{written}` {words}"), help);
        false
    }

    /// The group, tag or autogroup that a name alone seems to mean.
    fn with_prefix(&self, name: &str) -> Option<String> {
        let groups: Vec<&str> = self.groups.iter().copied().take(self.suggestible()).collect();
        let group = || {
            let groups = groups
                .iter()
                .filter_map(|group| Some((*group, group.strip_prefix("group:")?)));
            let bare: Vec<&str> = groups.clone().map(|(_, bare)| bare).collect();
            let near = nearest(name, bare.iter().copied())?;
            Some(format!("group:{near}"))
        };
        let tag = format!("tag:{name}");
        match name {
            _ if self.groups.contains(format!("group:{name}").as_str()) => Some(format!("group:{name}")),
            _ if self.tags.contains(tag.as_str()) => Some(tag),
            "admin" | "owner" | "member" | "tagged" | "internet" | "self" if !self.control.is_headscale() => {
                Some(format!("autogroup:{name}"))
            }
            _ => group(),
        }
    }

    /// Headscale takes everything with an `@` for one login (`isUser`).
    pub(super) fn warn_of_one_login(&mut self, span: Span) {
        self.warn(
            &RULE_WITHOUT_EFFECT,
            span,
            "Headscale reads this as the login of one user, who does not exist",
            "use logins, or a group with its members in `groups`",
        );
    }

    /// Checks that the name that a selector uses exists.
    pub(super) fn defined(&mut self, selector: &Selector, written: &str, span: Span) -> bool {
        let before = self.found.len();
        match selector {
            Selector::Tag(name) if !self.tags.contains(name.as_str()) => self.undefined_tag(name, span),
            // Groups that an identity provider syncs carry a domain and stand in no policy.
            Selector::Group(name) if !self.groups.contains(name.as_str()) && !name.contains('@') => {
                let known: Vec<&str> = self.groups.iter().copied().take(self.suggestible()).collect();
                let add = format!("add `\"{name}\": []` to `groups`");
                self.undefined(R::UndefinedGroup, name, "groups", &known, add, span);
            }
            Selector::Host(name) if !self.hosts.contains_key(name.as_str()) => {
                let known: Vec<&str> = self.hosts.keys().copied().take(self.suggestible()).collect();
                if let Some(better) = self.with_prefix(name) {
                    let mut error = R::UndefinedHost
                        .error(span, format!("`{name}` is not defined in `hosts`"))
                        .help(format!("did you mean `{better}`?"));
                    if let Some(fix) = replacement(span, name, &better) {
                        error = error.fix(fix);
                    }
                    self.found.push(error);
                    return false;
                }
                let add = format!(
                    "add `\"{name}\": \"<address>\"` to `hosts`; logins contain `@`, and tags start with `tag:`"
                );
                self.undefined(R::UndefinedHost, name, "hosts", &known, add, span);
            }
            Selector::IpSet(name) if !self.ipsets.contains(name.as_str()) => {
                let known: Vec<&str> = self.ipsets.iter().copied().take(self.suggestible()).collect();
                let add = format!("add `\"{name}\": []` to `ipsets`");
                self.undefined(R::UndefinedIpset, name, "ipsets", &known, add, span);
            }
            Selector::User(login) => self.login(login, span),
            // Headscale reads it as a login, which was said where it is used.
            Selector::Domain(_) if self.control.is_headscale() => {}
            Selector::Domain(domain) => self.domain(domain, span),
            Selector::UnknownAutogroup(name) => {
                let known = autogroup_names();
                let help = match nearest(name, known.iter().map(String::as_str)) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("use one of {}", known.join(", ")),
                };
                self.error(
                    R::UnknownAutogroup,
                    span,
                    format!("unknown autogroup `{name}`"),
                    help,
                );
            }
            Selector::Autogroup(Autogroup::Member)
                if written == "autogroup:members" && self.control.is_headscale() =>
            {
                self.unsupported(span, "`autogroup:members`", "use `autogroup:member`");
            }
            Selector::Autogroup(Autogroup::Member) if written == "autogroup:members" => self.warn(
                &OLD_NAME,
                span,
                "`autogroup:members` is deprecated",
                "use `autogroup:member`",
            ),
            Selector::Net(prefix) if prefix.has_host_bits() => {
                let message = format!("invalid prefix `{prefix}`: host bits are set");
                let network = prefix.network().to_string();
                let mut error = R::CidrHostBits
                    .error(span, message)
                    .help(format!("use `{network}`"));
                if let Some(fix) = replacement(span, &prefix.to_string(), &network) {
                    error = error.fix(fix);
                }
                self.found.push(error);
            }
            _ => {}
        }
        self.found.len() == before
    }

    /// Users without a mail address, whose logins end in `@`, are Headscale's (`Username.resolveUser`).
    pub(super) fn login(&mut self, login: &str, span: Span) {
        if login.ends_with('@') && !self.control.is_headscale() {
            self.warn(
                &RULE_WITHOUT_EFFECT,
                span,
                format!("no user of Tailscale has the login `{login}`"),
                format!("use the whole login, such as `{login}corp.example`"),
            );
        }
    }

    /// A domain of `user:*@domain` or `localpart:*@domain` must belong to the tailnet.
    pub(super) fn domain(&mut self, domain: &str, span: Span) {
        let Some(tailnet) = self.tailnet.filter(|t| !t.domains.is_empty()) else {
            return;
        };
        if tailnet.domains.iter().any(|d| d == domain) || facts::DOMAINS_OF_PROVIDERS.contains(&domain) {
            return;
        }
        let help = format!("use a domain of the tailnet: {}", tailnet.domains.join(", "));
        let message = format!("domain `{domain}` does not belong to this tailnet");
        self.error(R::DomainNotInTailnet, span, message, help);
    }

    pub(super) fn undefined_tag(&mut self, name: &str, span: Span) {
        if let Some(why) = tag_fault(name) {
            let message = format!("invalid tag name `{name}`: {why}");
            return self.error(
                R::BadTagName,
                span,
                message,
                "use `tag:` and a letter, then letters, digits or `-`",
            );
        }
        let known: Vec<&str> = self.tags.iter().copied().take(self.suggestible()).collect();
        let add = format!("add `\"{name}\": []` to `tagOwners`; an empty list means the tailnet's admins");
        self.undefined(R::UndefinedTag, name, "tagOwners", &known, add, span);
    }

    /// How many names are looked through for one that may have been meant: none any more once a file has hundreds
    /// of unknown names.
    fn suggestible(&self) -> usize {
        if self.found.len() < 100 { 2000 } else { 0 }
    }

    fn undefined(&mut self, class: R, name: &str, section: &str, known: &[&str], add: String, span: Span) {
        if self.is_misnamed(name) {
            return;
        }
        let near = nearest(name, known.iter().copied());
        let help = match &near {
            Some(near) => format!("did you mean `{near}`? Otherwise {add}"),
            None => add,
        };
        let mut error = class
            .error(span, format!("`{name}` is not defined in `{section}`"))
            .help(help);
        if let Some(fix) = near.and_then(|near| replacement(span, name, near)) {
            error = error.fix(fix);
        }
        self.found.push(error);
    }
}

/// Writes another name, where the span holds the old one and nothing else, bare or in quotes.
fn replacement(span: Span, old: &str, new: &str) -> Option<Fix> {
    let text = match span.range().len().checked_sub(old.len())? {
        0 => new.to_owned(),
        2 => format!("\"{new}\""),
        _ => return None,
    };
    Some(Fix::risky(format!("use `{new}`"), span, text))
}

/// Why a kind of selector may not be used so, with the cure.
fn forbidden(usage: Usage, selector: &Selector) -> Option<(R, String)> {
    use Selector as S;
    if let S::Invalid(why) = selector {
        let class = match usage {
            Usage::Approver => R::BadApprover,
            Usage::TestSrc | Usage::TestDst => R::TestsFailed,
            _ => R::BadSelector,
        };
        return Some((class, why.clone()));
    }
    match usage {
        Usage::AclSrc | Usage::GrantSrc => forbidden_src(selector),
        Usage::AclDst | Usage::GrantDst => forbidden_dst(usage, selector),
        Usage::Owner => (!people_or_tag(selector)).then(|| (R::BadSelector, PEOPLE_OR_TAG.to_owned())),
        Usage::Approver => {
            let fine = people_or_tag(selector) || matches!(selector, S::Service(_));
            (!fine).then(|| (R::BadApprover, PEOPLE_OR_TAG.to_owned()))
        }
        Usage::Target => match selector {
            S::Autogroup(Autogroup::SelfDevices | Autogroup::Internet | Autogroup::NonRoot)
            | S::Service(_) => Some((R::BadSelector, "use users, tags, addresses or `*`".to_owned())),
            _ => None,
        },
        Usage::TestSrc => match selector {
            S::User(_) | S::Group(_) | S::Tag(_) | S::Ip(_) | S::Host(_) | S::UnknownAutogroup(_) => None,
            S::Autogroup(Autogroup::Member | Autogroup::Role(_) | Autogroup::Tagged) => None,
            _ => Some((
                R::TestsFailed,
                "use one login, group, tag, host or address".to_owned(),
            )),
        },
        Usage::TestDst => match selector {
            S::User(_) | S::Group(_) | S::Tag(_) | S::Ip(_) | S::Host(_) | S::UnknownAutogroup(_) => None,
            S::Autogroup(Autogroup::Member | Autogroup::Role(_) | Autogroup::Tagged) => None,
            _ => Some((
                R::TestsFailed,
                "use a single host: a tag, a login, a host or an address".to_owned(),
            )),
        },
    }
}

const PEOPLE_OR_TAG: &str = "use a login, a group, a tag or an autogroup of users or tagged devices";

fn people_or_tag(selector: &Selector) -> bool {
    selector.is_people()
        || matches!(
            selector,
            Selector::Tag(_) | Selector::UnknownAutogroup(_) | Selector::Autogroup(Autogroup::Tagged)
        )
}

fn forbidden_src(selector: &Selector) -> Option<(R, String)> {
    match selector {
        Selector::Autogroup(Autogroup::SelfDevices) => Some((
            R::AutogroupSelfSrc,
            "use the users as the source, and `autogroup:self` as the destination".to_owned(),
        )),
        Selector::Autogroup(Autogroup::Internet) => Some((
            R::AutogroupInternetSrc,
            "use devices, users or addresses; the internet cannot be a source".to_owned(),
        )),
        Selector::Autogroup(Autogroup::NonRoot) => Some((
            R::BadSelector,
            "use it only in `users`, where it matches SSH logins".to_owned(),
        )),
        Selector::Service(_) => Some((R::BadSelector, "use the devices that host the service".to_owned())),
        _ => None,
    }
}

fn forbidden_dst(usage: Usage, selector: &Selector) -> Option<(R, String)> {
    match selector {
        Selector::Autogroup(Autogroup::DangerAll) => Some((
            R::DangerAllDst,
            "use `*` for all devices, or `autogroup:internet` for exit nodes".to_owned(),
        )),
        Selector::Autogroup(Autogroup::Shared | Autogroup::NonRoot) => {
            Some((R::BadSelector, "use it only as a source".to_owned()))
        }
        Selector::Net(prefix) if prefix.is_default_route() && usage == Usage::GrantDst => Some((
            R::DefaultRouteDst,
            "use `*` for all addresses, or `autogroup:internet` for exit nodes".to_owned(),
        )),
        _ => None,
    }
}
