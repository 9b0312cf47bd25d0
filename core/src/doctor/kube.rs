//! Kubernetes' objects as `kubectl get -o json` prints them.

use super::context::Context;
use super::facts::{Event, Facts, Pod, Policy, Seen, Service, Snippet, Trouble};
use super::json::Json;
use super::probe::{push_new, range};
use super::{log, policy};
use crate::corefile::address;
use crate::source::{SourceFile, Span};
use ipnet::IpNet;
use std::net::IpAddr;

/// A container that started so often again does not run for long.
const OFTEN: f64 = 5.0;

/// Reads an object, or a list of them.
pub fn object(root: &Json, file: &SourceFile, facts: &mut Facts) {
    let Some(items) = root.get("items") else {
        return one(root, file, facts);
    };
    // `PodList` and the like say what they hold; a `List` holds what was asked for.
    let kind = root.text_at(&["kind"]).unwrap_or("List");
    let of = kind.strip_suffix("List").unwrap_or(kind);
    facts.listed.insert(of.to_owned());
    for item in items.items() {
        self::item(Some(of), item, file, facts);
    }
}

/// Reads an item of a list; returns whether it is known of what kind it is.
pub fn item(list: Option<&str>, item: &Json, file: &SourceFile, facts: &mut Facts) -> bool {
    let of = list
        .map(|kind| kind.strip_suffix("List").unwrap_or(kind))
        .filter(|kind| !kind.is_empty());
    let Some(kind) = item.text_at(&["kind"]).or(of) else {
        return false;
    };
    if !facts.listed.contains(kind) {
        facts.listed.insert(kind.to_owned());
    }
    object_of(kind, item, file, facts);
    true
}

fn one(root: &Json, file: &SourceFile, facts: &mut Facts) {
    if let Some(kind) = root.text_at(&["kind"]) {
        object_of(kind, root, file, facts);
    }
}

fn object_of(kind: &str, json: &Json, file: &SourceFile, facts: &mut Facts) {
    let object = Object { json, file };
    match kind {
        "Pod" => object.pod(facts),
        "Node" => object.machine(facts),
        "Service" => object.service(facts),
        "ConfigMap" => object.config(facts),
        "NetworkPolicy" => object.policy(facts),
        "Event" => object.event(facts),
        _ => {}
    }
}

/// Ranges and where they stand.
type Ranges = Vec<(IpNet, Span)>;

struct Object<'a> {
    json: &'a Json,
    file: &'a SourceFile,
}

