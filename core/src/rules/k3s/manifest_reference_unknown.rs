//! See [`RULE`].

use crate::diagnostic::Sink;
use crate::facts::k3s::MANIFESTS;
use crate::model::{Config, Raw, Spanned};
use crate::plan::Plan;
use crate::rules::contents::{MOST_FAULTS, is_object, place_in};
use crate::rules::{Reads, Report, declare_rule};
use crate::source::{FileId, SourceFile, Span};
use crate::syntax;
use crate::words::{nearest, or, quoted};
use std::collections::{BTreeMap, BTreeSet};

declare_rule! {
    /// A manifest names something that is not there.
    ///
    /// ## Why
    ///
    /// The API server refuses a workload whose selector does not match its own pods, that mounts a volume it does not list, or that is a Job
    /// with pods that always restart. It takes a Service that selects nothing, a probe at a port without that name, and a node selector
    /// that no machine has: nothing runs, or nothing is reached.
    ///
    /// Source: Kubernetes docs, "Deployments", "Jobs", "Service", "Assigning Pods to Nodes", "Using RBAC Authorization".
    ///
    /// ## Example
    ///
    /// ```yaml
    /// cloudInit:
    ///   files:
    ///     - path: /var/lib/rancher/k3s/server/manifests/dash.yaml
    ///       content: |
    ///         apiVersion: apps/v1
    ///         kind: Deployment
    ///         metadata: {name: dash, namespace: default}
    ///         spec:
    ///           selector: {matchLabels: {app: dsh}}
    ///           template:
    ///             metadata: {labels: {app: dash}}
    ///             spec: {containers: [{name: dash, image: "ghcr.io/acme/dash:1.4"}]}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// cloudInit:
    ///   files:
    ///     - path: /var/lib/rancher/k3s/server/manifests/dash.yaml
    ///       content: |
    ///         apiVersion: apps/v1
    ///         kind: Deployment
    ///         metadata: {name: dash, namespace: default}
    ///         spec:
    ///           selector: {matchLabels: {app: dash}}
    ///           template:
    ///             metadata: {labels: {app: dash}}
    ///             spec: {containers: [{name: dash, image: "ghcr.io/acme/dash:1.4"}]}
    /// ```
    "manifest-reference-unknown", Error, since "0.1.0", fix None, suppressible, Reads::Plan(check), heard Last
}

/// Roles for the cluster that Kubernetes and k3s make (Kubernetes docs, "Using RBAC Authorization").
const CLUSTER_ROLES: [&str; 4] = ["admin", "cluster-admin", "edit", "view"];

/// Namespaces of every cluster.
const NAMESPACES: [&str; 4] = ["default", "kube-node-lease", "kube-public", "kube-system"];

/// Kinds whose pods run to their end.
const OF_JOBS: [&str; 2] = ["CronJob", "Job"];

/// An object of a manifest.
struct Object<'c> {
    content: Spanned<&'c str>,
    value: Spanned<Raw>,
}

/// What is wrong with an object, at a place in its file.
struct Fault {
    at: Span,
    message: String,
    help: String,
    note: &'static str,
}

fn check(config: &Config, plan: &Plan, report: &mut Report<'_>) {
    let objects = objects(config);
    let known = Known::new(&objects, plan);
    for object in &objects {
        let mut found = Vec::new();
        of_namespace(object, &known, &mut found);
        match object.kind() {
            "Service" => service(object, &known, &mut found),
            "ClusterRoleBinding" => role(object, &known, &mut found),
            _ => workload(object, &known, &mut found),
        }
        for fault in found.into_iter().take(MOST_FAULTS) {
            let range = fault.at.start as usize..fault.at.end as usize;
            let part = object.content.value.get(range.clone()).unwrap_or_default();
            let place = place_in(report, &object.content, range.start, part);
            let finding = report.found(place, fault.message).help(fault.help);
            report.push(finding.note(fault.note));
        }
    }
}

/// The objects of all manifests that can be read.
fn objects(config: &Config) -> Vec<Object<'_>> {
    let mut found = Vec::new();
    for (path, content) in config.files() {
        if !path.value.starts_with(MANIFESTS) || !is_object(content.value) {
            continue;
        }
        let file = SourceFile::new(FileId::CONFIG, path.value.as_str(), content.value);
        let mut sink = Sink::new();
        let tree = syntax::parse_stream(&file, &mut sink);
        if sink.has_errors() {
            continue;
        }
        let roots = tree.roots().iter().map(|root| Raw::of(&tree, *root));
        found.extend(roots.map(|value| Object {
            content: content.clone(),
            value,
        }));
    }
    found
}

