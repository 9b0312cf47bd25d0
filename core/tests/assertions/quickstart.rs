//! `quickstart`: two keys, everything in the cluster, a certificate of its own.

use crate::support::{self, Case, Given};
use crate::tree::{Tree, assert_order, keys, strings, yaml};
use serde_json::json;

fn tree() -> Tree {
    Tree::of("quickstart")
}

// G 0.1, G 2 Paths: a release after 2023-03 takes a directory, under k3s's own path; the old key is an error there.
#[test]
fn the_runtime_paths_are_those_of_k3s_in_the_release_s_spelling() {
    let runtime = tree().installer()["workspace"]["runtime"].clone();
    assert_eq!(runtime["containerdSocketDir"], "/run/k3s/containerd");
    assert_eq!(runtime.get("containerdSocket"), None);
    assert_eq!(
        runtime["containerdRuntimeDir"],
        "/run/k3s/containerd/io.containerd.runtime.v2.task/k8s.io"
    );
}

// G 0.4: the only method left.
#[test]
fn shiftfs_is_the_method_and_its_module_is_loaded() {
    let tree = tree();
    assert_eq!(
        tree.installer()["workspace"]["runtime"]["fsShiftMethod"],
        "shiftfs"
    );
    for machine in tree.machines().values() {
        let modules = machine.content("/etc/modules-load.d/gkc.conf");
        assert!(modules.lines().any(|line| line == "shiftfs"));
    }
}

// gitpod-io/gitpod 64994160d9: until then, FUSE is the other method.
#[test]
fn without_the_module_fuse_is_the_method() {
    let tree = Tree::with_late("hetzner-large", &[("hcloud_network_nodes_id", "4711")]);
    assert_eq!(tree.installer()["workspace"]["runtime"]["fsShiftMethod"], "fuse");
    for machine in tree.machines().values() {
        assert!(!machine.text.contains("shiftfs"));
    }
}

// G 0.7, 1.4.2: without a backend, each must say that it is in the cluster, and name nothing external.
#[test]
fn database_storage_and_registry_are_in_the_cluster() {
    let config = tree().installer();
    for part in ["database", "objectStorage", "containerRegistry"] {
        assert_eq!(config[part]["inCluster"], true, "{part}");
        for external in ["external", "cloudSQL", "s3", "cloudStorage", "s3storage", "ssl"] {
            assert_eq!(config[part].get(external), None, "{part}.{external}");
        }
    }
}

// G 1.1, rows marked required.
#[test]
fn what_the_installer_requires_is_there() {
    let config = tree().installer();
    assert_eq!(config["apiVersion"], "v1");
    assert_eq!(config["kind"], "Full");
    assert_eq!(config["domain"], "gitpod.acme.dev");
    assert_eq!(config["metadata"]["region"], "local");
    assert_eq!(config["objectStorage"]["resources"]["requests"]["memory"], "2Gi");
    assert_eq!(
        config["workspace"]["resources"]["requests"],
        json!({"cpu": "1", "memory": "2Gi"})
    );
    assert_eq!(config["workspace"]["maxLifetime"], "36h");
    assert_eq!(config["openVSX"]["url"], "https://open-vsx.org");
}

// G 1.1: parsing is strict; these are the keys of the table at HEAD, so removed ones (license, messageBus, ...) are none.
#[test]
fn only_keys_of_the_release_stand_at_the_top() {
    let known = [
        "apiVersion",
        "kind",
        "domain",
        "metadata",
        "repository",
        "observability",
        "analytics",
        "database",
        "objectStorage",
        "containerRegistry",
        "certificate",
        "httpProxy",
        "imagePullSecrets",
        "workspace",
        "openVSX",
        "authProviders",
        "blockNewUsers",
        "sshGatewayHostKey",
        "sshGatewayCAKey",
        "disableDefinitelyGp",
        "customCACert",
        "dropImageRepo",
        "customization",
        "components",
        "experimental",
    ];
    for key in keys(&tree().installer()) {
        assert!(known.contains(&key), "{key}");
    }
}

// G 1.1 certificate, 1.4.14, 2 cert-manager: three names, the wildcard of workspaces with them.
#[test]
fn the_certificate_covers_the_three_names() {
    let tree = tree();
    let certificate = tree.object("Certificate", "https-certificates");
    assert_eq!(
        strings(&certificate["spec"]["dnsNames"]),
        ["gitpod.acme.dev", "*.gitpod.acme.dev", "*.ws.gitpod.acme.dev"]
    );
    assert_eq!(certificate["metadata"]["namespace"], "gitpod");
    let secret = &certificate["spec"]["secretName"];
    assert_eq!(&tree.installer()["certificate"]["name"], secret);
    // G 1.2 TLS: label app=gitpod.
    assert_eq!(
        certificate["spec"]["secretTemplate"]["labels"],
        json!({"app": "gitpod"})
    );
}

