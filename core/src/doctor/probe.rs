//! Records of the probe: JSON lines of the format `gkc-probe/1`, which `cli/probe/README.md` describes.

use super::context::{Context, day};
use super::facts::{
    Answer, Check, Class, Endpoints, Event, Facts, Fetch, Lookup, Net, Outcome, Peer, Proto, Resolv, Route,
    Seen, Server, Service,
};
use super::json::{Json, Value};
use super::log;
use crate::corefile::address;
use crate::source::{SourceFile, Span};
use ipnet::IpNet;
use std::net::IpAddr;

/// Reads a record into `facts`. What it lacks is not guessed: such a record says nothing.
pub fn record(record: &Json, file: &SourceFile, facts: &mut Facts) {
    facts.records += 1;
    let record = Record { record, file };
    let Some(kind) = record.text("kind") else {
        return;
    };
    match kind {
        "start" | "end" => record.run(kind, facts),
        "api" => record.api(facts),
        "large" => record.large(facts),
        "setting" => record.setting(facts),
        "resolv" => record.resolv(facts),
        "machine" => record.machine(facts),
        "link" => record.link(facts),
        "route" => record.route(facts),
        "service" => record.service(facts),
        "url" => record.url(facts),
        "endpoints" => record.endpoints(facts),
        "dns" => facts.lookups.extend(record.lookup()),
        "peer" => facts.peers.extend(record.peer()),
        "log" => {
            if let Some(line) = record.record.get("line") {
                let context = Context {
                    machine: record.node(),
                    ..Context::default()
                };
                log::quoted(line, file, &context, facts);
            }
        }
        _ => facts.seen.extend(record.event(kind).map(|event| Seen {
            at: record.at(),
            event,
        })),
    }
}

struct Record<'a> {
    record: &'a Json,
    file: &'a SourceFile,
}

/// What the probe's names mean.
fn proto(word: &str) -> Option<Proto> {
    match word {
        "udp" => Some(Proto::Udp),
        "tcp" => Some(Proto::Tcp),
        "icmp" => Some(Proto::Icmp),
        _ => None,
    }
}

fn net(word: &str) -> Option<Net> {
    match word {
        "pod" => Some(Net::Pod),
        "host" => Some(Net::Host),
        _ => None,
    }
}

/// A range, or an address as the range that holds it alone.
pub fn range(text: &str) -> Option<IpNet> {
    let address = || text.parse::<IpAddr>().ok().map(IpNet::from);
    text.parse().ok().or_else(address)
}