impl Object<'_> {
    fn kind(&self) -> &str {
        self.value.value.text("kind").map_or("", |kind| kind.value)
    }

    fn metadata(&self, key: &str) -> Option<Spanned<&str>> {
        self.value.value.get("metadata")?.value.text(key)
    }

    fn namespace(&self) -> &str {
        self.metadata("namespace")
            .map_or("default", |namespace| namespace.value)
    }

    /// The template of its pods.
    fn template(&self) -> Option<&Raw> {
        let spec = &self.value.value.get("spec")?.value;
        match self.kind() {
            "DaemonSet" | "Deployment" | "Job" | "StatefulSet" => Some(&spec.get("template")?.value),
            "CronJob" => {
                let job = &spec.get("jobTemplate")?.value.get("spec")?.value;
                Some(&job.get("template")?.value)
            }
            "Pod" => Some(&self.value.value),
            _ => None,
        }
    }
}

/// What the manifests, the platform and the machines have.
struct Known<'o> {
    namespaces: BTreeSet<&'o str>,
    roles: BTreeSet<&'o str>,
    labels: BTreeMap<&'o str, BTreeSet<&'o str>>,
    /// The templates of pods, by namespace and name.
    templates: BTreeMap<(&'o str, &'o str), &'o Raw>,
}

/// Of so many names a misspelt one is compared with each.
const MOST_COMPARED: usize = 100;

impl<'o> Known<'o> {
    fn new(objects: &'o [Object<'_>], plan: &'o Plan) -> Known<'o> {
        let named = |kind: &'static str| {
            let of_kind = objects.iter().filter(move |object| object.kind() == kind);
            of_kind
                .filter_map(|object| object.metadata("name"))
                .map(|name| name.value)
        };
        let targets = objects.iter().filter(|object| object.kind() == "HelmChart");
        let targets =
            targets.filter_map(|chart| chart.value.value.get("spec")?.value.text("targetNamespace"));
        let mut labels: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for (name, value) in plan.nodes.iter().flat_map(|set| &set.labels) {
            labels.entry(name).or_default().insert(value);
        }
        Known {
            namespaces: crate::sorted::set(
                named("Namespace")
                    .chain(targets.map(|name| name.value))
                    .chain(NAMESPACES),
            ),
            roles: crate::sorted::set(named("ClusterRole").chain(CLUSTER_ROLES)),
            labels,
            templates: crate::sorted::map(objects.iter().filter_map(|object| {
                let name = object.metadata("name")?;
                Some(((object.namespace(), name.value), object.template()?))
            })),
        }
    }
}

/// A namespace that looks like one that is there.
fn of_namespace(object: &Object<'_>, known: &Known<'_>, found: &mut Vec<Fault>) {
    let Some(namespace) = object.metadata("namespace") else {
        return;
    };
    if known.namespaces.contains(namespace.value) {
        return;
    }
    // Others may make it.
    if let Some(near) = nearest(
        namespace.value,
        known.namespaces.iter().copied().take(MOST_COMPARED),
    ) {
        found.push(Fault {
            at: namespace.span,
            message: format!("unknown namespace `{}`", namespace.value),
            help: format!("did you mean `{near}`?"),
            note: "the API server refuses the object, and k3s only logs that",
        });
    }
}