// G 0.5: trust-manager reads Secrets of its trust namespace only.
#[test]
fn the_cluster_s_own_ca_is_trusted_where_trust_manager_reads_it() {
    let tree = tree();
    let ca = tree.installer()["customCACert"].clone();
    let issued: Vec<_> = tree
        .of_kind("Certificate")
        .into_values()
        .filter(|c| c["spec"]["isCA"] == true)
        .collect();
    assert_eq!(issued.len(), 1);
    assert_eq!(issued[0]["spec"]["secretName"], ca["name"]);
    assert_eq!(issued[0]["metadata"]["namespace"], "cert-manager");
    let chart = tree.object("HelmChart", "trust-manager");
    let values = yaml(chart["spec"]["valuesContent"].as_str().unwrap());
    assert_eq!(values["app"]["trust"]["namespace"], "cert-manager");
    // The certificate of the domain is signed by it.
    let issuer = tree.object("Certificate", "https-certificates")["spec"]["issuerRef"]["name"].clone();
    let issuer = tree.object("ClusterIssuer", issuer.as_str().unwrap());
    assert_eq!(issuer["spec"]["ca"]["secretName"], ca["name"]);
}

// G 0.5, K 2.18: both charts, pinned, never reinstalled on failure, only fields that old k3s knows.
#[test]
fn charts_are_pinned_and_never_reinstalled() {
    let charts = tree().of_kind("HelmChart");
    assert_eq!(
        charts.keys().collect::<Vec<_>>(),
        ["cert-manager", "trust-manager"]
    );
    for (name, chart) in charts {
        assert_eq!(chart["apiVersion"], "helm.cattle.io/v1", "{name}");
        let spec = &chart["spec"];
        assert_eq!(spec["failurePolicy"], "abort", "{name}");
        let version = spec["version"].as_str().unwrap();
        assert_eq!(version.split('.').count(), 3, "{name}: {version}");
        for newer in ["takeOwnership", "serverSide", "driver", "forceConflicts"] {
            assert_eq!(spec.get(newer), None, "{name}: {newer}");
        }
    }
}

// G 0.8, 1.1: with nobody blocked the list stays empty.
#[test]
fn sign_ups_are_open_and_say_so() {
    assert_eq!(
        tree().installer()["blockNewUsers"],
        json!({"enabled": false, "passlist": []})
    );
}

// G 2 hostPath: `restricted` and `baseline` block ws-daemon.
#[test]
fn the_namespace_admits_privileged_pods() {
    let namespace = tree().object("Namespace", "gitpod");
    let label = &namespace["metadata"]["labels"]["pod-security.kubernetes.io/enforce"];
    assert_eq!(label, "privileged");
}

// G 2 CNI: workspaces do not reach the metadata service, where the join token lives.
#[test]
fn workspaces_do_not_reach_the_metadata_service() {
    let policy = tree().object("NetworkPolicy", "gkc-workspaces");
    assert_eq!(
        policy["spec"]["podSelector"]["matchLabels"],
        json!({"component": "workspace"})
    );
    let rules = policy["spec"]["egress"].as_array().unwrap();
    let to = rules
        .iter()
        .flat_map(|rule| rule["to"].as_array().into_iter().flatten());
    let everywhere: Vec<_> = to.filter(|to| to["ipBlock"]["cidr"] == "0.0.0.0/0").collect();
    assert_eq!(everywhere.len(), 1);
    assert!(strings(&everywhere[0]["ipBlock"]["except"]).contains(&"169.254.169.254/32".to_owned()));
}

// K 2.5, 2.19: traefik and Gitpod's proxy cannot share 80 and 443; ServiceLB is what answers there.
#[test]
fn traefik_is_disabled_and_servicelb_is_not() {
    let server = tree().machine("server-init").k3s();
    assert_eq!(strings(&server["disable"]), ["traefik"]);
}