impl Object<'_> {
    fn span(&self, json: &Json) -> Span {
        self.file.span(json.place.clone())
    }

    /// Where the object's name stands; all of it where it has none.
    fn at(&self) -> Span {
        self.span(self.json.at(&["metadata", "name"]).unwrap_or(self.json))
    }

    fn name(&self) -> String {
        self.json
            .text_at(&["metadata", "name"])
            .unwrap_or_default()
            .to_owned()
    }

    fn namespace(&self) -> String {
        self.json
            .text_at(&["metadata", "namespace"])
            .unwrap_or("default")
            .to_owned()
    }

    fn created(&self) -> Option<String> {
        self.json
            .text_at(&["metadata", "creationTimestamp"])
            .map(str::to_owned)
    }

    fn annotation(&self, key: &str) -> Option<&Json> {
        self.json.at(&["metadata", "annotations", key])
    }

    fn pod(&self, facts: &mut Facts) {
        let spec = self.json.get("spec");
        let status = self.json.get("status");
        let text = |of: Option<&Json>, key: &str| of.and_then(|of| of.text_at(&[key])).map(str::to_owned);
        let list = |of: Option<&Json>, key: &str| -> Vec<Json> {
            of.and_then(|of| of.get(key))
                .map(|list| list.items().to_vec())
                .unwrap_or_default()
        };
        let statuses: Vec<Json> = [
            list(status, "initContainerStatuses"),
            list(status, "containerStatuses"),
        ]
        .concat();
        let conditions = list(status, "conditions");
        let ready = conditions.iter().any(|condition| {
            condition.text_at(&["type"]) == Some("Ready") && condition.text_at(&["status"]) == Some("True")
        });
        let unscheduled = conditions
            .iter()
            .filter(|condition| {
                condition.text_at(&["type"]) == Some("PodScheduled")
                    && condition.text_at(&["status"]) == Some("False")
            })
            .find_map(|condition| condition.get("message"))
            .and_then(|message| Some((message.text()?.to_owned(), self.span(message))));
        let host_ip = status
            .and_then(|status| status.get("hostIP"))
            .and_then(|ip| Some((address(ip.text()?)?, self.span(ip))));
        let namespace = self.namespace();
        let pod = Pod {
            at: self.at(),
            name: self.name(),
            // A cluster has many pods with many labels; nobody asks for others.
            labels: labels(self.json.at(&["metadata", "labels"]))
                .into_iter()
                .filter(|(key, _)| matches!(key.as_str(), "app" | "k8s-app"))
                .collect(),
            node: text(spec, "nodeName"),
            ip: text(status, "podIP").and_then(|ip| address(&ip)),
            host_ip,
            host_network: spec
                .and_then(|spec| spec.get("hostNetwork"))
                .is_some_and(Json::is_true),
            dns_policy: text(spec, "dnsPolicy"),
            phase: text(status, "phase").unwrap_or_default(),
            ready,
            troubles: statuses
                .iter()
                .filter_map(|status| self.trouble(status))
                .collect(),
            unscheduled,
            wants: spec.map(|spec| self.wants(spec)).unwrap_or_default(),
            created: self.created(),
            namespace,
        };
        let context = Context {
            pod: Some(format!("{}/{}", pod.namespace, pod.name)),
            time: None,
            machine: pod.node.clone(),
        };
        for status in &statuses {
            // With `terminationMessagePolicy: FallbackToLogsOnError` the message is the end of the log.
            let messages = [
                status.at(&["state", "waiting", "message"]),
                status.at(&["state", "terminated", "message"]),
                status.at(&["lastState", "terminated", "message"]),
            ];
            for message in messages.into_iter().flatten() {
                log::quoted(message, self.file, &context, facts);
            }
        }
        let words = conditions.iter().filter_map(|condition| condition.get("message"));
        for message in words.filter(|_| pod.unscheduled.is_some()) {
            log::quoted(message, self.file, &context, facts);
        }
        facts.pods.push(pod);
    }

    fn trouble(&self, status: &Json) -> Option<Trouble> {
        let last = status.at(&["lastState", "terminated"]);
        let last = last.and_then(|last| {
            let reason = last.text_at(&["reason"])?;
            let code = last.get("exitCode").and_then(Json::number);
            Some(match code {
                Some(code) if reason == "Error" => format!("{reason}, exit code {code}"),
                _ => reason.to_owned(),
            })
        });
        let waiting = status.at(&["state", "waiting", "reason"]);
        let stopped = status
            .at(&["state", "terminated", "reason"])
            .filter(|reason| reason.text() != Some("Completed"));
        // It runs again, until the next time.
        let restarts = status
            .get("restartCount")
            .and_then(Json::number)
            .unwrap_or_default();
        let killed = status
            .at(&["lastState", "terminated", "reason"])
            .filter(|reason| reason.text() == Some("OOMKilled") && restarts >= OFTEN);
        let reason = waiting.or(stopped).or(killed)?;
        let said = [
            status.at(&["state", "terminated", "message"]),
            status.at(&["lastState", "terminated", "message"]),
        ];
        let said = said.into_iter().flatten().next();
        let word = reason.text()?;
        if matches!(word, "ContainerCreating" | "PodInitializing") {
            return None;
        }
        Some(Trouble {
            at: self.span(reason),
            reason: word.to_owned(),
            last,
            said: said.and_then(|said| Some((said.text()?.trim().to_owned(), self.span(said)))),
        })
    }

    /// Hosts that the environment names in URLs, and secrets and the like that it is named after.
    fn wants(&self, spec: &Json) -> Vec<(String, Span)> {
        let mut wants = Vec::new();
        for list in ["initContainers", "containers"] {
            for container in spec.get(list).map(Json::items).unwrap_or_default() {
                for variable in container.get("env").map(Json::items).unwrap_or_default() {
                    let value = variable.get("value").filter(|value| value.text().is_some());
                    let host = value.and_then(|value| log::url_host(value.text()?));
                    if let (Some(host), Some(value)) = (host, value) {
                        wants.push((host.to_owned(), self.span(value)));
                    }
                }
            }
        }
        wants
    }

    fn machine(&self, facts: &mut Facts) {
        let spans = |json: &Json| self.span(json);
        let of = |kind: &str| -> Vec<IpAddr> {
            let all = self
                .json
                .at(&["status", "addresses"])
                .map(Json::items)
                .unwrap_or_default();
            all.iter()
                .filter(|one| one.text_at(&["type"]) == Some(kind))
                .filter_map(|one| address(one.text_at(&["address"])?))
                .collect()
        };
        let mut ranges: Vec<(IpNet, Span)> = Vec::new();
        let spec = self.json.get("spec");
        let listed = spec
            .and_then(|spec| spec.get("podCIDRs"))
            .map(Json::items)
            .unwrap_or_default();
        for json in listed.iter().chain(spec.and_then(|spec| spec.get("podCIDR"))) {
            if let Some(net) = json
                .text()
                .and_then(range)
                .filter(|net| !ranges.iter().any(|(known, _)| known == net))
            {
                ranges.push((net, spans(json)));
            }
        }
        let flannel: Vec<(IpAddr, Span)> = ["public-ip", "public-ipv6"]
            .iter()
            .filter_map(|key| self.annotation(&format!("flannel.alpha.coreos.com/{key}")))
            .filter_map(|json| Some((address(json.text()?)?, spans(json))))
            .collect();
        let backend = self
            .annotation("flannel.alpha.coreos.com/backend-type")
            .and_then(Json::text)
            .map(str::to_owned);
        for key in ["kernelVersion", "osImage"] {
            let text = self.json.text_at(&["status", "nodeInfo", key]);
            facts.systems.extend(text.map(str::to_owned));
        }
        let (cluster, service) = self.arguments();
        let (name, at, internal, external) = (self.name(), self.at(), of("InternalIP"), of("ExternalIP"));
        let machine = facts.machine(&name);
        machine.at = Some(at);
        push_new(&mut machine.internal, internal);
        push_new(&mut machine.external, external);
        let known: Vec<IpAddr> = machine.flannel.iter().map(|(ip, _)| *ip).collect();
        push_new(
            &mut machine.flannel,
            flannel.into_iter().filter(|(ip, _)| !known.contains(ip)),
        );
        machine.backend = backend.or(machine.backend.take());
        push_new(&mut machine.pods, ranges);
        push_new(&mut machine.cluster_cidrs, cluster);
        push_new(&mut machine.service_cidrs, service);
    }

    /// The ranges among the arguments that k3s was started with, which it writes into an annotation.
    fn arguments(&self) -> (Ranges, Ranges) {
        let (mut cluster, mut service) = (Vec::new(), Vec::new());
        let Some(json) = self.annotation("k3s.io/node-args") else {
            return (cluster, service);
        };
        let words: Vec<String> = json
            .text()
            .and_then(|text| serde_json::from_str(text).ok())
            .unwrap_or_default();
        let at = self.span(json);
        for (word, next) in words.iter().zip(words.iter().skip(1).map(Some).chain([None])) {
            let (key, value) = match word.split_once('=') {
                Some((key, value)) => (key, Some(value)),
                None => (word.as_str(), next.map(String::as_str)),
            };
            let into = match key {
                "--cluster-cidr" => &mut cluster,
                "--service-cidr" => &mut service,
                _ => continue,
            };
            into.extend(
                value
                    .unwrap_or_default()
                    .split(',')
                    .filter_map(range)
                    .map(|net| (net, at)),
            );
        }
        (cluster, service)
    }

    fn service(&self, facts: &mut Facts) {
        let spec = self.json.get("spec");
        let mut addresses: Vec<(IpAddr, Span)> = Vec::new();
        let mut headless = false;
        let single = spec.and_then(|spec| spec.get("clusterIP"));
        let all = spec
            .and_then(|spec| spec.get("clusterIPs"))
            .map(Json::items)
            .unwrap_or_default();
        for json in single.into_iter().chain(all) {
            match json.text() {
                Some("None") => headless = true,
                text => {
                    if let Some(address) = text
                        .and_then(address)
                        .filter(|ip| !addresses.iter().any(|(known, _)| known == ip))
                    {
                        addresses.push((address, self.span(json)));
                    }
                }
            }
        }
        let (namespace, name) = (self.namespace(), self.name());
        let service = Service {
            at: self.at(),
            namespace: namespace.clone(),
            name: name.clone(),
            addresses,
            created: self.created(),
            headless,
        };
        if spec.and_then(|spec| spec.text_at(&["type"])) == Some("LoadBalancer") {
            let all = spec.and_then(|spec| spec.get("ports")).map(Json::items);
            let port = |json: &Json| {
                let number = json.get("port").and_then(Json::number)?;
                Some(format!(
                    "{} {number}",
                    json.text_at(&["protocol"]).unwrap_or("TCP")
                ))
            };
            let ports = all.unwrap_or_default().iter().filter_map(port).collect();
            facts.seen.push(Seen {
                at: self.at(),
                event: Event::Balancer {
                    name: format!("{namespace}/{name}"),
                    ports,
                },
            });
        }
        // The probe may have named it before, with less than what stands here.
        facts.services.insert((namespace, name), service);
    }

    fn config(&self, facts: &mut Facts) {
        let name = self.name();
        if self.namespace() != "kube-system" || !(name == "coredns" || name.starts_with("coredns-custom")) {
            return;
        }
        for (key, value) in self.json.get("data").map(Json::members).unwrap_or_default() {
            if let Some(text) = value.text() {
                facts.snippets.push(Snippet {
                    at: self.span(value),
                    map: name.clone(),
                    key: key.clone(),
                    text: text.to_owned(),
                });
            }
        }
    }

    fn policy(&self, facts: &mut Facts) {
        let Some(spec) = self.json.get("spec") else {
            return;
        };
        let (ingress, egress) = policy::dns(spec);
        facts.policies.push(Policy {
            at: self.at(),
            namespace: self.namespace(),
            name: self.name(),
            selects: labels(spec.at(&["podSelector", "matchLabels"])),
            ingress,
            egress,
        });
    }

    fn event(&self, facts: &mut Facts) {
        let Some(message) = self.json.get("message").or_else(|| self.json.get("note")) else {
            return;
        };
        let about = self
            .json
            .get("involvedObject")
            .or_else(|| self.json.get("regarding"));
        let text = |key: &str| about.and_then(|about| about.text_at(&[key]));
        let pod = text("name").filter(|_| text("kind") == Some("Pod"));
        let context = Context {
            pod: pod.map(|pod| format!("{}/{pod}", text("namespace").unwrap_or("default"))),
            time: ["lastTimestamp", "eventTime"]
                .iter()
                .find_map(|key| self.json.text_at(&[key]))
                .map(str::to_owned),
            machine: self.json.text_at(&["source", "host"]).map(str::to_owned),
        };
        log::quoted(message, self.file, &context, facts);
        if let Some(words) = message.text().filter(|words| words.contains("already allocated")) {
            let taken = words
                .split(|c: char| !(c.is_ascii_hexdigit() || c == '.' || c == ':'))
                .find_map(|word| word.parse().ok());
            if let Some(address) = taken {
                facts.seen.push(Seen {
                    at: self.span(message),
                    event: Event::AddressTaken { address },
                });
            }
        }
    }
}