fn workload(object: &Object<'_>, known: &Known<'_>, found: &mut Vec<Fault>) {
    let Some(template) = object.template() else { return };
    if let Some(labels) = object
        .value
        .value
        .get("spec")
        .and_then(|spec| spec.value.get("selector")?.value.get("matchLabels"))
        .filter(|_| !OF_JOBS.contains(&object.kind()))
    {
        for (at, label) in unmatched(&labels.value, template) {
            found.push(Fault {
                at,
                message: format!("the template's pods do not have the label `{label}`"),
                help: "use the same labels in `selector` and in `template.metadata`".to_owned(),
                note: "the API server refuses the object, and k3s only logs that",
            });
        }
    }
    let Some(pod) = template.get("spec") else { return };
    let always = |policy: &Spanned<&str>| policy.value == "Always";
    if OF_JOBS.contains(&object.kind())
        && let Some(policy) = pod.value.text("restartPolicy").filter(always)
    {
        found.push(Fault {
            at: policy.span,
            message: format!("a {} cannot have pods that always restart", object.kind()),
            help: "use `Never` or `OnFailure`".to_owned(),
            note: "the API server refuses the object, and k3s only logs that",
        });
    }
    if let Some(Raw::Map(wanted)) = pod.value.get("nodeSelector").map(|labels| &labels.value) {
        for (name, value) in wanted {
            let Raw::Text(wanted) = &value.value else { continue };
            let Some(values) = known.labels.get(name.value.as_str()) else {
                continue;
            };
            if !values.contains(wanted.as_str()) {
                found.push(Fault {
                    at: value.span,
                    message: format!("no machine has the label `{}={wanted}`", name.value),
                    help: format!("use {}", or(&quoted(values.iter().copied()))),
                    note: "the pods stay Pending",
                });
            }
        }
    }
    let claims = object
        .value
        .value
        .get("spec")
        .map(|spec| spec.value.items("volumeClaimTemplates"));
    let claims = claims.into_iter().flatten();
    let claims = claims.filter_map(|claim| claim.value.get("metadata")?.value.text("name"));
    let volumes = pod.value.items("volumes").iter();
    let volumes = volumes.filter_map(|volume| volume.value.text("name"));
    let volumes: BTreeSet<&str> = crate::sorted::set(volumes.chain(claims).map(|name| name.value));
    for key in ["initContainers", "containers"] {
        for container in pod.value.items(key) {
            self::container(&container.value, &volumes, found);
        }
    }
}

fn container(container: &Raw, volumes: &BTreeSet<&str>, found: &mut Vec<Fault>) {
    for mount in container.items("volumeMounts") {
        let Some(name) = mount.value.text("name") else {
            continue;
        };
        if !volumes.contains(name.value) {
            found.push(Fault {
                at: name.span,
                message: format!("unknown volume `{}`", name.value),
                help: match nearest(name.value, volumes.iter().copied().take(MOST_COMPARED)) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("add `{{name: {}, …}}` to `volumes`", name.value),
                },
                note: "the API server refuses the object, and k3s only logs that",
            });
        }
    }
    let ports = ports(container);
    for probe in ["livenessProbe", "readinessProbe", "startupProbe"] {
        let Some(probe) = container.get(probe) else {
            continue;
        };
        for how in ["httpGet", "tcpSocket"] {
            let Some(port) = probe.value.get(how).and_then(|how| how.value.text("port")) else {
                continue;
            };
            if !ports.contains(port.value) {
                found.push(Fault {
                    at: port.span,
                    message: format!("the container has no port `{}`", port.value),
                    help: of_ports(&ports),
                    note: "the probe always fails",
                });
            }
        }
    }
}

fn of_ports(ports: &BTreeSet<&str>) -> String {
    match ports.is_empty() {
        true => "use the number of the port".to_owned(),
        false => format!("use {}", or(&quoted(ports.iter().copied()))),
    }
}

/// The names of a container's ports.
fn ports(container: &Raw) -> BTreeSet<&str> {
    let ports = container.items("ports").iter();
    crate::sorted::set(
        ports
            .filter_map(|port| port.value.text("name"))
            .map(|name| name.value),
    )
}

/// A Service beside the workload of its name, which it is to lead to.
fn service(object: &Object<'_>, known: &Known<'_>, found: &mut Vec<Fault>) {
    let Some(spec) = object.value.value.get("spec") else {
        return;
    };
    let Some(selector) = spec.value.get("selector") else {
        return;
    };
    let Some(name) = object.metadata("name") else {
        return;
    };
    let Some(template) = known.templates.get(&(object.namespace(), name.value)) else {
        return;
    };
    let unmatched = unmatched(&selector.value, template);
    for (at, label) in &unmatched {
        found.push(Fault {
            at: *at,
            message: format!("the pods of `{}` do not have the label `{label}`", name.value),
            help: "use the labels of `template.metadata`".to_owned(),
            note: "the Service leads nowhere",
        });
    }
    if !unmatched.is_empty() {
        return;
    }
    let containers = template.get("spec").map(|pod| pod.value.items("containers"));
    let containers = containers.into_iter().flatten();
    let ports: BTreeSet<&str> = crate::sorted::set(containers.flat_map(|container| ports(&container.value)));
    for port in spec.value.items("ports") {
        let Some(target) = port.value.text("targetPort") else {
            continue;
        };
        if !ports.contains(target.value) {
            found.push(Fault {
                at: target.span,
                message: format!("no container of `{}` has a port `{}`", name.value, target.value),
                help: of_ports(&ports),
                note: "the Service leads nowhere",
            });
        }
    }
}