// G 2 Labels: all five, and both spellings of the services label (G 0.2).
#[test]
fn both_machines_run_every_workload() {
    let tree = tree();
    for name in ["server-init", "pool-main"] {
        let mut labels = tree.machine(name).labels();
        labels.sort();
        let expected = [
            "gitpod.io/workload_ide=true",
            "gitpod.io/workload_meta=true",
            "gitpod.io/workload_services=true",
            "gitpod.io/workload_workspace_headless=true",
            "gitpod.io/workload_workspace_regular=true",
            "gitpod.io/workload_workspace_services=true",
        ];
        assert_eq!(labels, expected, "{name}");
        assert!(tree.machine(name).taints().is_empty(), "{name}: L sizes, small");
    }
}

// G 2 hostPath: /usr/src is of type Directory.
#[test]
fn usr_src_exists_before_ws_daemon_mounts_it() {
    for machine in tree().machines().values() {
        assert_order(machine.script(), &["mkdir -p /usr/src", "linux-headers-"]);
    }
}

// G 2 Port 22: without a workspace gateway there is no key, and nothing at port 22.
#[test]
fn without_a_gateway_port_22_is_closed() {
    let tree = tree();
    assert_eq!(tree.installer().get("sshGatewayHostKey"), None);
    let rules = tree.output("firewall_rules")["value"].clone();
    assert!(
        rules
            .as_array()
            .unwrap()
            .iter()
            .all(|rule| rule["from_port"] != 22)
    );
}

// A k3s/apply.sh: the order in which each can succeed.
#[test]
fn apply_waits_for_what_the_next_step_needs() {
    let script = tree().text("k3s/apply.sh").to_owned();
    assert_order(
        &script,
        &[
            "apply \"$here/k3s/manifests/gkc-00-namespaces.yaml\"",
            "apply \"$here/k3s/manifests/gkc-10-cert-manager.yaml\"",
            "crd/certificates.cert-manager.io",
            "deploy/cert-manager-webhook",
            "apply \"$here/k3s/manifests/gkc-11-trust-manager.yaml\"",
            "crd/bundles.trust.cert-manager.io",
            "gkc-20-issuer.yaml",
            "gkc-21-certificate.yaml",
            "--for=condition=Ready certificate/https-certificates",
        ],
    );
    assert!(script.contains("kubectl apply --server-side"));
    assert!(!script.contains("kubectl replace"), "G 6.3.3");
}

// G 1.1: nothing is external, so there is no secret to make but the link that the admin logs in with.
#[test]
fn the_admin_s_link_is_the_only_cluster_secret() {
    let tree = tree();
    let secrets = tree.of_kind("Secret");
    assert_eq!(secrets.keys().collect::<Vec<_>>(), ["admin-credentials"]);
    assert!(tree.output("secrets")["sensitive"].as_bool().unwrap());
}

// G 1.1, end: a new seed at each rendering locks MinIO out of its data. G 0.10: without the flag the experimental section is dropped.
#[test]
fn rendering_keeps_its_seed() {
    let tree = tree();
    let script = tree.text("gitpod/render.sh");
    assert_order(
        script,
        &[
            "render-seed",
            "[ -s \"$seed\" ] || new_seed",
            "--seed \"$(cat \"$seed\")\"",
        ],
    );
    assert_order(script, &["validate config", " render "]);
    // Without it the Installer drops what keeps workspaces from the machines.
    assert!(script.contains(" --use-experimental-config "));
    assert!(script.contains("\nexport GODEBUG=\"randseednop=0"));
    let experimental = tree.installer()["experimental"].clone();
    let overridden = experimental["overrides"].as_array().unwrap().iter();
    let overridden: Vec<&str> = overridden
        .map(|one| one["metadata"]["name"].as_str().unwrap())
        .collect();
    assert_eq!(overridden, ["workspace-default", "registry"]);
    assert_eq!(experimental["webapp"], serde_json::json!({}));
}

// rancher/system-upgrade-controller pkg/upgrade/job/job.go: a node stays cordoned where its upgrade fails.
#[test]
fn the_only_machine_is_not_cordoned() {
    let text = "apiVersion: gitpod-k3s/v1\nplatform: none\ncluster: {api: {host: k3s.acme.dev}, servers: {count: 1}, pools: []}\n";
    let vars =
        ["K3S_TOKEN", "K3S_AGENT_TOKEN"].map(|name| (name.to_owned(), format!("{name}-0123456789abcdef")));
    let given = Given {
        vars: vars.into(),
        ..Given::default()
    };
    let artifacts = support::tree(&Case::of(text, given));
    let plans = support::text(&artifacts, "k3s/upgrade.yaml");
    assert!(
        !plans.contains("cordon") && !plans.contains("jobActiveDeadlineSecs"),
        "{plans}"
    );
}
