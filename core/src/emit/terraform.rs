//! The Terraform module: no provider, one variable for each late expression, one output for each thing.
//!
//! Outputs are apart so that no cycle arises when a server's address feeds another's user-data. Files are read with `file`
//! or, where they have late values, with `templatefile`.

use super::data::{Data, entry, map, map_of, null, opt, seq};
use super::document::{Document, DocumentKind, Emission};
use super::hcl;
use super::json;
use super::platform::OUTPUTS;
use super::written::Written;
use crate::plan::{Autoscaler, Count, FirewallRule, NodeSet, Party, Peer, Plan, RecordTarget};
use crate::product::{MODULE, RENDERED_OUTPUT};
use crate::text::Text;
use ipnet::IpNet;

/// `main.tf.json` and `module.tf.example`, for the documents that there are.
pub(crate) fn documents(plan: &Plan, emission: &Emission) -> Vec<Document> {
    let templates = emission.documents().iter().any(Document::is_template);
    vec![
        Document::new(
            DocumentKind::Module,
            "terraform/main.tf.json",
            json::pretty(&module(plan, emission)),
        ),
        Document::new(
            DocumentKind::ModuleCall,
            "terraform/module.tf.example",
            example(plan, templates),
        ),
    ]
}

fn module(plan: &Plan, emission: &Emission) -> Data {
    let variable = |late: &crate::plan::LateVariable| {
        let data = map_of([
            entry("type", "string"),
            entry(
                "description",
                hcl::literal(&format!("The value of {}", late.expression)),
            ),
            entry("nullable", false),
            opt("sensitive", late.sensitive.then_some(true)),
        ]);
        (late.variable.clone(), data)
    };
    map_of([
        entry(
            "//",
            "Made by gkc: do not edit, build again. module.tf.example shows the call.",
        ),
        entry("terraform", map([("required_version", Data::from(">= 1.3"))])),
        opt(
            "variable",
            (!plan.late.is_empty()).then(|| map(plan.late.iter().map(variable))),
        ),
        entry("output", outputs(plan, emission)),
    ])
}

fn outputs(plan: &Plan, emission: &Emission) -> Data {
    let one = |path: &str, description: &str| {
        let document = emission.at(path);
        output(
            description,
            document.map_or_else(null, |document| Data::from(content(document))),
            document.is_some_and(|document| document.holes.sensitive),
        )
    };
    // Several files, each under what is between the beginning of its path and the ending.
    let under = |beginning: &str, description: &str| {
        let files = emission.documents().iter().filter_map(|document| {
            let name = document.path.strip_prefix(beginning)?;
            Some((name.trim_end_matches(".yaml").to_owned(), document))
        });
        let files: Vec<(String, &Document)> = files.collect();
        let sensitive = files.iter().any(|(_, document)| document.holes.sensitive);
        let entries = files
            .into_iter()
            .map(|(name, document)| (name, Data::from(content(document))));
        output(description, map(entries), sensitive)
    };
    let first = plan
        .servers()
        .next()
        .filter(|set| set.named)
        .map(|set| format!("cloud-init/node-{}.yaml", set.name));
    let init = first.unwrap_or_else(|| "cloud-init/server-init.yaml".into());
    let of_platforms = OUTPUTS
        .iter()
        .map(|shown| (shown.name, one(shown.path, shown.description)));
    let before = [
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
            under("cloud-init/pool-", "User-data of each pool's nodes, by pool"),
        ),
        (
            "cloud_init_nodes",
            under("cloud-init/node-", "User-data of each named node, by node"),
        ),
        (
            "manifests",
            under("k3s/manifests/", "Manifests for the cluster, by file"),
        ),
        (
            "secrets",
            under("secrets/", "The cluster's secrets, by namespace"),
        ),
    ];
    let after = [
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
        ("rendered", rendered(emission)),
        (
            "ssh_port",
            output(
                "The port of the machines' sshd",
                Data::from(plan.host.ssh_port),
                false,
            ),
        ),
    ];
    map(before.into_iter().chain(of_platforms).chain(after))
}

