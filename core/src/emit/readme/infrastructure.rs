//! The network, the firewall and the machines, with Terraform or by hand.

use super::{Tree, autoscaling, firewall, raspberry_pi};
use crate::emit::document::{Document, DocumentKind};
use crate::emit::k3s::API_PORT;
use crate::emit::page::Steps;
use crate::model::Provider;
use crate::plan::{Address, Gateway, Peer, Plan};
use crate::product::rendered_output;
use crate::words::and;

/// The steps from nothing to machines that start.
pub(super) fn steps(steps: &mut Steps<'_>, tree: &Tree<'_>) {
    let plan = tree.plan;
    let documents = tree.emission.documents().iter();
    let templates: Vec<&Document> = documents.filter(|document| document.is_template()).collect();
    if !templates.is_empty() {
        steps.step(
            "Files whose names end in `.tftpl` contain values that only Terraform knows. Call the module from your own",
        );
        steps.line("Terraform code as shown in `terraform/module.tf.example`:");
        steps.command("terraform init && terraform apply");
        if let Some(root) = root(plan) {
            steps.line(format!(
                "{root} is a complete root, which also does the steps for network, machines and DNS records."
            ));
            steps.end();
        }
    }
    rendered(steps, plan, &templates);
    network(steps, plan, templates.is_empty());
    if plan.provider == Provider::RaspberryPi {
        raspberry_pi::step(steps, tree);
        return;
    }
    steps.step("Create the machines with the user-data from the table above, the first server first.");
    steps.line("On existing machines, run the script of the same name in `machines` as root instead.");
    if plan.host.authorized_keys.is_empty() {
        steps
            .line("No SSH key can log in to them: add yours to `ssh.authorizedKeys`, and build again first.");
    }
    if let Some(autoscaler) = &plan.autoscaler {
        steps.line(autoscaling::machines(plan, autoscaler));
    }
    steps.end();
}

/// The templates that Terraform does not give to a machine itself.
pub(super) fn fetched<'d>(provider: Provider, templates: &[&'d Document]) -> Vec<&'d str> {
    let by_hand = provider == Provider::RaspberryPi;
    let templates = templates.iter().filter(|document| {
        let machines = matches!(
            document.kind,
            DocumentKind::UserData(_) | DocumentKind::MachineScript
        );
        by_hand || !machines
    });
    templates.map(|document| document.path.as_str()).collect()
}

/// What Terraform does not give to a machine itself has to come back.
fn rendered(steps: &mut Steps<'_>, plan: &Plan, templates: &[&Document]) {
    let fetched = fetched(plan.provider, templates);
    if fetched.is_empty() {
        return;
    }
    steps.step("From the same directory, write the rendered files; `BUILD` is the path of this folder:");
    let output = rendered_output(plan.needs.product);
    let fetch =
        |path: &&str| format!("terraform output -json {output} | jq -r '.\"{path}\"' >\"$BUILD/{path}\"");
    let commands: Vec<String> = fetched.iter().map(fetch).collect();
    steps.command(&format!("umask 077\n{}", commands.join("\n")));
}

fn network(steps: &mut Steps<'_>, plan: &Plan, by_hand: bool) {
    let ranges: Vec<String> = plan
        .networks
        .nodes
        .iter()
        .map(|range| format!("`{range}`"))
        .collect();
    let ranges = and(&ranges);
    let uses_it = plan.flows.iter().any(|flow| flow.at == Address::Node);
    steps.step(match plan.provider {
        _ if !uses_it => {
            "Set the machines' firewall: they reach each other over the tailnet alone.".to_owned()
        }
        Provider::RaspberryPi => format!("Give the machines fixed addresses in the node network {ranges}."),
        Provider::Generic => format!("Connect all machines in the node network {ranges}."),
        Provider::Hetzner | Provider::Azure | Provider::Gcp | Provider::Scaleway => {
            format!("Create the machines' private network, {ranges}, and their firewall.")
        }
    });
    if by_hand && plan.provider != Provider::RaspberryPi {
        let root = root(plan).map_or_else(String::new, |root| format!(" {root} is a complete root."));
        steps.line(format!(
            "Do this step and the next by hand or with Terraform: `terraform/module.tf.example` calls the module, whose outputs are \
             user-data, firewall rules, pools and DNS records.{root}"
        ));
    }
    if let Some(gateway) = plan.networks.gateway {
        way_out(steps, plan.provider, gateway);
    }
    if let Some(autoscaler) = &plan.autoscaler {
        autoscaling::beforehand(steps, plan, autoscaler);
    }
    steps.end();
    firewall::table(steps.out, plan);
    closed(steps, plan);
}

/// What machines without public addresses need before they start.
fn way_out(steps: &mut Steps<'_>, provider: Provider, gateway: Gateway) {
    let address = gateway.address;
    steps.line(match provider {
        Provider::Hetzner => format!(
            "The machines have no public IPv4 address. Create a NAT gateway in the network first: a machine that forwards and masquerades, \
             and a route of the network for `0.0.0.0/0` to its private address. The others reach it by the network's router, `{address}`."
        ),
        _ => format!(
            "The machines have no public IPv4 address. They reach the internet through `{address}`, which must be up before they start."
        ),
    });
    steps.line(
        "If a machine cannot install packages, check its default route on the console: `ip -4 route show default`.",
    );
}

/// What the firewall does not open to people.
fn closed(steps: &mut Steps<'_>, plan: &Plan) {
    if plan
        .tailnet
        .as_ref()
        .is_some_and(|tailnet| !tailnet.admins.is_empty())
    {
        return;
    }
    let open = |port: u16| {
        let rules = plan.firewall.iter();
        let mut rules = rules.filter(|rule| (rule.ports.0..=rule.ports.1).contains(&port));
        rules.any(|rule| rule.sources.iter().any(|source| matches!(source, Peer::Range(_))))
    };
    let ssh_port = plan.host.ssh_port;
    let (what, keys) = match (open(ssh_port), open(API_PORT)) {
        (true, true) => return,
        (false, true) => (
            format!("opens port {ssh_port} to nobody"),
            "`cluster.firewall.ssh`",
        ),
        (true, false) => (
            format!("opens port {API_PORT} to the node network only"),
            "`cluster.firewall.api`",
        ),
        (false, false) => (
            format!("opens port {ssh_port} to nobody and {API_PORT} to the node network only"),
            "`cluster.firewall.ssh` and `cluster.firewall.api`",
        ),
    };
    steps.line(format!(
        "This {what}: add your addresses to {keys}, and build again."
    ));
    steps.end();
}

/// Where there is Terraform code for everything around the cluster.
fn root(plan: &Plan) -> Option<String> {
    let folder = match plan.provider {
        Provider::Hetzner | Provider::Azure | Provider::Gcp => plan.provider.as_str(),
        Provider::Generic | Provider::Scaleway | Provider::RaspberryPi => return None,
    };
    let repository = env!("CARGO_PKG_REPOSITORY");
    Some(format!("<{repository}/tree/main/examples/terraform/{folder}>"))
}