/// A role for the cluster that looks like one that is there.
fn role(object: &Object<'_>, known: &Known<'_>, found: &mut Vec<Fault>) {
    let Some(reference) = object.value.value.get("roleRef") else {
        return;
    };
    let Some(name) = reference.value.text("name") else {
        return;
    };
    if known.roles.contains(name.value) || name.value.starts_with("system:") {
        return;
    }
    if let Some(near) = nearest(name.value, known.roles.iter().copied().take(MOST_COMPARED)) {
        found.push(Fault {
            at: name.span,
            message: format!("unknown cluster role `{}`", name.value),
            help: format!("did you mean `{near}`?"),
            note: "the binding grants nothing",
        });
    }
}

/// The labels of a selector that a template does not have, each at its value.
fn unmatched(selector: &Raw, template: &Raw) -> Vec<(Span, String)> {
    let Raw::Map(wanted) = selector else {
        return Vec::new();
    };
    let labels = template
        .get("metadata")
        .and_then(|metadata| metadata.value.get("labels"));
    let mut found = Vec::new();
    for (name, value) in wanted {
        let Raw::Text(text) = &value.value else { continue };
        let has = labels.and_then(|labels| labels.value.get(&name.value));
        if has.is_none_or(|has| has.value != value.value) {
            found.push((value.span, format!("{}: {text}", name.value)));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn what_manifests_name() {
        check(
            r#"
cluster: {pools: [{name: work, labels: {disk: ssd}}]}
cloudInit:
  files:
    - path: /var/lib/rancher/k3s/server/manifests/team.yaml
      content: |
        apiVersion: v1
        kind: Namespace
        metadata: {name: team}
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: dash, namespace: taem}
#                                         ^^^^ error[manifest-reference-unknown]: unknown namespace `taem`
        spec:
          selector: {matchLabels: {app: dsh}}
#                                       ^^^ error[manifest-reference-unknown]: the template's pods do not have the label `app: dsh`
          template:
            metadata: {labels: {app: dash}}
            spec:
              nodeSelector: {disk: nvme, room: any}
#                                  ^^^^ error[manifest-reference-unknown]: no machine has the label `disk=nvme`
              containers:
                - name: dash
                  image: ghcr.io/acme/dash:1.4
                  ports: [{name: web, containerPort: 8080}]
                  readinessProbe: {httpGet: {path: /, port: http}}
#                                                           ^^^^ error[manifest-reference-unknown]: the container has no port `http`
                  volumeMounts: [{name: dat, mountPath: /data}]
#                                       ^^^ error[manifest-reference-unknown]: unknown volume `dat`
              volumes: [{name: data, emptyDir: {}}]
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: dash, namespace: elsewhere}
        spec: {selector: {app: other}, ports: [{port: 80, targetPort: nothing}]}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: dash, namespace: taem}
#                                         ^^^^ error[manifest-reference-unknown]: unknown namespace `taem`
        spec: {selector: {app: dash}, ports: [{port: 80, targetPort: http}]}
#                                                                    ^^^^ error[manifest-reference-unknown]: no container of `dash` has a port `http`
        ---
        apiVersion: batch/v1
        kind: Job
        metadata: {name: once, namespace: team}
        spec: {template: {spec: {restartPolicy: Always, containers: [{name: a, image: "busybox:1"}]}}}
#                                               ^^^^^^ error[manifest-reference-unknown]: a Job cannot have pods that always restart
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRoleBinding
        metadata: {name: a}
        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: viwe}
#                                                                               ^^^^ error[manifest-reference-unknown]: unknown cluster role `viwe`
        subjects: [{apiGroup: rbac.authorization.k8s.io, kind: Group, name: data}]
"#,
        );
    }
}