impl Record<'_> {
    fn at(&self) -> Span {
        self.file.span(self.record.place.clone())
    }

    /// Where a value stands; the record, where it does not.
    fn at_key(&self, key: &str) -> Span {
        let node = self.record.get(key).unwrap_or(self.record);
        self.file.span(node.place.clone())
    }

    fn text(&self, key: &str) -> Option<&str> {
        self.record.text_at(&[key]).filter(|text| !text.is_empty())
    }

    fn texts(&self, key: &str) -> Vec<&str> {
        match self.record.get(key) {
            Some(node) if node.text().is_some() => self.text(key).into_iter().collect(),
            Some(node) => node.texts().collect(),
            None => Vec::new(),
        }
    }

    /// A whole number; 0 where there is none.
    fn number(&self, key: &str) -> u64 {
        match self.record.get(key).map(|node| &node.value) {
            Some(Value::Number(number)) if *number > 0.0 => *number as u64,
            _ => 0,
        }
    }

    fn addresses(&self, key: &str) -> Vec<IpAddr> {
        self.texts(key).iter().filter_map(|text| address(text)).collect()
    }

    fn node(&self) -> Option<String> {
        self.text("node").map(str::to_owned)
    }

    fn net(&self) -> Option<Net> {
        self.text("net").and_then(net)
    }

    fn outcome(&self) -> Option<Outcome> {
        self.text("result").and_then(Outcome::of)
    }

    fn run(&self, kind: &str, facts: &mut Facts) {
        let (Some(node), Some(net)) = (self.node(), self.net()) else {
            return;
        };
        if let Some(day) = self.text("time").and_then(day) {
            facts.reaches(day);
        }
        facts.systems.extend(self.text("kernel").map(str::to_owned));
        facts.systems.extend(self.text("system").map(str::to_owned));
        match (kind, facts.probes.get_mut(&(node.clone(), net))) {
            ("end", Some((ended, _))) => *ended = true,
            ("end", None) => {}
            // Whoever runs it twice means the last run.
            _ => {
                facts.probes.insert((node, net), (false, self.at()));
            }
        }
    }

    fn resolv(&self, facts: &mut Facts) {
        let of = self.text("of").and_then(net).or_else(|| self.net());
        facts.resolvs.push(Resolv {
            at: self.at_key("nameservers"),
            node: self.node(),
            net: of,
            path: self.text("path").unwrap_or("/etc/resolv.conf").to_owned(),
            nameservers: self.addresses("nameservers"),
            search: self.texts("search").into_iter().map(str::to_owned).collect(),
        });
    }

    fn machine(&self, facts: &mut Facts) {
        let Some(name) = self.text("name").or_else(|| self.text("node")) else {
            return;
        };
        let at = self.at();
        let span = |key: &str| {
            self.record
                .get(key)
                .map_or(at, |node| self.file.span(node.place.clone()))
        };
        let ranges = |key: &str| -> Vec<(IpNet, Span)> {
            self.texts(key)
                .iter()
                .filter_map(|text| Some((range(text)?, span(key))))
                .collect()
        };
        let machine = facts.machine(name);
        machine.at.get_or_insert(at);
        push_new(&mut machine.internal, self.addresses("internal"));
        push_new(&mut machine.external, self.addresses("external"));
        let flannel = self
            .addresses("flannel")
            .into_iter()
            .map(|address| (address, span("flannel")));
        let known: Vec<IpAddr> = machine.flannel.iter().map(|(address, _)| *address).collect();
        push_new(
            &mut machine.flannel,
            flannel.filter(|(address, _)| !known.contains(address)),
        );
        if let Some(backend) = self.text("backend") {
            machine.backend = Some(backend.to_owned());
        }
        for (known, new) in [
            (&mut machine.pods, ranges("pod_cidrs")),
            (&mut machine.cluster_cidrs, ranges("cluster_cidrs")),
            (&mut machine.service_cidrs, ranges("service_cidrs")),
        ] {
            let nets: Vec<IpNet> = known.iter().map(|(net, _)| *net).collect();
            push_new(known, new.into_iter().filter(|(net, _)| !nets.contains(net)));
        }
    }

    fn link(&self, facts: &mut Facts) {
        let (Some(node), Some(device), Some(text)) = (self.node(), self.text("device"), self.text("address"))
        else {
            return;
        };
        if let Some(net) = range(text) {
            facts.routes.push(Route {
                at: self.at(),
                node,
                net: net.trunc(),
                own: Some(net.addr()),
                via: None,
                device: device.to_owned(),
            });
        }
    }

    fn route(&self, facts: &mut Facts) {
        let (Some(node), Some(device), Some(to)) = (self.node(), self.text("device"), self.text("to")) else {
            return;
        };
        if let Some(net) = range(to) {
            let route = Route {
                at: self.at(),
                node,
                net: net.trunc(),
                own: None,
                via: self.text("via").and_then(address),
                device: device.to_owned(),
            };
            match self.text("table") {
                None => facts.routes.push(route),
                Some(table) => facts.tables.push((route, table.to_owned())),
            }
        }
    }

    fn service(&self, facts: &mut Facts) {
        let (Some(namespace), Some(name)) = (self.text("namespace"), self.text("name")) else {
            return;
        };
        let at = self.at();
        let key = (namespace.to_owned(), name.to_owned());
        facts.services.entry(key).or_insert_with(|| Service {
            at,
            namespace: namespace.to_owned(),
            name: name.to_owned(),
            addresses: self
                .addresses("address")
                .into_iter()
                .map(|address| (address, at))
                .collect(),
            created: None,
            headless: false,
        });
    }

    /// A name that does not resolve is a look-up like others.
    fn url(&self, facts: &mut Facts) {
        let Some(fetch) = self.fetch() else {
            return;
        };
        if fetch.answer == Answer::Unresolved {
            facts.lookups.push(Lookup {
                at: fetch.at,
                node: Some(fetch.node.clone()),
                net: Some(fetch.net),
                pod: None,
                source: None,
                server: match fetch.net {
                    Net::Pod => Server::Service,
                    Net::Host => Server::Resolver,
                },
                address: None,
                proto: None,
                name: fetch.host.clone(),
                class: Class::User,
                outcome: Outcome::Unresolved,
                probed: true,
            });
        }
        facts.fetches.push(fetch);
    }

    fn fetch(&self) -> Option<Fetch> {
        let url = self.text("url")?;
        let (_, rest) = url.split_once("://")?;
        let server = rest.split(['/', '?', '#']).next()?;
        let server = server.rsplit_once('@').map_or(server, |(_, server)| server);
        let port = server
            .rsplit_once(':')
            .and_then(|(host, port)| Some((host, port.parse().ok()?)));
        let (host, port) = port.map_or((server, None), |(host, port)| (host, Some(port)));
        Some(Fetch {
            at: self.at_key("result"),
            node: self.node()?,
            net: self.net()?,
            url: url.to_owned(),
            host: host.to_owned(),
            port,
            address: self.text("address").and_then(address),
            status: u16::try_from(self.number("status"))
                .ok()
                .filter(|status| *status > 0),
            answer: self.text("result").and_then(Answer::of)?,
            said: self.text("said").unwrap_or_default().to_owned(),
        })
    }

    fn endpoints(&self, facts: &mut Facts) {
        let (Some(namespace), Some(name)) = (self.text("namespace"), self.text("name")) else {
            return;
        };
        // Every node asks; the last answer counts.
        let endpoints = Endpoints {
            at: self.at_key("addresses"),
            addresses: self.addresses("addresses"),
        };
        facts
            .endpoints
            .insert((namespace.to_owned(), name.to_owned()), endpoints);
    }

    fn lookup(&self) -> Option<Lookup> {
        let server = match self.text("server")? {
            "service" => Server::Service,
            "coredns" => Server::CoreDns(self.text("server_node").map(str::to_owned)),
            "resolver" => Server::Resolver,
            _ => Server::Unknown,
        };
        let class = match self.text("class") {
            Some("cluster") => Class::Cluster,
            Some("external") => Class::External,
            Some("search") => Class::Search,
            _ => Class::User,
        };
        Some(Lookup {
            at: self.at_key("result"),
            node: self.node(),
            net: Some(self.net()?),
            pod: None,
            source: None,
            server,
            address: self.text("address").and_then(address),
            proto: self.text("proto").and_then(proto),
            name: self.text("name")?.to_owned(),
            class,
            outcome: self.outcome()?,
            probed: true,
        })
    }

    fn check(&self) -> Option<Check> {
        Some(Check {
            at: self.at_key("result"),
            node: self.node()?,
            net: self.net()?,
            outcome: self.outcome()?,
        })
    }

    fn large(&self, facts: &mut Facts) {
        let check = self.check();
        let size = self.number("size");
        if check.as_ref().is_some_and(|check| check.outcome.is_lost()) && size > 0 {
            facts.lost_size = Some(facts.lost_size.map_or(size, |known| known.min(size)));
        }
        facts.large.extend(check);
    }

    fn api(&self, facts: &mut Facts) {
        let check = self.check();
        let bad = check.as_ref().filter(|check| !check.outcome.is_good());
        if let (Some(check), Some(server)) = (bad, self.text("address").and_then(address)) {
            facts.seen.push(Seen {
                at: self.at(),
                event: Event::Api {
                    server,
                    outcome: check.outcome,
                },
            });
        }
        facts.apis.extend(check);
    }

    /// A setting of the kernel, as `sysctl` names it.
    fn setting(&self, facts: &mut Facts) {
        if let (Some(node), Some(name), Some(value)) = (self.node(), self.text("name"), self.text("value")) {
            let value = (value.to_owned(), self.at_key("value"));
            facts.settings.insert((node, name.to_owned()), value);
        }
    }

    fn peer(&self) -> Option<Peer> {
        Some(Peer {
            at: self.at_key("result"),
            node: self.node()?,
            net: self.net()?,
            to_node: self.text("to_node")?.to_owned(),
            to_net: self.text("to_net").and_then(net)?,
            proto: self.text("proto").and_then(proto)?,
            outcome: self.outcome()?,
        })
    }

    fn event(&self, kind: &str) -> Option<Event> {
        match kind {
            "firewall" => self.record.get("active")?.is_true().then_some(Event::Firewall {
                tool: self.text("tool")?.to_owned(),
                node: self.node()?,
            }),
            "disk" => Some(Event::Disk {
                path: self.text("path")?.to_owned(),
                used: self.number("used_percent"),
                node: self.node(),
            }),
            "clock" => (!self.record.get("synchronized")?.is_true())
                .then_some(Event::NoTimeServer { node: self.node()? }),
            "listener" => Some(Event::Listener {
                port: u16::try_from(self.number("port")).ok().filter(|port| *port > 0)?,
                program: self.text("program").unwrap_or_default().to_owned(),
                node: self.node()?,
            }),
            "offload" => Some(Event::Offload {
                device: self.text("device")?.to_owned(),
                on: self.text("tx_checksum")? == "on",
            }),
            "iptables" => Some(Event::IptablesVersion {
                version: self.text("version")?.trim_start_matches('v').to_owned(),
                nft: self.text("mode") == Some("nf_tables"),
                legacy_rules: self.number("legacy_rules"),
                nft_rules: self.number("nft_rules"),
            }),
            "hosts" => Some(Event::Hosts {
                address: self.text("address").and_then(address)?,
                names: self.texts("names").into_iter().map(str::to_owned).collect(),
                node: self.node(),
            }),
            _ => None,
        }
    }
}

/// No machine has more addresses, and no more ranges; what a broken report says beyond that is not kept.
const MOST: usize = 64;

/// Adds what is not known yet.
pub fn push_new<T: PartialEq>(known: &mut Vec<T>, new: impl IntoIterator<Item = T>) {
    for one in new {
        if known.len() < MOST && !known.contains(&one) {
            known.push(one);
        }
    }
}
