//! The Terraform module: no provider, one variable for each late expression, one output for each thing.
//!
//! Outputs are apart so that no cycle arises when a server's address feeds another's user-data. Files are read with `file`
//! or, where they have late values, with `templatefile`.

use super::artifact::{Artifact, Consumer, Document, PUBLIC};
use super::hcl;
use super::json;
use super::kubernetes::target_word;
use super::node::{Node, entry, map, map_of, null, opt, seq};
use super::text::Text;
use super::written::Written;
use crate::plan::{Autoscaler, Count, FirewallRule, NodeSet, Party, Peer, Plan};
use ipnet::IpNet;

/// `main.tf.json` and `module.tf.example`, for the artifacts as they came out.
pub(crate) fn documents(plan: &Plan, artifacts: &[Artifact]) -> Vec<Document> {
    let document = |path: &str, written| Document {
        path: path.to_owned(),
        written,
        mode: PUBLIC,
        consumer: Consumer::Terraform,
    };
    vec![
        document("terraform/main.tf.json", json::pretty(&module(plan, artifacts))),
        document(
            "terraform/module.tf.example",
            example(plan, artifacts.iter().any(|artifact| artifact.template)),
        ),
    ]
}

fn module(plan: &Plan, artifacts: &[Artifact]) -> Node {
    let variable = |late: &crate::plan::LateVariable| {
        let node = map_of([
            entry("type", "string"),
            entry(
                "description",
                hcl::literal(&format!("The value of {}", late.expression)),
            ),
            entry("nullable", false),
            opt("sensitive", late.sensitive.then_some(true)),
        ]);
        (late.variable.clone(), node)
    };
    map_of([
        entry(
            "//",
            "Made by gkc: do not edit, build again. module.tf.example shows the call.",
        ),
        entry("terraform", map([("required_version", Node::from(">= 1.3"))])),
        opt(
            "variable",
            (!plan.late.is_empty()).then(|| map(plan.late.iter().map(variable))),
        ),
        entry("output", outputs(plan, artifacts)),
    ])
}

fn outputs(plan: &Plan, artifacts: &[Artifact]) -> Node {
    let find = |path: &str| artifacts.iter().find(|artifact| artifact.plain_path() == path);
    let one = |path: &str, description: &str| {
        let artifact = find(path);
        output(
            description,
            artifact.map_or_else(null, |a| Node::from(content(a))),
            artifact.is_some_and(is_sensitive),
        )
    };
    let under = |folder: &str, cut: &str, description: &str| {
        let of = |artifact: &&Artifact| artifact.plain_path().starts_with(folder);
        let name = |artifact: &Artifact| {
            artifact.plain_path()[folder.len()..]
                .trim_start_matches(cut)
                .trim_end_matches(".yaml")
                .to_owned()
        };
        let files: Vec<&Artifact> = artifacts.iter().filter(of).collect();
        let entries = files
            .iter()
            .map(|artifact| (name(artifact), Node::from(content(artifact))));
        output(description, map(entries), files.iter().any(|a| is_sensitive(a)))
    };
    let first = plan
        .servers()
        .next()
        .filter(|set| set.named)
        .map(|set| format!("cloud-init/node-{}.yaml", set.name));
    let init = first.unwrap_or_else(|| "cloud-init/server-init.yaml".into());
    map([
        (
            "cloud_init_server_init",
            one(&init, "User-data of the first server"),
        ),
        (
            "cloud_init_server_join",
            one(
                "cloud-init/server-join.yaml",
                "User-data of further servers; null where there are none",
            ),
        ),
        (
            "cloud_init_pools",
            under("cloud-init/pool-", "", "User-data of each pool's nodes, by pool"),
        ),
        (
            "cloud_init_nodes",
            under("cloud-init/node-", "", "User-data of each named node, by node"),
        ),
        (
            "manifests",
            under("k3s/manifests/", "", "Manifests for the cluster, by file"),
        ),
        (
            "secrets",
            under("secrets/", "", "The cluster's secrets, by namespace"),
        ),
        (
            "gitpod_config",
            one(
                "gitpod/installer-config.yaml",
                "The Gitpod Installer's config; null where only the cluster is built",
            ),
        ),
        (
            "tailscale_policy",
            one(
                "tailscale/policy.json",
                "The tailnet's policy; null where there is none",
            ),
        ),
        (
            "servers",
            output("The servers", machines(plan, plan.servers()), false),
        ),
        (
            "pools",
            output(
                "Each pool's count, bounds, machine type and labels, by pool",
                machines(plan, plan.agents()),
                false,
            ),
        ),
        (
            "firewall_rules",
            output(
                "What the firewall lets in",
                seq(plan.firewall.iter().map(|r| firewall_rule(plan, r))),
                false,
            ),
        ),
        (
            "dns_records",
            output("DNS records to make", seq(dns_records(plan)), false),
        ),
        ("rendered", rendered(artifacts)),
        (
            "ssh_port",
            output(
                "The port of the machines' sshd",
                Node::from(plan.host.ssh_port),
                false,
            ),
        ),
    ])
}