/// Every template with its values, for people who fetch a file. An output of its own, so that nothing else depends on it.
fn rendered(emission: &Emission) -> Data {
    let templates: Vec<&Document> = emission
        .documents()
        .iter()
        .filter(|document| document.is_template())
        .collect();
    let files = templates
        .iter()
        .map(|document| (hcl::literal(&document.path), Data::from(content(document))));
    output(
        "Files that depend on values of Terraform's, by path",
        map(files),
        templates.iter().any(|document| document.holes.sensitive),
    )
}

fn output(description: &str, value: Data, sensitive: bool) -> Data {
    map_of([
        entry("description", description),
        entry("value", value),
        opt("sensitive", sensitive.then_some(true)),
    ])
}

/// The expression that reads a file of the tree.
fn content(document: &Document) -> String {
    let path = format!("${{path.module}}/../{}", document.file_path());
    if !document.is_template() {
        return format!("${{file(\"{path}\")}}");
    }
    let variables: Vec<String> = document
        .holes
        .late
        .iter()
        .map(|name| format!("{name} = var.{name}"))
        .collect();
    format!("${{templatefile(\"{path}\", {{ {} }})}}", variables.join(", "))
}

fn machines<'p>(plan: &Plan, sets: impl Iterator<Item = &'p NodeSet>) -> Data {
    let one = |set: &NodeSet| {
        let (count, min, max) = match set.count {
            Count::Fixed(count) => (Data::from(count), null(), null()),
            // The cluster makes them, and Terraform none.
            Count::Autoscaled { min, max }
                if plan.autoscaler.as_ref().is_some_and(Autoscaler::makes_machines) =>
            {
                (Data::from(0), Data::from(min), Data::from(max))
            }
            Count::Autoscaled { min, max } => (null(), Data::from(min), Data::from(max)),
        };
        let labels = set
            .labels
            .iter()
            .map(|(key, value)| (hcl::literal(key), Data::from(hcl::literal(value))));
        map([
            ("count", count),
            ("min", min),
            ("max", max),
            (
                "machine_type",
                set.machine_type
                    .as_ref()
                    .map_or_else(null, |t| Data::from(hcl::literal(t))),
            ),
            ("labels", map(labels)),
            ("taints", seq(set.taints.iter().map(|taint| hcl::literal(taint)))),
        ])
    };
    map(sets.map(|set| (hcl::literal(&set.name), one(set))))
}

fn firewall_rule(plan: &Plan, rule: &FirewallRule) -> Data {
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
        ("name", Data::from(rule.name)),
        ("protocol", Data::from(rule.protocol.as_str())),
        ("from_port", Data::from(rule.ports.0)),
        ("to_port", Data::from(rule.ports.1)),
        ("to", Data::from(to)),
        ("sources", seq(rule.sources.iter().flat_map(source))),
    ])
}

fn dns_records(plan: &Plan) -> Vec<Data> {
    plan.dns
        .iter()
        .map(|record| {
            let (target, _) = target_word(&record.target);
            let value = match &record.target {
                RecordTarget::Address(text) => Data::from(expression(text)),
                _ => null(),
            };
            map([
                ("name", Data::from(expression(&record.name))),
                ("target", Data::from(target)),
                ("value", value),
            ])
        })
        .collect()
}

/// A text as a string of Terraform's JSON syntax, with late values as references to variables.
fn expression(text: &Text) -> String {
    use crate::text::{Hole, Part};
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
    text.push_str(&format!(
        "module \"{MODULE}\" {{\n  source = \"./build/terraform\"\n"
    ));
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
        text.push_str(&format!(
            "\noutput \"{RENDERED_OUTPUT}\" {{\n  value     = module.{MODULE}.rendered\n  sensitive = true\n}}\n"
        ));
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

/// A record's target for people and for Terraform.
pub(crate) fn target_word(target: &RecordTarget) -> (&'static str, Data) {
    match target {
        RecordTarget::Address(text) => ("address", Data::from(text.clone())),
        RecordTarget::Nodes => ("nodes", null()),
        RecordTarget::Servers => ("servers", null()),
    }
}
