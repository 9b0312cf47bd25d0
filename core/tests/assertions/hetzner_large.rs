//! The cluster that makes machines itself: what it makes them from, and who knows whose they are.

use crate::tree::{Tree, strings};
use serde_json::{Value, json};

const LATE: [(&str, &str); 1] = [("hcloud_network_nodes_id", "4711")];

fn tree() -> Tree {
    Tree::with_late("hetzner-large", &LATE)
}

fn values(name: &str) -> Value {
    let chart = tree().object("HelmChart", name);
    crate::tree::yaml(chart["spec"]["valuesContent"].as_str().unwrap())
}

// kubernetes/autoscaler hetzner_manager.go: `imagesForArch`, and for each pool `cloudInit`, `labels`, `taints`.
#[test]
fn new_machines_start_with_the_pools_own_user_data() {
    let tree = tree();
    let pools = tree.secret("gkc-autoscaler").json("pools.json");
    assert_eq!(pools["imagesForArch"]["amd64"], "ubuntu-24.04");
    let pool = &pools["nodeConfigs"]["acme-workspaces"];
    assert_eq!(pool["cloudInit"], tree.text("cloud-init/pool-workspaces.yaml"));
    assert_eq!(pool["labels"]["gitpod.io/workload_workspace_regular"], "true");
    assert_eq!(
        pool["taints"],
        json!([{"key": "acme.dev/workspaces", "value": "only", "effect": "PreferNoSchedule"}])
    );
    assert_eq!(
        pools["nodeConfigs"].as_object().unwrap().len(),
        1,
        "only the pool that is autoscaled"
    );
}

// kubernetes/autoscaler hetzner_servers_cache.go: a group is all servers of the project with its name in a label, so the cluster's name is
// part of it.
// kubernetes/autoscaler hetzner_cloud_provider.go: `--nodes=<min>:<max>:<type>:<region>:<name>`; the chart's template makes it.
#[test]
fn the_autoscaler_has_the_bounds_and_the_names_at_the_provider() {
    let values = values("cluster-autoscaler");
    assert_eq!(
        values["autoscalingGroups"],
        json!([{"name": "acme-workspaces", "minSize": 2, "maxSize": 20, "instanceType": "cx53", "region": "nbg1"}])
    );
    let secret = tree().secret("gkc-autoscaler");
    for (variable, key, value) in [
        ("HCLOUD_TOKEN", "token", "golden-hcloud-token"),
        ("HCLOUD_NETWORK", "network", "4711"),
        ("HCLOUD_FIREWALL", "firewall", "acme-agents"),
    ] {
        let from = &values["extraEnvSecrets"][variable];
        assert_eq!(
            (&from["name"], &from["key"]),
            (&json!("gkc-autoscaler"), &json!(key))
        );
        assert_eq!(secret.get(key), value);
    }
}

// The README names the label, here and where machines are deleted.
#[test]
fn the_guide_names_the_label_of_this_cluster_s_servers() {
    let readme = tree().text("README.md").to_owned();
    assert_eq!(readme.matches("hcloud/node-group=acme-workspaces").count(), 2);
    assert!(!readme.contains("hcloud/node-group=workspaces"));
}

// cert-manager's webhook runs in a pod of its own (hetzner/cert-manager-webhook-hetzner chart/templates/deployment.yaml).
#[test]
fn the_solver_goes_through_the_proxy() {
    let values = values("cert-manager-webhook-hetzner");
    for variable in ["HTTP_PROXY", "HTTPS_PROXY"] {
        assert_eq!(values["env"][variable]["value"], "http://proxy.acme.dev:3128");
    }
}

// Its token may delete everything in the project, so it stays away from workspaces.
#[test]
fn what_holds_the_token_runs_on_servers() {
    for chart in ["cluster-autoscaler", "hcloud-cloud-controller-manager"] {
        assert_eq!(
            values(chart)["nodeSelector"]["node-role.kubernetes.io/control-plane"],
            "true",
            "{chart}"
        );
    }
    // k3s has a controller of its own; of Hetzner's only what removes nodes of servers that are gone.
    assert_eq!(
        values("hcloud-cloud-controller-manager")["args"],
        json!({"controllers": "cloud-node-lifecycle-controller"})
    );
}

// kubernetes/autoscaler hetzner_manager.go, serverForNode: a node is known by `hcloud://<number>`.
#[test]
fn every_machine_says_who_it_is() {
    let tree = tree();
    for (name, machine) in tree.machines() {
        let says = machine.script().contains("id=\"hcloud://$number\"");
        assert!(
            says,
            "{name}: the controller beside the autoscaler deletes its node"
        );
    }
}

// A machine of both Terraform and the autoscaler would be made again each time it is taken away.
#[test]
fn terraform_makes_none_of_them() {
    let pools = tree().output("pools")["value"].clone();
    assert_eq!(
        (&pools["workspaces"]["count"], &pools["services"]["count"]),
        (&json!(0), &json!(2))
    );
    assert_eq!(
        (&pools["workspaces"]["min"], &pools["workspaces"]["max"]),
        (&json!(2), &json!(20))
    );
    assert!(strings(&pools["services"]["taints"]).is_empty());
}