/// Every template with its values, for people who fetch a file. An output of its own, so that nothing else depends on it.
fn rendered(artifacts: &[Artifact]) -> Node {
    let templates: Vec<&Artifact> = artifacts.iter().filter(|artifact| artifact.template).collect();
    let files = templates
        .iter()
        .map(|artifact| (hcl::literal(artifact.plain_path()), Node::from(content(artifact))));
    output(
        "Files that depend on values of Terraform's, by path",
        map(files),
        templates.iter().any(|a| is_sensitive(a)),
    )
}

fn output(description: &str, value: Node, sensitive: bool) -> Node {
    map_of([
        entry("description", description),
        entry("value", value),
        opt("sensitive", sensitive.then_some(true)),
    ])
}

fn is_sensitive(artifact: &Artifact) -> bool {
    artifact.sensitive
}

/// The expression that reads a file of the tree.
fn content(artifact: &Artifact) -> String {
    let path = format!("${{path.module}}/../{}", artifact.path);
    if !artifact.template {
        return format!("${{file(\"{path}\")}}");
    }
    let variables: Vec<String> = artifact
        .late
        .iter()
        .map(|name| format!("{name} = var.{name}"))
        .collect();
    format!("${{templatefile(\"{path}\", {{ {} }})}}", variables.join(", "))
}

fn machines<'p>(plan: &Plan, sets: impl Iterator<Item = &'p NodeSet>) -> Node {
    let one = |set: &NodeSet| {
        let (count, min, max) = match set.count {
            Count::Fixed(count) => (Node::from(count), null(), null()),
            // The cluster makes them, and Terraform none.
            Count::Autoscaled { min, max }
                if plan.autoscaler.as_ref().is_some_and(Autoscaler::makes_machines) =>
            {
                (Node::from(0), Node::from(min), Node::from(max))
            }
            Count::Autoscaled { min, max } => (null(), Node::from(min), Node::from(max)),
        };
        let labels = set
            .labels
            .iter()
            .map(|(key, value)| (hcl::literal(key), Node::from(hcl::literal(value))));
        map([
            ("count", count),
            ("min", min),
            ("max", max),
            (
                "machine_type",
                set.machine_type
                    .as_ref()
                    .map_or_else(null, |t| Node::from(hcl::literal(t))),
            ),
            ("labels", map(labels)),
            ("taints", seq(set.taints.iter().map(|taint| hcl::literal(taint)))),
        ])
    };
    map(sets.map(|set| (hcl::literal(&set.name), one(set))))
}

fn firewall_rule(plan: &Plan, rule: &FirewallRule) -> Node {
    let source = |peer: &Peer| match peer {
        Peer::Range(range) => vec![hcl::literal(range)],
        Peer::NodeNetwork => plan.networks.nodes.iter().map(IpNet::to_string).collect(),
    };
    let to = if rule.to == Party::Servers {
        "servers"
    } else {
        "nodes"
    };
    map([
        ("name", Node::from(rule.name)),
        ("protocol", Node::from(rule.protocol.as_str())),
        ("from_port", Node::from(rule.ports.0)),
        ("to_port", Node::from(rule.ports.1)),
        ("to", Node::from(to)),
        ("sources", seq(rule.sources.iter().flat_map(source))),
    ])
}

fn dns_records(plan: &Plan) -> Vec<Node> {
    plan.dns
        .iter()
        .map(|record| {
            let (target, _) = target_word(&record.target);
            let value = match &record.target {
                crate::plan::RecordTarget::Address(text) => Node::from(expression(text)),
                _ => null(),
            };
            map([
                ("name", Node::from(expression(&record.name))),
                ("target", Node::from(target)),
                ("value", value),
            ])
        })
        .collect()
}

/// A text as a string of Terraform's JSON syntax, with late values as references to variables.
fn expression(text: &Text) -> String {
    use super::text::{Hole, Part};
    let part = |part: &Part| match part {
        Part::Lit(known) | Part::Bound(known) => hcl::literal(known),
        Part::Hole(Hole::Late(late)) => format!("${{var.{}}}", late.variable),
        Part::Hole(_) => String::new(),
    };
    text.parts().iter().map(part).collect()
}

/// The call of the module, with every late-bound expression filled in. HCL, to be copied beside the user's own code.
fn example(plan: &Plan, rendered: bool) -> Written {
    let mut text = String::from(
        "# Copy this beside your Terraform code. Each value of the deployment that only Terraform knows is bound here.\n",
    );
    text.push_str("module \"gitpod\" {\n  source = \"./build/terraform\"\n");
    let width = plan
        .late
        .iter()
        .map(|late| late.variable.len())
        .max()
        .unwrap_or(0);
    if !plan.late.is_empty() {
        text.push('\n');
    }
    for late in &plan.late {
        text.push_str(&format!(
            "  {:width$} = {}\n",
            late.variable,
            late.expression.replace('\n', " ")
        ));
    }
    text.push_str("}\n");
    if rendered {
        text.push_str(
            "\noutput \"gitpod_rendered\" {\n  value     = module.gitpod.rendered\n  sensitive = true\n}\n",
        );
    }
    let mut own: Vec<&str> = plan
        .late
        .iter()
        .filter_map(|late| late.expression.strip_prefix("var."))
        .collect();
    own.retain(|name| name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_'));
    for name in own {
        text.push_str(&format!(
            "\nvariable \"{name}\" {{\n  type      = string\n  sensitive = true\n}}\n"
        ));
    }
    Written::of(Text::lit(text), None)
}