/// An object's labels.
fn labels(json: Option<&Json>) -> Vec<(String, String)> {
    let members = json.map(Json::members).unwrap_or_default();
    members
        .iter()
        .filter_map(|(key, value)| Some((key.clone(), value.text()?.to_owned())))
        .collect()
}

/// A line of the table that `kubectl get pods` prints.
pub fn row(header: &[String], words: &[&str], at: Span) -> Option<Pod> {
    let column = |name: &str| header.iter().position(|column| column == name);
    let (name, status) = (column("NAME")?, column("STATUS")?);
    let (ready, total) = words.get(column("READY")?)?.split_once('/')?;
    let state = (*words.get(status)?).to_owned();
    // `5 (3m ago)` in the column of restarts moves what follows by two words.
    let moved = if words.get(status + 2).is_some_and(|word| word.starts_with('(')) {
        2
    } else {
        0
    };
    let cell = |title: &str| column(title).and_then(|at| words.get(at + moved)).copied();
    let trouble = state.rsplit(':').next().unwrap_or_default().to_owned();
    let fine = matches!(
        state.as_str(),
        "Running" | "Completed" | "Succeeded" | "Pending" | "ContainerCreating" | "Terminating"
    );
    Some(Pod {
        at,
        namespace: column("NAMESPACE")
            .and_then(|at| words.get(at))
            .copied()
            .unwrap_or("default")
            .to_owned(),
        name: (*words.get(name)?).to_owned(),
        labels: Vec::new(),
        node: cell("NODE").filter(|node| *node != "<none>").map(str::to_owned),
        ip: cell("IP").and_then(address),
        host_ip: None,
        host_network: false,
        dns_policy: None,
        phase: if fine { state.clone() } else { "Running".to_owned() },
        ready: ready == total,
        troubles: if fine {
            Vec::new()
        } else {
            vec![Trouble {
                at,
                reason: trouble,
                last: None,
                said: None,
            }]
        },
        unscheduled: None,
        wants: Vec::new(),
        created: None,
    })
}
