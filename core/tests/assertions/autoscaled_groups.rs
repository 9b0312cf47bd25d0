//! Groups of machines at Azure and Google Cloud that the cluster sizes: which, how far, and as whom.

use crate::tree::{Tree, strings, yaml};
use serde_json::{Value, json};

fn azure() -> Tree {
    let late = [("azurerm_resource_group_acme_name", "acme-group")];
    Tree::with_late("azure-external-db", &late)
}

fn google() -> Tree {
    Tree::of("gcp-large")
}

fn values(tree: &Tree) -> Value {
    let chart = tree.object("HelmChart", "cluster-autoscaler");
    yaml(chart["spec"]["valuesContent"].as_str().unwrap())
}

// kubernetes/autoscaler cloudprovider/azure/README.md, "Explicit setup": `--nodes=<min>:<max>:<scale set>`; the chart makes a secret of
// its own for a managed identity, whose key for it ignores `secretKeyRefNameOverride`.
#[test]
fn on_azure_a_pool_is_a_scale_set() {
    let values = values(&azure());
    assert_eq!(
        values["autoscalingGroups"],
        json!([{"name": "gitpod-workspaces", "minSize": 0, "maxSize": 6}])
    );
    assert_eq!(values["azureResourceGroup"], "acme-group");
    assert_eq!(values["azureVMType"], "vmss");
    assert_eq!(values["azureUseManagedIdentityExtension"], true);
    assert!(values.get("secretKeyRefNameOverride").is_none());
}

// kubernetes/autoscaler cloudprovider/gce/gce_url.go: groups of one zone only; so the bounds of a pool are those of all of its groups
// together.
#[test]
fn on_google_cloud_a_pool_is_a_group_in_each_zone() {
    let values = values(&google());
    let groups = values["autoscalingGroups"].as_array().unwrap();
    let names: Vec<&str> = groups.iter().map(|g| g["name"].as_str().unwrap()).collect();
    let group = |zone: &str| {
        format!(
            "https://www.googleapis.com/compute/v1/projects/acme-prod/zones/{zone}/instanceGroups/acme-prod-workspaces"
        )
    };
    assert_eq!(
        names,
        ["europe-west1-b", "europe-west1-c", "europe-west1-d"].map(group)
    );
    let sum = |key: &str| -> i64 { groups.iter().map(|g| g[key].as_i64().unwrap()).sum() };
    assert_eq!((sum("minSize"), sum("maxSize")), (3, 40));
    assert_eq!(values["extraArgs"]["balance-similar-node-groups"], true);
}

// The metadata service gives the machine's identity to its root alone, on its own network.
#[test]
fn they_act_as_the_server_that_they_run_on() {
    for tree in [azure(), google()] {
        let values = values(&tree);
        let deployment = tree.object("Deployment", "gkc-node-lifecycle");
        let pod = &deployment["spec"]["template"]["spec"];
        for (network, user, selector) in [
            (
                &values["hostNetwork"],
                &values["containerSecurityContext"]["runAsUser"],
                &values["nodeSelector"],
            ),
            (
                &pod["hostNetwork"],
                &pod["containers"][0]["securityContext"]["runAsUser"],
                &pod["nodeSelector"],
            ),
        ] {
            assert_eq!((network, user), (&json!(true), &json!(0)));
            assert_eq!(selector["node-role.kubernetes.io/control-plane"], "true");
        }
        assert!(tree.of_kind("Secret").keys().all(|name| name != "gkc-autoscaler"));
    }
}

// kubernetes/autoscaler#27: nobody else removes nodes of machines that are gone. Everything else of the provider's controller would be
// in k3s's way, and its port is taken.
#[test]
fn of_the_provider_s_controller_one_part_runs() {
    for (tree, provider) in [(azure(), "azure"), (google(), "gce")] {
        let deployment = tree.object("Deployment", "gkc-node-lifecycle");
        let command = strings(&deployment["spec"]["template"]["spec"]["containers"][0]["command"]);
        for argument in [
            &format!("--cloud-provider={provider}"),
            "--controllers=cloud-node-lifecycle-controller",
            "--secure-port=0",
        ] {
            assert!(command.iter().any(|word| word == argument), "{argument}");
        }
        let role = tree.object("ClusterRole", "gkc-node-lifecycle");
        let nodes = role["rules"].as_array().unwrap().iter();
        let mut nodes = nodes.filter(|rule| strings(&rule["resources"]) == ["nodes"]);
        assert!(strings(&nodes.next().unwrap()["verbs"]).contains(&"delete".into()));
    }
    let config = azure().object("ConfigMap", "gkc-node-lifecycle");
    let config: Value = serde_json::from_str(config["data"]["azure.json"].as_str().unwrap()).unwrap();
    assert_eq!(config["resourceGroup"], "acme-group");
    assert_eq!(config["subscriptionId"], "00000000-0000-4000-8000-000000000001");
}

// gce_cloud_provider.go, GceRefFromProviderId, and azure_cache.go, FindForInstance: a node without an identity of the provider's is an
// error that ends every round, and a node keeps the identity that it registered with.
#[test]
fn every_machine_says_who_it_is_autoscaled_or_not() {
    for (tree, scheme) in [
        (azure(), "azure://$resource"),
        (google(), "gce://$project/${zone##*/}/$name"),
        (Tree::of("dual-stack"), "gce://$project/${zone##*/}/$name"),
    ] {
        for (name, machine) in tree.machines() {
            assert!(machine.script().contains(&format!("id=\"{scheme}\"")), "{name}");
        }
    }
}

// The provider's group is Terraform's to make and the autoscaler's to size.
#[test]
fn terraform_is_told_the_bounds_and_no_number() {
    for tree in [azure(), google()] {
        let pool = tree.output("pools")["value"]["workspaces"].clone();
        assert_eq!(pool["count"], Value::Null);
        assert!(pool["min"].is_u64() && pool["max"].is_u64());
    }
}

// Without Gitpod, and so without a secret, there is still something to apply.
#[test]
fn a_cluster_alone_has_a_script_that_applies_it() {
    let config = "
apiVersion: gitpod-k3s/v1
platform: none
cluster:
  name: lab
  provider: gcp
  size: large
  api: {host: k3s.acme.dev}
  firewall: {api: [203.0.113.0/24]}
  autoscaler: {gcp: {project: acme-prod, zones: [europe-west1-b]}}
";
    let tree = Tree::of_text(config, &[]);
    assert!(tree.text("k3s/apply.sh").contains("gkc-50-autoscaler.yaml"));
    assert!(!tree.text("k3s/apply.sh").contains("rollout restart"));
}

// kubernetes-sigs/cloud-provider-azure: the controller asks which zones a region has by the subscription's providers, and exits if it may not.
#[test]
fn the_guide_names_every_right_that_servers_need_on_azure() {
    let readme = azure().text("README.md").to_owned();
    assert!(readme.contains("Virtual Machine Contributor"));
    assert!(readme.contains("Microsoft.Resources/subscriptions/providers/read"));
}
